"""The three models against other people's implementations of them, and the seasons they are freed of."""

import warnings

import numpy as np
import pandas as pd
import pytest
from statsmodels.tsa.forecasting.theta import ThetaModel
from statsmodels.tsa.holtwinters import ExponentialSmoothing

from pccstats.methods.projection.models import (
    Known,
    damped_trend,
    season_factors,
    seasonal_naive_with_drift,
    theta,
    weights_of,
)

RANDOM = np.random.default_rng(1)


def known(values, year=12):
    """One origin at the end of a series."""
    return Known(np.array([values], dtype=float), np.array([len(values)]), year)


def test_damped_trend_equals_statsmodels():
    """With the same constants and start, the damped trend is statsmodels' own."""
    values = 50 + RANDOM.normal(size=72).cumsum()
    model = ExponentialSmoothing(
        values[12:], trend="add", damped_trend=True, initialization_method="known",
        initial_level=values[:12].mean(), initial_trend=0.0,
    )  # fmt: skip
    fitted = model.fit(smoothing_level=0.2, smoothing_trend=0.05, damping_trend=0.95, optimized=False)
    assert damped_trend(known(values), 21)[0] == pytest.approx(fitted.forecast(21), rel=1e-9)


def test_theta_equals_statsmodels():
    """With the smoothing constant that statsmodels chose, Theta gives statsmodels' projection."""
    values = 80 + 0.3 * np.arange(120) + RANDOM.normal(size=120).cumsum()
    index = pd.period_range("2005-01", periods=120, freq="M")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = ThetaModel(pd.Series(values, index), deseasonalize=False).fit()
        theirs = fitted.forecast(21).to_numpy()
    ours = theta(known(values), 21, level=fitted.params["alpha"])[0]
    assert ours == pytest.approx(theirs, rel=1e-3)  # the two start from different first levels
    assert np.diff(ours) == pytest.approx(np.diff(theirs), rel=1e-6)


def test_seasonal_naive_without_drift_equals_r(reference_case):
    """With no drift the year ahead is the year behind, as in R's snaive."""
    case = reference_case("proj_03_snaive")
    ahead = seasonal_naive_with_drift(known(case["inputs"]["y"]), 12, share=0.0)
    assert ahead.sum() == pytest.approx(sum(case["outputs"]["mean"]))


@pytest.mark.parametrize("carry", [seasonal_naive_with_drift, damped_trend, theta])
def test_a_constant_stays(carry):
    """Nothing has moved, so nothing is carried on."""
    assert carry(known([7.0] * 40), 21) == pytest.approx(np.full((1, 21), 7.0))


@pytest.mark.parametrize("carry", [seasonal_naive_with_drift, damped_trend, theta])
def test_origins_together_equal_origins_alone(carry):
    """Running many origins at once is only a faster way of running each, and none sees past itself."""
    values = 30 + RANDOM.normal(size=60).cumsum()
    origins = np.array([24, 37, 60])
    table = np.where(np.arange(60) < origins[:, None], values, np.nan)
    together = carry(Known(table, origins), 21)
    alone = [carry(known(values[:origin]), 21)[0] for origin in origins]
    assert together == pytest.approx(np.array(alone))


@pytest.mark.parametrize("carry", [seasonal_naive_with_drift, damped_trend, theta])
def test_a_missing_month_is_passed_over(carry):
    """A gap gives numbers, and those of a constant series are still the constant."""
    values = [7.0] * 40
    values[20] = np.nan
    assert carry(known(values), 3) == pytest.approx(np.full((1, 3), 7.0))


def test_quarters_smooth_as_three_months_do():
    """A monthly constant of 0.4 leaves 0.6 cubed of the old level after a quarter."""
    assert known([1.0] * 8, year=4).per_period(0.4) == pytest.approx(1 - 0.6**3)


# -------------------------------------------------------------------------------------------------------------- seasons
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


# -------------------------------------------------------------------------------------------------------------- weights
def test_weights_sum_to_one_and_favour_the_better():
    """The model that was out by less counts for more, but none is thrown away."""
    weights = weights_of(np.array([[0.1, -0.1], [0.2, 0.2], [0.4, -0.4]]), 2.0)
    assert weights.sum() == pytest.approx(1)
    assert weights[0] > weights[1] > weights[2] > 0.1


def test_perfect_models_share_alike():
    """Where nothing was ever out, no model is preferred and nothing is divided by nought."""
    assert weights_of(np.zeros((3, 5)), 2.0).tolist() == [1 / 3] * 3
