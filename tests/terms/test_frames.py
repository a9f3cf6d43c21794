"""Figures read from anybody's frame: one reader for one series and for many."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from pccstats.terms.errors import DataProblem
from pccstats.terms.frames import figures_in
from tests.terms.given import FIGURES


def refusal(frame, **named):
    """What the reader is told of a frame."""
    with pytest.raises(DataProblem) as refused:
        figures_in(frame, **{"period": "month", "numerator": "n", **named})
    return str(refused.value)


def test_rows_come_back_as_the_frame_has_them():
    """Months as running numbers and as periods, numbers as numbers, series by their place among the names."""
    frame = pd.DataFrame({"beat": ["b", "a"], "month": ["2015-05", "2015-04"], "n": ["7", None], "of": [9, 9]})
    found = figures_in(frame, period="month", numerator="n", denominator="of", by="beat")
    assert found.names.tolist() == ["b", "a"]
    assert found.series.tolist() == [0, 1]
    assert found.months.astype(str).tolist() == ["2015-05", "2015-04"]
    np.testing.assert_array_equal(found.numerator, [7, np.nan])
    np.testing.assert_array_equal(found.denominator, [9, 9])


def test_a_part_above_its_whole_is_named_by_its_own_row():
    """The row of the frame, not its place among the faulty ones."""
    frame = pd.DataFrame({"month": ["2015-04", "2015-05", "2015-06"], "n": [1, 2, 5], "of": [3, 3, 3]})
    told = refusal(frame, denominator="of", is_proportion=True)
    assert told == "row 2, column 'n': The numerator is above the denominator. Found '5 of 3'. Correct one of them."


def test_many_faults_are_counted_and_the_first_are_shown():
    """Twenty of a thousand, and how many more there are."""
    frame = pd.DataFrame({"month": pd.period_range("1915-04", periods=1000, freq="M"), "n": -1})
    told = refusal(frame)
    assert "row 19, column 'n'" in told
    assert "row 20, column 'n'" not in told
    assert "... and 980 more of the same kinds." in told


@pytest.mark.parametrize("empty", [None, pd.NaT, np.nan])
def test_a_row_without_a_month_is_told_of(empty):
    """An empty cell is no month, and is not taken for one that comes twice."""
    told = refusal(pd.DataFrame({"month": ["2015-04", empty, empty], "n": [1, 2, 3]}))
    assert told.count("A row has no month.") == 2
    assert "twice" not in told


def test_what_is_no_month_at_all_is_told_of():
    """A list among the months is answered like any other value."""
    assert "row 1, column 'month': This is not a month." in refusal(
        pd.DataFrame({"month": ["2015-04", ["2015-05"]], "n": [1, 2]})
    )


def test_a_month_twice_is_told_with_the_other_faults():
    """A bad month and a bad number elsewhere do not hide it; another series may have the same month."""
    frame = pd.DataFrame({"beat": list("aab"), "month": ["2015-04"] * 3, "n": ["1", "x", "3"]})
    told = refusal(frame, by="beat")
    assert "row 1, column 'month': A series has this period twice. Found '2015-04'." in told
    assert "Found 'x'" in told
    assert "row 2" not in told


def test_a_frame_with_no_rows_is_refused():
    """There is nothing to read."""
    assert refusal(pd.DataFrame({"month": [], "n": []})) == "The frame has no rows."


@pytest.mark.parametrize(("value", "number"), FIGURES, ids=lambda value: repr(value)[:30])
def test_a_figure_is_read_or_refused(value, number):
    """Numbers of any sort and text that is one are read, empty cells are empty, the rest is told."""
    column = np.empty(2, dtype=object)
    column[:] = [7, value]
    frame = pd.DataFrame({"month": ["2015-04", "2015-05"], "n": column})
    if number is None:
        assert "row 1, column 'n'" in refusal(frame)
    else:
        found = figures_in(frame, period="month", numerator="n").numerator
        np.testing.assert_array_equal(found, [7, number])


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ([True, False], "True and False"),
        (pd.array([True, None], dtype="boolean"), "True and False"),
        ([1j, 2j], "complex numbers"),
        (pd.date_range("2015-04-30", periods=2, freq="ME"), "dates"),
        (pd.period_range("2015-04", periods=2, freq="M"), "dates"),
        (pd.to_timedelta([1, 2], unit="D"), "lengths of time"),
    ],
)
def test_a_column_of_no_figures_is_told_once(column, words):
    """Dates were nanoseconds since 1970, and True was 1."""
    told = refusal(pd.DataFrame({"month": ["2015-04", "2015-05"], "n": column}))
    assert told.startswith(f"column 'n': This column holds {words}.")
    assert told.count("column 'n'") == 1


def test_columns_are_one_each():
    """The month is no figure, a name stands once, and has one level; an index is to be made a column."""
    frame = pd.DataFrame({"month": ["2015-04"], "n": [1]})
    assert "named as period and numerator" in refusal(frame, numerator="month")
    doubled = pd.concat([frame, frame[["n"]]], axis=1)
    assert refusal(doubled) == "2 columns are called 'n'. Rename one, or leave it out."
    levels = frame.set_axis(pd.MultiIndex.from_product([["2015"], ["month", "n"]]), axis=1)
    assert "several levels" in refusal(levels)
    assert "reset_index()" in refusal(frame.set_index("month"))
    assert "A column is given by its name." in refusal(frame, numerator=["n"])


@pytest.mark.parametrize("made", [pl.DataFrame, pa.table])
def test_frames_of_other_libraries_are_told_their_faults(made):
    """Missing columns, no rows, bad cells: as of a frame of pandas."""
    assert "There is no column 'n'. The frame has: month, crimes." in refusal(made({"month": ["a"], "crimes": [1]}))
    assert "Found 'x'" in refusal(made({"month": ["2015-04"], "n": ["x"]}))
    empty = made({"month": pa.array([], pa.string()), "n": pa.array([], pa.int64())})
    assert refusal(empty) == "The frame has no rows."


def test_a_frame_that_fails_to_be_read_says_why():
    """A lazy frame whose own reading fails, an Arrow table with one name twice, and what is no frame."""
    failing = pl.LazyFrame({"month": ["2015-04"], "n": ["x"]}).with_columns(pl.col("n").cast(pl.Int64))
    assert "The frame cannot be read" in refusal(failing)
    twice = pa.table([pa.array(["2015-04"]), pa.array([1]), pa.array([2])], names=["month", "n", "n"])
    assert "n" in refusal(twice)
    for other in ({"month": ["2015-04"]}, [1, 2], None, pd.Series([1]), "frame"):
        assert "This takes a frame of pandas, polars or Arrow." in refusal(other)


def test_lengths_that_do_not_agree_are_told():
    """Quarters and years in one column, and a length that is not what the periods say."""
    assert "Rows cover different lengths: 3 months and 12 months." in refusal(
        pd.DataFrame({"month": ["2015/16-Q1", "2015/16"], "n": [1, 2]})
    )
    quarters = pd.DataFrame({"month": ["2015/16-Q1", "2015/16-Q2"], "n": [1, 2]})
    assert "cover 3 months each, and span_months says 1" in refusal(quarters, span_months=1)
    assert figures_in(quarters, period="month", numerator="n").span_months == 3


def test_years_written_like_months_are_told():
    """2009-10 to 2011-12 are thirteen months apart, and financial years."""
    told = refusal(pd.DataFrame({"month": ["2009-10", "2010-11", "2011-12"], "n": [1, 2, 3]}))
    assert "These may be financial years or months." in told
    assert "2009/10" in told


def test_43_of_an_unknown_number_is_not_43_per_cent():
    """A part without its whole is refused, and is a per cent where that is said; none is above 100."""
    frame = pd.DataFrame({"month": ["2015-04", "2015-05"], "n": [43, 43], "of": [50, None]})
    shares = {"denominator": "of", "is_proportion": True}
    assert "row 1, column 'n': A row has a numerator, and nothing that it is out of." in refusal(frame, **shares)
    found = figures_in(frame, period="month", numerator="n", printed_per_cents=True, **shares)
    assert np.isnan(found.denominator[1])
    assert "at most 100" in refusal(frame.assign(n=[43, 143]), printed_per_cents=True, **shares)
