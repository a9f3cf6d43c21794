"""The rules one by one, on figures short enough to check by eye."""

import numpy as np
import pytest

from pccstats.methods.level.rules import (
    RULE_SETS,
    RULES,
    Standing,
    find_signals,
    rules_named,
)
from pccstats.terms.errors import MethodProblem


def marked(rule, z):
    """Positions that a rule marks, the figures being distances in sigma."""
    z = np.array([z], dtype=float)
    side = np.sign(np.nan_to_num(z)).astype(np.int8)
    signals = find_signals(Standing(z, side, z), rules_named(rule).rules)
    return np.flatnonzero(signals.flags[rule][0]).tolist(), signals.direction[0].tolist()


def test_outside_means_beyond_three_sigma():
    """Three sigma itself is within the limits."""
    assert marked("outside_limits", [3.0, 3.01, -3.0, -3.2])[0] == [1, 3]


def test_a_shift_is_seven_on_one_side_and_all_seven_are_marked():
    """Six are not enough; a month on the line breaks the run."""
    assert marked("shift", [0.5] * 6 + [-0.5])[0] == []
    assert marked("shift", [0.5] * 7 + [-0.5])[0] == list(range(7))
    assert marked("shift", [0.5] * 6 + [0.0] + [0.5])[0] == []


def test_a_trend_is_seven_each_further_than_the_last():
    """Six steps in one direction; a repeated figure breaks it; direction is up or down, wherever it lies."""
    rising = np.linspace(-0.9, 0.9, 7)
    assert marked("trend", [*rising, 0.0]) == (list(range(7)), [1] * 7 + [0])
    assert marked("trend", rising[:6])[0] == []
    assert marked("trend", [*rising[:3], rising[2], *rising[3:6]])[0] == []


def test_a_trend_counts_the_same_at_the_start_and_after_a_turn():
    """Falling first and then rising, the rise is found with its turning month; six are not enough anywhere."""
    falls_then_rises = [2.0, 1.0, *np.linspace(-0.5, 0.7, 7)]
    assert marked("trend", falls_then_rises)[0] == list(range(2, 9))
    assert marked("trend", falls_then_rises[:8])[0] == []


def test_two_of_three_as_since_november_2023():
    """All three on one side, two beyond two sigma, those beyond three sigma included; only those two are marked."""
    assert marked("two_of_three", [2.5, 0.5, 2.5])[0] == [0, 2]
    assert marked("two_of_three", [2.5, -0.5, 2.5])[0] == []
    assert marked("two_of_three", [3.5, 0.5, 2.5])[0] == [0, 2]
    assert marked("two_of_three_between", [3.5, 0.5, 2.5])[0] == []
    assert marked("two_of_three_any", [2.5, -0.5, 2.5])[0] == [0, 2]
    assert marked("two_of_three", [2.5, 2.6])[0] == []


def test_four_of_five_beyond_one_sigma():
    """The four are marked, the fifth is not."""
    assert marked("four_of_five", [1.5, 1.2, 0.0, 1.1, 1.3])[0] == [0, 1, 3, 4]


def test_fourteen_by_turns_say_nothing_of_the_level():
    """Up and down fourteen times is marked, and gives no direction."""
    by_turns = [0.5, -0.5] * 7
    assert marked("alternating", by_turns) == (list(range(14)), [0] * 14)
    assert marked("alternating", by_turns[:13])[0] == []


def test_eight_far_out_and_fifteen_close_in():
    """The rules on spread mark whole runs without direction."""
    assert marked("beyond_one_sigma", [1.5, -1.5] * 4) == (list(range(8)), [0] * 8)
    assert marked("within_one_sigma", [0.5, -0.5] * 8)[0] == list(range(16))
    assert marked("within_one_sigma", [0.5, -0.5] * 7)[0] == []


def test_a_gap_breaks_every_run():
    """No rule reaches over a month without a figure."""
    gap = [0.5, 0.6, 0.7, np.nan, 0.8, 0.9, 1.0, 1.1]
    for rule in ("shift", "trend"):
        assert marked(rule, gap)[0] == []
    assert marked("two_of_three", [2.5, np.nan, 2.5])[0] == []


def test_position_goes_before_drift():
    """A month outside the lower limit at the end of a rise is below, though the rise says above; both are named."""
    z = np.array([[-9.0, -8.0, -7.0, -6.0, -5.0, -4.0, -3.5]])
    signals = find_signals(Standing(z, np.sign(z).astype(np.int8), z), rules_named("mdc").rules)
    assert signals.flags["trend"].all()
    assert (signals.direction == -1).all()


def test_runs_that_are_long_for_their_number():
    """Nine on one side are too many of twenty; few crossings mark the months by their side."""
    z = [0.5] * 10 + [-0.5] * 10
    assert marked("long_run", z)[0] == list(range(20))
    assert marked("few_crossings", z) == (list(range(20)), [1] * 10 + [-1] * 10)
    assert marked("long_run", [0.5, -0.5] * 10)[0] == []


def test_a_month_on_the_line_neither_adds_to_a_run_nor_ends_it():
    """Anhøj leaves such months out; a gap does end the run."""
    assert marked("long_run", [0.5] * 4 + [0.0] + [0.5] * 4 + [-0.5] * 2)[0] == [0, 1, 2, 3, 5, 6, 7, 8]
    assert marked("long_run", [0.5] * 4 + [np.nan] + [0.5] * 4 + [-0.5] * 2)[0] == []


@pytest.mark.parametrize("name", RULE_SETS)
def test_every_rule_of_every_set_is_known(name):
    """Each set is made of rules that exist, and each says in words what it looks for."""
    for rule in rules_named(name).rules:
        assert RULES[rule.name].looks_for
        assert rule.said(is_above=True, run="nine")


def test_an_unknown_rule_is_refused_with_the_known_ones():
    """The message lists sets and rules."""
    with pytest.raises(MethodProblem, match="mdc_before_2023"):
        rules_named(("outside_limits", "gut_feeling"))
