"""Rolling-origin trials: nothing later than the origin is seen, and what happened is what happened."""

import numpy as np
import pandas as pd
import pytest

from pccstats.methods.projection.backtest import backtest, projected_years
from pccstats.methods.projection.material import material_of
from pccstats.methods.projection.models import weights_of
from pccstats.terms.series import Series


def material(values, **about):
    """Months as projections use them."""
    months = pd.period_range("2010-04", periods=len(values), freq="M")
    return material_of(Series.from_frame(pd.DataFrame({"month": months, "numerator": values}), **about))


COUNTS = np.random.default_rng(3).poisson(100 + np.arange(75)).astype(float)


def test_what_happened_is_the_total():
    """Actual and naive figures are sums of the months concerned."""
    tried = backtest(material(COUNTS), 21)
    assert tried.origins.tolist() == list(range(24, 55))
    assert tried.actual[0] == COUNTS[24 + 9 : 24 + 21].sum()
    assert tried.naive[0] == COUNTS[12:24].sum()


def test_the_future_is_not_seen():
    """Changing everything after an origin changes no projection made at it."""
    changed = COUNTS.copy()
    changed[40:] *= 3
    before, after = backtest(material(COUNTS), 21), backtest(material(changed), 21)
    seen = before.origins <= 40
    assert before.projected[:, seen] == pytest.approx(after.projected[:, seen])


def test_a_trial_equals_the_projection_made_then():
    """The back-test's row for an origin is what projecting from that origin gives."""
    tried = backtest(material(COUNTS), 21)
    then = projected_years(material(COUNTS[:50]), np.array([50]), 21)[:, 0, -1]
    assert tried.projected[:, tried.origins == 50][:, 0] == pytest.approx(then)


def test_years_begun_keep_what_is_known():
    """One month ahead the year holds eleven known months and one projected."""
    ahead = projected_years(material(COUNTS), np.array([75]), 21)[:, 0, 0]
    one_month = ahead - COUNTS[-11:].sum()
    assert np.all((one_month > 100) & (one_month < 250))


def test_too_short_has_no_trials():
    """Forty months cannot be tried 21 months ahead, and say so by an empty back-test."""
    tried = backtest(material(COUNTS[:40]), 21)
    assert (len(tried), tried.independent_trials, tried.projected.shape) == (0, 0.0, (3, 0))


def test_years_with_a_gap_are_not_tried():
    """A missing month takes out the trials whose years hold it."""
    holed = COUNTS.copy()
    holed[60] = np.nan
    tried = backtest(material(holed), 21)
    assert not np.isnan(tried.errors).any()
    assert len(tried) < len(backtest(material(COUNTS), 21))


def test_weights_sum_to_one_and_favour_the_better():
    """The model that was out by less counts for more, but none is thrown away."""
    weights = weights_of(np.array([[0.1, -0.1], [0.2, 0.2], [0.4, -0.4]]), 2.0)
    assert weights.sum() == pytest.approx(1)
    assert weights[0] > weights[1] > weights[2] > 0.1


def test_perfect_models_share_alike():
    """Where nothing was ever out, no model is preferred and nothing is divided by nought."""
    assert weights_of(np.zeros((3, 5)), 2.0).tolist() == [1 / 3] * 3
