"""Limits set anew, baselines, months left out."""

import numpy as np
import pandas as pd
import pytest

from pccstats.methods.level.expected_level import expected_level
from pccstats.terms.errors import MethodProblem
from pccstats.terms.plan import Event
from pccstats.terms.series import Series
from tests.methods.level.cases import series


def test_a_baseline_outside_the_figures_is_refused():
    """A mistyped year is not quietly replaced."""
    with pytest.raises(MethodProblem, match="no month with a figure sets the limits"):
        expected_level(series([1.0, 2.0, 3.0]), baseline="2005/06")


def test_excluded_months_are_shown_and_neither_judged_nor_counted():
    """A wild month left out changes no limit, gets no signal, and stays in the points."""
    calm = [10.0, 12.0, 11.0, 13.0, 9.0, 11.0, 12.0, 10.0]
    wild = [*calm, 90.0]
    level = expected_level(series(wild), chart="xmr", exclude=[("2012-12", "riots")])
    assert np.isclose(level.points["centre_line"].iloc[0], np.mean(calm))
    assert level.points["value"].iloc[-1] == 90.0
    assert level.points["signal"].iloc[-1] == "none"
    assert level.points["is_excluded"].iloc[-1]
    assert "December 2012 (riots)" in level.method


def test_limits_are_set_anew_at_registered_breaks_with_their_reason():
    """An event that breaks comparability starts a segment; one that does not leaves the limits alone."""
    rng = np.random.default_rng(8)
    data = series(rng.poisson(100, 36).astype(float))
    events = (
        Event("new", "New recording system", pd.Period("2013-10", "M"), ("*",), breaks_comparability=True),
        Event("visit", "Inspection", pd.Period("2014-04", "M"), ("*",)),
    )
    level = expected_level(Series(**{**vars(data), "events": events}))
    assert [segment.reason for segment in level.segments] == ["", "New recording system"]
    assert "New recording system" in level.method
    assert level.points["segment"].tolist() == [1] * 18 + [2] * 18


def test_baselines_can_be_frozen_in_each_segment():
    """Limits set anew and frozen together: each segment by its own window."""
    figures = [10.0, 12.0] * 6 + [11.0] * 6 + [20.0, 24.0] * 6 + [22.0] * 6
    level = expected_level(
        series(figures),
        chart="xmr",
        rebase_at=[("2013-10", "New system")],
        baseline=[("2012-04", "2013-03"), ("2013-10", "2014-09")],
    )
    assert [segment.centre for segment in level.segments] == [11.0, 22.0]
    assert [segment.baseline_months for segment in level.segments] == [12, 12]
    sigma = [2 / 1.1283791670955126, 4 / 1.1283791670955126]
    assert np.allclose(level.points["upper_process_limit"].iloc[[0, -1]], [11 + 3 * sigma[0], 22 + 3 * sigma[1]])
