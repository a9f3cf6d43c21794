"""Figures read from anybody's frame: months, numbers, repeated rows; whatever is wrong is told at once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pccstats.terms.errors import DataProblem, Problem
from pccstats.terms.periods import month

MOST_PROBLEMS_SHOWN = 20
_THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")


@dataclass(frozen=True)
class FrameFigures:
    """The figures of a frame, row by row as it has them.

    Attributes
    ----------
    series : array of int
        Which of the `names` each row belongs to; 0 where the frame holds one series.
    names : pandas.Index
        The series, in the order in which they first come.
    ordinals : array of int
        Running numbers of the months, as pandas counts them.
    numerator, denominator : array
        NaN where there is no figure.
    """

    series: NDArray[np.int64]
    names: pd.Index
    ordinals: NDArray[np.int64]
    numerator: NDArray[np.float64]
    denominator: NDArray[np.float64]

    @property
    def months(self) -> pd.PeriodIndex:
        """The month of each row."""
        return pd.DatetimeIndex(self.ordinals.astype("datetime64[M]").astype("datetime64[s]")).to_period("M")


def figures_in(
    frame: Any,
    *,
    period: str,
    numerator: str,
    denominator: str | None = None,
    by: str | None = None,
    is_proportion: bool = False,
    problems: Iterable[Problem] = (),
) -> FrameFigures:
    """Read the figures of any frame with one row a period, or a series and period.

    Parameters
    ----------
    frame : pandas.DataFrame
        Left untouched.
    period, numerator, denominator, by : str
        Columns with the month, what was counted, what it is out of, and the series' name.
    is_proportion : bool
        True where the numerator is a part of the denominator, and so never above it.
    problems : iterable of Problem
        What is known to be wrong already, to be said with the rest.

    Raises
    ------
    DataProblem
        Listing every fault, with its row.

    Examples
    --------
    >>> frame = pd.DataFrame({"month": ["2015-04", "2015-05"], "offences": [331, "many"]})
    >>> figures_in(frame, period="month", numerator="offences")
    Traceback (most recent call last):
    ...
    pccstats.terms.errors.DataProblem: row 1, column 'offences': This is not a number. Found 'many'. Correct it, or \
leave it empty where there is no figure.
    """
    faults = _Faults(list(problems))
    if not isinstance(frame, pd.DataFrame):
        step = "Put the figures in a frame with one row a period."
        faults.note("A series is made of a pandas DataFrame.", "", type(frame).__name__, step)
        raise faults.error
    _note_missing_columns(frame, [name for name in (by, period, numerator, denominator) if name], faults)
    names = pd.Index([""])
    series = np.zeros(len(frame), dtype=np.int64)
    if by:
        series, names = pd.factorize(frame[by])
        faults.note_rows(series < 0, frame[by], "A row belongs to no series.", f"Fill the column {by!r}.")
    ordinals, is_month = _months(frame[period], faults)
    events = _numbers(frame[numerator], faults)
    out_of = _numbers(frame[denominator], faults) if denominator else np.full(len(frame), np.nan)
    if denominator and is_proportion:
        values = [f"{n:g} of {d:g}" for n, d in zip(events, out_of, strict=True)] if (events > out_of).any() else []
        what = "The numerator is above the denominator."
        faults.note_rows(events > out_of, frame[numerator], what, "Correct one of them.", values)
    _note_repeats(series, ordinals, is_month & (series >= 0), frame[period], by=by, faults=faults)
    faults.raise_any()
    return FrameFigures(series, pd.Index(names), ordinals, events, out_of)


@dataclass
class _Faults:
    """Problems as they are found; of many of one kind only the first are put into words."""

    problems: list[Problem] = field(default_factory=list)
    unsaid: int = 0

    def note(self, what: str, where: str = "", value: str = "", step: str = "") -> None:
        self.problems.append(Problem(what, where, value, step))

    def note_rows(
        self, faulty: NDArray[np.bool_], column: pd.Series, what: str, step: str, values: list[str] | None = None
    ) -> None:
        """One problem a row; `values` are what was found, where it is not what the column holds."""
        rows = np.flatnonzero(faulty)
        for row in rows[:MOST_PROBLEMS_SHOWN]:
            held = column.iloc[row]
            found = values[row] if values else str(held)
            self.note(what, f"row {row}, column {column.name!r}", found, _without_commas(held) or step)
        self.unsaid += max(len(rows) - MOST_PROBLEMS_SHOWN, 0)

    @property
    def error(self) -> DataProblem:
        shown = self.problems[:MOST_PROBLEMS_SHOWN]
        more = len(self.problems) - len(shown) + self.unsaid
        return DataProblem([*shown, Problem(f"... and {more} more of the same kinds.")] if more else shown)

    def raise_any(self) -> None:
        if self.problems:
            raise self.error


def _note_missing_columns(frame: pd.DataFrame, wanted: list[str], faults: _Faults) -> None:
    """Without its columns, or without a row, nothing more can be asked of a frame."""
    missing = [name for name in wanted if name not in frame.columns]
    for name in missing:
        faults.note(f"There is no column {name!r}.", step=f"The frame has: {', '.join(map(str, frame.columns))}.")
    if not len(frame):
        faults.note("The frame has no rows.")
    if missing or not len(frame):
        raise faults.error


def _months(column: pd.Series, faults: _Faults) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Running numbers of the months, each different value read once; and which rows have one."""
    codes, values = _factorized(column)
    numbers, is_known = np.zeros(len(values) + 1, dtype=np.int64), np.zeros(len(values) + 1, dtype=bool)
    for place, value in enumerate(values):
        try:
            numbers[place], is_known[place] = month(value).ordinal, True
        except Exception:  # noqa: BLE001 whatever the value was, the reader is told of it
            is_known[place] = False
    is_month = is_known[codes]  # a row with no value has the code -1, and so the last place, which is none
    faults.note_rows(~is_month & (codes >= 0), column, "This is not a month.", "Write it as YYYY-MM.")
    faults.note_rows(codes < 0, column, "A row has no month.", "Write it as YYYY-MM.")
    return numbers[codes], is_month


def _factorized(column: pd.Series) -> tuple[NDArray[np.int64], Any]:
    try:
        return pd.factorize(column)
    except TypeError:  # a list, say, among the months
        return pd.factorize(column.astype(str))


def _numbers(column: pd.Series, faults: _Faults) -> NDArray[np.float64]:
    numbers = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float)
    if column.dtype.kind not in "fiu":
        text = np.isnan(numbers) & column.notna().to_numpy() & (column.astype(str).str.strip() != "").to_numpy()
        step = "Correct it, or leave it empty where there is no figure."
        faults.note_rows(text, column, "This is not a number.", step)
    faults.note_rows(np.isinf(numbers), column, "A figure must be finite.", "Correct it.")
    faults.note_rows(np.isfinite(numbers) & (numbers < 0), column, "A figure cannot be negative.", "Correct it.")
    return numbers


def _without_commas(value: Any) -> str:
    """What to write in place of `1,234`; empty for anything else."""
    written = str(value).strip()
    return f"Write {written.replace(',', '')} without the comma." if _THOUSANDS.fullmatch(written) else ""


def _note_repeats(
    series: NDArray[np.int64],
    ordinals: NDArray[np.int64],
    is_placed: NDArray[np.bool_],
    column: pd.Series,
    *,
    by: str | None,
    faults: _Faults,
) -> None:
    """A series has each month once; rows of no series or month are told of elsewhere."""
    rows = np.flatnonzero(is_placed)
    keys = series[rows] * (np.ptp(ordinals) + 1) + (ordinals[rows] - ordinals.min())
    repeated = np.zeros(len(series), dtype=bool)
    repeated[rows] = pd.Series(keys).duplicated().to_numpy()
    what = "A series has this month twice." if by else "A period appears twice."
    faults.note_rows(repeated, column, what, "Keep one row a series and month." if by else "Keep one row a period.")
