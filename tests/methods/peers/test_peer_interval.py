import numpy as np
import pytest
from scipy import stats

from pccstats.methods.peers.comparison import OVERDISPERSION, peer_interval


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
