"""Gaps, zeros, constants, one month, huge counts, nobody and everybody: an answer, or a refusal in words."""

import numpy as np
import pandas as pd
import pytest

from pccstats.methods.level.expected_level import expected_level
from pccstats.terms.errors import MethodProblem
from pccstats.terms.words import Assurance, Polarity
from tests.methods.level.cases import LIMITS, series, whole


def test_a_constant_series_has_limits_on_its_centre_line_and_no_signal():
    """Fifteen sevens: limits 7 and 7, not empty, and nothing found."""
    level = expected_level(series([7.0] * 15), chart="xmr")
    assert level.points[LIMITS].eq(7.0).all(axis=None)
    assert (level.points["signal"] == "none").all()


def test_rounding_makes_no_signal_of_a_constant_share():
    """One in three every month: the last digit of a third is not a signal."""
    level = expected_level(series([1.0] * 20, [3.0] * 20))
    assert whole(level)
    assert (level.points["signal"] == "none").all()


@pytest.mark.parametrize("chart", ["c_prime", "u_prime"])
def test_a_first_case_is_no_signal_and_three_are(chart):
    """After two years of zeros half a case is taken to have been possible: one has a chance of 2%, three of 0.0002%."""
    one, three = (
        expected_level(series([*[0.0] * 24, later]), chart=chart, baseline=("2012-04", "2014-03")).signal
        for later in (1.0, 3.0)
    )
    assert (one, three) == ("none", "above")


@pytest.mark.parametrize("chart", ["xmr", "c", "u", "c_prime", "u_prime"])
def test_nothing_at_all_month_after_month(chart):
    """Two years of zeros: limits nought, no signal, on every chart of counts."""
    level = expected_level(series([0.0] * 24), chart=chart, limits="sigma")
    assert level.points[LIMITS].eq(0.0).all(axis=None)
    assert (level.points["signal"] == "none").all()


@pytest.mark.parametrize(("satisfied", "shown"), [(0.0, 0.0), (50.0, 100.0)])
def test_nobody_or_everybody_satisfied(satisfied, shown):
    """Limits at 0% or 100% exactly; the p chart's limits hold, and the method says so."""
    level = expected_level(series([satisfied] * 15, [50.0] * 15))
    assert level.points[LIMITS].eq(shown).all(axis=None)
    assert "the p chart's limits hold" in level.method


def test_a_constant_hundred_per_cent_meets_its_target():
    """100% every month meets 100% and 95% alike."""
    everybody = series([50.0] * 15, [50.0] * 15, polarity=Polarity.HIGHER_IS_BETTER)
    for target in (95.0, 100.0):
        assert expected_level(everybody, target=target).assurance is Assurance.CONSISTENTLY_MET


def test_one_month_of_counts_gets_trial_limits_of_the_plain_chart():
    """No moving range, so the u chart's limits hold, said to be trial limits."""
    level = expected_level(series([50.0]))
    assert whole(level)
    assert level.points["is_trial"].all()
    assert "the u chart's limits hold" in level.method


def test_one_month_on_an_individuals_chart_is_refused():
    """There is no difference between months to set limits by, and the message says so."""
    with pytest.raises(MethodProblem, match="no two months in a row"):
        expected_level(series([5.0]), chart="xmr")


def test_two_months_make_trial_limits():
    """One moving range is enough for limits that are labelled as trial."""
    level = expected_level(series([5.0, 7.0]), chart="xmr")
    assert whole(level)
    assert level.points["is_trial"].all()


def test_a_gap_gives_no_moving_range_and_ends_a_run():
    """5, nothing, 7, 6: one moving range, three months in the mean, and six plus six months are not a shift."""
    level = expected_level(series([5.0, np.nan, 7.0, 6.0]), chart="xmr")
    assert np.isclose(level.points["upper_process_limit"].iloc[0], 6 + 3 * 1 / 1.1283791670955126)
    low_then_gap = [30.0, 20.0] * 8 + [27.0] * 6 + [np.nan] + [27.0] * 6
    split = expected_level(series(low_then_gap), chart="xmr", baseline=("2012-04", "2013-07"))
    joined = expected_level(
        series([v for v in low_then_gap if not np.isnan(v)]), chart="xmr", baseline=("2012-04", "2013-07")
    )
    assert not split.points["rule_shift"].any()
    assert joined.points["rule_shift"].sum() == 12


def test_huge_counts_have_finite_limits():
    """A thousand million a month is no trouble."""
    rng = np.random.default_rng(4)
    assert whole(expected_level(series(rng.poisson(1e9, 48).astype(float))))


def test_the_callers_series_is_left_untouched():
    """Nothing given is changed."""
    data = series([10.0, 12.0, 11.0, 13.0])
    before = data.points.copy()
    expected_level(data)
    pd.testing.assert_frame_equal(data.points, before)
