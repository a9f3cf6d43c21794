"""How much more than chance the months, quarters or rolling years of a series vary."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import special

from pccstats.methods.change.windows import WindowFigures
from pccstats.terms.choices import is_number
from pccstats.terms.errors import MethodProblem
from pccstats.terms.periods import MONTHS_IN_A_QUARTER, MONTHS_IN_A_YEAR, SPAN_WORDS
from pccstats.terms.series import Series
from pccstats.terms.words import Kind

LEAST_DEGREES = 5  # under these an estimate of variance is worth less than one borrowed from similar series
# Where only yearly figures are held: upper quartile of the over-dispersion of 5,769 pairs of years of real monthly
# counts (Metropolitan Police boroughs and totals, 2010/11 to 2019/20), by events a year: docs/methods/change.md.
ASSUMED_BY_EVENTS = ((10_000, 10.0), (1_000, 4.0), (300, 2.5), (100, 2.0), (0, 1.5))
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
        return found if found.is_assumed else replace(found, basis=f"{found.basis}; {remark}")
    if isinstance(asked, Series):
        return _from_all(asked, before, after, f" of {asked.title}") or _assumed(series, before, after)
    if asked == POISSON:
        return Dispersion(1.0, basis="chance alone (Poisson), as asked")
    if asked != FROM_MONTHS:
        return Dispersion(float(asked), basis=f"{asked:g} times chance, as given")
    period = SPAN_WORDS[series.span_months]
    return (
        _from_rows(series, _rows_of_both(before, after), f"the {period}s of both windows")
        or _from_all(series, before, after)
        or _assumed(series, before, after)
    )


def _from_all(series: Series, before: WindowFigures, after: WindowFigures, whose: str = "") -> Dispersion | None:
    """From every comparable row held up to the latest window: months and quarters, or differences of rolling years."""
    rows = _rows_around(series, before, after)
    if series.span_months == MONTHS_IN_A_YEAR:
        return _from_rolling_years(rows, whose)
    return _from_rows(series, rows, f"all comparable {SPAN_WORDS[series.span_months]}s held{whose}")


def _rows_of_both(before: WindowFigures, after: WindowFigures) -> pd.DataFrame:
    rows = pd.concat([before.rows.assign(block="before"), after.rows.assign(block="after")])
    return rows[~rows["period_end"].duplicated(keep=False)]


def _rows_around(series: Series, before: WindowFigures, after: WindowFigures) -> pd.DataFrame:
    """Every row since the last break, in years counted back from the latest window; the baseline is one of its own."""
    last, rows = after.window.last, series.points
    breaks = [event.month for event in series.breaks if event.month <= last]
    starts = rows["period_end"] - (series.span_months - 1)
    held = rows["period_end"] <= last
    if breaks:
        held &= starts >= max(breaks)
    block = np.array([(last - end).n // MONTHS_IN_A_YEAR for end in rows["period_end"]], dtype=np.int64)
    baseline = (starts >= before.window.first) & (rows["period_end"] <= before.window.last)
    return rows.assign(block=np.where(baseline, -1, block))[held]


def _from_rows(series: Series, rows: pd.DataFrame, said: str) -> Dispersion | None:
    if series.span_months == MONTHS_IN_A_YEAR or rows.empty:
        return None
    months = pd.PeriodIndex(rows["period_end"], freq="M").month
    has_exposure = rows["denominator"].notna().all()
    exposure = rows["denominator"] if has_exposure else None
    found = dispersion_of_months(rows["numerator"], months, rows["block"], exposure)
    if found is None or found.degrees_of_freedom < LEAST_DEGREES:
        return None
    illustrative = ", which are illustrative" if series.is_illustrative else ""
    return replace(found, basis=f"{found.phi:.1f} times chance, from {said}{illustrative}")


def _assumed(series: Series, before: WindowFigures, after: WindowFigures) -> Dispersion:
    months = before.window.month_count + after.window.month_count
    phi = assumed_dispersion(MONTHS_IN_A_YEAR * (before.numerator + after.numerator) / months)
    too_few = f"too few {SPAN_WORDS[series.span_months]}s held"
    lacking = "months not held" if series.span_months == MONTHS_IN_A_YEAR else too_few
    basis = f"{phi:g} times chance, assumed ({lacking}; typical of recorded crime of this size)"
    return Dispersion(phi, basis=basis, is_assumed=True)


def _from_rolling_years(rows: pd.DataFrame, whose: str) -> Dispersion | None:
    """From the differences of the latest unbroken run of rolling years."""
    held = rows[rows["numerator"].notna()]
    spacing, run = _latest_run(held["period_end"].array.asi8)
    if spacing not in SPACINGS:
        return None
    found = dispersion_of_rolling_years(held["numerator"].to_numpy(float)[-run:], MONTHS_IN_A_YEAR // spacing)
    if found is None or found.degrees_of_freedom < LEAST_DEGREES:
        return None
    differences = f"the differences of {run} rolling years{whose}, a {SPAN_WORDS[spacing]} apart"
    return replace(found, basis=f"{found.phi:.1f} times chance, from {differences}")


def _latest_run(ordinals: NDArray[np.int64]) -> tuple[int, int]:
    """Months between the last rolling years, and how many of them are so far apart."""
    apart = np.diff(ordinals)
    if not len(apart):
        return 0, len(ordinals)
    different = np.flatnonzero(apart != apart[-1])
    return int(apart[-1]), len(ordinals) - (int(different[-1]) + 1 if len(different) else 0)


def assumed_dispersion(events_a_year: float) -> float:
    """What to assume of a count of this size when its months are not held.

    Examples
    --------
    >>> assumed_dispersion(496), assumed_dispersion(59_000)
    (2.5, 10.0)
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
    """

    phi: float
    degrees_of_freedom: float = math.inf
    estimate: float = math.nan
    basis: str = ""
    is_assumed: bool = False

    def quantile(self, confidence: float) -> float:
        """Standard errors each side of the estimate: Student's t, nearing the normal as phi nears 1.

        The chance part of the variance is known and only the excess is estimated, so the degrees of freedom are
        those of the estimate times phi / (phi - 1).
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
        return self.degrees_of_freedom * self.phi / (self.phi - 1) if self.phi > 1 else math.inf


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
    y = np.asarray(counts, dtype=float)
    held = ~np.isnan(y)
    y, out_of = y[held], np.ones(int(held.sum())) if exposure is None else np.asarray(exposure, dtype=float)[held]
    seasons = _seasons(np.asarray(month_of_year)[held], float(y.sum()))
    levels = np.unique(np.asarray(block)[held], return_inverse=True)[1]
    fitted = _fit(y, out_of, seasons, levels)
    used = fitted > 0
    if not used.any():
        return None
    parameters = len(np.unique(seasons[used])) + len(np.unique(levels[used])) - 1
    degrees = int(used.sum()) - parameters
    if degrees < 1:
        return None
    estimate = round(float(np.sum((y[used] - fitted[used]) ** 2 / fitted[used])) / degrees, 12)
    return Dispersion(max(estimate, 1.0), degrees, estimate)


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
    totals = np.asarray(years, dtype=float)
    differences = np.diff(totals)
    expected = (totals[1:] + totals[:-1]) / periods
    block = np.arange(len(differences))[::-1] // periods
    used = expected > 0
    if not used.any():
        return None
    differences, expected, block = differences[used], expected[used], block[used]
    moved = np.bincount(block, differences)[block] / np.bincount(block, expected)[block] * expected
    blocks = len(np.unique(block))
    degrees = len(differences) - blocks
    if degrees < 1:
        return None
    estimate = round(float(np.sum((differences - moved) ** 2 / expected)) / degrees, 12)
    return Dispersion(max(estimate, 1.0), degrees / (1 + (blocks - 1) / (2 * blocks)), estimate)


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
