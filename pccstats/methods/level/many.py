"""Expected levels of many series at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pccstats.methods.level.charts import MIN_BASELINE_MONTHS, ChartFamily, Figures, chosen_family
from pccstats.methods.level.expected_level import REFUSALS, refuse_chart_of_kind, refused
from pccstats.methods.level.limits import Levels, find_levels
from pccstats.methods.level.options import LevelOptions, level_options
from pccstats.methods.level.rules import VARIATION, assurance_of
from pccstats.terms.errors import DataProblem, PccStatsError, Problem
from pccstats.terms.periods import month
from pccstats.terms.results.level import LEVEL_POINTS
from pccstats.terms.words import Kind, Polarity, Signal

SERIES_AT_ONCE = 1000  # what fits the processor's cache; more at once is slower, not faster
SIGNALS = (Signal.BELOW, Signal.NONE, Signal.ABOVE)  # of directions -1, 0, 1
Columns = dict[str, NDArray[Any]]
MOST_PROBLEMS_SHOWN = 20


def expected_levels(
    frame: pd.DataFrame,
    by: str = "series",
    period: str = "month",
    numerator: str = "numerator",
    denominator: str | None = None,
    *,
    kind: Kind | str | None = None,
    multiplier: float = 1.0,
    polarity: Polarity | str = Polarity.NEUTRAL,
    chart: str = "auto",
    baseline: Any = None,
    rules: str | Iterable[str] = "mdc",
    seasonal: str | bool = "auto",
    rebase_at: Iterable[Any] = (),
    per_day: bool = True,
    screen_moving_ranges: bool = False,
    exclude: Iterable[Any] = (),
    target: float | None = None,
) -> pd.DataFrame:
    """Find the mean expected level of every series of a long table, in one tidy table.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a series and month; it is left untouched, and row order does not matter.
    by, period, numerator, denominator : str, str, str, str or None
        Columns with the series' name, the month, what was counted, and what it is out of.
    kind : Kind or str, optional
        Of all series: `count`, or `share` where there is a denominator, unless said otherwise.
    multiplier : float
        Rates are shown per so many.
    polarity : {"lower_is_better", "higher_is_better", "neutral"}
        Of all series.
    chart, baseline, rules, seasonal, rebase_at, per_day, screen_moving_ranges, exclude, target
        As in `expected_level`; the same for all series. With a target there is a column `assurance`.

    Returns
    -------
    pandas.DataFrame
        Series after series, every month from a series' first to its last, with the series' name, the columns
        of `expected_level(...).points`, and `refusal`: why a series has no limits, empty where it has. Words are
        categories.

    Raises
    ------
    DataProblem
        If the table has missing columns, text among numbers, negative figures or a month twice; all are listed.
    MethodProblem
        If a choice is unknown or does not fit the kind of figures.

    See Also
    --------
    expected_level : the same for one series, with formulas and references.

    Examples
    --------
    >>> table = pd.DataFrame({"series": ["a"] * 3 + ["b"] * 3, "month": ["2015-04", "2015-05", "2015-06"] * 2,
    ...                       "numerator": [31, 40, 33, 7, 7, 7]})
    >>> levels = expected_levels(table, chart="xmr")
    >>> levels.groupby("series")["centre_line"].first().round(2).to_dict()
    {'a': 34.67, 'b': 7.0}
    """
    options = level_options(
        chart=chart,
        baseline=baseline,
        rules=rules,
        seasonal=seasonal,
        rebase_at=rebase_at,
        per_day=per_day,
        screen_moving_ranges=screen_moving_ranges,
        exclude=exclude,
    )
    chosen = Kind(kind) if kind else (Kind.SHARE if denominator else Kind.COUNT)
    refuse_chart_of_kind("The table", chosen, options)
    table = level_table(
        frame, by=by, period=period, numerator=numerator, denominator=denominator, kind=chosen, multiplier=multiplier
    )
    family, _ = chosen_family(options.chart, table.figures)
    blocks = [
        _block(table, start, family=family, options=options) for start in range(0, len(table.names), SERIES_AT_ONCE)
    ]
    levels = _tidy(table, _joined(blocks), by=by, polarity=Polarity(polarity))
    return levels if target is None else _with_assurance(levels, target, Polarity(polarity))


def _block(table: LevelTable, start: int, *, family: ChartFamily, options: LevelOptions) -> Columns:
    """Some series, month after month, as flat columns."""
    figures = table.rows(start, start + SERIES_AT_ONCE)
    levels = find_levels(figures, family=family, options=options)
    present = np.ones(levels.judged.shape, dtype=bool) if figures.present is None else figures.present
    refusal = refused(figures, levels, family, options, present)
    answered = (refusal == 0)[:, None]
    shape = present.shape
    rows = np.arange(start, start + shape[0], dtype=np.int32)
    own_segment = levels.segment - levels.segment[present.argmax(axis=1)][:, None] + 1
    grids: Columns = {
        "series": np.broadcast_to(rows[:, None], shape),
        "month": np.broadcast_to(np.arange(shape[1]), shape),
        "value": figures.value,
        "numerator": figures.numerator,
        "denominator": figures.denominator,
        "exposure": levels.exposure,
        **{name: line if answered.all() else np.where(answered, line, np.nan) for name, line in levels.lines.items()},
        "signal": np.where(answered, levels.direction, 0) + np.int8(1),
        "segment": own_segment,
        "season_factor": levels.season.factors,
        "is_baseline": levels.in_baseline,
        "is_trial": _is_trial(levels),
        "is_excluded": np.broadcast_to(options.is_excluded(figures.months), shape),
        "refusal": np.broadcast_to(refusal[:, None], shape),
        **{f"rule_{name}": months & answered for name, months in levels.flags.items()},
    }
    if not family.has_limits:
        grids["z"] = np.full(shape, np.nan)
    if present.all():
        return {name: np.ascontiguousarray(grid).reshape(-1) for name, grid in grids.items()}
    return {name: grid[present] for name, grid in grids.items()}


def _is_trial(levels: Levels) -> NDArray[np.bool_]:
    return np.concatenate(
        [
            np.repeat(part.baseline_months[:, None] < MIN_BASELINE_MONTHS, s.stop - s.start, axis=1)
            for s, part in zip(levels.stretches, levels.parts, strict=True)
        ],
        axis=1,
    )


def _joined(blocks: list[Columns]) -> Columns:
    if len(blocks) == 1:
        return blocks[0]
    return {name: np.concatenate([block.pop(name) for block in blocks]) for name in list(blocks[0])}


def _tidy(table: LevelTable, columns: Columns, *, by: str, polarity: Polarity) -> pd.DataFrame:
    """The flat columns as a table: names, months and words put back."""
    rules = [name for name in columns if name.startswith("rule_")]
    variations = [str(VARIATION[polarity, signal]) for signal in SIGNALS]
    words = {
        "month": table.figures.months.take(columns["month"]),
        "signal": _worded(columns["signal"], [str(signal) for signal in SIGNALS]),
        "rules": _rules_fired(columns, rules),
        "variation": _worded(columns["signal"], variations),
    }
    body = {name: words.get(name, columns.get(name)) for name in (*LEVEL_POINTS, *rules)}
    refusals = _worded(columns["refusal"], list(REFUSALS))
    names = table.names.take(columns["series"])
    return pd.DataFrame({by: names, **body, "refusal": refusals}, copy=False)


def _with_assurance(levels: pd.DataFrame, target: float, polarity: Polarity) -> pd.DataFrame:
    """What the limits of each month say of the target; empty where there are none, or no polarity."""
    lower, upper = (levels[f"{end}_process_limit"].to_numpy() for end in ("lower", "upper"))
    examples = ((target, target), (target + 1, target + 2), (target - 2, target - 1), (target - 1, target + 1))
    places = [(lower == target) & (upper == target), target < lower, target > upper, upper >= lower]
    words = ["", *(str(assurance_of(target, *limits, polarity) or "") for limits in examples)]
    return levels.assign(assurance=_worded_once(np.select(places, [1, 2, 3, 4]), words))


def _worded_once(codes: NDArray[Any], words: list[str]) -> Any:
    """Codes to words of which some may be the same."""
    different = list(dict.fromkeys(words))
    return _worded(np.array([different.index(word) for word in words])[codes], different)


def _worded(codes: NDArray[Any], words: list[str]) -> Any:
    return pd.Categorical.from_codes(codes, categories=pd.Index(words), validate=False)


def _rules_fired(columns: Columns, rules: list[str]) -> Any:
    mask = np.zeros(len(columns["signal"]), dtype=np.int32)
    for number, name in enumerate(rules):
        mask |= columns[name].astype(np.int32) << number
    codes, masks = pd.factorize(mask)
    words = [
        ", ".join(name.removeprefix("rule_") for number, name in enumerate(rules) if mask_ >> number & 1)
        for mask_ in masks
    ]
    return _worded(codes, words)


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
