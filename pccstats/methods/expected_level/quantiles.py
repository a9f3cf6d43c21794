"""Quantiles of some of the figures of each row, for thousands of rows at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


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
