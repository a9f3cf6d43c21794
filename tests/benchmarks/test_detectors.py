"""The detectors that ours is compared with, and the comparison, against independent sources."""

import importlib

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

import pccstats as pcc


@pytest.fixture
def module(monkeypatch, root):
    """Read a module of the folder of benchmarks by its name."""
    monkeypatch.syspath_prepend(root / "benchmarks")
    return importlib.import_module


@pytest.fixture
def rivals(module):
    """The other detectors."""
    return module("rivals")


def drawn(rivals, series, later, seed=1, mean=40.0):
    """Over-dispersed counts, 36 months and some later ones."""
    random = np.random.default_rng(seed)
    months = pd.period_range("2010-04", periods=36 + later, freq="M")
    return rivals.Counts(random.poisson(random.gamma(mean, 1.0, (series, len(months)))).astype(float), months, 36)


def test_farrington_flexible_says_what_surveillance_says(rivals, reference_case):
    """Expectations, dispersions, p-values and alarms of the R package surveillance come out, month by month."""
    case = reference_case("farr_01_flexible")
    figures, said = case["inputs"]["y"], case["outputs"]
    counts = rivals.Counts(np.array([figures], dtype=float), pd.period_range("2020-01", periods=60, freq="M"), 54)
    # In this case the package leaves out its default of three latest months, not w, and keeps trends of any p-value.
    settings = rivals.Farrington(years=4, half_window=2, periods=4, skipped=3, trend_level=1.0)
    for place, month in enumerate(case["inputs"]["range"]):
        found = rivals.threshold(counts, month - 1, settings)
        assert found.expected[0] == pytest.approx(said["expected"][place], rel=1e-7)
        assert found.dispersion[0] == pytest.approx(said["phi"][place], rel=1e-7)
        assert found.chance_above[0] == pytest.approx(said["pvalue"][place], rel=1e-6)
        assert (found.chance_above[0] <= 0.01) == said["alarm"][place]
        upper = np.array([said["upperbound"][place]])
        at_upper, short_of_it = (
            rivals.at_most(figure, found.expected, found.dispersion)[0] for figure in (upper, upper - 1)
        )
        assert short_of_it < 0.99 <= at_upper


@pytest.mark.parametrize("weighed", [False, True])
def test_lines_of_many_series_are_those_of_statsmodels(rivals, weighed):
    """Coefficients, errors and dispersions of series fitted together are those of each fitted alone."""
    random = np.random.default_rng(5)
    counts = random.poisson(random.gamma(3.0, 2.0, (4, 30))).astype(float)
    terms = np.column_stack([np.ones(30), np.linspace(-1, 1, 30), np.arange(30) % 3 == 0]).astype(float)
    weight = random.uniform(0.2, 2.0, counts.shape) if weighed else np.ones(counts.shape)
    offset = np.log(random.uniform(28, 31, 30))
    fitted = rivals.fit(counts, terms, offset, weight)
    for row in range(len(counts)):
        family = sm.families.Poisson()
        alone = sm.GLM(counts[row], terms, family=family, offset=offset, var_weights=weight[row]).fit(scale="X2")
        np.testing.assert_allclose(fitted.coefficients[row], alone.params, rtol=1e-6)
        np.testing.assert_allclose(fitted.errors[row], alone.bse, rtol=1e-6)
        np.testing.assert_allclose(fitted.dispersion[row], alone.scale, rtol=1e-6)
        np.testing.assert_allclose(fitted.leverage[row], alone.get_hat_matrix_diag(), rtol=1e-6)


def test_chances_of_counts_are_those_of_scipy(rivals):
    """The negative binomial by mean and dispersion is scipy's, and the Poisson where the dispersion is 1."""
    figure, mean = np.array([0.0, 3.0, 12.0, 40.0]), np.array([0.5, 5.0, 9.0, 30.0])
    wide = stats.nbinom.cdf(figure, mean / 1.5, 1 / 2.5)
    np.testing.assert_allclose(rivals.at_most(figure, mean, np.full(4, 2.5)), wide, rtol=1e-10)
    np.testing.assert_allclose(rivals.at_most(figure, mean, np.ones(4)), stats.poisson.cdf(figure, mean), rtol=1e-10)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("chart", "options", "bound", "run_length"),
    [
        ("cusum", {}, 5.0, 465),  # Hawkins and Olwell (1998), k 1/2, two-sided
        ("cusum", {}, 4.0, 168),
        ("ewma", {"weight": 0.25}, 2.998, 500),  # Lucas and Saccucci (1990), table 3
        ("ewma", {"weight": 0.1}, 2.814, 500),
    ],
)
def test_charts_of_memory_have_the_run_lengths_of_the_books(rivals, chart, options, bound, run_length):
    """Known normal months give a first signal after as many months as the tables print, on average."""
    score = np.random.default_rng(11).normal(size=(2000, 5000))
    signals = getattr(rivals, chart)(score, **options).beyond(bound)
    flags = signals.above | signals.below
    first = np.where(flags.any(axis=1), flags.argmax(axis=1) + 1, flags.shape[1])
    assert first.mean() == pytest.approx(run_length, rel=0.08)


@pytest.mark.slow
def test_nothing_later_is_known(module, rivals):
    """What each detector says of a month is the same with and without the months after it."""
    detectors, whole = module("detectors"), drawn(rivals, 40, 10)
    part = rivals.Counts(whole.figures[:, :41], whole.months[:41], 36)
    bounds = {f"{name}, as rare as ours": 2.0 for name in detectors.TUNED}
    early, late = (detectors.Watched.of(counts).signals(bounds) for counts in (part, whole))
    assert any(found.above[:, :5].any() for found in late.values())
    for name, found in late.items():
        np.testing.assert_array_equal(early[name].above, found.above[:, :5], err_msg=name)
        np.testing.assert_array_equal(early[name].below, found.below[:, :5], err_msg=name)


@pytest.mark.slow
@pytest.mark.parametrize("which", ["now", "before"])
def test_what_is_known_is_what_months_so_far_say(module, rivals, which):
    """A signal as known then is found where no later month is given: in the last month, or in the run it completes."""
    detectors, whole = module("detectors"), drawn(rivals, 60, 12, seed=2)
    options = {} if which == "now" else detectors.OURS_BEFORE
    whole.figures[:, 36:] = np.round(whole.figures[:, 36:] * np.repeat([0.7, 1.3], 30)[:, None])
    found = detectors.as_known(whole, **options)
    for month in range(12):
        end = 37 + month
        levels = pcc.expected_levels(
            pd.DataFrame(
                {
                    "series": np.repeat(np.arange(60), end),
                    "month": np.tile(whole.months[:end].astype(str), 60),
                    "numerator": whole.figures[:, :end].ravel(),
                }
            ),
            baseline=(whole.months[0], whole.months[35]),
            **options,
        )
        said = levels["signal"].to_numpy().reshape(60, end)
        for direction, known in (("above", found.above[:, month]), ("below", found.below[:, month])):
            assert known.any() or month < 3
            last, recent = said[:, -1] == direction, (said[:, -7:] == direction).any(axis=1)
            assert not (last & ~known).any()
            assert not (known & ~recent).any()
            if which == "now":  # limits and sums speak of the month itself
                np.testing.assert_array_equal(known, last)


def test_a_bound_is_crossed_as_often_as_asked(rivals):
    """The bound for a tenth of years is exceeded in a tenth of them."""
    months = np.random.default_rng(3).normal(size=(1000, 24))
    evidence = rivals.Evidence(months, -months)
    signals = evidence.beyond(evidence.bound_for(0.1))
    years = (signals.above | signals.below).reshape(1000, 2, 12).any(axis=2)
    assert years.mean() == pytest.approx(0.1, abs=0.001)


def test_a_run_is_known_when_it_completes(module, rivals):
    """Seven months on one side are a signal of the seventh month, and of none before."""
    detectors = module("detectors")
    figures = np.array([[*[110.0, 90.0] * 18, *[104.0, 107.0] * 5]])
    counts = rivals.Counts(figures, pd.period_range("2010-04", periods=46, freq="M"), 36)
    before = {**detectors.OURS_BEFORE, "rules": "shift"}
    found = detectors.as_known(counts, chart="xmr", seasonal=False, **before)
    assert np.flatnonzero(found.above[0]).tolist() == [6, 7, 8, 9]


def test_the_year_is_shared_out_like_the_original(rivals):
    """Months like the one judged have factor 0, the rest of the year is shared evenly, the latest are left out."""
    settings = rivals.Farrington(years=2, half_window=1, periods=4, skipped=2)
    year = [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3]
    assert rivals.year_factors(26, settings).tolist() == [-1, *year, *year[:11], -1, -1]
