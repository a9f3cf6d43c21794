"""Numbers written for readers: rounded half up, thousands separated, a true minus sign, never a bare `nan`."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal

from pccstats.terms.words import Kind

MINUS = "\N{MINUS SIGN}"
NO_FIGURE = "\N{EN DASH}"
LEAST_EXPECTED = 0.1
SMALLEST_P_SHOWN = 0.001
TEENS = (11, 12, 13)
ENDINGS = {1: "st", 2: "nd", 3: "rd"}
SMALL_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def rounded(value: float, decimals: int = 0) -> Decimal:
    """Round half away from zero, as published figures are, not half to even.

    Examples
    --------
    >>> str(rounded(2.5)), str(rounded(-51.124, 1)), str(rounded(4.05, 1))
    ('3', '-51.1', '4.1')
    """
    step = Decimal(1).scaleb(-decimals)
    return Decimal(repr(float(value))).quantize(step, rounding=ROUND_HALF_UP)


def plain(value: float | None, decimals: int = 0) -> str:
    """A number with thousands separated.

    Examples
    --------
    >>> plain(58318), plain(-487), plain(None), plain(88.64, 1)
    ('58,318', '−487', '–', '88.6')
    """
    if value is None or math.isnan(value):
        return NO_FIGURE
    if math.isinf(value):
        return "no limit"
    number = rounded(value, decimals)
    text = f"{abs(number):,.{decimals}f}"
    return f"{MINUS}{text}" if number < 0 else text


def signed(value: float | None, decimals: int = 0) -> str:
    """A change, with its sign always written.

    Examples
    --------
    >>> signed(78), signed(-4.25, 1), signed(0.02, 1)
    ('+78', '−4.3', '0.0')
    """
    text = plain(value, decimals)
    is_positive = value is not None and not math.isnan(value) and rounded_is_positive(value, decimals)
    return f"+{text}" if is_positive else text


def rounded_is_positive(value: float, decimals: int) -> bool:
    """True where the number is still above zero once rounded."""
    return (math.isinf(value) and value > 0) or (math.isfinite(value) and rounded(value, decimals) > 0)


def per_cent(value: float | None, decimals: int = 1) -> str:
    """A per cent: `88.6%`."""
    text = plain(value, decimals)
    return text if text == NO_FIGURE else f"{text}%"


def signed_per_cent(value: float | None, decimals: int = 1) -> str:
    """A relative change: `+2.0%`."""
    text = signed(value, decimals)
    return text if text == NO_FIGURE else f"{text}%"


def ordinal(rank: float) -> str:
    """A position: 1st, 2nd, 3rd, 4th, 11th, 21st.

    Examples
    --------
    >>> [ordinal(rank) for rank in (1, 2, 3, 4, 11, 21)]
    ['1st', '2nd', '3rd', '4th', '11th', '21st']
    """
    number = int(rank)
    if number % 100 in TEENS:
        return f"{number}th"
    return f"{number}{ENDINGS.get(number % 10, 'th')}"


def in_words(count: int) -> str:
    """A small number as a word, a larger one in figures.

    Examples
    --------
    >>> in_words(5), in_words(12)
    ('five', '12')
    """
    return SMALL_NUMBERS[count] if count < len(SMALL_NUMBERS) else plain(count)


def expected(count: float) -> str:
    """How many are to be expected, where fewer than one may be: never none.

    Examples
    --------
    >>> expected(0.3), expected(2.0), expected(0.01)
    ('about 0.3', 'about 2.0', 'fewer than 0.1')
    """
    return f"about {plain(count, 1)}" if count >= LEAST_EXPECTED else f"fewer than {LEAST_EXPECTED}"


def p_value(p: float | None) -> str:
    """A p-value in words short enough for a table cell.

    Examples
    --------
    >>> p_value(0.1714), p_value(0.00002), p_value(None)
    ('0.17', 'below 0.001', '–')
    """
    if p is None or math.isnan(p):
        return NO_FIGURE
    if p < SMALLEST_P_SHOWN:
        return f"below {SMALLEST_P_SHOWN}"
    return plain(p, 2 if p >= 0.1 else 3)


def chance(p: float) -> str:
    """A p-value as it stands in a sentence.

    Examples
    --------
    >>> chance(0.1714), chance(0.00002)
    ('p = 0.17', 'p below 0.001')
    """
    return f"p {'' if p < SMALLEST_P_SHOWN else '= '}{p_value(p)}"


def figure(kind: Kind, value: float, decimals: int) -> str:
    """A value of one kind: a share as a per cent with one decimal, anything else with so many."""
    return per_cent(value) if kind.is_proportion else plain(value, decimals)


def usual(kind: Kind, value: float | None) -> str:
    """A figure as indicators of its kind are written: `4,013`, `88.6%`, `£21.7m`.

    Examples
    --------
    >>> usual(Kind.COUNT, 4013), usual(Kind.SURVEY, 88.6), usual(Kind.MONEY, 21.7), usual(Kind.RATE, 3.84)
    ('4,013', '88.6%', '£21.7m', '3.8')
    """
    if value is None or math.isnan(value):
        return NO_FIGURE
    if kind is Kind.MONEY:
        return f"£{plain(value, 1)}m"
    return per_cent(value) if kind.is_proportion else plain(value, 1 if kind is Kind.RATE else 0)


def with_unit(written: str, kind: Kind, unit: str) -> str:
    """A figure before its unit; the sign of a per cent already stands at the figure.

    Examples
    --------
    >>> with_unit("322", Kind.COUNT, "offences"), with_unit("88.6%", Kind.SURVEY, "% satisfied")
    ('322 offences', '88.6% satisfied')
    """
    counted_in = unit.removeprefix("%").strip() if kind.is_proportion else unit
    return f"{written} {counted_in}".strip()


def decimals_of_years(kind: Kind, largest: float) -> int:
    """Decimals enough to tell neighbouring years of one kind apart."""
    if kind is Kind.COUNT:
        return 0
    return 1 if kind is not Kind.RATE or largest >= 10 else 2


def listed(items: list[str] | tuple[str, ...]) -> str:
    """Items in a sentence: `a, b and c`.

    Examples
    --------
    >>> listed(["Essex", "Kent", "Sussex"])
    'Essex, Kent and Sussex'
    """
    if len(items) <= 1:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"
