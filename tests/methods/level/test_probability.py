"""Scores of counts and shares, and the figures of a score, beside exact chances."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from pccstats.methods.level.probability import (
    count_scores,
    counts_at,
    log_chance_of_none,
    normal_to_student,
    share_scores,
    shares_at,
    student_to_normal,
)

ONE = np.array(1.0)
EXPECTED = (0.1, 0.5, 1.9, 2.5, 4.0, 8.0, 30.0, 100.0, 400.0, 5000.0)
DISPERSIONS = (1.0, 1.5, 2.0, 5.0)


def chance(expected, dispersion):
    """The exact distribution: Poisson, or negative binomial with this variance over its mean."""
    if dispersion == 1:
        return stats.poisson(expected)
    return stats.nbinom(expected / (dispersion - 1), 1 / dispersion)


def exact_scores(known, figures):
    """Normal deviates of the exact chance of less, and half of that of the same; by whichever tail is small."""
    below, above = known.cdf(figures - 1) + known.pmf(figures) / 2, known.sf(figures) + known.pmf(figures) / 2
    return np.where(below < above, stats.norm.ppf(below), -stats.norm.ppf(above))


@pytest.mark.parametrize("dispersion", DISPERSIONS)
@pytest.mark.parametrize("expected", EXPECTED)
def test_scores_of_counts_are_those_of_the_exact_chance(expected, dispersion):
    """Within 0.25 of scipy's exact mid-P score at four sigma either side, 0.05 where thirty are expected."""
    known = chance(expected, dispersion)
    figures = np.unique(np.linspace(known.ppf(3e-5), known.ppf(1 - 3e-5), 60).round())
    found = count_scores(figures, np.array(expected), ONE, np.array(dispersion))
    assert np.abs(found - exact_scores(known, figures)).max() < (0.05 if expected >= 30 else 0.25)


@pytest.mark.parametrize("dispersion", DISPERSIONS)
@pytest.mark.parametrize("expected", EXPECTED)
def test_a_steady_month_is_as_seldom_outside_as_is_said(expected, dispersion):
    """Once in 740 on each side, by exact chances: never more than 0.2% above, nor 0.4% below."""
    known = chance(expected, dispersion)
    low, high = counts_at(np.array([-3.0, 3.0]), np.array(expected), ONE, np.array(dispersion))
    assert known.sf(np.floor(high)) <= 0.002
    assert (known.cdf(np.ceil(low) - 1) if low > 0 else 0.0) <= 0.004


@given(
    st.floats(2.0, 1e6),
    st.floats(1.0, 50.0),
    st.floats(-4.0, 4.0),
)
def test_the_count_of_a_score_has_that_score(expected, dispersion, score):
    """One is the other's inverse, wherever a count can be so low and the dispersion is not beyond what is expected."""
    if dispersion > expected:
        return
    count = counts_at(np.array([score]), np.array([expected]), ONE, np.array([dispersion]))
    if count[0] >= 0:
        found = count_scores(count, np.array([expected]), ONE, np.array([dispersion]))
        assert abs(found[0] - score) < 1e-3


@given(st.floats(0.01, 1e5), st.floats(1.0, 20.0), st.integers(0, 10_000))
def test_a_higher_count_has_a_higher_score(expected, dispersion, count):
    """Scores rise with the count, whatever is expected, as far as anybody looks."""
    low, high = count_scores(np.array([count, count + 1.0]), np.array([expected]), ONE, np.array([dispersion]))
    assert low < high or abs(low) > 5


@pytest.mark.parametrize(("asked", "share"), [(20, 0.5), (50, 0.8), (100, 0.1), (500, 0.95)])
def test_scores_of_shares_are_those_of_the_exact_chance(asked, share):
    """Within a quarter of scipy's exact binomial mid-P score, three sigma either side."""
    known = stats.binom(asked, share)
    figures = np.arange(known.ppf(0.00135), known.ppf(1 - 0.00135) + 1)
    found = share_scores(figures, share * ONE, asked * ONE, ONE)
    assert np.abs(found - exact_scores(known, figures)).max() < 0.25


@pytest.mark.parametrize("dispersion", [1.5, 3.0])
@pytest.mark.parametrize("share", [0.3, 0.5, 0.8])
def test_shares_that_vary_more_are_close_to_beta_binomial(share, dispersion):
    """Of 200 asked: scores of a beta-binomial of that variance have mean 0, standard deviation 1 and no long tail."""
    asked = 200
    alike = (dispersion - 1) / (asked - 1)  # the correlation of two answers
    known = stats.betabinom(asked, share * (1 / alike - 1), (1 - share) * (1 / alike - 1))
    figures = np.arange(asked + 1)
    scores, weight = share_scores(figures, share * ONE, asked * ONE, dispersion * ONE), known.pmf(figures)
    assert abs((weight * scores).sum()) < 0.02
    assert abs(np.sqrt((weight * scores**2).sum()) - 1) < 0.02
    assert weight[scores > 3].sum() < 0.003
    assert weight[scores < -3].sum() < 0.003


@given(st.floats(0.02, 0.98), st.floats(5, 5000), st.floats(1.0, 4.0), st.floats(-3, 3))
def test_the_share_of_a_score_has_that_score(share, asked, dispersion, score):
    """One is the other's inverse, wherever some number of those asked has it."""
    number = shares_at(np.array([score]), share * ONE, asked * ONE, dispersion * ONE)
    if 0 < number[0] < asked:
        assert abs(share_scores(number, share * ONE, asked * ONE, dispersion * ONE)[0] - score) < 1e-6


@given(st.floats(0.001, 50), st.floats(1.0, 20.0))
def test_the_chance_of_none_is_exact(expected, dispersion):
    """It is that of scipy's distributions."""
    found = log_chance_of_none(np.array(expected), ONE, np.array(dispersion))
    assert np.isclose(found, chance(expected, dispersion).logpmf(0), rtol=1e-6)


@given(st.floats(-6, 6), st.floats(3, 500))
def test_students_share_is_close_to_exact(score, free):
    """Wallace's approximation is within 0.06 of scipy's exact deviate, and its inverse undoes it."""
    exact = stats.norm.ppf(stats.t.cdf(score, free))
    found = student_to_normal(np.array(score), np.array(free))
    assert abs(found - exact) < 0.06
    assert abs(normal_to_student(float(found), np.array(free)) - score) < 1e-9
