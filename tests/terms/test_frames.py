"""Figures read from anybody's frame: one reader for one series and for many."""

import numpy as np
import pandas as pd
import pytest

from pccstats.terms.errors import DataProblem
from pccstats.terms.frames import figures_in


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
