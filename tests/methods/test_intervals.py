"""Intervals of counts and shares against other people's answers."""

import numpy as np
import pytest
import scipy
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint
from statsmodels.stats.rates import confint_poisson

from pccstats.methods.intervals import (
    byars,
    garwood,
    mid_p_share,
    newcombe,
    normal_quantile,
    poisson_interval,
    ratio_of_shares,
    wilson,
)
from pccstats.terms.errors import MethodProblem


@pytest.mark.parametrize(("confidence", "tag"), [(0.95, "95"), (0.998, "998")])
def test_exact_limits_equal_r(reference_case, confidence, tag):
    """Garwood's limits equal R's chi-square quantiles from nought to ten thousand events."""
    case = reference_case("ci_01_byars_exact_counts")
    lower, upper = garwood(case["inputs"]["x"], confidence)
    assert lower == pytest.approx(case["outputs"][f"exact_lower_{tag}"], rel=1e-9)
    assert upper == pytest.approx(case["outputs"][f"exact_upper_{tag}"], rel=1e-9)


@pytest.mark.parametrize(("confidence", "tag"), [(0.95, "95"), (0.998, "998")])
def test_byars_limits_equal_the_health_services(reference_case, confidence, tag):
    """Byar's limits equal those of the health service's package wherever it gives any."""
    case = reference_case("ci_01_byars_exact_counts")
    theirs = np.array([np.nan if x in (None, "NaN") else x for x in case["outputs"][f"byars_lower_{tag}"]])
    lower, upper = byars(case["inputs"]["x"], confidence)
    known = ~np.isnan(theirs)
    assert lower[known] == pytest.approx(theirs[known], rel=1e-9)
    assert upper == pytest.approx(case["outputs"][f"byars_upper_{tag}"], rel=1e-9)


def test_byars_lower_limit_is_never_negative():
    """Where Byar's cube would turn negative or undefined the lower limit is nought."""
    lower, _ = byars([0, 1], 0.998)
    assert lower.tolist() == [0, 0]


def test_rates_use_exact_limits_below_ten_events(reference_case):
    """Rates of the health service's own test table come out: exact under ten events, Byar's from ten."""
    out = reference_case("book_09_phe_rate")["outputs"]
    rows = [i for i, n in enumerate(out["Numerator"]) if n is not None and out["Denominator"][i] is not None][:16]
    rows = [i for i in rows if out["value"][i] is not None]
    count = np.array([out["Numerator"][i] for i in rows], dtype=float)
    scale = np.array([out["multiplier"][i] / out["Denominator"][i] for i in rows])
    for confidence, tag in ((0.95, "95_0"), (0.998, "99_8")):
        lower, upper = poisson_interval(count, confidence)
        assert scale * lower == pytest.approx([out[f"lower{tag}cl"][i] for i in rows], rel=1e-8)
        assert scale * upper == pytest.approx([out[f"upper{tag}cl"][i] for i in rows], rel=1e-8)


def test_wilson_equals_the_health_services_table(reference_case):
    """Wilson's limits equal the health service's test table of proportions."""
    out = reference_case("book_10_phe_proportion")["outputs"]
    rows = [i for i, value in enumerate(out["value"]) if value is not None]
    k, n = ([out[name][i] for i in rows] for name in ("Numerator", "Denominator"))
    scale = np.array([out["multiplier"][i] or 1 for i in rows]) if "multiplier" in out else 1
    lower, upper = wilson(k, n)
    assert scale * lower == pytest.approx([out["lower95_0cl"][i] for i in rows], rel=1e-9)
    assert scale * upper == pytest.approx([out["upper95_0cl"][i] for i in rows], rel=1e-9)


def test_wilson_equals_statsmodels_and_stays_between_nought_and_one():
    """Wilson's limits equal statsmodels', and none of, or all of, a survey stays inside 0 to 1."""
    k, n = np.array([0, 1, 38, 412, 77]), np.array([5, 77, 38, 3480, 77])
    lower, upper = wilson(k, n)
    theirs = proportion_confint(k, n, method="wilson")
    assert lower == pytest.approx(theirs[0], abs=1e-12)
    assert upper == pytest.approx(theirs[1], abs=1e-12)
    assert lower.min() >= 0
    assert upper.max() <= 1


def test_garwood_equals_statsmodels():
    """The exact limits of one count equal statsmodels' exact-c."""
    for count in (0, 3, 412):
        assert [float(x) for x in garwood(count)] == pytest.approx(confint_poisson(count, 1, "exact-c"), abs=1e-9)


def test_newcombe_equals_the_reference_cases(reference_case):
    """Newcombe's difference equals statsmodels' answers, those with none and all satisfied included."""
    case = reference_case("test_04_two_proportions_statsmodels")
    given = case["inputs"]
    for k1, n1, k2, n2, theirs in zip(
        given["k1"], given["n1"], given["k2"], given["n2"], case["outputs"]["ci_diff_newcomb"], strict=True
    ):
        assert newcombe((k2, n2), (k1, n1)) == pytest.approx(theirs, abs=1e-12)


def test_newcombe_equals_statsmodels_here_and_now():
    """The installed statsmodels agrees."""
    theirs = confint_proportions_2indep(815, 1000, 845, 1000, method="newcomb", compare="diff")
    assert newcombe((845, 1000), (815, 1000)) == pytest.approx(theirs, abs=1e-12)


def test_newcombes_own_table():
    """Example (a) of Newcombe (1998), table II: 56/70 against 48/80 gives 0.0524 to 0.3339."""
    assert newcombe((48, 80), (56, 70)) == pytest.approx((0.0524, 0.3339), abs=5e-5)


@pytest.mark.parametrize(
    ("first", "second"),
    [((845, 1000), (815, 1000)), ((0, 40), (6, 52)), ((12, 12), (9, 15)), ((38, 38), (30, 38)), ((20, 40), (21, 40))],
)
def test_ratio_and_difference_agree_on_change(first, second):
    """The ratio leaves out 1 exactly where the difference leaves out 0, zeros and hundreds included."""
    low, high = newcombe(first, second)
    ratio_low, ratio_high = ratio_of_shares(first, second)
    assert (low > 0) == (ratio_low > 1)
    assert (high < 0) == (ratio_high < 1)


def test_mid_p_lies_inside_the_exact_limits():
    """Mid-p limits are narrower than Clopper-Pearson's and hold the share."""
    lower, upper = mid_p_share(9, 2)
    exact = proportion_confint(9, 11, method="beta")
    assert exact[0] < lower < 9 / 11 < upper < exact[1]
    assert mid_p_share(0, 4)[0] == 0
    assert mid_p_share(4, 0)[1] == 1


@pytest.mark.parametrize("confidence", [0.5, 0.95, 0.998])
def test_intervals_equal_scipys(confidence):
    """Wilson's, Garwood's and the normal quantile equal scipy's at the confidences that are used."""
    for k, n in ((0, 5), (3, 11), (399, 937), (38, 38)):
        theirs = scipy.stats.binomtest(k, n).proportion_ci(confidence, method="wilson")
        assert [float(limit) for limit in wilson(k, n, confidence)] == pytest.approx(tuple(theirs), abs=1e-12)
    tail = (1 - confidence) / 2
    for count in (1, 3, 412, 10_000):
        theirs = scipy.stats.chi2.ppf(tail, 2 * count) / 2, scipy.stats.chi2.isf(tail, 2 * count + 2) / 2
        assert [float(limit) for limit in garwood(count, confidence)] == pytest.approx(theirs, rel=1e-12)
    assert normal_quantile(confidence) == pytest.approx(scipy.stats.norm.isf(tail), rel=1e-12)


def test_an_empty_figure_has_empty_limits():
    """A month with no figure has no limits, and what is out of nothing none either."""
    for limits in (garwood(np.nan), byars(np.nan), poisson_interval(np.nan), wilson(np.nan, 5), wilson(0, 0)):
        assert np.isnan(limits).all()


@pytest.mark.parametrize("confidence", [0, 1, 95, -0.5, np.nan, "0.95", None])
def test_a_confidence_outside_nought_to_one_is_refused(confidence):
    """A confidence of 95 is told from 0.95, in words."""
    with pytest.raises(MethodProblem, match=r"between 0 and 1, for example 0\.95"):
        garwood(3, confidence)
