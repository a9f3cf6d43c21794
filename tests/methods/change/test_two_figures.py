"""Two counts and two shares against R, statsmodels and the published comparisons worked out by hand."""

from __future__ import annotations

import math

import pytest
from scipy.stats import binom
from statsmodels.stats.proportion import proportions_ztest
from statsmodels.stats.rates import confint_poisson_2indep

from pccstats.methods.change.dispersion import Dispersion
from pccstats.methods.change.two_figures import (
    Finding,
    compare_counts,
    compare_shares,
    dispersion_to_overturn,
    poisson_p,
    respondents_needed,
)
from pccstats.methods.change.windows import Untested
from pccstats.terms.results.change import Amount, ChangeTest, Limits
from pccstats.terms.words import Signal, State

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
# the published per cents, and the respondents worked out independently beforehand
NEEDED = {
    (84.2, 83.5): 21234,
    (89.7, 88.6): 6142,
    (84.5, 81.5): 1205,
    (82.9, 76.0): 264,
    (85.9, 77.8): 174,
    (75.3, 85.5): 117,
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


@pytest.mark.parametrize("pair", NEEDED)
def test_respondents_needed(pair):
    """Each published pair of per cents needs the number of respondents found beforehand."""
    assert respondents_needed(pair[0] / 100, pair[1] / 100) == NEEDED[pair]


@pytest.mark.parametrize("pair", NEEDED)
def test_that_many_respondents_are_just_enough(pair):
    """With the number needed the pooled test is at 5%; with a tenth fewer it is not."""
    before, after = pair[0] / 100, pair[1] / 100
    n = NEEDED[pair]
    assert compare_shares((before * n, n), (after * n, n)).p_value <= 0.05
    fewer = 0.9 * n
    assert compare_shares((before * fewer, fewer), (after * fewer, fewer)).p_value > 0.05


def test_equal_shares_need_endless_respondents():
    """No number of respondents tells equal per cents apart."""
    assert math.isinf(respondents_needed(0.781, 0.781))


def test_p_is_the_pooled_test(reference_case):
    """The p-value is the pooled two-share test of the reference cases and of statsmodels."""
    case = reference_case("test_04_two_proportions_statsmodels")
    given = case["inputs"]
    for k1, n1, k2, n2, p in zip(
        given["k1"], given["n1"], given["k2"], given["n2"], case["outputs"]["p_pooled"], strict=True
    ):
        assert compare_shares((k1, n1), (k2, n2)).p_value == pytest.approx(p, rel=1e-9)
        assert proportions_ztest([k1, k2], [n1, n2])[1] == pytest.approx(p, rel=1e-9)


def test_a_design_effect_divides_the_respondents():
    """A design effect of 2 gives what half the respondents would."""
    halved = compare_shares((422.5, 500), (407.5, 500))
    assert compare_shares((845, 1000), (815, 1000), design_effect=2) == halved


def test_confidence_survey_precision():
    """2,200 respondents at 84.6% are known within 83.0 to 86.0, so a change of 3 points is at the edge of sight."""
    assert compare_shares((0.846 * 2200, 2200), (0.876 * 2200, 2200)).p_value < 0.05
    assert compare_shares((0.846 * 2200, 2200), (0.866 * 2200, 2200)).p_value > 0.05


@pytest.mark.parametrize(
    ("p", "per_cent", "points", "direction"),
    [
        (0.01, Limits(1.8, 9.9), Limits(), Signal.ABOVE),
        (0.01, Limits(-9.9, -1.8), Limits(), Signal.BELOW),
        (0.01, Limits(), Limits(-6.3, -0.3), Signal.BELOW),
        (0.06, Limits(1.8, 9.9), Limits(), Signal.NONE),
        (0.01, Limits(-1.8, 9.9), Limits(), Signal.NONE),
        (math.nan, Limits(), Limits(), Signal.NONE),
    ],
)
def test_a_direction_needs_both_p_and_limits(p, per_cent, points, direction):
    """A small p whose limits hold nought is no change, nor are limits apart from nought with a larger p."""
    finding = Finding(Amount(100, 110, per_cent, points), ChangeTest(0.95, p_value=p))
    assert finding.direction is direction


def test_what_is_untested_has_no_direction():
    """A figure that may not be tested is neither above nor below, whatever its p would be."""
    amount, test = Amount(100, 110, Limits(1.8, 9.9)), ChangeTest(0.95, p_value=0.01)
    assert Finding(amount, test, Untested(State.NOT_COMPARABLE, "A break.")).direction is Signal.NONE
