"""How rows stand to one another in time: what they cover, weeks, and the same period twice."""

import numpy as np
import pandas as pd
import pytest

from pccstats.terms.errors import DataProblem
from pccstats.terms.series import Series
from pccstats.terms.spacing import Rows, spacing_problems


def rows(*ordinals, series=None, days=None):
    """Rows of one series, or of several."""
    at = np.array(ordinals)
    of = np.zeros(len(at), dtype=int) if series is None else np.array(series)
    return Rows(of, at, np.ones(len(at), dtype=bool), days=None if days is None else np.array(days))


def told(dates, **options):
    """What is said of figures on these dates."""
    with pytest.raises(DataProblem) as refused:
        Series.from_frame(pd.DataFrame({"month": dates, "numerator": range(len(dates))}), **options)
    return str(refused.value)


def test_the_same_period_twice_is_the_later_row_of_the_same_series():
    """The first stands; another series may have the period too; the order of rows does not matter."""
    assert rows(5, 4, 5, 5, series=[0, 0, 0, 1]).repeated.tolist() == [False, False, True, False]


def test_gaps_are_within_a_series():
    """From the last row of one series to the first of the next there is none."""
    gaps, series = rows(1, 4, 100, 101, series=[0, 0, 1, 1]).gaps
    assert (gaps.tolist(), series.tolist()) == ([3, 1], [0, 1])


@pytest.mark.parametrize(("apart", "words"), [(3, "three months apart"), (6, "three months"), (12, "a year apart")])
def test_rows_far_apart_are_refused_until_it_is_said_what_they_cover(apart, words):
    """Three months, a half-year and a year apart; months where it is said, and quarters where that is said."""
    far = rows(*range(0, 5 * apart, apart))
    (problem,) = spacing_problems(far, 1, "", is_said=False)
    assert words in problem.what
    assert spacing_problems(far, 1, "", is_said=True) == []
    assert spacing_problems(far, 3, "", is_said=True) == []


def test_months_with_a_gap_are_months():
    """One pair of neighbours is enough."""
    assert spacing_problems(rows(0, 3, 6, 7), 1, "", is_said=False) == []


def test_one_quarterly_series_among_monthly_ones_is_seen():
    """Eight rows, each a quarter after the last; of seven it might be chance, where most months have no row."""
    monthly, quarterly = list(range(24)), list(range(0, 24, 3))
    both = rows(*monthly, *quarterly, series=[0] * 24 + [1] * 8)
    assert len(spacing_problems(both, 1, "", is_said=False)) == 1
    fewer = rows(*monthly, *quarterly[:7], series=[0] * 24 + [1] * 7)
    assert spacing_problems(fewer, 1, "", is_said=False) == []


@pytest.mark.parametrize("days", [7, 14, 28])
def test_weeks_are_told_of_once_and_nothing_is_thrown_away(days):
    """One problem, not one a row; the way to months is named, and no row is to be left out."""
    said = told(pd.date_range("2015-01-04", periods=9, freq=f"{days}D"))
    assert f"whole weeks apart ({days} days)" in said
    assert "Count the records by month" in said
    assert "Keep" not in said


def test_the_last_friday_of_each_month_is_whole_weeks():
    """Four weeks and five weeks in turn are no months either, and the way out is named."""
    fridays = pd.date_range("2015-01-01", periods=8, freq="LWOM-FRI")
    assert "where each row is a calendar month, write it as YYYY-MM" in told(fridays)


@pytest.mark.parametrize("frequency", ["MS", "ME", "BMS"])
def test_once_a_month_is_a_month(frequency):
    """The first day, the last, the first working day."""
    frame = pd.DataFrame({"month": pd.date_range("2015-01-01", periods=9, freq=frequency), "numerator": range(9)})
    assert len(Series.from_frame(frame)) == 9


def test_days_are_to_be_added_up():
    """Daily figures are told how, with the names of their own columns."""
    said = told(pd.date_range("2015-01-04", periods=9))
    assert "Add the days up by month" in said
    assert "frame.groupby(['month'], as_index=False)[['numerator']].sum()" in said


def test_the_same_month_twice_is_added_up_or_chosen():
    """Nobody is told to throw a row away."""
    said = told(["2015-04", "2015-05", "2015-05"])
    assert "row 2, column 'month': A period appears twice." in said
    assert "Where each row is a part, add them up" in said


@pytest.mark.parametrize(
    ("first", "frequency", "span", "words"),
    [("2014-01-01", "QS", 3, "a quarter begins"), ("2010-04-01", "YS-APR", 12, "a year begins")],
)
def test_first_days_of_quarters_and_years_do_not_end_with_that_month(first, frequency, span, words):
    """1 April is not the end of the quarter to April, whether or not a length is given."""
    dates = pd.date_range(first, periods=8, freq=frequency)
    assert words in told(dates)
    said = told(dates, span_months=span)
    assert f"pd.DateOffset(months={span - 1})" in said
    ends = Series.from_frame(
        pd.DataFrame({"month": dates + pd.DateOffset(months=span - 1), "numerator": 1}), span_months=span
    )
    assert str(ends.first) == str(pd.Period(first, freq="M") + span - 1)
