"""Readers of tables whose columns are already ours, or nearly so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from pccstats.sources.readers.reading import Reading, Source, in_plan_words, reader, summed
from pccstats.sources.sheets import Rule, Sheet, in_months, read_delimited, read_sheet
from pccstats.terms.errors import Finding, Severity
from pccstats.terms.periods import MONTHS_IN_A_YEAR
from pccstats.terms.plan import Plan
from pccstats.terms.words import (
    AREA,
    BOUNDS,
    EXPOSURES,
    INDICATOR,
    MONTHS,
    NUMERATOR,
    OBSERVATIONS,
    PERIOD_END,
    PUBLISHED_ON,
    SOURCE,
)

TIDY = (INDICATOR, AREA, PERIOD_END, MONTHS, NUMERATOR)
POPULATIONS = ("area", "persons", "year", "vintage")
ROLLING = ("12 months ending", "PFA", "Offence", "Rolling year total number of offences")
_ENDING, _FORCE, _OFFENCE, _TOTAL = ROLLING
_DATE = r"[0-9]{2}[-/][0-9]{2}[-/][0-9]{4}"  # 31-03-2003
_NO_TOTAL = Rule("no_figure", "There is no total here; the figure is left out.", "Ask the publisher.", Severity.FLAG)
BOROUGHS = ("MajorText", "MinorText", "BoroughName")
_MOST_RUNS = 20
_MAJOR, _MINOR, _BOROUGH = BOROUGHS
_MONTH = r"[0-9]{4}(0[1-9]|1[0-2])"  # 201004 is April 2010


@reader("tidy_csv", is_told_names=False)
def read_tidy_csv(path: Path, source: Source, plan: Plan) -> Reading:
    """Read observations that already are a tidy table; names may be put into the plan's words on the way."""
    del plan  # unknown names are a matter for the checks
    return _observations_of(read_delimited(path, TIDY, source.mend), source)


@reader("tidy_xlsx", is_told_names=False)
def read_tidy_xlsx(path: Path, source: Source, plan: Plan) -> Reading:
    """Read observations from the only sheet of a workbook, or from the one that `sheet` names."""
    del plan  # unknown names are a matter for the checks
    return _observations_of(read_sheet(path, TIDY, source.sheet, source.mend), source)


def _observations_of(sheet: Sheet, source: Source) -> Reading:
    """The observations of a tidy table, from a CSV or a workbook."""
    if sheet.is_refused:
        return Reading(findings=sheet.findings)
    cells = sheet.cells
    bounds = BOUNDS if any(name in cells.columns for name in BOUNDS) else ()
    extra = [name for name in cells.columns if name not in (*OBSERVATIONS, *bounds)]
    findings = list(sheet.findings)
    if extra:
        message = f"Columns that were not read: {', '.join(extra)}."
        findings.append(Finding(Severity.NOTE, "extra_column", message, sheet.name))
    named = {name: key for key, names in source.indicators.items() for name in names}
    table = cells.reindex(columns=[*OBSERVATIONS, *bounds], fill_value="")
    table = table.assign(
        indicator=in_plan_words(table[INDICATOR], named),
        area=in_plan_words(table[AREA], source.areas),
        period_end=in_months(table[PERIOD_END]),
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
    sheet = read_delimited(path, POPULATIONS, source.mend)
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
    sheet = read_delimited(path, ROLLING, source.mend)
    if sheet.is_refused:
        return Reading(findings=sheet.findings)
    cells = sheet.cells
    ends, is_wrong = month_ends(cells[_ENDING])
    findings = [*sheet.findings, *_wrong_days(cells.loc[is_wrong, _ENDING], sheet.name)]
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
    wanted = {name for names in source.indicators.values() for name in names}
    is_blank = (figures["numerator"] == "") & figures["name"].isin(wanted)
    findings += _NO_TOTAL.broken_by(figures, is_blank, "name")
    observations, found = summed(figures, source.indicators, source, plan, months=MONTHS_IN_A_YEAR)
    return Reading(observations, row_count=len(cells), findings=(*findings, *found))


def _wrong_days(days: pd.Series, file: str) -> Iterator[Finding]:
    """A refusal for each text that is no last day of a month, with every row it stands in."""
    for text, rows in days.groupby(days, sort=True):
        first = int(rows.index[0])
        more = f" It stands in {len(rows):,} rows, {_runs(rows.index)}." if len(rows) > 1 else ""
        near = nearest_month_end(str(text))
        likely = f" The nearest is {near}." if near else ""
        message = f"This is not the last day of a month.{more}{likely}"
        step = (
            "Put it right in corrections.toml, beside sources.toml: `pccstats check --suggest-corrections` writes it."
            if near
            else "Write it as 31-03-2003: day, month, year, in corrections.toml."
        )
        yield Finding(
            Severity.REFUSE, "not_a_month", message, file, first, _ENDING, str(text), next_step=step, becomes=near
        )


def _runs(rows: pd.Index) -> str:
    """Row numbers as runs: `2 to 5, 9 and 12 to 14`."""
    numbers = rows.to_series()
    runs = numbers.groupby((numbers.diff() != 1).cumsum())
    parts = [str(run.iloc[0]) if len(run) == 1 else f"{run.iloc[0]} to {run.iloc[-1]}" for _, run in runs]
    if len(parts) > _MOST_RUNS:
        parts = [*parts[:_MOST_RUNS], f"{len(parts) - _MOST_RUNS} more runs"]
    return " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))


def nearest_month_end(text: str) -> str:
    """The last day of a month that lies within two days of a day as written, written the same way; else nothing.

    Examples
    --------
    >>> nearest_month_end("30-12-2017"), nearest_month_end("01/04/2015"), nearest_month_end("15-06-2016")
    ('31-12-2017', '31/03/2015', '')
    """
    day = (
        pd.to_datetime(text.replace("/", "-"), format="%d-%m-%Y", errors="coerce")
        if re.fullmatch(_DATE, text)
        else None
    )
    if day is None or pd.isna(day):
        return ""
    near = [day + pd.Timedelta(days=days) for days in (1, -1, 2, -2)]
    found = next((each for each in near if each.is_month_end), None)
    return found.strftime("%d/%m/%Y" if "/" in text else "%d-%m-%Y") if found is not None else ""


def month_ends(text: pd.Series) -> tuple[pd.Series, pd.Series]:
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
    sheet = read_delimited(path, BOROUGHS, source.mend)
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
