"""A funnel of change: which areas moved otherwise than all of them together, by more than their size explains."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

Array = NDArray[np.float64]

OUTER = 0.998
CURVE_POINTS = 60
NO_EVENTS = 0.5  # added to both years of an area in which one has none, so that a ratio exists


@dataclass(frozen=True)
class ChangeFunnel:
    """The change of several areas about that of all together.

    Attributes
    ----------
    ratio : float
        Events of all areas, latest over baseline.
    tau : float
        How far a year's figure moves beyond chance, as a standard deviation of its logarithm.
    points : pandas.DataFrame
        One row an area: `change_pct`, `against_others_pct`, `size`, `lower`, `upper`, `lower_998`, `upper_998`, `z`.
    curve : pandas.DataFrame
        The limits over `size`.
    """

    ratio: float
    tau: float
    points: pd.DataFrame
    curve: pd.DataFrame


def change_funnel(before: Array, after: Array, phi: Array, confidence: float = 0.95) -> ChangeFunnel:
    """Set the change of every area beside that of all together.

    Parameters
    ----------
    before, after : array
        Events of each area in two windows of one length; 0 or more.
    phi : array
        Variance over mean of each area's own months, 1 or more.
    confidence : float
        Of the inner limits.

    Notes
    -----
    y = log(after / before), centre Y = log(sum after / sum before). Chance gives y the variance 1/before + 1/after,
    which is 2/size with size the harmonic mean of the two. Areas vary by more than chance within themselves: each
    area's own months give phi, and tau² is the mean of (phi - 1)(1/before + 1/after). Limits: Y ± z sqrt(2/size +
    tau²).
    How far apart the areas lie is not used: that they move apart is the question. An area is part of the total it is
    set against, so a large one must move further to be seen.

    References
    ----------
    Spiegelhalter DJ (2005). Funnel plots for comparing institutional performance. Statistics in Medicine 24:
    1185-1202; changes between two periods in appendix A.

    Examples
    --------
    >>> funnel = change_funnel(np.array([100.0, 400.0, 900.0]), np.array([150.0, 400.0, 900.0]), np.ones(3))
    >>> round(funnel.ratio, 3), funnel.points["z"].round(1).tolist()
    (1.036, [2.9, -0.5, -0.7])
    """
    empty = (before == 0) | (after == 0)
    first, second = np.where(empty, before + NO_EVENTS, before), np.where(empty, after + NO_EVENTS, after)
    chance = 1 / first + 1 / second
    tau = float(np.sqrt(np.mean((np.maximum(phi, 1.0) - 1) * chance)))
    ratio = float(after.sum() / before.sum()) if before.sum() and after.sum() else 1.0
    size = 2 / chance
    apart = np.log(second / first) - np.log(ratio)
    points = pd.DataFrame(
        {
            "change_pct": 100 * (second / first - 1),
            "against_others_pct": 100 * np.expm1(apart),
            "size": size,
            **_limits(size, ratio, tau, confidence),
            "z": apart / np.sqrt(chance + tau**2),
        }
    )
    grid = np.geomspace(0.8 * size.min(), 1.15 * size.max(), CURVE_POINTS)
    curve = pd.DataFrame({"size": grid, **_limits(grid, ratio, tau, confidence)})
    return ChangeFunnel(ratio, tau, points, curve)


def _limits(size: Array, ratio: float, tau: float, confidence: float) -> dict[str, Array]:
    """Limits of the change in per cent, inner and outer, for areas of these sizes."""
    spread = np.sqrt(2 / size + tau**2)
    inner, outer = special.ndtri(0.5 + confidence / 2), special.ndtri(0.5 + OUTER / 2)
    deviations = {"lower": -inner, "upper": inner, "lower_998": -outer, "upper_998": outer}
    return {name: 100 * (ratio * np.exp(deviation * spread) - 1) for name, deviation in deviations.items()}
