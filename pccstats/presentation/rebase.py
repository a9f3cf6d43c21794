"""Proposals to set an expected level anew, as chart, sentence and table."""

from __future__ import annotations

from typing import Any, Literal

from matplotlib.figure import Figure

from pccstats.presentation import numbers
from pccstats.presentation.expected_level import decimals_of, draw_expected_level, written
from pccstats.presentation.table import Column, TableSpec
from pccstats.presentation.verbs import describe, draw, table_of
from pccstats.terms.periods import month_in_words
from pccstats.terms.results.level import RebaseProposals
from pccstats.terms.words import capital

MOST_LISTED = 2


@draw.register
def draw_rebase_proposals(result: RebaseProposals) -> Figure:
    """The chart with every proposal applied, said to be no more than proposed."""
    count = len(result.points)
    found = "no new limits are proposed" if not count else f"new limits proposed from {count} date{'s' * (count > 1)}"
    figure = draw_expected_level(result.rebased, headline=f"{result.title}: {found}")
    words: Any = figure
    words.alt_text = f"{describe_rebase_proposals(result)} {words.alt_text}"
    return figure


@describe.register
def describe_rebase_proposals(result: RebaseProposals) -> str:
    """`Domestic burglary seems to have a new level from April 2013 (408 a month before, 344 after, ...).`."""
    if result.points.empty:
        return f"{result.title}: no lasting shift is found, so no new limits are proposed."
    rows = [_one(result, row) for _, row in result.points.iterrows()]
    earlier = f", after {len(rows) - MOST_LISTED} earlier ones" if len(rows) > MOST_LISTED else ""
    return (
        f"{result.title} seems to have a new level from {numbers.listed(rows[-MOST_LISTED:])}{earlier}; "
        "nothing is changed until date and reason are registered."
    )


def _one(result: RebaseProposals, row: Any) -> str:
    level = result.current
    change = numbers.signed_per_cent(row["change_pct"])
    nearby = f", near {row['nearby_event']}" if row["nearby_event"] else ""
    return (
        f"{month_in_words(row['month'])} ({written(level, row['before'])} a {result.about.period_word} before, "
        f"{written(level, row['after'])} after, {change}, {numbers.chance(row['p_value'])}{nearby})"
    )


@table_of.register
def rebase_proposals_table(result: RebaseProposals) -> TableSpec:
    """One row a proposal, with its evidence."""
    is_share = result.current.kind.is_proportion
    form: Literal["per_cent", "number"] = "per_cent" if is_share else "number"
    decimals, period = 1 if is_share else decimals_of(result.current), capital(result.about.period_word)
    rows = result.points.assign(
        since=[month_in_words(month) for month in result.points["month"]],
        event=[event or "–" for event in result.points["nearby_event"]],
    )
    return TableSpec(
        title=f"{result.title}: where new limits are proposed",
        subtitle=result.current.unit,
        columns=(
            Column("since", "New level from"),
            Column("before", "Level before", form, decimals),
            Column("after", "Level after", form, decimals),
            Column("change_pct", "Change", "signed_per_cent", 1),
            Column("months_before", f"{period}s before", "number"),
            Column("months_after", f"{period}s after", "number"),
            Column("p_value", "p", "p_value"),
            Column("event", "Registered event within three months"),
        ),
        rows=rows,
        notes=(result.method,),
    )
