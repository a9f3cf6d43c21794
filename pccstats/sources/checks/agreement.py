"""Totals that should agree and do not: with the official figure, and with their own months."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator

import pandas as pd

from pccstats.sources.checks.rows import finding_of, rows_of
from pccstats.terms.findings import Finding, Severity
from pccstats.terms.periods import MONTHS_IN_A_YEAR
from pccstats.terms.plan import Plan
from pccstats.terms.words import Kind

_KEYS = ["indicator", "area", "period_end"]


def agreement_findings(typed: pd.DataFrame, plan: Plan) -> Iterator[Finding]:
    """Published totals beside official ones, and twelve months beside the year they make."""
    counts = {i.key for i in (*plan.indicators, *plan.supporting) if i.kind is Kind.COUNT}
    figures = typed[typed["indicator"].isin(counts) & typed["numerator"].notna()]
    figures = figures.sort_values("published_on", kind="stable").drop_duplicates([*_KEYS, "months"], keep="last")
    yearly = figures[figures["months"] == MONTHS_IN_A_YEAR]
    yield from _against_official(yearly, plan)
    yield from _against_months(yearly, figures[figures["months"] == 1], plan)


def _against_official(yearly: pd.DataFrame, plan: Plan) -> Iterator[Finding]:
    """Where one indicator and one official measure count the same thing.

    A measure that stands in for several indicators is wider than any of them and is left alone.
    """
    uses = Counter(indicator.peers for indicator in plan.indicators if indicator.peers)
    official_of = {i.key: i.peers for i in plan.indicators if i.peers and uses[i.peers] == 1}
    official = yearly.set_index(_KEYS)["numerator"].to_dict()
    for row in rows_of(yearly[yearly["indicator"].isin(official_of)].sort_values(_KEYS)):
        other = official.get((official_of[row["indicator"]], row["area"], row["period_end"]))
        if other is not None and other != row["numerator"]:
            message = (
                f"{row['numerator']:,.0f} is published; the official figure for the same 12 months is {other:,.0f}."
            )
            step = "Say which is used. The official figure may have been revised since."
            yield finding_of(row, plan, Severity.FLAG, "official_differs", message, step)


def _against_months(yearly: pd.DataFrame, monthly: pd.DataFrame, plan: Plan) -> Iterator[Finding]:
    """Where all twelve months of a published year are held."""
    months = monthly.set_index(_KEYS)["numerator"].to_dict()
    for row in rows_of(yearly[yearly["indicator"].isin(monthly["indicator"])].sort_values(_KEYS)):
        ends = pd.period_range(end=row["period_end"], periods=MONTHS_IN_A_YEAR, freq="M")
        held = [months.get((row["indicator"], row["area"], end), math.nan) for end in ends]
        total = sum(held)
        if not math.isnan(total) and total != row["numerator"]:
            message = f"The twelve months add up to {total:,.0f}; the year is given as {row['numerator']:,.0f}."
            step = "Ask whether months were revised after the year was published."
            yield finding_of(row, plan, Severity.FLAG, "months_do_not_add_up", message, step)
