"""The list of sources: which file is read how, and what its names are called in the plan."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StrictBool, StringConstraints

from pccstats.sources.entries import Entry, PlanKey, validate
from pccstats.sources.toml import TomlDocument, read_toml
from pccstats.terms.errors import DataProblem, Problem
from pccstats.terms.plan import Plan, Text

ReaderName = Literal[
    "tidy_csv",
    "tidy_xlsx",
    "populations_csv",
    "rolling_year_csv",
    "metropolitan_boroughs_csv",
    "home_office_tables",
    "police_uk_street",
    "police_uk_outcomes",
    "survey",
    "partnership_return",
]
_NEED_NO_INDICATORS = ("tidy_csv", "tidy_xlsx", "populations_csv", "partnership_return")
Published = Annotated[str, StringConstraints(pattern=r"^([0-9]{4}-[0-9]{2}(-[0-9]{2})?)?$")]


class Source(Entry):
    """One `[[source]]`: a file, and how to read it.

    Attributes
    ----------
    file : str
        Its name, in the data folder or wherever the files of a run are said to be.
    reader : str
        The reader for its format.
    label : str
        What readers of the pack are told it is, with its licence.
    published_on : str
        When it was published (`2015-06` or `2015-06-18`), where its rows do not say.
    required : bool
        False for a file that may be late: the pack is then made without it, and says so.
    indicators : dict
        Key in the plan -> the names in the file whose figures are summed for it.
    areas : dict
        Name in the file -> name in the plan, where they differ.
    total_area : str or None
        An area of the plan that is the sum of all areas of the file the plan has.
    by : str
        For data.police.uk records: counted by `force`, `partnership` or `district`.
    lookup : str or None
        For data.police.uk records: the file, beside them, that says which district lies in which partnership and force.
    sheet : str
        For a workbook: the sheet to read, where it has more than one.
    """

    file: Text
    reader: ReaderName
    label: Text
    published_on: Published = ""
    required: StrictBool = True
    indicators: dict[PlanKey, tuple[Text, ...]] = Field(default_factory=dict)
    areas: dict[Text, Text] = Field(default_factory=dict)
    total_area: Text | None = None
    by: Literal["force", "partnership", "district"] = "force"
    lookup: Text | None = None
    sheet: str = ""
    note: str = ""


class SourceList(Entry):
    """The whole file."""

    source: tuple[Source, ...] = Field(min_length=1)


def read_source_list(path: Path, plan: Plan) -> tuple[Source, ...]:
    """Read `sources.toml` and hold it against the plan.

    Raises
    ------
    DataProblem
        With every fault, each with its line and key.
    """
    document = read_toml(path)
    entry, problems = validate(document, SourceList)
    problems += _problems_of_names(document, plan)
    if entry is None or problems:
        raise DataProblem(problems)
    return entry.source


def _problems_of_names(document: TomlDocument, plan: Plan) -> Iterator[Problem]:
    known = [indicator.key for indicator in (*plan.indicators, *plan.supporting)]
    areas = [area.name for area in plan.areas]
    for path, source in document.entries("source"):
        indicators, renamed = source.get("indicators"), source.get("areas")
        if source.get("reader") not in _NEED_NO_INDICATORS and not indicators:
            step = "Add [source.indicators]: keys of the plan, each with the names in the file."
            yield Problem("This reader must be told what to read.", document.place(path), next_step=step)
        for key in indicators if isinstance(indicators, dict) else ():
            yield from _unknown(document.place((*path, "indicators", key)), key, known, "indicator")
        for name in renamed.values() if isinstance(renamed, dict) else ():
            yield from _unknown(document.place((*path, "areas")), name, areas, "area")
        if "total_area" in source:
            yield from _unknown(document.place((*path, "total_area")), source["total_area"], areas, "area")
        for key in ("file", "lookup"):
            if not _is_inside(str(source.get(key, ""))):
                step = "Give its name alone, and the folder with --source-dir."
                yield Problem("The file must lie in the data folder.", document.place((*path, key)), next_step=step)
        if source.get("by") == "partnership" and "lookup" not in source:
            step = "Add lookup = the name of a file with headings such as LAD16NM, CSP16NM and PFA16NM."
            yield Problem("Partnerships are told by a lookup of districts.", document.place(path), next_step=step)


def _unknown(where: str, value: object, known: list[str], what: str) -> Iterator[Problem]:
    if value in known:
        return
    near = get_close_matches(str(value), known, n=2, cutoff=0.6)
    step = f"Did you mean {' or '.join(near)}?" if near else f"Add the {what} to the plan, or correct the name."
    yield Problem(f"The plan has no such {what}.", where, str(value), step)


def _is_inside(name: str) -> bool:
    return not Path(name).is_absolute() and ".." not in Path(name).parts
