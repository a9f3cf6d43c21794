"""The rules of the table of populations."""

from __future__ import annotations

import pandas as pd

from pccstats.sources.cells import Rule, numbers_of
from pccstats.sources.checks.rows import unknown_names
from pccstats.terms.columns import EXPOSURES
from pccstats.terms.findings import Finding
from pccstats.terms.plan import Plan

_NOT_A_NUMBER = Rule("not_a_number", "This is not a number.", "Correct it, or leave it empty.")
_NOT_ABOVE_ZERO = Rule("denominator", "A population must be above zero.", "Correct it, or leave it empty.")
_NOT_A_YEAR = Rule("year", "This is not a year.", "Write four figures: 2011.")
_REPEATED = Rule("repeated", "This area, year and vintage are there twice.", "Keep one of the rows.")


def checked_exposures(rows: pd.DataFrame, plan: Plan) -> tuple[pd.DataFrame, list[Finding]]:
    """Hold populations, as text, against every rule; give them back typed and in order."""
    findings = [*unknown_names(rows, "area", [area.name for area in plan.areas])]
    typed = rows.copy()
    for column in ("persons", "households"):
        numbers = numbers_of(rows[column])
        typed[column] = numbers.values
        findings += _NOT_A_NUMBER.broken_by(rows, numbers.is_text | numbers.is_infinite, column)
        findings += _NOT_ABOVE_ZERO.broken_by(rows, numbers.values <= 0, column)
    is_year = rows["year"].str.fullmatch(r"(19|20)[0-9][0-9]")
    findings += _NOT_A_YEAR.broken_by(rows, ~is_year, "year")
    typed["year"] = pd.to_numeric(rows["year"].where(is_year), errors="coerce").fillna(0).astype("int64")
    findings += _REPEATED.broken_by(rows, rows.duplicated(["area", "year", "vintage"]), "area")
    table = typed[list(EXPOSURES)].sort_values(["area", "year", "vintage"], kind="stable", ignore_index=True)
    return table, findings
