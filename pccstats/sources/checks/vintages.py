"""The same figure more than once: a mistake, a conflict, or a revision to be kept and shown."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from pccstats.sources.cells import Rule
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
_REVISED = Rule(
    "revised",
    "A later publication gives another figure; the later one is used and both are kept.",
    severity=Severity.FLAG,
)


def vintage_findings(typed: pd.DataFrame, plan: Plan) -> Iterator[Finding]:
    """Figures given more than once: by one source, by two that disagree, or by a later publication."""
    del plan
    is_repeated = typed.duplicated([*_VINTAGE, "source"])
    yield from _REPEATED.broken_by(typed, is_repeated, "numerator")
    twice = typed[typed.duplicated(_VINTAGE, keep=False) & ~typed.duplicated([*_VINTAGE, "source"], keep=False)]
    values = twice.groupby(_VINTAGE)["numerator"]
    is_second = twice.duplicated(_VINTAGE)
    differs = values.transform("nunique", dropna=False) > 1
    yield from _CONFLICT.broken_by(twice, is_second & differs, "numerator")
    yield from _AGAIN.broken_by(twice, is_second & ~differs, "numerator")
    ordered = typed.drop_duplicates(_VINTAGE).sort_values(_VINTAGE, kind="stable")
    earlier = ordered.groupby(_FIGURE)["numerator"].shift()
    is_later = ordered.duplicated(_FIGURE)
    yield from _REVISED.broken_by(ordered, is_later & (earlier != ordered["numerator"]), "numerator")
