"""Verdicts read together: which of them are weak."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from pccstats.review.many import OneTest, own_test, read_by_table, read_together, with_weak
from pccstats.terms.words import State, Strength
from tests.presentation.reviews import reviewed

LEVEL = 0.05


def found_with(p_value, number=1, strength=Strength.FIRM):
    """A verdict with this p: worse where it is below the level."""
    review = reviewed(f"Crime {number}", 100, 400, number=number, strength=strength)
    state = State.WORSE if p_value < LEVEL else State.NO_EVIDENCE_OF_CHANGE
    change = replace(review.change, state=state, test=replace(review.change.test, p_value=p_value))
    return replace(review, state=state, change=change)


@pytest.mark.slow
@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_what_does_not_stand_is_weak_and_nothing_else(p_values):
    """Weak are the verdicts with p below the level and scipy's q not; states and numbers are left as they were."""
    reviews = tuple(found_with(p_value, number) for number, p_value in enumerate(p_values))
    read = with_weak(reviews, read_together(map(own_test, reviews), LEVEL))
    q_values = np.asarray(false_discovery_control(p_values))
    near = np.isclose(q_values, LEVEL, rtol=1e-12)
    expected = (np.asarray(p_values) < LEVEL) & (q_values >= LEVEL)
    weak = np.array([review.strength is Strength.WEAK for review in read])
    assert (weak == expected)[~near].all()
    assert [review.state for review in read] == [review.state for review in reviews]


def test_a_verdict_that_may_not_be_counted_helps_no_other():
    """A cohort's certain fall would bring a p of 0.04 over the bar; it takes no part and keeps its own word."""
    reviews = (found_with(1e-9, 1, Strength.EXPECTED), found_with(0.04, 2), found_with(0.6, 3))
    found = read_together(map(own_test, reviews), LEVEL)
    assert (found.tests, found.not_kept["name"].tolist()) == (2, ["2.crime_2"])
    read = with_weak(reviews, found)
    assert [review.strength for review in read] == [Strength.EXPECTED, Strength.WEAK, Strength.FIRM]


def test_a_state_that_is_no_answer_brings_no_test():
    """What is not comparable is counted among those not tested, whatever p its figures have."""
    review = replace(found_with(0.001), state=State.NOT_COMPARABLE)
    found = read_together([own_test(review), OneTest("other", 0.2, True)], LEVEL)
    assert (found.tests, found.not_tested) == (1, 1)


def test_supporting_measures_are_read_within_their_table():
    """p of 0.04 stands alone in its table, and not beside another that found nothing."""
    alone = found_with(0.04, 1)
    steady = found_with(0.9, 3)
    pair = (found_with(0.04, 2), replace(steady, indicator=replace(steady.indicator, priority=2)))
    strengths = [review.strength for review in read_by_table((alone, *pair), LEVEL)]
    assert strengths == [Strength.FIRM, Strength.WEAK, Strength.FIRM]
