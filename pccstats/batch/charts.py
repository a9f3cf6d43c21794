"""The files of a page's charts, in the folder `charts` beside it: each as SVG and PNG, and its figures as CSV.

They are named after the page and what the chart shows, so that they keep their names from quarter to quarter.
"""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from pccstats.batch.handed_over import OF_ITS_PAGE, bundles_of
from pccstats.batch.tables import as_csv
from pccstats.presentation.take_away import marker

FOLDER = "charts"
FORMS = {"svg": "drawing (SVG)", "png": "picture (PNG)", "csv": "figures (CSV)"}


@dataclass(frozen=True)
class ChartFiles:
    """One chart of a page as files.

    Attributes
    ----------
    name : str
        What its files are called but for their endings; no other chart of the pack has it.
    headline : str
        What the chart says.
    marker : str
        Where the page has the place for its links.
    svg, csv : str
    png : bytes
    """

    name: str
    headline: str
    marker: str
    svg: str
    png: bytes
    csv: str

    @property
    def files(self) -> dict[str, bytes]:
        """What each of its files holds, by the ending of its name."""
        return {"svg": self.svg.encode("utf-8"), "png": self.png, "csv": self.csv.encode("utf-8")}

    @property
    def links(self) -> list[tuple[str, str]]:
        """Where each file is, from the page, and what it is called there."""
        return [(f"{FOLDER}/{self.name}.{ending}", words) for ending, words in FORMS.items()]


def chart_files(page: str, notebook: nbformat.NotebookNode | None) -> tuple[ChartFiles, ...]:
    """The charts that a page's notebook handed over, in their order; a second one of a name is numbered."""
    bundles = (bundle for bundle in bundles_of(notebook) if bundle.get("name") == OF_ITS_PAGE)
    seen: Counter[str] = Counter()
    found = []
    for record in (record for bundle in bundles for record in bundle["records"]):
        seen[record["name"]] += 1
        number = f"-{seen[record['name']]}" if seen[record["name"]] > 1 else ""
        found.append(_files(f"{page}-{record['name']}{number}", record))
    return tuple(found)


def _files(name: str, record: Mapping[str, Any]) -> ChartFiles:
    return ChartFiles(
        name=name,
        headline=record["headline"],
        marker=marker(record["name"]),
        svg=record["svg"],
        png=base64.b64decode(record["png"]),
        csv=as_csv(record["records"], record["columns"]),
    )


def names_of(charts: Iterable[ChartFiles]) -> tuple[str, ...]:
    """The names in the pack of all files of these charts."""
    return tuple(href for chart in charts for href, _ in chart.links)


def write_charts(charts: Iterable[ChartFiles], pack: Path) -> None:
    """Write the files of these charts into the pack."""
    for chart in charts:
        for ending, content in chart.files.items():
            path = pack / FOLDER / f"{chart.name}.{ending}"
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)


def take_out(names: Iterable[str], pack: Path) -> None:
    """Take the files of an earlier page out of the pack, so that none outlives its chart."""
    for name in names:
        (pack / name).unlink(missing_ok=True)
