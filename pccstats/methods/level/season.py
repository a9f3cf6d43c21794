"""The season in an expected level: factors of the months or quarters of a year, and the evidence for them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import special

from pccstats.methods.level.charts import Figures, Measured, Seasons
from pccstats.methods.level.options import LevelOptions
from pccstats.methods.level.rules import PROCESS_SIGMAS
from pccstats.methods.level.segments import Segments

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
LEAST_YEARS = {12: 3, 4: 4}  # of months, of quarters: in three years of them limits come out 2.4 times too wide
WILD = 6.0  # times the upper quartile of distances from the median of the month or quarter
LEAST_HELD = 5 / 6  # of the figures of so many years: 30 months, 14 quarters
LEAST_OF_EACH = 2  # figures of every month, or quarter, of the year
WANTING_AT_THE_ENDS = 18  # one in so many: two months, no quarter
TEST_LEVEL = 0.01
ROUNDS = 3  # of fitting levels and factors by turns; the third changes nothing to be seen, one level needs no second
MOVING_RANGE_EFFICIENCY = 0.6  # moving ranges tell of sigma as well as this part of as many free months would
NO_SPREAD = 1e-12


@dataclass(frozen=True)
class Season:
    """Factors of the months or quarters of one or many series, and whether they may and should be used.

    Attributes
    ----------
    factors : array
        Series by its months or quarters: what the level is multiplied by; 1 where the season is not used.
    by_place : array
        Series by places in the year (`Seasons`); estimated wherever there are years enough.
    p_value : array
        Of the test on the baseline, one a series; NaN where there are too few years.
    is_used : array of bool
    allowance : array
        One a series: how much wider the limits must be for months that the factors were not estimated from; 1 where
        they are not used.
    left_out : array of int
        How many wild figures were left out of the factors; they stay in the centre line and in sigma.
    """

    factors: Array
    by_place: Array
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


def no_season(shape: tuple[int, int], seasons: int) -> Season:
    """Limits that do not follow the season."""
    rows = shape[0]
    return Season(
        np.ones(shape),
        np.ones((rows, seasons)),
        np.full(rows, np.nan),
        np.zeros(rows, dtype=bool),
        np.ones(rows),
        np.zeros(rows, dtype=np.int64),
    )


def season_of(figures: Figures, measured: Measured, segments: Segments, asked: LevelOptions) -> Season:
    """The season of the baseline, where the chart can follow one.

    A textbook chart that is asked for by name is drawn as the textbooks have it, unless a season is asked for too.
    """
    if not asked.family.may_follow_season:
        return no_season(segments.judged.shape, figures.seasons.count)
    season = find_season(
        np.where(segments.judged, measured.level, np.nan),
        measured.exposure,
        seasons=figures.seasons,
        in_baseline=segments.in_baseline,
        segment=segments.number,
        wanted=asked.seasonal,
    )
    return season.only_tested() if asked.is_textbook and asked.seasonal is None else season


def find_season(
    level: Array,
    weight: Array,
    *,
    seasons: Seasons,
    in_baseline: Flags,
    segment: NDArray[np.int64],
    wanted: bool | None,
) -> Season:
    """Estimate the factors of months or quarters on the baseline and decide whether the limits follow them.

    Parameters
    ----------
    level : array
        Figures on the chart's scale (events over exposure, or values), series by months or quarters.
    weight : array
        What each figure weighs: its exposure.
    seasons : Seasons
        The place of each figure in its year.
    in_baseline : array of bool
        Figures that set the limits.
    segment : array of int
        The segment of each figure; each has a level of its own, all share the season.
    wanted : bool or None
        None lets the test decide.

    Notes
    -----
    Relative level r = figure / level of its segment. The model r = factor of the place + slope × time is fitted by
    weighted least squares: a steady drift over the baseline is not read as season, and single wild figures are left
    out. That there is a season is tested by two F tests on ranks, of a yearly wave and of factors of any shape (twelve
    of months, four of quarters), at 1% together. With k figures of a place, a factor has variance sigma²/k: the moving
    ranges of the fitted figures show sigma × sqrt(1 - 1/k), later ones vary with sigma × sqrt(1 + 1/k). The limits of
    later figures are therefore sqrt((k + 1)/(k - 1)) times as wide, and wider again by the ratio of Student's t to the
    normal quantile at three sigma, with the degrees of freedom left.
    """
    shape = level.shape
    enough = _has_years(seasons, in_baseline)
    if wanted is False or not enough.any():
        return no_season(shape, seasons.count)
    used = np.where(in_baseline & np.isfinite(level), weight, 0.0)
    used = over(used, used.mean(axis=1, keepdims=True))
    figures = np.where(used > 0, level, 0.0)
    of_place, of_segment = ColumnGroups.of(seasons.place), ColumnGroups.of(segment - 1)
    relative = over(figures, of_segment.spread(over(of_segment.sum(used * figures), of_segment.sum(used))))
    p_value = np.where(enough, season_p_value(relative, used > 0, seasons), np.nan)
    wild = _wild(relative, used > 0, of_place)
    factors = _factors(figures, np.where(wild, 0.0, used), of_place, of_segment)
    is_used = enough & (factors > 0).all(axis=1)
    if wanted is None:
        is_used &= p_value < TEST_LEVEL
    shown = np.where(is_used[:, None], of_place.spread(factors), 1.0)
    allowance = _allowance((used > 0).sum(axis=1), seasons.count, of_segment.count)
    return Season(shown, factors, p_value, is_used, np.where(is_used, allowance, 1.0), wild.sum(axis=1))


def _has_years(seasons: Seasons, in_baseline: Flags) -> Flags:
    """True where the baseline holds years enough, each month or quarter of the year twice or more."""
    length, whole = in_baseline.shape[1], LEAST_YEARS[seasons.count] * seasons.count
    least = whole - whole // WANTING_AT_THE_ENDS
    if length < least:
        return np.zeros(len(in_baseline), dtype=bool)
    counts = ColumnGroups.of(seasons.place).sum(in_baseline.astype(float))
    first, last = in_baseline.argmax(axis=1), length - 1 - in_baseline[:, ::-1].argmax(axis=1)
    is_held = counts.sum(axis=1) >= LEAST_HELD * whole
    return np.asarray((last - first + 1 >= least) & is_held & (counts.min(axis=1) >= LEAST_OF_EACH))


def _wild(relative: Array, known: Flags, of_place: ColumnGroups) -> Flags:
    """Figures so far from the others of their place that they would make a season of their own.

    Distances from the place's median are compared with their upper quartile, 0.9 to 1.1 sigma: one in 170 steady
    series of three years has such a month, and one in thousands of five.
    """
    middle = np.stack([median(relative[:, of], known[:, of]) for of in of_place.columns], axis=1)
    distance = np.abs(relative - of_place.spread(middle))
    usual = upper_quartile(distance, known)
    return np.asarray(known & (distance > WILD * usual[:, None]) & (usual[:, None] > NO_SPREAD))


def _factors(figures: Array, used: Array, of_place: ColumnGroups, of_segment: ColumnGroups) -> Array:
    """Factors, fitted by turns with the level of each segment and a steady drift common to all."""
    time = np.arange(figures.shape[1], dtype=float)
    middle = of_segment.spread(over(of_segment.sum(used * time), of_segment.sum(used)))
    centred = np.where(used > 0, time - middle, 0.0)
    factors, drift = np.ones((len(figures), of_place.count)), np.zeros(len(figures))
    for _ in range(1 if of_segment.count == 1 else ROUNDS):
        expected = of_place.spread(factors) + drift[:, None] * centred
        level = over(of_segment.sum(used * figures), of_segment.sum(used * expected))
        factors, drift = _fitted(over(figures, of_segment.spread(level)), used, of_place, centred)
    return factors


def _fitted(relative: Array, used: Array, of_place: ColumnGroups, centred: Array) -> tuple[Array, Array]:
    """Weighted least squares of factors and a slope; the factors average 1."""
    weight = of_place.sum(used)
    mean = over(of_place.sum(used * relative), weight)
    when = over(of_place.sum(used * centred), weight)
    x, y = centred - of_place.spread(when), relative - of_place.spread(mean)
    slope = over((used * x * y).sum(axis=1), (used * x * x).sum(axis=1))
    factors = mean - slope[:, None] * when
    average = factors.mean(axis=1)
    return over(factors, average[:, None]), over(slope, average)


def _allowance(figures: NDArray[np.int64], seasons: int, segments: int) -> Array:
    """How much wider the limits of later figures must be, by how many the season was estimated from."""
    years = figures / seasons
    free = np.maximum(MOVING_RANGE_EFFICIENCY * (figures - seasons - segments), 3.0)
    student = special.stdtrit(free, special.ndtr(PROCESS_SIGMAS)) / PROCESS_SIGMAS
    return np.asarray(np.sqrt((years + 1) / np.maximum(years - 1, 0.5)) * student)


def season_p_value(level: Array, known: Flags, seasons: Seasons) -> Array:
    """The p-value that figures differ by season, a steady drift allowed for.

    Two F tests, each at half the level: a yearly wave (two figures say it all, so it is found early) and factors of any
    shape. Both are made on ranks, so that one wild figure cannot pass for a season.

    Parameters
    ----------
    level : array
        Figures relative to the level of their segment, series by months or quarters.
    known : array of bool
        Those that are asked.
    """
    time = np.linspace(-1, 1, len(seasons.place))
    angle = 2 * np.pi * seasons.place / seasons.count
    drift = np.column_stack([np.ones(len(time)), time])
    wave = np.column_stack([drift, np.cos(angle), np.sin(angle)])
    factors = np.column_stack([drift, np.eye(seasons.count)[seasons.place][:, 1:]])
    scores = _normal_scores(level, known)
    free = known.sum(axis=1) - drift.shape[1]
    flat, waving, free_form = (_rest(scores, known.astype(float), terms) for terms in (drift, wave, factors))
    looks = [
        _f_test(flat - rest, extra, rest, free - extra) for rest, extra in ((waving, 2), (free_form, seasons.count - 1))
    ]
    return np.asarray(np.minimum(2 * np.minimum(*looks), 1.0))


def _normal_scores(values: Array, known: Flags) -> Array:
    """Ranks written as normal deviates, so that one wild figure cannot pass for a season; 0 where there is none."""
    order = np.where(known, values, np.inf).argsort(axis=1, kind="stable")
    ranks = np.empty(values.shape)
    np.put_along_axis(ranks, order, np.arange(1.0, values.shape[1] + 1)[None, :], axis=1)
    scores = special.ndtri(ranks / (known.sum(axis=1, keepdims=True) + 1))
    return np.where(known, scores, 0.0)


def _f_test(explained: Array, extra: int, rest: Array, free: NDArray[np.int64]) -> Array:
    usable = np.maximum(free, 1)
    spread = rest / usable
    certain = np.where(explained > NO_SPREAD, np.inf, 0.0)
    ratio = np.divide(explained / extra, spread, out=certain, where=spread > NO_SPREAD)
    return np.asarray(special.fdtrc(extra, usable, np.maximum(ratio, 0.0)))


def _rest(scores: Array, known: Array, terms: Array) -> Array:
    """Sum of squares that these terms leave unexplained; empty scores are 0."""
    if (known == known[0]).all():  # series rarely have gaps, and sorting them takes the longest
        patterns, which = known[:1], np.zeros(len(known), dtype=np.int64)
    else:
        patterns, which = np.unique(known, axis=0, return_inverse=True)
    squares = (terms * patterns[:, :, None]).transpose(0, 2, 1) @ terms
    squares = squares + NO_SPREAD * np.eye(terms.shape[1])  # a place that is never there must not stop the others
    fitted = np.einsum("sij,sj->si", np.linalg.inv(squares)[which], np.einsum("sm,mi->si", scores, terms))
    rest = scores - known * np.einsum("si,mi->sm", fitted, terms)
    return np.asarray((rest * rest).sum(axis=1))


@dataclass(frozen=True)
class ColumnGroups:
    """Columns that belong together, by the number of their group; no group is empty.

    Examples
    --------
    >>> groups = ColumnGroups.of(np.array([1, 0, 1]))
    >>> groups.sum(np.array([[3.0, 4.0, 5.0]])).tolist()
    [[4.0, 8.0]]
    """

    index: NDArray[np.int64]
    order: NDArray[np.int64]
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, index: NDArray[np.int64]) -> ColumnGroups:
        order = np.argsort(index, kind="stable")
        return cls(index, order, np.flatnonzero(np.diff(index[order], prepend=-1)))

    @property
    def count(self) -> int:
        return len(self.starts)

    @property
    def columns(self) -> list[NDArray[np.int64]]:
        """The columns of each group."""
        return np.split(self.order, self.starts[1:])

    def sum(self, values: Array) -> Array:
        """Sums by group. Not a matrix product: its last digit would depend on how many series come at once."""
        return np.asarray(np.add.reduceat(values[:, self.order], self.starts, axis=1))

    def spread(self, by_group: Array) -> Array:
        """Each column gets the figure of its group."""
        return by_group[:, self.index]


def over(numerator: Array, denominator: Array) -> Array:
    """A quotient, 0 where there is nothing to divide by."""
    return np.asarray(
        np.divide(
            numerator,
            denominator,
            out=np.zeros(np.broadcast_shapes(numerator.shape, denominator.shape)),
            where=denominator != 0,
        )
    )


def median(values: Array, chosen: NDArray[np.bool_]) -> Array:
    """The middle one of the chosen figures of each row, or the mean of the middle two; NaN where none is chosen.

    Examples
    --------
    >>> median(np.array([[3.0, 9.0, 4.0, 5.0]]), np.array([[True, False, True, True]])).tolist()
    [4.0]
    """
    ordered, count = _ordered(values, chosen)
    rows = np.arange(len(ordered))
    below, above = np.maximum(count - 1, 0) // 2, np.minimum(count // 2, ordered.shape[1] - 1)
    return np.asarray((ordered[rows, below] + ordered[rows, above]) / 2)


def upper_quartile(values: Array, chosen: NDArray[np.bool_]) -> Array:
    """The figure that a quarter of the chosen ones lie above; NaN where none is chosen.

    Examples
    --------
    >>> upper_quartile(np.array([[1.0, 2.0, 3.0, 4.0, 5.0]]), np.full((1, 5), True)).tolist()
    [4.0]
    """
    ordered, count = _ordered(values, chosen)
    return np.asarray(ordered[np.arange(len(ordered)), (3 * np.maximum(count - 1, 0)) // 4])


def _ordered(values: Array, chosen: NDArray[np.bool_]) -> tuple[Array, NDArray[np.int64]]:
    return np.sort(np.where(chosen, values, np.nan), axis=1), chosen.sum(axis=1)  # empty ones come last
