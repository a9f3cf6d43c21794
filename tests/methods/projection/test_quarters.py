"""Projections from quarters, and from rolling years a quarter apart: the same years, in whole quarters."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pccstats.methods.projection.material import comparable
from pccstats.methods.projection.project import project
from pccstats.presentation.projection import draw_projection
from pccstats.terms.errors import MethodProblem
from pccstats.terms.plan import Event
from pccstats.terms.series import Series

OFFICIAL = Path(__file__).parents[3] / "data" / "raw" / "police_recorded_crime.csv"
SUMMER = np.array([1.1, 1.05, 0.95, 0.9])  # the quarters to June, September, December, March
ENDS_AT = "2015-03"


def counts(years=9, mean=500.0, seed=0):
    """Quarters with a season about one level, the last of them January to March 2015."""
    level = mean * np.tile(SUMMER, years)
    return np.random.default_rng(seed).poisson(level).astype(float)


def quarters(figures, last=ENDS_AT, **about):
    """A quarterly series that ends with this month."""
    ends = pd.period_range(end=last, periods=3 * len(figures), freq="M")[2::3]
    frame = pd.DataFrame({"month": ends, "numerator": figures})
    return Series.from_frame(frame, title="Burglary", unit="offences", span_months=3, **about)


def rolling(figures, last=ENDS_AT, **about):
    """The rolling years of such quarters, a quarter apart."""
    years = np.convolve(figures, np.ones(4), "valid")
    ends = pd.period_range(end=last, periods=3 * len(years), freq="M")[2::3]
    return Series.from_frame(
        pd.DataFrame({"month": ends, "numerator": years}), title="Official burglary", span_months=12, **about
    )


def test_quarters_project_as_their_months_do():
    """The same counts by month: the year to the horizon within a per cent, from other noise of smoothing alone."""
    by_month = np.random.default_rng(1).poisson(np.repeat(np.tile(SUMMER, 9) * 500, 3)).astype(float)
    months = Series.from_frame(
        pd.DataFrame({"month": pd.period_range(end=ENDS_AT, periods=108, freq="M"), "numerator": by_month})
    )
    fine = project(months, "2016-12", "2012/13")
    coarse = project(quarters(by_month.reshape(-1, 3).sum(axis=1)), "2016-12", "2012/13")
    assert coarse.projected == pytest.approx(fine.projected, rel=0.01)
    assert coarse.baseline == fine.baseline
    assert coarse.upper - coarse.lower == pytest.approx(fine.upper - fine.lower, rel=0.25)


def test_a_constant_is_projected_as_itself_by_hand():
    """A hundred each quarter: four hundred a year, from quarters and from rolling years; leap days move it by 0.1%."""
    steady = [100.0] * 36
    for series in (quarters(steady), rolling(steady)):
        answer = project(series, "2016-12", "2012/13")
        assert answer.projected == pytest.approx(400, rel=2e-3)
        assert str(answer.state) == "no_evidence_of_change"


@pytest.mark.parametrize("make", [quarters, rolling])
def test_names_of_months_are_not_read(make):
    """Told a quarter later, the same figures give the same projection but for the days of a leap year."""
    figures = counts()
    here = project(make(figures), "2016-12", ("2012-04", "2013-03"))
    there = project(make(figures, last="2015-06"), "2017-03", ("2012-07", "2013-06"))
    for name in ("projected", "lower", "upper"):
        assert getattr(there, name) == pytest.approx(getattr(here, name), rel=0.01)


def test_the_horizon_is_a_whole_number_of_quarters():
    """Refused in words otherwise, with the nearest that are."""
    for make in (quarters, rolling):
        with pytest.raises(MethodProblem, match=r"no whole number of quarters .* choose December 2016 or March 2017"):
            project(make(counts()), "2017-02", "2012/13")


def test_the_method_line_names_the_series_and_counts_quarters():
    """Which series was projected, how many quarters it has, and how many lie ahead."""
    own = project(quarters(counts()), "2017-03", "2012/13")
    assert own.method.startswith("Projected from Burglary: 36 quarters to March 2015, 8 quarters ahead.")
    official = project(rolling(counts()), "2017-03", "2012/13")
    words = (
        "Projected from Official burglary: 36 quarters (worked out from rolling years) to March 2015, 8 quarters ahead."
    )
    assert official.method.startswith(words)
    assert "earlier quarters" in official.method
    assert draw_projection(official).alt_text


def test_three_years_of_quarters_are_enough_and_no_fewer():
    """Eleven quarters want three months more."""
    assert project(quarters(counts()[:12]), "2016-03", ("2014-04", "2015-03")).projected > 0
    with pytest.raises(MethodProblem, match="A projection needs 36 months of comparable figures; 33 are held"):
        project(quarters(counts()[:11]), "2016-03", ("2014-04", "2015-03"))


def test_one_missing_quarter_does_not_part_a_series():
    """A quarter is as long as three months: one missing is bridged, two are a gap."""
    figures = quarters(counts())
    one = Series.from_frame(figures.points.drop(index=10), period="period_end", span_months=3)
    two = Series.from_frame(figures.points.drop(index=[10, 11]), period="period_end", span_months=3)
    assert comparable(one).first == figures.first
    assert comparable(two).first == figures.points["period_end"].iloc[12]
    assert project(one, "2016-12", "2012/13").projected > 0


def test_a_quarter_that_a_break_cuts_is_left_out():
    """Only whole quarters of the new definition are projected from."""
    event = Event("", "new rules", pd.Period("2011-05", "M"), (), breaks_comparability=True)
    assert comparable(quarters(counts(), events=(event,))).first == pd.Period("2011-09", "M")


@pytest.mark.slow
def test_the_real_official_series_of_eight_forces():
    """Held out: all eleven groups, forces and every third quarter from 2009, 21 months ahead, to June 2015.

    Limits from rolling years hold about as often as they say, and errors beat no change.
    """
    table = pd.read_csv(OFFICIAL)
    held, errors, naive = [], 0.0, 0.0
    for (offence, area), rows in table.sort_values("period_end").groupby(["indicator", "area"]):
        series = Series.from_frame(rows, period="period_end", title=offence, area=area, span_months=12)
        years = series.points.set_index("period_end")["numerator"]
        for origin in years.index[8:-7:3]:
            answer = project(series.between(last=origin), origin + 21, (origin - 11, origin))
            actual = years[origin + 21]
            held.append((answer.lower <= actual <= answer.upper, answer.lower_80 <= actual <= answer.upper_80))
            errors += abs(answer.projected - actual)
            naive += abs(years[origin] - actual)
    at_95, at_80 = np.mean(held, axis=0)
    assert 0.92 < at_95 < 0.99
    assert 0.75 < at_80 < 0.9
    assert errors < naive
