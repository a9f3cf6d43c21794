"""Charts to take away: the drawing as SVG and PNG with its words, and the figures behind it.

A view only names what may be taken (`TakeAway`). While `gathered()` is open, each chart that is written on a page adds
its own to the list; the batch makes files of them and puts the links where the chart has its marker.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import singledispatch
from typing import TYPE_CHECKING, Any

import pandas as pd

from pccstats.presentation.markup import Markup, rendered
from pccstats.terms.results.base import Result
from pccstats.terms.results.peers import AreaComparison
from pccstats.terms.results.published import DataQuality
from pccstats.terms.words import slug

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LONGEST_TITLE = 48  # characters in the name of a file, cut at a word
_INNER_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True)
class TakeAway:
    """One chart as files: `name` begins the names of its files, `rows` are the figures behind it."""

    name: str
    figure: Figure
    rows: pd.DataFrame

    @property
    def marker(self) -> Markup:
        """Where its links stand once its files are there; a page shows nothing of it."""
        return marker(self.name)

    def record(self) -> dict[str, Any]:
        """What a notebook hands over: `name, svg, png` (base64) `, columns, records`."""
        from pccstats.presentation.style import png_of, svg_file_of  # noqa: PLC0415 whoever names a chart draws none

        columns = {str(name): _plain_values(values) for name, values in self.rows.items()}
        return {
            "name": self.name,
            "headline": str(getattr(self.figure, "headline", "")),
            "svg": svg_file_of(self.figure),
            "png": base64.b64encode(png_of(self.figure)).decode("ascii"),
            "columns": list(columns),
            "records": [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)],
        }


def take_away(result: Result, figure: Figure, **options: Any) -> TakeAway:
    """The chart of a result, named by what it is about, by the kind of answer, and by the view that was asked for."""
    title = slug(str(getattr(result, "title", "")))
    if len(title) > LONGEST_TITLE:
        title = title[:LONGEST_TITLE].rpartition("-")[0]
    kind = slug(_INNER_CAPITAL.sub(" ", type(result).__name__))
    view = slug(str(options.get("view", "")))
    return TakeAway("-".join(filter(None, (title, kind, view))), figure, figures_behind(result, **options))


@singledispatch
def figures_behind(result: Result, **options: Any) -> pd.DataFrame:  # noqa: ARG001 what only some charts offer
    """The figures that a chart draws: the points of its result, unless its kind says otherwise."""
    return result.points


@figures_behind.register
def _(result: AreaComparison, *, view: str = "", **options: Any) -> pd.DataFrame:  # noqa: ARG001
    return result.months if view == "months" else result.points


@figures_behind.register
def _(result: DataQuality, **options: Any) -> pd.DataFrame:  # noqa: ARG001
    names = dict(zip(result.freshness["indicator"], result.freshness["name"], strict=True))
    return result.availability.rename(index=names).rename_axis("name").reset_index()


_list_open: ContextVar[list[TakeAway] | None] = ContextVar("taken", default=None)


@contextmanager
def gathered() -> Iterator[list[TakeAway]]:
    """While open, the charts written on a page are noted in the list it gives, in their order."""
    taken: list[TakeAway] = []
    before = _list_open.set(taken)
    try:
        yield taken
    finally:
        _list_open.reset(before)


def marker(name: str) -> Markup:
    """The place of the links of a chart of that name."""
    return rendered("take-away.html.j2", name=name)


def note(chart: TakeAway) -> None:
    """Put a chart on the list that is open; without one nothing happens."""
    taken = _list_open.get()
    if taken is not None:
        taken.append(chart)


class Sections(Markup):
    """Markup that a notebook shows by itself, with the charts that are in it."""

    charts: tuple[TakeAway, ...] = ()

    @classmethod
    def of(cls, make: Callable[[], str]) -> Sections:
        """What is made, and the charts that were written on the way."""
        with gathered() as taken:
            sections = cls(make())
        sections.charts = tuple(taken)
        return sections


def records_of_charts(charts: Iterable[TakeAway]) -> list[dict[str, Any]]:
    """What a notebook hands over of its charts, unseen; nothing where there are none."""
    records = [chart.record() for chart in charts]
    return [{"name": "charts", "records": records}] if records else []


def _plain_values(column: pd.Series) -> list[Any]:
    """The figures of a column as JSON has them, none where there is none."""
    known = column.notna()
    return [_plain(value) if is_known else None for value, is_known in zip(column.astype(object), known, strict=True)]


def _plain(value: Any) -> Any:
    """A figure as JSON has it: numbers and text as they are, months by their name."""
    if isinstance(value, str | bool | int | float):
        return value
    return value.item() if hasattr(value, "item") else str(value)
