"""Tests of two shares, and the respondents a change would need."""

import math

import pytest
from statsmodels.stats.proportion import proportions_ztest

from pccstats.methods.change.two_figures import compare_shares, respondents_needed

# the published per cents, and the respondents worked out independently beforehand
NEEDED = {
    (84.2, 83.5): 21234,
    (89.7, 88.6): 6142,
    (84.5, 81.5): 1205,
    (82.9, 76.0): 264,
    (85.9, 77.8): 174,
    (75.3, 85.5): 117,
}


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
