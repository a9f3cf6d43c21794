"""Figures one at a time, and findings about them."""

from __future__ import annotations

from typing import Any, cast

import pandas as pd

from pccstats.terms.findings import Finding, Severity

Row = dict[str, Any]


def rows_of(figures: pd.DataFrame) -> list[Row]:
    """The rows of a table as dictionaries."""
    return cast("list[Row]", figures.to_dict("records"))


def finding_of(row: Row, severity: Severity, rule: str, message: str, next_step: str) -> Finding:
    """A finding about one figure, with its place."""
    return Finding(
        severity,
        rule,
        message,
        file=row["file"],
        row=int(row["row"]),
        indicator=row["indicator"],
        area=row["area"],
        period_end=str(row["period_end"]),
        next_step=next_step,
    )
