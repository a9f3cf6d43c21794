"""Tests of two counts against R, statsmodels and the published comparisons worked out by hand."""

import math

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.stats import binom
from statsmodels.stats.rates import confint_poisson_2indep

from pccstats.methods.change.dispersion import Dispersion, dispersion_of_months
from pccstats.methods.change.two_figures import compare_counts, dispersion_to_overturn, poisson_p

CHANCE = Dispersion(1.0)

# (baseline, latest, z of two Poisson counts, p, over-dispersion that undoes 5% significance or None)
PUBLISHED = {
    "all crime, 2012/13 to June 2015": (58805, 58318, -1.42, 0.16, None),
    "burglary, 2012/13 to June 2015": (3935, 4013, 0.87, 0.39, None),
    "violence with injury, 2012/13 to June 2015": (4365, 4609, 2.58, 0.010, 1.7),
    "theft from vehicles, 2012/13 to June 2015": (5236, 6092, 8.04, 0.0, 16.8),
    "theft of vehicles, 2012/13 to June 2015": (1051, 1376, 6.60, 0.0, 11.3),
    "all crime, 2013/14 to 2014/15": (60834, 59220, -4.66, 0.0, 5.6),
    "burglary, 2013/14 to 2014/15": (4199, 4050, -1.64, 0.10, None),
    "violence with injury, 2013/14 to 2014/15": (5052, 4884, -1.69, 0.094, None),
    "theft from vehicles, 2013/14 to 2014/15": (5396, 5767, 3.51, 0.0, 3.2),
    "theft of vehicles, 2013/14 to 2014/15": (1114, 1347, 4.70, 0.0, 5.7),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_comparisons(name):
    """Each published pair has the p and the over-dispersion-to-overturn worked out independently beforehand."""
    first, second, z, p, overturned_at = PUBLISHED[name]
    test = compare_counts(first, second, CHANCE)
    assert math.copysign(1, test.ratio - 1) == math.copysign(1, z)
    assert poisson_p(first, second) == pytest.approx(p, abs=0.005)
    assert test.p_value == pytest.approx(math.erfc(abs(z) / math.sqrt(2)), abs=0.005)
    overturn = dispersion_to_overturn(first, second)
    if overturned_at is None:
        assert overturn < 1
    else:
        assert overturn == pytest.approx(overturned_at, abs=0.06)
        assert compare_counts(first, second, Dispersion(overturn)).p_value == pytest.approx(0.05, abs=1e-9)


def test_exact_p_equals_r(reference_case):
    """The Poisson p shown beside equals R's poisson.test, zeros and unequal exposures included."""
    case = reference_case("test_01_two_poisson_exact")
    given = case["inputs"]
    for a, ta, b, tb, p in zip(
        given["a"], given["ta"], given["b"], given["tb"], case["outputs"]["p_value"], strict=True
    ):
        assert poisson_p(b, a, (tb, ta)) == pytest.approx(p, rel=1e-7)


def test_log_ratio_equals_statsmodels():
    """At chance the interval is statsmodels' wald-log interval of a rate ratio."""
    test = compare_counts(365, 412, CHANCE, exposures=(365, 366))
    theirs = confint_poisson_2indep(412, 366, 365, 365, method="wald-log", compare="ratio")
    assert (test.lower, test.upper) == pytest.approx(theirs, rel=1e-9)


@pytest.mark.parametrize(("first", "second"), [(2, 9), (0, 12), (12, 0), (4, 15)])
def test_small_counts_use_the_mid_p_conditional_test(first, second):
    """Under ten events p is twice the smaller tail, the value itself halved, and the limits agree with it."""
    test = compare_counts(first, second, CHANCE)
    given = binom(first + second, 0.5)
    tails = [given.cdf(k - 1) + given.pmf(k) / 2 for k in (first, second)]
    assert test.method == "conditional test (mid-p)"
    assert test.p_value == pytest.approx(2 * min(tails), rel=1e-9)
    assert (test.p_value < 0.05) == (test.lower > 1 or test.upper < 1)


def test_nought_and_nought_is_no_change():
    """Two windows without events have no ratio and a p of 1."""
    test = compare_counts(0, 0, CHANCE)
    assert math.isnan(test.ratio)
    assert test.p_value == 1


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
