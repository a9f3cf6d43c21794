"""A comma-separated file read as text, cell by cell, with the row numbers a spreadsheet shows."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from pccstats.terms.findings import Finding, Severity

_BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_OTHER_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}
_MOST_ROWS_NAMED = 10


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


def read_delimited(path: Path, wanted: Sequence[str] = ()) -> Sheet:
    """Read a comma-separated file in UTF-8, UTF-16 or Windows-1252.

    Parameters
    ----------
    path : Path
        The file.
    wanted : sequence of str
        The headings that must be there; where any is missing the file is refused and all missing ones are named.
    """
    reading = _Reading(path.name)
    text = reading.decoded(path.read_bytes())
    records = reading.records(text) if text is not None else []
    cells = reading.table(records, wanted) if records else pd.DataFrame()
    return Sheet(path.name, cells, tuple(reading.findings))


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
