"""The table of observations itself, as CSV: one row is a numerator over some months, ending in a month."""

from __future__ import annotations

from pathlib import Path

from pccstats.sources.delimited import Sheet, read_delimited
from pccstats.sources.readers.reading import Reading, in_plan_words
from pccstats.sources.source_list import Source
from pccstats.terms.columns import (
    AREA,
    INDICATOR,
    MONTHS,
    NUMERATOR,
    OBSERVATIONS,
    PERIOD_END,
    PUBLISHED_ON,
    SOURCE,
)
from pccstats.terms.findings import Finding, Severity
from pccstats.terms.plan import Plan

MUST_BE_THERE = (INDICATOR, AREA, PERIOD_END, MONTHS, NUMERATOR)


def read_tidy_csv(path: Path, source: Source, plan: Plan) -> Reading:
    """Read observations that already are a tidy table; names may be put into the plan's words on the way."""
    del plan  # unknown names are a matter for the checks
    return observations_of(read_delimited(path, MUST_BE_THERE), source)


def observations_of(sheet: Sheet, source: Source) -> Reading:
    """The observations of a tidy table, from a CSV or a workbook."""
    if sheet.is_refused:
        return Reading(findings=sheet.findings)
    cells = sheet.cells
    extra = [name for name in cells.columns if name not in OBSERVATIONS]
    findings = list(sheet.findings)
    if extra:
        message = f"Columns that were not read: {', '.join(extra)}."
        findings.append(Finding(Severity.NOTE, "extra_column", message, sheet.name))
    named = {name: key for key, names in source.indicators.items() for name in names}
    table = cells.reindex(columns=list(OBSERVATIONS), fill_value="")
    table = table.assign(
        indicator=in_plan_words(table[INDICATOR], named),
        area=in_plan_words(table[AREA], source.areas),
        source=table[SOURCE].where(table[SOURCE] != "", source.label),
        published_on=table[PUBLISHED_ON].where(table[PUBLISHED_ON] != "", source.published_on),
        file=sheet.name,
        row=cells.index,
        column=NUMERATOR,
    )
    return Reading(observations=table.reset_index(drop=True), row_count=len(cells), findings=tuple(findings))
