"""Two figures compared: counts, shares, money."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from itertools import product

import numpy as np
import scipy
from scipy import special

from pccstats.methods.change.dispersion import CHANCE, Dispersion, choose_dispersion, dispersion_of_shares
from pccstats.methods.change.published_estimates import NAME, Estimate, compare_estimates, relative_limits
from pccstats.methods.change.request import ChangeRequest
from pccstats.methods.change.windows import Untested, WindowFigures, without_shared_months
from pccstats.methods.intervals import at_least_mid_p, mid_p_lower, newcombe, normal_quantile, ratio_of_shares
from pccstats.terms.periods import MONTHS_IN_A_YEAR
from pccstats.terms.results.change import Amount, ChangeTest, Limits
from pccstats.terms.series import Series
from pccstats.terms.words import Kind, Signal, State

LEAST_EVENTS = 10  # in the two windows together, months they share left out
LEAST_RESPONDENTS = 10  # in each window
FEW_RESPONDENTS = 30  # in a window: under it the test of two shares is exact
FEW_EXPECTED = 5  # answers of one sort in a window, were nothing to have changed: under it too (Cochran 1954)
CONDITIONAL_BELOW = 10  # events in the smaller window: under it the logarithm of a count is too skew for its interval
SAME_SHARE = 1e-9  # shares no further apart are one share
MOST_RESPONDENTS = 10**9  # nobody asks more
POOLED, EXACT = "pooled test of two shares", "Fisher's exact test"


@dataclass(frozen=True)
class Finding:
    """A change as found: the figures with their limits, how they were tested, and why they were not."""

    amount: Amount
    test: ChangeTest
    untested: Untested | None = None
    unshared: Amount | None = None

    @property
    def direction(self) -> Signal:
        """A change is one where p is below the level and its limits leave out nought; signal first, judgement later."""
        if self.untested is not None or not self.test.p_value < 1 - self.test.confidence:
            return Signal.NONE
        sides = {self.amount.per_cent.side, self.amount.points.side}
        return Signal.ABOVE if Signal.ABOVE in sides else Signal.BELOW if Signal.BELOW in sides else Signal.NONE


def find_only_figures(
    series: Series, before: WindowFigures, after: WindowFigures, asked: ChangeRequest, against: Untested
) -> Finding:
    """Print what figures there are where they may not be tested; a count of another length is scaled all the same."""
    scale = 1.0
    if series.kind is Kind.COUNT and not asked.windows.are_of_one_length:
        scale = after.window.days / before.window.days
    return Finding(Amount(before.value * scale, after.value), ChangeTest(asked.confidence), against)


def find_change(series: Series, before: WindowFigures, after: WindowFigures, asked: ChangeRequest) -> Finding:
    """Compare two windows by the test that suits the kind of figure."""
    if series.kind is Kind.MONEY:
        return _in_money(before, after, asked)
    estimates = estimates_of(series, before, after)
    if estimates is not None:
        return _of_estimates(series, *estimates, asked)
    if not series.kind.is_proportion:
        return _in_counts(series, before, after, asked)
    return _in_per_cents(series, before, after, asked)


def estimates_of(series: Series, before: WindowFigures, after: WindowFigures) -> tuple[Estimate, Estimate] | None:
    """Both figures with the intervals they were published with; None where one has none, or a rate's reaches nought."""
    if series.interval is None:
        return None
    first, second = before.published_limits, after.published_limits
    if first is None or second is None:
        return None
    if series.kind is Kind.RATE and min(first[0], second[0]) <= 0:
        return None
    return Estimate(before.value, *first, series.interval), Estimate(after.value, *second, series.interval)


def _of_estimates(series: Series, first: Estimate, second: Estimate, asked: ChangeRequest) -> Finding:
    """Compare two estimates by their own intervals: shares by their difference, rates by their ratio."""
    confidence, part = asked.confidence, asked.windows.part_not_shared
    amount = Amount(first.value, second.value)
    name = f"{NAME}, standard errors from their {100 * first.confidence:g}% intervals"
    if series.kind is Kind.RATE:
        logs = first.on_log_scale(), second.on_log_scale()
        ratio = compare_estimates(*logs, confidence=confidence, part_not_shared=part)
        per_cent = Limits(100 * math.expm1(ratio.lower), 100 * math.expm1(ratio.upper))
        test = ChangeTest(confidence, name=f"{name}, as logarithms", p_value=ratio.p_value)
        return Finding(replace(amount, per_cent=per_cent), test)
    found = compare_estimates(first, second, confidence=confidence, part_not_shared=part)
    per_cent = Limits()
    if min(first.value, second.value) > 0:
        low, high = relative_limits(first, second, confidence=confidence, part_not_shared=part)
        per_cent = Limits(100 * (low - 1), 100 * (high - 1))
    test = ChangeTest(confidence, name=name, p_value=found.p_value)
    return Finding(replace(amount, per_cent=per_cent, points=Limits(found.lower, found.upper)), test)


def _in_money(before: WindowFigures, after: WindowFigures, asked: ChangeRequest) -> Finding:
    """Set two amounts beside each other: an amount of money is no sample, so there is no test."""
    reason = "An amount of money is no sample: the change is what it is, and there is nothing to test."
    amount = Amount(before.numerator, after.numerator)
    return Finding(amount, ChangeTest(asked.confidence), Untested(State.INSUFFICIENT_DATA, reason))


def _in_counts(series: Series, before: WindowFigures, after: WindowFigures, asked: ChangeRequest) -> Finding:
    """Compare two counts, or two rates with their own denominators."""
    is_rate = series.kind is Kind.RATE
    out_of = (before.denominator, after.denominator) if is_rate else (1.0, 1.0)
    days = (1.0, 1.0) if asked.windows.are_of_one_length else (before.window.days, after.window.days)
    exposures = (out_of[0] * days[0], out_of[1] * days[1])
    scaled = before.value if is_rate else before.numerator * (exposures[1] / exposures[0])
    dispersion = choose_dispersion(series, before, after, asked.dispersion)
    amount = Amount(scaled, after.value)
    test = ChangeTest(
        asked.confidence,
        dispersion=dispersion.of_totals,
        dispersion_basis=dispersion.basis,
        is_assumed=dispersion.is_assumed,
        is_of_its_own=dispersion.is_of_its_own,
        degrees_of_freedom=dispersion.known_as,
    )

    dropped, added = without_shared_months(before, after)
    moved = dropped.numerator + added.numerator
    # apart; or published 12-month figures, whose shared months cannot be taken out: only their variance shrinks
    is_whole = len(dropped.rows) == len(before.rows) or moved == 0
    part = asked.windows.part_not_shared
    tested = (before.numerator / part, after.numerator / part) if is_whole else (dropped.numerator, added.numerator)
    if sum(tested) < LEAST_EVENTS:
        reason = f"{sum(tested):.0f} events in all are too few to test: the rule is {LEAST_EVENTS} or more."
        return Finding(amount, test, Untested(State.INSUFFICIENT_DATA, reason))
    if is_whole:
        found = compare_counts(*tested, dispersion, exposures=exposures, confidence=asked.confidence)
        low, high = 100 * (found.lower - 1), 100 * (found.upper - 1)
    else:
        found = compare_counts(*tested, dispersion, confidence=asked.confidence)
        low, high = (_part_of(before.numerator, moved * _excess(ratio)) for ratio in (found.lower, found.upper))
    return Finding(
        replace(amount, per_cent=Limits(low, high)),
        replace(
            test,
            name=found.method,
            p_value=found.p_value,
            dispersion_to_overturn=dispersion_to_overturn(
                *tested, exposures=exposures, quantile=dispersion.quantile(asked.confidence)
            ),
            p_value_poisson=poisson_p(*tested, exposures),
        ),
        unshared=None if is_whole or is_rate else Amount(*tested),
    )


def _excess(ratio: float) -> float:
    """The part of all events by which the second count passes the first: -1 to 1."""
    return (ratio - 1) / (ratio + 1) if math.isfinite(ratio) else 1.0


def _part_of(whole: float, part: float) -> float:
    return 100 * part / whole if whole > 0 else math.copysign(math.inf, part)


def _in_per_cents(series: Series, before: WindowFigures, after: WindowFigures, asked: ChangeRequest) -> Finding:
    """Compare two shares of known denominators, or set two printed per cents beside each other."""
    first, second = (before.numerator, before.denominator), (after.numerator, after.denominator)
    is_known = before.has_denominator and after.has_denominator
    amount = Amount(before.value, after.value)
    half = 0.0 if is_known else 0.5 * 10.0 ** -decimals_printed(series)
    dispersion = dispersion_of_shares(series, before, after, asked.design_effect) if is_known else CHANCE
    needed = respondents_to_find(amount.baseline / 100, amount.latest / 100, asked, half / 100, dispersion)
    test = ChangeTest(asked.confidence, respondents_needed=needed)
    if not is_known:
        reason = _nothing_known_of_respondents(series, amount, asked, needed)
        return Finding(amount, replace(test, is_assumed=True), Untested(State.INSUFFICIENT_DATA, reason))
    if min(first[1], second[1]) < LEAST_RESPONDENTS:
        reason = (
            f"{first[1]:.0f} and {second[1]:.0f} respondents are too few to test: "
            f"the rule is {LEAST_RESPONDENTS} or more in each window."
        )
        return Finding(amount, test, Untested(State.INSUFFICIENT_DATA, reason))
    effect = asked.design_effect * asked.windows.part_not_shared
    found = compare_shares(
        first,
        second,
        design_effect=effect,
        dispersion=dispersion,
        confidence=asked.confidence,
        exact=are_few(first, second),
    )
    per_cent = Limits(100 * (found.ratio_lower - 1), 100 * (found.ratio_upper - 1))
    points = Limits(100 * found.lower, 100 * found.upper)
    return Finding(
        replace(amount, per_cent=per_cent, points=points),
        replace(
            test,
            name=f"Newcombe's interval for the difference, {found.method}",
            p_value=found.p_value,
            dispersion=dispersion.of_totals,
            dispersion_basis=dispersion.basis,
            degrees_of_freedom=dispersion.known_as,
        ),
    )


def _nothing_known_of_respondents(series: Series, amount: Amount, asked: ChangeRequest, needed: float) -> str:
    """That there is no test, and how the answer turns on the number asked; of per cents that may be equal it does not.

    A per cent that is no survey's has no respondents: it is said only that its numbers are not published.
    """
    if series.kind is not Kind.SURVEY:
        return "The numbers behind the per cents are not published, so no change can be tested."
    reason = "The number of respondents is not published, so no change can be tested"
    if math.isinf(needed):
        return f"{reason}."
    judged = series.polarity.judge(Signal.ABOVE if amount.change > 0 else Signal.BELOW)
    is_year = asked.windows.are_of_one_length and asked.windows.latest.month_count == MONTHS_IN_A_YEAR
    period = "year" if is_year else "window"
    settled = f"It would count as {judged} if {needed:,.0f} or more had answered in each {period}"
    return f"{reason}. {settled}, however the per cents were rounded."


def decimals_printed(series: Series) -> int:
    """The decimals that the per cents of a series are printed to: the most that any of them needs.

    Examples
    --------
    >>> import pandas as pd
    >>> years = pd.DataFrame({"month": ["2013-03", "2015-06"], "satisfied": [82.9, 76.0]})
    >>> decimals_printed(Series.from_frame(years, numerator="satisfied", kind="survey", span_months=12))
    1
    """
    printed = series.points.loc[series.points["denominator"].isna(), "numerator"].dropna()
    places = (Decimal(repr(float(per_cent))).normalize().as_tuple().exponent for per_cent in printed)
    return max((-place for place in places if isinstance(place, int) and place < 0), default=0)


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
    error = math.sqrt(dispersion.of_totals * (1 / first + 1 / second))
    reach = dispersion.quantile(confidence) * error
    return RatioTest(
        ratio,
        ratio * math.exp(-reach),
        ratio * math.exp(reach),
        dispersion.two_sided_p(math.log(ratio) / error),
        "log rate ratio",
    )


def _conditional(first: float, second: float, dispersion: Dispersion, scale: float, confidence: float) -> RatioTest:
    a, b = first / dispersion.of_totals, second / dispersion.of_totals
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


@lru_cache(maxsize=256)  # one pair of counts is met as a change, beside other baselines, and a quarter later
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
    first: float,
    second: float,
    *,
    exposures: tuple[float, float] = (1.0, 1.0),
    quantile: float | None = None,
) -> float:
    """The over-dispersion at which the change would no longer be statistically significant; below 1 it is not even so.

    `quantile` is how many standard errors the interval reaches, as `Dispersion.quantile` has it: Student's where the
    over-dispersion was estimated. By default the normal's at 95%.

    Examples
    --------
    >>> round(dispersion_to_overturn(4365, 4609), 1)
    1.7
    """
    if min(first, second) <= 0:
        return math.nan
    reach = normal_quantile(0.95) if quantile is None else quantile
    log_ratio = math.log(second / first * exposures[0] / exposures[1])
    return float((log_ratio / reach) ** 2 / np.sum(1 / np.array([first, second])))


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
    method: str = POOLED


def compare_shares(
    first: tuple[float, float],
    second: tuple[float, float],
    *,
    design_effect: float = 1.0,
    dispersion: Dispersion = CHANCE,
    confidence: float = 0.95,
    exact: bool = False,
) -> ShareTest:
    """Has a share changed, and by how much.

    Parameters
    ----------
    first, second : (numerator, denominator)
        Satisfied respondents and all respondents before and after; denominators above zero.
    design_effect : float
        How many times the variance of a simple random sample the survey's design gives, above zero: 1 for a plain
        sample, 1.5 to 2 for a weighted or clustered one.
    dispersion : Dispersion
        How many times more than such a sample shares vary from month to month: chance alone by default.
    confidence : float
        Of the intervals, between 0 and 1.
    exact : bool
        Whether p is Fisher's, as `change` asks where few have answered.

    Returns
    -------
    ShareTest

    Notes
    -----
    Newcombe's hybrid score limits for the difference, the same Wilson limits for the ratio, and the pooled two-share
    test for p, all on numbers divided by the design effect and the dispersion. Fisher's p is of the numbers themselves;
    its normal deviate is divided by the root of the two.

    References
    ----------
    Newcombe RG (1998). Statistics in Medicine 17: 873-890. Kish L (1965). Survey Sampling, p. 258. Wiley.
    Fisher RA (1935). The logic of inductive inference. JRSS 98: 39-82. Cochran WG (1954). Some methods for
    strengthening the common chi-squared tests. Biometrics 10: 417-451.

    Examples
    --------
    >>> test = compare_shares((845, 1000), (815, 1000))
    >>> [round(100 * number, 1) for number in (test.difference, test.lower, test.upper)]
    [-3.0, -6.3, 0.3]
    >>> round(test.p_value, 3)
    0.074
    >>> few = compare_shares((12, 12), (9, 15), exact=True)
    >>> round(few.p_value, 3), few.method
    (0.02, "Fisher's exact test")
    """
    effect = design_effect * dispersion.of_totals
    before, after = ((k / effect, n / effect) for k, n in (first, second))
    share_before, share_after = before[0] / before[1], after[0] / after[1]
    away = special.ndtri(_fisher_p(first, second) / 2) / math.sqrt(effect) if exact else _pooled_z(before, after)
    level = 1 - 2 * float(special.ndtr(-dispersion.quantile(confidence)))
    lower, upper = newcombe(before, after, level)
    ratio_lower, ratio_upper = ratio_of_shares(before, after, level)
    return ShareTest(
        share_after - share_before,
        lower,
        upper,
        share_after / share_before if share_before > 0 else math.inf,
        ratio_lower,
        ratio_upper,
        dispersion.two_sided_p(float(away)),
        EXACT if exact else POOLED,
    )


def _pooled_z(first: tuple[float, float], second: tuple[float, float]) -> float:
    pooled = (first[0] + second[0]) / (first[1] + second[1])
    error = math.sqrt(pooled * (1 - pooled) * (1 / first[1] + 1 / second[1]))
    difference = second[0] / second[1] - first[0] / first[1]
    return difference / error if error > 0 else 0.0


def are_few(first: tuple[float, float], second: tuple[float, float]) -> bool:
    """Whether so few answered, or gave one sort of answer, that only an exact test will do."""
    pooled = (first[0] + second[0]) / (first[1] + second[1])
    least = min(first[1], second[1])
    return least < FEW_RESPONDENTS or min(pooled, 1 - pooled) * least < FEW_EXPECTED


def _fisher_p(first: tuple[float, float], second: tuple[float, float]) -> float:
    """Fisher's p of whole answers, two-sided by the sum of the tables no likelier than the one seen."""
    rows = np.array([(round(k), round(n) - round(k)) for k, n in (first, second)])
    return float(scipy.stats.fisher_exact(rows).pvalue)


def respondents_to_find(
    first: float,
    second: float,
    asked: ChangeRequest,
    half_unit: float = 0.0,
    dispersion: Dispersion = CHANCE,
) -> float:
    """The smallest number of respondents in each window at which shares so far apart would be called a change.

    Parameters
    ----------
    first, second : float
        Shares from 0 to 1, as printed.
    asked : ChangeRequest
        Confidence, design effect and windows: what they share weighs as in the test itself.
    half_unit : float
        How far from it each share may lie that was rounded to what is printed: half a unit of its last decimal. The
        number holds for every share within it, so for the least favourable.
    dispersion : Dispersion
        How many times more than a sample of that design the shares vary, as in the test itself.

    Notes
    -----
    Sought by halving: both the test's p and its interval must say so, as in `change`, and the least number that may be
    tested at all is the floor. Infinite where the shares are equal, or may be before rounding.
    """
    if not abs(second - first) > 2 * half_unit + SAME_SHARE:
        return math.inf
    ends = [[share + side * half_unit for side in (-1, 1)] for share in (first, second)]
    pairs = ((min(max(one, 0.0), 1.0), min(max(other, 0.0), 1.0)) for one, other in product(*ends))
    return max(_respondents_to_find(one, other, asked, dispersion) for one, other in pairs)


def _respondents_to_find(first: float, second: float, asked: ChangeRequest, dispersion: Dispersion) -> float:
    """The same for shares taken as exact."""
    effect = asked.design_effect * asked.windows.part_not_shared

    def is_found(respondents: int) -> bool:
        pair = (first * respondents, respondents), (second * respondents, respondents)
        found = compare_shares(
            *pair, design_effect=effect, dispersion=dispersion, confidence=asked.confidence, exact=are_few(*pair)
        )
        return found.p_value < 1 - asked.confidence and (found.lower > 0 or found.upper < 0)

    too_few, enough = LEAST_RESPONDENTS - 1, LEAST_RESPONDENTS
    while not is_found(enough):
        too_few, enough = enough, 2 * enough
        if enough > MOST_RESPONDENTS:
            return math.inf
    while enough - too_few > 1:
        middle = (too_few + enough) // 2
        too_few, enough = (too_few, middle) if is_found(middle) else (middle, enough)
    return float(enough)


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
