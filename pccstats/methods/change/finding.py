"""What the figures of two windows say, before anybody's opinion: one function a kind of figure, one shape of answer."""

from __future__ import annotations

import math
from dataclasses import dataclass

from pccstats.methods.change.count_change import (
    RatioTest,
    compare_counts,
    dispersion_to_overturn,
    poisson_p,
)
from pccstats.methods.change.dispersion import Dispersion
from pccstats.methods.change.overlap import part_not_shared, without_shared_months
from pccstats.methods.change.share_change import compare_shares, respondents_needed
from pccstats.methods.change.window_figures import WindowFigures
from pccstats.terms.series import Series
from pccstats.terms.words import Kind

NONE = math.nan
LEAST_EVENTS = 10  # in the two windows together, months they share left out
LEAST_RESPONDENTS = 30  # in each window


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
