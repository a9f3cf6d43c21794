import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pccstats.methods.peers.compare_group import compare_group
from tests.methods.peers.most_similar_forces import yearly

pytestmark = pytest.mark.slow

COUNTS = st.lists(st.integers(0, 20_000), min_size=8, max_size=8)
WORDS = {"better_than_peers": "worse_than_peers", "worse_than_peers": "better_than_peers"}
LIMITS = ["value", "lower", "upper", "lower_998", "upper_998", "peer_lower", "peer_upper"]


def compared(counts, **choices):
    """Eight forces of a hundred thousand with these counts, compared; rows by name."""
    about = {name: choices.pop(name) for name in ("polarity", "population") if name in choices}
    forces = dict(zip("ABCDEFGH", map(float, counts), strict=True))
    return compare_group(yearly(forces, **about), "A", simulations=200, **choices).points.set_index("area").sort_index()


@given(COUNTS)
@settings(max_examples=15)
def test_order_of_forces_is_irrelevant(counts):
    """The same forces in another order get the same answer, draws included."""
    forces = dict(zip("ABCDEFGH", map(float, counts), strict=True))
    one = compare_group(yearly(forces), "A", simulations=200)
    other = compare_group(yearly(dict(reversed(forces.items()))), "A", simulations=200)
    pd.testing.assert_frame_equal(one.points, other.points)


@pytest.mark.slow
@given(COUNTS)
@settings(max_examples=15)
def test_multiplier_scales_and_judges_nothing(counts):
    """Rates per 10,000 are ten times those per 1,000; rank, z and state stay."""
    one, ten = compared(counts), compared(counts, per=10_000)
    np.testing.assert_allclose(10 * one[LIMITS], ten[LIMITS], rtol=1e-12)
    assert one[["rank", "rank_low", "state"]].equals(ten[["rank", "rank_low", "state"]])


@given(COUNTS)
@settings(max_examples=15)
def test_polarity_mirrors_judgement_and_moves_no_limit(counts):
    """Turning the polarity round swaps better and worse, reverses the ranks, and leaves every limit alone."""
    lower, higher = compared(counts), compared(counts, polarity="higher_is_better")
    assert [WORDS.get(state, state) for state in lower["state"]] == higher["state"].tolist()
    assert lower[LIMITS].equals(higher[LIMITS])
    tied = lower["value"].map(lower["value"].value_counts())
    assert (lower["rank"] + higher["rank"] + tied - 1 == 9).all()


@given(COUNTS)
@settings(max_examples=15)
def test_rank_lies_in_its_interval_and_limits_are_in_order(counts):
    """Every rank is within its interval, the interval within the group, the inner limits within the outer."""
    points = compared(counts)
    assert (points["rank_low"] >= 1).all()
    assert (points["rank_high"] <= 8).all()
    assert ((points["rank_low"] <= points["rank"]) & (points["rank"] <= points["rank_high"])).all()
    assert (points["lower_998"] <= points["lower"]).all()
    assert (points["lower"] <= points["upper"]).all()
    assert (points["upper"] <= points["upper_998"]).all()
    assert (points["peer_lower"] >= 0).all()


@given(COUNTS, st.sampled_from(["mean_including_own", "weighted", "others_only"]))
@settings(max_examples=15)
def test_state_does_not_depend_on_the_benchmark(counts, benchmark):
    """Whichever average is printed, a force is judged by what its peers predict."""
    assert compared(counts)["state"].equals(compared(counts, benchmark=benchmark)["state"])
