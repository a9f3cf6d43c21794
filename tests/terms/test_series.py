import numpy as np
import pandas as pd
import pytest

from pccstats.terms.errors import DataProblem, MethodProblem
from pccstats.terms.series import Series, days_in, require_series
from pccstats.terms.words import Kind


def frame(**columns):
    """Make a frame of columns given by name."""
    return pd.DataFrame(columns)


def test_row_order_does_not_matter_and_the_callers_frame_is_untouched():
    """Rows may come in any order; the frame handed in is not changed."""
    given = frame(month=["2015-06", "2015-04", "2015-05"], numerator=[3, 1, 2])
    before = given.copy()
    series = Series.from_frame(given)
    assert series.values.tolist() == [1, 2, 3]
    pd.testing.assert_frame_equal(given, before)


def test_checked_rows_make_the_series_that_any_frame_of_them_makes(data):
    """Of rows known to be sound nothing is left out or added by taking them as they are, gaps included."""
    rows = data.rows("12.offences", "Leicestershire", months=12).drop_duplicates("period_end", keep="last")
    months = data.rows("street.burglary", "Charnwood", months=1).drop_duplicates("period_end", keep="last")
    for given, span in ((rows, 12), (months.drop(index=months.index[3]), 1)):
        checked = Series.of_checked(given, span_months=span, title="Counted")
        read = Series.from_frame(given, period="period_end", span_months=span, title="Counted")
        pd.testing.assert_frame_equal(checked.points, read.points)
        assert checked.content == read.content


def test_a_missing_month_stays_on_the_axis_without_a_figure():
    """A gap is a month with no figure, not a shorter series."""
    series = Series.from_frame(frame(month=["2015-04", "2015-06"], numerator=[1, 3]))
    assert len(series) == 3
    assert np.isnan(series.values.iloc[1])


def test_every_fault_is_named_at_once():
    """Text, a repeat, a negative and a bad month are all in one message."""
    faulty = frame(month=["2015-04", "2015-04", "May", "2015-07"], numerator=["7", "x", 2, -1])
    with pytest.raises(DataProblem) as caught:
        Series.from_frame(faulty)
    message = str(caught.value)
    assert "4 problems" in message
    for part in ("'x'", "twice", "'May'", "negative"):
        assert part in message


def test_a_missing_column_is_answered_with_the_columns_there_are():
    """The refusal lists what the frame holds."""
    with pytest.raises(DataProblem, match="The frame has: month, crimes"):
        Series.from_frame(frame(month=["2015-04"], crimes=[1]))


def test_more_satisfied_than_asked_is_refused():
    """A part cannot be larger than its whole."""
    with pytest.raises(DataProblem, match="above the denominator"):
        Series.from_frame(frame(month=["2015-04"], numerator=[9], denominator=[8]), denominator="denominator")


def test_values_are_on_the_scale_readers_see():
    """Shares are per cent; a published per cent of unknown n is itself; rates carry their multiplier."""
    asked = frame(month=["2015-04"], numerator=[43], denominator=[50])
    assert Series.from_frame(asked, denominator="denominator").values.tolist() == [86.0]
    printed = frame(month=["2015-04"], numerator=[88.6])
    assert Series.from_frame(printed, kind=Kind.SURVEY).values.tolist() == [88.6]
    rate = Series.from_frame(asked, denominator="denominator", kind=Kind.RATE, multiplier=1000)
    assert rate.values.tolist() == [860.0]


def test_between_keeps_both_ends():
    """A slice of months includes its first and last."""
    series = Series.from_frame(frame(month=["2015-04", "2015-05", "2015-06"], numerator=[1, 2, 3]))
    assert series.between("2015-05", "2015-06").values.tolist() == [2, 3]


def test_days_know_leap_years_and_spans():
    """February has 28 or 29 days and a year 365 or 366."""
    ends = pd.PeriodIndex(["2015-02", "2016-02"], freq="M")
    assert days_in(ends).tolist() == [28, 29]
    assert days_in(ends, 12).tolist() == [365, 366]


def test_wrong_words_are_named_with_the_other_faults_and_the_choices():
    """A polarity, a kind and a field nobody knows are refused with a bad figure, all in one message."""
    faulty = frame(month=["2015-04", "2015-05"], numerator=["x", 2])
    with pytest.raises(DataProblem) as caught:
        Series.from_frame(faulty, polarity="down", kind="foo", place="Leicestershire")
    message = str(caught.value)
    assert "4 problems" in message
    for part in ("'down'", "lower_is_better", "'foo'", "survey", "'place'", "area", "'x'"):
        assert part in message


def test_a_comma_among_digits_is_to_be_left_out():
    """`1,234` is not guessed at: the message says what to write."""
    with pytest.raises(DataProblem, match="Write 1234 without the comma"):
        Series.from_frame(frame(month=["2015-04"], numerator=["1,234"]))


def test_what_is_no_series_is_told_how_to_become_one():
    """A frame handed to a method, or a list handed to `from_frame`, is answered with the next step."""
    with pytest.raises(MethodProblem, match=r"Series\.from_frame\(frame, \.\.\.\)"):
        require_series(frame(month=["2015-04"], numerator=[1]))
    with pytest.raises(DataProblem, match="a frame of pandas, polars or Arrow"):
        Series.from_frame([1, 2])


def test_provenance_names_two_sources_and_the_latest_vintage():
    """Sources beyond two are counted; without any, that is said; a vintage of another form stands as written."""
    months = ["2015-04", "2015-05", "2015-06", "2015-07"]
    given = frame(month=months, numerator=[1, 2, 3, np.nan], source=["Panel; Board", "Report", "Plan", "Nothing"])
    dated = given.assign(published_on=["2015-06", "2015-09-16", "", ""])
    assert Series.from_frame(given).provenance == "Source: Panel; Board; and 2 more."
    assert Series.from_frame(dated).provenance.endswith("; and 2 more; published up to 16 September 2015.")
    assert Series.from_frame(given[["month", "numerator"]]).provenance == "Source: not given."
    assert Series.from_frame(given.assign(published_on="last week")).provenance.endswith("published up to last week.")


def test_what_is_known_of_a_series_is_read_or_refused():
    """A baseline and a horizon may be written; events, residents, multiplier and names are of their types."""
    given = frame(month=["2015-04", "2015-05"], numerator=[1, 2])
    series = Series.from_frame(given, baseline="2012/13", horizon="Mar 2017")
    assert (str(series.baseline), str(series.horizon)) == ("2012/13", "2017-03")
    with pytest.raises(DataProblem) as caught:
        Series.from_frame(
            given, events=["2013-04"], multiplier=-1, population="many", residents=[2014], area=3, baseline="2012/14"
        )
    assert [problem.where for problem in caught.value.problems] == [
        *("area", "multiplier", "population", "", "events", "residents")
    ]


def test_a_rate_out_of_nothing_has_no_value():
    """Nought persons give no rate, not an endless one."""
    given = frame(month=["2015-04", "2015-05"], numerator=[5, 5], denominator=[0, 10])
    rate = Series.from_frame(given, denominator="denominator", kind="rate", multiplier=100)
    assert np.isnan(rate.values.iloc[0])
    assert rate.values.iloc[1] == 50
