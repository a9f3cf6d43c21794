"""The spreadsheet that a partnership fills in for a quarter: a workbook with notes, lists and pale cells."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.views import Pane, Selection
from openpyxl.worksheet.worksheet import Worksheet

from pccstats.sources.readers.returns import (
    ABOUT,
    FIGURE_HEADS,
    FIGURES,
    FORM,
    JUDGEMENTS,
    OBJECTIVE_HEADS,
    OBJECTIVES,
    START,
    STATUSES,
    SUMMARY,
    SUMMARY_HEADS,
    asked_of,
)
from pccstats.terms.errors import Problem, RequestProblem
from pccstats.terms.periods import Quarter, Window, month_in_words
from pccstats.terms.plan import Plan

INPUT = PatternFill("solid", fgColor="FFF7DB")
HEAD = PatternFill("solid", fgColor="12436D")
LINE = Border(bottom=Side(style="thin", color="5B6472"))
HOW_TO = (
    "Fill in the pale cells of the sheets Figures, Objectives and Summary. Leave everything else as it is.",
    "One row is one month. Figure: how many, a whole number, 0 where there were none. Never leave a guess.",
    "Out of: only for shares, how many were asked or referred. Leave it empty for plain counts.",
    "Where you have no figure, leave it empty and choose a Status: not_collected, not_comparable or embargoed.",
    "Where a figure may still change, give it and choose provisional.",
    "Objectives: choose a judgement from the list, and say why in a sentence.",
    "Summary: how your work this quarter bears on your objectives and the plan's. One paragraph a row.",
    "Lists in the summary begin with a hyphen. Name no victim, suspect or member of staff.",
    "Before you send it: pccstats check-return names every fault in it.",
)
NOTES = {
    "Figure": "How many in that month, in that area. A whole number, 0 or more.",
    "Out of": "For shares: how many were asked or referred. Empty for plain counts.",
    "Status": "Choose from the list where a figure is missing or may still change.",
    "Note": "Anything a reader of this figure must know.",
    "Judgement": "Choose from the list.",
}
SUMMARY_ROWS = 20
WIDTHS = {FIGURES: (20, 46, 14, 12, 12, 18, 50), OBJECTIVES: (60, 18, 70), SUMMARY: (110,)}


def write_return(plan: Plan, quarter: str | Quarter, area: str, path: str | Path) -> Path:
    """Write the spreadsheet that a partnership fills in for a quarter.

    Parameters
    ----------
    plan : Plan
        Says what is asked, of whom, with which objectives.
    quarter : str or Quarter
        `2015/16-Q1`.
    area : str
        An area of the plan.
    path : str or Path
        Where to write it; must end in `.xlsx`, and is never written over.

    Returns
    -------
    Path

    Raises
    ------
    RequestProblem
        With every reason: an unknown quarter or area, a file that is there already or whose folder is not.
    """
    at = quarter if isinstance(quarter, Quarter) else Quarter.parse(quarter)
    place = plan.area(area).name
    target = Path(path)
    _check(target)
    book = Workbook()
    book.properties.title = f"Quarterly return of {place}, {at}"
    book.properties.creator = "pccstats"
    book.properties.language = "en-GB"
    _start(book.active or book.create_sheet(), plan, at, place)
    _figures(book.create_sheet(FIGURES), plan, at, place)
    _objectives(book.create_sheet(OBJECTIVES), plan, place)
    _summary(book.create_sheet(SUMMARY))
    book.save(target)
    return target


def _check(target: Path) -> None:
    problems = []
    if target.suffix.lower() != ".xlsx":
        problems.append(Problem("A return is an .xlsx file.", str(target), next_step="Give its name that ending."))
    if target.exists():
        step = "Give another name: somebody may have filled it in."
        problems.append(Problem("There is such a file already.", str(target), next_step=step))
    if not target.parent.is_dir():
        problems.append(Problem("There is no such folder.", str(target.parent), next_step="Make it first."))
    if problems:
        raise RequestProblem(problems)


def _start(sheet: Worksheet, plan: Plan, quarter: Quarter, area: str) -> None:
    sheet.title = START
    values = (FORM, plan.title, area, str(quarter))
    for row, (label, value) in enumerate(zip(ABOUT, values, strict=True), start=1):
        sheet.cell(row, 1, label).font = Font(bold=True)
        _write(sheet, row, 2, value)
    first = len(ABOUT) + 2
    sheet.cell(first, 1, "How to fill it in").font = Font(bold=True)
    for row, line in enumerate(HOW_TO, start=first):
        sheet.cell(row, 2, line).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 20, 100


def _figures(sheet: Worksheet, plan: Plan, quarter: Quarter, area: str) -> None:
    _heads(sheet, FIGURE_HEADS)
    row = 1
    for indicator in asked_of(plan, area):
        for month in Window(quarter.first_month, quarter.last_month).months:
            row += 1
            words = f"{indicator.name} ({indicator.unit}), {month_in_words(month)}"
            for column, value in enumerate((indicator.key, words, str(month)), start=1):
                _write(sheet, row, column, value).number_format = "@"
    _input(sheet, "DEFG", range(2, row + 1))
    whole = DataValidation(type="whole", operator="greaterThanOrEqual", formula1="0", allow_blank=True)
    _explain(whole, "Figure", "A whole number, 0 or more; leave it empty and choose a status where there is none.")
    whole.add(f"D2:E{row}")
    _list(sheet, STATUSES, f"F2:F{row}", "Status")
    sheet.add_data_validation(whole)
    _hold(sheet, "D2", columns=3)


def _objectives(sheet: Worksheet, plan: Plan, area: str) -> None:
    _heads(sheet, OBJECTIVE_HEADS)
    objectives = plan.objectives_of(area)
    for row, objective in enumerate(objectives, start=2):
        _write(sheet, row, 1, objective.words).alignment = Alignment(wrap_text=True, vertical="top")
    if objectives:
        _input(sheet, "BC", range(2, len(objectives) + 2))
        _list(sheet, JUDGEMENTS, f"B2:B{len(objectives) + 1}", "Judgement")


def _summary(sheet: Worksheet) -> None:
    _heads(sheet, SUMMARY_HEADS)
    _input(sheet, "A", range(2, SUMMARY_ROWS + 2))


def _write(sheet: Worksheet, row: int, column: int, text: str) -> Cell:
    """Write text of the plan as text, though it begin as a formula does or read as an error."""
    cell = sheet.cell(row, column, text)
    cell.data_type = "s"
    return cell


def _heads(sheet: Worksheet, heads: Iterable[str]) -> None:
    """The heading row: bold, with a note on each cell that is to be filled in."""
    for column, head in enumerate(heads, start=1):
        cell = sheet.cell(1, column, head)
        cell.font, cell.fill = Font(bold=True, color="FFFFFF"), HEAD
        if head in NOTES:
            cell.comment = Comment(NOTES[head], "pccstats")
        sheet.column_dimensions[get_column_letter(column)].width = WIDTHS[sheet.title][column - 1]
    _hold(sheet, "A2")
    sheet.print_title_rows = "1:1"


def _hold(sheet: Worksheet, first: str, columns: int = 0) -> None:
    """Keep the heading row, and so many columns, in sight when the sheet is scrolled."""
    corner = "bottomRight" if columns else "bottomLeft"
    sheet.sheet_view.pane = Pane(xSplit=columns or None, ySplit=1, topLeftCell=first, activePane=corner, state="frozen")
    sheet.sheet_view.selection = [Selection(pane=corner, activeCell=first, sqref=first)]


def _input(sheet: Worksheet, columns: str, rows: Iterable[int]) -> None:
    """Mark the cells that are to be filled in."""
    for row in rows:
        for column in columns:
            cell = sheet[f"{column}{row}"]
            cell.fill, cell.border = INPUT, LINE
            cell.alignment = Alignment(wrap_text=True, vertical="top")


def _list(sheet: Worksheet, words: Iterable[str], cells: str, title: str) -> None:
    choice = DataValidation(type="list", formula1=f'"{",".join(words)}"', allow_blank=True)
    _explain(choice, title, f"Choose one of: {', '.join(words)}.")
    choice.add(cells)
    sheet.add_data_validation(choice)


def _explain(validation: DataValidation, title: str, words: str) -> None:
    """The same words when the cell is entered and when what is typed does not fit."""
    validation.promptTitle, validation.prompt, validation.showInputMessage = title, words, True
    validation.errorTitle, validation.error, validation.showErrorMessage = title, words, True
