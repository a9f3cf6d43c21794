"""Funnel limits: where a force of each size is expected to stand about a benchmark."""

from __future__ import annotations

import numpy as np
from scipy import stats

from pccstats.methods.peers.stabilised import stabilised, standard_error, unstabilised

OUTER_CONFIDENCE = 0.998  # the outer pair of limits on a funnel, about three standard errors


def exact_limit(benchmark: np.ndarray, size: np.ndarray, probability: float, *, share: bool) -> np.ndarray:
    """The figure that a force of this size stays below with this probability, by chance alone.

    Parameters
    ----------
    benchmark : array
        A rate per person (0 or more) or a share (0 to 1).
    size : array
        Persons, households or respondents; 1 or more.
    probability : float
        Between 0 and 1.
    share : bool
        Binomial for shares, Poisson for rates.

    Notes
    -----
    With r the discrete quantile and F the distribution function, (r - (F(r) - p) / (F(r) - F(r-1))) / n: the steps of
    the exact limit joined up, so that the funnel is smooth and a small force is not given a limit it cannot reach.
    A limit never falls below zero.

    References
    ----------
    Spiegelhalter, D. J. (2005). Statistics in Medicine 24, 1185-1202, appendix A.1.1.

    Examples
    --------
    >>> limit = exact_limit(np.array([0.5]), np.array([20.0]), 0.975, share=False)  # 10 events expected
    >>> round(20 * float(limit[0]), 3)
    16.16
    """
    chance = stats.binom(np.round(size), benchmark) if share else stats.poisson(benchmark * size)
    count = chance.ppf(probability)
    step = chance.pmf(count)
    over = np.divide(chance.cdf(count) - probability, step, out=np.zeros_like(step), where=step > 0)
    return np.asarray(np.maximum(count - over, 0.0) / size)


def funnel_limits(
    benchmark: np.ndarray,
    size: np.ndarray,
    confidence: float,
    *,
    share: bool,
    phi: np.ndarray | float = 1.0,
    tau2: np.ndarray | float = 0.0,
) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper limits about a benchmark; exact where forces differ by chance alone.

    Parameters
    ----------
    phi : array or float
        Multiplicative over-dispersion, from 1.
    tau2 : array or float
        Additive over-dispersion on the stabilised scale, from 0.

    Notes
    -----
    With over-dispersion: g(benchmark) ± z sqrt(phi s² + tau²), taken back from the stabilised scale g.
    """
    benchmark, size, phi, tau2 = np.broadcast_arrays(benchmark, size, phi, tau2)
    tail = (1 - confidence) / 2
    reach = stats.norm.ppf(1 - tail) * np.sqrt(phi * standard_error(size) ** 2 + tau2)
    centre = stabilised(benchmark, share=share)
    by_chance = (phi <= 1) & (tau2 <= 0)
    lower, upper = unstabilised(centre - reach, share=share), unstabilised(centre + reach, share=share)
    known = by_chance & np.isfinite(benchmark) & np.isfinite(size)
    if known.any():
        lower[known] = exact_limit(benchmark[known], size[known], tail, share=share)
        upper[known] = exact_limit(benchmark[known], size[known], 1 - tail, share=share)
    return lower, upper
