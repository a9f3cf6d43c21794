"""A small pack written without running a notebook: pages, tables and the manifest that tells of them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pccstats.batch.manifest import Manifest, PageRecord, digests_of, write_manifest
from pccstats.batch.provenance import key_of
from pccstats.batch.tables import CSV_NAME, OBSERVATIONS_NAME, as_csv

FIGURE = {
    "quarter": "2015/16-Q1",
    "area": "Smalltown",
    "indicator": "1.thefts",
    "title": "Thefts",
    "unit": "offences",
    "period": "2015-06",
    "months": 3,
    "value": 7.0,
}
ANSWER = {"indicator": "1.thefts", "title": "Thefts", "verdict": "better", "strength": "firm", "latest": 30.0}


def write_pack(
    folder: Path,
    *,
    figures: Sequence[Mapping[str, Any]] = (FIGURE,),
    answers: Sequence[Mapping[str, Any]] = (ANSWER,),
    page: str = "<h1>Thefts</h1>",
    status: str = "complete",
    **about: Any,
) -> Path:
    """Write the pack into a folder that is made; what is not given is as in every other pack."""
    folder.mkdir(parents=True)
    (folder / "index.html").write_text(page, encoding="utf-8")
    (folder / CSV_NAME).write_text(as_csv(answers, tuple(ANSWER)), encoding="utf-8", newline="")
    (folder / OBSERVATIONS_NAME).write_text(as_csv(figures, tuple(FIGURE)), encoding="utf-8", newline="")
    key = key_of(about.get("made_from", {}))
    record = PageRecord("dashboard", "Dashboard", "dashboard.ipynb", {}, status, "", 1.0, 1, 0, key)
    names = sorted(path.name for path in folder.iterdir())
    given = {"quarter": "2015/16-Q1", "title": "A small plan", "audience": "internal"} | about
    write_manifest(Manifest(pages=(record,), files=digests_of(folder, names), **given), folder)
    return folder
