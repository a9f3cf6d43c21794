"""The table of a force among its peers, and of its places over time."""

from __future__ import annotations

import pandas as pd

from pccstats.presentation import numbers
from pccstats.presentation.sentences.group_comparison import (
    BENCHMARK_WORDS,
    decimals_of,
    membership_in_words,
    missing_in_words,
)
from pccstats.presentation.table import Column, TableSpec
from pccstats.presentation.tabulate import table_of
from pccstats.terms.periods import month_in_words
from pccstats.terms.results.group_comparison import GroupComparison, GroupPositions
from pccstats.terms.words import PeerState


@table_of.register
def group_table(result: GroupComparison) -> TableSpec:
    """One row a force, best first, the focus force marked in words."""
    decimals = decimals_of(result)
    points = result.points
    rows = points.assign(
        force=[f"{force.area} (this force)" if force.is_focus else force.area for force in result.forces],
        ranks=[_rank(force.rank, is_tied=force.is_tied) for force in result.forces],
        interval=_intervals(points),
        expected=[
            f"{numbers.plain(force.peer_lower, decimals)} to {numbers.plain(force.peer_upper, decimals)}"
            for force in result.forces
        ],
        words=[PeerState(state).in_words for state in points["state"]],
    )
    certain = numbers.plain(100 * result.confidence)
    counted = "Numerator" if result.unit == "%" else "Number"
    columns = (
        Column("force", "Force"),
        Column("ranks", "Rank"),
        Column("interval", f"{certain}% interval of rank"),
        Column("value", result.unit[:1].upper() + result.unit[1:], "number", decimals),
        Column("expected", f"Expected of it by its peers, {certain}%"),
        Column("words", "State"),
        Column("numerator", counted, "number"),
        Column("exposure", result.exposure_name.capitalize(), "number"),
        Column("change_pct", "Change on 12 months before", "signed_per_cent", 1),
        Column("change_rank", "Rank of change", "rank"),
    )
    benchmark = f"{numbers.plain(result.benchmark, decimals)} ({BENCHMARK_WORDS[result.benchmark_name]})"
    proxy = (f"A proxy for {result.proxy_for}.",) if result.proxy_for else ()
    return TableSpec(
        title=f"{result.title}: {result.focus} among its peers",
        subtitle=f"12 months to {month_in_words(result.window.last)}. Benchmark: {benchmark}",
        columns=columns,
        rows=rows,
        notes=(membership_in_words(result.group_status) + missing_in_words(result.missing), *proxy, result.method),
    )


@table_of.register
def positions_table(result: GroupPositions) -> TableSpec:
    """One row a date."""
    points = result.points
    certain = numbers.plain(100 * result.confidence)
    decimals = 1 if points["benchmark"].min() >= 10 else 2
    rows = points.assign(
        ending=[month_in_words(month) for month in points["month"]],
        interval=_intervals(points),
        words=[PeerState(state).in_words for state in points["state"]],
    )
    return TableSpec(
        title=f"{result.title}: {result.focus} among its peers over time",
        subtitle=f"12 months to each date, {result.unit}",
        columns=(
            Column("ending", "12 months to"),
            Column("rank", "Rank", "rank"),
            Column("members", "Of", "number"),
            Column("interval", f"{certain}% interval of rank"),
            Column("value", "Force", "number", decimals),
            Column("benchmark", "Benchmark", "number", decimals),
            Column("words", "State"),
        ),
        rows=rows,
        notes=(membership_in_words(result.group_status), *result.skipped, result.method),
    )


def _rank(rank: float, *, is_tied: bool) -> str:
    return f"joint {numbers.ordinal(rank)}" if is_tied else numbers.ordinal(rank)


def _intervals(points: pd.DataFrame) -> list[str]:
    """`4th to 6th`, one rank where both ends are the same, a dash where there is no interval."""
    pairs = zip(points["rank_low"], points["rank_high"], strict=True)
    return [
        numbers.NO_FIGURE
        if pd.isna(low)
        else numbers.ordinal(low)
        if low == high
        else f"{numbers.ordinal(low)} to {numbers.ordinal(high)}"
        for low, high in pairs
    ]
