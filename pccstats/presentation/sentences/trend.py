"""Trends in words."""

from __future__ import annotations

from pccstats.presentation import numbers
from pccstats.presentation.describe import describe
from pccstats.terms.periods import month_in_words
from pccstats.terms.results.trend import Direction, Trend

DIRECTION_WORDS = {
    Direction.RISING: "rising",
    Direction.FALLING: "falling",
    Direction.CANNOT_TELL: "cannot tell whether it rises or falls",
}


@describe.register
def describe_trend(result: Trend) -> str:
    """`Domestic burglary, 6 months to June 2015: cannot tell whether it rises or falls (p = 0.72). ...`."""
    p = numbers.p_value(result.p_value)
    chance = f"p {p}" if p.startswith("below") else f"p = {p}"
    return (
        f"{result.title}, {result.months} months to {month_in_words(result.window.last)}: "
        f"{DIRECTION_WORDS[result.direction]} ({chance}).{year_in_words(result)}"
    )


def year_in_words(result: Trend) -> str:
    """How many months lie above and below the same month a year before."""
    compared = result.higher + result.lower
    if not compared:
        return ""
    return f" Against the same month a year before: {result.higher} of {compared} above, {result.lower} below."
