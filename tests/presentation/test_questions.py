"""Questions in sentences: the figures that raise them are in them, and they claim no more."""

from dataclasses import replace

import pytest

from pccstats.presentation.questions import question_words, whose_question
from pccstats.terms.results.quarter import Question
from pccstats.terms.words import Kind, Polarity, QuestionRule, State, Strength
from tests.presentation.reviews import assessed, reviewed

CRIME = reviewed("Vehicle crime", 1000, 1300)
CHANGE = {"change": 30.0, "baseline_period": "2012/13"}
SIGNAL = CHANGE | {"signal": "above", "in_signal": 2}
RANGE = {"projected": 1300.0, "lower": 1100.0, "upper": 1500.0}
TARGET = RANGE | {"target": 900.0, "by": "March 2016"}


def asked(rule, figures, *reviews):
    """One question in words."""
    reviews = reviews or (CRIME,)
    return question_words(Question(rule, assessed(*reviews).plan.priorities[0], reviews, figures))


def test_worse_with_a_signal_has_both_figures():
    """How far it moved, on which side of its expected level, and for how long."""
    assert asked(QuestionRule.WORSE_WITH_SIGNAL, SIGNAL) == (
        "With vehicle crime 30.0% above 2012/13 and above the expected level for 2 months, where is the rise, and "
        "what is being done there?"
    )


def test_a_weak_change_is_not_said_as_if_it_were_firm():
    """The sentence says that the change by itself may be chance."""
    weak = replace(CRIME, strength=Strength.WEAK)
    assert "30.0% above 2012/13 (by itself this may be chance) and" in asked(
        QuestionRule.WORSE_WITH_SIGNAL, SIGNAL, weak
    )


def test_a_signal_of_an_earlier_month_is_not_said_to_last():
    """Where the latest month is back at its level."""
    words = asked(QuestionRule.WORSE_WITH_SIGNAL, SIGNAL | {"in_signal": 0})
    assert "above the expected level earlier in the quarter, where" in words


def test_shares_move_by_points_and_have_no_places():
    """A fall from 85 to 80 is 5.0 points below; a survey has no worst places."""
    share = replace(CRIME, indicator=replace(CRIME.indicator, kind=Kind.SURVEY))
    fallen = {"change": -5.0, "baseline_period": "2012/13", "signal": "below", "in_signal": 1}
    words = asked(QuestionRule.WORSE_WITH_SIGNAL, fallen, share)
    assert "5.0 points below 2012/13 and below the expected level for 1 month" in words
    assert words.endswith("what is being done about it?")


def test_a_projection_is_a_range_beside_its_baseline():
    """All of it above where lower is better, below where higher is."""
    against = RANGE | {"baseline": 1000.0, "baseline_period": "2012/13"}
    assert "heading for 1,100 to 1,500, all of it above the 1,000 of 2012/13" in asked(
        QuestionRule.PROJECTION_MISSES, against
    )
    better_up = replace(CRIME, indicator=replace(CRIME.indicator, polarity=Polarity.HIGHER_IS_BETTER))
    assert "all of it below the 1,000" in asked(QuestionRule.PROJECTION_MISSES, against, better_up)


@pytest.mark.parametrize(("chance", "words"), [(0.04, "a 4% chance"), (0.001, "less than a 1% chance")])
def test_a_target_out_of_reach_has_its_chance(chance, words):
    """The figure to reach, by when, and the chance, never none."""
    told = asked(QuestionRule.PROJECTION_MISSES, TARGET | {"chance": chance})
    assert f"1,300 (1,100 to 1,500), and {words} of meeting the target of 900 by March 2016" in told


@pytest.mark.parametrize(("low", "words"), [(7, "8th of 8, 7th to 8th allowing for chance"), (8, "(8th of 8)")])
def test_a_peer_gap_has_its_place_and_what_chance_allows(low, words):
    """Its figure, that of its peers, its place, and the interval of the place where there is one."""
    figures = {"value": 5.1, "benchmark": 3.9, "members": 8, "rank": 8, "rank_low": low, "rank_high": 8}
    told = asked(QuestionRule.PEER_GAP, figures)
    assert words in told
    assert "5.1 against 3.9 for its peers" in told


def test_two_sources_are_set_side_by_side():
    """Both changes, each with its source."""
    figures = {"own_pct": -0.8, "official_pct": 1.3, "own_verdict": "", "official_verdict": ""}
    told = asked(QuestionRule.SOURCES_DIFFER, figures | {"baseline_period": "2012/13"})
    assert "−0.8% since 2012/13 by the force's own figures and +1.3% by the official series" in told


def test_a_rise_asks_of_reports_whether_it_is_real_and_of_praise_what_brought_it():
    """A neutral measure and one that should rise are two questions."""
    neutral = replace(CRIME, state=State.HIGHER_OR_LOWER)
    assert "how much of the rise is better reporting" in asked(QuestionRule.WELCOME_RISE, CHANGE, neutral)
    better = replace(CRIME, state=State.BETTER)
    assert "what brought the rise about" in asked(QuestionRule.WELCOME_RISE, CHANGE, better)


def test_worse_without_a_signal_has_its_change_and_a_name_with_a_comma_closes_it():
    """How far it moved, and what is behind it; `vehicle offences, official` stands between commas."""
    assert asked(QuestionRule.WORSE, CHANGE, reviewed("Vehicle offences, official", 1000, 1300)) == (
        "With vehicle offences, official, 30.0% above 2012/13, what is behind the rise, and what is being done about "
        "it?"
    )
    fallen = asked(QuestionRule.WORSE, CHANGE | {"change": -30.0}, replace(CRIME, strength=Strength.WEAK))
    assert "30.0% below 2012/13 (by itself this may be chance), what is behind the fall" in fallen


def test_a_survey_that_cannot_be_tested_asks_how_many_answered():
    """The change in points, and how many answers would make it worse."""
    share = replace(CRIME, indicator=replace(CRIME.indicator, kind=Kind.SURVEY))
    figures = {"change": -6.9, "baseline_period": "2012/13", "needed": 1273.0}
    assert asked(QuestionRule.HOW_MANY_ANSWERED, figures, share) == (
        "With vehicle crime 6.9 points below 2012/13, which would count as worse if 1,273 or more had answered in each "
        "year, how many did answer?"
    )


def test_many_measures_without_an_owner_are_told_by_their_priorities():
    """Up to three by name, more by number; their priorities stand before the question, and not in it again."""
    numbers = (5, 6, 6, 7, 12, 13, 15)
    lost = [reviewed(f"Outcome {place}", number=number) for place, number in enumerate(numbers)]
    question = Question(QuestionRule.NO_OWNER, assessed(*lost).plan.priorities[0], tuple(lost), {})
    assert whose_question(question) == "Priorities 5 to 7, 12, 13 and 15"
    assert "or last for 7 measures, and no owner" in question_words(question)
    assert whose_question(replace(question, reviews=tuple(lost[1:3]))) == "Priority 6"


def test_measures_without_an_owner_are_named_each_once():
    """One is it, several are them; two of one name are named once."""
    first, second = reviewed("Awareness"), reviewed("Outcome")
    assert "for awareness, and no owner named in the plan, who will answer for it" in asked(
        QuestionRule.NO_OWNER, {}, first
    )
    assert "or last for awareness; outcome, and" in asked(QuestionRule.NO_OWNER, {}, first, second, second)
