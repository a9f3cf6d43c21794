"""How much more than chance the months, quarters or rolling years of a series vary."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import special

from pccstats.methods.change.windows import WindowFigures, without_shared_months
from pccstats.methods.dependence import LEARNED, OF_SHARES, Residuals, taken_out
from pccstats.terms.choices import is_number
from pccstats.terms.errors import MethodProblem
from pccstats.terms.periods import MONTHS_IN_A_QUARTER, MONTHS_IN_A_YEAR, SPAN_WORDS, month_in_words, months_numbered
from pccstats.terms.series import Series
from pccstats.terms.words import Kind

LEAST_DEGREES = 5  # under these an estimate of variance is worth less than one borrowed from similar series
# Where only yearly figures are held: upper quartile of what the totals of 5,769 pairs of real years vary by, what lasts
# from month to month included (Metropolitan Police boroughs and totals, 2010/11 to 2019/20), by events a year:
# docs/methods/change.md.
ASSUMED_BY_EVENTS = ((10_000, 30.0), (1_000, 10.0), (300, 5.0), (100, 3.5), (0, 2.5))
# Seasons that the events of both windows can carry: with few events a month-of-year factor fits the noise itself and
# the estimate comes out too low. Thresholds from the coverage benchmark (docs/methods/change.md).
SEASONS_FROM_EVENTS = ((1000, 12), (400, 6), (60, 4), (0, 1))
FITTING_ROUNDS = 50
MOST_TIMES_CHANCE = 10_000  # that may be asked for: recorded crime varies by up to a hundred times chance
SPACINGS = (1, MONTHS_IN_A_QUARTER)  # months between rolling years whose differences can be told apart
FROM_MONTHS, POISSON = "from_months", "poisson"


@dataclass(frozen=True)
class OfWhole:
    """That counts are judged by the variation of a whole they are part of.

    Examples
    --------
    >>> rows = pd.DataFrame({"month": ["2014-03", "2015-03"], "offences": [5210, 5034]})
    >>> OfWhole(Series.from_frame(rows, numerator="offences", span_months=12, title="Violence")).whole.title
    'Violence'
    """

    whole: Series


def check_dispersion(asked: Any) -> None:
    """Refuse what is neither `from_months`, `poisson`, a series of counts nor a number of 1 or more."""
    asked = asked.whole if isinstance(asked, OfWhole) else asked
    if isinstance(asked, Series):
        if asked.kind.is_proportion or asked.kind not in (Kind.COUNT, Kind.RATE):
            raise MethodProblem(
                f"Dispersion is taken from a series of counts, and {asked.title} is a {asked.kind.value}."
            )
        return
    is_in_range = is_number(asked) and 1 <= asked <= MOST_TIMES_CHANCE
    if not (isinstance(asked, str) and asked in (FROM_MONTHS, POISSON)) and not is_in_range:
        raise MethodProblem(
            "Dispersion is 'from_months', 'poisson', a Series or a number of 1 or more, up to "
            f"{MOST_TIMES_CHANCE:,}, but {asked!r} was given."
        )


def choose_dispersion(
    series: Series, before: WindowFigures, after: WindowFigures, asked: str | float | Series | OfWhole
) -> Dispersion:
    """The over-dispersion two windows are judged by, with its ground in words."""
    if isinstance(asked, OfWhole):
        found = choose_dispersion(series, before, after, asked.whole)
        remark = "these are a part of those, and a part may vary less or more"
        return found if found.is_assumed else replace(found, basis=f"{found.basis}; {remark}", is_of_a_whole=True)
    if isinstance(asked, Series):
        held = _from_all(asked, before, after, f" of {asked.title}")
        return held.between(*_difference(before, after, held.step)) if held else _assumed(series, before, after)
    if asked == POISSON:
        return Dispersion(1.0, basis="chance alone (Poisson), as asked")
    if asked != FROM_MONTHS:
        return Dispersion(float(asked), basis=f"{asked:g} times chance, as given")
    period = SPAN_WORDS[series.span_months]
    held = _from_all(series, before, after)
    windows = _from_periods(series, _periods_of_both(before, after), f"the {period}s of both windows") or held
    if windows is None:
        return _assumed(series, before, after)
    return windows.between(*_difference(before, after, windows.step), held=held)


def dispersion_of_shares(
    series: Series, before: WindowFigures, after: WindowFigures, design_effect: float = 1.0
) -> Dispersion:
    """How many times more than a sample of its design a share varies, by its own months or quarters.

    Chance alone where too few are held: nothing then shows that it varies by more.
    """
    period = SPAN_WORDS[series.span_months]
    held = _shares_of(_periods_around(series, before, after), series, design_effect)
    windows = _shares_of(_periods_of_both(before, after), series, design_effect)
    found, ground = (windows, f"the {period}s of both windows") if windows else (held, f"all {period}s held")
    if found is None:
        return CHANCE
    return found.said(ground).between(*_difference(before, after, series.span_months), held=held)


class _Periods(NamedTuple):
    """Periods of a series by the running numbers of their last months, and the window or year each belongs to."""

    ends: NDArray[np.int64]
    numerator: NDArray[np.float64]
    denominator: NDArray[np.float64]
    block: NDArray[np.int64]

    @classmethod
    def of(cls, rows: pd.DataFrame, block: ArrayLike) -> _Periods:
        numerator, denominator = (rows[name].to_numpy(dtype=float) for name in ("numerator", "denominator"))
        ends = np.asarray(rows["period_end"].array.asi8)
        return cls(ends, numerator, denominator, np.broadcast_to(np.asarray(block), len(rows)))

    def where(self, is_wanted: NDArray[np.bool_]) -> _Periods:
        figures = self.numerator[is_wanted], self.denominator[is_wanted]
        return _Periods(self.ends[is_wanted], *figures, self.block[is_wanted])

    @property
    def months(self) -> pd.PeriodIndex:
        return months_numbered(self.ends)


def _shares_of(held: _Periods, series: Series, design_effect: float) -> Variation | None:
    if series.span_months == MONTHS_IN_A_YEAR or not len(held.ends):
        return None
    found = variation_of_shares(
        held.numerator, held.denominator, held.months, held.block, series.span_months, design_effect
    )
    return found if found is not None and found.dispersion.degrees_of_freedom >= LEAST_DEGREES else None


def _difference(
    before: WindowFigures, after: WindowFigures, step: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The weights of a difference of two windows' means, and when each period is; what they share has no weight."""
    weights: dict[float, float] = {}
    for sign, figures in ((-1, before), (1, after)):
        periods = max(1, figures.window.month_count // step)
        for back in range(periods):
            place = figures.window.last.ordinal / step - back
            weights[place] = weights.get(place, 0.0) + sign / periods
    counted = {place: weight for place, weight in weights.items() if abs(weight) > 1e-12}
    return np.array(list(counted.values())), np.array(list(counted))


def _from_all(series: Series, before: WindowFigures, after: WindowFigures, whose: str = "") -> Variation | None:
    """From every comparable row held up to the latest window: months and quarters, or differences of rolling years."""
    held = _periods_around(series, before, after)
    if series.span_months == MONTHS_IN_A_YEAR:
        return _from_rolling_years(held, whose)
    return _from_periods(series, held, f"all comparable {SPAN_WORDS[series.span_months]}s held{whose}")


def _periods_of_both(before: WindowFigures, after: WindowFigures) -> _Periods:
    """Those that one window has and the other has not."""
    apart = without_shared_months(before, after)
    parts = [_Periods.of(figures.rows, block) for figures, block in zip(apart, (1, 0), strict=True)]
    return _Periods(*map(np.concatenate, zip(*parts, strict=True)))


def _periods_around(series: Series, before: WindowFigures, after: WindowFigures) -> _Periods:
    """All since the last break, in years counted back from the latest window; the baseline is one of its own."""
    last = after.window.last
    ends = np.asarray(series.points["period_end"].array.asi8)
    starts = ends - (series.span_months - 1)
    breaks = [event.month.ordinal for event in series.breaks if event.month <= last]
    is_held = ends <= last.ordinal
    if breaks:
        is_held &= starts >= max(breaks)
    is_baseline = (starts >= before.window.first.ordinal) & (ends <= before.window.last.ordinal)
    block = np.where(is_baseline, -1, (last.ordinal - ends) // MONTHS_IN_A_YEAR)
    return _Periods.of(series.points, block).where(is_held)


def _from_periods(series: Series, held: _Periods, said: str) -> Variation | None:
    if series.span_months == MONTHS_IN_A_YEAR or not len(held.ends):
        return None
    exposure = None if np.isnan(held.denominator).any() else held.denominator
    found = variation_of_periods(held.numerator, held.months, held.block, series.span_months, exposure)
    if found is None or found.dispersion.degrees_of_freedom < LEAST_DEGREES:
        return None
    return found.said(f"{said}{', which are illustrative' if series.is_illustrative else ''}")


def _assumed(series: Series, before: WindowFigures, after: WindowFigures) -> Dispersion:
    months = before.window.month_count + after.window.month_count
    phi = assumed_dispersion(MONTHS_IN_A_YEAR * (before.numerator + after.numerator) / months)
    too_few = f"too few {SPAN_WORDS[series.span_months]}s held"
    lacking = "months not held" if series.span_months == MONTHS_IN_A_YEAR else too_few
    basis = f"{phi:g} times chance for a whole window, assumed ({lacking}; typical of recorded crime of this size)"
    return Dispersion(phi, basis=basis, is_assumed=True)


def _from_rolling_years(held: _Periods, whose: str) -> Variation | None:
    """From the differences of an unbroken run of rolling years: the latest that is long enough to tell."""
    known = held.where(~np.isnan(held.numerator))
    order = np.argsort(known.ends, kind="stable")
    ends, years = known.ends[order], known.numerator[order]
    for spacing, run in _runs(ends):
        found = variation_of_rolling_years(years[run], MONTHS_IN_A_YEAR // spacing) if spacing in SPACINGS else None
        if found is not None and found.dispersion.degrees_of_freedom >= LEAST_DEGREES:
            until = (
                ""
                if run.stop == len(ends)
                else f", the last to {month_in_words(pd.Period(ordinal=int(ends[run.stop - 1]), freq='M'))}"
            )
            ground = (
                f"the differences of {run.stop - run.start} rolling years{whose}, a {SPAN_WORDS[spacing]} apart{until}"
            )
            return found.said(ground)
    return None


def _runs(ordinals: NDArray[np.int64]) -> Iterator[tuple[int, slice]]:
    """Stretches that are evenly spaced, the latest first: months between two, and where the stretch lies."""
    apart = np.diff(ordinals)
    starts = [0, *(np.flatnonzero(np.diff(apart)) + 1)] if len(apart) else []
    for first, after in reversed(list(zip(starts, [*starts[1:], len(apart)], strict=True))):
        yield int(apart[first]), slice(int(first), int(after) + 1)


def assumed_dispersion(events_a_year: float) -> float:
    """What to assume of a count of this size when its months are not held.

    Examples
    --------
    >>> assumed_dispersion(496), assumed_dispersion(59_000)
    (5.0, 30.0)
    """
    return next(phi for least, phi in ASSUMED_BY_EVENTS if events_a_year >= least)


@dataclass(frozen=True)
class Dispersion:
    """How many times the variance of chance is allowed for, and what that rests on.

    Attributes
    ----------
    phi : float
        Variance over mean, 1 or more. 1 is chance alone (Poisson).
    degrees_of_freedom : float
        What the estimate rests on; infinite where phi is given and not estimated.
    estimate : float
        Before the floor at 1; empty where it is not estimated.
    basis : str
        In words, for the method line.
    is_assumed : bool
        True where it is typical of such counts and estimated of none of these.
    is_of_a_whole : bool
        True where it is estimated of what these counts are a part of.
    rho : float
        The correlation, from one period to the next, of what is not chance; empty where nothing says it.
    times_in_a_total : float
        How many times what is not chance counts in the total of a window, because it lasts: 1 where it does not, or
        where phi is that of totals already.
    """

    phi: float
    degrees_of_freedom: float = math.inf
    estimate: float = math.nan
    basis: str = ""
    is_assumed: bool = False
    is_of_a_whole: bool = False
    rho: float = math.nan
    times_in_a_total: float = 1.0

    @property
    def is_of_its_own(self) -> bool:
        """True where it is estimated of these counts themselves: neither assumed, nor asked for, nor of a whole."""
        return not (self.is_assumed or self.is_of_a_whole or math.isnan(self.estimate))

    @property
    def of_totals(self) -> float:
        """Variance over mean of the totals of windows: what their comparison is judged by."""
        return 1 + (self.phi - 1) * self.times_in_a_total

    def quantile(self, confidence: float) -> float:
        """Standard errors each side of the estimate: Student's t, nearing the normal as phi nears 1.

        The chance part of the variance is known and only the excess is estimated. So an estimate φ on n degrees is
        worth n Φ² / (φ (φ - 1) k²) of them for the variance of totals Φ = 1 + (φ - 1) k.
        """
        tail = 0.5 + confidence / 2
        known = self.known_as
        return float(special.ndtri(tail) if math.isinf(known) else special.stdtrit(known, tail))

    def two_sided_p(self, z: float) -> float:
        """Chance of a distance this many standard errors or more from no change."""
        known = self.known_as
        return float(2 * (special.ndtr(-abs(z)) if math.isinf(known) else special.stdtr(known, -abs(z))))

    @property
    def known_as(self) -> float:
        """The degrees of freedom of Student's t; infinite where the normal is used."""
        if not self.phi > 1:
            return math.inf
        return self.degrees_of_freedom * (self.of_totals / self.times_in_a_total) ** 2 / (self.phi * (self.phi - 1))


CHANCE = Dispersion(1.0)


@dataclass(frozen=True)
class Variation:
    """What months, quarters or the periods in rolling years vary by, and what shows how they lean on one another.

    Attributes
    ----------
    dispersion : Dispersion
        Of the periods.
    residuals : Residuals
        What season and level leave of them.
    step : int
        Months between periods: 1 or 3.
    """

    dispersion: Dispersion
    residuals: Residuals
    step: int

    def said(self, ground: str) -> Variation:
        """The same with its ground in words."""
        basis = f"{self.dispersion.phi:.1f} times chance, from {ground}"
        return replace(self, dispersion=replace(self.dispersion, basis=basis))

    def between(
        self, weights: NDArray[np.float64], places: NDArray[np.float64], *, held: Variation | None = None
    ) -> Dispersion:
        """The dispersion that a difference of means of periods is judged by, what lasts from one to the next included.

        Parameters
        ----------
        weights, places : array
            Of the periods in the difference, and when each is, counted in periods.
        held : Variation, optional
            What tells how periods lean on one another, where more are held than these.
        """
        found, told = self.dispersion, held or self
        rho = told.residuals.dependence().rho
        times = self.residuals.times_in_a_sum(weights, places, rho)
        whole = replace(found, rho=rho, times_in_a_total=times)
        if found.phi == 1:
            return whole
        basis = f"{found.basis}; {whole.of_totals:.1f} times for whole windows, as what is not chance lasts ({rho:.2f})"
        return replace(whole, basis=basis, degrees_of_freedom=self.residuals.degrees(found.phi, rho))


def variation_of_periods(
    counts: ArrayLike, ends: pd.PeriodIndex, block: ArrayLike, step: int, exposure: ArrayLike | None = None
) -> Variation | None:
    """The variation of months, or of quarters, about their season and the level of their window: None of too few.

    Takes what `dispersion_of_months` takes, with the last month of each period.
    """
    fit = _Fit.of(counts, ends.month, block, exposure)
    return None if fit is None else Variation(fit.dispersion, fit.residuals(ends.asi8 / step, LEARNED[step]), step)


def variation_of_shares(
    numerator: ArrayLike,
    denominator: ArrayLike,
    ends: pd.PeriodIndex,
    block: ArrayLike,
    step: int,
    design_effect: float = 1.0,
) -> Variation | None:
    """The variation of the shares of months, or quarters, about that of their window: None of too few.

    Parameters
    ----------
    numerator, denominator : array
        Satisfied and all respondents of each period.
    ends : pandas.PeriodIndex
        Its last month.
    block : array
        Which window (or year) each period belongs to.
    step : int
        Months between periods: 1 or 3.
    design_effect : float
        How many times the variance of a simple random sample the survey's design gives.

    Notes
    -----
    As of counts, with the binomial variance n p (1 - p), times the design effect, for chance, and no season: what a
    survey has of one is little, and counts as variation. It is what the p′ chart allows for.

    References
    ----------
    Laney DB (2002). Improved control charts for attributes. Quality Engineering 14: 531-537. McCullagh P, Nelder JA
    (1989). Generalized Linear Models, 2nd ed., section 4.5.

    Examples
    --------
    >>> months = pd.period_range("2013-04", periods=4, freq="M")
    >>> round(variation_of_shares([45, 35, 40, 40], [50] * 4, months, [0] * 4, 1).dispersion.estimate, 2)
    2.08
    """
    satisfied, asked = np.asarray(numerator, dtype=float), np.asarray(denominator, dtype=float)
    held = np.flatnonzero(~np.isnan(satisfied) & (asked > 0))
    levels = np.unique(np.asarray(block)[held], return_inverse=True)[1]
    share = (np.bincount(levels, satisfied[held]) / np.bincount(levels, asked[held]))[levels]
    used = (share > 0) & (share < 1)
    held, levels, share = held[used], levels[used], share[used]
    degrees = len(held) - len(np.unique(levels))
    if degrees < 1:
        return None
    chance = np.sqrt(design_effect * asked[held] * share * (1 - share))
    away = (satisfied[held] - asked[held] * share) / chance
    estimate = round(float(np.sum(away**2)) / degrees, 12)
    places = ends.asi8[held] / step
    residuals = Residuals(away, taken_out(levels), places, places, OF_SHARES[step])
    return Variation(Dispersion(max(estimate, 1.0), degrees, estimate), residuals, step)


def dispersion_of_months(
    counts: ArrayLike, month_of_year: ArrayLike, block: ArrayLike, exposure: ArrayLike | None = None
) -> Dispersion | None:
    """Over-dispersion of monthly counts about their season and the level of their window.

    Parameters
    ----------
    counts : array
        Events of each month.
    month_of_year : array
        1 to 12: like is compared with like, so a season does not count as over-dispersion.
    block : array
        Which window (or year) each month belongs to, so that a change between them does not count either.
    exposure : array, optional
        What each month is out of; months alike by default.

    Returns
    -------
    Dispersion or None
        None where the months are too few to tell.

    Notes
    -----
    Fitted values are season times level; phi is Pearson's chi-square over its degrees of freedom, never below 1.
    Laney's sigma-z squared, from neighbouring months, answers the same question but takes a season for
    over-dispersion: docs/decisions/0021-dispersion-from-like-months.md.

    References
    ----------
    McCullagh P, Nelder JA (1989). Generalized Linear Models, 2nd ed., p. 200. Chapman and Hall.

    Examples
    --------
    >>> months = list(range(1, 13)) * 2
    >>> summer_peak = [80, 80, 90, 100, 110, 120, 120, 120, 110, 100, 90, 80]
    >>> dispersion_of_months(summer_peak + summer_peak, months, [1] * 12 + [2] * 12).estimate
    0.0
    """
    fit = _Fit.of(counts, month_of_year, block, exposure)
    return None if fit is None else fit.dispersion


@dataclass(frozen=True)
class _Fit:
    """Periods with what is expected of them: season times level."""

    counts: NDArray[np.float64]
    fitted: NDArray[np.float64]
    seasons: NDArray[np.int64]
    levels: NDArray[np.int64]
    used: NDArray[np.int64]  # which of the periods given these are

    @classmethod
    def of(
        cls, counts: ArrayLike, month_of_year: ArrayLike, block: ArrayLike, exposure: ArrayLike | None = None
    ) -> _Fit | None:
        """Fit what is held; None where nothing is left over to tell variation by."""
        y = np.asarray(counts, dtype=float)
        held = np.flatnonzero(~np.isnan(y))
        y, out_of = y[held], np.ones(len(held)) if exposure is None else np.asarray(exposure, dtype=float)[held]
        seasons = _seasons(np.asarray(month_of_year)[held], float(y.sum()))
        levels = np.unique(np.asarray(block)[held], return_inverse=True)[1]
        fitted = _fit(y, out_of, seasons, levels)
        used = fitted > 0
        fit = cls(y[used], fitted[used], seasons[used], levels[used], held[used])
        return fit if used.any() and fit.degrees >= 1 else None

    @property
    def degrees(self) -> int:
        return len(self.counts) - (len(np.unique(self.seasons)) + len(np.unique(self.levels)) - 1)

    @property
    def dispersion(self) -> Dispersion:
        """Pearson's chi-square over its degrees of freedom."""
        estimate = round(float(np.sum((self.counts - self.fitted) ** 2 / self.fitted)) / self.degrees, 12)
        return Dispersion(max(estimate, 1.0), self.degrees, estimate)

    def residuals(self, places: NDArray[np.float64], learned: float) -> Residuals:
        """What season and level leave of the periods, which were held at these places."""
        values = (self.counts - self.fitted) / np.sqrt(self.fitted)
        when = places[self.used]
        return Residuals(values, taken_out(self.seasons, self.levels), when, when, learned)


def dispersion_of_rolling_years(years: ArrayLike, periods: int) -> Dispersion | None:
    """Over-dispersion of the periods that rolling years are made of, where the periods themselves are not held.

    Parameters
    ----------
    years : array
        Totals of the 12 months to each period, one period after another, with no gap.
    periods : int
        How many of them make a year: 4 where the totals are three months apart, 12 where they are one.

    Returns
    -------
    Dispersion or None
        None where they are too few to tell.

    Notes
    -----
    R(t) - R(t-1) = q(t) - q(t-p) with p periods to the year: a period less the same one a year before, so a season
    cancels. Its variance is φ times the two expected counts, of which (R(t) + R(t-1)) / p is an estimate that a steady
    movement does not bias. Within each year of differences, counted back from the last, their own mean is taken out: a
    change from year to year is no variation. φ is Pearson's chi-square over its degrees of freedom, never below 1. Two
    years of differences that follow one another share a year of periods, once added and once taken away: their sums of
    squares are correlated by a quarter, so B years of p - 1 degrees each are worth
    B (p - 1) / (1 + (B - 1) / (2 B)). What a change leaves behind where the season is strong (the change times the
    season's swing) is counted as variation.

    References
    ----------
    docs/methods/change.md derives and simulates it.

    Examples
    --------
    >>> even = dispersion_of_rolling_years([400, 400, 400, 400, 400, 400, 400, 400, 400], 4)
    >>> even.estimate, even.degrees_of_freedom
    (0.0, 4.8)
    """
    parts = _differences_of(years, periods)
    if parts is None:
        return None
    away, _, blocks, degrees = parts
    estimate = round(float(np.sum(away**2)) / degrees, 12)
    return Dispersion(max(estimate, 1.0), degrees / (1 + (blocks - 1) / (2 * blocks)), estimate)


def _differences_of(years: ArrayLike, periods: int) -> tuple[NDArray[np.float64], NDArray[np.int64], int, int] | None:
    """Differences of rolling years less their year's mean, in standard deviations of chance; which; years; degrees."""
    totals = np.asarray(years, dtype=float)
    differences = np.diff(totals)
    expected = (totals[1:] + totals[:-1]) / periods
    block = np.arange(len(differences))[::-1] // periods
    used = np.flatnonzero(expected > 0)
    blocks = len(np.unique(block[used]))
    if len(used) - blocks < 1:
        return None
    differences, expected, block = differences[used], expected[used], block[used]
    moved = np.bincount(block, differences)[block] / np.bincount(block, expected)[block] * expected
    return (differences - moved) / np.sqrt(expected), used, blocks, len(used) - blocks


def variation_of_rolling_years(years: ArrayLike, periods: int) -> Variation | None:
    """The variation of the periods that rolling years hide, as their differences show it: None of too few.

    Takes what `dispersion_of_rolling_years` takes.
    """
    dispersion, parts = dispersion_of_rolling_years(years, periods), _differences_of(years, periods)
    if dispersion is None or parts is None:
        return None
    away, used, _, _ = parts
    hidden = np.arange(len(np.asarray(years)) - 1 + periods, dtype=float)
    less_a_year_before = np.eye(len(hidden))[used + periods] - np.eye(len(hidden))[used]
    block = np.arange(len(np.asarray(years)) - 1)[::-1] // periods
    operator = taken_out(block[used]) @ less_a_year_before / math.sqrt(2)
    residuals = Residuals(away, operator, hidden, used.astype(float), LEARNED[MONTHS_IN_A_YEAR // periods])
    return Variation(dispersion, residuals, MONTHS_IN_A_YEAR // periods)


def _seasons(month_of_year: NDArray[np.int64], events: float) -> NDArray[np.int64]:
    number = next(seasons for least, seasons in SEASONS_FROM_EVENTS if events >= least)
    return np.asarray((month_of_year - 1) // (12 // number))


def _fit(
    y: NDArray[np.float64], out_of: NDArray[np.float64], seasons: NDArray[np.int64], levels: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Season times level, by fitting each in turn to its own totals (the Poisson likelihood's answer)."""
    fitted = out_of.copy()
    for _ in range(FITTING_ROUNDS):
        before = fitted
        for groups in (seasons, levels):
            totals, sums = np.bincount(groups, y), np.bincount(groups, fitted)
            fitted = fitted * np.divide(totals, sums, out=np.zeros_like(sums), where=sums > 0)[groups]
        if np.allclose(fitted, before, rtol=1e-12, atol=0):
            break
    return fitted
