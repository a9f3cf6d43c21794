"""One window of each force, and the same months a year before, taken from series of any span."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pccstats.methods.peers.comparison import FEWEST_MEMBERS, PER_CENT, GroupFigures, rate_of
from pccstats.methods.peers.funnel import noise_of_a_year
from pccstats.terms.errors import MethodProblem, Problem
from pccstats.terms.periods import MONTHS_IN_A_YEAR, Window, month_in_words
from pccstats.terms.series import Series
from pccstats.terms.words import Kind

COMPARABLE_KINDS = (Kind.COUNT, Kind.RATE, Kind.SHARE, Kind.SURVEY)
NO_EXPOSURE = "no population or households held"
GIVE_EXPOSURE = (
    "Give `exposure`, the persons or households of each force by its name, or make each series with its `population`."
)
FROM_YEARS = "the forces' own movement from the 12 months before to these"
FROM_MONTHS = "the forces' own movement from period to period within those months"


@dataclass(frozen=True)
class GroupWindow:
    """The figures of the forces that have them, in name order, and why the others are missing."""

    areas: tuple[str, ...]
    figures: GroupFigures
    missing: tuple[str, ...]


def group_window(
    series_by_area: Mapping[str, Series],
    members: tuple[str, ...],
    focus: str,
    window: Window,
    exposure: Mapping[str, float],
) -> GroupWindow:
    """Take the window of every member that has it whole; say of the others what is wanting.

    Raises
    ------
    MethodProblem
        If the focus force has no figures, or under three members have.
    """
    found: dict[str, tuple[Series, np.ndarray]] = {}
    wanting: dict[str, str] = {}  # why a member is missing
    for area in sorted(members):
        series = series_by_area.get(area)
        periods = periods_of(series, window) if series is not None else None
        if series is None:
            wanting[area] = "no figures held"
        elif periods is None:
            wanting[area] = f"no figures for the {window.month_count} months to {month_in_words(window.last)}"
        elif _needs_exposure(series) and not exposure.get(area, 0) > 0:
            wanting[area] = NO_EXPOSURE
        else:
            found[area] = (series, periods)
    if not found:
        raise MethodProblem(_nothing_found(series_by_area, wanting, window))
    if problems := _too_few(tuple(found), wanting, focus):
        raise MethodProblem(problems)
    return GroupWindow(tuple(found), _figures(found, window, exposure), _named(wanting))


def _named(wanting: Mapping[str, str]) -> tuple[str, ...]:
    """`Kent (no figures held)`."""
    return tuple(f"{area} ({reason})" for area, reason in wanting.items())


def _nothing_found(series_by_area: Mapping[str, Series], wanting: Mapping[str, str], window: Window) -> Problem:
    """Why not one force can be compared: for want of a population, or of figures."""
    lacking = {area: reason for area, reason in wanting.items() if reason == NO_EXPOSURE}
    if lacking:
        return Problem(
            f"These are counts, compared as rates, and a population is missing: {'; '.join(_named(lacking))}.",
            next_step=GIVE_EXPOSURE,
        )
    ends = sorted({month_in_words(series.last) for series in series_by_area.values() if len(series)})
    return Problem(
        f"No force has figures for the {window.month_count} months to {month_in_words(window.last)}.",
        next_step=f"Their figures end with {', '.join(ends)}: choose `until` by them." if ends else "Give figures.",
    )


def _too_few(areas: tuple[str, ...], wanting: Mapping[str, str], focus: str) -> list[Problem]:
    """Why those that were found are no group."""
    without = f" Missing: {'; '.join(_named(wanting))}." if wanting else ""
    step = GIVE_EXPOSURE if NO_EXPOSURE in wanting.values() else ""
    problems = []
    if focus not in areas:
        problems.append(Problem(f"The focus force cannot be placed in those 12 months.{without}", "", focus, step))
    if len(areas) < FEWEST_MEMBERS:
        words = f"At least {FEWEST_MEMBERS} forces with figures are needed.{without}"
        problems.append(Problem(words, "", str(len(areas)), step))
    return problems


def periods_of(series: Series, window: Window) -> np.ndarray | None:
    """Numerators and denominators of the periods that make up the window, oldest first; None unless all are there."""
    points = series.points  # by position, since a group of all forces asks this thousands of times
    wanted = np.asarray(window.months.asi8)[series.span_months - 1 :: series.span_months]
    ends = np.asarray(pd.PeriodIndex(points["period_end"]).asi8)
    if not np.isin(wanted, ends).all():
        return None
    columns = [points[name].to_numpy(dtype=float) for name in ("numerator", "denominator")]
    figures = np.stack(columns, axis=1)[np.searchsorted(ends, wanted)]
    if np.isnan(figures[:, 0]).any() or not figures[:, 1].sum():  # out of nothing there is no rate
        return None
    lacks_denominator = bool(np.isnan(figures[:, 1]).any()) and not _needs_exposure(series)
    return None if lacks_denominator and len(figures) > 1 else figures  # per cents of unknown n cannot be pooled


def kind_problems(series_by_area: Mapping[str, Series]) -> list[Problem]:
    """Figures of a sort that cannot be set beside other forces', or of more than one sort."""
    kinds = {series.kind for series in series_by_area.values()}
    wrong = sorted(kind for kind in kinds if kind not in COMPARABLE_KINDS)
    found = [
        Problem(
            "Figures of this kind cannot be compared between forces.",
            value=kind,
            next_step="Give counts, rates, shares or survey results.",
        )
        for kind in wrong
    ]
    if len({kind.is_proportion for kind in kinds}) > 1:
        found.append(Problem("Shares and counts cannot stand in one group.", value=", ".join(sorted(kinds))))
    return found


def _needs_exposure(series: Series) -> bool:
    """True for plain counts: their rate is per person or household of the force."""
    return not series.kind.is_proportion and bool(series.points["denominator"].isna().all())


def _figures(
    found: Mapping[str, tuple[Series, np.ndarray]], window: Window, exposure: Mapping[str, float]
) -> GroupFigures:
    """Arrays of one comparison, with the noise of a yearly figure from the best evidence there is."""
    before = Window(window.first - MONTHS_IN_A_YEAR, window.last - MONTHS_IN_A_YEAR)
    now, then = [], []
    for area, (series, periods) in found.items():
        size = exposure[area] if _needs_exposure(series) else None
        earlier = periods_of(series, before)
        now.append(_totals(periods, size))
        size_before = series.population_of(before)[0] if size == series.population_of(window)[0] else size
        then.append(_totals(earlier, size_before) if earlier is not None else (np.nan, np.nan))
    latest, previous = np.array([now]), np.array([then])
    is_share = next(iter(found.values()))[0].kind.is_proportion
    evidence = {FROM_YEARS: np.stack([previous, latest], axis=2)}
    if len({len(periods) for _, periods in found.values()}) == 1:
        evidence[FROM_MONTHS] = np.stack([periods for _, periods in found.values()])[None]
    return GroupFigures(
        numerator=latest[..., 0],
        exposure=latest[..., 1],
        previous=rate_of(previous[..., 0], previous[..., 1]),
        noise=noise_of_a_year(latest[..., 0], evidence, share=is_share),
        is_share=is_share,
    )


def _totals(periods: np.ndarray, size: float | None) -> tuple[float, float]:
    """Numerator and exposure of 12 months; a per cent of unknown n is a share of nothing known."""
    numerator, denominator = periods.sum(axis=0)
    if size is not None:
        return float(numerator), size
    if np.isnan(denominator):
        return float(numerator) / PER_CENT, np.nan
    return float(numerator), float(denominator)
