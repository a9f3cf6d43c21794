"""Areas that do not add up to the area around them."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from pccstats.sources.adding_up import FIGURE, sums_of_parts, with_sums
from pccstats.sources.checks.rows import finding_of, rows_of
from pccstats.terms.findings import Finding, Severity
from pccstats.terms.periods import month_in_words
from pccstats.terms.plan import Area, Plan

TOLERANCE = 1e-6  # sums of decimals (£m) differ in the last digit


def area_findings(typed: pd.DataFrame, plan: Plan) -> Iterator[Finding]:
    """Where an area and all its parts have figures, and the parts do not add up: one finding an indicator."""
    table = with_sums(typed, plan)
    for area in plan.areas:
        if plan.parts_of(area.name):
            yield from _of_one(table, area, plan)


def _of_one(table: pd.DataFrame, area: Area, plan: Plan) -> Iterator[Finding]:
    own = table[(table["area"] == area.name) & table["numerator"].notna()]
    own = own.sort_values("published_on", kind="stable").drop_duplicates(FIGURE, keep="last")
    both = own.merge(sums_of_parts(table, area, plan)[[*FIGURE, "numerator"]], on=FIGURE, suffixes=("", "_of_parts"))
    both = both.assign(gap=(both["numerator_of_parts"] - both["numerator"]).abs())
    for _, rows in both.groupby(["indicator", "months"], sort=True):
        off = rows[rows["gap"] > TOLERANCE]
        if off.empty:
            continue
        worst = rows_of(off.sort_values(["gap", "period_end"], ascending=[False, True], kind="stable"))[0]
        parts = ", ".join(part.name for part in plan.parts_of(area.name))
        message = (
            f"The parts of {area.name} ({parts}) do not add up to it in {len(off):,} of {len(rows):,} periods. Most in "
            f"{month_in_words(worst['period_end'])}: {worst['numerator_of_parts']:,.10g} against "
            f"{worst['numerator']:,.10g}."
        )
        step = "Ask which places are counted in one and not in the other: a crime with no place is in no district."
        yield finding_of(worst, plan, Severity.FLAG, "areas_do_not_add_up", message, step)
