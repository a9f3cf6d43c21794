"""A change in one sentence: figure, difference, per cent, interval, verdict, and why where there is none."""

from __future__ import annotations

import math

from pccstats.presentation import numbers
from pccstats.presentation.describe import describe
from pccstats.presentation.states import STATE_WORDS
from pccstats.terms.periods import MONTHS_IN_A_YEAR, Window, so_many_months
from pccstats.terms.results.baseline_sensitivity import BaselineSensitivity
from pccstats.terms.results.change import Change
from pccstats.terms.results.false_discovery import FalseDiscovery
from pccstats.terms.words import Kind, Signal, State


@describe.register
def describe_change(result: Change) -> str:
    """`4,013 offences in the 12 months to June 2015, 78 more than in 2012/13 (+2.0%; 95% interval ...): ...`."""
    if math.isnan(result.change):
        return _figures_without_change(result)
    reason = f". {result.reason}" if result.reason else "."
    return (
        f"{amount(result, result.latest)} {when(result.latest_window)}, {difference_in_words(result)} "
        f"({relative_in_words(result)}): {verdict_in_words(result)}{_cohort(result)}{reason}"
    )


def _cohort(result: Change) -> str:
    is_fall = result.same_people and result.direction is Signal.BELOW
    return ", but of a cohort chosen when its offending was high a fall was to be expected" if is_fall else ""


def _figures_without_change(result: Change) -> str:
    known = [
        f"{amount(result, value)} {when(window)}"
        for value, window in ((result.baseline, result.baseline_window), (result.latest, result.latest_window))
        if not math.isnan(value)
    ]
    said = (
        f"{numbers.listed(known)}: {verdict_in_words(result)}." if known else f"{_capital(verdict_in_words(result))}."
    )
    return f"{said} {result.reason}".strip()


def verdict_in_words(result: Change) -> str:
    """The verdict as it ends a sentence; for a neutral indicator, that neither way is better."""
    if result.state is None:
        return f"{result.verdict}, which is neither better nor worse by itself"
    return STATE_WORDS[State(result.state)].lower()


def amount(result: Change, value: float) -> str:
    """A figure with its unit: `4,013 offences`, `88.6% satisfied`, `£21.7m`."""
    if math.isnan(value):
        return "no figure"
    if result.kind is Kind.MONEY:
        return f"£{numbers.plain(value, 1)}m" if result.unit == "£m" else numbers.plain(value, 1)
    if result.kind.is_proportion:
        said = result.unit.removeprefix("%").strip()
        return f"{numbers.per_cent(value)} {said}".strip()
    return f"{numbers.plain(value, decimals_of(result))} {result.unit or 'events'}"


def decimals_of(result: Change) -> int:
    """Decimals a figure of this kind is written with."""
    return 0 if result.kind is Kind.COUNT and float(result.latest).is_integer() else 1


def when(window: Window) -> str:
    """`in 2012/13`, `in the 12 months to June 2015`."""
    return f"in the {window}" if " months to " in str(window) else f"in {window}"


def difference_in_words(result: Change) -> str:
    """`78 more than in 2012/13`, `3.0 percentage points less than in 2012/13`, `the same as in 2012/13`."""
    base = since_when(result)
    size = abs(result.change)
    decimals = 1 if result.kind.is_proportion or result.kind is Kind.MONEY else decimals_of(result)
    if numbers.rounded(size, decimals) == 0:
        return f"the same as {base}"
    way = "more" if result.change > 0 else "less" if result.kind is not Kind.COUNT else "fewer"
    written = numbers.plain(size, decimals)
    if result.kind.is_proportion:
        written += " percentage points"
    elif result.kind is Kind.MONEY and result.unit == "£m":
        written = f"£{written}m"
    return f"{written} {way} than {base}"


def since_when(result: Change) -> str:
    """`in 2012/13`; a longer baseline is scaled, and that is said."""
    first, second = result.baseline_window, result.latest_window
    if first.month_count == second.month_count or result.kind.is_proportion:
        return when(first)
    length = "a year" if second.month_count == MONTHS_IN_A_YEAR else so_many_months(second.month_count)
    return f"in {length} at the rate of the {first}"


def relative_in_words(result: Change) -> str:
    """`+2.0%; 95% interval −4.2% to +8.5%`; for shares the interval in points, and the base of the per cent."""
    level = f"{100 * result.confidence:g}% interval"
    per_cent = numbers.signed_per_cent(result.change_pct)
    if result.kind.is_proportion:
        per_cent = f"{per_cent} of {numbers.per_cent(result.baseline)}"
        if math.isnan(result.points_low):
            return f"{per_cent}; no interval"
        low, high = numbers.signed(result.points_low, 1), numbers.signed(result.points_high, 1)
        return f"{per_cent}; {level} {low} to {high} points"
    if math.isnan(result.change_pct_low):
        return f"{per_cent}; no interval"
    low, high = (numbers.signed_per_cent(limit) for limit in (result.change_pct_low, result.change_pct_high))
    high = "no upper limit" if math.isinf(result.change_pct_high) else high
    return f"{per_cent}; {level} {low} to {high}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


@describe.register
def describe_sensitivity(result: BaselineSensitivity) -> str:
    """Whether the verdict turns on the baseline, with each baseline's change."""
    parts = [
        f"{numbers.signed_per_cent(change.change_pct)} {on_baseline(change)} ({verdict_in_words(change)})"
        for change in result.changes
        if not math.isnan(change.change_pct)
    ]
    without = [on_baseline(change).removeprefix("on ") for change in result.changes if math.isnan(change.change_pct)]
    only = "Only one baseline can be tested" if result.tested else "No baseline can be tested"
    opening = {
        True: "The verdict is the same against every baseline that can be tested",
        False: "The verdict depends on the baseline",
        None: only,
    }[result.is_same_verdict]
    missing = f" Not held in full: {numbers.listed(without)}." if without else ""
    return f"{opening}{': ' if parts else ''}{numbers.listed(parts)}.{missing}"


def on_baseline(change: Change) -> str:
    """`on 2012/13`, `on the 36 months to March 2013`."""
    window = str(change.baseline_window)
    return f"on the {window}" if " months to " in window else f"on {window}"


@describe.register
def describe_false_discovery(result: FalseDiscovery) -> str:
    """How many flags were raised, how many to expect by chance, and how many stand when read together."""
    tests, flags, kept = (f"{number:,}" for number in (result.tests, result.flags, result.flags_kept))
    return (
        f"{tests} tests at {100 * result.level:g}% raised {flags} flags; were nothing to have changed anywhere, "
        f"{numbers.plain(result.expected_false_flags, 1)} would be expected. {kept} stand when all are read together "
        f"(Benjamini-Hochberg).{f' {result.not_tested:,} could not be tested.' if result.not_tested else ''}"
    )
