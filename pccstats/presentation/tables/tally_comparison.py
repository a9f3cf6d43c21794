"""Three tallies of the same indicators, side by side."""

from __future__ import annotations

import pandas as pd

from pccstats.presentation import numbers
from pccstats.presentation.states import STATE_WORDS
from pccstats.presentation.table import Column, TableSpec
from pccstats.presentation.tabulate import table_of
from pccstats.terms.results.tally_comparison import TallyComparison, TallyGroup
from pccstats.terms.words import State

STATES_IN = {
    TallyGroup.POSITIVE: (State.BETTER,),
    TallyGroup.NO_CHANGE: tuple(state for state in State if state not in (State.BETTER, State.WORSE)),
    TallyGroup.NEGATIVE: (State.WORSE,),
}
WHY = {State.NOT_COMPARABLE: "the two figures are on two definitions", State.NO_EVIDENCE_OF_CHANGE: "within chance"}


@table_of.register
def tally_table(result: TallyComparison) -> TableSpec:
    """As published, by our own tests in eight states, and those folded as the paper folded."""
    rows = [_row(result, row) for row in result.points.to_dict("records")]
    if result.published is not None:
        rows.append(_answered(result.points))
    return TableSpec(
        title="The same indicators counted three ways",
        subtitle=result.published.source if result.published else "",
        columns=(
            Column("group", "Counted as"),
            Column("published", "As published", "figure"),
            Column("states", "Our tests, eight states"),
            Column("folded", "Ours, folded as published", "figure"),
        ),
        rows=pd.DataFrame(rows),
        notes=(result.method,),
    )


def differing_table(result: TallyComparison) -> TableSpec:
    """The indicators on which a reading without a test and our own tests part."""
    rows = result.indicators[~result.indicators["is_same"]]
    return TableSpec(
        title="Where a reading without a test and our tests part",
        columns=(Column("title", "Indicator"), Column("reading", "Without a test"), Column("ours", "Our test")),
        rows=pd.DataFrame(
            {
                "title": rows["title"],
                "reading": [_capital(TallyGroup(group).in_words) for group in rows["by_side"]],
                "ours": [_ours(State(state)) for state in rows["state"]],
            }
        ),
    )


def _ours(state: State) -> str:
    return f"{STATE_WORDS[state]}: {WHY[state]}" if state in WHY else STATE_WORDS[state]


def _row(result: TallyComparison, row: dict[object, object]) -> dict[str, str]:
    group = TallyGroup(str(row["group"]))
    published = numbers.NO_FIGURE
    if result.published is not None:
        published = f"{row['published']} ({numbers.per_cent(_float(row['published_per_cent']))})"
        if group is TallyGroup.NO_CHANGE:
            published += f", {result.published.without_measure} with no metric"
    states = [
        f"{result.states[state.value]} {STATE_WORDS[state].lower()}"
        for state in STATES_IN[group]
        if result.states[state.value]
    ]
    return {
        "group": _capital(group.in_words),
        "published": published,
        "states": "; ".join(states) or "none",
        "folded": f"{row['folded']} ({numbers.per_cent(_float(row['folded_per_cent']))})",
    }


def _answered(points: pd.DataFrame) -> dict[str, str]:
    def shares(kind: str) -> str:
        counts = [str(count) for count in points[f"{kind}_answered"]]
        per_cents = [numbers.per_cent(share, 0) for share in points[f"{kind}_answered_per_cent"]]
        return f"{', '.join(counts)} of {points[f'{kind}_answered'].sum()}: {', '.join(per_cents)}"

    return {
        "group": "Without those that have no metric, or no answer",
        "published": shares("published"),
        "states": "only what was tested",
        "folded": shares("folded"),
    }


def _float(value: object) -> float:
    return float(str(value))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
