"""The table of areas side by side."""

from __future__ import annotations

from typing import Any

import pandas as pd

from pccstats.presentation import numbers
from pccstats.presentation.states import PEER_WORDS, STATE_WORDS
from pccstats.presentation.table import Column, TableSpec
from pccstats.presentation.tabulate import table_of
from pccstats.terms.results.area_comparison import AreaComparison
from pccstats.terms.words import PeerState, Signal


@table_of.register
def areas_table(result: AreaComparison) -> TableSpec:
    """Every area against its own past and against the others, both beside each other."""
    has_rates = result.peers is not None
    rows = pd.DataFrame([_row(area) for area in result.areas])
    columns = [
        Column("area", "Area"),
        Column("baseline", str(result.baseline_window), "number"),
        Column("latest", numbers.capital(str(result.latest_window)), "number"),
        Column("change", "Change, 95% interval", "figure"),
        Column("own_past", "Against its own past"),
        Column("signals", "Latest quarter against its expected level"),
        Column("others", "Change against the others' change"),
    ]
    if has_rates:
        columns += [
            Column("rate", "Rate per 1,000 residents", "number", 1),
            Column("position", "Position, lowest first" if _is_lowest_first(result) else "Position", "figure"),
            Column("peers", "Rate against the others"),
        ]
    else:
        columns.append(Column("share", "Share of all, then and now", "figure"))
    notes = [result.method, *([f"Left out: {text}" for text in result.missing])]
    if result.residents_vintage:
        notes.append(f"Residents: {result.residents_vintage}.")
    return TableSpec(result.title, tuple(columns), rows, result.unit, tuple(notes))


def interval_in_words(area: Any) -> str:
    """The change of one area with its interval: `+9.8% (−1.2 to +22.1)`."""
    low, high = numbers.signed(area.change_pct_low, 1), numbers.signed(area.change_pct_high, 1)
    interval = "" if pd.isna(area.change_pct_low) else f" ({low} to {high})"
    return f"{numbers.signed_per_cent(area.change_pct)}{interval}"


def own_past_in_words(area: Any) -> str:
    """The verdict on an area's own change: `Worse`, `No evidence of change`, `Higher`."""
    known = {str(state): words for state, words in STATE_WORDS.items()}
    return known.get(area.own_past, numbers.capital(str(area.own_past)))


def others_in_words(area: Any) -> str:
    """Where an area's change lies in the funnel: `above, beyond 99.8%`, `within`."""
    if area.against_others == Signal.NONE:
        return "within the limits"
    return f"{area.against_others} the {'99.8' if area.is_far else '95'}% limit"


def position_in_words(area: Any, count: int) -> str:
    """The rank with its interval: `7th of 8 (6th to 8th)`."""
    if pd.isna(area.rank):
        return numbers.NO_FIGURE
    low, high = numbers.ordinal(area.rank_low), numbers.ordinal(area.rank_high)
    between = "" if low == high else f" ({low} to {high})"
    return f"{numbers.ordinal(area.rank)} of {count}{between}"


def _row(area: Any) -> dict[str, Any]:
    return {
        "area": area.area,
        "baseline": area.baseline,
        "latest": area.latest,
        "change": interval_in_words(area),
        "own_past": own_past_in_words(area),
        "signals": area.signals or "within",
        "others": others_in_words(area),
        "rate": area.rate,
        "position": "" if pd.isna(area.rank) else f"{numbers.ordinal(area.rank)} ({_ranks(area)})",
        "peers": PEER_WORDS[PeerState(area.against_peers)] if area.against_peers else "",
        "share": f"{numbers.plain(area.share_baseline, 1)} → {numbers.plain(area.share_latest, 1)}%",
    }


def _ranks(area: Any) -> str:
    low, high = numbers.ordinal(area.rank_low), numbers.ordinal(area.rank_high)
    return low if low == high else f"{low} to {high}"


def _is_lowest_first(result: AreaComparison) -> bool:
    return result.polarity == "lower_is_better"
