"""Several projections made into one: weighed by how far each has been out, but never far from equal."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

EQUAL_WEIGHT_TRIALS = 4.0  # independent trials that equal weights are worth against the series' own


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
