"""The plan: read from plan.toml, checked whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, StrictBool, StrictInt

from pccstats.sources.folders import find_plan_file
from pccstats.sources.toml import (
    Entry,
    EntryMonth,
    EntryQuarter,
    EntryWindow,
    Key,
    KeyPath,
    Slug,
    Text,
    TomlDocument,
    list_of,
    read_toml,
    validate,
)
from pccstats.terms.errors import DataProblem, Problem, RequestProblem
from pccstats.terms.periods import Window, month
from pccstats.terms.plan import (
    Area,
    Assessment,
    Board,
    BoardPriority,
    Event,
    Group,
    Indicator,
    Objective,
    Plan,
    Priority,
    PublishedTally,
    Target,
    Theme,
)
from pccstats.terms.words import Audience, GroupStatus, Kind, Polarity, State

NotNegative = Annotated[StrictInt, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
NoFigure = Literal[State.NOT_COLLECTED, State.EMBARGOED, State.QUALITATIVE]
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
    document = read_toml(find_plan_file(Path(folder)))
    entry, problems = validate(document, PlanEntry)
    problems += reference_problems(document)
    if entry is None or problems:
        raise DataProblem(problems)
    return _plan(entry)


def _plan(entry: PlanEntry) -> Plan:
    themes = tuple(_theme(theme, entry) for theme in entry.theme)
    theme_of = {priority.number: theme.number for theme in themes for priority in theme.priorities}
    return Plan(
        title=entry.title,
        focus=entry.focus,
        baseline=entry.baseline,
        horizon=entry.horizon,
        themes=themes,
        supporting=tuple(_supporting(measure, entry, theme_of) for measure in entry.supporting),
        areas=tuple(Area(**dict(area)) for area in entry.areas),
        groups=tuple(Group(**dict(group)) for group in entry.group),
        events=tuple(Event(**dict(event)) for event in entry.event),
        targets=tuple(Target(**dict(target)) for target in entry.target),
        assessments=tuple(Assessment(**dict(assessment)) for assessment in entry.assessment),
        publisher=entry.publisher,
        objectives=tuple(Objective(**dict(objective)) for objective in entry.objective),
        board=_board(entry.board) if entry.board else None,
        published_tally=PublishedTally(**dict(entry.published_tally)) if entry.published_tally else None,
    )


def _board(entry: BoardEntry) -> Board:
    return Board(entry.name, tuple(BoardPriority(**dict(priority)) for priority in entry.priority), entry.source)


def _theme(theme: ThemeEntry, plan: PlanEntry) -> Theme:
    priorities = tuple(_priority(priority, theme.number, plan) for priority in theme.priority)
    return Theme(theme.number, theme.title, priorities, theme.slug)


def _priority(priority: PriorityEntry, theme: int, plan: PlanEntry) -> Priority:
    return Priority(
        number=priority.number,
        title=priority.title,
        indicators=tuple(_indicator(entry, plan, theme, priority.number) for entry in priority.indicator),
        short_title=priority.short_title,
        parts=tuple(priority.parts.items()),
        commentary=priority.commentary,
    )


def _indicator(entry: IndicatorEntry, plan: PlanEntry, theme: int | None, priority: int | None) -> Indicator:
    about = dict(entry) | {
        "baseline": entry.baseline or plan.baseline,
        "horizon": entry.horizon or plan.horizon,
        "theme": theme,
        "priority": priority,
    }
    return Indicator(**about)


def _supporting(entry: SupportingEntry, plan: PlanEntry, theme_of: dict[int, int]) -> Indicator:
    theme = theme_of.get(entry.priority) if entry.priority is not None else None
    measure = _indicator(entry, plan, theme, entry.priority)
    return replace(measure, on_dashboard=False)


class IndicatorEntry(Entry):
    """One `[[theme.priority.indicator]]`: something the plan measures, or says it will."""

    key: Key
    title: Text
    kind: Kind
    polarity: Polarity
    unit: str = ""
    short_title: str = ""
    source_system: str = ""
    baseline: EntryWindow | None = None
    horizon: EntryMonth | None = None
    no_figure: NoFigure | None = None
    reason: str = ""
    release: Audience = Audience.PUBLIC
    release_note: str = ""
    footnotes: tuple[Text, ...] = ()
    is_cohort: StrictBool = False
    peers: Key | None = None
    published_position: Key | None = None
    rate_per: Annotated[StrictInt, Field(gt=0)] | None = None


class SupportingEntry(IndicatorEntry):
    """One line of `supporting`: a measure that explains an indicator and stays off the dashboard."""

    priority: StrictInt | None = None
    table: str = ""
    part_of: Key | None = None


class PriorityEntry(Entry):
    """One `[[theme.priority]]`, with its indicators."""

    number: StrictInt
    title: Text
    short_title: str = ""
    parts: dict[Text, Text] = Field(default_factory=dict)
    commentary: tuple[Text, ...] = ()
    indicator: tuple[IndicatorEntry, ...] = Field(min_length=1)


class ThemeEntry(Entry):
    """One `[[theme]]`, with its priorities."""

    number: StrictInt
    title: Text
    slug: Slug
    priority: tuple[PriorityEntry, ...] = Field(min_length=1)


class AreaEntry(Entry):
    """One line of `areas`: a force, district or borough that figures are held for."""

    name: Text
    kind: Text
    part_of: Text | None = None
    code: str = ""
    partnership: str = ""


class ObjectiveEntry(Entry):
    """One `[[objective]]`: what a partnership set out to do."""

    area: Text
    words: Text
    indicators: tuple[Key, ...] = ()
    source: str = ""


class BoardPriorityEntry(Entry):
    """One `[[board.priority]]`, with the indicators of its outcomes."""

    title: Text
    indicators: tuple[Key, ...] = ()
    note: str = ""


class BoardEntry(Entry):
    """The `[board]` the partnerships report to."""

    name: Text
    priority: tuple[BoardPriorityEntry, ...] = Field(min_length=1)
    source: str = ""


class GroupEntry(Entry):
    """One `[[group]]`: who is compared with whom, from when to when."""

    name: Text
    focus: Text
    peers: tuple[Text, ...] = Field(min_length=1)
    status: GroupStatus
    valid_from: EntryMonth | None = None
    valid_to: EntryMonth | None = None
    source: str = ""
    note: str = ""


class EventEntry(Entry):
    """One `[[event]]`: a dated change a reader of the figures must know."""

    key: Text
    title: Text
    month: EntryMonth
    indicators: tuple[Text, ...] = Field(min_length=1)
    breaks_comparability: StrictBool = False
    is_inferred: StrictBool = False
    source: str = ""
    note: str = ""


class TargetEntry(Entry):
    """One `[[target]]`: what the plan promised of an indicator."""

    key: Text
    indicator: Key
    strength: Literal["hard", "stretch", "outcome"]
    form: Literal["level", "per_cent_change", "points"]
    amount: Annotated[float, Field(strict=True, allow_inf_nan=False)]
    by: EntryMonth | None = None
    baseline: EntryWindow | None = None
    basis: str = ""
    source: str = ""
    note: str = ""


class AssessmentEntry(Entry):
    """One `[[assessment]]`: a partner's judgement in words, for a quarter."""

    indicator: Key
    quarter: EntryQuarter
    words: Text
    source: str = ""


class PublishedTallyEntry(Entry):
    """The `[published_tally]`: how a published paper counted the plan's indicators, as printed."""

    quarter: EntryQuarter
    positive: NotNegative
    no_change: NotNegative
    negative: NotNegative
    per_cent: tuple[Share, Share, Share]
    without_measure: NotNegative = 0
    judged_by_projection: tuple[Key, ...] = ()
    said_to_rise: tuple[Key, ...] = ()
    source: str = ""


class PlanEntry(Entry):
    """The whole file."""

    title: Text
    focus: Text
    baseline: EntryWindow
    horizon: EntryMonth
    theme: tuple[ThemeEntry, ...] = Field(min_length=1)
    areas: tuple[AreaEntry, ...] = Field(min_length=1)
    publisher: str = ""
    supporting: tuple[SupportingEntry, ...] = ()
    group: tuple[GroupEntry, ...] = ()
    event: tuple[EventEntry, ...] = ()
    target: tuple[TargetEntry, ...] = ()
    assessment: tuple[AssessmentEntry, ...] = ()
    objective: tuple[ObjectiveEntry, ...] = ()
    board: BoardEntry | None = None
    published_tally: PublishedTallyEntry | None = None


def reference_problems(document: TomlDocument) -> list[Problem]:
    """Every fault between entries of a plan file."""
    return [
        *_repeated_names(document),
        *_unknown_areas(document),
        *_unknown_indicators(document),
        *_unknown_priorities(document),
        *_parts_without_indicators(document),
        *_missing_reasons(document),
        *_dates_out_of_order(document),
        *_areas_inside_themselves(document),
        *_tally_faults(document),
    ]


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
    near = get_close_matches(value, names, n=2, cutoff=0.6)
    step = f"Did you mean {' or '.join(near)}?" if near else f"Add the {what}, or correct the name."
    yield Problem(f"The plan has no such {what}.", document.place(path), value, step)


def _unknown_areas(document: TomlDocument) -> Iterator[Problem]:
    known = _names(document.entries("areas"), "name")
    yield from _unknown(document, ("focus",), document.values.get("focus"), known, "area")
    for path, area in document.entries("areas"):
        yield from _unknown(document, (*path, "part_of"), area.get("part_of"), known, "area")
    for path, objective in document.entries("objective"):
        yield from _unknown(document, (*path, "area"), objective.get("area"), known, "area")
    for path, group in document.entries("group"):
        yield from _unknown(document, (*path, "focus"), group.get("focus"), known, "area")
        for peer in list_of(group.get("peers")):
            yield from _unknown(document, (*path, "peers"), peer, known, "area")


def _unknown_indicators(document: TomlDocument) -> Iterator[Problem]:
    known = _names(_indicators(document), "key")
    for path, indicator in _indicators(document):
        for name in ("peers", "published_position", "part_of"):
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
