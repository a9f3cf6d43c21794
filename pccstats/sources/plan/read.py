"""`read_plan`: from a plan file to the terms of a plan."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pccstats.sources.folder import find_plan_file
from pccstats.sources.plan.model import (
    BoardEntry,
    IndicatorEntry,
    PlanEntry,
    PriorityEntry,
    SupportingEntry,
    ThemeEntry,
)
from pccstats.sources.plan.references import reference_problems
from pccstats.sources.toml import read_toml
from pccstats.sources.validation import validate
from pccstats.terms.errors import DataProblem
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
    Target,
    Theme,
)
from pccstats.terms.published_tally import PublishedTally


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
