"""Periods as people write them: the month each ends with, and how many months it says it covers.

Whatever can be read in one way only is read: months, quarters and years of any month, dates, timestamps, pandas
periods.
What could be two things is refused with both, and with what to write instead.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

NOT_A_MONTH = "This is not a month."
WRITE_A_MONTH = "Write months as YYYY-MM, for example 2015-06."
FIRST_YEAR = 1970  # the running number of January 1970 is 0
YEARS = range(1800, 2200)  # beyond, a year is a slip of the pen, and would make a series of thousands of months
FIRST_MONTH, LAST_MONTH = (12 * (year - FIRST_YEAR) + month for year, month in ((YEARS.start, 0), (YEARS.stop, -1)))
SPANS_SAID = (1, 3, 12)
WEST, EAST = timedelta(hours=12), timedelta(hours=14)  # how far clocks are behind and before UTC
AN_HOUR_TO_MIDNIGHT = clock_time(23)
TWO_DIGIT_YEARS = {**dict.fromkeys(range(70, 100), 1900), **dict.fromkeys(range(40), 2000)}  # 40 to 69 might be either
SPREADSHEET_DAYS = range(20_000, 60_000)  # 1954 to 2064, counted from the end of 1899


APRIL, JANUARY, JULY = 4, 1, 7
YEAR_STARTS = (JANUARY, APRIL, JULY)


class _Years:
    """The month that years begin with in the plan that was read last."""

    first_month = APRIL


def year_starts() -> int:
    """The number of the month that years begin with: April, or the plan's own once one was read."""
    return _Years.first_month


def begin_years_in(first_month: int) -> None:
    """Let years begin with January (1), April (4) or July (7) from now on; reading a plan does so.

    It decides which months a year or quarter written by name means, and how windows and axes are named. Periods made
    before keep theirs.
    """
    _Years.first_month = first_month


class Written(NamedTuple):
    """One period, as it was written.

    Attributes
    ----------
    last : int
        Running number of its last month, as pandas counts them (January 1970 is 0).
    span_months : int
        How many months it says it covers, 3 or 12; 0 where it names a month or a day, which may stand for a quarter
        or year that ends with it.
    day : datetime.date or None
        The day, where one was given.
    """

    last: int
    span_months: int = 0
    day: date | None = None


class Unreadable(ValueError):
    """What stands where a period should: which rule it breaks, what was found, what to write instead."""

    def __init__(self, what: str, value: str, next_step: str) -> None:
        super().__init__(f"{what} {next_step}")
        self.what, self.value, self.next_step = what, value, next_step


def written(value: Any) -> Written:
    """Read one period: text, a date, a timestamp or a pandas period.

    A timestamp with a time zone is read by the clock of its place. One in UTC, or at a fixed distance from it, is read
    where that cannot matter: at midnight it is a date, and far from the turn of a month it is in that month anywhere.

    Raises
    ------
    Unreadable
        If it is no period, is no whole months, or could be two things.

    Examples
    --------
    >>> [written(text).last - written("2015-01").last for text in ("Feb 2015", "2015 Mar", "Apr-15", "30/06/2015")]
    [1, 2, 3, 5]
    >>> [written(text).span_months for text in ("2015/16-Q1", "Apr to Jun 2015", "2015/16", "Year ending June 2015")]
    [3, 3, 12, 12]
    >>> written(pd.Period("2015Q1", freq="Q-DEC")) == Written(written("2015-03").last, 3)
    True
    >>> written("2015Q1")
    Traceback (most recent call last):
    ...
    pccstats.terms.written.Unreadable: Quarter 1 may be that of a calendar year or of a financial year. Write \
2015/16-Q1 for April to June 2015, or name the months: Jan to Mar 2015.
    """
    found = _read(value)
    if not FIRST_MONTH <= found.last <= LAST_MONTH:
        years = f"{YEARS.start} to {YEARS.stop - 1}"
        raise _refusal(f"A period lies in the years {years}.", value, "Correct the year.")
    return found


def _read(value: Any) -> Written:
    """By what it is: a pandas period, a timestamp, a date, or else its text."""
    if isinstance(value, pd.Period):
        return _of_period(value)
    if value is pd.NaT:
        raise _refusal(NOT_A_MONTH, value, WRITE_A_MONTH)
    if isinstance(value, np.datetime64):
        return _read(pd.Timestamp(value))
    if isinstance(value, datetime):  # Timestamp included
        return _of_day(_day_of(value))
    if isinstance(value, date):
        return _of_day(value)
    return _of_text(str(value).strip())


def _refusal(what: str, value: Any, step: str) -> Unreadable:
    return Unreadable(what, str(value), step)


def _number(year: int, month: int) -> int:
    return 12 * (year - FIRST_YEAR) + month - 1


def _of_day(day: date) -> Written:
    return Written(_number(day.year, day.month), day=day)


def _of_period(period: pd.Period) -> Written:
    """Whole months by the last of them; a day, or less, by its month."""
    if period.freqstr == "M":
        return Written(period.ordinal)
    first, after = period.start_time, (period + 1).start_time
    if after - first <= timedelta(days=1):
        return _of_day(first.date())
    span = _number(after.year, after.month) - _number(first.year, first.month)
    is_whole = first.day == after.day == 1
    if not is_whole or span not in SPANS_SAID:
        step = "Give months, quarters or years." if is_whole else _BY_MONTH
        raise _refusal(f"A period of {span} months is none." if is_whole else "A week is no month.", period, step)
    return Written(_number(after.year, after.month) - 1, span if span > 1 else 0)


_BY_MONTH = "Count the events by month first: docs/input.md says how where only weeks are held."


def _day_of(moment: datetime) -> date:
    """The day of a timestamp; refused where it might be that of another month."""
    day, at = moment.date(), moment.time()
    if moment.tzinfo is None:
        if at == AN_HOUR_TO_MIDNIGHT and (day + timedelta(days=1)).day == 1:
            raise _refusal(
                f"This may be the end of {_in_words(day)}, or London's midnight after it, written in UTC.",
                moment,
                "Give the month itself, YYYY-MM, or say the zone: "
                ".dt.tz_localize('UTC').dt.tz_convert('Europe/London').",
            )
        return day
    if at == clock_time(0) or _is_of_a_place(moment) or day.year not in YEARS:
        return day
    near = {(turned.year, turned.month) for turned in (moment - WEST, moment, moment + EAST)}
    if len(near) > 1:
        raise _refusal(
            "In which month this moment lies depends on the clock: it is given in UTC, or at a fixed distance from it.",
            moment,
            "Turn it into local time first: .dt.tz_convert('Europe/London').",
        )
    return day


def _is_of_a_place(moment: datetime) -> bool:
    """True where the zone is a place's, with its summer time."""
    name = getattr(moment.tzinfo, "key", None) or getattr(moment.tzinfo, "zone", None) or ""
    return "/" in name and not name.startswith("Etc/")


def _in_words(day: date) -> str:
    return f"{calendar.month_name[day.month]} {day.year}"


_ORDER = range(1, 13)
_MONTH_NUMBERS = {name[:3].lower(): number for number, name in zip(_ORDER, calendar.month_name[1:], strict=True)}
_NAME = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_YEAR = r"(?:18|19|20|21)\d{2}"
_GAP = r"[ \-–/]?"
_TO = r"(?: ?[-–] ?| to )"
_ENDING = r"(?: ending| ended| to)(?: the end of)?(?: in)?"


def _of_text(text: str) -> Written:
    """The first way of writing that fits; each refuses what it cannot be sure of."""
    plain = re.sub(r"\s+", " ", text)
    for pattern, read in _WAYS:
        if found := pattern.fullmatch(plain):
            return read(text, **{name: part for name, part in found.groupdict().items() if part is not None})
    raise _refusal(NOT_A_MONTH, text, WRITE_A_MONTH)


def _iso(text: str, year: str, month: str, day: str = "", rest: str = "") -> Written:
    """`2015-06`, `2015-06-30`, `2015-06-30T00:00:00Z`."""
    if not 1 <= int(month) <= 12:
        is_year = int(month) == (int(year) + 1) % 100
        step = f"Write the financial year as {year}/{month}." if is_year else WRITE_A_MONTH
        raise _refusal(NOT_A_MONTH, text, step)
    if not day:
        return Written(_number(int(year), int(month)))
    if _day_or_none(year, month, day) is None:
        raise _refusal("There is no such day.", text, "Correct the day, or write the month alone, YYYY-MM.")
    time_of_day = re.sub(r"(\.\d{6})\d+", r"\1", rest)  # nanoseconds are left out
    try:
        moment = datetime.fromisoformat(f"{year}-{month}-{day}{time_of_day}")
    except ValueError:
        raise _refusal(NOT_A_MONTH, text, "Write the date alone, YYYY-MM-DD.") from None
    return _of_day(_day_of(moment))


def _named(_text: str, name: str, year: str) -> Written:
    """`Jan 1995`, `1995 January`, `January, 1995`."""
    return Written(_number(int(year), _month_number(name)))


def _named_short(text: str, name: str, year: str) -> Written:
    """`Jan-95`: 70 to 99 are of the last century, 00 to 39 of this one."""
    century = TWO_DIGIT_YEARS.get(int(year))
    if century is None:
        step = f"Write the year in full: {name} 19{year} or {name} 20{year}."
        raise _refusal("The century is not clear.", text, step)
    return Written(_number(century + int(year), _month_number(name)))


def _month_number(name: str) -> int:
    return _MONTH_NUMBERS[name[:3].lower()]


def _day_named(text: str, day: str, name: str, year: str) -> Written:
    """`30 June 2015`."""
    return _iso(text, year, f"{_month_number(name):02d}", f"{int(day):02d}")


def _day_in_numbers(text: str, one: str, other: str, year: str) -> Written:
    """`30/06/2015`, where the day can be told from the month."""
    either_way = (_day_or_none(year, other, one), _day_or_none(year, one, other))
    days = [day for day in either_way if day is not None]
    if not days:
        raise _refusal("There is no such day.", text, WRITE_A_MONTH)
    if len({day.month for day in days}) > 1:
        either = " or ".join(f"{day.day} {_in_words(day)}" for day in days)
        step = "Write it as YYYY-MM, or read the column with pd.to_datetime(column, dayfirst=True)."
        raise _refusal(f"This may be {either}.", text, step)
    return _of_day(days[0])


def _day_or_none(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _month_of_year(text: str, month: str, year: str) -> Written:
    """`06/2015`, `6/2015`, `2015M06`."""
    return _iso(text, year, month)


def _year_over(text: str, year: str, next_year: str) -> Written:
    """`2015/16`, and nothing else with two years."""
    if int(next_year) != (int(year) + 1) % 100:
        step = f"Write the month as {year}-{next_year}, a financial year as {year}/{(int(year) + 1) % 100:02d}."
        raise _refusal("This is no financial year, which runs into the year after.", text, step)
    if year_starts() == JANUARY:
        raise _refusal("The plan's years begin in January.", text, f"Write {year}, or name the months.")
    return Written(_number(int(year) + 1, year_starts() - 1), 12)


def _quarter_of_year(text: str, number: str, year: str, next_year: str) -> Written:
    """`2015/16-Q1`, `Q1 2015/16`: quarter 1 is April to June, unless the plan's years begin otherwise."""
    return Written(_year_over(text, year, next_year).last - 3 * (4 - int(number)), 3)


def _bare_quarter(text: str, number: str, year: str) -> Written:
    if year_starts() == JANUARY:
        return Written(_number(int(year), 3 * int(number)), 3)
    starts = 3 * (int(number) - 1)
    by_calendar = f"{calendar.month_abbr[starts + 1]} to {calendar.month_abbr[starts + 3]} {year}"
    financial = f"{year}/{(int(year) + 1) % 100:02d}-Q{number}"
    first = _number(int(year), year_starts()) + starts
    months = [date(FIRST_YEAR + month // 12, month % 12 + 1, 1) for month in (first, first + 2)]
    raise _refusal(
        f"Quarter {number} may be that of a calendar year or of a financial year.",
        text,
        f"Write {financial} for {calendar.month_name[months[0].month]} to {_in_words(months[1])}, "
        f"or name the months: {by_calendar}.",
    )


def _bare_year(text: str, year: str) -> Written:
    if year_starts() == JANUARY:
        return Written(_number(int(year), 12), 12)
    raise _refusal(
        "A year alone does not say which twelve months it means.",
        text,
        f"Write {year}/{(int(year) + 1) % 100:02d} for a financial year, Jan to Dec {year} for a calendar year, or "
        "give the last month of each and span_months=12.",
    )


def _months_named(text: str, first: str, name: str, year: str, first_year: str = "") -> Written:
    """`Apr to Jun 2015`, `Oct 2014 to Sep 2015`."""
    last = _number(int(year), _month_number(name))
    span = last - _number(int(first_year or year), _month_number(first)) + 1
    if span <= 0 and not first_year:
        span += 12  # Nov to Jan 2015
    if span not in SPANS_SAID:
        raise _refusal("A period covers 1, 3 or 12 months.", text, "Give months, quarters or years.")
    return Written(last, span if span > 1 else 0)


def _year_ending(_text: str, name: str, year: str) -> Written:
    return Written(_number(int(year), _month_number(name)), 12)


def _quarter_ending(_text: str, name: str, year: str) -> Written:
    return Written(_number(int(year), _month_number(name)), 3)


def _digits(text: str, number: str) -> Written:
    """A number is no date, however it may be meant."""
    step = WRITE_A_MONTH
    if int(number) in SPREADSHEET_DAYS:
        step = "If these are a spreadsheet's dates: pd.to_datetime(column, unit='D', origin='1899-12-30')."
    elif re.fullmatch(rf"{_YEAR}(0[1-9]|1[0-2])", number):
        step = f"Write {number[:4]}-{number[4:]}; of a whole column: pd.to_datetime(column.astype(str), format='%Y%m')."
    raise _refusal(NOT_A_MONTH, text, step)


def _ways() -> Iterator[tuple[str, Callable[..., Written]]]:
    """Ways of writing a period, the plainest first; no two of them fit one text in two ways."""
    name, year = f"(?P<name>{_NAME})", f"(?P<year>{_YEAR})"
    over = r"(?P<year>\d{4})[/-](?P<next_year>\d{2})"
    yield r"(?P<year>\d{4})-(?P<month>\d{2})(?:-(?P<day>\d{2})(?P<rest>[ T].*)?)?", _iso
    yield rf"{name}(?:{_GAP}|, ?){year}", _named
    yield rf"{year}{_GAP}{name}", _named
    yield rf"{name}[ \-–/']{{1,2}}(?P<year>\d{{2}})", _named_short
    yield rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?{_GAP}{name}{_GAP}{year}", _day_named
    yield rf"(?P<one>\d{{1,2}})[/.\-](?P<other>\d{{1,2}})[/.\-]{year}(?: 00:00(?::00)?)?", _day_in_numbers
    yield rf"(?P<month>\d{{1,2}})[/\-]{year}", _month_of_year
    yield rf"{year}M(?P<month>\d{{1,2}})", _month_of_year
    yield r"(?P<year>\d{4})/(?P<next_year>\d{2})", _year_over
    yield rf"{over}[ \-]?Q(?P<number>[1-4])", _quarter_of_year
    yield rf"Q(?P<number>[1-4])[ \-]?{over}", _quarter_of_year
    yield rf"{year}[ \-/]?Q(?P<number>[1-4])", _bare_quarter
    yield rf"Q(?P<number>[1-4])[ \-/]?{year}", _bare_quarter
    yield year, _bare_year
    yield rf"(?P<first>{_NAME})(?: (?P<first_year>{_YEAR}))?{_TO}{name} {year}", _months_named
    yield rf"(?:year|YE|12 months|twelve months)(?:{_ENDING})? {name} {year}", _year_ending
    yield rf"(?:quarter|QE|3 months|three months)(?:{_ENDING})? {name} {year}", _quarter_ending
    yield r"(?P<number>\d{1,15})", _digits


_WAYS = tuple((re.compile(pattern, re.IGNORECASE | re.ASCII), read) for pattern, read in _ways())
