"""The list of sources: which file is read how, and what its names are called in the plan."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import Field

from pccstats.sources.entries import Entry, validate
from pccstats.sources.folders import LONGEST_NAME, is_inside, is_too_long
from pccstats.sources.readers import READERS, Source
from pccstats.sources.toml import TomlDocument, read_toml
from pccstats.terms.errors import DataProblem, Problem, did_you_mean
from pccstats.terms.plan import Plan


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
        reader = source.get("reader")
        known_reader = READERS.get(reader) if isinstance(reader, str) else None
        if isinstance(reader, str) and known_reader is None:
            yield Problem("This word is not one of the list.", document.place((*path, "reader")), reader, _write_one())
        if (known_reader is None or known_reader.is_told_names) and not indicators:
            step = "Add [source.indicators]: keys of the plan, each with the names in the file."
            yield Problem("This reader must be told what to read.", document.place(path), next_step=step)
        for key in indicators if isinstance(indicators, dict) else ():
            yield from _unknown(document.place((*path, "indicators", key)), key, known, "indicator")
        for name in renamed.values() if isinstance(renamed, dict) else ():
            yield from _unknown(document.place((*path, "areas")), name, areas, "area")
        if "total_area" in source:
            yield from _unknown(document.place((*path, "total_area")), source["total_area"], areas, "area")
        for key in ("file", "lookup"):
            if is_too_long(str(source.get(key, ""))):
                step = f"A name has at most {LONGEST_NAME} letters."
                yield Problem("This is too long for the name of a file.", document.place((*path, key)), next_step=step)
            elif not is_inside(str(source.get(key, ""))):
                step = "Give its name alone, and the folder with --source-dir."
                yield Problem("The file must lie in the data folder.", document.place((*path, key)), next_step=step)
        if source.get("by") == "partnership" and "lookup" not in source:
            step = "Add lookup = the name of a file with headings such as LAD16NM, CSP16NM and PFA16NM."
            yield Problem("Partnerships are told by a lookup of districts.", document.place(path), next_step=step)


def _write_one() -> str:
    *others, last = (repr(name) for name in READERS)
    return f"Write {', '.join(others)} or {last}."


def _unknown(where: str, value: object, known: list[str], what: str) -> Iterator[Problem]:
    if value in known:
        return
    step = did_you_mean(str(value), known, otherwise=f"Add the {what} to the plan, or correct the name.")
    yield Problem(f"The plan has no such {what}.", where, str(value), step)
