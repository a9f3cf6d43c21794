"""Change between two shares: points and relative per cent with intervals, and the respondents a change would need."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy import stats

from pccstats.methods.intervals import newcombe, normal_quantile, ratio_of_shares


@dataclass(frozen=True)
class ShareTest:
    """Second less first, as shares from 0 to 1, and second over first."""

    difference: float
    lower: float
    upper: float
    ratio: float
    ratio_lower: float
    ratio_upper: float
    p_value: float


def compare_shares(
    first: tuple[float, float],
    second: tuple[float, float],
    *,
    design_effect: float = 1.0,
    confidence: float = 0.95,
) -> ShareTest:
    """Has a share changed, and by how much.

    Parameters
    ----------
    first, second : (numerator, denominator)
        Satisfied respondents and all respondents before and after; denominators above zero.
    design_effect : float
        How many times the variance of a simple random sample the survey's design gives, above zero: 1 for a plain
        sample, 1.5 to 2 for a weighted or clustered one.
    confidence : float
        Of the intervals, between 0 and 1.

    Returns
    -------
    ShareTest

    Notes
    -----
    Newcombe's hybrid score limits for the difference, the same Wilson limits for the ratio, and the pooled two-share
    test for p, all on numbers divided by the design effect.

    References
    ----------
    Newcombe RG (1998). Statistics in Medicine 17: 873-890. Kish L (1965). Survey Sampling, p. 258. Wiley.

    Examples
    --------
    >>> test = compare_shares((845, 1000), (815, 1000))
    >>> [round(100 * number, 1) for number in (test.difference, test.lower, test.upper)]
    [-3.0, -6.3, 0.3]
    >>> round(test.p_value, 3)
    0.074
    """
    before, after = ((k / design_effect, n / design_effect) for k, n in (first, second))
    share_before, share_after = before[0] / before[1], after[0] / after[1]
    lower, upper = newcombe(before, after, confidence)
    ratio_lower, ratio_upper = ratio_of_shares(before, after, confidence)
    return ShareTest(
        share_after - share_before,
        lower,
        upper,
        share_after / share_before if share_before > 0 else math.inf,
        ratio_lower,
        ratio_upper,
        _pooled_p(before, after),
    )


def _pooled_p(first: tuple[float, float], second: tuple[float, float]) -> float:
    pooled = (first[0] + second[0]) / (first[1] + second[1])
    error = math.sqrt(pooled * (1 - pooled) * (1 / first[1] + 1 / second[1]))
    difference = second[0] / second[1] - first[0] / first[1]
    return float(2 * stats.norm.sf(abs(difference) / error)) if error > 0 else 1.0


def respondents_needed(first: float, second: float, confidence: float = 0.95) -> float:
    """Respondents each of two equal surveys would need for shares this far apart to be told apart.

    Parameters
    ----------
    first, second : float
        Shares from 0 to 1.

    Notes
    -----
    2 p̄(1 - p̄) z² / d², rounded up, with p̄ the mean of the two shares, d their difference, and z to two decimals
    (1.96 at 95%) as tables of sample sizes have it. Infinite where the shares are equal.

    Examples
    --------
    >>> respondents_needed(0.845, 0.815)
    1205.0
    """
    difference = round(second - first, 12)
    if difference == 0:
        return math.inf
    pooled = (first + second) / 2
    needed = 2 * pooled * (1 - pooled) * (round(normal_quantile(confidence), 2) / difference) ** 2
    return float(math.ceil(needed))
