"""A long table of many series as one grid of figures: a row a series, a column a month."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pccstats.methods.expected_level.level_figures import Figures
from pccstats.terms.errors import DataProblem, PccStatsError, Problem
from pccstats.terms.periods import month
from pccstats.terms.words import Kind

MOST_PROBLEMS_SHOWN = 20


@dataclass(frozen=True)
class LevelTable:
    """Many series over the same months; `names` has one entry a row of the figures."""

    names: pd.Index
    figures: Figures

    def rows(self, start: int, stop: int) -> Figures:
        """Some of the series."""
        part = self.figures
        return replace(
            part,
            numerator=part.numerator[start:stop],
            denominator=part.denominator[start:stop],
            present=None if part.present is None else part.present[start:stop],
        )


def level_table(
    frame: pd.DataFrame,
    *,
    by: str,
    period: str,
    numerator: str,
    denominator: str | None,
    kind: Kind,
    multiplier: float,
) -> LevelTable:
    """Read a long table, one row a series and month; every fault is told at once."""
    wanted = [name for name in (by, period, numerator, denominator) if name]
    problems = [
        Problem(f"There is no column {name!r}.", next_step=f"The frame has: {', '.join(map(str, frame.columns))}.")
        for name in wanted
        if name not in frame.columns
    ]
    if problems or not len(frame):
        raise DataProblem(problems or [Problem("The frame has no rows.")])
    codes, names = pd.factorize(frame[by])
    ordinals, problems = _ordinals(frame[period], period)
    events, faults = _numbers(frame[numerator])
    problems += faults
    out_of = np.full(len(frame), np.nan)
    if denominator:
        out_of, faults = _numbers(frame[denominator])
        problems += faults
        if kind.is_proportion:
            problems += _rows(
                events > out_of, frame[numerator], "The numerator is above the denominator.", "Correct it."
            )
    problems += _rows(codes < 0, frame[by], "A row belongs to no series.", f"Fill the column {by!r}.")
    if not problems:
        keys = codes.astype(np.int64) * (np.ptp(ordinals) + 1) + (ordinals - ordinals.min())
        repeated = pd.Series(keys).duplicated().to_numpy()
        problems += _rows(repeated, frame[period], "A series has this month twice.", "Keep one row a series and month.")
    if problems:
        raise DataProblem(_shortened(problems))
    return LevelTable(pd.Index(names), _grid(codes, ordinals, events, out_of, kind, multiplier))


def _grid(
    codes: NDArray[np.int64],
    ordinals: NDArray[np.int64],
    events: NDArray[np.float64],
    out_of: NDArray[np.float64],
    kind: Kind,
    multiplier: float,
) -> Figures:
    first = int(ordinals.min())
    months = pd.period_range(
        pd.Period(ordinal=first, freq="M"), periods=int(ordinals.max()) - first + 1, freq="M", name="month"
    )
    at = ordinals - first
    shape = (int(codes.max()) + 1, len(months))
    numerators, denominators = np.full(shape, np.nan), np.full(shape, np.nan)
    numerators[codes, at], denominators[codes, at] = events, out_of
    starts, stops = np.full(shape[0], len(months)), np.full(shape[0], -1)
    np.minimum.at(starts, codes, at)
    np.maximum.at(stops, codes, at)
    position = np.arange(len(months))
    present = (position >= starts[:, None]) & (position <= stops[:, None])
    return Figures(months, numerators, denominators, kind, multiplier, present)


def _ordinals(column: pd.Series, name: str) -> tuple[NDArray[np.int64], list[Problem]]:
    """Running numbers of the months; each different value is read once."""
    codes, values = pd.factorize(column)
    numbers, problems = [], []
    for value in values:
        try:
            numbers.append(month(value).ordinal)
        except (PccStatsError, ValueError, TypeError):
            numbers.append(0)
            problems.append(Problem("This is not a month.", f"column {name!r}", str(value), "Write it as YYYY-MM."))
    problems += _rows(codes < 0, column, "A row has no month.", f"Fill the column {name!r}.")
    return np.array([*numbers, 0], dtype=np.int64)[codes], problems


def _numbers(column: pd.Series) -> tuple[NDArray[np.float64], list[Problem]]:
    numbers = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float)
    problems = []
    if column.dtype.kind not in "fiu":
        text = np.isnan(numbers) & column.notna().to_numpy() & (column.astype(str).str.strip() != "").to_numpy()
        problems += _rows(text, column, "This is not a number.", "Correct it, or leave it empty.")
    problems += _rows(np.isinf(numbers), column, "A figure must be finite.", "Correct it.")
    problems += _rows(numbers < 0, column, "A figure cannot be negative.", "Correct it.")
    return numbers, problems


def _rows(faulty: NDArray[np.bool_], column: pd.Series, what: str, next_step: str) -> list[Problem]:
    return [
        Problem(what, f"row {row}, column {column.name!r}", str(_value(column, row)), next_step)
        for row in np.flatnonzero(faulty)[: MOST_PROBLEMS_SHOWN + 1]
    ]


def _value(column: pd.Series, row: int) -> Any:
    return column.iloc[row]


def _shortened(problems: list[Problem]) -> list[Problem]:
    if len(problems) <= MOST_PROBLEMS_SHOWN:
        return problems
    return [*problems[:MOST_PROBLEMS_SHOWN], Problem("... and more of the same kinds.")]
