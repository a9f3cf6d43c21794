"""The quarter's assessment, on the shipped plan and figures."""

from dataclasses import replace

import pandas as pd
import pytest

import pccstats as pcc
from pccstats.terms.results.quarter import DASHBOARD_COLUMNS
from pccstats.terms.words import Audience, State, Strength

# Printed per cent variances: Police and Crime Panel, 16 September 2015, Appendix A.
PRINTED_VARIANCES = {
    "1.first_time_entrants": -51,
    "2.offending": -67,
    "2.reoffending": -64,
    "3.drug_cohort_reoffending": -51,
    "17.missing_storm": -27,
    "17.missing_compact": -56,
    "17.nine_locations": -77,
}
WITHOUT_A_MEASURE = 15  # the same paper, paragraph 11


def test_there_is_one_row_an_indicator_with_the_agreed_columns(quarter):
    """Forty indicators, forty rows, in the plan's order."""
    assert tuple(quarter.points.columns) == DASHBOARD_COLUMNS
    assert quarter.points["indicator"].tolist() == [indicator.key for indicator in quarter.plan.indicators]
    assert len(quarter.points) == 40
    assert quarter.points["priority"].nunique() == 18


@pytest.mark.parametrize(("key", "printed"), PRINTED_VARIANCES.items())
def test_printed_variances_are_on_the_dashboard(quarter, key, printed):
    """Every per cent variance that was printed comes out when ours is rounded."""
    assert round(quarter.points.set_index("indicator").loc[key, "change_pct"]) == printed


def test_every_indicator_is_in_one_of_nine_states_or_named(quarter):
    """The tally lists all nine states, also at nought; each indicator is counted once, or named as not firm."""
    assert list(quarter.tally) == [str(state) for state in State]
    assert len(State) == 9
    assert sum(quarter.tally.values()) + sum(map(len, quarter.not_firm.values())) == 40


def test_indicators_without_a_measure_are_never_called_unchanged(quarter):
    """The fifteen without a measure are not among those tested."""
    no_measure = [
        review for review in quarter.reviews if review.indicator.no_figure in (State.NOT_COLLECTED, State.EMBARGOED)
    ]
    assert len(no_measure) == WITHOUT_A_MEASURE
    assert {review.state for review in no_measure} == {State.NOT_COLLECTED, State.EMBARGOED}


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("1.first_time_entrants", "April 2015"),
        ("17.missing_storm", "April 2013"),
        ("17.missing_compact", "September 2014"),
        ("17.nine_locations", "April 2013"),
        ("2.reoffending", "offending figure of 2014/15"),
        ("13.satisfaction", "violent crime"),
        ("14A.satisfaction", "vehicle crime"),
        ("5.satisfaction", "domestic"),
    ],
)
def test_figures_on_two_definitions_are_not_compared(quarter, key, words):
    """A redefinition is named and the state says so, whatever the numbers do."""
    review = quarter.review(key)
    assert review.state is State.NOT_COMPARABLE
    assert words in " ".join(review.reasons)


def test_printed_figures_stand_as_printed(quarter):
    """Baseline and latest are the published ones."""
    row = quarter.points.set_index("indicator").loc["12.satisfaction"]
    assert (row["baseline"], row["latest"]) == pytest.approx((89.7, 88.6), abs=0.05)
    assert row["change"] == pytest.approx(-1.1, abs=0.05)


@pytest.mark.parametrize(
    ("key", "strength", "words"),
    [
        ("2.offending", Strength.STALE, "that of 2014/15, given again for the 12 months to June 2015"),
        ("3.drug_cohort_reoffending", Strength.EXPECTED, "The latest figure is for 2014/15."),
    ],
)
def test_a_verdict_that_will_not_bear_counting_says_why(quarter, key, strength, words):
    """133 offences are last year's figure; the drug cohort falls by itself, and its figure ends in March."""
    review = quarter.review(key)
    assert (review.state, review.strength, review.is_counted) == (State.BETTER, strength, False)
    assert words in " ".join(review.reasons)
    assert review.summary()["strength"].item() == strength


def test_the_last_comparable_answer_stands_beside_not_comparable(quarter):
    """667 first time entrants in 2012/13, 515 in 2014/15, before the definition changed: 22.8% fewer, and better."""
    found = quarter.review("1.first_time_entrants").last_comparable
    assert (found.baseline, found.latest, str(found.latest_window)) == (667, 515, "2014/15")
    assert found.state is State.BETTER
    assert quarter.review("2.reoffending").last_comparable is None
    assert quarter.review("12.offences").last_comparable is None


def test_cohorts_carry_the_warning_on_regression_to_the_mean(quarter):
    """A fall among people chosen in their worst year comes with its caution."""
    assert "regression to the mean" in " ".join(quarter.review("2.offending").reasons)


@pytest.mark.slow
def test_nothing_after_the_quarter_is_looked_at(data):
    """Figures later than the quarter change nothing in its assessment."""
    until = pd.Period("2015-03", "M")
    known_then = replace(data, frame=data.frame[data.frame["period_end"] <= until])
    now = pcc.assess(data.plan, data, quarter="2014/15-Q4", theme=3).points
    then = pcc.assess(data.plan, known_then, quarter="2014/15-Q4", theme=3).points
    pd.testing.assert_frame_equal(now, then)


def test_the_public_sees_nothing_under_a_release_restriction(data):
    """An internal figure is embargoed in a public assessment, and its numbers are gone."""
    plan = data.plan
    theme = plan.theme(3)
    kept_back = replace(theme.priorities[1].indicators[0], release=Audience.INTERNAL, release_note="Until October.")
    priority = replace(theme.priorities[1], indicators=(kept_back,))
    hidden = replace(plan, themes=(replace(theme, priorities=(priority,)),))
    public = pcc.assess(hidden, replace(data, plan=hidden), quarter="2015/16-Q1", audience="public").reviews[0]
    internal = pcc.assess(hidden, replace(data, plan=hidden), quarter="2015/16-Q1").reviews[0]
    assert public.state is State.EMBARGOED
    assert public.latest is None
    assert public.figures.empty
    assert internal.latest == 58318


def test_an_unknown_theme_or_quarter_is_refused_in_words(data):
    """The refusal says what there is, or how it is written."""
    with pytest.raises(pcc.RequestProblem, match="no theme 9"):
        pcc.assess(data.plan, data, quarter="2015/16-Q1", theme=9)
    with pytest.raises(pcc.RequestProblem, match="2015/16-Q1"):
        pcc.assess(data.plan, data, quarter="2015-Q1")


def test_illustrative_months_are_known_for_what_they_are(quarter):
    """Whatever rests on illustrative months says so."""
    for review in quarter.reviews:
        if review.level is not None:
            assert review.is_illustrative
            assert "illustrative" in str(review.summary()["note"].iloc[0])


@pytest.mark.slow
def test_a_figure_published_long_after_the_quarter_is_not_known_to_it(data):
    """The later vintage of 2014/15 (59,107, April 2016) is no part of the pack to June 2015; a later pack has it."""
    then = pcc.assess(data.plan, data, quarter="2015/16-Q1", theme=3).review("11.offences").figures
    later = pcc.assess(data.plan, data, quarter="2015/16-Q4", theme=3).review("11.offences").figures
    year = pd.Period("2015-03", "M")
    assert then.loc[then["period_end"] == year, "value"].tolist() == [59220]
    assert 59107 in later.loc[later["period_end"] == year, "value"].tolist()
