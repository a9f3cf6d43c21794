"""A return that comes back: read, with every fault in it named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd

from pccstats.sources.delimited import Sheet
from pccstats.sources.returns import layout
from pccstats.sources.returns.figures import figure_problems, observations_of
from pccstats.sources.workbook import read_sheet, read_workbook
from pccstats.terms.errors import DataProblem, PccStatsError, Problem
from pccstats.terms.findings import Severity
from pccstats.terms.partnership_return import PartnershipReturn
from pccstats.terms.periods import Quarter
from pccstats.terms.plan import Plan

NEW_FORM = "Ask for a new form: pccstats new-return."


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
    about, problems = _about(book.sheets.get(layout.START, []), plan, file.name)
    problems += [
        Problem("There is no such sheet.", file.name, name, NEW_FORM)
        for name in (layout.FIGURES,)
        if name not in book.sheets
    ]
    if problems or about is None:
        raise DataProblem(problems)
    area, quarter = about
    figures = read_sheet(file, layout.FIGURE_HEADS, layout.FIGURES)
    objectives = _sheet(
        file, layout.OBJECTIVES, layout.OBJECTIVE_HEADS, rows=len(book.sheets.get(layout.OBJECTIVES, []))
    )
    summary = _sheet(file, layout.SUMMARY, layout.SUMMARY_HEADS, rows=len(book.sheets.get(layout.SUMMARY, [])))
    problems = [*_refusals(figures, layout.FIGURES), *_refusals(objectives, layout.OBJECTIVES)]
    if not figures.is_refused:
        problems += figure_problems(figures, plan, area, quarter)
    if not objectives.is_refused:
        problems += _objective_problems(objectives, plan, area)
    text = _summary_text(summary)
    problems += [*_refusals(summary, layout.SUMMARY), *_summary_problems(text, file.name)]
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
    place = f"{name}, {layout.START}"
    if values.get("Form") != layout.FORM:
        problem = Problem(
            "This is not a return, or one of another version.",
            place,
            values.get("Form", ""),
            f"The cell beside Form must hold {layout.FORM!r}. {NEW_FORM}",
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
        place = f"{sheet.name}, {layout.OBJECTIVES}, row {row}"
        objective, judgement = cells["Objective"], cells["Judgement"]
        if objective and objective not in known:
            step = "Leave the objectives as they are; new ones belong in the plan."
            yield Problem("The plan has no such objective of this area.", place, objective, step)
        if judgement and judgement not in layout.JUDGEMENTS:
            step = f"Choose one of: {', '.join(layout.JUDGEMENTS)}."
            yield Problem("This is not a judgement.", place, judgement, step)
        if judgement and not objective:
            yield Problem("A judgement stands beside no objective.", place, judgement, "Move it to its objective.")


def _judgements(sheet: Sheet) -> pd.DataFrame:
    table = sheet.cells.rename(
        columns=dict(zip(layout.OBJECTIVE_HEADS, ("objective", "judgement", "words"), strict=True))
    )
    return table[table["judgement"] != ""].reset_index(drop=True)


def _summary_text(sheet: Sheet) -> str:
    if sheet.is_refused or sheet.cells.empty:
        return ""
    lines = [text for text in sheet.cells[layout.SUMMARY_HEADS[0]] if text]
    joined = [("\n" if line.startswith("-") else "\n\n") + line for line in lines]
    return "".join(joined).strip()


def _summary_problems(text: str, name: str) -> list[Problem]:
    if len(text) <= layout.MOST_LETTERS:
        return []
    step = f"Cut it to {layout.MOST_LETTERS:,} letters."
    return [Problem("The summary is too long.", f"{name}, {layout.SUMMARY}", f"{len(text):,} letters", step)]
