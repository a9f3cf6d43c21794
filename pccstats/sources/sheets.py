"""Tables as they come: delimited text, workbooks, and the cells in them."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pccstats.sources.old_workbook_look import ENDING, look_at_old
from pccstats.sources.workbook_look import CannotLook, CellText, SheetSeen, TooLarge, look_at
from pccstats.terms.errors import Finding, Severity
from pccstats.terms.words import UNPRINTABLE
from pccstats.terms.written import Unreadable, written

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

_BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_OTHER_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}
_MOST_ROWS_NAMED = 10
MOST_BYTES = 2**30  # unpacked
MOST_TIMES = 300  # unpacked over packed
_EMPTY = pd.DataFrame()
Records = list[tuple[int, list[str]]]
Mend = Callable[[Records, str], Records]  # given the rows of a file or sheet and its name, those to be read
_NUMBER = r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,4})?"
_WITH_COMMAS = r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?"
_MONTH = r"(?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])"
_DAY = rf"{_MONTH}-[0-9]{{2}}"
_MOST_SHOWN = 10
_LONGEST_SHOWN = 60


def as_received(records: Records, _sheet: str) -> Records:
    """The rows as they are."""
    return records


@dataclass(frozen=True)
class Sheet:
    """The cells of a file.

    `cells` is all text, blanks around it taken off, with one column a heading; its index is the row number. With a
    fault of severity `refuse` among the `findings`, `cells` is empty.
    """

    name: str
    cells: pd.DataFrame
    findings: tuple[Finding, ...] = ()

    @property
    def is_refused(self) -> bool:
        """True where a fault keeps it from being used."""
        return any(finding.severity is Severity.REFUSE for finding in self.findings)


def read_delimited(path: Path, wanted: Sequence[str] = (), mend: Mend = as_received) -> Sheet:
    """Read a comma-separated file in UTF-8, UTF-16 or Windows-1252.

    Parameters
    ----------
    path : Path
        The file.
    wanted : sequence of str
        The headings that must be there; where any is missing the file is refused and all missing ones are named.
    mend : callable
        Puts the rows right before they are read.
    """
    reading = _Reading(path.name)
    text = reading.decoded(path.read_bytes())
    records = mend(reading.records(text), "") if text is not None else []
    cells = reading.table(records, wanted) if records else pd.DataFrame()
    return Sheet(path.name, cells, tuple(reading.findings))


def read_records(path: Path, mend: Mend = as_received) -> tuple[Records, tuple[Finding, ...]]:
    """The rows of a comma-separated file that hold anything, whatever stands above its headings."""
    reading = _Reading(path.name)
    text = reading.decoded(path.read_bytes())
    records = mend(reading.records(text), "") if text is not None else []
    return records, tuple(reading.findings)


def sheet_of_records(records: list[tuple[int, list[str]]], wanted: Sequence[str], name: str) -> Sheet:
    """Make a sheet of rows already split into cells, the first with the headings; each row has its number."""
    reading = _Reading(name)
    cells = reading.table(records, wanted) if records else pd.DataFrame()
    return Sheet(name, cells, tuple(reading.findings))


class _Reading:
    """One file on its way from bytes to cells, gathering what was found."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.findings: list[Finding] = []

    def refuse(self, rule: str, message: str, step: str, row: int | None = None, value: str = "") -> None:
        finding = Finding(Severity.REFUSE, rule, message, self.name, row, value=value, next_step=step)
        self.findings.append(finding)

    def note(self, rule: str, message: str) -> None:
        self.findings.append(Finding(Severity.NOTE, rule, message, self.name))

    def decoded(self, data: bytes) -> str | None:
        if not data.strip():
            self.refuse("empty_file", "The file is empty.", "Ask for it again, or take it out of sources.toml.")
            return None
        encoding = next((name for mark, name in _BYTE_ORDER_MARKS if data.startswith(mark)), "utf-8")
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            pass
        try:
            text = data.decode("cp1252")
        except UnicodeDecodeError:
            self.refuse("encoding", "The file is not readable text.", "Save it again as CSV with the encoding UTF-8.")
            return None
        self.note("encoding", "The file is not UTF-8; it was read as Windows-1252.")
        return text

    def records(self, text: str) -> list[tuple[int, list[str]]]:
        """The rows that hold anything, each with its number."""
        if "\0" in text:
            self.refuse("not_text", "The file holds bytes that are not text.", "Save it again as CSV.")
            return []
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        records: list[tuple[int, list[str]]] = []
        try:
            for number, cells in enumerate(reader, start=1):
                stripped = [cell.strip() for cell in cells]
                if any(stripped):
                    records.append((number, stripped))
        except csv.Error as error:
            step = "Open the file near this row, mend the quotes, and save it as CSV."
            self.refuse("not_csv", f"The file cannot be split into cells: {error}.", step, row=reader.line_num)
            return []
        return records

    def table(self, records: list[tuple[int, list[str]]], wanted: Sequence[str]) -> pd.DataFrame:
        header = _without_trailing_blanks(records[0][1])
        self._check_header(header, wanted, records[0][0])
        rows = [(number, _fitted(cells, len(header))) for number, cells in records[1:]]
        self._check_signs([records[0], *rows], header)
        self._check_widths(rows, len(header))
        if not rows:
            self.refuse("no_rows", "The file has headings and no rows.", "Ask for it again.")
        if self.findings and any(finding.severity is Severity.REFUSE for finding in self.findings):
            return pd.DataFrame()
        numbers = [number for number, _ in rows]
        return pd.DataFrame([cells for _, cells in rows], columns=header, index=numbers, dtype=str)

    def _check_header(self, header: list[str], wanted: Sequence[str], row: int) -> None:
        repeated = [name for name, times in Counter(header).items() if times > 1]
        for name in repeated:
            message = "This heading is there twice." if name else "More than one column has no heading."
            self.refuse("repeated_heading", message, "Name every column, each once.", row, name)
        missing = [name for name in wanted if name not in header]
        if not missing:
            return
        separator = next((mark for mark in _OTHER_SEPARATORS if mark in "".join(header)), "")
        if len(header) == 1 and separator:
            message = f"The columns are separated by {_OTHER_SEPARATORS[separator]}, not by commas."
            self.refuse("separator", message, "Save the file as CSV with commas.", row)
            return
        found = ", ".join(header)
        for name in missing:
            step = f"Add the column, or correct its heading. The file has: {found}."
            self.refuse("missing_column", f"There is no column {name!r}.", step, row)

    def _check_signs(self, rows: Records, header: list[str]) -> None:
        """Signs that no page can show: they are none that anybody typed."""
        if not any(UNPRINTABLE.search("".join(cells)) for _, cells in rows):
            return
        found = [
            (number, place, cell)
            for number, cells in rows
            for place, cell in enumerate(cells)
            if UNPRINTABLE.search(cell)
        ]
        for number, place, cell in found[:_MOST_ROWS_NAMED]:
            column = UNPRINTABLE.sub("", header[place]) if place < len(header) else ""
            shown = cell if len(cell) <= _LONGEST_SHOWN else f"{cell[:_LONGEST_SHOWN]}..."
            message, step = (
                "The cell holds a sign that cannot be shown.",
                "Type the cell again, or save the file as CSV in UTF-8.",
            )
            self.findings.append(
                Finding(Severity.REFUSE, "not_text", message, self.name, number, column, shown, next_step=step)
            )
        if len(found) > _MOST_ROWS_NAMED:
            more = f"{len(found) - _MOST_ROWS_NAMED:,} more cells hold signs that cannot be shown."
            self.refuse("not_text", more, "Save the file again as CSV in UTF-8.")

    def _check_widths(self, rows: list[tuple[int, list[str]]], width: int) -> None:
        wrong = [(number, len(cells)) for number, cells in rows if len(cells) != width]
        for number, cells in wrong[:_MOST_ROWS_NAMED]:
            message = f"The row has {cells} cells where the headings have {width}."
            self.refuse("row_width", message, "Look for a comma outside quotes, or a missing one.", number)
        if len(wrong) > _MOST_ROWS_NAMED:
            more = f"{len(wrong) - _MOST_ROWS_NAMED} more rows have too many or too few cells."
            self.refuse("row_width", more, "Mend the first ones; the others are likely to be alike.")


def _without_trailing_blanks(cells: list[str]) -> list[str]:
    """Cells up to the last one that holds anything: spreadsheets add empty columns on the right."""
    while cells and not cells[-1]:
        cells = cells[:-1]
    return cells


def _fitted(cells: list[str], width: int) -> list[str]:
    """The row without the empty cells that stand right of the headings."""
    return cells[:width] if len(cells) > width and not any(cells[width:]) else cells


@dataclass(frozen=True)
class Workbook:
    """The sheets of a workbook by name, each a list of rows of text; empty where it cannot be read."""

    name: str
    sheets: dict[str, Records]
    findings: tuple[Finding, ...] = ()
    seen: Mapping[str, SheetSeen] = field(default_factory=dict)


def read_workbook(path: Path, mend: Mend = as_received) -> Workbook:
    """Read every sheet of a workbook that has any cell, its rows put right first."""
    refusal = _reason_to_refuse(path)
    if refusal is not None:
        return Workbook(path.name, {}, (refusal,))
    try:
        seen = look_at_old(path) if path.suffix.lower() == ENDING else look_at(path)
    except CannotLook as reason:
        return Workbook(path.name, {}, (_unreadable(path.name, str(reason)),))
    except TooLarge as reason:
        return Workbook(path.name, {}, (_too_large(path.name, str(reason)),))
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415 only where there is a workbook

    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            sheets = {name: _records(book, name) for name in book.sheet_names}
    except (CalamineError, OSError, ValueError, zipfile.BadZipFile) as error:
        return Workbook(path.name, {}, (_unreadable(path.name, str(error)),))
    except BaseException as error:  # the library is in Rust: what it panics over is not an Exception
        if not type(error).__name__.startswith("Panic"):
            raise
        return Workbook(path.name, {}, (_unreadable(path.name, "it is damaged"),))
    filled = {name: mend(rows, name) for name, rows in sheets.items() if rows}
    if filled:
        return Workbook(path.name, filled, seen=seen)
    step = "Ask for it again, or take it out of sources.toml."
    return Workbook(
        path.name, {}, (Finding(Severity.REFUSE, "empty_file", "No sheet holds anything.", path.name, next_step=step),)
    )


def read_sheet(path: Path, wanted: Sequence[str], sheet: str = "", mend: Mend = as_received) -> Sheet:
    """Read one sheet of a workbook as a table with headings in its first row.

    Parameters
    ----------
    path : Path
        The workbook.
    wanted : sequence of str
        The headings that must be there.
    sheet : str
        Which sheet; without it, the only one that holds anything.
    mend : callable
        Puts the rows right before they are read.
    """
    book = read_workbook(path, mend)
    if book.findings:
        return Sheet(path.name, _EMPTY, book.findings)
    name = sheet or next(iter(book.sheets))
    if name not in book.sheets or (not sheet and len(book.sheets) > 1):
        message = "There is no such sheet." if sheet else "The workbook has more than one sheet."
        step = f"Say which to read: sheet = ... in sources.toml. It has: {', '.join(book.sheets)}."
        refusal = Finding(Severity.REFUSE, "sheet", message, path.name, value=sheet, next_step=step)
        return Sheet(path.name, _EMPTY, (refusal,))
    hidden = tuple(_hidden_in(book.seen.get(name, SheetSeen()), path.name))
    read = sheet_of_records(book.sheets[name], wanted, path.name)
    if any(finding.severity is Severity.REFUSE for finding in hidden):
        return Sheet(path.name, _EMPTY, (*read.findings, *hidden))
    return Sheet(path.name, read.cells, (*read.findings, *hidden))


def _reason_to_refuse(path: Path) -> Finding | None:
    """A packed file is looked at before it is unpacked: some are made to fill the machine."""
    if not path.stat().st_size:
        step = "Ask for it again, or take it out of sources.toml."
        return Finding(Severity.REFUSE, "empty_file", "The file is empty.", path.name, next_step=step)
    if path.suffix.lower() == ENDING:
        return None
    if not zipfile.is_zipfile(path):
        return _unreadable(path.name, "it is no .xlsx or .ods file")
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


def _too_large(name: str, reason: str) -> Finding:
    message = f"{reason}, more than any table of figures."
    step = "Delete the empty rows and columns beyond the figures, and save it again."
    return Finding(Severity.REFUSE, "too_large", message, name, next_step=step)


def _unreadable(name: str, reason: str) -> Finding:
    message = f"The workbook cannot be read: {reason}."
    return Finding(Severity.REFUSE, "workbook", message, name, next_step="Open it and save it again as .xlsx.")


def _records(book: CalamineWorkbook, name: str) -> Records:
    """The rows that hold anything, each with the number a spreadsheet shows."""
    from python_calamine import CalamineError  # noqa: PLC0415 only where there is a workbook

    try:
        sheet = book.get_sheet_by_name(name)
        rows = sheet.to_python(skip_empty_area=False)
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


def _hidden_in(sheet: SheetSeen, file: str) -> Iterator[Finding]:
    """Formulas, errors and merged cells, which the values alone do not show."""

    def refusal(rule: str, message: str, place: CellText, step: str) -> Finding:
        row, column, text = place
        shown = re.sub(r"\s+", " ", text)[:_LONGEST_SHOWN]
        return Finding(Severity.REFUSE, rule, message, file, row, column, shown, next_step=step)

    for place in sheet.not_worked_out:
        step = "Open the workbook in a spreadsheet, let it calculate, and save it."
        yield refusal("formula", "This formula has never been worked out, so the cell has no value.", place, step)
    for place in sheet.errors:
        step = "Mend the formula, or leave the cell empty and give a status."
        yield refusal("error_value", "This cell holds an error, not a figure.", place, step)
    if worked_out := sheet.formulas - sheet.not_worked_out_count:
        message = f"{worked_out:,} cells are formulas; their values are as last saved."
        yield Finding(Severity.NOTE, "formula", message, file)
    for merged in sorted(sheet.merged):
        message = "Cells are merged: the figure is in the first of them and the others are empty."
        step = "Undo the merging and write each figure in its own cell."
        yield Finding(Severity.REFUSE, "merged_cells", message, file, value=merged, next_step=step)


@dataclass(frozen=True)
class Numbers:
    """A column of text as numbers: NaN where a cell is empty or no number."""

    values: pd.Series
    is_text: pd.Series
    is_infinite: pd.Series
    has_commas: pd.Series


def numbers_of(text: pd.Series) -> Numbers:
    """Read a column as numbers. `1,234` is 1234; `1e309`, `12%`, `£3` and `NA` are no numbers."""
    has_commas = text.str.fullmatch(_WITH_COMMAS)
    bare = text.where(~has_commas, text.str.replace(",", "", regex=False))
    is_number = bare.str.fullmatch(_NUMBER)
    values = pd.to_numeric(bare.where(is_number), errors="coerce").astype(float)
    is_infinite = is_number & ~np.isfinite(values)
    return Numbers(values.where(~is_infinite), ~is_number & (text != ""), is_infinite, has_commas)


def months_of(text: pd.Series) -> tuple[pd.PeriodIndex, pd.Series]:
    """Read a column of `YYYY-MM` (or `YYYY-MM-DD`) as months, with those that are not."""
    is_month = text.str.fullmatch(_MONTH) | text.str.fullmatch(_DAY)
    which, months = pd.factorize(text.str[:7].where(is_month))  # each is read once, however often it stands there
    read = pd.PeriodIndex(months.astype(object), freq="M")
    return read.take(which, fill_value=pd.NaT), ~is_month  # type: ignore[arg-type] # a month that is none


def in_months(text: pd.Series) -> pd.Series:
    """The texts of a column of months as `YYYY-MM`, where they can be read in one way only; others are left.

    Examples
    --------
    >>> in_months(pd.Series(["1995 Jan", "2015-06", "30/06/2015", "Q1 2015"])).tolist()
    ['1995-01', '2015-06', '2015-06', 'Q1 2015']
    """
    is_told = text.str.fullmatch(_MONTH) | text.str.fullmatch(_DAY)
    spelt = {}
    for each in text[~is_told].unique():
        try:
            found = written(each)
        except Unreadable:
            continue
        if not found.span_months:
            spelt[each] = str(pd.Period(ordinal=found.last, freq="M"))
    return text.map(spelt).fillna(text) if spelt else text


@dataclass(frozen=True)
class Rule:
    """A rule for the rows of a table: what it is called, how grave a breach is, and what to say."""

    name: str
    message: str
    next_step: str = ""
    severity: Severity = Severity.REFUSE

    def broken_by(self, rows: pd.DataFrame, mask: pd.Series | np.ndarray, column: str = "") -> list[Finding]:
        """A finding for each row where the mask is true: the first ten, then how many more.

        Parameters
        ----------
        rows : DataFrame
            The figures, with `file` and `row` beside them.
        mask : Series or array of bool
            True where the rule is broken.
        column : str
            The column whose value is shown; without it, none is.
        """
        is_broken = np.asarray(mask, dtype=bool)
        if not is_broken.any():
            return []
        broken = rows[is_broken]
        findings = [self._finding(row, column) for row in broken.head(_MOST_SHOWN).to_dict("records")]
        others = len(broken) - len(findings)
        if others > 0:
            message = f"{others:,} more rows break the same rule: {self.message}"
            findings.append(Finding(self.severity, self.name, message, _only(set(broken["file"]))))
        return findings

    def _finding(self, row: Mapping[Hashable, object], column: str) -> Finding:
        shown = str(row.get(column, "")) if column else ""
        return Finding(
            severity=self.severity,
            rule=self.name,
            message=self.message,
            file=str(row.get("file", "")),
            row=row_number(row),
            column=str(row.get("column", column)) if column in ("numerator", "persons") else column,
            value=shown if len(shown) <= _LONGEST_SHOWN else f"{shown[:_LONGEST_SHOWN]}...",
            indicator=str(row.get("indicator", "")),
            area=str(row.get("area", "")),
            period_end=str(row.get("period_end", "")),
            next_step=self.next_step,
        )


def row_number(row: Mapping[Hashable, object]) -> int | None:
    """The row a figure stands in; None for one that was counted from many."""
    number = row.get("row")
    return None if number is None or number != number else int(float(str(number)))  # noqa: PLR0124 NaN


def _only(names: set[str]) -> str:
    return names.pop() if len(names) == 1 else ""
