"""Centre line and limits: segments, moving ranges, sigma."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from pccstats.methods.level.charts import (
    D2_PAIR,
    D4_PAIR,
    PROCESS_SIGMAS,
    TEXTBOOK_CHARTS,
    WARNING_SIGMAS,
    ChartFamily,
    Figures,
    Measured,
    measure,
)
from pccstats.methods.level.options import DatedReason, LevelOptions
from pccstats.methods.level.rules import Rule, Standing, find_signals
from pccstats.methods.level.season import Season, find_season, median, no_season

Flags = NDArray[np.bool_]
LINES = (
    "centre_line",
    "lower_process_limit",
    "upper_process_limit",
    "lower_warning_limit",
    "upper_warning_limit",
    "z",
)
ON_THE_LINE = 1e-11  # of the centre line: a difference this small is the last digit, not the figure
Array = NDArray[np.float64]


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


@dataclass(frozen=True)
class SegmentLimits:
    """The limits of one segment, series by months; what was found on the way, one figure a series.

    Attributes
    ----------
    centre_line, lower_process_limit, upper_process_limit, lower_warning_limit, upper_warning_limit : array
        On the readers' scale.
    z : array
        Distance from the centre in sigma, NaN where there is no figure to judge.
    side : array of int
        1 above the centre line, -1 below it, 0 on it or with no figure.
    level : array
        The figures with exposure and season taken out.
    centre : array
        The centre line on the chart's own scale, one a series.
    dispersion : array
        How much more the months vary than chance alone would have it; NaN where the chart does not ask or cannot know.
    baseline_months, left_out : array of int
        Months that set the limits; extreme moving ranges left out.
    """

    centre_line: Array
    lower_process_limit: Array
    upper_process_limit: Array
    lower_warning_limit: Array
    upper_warning_limit: Array
    z: Array
    side: NDArray[np.int8]
    level: Array
    centre: Array
    dispersion: Array
    baseline_months: NDArray[np.int64]
    left_out: NDArray[np.int64]


def limits_of(
    measured: Measured,
    *,
    family: ChartFamily,
    in_baseline: Flags,
    season: Array,
    allowance: Array,
    screen: bool,
) -> SegmentLimits:
    """Set the limits of one segment by its baseline months.

    Parameters
    ----------
    measured : Measured
        The segment's figures; months to be left out of everything are NaN in `level`.
    in_baseline : array of bool
        Months with a figure that set the limits.
    season : array
        The month's factor: 1 where there is no season.
    allowance : array
        One a series: how much wider the limits must be because the season was estimated; 1 where it was not.
    """
    centre = _centre(measured, family, in_baseline, season)
    expected = centre[:, None] * season
    if np.isfinite(family.highest):
        expected = np.minimum(expected, family.highest)
    unit = season if not family.has_exposure and family.asks_months else family.unit_spread(expected, measured.exposure)
    away = _away(measured.level, expected)
    dispersion, left_out = _dispersion(away, unit, in_baseline, family, screen=screen)
    sigma = np.where(np.isnan(dispersion), 1.0, dispersion)[:, None] * unit * allowance[:, None]
    shown = median(measured.level, in_baseline)[:, None] * season if family.shows_median else expected
    return SegmentLimits(
        centre_line=family.back(shown) * measured.scale,
        lower_process_limit=_limit(expected, -PROCESS_SIGMAS * sigma, measured, family),
        upper_process_limit=_limit(expected, PROCESS_SIGMAS * sigma, measured, family),
        lower_warning_limit=_limit(expected, -WARNING_SIGMAS * sigma, measured, family),
        upper_warning_limit=_limit(expected, WARNING_SIGMAS * sigma, measured, family),
        z=_in_sigma(away, sigma),
        side=_side(_away(measured.level, shown) if family.shows_median else away),
        level=measured.level / season,
        centre=centre,
        dispersion=dispersion,
        baseline_months=in_baseline.sum(axis=-1),
        left_out=left_out,
    )


def _centre(measured: Measured, family: ChartFamily, in_baseline: Flags, season: Array) -> Array:
    """Mean of the values, or all events over all exposure, season taken out."""
    if not family.has_limits:
        return median(measured.level / season, in_baseline)
    events = measured.events if family.has_exposure else measured.level / season
    exposure = measured.exposure * season if family.has_exposure else measured.exposure
    total = np.where(in_baseline, events, 0.0).sum(axis=-1)
    out_of = np.where(in_baseline, exposure, 0.0).sum(axis=-1)
    return np.asarray(np.divide(total, out_of, out=np.full(total.shape, np.nan), where=out_of > 0))


def _away(level: Array, expected: Array) -> Array:
    away = level - expected
    return np.where(np.abs(away) <= ON_THE_LINE * np.abs(expected), 0.0 * away, away)


def _dispersion(
    away: Array, unit: Array, in_baseline: Flags, family: ChartFamily, *, screen: bool
) -> tuple[Array, NDArray[np.int64]]:
    """Mean moving range of the standardised baseline months over d2 (Laney 2002); NaN where it cannot be known."""
    if not family.asks_months:
        return np.full(len(away), np.nan), np.zeros(len(away), dtype=np.int64)
    standardised = np.divide(away, unit, out=np.full_like(away, np.nan), where=in_baseline & (unit > 0))
    mean, left_out = mean_moving_range(moving_ranges(standardised), screen=screen)
    return mean / D2_PAIR, left_out


def _limit(expected: Array, distance: Array, measured: Measured, family: ChartFamily) -> Array:
    if not family.has_limits:
        return np.full_like(expected, np.nan)
    limit = expected + distance
    if np.isfinite(family.lowest) or np.isfinite(family.highest):
        limit = np.clip(limit, family.lowest, family.highest)
    return family.back(limit) * measured.scale


def _in_sigma(away: Array, sigma: Array) -> Array:
    """Distances in sigma; where sigma is nought, a month on the line is at 0 and any other infinitely far."""
    far = np.where(away == 0, 0.0 * away, np.copysign(np.inf, away))
    far = np.where(np.isnan(away), np.nan, far)
    return np.divide(away, sigma, out=far, where=sigma > 0)


def _side(away: Array) -> NDArray[np.int8]:
    return (away > 0).astype(np.int8) - (away < 0).astype(np.int8)


def moving_ranges(values: ArrayLike) -> Array:
    """Absolute difference from the month before, along the last axis; the first, and those beside a gap, are empty.

    Examples
    --------
    >>> moving_ranges([10, 12, 11]).tolist()
    [nan, 2.0, 1.0]
    """
    array = np.asarray(values, dtype=float)
    ranges = np.full_like(array, np.nan)
    ranges[..., 1:] = np.abs(array[..., 1:] - array[..., :-1])
    return ranges


def mean_moving_range(ranges: Array, *, screen: bool = False) -> tuple[Array, NDArray[np.int64]]:
    """The mean of the moving ranges that are not empty, along the last axis, and how many extreme ones were left out.

    Parameters
    ----------
    ranges : array
        Moving ranges; empty ones are NaN.
    screen : bool
        Leave out, once, the ranges at or above `D4_PAIR` times their mean.

    Returns
    -------
    mean : array
        NaN where there is no moving range.
    left_out : array of int

    References
    ----------
    Nelson LS (1982). Control charts for individual measurements. Journal of Quality Technology 14: 172-173.

    Examples
    --------
    >>> mean, left_out = mean_moving_range(moving_ranges([10, 12, 11]))
    >>> float(mean), int(left_out)
    (1.5, 0)
    """
    known = ~np.isnan(ranges)
    mean = _mean(ranges, known)
    if not screen:
        return mean, np.zeros(mean.shape, dtype=np.int64)
    # A constant series has a mean range of nought, and nothing in it is extreme.
    ordinary = known & ((ranges < D4_PAIR * mean[..., None]) | (mean[..., None] == 0))
    return _mean(ranges, ordinary), known.sum(axis=-1) - ordinary.sum(axis=-1)


def _mean(values: Array, chosen: NDArray[np.bool_]) -> Array:
    count = chosen.sum(axis=-1)
    total = np.where(chosen, values, 0.0).sum(axis=-1)
    return np.asarray(np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0))
