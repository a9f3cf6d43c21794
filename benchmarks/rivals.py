"""Detectors that ours is compared with, for many series of monthly counts at once: CUSUM, EWMA and Farrington Flexible.

Each takes counts (series by months), the month each stands for and how many of the first months are the baseline, and
gives its signals for the later months as known then: what it would have said with no later month at hand.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
ROUNDS = 25  # of reweighted least squares; stops where nothing moves
SETTLED = 1e-8
LEAST_MEAN = 1e-8
RIDGE = 1e-9
LEAST_CASES = 5  # in four months, for a rise of Farrington Flexible
LEAST_YEARS_OF_TREND = 3


@dataclass(frozen=True)
class Counts:
    """Monthly counts of many series; the first `at` months are the baseline."""

    figures: Array
    months: pd.PeriodIndex
    at: int

    def first(self, series: int) -> "Counts":
        """So many of the series."""
        return Counts(self.figures[:series], self.months, self.at)

    @property
    def days(self) -> Array:
        """The length of each month, in days."""
        return np.asarray(self.months.days_in_month, dtype=float)


@dataclass(frozen=True)
class Signals:
    """Later months, series by months, signalled high or low as known then; those outside limits where there are any."""

    above: Flags
    below: Flags
    over: Flags | None = None
    under: Flags | None = None


@dataclass(frozen=True)
class Evidence:
    """How much speaks for a rise, and for a fall, at each later month, as known then."""

    rise: Array
    fall: Array

    def beyond(self, bound: float) -> Signals:
        """Months at which it is more than this."""
        return Signals(self.rise > bound, self.fall > bound)

    def bound_for(self, rate: float) -> float:
        """The bound that so many years of these series, in parts of one, come to exceed at any month."""
        most = np.maximum(self.rise, self.fall)
        worst = most.reshape(len(most), -1, 12).max(axis=2)
        return float(np.quantile(worst, 1 - rate, method="higher"))


# ------------------------------------------------------------------------------------------- scores of later months
def level_score(counts: Counts) -> Array:
    """Distance of later months from the baseline's mean a day, in standard deviations; no season."""
    rate = counts.figures[:, : counts.at].sum(axis=1) / counts.days[: counts.at].sum()
    return _score(counts, rate[:, None] * counts.days, terms=1)


def seasonal_score(counts: Counts) -> Array:
    """The same from a quasi-Poisson line of two harmonics of the year, fitted to the baseline."""
    angle = 2 * np.pi * np.asarray(counts.months.month) / 12
    waves = [wave(order * angle) for order in (1, 2) for wave in (np.cos, np.sin)]
    terms = np.stack([np.ones(len(angle)), *waves], axis=-1)
    fitted = fit(counts.figures[:, : counts.at], terms[: counts.at], np.log(counts.days[: counts.at]))
    expected = np.exp(fitted.coefficients @ terms.T + np.log(counts.days))
    return _score(counts, expected, terms=terms.shape[1])


def _score(counts: Counts, expected: Array, *, terms: int) -> Array:
    """Pearson residuals, with the baseline's own dispersion, never below that of chance."""
    expected = np.maximum(expected, LEAST_MEAN)
    squares = (counts.figures - expected) ** 2 / expected
    dispersion = np.maximum(squares[:, : counts.at].sum(axis=1) / (counts.at - terms), 1.0)
    return ((counts.figures - expected) / np.sqrt(dispersion[:, None] * expected))[:, counts.at :]


# ------------------------------------------------------------------------------------------------- charts of memory
def cusum(score: Array, *, slack: float = 0.5) -> Evidence:
    """Two-sided cumulative sums from nought (Page 1954): a signal beyond the decision interval, commonly 5."""
    up, down = np.zeros_like(score), np.zeros_like(score)
    high, low = np.zeros(len(score)), np.zeros(len(score))
    for month in range(score.shape[1]):
        high = np.maximum(high + score[:, month] - slack, 0.0)
        low = np.maximum(low - score[:, month] - slack, 0.0)
        up[:, month], down[:, month] = high, low
    return Evidence(up, down)


def ewma(score: Array, *, weight: float = 0.2) -> Evidence:
    """Exponentially weighted moving average from nought, in its own standard deviations (Roberts 1959)."""
    mean, smooth = np.zeros(len(score)), np.zeros_like(score)
    for month in range(score.shape[1]):
        mean = (1 - weight) * mean + weight * score[:, month]
        smooth[:, month] = mean
    age = np.arange(1, score.shape[1] + 1)
    smooth /= np.sqrt(weight / (2 - weight) * (1 - (1 - weight) ** (2 * age)))
    return Evidence(smooth, -smooth)


# ---------------------------------------------------------------------------------------------- quasi-Poisson lines
@dataclass(frozen=True)
class Fitted:
    """Quasi-Poisson lines of many series.

    Attributes
    ----------
    coefficients, errors : array
        Series by terms; errors with the dispersion as it was found.
    expected : array
        Series by months.
    dispersion : array
        Weighted squares of Pearson residuals over the degrees of freedom.
    leverage : array
        Series by months.
    free : int
        Degrees of freedom.
    """

    coefficients: Array
    errors: Array
    expected: Array
    dispersion: Array
    leverage: Array
    free: int


def fit(
    counts: Array,
    terms: Array,
    offset: Array | float = 0.0,
    weight: Array | None = None,
    start: Array | None = None,
) -> Fitted:
    """Fit log-linear quasi-Poisson models by reweighted least squares, all series at once (McCullagh, Nelder 1989).

    Parameters
    ----------
    counts : array
        Series by months.
    terms : array
        Months by terms, the same for all series.
    offset : array
        Log exposure of each month.
    weight : array, optional
        Of each figure; 1 where left out.
    start : array, optional
        Expectations to begin from.
    """
    weight = np.ones_like(counts) if weight is None else weight
    products = (terms[:, :, None] * terms[:, None, :]).reshape(len(terms), -1)
    expected = counts + 0.1 if start is None else start
    coefficients = np.zeros((len(counts), terms.shape[1]))
    for _ in range(ROUNDS):
        working = np.log(expected) - offset + (counts - expected) / expected
        right = (weight * expected * working) @ terms
        moved = np.linalg.solve(_squares(weight * expected, products), right[:, :, None])[:, :, 0]
        change = np.abs(moved - coefficients).max()
        coefficients = moved
        expected = np.exp(np.clip(coefficients @ terms.T + offset, np.log(LEAST_MEAN), 30.0))
        if change < SETTLED:
            break
    inverse = np.linalg.inv(_squares(weight * expected, products))
    free = len(terms) - terms.shape[1]
    dispersion = (weight * (counts - expected) ** 2 / expected).sum(axis=1) / free
    leverage = weight * expected * np.einsum("mi,sij,mj->sm", terms, inverse, terms, optimize=True)
    errors = np.sqrt(np.einsum("sii->si", inverse) * dispersion[:, None])
    return Fitted(coefficients, errors, expected, dispersion, leverage, free)


def _squares(weight: Array, products: Array) -> Array:
    """Each series' weighted squares and products of terms; a tiny ridge keeps empty months apart."""
    size = int(np.sqrt(products.shape[1]))
    return (weight @ products).reshape(len(weight), size, size) + RIDGE * np.eye(size)


# ----------------------------------------------------------------------------------------------- Farrington Flexible
@dataclass(frozen=True)
class Farrington:
    """The settings of Farrington Flexible, by the names of the R package surveillance in brackets.

    Attributes
    ----------
    years : int
        Back from the month judged [b].
    half_window : int
        Months either side of the same month a year ago that count as like it [w].
    periods : int
        Factors of the year: one of the like months, the others sharing the rest evenly [noPeriods].
    skipped : int
        Latest months not fitted, so that a change under way does not become the expectation [pastWeeksNotIncluded].
    trend_level : float
        A trend is kept where its p-value is below this; 1 keeps every trend [pThresholdTrend].
    wild : float
        Standardised Anscombe residuals above this are weighed down [weightsThreshold].
    """

    years: int = 3
    half_window: int = 1
    periods: int = 10
    skipped: int = 3
    trend_level: float = 0.05
    wild: float = 2.58


@dataclass(frozen=True)
class Threshold:
    """What Farrington Flexible says of one month of many series; chances are of a count so high, or so low."""

    expected: Array
    dispersion: Array
    has_trend: Flags
    chance_above: Array
    chance_below: Array


def farrington_flexible(counts: Counts, settings: Farrington) -> Evidence:
    """Farrington Flexible (Noufaily and others 2013), fitted anew for each month: minus the log of a month's chance.

    The original looks for rises alone; here falls are judged by the lower tail in the same way. As there, a rise is no
    signal where the latest four months together hold fewer than five cases.
    """
    rise, fall = [], []
    for month in range(counts.at, counts.figures.shape[1]):
        found = threshold(counts, month, settings)
        is_enough = counts.figures[:, max(month - 3, 0) : month + 1].sum(axis=1) >= LEAST_CASES
        rise.append(np.where(is_enough, in_logs(found.chance_above), 0.0))
        fall.append(in_logs(found.chance_below))
    return Evidence(np.stack(rise, axis=1), np.stack(fall, axis=1))


def in_logs(chance: Array | float) -> Array:
    """Minus the log of a chance."""
    return -np.log(np.maximum(chance, np.finfo(float).tiny))


def threshold(counts: Counts, month: int, settings: Farrington) -> Threshold:
    """Judge one month of many series by the months before it.

    A quasi-Poisson line with a trend and the factors of the year is fitted, figures with large Anscombe residuals are
    weighed down and it is fitted again. A trend is kept with three years or more, a p-value below the level asked, and
    an expectation that no figure fitted falls short of. The month is set against the negative binomial with that
    expectation and dispersion (Poisson where the dispersion is 1).
    """
    place = year_factors(month, settings)
    before = np.flatnonzero(place >= 0)
    figures = counts.figures[:, before]
    time = np.concatenate([[0.0], np.cumsum(counts.days[:month])]) / counts.days[0]
    factors = np.eye(settings.periods)[:, 1:]
    flat = np.column_stack([np.ones(len(before)), factors[place[before]]])
    now = np.concatenate([[1.0], factors[0]])
    expected, dispersion, _ = _reweighted(figures, flat, now, settings.wild)
    has_trend = np.zeros(len(figures), dtype=bool)
    if settings.years >= LEAST_YEARS_OF_TREND:
        sloped, now = np.column_stack([flat, time[before]]), np.append(now, time[month])
        with_trend, spread, p_value = _reweighted(figures, sloped, now, settings.wild)
        has_trend = (p_value < settings.trend_level) & (with_trend <= figures.max(axis=1))
        expected, dispersion = np.where(has_trend, with_trend, expected), np.where(has_trend, spread, dispersion)
    figure = counts.figures[:, month]
    above = 1 - at_most(figure - 1, expected, dispersion)
    return Threshold(expected, dispersion, has_trend, above, at_most(figure, expected, dispersion))


def _reweighted(figures: Array, terms: Array, now: Array, wild: float) -> tuple[Array, Array, Array]:
    """Expectation of the month judged, dispersion, and the p-value of the last term, after weighing down the wild."""
    first = fit(figures, terms)
    mean, leverage = first.expected, np.minimum(first.leverage, 1 - SETTLED)
    residual = 1.5 * (figures ** (2 / 3) * mean ** (-1 / 6) - np.sqrt(mean))
    residual /= np.sqrt(np.maximum(first.dispersion, 1.0)[:, None] * (1 - leverage))
    weight = np.where(residual > wild, 1 / np.maximum(residual, wild) ** 2, 1.0)
    second = fit(figures, terms, weight=weight / weight.mean(axis=1, keepdims=True), start=mean)
    student = np.abs(second.coefficients[:, -1]) / np.maximum(second.errors[:, -1], LEAST_MEAN)
    expected = np.exp(np.clip(second.coefficients @ now, np.log(LEAST_MEAN), 30.0))
    return expected, np.maximum(second.dispersion, 1.0), 2 * special.stdtr(second.free, -student)


def year_factors(month: int, settings: Farrington) -> NDArray[np.int64]:
    """The factor each earlier month belongs to: 0 those like the month judged, -1 not fitted.

    Examples
    --------
    >>> year_factors(26, Farrington(years=2, half_window=1, periods=4, skipped=2)).tolist()
    [-1, 0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, -1, -1]
    """
    window = settings.half_window
    length, longer = divmod(12 - 2 * window - 1, settings.periods - 1)
    lengths = [length + (period < longer) for period in range(settings.periods - 1)]
    year = np.concatenate(
        [np.zeros(2 * window + 1, dtype=np.int64), np.repeat(np.arange(1, settings.periods), lengths)]
    )
    back = month - np.arange(month)
    place = year[(window - back) % 12]
    is_fitted = (back > settings.skipped) & (back <= 12 * settings.years + window)
    return np.where(is_fitted, place, -1)


def at_most(figure: Array, mean: Array, dispersion: Array) -> Array:
    """Chance of at most this count: negative binomial with variance dispersion × mean, Poisson where that is 1."""
    wide = np.maximum(dispersion, 1 + SETTLED)
    chance = special.betainc(mean / (wide - 1), np.maximum(figure, 0.0) + 1, 1 / wide)
    chance = np.where(dispersion > 1 + SETTLED, chance, special.pdtr(np.maximum(figure, 0.0), mean))
    return np.where(figure < 0, 0.0, chance)
