import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pccstats.terms.errors import RequestProblem
from pccstats.terms.periods import FinancialYear, Quarter, Window, month, month_in_words

MONTHS = st.dates(pd.Timestamp("1990-01-01").date(), pd.Timestamp("2060-12-31").date())


def test_quarter_one_is_april_to_june():
    """A quarter knows its months, its path name and its words."""
    quarter = Quarter.parse("2015/16-Q1")
    assert (str(quarter.first_month), str(quarter.last_month)) == ("2015-04", "2015-06")
    assert quarter.path_name == "2015-16-Q1"
    assert quarter.in_words == "Quarter 1 2015/16, April to June 2015"


def test_last_quarter_falls_in_the_next_calendar_year():
    """Quarter 4 of 2015/16 is January to March 2016."""
    assert str(Quarter.parse("2015/16-Q4").last_month) == "2016-03"


@pytest.mark.parametrize("text", ["2015/16-Q5", "2015/17-Q1", "2015-16-Q1", "Q1", "", "2015/16", "2015/16-q1"])
def test_other_spellings_of_a_quarter_are_refused_in_words(text):
    """A quarter written any other way is refused with the right spelling shown."""
    with pytest.raises(RequestProblem, match=r"2015/16-Q1|2012/13"):
        Quarter.parse(text)


@pytest.mark.parametrize("text", ["2015-13", "spring 2015", "15-06", "nan", ""])
def test_what_is_no_month_is_refused(text):
    """What names no month is refused with how to write one."""
    with pytest.raises(RequestProblem, match="YYYY-MM"):
        month(text)


@pytest.mark.parametrize("text", ["2015/16", "2015/16-Q1", pd.Period("2015Q2", freq="Q")])
def test_where_one_month_is_asked_for_several_are_refused(text):
    """A quarter or a year is not taken for its last month: a window would begin with it."""
    with pytest.raises(RequestProblem, match=r"where one is asked for.*its last is 201[56]-0[36]"):
        month(text)


def test_a_window_may_be_a_year_or_quarter_of_pandas():
    """A pandas period knows its months, whichever a year ends with; a calendar year as text is refused with the way."""
    assert str(Window.read(pd.Period("2015", freq="Y-MAR"))) == "2014/15"
    assert str(Window.read(pd.Period("2014", freq="Y"))) == "12 months to December 2014"
    with pytest.raises(RequestProblem, match=r"\('2012-01', '2012-12'\)"):
        Window.read("2014")


@given(MONTHS)
def test_every_month_is_in_its_quarter_and_its_year(day):
    """The quarter and the financial year that contain a month do contain it."""
    value = month(day)
    quarter = Quarter.containing(value)
    assert quarter.first_month <= value <= quarter.last_month
    assert quarter.year == FinancialYear.containing(value)
    assert Quarter.parse(str(quarter)) == quarter
    assert FinancialYear.parse(str(quarter.year)) == quarter.year


def test_century_turn_is_written_with_two_noughts():
    """The year after 1999 is 1999/00."""
    assert str(FinancialYear(1999)) == "1999/00"
    assert FinancialYear.parse("1999/00").start == 1999


def test_windows_are_named_as_readers_name_them():
    """A financial year is written as one; any other window by its length and end."""
    assert str(Window.read("2012/13")) == "2012/13"
    assert str(Window.ending("2015-06")) == "12 months to June 2015"
    assert str(Window.read(("2015-04", "2015-06"))) == "3 months to June 2015"
    assert str(Window.ending("2014-12", 1)) == "December 2014"


def test_a_window_that_ends_before_it_starts_is_refused():
    """The months of a window are in order."""
    with pytest.raises(RequestProblem, match="ends before it starts"):
        Window.read(("2015-06", "2015-04"))


def test_months_in_words():
    """Dates, timestamps, periods and text all read as the same month."""
    for value in ("2015-06", pd.Period("2015-06", "M"), pd.Timestamp("2015-06-30"), "2015-06-01"):
        assert month_in_words(value) == "June 2015"


@pytest.mark.parametrize(
    ("window", "words"),
    [
        ("2012/13", "2012/13"),
        (("2015-06", "2015-06"), "June 2015"),
        (("2014-07", "2015-06"), "the 12 months to June 2015"),
        (("2010-04", "2013-03"), "the 36 months to March 2013"),
    ],
)
def test_a_window_as_it_stands_in_a_sentence(window, words):
    """A year and a month have names; any other run of months takes an article."""
    assert Window.read(window).in_a_sentence == words


def test_months_that_windows_share():
    """Windows apart share none, one inside the other all of its own, and it does not matter which is asked."""
    year, latest = Window.read("2014/15"), Window.ending("2015-06")
    assert year.shared_months(latest) == latest.shared_months(year) == 9
    assert Window.read("2012/13").shared_months(latest) == 0
    assert Window.ending("2015-06", 3).shared_months(latest) == 3


def test_days_of_a_window():
    """A leap day counts."""
    assert [Window.ending(month, 1).days for month in ("2015-02", "2016-02")] == [28, 29]
