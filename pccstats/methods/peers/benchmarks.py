"""The three averages a force may be set beside, each by its name."""

from __future__ import annotations

import numpy as np

MEAN_INCLUDING_OWN = "mean_including_own"
WEIGHTED = "weighted"
OTHERS_ONLY = "others_only"

BENCHMARKS = {
    MEAN_INCLUDING_OWN: "plain mean of the forces' figures, its own included",
    WEIGHTED: "all the forces pooled, larger forces counting for more",
    OTHERS_ONLY: "plain mean of the other forces' figures, its own left out",
}


def benchmark_for_each(name: str, value: np.ndarray, size: np.ndarray) -> np.ndarray:
    """What each force is set beside.

    Parameters
    ----------
    name : {"mean_including_own", "weighted", "others_only"}
        The first is how HMIC's Crime and Policing Comparator averages; the second is how its value-for-money
        dashboards do; the third takes a force out of its own yardstick.
    value, size : arrays, (..., forces)
        Rates or shares, and what they are out of; NaN for a force with no figure.

    Examples
    --------
    >>> value, size = np.array([0.01, 0.02, 0.06]), np.array([300.0, 100.0, 100.0])
    >>> [benchmark_for_each(name, value, size).round(4).tolist() for name in BENCHMARKS]
    [[0.03, 0.03, 0.03], [0.022, 0.022, 0.022], [0.04, 0.035, 0.015]]
    """
    held = np.isfinite(value)
    if name == WEIGHTED:
        weight = np.where(held, size, 0.0)
        pooled = np.where(held, weight * value, 0.0).sum(axis=-1, keepdims=True) / weight.sum(axis=-1, keepdims=True)
        return np.broadcast_to(pooled, value.shape)
    total = np.where(held, value, 0.0).sum(axis=-1, keepdims=True)
    count = held.sum(axis=-1, keepdims=True)
    if name == OTHERS_ONLY:
        return np.asarray((total - value) / (count - 1))
    return np.broadcast_to(total / count, value.shape)
