"""Ranks, their intervals, and the interval that peers predict: by hand and against reference cases."""

import numpy as np
import pytest
from scipy import stats

from pccstats.methods.peers.comparison import OVERDISPERSION, peer_interval, rank_interval, ranks
from pccstats.terms.words import Polarity

# ---------------------------------------------------------------------------------------------------------------- ranks
LOWER = Polarity.LOWER_IS_BETTER


def interval(height, error, polarity=LOWER, phi=1.0, freedom=7, seed=1, confidence=0.95):
    """A rank interval of one group, with the choices the tests do not vary."""
    return rank_interval(
        np.array([height]),
        np.array([error]),
        polarity,
        phi=np.array([phi]),
        freedom=np.array([freedom]),
        confidence=confidence,
        simulations=1000,
        seed=seed,
    )


def test_published_burglary_order(reference_case):
    """The eight forces of the reference cases rank as their rates do: Farleigh first, Dunmere last."""
    inputs = reference_case("funnel_05_exact_poisson_rates")["inputs"]
    rates = np.array([inputs["numerator"]]) / np.array([inputs["denominator"]])
    rank, _ = ranks(rates, LOWER)
    assert dict(zip(inputs["force"], rank[0], strict=True)) == {
        "Farleigh": 1, "Aldshire": 2, "Carrick": 3, "Eastholm": 4, "Harrowgate": 5, "Barrowby": 6, "Glenmoor": 7,
        "Dunmere": 8,
    }  # fmt: skip


@pytest.mark.parametrize("polarity", [Polarity.HIGHER_IS_BETTER, Polarity.NEUTRAL])
def test_highest_is_first_unless_lower_is_better(polarity):
    """1st is the highest where higher is better, and where neither is."""
    assert ranks(np.array([[1.0, 5.0, 3.0]]), polarity)[0].tolist() == [[3.0, 1.0, 2.0]]


def test_the_same_rate_from_different_sizes_is_a_tie():
    """Three in 7,000 and nine in 21,000 are the same rate however the division rounds."""
    rank, is_tied = ranks(np.array([[3 / 7000, 9 / 21000, 0.1 + 0.2, 0.3]]), LOWER)
    assert rank.tolist() == [[1.0, 1.0, 3.0, 3.0]]
    assert is_tied.all()


def test_missing_force_has_no_rank():
    """A force with no figure is neither first nor last."""
    rank, _ = ranks(np.array([[2.0, np.nan, 1.0]]), LOWER)
    assert np.isnan(rank[0, 1])
    assert rank[0, [0, 2]].tolist() == [2.0, 1.0]


def test_forces_far_apart_have_sure_ranks():
    """Where differences dwarf the noise, each interval is the rank itself."""
    low, high = interval([1.0, 2.0, 3.0, 4.0], [0.001] * 4)
    assert low.tolist() == high.tolist() == [[1.0, 2.0, 3.0, 4.0]]


def test_forces_alike_could_hold_any_rank():
    """Where there is nothing but noise, every interval runs from first to last."""
    low, high = interval([1.0] * 5, [0.1] * 5)
    assert low.tolist() == [[1.0] * 5]
    assert high.tolist() == [[5.0] * 5]


def test_noisier_years_make_ranks_less_sure():
    """The more a force's own figure moves, the wider its interval."""
    widths = [np.subtract(*interval(np.linspace(1, 2, 8), [0.05] * 8, phi=phi)[::-1]).sum() for phi in (1, 4, 16)]
    assert widths[0] < widths[1] < widths[2]


def test_the_seed_settles_the_interval():
    """The same seed gives the same interval; the choice of seed moves an end by one place at most."""
    height, error = np.linspace(1, 1.5, 8), [0.1] * 8
    first, again, other = (np.array(interval(height, error, seed=seed)) for seed in (1, 1, 2))
    assert (first == again).all()
    assert np.abs(first - other).max() <= 1


def test_no_interval_without_errors():
    """Where the number of respondents is not known no interval is made up."""
    low, high = interval([1.0, 2.0, 3.0], [0.0] * 3)
    assert np.isnan([*low[0], *high[0]]).all()


# -------------------------------------------------------------------------------------------- the interval of the peers
def test_large_counts_give_the_textbook_prediction_interval():
    """With chance negligible, the interval is mean ± t sd sqrt(1 + 1/m) of the others."""
    height = np.array([[3.1, 2.7, 3.3, 2.9, 3.0, 3.6, 2.8, 3.2]])
    lower, upper = peer_interval(height, np.full((1, 8), 1e-6), 0.95)
    others = height[0, 1:]
    reach = stats.t.ppf(0.975, 6) * others.std(ddof=1) * np.sqrt(1 + 1 / 7)
    assert lower[0, 0] == pytest.approx(others.mean() - reach, abs=1e-9)
    assert upper[0, 0] == pytest.approx(others.mean() + reach, abs=1e-9)


def test_a_force_takes_no_part_in_its_own_interval():
    """However wild a force is, the interval it is judged by stays where it was."""
    height, error = np.array([[3.0, 3.1, 2.9, 3.2]]), np.full((1, 4), 0.01)
    wild = height.copy()
    wild[0, 0] = 50.0
    before, after = peer_interval(height, error, 0.95), peer_interval(wild, error, 0.95)
    assert before[0][0, 0] == after[0][0, 0]
    assert wild[0, 0] > after[1][0, 0]


@pytest.mark.parametrize("overdispersion", OVERDISPERSION)
def test_missing_forces_change_nothing(overdispersion):
    """A force with no figure leaves the intervals of the others as they are without it."""
    height, error = np.array([[3.0, 3.1, 2.9, 3.2]]), np.array([[0.1, 0.2, 0.1, 0.3]])
    gap = np.insert(height, 2, np.nan, axis=1), np.insert(error, 2, 0.0, axis=1)
    without = peer_interval(height, error, 0.95, overdispersion)
    within = peer_interval(*gap, 0.95, overdispersion)
    for one, other in zip(without, within, strict=True):
        np.testing.assert_allclose(np.delete(other, 2, axis=1), one, rtol=1e-12)


@pytest.mark.parametrize("overdispersion", OVERDISPERSION)
def test_equal_figures_give_an_interval_as_wide_as_chance(overdispersion):
    """Forces that agree to the last digit are still allowed to differ by chance."""
    height, error = np.zeros((1, 8)), np.full((1, 8), 0.5)
    lower, upper = peer_interval(height, error, 0.95, overdispersion)
    assert (upper >= 1.96 * 0.5).all()
    assert (lower == -upper).all()


def test_unknown_errors_weigh_all_alike():
    """Where the number of respondents is not known, only the spread of the others counts."""
    height = np.array([[80.0, 1.0, 2.0, 3.0]])
    lower, upper = peer_interval(height, np.zeros((1, 4)), 0.95)
    assert (lower[0, 0] + upper[0, 0]) / 2 == pytest.approx(2.0)
