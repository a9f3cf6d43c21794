"""Where a force stands among its peers, in the sentence forces publish."""

from __future__ import annotations

from typing import Any

import pandas as pd

from pccstats.presentation import numbers
from pccstats.presentation.describe import describe
from pccstats.terms.periods import month_in_words
from pccstats.terms.results.group_comparison import GroupComparison, GroupPositions
from pccstats.terms.words import GroupStatus, PeerState

BENCHMARK_WORDS = {
    "mean_including_own": "group mean, own force included",
    "weighted": "group as a whole, larger forces counting for more",
    "others_only": "mean of the other forces",
}


@describe.register
def describe_group(result: GroupComparison) -> str:
    """`5th of 8 for all crime per 1,000 population (95% interval 4th to 6th), in line with peers`, and how sure."""
    row = result.focus_row
    place = place_in_words(row, result.members, result.confidence, measure_in_words(result))
    decimals = decimals_of(result)
    return (
        f"{result.focus} was {place}, {result.state.in_words}, in the 12 months to "
        f"{month_in_words(result.window.last)}: {numbers.plain(row['value'], decimals)} against "
        f"{numbers.plain(result.benchmark, decimals)} ({BENCHMARK_WORDS[result.benchmark_name]})."
        f"{_change(row, result)} {membership_in_words(result.group_status)}{missing_in_words(result.missing)}"
    )


@describe.register
def describe_positions(result: GroupPositions) -> str:
    """The first and the latest place, each with its interval, and how often the force stood apart from its peers."""
    first, last = result.points.iloc[0], result.points.iloc[-1]
    apart = int((result.points["state"] != PeerState.IN_LINE_WITH_PEERS).sum())
    measure = measure_in_words(result)
    then = place_in_words(first, first["members"], result.confidence)
    now = place_in_words(last, last["members"], result.confidence)
    often = f"at {apart or 'none'} of the {len(result.points)} dates"
    return (
        f"For {measure}, {result.focus} was {then} in the 12 months to {month_in_words(first['month'])} and {now} in "
        f"the 12 months to {month_in_words(last['month'])}; it stood apart from its peers {often}. "
        f"{membership_in_words(result.group_status)}"
    )


def place_in_words(row: Any, members: int, confidence: float, measure: str = "") -> str:
    """`5th of 8 for robbery per 1,000 population (95% interval 4th to 6th)`."""
    joint = "joint " if row.get("is_tied", False) else ""
    about = f" for {measure}" if measure else ""
    return f"{joint}{numbers.ordinal(row['rank'])} of {members}{about}{interval_in_words(row, confidence)}"


def interval_in_words(row: Any, confidence: float) -> str:
    """The interval of a rank; where there is none, that there is none."""
    if pd.isna(row["rank_low"]):
        return " (no interval: number of respondents not known)"
    low, high = numbers.ordinal(row["rank_low"]), numbers.ordinal(row["rank_high"])
    certain = numbers.plain(100 * confidence)
    return f" ({certain}% interval {low})" if low == high else f" ({certain}% interval {low} to {high})"


def measure_in_words(result: GroupComparison | GroupPositions) -> str:
    """`all crime per 1,000 population`, `% satisfied with burglary`, with what it is a proxy for."""
    title = result.title[:1].lower() + result.title[1:] if result.title[1:2].islower() else result.title
    unit = "(%)" if result.unit == "%" else result.unit
    measure = f"{title}, {unit}" if "," in title else f"{title} {unit}"
    return f"{measure}, a proxy for {result.proxy_for}," if result.proxy_for else measure


def membership_in_words(status: str) -> str:
    """How sure the membership of the group is; never left unsaid."""
    is_dated = status in tuple(GroupStatus)
    return f"Group membership {status}." if is_dated else f"Group {status}."


def missing_in_words(missing: tuple[str, ...]) -> str:
    """The members with no figure, by name."""
    return f" Missing: {numbers.listed(missing)}." if missing else ""


def decimals_of(result: GroupComparison) -> int:
    """As many decimals as tell the figures apart: three digits of the benchmark."""
    return 0 if result.benchmark >= 100 else 1 if result.benchmark >= 10 else 2


def _change(row: pd.Series, result: GroupComparison) -> str:
    if pd.isna(row["change_rank"]):
        return ""
    compared = int(result.points["change_rank"].notna().sum())
    return (
        f" Its change on the 12 months before ({numbers.signed_per_cent(row['change_pct'])}) was "
        f"{numbers.ordinal(row['change_rank'])} of {compared}."
    )
