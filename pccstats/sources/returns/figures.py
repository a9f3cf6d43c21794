"""The figures of a return: every fault a row can have, and the observations of rows that have none."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

import pandas as pd

from pccstats.sources.delimited import Sheet
from pccstats.sources.returns import layout
from pccstats.terms.columns import OBSERVATIONS
from pccstats.terms.errors import Problem
from pccstats.terms.periods import Quarter, Window
from pccstats.terms.plan import Plan

KEY, MONTH, FIGURE, OUT_OF, STATUS = "Key", "Month", "Figure", "Out of", "Status"


def figure_problems(sheet: Sheet, plan: Plan, area: str, quarter: Quarter) -> Iterator[Problem]:
    """Every fault of the sheet of figures."""
    asked = {indicator.key: indicator for indicator in layout.asked_of(plan, area)}
    months = [str(month) for month in Window(quarter.first_month, quarter.last_month).months]
    seen: dict[tuple[str, str], object] = {}
    for row, cells in sheet.cells.iterrows():
        place = f"{sheet.name}, {layout.FIGURES}, row {row}"
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
            place = f"{sheet.name}, {layout.FIGURES}"
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
    if status and status not in tuple(layout.STATUSES):
        step = f"Choose one of: {', '.join(layout.STATUSES)}; or leave it empty."
        yield Problem("This is not a status.", f"{place}, {STATUS}", status, step)
    elif not figure and not status:
        yield Problem("There is neither a figure nor a status.", place, next_step="Give one of the two.")
    elif figure and status in tuple(layout.WITHOUT_FIGURE):
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
    is_share = cells[KEY].map({i.key: i.kind.is_proportion for i in layout.asked_of(plan, area)})
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
