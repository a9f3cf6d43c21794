"""The season: twelve month factors estimated on the baseline, a test whether they are wanted, and what they cost.

A factor is estimated from as many months as there are baseline years, so it has an error of its own. The months it was
estimated from lie too close to it, and later months lie further off; where there are later months the limits are set
for them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from pccstats.methods.constants import PROCESS_SIGMAS

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

LEAST_YEARS = 3
LEAST_MONTHS = 30  # with a figure, among the 36 or more of three years
LEAST_OF_EACH = 2  # figures of every calendar month
TEST_LEVEL = 0.05
NO_SPREAD = 1e-12
ROUNDS = 3  # of fitting level and factors by turns; the third changes nothing that can be seen
MONTHS = 12


@dataclass(frozen=True)
class Season:
    """Month factors of one or many series, and whether they may and should be used.

    Attributes
    ----------
    factors : array
        Series by months of the series: what the level is multiplied by; 1 where the season is not used.
    by_calendar_month : array
        Series by twelve, January first; estimated wherever there are years enough.
    p_value : array
        Of the test on the baseline, one a series; NaN where there are too few years.
    is_used : array of bool
    allowance : array
        One a series: how much wider the limits must be for months that the factors were not estimated from; 1 where
        they are not used.
    """

    factors: Array
    by_calendar_month: Array
    p_value: Array
    is_used: Flags
    allowance: Array


def no_season(shape: tuple[int, int]) -> Season:
    """Limits that do not follow the season."""
    rows = shape[0]
    return Season(
        np.ones(shape), np.ones((rows, MONTHS)), np.full(rows, np.nan), np.zeros(rows, dtype=bool), np.ones(rows)
    )


def find_season(
    level: Array,
    weight: Array,
    *,
    months: pd.PeriodIndex,
    in_baseline: Flags,
    segment: NDArray[np.int64],
    wanted: bool | None,
) -> Season:
    """Estimate the month factors on the baseline and decide whether the limits follow them.

    Parameters
    ----------
    level : array
        Figures on the chart's scale (events over exposure, or values), series by months.
    weight : array
        What each figure weighs: its exposure.
    in_baseline : array of bool
        Months that set the limits.
    segment : array of int
        The segment of each month; each has a level of its own, all share the season.
    wanted : bool or None
        None lets the test decide.

    Notes
    -----
    Relative level r = figure / level of its segment. The model r = factor of the month + slope × time is fitted by
    weighted least squares: a steady drift over the baseline is not read as season. It is tested against no season by
    two F tests, of a yearly wave and of twelve factors, at 5% together. With k figures of a month, a factor has
    variance sigma²/k: the moving ranges of the fitted months show sigma × sqrt(1 - 1/k), later months vary with
    sigma × sqrt(1 + 1/k). The limits of later months are therefore sqrt((k + 1)/(k - 1)) times as wide, and wider
    again by the ratio of Student's t to the normal quantile at three sigma, with the degrees of freedom that are left.
    """
    shape = level.shape
    enough = _has_years(months, in_baseline)
    if wanted is False or not enough.any():
        return no_season(shape)
    of_month = np.eye(MONTHS)[np.asarray(months.month) - 1]
    used = np.where(in_baseline & np.isfinite(level), weight, 0.0)
    used = _over(used, used.mean(axis=1, keepdims=True))
    time = np.arange(shape[1], dtype=float)
    in_segment = (segment[:, None] == np.unique(segment)).astype(float)
    figures = np.where(used > 0, level, 0.0)
    factors = np.ones((shape[0], MONTHS))
    drift = np.zeros(shape[0])
    for _ in range(ROUNDS):
        relative, centred = _relative(figures, used, factors @ of_month.T, drift, time, in_segment)
        factors, drift = _fitted(relative, used, of_month, centred)
    relative, centred = _relative(figures, used, factors @ of_month.T, drift, time, in_segment)
    p_value = _tested(relative, used, of_month, centred, in_segment.shape[1])
    p_value = np.where(enough, p_value, np.nan)
    is_used = enough & (factors > 0).all(axis=1)
    if wanted is None:
        is_used &= p_value < TEST_LEVEL
    shown = np.where(is_used[:, None], factors @ of_month.T, 1.0)
    allowance = np.where(is_used, _allowance((used > 0) @ of_month, in_segment.shape[1]), 1.0)
    return Season(shown, factors, p_value, is_used, allowance)


def _has_years(months: pd.PeriodIndex, in_baseline: Flags) -> Flags:
    """True where the baseline holds three years or more, each calendar month twice or more."""
    calendar = np.asarray(months.month) - 1
    counts = np.stack([in_baseline[:, calendar == month].sum(axis=1) for month in range(MONTHS)], axis=1)
    position = np.arange(in_baseline.shape[1])
    first = np.where(in_baseline, position, in_baseline.shape[1]).min(axis=1, initial=in_baseline.shape[1])
    last = np.where(in_baseline, position, -1).max(axis=1, initial=-1)
    is_long = last - first + 1 >= LEAST_YEARS * MONTHS - LEAST_OF_EACH
    return np.asarray(is_long & (counts.sum(axis=1) >= LEAST_MONTHS) & (counts.min(axis=1) >= LEAST_OF_EACH))


def _relative(
    figures: Array, used: Array, factors: Array, drift: Array, time: Array, in_segment: Array
) -> tuple[Array, Array]:
    """Figures over the level of their segment (season and drift out), and time from the middle of the segment."""
    months_used = used @ in_segment
    middle = _over((used * time) @ in_segment, months_used) @ in_segment.T
    centred = np.where(used > 0, time - middle, 0.0)
    expected = factors + drift[:, None] * centred
    level = _over((used * figures) @ in_segment, (used * expected) @ in_segment)
    return _over(figures, level @ in_segment.T), centred


def _fitted(relative: Array, used: Array, of_month: Array, centred: Array) -> tuple[Array, Array]:
    """Weighted least squares of month factors and a slope; the factors average 1."""
    weight = used @ of_month
    mean = _over((used * relative) @ of_month, weight)
    when = _over((used * centred) @ of_month, weight)
    x, y = centred - when @ of_month.T, relative - mean @ of_month.T
    slope = _over((used * x * y).sum(axis=1), (used * x * x).sum(axis=1))
    factors = mean - slope[:, None] * when
    average = factors.mean(axis=1)
    return _over(factors, average[:, None]), _over(slope, average)


def _tested(relative: Array, used: Array, of_month: Array, centred: Array, segments: int) -> Array:
    """The p-value that months differ by season, a steady drift allowed for.

    Two F tests, each at half the level: a yearly wave (two figures say it all, so it is found early) and twelve
    factors of any shape.
    """
    figures = (used > 0).sum(axis=1)
    flat = _rest(relative, used, np.ones((len(of_month), 1)), centred)
    angle = 2 * np.pi * of_month @ np.arange(MONTHS) / MONTHS
    wave = _rest(relative, used, np.column_stack([np.ones(len(angle)), np.cos(angle), np.sin(angle)]), centred)
    full = _rest(relative, used, of_month, centred)
    looks = [
        _f_test(flat - rest, extra, rest, figures - extra - 1 - segments)
        for rest, extra in ((wave, 2), (full, MONTHS - 1))
    ]
    return np.asarray(np.minimum(2 * np.minimum(*looks), 1.0))


def _f_test(explained: Array, extra: int, rest: Array, free: NDArray[np.int64]) -> Array:
    usable = np.maximum(free, 1)
    spread = rest / usable
    certain = np.where(explained > NO_SPREAD, np.inf, 0.0)
    ratio = np.divide(explained / extra, spread, out=certain, where=spread > NO_SPREAD)
    return np.asarray(stats.f.sf(np.maximum(ratio, 0.0), extra, usable))


def _rest(relative: Array, used: Array, shape_of_season: Array, centred: Array) -> Array:
    """Weighted sum of squares that a season of this shape and a steady drift leave unexplained."""
    terms = np.concatenate(
        [np.broadcast_to(shape_of_season, (*used.shape, shape_of_season.shape[1])), centred[:, :, None]], axis=2
    )
    weighted = (terms * used[:, :, None]).transpose(0, 2, 1)
    ridge = NO_SPREAD * np.eye(terms.shape[2])  # a month that is never there must not stop the others
    squares = weighted @ terms + ridge
    fitted = np.linalg.solve(squares, weighted @ relative[:, :, None])
    rest = relative - (terms @ fitted)[:, :, 0]
    return np.asarray((used * rest * rest).sum(axis=1))


def _allowance(counts: Array, segments: int) -> Array:
    """How much wider three-sigma limits must be, by the baseline figures there are of each calendar month."""
    figures = counts.sum(axis=1)
    years = figures / MONTHS
    free = np.maximum(MOVING_RANGE_EFFICIENCY * (figures - MONTHS - segments), 3.0)
    tail = stats.norm.sf(PROCESS_SIGMAS)
    student = stats.t.isf(tail, free) / PROCESS_SIGMAS
    return np.asarray(np.sqrt((years + 1) / np.maximum(years - 1, 0.5)) * student)


MOVING_RANGE_EFFICIENCY = 0.6  # moving ranges tell of sigma as well as this part of as many free months would


def _over(numerator: Array, denominator: Array) -> Array:
    return np.asarray(
        np.divide(
            numerator,
            denominator,
            out=np.zeros(np.broadcast_shapes(numerator.shape, denominator.shape)),
            where=denominator != 0,
        )
    )
