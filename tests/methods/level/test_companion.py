"""The companion: what adds up over months that are each within their limits."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pccstats.methods.level.companion import (
    MOST_OF_ONE,
    OVERSHOOT,
    REACH,
    WANTED,
    added_up,
    bound_of,
    empty_spells,
)
from pccstats.methods.level.expected_level import expected_level
from pccstats.methods.level.many import expected_levels
from pccstats.terms.errors import MethodProblem
from pccstats.terms.series import Series

# Montgomery, Introduction to Statistical Quality Control, 7th edition, table 9.1: mean 10 and sigma 1, and from the
# 21st figure on mean 11. With k = 0.5 and h = 5 the upper sum first passes its bound at the 29th, at 5.28 (table 9.2).
MONTGOMERY = (
    *(9.45, 7.99, 9.29, 11.66, 12.16, 10.18, 8.04, 11.46, 9.20, 10.34),
    *(9.03, 11.47, 10.51, 9.40, 10.08, 9.37, 10.62, 10.31, 8.52, 10.84),
    *(10.90, 9.33, 12.29, 11.50, 10.60, 11.08, 10.38, 11.62, 11.31, 10.52),
)
NEVER = np.array([10_000])
YEARS = ("2012-04", "2015-03")


def test_the_sums_are_those_of_a_textbook():
    """The upper sum of Montgomery's example passes 5 at the 29th figure, at 5.28, and has been above nought for 7."""
    above, below = added_up(np.array([MONTGOMERY]) - 10, np.array([5.0]), NEVER)
    assert np.flatnonzero(above[0] > 5)[0] + 1 == 29
    assert above[0, 28] == pytest.approx(5.28, abs=0.005)
    assert 29 - (np.flatnonzero(above[0, :28] == 0)[-1] + 1) == 7
    assert below[0, :3] == pytest.approx([0.05, 1.56, 1.77], abs=0.005)


@settings(max_examples=50)
@given(st.lists(st.floats(-6, 6), min_size=1, max_size=40), st.floats(2, 12))
def test_above_and_below_are_mirrors(scores, bound):
    """What adds up above of scores adds up below of their opposites; neither leaves nought and its most."""
    one, other = np.array([scores]), -np.array([scores])
    above, _ = added_up(one, np.array([bound]), NEVER)
    assert np.array_equal(above, added_up(other, np.array([bound]), NEVER)[1])
    assert ((above >= 0) & (above <= bound + OVERSHOOT)).all()
    assert (np.diff(above, axis=1) <= MOST_OF_ONE).all()


def test_a_head_start_is_given_once_and_takes_nothing_away():
    """With the month named both sums have half their bound in hand; a sum beyond that keeps what it has."""
    above, below = added_up(np.array([[3.0, 3.0, 0.5, 0.5]]), np.array([6.0]), np.array([2]))
    assert above[0].tolist() == [2.5, 5.0, 5.0, 5.0]
    assert below[0].tolist() == [0.0, 0.0, 2.0, 1.0]


def test_a_bound_falls_with_the_months_that_set_the_limits():
    """The more is known of the level, the less has to add up."""
    bounds = bound_of(np.arange(1, 200))
    assert (np.diff(bounds) <= 0).all()
    assert bounds[0] == max(REACH.values())


@pytest.mark.slow
@pytest.mark.parametrize("baseline", [12, 24, 36, 60])
def test_so_many_steady_series_cross_the_bound_as_is_said(baseline):
    """Of 4,000 steady series of counts 3% have the companion's alarm in the year after; told from 1.5% and 5%."""
    random = np.random.default_rng(20_260 + baseline)
    months = pd.period_range("2008-04", periods=baseline + 12, freq="M")
    counts = random.poisson(random.gamma(200 * np.asarray(months.days_in_month) / 30.4375, 1.0, (4000, len(months))))
    table = pd.DataFrame(
        {
            "series": np.repeat(np.arange(4000), len(months)),
            "month": np.tile(months, 4000),
            "numerator": counts.ravel().astype(float),
        }
    )
    levels = expected_levels(table, baseline=(months[0], months[baseline - 1]), seasonal=False)
    later = levels[~levels["is_baseline"] & ~levels["is_wild"]]
    found = later.groupby("series")["rule_cusum"].any().mean()
    assert WANTED / 2 < found < WANTED * 5 / 3


def counts_of(figures, start="2012-04"):
    """A series of these monthly counts."""
    months = pd.period_range(start, periods=len(figures), freq="M")
    return Series.from_frame(pd.DataFrame({"month": months, "n": np.asarray(figures, float)}), numerator="n", title="T")


def test_months_a_little_high_add_up_and_say_since_when():
    """None of nine months a sixth high is outside the limits; together they are more than chance."""
    steady = [100.0 + 5 * (-1) ** month for month in range(36)]
    level = expected_level(counts_of([*steady, *[116.0] * 9]), baseline=("2012-04", "2015-03"))
    later = level.points.tail(9)
    assert not later["rule_outside_limits"].any()
    assert later["rule_cusum"].iloc[-1]
    assert level.signal == "above"
    assert level.building_since == level.signal_since == pd.Period("2015-04")
    assert level.signal_known_since == later["month"][later["rule_cusum"]].iloc[0] > level.signal_since
    assert (later["signal"] == later["signal_known"]).all()


def test_a_run_of_seven_is_known_by_its_seventh_month():
    """Making Data Count marks all seven, and could say so only with the last."""
    steady = [100.0 + 10 * (-1) ** month for month in range(36)]
    level = expected_level(counts_of([*steady, *[104.0] * 8]), chart="xmr", baseline=("2012-04", "2015-03"))
    later = level.points.tail(8)
    assert (later["signal"] == "above").all()
    assert later["signal_known"].tolist() == ["none"] * 6 + ["above"] * 2
    assert (level.signal_since, level.signal_known_since) == (pd.Period("2015-04"), pd.Period("2015-10"))


def test_a_level_that_comes_back_is_soon_seen_to():
    """After two years far above, the alarm is over within five months of ordinary figures."""
    steady = [100.0 + 8 * (-1) ** month for month in range(36)]
    level = expected_level(counts_of([*steady, *[150.0] * 24, *[100.0] * 6]), baseline=("2012-04", "2015-03"))
    assert level.points["rule_cusum"].tail(30).head(24).any()
    assert level.signal == "none"


def test_an_empty_spell_counts_from_the_month_by_which_it_is_beyond_chance():
    """Of one a month, e^-7 is less than one in 740: the seventh empty month is the first that says so."""
    assert empty_spells(np.full((1, 9), -1.0)).tolist() == [[False] * 6 + [True] * 3]
    assert not empty_spells(np.array([[-1.0] * 6 + [np.nan] + [-1.0] * 6])).any()


def test_rare_cases_that_stop_are_seen_to_stop():
    """One or two a month, and then none for a year: no month is too low, and the spell is."""
    cases = [1.0, 2.0, 0.0, 3.0, 1.0, 2.0] * 6
    level = expected_level(counts_of([*cases, *[0.0] * 12]), baseline=("2012-04", "2015-03"))
    assert not level.points["rule_outside_limits"].any()
    assert level.points["rule_empty_spell"].iloc[-1]
    assert level.signal == "below"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"limits": "narrow"}, "There are no such limits"),
        ({"companion": "ewma"}, "There is no such companion"),
        ({"chart": "xmr", "limits": "probability"}, "has no probability limits"),
        ({"chart": "g", "companion": "cusum"}, "has no companion"),
        ({"rules": "cusum", "companion": None}, "read the companion"),
    ],
)
def test_choices_that_do_not_go_together_are_refused(options, words):
    """Each in words, with what to choose instead."""
    with pytest.raises(MethodProblem, match=words):
        expected_level(counts_of([10.0, 12.0, 9.0] * 8), **options)


def test_without_a_companion_the_rules_are_those_of_before():
    """No companion, no sums; Making Data Count's four rules apply."""
    level = expected_level(counts_of([10.0, 12.0, 9.0] * 8), companion=None)
    assert level.points["cusum_above"].isna().all()
    assert [rule.name for rule in level.rules] == ["outside_limits", "shift", "trend", "two_of_three"]
    assert "Companion" not in level.method


def test_an_individuals_chart_may_have_one_too():
    """Asked for by name it adds up distances in sigma."""
    level = expected_level(counts_of([10.0, 12.0, 9.0] * 12), chart="xmr", companion="cusum")
    assert level.points["cusum_above"].notna().all()
    assert level.limits == "sigma"


def test_a_month_on_the_other_side_bears_no_mark():
    """Months far below, and one above the line before the sum has come back: that one is not called low."""
    steady = [100.0 + 8 * (-1) ** month for month in range(36)]
    level = expected_level(counts_of([*steady, *[70.0] * 6, 106.0]), baseline=YEARS, seasonal=False)
    assert level.points["rule_cusum"].iloc[-2]
    assert level.points["cusum_below"].iloc[-1] > level.points["cusum_bound"].iloc[-1]
    assert level.signal == "none"


def test_a_signal_with_a_gap_in_it_is_known_from_its_first_month():
    """A month above the line among many below: since when and known since look past it to where it all began."""
    steady = [100.0 - 8 * (-1) ** month for month in range(36)]
    level = expected_level(counts_of([*steady, *[70.0] * 8, 103.0, *[70.0] * 2]), baseline=YEARS, seasonal=False)
    marked = level.points.loc[level.points["signal"] == "below", "month"]
    assert level.signal_since == pd.Period("2015-04")
    assert level.signal_known_since == marked.iloc[0]
