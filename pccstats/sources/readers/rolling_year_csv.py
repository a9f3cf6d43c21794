"""Home Office and ONS police recorded crime: offences in the 12 months to each quarter end, by police force area."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from pccstats.sources.cells import Rule
from pccstats.sources.delimited import read_delimited
from pccstats.sources.readers.reading import Reading
from pccstats.sources.readers.summing import summed
from pccstats.sources.source_list import Source
from pccstats.terms.periods import MONTHS_IN_A_YEAR
from pccstats.terms.plan import Plan

_ENDING, _FORCE, _OFFENCE = "12 months ending", "PFA", "Offence"
_TOTAL = "Rolling year total number of offences"
_DATE = r"[0-9]{2}[-/][0-9]{2}[-/][0-9]{4}"  # 31-03-2003
_NOT_A_MONTH_END = Rule(
    "not_a_month", "This is not the last day of a month.", "Write it as 31-03-2003: day, month, year."
)


def read_rolling_year_csv(path: Path, source: Source, plan: Plan) -> Reading:
    """Read rolling-year totals of the forces in the plan.

    Rows that are no force (Action Fraud, CIFAS, UK Finance, British Transport Police) are in the same column as the
    forces and told apart by name alone: only the plan's areas are read, and what was left out is on record.
    """
    sheet = read_delimited(path, (_ENDING, _FORCE, _OFFENCE, _TOTAL))
    if sheet.is_refused:
        return Reading(findings=sheet.findings)
    cells = sheet.cells
    place = pd.DataFrame({"file": sheet.name, "row": cells.index, _ENDING: cells[_ENDING]})
    ends, is_wrong = _month_ends(cells[_ENDING])
    findings = [*sheet.findings, *_NOT_A_MONTH_END.broken_by(place, is_wrong, _ENDING)]
    figures = pd.DataFrame(
        {
            "name": cells[_OFFENCE],
            "area": cells[_FORCE],
            "period_end": ends,
            "numerator": cells[_TOTAL],
            "file": sheet.name,
            "row": cells.index,
            "column": _TOTAL,
        }
    )[~is_wrong]
    if figures.empty:
        return Reading(findings=tuple(findings))
    observations, found = summed(figures, source.indicators, source, plan, months=MONTHS_IN_A_YEAR)
    return Reading(observations, row_count=len(cells), findings=(*findings, *found))


def _month_ends(text: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Days written `31-03-2003` as months, and those that are not the last day of one."""
    days = pd.to_datetime(
        text.where(text.str.fullmatch(_DATE)).str.replace("/", "-"), format="%d-%m-%Y", errors="coerce"
    )
    return days.dt.strftime("%Y-%m").fillna(""), ~days.dt.is_month_end
