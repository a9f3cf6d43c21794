"""The tables of a pack as files: `dashboard.csv` for programs, `dashboard.xlsx` for readers, `observations.csv`.

Text from data stays text: no cell of any of them is a formula or a link.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from pccstats.batch.handed_over import Record, Results
from pccstats.terms.results.dashboard import DASHBOARD, DashboardColumn
from pccstats.terms.words import capital

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NO_TIME = datetime(2000, 1, 1)  # noqa: DTZ001 one for all: the same inputs give the same bytes
CSV_NAME, XLSX_NAME, OBSERVATIONS_NAME = "dashboard.csv", "dashboard.xlsx", "observations.csv"


TABLES = {
    XLSX_NAME: "the dashboard as a workbook, with notes on every column",
    CSV_NAME: "the same for programs",
    OBSERVATIONS_NAME: "every figure behind this pack, one a row, with its source",
}


def write_dashboard(results: Results, pack: Path, title: str, quarter: str, sources: str) -> tuple[str, ...]:
    """Write both files into the pack and name them; write none where no dashboard was handed over."""
    if not results.dashboard:
        return ()
    (pack / CSV_NAME).write_text(as_csv(results.dashboard, results.dashboard_columns), encoding="utf-8", newline="")
    _write_workbook(results, pack / XLSX_NAME, title, quarter, sources)
    return CSV_NAME, XLSX_NAME


def write_observations(rows: pd.DataFrame, pack: Path) -> None:
    """Write the figures behind the pack, one a row."""
    columns = [_harmless_column(values) for _, values in rows.items()]
    (pack / OBSERVATIONS_NAME).write_text(
        _as_csv(rows.columns, zip(*columns, strict=True)), encoding="utf-8", newline=""
    )


def as_csv(records: Sequence[Record], columns: Sequence[str]) -> str:
    """Records as comma-separated text, one line each.

    Examples
    --------
    >>> print(as_csv([{"title": "=1+1", "change": -78.0, "note": None}], ["title", "change", "note"]), end="")
    title,change,note
    '=1+1,-78.0,
    """
    return _as_csv(columns, ([_harmless(record.get(column)) for column in columns] for record in records))


def _as_csv(heads: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(heads)
    writer.writerows(rows)
    return text.getvalue()


def _harmless_column(values: pd.Series) -> list[Any]:
    """The cells of a column, each text and figure looked at once, however often it stands there."""
    which, different = pd.factorize(values, use_na_sentinel=False)
    cells = [_harmless(value) for value in different.tolist()]
    return [cells[place] for place in which]


def _harmless(value: Any) -> Any:
    """A cell as it may be opened in a spreadsheet: numbers as they are, nothing for no value, text never a formula."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    if isinstance(value, int | float):
        return value
    text = str(value)
    return f"'{text}" if text.startswith(_STARTS_A_FORMULA) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


@dataclass(frozen=True)
class _Look:
    """How a column stands in the workbook: characters across, its number format, and that of a row without decimals."""

    width: int
    number: str = ""
    whole: str = ""


_LOOKS = {
    "text": _Look(18),
    "name": _Look(40),
    "prose": _Look(58),
    "whole": _Look(11, "#,##0"),
    "figure": _Look(13, "#,##0.0", "#,##0"),
    "difference": _Look(13, "+#,##0.0;-#,##0.0;0.0", "+#,##0;-#,##0;0"),
    "per_cent": _Look(13, "+0.0;-0.0;0.0"),
    "chance": _Look(14, '[<0.001]"<0.001";0.000'),
}
_A4 = 9  # the workbook's own number for the paper
_TITLE_ROW, _WORDS_ROW, _HEAD_ROW = 0, 1, 3
_KEPT_IN_SIGHT = 2  # columns: priority and indicator
_ALWAYS_WHOLE = ("baseline", "latest")  # where these two are whole numbers, the row counts something


class _Sheet:
    """One sheet of a workbook: a title, a sentence, and one table with its heads kept in sight."""

    def __init__(self, book: Any, name: str, title: str, words: str) -> None:
        self._book = book
        self.sheet = book.add_worksheet(name)
        self.sheet.write_string(_TITLE_ROW, 0, title, book.add_format({"bold": True, "font_size": 14}))
        self.sheet.write_string(_WORDS_ROW, 0, words)
        self._formats: dict[str, Any] = {}

    def format(self, number: str = "") -> Any:
        """The look of a cell: at the top, wrapped, its number so written."""
        if number not in self._formats:
            look = {"text_wrap": True, "valign": "top"} | ({"num_format": number} if number else {})
            self._formats[number] = self._book.add_format(look)
        return self._formats[number]

    def table(self, name: str, heads: Sequence[str], row_count: int, *, kept_in_sight: int) -> None:
        """Make a table of what has been written below the heads, with a filter, and keep the heads in sight."""
        head = self._book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        last = _HEAD_ROW + max(row_count, 1)
        columns = [{"header": words, "header_format": head} for words in heads]
        place = (_HEAD_ROW, 0, last, len(heads) - 1)
        self.sheet.add_table(*place, {"name": name, "columns": columns, "style": None})
        self.sheet.freeze_panes(_HEAD_ROW + 1, kept_in_sight)
        self.sheet.set_landscape()
        self.sheet.set_paper(_A4)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.repeat_rows(_HEAD_ROW)


def _write_workbook(results: Results, path: Path, title: str, quarter: str, sources: str) -> None:
    import xlsxwriter  # noqa: PLC0415 only a pack with a dashboard needs it

    held = io.BytesIO()  # no temporary files, and a disk that refuses says so in the system's own way
    with xlsxwriter.Workbook(held, {"in_memory": True}) as book:
        book.set_properties({"title": f"{title}: {quarter}", "created": _NO_TIME})
        columns = _columns_for_readers(results.dashboard_columns)
        words = (
            f"{quarter}. One row an indicator. Where a cell is empty there is no figure, and the last column says why."
        )
        sheet = _Sheet(book, "Dashboard", title, words)
        for down, record in enumerate(results.dashboard, start=_HEAD_ROW + 1):
            is_whole = all(_is_whole(record.get(name)) for name in _ALWAYS_WHOLE)
            for across, column in enumerate(columns):
                look = _LOOKS[column.form]
                number = look.whole if look.whole and is_whole else look.number
                _write(sheet, down, across, column.shown(record), number)
        for across, column in enumerate(columns):
            sheet.sheet.set_column(across, across, _LOOKS[column.form].width)
        heads = [column.heading for column in columns]
        sheet.table("dashboard", heads, len(results.dashboard), kept_in_sight=_KEPT_IN_SIGHT)
        _write_notes(book, columns, sources)
    path.write_bytes(held.getvalue())


def _write_notes(book: Any, columns: Sequence[DashboardColumn], sources: str) -> None:
    """A sheet that says of every column what it holds, and what programs call it."""
    words = (
        "No evidence of change is not evidence of no change; of a full count it means that it moved no more than such "
        f"counts usually do. Made from: {sources}."
    )
    notes = _Sheet(book, "Notes", "What each column of the dashboard holds", words)
    for down, column in enumerate(columns, start=_HEAD_ROW + 1):
        for across, text in enumerate((column.heading, column.words, column.name)):
            _write(notes, down, across, text)
    for across, width in enumerate((34, 58, 24)):
        notes.sheet.set_column(across, across, width)
    notes.table("notes", ("Column", "What it holds", "Its name in dashboard.csv"), len(columns), kept_in_sight=1)


def _columns_for_readers(names: Sequence[str]) -> list[DashboardColumn]:
    """The declared columns that readers are shown, then those that a notebook added, headed by their names."""
    declared = {column.name: column for column in DASHBOARD}
    added = [
        DashboardColumn(name, capital(f"{name.replace('_', ' ')}: a column of the notebook's own."), _of_no_review)
        for name in names
        if name not in declared
    ]
    return [*(column for column in DASHBOARD if column.is_for_readers), *added]


def _of_no_review(_: object) -> None:
    return None


def _is_whole(value: Any) -> bool:
    return not isinstance(value, float) or not math.isfinite(value) or value.is_integer()


def _write(sheet: _Sheet, down: int, across: int, value: Any, number: str = "") -> None:
    """A number as a number, everything else as text: never a formula, never a link, nothing for no value."""
    if value in (None, "") or (isinstance(value, float) and not math.isfinite(value)):
        sheet.sheet.write_blank(down, across, None, sheet.format())
    elif isinstance(value, int | float) and not isinstance(value, bool):
        sheet.sheet.write_number(down, across, value, sheet.format(number))
    else:
        sheet.sheet.write_string(down, across, str(value), sheet.format())
