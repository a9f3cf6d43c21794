"""How much more than chance months vary, against statsmodels' quasi-Poisson."""

from __future__ import annotations

import math

import numpy as np
import pytest
import statsmodels.api as sm

from pccstats.methods.change.dispersion import Dispersion, assumed_dispersion, dispersion_of_months


def test_dispersion_equals_quasi_poisson():
    """With season and window as factors the estimate is the quasi-Poisson one of statsmodels."""
    rng = np.random.default_rng(11)
    months = np.tile(np.arange(1, 13), 2)
    windows = np.repeat([0, 1], 12)
    counts = rng.poisson(300 * (1 + 0.3 * np.sin(months)) * (1 + 0.1 * windows) * rng.gamma(40, 1 / 40, 24))
    design = np.column_stack([(months == m).astype(float) for m in range(1, 13)] + [windows])
    fit = sm.GLM(counts, design, family=sm.families.Poisson()).fit()
    found = dispersion_of_months(counts, months, windows)
    assert found.estimate == pytest.approx(fit.pearson_chi2 / fit.df_resid, rel=1e-6)
    assert found.degrees_of_freedom == fit.df_resid == 11


def test_season_is_not_over_dispersion():
    """Counts that only follow a season, however strong, are not over-dispersed: the floor of 1 holds."""
    season = [60, 60, 80, 100, 130, 160, 200, 180, 140, 100, 80, 60]
    found = dispersion_of_months(season * 2, list(range(1, 13)) * 2, [0] * 12 + [1] * 12)
    assert (found.estimate, found.phi) == (0, 1)


def test_a_step_between_the_windows_is_not_over_dispersion():
    """A change between the windows, which is what is tested, does not swell the variation it is tested by."""
    found = dispersion_of_months([100] * 12 + [200] * 12, list(range(1, 13)) * 2, [0] * 12 + [1] * 12)
    assert found.estimate == 0


def test_gaps_are_left_out():
    """A month with no figure costs its degrees of freedom and nothing else."""
    counts = [100.0] * 24
    counts[5] = math.nan
    found = dispersion_of_months(counts, list(range(1, 13)) * 2, [0] * 12 + [1] * 12)
    assert found.degrees_of_freedom == 10


def test_too_few_months_give_no_estimate():
    """One month a window, or no events at all, leave nothing to estimate from."""
    assert dispersion_of_months([5, 7], [1, 1], [0, 1]) is None
    assert dispersion_of_months([0] * 24, list(range(1, 13)) * 2, [0] * 12 + [1] * 12) is None


def test_the_quantile_nears_the_normal_as_dispersion_nears_chance():
    """Only the excess is estimated: 1.96 at phi 1, Student's on 11 degrees of freedom far above."""
    assert Dispersion(1.0, 11).quantile(0.95) == pytest.approx(1.959964, abs=1e-6)
    assert Dispersion(1e9, 11).quantile(0.95) == pytest.approx(2.200985, abs=1e-6)
    assert 1.96 < Dispersion(2.0, 11).quantile(0.95) < 2.2


@pytest.mark.parametrize(
    ("events", "phi"), [(0, 2.5), (99, 2.5), (100, 3.5), (300, 5.0), (999, 5.0), (1000, 10.0), (10_000, 30.0)]
)
def test_what_is_assumed_goes_by_the_size_of_the_count(events, phi):
    """Each step of the table of assumed values begins where the page says it does."""
    assert assumed_dispersion(events) == phi
