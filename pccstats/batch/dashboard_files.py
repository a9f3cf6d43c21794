"""The dashboard as files to work on: `dashboard.csv` for programs, `dashboard.xlsx` for people.

The workbook follows the Analysis Function's guidance on spreadsheets (a cover, notes, one table a sheet), which
gptables sees to. Text is text in both: what a spreadsheet would take for a formula is given a leading apostrophe.
"""

from __future__ import annotations

import csv
import io
import math
import warnings
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from pccstats.batch.results import Record, Results

CSV_NAME, XLSX_NAME = "dashboard.csv", "dashboard.xlsx"

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NO_TIME = datetime(2000, 1, 1, tzinfo=UTC)  # the same inputs give the same bytes: no time of making in the workbook

COLUMN_NOTES = (
    ("indicator", "Its key in the plan file."),
    ("priority", "Number of the strategic priority."),
    ("title", "What is counted or asked."),
    ("unit", "What baseline, latest, change and projection are counted in."),
    ("baseline", "The figure of the plan's baseline year."),
    ("latest", "The figure of the latest 12 months, or the latest published."),
    ("change", "Latest minus baseline, in the unit; for percentages, in percentage points."),
    ("change_pct", "Change as a per cent of the baseline."),
    ("state", "Better, worse, no evidence of change, or why there is no answer."),
    ("method", "How the change was tested."),
    ("signal", "What the expected level shows in the latest months: above, below or none."),
    ("group_rank", "Position in the Most Similar Group; 1 is best."),
    ("projection_low", "Lower end of the projection's interval."),
    ("projection", "The 12 months to the end of the plan, projected."),
    ("projection_high", "Upper end of the projection's interval."),
    ("projection_state", "The projection read against the baseline."),
    ("note", "What to know before quoting the figure."),
)


def write_dashboard(results: Results, pack: Path, title: str, quarter: str, sources: str) -> tuple[str, ...]:
    """Write both files into the pack and name them; write none where no dashboard was handed over."""
    if not results.dashboard:
        return ()
    (pack / CSV_NAME).write_text(as_csv(results.dashboard, results.dashboard_columns), encoding="utf-8", newline="")
    _write_workbook(results, pack / XLSX_NAME, title, quarter, sources)
    return CSV_NAME, XLSX_NAME


def as_csv(records: Sequence[Record], columns: Sequence[str]) -> str:
    """Records as comma-separated text, one line each.

    Examples
    --------
    >>> print(as_csv([{"title": "=1+1", "change": -78.0, "note": None}], ["title", "change", "note"]), end="")
    title,change,note
    '=1+1,-78.0,
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_harmless(record.get(column)) for column in columns] for record in records)
    return text.getvalue()


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


def _write_workbook(results: Results, path: Path, title: str, quarter: str, sources: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # gptables' own: a file it leaves open, a pandas habit that will end, no note table
        import gptables  # noqa: PLC0415 a second to import, and only a pack with a dashboard needs it

        columns = list(results.dashboard_columns)
        rows = [[_harmless(record.get(column)) for column in columns] for record in results.dashboard]
        dashboard = gptables.GPTable(
            pd.DataFrame(rows, columns=columns),
            table_name="dashboard",
            title=f"{title}: {quarter}",
            subtitles=["One row for each indicator. An empty cell means there is no figure; the note says why."],
            instructions="This worksheet contains one table. The sheet Notes says what each column holds.",
            source=sources,
        )
        notes = gptables.GPTable(
            pd.DataFrame(COLUMN_NOTES, columns=["Column", "What it holds"]),
            table_name="notes",
            title="Notes: the columns of the dashboard",
            instructions="This worksheet contains one table.",
        )
        cover = gptables.Cover(
            title=f"{title}: {quarter}",
            intro=[
                "The indicators of the plan, their change since the baseline year, and the method behind each answer."
            ],
            about=[
                f"Sources: {sources}",
                "No evidence of change is not evidence of no change: read the note of the row.",
            ],
        )
        workbook = gptables.produce_workbook(
            path, sheets={"Dashboard": dashboard, "Notes": notes}, cover=cover, contentsheet_label=None
        )
        workbook.set_properties({"title": f"{title}: {quarter}", "created": _NO_TIME})
        workbook.close()
