"""The plan: read from plan.toml, checked whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from pccstats.sources.entries import entry_of, made, validate
from pccstats.sources.folders import find_plan_file
from pccstats.sources.looks import unnoted
from pccstats.sources.own_words import with_own_words
from pccstats.sources.reference import filled_in, reference_faults
from pccstats.sources.toml import KeyPath, TomlDocument, list_of, read_toml
from pccstats.terms.errors import DataProblem, Problem, RequestProblem, did_you_mean
from pccstats.terms.periods import Window, month
from pccstats.terms.plan import Indicator, Plan, Priority, Theme
from pccstats.terms.written import APRIL, YEAR_STARTS, begin_years_in

_YEAR_STARTS = tuple(f"{first:02d}" for first in YEAR_STARTS)
# Entries of a list that must not share a name: where they stand, and by what they are called.
_UNIQUE = (
    (("theme",), "number"),
    (("theme",), "slug"),
    (("theme", "priority"), "number"),
    (("areas",), "name"),
    (("event",), "key"),
    (("target",), "key"),
)


def read_plan(folder: str | Path) -> Plan:
    """Read a police and crime plan: themes, priorities, indicators, groups, events, targets.

    What does the plan measure, and what must a reader know about it?

    Parameters
    ----------
    folder : str or Path
        The folder that holds `plan.toml`, a data folder that holds `raw/plan.toml`, or the file itself.

    Returns
    -------
    Plan
        Frozen; in the order of the file.

    Raises
    ------
    DataProblem
        With every fault of the file, each with its line, its key and what to do about it.

    Examples
    --------
    >>> plan = read_plan("data/raw")
    >>> [len(theme.priorities) for theme in plan.themes]
    [4, 5, 5, 3, 1]
    >>> plan.indicator("3.drug_cohort_reoffending").baseline.last
    Period('2014-03', 'M')
    """
    with unnoted():
        file = find_plan_file(Path(folder))
        document = filled_in(read_toml(file))
        _begin_years(document)
        entry, problems = validate(document, entry_of(Plan))
        problems += [problem for check in _CHECKS_BETWEEN_ENTRIES for problem in check(document)]
        if entry is None or problems:
            raise DataProblem(problems)
        return with_own_words(_plan(entry), file.parent)


def begin_years_of(data: Path) -> None:
    """Let years begin as the plan in a folder says, before anything is read by it; in April where none can be read."""
    try:
        _begin_years(read_toml(find_plan_file(data)))
    except DataProblem:
        begin_years_in(APRIL)  # what is wrong with the plan is said when it is read


def _begin_years(document: TomlDocument) -> None:
    said = document.values.get("year_starts")
    begin_years_in(int(said) if isinstance(said, str) and said in _YEAR_STARTS else APRIL)


def _plan(entry: Any) -> Plan:
    """The plan of a file without faults: what an indicator leaves out, it has from the plan around it."""
    themes = tuple(_theme(theme, entry) for theme in entry.themes)
    theme_of = {priority.number: theme.number for theme in themes for priority in theme.priorities}
    supporting = tuple(
        _indicator(each, entry, theme=theme_of.get(each.priority), on_dashboard=False) for each in entry.supporting
    )
    return made(entry, Plan, themes=themes, supporting=supporting)


def _theme(entry: Any, plan: Any) -> Theme:
    priorities = tuple(_priority(priority, entry.number, plan) for priority in entry.priorities)
    return made(entry, Theme, priorities=priorities)


def _priority(entry: Any, theme: int, plan: Any) -> Priority:
    indicators = tuple(_indicator(each, plan, theme=theme, priority=entry.number) for each in entry.indicators)
    return made(entry, Priority, indicators=indicators)


def _indicator(entry: Any, plan: Any, **place: int | bool | None) -> Indicator:
    spans = {"baseline": entry.baseline or plan.baseline, "horizon": entry.horizon or plan.horizon}
    return made(entry, Indicator, **spans, **place)


def _indicators(document: TomlDocument) -> list[tuple[KeyPath, Any]]:
    return [*document.entries("theme", "priority", "indicator"), *document.entries("supporting")]


def _names(entries: Iterable[tuple[KeyPath, Any]], name: str) -> list[str]:
    return [str(entry[name]) for _, entry in entries if name in entry]


def _repeated_names(document: TomlDocument) -> Iterator[Problem]:
    lists = [(list(document.entries(*where)), name) for where, name in _UNIQUE]
    for entries, name in [*lists, (_indicators(document), "key")]:
        seen: dict[str, KeyPath] = {}
        for path, entry in entries:
            value = str(entry.get(name, ""))
            if value and value in seen:
                first = document.place(seen[value])
                step = f"It is first used at {first}. Give each its own."
                yield Problem(f"This {name} is used twice.", document.place((*path, name)), value, step)
            seen.setdefault(value, path)


def _unknown(document: TomlDocument, path: KeyPath, value: Any, known: Iterable[str], what: str) -> Iterator[Problem]:
    names = list(known)
    if value is None or not isinstance(value, str) or value in names:
        return
    step = did_you_mean(value, names, otherwise=f"Add the {what}, or correct the name.")
    yield Problem(f"The plan has no such {what}.", document.place(path), value, step)


def _unknown_areas(document: TomlDocument) -> Iterator[Problem]:
    known = _names(document.entries("areas"), "name")
    yield from _unknown(document, ("focus",), document.values.get("focus"), known, "area")
    for path, area in document.entries("areas"):
        yield from _unknown(document, (*path, "part_of"), area.get("part_of"), known, "area")
    for path, objective in document.entries("objective"):
        yield from _unknown(document, (*path, "area"), objective.get("area"), known, "area")
    for path, event in document.entries("event"):
        for area in list_of(event.get("areas")):
            yield from _unknown(document, (*path, "areas"), area, known, "area")
    for path, group in document.entries("group"):
        yield from _unknown(document, (*path, "focus"), group.get("focus"), known, "area")
        for peer in list_of(group.get("peers")):
            yield from _unknown(document, (*path, "peers"), peer, known, "area")


def _unknown_indicators(document: TomlDocument) -> Iterator[Problem]:
    known = _names(_indicators(document), "key")
    for path, indicator in _indicators(document):
        for name in ("peers", "published_position", "part_of", "anchor", "by_place"):
            yield from _unknown(document, (*path, name), indicator.get(name), known, "indicator")
    for name in ("target", "assessment"):
        for path, entry in document.entries(name):
            yield from _unknown(document, (*path, "indicator"), entry.get("indicator"), known, "indicator")
    for where in (("objective",), ("board", "priority")):
        for path, entry in document.entries(*where):
            for named in list_of(entry.get("indicators")):
                yield from _unknown(document, (*path, "indicators"), named, known, "indicator")
    for path, event in document.entries("event"):
        for named in list_of(event.get("indicators")):
            if not _is_answered(str(named), known):
                yield from _unknown(document, (*path, "indicators"), named, known, "indicator")


def _is_answered(named: str, known: list[str]) -> bool:
    """True where an event's name for its indicators (`12.*`, `*` or a key) fits at least one."""
    if named == "*":
        return bool(known)
    if named.endswith(".*"):
        return any(key.startswith(named[:-1]) for key in known)
    return named in known


def _unknown_priorities(document: TomlDocument) -> Iterator[Problem]:
    known = _names(document.entries("theme", "priority"), "number")
    for path, measure in document.entries("supporting"):
        number = measure.get("priority")
        if number is not None and str(number) not in known:
            yield Problem("The plan has no such priority.", document.place((*path, "priority")), str(number))


def _parts_without_indicators(document: TomlDocument) -> Iterator[Problem]:
    for path, priority in document.entries("theme", "priority"):
        indicators = [entry for entry in list_of(priority.get("indicator")) if isinstance(entry, dict)]
        used = {str(entry.get("key", "")).partition(".")[0] for entry in indicators}
        parts = priority.get("parts")
        for part in parts if isinstance(parts, dict) else ():
            if part not in used:
                step = f"Begin the key of an indicator with {part!r}, or take the part out."
                yield Problem("No indicator belongs to this part.", document.place((*path, "parts")), part, step)


def _missing_reasons(document: TomlDocument) -> Iterator[Problem]:
    for path, indicator in _indicators(document):
        if indicator.get("no_figure") and not indicator.get("reason"):
            step = "Add `reason`: a sentence that tells the reader why."
            yield Problem("There is no figure, and no reason for it.", document.place(path), next_step=step)
        if indicator.get("release") == "internal" and not indicator.get("release_note"):
            step = "Add `release_note`: whose rule it is and until when."
            yield Problem("Its release is restricted, and nothing says by whom.", document.place(path), next_step=step)


def _undated_words(document: TomlDocument) -> Iterator[Problem]:
    """Sentences as they once stood under a priority, of no quarter: they would be printed in every pack."""
    for path, priority in document.entries("theme", "priority"):
        if any(isinstance(words, str) for words in list_of(priority.get("commentary"))):
            step = 'Write commentary = [{ quarter = "2015/16-Q1", words = ["One sentence.", "Another."] }].'
            yield Problem("These words are of no quarter.", document.place((*path, "commentary")), next_step=step)


def _dates_out_of_order(document: TomlDocument) -> Iterator[Problem]:
    try:
        ends_early = month(document.values.get("horizon")) <= Window.read(document.values.get("baseline")).last
    except RequestProblem:
        ends_early = False  # whatever is wrong with them is reported with their types
    if ends_early:
        step = "The horizon is the last month of the plan; correct one of the two."
        yield Problem("The plan ends before its baseline does.", document.place(("horizon",)), next_step=step)
    for path, group in document.entries("group"):
        first, last = group.get("valid_from"), group.get("valid_to")
        if isinstance(first, str) and isinstance(last, str) and last < first:
            yield Problem("The group ends before it begins.", document.place((*path, "valid_to")), last)


def _areas_inside_themselves(document: TomlDocument) -> Iterator[Problem]:
    """Areas nest, so no area may lie inside itself by way of others."""
    around = {area.get("name"): area.get("part_of") for _, area in document.entries("areas")}
    for path, area in document.entries("areas"):
        name, seen = area.get("part_of"), set()
        while isinstance(name, str) and name not in seen:
            if name == area.get("name"):
                step = "Say of each area only what it is directly part of."
                yield Problem("This area is part of itself.", document.place((*path, "part_of")), name, step)
            seen.add(name)
            name = around.get(name)


def _tally_faults(document: TomlDocument) -> Iterator[Problem]:
    """A published tally counts every indicator of the plan once, and names only those."""
    tally = document.values.get("published_tally")
    if not isinstance(tally, dict):
        return
    place = document.place(("published_tally",))
    indicators = list(document.entries("theme", "priority", "indicator"))
    known = _names(indicators, "key")
    for name in ("judged_by_projection", "said_to_rise"):
        for key in list_of(tally.get(name)):
            yield from _unknown(document, ("published_tally", name), key, known, "indicator")
    for key in list_of(tally.get("said_to_rise")):
        if key not in list_of(tally.get("judged_by_projection")):
            step = "Name it under `judged_by_projection` too."
            yield Problem("This is said to rise, and not said to be judged by its projection.", place, str(key), step)
    counts = [tally.get(name) for name in ("positive", "no_change", "negative")]
    if not all(isinstance(count, int) for count in counts):
        return  # whatever is wrong with them is reported with their types
    counted = sum(count for count in counts if isinstance(count, int))
    if counted != len(indicators):
        step = f"The plan has {len(indicators)}: count the same ones, or leave the tally out."
        yield Problem("The published tally counts other indicators than the plan.", place, str(counted), step)
    without = tally.get("without_measure", 0)
    if isinstance(without, int) and isinstance(counts[1], int) and without > counts[1]:
        step = "Those without a metric are counted among those without change."
        yield Problem("More indicators have no metric than show no change.", place, str(without), step)


# Each is given the file as written and names every fault it finds; a further one is added here.
_CHECKS_BETWEEN_ENTRIES: tuple[Callable[[TomlDocument], Iterator[Problem]], ...] = (
    _repeated_names,
    _unknown_areas,
    _unknown_indicators,
    _unknown_priorities,
    _parts_without_indicators,
    _missing_reasons,
    _undated_words,
    _dates_out_of_order,
    _areas_inside_themselves,
    _tally_faults,
    reference_faults,
)
