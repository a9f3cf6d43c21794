"""The same figure more than once: a mistake, a conflict, or a revision to be kept and shown."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pandas as pd

from pccstats.sources.cells import Rule
from pccstats.sources.checks.rows import Row, finding_of, rows_of
from pccstats.terms.findings import Finding, Severity
from pccstats.terms.plan import Plan

_FIGURE = ["indicator", "area", "period_end", "months"]
_VINTAGE = [*_FIGURE, "published_on"]

_REPEATED = Rule("repeated", "This figure is there twice, from the same source.", "Keep one of the rows.")
_CONFLICT = Rule(
    "conflict",
    "Two sources give different figures for this, and nothing says which is later.",
    "Give published_on in both, or take one out.",
)
_AGAIN = Rule("again", "A second source gives the same figure.", severity=Severity.NOTE)


def vintage_findings(typed: pd.DataFrame, plan: Plan) -> Iterator[Finding]:
    """Figures given more than once: by one source, by two that disagree, or by a later publication."""
    is_repeated = typed.duplicated([*_VINTAGE, "source"])
    yield from _REPEATED.broken_by(typed, is_repeated, "numerator")
    twice = typed[typed.duplicated(_VINTAGE, keep=False) & ~typed.duplicated([*_VINTAGE, "source"], keep=False)]
    values = twice.groupby(_VINTAGE)["numerator"]
    is_second = twice.duplicated(_VINTAGE)
    differs = values.transform("nunique", dropna=False) > 1
    yield from _CONFLICT.broken_by(twice, is_second & differs, "numerator")
    yield from _AGAIN.broken_by(twice, is_second & ~differs, "numerator")
    ordered = typed.drop_duplicates(_VINTAGE).sort_values(_VINTAGE, kind="stable")
    for _, vintages in ordered[ordered.duplicated(_FIGURE, keep=False)].groupby(_FIGURE, sort=True):
        for earlier, later in pairwise(rows_of(vintages)):
            if earlier["numerator"] != later["numerator"]:
                yield _revised(earlier, later, plan)


def _revised(earlier: Row, later: Row, plan: Plan) -> Finding:
    was, became = (f"{row['numerator']:,.10g} ({row['published_on'] or 'date not given'})" for row in (earlier, later))
    message = f"{was} became {became}; the later is used and both are kept."
    return finding_of(
        later, plan, Severity.FLAG, "revised", message, "Say in the pack which of the two was told before."
    )
