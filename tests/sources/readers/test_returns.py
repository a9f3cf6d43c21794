"""A partnership's quarterly return: made, filled in well, and filled in wrongly in every way we could think of."""

import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from pccstats.sources import build_data, read_observations, read_plan, read_return
from pccstats.sources.return_form import write_return
from pccstats.terms.errors import DataProblem, RequestProblem

QUARTER, AREA = "2015/16-Q1", "Charnwood"


@pytest.fixture(scope="module")
def plan(root):
    """The shipped plan."""
    return read_plan(root / "data" / "raw")


@pytest.fixture
def form(plan, tmp_path) -> Path:
    """A return filled in well."""
    path = write_return(plan, QUARTER, AREA, tmp_path / "charnwood.xlsx")
    change(path, filled)
    return path


def change(path, edit):
    """Open a return, change it and save it again."""
    book = openpyxl.load_workbook(path)
    edit(book)
    book.save(path)


def filled(book):
    """Every figure given, every objective judged, a summary of two paragraphs and a list."""
    sheet = book["Figures"]
    for row in range(2, sheet.max_row + 1):
        is_share = sheet.cell(row, 1).value in ("8.satisfaction", "10.confidence")
        sheet.cell(row, 4).value, sheet.cell(row, 5).value = (41, 50) if is_share else (700 + row, None)
    sheet["F2"] = "provisional"
    for row in range(2, book["Objectives"].max_row + 1):
        book["Objectives"].cell(row, 2).value = "cannot tell"
    for row, line in enumerate(("The hub goes *on*.", "- One", "- Two", "Nothing else."), start=2):
        book["Summary"].cell(row, 1).value = line


def faults(path, plan):
    """What a return is refused for, as text."""
    with pytest.raises(DataProblem) as refusal:
        read_return(path, plan)
    return [str(problem) for problem in refusal.value.problems]


def test_a_return_filled_in_well_is_taken(form, plan):
    """Figures, judgements and summary come back as they were written."""
    found = read_return(form, plan)
    assert (found.area, str(found.quarter)) == (AREA, QUARTER)
    assert set(found.observations["period_end"]) == {"2015-04", "2015-05", "2015-06"}
    first = found.observations.iloc[0]
    assert (first["numerator"], first["denominator"], first["status"]) == ("702", "", "provisional")
    shares = found.observations[found.observations["indicator"] == "10.confidence"]
    assert set(zip(shares["numerator"], shares["denominator"], strict=True)) == {("41", "50")}
    assert len(found.judgements) == len(plan.objectives_of(AREA))
    assert found.summary == "The hub goes *on*.\n- One\n- Two\n\nNothing else."


def test_missing_figures_need_only_a_status(form, plan):
    """A partnership that has no figure says why, and is believed."""

    def none_held(book):
        for row in range(2, book["Figures"].max_row + 1):
            for column, value in ((4, None), (5, None), (6, "not_collected")):
                book["Figures"].cell(row, column).value = value

    change(form, none_held)
    assert set(read_return(form, plan).observations["status"]) == {"not_collected"}


def put(sheet, cell, value):
    """A change of one cell."""

    def edit(book):
        book[sheet][cell] = value

    return edit


def row_of(book, key):
    """The first row of an indicator."""
    sheet = book["Figures"]
    return next(row for row in range(2, sheet.max_row + 1) if sheet.cell(row, 1).value == key)


def share_of(value, out_of):
    """A share filled in so."""

    def edit(book):
        row = row_of(book, "10.confidence")
        book["Figures"].cell(row, 4).value, book["Figures"].cell(row, 5).value = value, out_of

    return edit


def drop_row(book):
    """A row taken out."""
    book["Figures"].delete_rows(3)


def drop_sheet(book):
    """The sheet of figures taken out."""
    del book["Figures"]


def rename_heading(book):
    """A heading changed."""
    book["Figures"]["D1"] = "Number"


def merge(book):
    """Two figures made one."""
    book["Figures"].merge_cells("D2:D3")


def long_summary(book):
    """More than anybody reads."""
    book["Summary"]["A2"] = "word " * 5_000


WRONG = {
    "text for a figure": (put("Figures", "D2", "about 40"), "row 2, Figure: This is not a number"),
    "a negative figure": (put("Figures", "D2", -4), "row 2, Figure: A figure cannot be negative"),
    "part of an offence": (put("Figures", "D2", 4.5), "whole numbers"),
    "a figure left out": (put("Figures", "D4", None), "row 4: There is neither a figure nor a status"),
    "a word for a status": (put("Figures", "F2", "late"), "row 2, Status: This is not a status. Found 'late'"),
    "a figure that is not collected": (put("Figures", "F2", "not_collected"), "the status says not_collected"),
    "a count out of something": (put("Figures", "E2", 90), "row 2, Out of: A count is out of nothing"),
    "a share out of nothing": (share_of(41, None), "A share needs what it is out of"),
    "a per cent for a number": (share_of(82, 50), "The figure is more than it is out of (50)"),
    "another indicator": (put("Figures", "A2", "11.ofences"), "Did you mean 11.offences?"),
    "a month of another quarter": (put("Figures", "C2", "2015-07"), "This month is not of the quarter"),
    "a row twice": (put("Figures", "C3", "2015-04"), "This figure is already in row 2"),
    "a row taken out": (drop_row, "Rows of 1.first_time_entrants are missing. Found '2015-05'"),
    "a heading changed": (rename_heading, "Figure"),
    "a sheet taken out": (drop_sheet, "There is no such sheet. Found 'Figures'"),
    "cells merged": (merge, "Cells are merged"),
    "a formula never worked out": (put("Figures", "D2", "=SUM(1,2)"), "This formula has never been worked out"),
    "another area": (put("Start here", "B3", "Nottingham"), "The plan has no area 'Nottingham'"),
    "another quarter": (put("Start here", "B4", "summer"), "'summer' is not a quarter"),
    "another plan": (put("Start here", "B2", "Plan 2021-25"), "It is the return of another plan"),
    "another form": (put("Start here", "B1", "our own"), "This is not a return, or one of another version"),
    "a word for a judgement": (put("Objectives", "B2", "green"), "This is not a judgement. Found 'green'"),
    "an objective of one's own": (put("Objectives", "A2", "World peace"), "no such objective of this area"),
    "a summary too long": (long_summary, "The summary is too long"),
}


@pytest.mark.parametrize("mistake", WRONG)
def test_a_return_filled_in_wrongly_is_refused_in_words(form, plan, mistake):
    """Each mistake is named with its sheet and row, what is there, and what to do."""
    edit, words = WRONG[mistake]
    change(form, edit)
    said = faults(form, plan)
    assert any(words in fault for fault in said), said
    assert all(fault.startswith("charnwood.xlsx") for fault in said if "no area" not in fault)


def test_every_mistake_is_named_at_once(form, plan):
    """Three mistakes, three faults: nobody sends a return back four times."""
    for mistake in ("text for a figure", "a word for a judgement", "a share out of nothing"):
        change(form, WRONG[mistake][0])
    assert len(faults(form, plan)) == 3


@pytest.mark.parametrize("content", [b"", b"not a workbook", b"PK\x03\x04broken"])
def test_what_is_no_workbook_is_refused(plan, tmp_path, content):
    """An empty, a foreign and a damaged file are refused without a traceback."""
    path = tmp_path / "charnwood.xlsx"
    path.write_bytes(content)
    assert faults(path, plan)


def test_a_return_that_is_not_there_is_refused(plan, tmp_path):
    """A mistyped name is said to be one."""
    assert faults(tmp_path / "gone.xlsx", plan) == ["gone.xlsx: There is no such file. Check how it is written."]


def test_the_form_explains_itself(plan, tmp_path):
    """Drop-downs with their own words, notes on headings, a title, frozen headings, nothing merged, no blank sheet."""
    book = openpyxl.load_workbook(write_return(plan, QUARTER, AREA, tmp_path / "new.xlsx"))
    assert book.sheetnames == ["Start here", "Figures", "Objectives", "Summary"]
    assert book.properties.title == "Quarterly return of Charnwood, 2015/16-Q1"
    figures = book["Figures"]
    rules = {str(rule.sqref): rule for rule in figures.data_validations.dataValidation}
    assert {rule.type for rule in rules.values()} == {"whole", "list"}
    assert all(rule.prompt and rule.error and rule.showErrorMessage for rule in rules.values())
    assert figures["D1"].comment.text
    assert all(sheet.freeze_panes for sheet in book.worksheets[1:])
    assert not any(sheet.merged_cells.ranges for sheet in book.worksheets)


def test_a_form_is_never_written_over(plan, tmp_path):
    """A form somebody may have filled in stays; unknown areas and odd names are refused."""
    path = write_return(plan, QUARTER, AREA, tmp_path / "new.xlsx")
    with pytest.raises(RequestProblem, match="already"):
        write_return(plan, QUARTER, AREA, path)
    with pytest.raises(RequestProblem, match="no area"):
        write_return(plan, QUARTER, "Atlantis", tmp_path / "other.xlsx")
    with pytest.raises(RequestProblem, match="xlsx"):
        write_return(plan, QUARTER, AREA, tmp_path / "new.ods")


def test_a_return_named_in_sources_becomes_figures(root, form, tmp_path):
    """A sound return is read with everything else; a faulty one stops the build in words."""
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "plan.toml").write_bytes((root / "data/raw/plan.toml").read_bytes())
    (raw / form.name).write_bytes(form.read_bytes())
    listed = f'[[source]]\nfile = "{form.name}"\nreader = "partnership_return"\nlabel = "Returns"\n'
    (raw / "sources.toml").write_text(listed, encoding="utf-8")
    build_data(tmp_path)
    months = read_observations(tmp_path).series("1.first_time_entrants", area=AREA, months=1)
    assert months.values.tolist() == [702.0, 703.0, 704.0]
    change(raw / form.name, WRONG["a negative figure"][0])
    with pytest.raises(DataProblem, match="cannot be negative"):
        build_data(tmp_path)


@pytest.mark.slow
def test_from_the_command_line(root, tmp_path):
    """new-return writes a form, check-return says what is still wrong with it and leaves with 2."""
    path = tmp_path / "melton.xlsx"
    command = [sys.executable, "-m", "pccstats"]
    made = subprocess.run([*command, "new-return", QUARTER, "Melton", path, "--data", root / "data"], check=False)
    assert made.returncode == 0
    checked = subprocess.run(
        [*command, "check-return", path, "--data", root / "data"], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 2
    assert "There is neither a figure nor a status" in checked.stderr
    change(path, filled)
    good = subprocess.run([*command, "check-return", path, "--data", root / "data"], capture_output=True, check=False)
    assert good.returncode == 0


def test_words_of_the_plan_are_text_in_the_form(tmp_path, data_folder, plan_text):
    """Titles that begin as formulas do, or read as errors, are text in the form, and it comes back as it went."""
    texts = {"A small plan": "=1+1", "Burglary": "=HYPERLINK(1)", "offences": "#DIV/0!"}
    changed = plan_text
    for old, new in texts.items():
        changed = changed.replace(f'"{old}"', f'"{new}"')
    plan = read_plan(data_folder(plan=changed))
    path = write_return(plan, QUARTER, "Ours", tmp_path / "form.xlsx")
    book = openpyxl.load_workbook(path)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert "=HYPERLINK(1) (#DIV/0!), April 2015" in [cell.value for cell in cells]

    def give(book):
        for row in range(2, book["Figures"].max_row + 1):
            book["Figures"].cell(row, 6).value = "not_collected"

    change(path, give)
    assert read_return(path, plan).area == "Ours"
