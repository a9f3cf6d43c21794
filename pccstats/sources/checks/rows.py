"""Figures one at a time, names nobody knows, and findings about both."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from difflib import get_close_matches
from typing import Any

import numpy as np
import pandas as pd

from pccstats.sources.cells import Rule, row_number
from pccstats.terms.findings import Finding, Severity
from pccstats.terms.plan import Plan

Row = dict[Hashable, Any]


def rows_of(figures: pd.DataFrame) -> list[Row]:
    """The rows of a table as dictionaries."""
    return figures.to_dict("records")


def finding_of(row: Row, plan: Plan, severity: Severity, rule: str, message: str, next_step: str) -> Finding:
    """A finding about one figure, with what the figure is called and its place."""
    return Finding(
        severity,
        rule,
        f"{plan.indicator(row['indicator']).name}: {message}",
        file=row["file"],
        row=row_number(row),
        indicator=row["indicator"],
        area=row["area"],
        period_end=str(row["period_end"]),
        next_step=next_step,
    )


def unknown_names(rows: pd.DataFrame, column: str, known: list[str]) -> Iterator[Finding]:
    """A finding for every name of a column that the plan does not have, with the names most like it."""
    unknown = rows[~rows[column].isin(known)]
    for name, group in unknown.groupby(column, sort=True):
        near = get_close_matches(str(name), known, n=2, cutoff=0.6)
        hint = f"Did you mean {' or '.join(near)}?" if near else "Add it to plan.toml, or correct the name."
        count = f"{len(group):,} rows have it. " if len(group) > 1 else ""
        rule = Rule(f"unknown_{column}", f"The plan has no such {column}.", count + hint)
        yield from rule.broken_by(group.head(1), np.array([True]), column)
