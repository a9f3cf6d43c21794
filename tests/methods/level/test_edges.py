"""Gaps, zeros, constants, one month, no month, huge counts, denominators of nought: an answer or a refusal in words."""

import numpy as np
import pandas as pd
import pytest

from pccstats.methods.level.expected_level import expected_level
from pccstats.methods.rolling_year import rolling_year
from pccstats.terms.errors import MethodProblem
from pccstats.terms.plan import Event
from pccstats.terms.series import Series
from pccstats.terms.words import Assurance, Polarity

LIMITS = [
    "centre_line",
    "lower_process_limit",
    "upper_process_limit",
    "lower_warning_limit",
    "upper_warning_limit",
]


def series(numerator, denominator=None, first="2012-04", **about):
    """A monthly series."""
    frame = pd.DataFrame({"month": pd.period_range(first, periods=len(numerator), freq="M"), "events": numerator})
    if denominator is not None:
        frame["out_of"] = denominator
    name = None if denominator is None else "out_of"
    return Series.from_frame(frame, numerator="events", denominator=name, title="Case", **about)


def whole(level):
    """True where no limit of any month is empty."""
    return bool(np.isfinite(level.points[LIMITS].to_numpy(dtype=float)).all())


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


@pytest.mark.parametrize("chart", ["xmr", "c", "u", "c_prime", "u_prime"])
def test_nothing_at_all_month_after_month(chart):
    """Two years of zeros: limits nought, no signal, on every chart of counts."""
    level = expected_level(series([0.0] * 24), chart=chart)
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


def test_a_denominator_of_nought_keeps_its_month_on_the_axis():
    """The month has no figure and no part in the sums; the band goes on through it."""
    level = expected_level(series([3.0, 0.0, 4.0], [50.0, 0.0, 60.0]), chart="p")
    assert np.isnan(level.points["value"].iloc[1])
    assert np.isclose(level.points["centre_line"].iloc[0], 100 * 7 / 110)
    assert whole(level)


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


def test_no_figure_in_any_month_is_refused():
    """A series without figures has no level."""
    with pytest.raises(MethodProblem, match="no figure in any month"):
        expected_level(series([np.nan] * 6))


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


@pytest.mark.parametrize("span", [3, 12])
def test_overlapping_totals_are_refused_in_words(span):
    """Rolling years have no process limits, and the reader is told what to chart instead."""
    frame = pd.DataFrame({"month": ["2014-03", "2015-03"], "events": [4000, 4100]})
    yearly = Series.from_frame(frame, numerator="events", title="Burglary", span_months=span)
    with pytest.raises(MethodProblem, match="single"):
        expected_level(yearly)


def test_a_rolling_year_is_refused_in_words():
    """The answer of another method is no series of months, and the message says what to give instead."""
    rolling = rolling_year(series([10.0] * 24))
    with pytest.raises(MethodProblem, match="Rolling years overlap"):
        expected_level(rolling)


def test_every_wrong_choice_is_told_at_once():
    """Chart, rule, season and baseline: four faults, one message."""
    with pytest.raises(MethodProblem) as refusal:
        expected_level(series([1.0, 2.0]), chart="pie", rules="none", seasonal="maybe", baseline="2012")
    assert len(refusal.value.problems) == 4


def test_a_baseline_outside_the_figures_is_refused():
    """A mistyped year is not quietly replaced."""
    with pytest.raises(MethodProblem, match="no month with a figure sets the limits"):
        expected_level(series([1.0, 2.0, 3.0]), baseline="2005/06")


def test_a_chart_that_does_not_fit_is_refused_with_those_that_do():
    """A p chart wants parts of a whole."""
    with pytest.raises(MethodProblem, match="xmr, c, c_prime, u"):
        expected_level(series([1.0, 2.0, 3.0]), chart="p")


def test_per_cents_without_respondents_are_charted_as_they_are():
    """With no denominators the individuals chart is chosen, and a p chart refused."""
    percentages = series([88.0, 90.0, 86.0, 91.0], kind="survey")
    assert expected_level(percentages).chart == "xmr"
    with pytest.raises(MethodProblem, match="denominator"):
        expected_level(percentages, chart="p")


def test_ranks_and_words_have_no_expected_level():
    """A position in a group is refused."""
    with pytest.raises(MethodProblem, match="positions in a group"):
        expected_level(series([2.0, 3.0, 2.0], [8.0, 8.0, 8.0], kind="position"))


def test_february_is_not_a_success():
    """Ten a day all year: every month is on its own centre line, however many days it has."""
    months = pd.period_range("2012-04", periods=36, freq="M")
    level = expected_level(series((10.0 * months.days_in_month).astype(float)))
    assert np.allclose(level.points["centre_line"], level.points["value"])
    assert (level.points["signal"] == "none").all()


def test_a_population_that_grows_is_counted_in_the_exposure():
    """Counts in step with population and days stay on the centre line, in events a month."""
    months = pd.period_range("2012-04", periods=48, freq="M")
    people = np.linspace(100_000, 130_000, 48)
    level = expected_level(series(people * months.days_in_month * 1e-4, people, kind="count"))
    assert level.chart == "u_prime"
    assert np.allclose(level.points["centre_line"], level.points["value"])
    assert np.allclose(level.points["exposure"], people * months.days_in_month)


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


def test_the_method_says_how_it_was_made():
    """Chart and why, baseline months, dispersion, season, rules, false alarms."""
    rng = np.random.default_rng(9)
    method = expected_level(series(rng.poisson(300, 36).astype(float))).method
    for words in (
        "u′ chart (Laney)",
        "counts of events in months of unequal length",
        "36 baseline months, April 2012 to March 2015",
        "Dispersion σz",
        "test for season",
        "Making Data Count, as since November 2023",
        "26% of series of 36 months",
    ):
        assert words in method, words


def test_the_method_of_an_individuals_chart_gives_sigma():
    """Mean moving range 2.25 over d2 is 1.99."""
    assert "Sigma 1.99" in expected_level(series([10.0, 12.0, 11.0, 13.0, 9.0]), chart="xmr").method


def test_screening_says_how_many_ranges_it_left_out():
    """Nothing is left out unasked, and what is left out is counted."""
    figures = [10.0, 11.0] * 10 + [60.0] + [10.0, 11.0] * 10
    assert "left out" not in expected_level(series(figures), chart="xmr").method
    assert "left out: 2" in expected_level(series(figures), chart="xmr", screen_moving_ranges=True).method


def test_the_callers_series_is_left_untouched():
    """Nothing given is changed."""
    data = series([10.0, 12.0, 11.0, 13.0])
    before = data.points.copy()
    expected_level(data)
    pd.testing.assert_frame_equal(data.points, before)
