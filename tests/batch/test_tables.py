"""The tables of a pack as files: a workbook that readers can use, text that stays text."""

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from pccstats.batch.handed_over import Results
from pccstats.batch.tables import TABLES, write_dashboard
from pccstats.terms.results.dashboard import DASHBOARD, DASHBOARD_COLUMNS

BURGLARY = {
    "indicator": "12.offences",
    "priority": 12,
    "title": "Domestic burglary",
    "state": "no_evidence_of_change",
    "verdict": "no more than it usually moves",
    "baseline": 3935.0,
    "latest": 4013.0,
    "change": 78.0,
    "change_low": -397.4,
    "change_high": 617.8,
    "change_pct": 1.98,
    "p_value": 0.0004,
    "projection_state": "no_evidence_of_change",
    "method": "=HYPERLINK(1)",
    "note": "[Read this](http://example.org) and file:///etc/passwd",
}
SATISFACTION = {"indicator": "5.asked", "baseline": 82.9, "latest": 81.0, "unit": "% satisfied", "change": -1.9}
REDEFINED = {"indicator": "1.entrants", "state": "not_comparable", "baseline": 667.0, "latest": 326.0, "change": None}


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """The files of a dashboard of three rows, with a column of the notebook's own."""
    columns = (*DASHBOARD_COLUMNS, "own_column")
    rows = (BURGLARY | {"own_column": "+1"}, SATISFACTION, REDEFINED)
    write_dashboard(Results(dashboard=rows, dashboard_columns=columns), tmp_path, "A plan", "Quarter 1", "counts.csv")
    return tmp_path


@pytest.fixture
def book(written: Path) -> Any:
    """The workbook, as a spreadsheet program opens it."""
    return openpyxl.load_workbook(written / "dashboard.xlsx")


def cells(book: Any) -> dict[tuple[str, int], Any]:
    """The cells of the dashboard by their head and the number of their row."""
    heads = [cell.value for cell in book["Dashboard"][4]]
    rows = book["Dashboard"].iter_rows(min_row=5)
    return {(head, number): cell for number, row in enumerate(rows) for head, cell in zip(heads, row, strict=True)}


def test_heads_are_words_and_every_column_has_a_note(book: Any) -> None:
    """No head is a name for programs, no two are alike, and the sheet Notes explains each, with that name beside it."""
    heads = [cell.value for cell in book["Dashboard"][4]]
    notes = [tuple(cell.value for cell in row) for row in book["Notes"].iter_rows(min_row=5)]
    assert [note[0] for note in notes] == heads
    assert len(set(heads)) == len(heads)
    assert not any("_" in head for head in heads)
    assert all(note[1] for note in notes)
    shown = [column.name for column in DASHBOARD if column.is_for_readers]
    assert [note[2] for note in notes] == [*shown, "own_column"]


def test_the_workbook_can_be_used_as_it_opens(book: Any) -> None:
    """Heads and names stay in sight, rows can be filtered, no column is wide, long text is wrapped."""
    for sheet in book:
        (table,) = sheet.tables.values()
        assert table.autoFilter is not None
        assert sheet.freeze_panes in ("C5", "B5")
        assert all(column.width < 60 for column in sheet.column_dimensions.values())
        assert all(cell.alignment.wrap_text for row in sheet.iter_rows(min_row=5) for cell in row)


def test_text_from_data_stays_text(book: Any) -> None:
    """What looks like a formula or a link is neither."""
    written_cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert all(cell.data_type != "f" and cell.hyperlink is None for cell in written_cells)
    found = cells(book)
    assert found["How the change was tested", 0].value == "=HYPERLINK(1)"
    assert found["What to know before quoting it", 0].value == BURGLARY["note"]


def test_numbers_are_numbers_in_the_form_of_their_row(book: Any) -> None:
    """Counts have no decimals, per cents have one, a change has its sign, a tiny chance is no nought."""
    found = cells(book)
    assert found["Latest, in the unit", 0].value == 4013
    assert found["Latest, in the unit", 0].number_format == "#,##0"
    assert found["Latest, in the unit", 1].number_format == "#,##0.0"
    assert found["Change, in the unit or in points", 0].number_format.startswith("+#,##0;")
    assert found["Change, in the unit or in points", 1].number_format.startswith("+#,##0.0;")
    assert "<0.001" in found["Chance of such a change (p)", 0].number_format


def test_readers_are_shown_words_and_no_change_of_what_is_not_comparable(book: Any) -> None:
    """A state stands in its words, and two figures on two definitions have no difference."""
    found = cells(book)
    assert found["Projection against the baseline", 0].value == "not clearly above or below the baseline"
    assert found["Baseline, in the unit", 2].value == 667
    assert found["Change, in the unit or in points", 2].value is None


def test_the_workbook_keeps_no_time_of_its_making(book: Any, written: Path, tmp_path: Path) -> None:
    """The same rows give the same bytes, on any day."""
    assert book.properties.created == dt.datetime(2000, 1, 1)  # noqa: DTZ001 a workbook knows no zones
    first = (written / "dashboard.xlsx").read_bytes()
    rows = (BURGLARY | {"own_column": "+1"}, SATISFACTION, REDEFINED)
    again = Results(dashboard=rows, dashboard_columns=(*DASHBOARD_COLUMNS, "own_column"))
    write_dashboard(again, tmp_path, "A plan", "Quarter 1", "counts.csv")
    assert (tmp_path / "dashboard.xlsx").read_bytes() == first


def test_every_file_of_a_table_is_told_on_the_front_page() -> None:
    """The front page has words for each of the three."""
    assert set(TABLES) == {"dashboard.csv", "dashboard.xlsx", "observations.csv"}
    assert all(TABLES.values())
