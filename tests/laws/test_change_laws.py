"""Laws of rolling years and of change: what must hold whatever the figures."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pccstats.methods.change.change import change
from pccstats.methods.change.dispersion import Dispersion, dispersion_of_months
from pccstats.methods.change.many import false_discovery
from pccstats.methods.change.two_figures import compare_counts, compare_shares, dispersion_to_overturn
from pccstats.methods.rolling_year import rolling_year
from pccstats.terms.series import Series
from pccstats.terms.words import State

pytestmark = pytest.mark.slow

counts = st.integers(0, 60_000)
dispersions = st.floats(1, 15)
months = st.lists(st.integers(0, 5_000), min_size=24, max_size=48)


def monthly(values, **about):
    """Counts month after month from April 2012."""
    frame = pd.DataFrame({"month": pd.period_range("2012-04", periods=len(values), freq="M"), "n": values})
    return Series.from_frame(frame, numerator="n", **about)


@st.composite
def surveys(draw):
    """Satisfied respondents out of respondents."""
    asked = draw(st.integers(30, 3_000))
    return draw(st.integers(0, asked)), asked


@given(first=counts, second=counts, phi=dispersions)
def test_swapping_the_windows_turns_the_ratio_over(first, second, phi):
    """The ratio and its limits turn into their reciprocals, and p stays."""
    assume(first + second > 0)
    forth, back = (compare_counts(*pair, Dispersion(phi, 11)) for pair in ((first, second), (second, first)))
    assert back.p_value == pytest.approx(forth.p_value, rel=1e-6, abs=1e-12)
    for one, other in ((forth.lower, back.upper), (forth.upper, back.lower)):
        assert math.isclose(one * other, 1, rel_tol=1e-6) or {one, other} == {0.0, math.inf}


@given(first=counts, second=counts, phi=dispersions)
def test_p_and_interval_agree(first, second, phi):
    """p is below 5% exactly where the 95% interval leaves out no change."""
    assume(first + second > 0)
    test = compare_counts(first, second, Dispersion(phi, 11))
    assume(abs(test.p_value - 0.05) > 1e-6)
    assert (test.p_value < 0.05) == (test.lower > 1 or test.upper < 1)


@given(first=st.integers(10, 60_000), second=st.integers(10, 60_000), times=st.integers(2, 9))
def test_more_events_narrow_the_interval(first, second, times):
    """The same ratio on more events is known better."""
    few = compare_counts(first, second, Dispersion(2.0))
    many = compare_counts(times * first, times * second, Dispersion(2.0))
    assert many.upper / many.lower < few.upper / few.lower
    assert many.p_value <= few.p_value


@given(first=st.integers(10, 60_000), second=st.integers(10, 60_000), phi=dispersions)
def test_more_variation_widens_the_interval(first, second, phi):
    """Counts that vary more tell less."""
    calm, wild = (compare_counts(first, second, Dispersion(value)) for value in (phi, 1.5 * phi))
    assert wild.lower < calm.lower
    assert wild.p_value >= calm.p_value


@given(first=st.integers(10, 60_000), second=st.integers(10, 60_000))
def test_the_overturning_variation_is_where_significance_ends(first, second):
    """Judged at exactly that over-dispersion, p is 5%."""
    overturn = dispersion_to_overturn(first, second)
    assume(overturn > 1)
    assert compare_counts(first, second, Dispersion(overturn)).p_value == pytest.approx(0.05, rel=1e-6)


@given(first=surveys(), second=surveys())
def test_swapping_surveys_turns_the_difference_round(first, second):
    """The difference and its limits change sign, and p stays."""
    forth, back = compare_shares(first, second), compare_shares(second, first)
    assert (back.lower, back.upper) == pytest.approx((-forth.upper, -forth.lower), abs=1e-12)
    assert back.p_value == pytest.approx(forth.p_value, rel=1e-9)
    assert -1 <= forth.lower <= forth.difference <= forth.upper <= 1


@given(survey=surveys(), other=surveys(), times=st.integers(2, 9))
def test_more_respondents_narrow_the_interval(survey, other, times):
    """The same shares of more respondents are known better."""
    few = compare_shares(survey, other)
    many = compare_shares(*((times * k, times * n) for k, n in (survey, other)))
    assert many.upper - many.lower < few.upper - few.lower


@given(values=months)
def test_twelve_months_make_the_rolling_total(values):
    """Each total is the sum of its twelve months, and nothing is shown before there are twelve."""
    found = rolling_year(monthly(values)).points["value"]
    assert found[:11].isna().all()
    assert found[11:].tolist() == [sum(values[i - 11 : i + 1]) for i in range(11, len(values))]


@given(values=months, persons=st.integers(1_000, 10_000_000), per=st.sampled_from([1.0, 1_000.0, 100_000.0]))
def test_rate_times_population_is_the_count(values, persons, per):
    """A rate over its multiplier, times its population, is the count; its limits hold it."""
    points = rolling_year(monthly(values), per=per, population=persons).points.dropna(subset="value")
    assert (points["value"] / per * persons).to_numpy() == pytest.approx(points["numerator"].to_numpy(), abs=1e-6)
    assert ((points["lower"] <= points["value"]) & (points["value"] <= points["upper"])).all()


@pytest.mark.slow
@given(values=st.lists(st.integers(1, 5_000), min_size=36, max_size=36), seed=st.integers(0, 99))
def test_row_order_does_not_matter(values, seed):
    """Rows in any order give the same change."""
    frame = monthly(values).points[["period_end", "numerator"]]
    shuffled = frame.sample(frac=1, random_state=seed)
    one, other = (
        change(Series.from_frame(rows, period="period_end", numerator="numerator"), "2012/13", "2015-03").summary()
        for rows in (frame, shuffled)
    )
    pd.testing.assert_frame_equal(one, other)


@given(
    values=st.lists(st.integers(1, 5_000), min_size=24, max_size=24),
    season=st.lists(st.integers(1, 9), min_size=12, max_size=12),
)
def test_season_alone_never_adds_variation(values, season):
    """Multiplying both years by one season leaves no more over-dispersion than proportional noise had."""
    month_of_year, window = np.tile(np.arange(1, 13), 2), np.repeat([0, 1], 12)
    flat = np.repeat([values[0], values[1]], 12) * 1000.0
    found = dispersion_of_months(flat * np.tile(season, 2), month_of_year, window)
    assert found is not None
    assert found.estimate == pytest.approx(0, abs=1e-6)


@given(
    values=st.lists(st.integers(0, 300), min_size=39, max_size=39), phi=st.sampled_from(["from_months", "poisson", 3])
)
def test_the_interval_holds_the_change(values, phi):
    """Whatever the months, the change lies in its interval, p in 0 to 1, and the summary has one row."""
    assume(sum(values[:12]) > 0 and sum(values[:12]) + sum(values[27:]) >= 10)
    row = change(monthly(values), "2012/13", "2015-06", dispersion=phi).summary().iloc[0]
    assert row["change_pct_low"] - 1e-6 <= row["change_pct"] <= row["change_pct_high"] + 1e-6
    assert 0 <= row["p_value"] <= 1


@given(p_values=st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_q_values_are_no_smaller_and_keep_the_order(p_values):
    """A q is at least its p, at most 1, and a smaller p never has the larger q."""
    points = false_discovery(p_values).points.sort_values("p_value")
    assert (points["q_value"] >= points["p_value"] - 1e-12).all()
    assert points["q_value"].max() <= 1 + 1e-12
    assert points["q_value"].is_monotonic_increasing


@given(values=months, kind=st.sampled_from(["count", "rate", "survey", "share"]))
def test_a_sample_never_moves_as_usual_and_a_count_known_by_its_months_always_does(values, kind):
    """Where no change is found, the words follow from what was tested: a sample or a full count."""
    frame = pd.DataFrame({"month": pd.period_range("2012-04", periods=len(values), freq="M"), "n": values, "of": 5_000})
    of = None if kind == "count" else "of"
    series = Series.from_frame(frame, numerator="n", denominator=of, kind=kind, polarity="lower_is_better")
    found = change(series, "2012/13", frame["month"].iloc[-1])
    assume(found.state is State.NO_EVIDENCE_OF_CHANGE)
    is_sample = kind in ("survey", "share")
    assert is_sample or found.test.is_of_its_own != found.test.is_assumed
    knows = not is_sample and not found.test.is_assumed
    assert found.verdict == ("no more than it usually moves" if knows else "no evidence of change")
    assert found.summary()["state"].item() == "no_evidence_of_change"


@given(values=months, phi=dispersions)
def test_variation_that_was_asked_for_is_not_what_a_count_usually_varies(values, phi):
    """A count judged by a number that somebody gave, or by chance alone, is not said to move as it usually does."""
    for asked in (phi, "poisson"):
        found = change(monthly(values), "2012/13", "2013-05", dispersion=asked)
        assert found.verdict != "no more than it usually moves"


@given(first=counts, second=counts, polarity=st.sampled_from(["lower_is_better", "higher_is_better", "neutral"]))
def test_a_cohort_is_never_better_or_worse(first, second, polarity):
    """Whatever the same people did, the page says which way they moved and attributes it to nobody."""
    rows = pd.DataFrame({"month": ["2013-03", "2015-03"], "n": [first, second]})
    series = Series.from_frame(rows, numerator="n", span_months=12, polarity=polarity)
    cohort, others = (change(series, "2012/13", "2015-03", same_people=same) for same in (True, False))
    assert (cohort.state, cohort.direction) == (others.state, others.direction)
    if cohort.is_of_a_cohort_that_moved:
        assert cohort.verdict == f"{'higher' if second > first else 'lower'}, not attributable"
        assert cohort.shown_as is State.HIGHER_OR_LOWER
    else:
        assert cohort.verdict == others.verdict
        assert cohort.shown_as is others.shown_as
