"""Moving ranges: how far one month lies from the month before it."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pccstats.methods.constants import D4_PAIR

Array = NDArray[np.float64]


def moving_ranges(values: ArrayLike) -> Array:
    """Absolute difference from the month before, along the last axis; the first, and those beside a gap, are empty.

    Examples
    --------
    >>> moving_ranges([10, 12, 11]).tolist()
    [nan, 2.0, 1.0]
    """
    array = np.asarray(values, dtype=float)
    ranges = np.full_like(array, np.nan)
    ranges[..., 1:] = np.abs(array[..., 1:] - array[..., :-1])
    return ranges


def mean_moving_range(ranges: Array, *, screen: bool = False) -> tuple[Array, NDArray[np.int64]]:
    """The mean of the moving ranges that are not empty, along the last axis, and how many extreme ones were left out.

    Parameters
    ----------
    ranges : array
        Moving ranges; empty ones are NaN.
    screen : bool
        Leave out, once, the ranges at or above `D4_PAIR` times their mean.

    Returns
    -------
    mean : array
        NaN where there is no moving range.
    left_out : array of int

    References
    ----------
    Nelson LS (1982). Control charts for individual measurements. Journal of Quality Technology 14: 172-173.

    Examples
    --------
    >>> mean, left_out = mean_moving_range(moving_ranges([10, 12, 11]))
    >>> float(mean), int(left_out)
    (1.5, 0)
    """
    known = ~np.isnan(ranges)
    mean = _mean(ranges, known)
    if not screen:
        return mean, np.zeros(mean.shape, dtype=np.int64)
    # A constant series has a mean range of nought, and nothing in it is extreme.
    ordinary = known & ((ranges < D4_PAIR * mean[..., None]) | (mean[..., None] == 0))
    return _mean(ranges, ordinary), known.sum(axis=-1) - ordinary.sum(axis=-1)


def _mean(values: Array, chosen: NDArray[np.bool_]) -> Array:
    count = chosen.sum(axis=-1)
    total = np.where(chosen, values, 0.0).sum(axis=-1)
    return np.asarray(np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0))
