"""Two figures compared: counts, shares, money."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import scipy
from scipy import special

from pccstats.methods.change.dispersion import Dispersion
from pccstats.methods.change.windows import WindowFigures, part_not_shared, without_shared_months
from pccstats.methods.intervals import at_least_mid_p, mid_p_lower, newcombe, normal_quantile, ratio_of_shares
from pccstats.terms.series import Series
from pccstats.terms.words import Kind

NONE = math.nan
LEAST_EVENTS = 10  # in the two windows together, months they share left out
LEAST_RESPONDENTS = 30  # in each window
CONDITIONAL_BELOW = 10  # events in the smaller window: under it the logarithm of a count is too skew for its interval


@dataclass(frozen=True)
class Finding:
    """A change as found: figures, limits, p, and how it was tested."""

    baseline: float = NONE
    latest: float = NONE
    change: float = NONE
    change_pct: float = NONE
    change_pct_low: float = NONE
    change_pct_high: float = NONE
    points_low: float = NONE
    points_high: float = NONE
    p_value: float = NONE
    dispersion: float = NONE
    dispersion_basis: str = ""
    dispersion_to_overturn: float = NONE
    p_value_poisson: float = NONE
    respondents_needed: float = NONE
    test: str = ""
    too_little: str = ""


def find_in_counts(
    series: Series, before: WindowFigures, after: WindowFigures, dispersion: Dispersion, confidence: float
) -> Finding:
    """Compare two counts, or two rates with their own denominators."""
    exposures = _exposures(series, before, after)
    scale = exposures[1] / exposures[0]
    latest = after.value
    baseline = before.value if _is_rate(series) else before.numerator * scale
    plain = Finding(
        baseline,
        latest,
        latest - baseline,
        _per_cent(latest, baseline),
        dispersion=dispersion.phi,
        dispersion_basis=dispersion.basis,
    )
    low, high, test, tested = _limits_of_counts(before, after, dispersion, exposures, confidence)
    if sum(tested) < LEAST_EVENTS:
        too_little = f"{sum(tested):.0f} events in all are too few to test: the rule is {LEAST_EVENTS} or more."
        return _with(plain, too_little=too_little)
    return _with(
        plain,
        change_pct_low=low,
        change_pct_high=high,
        p_value=test.p_value,
        dispersion_to_overturn=dispersion_to_overturn(*tested, exposures=exposures, confidence=confidence),
        p_value_poisson=poisson_p(*tested, exposures),
        test=test.method,
    )


def _is_rate(series: Series) -> bool:
    return series.kind is Kind.RATE


def _exposures(series: Series, before: WindowFigures, after: WindowFigures) -> tuple[float, float]:
    """What each count is out of: its denominator for a rate, and days where the windows differ in months."""
    one, other = (before.denominator, after.denominator) if _is_rate(series) else (1.0, 1.0)
    if before.window.month_count == after.window.month_count:
        return one, other
    return one * before.days, other * after.days


def _limits_of_counts(
    before: WindowFigures,
    after: WindowFigures,
    dispersion: Dispersion,
    exposures: tuple[float, float],
    confidence: float,
) -> tuple[float, float, RatioTest, tuple[float, float]]:
    """Limits of the change in per cent of the baseline, the test, and the two counts that were tested."""
    dropped, added = without_shared_months(before, after)
    moved = dropped.numerator + added.numerator
    if len(dropped.rows) == len(before.rows) or moved == 0:
        # apart; or published 12-month figures, whose shared months cannot be taken out: only their variance shrinks
        part = part_not_shared(before.window, after.window)
        counts = before.numerator / part, after.numerator / part
        test = compare_counts(*counts, dispersion, exposures=exposures, confidence=confidence)
        return 100 * (test.lower - 1), 100 * (test.upper - 1), test, counts
    test = compare_counts(dropped.numerator, added.numerator, dispersion, confidence=confidence)
    low, high = (_part_of(before.numerator, moved * _excess(ratio)) for ratio in (test.lower, test.upper))
    return low, high, test, (dropped.numerator, added.numerator)


def _excess(ratio: float) -> float:
    """The part of all events by which the second count passes the first: -1 to 1."""
    return (ratio - 1) / (ratio + 1) if math.isfinite(ratio) else 1.0


def _part_of(whole: float, part: float) -> float:
    return 100 * part / whole if whole > 0 else math.copysign(math.inf, part)


def find_in_shares(before: WindowFigures, after: WindowFigures, design_effect: float, confidence: float) -> Finding:
    """Compare two shares of known denominators."""
    first, second = (before.numerator, before.denominator), (after.numerator, after.denominator)
    baseline, latest = before.value, after.value
    plain = Finding(
        baseline,
        latest,
        latest - baseline,
        _per_cent(latest, baseline),
        respondents_needed=respondents_needed(baseline / 100, latest / 100, confidence),
    )
    if min(first[1], second[1]) < LEAST_RESPONDENTS:
        words = (
            f"{first[1]:.0f} and {second[1]:.0f} respondents are too few to test: "
            f"the rule is {LEAST_RESPONDENTS} or more in each window."
        )
        return _with(plain, too_little=words)
    part = part_not_shared(before.window, after.window)
    found = compare_shares(first, second, design_effect=design_effect * part, confidence=confidence)
    return _with(
        plain,
        change_pct_low=100 * (found.ratio_lower - 1),
        change_pct_high=100 * (found.ratio_upper - 1),
        points_low=100 * found.lower,
        points_high=100 * found.upper,
        p_value=found.p_value,
        test="Newcombe's interval for the difference, pooled test of two shares",
    )


def find_in_printed_per_cents(before: WindowFigures, after: WindowFigures, confidence: float) -> Finding:
    """Set two published per cents beside each other: without the number of respondents there is no test."""
    baseline, latest = before.numerator, after.numerator
    needed = respondents_needed(baseline / 100, latest / 100, confidence)
    if math.isinf(needed):
        words = "The number of respondents is not published, so no change can be tested."
    else:
        words = (
            "The number of respondents is not published, so no change can be tested: per cents so far apart need "
            f"{needed:,.0f} respondents in each window to be told apart."
        )
    return Finding(
        baseline,
        latest,
        latest - baseline,
        _per_cent(latest, baseline),
        respondents_needed=needed,
        too_little=words,
    )


def find_in_money(before: WindowFigures, after: WindowFigures) -> Finding:
    """Set two amounts beside each other: an amount of money is no sample, so there is no test."""
    return Finding(
        before.numerator,
        after.numerator,
        after.numerator - before.numerator,
        _per_cent(after.numerator, before.numerator),
        too_little="An amount of money is no sample: the change is what it is, and there is nothing to test.",
    )


def find_only_figures(before: WindowFigures, after: WindowFigures) -> Finding:
    """Print what figures there are where they may not be tested."""
    return Finding(before.value, after.value, after.value - before.value, _per_cent(after.value, before.value))


def _per_cent(latest: float, baseline: float) -> float:
    return 100 * (latest - baseline) / baseline if baseline > 0 else NONE


def _with(finding: Finding, **more: float | str) -> Finding:
    return Finding(**{**finding.__dict__, **more})


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
    return float(scipy.stats.binomtest(round(second), total, share).pvalue) if total else 1.0


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
    return float(2 * scipy.stats.norm.sf(abs(difference) / error)) if error > 0 else 1.0


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
