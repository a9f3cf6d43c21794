"""The three models against other people's implementations of them."""

import warnings

import numpy as np
import pandas as pd
import pytest
from statsmodels.tsa.forecasting.theta import ThetaModel
from statsmodels.tsa.holtwinters import ExponentialSmoothing

from pccstats.methods.projection.models import Known, damped_trend, seasonal_naive_with_drift, theta

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
