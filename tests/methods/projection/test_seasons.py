"""Season factors: there where there is a season, and nowhere else."""

import numpy as np
import pytest

from pccstats.methods.projection.models import season_factors

SEASON = 1 + 0.3 * np.sin(np.arange(12) / 12 * 2 * np.pi)


def test_a_clear_season_is_found():
    """Without noise the factors are the season itself, wherever the series ends."""
    for periods in (36, 41, 60):
        values = np.tile(SEASON, 6)[:periods]
        found = season_factors(values[None, :] * 100, np.array([periods]), 12)[0]
        assert found == pytest.approx(SEASON, rel=1e-9)


def test_noise_is_no_season():
    """Factors of a series without a season lie much nearer to 1 than its months do."""
    random = np.random.default_rng(5)
    values = random.poisson(100, (200, 48)).astype(float)
    found = season_factors(values, np.full(200, 48), 12)
    assert np.abs(found - 1).mean() < 0.25 * np.abs(values / 100 - 1).mean()


def test_zeros_have_no_season():
    """A series of noughts has factors of 1."""
    assert season_factors(np.zeros((1, 36)), np.array([36]), 12).tolist() == [[1.0] * 12]


def test_factors_have_mean_one():
    """Taking the season out leaves the year's total where it was."""
    values = np.random.default_rng(2).poisson(40 * np.tile(SEASON, 5))[None, :].astype(float)
    assert season_factors(values, np.array([60]), 12).mean() == pytest.approx(1)


def test_a_gap_is_passed_over():
    """One missing month leaves the other months' factors and its own from other years."""
    values = np.tile(SEASON, 4)[None, :] * 100
    values[0, 17] = np.nan
    found = season_factors(values, np.array([48]), 12)[0]
    assert found == pytest.approx(SEASON, rel=0.02)
