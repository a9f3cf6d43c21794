"""The figures of a window, and what stands against a test of two."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pccstats.methods.change.windows import breaks_between, figures_of, what_stands_against
from pccstats.terms.periods import Window, month
from pccstats.terms.plan import Event
from pccstats.terms.results.change import Windows
from pccstats.terms.series import Series
from pccstats.terms.words import State

WINDOWS = Windows(Window.read("2012/13"), Window.ending("2015-06"))


def years(first=(3935.0, ""), second=(4013.0, ""), **about):
    """Two published years, each a figure and a status."""
    rows = [("2013-03", *first), ("2015-06", *second)]
    frame = pd.DataFrame(rows, columns=["month", "n", "status"])
    return Series.from_frame(frame, numerator="n", span_months=12, **about)


def stands_against(series):
    """What stands against a test of the two windows of a series."""
    before, after = figures_of(series, WINDOWS.baseline), figures_of(series, WINDOWS.latest)
    return what_stands_against(before, after, breaks_between(series, WINDOWS))


def test_nothing_stands_against_two_whole_windows():
    """Two figures on one definition may be tested."""
    assert stands_against(years()) is None


@pytest.mark.parametrize(
    ("first", "second", "state"),
    [
        ("not_collected", "embargoed", State.EMBARGOED),
        ("not_comparable", "not_collected", State.NOT_COLLECTED),
        ("censored", "not_comparable", State.NOT_COMPARABLE),
        ("censored", "", State.INSUFFICIENT_DATA),
    ],
)
def test_of_two_missing_figures_one_is_spoken_of(first, second, state):
    """Embargoed before not collected, that before not comparable, and withheld last, whichever window it is."""
    for pair in ((first, second), (second, first)):
        found = stands_against(years(*((np.nan if status else 10.0, status) for status in pair)))
        assert found is not None
        assert found.state is state


def test_a_missing_figure_is_said_before_a_break():
    """With no figure there is nothing for a break to stand between."""
    event = Event("niche", "New crime system", month("2014-05"), ("*",), breaks_comparability=True)
    assert stands_against(years(events=(event,))).state is State.NOT_COMPARABLE
    missing = stands_against(years(second=(np.nan, "embargoed"), events=(event,)))
    assert missing.state is State.EMBARGOED
    assert missing.reason == "The figure for the 12 months to June 2015 may not be published yet."


def test_a_window_that_the_rows_do_not_tile_has_no_figure():
    """Half of a published year is no figure."""
    found = figures_of(years(), Window.ending("2015-06", 6))
    assert np.isnan(found.numerator)
    assert found.untested.reason == "There is no whole figure for the 6 months to June 2015."
