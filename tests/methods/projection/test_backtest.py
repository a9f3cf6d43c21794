"""Trials on the past, which see nothing later than their origin, and the spread they give."""

import numpy as np
import pandas as pd
import pytest

from pccstats.methods.projection.backtest import (
    LARGEST_ERROR,
    REFERENCE_TRIALS,
    backtest,
    opening,
    projected_years,
    reference_variance,
    spread_of,
)
from pccstats.methods.projection.material import material_of
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


# ----------------------------------------------------------------------------------------------------------- the spread
def steady(per_month=100.0):
    """Five years of the same count."""
    months = pd.period_range("2010-04", periods=60, freq="M")
    return material_of(Series.from_frame(pd.DataFrame({"month": months, "numerator": per_month})))


@pytest.mark.parametrize("late", [0, 4])
@pytest.mark.parametrize("ahead", [1, 6, 12, 21, 33])
def test_opening_is_that_of_a_random_walk(ahead, late):
    """Simulated: the variance of a 12-month mean whose unknown months wander from a level last known so long ago."""
    random = np.random.default_rng(ahead)
    walk = random.normal(size=(40_000, late + ahead)).cumsum(axis=1)[:, late:]
    in_year = walk[:, max(0, ahead - 12) :]
    simulated = (in_year.sum(axis=1) / 12).var()
    assert opening(np.array(ahead), late=late) == pytest.approx(simulated, rel=0.03)


def test_growth_that_may_not_come_widens():
    """Growth of 0.2, half of it unsure, adds 0.1 squared to the variance; a fall adds as much; none adds nothing."""
    path, steps = np.full(3, 1200.0), np.full(3, 21.0)
    variance = reference_variance(steady(), path, steps, np.array([0.0, 0.2, -0.2]))
    assert variance[1:] - variance[0] == pytest.approx(0.1**2)


def test_growth_passed_on_the_way_is_not_forgotten():
    """A path that rises and comes back is no surer at its end than one that stays where it rose to."""
    there, back = np.full(12, 1440.0), np.r_[np.full(6, 1440.0), np.full(6, 1200.0)]
    spreads = [spread_of(steady(), path, (np.empty(0), 0.0)) for path in (there, back)]
    assert spreads[1].variance[-1] >= spreads[0].variance[-1]


def test_no_trials_leave_the_reference():
    """Without back-tests the reference stands, with the trials it is worth."""
    path = np.full(21, 1200.0)
    spread = spread_of(steady(), path, (np.empty(0), 0.0))
    assert (spread.stretch, spread.freedom) == (1.0, REFERENCE_TRIALS)
    assert np.all(np.diff(spread.reach(0.95)) > 0)


def test_trials_stretch_or_draw_in():
    """Trials out by twice what the reference allows widen the limits, trials out by half narrow them, neither fully."""
    path = np.full(21, 1200.0)
    wide = spread_of(steady(), path, (np.array([2.0, -2.0]), 2.0)).stretch
    narrow = spread_of(steady(), path, (np.array([0.5, -0.5]), 2.0)).stretch
    assert wide == pytest.approx(np.sqrt((8 + 2 * 4) / 10))
    assert narrow == pytest.approx(np.sqrt((8 + 2 * 0.25) / 10))


def test_one_wild_trial_does_not_empty_the_answer():
    """A trial across a change nobody registered counts as a large error, not as any error."""
    wild = spread_of(steady(), np.full(21, 1200.0), (np.array([50.0]), 1.0))
    assert wild.stretch == pytest.approx(np.sqrt((8 + LARGEST_ERROR**2) / 9))


def test_many_sisters_count_as_one():
    """Errors of sisters come in waves: thirty alike give the very spread that one of them gives."""
    errors = (np.array([1.5]), 2.0)
    many, one = (spread_of(steady(), np.full(21, 1200.0), (np.empty(0), 0.0), [errors] * count) for count in (30, 1))
    assert (many.freedom, many.stretch) == pytest.approx((one.freedom, one.stretch))
    assert one.freedom == REFERENCE_TRIALS + 2.0


def test_larger_years_are_surer():
    """The reference falls with the size of the year, and stops falling."""
    steps = np.full(4, 21.0)
    variance = reference_variance(steady(), np.array([10.0, 1000.0, 20_000.0, 200_000.0]), steps, np.zeros(4))
    assert np.all(np.diff(variance) < 0)
    assert variance[3] == pytest.approx(variance[2], rel=0.05)


def test_chances_and_limits_agree():
    """The chance of ending below the upper 95% limit is 97.5%."""
    spread = spread_of(steady(), np.full(21, 1200.0), (np.empty(0), 0.0))
    assert spread.chance_below(float(spread.reach(0.95)[-1])) == pytest.approx(0.975)
