"""Further answers of each indicator: other baselines, years per 1,000 people, shares of a whole."""

from dataclasses import replace

import pytest

import pccstats as pcc
from pccstats.presentation.pages.display import html_of
from pccstats.review.indicator import review_indicator
from pccstats.terms.periods import Quarter, month
from pccstats.terms.plan import Event
from pccstats.terms.results.quarter import PriorityReview
from pccstats.terms.words import State, Strength

RESIDENTS = (1_025_300, 1_033_300, 1_043_400)  # mid-2012, mid-2013 and mid-2014: Leicester, Leicestershire and Rutland


def test_the_choice_of_baseline_can_turn_the_verdict_on_theft_from_vehicles(quarter):
    """More than in 2012/13, and no more than such years vary by on 2013/14: 6,092 against 5,236 and 5,396."""
    baselines = quarter.review("14A.offences").baselines
    assert [change.baseline for change in baselines.changes[:2]] == [5236, 5396]
    assert baselines.is_same_verdict is False
    assert pcc.describe(baselines).startswith("The verdict depends on the baseline")


def test_theft_of_vehicles_is_within_its_variation_whatever_the_baseline(quarter):
    """Two baselines are held, one verdict."""
    baselines = quarter.review("14B.offences").baselines
    assert len(baselines.tested) == 2
    assert baselines.is_same_verdict is True


def test_a_baseline_after_a_break_may_be_tested_where_the_plans_own_may_not(quarter):
    """Missing reports cannot be set beside 2012/13; beside 2013/14 they can, and there are more."""
    baselines = quarter.review("17.missing_storm").baselines
    assert [str(change.baseline_window) for change in baselines.tested] == ["2013/14"]
    assert pcc.describe(baselines).startswith("Only one baseline can be tested")


def test_per_cents_of_unknown_numbers_are_tested_against_no_baseline(quarter):
    """Nobody printed how many answered, so another baseline tells no more."""
    assert quarter.review("7.satisfaction").baselines.tested == ()


@pytest.mark.parametrize(
    ("key", "counts"), [("11.offences", (58805, 60834, 58318)), ("12.offences", (3935, 4199, 4013))]
)
def test_years_per_1000_people_are_on_the_population_of_the_year_which_is_named(quarter, key, counts):
    """Years printed once over the mid-year estimate, by hand; the vintages are in the method line."""
    rate = quarter.review(key).rate
    assert rate.points["value"].iloc[[0, 1, 3]].tolist() == pytest.approx(
        [1000 * count / persons for count, persons in zip(counts, RESIDENTS, strict=True)]
    )
    assert "mid-2012 to mid-2014" in rate.method
    assert rate.unit == "offences per 1,000 persons"


def test_rates_are_made_only_where_the_plan_asks(quarter):
    """Missing reports and surveys have none."""
    assert quarter.review("17.missing_storm").rate is None
    assert quarter.review("9.satisfaction").rate is None


def test_shares_have_an_interval_where_the_numbers_are_known(quarter):
    """399 of 937 is 42.6%, Wilson 39.5 to 45.8; a printed per cent has none."""
    held = quarter.review("hate.positive_outcomes").figures.iloc[-1]
    assert [round(held[name], 1) for name in ("value", "lower", "upper")] == [42.6, 39.5, 45.8]
    assert quarter.review("treatment.opiates").figures["lower"].isna().all()


def test_parts_have_their_share_only_of_a_figure_of_the_same_date(data, quarter):
    """Savings realised are 78% of those required; without the whole there is no share."""
    assert quarter.review("18.savings_realised").share_of_whole == pytest.approx(100 * 21.7 / 27.8)
    assert quarter.review("18.savings_required").share_of_whole is None
    plan = data.plan
    alone = replace(plan, supporting=tuple(m for m in plan.supporting if m.key != "18.savings_required"))
    found = pcc.assess(alone, replace(data, plan=alone), quarter="2015/16-Q1", theme=5)
    assert found.review("18.savings_realised").share_of_whole is None


@pytest.mark.parametrize(
    ("key", "official"), [("12.offences", "official.domestic_burglary"), ("14B.offences", "official.vehicle_offences")]
)
def test_the_last_comparable_change_is_judged_by_the_variation_the_main_verdict_is(data, key, official):
    """Years before a break from April 2015: their variation is of the official series, or of the whole, not assumed."""
    broken = Event("", "new counting", month("2015-04"), (key,), breaks_comparability=True)
    plan = replace(data.plan, events=(*data.plan.events, broken))
    quarter = Quarter.parse("2015/16-Q1")
    known = replace(data, plan=plan).known_for(quarter)
    review = review_indicator(plan, known, plan.indicator(key), quarter)
    assert review.state is State.NOT_COMPARABLE
    alone = pcc.change(known.series(official, until="2015-06", months=12), "2012/13", "2015-03")
    assert (str(review.last_comparable.latest_window), review.last_comparable_strength) == ("2014/15", Strength.FIRM)
    assert review.last_comparable.test.dispersion == alone.test.dispersion


@pytest.mark.parametrize(
    ("status", "words"),
    [("illustrative", "Only illustrative figures are held, and they decide nothing."), (None, "No figure is held.")],
)
def test_an_indicator_of_illustrative_figures_alone_says_so(data, status, words):
    """It has no verdict and no figure, and the page does not say that none is held; without them it does."""
    is_own = data.frame["indicator"] == "12.offences"
    frame = (
        data.frame[~is_own] if status is None else data.frame.assign(status=data.frame["status"].mask(is_own, status))
    )
    quarter = Quarter.parse("2015/16-Q1")
    known = replace(data, frame=frame).known_for(quarter).real
    review = review_indicator(data.plan, known, data.plan.indicator("12.offences"), quarter)
    assert (review.state, review.reasons, review.has_figures) == (State.INSUFFICIENT_DATA, (words,), False)
    section = PriorityReview(data.plan.priority(12), (review,))
    assert words in html_of(section)


def test_an_indicator_can_be_reviewed_alone(data):
    """The same answers as in the whole assessment."""
    indicator = data.plan.indicator("12.offences")
    review = review_indicator(data.plan, data, indicator, Quarter.parse("2015/16-Q1"))
    assert review.baselines.is_same_verdict is True
    assert round(review.rate.points["value"].iloc[-1], 2) == 3.85
