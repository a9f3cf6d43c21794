"""The season: twelve month factors estimated on the baseline, a test whether they are wanted, and what they cost.

A factor is estimated from as many months as there are baseline years, so it has an error of its own. The months it was
estimated from lie too close to it, and later months lie further off; where there are later months the limits are set
for them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from pccstats.methods.constants import PROCESS_SIGMAS
from pccstats.methods.expected_level.column_groups import ColumnGroups, over
from pccstats.methods.expected_level.quantiles import median, upper_quartile
from pccstats.methods.expected_level.season_evidence import MONTHS, NO_SPREAD, season_p_value

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

LEAST_YEARS = 3
WILD = 6.0  # times the upper quartile of distances from the median of the month
LEAST_MONTHS = 30  # with a figure, among the 36 or more of three years
LEAST_OF_EACH = 2  # figures of every calendar month
TEST_LEVEL = 0.01
ROUNDS = 3  # of fitting levels and factors by turns; the third changes nothing to be seen, one level needs no second
MOVING_RANGE_EFFICIENCY = 0.6  # moving ranges tell of sigma as well as this part of as many free months would


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
    left_out : array of int
        How many wild months were left out of the factors; they stay in the centre line and in sigma.
    """

    factors: Array
    by_calendar_month: Array
    p_value: Array
    is_used: Flags
    allowance: Array
    left_out: NDArray[np.int64]

    def only_tested(self) -> Season:
        """The same season, tested and not used."""
        return replace(
            self,
            factors=np.ones_like(self.factors),
            is_used=np.zeros_like(self.is_used),
            allowance=np.ones_like(self.allowance),
        )


def no_season(shape: tuple[int, int]) -> Season:
    """Limits that do not follow the season."""
    rows = shape[0]
    return Season(
        np.ones(shape),
        np.ones((rows, MONTHS)),
        np.full(rows, np.nan),
        np.zeros(rows, dtype=bool),
        np.ones(rows),
        np.zeros(rows, dtype=np.int64),
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
    weighted least squares: a steady drift over the baseline is not read as season, and single wild months are left
    out. That there is a season is tested by two F tests on ranks, of a yearly wave and of twelve factors, at 1%
    together. With k figures of a month, a factor has variance sigma²/k: the moving ranges of the fitted months show
    sigma × sqrt(1 - 1/k), later months vary with sigma × sqrt(1 + 1/k). The limits of later months are therefore
    sqrt((k + 1)/(k - 1)) times as wide, and wider again by the ratio of Student's t to the normal quantile at three
    sigma, with the degrees of freedom left.
    """
    shape = level.shape
    enough = _has_years(months, in_baseline)
    if wanted is False or not enough.any():
        return no_season(shape)
    used = np.where(in_baseline & np.isfinite(level), weight, 0.0)
    used = over(used, used.mean(axis=1, keepdims=True))
    figures = np.where(used > 0, level, 0.0)
    of_month, of_segment = ColumnGroups.of(np.asarray(months.month) - 1), ColumnGroups.of(segment - 1)
    relative = over(figures, of_segment.spread(over(of_segment.sum(used * figures), of_segment.sum(used))))
    p_value = np.where(enough, season_p_value(relative, used > 0, months), np.nan)
    wild = _wild(relative, used > 0, of_month)
    factors = _factors(figures, np.where(wild, 0.0, used), of_month, of_segment)
    is_used = enough & (factors > 0).all(axis=1)
    if wanted is None:
        is_used &= p_value < TEST_LEVEL
    shown = np.where(is_used[:, None], of_month.spread(factors), 1.0)
    allowance = _allowance((used > 0).sum(axis=1), of_segment.count)
    return Season(shown, factors, p_value, is_used, np.where(is_used, allowance, 1.0), wild.sum(axis=1))


def _has_years(months: pd.PeriodIndex, in_baseline: Flags) -> Flags:
    """True where the baseline holds three years or more, each calendar month twice or more."""
    length = in_baseline.shape[1]
    if length < LEAST_YEARS * MONTHS - LEAST_OF_EACH:
        return np.zeros(len(in_baseline), dtype=bool)
    counts = ColumnGroups.of(np.asarray(months.month) - 1).sum(in_baseline.astype(float))
    first, last = in_baseline.argmax(axis=1), length - 1 - in_baseline[:, ::-1].argmax(axis=1)
    is_long = last - first + 1 >= LEAST_YEARS * MONTHS - LEAST_OF_EACH
    return np.asarray(is_long & (counts.sum(axis=1) >= LEAST_MONTHS) & (counts.min(axis=1) >= LEAST_OF_EACH))


def _wild(relative: Array, known: Flags, of_month: ColumnGroups) -> Flags:
    """Months so far from the others of their name that they would make a season of their own.

    Distances from the month's median are compared with their upper quartile, 0.9 to 1.1 sigma: one in 170 steady
    series of three years has such a month, and one in thousands of five.
    """
    middle = np.stack([median(relative[:, of], known[:, of]) for of in of_month.columns], axis=1)
    distance = np.abs(relative - of_month.spread(middle))
    usual = upper_quartile(distance, known)
    return np.asarray(known & (distance > WILD * usual[:, None]) & (usual[:, None] > NO_SPREAD))


def _factors(figures: Array, used: Array, of_month: ColumnGroups, of_segment: ColumnGroups) -> Array:
    """Month factors, fitted by turns with the level of each segment and a steady drift common to all."""
    time = np.arange(figures.shape[1], dtype=float)
    middle = of_segment.spread(over(of_segment.sum(used * time), of_segment.sum(used)))
    centred = np.where(used > 0, time - middle, 0.0)
    factors, drift = np.ones((len(figures), MONTHS)), np.zeros(len(figures))
    for _ in range(1 if of_segment.count == 1 else ROUNDS):
        expected = of_month.spread(factors) + drift[:, None] * centred
        level = over(of_segment.sum(used * figures), of_segment.sum(used * expected))
        factors, drift = _fitted(over(figures, of_segment.spread(level)), used, of_month, centred)
    return factors


def _fitted(relative: Array, used: Array, of_month: ColumnGroups, centred: Array) -> tuple[Array, Array]:
    """Weighted least squares of month factors and a slope; the factors average 1."""
    weight = of_month.sum(used)
    mean = over(of_month.sum(used * relative), weight)
    when = over(of_month.sum(used * centred), weight)
    x, y = centred - of_month.spread(when), relative - of_month.spread(mean)
    slope = over((used * x * y).sum(axis=1), (used * x * x).sum(axis=1))
    factors = mean - slope[:, None] * when
    average = factors.mean(axis=1)
    return over(factors, average[:, None]), over(slope, average)


def _allowance(figures: NDArray[np.int64], segments: int) -> Array:
    """How much wider the limits of later months must be, by how many figures the season was estimated from."""
    years = figures / MONTHS
    free = np.maximum(MOVING_RANGE_EFFICIENCY * (figures - MONTHS - segments), 3.0)
    student = special.stdtrit(free, special.ndtr(PROCESS_SIGMAS)) / PROCESS_SIGMAS
    return np.asarray(np.sqrt((years + 1) / np.maximum(years - 1, 0.5)) * student)
