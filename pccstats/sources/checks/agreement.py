"""Totals that should agree and do not: with the official figure, and with their own months."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator

import pandas as pd

from pccstats.sources.checks.rows import finding_of, rows_of
from pccstats.terms.findings import Finding, Severity
from pccstats.terms.periods import MONTHS_IN_A_QUARTER, MONTHS_IN_A_YEAR
from pccstats.terms.plan import Plan
from pccstats.terms.words import Kind

_KEYS = ["indicator", "area", "period_end"]
_IN_WORDS = {3: "three", 4: "four", 12: "twelve"}


def agreement_findings(typed: pd.DataFrame, plan: Plan) -> Iterator[Finding]:
    """Published totals beside official ones, and twelve months beside the year they make."""
    counts = {i.key for i in (*plan.indicators, *plan.supporting) if i.kind is Kind.COUNT}
    every = typed[typed["indicator"].isin(counts) & typed["numerator"].notna()]
    figures = every.sort_values("published_on", kind="stable").drop_duplicates([*_KEYS, "months"], keep="last")
    yearly = figures[figures["months"] == MONTHS_IN_A_YEAR]
    yield from _against_official(yearly, plan)
    yearly = every[every["months"] == MONTHS_IN_A_YEAR]
    yield from _against_parts(yearly, figures[figures["months"] == 1], plan)
    yield from _against_parts(yearly, figures[figures["months"] == MONTHS_IN_A_QUARTER], plan)
    yield from _against_parts(every[every["months"] == MONTHS_IN_A_QUARTER], figures[figures["months"] == 1], plan)


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


def _against_parts(whole: pd.DataFrame, parts: pd.DataFrame, plan: Plan) -> Iterator[Finding]:
    """Where every month or quarter of a longer figure is held; any vintage of it may be the one they make."""
    held = parts.set_index(_KEYS)["numerator"].to_dict()
    span = int(parts["months"].iloc[0]) if len(parts) else 1
    makes = whole[whole["indicator"].isin(parts["indicator"])].sort_values([*_KEYS, "published_on"], kind="stable")
    for _, vintages in makes.groupby(_KEYS, sort=True):
        row = rows_of(vintages.tail(1))[0]
        times = int(row["months"]) // span
        ends = pd.period_range(end=row["period_end"], periods=row["months"], freq="M")[span - 1 :: span]
        total = sum(held.get((row["indicator"], row["area"], end), math.nan) for end in ends)
        if not math.isnan(total) and total not in set(vintages["numerator"]):
            what = f"{_IN_WORDS[times]} {'months' if span == 1 else 'quarters'}"
            given = "year" if row["months"] == MONTHS_IN_A_YEAR else "quarter"
            message = f"The {what} add up to {total:,.0f}; the {given} is given as {row['numerator']:,.0f}."
            step = f"Ask whether they were revised after the {given} was published."
            yield finding_of(row, plan, Severity.FLAG, "months_do_not_add_up", message, step)
