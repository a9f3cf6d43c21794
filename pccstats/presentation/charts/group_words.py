"""The words on every chart of a force among its peers."""

from __future__ import annotations

from pccstats.presentation import numbers
from pccstats.presentation.sentences.group_comparison import (
    BENCHMARK_WORDS,
    decimals_of,
    describe_group,
    interval_in_words,
)
from pccstats.terms.periods import month_in_words
from pccstats.terms.results.group_comparison import GroupComparison


def group_headline(result: GroupComparison) -> str:
    """`Robbery: 5th of 8 (95% interval 4th to 6th), in line with peers`."""
    row = result.focus_row
    joint = "joint " if row["is_tied"] else ""
    place = f"{joint}{numbers.ordinal(row['rank'])} of {result.members}"
    return f"{result.title}: {place}{interval_in_words(row, result.confidence)}, {result.state.in_words}"


def group_subtitle(result: GroupComparison) -> str:
    """Measure, months and how sure the group is; who is missing; what it is a proxy for."""
    unit = "per cent" if result.unit == "%" else result.unit
    status = f"group {result.group_status}"
    parts = [unit, f"12 months to {month_in_words(result.window.last)}", status]
    parts += [f"missing: {numbers.listed(result.missing)}"] if result.missing else []
    parts += [f"a proxy for {result.proxy_for}"] if result.proxy_for else []
    return f"{result.focus} among its peers, {', '.join(parts)}"


def group_alt_text(result: GroupComparison, form: str) -> str:
    """The chart for somebody who cannot see it: what it is, the sentence, and every force with its figure."""
    decimals = decimals_of(result)
    forces = [
        f"{numbers.ordinal(point.rank)} {point.area} {numbers.plain(point.value, decimals)}" for point in result.forces
    ]
    benchmark = f"Benchmark {numbers.plain(result.benchmark, decimals)}, {BENCHMARK_WORDS[result.benchmark_name]}"
    return f"{form}. {describe_group(result)} {benchmark}. {numbers.listed(forces)}."
