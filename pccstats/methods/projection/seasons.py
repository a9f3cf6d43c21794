"""Month-of-year (or quarter-of-year) factors, drawn towards 1 as far as they may be noise."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


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
