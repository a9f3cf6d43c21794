"""A survey: how many were asked and how many were satisfied, by month and strand, as CSV or workbook."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from pccstats.sources.readers.reading import PLACE, Reading, Source, in_plan_words, left_out, reader
from pccstats.sources.sheets import Rule, Sheet, in_months, months_of, numbers_of, read_delimited, read_sheet
from pccstats.terms.errors import Finding, Severity
from pccstats.terms.plan import Plan
from pccstats.terms.words import OBSERVATIONS

_NOT_A_MONTH = Rule("not_a_month", "This is not a month.", "Write it as YYYY-MM: 2015-06.")
_NOT_A_COUNT = Rule("not_a_count", "This is not a number of people.", "Write a whole number, nought or more.")
_ABOVE_WHOLE = Rule("above_whole", "More are satisfied than were asked.", "Correct one of them.")
_REPEATED = Rule("repeated", "This month of the strand is there twice.", "Keep one of the rows.")


MONTH, STRAND, RESPONDENTS, SATISFIED, AREA = "month", "strand", "respondents", "satisfied", "area"


MUST_BE_THERE = (MONTH, STRAND, RESPONDENTS, SATISFIED)


@reader("survey")
def read_survey(path: Path, source: Source, plan: Plan) -> Reading:
    """Read respondents and satisfied respondents; strands are summed into the indicators that name them.

    An indicator of several strands (all users: burglary, vehicle crime and violence) has a month only where every one
    of its strands has it. Without a column `area` the figures are of the plan's own force.
    """
    is_csv = path.suffix.lower() not in (".xlsx", ".ods", ".xls")
    sheet = (
        read_delimited(path, MUST_BE_THERE, source.mend)
        if is_csv
        else read_sheet(path, MUST_BE_THERE, source.sheet, source.mend)
    )
    if sheet.is_refused:
        return Reading(findings=sheet.findings)
    table, findings = _typed(sheet, source, plan)
    asked = {name for names in source.indicators.values() for name in names}
    findings += [*_names_not_there(asked, table, sheet.name)]
    findings += left_out(table[STRAND], asked, "strands no indicator asks for, such as", sheet.name)
    tables = [_one_indicator(table, key, list(names), findings) for key, names in source.indicators.items()]
    observations = _as_observations(pd.concat(tables, ignore_index=True), source)
    return Reading(observations, row_count=len(sheet.cells), findings=(*sheet.findings, *findings))


def _typed(sheet: Sheet, source: Source, plan: Plan) -> tuple[pd.DataFrame, list[Finding]]:
    cells = sheet.cells
    place = cells.assign(file=sheet.name, row=cells.index)
    area = cells[AREA] if AREA in cells else pd.Series(plan.focus, index=cells.index)
    table = place[["file", "row", STRAND]].assign(area=in_plan_words(area, source.areas))
    ends, is_no_month = months_of(in_months(cells[MONTH]))
    findings = _NOT_A_MONTH.broken_by(place, is_no_month, MONTH)
    table[MONTH] = pd.Series(ends, index=cells.index).astype(str)
    for column in (RESPONDENTS, SATISFIED):
        numbers = numbers_of(cells[column])
        is_no_count = numbers.values.isna() | (numbers.values < 0) | (numbers.values % 1 != 0)
        findings += _NOT_A_COUNT.broken_by(place, is_no_count, column)
        table[column] = numbers.values
    findings += _ABOVE_WHOLE.broken_by(place, table[SATISFIED] > table[RESPONDENTS], SATISFIED)
    findings += _REPEATED.broken_by(place, table.duplicated([MONTH, STRAND, "area"]), STRAND)
    extra = [name for name in cells.columns if name not in (*MUST_BE_THERE, AREA)]
    if extra:
        message = f"Columns that were not read: {', '.join(extra)}."
        findings.append(Finding(Severity.NOTE, "extra_column", message, sheet.name))
    return table, findings


def _names_not_there(asked: set[str], table: pd.DataFrame, file: str) -> list[Finding]:
    step = f"The file has: {', '.join(sorted(table[STRAND].unique()))}."
    message = "sources.toml asks for a strand that is not in the file."
    return [
        Finding(Severity.REFUSE, "name_not_there", message, file, value=name, next_step=step)
        for name in sorted(asked - set(table[STRAND]))
    ]


def _one_indicator(table: pd.DataFrame, key: str, names: list[str], findings: list[Finding]) -> pd.DataFrame:
    chosen = table[table[STRAND].isin(names)]
    sums = chosen.groupby(["area", MONTH], as_index=False).agg(
        numerator=(SATISFIED, "sum"),
        denominator=(RESPONDENTS, "sum"),
        strands=(STRAND, "nunique"),
        file=("file", "first"),
        row=("row", "first"),
    )
    is_short = sums["strands"] < len(set(names))
    if is_short.any():
        months = ", ".join(sorted(sums.loc[is_short, MONTH].unique())[:6])
        message = f"{is_short.sum():,} months of {key} were left out: a strand is missing in {months}."
        findings.append(Finding(Severity.FLAG, "parts_missing", message, str(sums["file"].iloc[0]), indicator=key))
    nobody = sums["denominator"] == 0
    if nobody.any():
        message = f"Nobody was asked in {nobody.sum():,} months of {key}; they have no figure."
        findings.append(Finding(Severity.FLAG, "nobody_asked", message, str(sums["file"].iloc[0]), indicator=key))
    return sums[~is_short & ~nobody].assign(indicator=key)


def _as_observations(sums: pd.DataFrame, source: Source) -> pd.DataFrame:
    return sums.assign(
        period_end=sums[MONTH],
        months="1",
        numerator=sums["numerator"].map("{:.0f}".format),
        denominator=sums["denominator"].map("{:.0f}".format),
        status="",
        source=source.label,
        published_on=source.published_on,
        note=source.note,
        column=SATISFIED,
    )[[*OBSERVATIONS, *PLACE]]
