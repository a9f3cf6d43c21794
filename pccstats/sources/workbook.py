"""Sheets of a workbook read as text, cell by cell, as a CSV is: .xlsx, .ods and .xls, by calamine.

A workbook can hide what a CSV cannot: formulas nobody has worked out, cells merged over others, error values, sheets
that are out of sight. Each is a finding.
"""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
from python_calamine import CalamineError, CalamineWorkbook

from pccstats.sources.delimited import Sheet, sheet_of_records
from pccstats.terms.findings import Finding, Severity

MOST_BYTES = 2**30  # unpacked
MOST_TIMES = 300  # unpacked over packed
_MOST_NAMED = 10
_EMPTY = pd.DataFrame()

Records = list[tuple[int, list[str]]]


@dataclass(frozen=True)
class Workbook:
    """The sheets of a workbook by name, each a list of rows of text; empty where it cannot be read."""

    name: str
    sheets: dict[str, Records]
    findings: tuple[Finding, ...] = ()


def read_workbook(path: Path) -> Workbook:
    """Read every sheet of a workbook that has any cell."""
    refusal = _reason_to_refuse(path)
    if refusal is not None:
        return Workbook(path.name, {}, (refusal,))
    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            sheets = {name: _records(book, name) for name in book.sheet_names}
    except (CalamineError, OSError, ValueError, zipfile.BadZipFile) as error:
        return Workbook(path.name, {}, (_unreadable(path.name, str(error)),))
    except BaseException as error:  # the library is in Rust: what it panics over is not an Exception
        if not type(error).__name__.startswith("Panic"):
            raise
        return Workbook(path.name, {}, (_unreadable(path.name, "it is damaged"),))
    filled = {name: rows for name, rows in sheets.items() if rows}
    if filled:
        return Workbook(path.name, filled)
    step = "Ask for it again, or take it out of sources.toml."
    return Workbook(
        path.name, {}, (Finding(Severity.REFUSE, "empty_file", "No sheet holds anything.", path.name, next_step=step),)
    )


def read_sheet(path: Path, wanted: Sequence[str], sheet: str = "") -> Sheet:
    """Read one sheet of a workbook as a table with headings in its first row.

    Parameters
    ----------
    path : Path
        The workbook.
    wanted : sequence of str
        The headings that must be there.
    sheet : str
        Which sheet; without it, the only one that holds anything.
    """
    book = read_workbook(path)
    if book.findings:
        return Sheet(path.name, _EMPTY, book.findings)
    name = sheet or next(iter(book.sheets))
    if name not in book.sheets or (not sheet and len(book.sheets) > 1):
        message = "There is no such sheet." if sheet else "The workbook has more than one sheet."
        step = f"Say which to read: sheet = ... in sources.toml. It has: {', '.join(book.sheets)}."
        refusal = Finding(Severity.REFUSE, "sheet", message, path.name, value=sheet, next_step=step)
        return Sheet(path.name, _EMPTY, (refusal,))
    hidden = _in_excel(path, name)
    read = sheet_of_records(book.sheets[name], wanted, path.name)
    if any(finding.severity is Severity.REFUSE for finding in hidden):
        return Sheet(path.name, _EMPTY, (*read.findings, *hidden))
    return Sheet(path.name, read.cells, (*read.findings, *hidden))


def _reason_to_refuse(path: Path) -> Finding | None:
    """A packed file is looked at before it is unpacked: some are made to fill the machine."""
    if not path.stat().st_size:
        step = "Ask for it again, or take it out of sources.toml."
        return Finding(Severity.REFUSE, "empty_file", "The file is empty.", path.name, next_step=step)
    if not zipfile.is_zipfile(path):
        return None if path.suffix.lower() == ".xls" else _unreadable(path.name, "it is no .xlsx or .ods file")
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError) as error:
        return _unreadable(path.name, str(error))
    size, packed = sum(m.file_size for m in members), max(sum(m.compress_size for m in members), 1)
    if size > MOST_BYTES or (size > 2**24 and size > MOST_TIMES * packed):
        message = f"The workbook unpacks to {size:,} bytes, more than any table of figures."
        return Finding(
            Severity.REFUSE, "too_large", message, path.name, next_step="Save it again with its figures alone."
        )
    return None


def _unreadable(name: str, reason: str) -> Finding:
    message = f"The workbook cannot be read: {reason}."
    return Finding(Severity.REFUSE, "workbook", message, name, next_step="Open it and save it again as .xlsx.")


def _records(book: CalamineWorkbook, name: str) -> Records:
    """The rows that hold anything, each with the number a spreadsheet shows."""
    try:
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except CalamineError as error:
        if "not supported" in str(error).lower() or "chart" in str(error).lower():
            return []
        raise
    texts = ((number, [_text(cell) for cell in cells]) for number, cells in enumerate(rows, start=1))
    return [(number, cells) for number, cells in texts if any(cells)]


def _text(cell: Any) -> str:
    """A cell as a CSV would have it: whole numbers without decimals, dates as 2015-06-30."""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        return f"{cell:.0f}" if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(sep=" ")
    return str(cell).replace("\u00a0", " ").strip()


def _in_excel(path: Path, sheet: str) -> list[Finding]:
    """Formulas, errors and merged cells, which the values alone do not show."""
    if path.suffix.lower() != ".xlsx":
        return []
    try:
        book = openpyxl.load_workbook(path, data_only=False)
        values = openpyxl.load_workbook(path, data_only=True)
    except Exception as error:  # noqa: BLE001 a damaged workbook can make openpyxl raise anything
        return [_unreadable(path.name, str(error) or type(error).__name__)]
    findings = []
    formulas = [cell for row in book[sheet].iter_rows() for cell in row if cell.data_type == "f"]
    empty = [cell for cell in formulas if values[sheet][cell.coordinate].value is None]
    for cell in empty[:_MOST_NAMED]:
        step = "Open the workbook in a spreadsheet, let it calculate, and save it."
        shown = re.sub(r"\s+", " ", str(cell.value))[:60]
        message = "This formula has never been worked out, so the cell has no value."
        findings.append(
            Finding(Severity.REFUSE, "formula", message, path.name, cell.row, cell.column_letter, shown, next_step=step)
        )
    errors = [cell for row in values[sheet].iter_rows() for cell in row if cell.data_type == "e"]
    for cell in errors[:_MOST_NAMED]:
        step = "Mend the formula, or leave the cell empty and give a status."
        message = "This cell holds an error, not a figure."
        place = (path.name, cell.row, cell.column_letter, str(cell.value))
        findings.append(Finding(Severity.REFUSE, "error_value", message, *place, next_step=step))
    if len(formulas) > len(empty):
        count = len(formulas) - len(empty)
        message = f"{count:,} cells are formulas; their values are as last saved."
        findings.append(Finding(Severity.NOTE, "formula", message, path.name))
    for merged in sorted(str(area) for area in book[sheet].merged_cells.ranges)[:_MOST_NAMED]:
        message = "Cells are merged: the figure is in the first of them and the others are empty."
        step = "Undo the merging and write each figure in its own cell."
        findings.append(Finding(Severity.REFUSE, "merged_cells", message, path.name, value=merged, next_step=step))
    return findings
