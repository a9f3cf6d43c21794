"""Home Office open-data tables of police recorded crime: a workbook with a sheet a year, by force or by partnership.

As they are published: sheets named `2012-13` or `2012_13`, or one for all years; titles and notes above the headings;
headings that differ a little from release to release; a financial year and a quarter in every row; notes as text where
a number should be; and rows that are no police force in the column of forces.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from pccstats.sources.readers.reading import Reading, Source, reader, summed
from pccstats.sources.sheets import Records, Rule, numbers_of, read_workbook
from pccstats.terms.errors import Finding, Severity
from pccstats.terms.periods import MONTHS_IN_A_QUARTER, FinancialYear, Quarter
from pccstats.terms.plan import Plan
from pccstats.terms.written import APRIL

# What a column is called, from one release to another, in small letters.
_HEADINGS = {
    "year": ("financial year",),
    "quarter": ("financial quarter", "quarter"),
    "force": ("force name", "police force", "force", "police force area"),
    "partnership": ("csp name", "community safety partnership", "csp", "community safety partnership name"),
    "description": ("offence description", "offence"),
    "group": ("offence group",),
    "subgroup": ("offence subgroup", "offence sub-group", "offence sub group"),
    "code": ("offence code",),
    "count": ("number of offences", "offence count", "force offences", "csp offences", "offences"),
}
_MUST_BE_THERE = ("year", "quarter", "force", "count")
_NAMES = ("group", "subgroup", "description", "code")
_LOOKED_FOR = 40  # rows a heading may be down the sheet
_YEAR_SHEET = re.compile(r"(19|20)[0-9]{2}[-_/ ](19|20)?[0-9]{2}")
_YEAR = re.compile(r"((?:19|20)[0-9]{2})[-_/ –](?:19|20)?([0-9]{2})")
_QUARTER = re.compile(r"(?:Q|Quarter ?)?([1-4])", re.IGNORECASE)
_STEP = "Check the table against the one that was published."
_BAD_YEAR = Rule("not_a_year", "This is not a financial year.", "Write it as 2015/16.")
_BAD_QUARTER = Rule("not_a_quarter", "This is not a quarter of a financial year.", "Write 1, 2, 3 or 4.")
_TEXT = Rule(
    "text_for_a_figure", "There is a note where a number should be; the figure is left out.", _STEP, Severity.FLAG
)
_REPEATED = Rule("repeated", "The same offence, place and quarter is there twice.", "Keep one of the rows.")


@dataclass(frozen=True)
class Offences:
    """What a workbook of the Home Office holds: names of offences, forces, and the months its quarters end in."""

    names: tuple[str, ...]
    forces: tuple[str, ...]
    ends: tuple[str, ...]


def read_offences(path: Path) -> Offences | None:
    """Tell what a workbook holds; None where no sheet has a table of offences by quarter."""
    tables = [
        table for name, records in read_workbook(path).sheets.items() if (table := _table(records, name)) is not None
    ]
    if not tables:
        return None
    rows = pd.concat(tables, ignore_index=True).fillna("")
    names = tuple(sorted({name for column in _NAMES if column in rows for name in rows[column] if name}))
    years, quarters = rows["year"].str.extract(_YEAR)[0], rows["quarter"].str.extract(r"([1-4])$")[0]
    told = set(zip(years, quarters, strict=True))
    known = [(int(y), int(q)) for y, q in told if pd.notna(y) and pd.notna(q)]
    ends = tuple(sorted(str(Quarter(FinancialYear(year, APRIL), number).last_month) for year, number in known))
    return Offences(names, tuple(sorted(rows["force"].unique())), ends)


@reader("home_office_tables")
def read_home_office_tables(path: Path, source: Source, plan: Plan) -> Reading:
    """Read offences by quarter of the financial year, summed by the names in `sources.toml`.

    A name may be an offence group, subgroup, description or code. With a column of partnerships the figures are theirs,
    and those of the plan's forces are their sums.
    """
    book = read_workbook(path, source.mend)
    if book.findings:
        return Reading(findings=book.findings)
    tables, findings = [], []
    for name, records in book.sheets.items():
        table = _table(records, path.name)
        if table is not None:
            tables.append(table)
        elif _YEAR_SHEET.fullmatch(name):
            step = f"It needs the headings {', '.join(_HEADINGS[key][0] for key in _MUST_BE_THERE)}."
            message = "The sheet is named for a year and has no table."
            findings.append(Finding(Severity.REFUSE, "missing_column", message, path.name, value=name, next_step=step))
        else:
            findings.append(Finding(Severity.NOTE, "sheet_left_out", f"The sheet {name!r} has no table.", path.name))
    if not tables:
        step = f"It needs the headings {', '.join(_HEADINGS[key][0] for key in _MUST_BE_THERE)}."
        message = "No sheet has a table of offences by quarter."
        findings.append(Finding(Severity.REFUSE, "missing_column", message, path.name, next_step=step))
        return Reading(findings=tuple(findings))
    rows = pd.concat(tables, ignore_index=True).fillna("")
    figures, found = _figures(rows, source)
    findings += found
    if figures.empty:
        return Reading(findings=tuple(findings), row_count=len(rows))
    observations, found = summed(figures, source.indicators, source, plan, months=MONTHS_IN_A_QUARTER)
    return Reading(observations, row_count=len(rows), findings=(*findings, *found))


def _table(records: Records, file: str) -> pd.DataFrame | None:
    """The rows under the headings, their columns in our words; None where the sheet has no such headings."""
    for place, (_, cells) in enumerate(records[:_LOOKED_FOR]):
        columns = _columns(cells)
        if set(_MUST_BE_THERE) <= set(columns) and set(_NAMES) & set(columns):
            numbers = [number for number, _ in records[place + 1 :]]
            rows = [[row[at] if at < len(row) else "" for at in columns.values()] for _, row in records[place + 1 :]]
            table = pd.DataFrame(rows, columns=list(columns), dtype=str).assign(row=numbers, file=file)
            is_note = (table[["quarter", "force", "count"]] == "").all(axis=1)  # a note beneath the table
            return table[~is_note]
    return None


def _columns(cells: list[str]) -> dict[str, int]:
    """Where each column stands, by our word for it."""
    headings = [re.sub(r"\s+", " ", re.sub(r"[\[(].*?[\])]", "", cell)).strip().lower() for cell in cells]
    return {
        word: next(at for at, heading in enumerate(headings) if heading in spellings)
        for word, spellings in _HEADINGS.items()
        if any(heading in spellings for heading in headings)
    }


def _figures(rows: pd.DataFrame, source: Source) -> tuple[pd.DataFrame, list[Finding]]:
    """One row a name, place and quarter, ready to be summed into indicators."""
    findings: list[Finding] = []
    years, quarters = (
        rows["year"].str.extract(_YEAR),
        rows["quarter"].str.extract(rf"^{_QUARTER.pattern}$", re.IGNORECASE)[0],
    )
    is_year = (pd.to_numeric(years[0]) + 1) % 100 == pd.to_numeric(years[1])
    findings += _BAD_YEAR.broken_by(rows, ~is_year, "year")
    findings += _BAD_QUARTER.broken_by(rows, quarters.isna(), "quarter")
    numbers = numbers_of(rows["count"])
    findings += _TEXT.broken_by(rows, numbers.values.isna(), "count")
    names = [name for name in _NAMES if name in rows]
    places = [name for name in ("force", "partnership") if name in rows]
    is_sound = is_year & quarters.notna()
    ends = {
        (year, quarter): str(Quarter(FinancialYear(int(year), APRIL), int(quarter)).last_month)
        for year, quarter in set(zip(years.loc[is_sound, 0], quarters[is_sound], strict=True))
    }
    ends_of_rows = [ends.get(key, "") for key in zip(years[0], quarters, strict=True)]
    rows = rows.assign(period_end=ends_of_rows, value=numbers.values)[is_sound & numbers.values.notna()]
    findings += _REPEATED.broken_by(
        rows, rows.duplicated([*names, *places, "period_end"]), "description" if "description" in rows else names[0]
    )
    by_place = [rows.assign(area=rows[place]) for place in places]
    placed = pd.concat([table[table["area"] != ""] for table in by_place], ignore_index=True)
    wanted = sorted({name for group in source.indicators.values() for name in group})
    tables = [_named(placed, name, names) for name in wanted]
    findings += _overlaps(rows, source, names)
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(), findings


def _named(rows: pd.DataFrame, name: str, columns: list[str]) -> pd.DataFrame:
    """The sum of every offence that a name stands for."""
    chosen = rows[(rows[columns] == name).any(axis=1)]
    sums = chosen.groupby(["area", "period_end"], as_index=False).agg(
        value=("value", "sum"), file=("file", "first"), row=("row", "first")
    )
    text = sums["value"].map(lambda value: f"{value:.0f}" if value == round(value) else repr(value))
    return sums.assign(name=name, numerator=text, column="count").drop(columns="value")


def _overlaps(rows: pd.DataFrame, source: Source, columns: list[str]) -> list[Finding]:
    """Names of one indicator that stand for the same offence, such as a group and a subgroup of it."""
    found: list[Finding] = []
    offences = rows[columns].drop_duplicates()
    for key, names in source.indicators.items():
        times = sum((offences == name).any(axis=1).astype(int) for name in dict.fromkeys(names))
        if not isinstance(times, int) and (times > 1).any():
            first = offences[times > 1].iloc[0].tolist()
            message = "Two of its names stand for the same offence, which would be counted twice."
            step = "Name the group or its parts, not both."
            shown = " / ".join(part for part in first if part)
            found.append(
                Finding(Severity.REFUSE, "counted_twice", message, "sources.toml", None, "", shown, key, next_step=step)
            )
    return found
