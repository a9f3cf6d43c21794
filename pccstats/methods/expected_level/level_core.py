"""The expected level of one series or of thousands: segments, season, limits, rules, in that order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pccstats.methods.expected_level.chart_families import TEXTBOOK_CHARTS, ChartFamily
from pccstats.methods.expected_level.level_figures import Array, Figures, Measured, measure
from pccstats.methods.expected_level.level_options import DatedReason, LevelOptions
from pccstats.methods.expected_level.season import Season, find_season, no_season
from pccstats.methods.expected_level.segment_limits import SegmentLimits, limits_of
from pccstats.methods.expected_level.special_cause import Rule, Standing, find_signals

Flags = NDArray[np.bool_]
LINES = (
    "centre_line",
    "lower_process_limit",
    "upper_process_limit",
    "lower_warning_limit",
    "upper_warning_limit",
    "z",
)


@dataclass(frozen=True)
class Stretch:
    """Columns `start` to `stop` of the months share a centre line, for the reason given where they start."""

    start: int
    stop: int
    reason: str


@dataclass(frozen=True)
class Levels:
    """The answer as arrays of series by months; `parts` are the limits of each segment."""

    lines: dict[str, Array]
    flags: dict[str, Flags]
    direction: NDArray[np.int8]
    segment: NDArray[np.int64]
    season: Season
    judged: Flags
    in_baseline: Flags
    exposure: Array
    stretches: tuple[Stretch, ...]
    parts: tuple[SegmentLimits, ...]


def stretches_of(months: pd.PeriodIndex, rebases: tuple[DatedReason, ...]) -> tuple[Stretch, ...]:
    """The months cut where the limits are set anew; a date outside the series cuts nothing."""
    reasons: dict[int, str] = {}
    for rebase in rebases:
        at = int((rebase.month - months[0]).n) if len(months) else 0
        if 0 < at < len(months):
            reasons[at] = "; ".join(filter(None, (reasons.get(at, ""), rebase.reason)))
    starts = [0, *sorted(reasons)]
    stops = [*starts[1:], len(months)]
    return tuple(Stretch(a, b, reasons.get(a, "")) for a, b in zip(starts, stops, strict=True))


def segment_numbers(stretches: tuple[Stretch, ...]) -> NDArray[np.int64]:
    """The number of the segment each month belongs to, from 1."""
    return np.concatenate([np.full(s.stop - s.start, number) for number, s in enumerate(stretches, start=1)])


def baseline_of(
    figures: Figures, measured: Measured, options: LevelOptions, stretches: tuple[Stretch, ...]
) -> tuple[Flags, Flags]:
    """Months with a figure to judge, and those of them that set the limits.

    A segment in which no month of the baseline lies is set by all its own months, unless no segment has any.
    """
    judged = ~np.isnan(measured.level) & ~options.is_excluded(figures.months)
    present = np.ones(judged.shape, dtype=bool) if figures.present is None else figures.present
    chosen = present & options.is_baseline(figures.months)
    elsewhere = np.asarray(chosen.any(axis=1))
    for stretch in stretches:
        here = np.s_[:, stretch.start : stretch.stop]
        chosen[here] |= np.asarray(elsewhere & ~chosen[here].any(axis=1))[:, None]
    return judged, judged & chosen


def find_levels(figures: Figures, *, family: ChartFamily, options: LevelOptions) -> Levels:
    """Cut into segments, estimate the season, set limits, find signals."""
    stretches = stretches_of(figures.months, options.rebases)
    measured = measure(figures, family, per_day=options.per_day)
    judged, in_baseline = baseline_of(figures, measured, options, stretches)
    season = season_of(figures.months, measured, family, options, stretches, judged, in_baseline)
    rules = rules_that_apply(options, family)
    shape = judged.shape
    lines = {name: np.empty(shape) for name in LINES}
    flags: dict[str, Flags] = {rule.name: np.zeros(shape, dtype=bool) for rule in rules}
    direction = np.zeros(shape, dtype=np.int8)
    parts = []
    for stretch in stretches:
        here = np.s_[:, stretch.start : stretch.stop]
        part = limits_of(
            _those_of(measured, here, judged),
            family=family,
            in_baseline=in_baseline[here],
            season=season.factors[here],
            allowance=_allowance(season, judged[here], in_baseline[here]),
            screen=options.screen,
        )
        found, direction[here] = find_signals(Standing(part.z, part.side, part.level), rules)
        for name in LINES:
            lines[name][here] = getattr(part, name)
        for name, months in found.items():
            flags[name][here] = months
        parts.append(part)
    return Levels(
        lines=lines,
        flags=flags,
        direction=direction,
        segment=segment_numbers(stretches),
        season=season,
        judged=judged,
        in_baseline=in_baseline,
        exposure=measured.exposure,
        stretches=stretches,
        parts=tuple(parts),
    )


def rules_that_apply(options: LevelOptions, family: ChartFamily) -> tuple[Rule, ...]:
    """The rules asked for; a chart without limits has no use for those that need them."""
    return tuple(rule for rule in options.rules if family.has_limits or not rule.needs_limits)


def season_of(
    months: pd.PeriodIndex,
    measured: Measured,
    family: ChartFamily,
    options: LevelOptions,
    stretches: tuple[Stretch, ...],
    judged: Flags,
    in_baseline: Flags,
) -> Season:
    """The season of the baseline, where the chart can follow one.

    A textbook chart that is asked for by name is drawn as the textbooks have it, unless a season is asked for too.
    """
    if not family.may_follow_season:
        return no_season(judged.shape)
    season = find_season(
        np.where(judged, measured.level, np.nan),
        measured.exposure,
        months=months,
        in_baseline=in_baseline,
        segment=segment_numbers(stretches),
        wanted=options.seasonal,
    )
    is_textbook = options.chart in TEXTBOOK_CHARTS and options.seasonal is None
    return season.only_tested() if is_textbook else season


def _allowance(season: Season, judged: Flags, in_baseline: Flags) -> Array:
    """Limits are widened where they judge months that the season was not estimated from."""
    return np.where((judged & ~in_baseline).any(axis=1), season.allowance, 1.0)


def _those_of(measured: Measured, here: tuple[slice, slice], judged: Flags) -> Measured:
    return Measured(
        level=np.where(judged[here], measured.level[here], np.nan),
        events=measured.events[here],
        exposure=measured.exposure[here],
        scale=measured.scale[here],
    )
