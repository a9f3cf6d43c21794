"""A partnership's return: what it holds, read, and refused with every fault. The form is written by `return_form`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path

import pandas as pd

from pccstats.sources.readers.reading import Reading, Source, reader
from pccstats.sources.sheets import Sheet, read_sheet, read_workbook
from pccstats.terms.errors import DataProblem, Finding, PccStatsError, Problem, Severity
from pccstats.terms.observations import PartnershipReturn
from pccstats.terms.periods import Quarter, Window
from pccstats.terms.plan import Indicator, Plan
from pccstats.terms.words import OBSERVATIONS, Kind, Status

NEW_FORM = "Ask for a new form: pccstats new-return."
START, FIGURES, OBJECTIVES, SUMMARY = SHEETS = ("Start here", "Figures", "Objectives", "Summary")
KEY, MONTH, FIGURE, OUT_OF, STATUS = "Key", "Month", "Figure", "Out of", "Status"
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
        The spreadsheet, as `pccstats new-return` made it and a partnership filled it in.
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


@reader("partnership_return", is_told_names=False)
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


def asked_of(plan: Plan, area: str) -> list[Indicator]:
    """The indicators a partnership is asked for: those of its objectives and of the board, else every one that counts.

    Figures that follow the same people, and those that nobody collects, are not asked for by area.
    """
    named = {key for objective in plan.objectives_of(area) for key in objective.indicators}
    named |= {key for priority in (plan.board.priorities if plan.board else ()) for key in priority.indicators}
    countable = [i for i in plan.indicators if i.kind in ASKED_KINDS and i.no_figure is None and not i.is_cohort]
    return [i for i in countable if i.key in named] or [i for i in countable if i.kind is Kind.COUNT]
