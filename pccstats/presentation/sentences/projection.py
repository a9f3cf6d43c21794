"""A projection in words: what if things go on, how wide, and how such projections have fared."""

from __future__ import annotations

import math

from pccstats.presentation import numbers
from pccstats.presentation.describe import describe
from pccstats.terms.periods import month_in_words
from pccstats.terms.results.projection import Projection
from pccstats.terms.words import Kind, Polarity, State

NEVER, ALWAYS = 0.01, 0.99  # chances beyond these are not written as numbers: no back-test reaches so far


@describe.register
def describe_projection(result: Projection) -> str:
    """`If things go on as they have, 3,400 to 4,900 offences in the 12 months to March 2017 ...`."""
    return (
        f"If things go on as they have, {range_in_words(result)} in {window_in_words(result)} "
        f"({100 * result.confidence:g}% interval; the middle is {figure(result, result.projected)})"
        f"{against_baseline(result)}.{_tried(result)}"
    )


def range_in_words(result: Projection) -> str:
    """The interval with its unit: `3,400 to 4,900 offences`."""
    unit = result.unit.removeprefix("%").strip() if result.kind.is_proportion else result.unit
    return f"{figure(result, result.lower)} to {figure(result, result.upper)} {unit}".strip()


def against_baseline(result: Projection) -> str:
    """What that says against the baseline, with the chance: `, against 3,935 in 2012/13: no evidence of change ...`."""
    if result.state is State.INSUFFICIENT_DATA:
        return f"; no whole figure is held for {result.since} to compare it with"
    if math.isnan(result.baseline):
        return f"; not comparable with {result.since}, which lies before a change of definition or before the figures"
    fewer = "fewer" if result.kind is Kind.COUNT else "lower"
    verdict = "" if result.polarity is Polarity.NEUTRAL else f": {verdict_in_words(result)}"
    return (
        f", against {figure(result, result.baseline)} in {result.since}{verdict}; "
        f"chance of {fewer} than then {chance_in_words(result.chance_of_reduction)}"
    )


def verdict_in_words(result: Projection) -> str:
    """The state in words: `no evidence of change`, `better`, `worse`, `not comparable`."""
    return result.state.in_words


def window_in_words(result: Projection) -> str:
    """`the 12 months to March 2017`."""
    return f"the 12 months to {month_in_words(result.horizon)}"


def chance_in_words(chance: float) -> str:
    """A chance as readers see it, never nought and never certain.

    Examples
    --------
    >>> chance_in_words(0.364), chance_in_words(0.0004), chance_in_words(0.9999)
    ('36%', 'below 1%', 'above 99%')
    """
    if math.isnan(chance):
        return numbers.NO_FIGURE
    if chance < NEVER:
        return f"below {100 * NEVER:g}%"
    if chance > ALWAYS:
        return f"above {100 * ALWAYS:g}%"
    return numbers.per_cent(100 * chance, 0)


def figure(result: Projection, value: float) -> str:
    """A value as this result writes it."""
    if result.kind.is_proportion:
        return numbers.per_cent(value)
    return numbers.plain(value, decimals_of(result))


def decimals_of(result: Projection) -> int:
    """Decimals enough to tell neighbouring years apart."""
    if result.kind is Kind.COUNT:
        return 0
    return 1 if result.kind is not Kind.RATE or result.projected >= 10 else 2


def _tried(result: Projection) -> str:
    if not len(result.backtest):
        return " The series is too short for such a projection to have been tried on it."
    naive = float(result.backtest["naive_error_pct"].abs().mean())
    return (
        f" Tried at {len(result.backtest)} earlier points, such projections were out by "
        f"{numbers.per_cent(result.backtest_error_pct, 0)} on average; no change would have been out by "
        f"{numbers.per_cent(naive, 0)}."
    )
