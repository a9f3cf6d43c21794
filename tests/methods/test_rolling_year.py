"""Rolling years: whole or empty, with the intervals of the books."""

import numpy as np
import pandas as pd
import pytest

from pccstats.methods.rolling_year import Population, rolling_year
from pccstats.terms.errors import MethodProblem
from pccstats.terms.periods import month
from pccstats.terms.plan import Event
from pccstats.terms.series import Series


def monthly(values, first="2013-01", **about):
    """Counts month after month."""
    months = pd.period_range(first, periods=len(values), freq="M")
    return Series.from_frame(pd.DataFrame({"month": months, "n": values}), numerator="n", **about)


def test_totals_and_shares_equal_r(reference_case):
    """Totals are sums of 12 months and shares are ratios of sums, as in R."""
    case = reference_case("roll_01_rolling12")
    given, out = case["inputs"], case["outputs"]
    frame = pd.DataFrame({"month": given["months"], "y": given["y"], "num": given["num"], "den": given["den"]})
    totals = rolling_year(Series.from_frame(frame, numerator="y")).points
    shares = rolling_year(Series.from_frame(frame, numerator="num", denominator="den")).points
    assert totals["value"][:11].isna().all()
    assert totals["value"][11:].tolist() == out["total12"][11:]
    assert shares["value"][11:].tolist() == pytest.approx(out["pct12"][11:], rel=1e-12)


def test_a_year_with_a_gap_is_empty():
    """A month with no figure empties the twelve years that need it, and no others."""
    values = [10.0] * 30
    values[14] = np.nan
    found = rolling_year(monthly(values)).points["value"]
    assert found.notna().tolist() == [False] * 11 + [True] * 3 + [False] * 12 + [True] * 4


def test_quarters_and_months_give_one_answer():
    """Four quarters make the year that their twelve months make."""
    months = monthly(range(1, 25), first="2013-04")
    ends = months.points["period_end"][2::3]
    quarters = [sum(range(1, 25)[i : i + 3]) for i in range(0, 24, 3)]
    frame = pd.DataFrame({"month": ends, "n": quarters})
    by_quarter = rolling_year(Series.from_frame(frame, numerator="n", span_months=3))
    by_month = rolling_year(months)
    for end, value in zip(by_quarter.points["period_end"], by_quarter.points["value"], strict=True):
        assert value == pytest.approx(by_month.at(end), nan_ok=True)


def test_published_years_are_used_as_they_are():
    """A published 12-month row is a year, whatever lies between it and the next."""
    frame = pd.DataFrame({"month": ["2013-03", "2015-06"], "n": [3935, 4013]})
    found = rolling_year(Series.from_frame(frame, numerator="n", span_months=12))
    assert found.points["value"].tolist() == [3935, 4013]
    assert "Published 12-month figures" in found.method


def test_published_per_cents_have_no_interval_and_say_so():
    """A survey per cent of unknown n gives its value, empty limits, and the reason in the method."""
    frame = pd.DataFrame({"month": ["2013-03", "2015-06"], "n": [84.5, 81.5]})
    found = rolling_year(Series.from_frame(frame, numerator="n", kind="survey", span_months=12))
    assert found.points["value"].tolist() == [84.5, 81.5]
    assert found.points[["lower", "upper"]].isna().all(axis=None)
    assert "number of respondents is not published" in found.method


def test_a_rate_names_its_denominator_and_vintage():
    """4,050 burglaries on a round million people are 4.05 per 1,000 persons, and the vintage is in the method."""
    series = monthly([337.5] * 12, unit="offences")
    found = rolling_year(series, population=1_000_000, vintage="2011 Census")
    assert found.summary()["value"].iloc[0] == pytest.approx(4.05)
    assert found.unit == "offences per 1,000 persons"
    assert "1,000,000 persons (2011 Census)" in found.method
    households = rolling_year(series, population=Population(400_000, "households", "2011 Census"))
    assert households.unit == "offences per 1,000 households"


def test_the_series_own_population_can_be_asked_for():
    """`persons` takes the population that the series carries, with its vintage."""
    series = monthly([10] * 12, population=5000.0, population_vintage="2011 Census")
    found = rolling_year(series, population="persons")
    assert (found.summary()["value"].iloc[0], found.vintage) == (24.0, "2011 Census")


def test_small_years_have_exact_limits():
    """Nine events in the year have Garwood's limits: 4.1154 to 17.0848."""
    found = rolling_year(monthly([1] * 9 + [0] * 3)).summary().iloc[0]
    assert (found["lower"], found["upper"]) == pytest.approx((4.115373, 17.084803), abs=1e-6)


def test_a_break_inside_the_year_is_named():
    """The eleven years that hold months of both definitions name the event; later ones do not."""
    event = Event("x", "New system", month("2014-01"), ("*",), breaks_comparability=True)
    named = rolling_year(monthly([5] * 30, events=(event,))).points["breaks"]
    assert (named == "New system").sum() == 11


@pytest.mark.parametrize("kind", ["position", "qualitative"])
def test_ranks_and_words_are_refused(kind):
    """A rank or a judgement in words has no yearly sum."""
    with pytest.raises(MethodProblem, match="no sum makes a year of it"):
        rolling_year(monthly([1] * 12, kind=kind))


def test_monthly_per_cents_of_unknown_numbers_are_refused():
    """Twelve monthly per cents with no respondents make no yearly per cent."""
    with pytest.raises(MethodProblem, match="no number of respondents"):
        rolling_year(monthly([80.0] * 12, kind="survey"))


@pytest.mark.parametrize("population", [0, -5, float("inf"), float("nan")])
def test_a_population_must_be_above_nought(population):
    """A population of nought, less, or no number is refused with the number found."""
    with pytest.raises(MethodProblem, match="above zero"):
        rolling_year(monthly([1] * 12), population=population)


def test_the_callers_frame_is_left_untouched():
    """The series given is the same afterwards."""
    series = monthly([3] * 24)
    before = series.points.copy()
    rolling_year(series, population=100)
    pd.testing.assert_frame_equal(series.points, before)


def test_everything_wrong_with_a_request_is_said_at_once():
    """A confidence, a multiplier and a population out of range are one message."""
    for population in (0, "many", np.inf):
        with pytest.raises(MethodProblem, match="3 problems"):
            rolling_year(monthly([10] * 12), per=0, population=population, confidence=95)
    with pytest.raises(MethodProblem, match=r"Series\.from_frame"):
        rolling_year(monthly([10] * 12).points)


def test_the_method_ends_with_source_and_vintage():
    """Where the figures come from and how far they were published is the end of the method."""
    points = monthly([10] * 12).points.assign(source="Crime system", published_on="2015-09-16")
    words = rolling_year(Series.from_frame(points, period="period_end")).method
    assert words.endswith("Source: Crime system; published up to 16 September 2015.")


def test_quarters_and_months_make_the_same_years():
    """Four quarters or their twelve months: the same totals and limits, whichever months the quarters end in."""
    counts = np.arange(100.0, 136.0)
    for first in ("2012-04", "2012-05"):
        months = pd.DataFrame({"month": pd.period_range(first, periods=36, freq="M"), "n": counts})
        quarters = pd.DataFrame({"month": months["month"][2::3], "n": counts.reshape(-1, 3).sum(axis=1)})
        by_month = rolling_year(Series.from_frame(months, numerator="n")).points.set_index("period_end")
        by_quarter = rolling_year(Series.from_frame(quarters, numerator="n", span_months=3)).points
        by_quarter = by_quarter.set_index("period_end")
        figures = ["numerator", "value", "lower", "upper"]
        pd.testing.assert_frame_equal(by_quarter[figures], by_month.loc[by_quarter.index, figures], check_freq=False)
