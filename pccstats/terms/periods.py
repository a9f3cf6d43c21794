"""Months, quarters and years as police forces write them.

A year runs from 1 April to 31 March and is written `2015/16`; a quarter is written `2015/16-Q1` and covers April to
June. Where a plan says so (`year_starts`), years run from January and are written `2015`, or from July. Months are
`pandas.Period` with monthly frequency.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from pccstats.terms.errors import Problem, RequestProblem
from pccstats.terms.written import JANUARY, Unreadable, Written, written, year_starts

MONTHS_IN_A_QUARTER = 3
MONTHS_IN_A_YEAR = 12
DAYS_IN_A_MONTH = 365.25 / MONTHS_IN_A_YEAR  # of a standard month
MOST_STRETCHES = 8  # of months that are named one by one
SPAN_WORDS: Mapping[int, str] = {1: "month", MONTHS_IN_A_QUARTER: "quarter", MONTHS_IN_A_YEAR: "year"}
_YEAR_TEXT = re.compile(r"(\d{4})/(\d{2})")
_CALENDAR_YEAR_TEXT = re.compile(r"\d{4}")
_QUARTER_TEXT = re.compile(r"(\d{4}(?:/\d{2})?)-Q([1-4])")


def month(value: Any) -> pd.Period:
    """Read one month from text, a date, a timestamp or a period, as `pccstats.terms.written` does.

    Raises
    ------
    RequestProblem
        If it is no month, could be two, or covers several.

    Examples
    --------
    >>> month("2015-06"), month("Jun 2015")
    (Period('2015-06', 'M'), Period('2015-06', 'M'))
    """
    if isinstance(value, pd.Period) and value.freqstr == "M":
        return value
    found = _read(value)
    if found.span_months > 1:
        last = pd.Period(ordinal=found.last, freq="M")
        what = f"This covers {found.span_months} months, where one is asked for."
        raise RequestProblem(Problem(what, value=str(value), next_step=f"Give the month you mean; its last is {last}."))
    return pd.Period(ordinal=found.last, freq="M")


def _read(value: Any) -> Written:
    """One period as it was written, or a refusal in words."""
    try:
        return written(value)
    except Unreadable as refused:
        raise RequestProblem(Problem(refused.what, value=refused.value, next_step=refused.next_step)) from None


def month_in_words(value: Any) -> str:
    """Write a month as readers do.

    Examples
    --------
    >>> month_in_words("2015-06")
    'June 2015'
    """
    period = month(value)
    return f"{calendar.month_name[period.month]} {period.year}"


def months_in_words(months: Iterable[pd.Period]) -> str:
    """Months as they stand in a sentence, earliest first; those that follow one another as one stretch.

    Examples
    --------
    >>> months_in_words(month(each) for each in ("2014-12", "2015-02", "2015-01", "2015-05"))
    'December 2014 to February 2015 and May 2015'
    """
    runs: list[list[pd.Period]] = []
    for each in sorted(months):
        if runs and each == runs[-1][-1] + 1:
            runs[-1].append(each)
        else:
            runs.append([each])
    words = [" to ".join(dict.fromkeys(month_in_words(end) for end in (run[0], run[-1]))) for run in runs]
    if len(words) > MOST_STRETCHES:
        words = [*words[:MOST_STRETCHES], f"{sum(len(run) for run in runs[MOST_STRETCHES:])} more"]
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def so_many_months(count: int) -> str:
    """A number of months as it stands in a sentence.

    Examples
    --------
    >>> so_many_months(1), so_many_months(9)
    ('1 month', '9 months')
    """
    return f"{count:,} month{'' if count == 1 else 's'}"


def so_many(count: int, span_months: int = 1) -> str:
    """A number of periods of this length as it stands in a sentence.

    Examples
    --------
    >>> so_many(1), so_many(12, 3)
    ('1 month', '12 quarters')
    """
    return f"{count:,} {SPAN_WORDS[span_months]}{'' if count == 1 else 's'}"


def period_in_words(end: Any, span_months: int = 1) -> str:
    """A period by its last month, as it stands in a sentence.

    Examples
    --------
    >>> period_in_words("2015-06"), period_in_words("2015-06", 3), period_in_words("2015-06", 12)
    ('June 2015', 'the quarter to June 2015', 'the 12 months to June 2015')
    """
    last = month_in_words(end)
    if span_months == 1:
        return last
    return f"the {'quarter' if span_months == MONTHS_IN_A_QUARTER else so_many_months(span_months)} to {last}"


def period_name(end: Any, span_months: int = 1) -> str:
    """A period by its last month, as it stands alone: in a table's first column, as a label of a chart.

    Examples
    --------
    >>> period_name("2015-06"), period_name("2015-06", 3)
    ('June 2015', 'quarter to June 2015')
    """
    return period_in_words(end, span_months).removeprefix("the ")


def months_between(first: pd.Period, last: pd.Period) -> pd.PeriodIndex:
    """Every month from first to last, both included.

    Examples
    --------
    >>> len(months_between(month("2015-04"), month("2015-06")))
    3
    """
    return months_numbered(range(first.ordinal, last.ordinal + 1))


def months_numbered(numbers: ArrayLike) -> pd.PeriodIndex:
    """Months by their running numbers, as pandas counts them.

    Examples
    --------
    >>> list(months_numbered([545, 546]))
    [Period('2015-06', 'M'), Period('2015-07', 'M')]
    """
    return pd.PeriodIndex(pd.arrays.PeriodArray(np.asarray(numbers, dtype=np.int64), dtype=pd.PeriodDtype("M")))


@dataclass(frozen=True, order=True)
class FinancialYear:
    """A year of twelve months, from 1 April unless the plan says otherwise, known by the calendar year it starts in.

    Attributes
    ----------
    start : int
        The calendar year of its first month: 2012 for 2012/13.
    first : int
        The number of its first month: 4 for April, 1 for January, 7 for July.

    Examples
    --------
    >>> year = FinancialYear.parse("2012/13")
    >>> str(year), str(year.first_month), str(year.last_month)
    ('2012/13', '2012-04', '2013-03')
    >>> str(FinancialYear(2012, 1)), str(FinancialYear(2012, 7).last_month)
    ('2012', '2013-06')
    """

    start: int
    first: int = field(default_factory=year_starts)

    @classmethod
    def parse(cls, text: str) -> FinancialYear:
        """Read `2012/13`, or `2012` where years begin in January; anything else is refused in words."""
        plain = str(text).strip()
        if year_starts() == JANUARY and _CALENDAR_YEAR_TEXT.fullmatch(plain):
            return cls(int(plain))
        match = _YEAR_TEXT.fullmatch(plain)
        if not match or (int(match[1]) + 1) % 100 != int(match[2]):
            raise RequestProblem(
                f"{text!r} is not a financial year. Write it as 2012/13, the second year following the first; a "
                "calendar year by its months, ('2012-01', '2012-12')."
            )
        if year_starts() == JANUARY:
            raise RequestProblem(
                f"{text!r} is not a year of this plan, whose years begin in January: write {match[1]}."
            )
        return cls(int(match[1]))

    @classmethod
    def containing(cls, value: Any) -> FinancialYear:
        """The year a month falls in."""
        period = month(value)
        return cls(period.year if period.month >= year_starts() else period.year - 1)

    @property
    def first_month(self) -> pd.Period:
        return pd.Period(year=self.start, month=self.first, freq="M")

    @property
    def last_month(self) -> pd.Period:
        return self.first_month + MONTHS_IN_A_YEAR - 1

    def __str__(self) -> str:
        return str(self.start) if self.first == JANUARY else f"{self.start}/{(self.start + 1) % 100:02d}"


@dataclass(frozen=True, order=True)
class Quarter:
    """A quarter of a year: Q1 is April to June, unless the plan's years begin with another month.

    Attributes
    ----------
    year : FinancialYear
        The year it belongs to.
    number : int
        1 to 4.

    Examples
    --------
    >>> quarter = Quarter.parse("2015/16-Q1")
    >>> str(quarter), quarter.path_name, str(quarter.last_month)
    ('2015/16-Q1', '2015-16-Q1', '2015-06')
    >>> quarter.in_words
    'Quarter 1 2015/16, April to June 2015'
    >>> Quarter(FinancialYear(2015, 7), 2).in_words
    'Quarter 2 2015/16, October to December 2015'
    """

    year: FinancialYear
    number: int

    @classmethod
    def parse(cls, text: str) -> Quarter:
        """Read `2015/16-Q1`, or `2015-Q1` where years begin in January; anything else is refused in words."""
        match = _QUARTER_TEXT.fullmatch(str(text).strip())
        is_of_calendar_year = year_starts() == JANUARY
        if not match or ("/" in match[1]) == is_of_calendar_year:
            first = year_starts()
            months = f"{calendar.month_name[first]} to {calendar.month_name[first + 2]}"
            example = "2015-Q1" if is_of_calendar_year else "2015/16-Q1"
            raise RequestProblem(f"{text!r} is not a quarter. Write it as {example}, with Q1 for {months}.")
        return cls(FinancialYear.parse(match[1]), int(match[2]))

    @classmethod
    def containing(cls, value: Any) -> Quarter:
        """The quarter a month falls in."""
        year = FinancialYear.containing(value)
        return cls(year, (month(value) - year.first_month).n // MONTHS_IN_A_QUARTER + 1)

    @property
    def first_month(self) -> pd.Period:
        return self.year.first_month + MONTHS_IN_A_QUARTER * (self.number - 1)

    @property
    def last_month(self) -> pd.Period:
        return self.first_month + MONTHS_IN_A_QUARTER - 1

    @property
    def before(self) -> Quarter:
        """The quarter that ends where this one starts.

        Examples
        --------
        >>> str(Quarter.parse("2015/16-Q1").before)
        '2014/15-Q4'
        """
        last_year = FinancialYear(self.year.start - 1, self.year.first)
        return Quarter(self.year, self.number - 1) if self.number > 1 else Quarter(last_year, 4)

    @property
    def path_name(self) -> str:
        """The quarter as it is written in file and folder names."""
        return str(self).replace("/", "-")

    @property
    def in_words(self) -> str:
        first = calendar.month_name[self.first_month.month]
        return f"Quarter {self.number} {self.year}, {first} to {month_in_words(self.last_month)}"

    def __str__(self) -> str:
        return f"{self.year}-Q{self.number}"


@dataclass(frozen=True)
class Window:
    """An unbroken run of months, both ends included.

    Attributes
    ----------
    first, last : pandas.Period
        The first and last month.
    years_from : int
        The month that years begin with: a window of one of them is called by its name.

    Examples
    --------
    >>> str(Window.read("2012/13")), str(Window.read(("2014-07", "2015-06"))), str(Window.ending("2015-06"))
    ('2012/13', '12 months to June 2015', '12 months to June 2015')
    """

    first: pd.Period
    last: pd.Period
    years_from: int = field(default_factory=year_starts, compare=False, repr=False)

    @classmethod
    def read(cls, value: Any) -> Window:
        """Read a financial year (`2012/13`), a pair of months, a pandas year or quarter, a `FinancialYear` or a window.

        Examples
        --------
        >>> str(Window.read(pd.Period("2014", freq="Y"))), str(Window.read(pd.Period("2014Q4", freq="Q")))
        ('12 months to December 2014', '3 months to December 2014')
        """
        if isinstance(value, Window):
            return value
        if isinstance(value, pd.Period) and (found := _read(value)).span_months:
            return cls.ending(pd.Period(ordinal=found.last, freq="M"), found.span_months)
        if isinstance(value, tuple | list) and len(value) == 2:
            window = cls(month(value[0]), month(value[1]))
            if window.last < window.first:
                raise RequestProblem(f"The window {value[0]} to {value[1]} ends before it starts.")
            return window
        year = value if isinstance(value, FinancialYear) else FinancialYear.parse(value)
        return cls(year.first_month, year.last_month, year.first)

    @classmethod
    def ending(cls, last: Any, months: int = MONTHS_IN_A_YEAR) -> Window:
        """The window of so many months that ends with this one."""
        end = month(last)
        return cls(end - (months - 1), end)

    @property
    def month_count(self) -> int:
        return int((self.last - self.first).n) + 1

    @property
    def months(self) -> pd.PeriodIndex:
        return months_between(self.first, self.last)

    @property
    def days(self) -> int:
        """How many days it lasts.

        Examples
        --------
        >>> Window.read("2014/15").days, Window.read("2015/16").days
        (365, 366)
        """
        return int((self.last.end_time - self.first.start_time).days) + 1

    @property
    def is_financial_year(self) -> bool:
        return self.first.month == self.years_from and self.month_count == MONTHS_IN_A_YEAR

    @property
    def in_a_sentence(self) -> str:
        """The window as it stands in a sentence: `2012/13`, `the 12 months to June 2015`, `June 2015`.

        Examples
        --------
        >>> Window.ending("2015-06").in_a_sentence
        'the 12 months to June 2015'
        """
        has_a_name = self.is_financial_year or self.month_count == 1
        return str(self) if has_a_name else f"the {self}"

    @property
    def by_its_months(self) -> str:
        """The months it runs from and to: `April to September 2022`.

        Examples
        --------
        >>> Window.read(("2022-04", "2022-09")).by_its_months, Window.read(("2021-10", "2022-03")).by_its_months
        ('April to September 2022', 'October 2021 to March 2022')
        """
        first, last = month_in_words(self.first), month_in_words(self.last)
        if self.month_count == 1:
            return last
        return f"{first.split()[0] if self.first.year == self.last.year else first} to {last}"

    def shared_months(self, other: Window) -> int:
        """How many months it shares with another window.

        Examples
        --------
        >>> Window.ending("2015-03").shared_months(Window.ending("2015-06"))
        9
        """
        return max(int((min(self.last, other.last) - max(self.first, other.first)).n) + 1, 0)

    def __contains__(self, value: Any) -> bool:
        return bool(self.first <= month(value) <= self.last)

    def __str__(self) -> str:
        if self.is_financial_year:
            return str(FinancialYear(self.first.year, self.years_from))
        if self.month_count == 1:
            return month_in_words(self.last)
        return f"{self.month_count} months to {month_in_words(self.last)}"
