"""Proposals to set limits anew, in one sentence."""

from __future__ import annotations

from typing import Any

from pccstats.presentation import numbers
from pccstats.presentation.describe import describe
from pccstats.presentation.sentences.expected_level import written
from pccstats.terms.periods import month_in_words
from pccstats.terms.results.rebase_proposals import RebaseProposals

MOST_LISTED = 2


@describe.register
def describe_rebase_proposals(result: RebaseProposals) -> str:
    """`Domestic burglary seems to have a new level from April 2013 (408 a month before, 344 after, ...).`."""
    if result.points.empty:
        return f"{result.title}: no lasting shift is found, so no new limits are proposed."
    rows = [_one(result, row) for _, row in result.points.iterrows()]
    earlier = f", after {len(rows) - MOST_LISTED} earlier ones," if len(rows) > MOST_LISTED else ""
    return (
        f"{result.title} seems to have a new level from {numbers.listed(rows[-MOST_LISTED:])}{earlier}; "
        "nothing is changed until date and reason are registered."
    ).replace(",;", ";")


def _one(result: RebaseProposals, row: Any) -> str:
    level = result.current
    change = numbers.signed_per_cent(row["change_pct"])
    nearby = f", near {row['nearby_event']}" if row["nearby_event"] else ""
    return (
        f"{month_in_words(row['month'])} ({written(level, row['before'])} a month before, "
        f"{written(level, row['after'])} after, {change}, p {_p(row['p_value'])}{nearby})"
    )


def _p(p_value: float) -> str:
    words = numbers.p_value(p_value)
    return words if words.startswith("below") else f"= {words}"
