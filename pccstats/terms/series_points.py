"""The points of a series, checked: every fault of the frame they come from in one message."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd

from pccstats.terms.columns import SPANS
from pccstats.terms.errors import DataProblem, Problem
from pccstats.terms.periods import month

TEXT_COLUMNS = ("status", "source", "published_on", "note")
MOST_PROBLEMS_SHOWN = 20
THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")


def checked_points(
    frame: Any,
    named: Mapping[str, str | None],
    span_months: int,
    *,
    is_proportion: bool,
    problems: Sequence[Problem] = (),
) -> pd.DataFrame:
    """The points of a series from any frame, once nothing is wrong with it.

    Parameters
    ----------
    frame : pandas.DataFrame
    named : mapping
        The frame's names of `period`, `numerator` and `denominator` (None where there is none).
    span_months : int
    is_proportion : bool
        True where the numerator is a part of the denominator, and so never above it.
    problems : sequence of Problem
        What is known to be wrong already, to be said with the rest.

    Raises
    ------
    DataProblem
        Listing every fault.
    """
    if not isinstance(frame, pd.DataFrame):
        step = "Put the figures in a frame with one row a period."
        raise DataProblem(
            [*problems, Problem("A series is made of a pandas DataFrame.", "", type(frame).__name__, step)]
        )
    period, numerator, denominator = str(named["period"]), str(named["numerator"]), named["denominator"]
    wanted = [name for name in (period, numerator, denominator) if name]
    problems = [*problems] + [
        Problem(
            f"There is no column {name!r}.",
            next_step=f"The frame has: {', '.join(map(str, frame.columns))}.",
        )
        for name in wanted
        if name not in frame.columns
    ]
    if span_months not in SPANS:
        problems.append(Problem("A row covers 1, 3 or 12 months.", value=str(span_months)))
    if problems and not set(wanted) <= set(frame.columns):
        raise DataProblem(problems)
    ends, faults = _months_of(frame[period], period)
    problems += faults
    numbers = {}
    for name in wanted[1:]:
        numbers[name], faults = _numbers_of(frame[name], name)
        problems += faults
    if denominator and is_proportion:
        over = numbers[numerator] > numbers[denominator]
        problems += [
            Problem("The numerator is above the denominator.", f"row {row}", f"{n:g} of {d:g}", "Correct one of them.")
            for row, (n, d) in enumerate(zip(numbers[numerator][over], numbers[denominator][over], strict=True))
        ]
    repeated = pd.Series(ends).dropna()
    problems += [
        Problem("A period appears twice.", f"column {period!r}", str(end), "Keep one row a period.")
        for end in repeated[repeated.duplicated()].unique()
    ]
    if not len(frame):
        problems.append(Problem("The frame has no rows."))
    if problems:
        shown = problems[:MOST_PROBLEMS_SHOWN]
        if len(problems) > len(shown):
            shown.append(Problem(f"... and {len(problems) - len(shown)} more of the same kinds."))
        raise DataProblem(shown)
    points = pd.DataFrame(
        {
            "period_end": pd.PeriodIndex(ends, freq="M"),
            "numerator": numbers[numerator],
            "denominator": numbers[denominator] if denominator else np.nan,
            **{
                name: frame[name].astype(object).fillna("").astype(str).to_numpy() if name in frame.columns else ""
                for name in TEXT_COLUMNS
            },
        }
    ).sort_values("period_end", ignore_index=True)
    return _with_every_month(points) if span_months == 1 else points


def choice_problems(**asked: tuple[Any, type[StrEnum]]) -> list[Problem]:
    """Words given that are not on their closed list.

    Examples
    --------
    >>> from pccstats.terms.words import Polarity
    >>> [str(problem) for problem in choice_problems(polarity=("down", Polarity))]
    ["polarity: There is no such choice. Found 'down'. Choose one of: lower_is_better, higher_is_better, neutral."]
    """
    return [
        Problem("There is no such choice.", name, str(value), f"Choose one of: {', '.join(choices)}.")
        for name, (value, choices) in asked.items()
        if value not in tuple(choices)
    ]


def _months_of(column: pd.Series, name: str) -> tuple[list[Any], list[Problem]]:
    ends: list[Any] = []
    problems = []
    for row, value in enumerate(column):
        try:
            ends.append(month(value))
        except Exception:  # noqa: BLE001 whatever the value was, the reader is told of it
            ends.append(pd.NaT)
            problems.append(
                Problem("This is not a month.", f"row {row}, column {name!r}", str(value), "Write it as YYYY-MM.")
            )
    return ends, problems


def _numbers_of(column: pd.Series, name: str) -> tuple[np.ndarray, list[Problem]]:
    numbers = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float)
    text = np.isnan(numbers) & column.notna().to_numpy() & (column.astype(str).str.strip() != "").to_numpy()
    faults = [
        (text, "This is not a number.", "Correct it, or leave it empty where there is no figure."),
        (np.isinf(numbers), "A figure must be finite.", "Correct it."),
        (np.isfinite(numbers) & (numbers < 0), "A figure cannot be negative.", "Correct it."),
    ]
    problems = [
        Problem(what, f"row {row}, column {name!r}", str(column.iloc[row]), _without_commas(column.iloc[row]) or step)
        for mask, what, step in faults
        for row in np.flatnonzero(mask)
    ]
    return numbers, problems


def _without_commas(value: Any) -> str:
    """What to write in place of `1,234`; empty for anything else."""
    written = str(value).strip()
    return f"Write {written.replace(',', '')} without the comma." if THOUSANDS.fullmatch(written) else ""


def _with_every_month(points: pd.DataFrame) -> pd.DataFrame:
    """A month with no row gets one, with no figure: a gap must stay visible."""
    every = pd.period_range(points["period_end"].iloc[0], points["period_end"].iloc[-1], freq="M", name="period_end")
    if len(every) == len(points):
        return points
    filled = points.set_index("period_end").reindex(every).reset_index()
    return filled.fillna(dict.fromkeys(TEXT_COLUMNS, ""))
