"""A short trend in a word: shape, word and chance, coloured by the judgement."""

from __future__ import annotations

from pccstats.presentation import numbers
from pccstats.presentation.style import escaped
from pccstats.terms.results.trend import Direction, Trend
from pccstats.terms.words import Variation

SHAPES = {Direction.RISING: "▲", Direction.FALLING: "▼", Direction.CANNOT_TELL: "○"}
CLASSES = {
    Variation.IMPROVEMENT: "state state-better",
    Variation.CONCERN: "state state-worse",
    Variation.COMMON_CAUSE: "state state-insufficient_data",
}


def trend_label(trend: Trend | None, why: str = "") -> str:
    """`▲ Rising`, `▼ Falling` or `○ Cannot tell`, with p, and beneath it the months against the year before."""
    if trend is None:
        return f'<span class="interval">{escaped(why)}</span>' if why else numbers.NO_FIGURE
    words = numbers.capital(trend.direction.in_words)
    chance = numbers.p_value(trend.p_value)
    small = f"p {chance}" if chance.startswith("below") else f"p = {chance}"
    if trend.higher + trend.lower:
        small += f"; {trend.higher} of {trend.higher + trend.lower} above the year before"
    return (
        f'<span class="{CLASSES.get(trend.variation, "state")}"><span class="shape" aria-hidden="true">'
        f'{SHAPES[trend.direction]}</span> {escaped(words)}</span><span class="interval">{escaped(small)}</span>'
    )
