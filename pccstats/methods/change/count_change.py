"""Change between two counts: ratio with its interval, p-values, and the over-dispersion that would overturn it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import special, stats

from pccstats.methods.change.dispersion import Dispersion
from pccstats.methods.intervals import at_least_mid_p, mid_p_lower, normal_quantile

CONDITIONAL_BELOW = 10  # events in the smaller window: under it the logarithm of a count is too skew for its interval


@dataclass(frozen=True)
class RatioTest:
    """Second over first, as a ratio of rates, with the chance of such a ratio where nothing changed.

    Attributes
    ----------
    ratio, lower, upper : float
        Infinite where the first count may be nought.
    p_value : float
        Of the same method as the interval: below 1 - confidence exactly where the interval leaves out 1.
    method : str
        In words.
    """

    ratio: float
    lower: float
    upper: float
    p_value: float
    method: str


def compare_counts(
    first: float,
    second: float,
    dispersion: Dispersion,
    *,
    exposures: tuple[float, float] = (1.0, 1.0),
    confidence: float = 0.95,
) -> RatioTest:
    """Has a rate changed, and by how much, given how much it varies anyway.

    Parameters
    ----------
    first, second : float
        Events in the two windows, at or above zero and not both nought.
    dispersion : Dispersion
        How many times more than chance the counts vary.
    exposures : (float, float)
        What each count is out of (days, persons), above zero.
    confidence : float
        Of the interval, between 0 and 1.

    Returns
    -------
    RatioTest

    Notes
    -----
    From ten events in each window: log ratio with variance φ(1/a + 1/b), and Student's or the normal quantile as
    φ is estimated or given. Under ten: given a + b events, b is binomial; mid-p limits and test of its share, on
    counts divided by φ.

    References
    ----------
    McCullagh P, Nelder JA (1989). Generalized Linear Models, 2nd ed., ch. 6.
    Przyborowski J, Wilenski H (1940). Homogeneity of results in testing samples from Poisson series. Biometrika 31.

    Examples
    --------
    >>> test = compare_counts(3935, 4013, Dispersion(2.0))
    >>> [round(100 * (number - 1), 1) for number in (test.ratio, test.lower, test.upper)]
    [2.0, -4.2, 8.5]
    """
    is_small = min(first, second) < CONDITIONAL_BELOW
    method = _conditional if is_small else _log_ratio
    return method(first, second, dispersion, exposures[0] / exposures[1], confidence)


def _log_ratio(first: float, second: float, dispersion: Dispersion, scale: float, confidence: float) -> RatioTest:
    ratio = scale * second / first
    error = math.sqrt(dispersion.phi * (1 / first + 1 / second))
    reach = dispersion.quantile(confidence) * error
    return RatioTest(
        ratio,
        ratio * math.exp(-reach),
        ratio * math.exp(reach),
        dispersion.two_sided_p(math.log(ratio) / error),
        "log rate ratio",
    )


def _conditional(first: float, second: float, dispersion: Dispersion, scale: float, confidence: float) -> RatioTest:
    a, b = first / dispersion.phi, second / dispersion.phi
    level = 1 - 2 * float(special.ndtr(-dispersion.quantile(confidence)))
    least, most = _odds(mid_p_lower(b, a, level)), _odds(mid_p_lower(a, b, level))
    even = share_of_odds(1 / scale)
    p = min(1.0, 2 * min(at_least_mid_p(b, a, even), at_least_mid_p(a, b, 1 - even)))
    return RatioTest(
        scale * second / first if first > 0 else math.inf if second > 0 else math.nan,
        scale * least,
        scale / most if most > 0 else math.inf,
        dispersion.two_sided_p(float(special.ndtri(p / 2))),
        "conditional test (mid-p)",
    )


def share_of_odds(odds: float) -> float:
    """The share of all events expected in the second window where its exposure is `odds` times the first's."""
    return odds / (1 + odds)


def _odds(share: float) -> float:
    return share / (1 - share) if share < 1 else math.inf


def poisson_p(first: float, second: float, exposures: tuple[float, float] = (1.0, 1.0)) -> float:
    """Exact two-sided p were the counts to vary by chance alone (R's `poisson.test`): shown beside, never decisive.

    Examples
    --------
    >>> round(poisson_p(4365, 4609), 3)
    0.01
    """
    total = round(first + second)
    share = share_of_odds(exposures[1] / exposures[0])
    return float(stats.binomtest(round(second), total, share).pvalue) if total else 1.0


def dispersion_to_overturn(
    first: float, second: float, *, exposures: tuple[float, float] = (1.0, 1.0), confidence: float = 0.95
) -> float:
    """The over-dispersion at which the change would no longer be statistically significant; below 1 it is not even so.

    Examples
    --------
    >>> round(dispersion_to_overturn(4365, 4609), 1)
    1.7
    """
    if min(first, second) <= 0:
        return math.nan
    log_ratio = math.log(second / first * exposures[0] / exposures[1])
    return float((log_ratio / normal_quantile(confidence)) ** 2 / np.sum(1 / np.array([first, second])))
