"""Figures read from anybody's frame: periods, numbers, repeated rows; whatever is wrong is told at once.

docs/input.md says to a reader what may be given.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pccstats.terms.choices import is_number
from pccstats.terms.errors import DataProblem, PccStatsError, Problem
from pccstats.terms.spacing import Rows, repeats_in_words, spacing_problems
from pccstats.terms.words import SPANS
from pccstats.terms.written import FIRST_MONTH, LAST_MONTH, WRITE_A_MONTH, Unreadable, Written, written

MOST_PROBLEMS_SHOWN = 20
LARGEST = 2.0**53  # beyond, not every whole number can be held, and a count is no count
HIGHEST_PER_CENT = 100.0
LONGEST_QUOTE = 200  # letters of what another library says
_THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_YEAR_LIKE = re.compile(r"\d{2}(\d{2})-(\d{2})")
_MONTHLY = pd.PeriodDtype("M")
_FRAMES = "a frame of pandas, polars or Arrow"


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
    span_months : int
        How many months each row covers: 1, 3 or 12.
    texts : mapping of str to array
        The columns of text that were asked for; empty text where there is none.
    lower, upper : array or None
        The interval that each figure was published with, NaN where with none; None where no columns were named.
    """

    series: NDArray[np.int64]
    names: pd.Index
    ordinals: NDArray[np.int64]
    numerator: NDArray[np.float64]
    denominator: NDArray[np.float64]
    span_months: int = 1
    texts: Mapping[str, NDArray[np.object_]] = field(default_factory=dict)
    lower: NDArray[np.float64] | None = None
    upper: NDArray[np.float64] | None = None

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
    lower: str | None = None,
    upper: str | None = None,
    by: str | None = None,
    span_months: int | None = None,
    multiplier: float = 1.0,
    is_proportion: bool = False,
    printed_per_cents: bool = False,
    texts: Sequence[str] = (),
    problems: Iterable[Problem] = (),
) -> FrameFigures:
    """Read the figures of any frame with one row a period, or a series and period.

    Parameters
    ----------
    frame : pandas.DataFrame, or a frame of polars, Arrow or another that narwhals knows
        Left untouched.
    period, numerator, denominator, by : str
        Columns with the period, what was counted, what it is out of, and the series' name.
    lower, upper : str, optional
        Columns with the ends of the interval that each figure was published with, in the unit readers see.
    multiplier : float
        What the numerator over the denominator is multiplied by to be the figure that readers see.
    span_months : {1, 3, 12}, optional
        How many months each row covers; where it is not said, as the periods say it.
    is_proportion : bool
        True where the numerator is a part of the denominator, and so never above it.
    printed_per_cents : bool
        True where a part with nothing that it is out of is a per cent as printed.
    texts : sequence of str
        Columns of text to be read where the frame has them.
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
    faults = Faults(list(problems))
    named = {"period": period, "numerator": numerator}
    optional = {"by": by, "denominator": denominator, "lower": lower, "upper": upper}
    named |= {part: name for part, name in optional.items() if name is not None}
    held = columns_in(frame, named, texts, faults)
    series, names = np.zeros(len(held), dtype=np.int64), pd.Index([""])
    if by is not None:
        series, names = _series_of(held[by], faults)
    rows = _periods(held[period], series, faults)
    events = numbers_in(held[numerator], faults)
    out_of = numbers_in(held[denominator], faults) if denominator is not None else np.full(len(held), np.nan)
    span = _span(rows, span_months, held[period], faults)
    if is_proportion:
        may_be_printed = printed_per_cents or denominator is None
        _note_impossible_shares(events, out_of, held[numerator], faults, may_be_printed=may_be_printed)
    ends = None
    if lower is not None and upper is not None:
        ends = numbers_in(held[lower], faults), numbers_in(held[upper], faults)
        value = np.where(np.isnan(out_of), events, multiplier * events / np.where(out_of > 0, out_of, np.nan))
        _note_intervals(value, *ends, held[lower], faults)
    _note_repeats(rows, held[period], named, faults)
    faults.raise_any()
    words = {name: _text_of(held[name]) for name in texts if name in held}
    return FrameFigures(series, names, rows.ordinals, events, out_of, span, words, *(ends or (None, None)))


@dataclass
class Faults:
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

    def raise_any(self, since: int = 0) -> None:
        """Raise all there are, if there are more than so many."""
        if len(self.problems) > since:
            raise self.error


def columns_in(frame: Any, named: Mapping[str, str], texts: Sequence[str], faults: Faults) -> pd.DataFrame:
    """The columns that are wanted, as pandas holds them; refused where one is missing, twice there, or in two parts.

    Parameters
    ----------
    named : mapping of str to str
        The columns by the part they play.
    """
    known = len(faults.problems)
    for part, name in named.items():
        if not (isinstance(name, Hashable) and pd.api.types.is_scalar(name)) or _is_empty(name):
            faults.note("A column is given by its name.", part, str(name), "Give one name.")
    _note_parts_shared(named, faults)
    faults.raise_any(since=known)
    wanted = list(dict.fromkeys(named.values()))
    if not isinstance(frame, pd.DataFrame):
        return _from_elsewhere(frame, wanted, texts, faults)
    known = len(faults.problems)
    _note_columns(frame.columns, wanted, texts, faults)
    for name in wanted:
        if name not in frame.columns and name in frame.index.names:
            faults.note(f"{name!r} is the index of the frame.", step="Make it a column: frame.reset_index().")
    if not len(frame):
        faults.note("The frame has no rows.")
    faults.raise_any(since=known)
    return frame[[*wanted, *(name for name in texts if name in frame.columns and name not in wanted)]]


def _note_parts_shared(named: Mapping[str, str], faults: Faults) -> None:
    """One column cannot be the month and the figure."""
    parts: dict[str, list[str]] = {}
    for part, name in named.items():
        parts.setdefault(str(name), []).append(part)
    for name, shared in parts.items():
        if len(shared) > 1:
            faults.note(f"One column is named as {' and '.join(shared)}.", "", name, "Name a column for each.")


def _note_columns(columns: Iterable[Any], wanted: list[str], texts: Sequence[str], faults: Faults) -> None:
    held = list(columns)
    if isinstance(columns, pd.MultiIndex):
        step = "Give them one name each: frame.columns = ['_'.join(map(str, name)) for name in frame.columns]."
        faults.note("The names of the columns have several levels.", "", ", ".join(map(str, held[:3])), step)
        return
    for name in wanted:
        if name not in held:
            faults.note(f"There is no column {name!r}.", step=f"The frame has: {', '.join(map(str, held))}.")
    for name in (*wanted, *texts):
        if held.count(name) > 1:
            faults.note(f"{held.count(name)} columns are called {name!r}.", step="Rename one, or leave it out.")


def _from_elsewhere(frame: Any, wanted: list[str], texts: Sequence[str], faults: Faults) -> pd.DataFrame:
    """A frame of polars, Arrow or another library, by way of narwhals; only the columns wanted are taken."""
    import narwhals as nw  # noqa: PLC0415 most frames are of pandas

    known = len(faults.problems)
    try:
        found = nw.from_native(frame, pass_through=True)
        if found is frame:
            step = "Put the figures in one, with one row a period."
            faults.note(f"This takes {_FRAMES}.", "", type(frame).__name__, step)
            faults.raise_any()
        held = list(found.collect_schema().names())
        _note_columns(held, wanted, texts, faults)
        faults.raise_any(since=known)
        taken = found.select(*wanted, *(name for name in texts if name in held and name not in wanted))
        table: pd.DataFrame = (taken.collect() if isinstance(taken, nw.LazyFrame) else taken).to_pandas()
    except PccStatsError:
        raise
    except Exception as failed:  # noqa: BLE001 what the frame of another library says of itself is told to the reader
        step = "Correct it in the library it comes from."
        faults.note(f"The frame cannot be read: {_in_one_line(failed)}", "", type(frame).__name__, step)
        raise faults.error from None
    if not len(table):
        faults.note("The frame has no rows.")
    faults.raise_any(since=known)
    return table


def _in_one_line(failed: Exception) -> str:
    words = " ".join(str(failed).split())
    return f"{words[:LONGEST_QUOTE]} ..." if len(words) > LONGEST_QUOTE else f"{words.rstrip('.')}."


def _series_of(column: pd.Series, faults: Faults) -> tuple[NDArray[np.int64], pd.Index]:
    try:
        series, names = pd.factorize(column)
    except TypeError:  # a list, say, among the names
        faults.note("The names of series are words or numbers.", f"column {column.name!r}", step="Correct them.")
        return np.zeros(len(column), dtype=np.int64), pd.Index([""])
    faults.note_rows(series < 0, column, "A row belongs to no series.", f"Fill the column {column.name!r}.")
    return series, pd.Index(names)


def _periods(column: pd.Series, series: NDArray[np.int64], faults: Faults) -> Rows:
    """The period of every row, each different value read once."""
    if column.dtype == _MONTHLY:
        ordinals = column.array.asi8
        is_known = (ordinals >= FIRST_MONTH) & (ordinals <= LAST_MONTH)
        if is_known.all():
            return Rows(series, ordinals, series >= 0)
    codes, values = _factorized(column)
    found: list[Written | None] = []
    for place, value in enumerate(values):
        try:
            found.append(written(value))
        except Unreadable as refused:
            found.append(None)
            faults.note_rows(codes == place, column, refused.what, refused.next_step)
    faults.note_rows(codes < 0, column, "A row has no month.", WRITE_A_MONTH)
    _note_years_like_months(values, column, faults)
    known = [one for one in found if one is not None]
    places = (*found, None)  # a row with no value has the code -1, and so the last place
    days = None
    if known and all(one.day is not None for one in known):
        days = np.array([0 if one is None or one.day is None else one.day.toordinal() for one in places])[codes]
    return Rows(
        series,
        np.array([0 if one is None else one.last for one in places], dtype=np.int64)[codes],
        np.array([one is not None for one in places])[codes] & (series >= 0),
        tuple(sorted({one.span_months for one in known})) or (0,),
        days,
    )


def _factorized(column: pd.Series) -> tuple[NDArray[np.int64], Any]:
    try:
        return pd.factorize(column)
    except TypeError:  # a list, say, among the months
        return pd.factorize(column.astype(str))


def _note_years_like_months(values: Any, column: pd.Series, faults: Faults) -> None:
    """`2009-10`, `2010-11`, `2011-12` are financial years, though each could be a month."""
    if len(values) < 2 or not all(isinstance(value, str) and _is_year_like(value) for value in values):
        return
    what = "These may be financial years or months."
    step = "Write years as 2009/10. Where they are months, give dates: 2009-10-01."
    faults.note(what, f"column {column.name!r}", ", ".join(map(str, values[:3])), step)


def _is_year_like(text: str) -> bool:
    found = _YEAR_LIKE.fullmatch(text.strip())
    return found is not None and (int(found[1]) + 1) % 100 == int(found[2])


def numbers_in(column: pd.Series, faults: Faults) -> NDArray[np.float64]:
    """The figures of a column; NaN where there is none."""
    kind = getattr(column.dtype, "kind", "O")
    if kind in "iuf":
        is_plain = isinstance(column.dtype, np.dtype)
        numbers = column.to_numpy(dtype=float) if is_plain else column.to_numpy(dtype=float, na_value=np.nan)
    elif kind in "bcmM" or isinstance(column.dtype, pd.PeriodDtype | pd.IntervalDtype):
        words = {"b": "True and False", "c": "complex numbers", "m": "lengths of time"}.get(kind, "dates")
        step = "Name the column with the figures."
        faults.note(f"This column holds {words}.", f"column {column.name!r}", str(column.dtype), step)
        return np.full(len(column), np.nan)
    else:
        read = [_number(value) for value in column]
        text = np.array([number is None for number in read])
        step = "Correct it, or leave it empty where there is no figure."
        faults.note_rows(text, column, "This is not a number.", step)
        numbers = np.array([np.nan if number is None else number for number in read], dtype=float)
    faults.note_rows(np.isinf(numbers), column, "A figure must be finite.", "Correct it.")
    too_large = np.isfinite(numbers) & (numbers > LARGEST)
    if too_large.any():
        what = f"A figure is at most {LARGEST:,.0f}, beyond which it is not exact."
        faults.note_rows(too_large, column, what, "Correct it, or count in thousands.")
    faults.note_rows(np.isfinite(numbers) & (numbers < 0), column, "A figure cannot be negative.", "Correct it.")
    return numbers


def _number(value: Any) -> float | None:
    """A number, NaN for an empty cell, None for what is no number."""
    if value is None or value is pd.NA or value is pd.NaT:
        return np.nan
    if isinstance(value, str):
        text = value.strip()
        if not text:
            return np.nan
        return float(text) if _NUMBER.fullmatch(text) else None
    if is_number(value) or isinstance(value, Decimal):
        try:
            return float(value)
        except OverflowError:
            return np.inf
    return None


def _note_impossible_shares(
    events: NDArray[np.float64],
    out_of: NDArray[np.float64],
    column: pd.Series,
    faults: Faults,
    *,
    may_be_printed: bool,
) -> None:
    """No part is above its whole; without the whole it is a printed per cent, where such were to be expected."""
    is_printed = np.isfinite(events) & np.isnan(out_of)
    if (events > out_of).any():
        values = [f"{n:g} of {d:g}" for n, d in zip(events, out_of, strict=True)]
        what = "The numerator is above the denominator."
        faults.note_rows(events > out_of, column, what, "Correct one of them.", values)
    if not may_be_printed:
        what = "A row has a numerator, and nothing that it is out of."
        step = "Give both, or leave both empty; where it is a per cent as printed, say printed_per_cents=True."
        faults.note_rows(is_printed, column, what, step)
        return
    step = "Correct it; where it is how many said so, name the column with how many were asked as denominator."
    faults.note_rows(is_printed & (events > HIGHEST_PER_CENT), column, "A per cent is at most 100.", step)


def _note_intervals(
    value: NDArray[np.float64],
    lower: NDArray[np.float64],
    upper: NDArray[np.float64],
    column: pd.Series,
    faults: Faults,
) -> None:
    """An interval has two ends, belongs to a figure, and holds it."""
    half = np.isnan(lower) != np.isnan(upper)
    faults.note_rows(half, column, "An interval has a lower and an upper end.", "Give both, or neither.")
    values = [f"{low:g} to {high:g} about {middle:g}" for low, middle, high in zip(lower, value, upper, strict=True)]
    wrong = ~half & ~np.isnan(lower) & ~((lower <= value) & (value <= upper) & (lower < upper))
    what = "The figure does not lie within its interval, the lower end below the upper."
    step = "Correct it. The ends are in the unit of the figure: per cent, or per so many."
    faults.note_rows(wrong, column, what, step, values)


def _without_commas(value: Any) -> str:
    """What to write in place of `1,234`; empty for anything else."""
    written_so = str(value).strip()
    return f"Write {written_so.replace(',', '')} without the comma." if _THOUSANDS.fullmatch(written_so) else ""


def _span(rows: Rows, asked: Any, column: pd.Series, faults: Faults) -> int:
    """How many months each row covers: as asked, or as the periods say; what does not fit is told."""
    if asked is not None and not (is_number(asked) and asked in SPANS):
        faults.note("A row covers 1, 3 or 12 months.", "span_months", str(asked))
        asked = None
    said, where = rows.said, f"column {column.name!r}"
    if len(said) > 1:
        spans = " and ".join(f"{span or 1} month{'s' if span > 1 else ''}" for span in said)
        faults.note(f"Rows cover different lengths: {spans}.", where, step="Make a series of each length.")
        return int(asked or 1)
    if said[0] and asked is not None and said[0] != asked:
        what = f"The periods cover {said[0]} months each, and span_months says {asked}."
        faults.note(what, where, step=f"Leave span_months out, or say {said[0]}.")
    span = int(said[0] or asked or 1)
    is_said = bool(said[0] or asked is not None) or not rows.is_placed.all()  # a row not read may lie between
    faults.problems += spacing_problems(rows, span, where, is_said=is_said)
    return span


def _note_repeats(rows: Rows, column: pd.Series, named: Mapping[str, str], faults: Faults) -> None:
    """A series has each period once; weeks and days are told of as such, once."""
    repeated = rows.repeated
    if not repeated.any() or rows.are_weeks:
        return
    what = "A series has this period twice." if "by" in named else "A period appears twice."
    faults.note_rows(repeated, column, what, repeats_in_words(rows, named))


def _text_of(column: pd.Series) -> NDArray[np.object_]:
    """A column as text, dates as YYYY-MM-DD; empty where there is none."""
    if getattr(column.dtype, "kind", "O") == "M":
        column = column.dt.date
    return np.array(["" if _is_empty(value) else str(value) for value in column], dtype=object)


def _is_empty(value: Any) -> bool:
    return value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and np.isnan(value))
