"""What the charts measure: days and people are exposure."""

import numpy as np
import pandas as pd

from pccstats.methods.level.expected_level import expected_level
from tests.methods.level.cases import series, whole


def test_a_denominator_of_nought_keeps_its_month_on_the_axis():
    """The month has no figure and no part in the sums; the band goes on through it."""
    level = expected_level(series([3.0, 0.0, 4.0], [50.0, 0.0, 60.0]), chart="p")
    assert np.isnan(level.points["value"].iloc[1])
    assert np.isclose(level.points["centre_line"].iloc[0], 100 * 7 / 110)
    assert whole(level)


def test_february_is_not_a_success():
    """Ten a day all year: every month is on its own centre line, however many days it has."""
    months = pd.period_range("2012-04", periods=36, freq="M")
    level = expected_level(series((10.0 * months.days_in_month).astype(float)))
    assert np.allclose(level.points["centre_line"], level.points["value"])
    assert (level.points["signal"] == "none").all()


def test_a_population_that_grows_is_counted_in_the_exposure():
    """Counts in step with population and days stay on the centre line, in events a month."""
    months = pd.period_range("2012-04", periods=48, freq="M")
    people = np.linspace(100_000, 130_000, 48)
    level = expected_level(series(people * months.days_in_month * 1e-4, people, kind="count"))
    assert level.chart == "u_prime"
    assert np.allclose(level.points["centre_line"], level.points["value"])
    assert np.allclose(level.points["exposure"], people * months.days_in_month)
