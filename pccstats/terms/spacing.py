"""How the rows of a frame stand to one another in time: months, quarters, years, weeks, or the same period twice.

Rows that say no more than a month or a day may each cover a month, or the quarter or year that ends with it. Where
their spacing makes another reading as likely they are refused with both: quarters never become months with gaps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pccstats.terms.errors import Problem

MONTHS_IN_A_QUARTER, MONTHS_IN_A_YEAR, DAYS_IN_A_WEEK = 3, 12, 7
LEAST_GAPS = 7  # of one series among many, each of a quarter: eight rows are no chance
FIRST_MONTHS = {MONTHS_IN_A_QUARTER: {1, 4, 7, 10}, MONTHS_IN_A_YEAR: {1, 4}}  # in which quarters and years begin
APART = {MONTHS_IN_A_QUARTER: "three months", MONTHS_IN_A_YEAR: "a year"}
COVERED = {MONTHS_IN_A_QUARTER: "quarter", MONTHS_IN_A_YEAR: "year"}
Whole = NDArray[np.int64]


@dataclass(frozen=True)
class Rows:
    """Where each row of a frame stands.

    Attributes
    ----------
    series, ordinals : array of int
        Which series it is of, and the running number of its last month.
    is_placed : array of bool
        False for a row without a series or period, which is told of elsewhere.
    said : tuple of int
        The lengths in months that the periods say themselves, 3 or 12; 0 for one that says none.
    days : array of int or None
        The running number of each row's day, where every row gives one.
    """

    series: Whole
    ordinals: Whole
    is_placed: NDArray[np.bool_]
    said: tuple[int, ...] = (0,)
    days: Whole | None = None

    @cached_property
    def _in_order(self) -> tuple[Whole, Whole, Whole]:
        """Places of the rows by series and period, and both of these in that order."""
        return _ordered(self.series, self.ordinals, np.flatnonzero(self.is_placed))

    @cached_property
    def gaps(self) -> tuple[Whole, Whole]:
        """Months from each row to the next of its series, the same period twice left out; and which series that is."""
        _, series, ordinals = self._in_order
        gaps = np.diff(ordinals)
        is_gap = (series[1:] == series[:-1]) & (gaps > 0)
        return gaps[is_gap], series[1:][is_gap]

    @cached_property
    def repeated(self) -> NDArray[np.bool_]:
        """Rows whose series has the same period in an earlier row."""
        order, series, ordinals = self._in_order
        repeated = np.zeros(len(self.series), dtype=bool)
        repeated[order[1:][(series[1:] == series[:-1]) & (ordinals[1:] == ordinals[:-1])]] = True
        return repeated

    @cached_property
    def days_apart(self) -> Whole:
        """Days from each row to the next of its series, the same day twice left out; none where days are not given."""
        if self.days is None:
            return np.empty(0, dtype=np.int64)
        _, series, days = _ordered(self.series, self.days, np.flatnonzero(self.is_placed))
        gaps: Whole = np.diff(days)[series[1:] == series[:-1]]
        return gaps[gaps > 0]

    @cached_property
    def dates(self) -> list[date]:
        """The different days."""
        return [] if self.days is None else [date.fromordinal(int(day)) for day in np.unique(self.days[self.is_placed])]

    @property
    def are_weeks(self) -> bool:
        """True where rows stand whole weeks apart, and not once a month on one day of it or the last."""
        gaps = self.days_apart
        if len(gaps) < 2 or (gaps % DAYS_IN_A_WEEK).any():
            return False
        are_last = all((day + timedelta(days=1)).day == 1 for day in self.dates)
        return not are_last and len({day.day for day in self.dates}) > 1

    @property
    def are_first_days(self) -> bool:
        return bool(self.dates) and all(day.day == 1 for day in self.dates)


def _ordered(series: Whole, times: Whole, rows: Whole) -> tuple[Whole, Whole, Whole]:
    """Places of these rows by series and time; most frames come in that order already."""
    of_series, at = series[rows], times[rows]
    if len(rows) > 1:
        keys = of_series * (np.ptp(at) + 1) + (at - at.min())
        if (keys[1:] < keys[:-1]).any():
            order = np.argsort(keys, kind="stable")
            rows, of_series, at = rows[order], of_series[order], at[order]
    return rows, of_series, at


def spacing_problems(rows: Rows, span: int, where: str, *, is_said: bool) -> list[Problem]:
    """What stands against reading rows as periods of so many months, by how they are spaced.

    Parameters
    ----------
    span : int
        Months each row is taken to cover.
    where : str
        The column, for the reader.
    is_said : bool
        True where the periods or the request say that length; False where it is taken for want of another.

    Examples
    --------
    >>> quarters = Rows(np.zeros(3, int), np.array([540, 543, 546]), np.ones(3, bool))
    >>> print(*spacing_problems(quarters, 1, "column 'month'", is_said=False))
    column 'month': The rows stand three months apart and do not say what each covers. Say span_months=3 where it is \
the quarter that ends with its month, span_months=1 where it is that month alone.
    >>> spacing_problems(quarters, 3, "column 'month'", is_said=True)
    []
    """
    if rows.are_weeks:
        return [_of_weeks(rows, where)]
    if span > 1:
        return [_of_first_days(span, where)] if _begin(rows, span) else []
    apart = 0 if is_said else _months_apart(rows)
    if not apart:
        return []
    if _begin(rows, apart):
        return [_of_first_days(apart, where)]
    what = f"The rows stand {APART[apart]} apart and do not say what each covers."
    step = (
        f"Say span_months={apart} where it is the {COVERED[apart]} that ends with its month, span_months=1 where it is "
        "that month alone."
    )
    return [Problem(what, where, next_step=step)]


def _months_apart(rows: Rows) -> int:
    """3 or 12 where rows stand so far apart that they may be quarters or years; 0 where they do not."""
    gaps, series = rows.gaps
    if not len(gaps) or gaps.max() < MONTHS_IN_A_QUARTER:
        return 0
    for span in (MONTHS_IN_A_YEAR, MONTHS_IN_A_QUARTER):
        if not (gaps % span).any():
            return span
    of_a_quarter = np.bincount(series[gaps == MONTHS_IN_A_QUARTER], minlength=int(series.max()) + 1)
    all_of_it = np.bincount(series)
    is_quarterly = (of_a_quarter == all_of_it) & (all_of_it >= LEAST_GAPS)
    return MONTHS_IN_A_QUARTER if is_quarterly.any() else 0


def _begin(rows: Rows, span: int) -> bool:
    """True where the days are those on which quarters or years begin, which do not end with that month."""
    return rows.are_first_days and {day.month for day in rows.dates} <= FIRST_MONTHS[span]


def _of_first_days(span: int, where: str) -> Problem:
    return Problem(
        f"On these days a {COVERED[span]} begins, and a row is known by the last month it covers.",
        where,
        next_step=f"Give that month: frame[column] + pd.DateOffset(months={span - 1}), with span_months={span}. Where "
        "each row is one month, write it as YYYY-MM and say span_months=1.",
    )


def _of_weeks(rows: Rows, where: str) -> Problem:
    apart = int(rows.days_apart.min())
    return Problem(
        f"The rows stand whole weeks apart ({apart} days), and weeks do not add up to months.",
        where,
        next_step="Count the records by month. Where only weeks are held, docs/input.md says how to make months of "
        "them; where each row is a calendar month, write it as YYYY-MM.",
    )


def repeats_in_words(rows: Rows, named: Mapping[str, str]) -> str:
    """What to do where one period has several rows: nothing is thrown away unseen."""
    figures = [named[part] for part in ("numerator", "denominator") if part in named]
    by = [named[part] for part in ("by", "period") if part in named]
    if rows.days is not None and len(rows.days_apart):
        day = f"frame[{named['period']!r}]"
        return (
            "Add the days up by month: "
            f"frame.groupby({[*by[:-1], 'month']}, as_index=False)[{figures}].sum() after frame['month'] = "
            f"pd.to_datetime({day}).dt.to_period('M')."
        )
    return (
        f"Where each row is a part, add them up: frame.groupby({by}, as_index=False)[{figures}].sum(). Where they are "
        "versions of one figure, keep the one that holds."
    )
