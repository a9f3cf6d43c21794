"""What the notebooks hand over beside their pages: the dashboard's rows, the tally, the headline, the verdicts.

A notebook shows an output of type `application/vnd.pccstats+json` holding `{"name": ..., "records": [...]}`,
`{"name": "headline", "sentences": [...]}`, `{"name": "briefing", "html": ..., "summary": ...}`, or a list of such.
The page never shows it; the pack's files and its front page are made from it. Nothing is computed here. The charts it
hands over are files of its page: see `batch.charts`. Everything is held against its shape before it is used: where one
thing is amiss, nothing of that notebook is used and its page says so, and the pack is made without it.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, Self

import nbformat
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic import model_validator as checked_whole

from pccstats.sources.entries import problem_of
from pccstats.terms.errors import PccStatsError, Problem
from pccstats.terms.periods import Quarter
from pccstats.terms.results.dashboard import DASHBOARD_COLUMNS
from pccstats.terms.words import Signal, State, Strength, Variation

MIME_TYPE = "application/vnd.pccstats+json"
OF_ITS_PAGE = "charts"
LARGEST_NUMBER = 10**15  # a workbook holds fifteen digits
LONGEST_HEAD = 255  # of a column, in a workbook
SHOWN_OF_A_VALUE = 60
Record = Mapping[str, Any]


@dataclass(frozen=True)
class Results:
    """Everything a run handed over.

    Attributes
    ----------
    dashboard : tuple of mappings
        One row per indicator.
    dashboard_columns : tuple of str
        The agreed columns, then any others the notebook names.
    headline : tuple of str
        The sentences that open the front page.
    differing : str
        Where two sources disagree; empty where nowhere.
    signals : str
        How many series show a signal in the quarter, and how many would by chance; empty where none is charted.
    briefing : str
        What to look at, as markup for the front page and the sheet of its own; empty where it was not made.
    summary : str
        The same in brief, as text for an e-mail.
    earlier : str
        The quarter before, `2014/15-Q4`, that this one was set beside; empty where it was beside none.
    tally : tuple of mappings
        `state` and `count`; of verdicts that are not counted, `strength` and `count`.
    priorities : tuple of mappings
        `number, title, theme, page, anchor, states, words, signals`, in the order of the plan: a chip for each of
        `states` (`state, strength, words, count, change`), the words beside them, and a chip for each of the quarter's
        `signals` (`signal, variation, words`).
    problems : tuple of str
        What was handed over but cannot be used, in words.
    """

    dashboard: tuple[Record, ...] = ()
    dashboard_columns: tuple[str, ...] = DASHBOARD_COLUMNS
    headline: tuple[str, ...] = ()
    differing: str = ""
    signals: str = ""
    briefing: str = ""
    summary: str = ""
    earlier: str = ""
    tally: tuple[Record, ...] = ()
    priorities: tuple[Record, ...] = ()
    problems: tuple[str, ...] = ()

    def with_problem(self, words: str) -> Results:
        """The same with one more thing that cannot be used."""
        return replace(self, problems=(*self.problems, words))

    def front_page(self) -> dict[str, Any]:
        """The parts the front page is made of, as plain data to keep beside the pack."""
        return {
            "headline": list(self.headline),
            "differing": self.differing,
            "signals": self.signals,
            "briefing": self.briefing,
            "summary": self.summary,
            "earlier": self.earlier,
            "tally": [dict(record) for record in self.tally],
            "priorities": [dict(record) for record in self.priorities],
        }


def collect(notebooks: Iterable[nbformat.NotebookNode | None]) -> Results:
    """Gather what executed notebooks hand over, in reading order; a later headline or tally replaces an earlier one."""
    results = Results()
    for notebook in notebooks:
        for bundle in bundles_of(notebook):
            results = _with_bundle(results, bundle)
    return results


def kept_from(front_page: Mapping[str, Any]) -> Results:
    """The results an earlier run kept, for when one page alone is made anew."""
    return Results(
        headline=tuple(front_page.get("headline", ())),
        differing=str(front_page.get("differing", "")),
        signals=str(front_page.get("signals", "")),
        briefing=str(front_page.get("briefing", "")),
        summary=str(front_page.get("summary", "")),
        earlier=str(front_page.get("earlier", "")),
        tally=tuple(front_page.get("tally", ())),
        priorities=tuple(front_page.get("priorities", ())),
    )


def merged(earlier: Results, newer: Results) -> Results:
    """The newer results, with the earlier ones where the newer run handed nothing over."""
    return replace(
        newer,
        headline=newer.headline or earlier.headline,
        differing=newer.differing if newer.headline else earlier.differing,
        signals=newer.signals if newer.headline else earlier.signals,
        briefing=newer.briefing or earlier.briefing,
        summary=newer.summary or earlier.summary,
        earlier=newer.earlier if newer.briefing else earlier.earlier,
        tally=newer.tally or earlier.tally,
        priorities=newer.priorities or earlier.priorities,
    )


def bundles_of(notebook: nbformat.NotebookNode | None) -> Iterable[Mapping[str, Any]]:
    """Everything one notebook handed over, in its order; nothing where any of it is not of its shape."""
    handed = list(_handed_over(notebook))
    return [] if any(_faults_of(one) for one in handed) else handed


def faults_handed_over(notebook: nbformat.NotebookNode | None) -> list[Problem]:
    """Everything that is not of its shape in what one notebook handed over.

    Examples
    --------
    >>> output = nbformat.v4.new_output("display_data", {MIME_TYPE: {"name": "tally", "records": [{"count": "many"}]}})
    >>> notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(outputs=[output])])
    >>> print(faults_handed_over(notebook)[0])
    tally, records 1, count: This should be a whole number. Found 'many'. Write it without quotes or decimals.
    """
    return [fault for one in _handed_over(notebook) for fault in _faults_of(one)]


def front_page_faults(kept: Any) -> list[Problem]:
    """Everything that is not of its shape in what `Results.front_page` kept of an earlier run."""
    return _faults(_FRONT_PAGE, kept, "front_page")


def _handed_over(notebook: nbformat.NotebookNode | None) -> Iterator[Any]:
    for cell in notebook.cells if notebook is not None else ():
        for output in cell.get("outputs", ()):
            handed = output.get("data", {}).get(MIME_TYPE, ())
            yield from handed if isinstance(handed, list | tuple) else [handed]


def _faults_of(bundle: Any) -> list[Problem]:
    name = bundle.get("name") if isinstance(bundle, Mapping) else None
    if not isinstance(name, str):
        rule = f"An output of the type {MIME_TYPE} is a result with a name, or a list of such."
        return [Problem(rule, "", _briefly(bundle))]
    return _faults(_BUNDLES[name], bundle, name) if name in _BUNDLES else []


def _faults(shape: TypeAdapter[Any], given: Any, name: str) -> list[Problem]:
    try:
        shape.validate_python(given)
    except ValidationError as error:
        return [_briefly_told(fault, name) for fault in error.errors(include_url=False)]
    return []


def _briefly_told(fault: Mapping[str, Any], name: str) -> Problem:
    """A fault with its place as people count: the first record is number 1."""
    place = name
    for part in fault["loc"]:
        place += f" {part + 1}" if isinstance(part, int) else f", {_briefly(part)}"
    return problem_of({**fault, "input": _briefly(fault["input"])}, place)


def _briefly(value: Any) -> str:
    """A value as a few words can show it; nothing of one with parts."""
    if isinstance(value, Mapping | list | tuple):
        return ""
    try:
        text = str(value)
    except ValueError:  # a whole number of thousands of digits
        return "a number of thousands of digits"
    return text if len(text) <= SHOWN_OF_A_VALUE else f"{text[:SHOWN_OF_A_VALUE]}…"


def _with_bundle(results: Results, bundle: Mapping[str, Any]) -> Results:
    name = bundle.get("name")
    if name == OF_ITS_PAGE:
        return results
    if name == "headline":
        sentences = tuple(bundle.get("sentences") or [str(bundle.get("text", ""))])
        differing, signals = (str(bundle.get(name, "")) for name in ("differing", "signals"))
        return replace(results, headline=sentences, differing=differing, signals=signals)
    if name == "briefing":
        html, summary, before = (str(bundle.get(part, "")) for part in ("html", "summary", "earlier"))
        return replace(results, briefing=html, summary=summary, earlier=before)
    records = tuple(dict(record) for record in bundle.get("records", ()))
    if name == "tally":
        return replace(results, tally=records)
    if name == "priorities":
        return replace(results, priorities=_by_number((*results.priorities, *records)))
    if name == "dashboard":
        columns = _columns(bundle.get("columns", ()), records)
        missing = [column for column in DASHBOARD_COLUMNS if column not in columns]
        if missing:
            words = f"The dashboard's table lacks the columns {', '.join(missing)}; they are empty in dashboard.csv."
            results = results.with_problem(words)
        others = tuple(column for column in columns if column not in DASHBOARD_COLUMNS)
        return replace(results, dashboard=records, dashboard_columns=DASHBOARD_COLUMNS + others)
    words = f"A notebook handed over results named {name!r}, which the pack does not know."
    return results.with_problem(words)


def _columns(named: Sequence[str], records: Sequence[Record]) -> list[str]:
    return list(named) or list(dict.fromkeys(column for record in records for column in record))


def _by_number(records: Iterable[Record]) -> tuple[Record, ...]:
    """One record a priority; where two notebooks speak of one, the later holds."""
    latest = {record.get("number"): record for record in records}
    return tuple(sorted(latest.values(), key=lambda record: record.get("number") or 0))


def _quarter(text: str) -> str:
    if text:
        try:
            Quarter.parse(text)
        except PccStatsError as refused:
            raise ValueError(str(refused)) from None
    return text


def _picture(base64_text: str) -> str:
    base64.b64decode(base64_text, validate=True)  # its error is a ValueError
    return base64_text


def _different_heads(columns: list[str]) -> list[str]:
    if len({column.casefold() for column in columns}) < len(columns):
        raise ValueError("Two columns have the same name.")
    return columns


class _Shape(BaseModel):
    """JSON as it is: a number is no text, and what is not named here may be there."""

    model_config = ConfigDict(strict=True, extra="allow")


_Figure = Annotated[float, Field(ge=-LARGEST_NUMBER, le=LARGEST_NUMBER, allow_inf_nan=True)]
_Whole = Annotated[int, Field(ge=-LARGEST_NUMBER, le=LARGEST_NUMBER)]
_Count = Annotated[int, Field(ge=0, le=LARGEST_NUMBER)]
_Cells = dict[str, bool | float | str | None]
_Heads = Annotated[list[Annotated[str, Field(min_length=1, max_length=LONGEST_HEAD)]], AfterValidator(_different_heads)]


class _Chip(_Shape):
    state: Annotated[State, Field(strict=False)]
    strength: Annotated[Strength, Field(strict=False)] = Strength.FIRM
    words: str = ""
    count: _Count = 1
    change: _Figure | None = None


class _SignalChip(_Shape):
    signal: Annotated[Signal, Field(strict=False)]
    variation: Annotated[Variation, Field(strict=False)]
    words: str


class _Priority(_Shape):
    number: _Whole
    page: str = ""
    anchor: str = ""
    states: list[_Chip] = []
    words: str = ""
    signals: list[_SignalChip] = []


class _Counted(_Shape):
    count: _Count
    words: str = ""
    state: Annotated[State, Field(strict=False)] | None = None
    strength: Annotated[Strength, Field(strict=False)] | None = None

    @checked_whole(mode="after")
    def _names_what_it_counts(self) -> Self:
        if (self.state is None) == (self.strength is None):
            raise ValueError("A count is of a state or of a strength; this one names none, or both.")
        return self


class _Chart(_Shape):
    name: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=150)]  # files are called after it
    headline: str
    svg: str
    png: Annotated[str, AfterValidator(_picture)]
    columns: list[str]
    records: list[_Cells]


class _Headline(_Shape):
    sentences: list[str] = []
    text: str = ""
    differing: str = ""
    signals: str = ""


class _Briefing(_Shape):
    html: str = ""
    summary: str = ""
    earlier: Annotated[str, AfterValidator(_quarter)] = ""


class _Tally(_Shape):
    records: list[_Counted] = []


class _Priorities(_Shape):
    records: list[_Priority] = []


class _Dashboard(_Shape):
    columns: _Heads = []
    records: list[_Cells] = []


class _Charts(_Shape):
    records: list[_Chart]


class _FrontPage(_Shape):
    headline: list[str] = []
    differing: str = ""
    signals: str = ""
    briefing: str = ""
    summary: str = ""
    earlier: Annotated[str, AfterValidator(_quarter)] = ""
    tally: list[_Counted] = []
    priorities: list[_Priority] = []


_BUNDLES: dict[str, TypeAdapter[Any]] = {
    "headline": TypeAdapter(_Headline),
    "briefing": TypeAdapter(_Briefing),
    "tally": TypeAdapter(_Tally),
    "priorities": TypeAdapter(_Priorities),
    "dashboard": TypeAdapter(_Dashboard),
    OF_ITS_PAGE: TypeAdapter(_Charts),
}
_FRONT_PAGE = TypeAdapter(_FrontPage)
