"""A projection in words: what if things go on, how wide, and how such projections have fared."""

from __future__ import annotations

import math

import pandas as pd

from pccstats.presentation import numbers
from pccstats.presentation.describe import describe
from pccstats.terms.periods import month_in_words
from pccstats.terms.results.progress import Outcome
from pccstats.terms.results.projection import Projection
from pccstats.terms.words import Kind, Polarity, State

EITHER_SIDE = "could end on either side of the baseline"
AT_OR_ABOVE = "could end at the baseline or above it"  # where that is nought
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
    verdict = "" if result.polarity is Polarity.NEUTRAL else f": {verdict_in_words(result)}{_why_open(result)}"
    return f", against {figure(result, result.baseline)} in {result.since}{verdict}{_chance_of_fewer(result)}"


def verdict_in_words(result: Projection) -> str:
    """The state as it is said of years to come: `could end on either side of the baseline`, `better`, `worse`."""
    if result.state is not State.NO_EVIDENCE_OF_CHANGE:
        return result.state.in_words
    return EITHER_SIDE if result.baseline > 0 else AT_OR_ABOVE


def _why_open(result: Projection) -> str:
    """Why the state leaves open what the interval alone would not."""
    is_outside = not result.lower <= result.baseline <= result.upper
    is_open = result.state is State.NO_EVIDENCE_OF_CHANGE and is_outside
    return ", as chance moved the baseline's own year too" if is_open else ""


def _chance_of_fewer(result: Projection) -> str:
    """`; 3% chance of fewer than in 2012/13`; nothing where none were counted then, as fewer cannot be."""
    if result.baseline == 0:
        return ""
    fewer = "fewer" if result.kind is Kind.COUNT else "a lower figure"
    return f"; {chance_in_words(result.chance_of_reduction)} chance of {fewer} than in {result.since}"


def target_in_words(result: Projection, strength: str, by: pd.Period, value: float) -> str:
    """A target by its strength, level and date: `hard target, 75.0% by March 2014`."""
    level = f"{figure(result, value)} " if math.isfinite(value) else ""
    return f"{strength} target, {level}by {month_in_words(by)}"


def target_outcome_in_words(outcome: str, chance: float) -> str:
    """What became of a target, or its chance: `missed`, `36% chance of meeting it`."""
    if outcome == Outcome.UNKNOWN:
        return "cannot be told"
    if outcome != Outcome.OPEN:
        return outcome
    return f"{chance_in_words(chance)} chance of meeting it" if math.isfinite(chance) else "no chance can be given"


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
    ours, naive = result.backtest_error_pct, float(result.backtest["naive_error_pct"].abs().mean())
    if math.isnan(ours):
        return ""
    shown, beside = (numbers.per_cent(error, 0 if abs(ours - naive) >= 1 else 1) for error in (ours, naive))
    points = len(result.backtest)
    tried = f" Tried at {points} earlier point{'' if points == 1 else 's'},"
    if shown == beside:
        return f"{tried} such projections were out by {shown} on average, as was assuming no change."
    if naive < ours:
        return f"{tried} assuming no change did better: it was out by {beside} on average, against {shown}."
    return f"{tried} such projections were out by {shown} on average; assuming no change, by {beside}."
