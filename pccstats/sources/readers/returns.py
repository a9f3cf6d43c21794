"""A partnership's return: the spreadsheet written, read and refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

import lazy_loader
import pandas as pd

from pccstats.sources.readers.reading import Reading
from pccstats.sources.sheets import Sheet, read_sheet, read_workbook
from pccstats.sources.source_list import Source
from pccstats.terms.errors import DataProblem, Finding, PccStatsError, Problem, RequestProblem, Severity
from pccstats.terms.observations import PartnershipReturn
from pccstats.terms.periods import Quarter, Window, month_in_words
from pccstats.terms.plan import Indicator, Plan
from pccstats.terms.words import OBSERVATIONS, Kind, Status

if TYPE_CHECKING:
    from openpyxl.styles import PatternFill
    from openpyxl.worksheet.datavalidation import DataValidation
    from openpyxl.worksheet.worksheet import Worksheet

openpyxl = lazy_loader.load("openpyxl")

NEW_FORM = "Ask for a new form: pccstats new-return."
INPUT_COLOUR, HEAD_COLOUR, LINE_COLOUR = "FFF7DB", "12436D", "5B6472"
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
FORM = "pccstats partnership return 1"
ABOUT = ("Form", "Plan", "Area", "Quarter")  # the labels of column A of the first sheet, with their values in column B
FIGURE_HEADS = ("Key", "Indicator", "Month", "Figure", "Out of", "Status", "Note")
OBJECTIVE_HEADS = ("Objective", "Judgement", "In a sentence")
SUMMARY_HEADS = ("Contextual summary",)
STATUSES = (Status.NOT_COLLECTED, Status.NOT_COMPARABLE, Status.EMBARGOED, Status.PROVISIONAL)
WITHOUT_FIGURE = (Status.NOT_COLLECTED, Status.EMBARGOED)
JUDGEMENTS = ("on track", "off track", "cannot tell", "not begun")
MOST_LETTERS = 20_000
ASKED_KINDS = (Kind.COUNT, Kind.SHARE, Kind.SURVEY)


def read_return(path: str | Path, plan: Plan) -> PartnershipReturn:
    """Read a partnership's quarterly return.

    Parameters
    ----------
    path : str or Path
        The spreadsheet, as `write_return` made it and a partnership filled it in.
    plan : Plan
        The plan it belongs to.

    Returns
    -------
    PartnershipReturn

    Raises
    ------
    DataProblem
        With every fault, each with its sheet and row, what is there and what to do: nothing is taken from a return
        that has one.
    """
    file = Path(path)
    if not file.is_file():
        raise DataProblem(Problem("There is no such file.", file.name, next_step="Check how it is written."))
    book = read_workbook(file)
    if book.findings:
        raise DataProblem(finding.problem for finding in book.findings)
    about, problems = _about(book.sheets.get(START, []), plan, file.name)
    problems += [
        Problem("There is no such sheet.", file.name, name, NEW_FORM) for name in (FIGURES,) if name not in book.sheets
    ]
    if problems or about is None:
        raise DataProblem(problems)
    area, quarter = about
    figures = read_sheet(file, FIGURE_HEADS, FIGURES)
    objectives = _sheet(file, OBJECTIVES, OBJECTIVE_HEADS, rows=len(book.sheets.get(OBJECTIVES, [])))
    summary = _sheet(file, SUMMARY, SUMMARY_HEADS, rows=len(book.sheets.get(SUMMARY, [])))
    problems = [*_refusals(figures, FIGURES), *_refusals(objectives, OBJECTIVES)]
    if not figures.is_refused:
        problems += figure_problems(figures, plan, area, quarter)
    if not objectives.is_refused:
        problems += _objective_problems(objectives, plan, area)
    text = _summary_text(summary)
    problems += [*_refusals(summary, SUMMARY), *_summary_problems(text, file.name)]
    if problems:
        raise DataProblem(problems)
    return PartnershipReturn(
        area, quarter, observations_of(figures, plan, area, quarter), _judgements(objectives), text
    )


def _about(
    rows: Sequence[tuple[int, list[str]]], plan: Plan, name: str
) -> tuple[tuple[str, Quarter] | None, list[Problem]]:
    """Whose return it is and for when, or everything that is wrong with its first sheet."""
    values = {cells[0]: next((cell for cell in cells[1:] if cell), "") for _, cells in rows if cells}
    place = f"{name}, {START}"
    if values.get("Form") != FORM:
        problem = Problem(
            "This is not a return, or one of another version.",
            place,
            values.get("Form", ""),
            f"The cell beside Form must hold {FORM!r}. {NEW_FORM}",
        )
        return None, [problem]
    problems = []
    if values.get("Plan") != plan.title:
        step = f"This plan is {plan.title!r}."
        problems.append(Problem("It is the return of another plan.", place, values.get("Plan", ""), step))
    area, quarter = values.get("Area", ""), values.get("Quarter", "")
    try:
        plan.area(area)
    except PccStatsError as error:
        problems += [Problem(problem.what, f"{place}, Area") for problem in error.problems]
    try:
        at = Quarter.parse(quarter)
    except PccStatsError as error:
        problems += [Problem(problem.what, f"{place}, Quarter") for problem in error.problems]
        return None, problems
    return (area, at), problems


def _sheet(file: Path, name: str, heads: Sequence[str], *, rows: int) -> Sheet:
    """A sheet that may be empty, since not every partnership has objectives or something to say."""
    return read_sheet(file, heads, name) if rows > 1 else Sheet(file.name, pd.DataFrame(columns=list(heads)))


def _refusals(sheet: Sheet, name: str) -> Iterator[Problem]:
    for finding in sheet.findings:
        if finding.severity is Severity.REFUSE:
            row = f", row {finding.row}" if finding.row else ""
            place = f"{sheet.name}, {name}{row}"
            yield Problem(finding.message, place, finding.value, finding.next_step)


def _objective_problems(sheet: Sheet, plan: Plan, area: str) -> Iterator[Problem]:
    known = [objective.words for objective in plan.objectives_of(area)]
    for row, cells in sheet.cells.iterrows():
        place = f"{sheet.name}, {OBJECTIVES}, row {row}"
        objective, judgement = cells["Objective"], cells["Judgement"]
        if objective and objective not in known:
            step = "Leave the objectives as they are; new ones belong in the plan."
            yield Problem("The plan has no such objective of this area.", place, objective, step)
        if judgement and judgement not in JUDGEMENTS:
            step = f"Choose one of: {', '.join(JUDGEMENTS)}."
            yield Problem("This is not a judgement.", place, judgement, step)
        if judgement and not objective:
            yield Problem("A judgement stands beside no objective.", place, judgement, "Move it to its objective.")


def _judgements(sheet: Sheet) -> pd.DataFrame:
    table = sheet.cells.rename(columns=dict(zip(OBJECTIVE_HEADS, ("objective", "judgement", "words"), strict=True)))
    return table[table["judgement"] != ""].reset_index(drop=True)


def _summary_text(sheet: Sheet) -> str:
    if sheet.is_refused or sheet.cells.empty:
        return ""
    lines = [text for text in sheet.cells[SUMMARY_HEADS[0]] if text]
    joined = [("\n" if line.startswith("-") else "\n\n") + line for line in lines]
    return "".join(joined).strip()


def _summary_problems(text: str, name: str) -> list[Problem]:
    if len(text) <= MOST_LETTERS:
        return []
    step = f"Cut it to {MOST_LETTERS:,} letters."
    return [Problem("The summary is too long.", f"{name}, {SUMMARY}", f"{len(text):,} letters", step)]


def read_partnership_return(path: Path, source: Source, plan: Plan) -> Reading:
    """Read the figures of a return; each of its faults is a finding."""
    try:
        found = read_return(path, plan)
    except DataProblem as error:
        findings = tuple(
            Finding(
                Severity.REFUSE,
                "return",
                f"{problem.where}: {problem.what}" if problem.where != path.name else problem.what,
                path.name,
                value=problem.value,
                next_step=problem.next_step,
            )
            for problem in error.problems
        )
        return Reading(findings=findings)
    table = found.observations.assign(file=path.name, column="Figure")
    published = table["published_on"].where(table["published_on"] != "", source.published_on)
    return Reading(observations=table.assign(published_on=published), row_count=len(table))


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
    book = openpyxl.Workbook()
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
        sheet.cell(row, 1, label).font = openpyxl.styles.Font(bold=True)
        sheet.cell(row, 2, value)
    first = len(ABOUT) + 2
    sheet.cell(first, 1, "How to fill it in").font = openpyxl.styles.Font(bold=True)
    for row, line in enumerate(HOW_TO, start=first):
        sheet.cell(row, 2, line).alignment = openpyxl.styles.Alignment(wrap_text=True, vertical="top")
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 20, 100


def _figures(sheet: Worksheet, plan: Plan, quarter: Quarter, area: str) -> None:
    _heads(sheet, FIGURE_HEADS)
    row = 1
    for indicator in asked_of(plan, area):
        for month in Window(quarter.first_month, quarter.last_month).months:
            row += 1
            words = f"{indicator.name} ({indicator.unit}), {month_in_words(month)}"
            for column, value in enumerate((indicator.key, words, str(month)), start=1):
                sheet.cell(row, column, value).number_format = "@"
    _input(sheet, "DEFG", range(2, row + 1))
    whole = openpyxl.worksheet.datavalidation.DataValidation(
        type="whole", operator="greaterThanOrEqual", formula1="0", allow_blank=True
    )
    _explain(whole, "Figure", "A whole number, 0 or more; leave it empty and choose a status where there is none.")
    whole.add(f"D2:E{row}")
    _list(sheet, STATUSES, f"F2:F{row}", "Status")
    sheet.add_data_validation(whole)
    _hold(sheet, "D2", columns=3)


def _objectives(sheet: Worksheet, plan: Plan, area: str) -> None:
    _heads(sheet, OBJECTIVE_HEADS)
    objectives = plan.objectives_of(area)
    for row, objective in enumerate(objectives, start=2):
        sheet.cell(row, 1, objective.words).alignment = openpyxl.styles.Alignment(wrap_text=True, vertical="top")
    if objectives:
        _input(sheet, "BC", range(2, len(objectives) + 2))
        _list(sheet, JUDGEMENTS, f"B2:B{len(objectives) + 1}", "Judgement")


def _summary(sheet: Worksheet) -> None:
    _heads(sheet, SUMMARY_HEADS)
    _input(sheet, "A", range(2, SUMMARY_ROWS + 2))


def _heads(sheet: Worksheet, heads: Iterable[str]) -> None:
    """The heading row: bold, with a note on each cell that is to be filled in."""
    for column, head in enumerate(heads, start=1):
        cell = sheet.cell(1, column, head)
        cell.font, cell.fill = openpyxl.styles.Font(bold=True, color="FFFFFF"), _filled(HEAD_COLOUR)
        if head in NOTES:
            cell.comment = openpyxl.comments.Comment(NOTES[head], "pccstats")
        sheet.column_dimensions[openpyxl.utils.get_column_letter(column)].width = WIDTHS[sheet.title][column - 1]
    _hold(sheet, "A2")
    sheet.print_title_rows = "1:1"


def _hold(sheet: Worksheet, first: str, columns: int = 0) -> None:
    """Keep the heading row, and so many columns, in sight when the sheet is scrolled."""
    corner = "bottomRight" if columns else "bottomLeft"
    sheet.sheet_view.pane = openpyxl.worksheet.views.Pane(
        xSplit=columns or None, ySplit=1, topLeftCell=first, activePane=corner, state="frozen"
    )
    sheet.sheet_view.selection = [openpyxl.worksheet.views.Selection(pane=corner, activeCell=first, sqref=first)]


def _input(sheet: Worksheet, columns: str, rows: Iterable[int]) -> None:
    """Mark the cells that are to be filled in."""
    styles = openpyxl.styles
    line = styles.Border(bottom=styles.Side(style="thin", color=LINE_COLOUR))
    for row in rows:
        for column in columns:
            cell = sheet[f"{column}{row}"]
            cell.fill, cell.border = _filled(INPUT_COLOUR), line
            cell.alignment = styles.Alignment(wrap_text=True, vertical="top")


def _filled(colour: str) -> PatternFill:
    return openpyxl.styles.PatternFill("solid", fgColor=colour)


def _list(sheet: Worksheet, words: Iterable[str], cells: str, title: str) -> None:
    choice = openpyxl.worksheet.datavalidation.DataValidation(
        type="list", formula1=f'"{",".join(words)}"', allow_blank=True
    )
    _explain(choice, title, f"Choose one of: {', '.join(words)}.")
    choice.add(cells)
    sheet.add_data_validation(choice)


def _explain(validation: DataValidation, title: str, words: str) -> None:
    """The same words when the cell is entered and when what is typed does not fit."""
    validation.promptTitle, validation.prompt, validation.showInputMessage = title, words, True
    validation.errorTitle, validation.error, validation.showErrorMessage = title, words, True


KEY, MONTH, FIGURE, OUT_OF, STATUS = "Key", "Month", "Figure", "Out of", "Status"


def figure_problems(sheet: Sheet, plan: Plan, area: str, quarter: Quarter) -> Iterator[Problem]:
    """Every fault of the sheet of figures."""
    asked = {indicator.key: indicator for indicator in asked_of(plan, area)}
    months = [str(month) for month in Window(quarter.first_month, quarter.last_month).months]
    seen: dict[tuple[str, str], object] = {}
    for row, cells in sheet.cells.iterrows():
        place = f"{sheet.name}, {FIGURES}, row {row}"
        key, month = cells[KEY], cells[MONTH][:7]
        if key not in asked:
            near = get_close_matches(key, asked, n=1)
            step = f"Did you mean {near[0]}?" if near else "Leave the column Key as it is."
            yield Problem("This indicator is not asked of this area.", place, key, step)
            continue
        if month not in months:
            step = f"The months of {quarter} are {', '.join(months)}."
            yield Problem("This month is not of the quarter.", place, cells[MONTH], step)
            continue
        if (key, month) in seen:
            yield Problem(f"This figure is already in row {seen[key, month]}.", place, f"{key}, {month}", "Keep one.")
            continue
        seen[key, month] = row
        yield from _of_row(cells, place, is_share=asked[key].kind.is_proportion)
    for key in asked:
        gone = [month for month in months if (key, month) not in seen]
        if gone:
            place = f"{sheet.name}, {FIGURES}"
            step = "Put the rows back; where there is no figure, choose a status."
            yield Problem(f"Rows of {key} are missing.", place, ", ".join(gone), step)


def _of_row(cells: pd.Series, place: str, *, is_share: bool) -> Iterator[Problem]:
    figure, out_of, status = cells[FIGURE], cells[OUT_OF], cells[STATUS]
    numbers = {}
    for head, text in ((FIGURE, figure), (OUT_OF, out_of)):
        if text:
            fault, number = _whole(text)
            if number is not None:
                numbers[head] = number
            if fault:
                yield Problem(fault, f"{place}, {head}", text, "Write a whole number, 0 or more, and nothing else.")
    if status and status not in tuple(STATUSES):
        step = f"Choose one of: {', '.join(STATUSES)}; or leave it empty."
        yield Problem("This is not a status.", f"{place}, {STATUS}", status, step)
    elif not figure and not status:
        yield Problem("There is neither a figure nor a status.", place, next_step="Give one of the two.")
    elif figure and status in tuple(WITHOUT_FIGURE):
        step = "Take one of the two out."
        yield Problem(f"There is a figure, and the status says {status}.", place, figure, step)
    if out_of and not is_share:
        step = "Leave Out of empty: this is a plain count."
        yield Problem("A count is out of nothing.", f"{place}, {OUT_OF}", out_of, step)
    if is_share and figure and not out_of:
        step = "Give how many were asked or referred: without it a share cannot be judged."
        yield Problem("A share needs what it is out of.", f"{place}, {OUT_OF}", next_step=step)
    if is_share and len(numbers) == 2 and numbers[FIGURE] > numbers[OUT_OF]:
        step = "Give the number itself, not a per cent, and check which is which."
        yield Problem(f"The figure is more than it is out of ({out_of}).", f"{place}, {FIGURE}", figure, step)


def _whole(text: str) -> tuple[str, int | None]:
    """What is wrong with a number as typed, and the number."""
    try:
        number = float(text.replace(",", ""))
    except ValueError:
        return "This is not a number.", None
    if number < 0:
        return "A figure cannot be negative.", None
    if not number.is_integer():
        return "People and offences come in whole numbers.", None
    return "", int(number)


def observations_of(sheet: Sheet, plan: Plan, area: str, quarter: Quarter) -> pd.DataFrame:
    """The rows of a sound return as observations, all text, each with its place."""
    cells = sheet.cells
    is_share = cells[KEY].map({i.key: i.kind.is_proportion for i in asked_of(plan, area)})
    table = pd.DataFrame(
        {
            "indicator": cells[KEY],
            "area": area,
            "period_end": cells[MONTH].str[:7],
            "months": "1",
            "numerator": cells[FIGURE].str.replace(",", ""),
            "denominator": cells[OUT_OF].str.replace(",", "").where(is_share.astype(bool), ""),
            "status": cells[STATUS],
            "source": f"Return of {area}, {quarter}",
            "published_on": "",
            "note": cells["Note"],
            "row": cells.index,
        }
    )
    return table[[*OBSERVATIONS, "row"]].reset_index(drop=True)


START, FIGURES, OBJECTIVES, SUMMARY = SHEETS = ("Start here", "Figures", "Objectives", "Summary")


WIDTHS = {FIGURES: (20, 46, 14, 12, 12, 18, 50), OBJECTIVES: (60, 18, 70), SUMMARY: (110,)}


def asked_of(plan: Plan, area: str) -> list[Indicator]:
    """The indicators a partnership is asked for: those of its objectives and of the board, else every one that counts.

    Figures that follow the same people, and those that nobody collects, are not asked for by area.
    """
    named = {key for objective in plan.objectives_of(area) for key in objective.indicators}
    named |= {key for priority in (plan.board.priorities if plan.board else ()) for key in priority.indicators}
    countable = [i for i in plan.indicators if i.kind in ASKED_KINDS and i.no_figure is None and not i.is_cohort]
    return [i for i in countable if i.key in named] or [i for i in countable if i.kind is Kind.COUNT]
