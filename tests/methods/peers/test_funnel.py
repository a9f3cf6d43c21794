import numpy as np
import pytest
from scipy import special

from pccstats.methods.peers.funnel import (
    additive,
    exact_limit,
    funnel_limits,
    multiplicative,
    stabilised,
    standard_error,
    winsorised,
)

PROBABILITIES = {"q_lo95": 0.025, "q_hi95": 0.975, "q_lo998": 0.001, "q_hi998": 0.999}


def arrays(case, *names):
    """Columns of a reference case as arrays."""
    held = {**case["inputs"], **case["outputs"]}
    return [np.array(held[name], dtype=float) for name in names]


@pytest.mark.parametrize(("name", "probability"), PROBABILITIES.items())
def test_exact_rate_limits_join_up_the_discrete_ones(reference_case, name, probability):
    """Rounded up, the limit for a rate per head is R's discrete Poisson quantile."""
    events, persons, quantile = arrays(
        reference_case("funnel_05_exact_poisson_rates"), "numerator", "denominator", name
    )
    pooled = np.full(8, events.sum() / persons.sum())
    limit = exact_limit(pooled, persons, probability, share=False) * persons
    assert np.ceil(limit - 1e-9).tolist() == quantile.tolist()


@pytest.mark.parametrize(("name", "probability"), PROBABILITIES.items())
def test_exact_rate_limit_reaches_its_probability(reference_case, name, probability):
    """At the joined-up limit the interpolated distribution function is the probability asked for, to 1e-9."""
    events, persons, quantile = arrays(
        reference_case("funnel_05_exact_poisson_rates"), "numerator", "denominator", name
    )
    expected = persons * events.sum() / persons.sum()
    limit = exact_limit(expected / persons, persons, probability, share=False) * persons
    # the Poisson distribution function is a regularised upper gamma function: another route than scipy.stats
    at, before = special.gammaincc(quantile + 1, expected), special.gammaincc(quantile, expected)
    reached = before + (limit - (quantile - 1)) * (at - before)
    np.testing.assert_allclose(reached, probability, atol=1e-9)


def test_exact_share_limit_by_hand():
    """Half of four: the lower 20% point lies between none and one, (1 - (0.3125 - 0.2)/0.25)/4 = 0.1375."""
    assert exact_limit(np.array([0.5]), np.array([4.0]), 0.2, share=True)[0] == pytest.approx(0.1375, abs=1e-12)


def test_rates_per_head_are_as_wide_as_chance(reference_case):
    """Farleigh's band is 4.271 to 4.867 per 1,000 to within one event, not 4.555 to 4.576."""
    events, persons = arrays(reference_case("funnel_04_RC_rate_per_pop"), "numerator", "denominator")
    lower, upper = funnel_limits(np.full(8, events.sum() / persons.sum()), persons, 0.998, share=False)
    assert (1000 * lower[5], 1000 * upper[5]) == (pytest.approx(4.271, abs=0.0025), pytest.approx(4.867, abs=0.0025))


def test_share_limits_with_additive_overdispersion(reference_case):
    """The arcsine funnel of another tool comes out to 1e-9: z, winsorised z, phi, tau squared and both limits."""
    case = reference_case("funnel_03_PR")
    yes, asked, z_theirs, pulled_theirs = arrays(
        case, "numerator", "denominator", "zscore", "winsorised_or_truncated_z"
    )
    pooled = np.full(8, yes.sum() / asked.sum())
    error = standard_error(asked)
    z = (stabilised(yes / asked, share=True) - stabilised(pooled, share=True)) / error
    pulled = winsorised(z)
    tau2 = additive(pulled, error)
    np.testing.assert_allclose(z, z_theirs, atol=1e-9)
    np.testing.assert_allclose(pulled, pulled_theirs, atol=1e-9)
    assert float(multiplicative(pulled)) == pytest.approx(case["outputs"]["phi"], abs=1e-9)
    assert float(tau2) == pytest.approx(case["outputs"]["tau2"], abs=1e-12)
    for confidence, low, high in ((0.95, "OD95LCL", "OD95UCL"), (0.998, "OD998LCL", "OD998UCL")):
        lower, upper = funnel_limits(pooled, asked, confidence, share=True, tau2=tau2)
        np.testing.assert_allclose(lower, arrays(case, low)[0], atol=1e-9)
        np.testing.assert_allclose(upper, arrays(case, high)[0], atol=1e-9)


def test_square_root_limits_come_back_squared(reference_case):
    """The limits another tool leaves on the square-root scale are ours before they are squared."""
    case = reference_case("funnel_02_SR_CQC")
    observed, expected, z_theirs = arrays(case, "observed", "expected", "zscore")
    z = (stabilised(observed / expected, share=False) - 1) / standard_error(expected)
    pulled = winsorised(z)
    tau2 = additive(pulled, standard_error(expected))
    np.testing.assert_allclose(z, z_theirs, atol=1e-9)
    assert float(tau2) == pytest.approx(case["outputs"]["tau2"], abs=1e-12)
    lower, upper = funnel_limits(np.ones(8), expected, 0.95, share=False, tau2=tau2)
    np.testing.assert_allclose(np.sqrt(lower), arrays(case, "OD95LCL")[0], atol=1e-9)
    np.testing.assert_allclose(np.sqrt(upper), arrays(case, "OD95UCL")[0], atol=1e-9)


def test_overdispersion_of_given_z_scores(reference_case):
    """Phi and tau squared of log z-scores agree with the SHMI method, which pulls in nobody among eight."""
    case = reference_case("funnel_01_SR_SHMI")
    expected, z = arrays(case, "expected", "zscore")
    assert float(multiplicative(z)) == pytest.approx(case["outputs"]["phi"], abs=1e-9)
    assert float(additive(z, 1 / np.sqrt(expected))) == pytest.approx(case["outputs"]["tau2"], abs=1e-12)


def test_one_zero_count_leaves_the_funnel_standing(reference_case):
    """Where one zero makes another tool's tau squared infinite, limits stay finite and someone can be outside."""
    observed, expected = arrays(reference_case("defect_01_funnelplotr_zero"), "observed", "expected")
    z = (stabilised(observed / expected, share=False) - 1) / standard_error(expected)
    tau2 = additive(winsorised(z), standard_error(expected))
    lower, upper = funnel_limits(np.ones(8), expected, 0.998, share=False, tau2=tau2)
    assert np.isfinite([*z, float(tau2), *lower, *upper]).all()
    assert (upper < 4).all()


@pytest.mark.parametrize("scale", [1.0, 1000.0])
def test_share_limits_end_where_shares_end(reference_case, scale):
    """No limit of a share passes the whole, whatever it is multiplied by afterwards."""
    case = reference_case("defect_03_phe_cap")
    yes, asked = arrays(case, "k", "n")
    _, upper = funnel_limits(np.full(3, yes.sum() / asked.sum()), np.array([3.0, 30.0, 300.0]), 0.998, share=True)
    assert (scale * upper <= scale).all()
    assert (scale * upper >= scale * yes.sum() / asked.sum()).all()


@pytest.mark.parametrize("share", [False, True])
def test_benchmark_of_zero_has_limits(share):
    """Where nothing ever happened the limits are numbers, and nothing is below the lower one."""
    lower, upper = funnel_limits(np.zeros(2), np.array([10.0, 1e6]), 0.95, share=share)
    assert lower.tolist() == [0.0, 0.0]
    assert (upper >= 0).all()
