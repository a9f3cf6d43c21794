"""Change between windows of quarters, and how much rolling years vary where no quarter is held."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pccstats.methods.change.change import change
from pccstats.methods.change.dispersion import Dispersion, OfWhole, dispersion_of_months, dispersion_of_rolling_years
from pccstats.methods.change.two_figures import compare_counts
from pccstats.terms.errors import MethodProblem
from pccstats.terms.periods import Window, month_in_words
from pccstats.terms.plan import Event
from pccstats.terms.series import Series

NINE_YEARS = 36
SUMMER = np.array([1.0, 1.2, 0.9, 0.9])  # the quarters to June, September, December, March


def ends_of(count, first="2006-06"):
    """The last months of quarters."""
    return pd.period_range(first, periods=3 * count, freq="M")[::3]


def quarters(figures, first="2006-06", **about):
    """A quarterly series, its first quarter April to June 2006."""
    frame = pd.DataFrame({"month": ends_of(len(figures), first), "n": figures})
    return Series.from_frame(frame, numerator="n", title="Burglary", span_months=3, **about)


def rolling(figures, first="2006-06", title="Official burglary", **about):
    """The rolling years of such quarters."""
    years = np.convolve(figures, np.ones(4), "valid")
    frame = pd.DataFrame({"month": ends_of(len(figures), first)[3:], "n": years})
    return Series.from_frame(frame, numerator="n", title=title, span_months=12, **about)


def drawn(rng, dispersion, *, events=4000, years=9, season=SUMMER):
    """Over-dispersed quarters with a season, in which nothing changes."""
    level = np.tile(events / 4 * season, years)
    return rng.poisson(rng.gamma(level / (dispersion - 1), dispersion - 1)).astype(float)


def test_the_variation_of_rolling_years_by_hand():
    """Three years of quarters: 100 four times, 110 and 90 twice, 100 four times.

    Differences are ±10, their means nought. Four are expected to vary with 202.5, four with 197.5: chi-square
    400 / 202.5 + 400 / 197.5 = 4.0006 on 8 - 2 = 6 degrees, worth 6 / (1 + 1 / 4) = 4.8.
    """
    found = dispersion_of_rolling_years([400, 410, 400, 410, 400, 390, 400, 390, 400], 4)
    assert found.estimate == pytest.approx((400 / 202.5 + 400 / 197.5) / 6)
    assert found.degrees_of_freedom == pytest.approx(4.8)
    assert found.phi == 1


@pytest.mark.parametrize("figures", [np.tile(1000 * SUMMER, 9), np.repeat(1000.0 * 0.9 ** np.arange(9), 4)[::-1]])
def test_neither_a_season_nor_a_step_from_year_to_year_is_variation(figures):
    """A season cancels in every difference; a change from year to year is taken out."""
    assert dispersion_of_rolling_years(np.convolve(figures, np.ones(4), "valid"), 4).estimate == pytest.approx(
        0, abs=0.01
    )


@pytest.mark.parametrize(("periods", "season"), [(4, SUMMER), (12, np.repeat(SUMMER, 3))])
def test_the_variation_of_rolling_years_is_that_of_the_periods_they_hide(periods, season):
    """Drawn with three times the variance of chance, quarters or months: on average that is found, from years alone."""
    rng = np.random.default_rng(4)
    found = [
        dispersion_of_rolling_years(
            np.convolve(drawn(rng, 3, events=1000 * periods, season=season), np.ones(periods), "valid"), periods
        )
        for _ in range(400)
    ]
    assert np.mean([one.estimate for one in found]) == pytest.approx(3, abs=0.12)


def test_the_worth_of_rolling_years_is_what_their_estimates_vary_by():
    """A chi-square over n degrees varies by 2 / n of its square: nine years are worth 16.7, not 24."""
    rng = np.random.default_rng(5)
    found = [dispersion_of_rolling_years(np.convolve(drawn(rng, 2), np.ones(4), "valid"), 4) for _ in range(3000)]
    estimates = np.array([one.estimate for one in found])
    assert 2 / (estimates.var() / estimates.mean() ** 2) == pytest.approx(found[0].degrees_of_freedom, rel=0.1)


@settings(max_examples=25)
@given(st.lists(st.integers(50, 400), min_size=12, max_size=12), st.integers(1, 40))
def test_quarters_compare_as_their_months_do(counts, later):
    """With a given variation, the years of quarters are the years of the months they hold."""
    months = [*counts, *(count + later for count in counts)]
    frame = pd.DataFrame({"month": pd.period_range("2013-04", periods=24, freq="M"), "n": months})
    by_month = change(Series.from_frame(frame, numerator="n"), "2013/14", dispersion=2)
    by_quarter = change(quarters(np.reshape(months, (-1, 3)).sum(axis=1), "2013-06"), "2013/14", dispersion=2)
    numbers = ["baseline", "latest", "change_pct", "change_pct_low", "change_pct_high", "p_value"]
    assert by_month.summary()[numbers].equals(by_quarter.summary()[numbers])


def test_the_variation_comes_from_all_quarters_held():
    """Eight quarters leave three degrees of freedom, which is too few: all that are comparable are asked."""
    figures = drawn(np.random.default_rng(1), 4)
    found = change(quarters(figures), "2012/13")
    by_hand = dispersion_of_months(figures, np.tile([6, 9, 12, 3], 9), np.repeat(np.arange(9), 4))
    assert f"{by_hand.phi:.1f} times chance, from all comparable quarters held" in found.method
    assert found.test.dispersion > by_hand.phi


def test_names_of_months_are_not_read():
    """The same quarters a quarter later, with windows as much later, have the same answer."""
    figures = drawn(np.random.default_rng(2), 4)
    here = change(quarters(figures), ("2012-04", "2013-03"))
    there = change(quarters(figures, "2006-09"), ("2012-07", "2013-06"))
    numbers = ["change_pct_low", "change_pct_high", "p_value", "dispersion"]
    assert here.summary()[numbers].equals(there.summary()[numbers])


def test_windows_that_cut_a_quarter_are_refused_in_words():
    """Both are told at once, with the nearest whole quarters."""
    with pytest.raises(MethodProblem) as refusal:
        change(quarters([100.0] * 36), ("2012-05", "2013-04"), "2015-02")
    assert len(refusal.value.problems) == 2
    words = str(refusal.value)
    assert "quarters to the end of March, June, September and December" in words
    assert "for example 2012/13" in words
    assert "for example the 12 months to December 2014" in words


def test_quarters_may_end_in_any_month():
    """Of quarters to January, April, July and October the calendar year is no window, the year to January is."""
    odd = quarters([100.0] * 12, "2013-01")
    assert change(odd, ("2013-02", "2014-01"), dispersion=2).amount.change == 0
    with pytest.raises(MethodProblem, match="to the end of October, January, April and July"):
        change(odd, ("2013-01", "2013-12"), dispersion=2)


def test_a_quarter_shared_by_two_windows_is_left_out():
    """The year to June against the year to March: the new quarter against the one dropped."""
    figures = [1000.0] * 36 + [1300.0]
    found = change(quarters(figures), ("2014-04", "2015-03"), dispersion=2)
    by_hand = compare_counts(1000, 1300, Dispersion(2.0))
    assert found.test.p_value == pytest.approx(by_hand.p_value)


def test_official_rolling_years_tell_their_own_variation():
    """Nothing is assumed where rolling years are held a quarter apart."""
    figures = drawn(np.random.default_rng(3), 4)
    found = change(rolling(figures), "2012/13")
    by_hand = dispersion_of_rolling_years(np.convolve(figures, np.ones(4), "valid"), 4)
    assert f"{by_hand.phi:.1f} times chance" in found.method
    assert "from the differences of 33 rolling years, a quarter apart" in found.method
    assert "assumed" not in found.method


def test_rolling_years_with_a_gap_after_them_still_tell_their_variation():
    """Totals of two later years stand alone: the run before the gap says how much the counts vary, and until when."""
    figures = drawn(np.random.default_rng(3), 4)
    later = pd.DataFrame({"month": ["2017-06", "2018-03"], "n": [4100.0, 4300.0]})
    official = rolling(figures)
    held = official.points.assign(month=official.points["period_end"].astype(str), n=official.points["numerator"])
    series = Series.from_frame(pd.concat([held[["month", "n"]], later]), numerator="n", span_months=12)
    found = change(series, "2012/13", "2018-03")
    by_hand = dispersion_of_rolling_years(np.convolve(figures, np.ones(4), "valid"), 4)
    assert found.test.dispersion > by_hand.phi > 1
    assert f"{by_hand.phi:.1f} times chance, from the differences of 33 rolling years, a quarter apart" in found.method
    assert f"the last to {month_in_words(official.last)}" in found.method
    alone = Series.from_frame(pd.concat([held[["month", "n"]].tail(1), later]), numerator="n", span_months=12)
    assert "assumed" in change(alone, Window.ending(official.last), "2018-03").method


def test_a_printed_year_is_judged_by_the_variation_of_the_official_series():
    """Two printed years hold no variation: that of the series which counts the same thing is taken, and named."""
    figures = drawn(np.random.default_rng(3), 4)
    printed = Series.from_frame(
        pd.DataFrame({"month": ["2013-03", "2015-03"], "n": [4000, 4300]}), numerator="n", span_months=12
    )
    for official in (rolling(figures), quarters(figures)):
        found = change(printed, "2012/13", dispersion=official)
        assert found.test.dispersion == change(official, "2012/13", "2015-03").test.dispersion
        assert f"of {official.title}" in found.test.dispersion_basis
    assert "assumed" in change(printed, "2012/13").method
    assert "assumed" in change(printed, "2012/13", dispersion=rolling(figures[-8:])).method


def test_a_part_is_judged_by_the_variation_of_its_whole_and_says_so():
    """The numbers are those of the whole; the method line is that of the whole with a remark; too few years are not."""
    figures = drawn(np.random.default_rng(3), 4)
    part = Series.from_frame(
        pd.DataFrame({"month": ["2013-03", "2015-03"], "n": [900, 1010]}), numerator="n", span_months=12
    )
    plain, found = (change(part, "2012/13", dispersion=one(rolling(figures))) for one in (lambda whole: whole, OfWhole))
    assert found.summary().equals(plain.summary())
    remark = "; these are a part of those, and a part may vary less or more"
    assert found.test.dispersion_basis == plain.test.dispersion_basis + remark
    assert f"Variation: {found.test.dispersion_basis}." in found.method
    assert "a part may vary" not in change(part, "2012/13", dispersion=OfWhole(rolling(figures[-8:]))).method


def test_the_variation_is_taken_from_what_was_known():
    """A year after the latest window has no say."""
    figures = drawn(np.random.default_rng(6), 4)
    wild = np.concatenate([figures, [9000.0, 10.0, 9000.0, 10.0]])
    here, there = (change(rolling(one), "2012/13", "2015-03") for one in (figures, wild))
    assert here.test.dispersion == there.test.dispersion


def test_rolling_years_that_hold_months_before_a_break_have_no_say():
    """From a break on, only years wholly on the new definition are asked; too few are assumed for."""
    event = Event("", "new rules", pd.Period("2010-04", "M"), (), breaks_comparability=True)
    figures = drawn(np.random.default_rng(7), 4)
    found = change(rolling(figures, events=(event,)), "2012/13")
    alone = dispersion_of_rolling_years(np.convolve(figures[16:], np.ones(4), "valid"), 4)
    assert f"{alone.phi:.1f} times chance, from the differences of 17 rolling years" in found.method


def test_a_series_of_shares_tells_no_variation_of_counts():
    """Refused in words."""
    shares = Series.from_frame(
        pd.DataFrame({"month": ["2015-03"], "k": [5], "n": [10]}), numerator="k", denominator="n", title="Confidence"
    )
    with pytest.raises(MethodProblem, match="a series of counts, and Confidence is a share"):
        change(quarters([100.0] * 12), "2006/07", dispersion=shares)
    with pytest.raises(MethodProblem, match="a series of counts, and Confidence is a share"):
        change(quarters([100.0] * 12), "2006/07", dispersion=OfWhole(shares))


@pytest.mark.slow
@pytest.mark.parametrize("dispersion", [2, 5])
@pytest.mark.parametrize("kind", ["quarters", "rolling years"])
def test_intervals_of_quarters_hold_what_they_should(dispersion, kind):
    """Over-dispersed, seasonal, nothing changing: about 95 in a hundred, by quarters and by rolling years alone."""
    rng, held = np.random.default_rng(20150630), 0
    series = (quarters if kind == "quarters" else rolling)(np.ones(NINE_YEARS))  # read once; the figures change
    for _ in range(800):
        figures = drawn(rng, dispersion)
        counts = figures if kind == "quarters" else np.convolve(figures, np.ones(4), "valid")
        found = change(replace(series, points=series.points.assign(numerator=counts)), "2012/13").amount.per_cent
        held += found.low <= 0 <= found.high
    assert 0.925 < held / 800 < 0.975
