"""Where a force is expected to stand if it varies as the other forces of its group do."""

from __future__ import annotations

import numpy as np
from scipy import stats

ADDITIVE = "additive"
MULTIPLICATIVE = "multiplicative"
NONE = "none"

OVERDISPERSION = {
    ADDITIVE: "forces differ by chance and by a variance of their own, the same for all (additive)",
    MULTIPLICATIVE: "forces differ by a multiple of chance (multiplicative)",
    NONE: "forces are taken to differ by chance alone, which for large counts puts almost all out of line",
}


def peer_interval(
    height: np.ndarray, error: np.ndarray, confidence: float, overdispersion: str = ADDITIVE
) -> tuple[np.ndarray, np.ndarray]:
    """Predict each force from the others: a t-based interval in which its own figure takes no part.

    Parameters
    ----------
    height : array, (comparisons, forces)
        Figures on the stabilised scale; NaN for a force with none.
    error : array of the same shape
        Their standard errors by chance alone; 0 where the number of respondents is not known.
    confidence : float
        Between 0 and 1.
    overdispersion : {"additive", "multiplicative", "none"}

    Returns
    -------
    lower, upper : arrays
        On the same scale.

    Notes
    -----
    For force i, over its m others j: weights w_j = 1/v_j, centre c = Σw y / Σw, scale q = Σw(y - c)²/(m - 1) but never
    below 1, and the interval c ± t(m-1) sqrt(q (v_i + 1/Σw)). Additive: v = tau² + s² with tau² from the others
    (DerSimonian and Laird). Multiplicative: v = s². Where chance is small beside the differences between forces the
    additive form is the textbook interval mean ± t sd sqrt(1 + 1/m).

    References
    ----------
    Higgins, J. P. T., Thompson, S. G. and Spiegelhalter, D. J. (2009). A re-evaluation of random-effects
    meta-analysis. Journal of the Royal Statistical Society A 172, 137-159 (the predictive distribution).
    Hartung, J. and Knapp, G. (2001). Statistics in Medicine 20, 3875-3889 (the scale q).

    Examples
    --------
    >>> lower, upper = peer_interval(np.array([[9.0, 1.0, 2.0, 3.0]]), np.zeros((1, 4)), 0.95)
    >>> lower.round(3)[0, 0].item(), upper.round(3)[0, 0].item()  # 2 ± 4.303 × 1 × sqrt(4/3)
    (-2.968, 6.968)
    """
    is_other = _others_of_each(height)
    count = is_other.sum(axis=-1)
    held = np.isfinite(height)
    value = np.where(held, height, 0.0)[:, None, :]
    known = np.asarray(np.where(held, error > 0, True).all(axis=-1, keepdims=True))
    chance = np.where(held & known, error, 1.0)[:, None, :] ** 2  # equal for all where it is not known
    tau2 = np.zeros(count.shape)
    if overdispersion == ADDITIVE:
        tau2 = np.where(known, _between(value, chance, is_other, count), 0.0)
    variance = np.broadcast_to(chance + tau2[..., None], is_other.shape)
    centre, spread, information = _weighted(value, 1 / variance, is_other)
    scale = spread / (count - 1)
    own = np.diagonal(variance, axis1=-2, axis2=-1)
    if overdispersion == NONE:
        quantile = np.full(count.shape, stats.norm.ppf((1 + confidence) / 2))
        scale = np.where(known, 1.0, scale)
    else:
        quantile = stats.t.ppf((1 + confidence) / 2, count - 1)
        scale = np.where(known, np.maximum(scale, 1.0), scale)
    reach = quantile * np.sqrt(scale * (own + 1 / information))
    return centre - reach, centre + reach


def _others_of_each(height: np.ndarray) -> np.ndarray:
    """True where force j (last axis) is one of the others of force i."""
    held = np.asarray(np.isfinite(height))
    return np.asarray(held[:, None, :] & ~np.eye(height.shape[-1], dtype=bool))


def _weighted(value: np.ndarray, weight: np.ndarray, is_other: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Weighted mean of the others, their weighted sum of squares about it, and the sum of the weights."""
    counted = np.where(is_other, weight, 0.0)
    information = counted.sum(axis=-1)
    centre = (counted * value).sum(axis=-1) / information
    spread = (counted * (value - centre[..., None]) ** 2).sum(axis=-1)
    return centre, spread, information


def _between(value: np.ndarray, chance: np.ndarray, is_other: np.ndarray, count: np.ndarray) -> np.ndarray:
    """Tau squared of the others of each force."""
    weight = np.where(is_other, 1 / chance, 0.0)
    _, spread, information = _weighted(value, weight, is_other)
    room = information - (weight**2).sum(axis=-1) / information
    return np.asarray(np.maximum(0.0, spread - (count - 1)) / room)
