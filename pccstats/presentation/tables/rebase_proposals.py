"""The table of proposals to set limits anew."""

from __future__ import annotations

from typing import Literal

from pccstats.presentation.sentences.expected_level import decimals_of
from pccstats.presentation.table import Column, TableSpec
from pccstats.presentation.tabulate import table_of
from pccstats.terms.periods import month_in_words
from pccstats.terms.results.rebase_proposals import RebaseProposals


@table_of.register
def rebase_proposals_table(result: RebaseProposals) -> TableSpec:
    """One row a proposal, with its evidence."""
    is_share = result.current.kind.is_proportion
    form: Literal["per_cent", "number"] = "per_cent" if is_share else "number"
    decimals = 1 if is_share else decimals_of(result.current)
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
            Column("months_before", "Months before", "number"),
            Column("months_after", "Months after", "number"),
            Column("p_value", "p", "p_value"),
            Column("event", "Registered event within three months"),
        ),
        rows=rows,
        notes=(result.method,),
    )
