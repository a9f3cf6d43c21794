"""The Metropolitan Police Service's monthly crime by borough: offences down, months across."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from pccstats.sources.delimited import read_delimited
from pccstats.sources.readers.reading import Reading
from pccstats.sources.readers.summing import summed
from pccstats.sources.source_list import Source
from pccstats.terms.findings import Finding, Severity
from pccstats.terms.plan import Plan

_MAJOR, _MINOR, _BOROUGH = "MajorText", "MinorText", "BoroughName"
_MONTH = r"[0-9]{4}(0[1-9]|1[0-2])"  # 201004 is April 2010


def read_metropolitan_boroughs_csv(path: Path, source: Source, plan: Plan) -> Reading:
    """Read monthly offences by borough.

    In `sources.toml` an offence is named by its major heading (`BURGLARY`, with everything under it) or by both
    (`THEFT / SHOPLIFTING`).
    """
    sheet = read_delimited(path, (_MAJOR, _MINOR, _BOROUGH))
    if sheet.is_refused:
        return Reading(findings=sheet.findings)
    cells = sheet.cells
    headings = pd.Series(cells.columns, dtype=str)
    months = headings[headings.str.fullmatch(_MONTH)].tolist()
    findings = [*sheet.findings, *_findings_of_headings(headings, months, sheet.name)]
    if not months:
        return Reading(findings=tuple(findings))
    names = cells[_MAJOR] + " / " + cells[_MINOR]
    figures = (
        cells[months]
        .assign(name=names, area=cells[_BOROUGH], row=cells.index)
        .melt(["name", "area", "row"], var_name="column", value_name="numerator")
        .assign(file=sheet.name, period_end=lambda table: table["column"].str[:4] + "-" + table["column"].str[4:])
    )
    asked = {key: _offences(wanted, cells[_MAJOR], names) for key, wanted in source.indicators.items()}
    observations, found = summed(figures, asked, source, plan, months=1)
    return Reading(observations, row_count=len(cells), findings=(*findings, *found))


def _offences(wanted: tuple[str, ...], majors: pd.Series, names: pd.Series) -> list[str]:
    """The offences meant by the names in `sources.toml`: all of a major heading, or one."""
    return [offence for name in wanted for offence in (names[majors == name].unique().tolist() or [name])]


def _findings_of_headings(headings: pd.Series, months: list[str], file: str) -> list[Finding]:
    if not months:
        step = "Months are headings such as 201004. Check that this is the table by borough and month."
        return [Finding(Severity.REFUSE, "missing_column", "The file has no months.", file, next_step=step)]
    others = [name for name in headings if name not in (_MAJOR, _MINOR, _BOROUGH, *months)]
    if not others:
        return []
    return [Finding(Severity.NOTE, "extra_column", f"Columns that were not read: {', '.join(others)}.", file)]
