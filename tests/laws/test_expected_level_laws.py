"""Laws of the expected level that hold whatever the figures are."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pccstats.methods.level.expected_level import expected_level
from pccstats.methods.level.many import expected_levels
from pccstats.terms.series import Series

pytestmark = pytest.mark.slow

LINES = [
    "centre_line",
    "lower_process_limit",
    "upper_process_limit",
    "lower_warning_limit",
    "upper_warning_limit",
]
FLAGS = ["rule_outside_limits", "rule_shift", "rule_trend", "rule_two_of_three"]
FIRST = "2012-04"

counts = st.lists(st.integers(0, 500), min_size=3, max_size=40)
gappy = st.lists(st.one_of(st.none(), st.integers(0, 500)), min_size=4, max_size=40).filter(
    lambda figures: sum(value is not None for value in figures) > 0
)


def series(figures, denominator=None, **about):
    """A monthly series."""
    frame = pd.DataFrame({"month": pd.period_range(FIRST, periods=len(figures), freq="M"), "n": figures})
    frame["n"] = frame["n"].astype(float)
    if denominator is not None:
        frame["d"] = denominator
    name = None if denominator is None else "d"
    return Series.from_frame(frame, numerator="n", denominator=name, title="Case", **about)


def points(figures, **options):
    """The points of an individuals chart."""
    return expected_level(series(figures), chart="xmr", **options).points


@settings(max_examples=40)
@given(counts, st.integers(1, 1000))
def test_adding_a_constant_moves_every_line_by_it(figures, constant):
    """A shift of the figures shifts centre line and limits alike, and changes no rule."""
    before, after = points(figures), points([value + constant for value in figures])
    assert np.allclose(after[LINES], before[LINES] + constant, rtol=1e-9, atol=1e-6)
    assert (after[FLAGS] == before[FLAGS]).all(axis=None)


@settings(max_examples=40)
@given(counts, st.sampled_from([2.0, 4.0, 0.5, 1024.0]))
def test_scaling_scales_every_line(figures, factor):
    """Twice the figures, twice the lines, the same rules."""
    before, after = points(figures), points([value * factor for value in figures])
    assert np.allclose(after[LINES], before[LINES] * factor)
    assert (after[FLAGS] == before[FLAGS]).all(axis=None)


@settings(max_examples=40)
@given(counts)
def test_a_mirror_swaps_above_and_below(figures):
    """Figures turned upside down have the same rules and the other signals."""
    before, after = points(figures), points([1000 - value for value in figures])
    swapped = before["signal"].map({"above": "below", "below": "above", "none": "none"})
    assert (after["signal"] == swapped).all()
    assert (after[FLAGS] == before[FLAGS]).all(axis=None)


@settings(max_examples=25)
@given(gappy, st.randoms(use_true_random=False))
def test_row_order_is_irrelevant(figures, random):
    """A shuffled table gives the same levels."""
    frame = series(figures).points
    order = list(range(len(frame)))
    random.shuffle(order)
    shuffled = Series.from_frame(frame.iloc[order], period="period_end", numerator="numerator", title="Case")
    pd.testing.assert_frame_equal(
        expected_level(shuffled, chart="c").points, expected_level(series(figures), chart="c").points
    )


@settings(max_examples=40)
@given(st.lists(st.integers(0, 500), min_size=8, max_size=40), st.data())
def test_a_segment_is_a_series_of_its_own(figures, data):
    """Cut in two, each part has the limits and signals it has alone: rules and ranges do not cross the cut."""
    cut = data.draw(st.integers(4, len(figures) - 4))
    months = pd.period_range(FIRST, periods=len(figures), freq="M")
    whole = expected_level(series(figures), chart="xmr", rebase_at=[months[cut]]).points
    alone = [
        expected_level(series(figures).between(None, months[cut - 1]), chart="xmr").points,
        expected_level(series(figures).between(months[cut], None), chart="xmr").points,
    ]
    together = pd.concat(alone, ignore_index=True)
    assert np.allclose(whole[LINES], together[LINES])
    assert (whole[FLAGS] == together[FLAGS]).all(axis=None)
    assert (whole["signal"] == together["signal"]).all()


@settings(max_examples=40)
@given(st.lists(st.integers(1, 400), min_size=3, max_size=30), st.integers(2, 9))
def test_per_day_is_exposure_of_days(figures, persons):
    """Counting days gives the rates that days as a given denominator give; a constant population changes nothing."""
    days = np.asarray(pd.period_range(FIRST, periods=len(figures), freq="M").days_in_month, dtype=float)
    per_day = expected_level(series(figures), chart="u_prime", seasonal=False).points
    by_hand = expected_level(series(figures, days, kind="rate"), chart="u_prime", seasonal=False, per_day=False).points
    assert np.allclose(per_day[LINES], by_hand[LINES].mul(days, axis=0))
    populated = expected_level(
        series(figures, np.full(len(figures), float(persons)), kind="count"), chart="u_prime", seasonal=False
    ).points
    assert np.allclose(per_day[LINES], populated[LINES])
    assert (per_day["signal"] == populated["signal"]).all()


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=2, max_size=30))
def test_limits_of_shares_lie_between_nothing_and_everything(pairs):
    """Whatever is answered, limits are per cents, and none is empty."""
    satisfied, others = (np.array(column, dtype=float) for column in zip(*pairs, strict=True))
    assume((satisfied + others).sum() > 0)
    found = expected_level(series(satisfied, satisfied + others)).points[LINES]
    assert found.notna().all(axis=None)
    assert found.min().min() >= 0
    assert found.max().max() <= 100


@settings(max_examples=40)
@given(gappy, st.sampled_from(["c", "u", "c_prime", "u_prime"]))
def test_counts_always_have_limits_in_order(figures, chart):
    """Gaps or not: nought, lower limit, centre line, upper limit, in this order, and no signal where no figure is."""
    found = expected_level(series(figures), chart=chart).points
    assert found[LINES].notna().all(axis=None)
    assert (found["lower_process_limit"] >= 0).all()
    assert (found["lower_process_limit"] <= found["lower_warning_limit"] + 1e-9).all()
    assert (found["lower_warning_limit"] <= found["centre_line"] + 1e-9).all()
    assert (found["centre_line"] <= found["upper_warning_limit"] + 1e-9).all()
    assert (found["upper_warning_limit"] <= found["upper_process_limit"] + 1e-9).all()
    assert (found.loc[found["value"].isna(), "signal"] == "none").all()


@settings(max_examples=40)
@given(gappy)
def test_outside_the_limits_is_what_the_rule_marks(figures):
    """The column of the rule is true exactly where a figure lies beyond a limit by more than its last digit."""
    found = expected_level(series(figures), chart="u_prime", seasonal=False).points
    slack = 1e-7 * (1 + found["value"].abs())
    beyond = (found["value"] > found["upper_process_limit"] + slack) | (
        found["value"] < found["lower_process_limit"] - slack
    )
    within = (found["value"] < found["upper_process_limit"] - slack) & (
        found["value"] > found["lower_process_limit"] + slack
    )
    assert found.loc[beyond, "rule_outside_limits"].all()
    assert not found.loc[within, "rule_outside_limits"].any()


@settings(max_examples=15)
@given(st.lists(st.lists(st.one_of(st.none(), st.integers(0, 300)), min_size=3, max_size=45), min_size=1, max_size=5))
def test_many_at_once_are_the_same_as_one_by_one(many):
    """Every series of a table has the numbers it has alone."""
    assume(all(any(value is not None for value in figures) for figures in many))
    frames = [series(figures).points.assign(series=name) for name, figures in enumerate(many)]
    levels = expected_levels(pd.concat(frames), period="period_end", rules="western_electric")
    for name, figures in enumerate(many):
        alone = expected_level(series(figures), rules="western_electric").points
        together = levels[levels["series"] == name].reset_index(drop=True)
        assert np.allclose(together[LINES], alone[LINES], rtol=1e-12, atol=1e-12)
        assert (together["signal"].astype(str) == alone["signal"]).all()
        assert (together["rules"].astype(str) == alone["rules"]).all()
