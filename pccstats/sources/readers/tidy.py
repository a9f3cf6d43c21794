"""Readers of tables whose columns are already ours, or nearly so."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from pccstats.sources.readers.reading import Reading, Source, in_plan_words, reader, summed
from pccstats.sources.sheets import Rule, Sheet, read_delimited, read_sheet
from pccstats.terms.errors import Finding, Severity
from pccstats.terms.periods import MONTHS_IN_A_YEAR
from pccstats.terms.plan import Plan
from pccstats.terms.words import (
    AREA,
    EXPOSURES,
    INDICATOR,
    MONTHS,
    NUMERATOR,
    OBSERVATIONS,
    PERIOD_END,
    PUBLISHED_ON,
    SOURCE,
)

_MUST_BE_THERE = (INDICATOR, AREA, PERIOD_END, MONTHS, NUMERATOR)
_OF_POPULATIONS = ("area", "persons", "year", "vintage")
_ENDING, _FORCE, _OFFENCE = "12 months ending", "PFA", "Offence"
_TOTAL = "Rolling year total number of offences"
_DATE = r"[0-9]{2}[-/][0-9]{2}[-/][0-9]{4}"  # 31-03-2003
_NOT_A_MONTH_END = Rule(
    "not_a_month", "This is not the last day of a month.", "Write it as 31-03-2003: day, month, year."
)
_MAJOR, _MINOR, _BOROUGH = "MajorText", "MinorText", "BoroughName"
_MONTH = r"[0-9]{4}(0[1-9]|1[0-2])"  # 201004 is April 2010


@reader("tidy_csv", is_told_names=False)
def read_tidy_csv(path: Path, source: Source, plan: Plan) -> Reading:
    """Read observations that already are a tidy table; names may be put into the plan's words on the way."""
    del plan  # unknown names are a matter for the checks
    return _observations_of(read_delimited(path, _MUST_BE_THERE), source)


@reader("tidy_xlsx", is_told_names=False)
def read_tidy_xlsx(path: Path, source: Source, plan: Plan) -> Reading:
    """Read observations from the only sheet of a workbook, or from the one that `sheet` names."""
    del plan  # unknown names are a matter for the checks
    return _observations_of(read_sheet(path, _MUST_BE_THERE, source.sheet), source)


def _observations_of(sheet: Sheet, source: Source) -> Reading:
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


@reader("populations_csv", is_told_names=False)
def read_populations_csv(path: Path, source: Source, plan: Plan) -> Reading:
    """Read a table of populations: one row an area and year, with its vintage."""
    del plan
    sheet = read_delimited(path, _OF_POPULATIONS)
    if sheet.is_refused:
        return Reading(findings=sheet.findings)
    table = sheet.cells.reindex(columns=list(EXPOSURES), fill_value="")
    table = table.assign(
        area=in_plan_words(table["area"], source.areas),
        source=table["source"].where(table["source"] != "", source.label),
        published_on=table[PUBLISHED_ON].where(table[PUBLISHED_ON] != "", source.published_on),
        file=sheet.name,
        row=sheet.cells.index,
        column="persons",
    )
    return Reading(exposures=table.reset_index(drop=True), row_count=len(sheet.cells), findings=sheet.findings)


@reader("rolling_year_csv")
def read_rolling_year_csv(path: Path, source: Source, plan: Plan) -> Reading:
    """Read rolling-year totals of the forces in the plan.

    Rows that are no force (Action Fraud, CIFAS, UK Finance, British Transport Police) are in the same column as the
    forces and told apart by name alone: only the plan's areas are read, and what was left out is on record.
    """
    sheet = read_delimited(path, (_ENDING, _FORCE, _OFFENCE, _TOTAL))
    if sheet.is_refused:
        return Reading(findings=sheet.findings)
    cells = sheet.cells
    place = pd.DataFrame({"file": sheet.name, "row": cells.index, _ENDING: cells[_ENDING]})
    ends, is_wrong = _month_ends(cells[_ENDING])
    findings = [*sheet.findings, *_NOT_A_MONTH_END.broken_by(place, is_wrong, _ENDING)]
    figures = pd.DataFrame(
        {
            "name": cells[_OFFENCE],
            "area": cells[_FORCE],
            "period_end": ends,
            "numerator": cells[_TOTAL],
            "file": sheet.name,
            "row": cells.index,
            "column": _TOTAL,
        }
    )[~is_wrong]
    if figures.empty:
        return Reading(findings=tuple(findings))
    observations, found = summed(figures, source.indicators, source, plan, months=MONTHS_IN_A_YEAR)
    return Reading(observations, row_count=len(cells), findings=(*findings, *found))


def _month_ends(text: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Days written `31-03-2003` as months, and those that are not the last day of one."""
    days = pd.to_datetime(
        text.where(text.str.fullmatch(_DATE)).str.replace("/", "-"), format="%d-%m-%Y", errors="coerce"
    )
    return days.dt.strftime("%Y-%m").fillna(""), ~days.dt.is_month_end


@reader("metropolitan_boroughs_csv")
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
