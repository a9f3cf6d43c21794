"""Three simple ways to carry a series forward, run for many origins at once.

Each takes `levels`, one row an origin: the periods known at that origin with their season taken out, empty after it
(and empty where a figure is missing), and gives the levels of the periods ahead, one row an origin. The smoothing
constants are fixed and few: with six years of months a constant fitted to the series fits its noise
(docs/methods/projection.md has the comparison).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pccstats.terms.periods import MONTHS_IN_A_YEAR

Array = NDArray[np.float64]
MEDIAN_OF_SQUARE = 0.4549364  # of a standard normal value: chi-square with one degree of freedom

Forecaster = Callable[["Known", int], Array]


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
