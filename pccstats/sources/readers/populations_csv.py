"""Persons and households by area and year."""

from __future__ import annotations

from pathlib import Path

from pccstats.sources.delimited import read_delimited
from pccstats.sources.readers.reading import Reading, in_plan_words
from pccstats.sources.source_list import Source
from pccstats.terms.columns import EXPOSURES
from pccstats.terms.plan import Plan

_MUST_BE_THERE = ("area", "persons", "year", "vintage")


def read_populations_csv(path: Path, source: Source, plan: Plan) -> Reading:
    """Read a table of populations: one row an area and year, with its vintage."""
    del plan
    sheet = read_delimited(path, _MUST_BE_THERE)
    if sheet.is_refused:
        return Reading(findings=sheet.findings)
    table = sheet.cells.reindex(columns=list(EXPOSURES), fill_value="")
    table = table.assign(
        area=in_plan_words(table["area"], source.areas),
        source=table["source"].where(table["source"] != "", source.label),
        file=sheet.name,
        row=sheet.cells.index,
        column="persons",
    )
    return Reading(exposures=table.reset_index(drop=True), row_count=len(sheet.cells), findings=sheet.findings)
