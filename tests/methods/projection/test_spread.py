"""How wide a projection is: the law of its opening, and what trials make of the reference."""

import numpy as np
import pandas as pd
import pytest

from pccstats.methods.projection.backtest import LARGEST_ERROR, REFERENCE_TRIALS, opening, reference_variance, spread_of
from pccstats.methods.projection.material import material_of
from pccstats.terms.series import Series


def material(per_month=100.0):
    """Five years of the same count."""
    months = pd.period_range("2010-04", periods=60, freq="M")
    return material_of(Series.from_frame(pd.DataFrame({"month": months, "numerator": per_month})))


@pytest.mark.parametrize("ahead", [1, 6, 12, 21, 33])
def test_opening_is_that_of_a_random_walk(ahead):
    """Simulated: the variance of a 12-month mean whose unknown months wander is the formula's."""
    random = np.random.default_rng(ahead)
    walk = random.normal(size=(40_000, ahead)).cumsum(axis=1)
    in_year = walk[:, max(0, ahead - 12) :]
    simulated = (in_year.sum(axis=1) / 12).var()
    assert opening(np.array(ahead)) == pytest.approx(simulated, rel=0.03)


def test_no_trials_leave_the_reference():
    """Without back-tests the reference stands, with the trials it is worth."""
    path = np.full(21, 1200.0)
    spread = spread_of(material(), path, (np.empty(0), 0.0))
    assert (spread.stretch, spread.freedom) == (1.0, REFERENCE_TRIALS)
    assert np.all(np.diff(spread.reach(0.95)) > 0)


def test_trials_stretch_or_draw_in():
    """Trials out by twice what the reference allows widen the limits, trials out by half narrow them, neither fully."""
    path = np.full(21, 1200.0)
    wide = spread_of(material(), path, (np.array([2.0, -2.0]), 2.0)).stretch
    narrow = spread_of(material(), path, (np.array([0.5, -0.5]), 2.0)).stretch
    assert wide == pytest.approx(np.sqrt((8 + 2 * 4) / 10))
    assert narrow == pytest.approx(np.sqrt((8 + 2 * 0.25) / 10))


def test_one_wild_trial_does_not_empty_the_answer():
    """A trial across a change nobody registered counts as a large error, not as any error."""
    wild = spread_of(material(), np.full(21, 1200.0), (np.array([50.0]), 1.0))
    assert wild.stretch == pytest.approx(np.sqrt((8 + LARGEST_ERROR**2) / 9))


def test_many_sisters_count_for_two():
    """Sisters move together: thirty of them are worth less than twice one."""
    errors = (np.array([1.0]), 2.0)
    spread = spread_of(material(), np.full(21, 1200.0), (np.empty(0), 0.0), [errors] * 30)
    assert REFERENCE_TRIALS + 2.0 < spread.freedom < REFERENCE_TRIALS + 4.0


def test_larger_years_are_surer():
    """The reference falls with the size of the year, and stops falling."""
    steps = np.full(4, 21.0)
    variance = reference_variance(material(), np.array([10.0, 1000.0, 20_000.0, 200_000.0]), steps)
    assert np.all(np.diff(variance) < 0)
    assert variance[3] == pytest.approx(variance[2], rel=0.05)


def test_chances_and_limits_agree():
    """The chance of ending below the upper 95% limit is 97.5%."""
    spread = spread_of(material(), np.full(21, 1200.0), (np.empty(0), 0.0))
    assert spread.chance_below(float(spread.reach(0.95)[-1])) == pytest.approx(0.975)
