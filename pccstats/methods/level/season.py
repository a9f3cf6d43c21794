"""The season in an expected level: factors of the months or quarters of a year, and the evidence for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import special

from pccstats.methods.level.charts import Figures, Measured, Seasons
from pccstats.methods.level.options import LevelOptions
from pccstats.methods.level.segments import Segments

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
LEAST_OF_EACH = 2  # figures of every month, or quarter, of the year; one where waves alone are asked
WILD = 6.0  # times the upper quartile of distances from the median of the month or quarter
LEAST_HELD = 5 / 6  # of the figures of so many years: 30 months, 14 quarters
WANTING_AT_THE_ENDS = 18  # one in so many: two months, no quarter
TEST_LEVEL = 0.01  # that there is a season
FORM_LEVEL = 0.05  # that a richer form of it says more than a plainer one
ROUNDS = 3  # of fitting levels and factors by turns; the third changes nothing to be seen, one level needs no second
NO_SPREAD = 1e-12


@dataclass(frozen=True)
class Form:
    """One way for a season to run through the year.

    Attributes
    ----------
    words : str
        For readers; `{period}` becomes month or quarter.
    terms : array
        Places in the year by terms, the first of them constant: factors are sums of terms.
    least_years : int
        How many baseline years it takes.
    """

    words: str
    terms: Array
    least_years: int

    @property
    def parameters(self) -> int:
        """How many figures say it all, the level among them."""
        return int(self.terms.shape[1])


def _waves(seasons: int, number: int) -> Array:
    """A constant, and the cosine and sine of a yearly wave, of a half-yearly one, and so on."""
    angle = 2 * np.pi * np.arange(seasons) / seasons
    return np.column_stack(
        [np.ones(seasons), *(wave(times * angle) for times in range(1, number + 1) for wave in (np.cos, np.sin))]
    )


# Plainest first, by the number of places in the year. Factors of quarters from three years would make limits 2.4 times
# too wide.
FORMS = {
    12: (
        Form("one wave a year", _waves(12, 1), 2),
        Form("two waves a year", _waves(12, 2), 2),
        Form("a factor for each {period}", np.eye(12), 3),
    ),
    4: (
        Form("one wave a year", _waves(4, 1), 3),
        Form("a factor for each {period}", np.eye(4), 4),
    ),
}
LEAST_YEARS = {seasons: forms[0].least_years for seasons, forms in FORMS.items()}


@dataclass(frozen=True)
class Season:
    """Factors of the months or quarters of one or many series, and whether they may and should be used.

    Attributes
    ----------
    factors : array
        Series by its months or quarters: what the level is multiplied by; 1 where the season is not used.
    by_place : array
        Series by places in the year (`Seasons`); 1 where the season is not used.
    p_value : array
        Of the test on the baseline, one a series; NaN where there are too few years.
    is_used : array of bool
    form : array of int
        One a series: the number of its form among `FORMS`, used or not.
    parameters : array of int
        How many figures were estimated, the level among them: 1 where the season is not used.
    left_out : array of int
        How many wild figures were left out of the factors; they stay in the centre line and in sigma.
    """

    factors: Array
    by_place: Array
    p_value: Array
    is_used: Flags
    form: NDArray[np.int64]
    parameters: NDArray[np.int64]
    left_out: NDArray[np.int64]

    def only_tested(self) -> Season:
        """The same season, tested and not used."""
        return replace(
            self,
            factors=np.ones_like(self.factors),
            by_place=np.ones_like(self.by_place),
            is_used=np.zeros_like(self.is_used),
            parameters=np.ones_like(self.parameters),
        )


def no_season(shape: tuple[int, int], seasons: int) -> Season:
    """Limits that do not follow the season."""
    rows = shape[0]
    return Season(
        np.ones(shape),
        np.ones((rows, seasons)),
        np.full(rows, np.nan),
        np.zeros(rows, dtype=bool),
        np.zeros(rows, dtype=np.int64),
        np.ones(rows, dtype=np.int64),
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
    """Estimate the season on the baseline and decide whether the limits follow it.

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
    out. That there is a season is tested by two F tests on ranks, of a yearly wave and of the richest form that the
    years allow, at 1% together. The plainest form is taken that no richer one betters at 5%: what need not be
    estimated leaves the limits narrower. In two years (three of quarters) there are waves alone.
    """
    shape, forms = level.shape, FORMS[seasons.count]
    may = _have_years(seasons, in_baseline)
    if wanted is False or not may.any():
        return no_season(shape, seasons.count)
    used = np.where(in_baseline & np.isfinite(level), weight, 0.0)
    used = over(used, used.mean(axis=1, keepdims=True))
    figures = np.where(used > 0, level, 0.0)
    of_place, of_segment = ColumnGroups.of(seasons.place), ColumnGroups.of(segment - 1)
    relative = over(figures, of_segment.spread(over(of_segment.sum(used * figures), of_segment.sum(used))))
    p_value, form = _tested(relative, used > 0, seasons, may)
    is_used = may.any(axis=0) & ((p_value < TEST_LEVEL) | (wanted is True))
    factors, left_out = np.ones((shape[0], seasons.count)), np.zeros(shape[0], dtype=np.int64)
    for number in np.unique(form[is_used]):
        rows = is_used & (form == number)
        wild = _wild(relative[rows], used[rows] > 0, of_place)
        left_out[rows] = wild.sum(axis=1)
        kept = np.where(wild, 0.0, used[rows])
        factors[rows] = _factors(figures[rows], kept, of_place, of_segment, forms[number].terms)
    is_used &= (factors > 0).all(axis=1)
    factors[~is_used] = 1.0
    parameters = np.where(is_used, np.array([one.parameters for one in forms])[form], 1)
    return Season(of_place.spread(factors), factors, p_value, is_used, form, parameters, left_out)


def _have_years(seasons: Seasons, in_baseline: Flags) -> Flags:
    """Forms by series: true where the baseline holds the years a form takes, each month or quarter often enough."""
    counts = np.zeros((len(in_baseline), seasons.count))
    of_place = ColumnGroups.of(seasons.place)
    counts[:, np.unique(seasons.place)] = of_place.sum(in_baseline.astype(float))
    held, fewest = counts.sum(axis=1), counts.min(axis=1)
    first, after = in_baseline.argmax(axis=1), in_baseline.shape[1] - in_baseline[:, ::-1].argmax(axis=1)
    years = np.array([form.least_years for form in FORMS[seasons.count]])[:, None]
    whole = years * seasons.count
    is_long = after - first >= whole - whole // WANTING_AT_THE_ENDS
    return np.asarray(is_long & (held >= LEAST_HELD * whole) & (fewest >= np.minimum(LEAST_OF_EACH, years - 1)))


def _wild(relative: Array, known: Flags, of_place: ColumnGroups) -> Flags:
    """Figures so far from the others of their place that they would make a season of their own.

    Distances from the place's median are compared with their upper quartile, 0.9 to 1.1 sigma: one in 170 steady
    series of three years has such a month, and one in thousands of five.
    """
    middle = np.stack([median(relative[:, of], known[:, of]) for of in of_place.columns], axis=1)
    distance = np.abs(relative - of_place.spread(middle))
    usual = upper_quartile(distance, known)
    return np.asarray(known & (distance > WILD * usual[:, None]) & (usual[:, None] > NO_SPREAD))


def _factors(figures: Array, used: Array, of_place: ColumnGroups, of_segment: ColumnGroups, terms: Array) -> Array:
    """Factors of one form, fitted by turns with the level of each segment and a steady drift common to all."""
    time = np.arange(figures.shape[1], dtype=float)
    middle = of_segment.spread(over(of_segment.sum(used * time), of_segment.sum(used)))
    centred = np.where(used > 0, time - middle, 0.0)
    factors, drift = np.ones((len(figures), of_place.count)), np.zeros(len(figures))
    for _ in range(1 if of_segment.count == 1 else ROUNDS):
        expected = of_place.spread(factors) + drift[:, None] * centred
        level = over(of_segment.sum(used * figures), of_segment.sum(used * expected))
        factors, drift = _fitted(over(figures, of_segment.spread(level)), used, of_place, centred, terms)
    return factors


def _fitted(relative: Array, used: Array, of_place: ColumnGroups, centred: Array, terms: Array) -> tuple[Array, Array]:
    """Weighted least squares of the terms and a slope; the factors average 1. No matrix product: see `ColumnGroups`."""
    weight = of_place.sum(used)
    squares = np.einsum("pi,sp,pj->sij", terms, weight, terms)
    squares = squares + NO_SPREAD * np.eye(terms.shape[1])  # a place whose only figures are wild must not stop the rest
    sides = [np.einsum("sp,pi->si", of_place.sum(used * one), terms) for one in (relative, centred)]
    solved = np.linalg.solve(squares, np.stack(sides, axis=2))
    level, when = (np.einsum("si,pi->sp", solved[:, :, side], terms) for side in (0, 1))
    x, y = centred - of_place.spread(when), relative - of_place.spread(level)
    slope = over((used * x * y).sum(axis=1), (used * x * x).sum(axis=1))
    factors = level - slope[:, None] * when
    average = factors.mean(axis=1)
    return over(factors, average[:, None]), over(slope, average)


def _tested(level: Array, known: Flags, seasons: Seasons, may: Flags) -> tuple[Array, NDArray[np.int64]]:
    """The p-value that figures differ by season, a steady drift allowed for, and the form the season takes.

    Two F tests, each at half the level: of the plainest form (a wave: two figures say it all, so it is found early) and
    of the richest one. All are made on ranks, so that one wild figure cannot pass for a season.
    """
    forms = FORMS[seasons.count]
    time = np.linspace(-1, 1, len(seasons.place))
    drift = np.column_stack([np.ones(len(time)), time])
    # The constant of a form is the drift's already; of factors, one for each place, any one may go.
    terms = [drift, *(np.column_stack([drift, form.terms[seasons.place][:, 1:]]) for form in forms)]
    flat, *rests = _rests(_normal_scores(level, known), known.astype(float), terms)
    free = known.sum(axis=1) - drift.shape[1]
    rows, richest = np.arange(len(level)), np.maximum(may.sum(axis=0) - 1, 0)
    extra = np.array([form.parameters - 1 for form in forms])

    def chance(plainer: Array, of_plainer: Array | int, number: NDArray[np.int64] | int) -> Array:
        rest = np.stack(rests)[number, rows]
        return _f_test(plainer - rest, extra[number] - of_plainer, rest, free - extra[number])

    p_value = 2 * np.minimum(chance(flat, 0, 0), chance(flat, 0, richest))
    form = np.zeros(len(level), dtype=np.int64)
    for number in range(1, len(forms)):
        says_more = chance(rests[number - 1], extra[number - 1], number) < FORM_LEVEL
        form = np.where(may[number] & says_more, number, form)
    return np.where(may.any(axis=0), np.minimum(p_value, 1.0), np.nan), form


def _normal_scores(values: Array, known: Flags) -> Array:
    """Ranks written as normal deviates, so that one wild figure cannot pass for a season; 0 where there is none."""
    order = np.where(known, values, np.inf).argsort(axis=1, kind="stable")
    ranks = np.empty(values.shape)
    np.put_along_axis(ranks, order, np.arange(1.0, values.shape[1] + 1)[None, :], axis=1)
    count = known.sum(axis=1, keepdims=True)
    if (count == values.shape[1]).all():  # the same ranks in every series: their deviates are found once
        deviates = special.ndtri(np.arange(1.0, values.shape[1] + 1) / (values.shape[1] + 1))
        return np.asarray(deviates[ranks.astype(np.int64) - 1])
    return np.where(known, special.ndtri(ranks / (count + 1)), 0.0)


def _f_test(explained: Array, extra: Array | int, rest: Array, free: NDArray[np.int64]) -> Array:
    usable = np.maximum(free, 1)
    spread = rest / usable
    certain = np.where(explained > NO_SPREAD, np.inf, 0.0)
    ratio = np.divide(explained / extra, spread, out=certain, where=spread > NO_SPREAD)
    return np.asarray(special.fdtrc(extra, usable, np.maximum(ratio, 0.0)))


def _rests(scores: Array, known: Array, models: Sequence[Array]) -> list[Array]:
    """The sums of squares that each model's terms leave unexplained; empty scores are 0."""
    total = (scores * scores).sum(axis=1)
    if (known == known[0]).all():  # series rarely have gaps, and sorting them takes the longest
        patterns, which = known[:1], np.zeros(len(known), dtype=np.int64)
    else:
        patterns, which = np.unique(known, axis=0, return_inverse=True)
    rests = []
    for terms in models:
        squares = (terms * patterns[:, :, None]).transpose(0, 2, 1) @ terms
        squares = squares + NO_SPREAD * np.eye(terms.shape[1])  # a place that is never there must not stop the others
        sides = np.einsum("sm,mi->si", scores, terms)
        fitted = np.einsum("sij,sj->si", np.linalg.inv(squares)[which], sides)
        rests.append(np.maximum(total - (fitted * sides).sum(axis=1), 0.0))
    return rests


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
