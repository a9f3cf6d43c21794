"""Centre line and limits, segment by segment: moving ranges, sigma, probability limits, wild months."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pccstats.methods.level.charts import D2_PAIR, D4_PAIR, ChartFamily, Measured
from pccstats.methods.level.options import LevelOptions
from pccstats.methods.level.probability import (
    NEGATIVE_BINOMIAL,
    RARE,
    Chance,
    normal_to_student,
    student_to_normal,
)
from pccstats.methods.level.rules import PROCESS_SIGMAS, WARNING_SIGMAS, Standing
from pccstats.methods.level.season import Season, median
from pccstats.methods.level.segments import Segments, side_by_side

Flags = NDArray[np.bool_]
Array = NDArray[np.float64]
ON_THE_LINE = 1e-11  # of the centre line: a difference this small is the last digit, not the figure
MOVING_RANGE_EFFICIENCY = 0.6  # moving ranges tell of sigma as well as this part of as many free months would
LEAST_FREE = 3.0
FREE_OF_ERROR = 1e9
WILD_SCORE = 5.0  # beyond it, on the median and the median moving range, a figure sets no limits
LEAST_AWAY = 2.4  # sigma: no figure nearer than that has such a score, and scores take the longest to find
LEAST_FOR_WILD = 5.0  # cases a month: of fewer the median tells too little
MOST_WILD = 12  # one in so many baseline months; more than that are a level of their own, not wild
NEVER_YET = 0.5  # cases are taken to be behind a baseline without one (Jeffreys' estimate of a Poisson rate)
MEDIAN_PAIR = 0.953873  # the median range of two independent standard normal values: sqrt(2) × 0.674490
LINES = {
    "lower_process_limit": -PROCESS_SIGMAS,
    "upper_process_limit": PROCESS_SIGMAS,
    "lower_warning_limit": -WARNING_SIGMAS,
    "upper_warning_limit": WARNING_SIGMAS,
}


@dataclass(frozen=True)
class Limits:
    """Centre line and limits of one or many series.

    Attributes
    ----------
    lines : dict of str to array
        Centre line, process and warning limits by the name of their column, series by months, as readers see them.
    standing : Standing
        How the months lie to the centre line.
    log_none : array
        The logarithm of the chance that a month has no case, where it has none and cases are rare; NaN elsewhere.
    sets_limits, is_wild : array of bool
        Series by months: those that set the limits; those of the baseline too wild to.
    dispersion : array
        Series by segments: how much more the months vary than chance alone would have it; NaN where the chart does not
        ask or cannot know.
    baseline_months, left_out : array of int
        Series by segments: months that set the limits; extreme moving ranges left out.
    """

    lines: dict[str, Array]
    standing: Standing
    log_none: Array
    sets_limits: Flags
    is_wild: Flags
    dispersion: Array
    baseline_months: NDArray[np.int64]
    left_out: NDArray[np.int64]


def set_limits(measured: Measured, segments: Segments, season: Season, asked: LevelOptions) -> Limits:
    """Set the limits of each segment by its baseline months."""
    estimated_from = segments.in_baseline.sum(axis=1)
    parts = []
    for months in segments.months:
        here = np.s_[:, months]
        judged, in_baseline = segments.judged[here], segments.in_baseline[here]
        figures, factors = measured.between(months).where(judged), season.factors[here]
        is_wild = _wild(figures, asked, in_baseline, factors)
        sets_limits = in_baseline & ~is_wild
        level = _Level.of(figures, asked.family, sets_limits, factors, screen=asked.screen)
        error = _Error.of(
            sets_limits.sum(axis=1),
            season.parameters,
            estimated_from,
            is_felt=(judged & ~in_baseline).any(axis=1) & (season.is_used | (asked.chance is not None)),
        )
        drawn = _drawn(figures, asked, level, error)
        parts.append(_answer(figures, asked.family, level, drawn, is_wild))
    return side_by_side(parts)


@dataclass(frozen=True)
class _Level:
    """Where the figures of one segment are expected, and how they lie to it, on the chart's own scale.

    Attributes
    ----------
    sets_limits : array of bool
    season, expected, unit, away : array
        Factors; what is expected; the standard deviation that chance alone gives; figures less what is expected.
    shown : array
        The centre line as it is drawn.
    dispersion : array
        One a series: how many times as much the figures vary; NaN where it is not asked, or cannot be known.
    """

    sets_limits: Flags
    season: Array
    expected: Array
    unit: Array
    away: Array
    shown: Array
    dispersion: Array
    left_out: NDArray[np.int64]

    @classmethod
    def of(cls, measured: Measured, family: ChartFamily, sets_limits: Flags, season: Array, *, screen: bool) -> _Level:
        expected = _centre(measured, family, sets_limits, season)[:, None] * season
        if np.isfinite(family.highest):
            expected = np.minimum(expected, family.highest)
        values_alone = not family.has_exposure and family.asks_months
        unit = season if values_alone else family.unit_spread(expected, measured.exposure)
        away = _away(measured.level, expected)
        dispersion, left_out = _dispersion(away, unit, sets_limits, family, screen=screen)
        shown = median(measured.level, sets_limits)[:, None] * season if family.shows_median else expected
        return cls(sets_limits, season, expected, unit, away, shown, dispersion, left_out)


@dataclass(frozen=True)
class _Error:
    """What estimating centre, season and sigma from few figures does to limits that judge others; 1 where nothing.

    With h the leverage, parameters over figures: the figures that limits are set by vary with sigma × sqrt(1 - h) about
    what was fitted to them, others with sigma × sqrt(1 + h).

    Attributes
    ----------
    spread : array
        One a series: sqrt((1 + h) / (1 - h)), how many times as far the others lie.
    free : array
        The degrees of freedom of the moving ranges; so many that nothing is seen of them where nothing is felt.
    """

    spread: Array
    free: Array

    @classmethod
    def of(
        cls, figures: NDArray[np.int64], parameters: NDArray[np.int64], of_season: NDArray[np.int64], *, is_felt: Flags
    ) -> _Error:
        """The error of so many figures in the segment, and in all segments, which share the season."""
        in_all = np.maximum(of_season, 1)
        leverage = 1 / np.maximum(figures, 1) + (parameters - 1) / in_all
        spread = np.sqrt((1 + leverage) / np.maximum(1 - leverage, LEAST_FREE / (LEAST_FREE + in_all)))
        free = np.maximum(MOVING_RANGE_EFFICIENCY * (figures * (1 - leverage) - 1), LEAST_FREE)
        return cls(np.where(is_felt, spread, 1.0), np.where(is_felt, free, FREE_OF_ERROR))


@dataclass(frozen=True)
class _Drawn:
    """Lines on the chart's own scale, and how far out the figures are."""

    lines: dict[str, Array]
    z: Array
    log_none: Array


def _drawn(measured: Measured, asked: LevelOptions, level: _Level, error: _Error) -> _Drawn:
    """Limits by what chance does to such figures, or by sigma."""
    if asked.chance is None:
        return _sigma_limits(asked.family, level, error)
    return _probability_limits(measured, asked.chance, level, error)


def _sigma_limits(family: ChartFamily, level: _Level, error: _Error) -> _Drawn:
    """So many sigma either side, whatever the shape of chance."""
    student = normal_to_student(PROCESS_SIGMAS, error.free) / PROCESS_SIGMAS
    spread = np.where(np.isnan(level.dispersion), 1.0, level.dispersion) * error.spread * student
    sigma = spread[:, None] * level.unit
    lines = {name: level.expected + sigmas * sigma for name, sigmas in LINES.items()}
    if not family.has_limits:
        lines = {name: np.full_like(line, np.nan) for name, line in lines.items()}
    return _Drawn(lines, _in_sigma(level.away, sigma), np.full_like(sigma, np.nan))


def _probability_limits(measured: Measured, chance: Chance, level: _Level, error: _Error) -> _Drawn:
    """Where chance alone goes as seldom as a normal figure beyond so many sigma; never narrower than plain chance."""
    dispersion = np.fmax(level.dispersion, 1.0) ** 2 * error.spread**2
    # Figures that vary less than chance would have it tell that there is little beyond chance: sigma is known then.
    free = np.where(level.dispersion > 1, error.free, FREE_OF_ERROR)
    exposure, expected = measured.exposure, level.expected
    if chance is NEGATIVE_BINOMIAL:
        ever = np.where(level.sets_limits, exposure, 0.0).sum(axis=1, keepdims=True)
        expected = np.where(expected == 0, NEVER_YET / np.maximum(ever, 1.0), expected)
    alike, first = _months_alike(expected, exposure)
    reach = np.stack([normal_to_student(sigmas, free) for sigmas in LINES.values()])[:, :, None]
    events = chance.at(reach, expected[:, first], exposure[:, first], dispersion[:, None])
    lines = dict(zip(LINES, (events / exposure[:, first])[:, :, alike], strict=True))
    z = chance.score(measured.events, expected, exposure, dispersion[:, None])
    is_felt = free < FREE_OF_ERROR
    z[is_felt] = student_to_normal(z[is_felt], free[is_felt, None])
    z[np.isnan(measured.level)] = np.nan
    return _Drawn(lines, z, _log_none(measured, chance, level, dispersion[:, None]))


def _log_none(measured: Measured, chance: Chance, level: _Level, dispersion: Array) -> Array:
    """How likely a month without a case is, in the months that have none, where fewer than `RARE` are expected."""
    nothing = np.full_like(level.expected, np.nan)
    expected = level.expected * measured.exposure
    is_rare = expected.mean(axis=1) < RARE
    if chance.log_none is None or not is_rare.any():
        return nothing
    is_empty = (measured.events == 0) & ~np.isnan(measured.level) & is_rare[:, None] & (expected > 0)
    return np.where(is_empty, chance.log_none(level.expected, measured.exposure, dispersion), np.nan)


def _months_alike(expected: Array, exposure: Array) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Months of which the same is expected in every series, to be reckoned once: each one's kind, and one of each."""
    _, first, alike = np.unique((expected * exposure).sum(axis=0), return_index=True, return_inverse=True)
    if all(np.array_equal(grid, grid[:, first][:, alike]) for grid in (expected, exposure)):
        return alike, first
    every = np.arange(expected.shape[1])
    return every, every


def _wild(measured: Measured, asked: LevelOptions, in_baseline: Flags, season: Array) -> Flags:
    """Baseline months so far out that they would set limits of their own, where they are few.

    Centre and sigma are medians here, which one wild month cannot move.
    """
    family, chance = asked.family, asked.chance
    if chance is None:
        return np.zeros_like(in_baseline)
    expected = np.minimum(median(measured.level / season, in_baseline)[:, None] * season, family.highest)
    unit = family.unit_spread(expected, measured.exposure)
    away = np.divide(measured.level - expected, unit, out=np.full_like(unit, np.nan), where=in_baseline & (unit > 0))
    ranges = moving_ranges(away)
    sigma = median(ranges, ~np.isnan(ranges)) / MEDIAN_PAIR
    sigma = np.broadcast_to(np.fmax(sigma, 1.0)[:, None], away.shape)
    far = (np.abs(away) > LEAST_AWAY * sigma) & (expected * measured.exposure >= LEAST_FOR_WILD)
    asked_of = (grid[far] for grid in (measured.events, expected, measured.exposure, sigma**2))
    far[far] = np.abs(chance.score(*asked_of)) > WILD_SCORE
    few = far.sum(axis=1) * MOST_WILD <= in_baseline.sum(axis=1)
    return np.asarray(far & few[:, None])


def _answer(measured: Measured, family: ChartFamily, level: _Level, drawn: _Drawn, is_wild: Flags) -> Limits:
    """One segment's limits as readers see them."""
    side = _side(_away(measured.level, level.shown) if family.shows_median else level.away)
    lines = {"centre_line": family.back(level.shown) * measured.scale}
    for name, line in drawn.lines.items():
        lines[name] = family.back(np.clip(line, family.lowest, family.highest)) * measured.scale
    return Limits(
        lines=lines,
        standing=Standing(drawn.z, side, measured.level / level.season),
        log_none=drawn.log_none,
        sets_limits=level.sets_limits,
        is_wild=is_wild,
        dispersion=level.dispersion[:, None],
        baseline_months=level.sets_limits.sum(axis=-1)[:, None],
        left_out=level.left_out[:, None],
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
