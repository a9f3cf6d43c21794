"""Intervals for one count, one share, and the difference or ratio of two shares.

All take arrays or single numbers and a confidence between 0 and 1. An empty figure gives empty limits.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from pccstats.terms.choices import is_number
from pccstats.terms.errors import MethodProblem

Limits = tuple[NDArray[np.float64], NDArray[np.float64]]
HALVINGS = 60
EXACT_BELOW = 10  # events: PHE Technical Guide, Confidence intervals (2018): exact under ten, Byar's from ten


def checked_confidence(confidence: Any) -> float:
    """The confidence itself, or a refusal in words where it is not a number between 0 and 1."""
    if not (is_number(confidence) and 0 < confidence < 1):
        raise MethodProblem(f"A confidence lies between 0 and 1, for example 0.95, but {confidence!r} was given.")
    return float(confidence)


def normal_quantile(confidence: float) -> float:
    """How many standard errors each side hold this much of a normal distribution: 1.96 at 0.95."""
    return float(special.ndtri(0.5 + checked_confidence(confidence) / 2))


def garwood(count: ArrayLike, confidence: float = 0.95) -> Limits:
    """Exact limits of a Poisson count, of width that never covers less than it says.

    Notes
    -----
    Lower limit chi2(a/2; 2x)/2, nought where x is 0; upper limit chi2(1 - a/2; 2x + 2)/2, with a = 1 - confidence.

    References
    ----------
    Garwood F (1936). Fiducial limits for the Poisson distribution. Biometrika 28: 437-442.

    Examples
    --------
    >>> lower, upper = garwood(3)
    >>> round(float(lower), 3), round(float(upper), 3)
    (0.619, 8.767)
    """
    x = np.asarray(count, dtype=float)
    tail = (1 - checked_confidence(confidence)) / 2
    known = np.where(x > 0, x, 1.0)
    lower = np.where(x > 0, special.gammaincinv(known, tail), np.where(np.isnan(x), np.nan, 0.0))
    return lower, np.asarray(special.gammaincinv(x + 1, 1 - tail), dtype=float)


def byars(count: ArrayLike, confidence: float = 0.95) -> Limits:
    """Limits of a Poisson count by Byar's approximation; good from ten events, and the health service's standard.

    Notes
    -----
    Lower x(1 - 1/9x - z/3√x)³; upper y(1 - 1/9y + z/3√y)³ with y = x + 1.

    References
    ----------
    Breslow NE, Day NE (1987). Statistical Methods in Cancer Research II, p. 69. IARC.

    Examples
    --------
    >>> lower, upper = byars(1051)
    >>> round(float(lower)), round(float(upper))
    (988, 1117)
    """
    x = np.asarray(count, dtype=float)
    z = normal_quantile(confidence)
    known = np.where(x > 0, x, 1.0)
    lower = known * np.maximum(1 - 1 / (9 * known) - z / (3 * np.sqrt(known)), 0.0) ** 3
    y = x + 1
    upper = y * (1 - 1 / (9 * y) + z / (3 * np.sqrt(y))) ** 3
    return np.where(x > 0, lower, np.where(np.isnan(x), np.nan, 0.0)), upper


def poisson_interval(count: ArrayLike, confidence: float = 0.95) -> Limits:
    """Limits of a count: exact below ten events, Byar's from ten.

    References
    ----------
    Public Health England (2018). Technical Guide: Confidence Intervals; APHO Technical Briefing 3 (2008).

    Examples
    --------
    >>> lower, upper = poisson_interval([0, 54])
    >>> lower.round(1).tolist(), upper.round(1).tolist()
    ([0.0, 40.6], [3.7, 70.5])
    """
    x = np.asarray(count, dtype=float)
    exact, approximate = garwood(x, confidence), byars(x, confidence)
    is_small = x < EXACT_BELOW
    return np.where(is_small, exact[0], approximate[0]), np.where(is_small, exact[1], approximate[1])


def wilson(numerator: ArrayLike, denominator: ArrayLike, confidence: float = 0.95) -> Limits:
    """Limits of a share by Wilson's score method; never below 0 nor above 1.

    Notes
    -----
    (p + z²/2n ± z√(p(1-p)/n + z²/4n²)) / (1 + z²/n).

    References
    ----------
    Wilson EB (1927). Probable inference, the law of succession, and statistical inference. JASA 22: 209-212.

    Examples
    --------
    >>> lower, upper = wilson(399, 937)
    >>> round(float(100 * lower), 1), round(float(100 * upper), 1)
    (39.5, 45.8)
    """
    k, n = np.asarray(numerator, dtype=float), np.asarray(denominator, dtype=float)
    z = normal_quantile(confidence)
    n = np.where(n > 0, n, np.nan)
    share = k / n
    middle = share + z**2 / (2 * n)
    half = z * np.sqrt(np.maximum(share * (1 - share), 0) / n + z**2 / (4 * n**2))
    scale = 1 + z**2 / n
    return np.clip((middle - half) / scale, 0, share), np.clip((middle + half) / scale, share, 1)


def newcombe(first: tuple[float, float], second: tuple[float, float], confidence: float = 0.95) -> tuple[float, float]:
    """Limits of the difference of two independent shares, second less first: Newcombe's hybrid score method (no. 10).

    Parameters
    ----------
    first, second : (numerator, denominator)
        Satisfied respondents and all respondents, before and after. Neither need be whole: a design effect divides
        both.

    Notes
    -----
    With p the share and (l, u) its Wilson limits: d - √((p₂ - l₂)² + (u₁ - p₁)²) to d + √((u₂ - p₂)² + (p₁ - l₁)²).

    References
    ----------
    Newcombe RG (1998). Interval estimation for the difference between independent proportions: comparison of eleven
    methods. Statistics in Medicine 17: 873-890.

    Examples
    --------
    >>> lower, upper = newcombe((48, 80), (56, 70))  # Newcombe's table II (a), in the other order
    >>> round(lower, 4), round(upper, 4)
    (0.0524, 0.3339)
    """
    (p1, l1, u1), (p2, l2, u2) = (_share_with_limits(pair, confidence) for pair in (first, second))
    difference = p2 - p1
    return (
        float(difference - np.hypot(p2 - l2, u1 - p1)),
        float(difference + np.hypot(u2 - p2, p1 - l1)),
    )


def ratio_of_shares(
    first: tuple[float, float], second: tuple[float, float], confidence: float = 0.95
) -> tuple[float, float]:
    """Limits of the ratio of two independent shares, second over first, from the same Wilson limits.

    They leave out 1 exactly where Newcombe's limits for the difference leave out 0. The upper limit is infinite where
    the first share may be nought.

    References
    ----------
    Donner A, Zou GY (2012). Closed-form confidence intervals for functions of the normal mean and standard deviation.
    Statistical Methods in Medical Research 21: 347-359.

    Examples
    --------
    >>> lower, upper = ratio_of_shares((48, 80), (56, 70))
    >>> round(lower, 3), round(upper, 3)
    (1.078, 1.663)
    """
    (p1, l1, u1), (p2, l2, u2) = (_share_with_limits(pair, confidence) for pair in (first, second))
    product = p1 * p2

    def spread(below: float, above: float) -> tuple[float, float, float]:
        """The terms of the quadratic whose root is the limit."""
        scale, constant = below * (2 * p1 - below), above * (2 * p2 - above)
        return scale, constant, float(np.sqrt(max(product**2 - scale * constant, 0.0)))

    _, constant, root = spread(u1, l2)
    lower = constant / (product + root) if product + root > 0 else 0.0
    scale, _, root = spread(l1, u2)
    upper = (product + root) / scale if scale > 0 else np.inf
    return lower, upper


def _share_with_limits(pair: tuple[float, float], confidence: float) -> tuple[float, float, float]:
    lower, upper = wilson(*pair, confidence)
    return pair[0] / pair[1], float(lower), float(upper)


def _share_where(increasing: Callable[[float], float]) -> float:
    """The share, 0 to 1, at which an increasing function crosses nought: by halving, to full precision."""
    lower, upper = 0.0, 1.0
    for _ in range(HALVINGS):
        middle = (lower + upper) / 2
        lower, upper = (lower, middle) if increasing(middle) > 0 else (middle, upper)
    return (lower + upper) / 2


def mid_p_share(numerator: float, other: float, confidence: float = 0.95) -> tuple[float, float]:
    """Limits of a binomial share by the mid-p method, for a share of `numerator` out of `numerator + other`.

    Less cautious than Clopper-Pearson, whose limits for small counts cover up to 99% when 95% is asked. Neither
    number need be whole.

    References
    ----------
    Lancaster HO (1961). Significance tests in discrete distributions. JASA 56: 223-234.

    Examples
    --------
    >>> lower, upper = mid_p_share(9, 2)
    >>> round(lower, 3), round(upper, 3)
    (0.517, 0.968)
    """
    return mid_p_lower(numerator, other, confidence), 1 - mid_p_lower(other, numerator, confidence)


def mid_p_lower(numerator: float, other: float, confidence: float = 0.95) -> float:
    """The lower of the two limits of `mid_p_share`; the upper is one less the lower limit of the other part."""
    if numerator <= 0:
        return 0.0
    tail = (1 - checked_confidence(confidence)) / 2
    return _share_where(lambda share: at_least_mid_p(numerator, other, share) - tail)


def at_least_mid_p(numerator: float, other: float, share: float) -> float:
    """Chance of this numerator or more out of `numerator + other`, the value itself counted by half."""
    at_least = special.betainc(numerator, other + 1, share) if numerator > 0 else 1.0
    above = special.betainc(numerator + 1, other, share) if other > 0 else 0.0
    return float((at_least + above) / 2)
