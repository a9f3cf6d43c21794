"""The models of a projection and the weight of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pccstats.terms.periods import MONTHS_IN_A_YEAR

Array = NDArray[np.float64]
MEDIAN_OF_SQUARE = 0.4549364  # of a standard normal value: chi-square with one degree of freedom
Forecaster = Callable[["Known", int], Array]
EQUAL_WEIGHT_TRIALS = 4.0  # independent trials that equal weights are worth against the series' own


@dataclass(frozen=True)
class Known:
    """What is known of a series at several origins.

    Attributes
    ----------
    levels : array (origins, periods)
        Figures with their season taken out; empty from the origin on.
    origins : array of int
        How many periods are known at each.
    year : int
        Periods in a year: 12 for months, 4 for quarters.
    """

    levels: Array
    origins: NDArray[np.int64]
    year: int = MONTHS_IN_A_YEAR

    def per_period(self, monthly: float) -> float:
        """A monthly smoothing constant as it is for this length of period: 0.4 a month is 0.784 a quarter."""
        return float(1 - (1 - monthly) ** (MONTHS_IN_A_YEAR // self.year))

    def mean_of(self, periods: int, years_back: int = 0) -> Array:
        """Mean level of the last so many periods known at each origin, or of the same ones so many years before."""
        columns = self.origins[:, None] - self.year * years_back - periods + np.arange(periods)
        return np.asarray(np.nanmean(np.take_along_axis(self.levels, columns, axis=1), axis=1))

    def noise(self) -> Array:
        """Variance of single periods about their level in the last two years, from the differences of neighbours.

        By their median, which one step from level to level leaves as it is.
        """
        last = self.origins[:, None] - 2 * self.year + np.arange(2 * self.year)
        apart = np.diff(np.take_along_axis(self.levels, np.maximum(last, 0), axis=1), axis=1)
        return np.asarray(np.nanmedian(apart**2, axis=1) / (2 * MEDIAN_OF_SQUARE))

    def first_year(self) -> Array:
        """Mean level of the first year: where smoothing begins."""
        return np.asarray(np.nanmean(self.levels[:, : self.year], axis=1))


def seasonal_naive_with_drift(known: Known, steps: int, *, share: float = 0.3) -> Array:
    """The last year again, drifting on by a share of what the latest half-year is above the same one a year before.

    A share, not the whole: changes in recorded crime last, but not in full. Carried on whole they miss by more than
    no change at all.

    Examples
    --------
    >>> known = Known(np.array([[10.0] * 12 + [12.0] * 12]), np.array([24]))
    >>> seasonal_naive_with_drift(known, 12)[0, -1].round(6)
    np.float64(12.6)
    """
    half = known.year // 2
    drift = share * (known.mean_of(half) - known.mean_of(half, years_back=1)) / known.year
    return np.asarray(known.mean_of(known.year)[:, None] + drift[:, None] * np.arange(1, steps + 1))


def damped_trend(known: Known, steps: int, *, level: float = 0.2, trend: float = 0.05, damping: float = 0.95) -> Array:
    """Exponential smoothing with an additive trend that dies away (Gardner and McKenzie 1985).

    Parameters
    ----------
    level, trend, damping : float
        Monthly smoothing constants alpha and beta* and the damping phi, each between 0 and 1.

    Examples
    --------
    >>> known = Known(np.array([[10.0] * 12 + [12.0]]), np.array([13]))
    >>> damped_trend(known, 2).round(4).tolist()
    [[10.419, 10.4371]]
    """
    alpha, beta = known.per_period(level), known.per_period(trend)
    phi = damping ** (MONTHS_IN_A_YEAR // known.year)
    smoothed, slope = known.first_year(), np.zeros(len(known.origins))
    for period in range(known.year, known.levels.shape[1]):
        expected = smoothed + phi * slope
        error = np.nan_to_num(known.levels[:, period] - expected)
        is_known = period < known.origins
        smoothed = np.where(is_known, expected + alpha * error, smoothed)
        slope = np.where(is_known, phi * slope + alpha * beta * error, slope)
    still_to_come = np.cumsum(phi ** np.arange(1, steps + 1))
    return np.asarray(smoothed[:, None] + slope[:, None] * still_to_come)


def theta(known: Known, steps: int, *, level: float = 0.4) -> Array:
    """The Theta method: simple exponential smoothing plus half the slope of the straight line through the series.

    References
    ----------
    Hyndman RJ, Billah B (2003). Unmasking the Theta method. International Journal of Forecasting 19, 287-290.
    """
    alpha = known.per_period(level)
    smoothed = known.first_year()
    for period in range(known.year, known.levels.shape[1]):
        error = np.nan_to_num(known.levels[:, period] - smoothed)
        smoothed = np.where(period < known.origins, smoothed + alpha * error, smoothed)
    lag = (1 - (1 - alpha) ** known.origins) / alpha  # smoothing trails a rising series by this many periods
    return np.asarray(smoothed[:, None] + _slope(known)[:, None] / 2 * (np.arange(steps) + lag[:, None]))


def _slope(known: Known) -> Array:
    """Least-squares slope a period of each row, over the periods known."""
    held = ~np.isnan(known.levels)
    time = np.where(held, np.arange(known.levels.shape[1]), np.nan)
    time = time - np.nanmean(time, axis=1, keepdims=True)
    return np.asarray(np.nansum(time * known.levels, axis=1) / np.nansum(time**2, axis=1))


FORECASTERS: dict[str, Forecaster] = {
    "seasonal naive with drift": seasonal_naive_with_drift,
    "damped trend": damped_trend,
    "theta": theta,
}


def season_factors(figures: Array, origins: NDArray[np.int64], year: int) -> Array:
    """Season of every period as known at each origin; 1 is a period like the mean of its year.

    Parameters
    ----------
    figures : array (origins, periods)
        The figures known at each origin, empty from the origin on.
    origins : array of int
        How many periods are known at each.
    year : int
        Periods in a year.

    Returns
    -------
    array (origins, year)
        The factor of the periods `0, year, 2 * year, ...` first, then of their neighbours. Their mean is 1.

    Notes
    -----
    Each figure over the mean of the whole year, counted back from the origin, that it lies in; averaged over years;
    then shrunk by the James-Stein rule `1 - noise / spread`, so that a series with no season keeps none.

    References
    ----------
    Miller DM, Williams D (2003). Shrinkage estimators of time series seasonal factors and their effect on forecasting
    accuracy. International Journal of Forecasting 19, 669-684.

    Examples
    --------
    >>> summer = np.array([[80.0, 120.0] * 18])
    >>> season_factors(summer, np.array([36]), 12)[0, :2].round(6).tolist()
    [0.8, 1.2]
    """
    count, periods = figures.shape
    ratios = np.full((count, year, periods // year + 1), np.nan)
    for row, origin in enumerate(origins):
        whole = origin // year
        first = origin - whole * year
        block = figures[row, first:origin].reshape(whole, year)
        means = np.nanmean(block, axis=1, keepdims=True)
        with np.errstate(invalid="ignore", divide="ignore"):
            shares = np.where(means > 0, block / means, 1.0)
        ratios[row, :, :whole] = np.roll(shares, first % year, axis=1).T
    factors = np.nanmean(ratios, axis=2)
    return _shrunk(factors / factors.mean(axis=1, keepdims=True), ratios)


def _shrunk(factors: Array, ratios: Array) -> Array:
    years = np.maximum((~np.isnan(ratios)).sum(axis=2), 1)
    residual = np.nansum((ratios - factors[:, :, None]) ** 2, axis=(1, 2))
    freedom = np.maximum((years - 1).sum(axis=1), 1)
    noise = residual / freedom / years.mean(axis=1)
    spread = ((factors - 1) ** 2).sum(axis=1) / (factors.shape[1] - 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        kept = np.where(spread > 0, np.clip(1 - noise / spread, 0, 1), 0.0)
    return np.asarray(1 + kept[:, None] * (factors - 1))


def weights_of(errors: Array, independent: float) -> Array:
    """Weight of each model, the inverse of its mean squared error drawn towards the mean of all models.

    Parameters
    ----------
    errors : array (models, origins)
        From the back-test; may be empty.
    independent : float
        How many of the overlapping trials count as independent.

    Notes
    -----
    Equal weights are hard to beat (Bates and Granger 1969; Claeskens and others 2016): weights are estimated with
    error, and six years hold two independent trials of a projection 21 months ahead.

    Examples
    --------
    >>> weights_of(np.empty((2, 0)), 0).tolist()
    [0.5, 0.5]
    >>> weights_of(np.array([[1.0, -1.0], [3.0, 3.0]]), 2.0).round(2).tolist()
    [0.63, 0.37]
    """
    models = len(errors)
    if not errors.size or independent <= 0:
        return np.full(models, 1 / models)
    squared = np.mean(errors**2, axis=1)
    drawn = (independent * squared + EQUAL_WEIGHT_TRIALS * squared.mean()) / (independent + EQUAL_WEIGHT_TRIALS)
    if drawn.min() <= 0:
        return np.full(models, 1 / models)
    return np.asarray((1 / drawn) / (1 / drawn).sum())
