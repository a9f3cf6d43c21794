"""Tallies compared, as chart, sentence and table."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from pccstats.presentation import numbers
from pccstats.presentation.count_bar import BarPart, draw_bars
from pccstats.presentation.states import inside_a_sentence
from pccstats.presentation.style import OTHERS, colour_of
from pccstats.presentation.table import Column, TableSpec
from pccstats.presentation.verbs import describe, draw, table_of
from pccstats.terms.results.published import TallyComparison, TallyGroup
from pccstats.terms.words import State, capital

NOT_COUNTED = "not firm, in no count"
Part = tuple[int, TallyGroup, str, bool]  # how many, in which group, in words, and whether it is an answer
WHY = {State.NOT_COMPARABLE: "the two figures are on two definitions"}


@draw.register
def draw_tally_comparison(result: TallyComparison) -> Figure:
    """Parts without an answer are hollow; the words stand under each part."""
    bars = _bars(result)
    return draw_bars(
        [(name, [_part(*part) for part in parts]) for name, parts in bars],
        headline="The same indicators counted three ways" if result.published else "Our tally in nine states",
        subtitle=f"{len(result.indicators)} indicators, quarter {result.quarter}; hollow: no answer",
        alt_text=_alt_text(result, bars),
    )


def _part(count: int, group: TallyGroup, words: str, is_answer: bool) -> BarPart:
    return BarPart(words, count, colour_of(group.judgement, OTHERS), is_answer)


def _bars(result: TallyComparison) -> list[tuple[str, list[Part]]]:
    states = [
        (result.states[state.value], group, state.in_words, state.is_answer)
        for group in TallyGroup
        for state in STATES_IN[group]
    ]
    folded = [
        (int(count), group, group.in_words, True)
        for group, count in zip(TallyGroup, result.points["folded"], strict=True)
    ]
    held_back = _not_counted(result)
    states += [(held_back, TallyGroup.NO_CHANGE, NOT_COUNTED, False)] if held_back else []
    bars = [("Our tests, nine states", states), ("Ours, folded as published", folded)]
    if result.published is None:
        return bars[:1]
    positive, no_change, negative = result.published.counts
    published = [
        (positive, TallyGroup.POSITIVE, "positive", True),
        (no_change - result.published.without_measure, TallyGroup.NO_CHANGE, "no change", True),
        (result.published.without_measure, TallyGroup.NO_CHANGE, "no metric, counted as no change", False),
        (negative, TallyGroup.NEGATIVE, "negative", True),
    ]
    return [("As published", published), *bars]


def _not_counted(result: TallyComparison) -> int:
    """How many indicators are in no state's count, since their verdict is not firm."""
    return len(result.indicators) - sum(result.states.values())


def _alt_text(result: TallyComparison, bars: list[tuple[str, list[Part]]]) -> str:
    count = "One bar" if len(bars) == 1 else f"{len(bars)} bars"
    return f"{count}. {describe_tally_comparison(result)} {_in_words(bars)}"


def _in_words(bars: list[tuple[str, list[Part]]]) -> str:
    return " ".join(
        f"{name}: {', '.join(f'{count} {words}' for count, _, words, _ in parts if count)}." for name, parts in bars
    )


@describe.register
def describe_tally_comparison(result: TallyComparison) -> str:
    """`The paper counts 9 of 40 indicators as positive, 25 as no change and 6 as negative; our own tests, ...`."""
    if result.published is None:
        return f"No published tally is held for quarter {result.quarter}."
    positive, no_change, negative = result.published.counts
    ours = result.points["folded"].tolist()
    return (
        f"The paper counts {positive} of {result.published.indicators} indicators as positive, {no_change} as no "
        f"change and {negative} as negative; our own tests, folded the same way, give {ours[0]}, {ours[1]} "
        f"and {ours[2]}."
    )


def shares_in_words(result: TallyComparison) -> str:
    """The shares of those that have an answer: published without `no metric`, ours without the unanswered."""
    points = result.points
    published, folded = points["published_answered"], points["folded_answered"]
    without = result.published.without_measure if result.published else 0
    unanswered = int(points["folded"].sum() - folded.sum())
    return (
        f"Without the {without} indicators that have no metric the paper's shares are "
        f"{_shares(points['published_answered_per_cent'])} of {published.sum()}. Ours, without the {unanswered} that "
        f"have no firm answer, are {_shares(points['folded_answered_per_cent'])} of {folded.sum()}."
    )


def poisson_in_words(result: TallyComparison) -> str:
    """Whether plain Poisson could have been the published test of recorded crime; empty where nothing is said."""
    if not result.crimes["is_said_to_rise"].any():
        return ""
    named = _names(result, "is_said_to_rise")
    if result.poisson_agrees:
        return f"Of recorded crime the paper names {named} alone as rising; plain Poisson would flag just that."
    flagged = result.flagged_by_poisson
    more = flagged[~flagged["is_said_to_rise"]]
    too = numbers.listed(
        [
            f"{inside_a_sentence(title)} ({numbers.signed_per_cent(change)}, p {numbers.p_value(p)})"
            for title, change, p in zip(more["title"], more["change_pct"], more["p_value_poisson"], strict=True)
        ]
    )
    return (
        f"Its judgement of recorded crime cannot have been plain Poisson, where counts vary by chance alone: against "
        f"the baseline that would flag {too} too, and of recorded crime the paper says that only {named} is projected "
        "to rise."
    )


def allowance_in_words(result: TallyComparison) -> str:
    """Whether one allowance for over-dispersion, the same for every crime, could have been used."""
    if result.crimes.empty or result.poisson_agrees or not result.crimes["is_said_to_rise"].any():
        return ""
    least, most = numbers.plain(result.least_allowance, 1), numbers.plain(result.most_allowance, 1)
    named = _names(result, "is_said_to_rise")
    if result.least_allowance < result.most_allowance:
        return f"One allowance for all, {least} to {most} times chance, would flag {named} alone."
    return (
        f"Nor can it have been one allowance for more variation, the same for every crime: to pass all others it must "
        f"be {least} times chance or more, and beyond {most} times {named} passes too. It allowed each crime its own "
        "variation, or judged by something else than the change, such as a projection."
    )


def side_in_words(result: TallyComparison) -> str:
    """Whether totals made with no test at all are the published ones."""
    positive, no_change, negative = result.side_counts
    rule = (
        "Take no test: a printed figure on the good side of its baseline is positive, on the bad side negative; "
        "recorded crime goes by what the paper says of its projection; all else is no change. That gives "
        f"{positive}, {no_change} and {negative}"
    )
    if result.side_fits:
        return (
            f"{rule}: exactly the totals published. It is a reading that fits, not a record of what was done, and "
            "other readings may fit as well."
        )
    return f"{rule}, which are not the totals published."


def _shares(per_cents: object) -> str:
    positive, no_change, negative = (numbers.per_cent(share, 0) for share in per_cents)  # type: ignore[attr-defined]
    return f"{positive} positive, {no_change} no change and {negative} negative"


def _names(result: TallyComparison, column: str) -> str:
    titles = result.crimes.loc[result.crimes[column], "title"]
    return numbers.listed([inside_a_sentence(title) for title in titles])


STATES_IN = {
    TallyGroup.POSITIVE: (State.BETTER,),
    TallyGroup.NO_CHANGE: tuple(state for state in State if state not in (State.BETTER, State.WORSE)),
    TallyGroup.NEGATIVE: (State.WORSE,),
}


@table_of.register
def tally_table(result: TallyComparison) -> TableSpec:
    """As published, by our own tests in nine states, and those folded as the paper folded."""
    rows = [_row(result, row) for row in result.points.to_dict("records")]
    if result.published is not None:
        rows.append(_answered(result.points))
    return TableSpec(
        title="The same indicators counted three ways",
        subtitle=result.published.source if result.published else "",
        columns=(
            Column("group", "Counted as"),
            Column("published", "As published", "figure"),
            Column("states", "Our tests, nine states"),
            Column("folded", "Ours, folded as published", "figure"),
        ),
        rows=pd.DataFrame(rows),
        notes=(result.method,),
    )


def differing_table(result: TallyComparison, *, uncounted: bool = False) -> TableSpec:
    """Where a reading without a test and our own tests part; or agree, and ours is not counted."""
    rows = result.indicators[~result.indicators["is_same"] & (result.indicators["is_only_uncounted"] == uncounted)]
    part = "agree, and ours is not counted" if uncounted else "part"
    return TableSpec(
        title=f"Where a reading without a test and our tests {part}",
        columns=(Column("title", "Indicator"), Column("reading", "Without a test"), Column("ours", "Our test")),
        rows=pd.DataFrame(
            {
                "title": rows["title"],
                "reading": [capital(TallyGroup(group).in_words) for group in rows["by_side"]],
                "ours": [_ours(State(state), verdict) for state, verdict in rows[["state", "verdict"]].to_numpy()],
            }
        ),
    )


def _ours(state: State, verdict: str) -> str:
    return capital(f"{verdict}: {WHY[state]}" if state in WHY else verdict)


def _row(result: TallyComparison, row: dict[object, object]) -> dict[str, str]:
    group = TallyGroup(str(row["group"]))
    published = numbers.NO_FIGURE
    if result.published is not None:
        published = f"{row['published']} ({numbers.per_cent(_float(row['published_per_cent']))})"
        if group is TallyGroup.NO_CHANGE:
            published += f", {result.published.without_measure} with no metric"
    states = [
        f"{result.states[state.value]} {state.in_words}" for state in STATES_IN[group] if result.states[state.value]
    ]
    if group is TallyGroup.NO_CHANGE and _not_counted(result):
        states.append(f"{_not_counted(result)} {NOT_COUNTED}")
    return {
        "group": capital(group.in_words),
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
