"""Rolling years taken apart and projected as what they are."""

import numpy as np
import pandas as pd
import pytest

from pccstats.methods.projection.material import evenly_spaced, recover, rolling_sum
from pccstats.methods.projection.project import project
from pccstats.terms.errors import MethodProblem
from pccstats.terms.series import Series


def quarters(count=36, seed=0):
    """Counts with a season and a wandering level."""
    random = np.random.default_rng(seed)
    level = 500 * np.exp(np.cumsum(random.normal(0, 0.02, count)))
    return random.poisson(level * np.tile([1.1, 0.9, 1.05, 0.95], count // 4)).astype(float)


def series_of(values, first, spacing, span, **about):
    """Figures every so many months."""
    ends = pd.period_range(first, periods=len(values) * spacing, freq="M")[spacing - 1 :: spacing]
    frame = pd.DataFrame({"month": ends, "numerator": values})
    return Series.from_frame(frame, span_months=span, **about)


def test_recovered_quarters_make_the_same_years():
    """Whatever the first year's season was, every rolling year comes out as published."""
    rolling = rolling_sum(quarters(), 4)[3:]
    assert rolling_sum(recover(rolling, 4), 4)[3:] == pytest.approx(rolling)


def test_rolling_years_project_as_their_quarters_do():
    """Having only the rolling years moves the projection by a per cent or so, not more."""
    values = quarters()
    rolling = rolling_sum(values, 4)[3:]
    by_quarter = project(series_of(values, "2006-04", 3, 3), "2016-12", "2012/13")
    by_year = project(series_of(rolling, "2007-01", 3, 12), "2016-12", "2012/13")
    assert by_year.projected == pytest.approx(by_quarter.projected, rel=0.03)
    assert by_year.baseline == pytest.approx(by_quarter.baseline)
    assert by_year.observed["value"].tail(5).tolist() == pytest.approx(by_quarter.observed["value"].tail(5).tolist())
    assert "worked out from rolling years" in by_year.method


def test_rolling_years_get_wider_limits_than_their_quarters():
    """Less is known, so the limits reach farther."""
    values = quarters()
    by_quarter = project(series_of(values, "2006-04", 3, 3), "2016-12", "2012/13")
    by_year = project(series_of(rolling_sum(values, 4)[3:], "2007-01", 3, 12), "2016-12", "2012/13")
    assert by_year.upper - by_year.lower > by_quarter.upper - by_quarter.lower


def test_yearly_figures_are_refused():
    """Figures twelve months apart cannot be taken apart."""
    yearly = series_of([100.0] * 8, "2007-04", 12, 12)
    with pytest.raises(MethodProblem, match="12 months apart"):
        project(yearly, "2016-03", "2012/13")


def test_only_the_evenly_spaced_tail_is_used():
    """Yearly figures before quarterly ones are left out."""
    ends = pd.PeriodIndex(["2004-03", "2005-03", "2006-03", "2006-06", "2006-09"], freq="M")
    assert evenly_spaced(ends) == (2, 3)


def test_rolling_shares_with_respondents():
    """A constant share stays that share."""
    ends = pd.period_range("2010-01", "2015-06", freq="M")[2::3]
    frame = pd.DataFrame({"month": ends, "numerator": 850.0, "denominator": 1000.0})
    shares = Series.from_frame(frame, denominator="denominator", kind="survey", span_months=12)
    answer = project(shares, "2017-03", "2012/13")
    assert answer.projected == pytest.approx(85.0, abs=0.2)
    assert answer.lower < 85 < answer.upper < 100
