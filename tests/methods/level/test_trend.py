"""The trend of a few months: exact chances, the season, breaks, and how often it speaks where there is nothing."""

from itertools import permutations
from math import comb

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import pccstats as pcc
from pccstats.methods.dependence import correlations
from pccstats.methods.level.trend import kendall_chance, kendall_score, kendall_widening, orders_by_inversions
from pccstats.terms.errors import MethodProblem
from pccstats.terms.plan import Event
from pccstats.terms.results.level import Direction, SeasonOut
from pccstats.terms.words import Variation

FIGURES = st.lists(st.integers(0, 9), min_size=2, max_size=7)
# Upper tails of Kendall's S as tabled in Kendall's Rank Correlation Methods (and in Hollander and Wolfe, table A.30).
TABLED = {(4, 6): 0.042, (5, 8): 0.042, (5, 10): 0.0083, (6, 11): 0.028, (6, 13): 0.0083, (6, 15): 0.0014}
TABLED |= {(8, 18): 0.016, (10, 21): 0.036, (10, 25): 0.014}


def series(values, *, last="2015-06", polarity="lower_is_better", **about):
    """Monthly counts that end in June 2015."""
    months = pd.period_range(end=last, periods=len(values), freq="M")
    frame = pd.DataFrame({"month": months, "n": values})
    return pcc.Series.from_frame(frame, numerator="n", title="Burglary", polarity=polarity, **about)


@pytest.mark.parametrize(("size", "score"), TABLED)
def test_chances_are_those_of_the_tables(size, score):
    """Published tables of Kendall's S, three decimals."""
    orders = orders_by_inversions((1,) * size)
    tail = sum(count for inversions, count in enumerate(orders) if comb(size, 2) - 2 * inversions >= score) / sum(
        orders
    )
    assert tail == pytest.approx(TABLED[size, score], abs=6e-4)


@given(st.permutations(range(8)))
def test_chances_are_those_of_another_library(order):
    """Without ties scipy's exact test gives the same p-value."""
    other = stats.kendalltau(range(8), order, method="exact").pvalue
    assert kendall_chance(order) == pytest.approx(other, rel=1e-9)


@given(FIGURES)
def test_chances_are_those_of_trying_every_order(figures):
    """With ties: the share of all orders whose score is as far from nought."""
    score = abs(kendall_score(figures))
    every = [abs(kendall_score(order)) >= score for order in permutations(figures)]
    assert kendall_chance(figures) == pytest.approx(np.mean(every), rel=1e-9)


@given(FIGURES)
def test_a_mirror_turns_the_score_and_keeps_the_chance(figures):
    """Read backwards, what rose falls as much and is as likely."""
    assert kendall_score(figures[::-1]) == -kendall_score(figures)
    assert kendall_chance(figures[::-1]) == pytest.approx(kendall_chance(figures))


@given(st.lists(st.integers(1, 500), min_size=6, max_size=6), st.integers(2, 9))
def test_scale_does_not_matter(values, factor):
    """Ten times the crimes have the same score; larger counts are known to lean on one another more, never less."""
    small, large = pcc.trend(series(values)), pcc.trend(series([factor * value for value in values]))
    assert small.score == large.score
    assert small.p_value <= large.p_value + 1e-12


def test_six_months_must_be_all_but_in_order():
    """p = 0.003, 0.017 and 0.056 of independent months; of large counts, which lean, only the first is called."""
    days = pd.period_range(end="2015-06", periods=6, freq="M").days_in_month.to_numpy()
    ranks = {"perfect": [1, 2, 3, 4, 5, 6], "one": [1, 2, 3, 4, 6, 5], "two": [2, 1, 3, 4, 6, 5]}
    assert [round(kendall_chance(order), 3) for order in ranks.values()] == [0.003, 0.017, 0.056]
    found = {name: pcc.trend(series(100 * days * np.array(order))) for name, order in ranks.items()}
    assert [result.direction for result in found.values()] == [
        Direction.RISING,
        Direction.CANNOT_TELL,
        Direction.CANNOT_TELL,
    ]
    assert "Neighbouring months lean on one another (0.45)" in found["one"].method


@pytest.mark.parametrize(("months", "rho"), [(6, 0.35), (12, 0.35), (12, 0.6)])
def test_scores_scatter_as_much_wider_as_is_said(months, rho):
    """Drawn from normal months that lean on one another, scores scatter as the arcsine formula says."""
    together = correlations(np.arange(months), rho)
    drawn = np.random.default_rng(months).multivariate_normal(np.zeros(months), together, size=4000)
    spread = np.std([kendall_score(one) for one in drawn])
    independent = np.sqrt(months * (months - 1) * (2 * months + 5) / 18)
    assert kendall_widening(together) == pytest.approx(spread / independent, rel=0.04)


@given(FIGURES, st.floats(1, 3))
def test_what_leans_is_never_surer(figures, wider):
    """A score that scatters wider is at least as likely by chance, and no more than certain."""
    assert kendall_chance(figures) - 1e-12 <= kendall_chance(figures, wider) <= 1 + 1e-12


@pytest.mark.slow
@pytest.mark.parametrize("rho", [0.0, 0.35])
def test_months_that_lean_on_one_another_are_seldom_called(rho):
    """Twelve months of 400 that wander by 15% and do not move: called in at most a tenth of 300 series."""
    random, called = np.random.default_rng(1), 0
    months = pd.period_range(end="2015-06", periods=60, freq="M")
    for _ in range(300):
        away = random.standard_normal(60)
        for month in range(1, 60):
            away[month] = rho * away[month - 1] + np.sqrt(1 - rho**2) * away[month]
        counts = random.poisson(400 * np.exp(0.15 * away) * months.days_in_month / 30)
        called += pcc.trend(series(counts), 12).direction is not Direction.CANNOT_TELL
    assert called <= 30


def test_a_short_february_is_no_fall():
    """Crimes per day alike every month: no direction, no score."""
    days = pd.period_range(end="2015-06", periods=6, freq="M").days_in_month.to_numpy()
    assert pcc.trend(series(10 * days)).score == 0


def test_a_season_is_no_trend():
    """What falls from January to June every year has not fallen this year; without its past it seems to."""
    months = pd.period_range(end="2015-06", periods=54, freq="M")
    random = np.random.RandomState(7)
    level = 300 * (1 + 0.3 * np.cos(2 * np.pi * (months.month - 1) / 12)) * months.days_in_month / 30
    counts = random.poisson(level)
    known, unknown = pcc.trend(series(counts)), pcc.trend(series(counts[-6:]))
    assert (known.direction, unknown.direction) == (Direction.CANNOT_TELL, Direction.FALLING)
    assert pcc.trend(series(counts), seasonal=False).direction is Direction.FALLING
    assert known.higher + known.lower == 6


def test_two_years_are_tested_without_their_season():
    """What falls from January to June in both years has not fallen; the same month a year before takes its season out.

    Anti-social behaviour in Leicestershire, street records of October 2020 to September 2022: p 0.014 with the season
    in, by Mann and Kendall's test of SciPy on the differences 0.38.
    """
    counts = [899, 930, 742, 681, 676, 888, 957, 884, 1128, 1073, 860, 865]
    counts += [786, 716, 618, 726, 727, 887, 882, 1006, 888, 1067, 994, 772]
    found = pcc.trend(series(counts, last="2022-09"), 12)
    assert (found.season_out, found.direction) == (SeasonOut.BY_THE_YEAR_BEFORE, Direction.CANNOT_TELL)
    days = pd.period_range(end="2022-09", periods=24, freq="M").days_in_month.to_numpy()
    daily = np.array(counts) / days
    by_scipy = stats.kendalltau(range(12), daily[12:] - daily[:12], method="exact").pvalue
    assert kendall_chance(found.points["tested"]) == pytest.approx(by_scipy)
    assert round(by_scipy, 2) == 0.38
    assert found.p_value >= by_scipy
    assert "each less the same month a year before" in found.method
    raw = pcc.trend(series(counts, last="2022-09"), 12, seasonal=False)
    assert (raw.season_out, round(kendall_chance(raw.points["tested"]), 3)) == (SeasonOut.NOT, 0.014)


def test_direction_is_read_with_the_polarity():
    """Rising is a concern, an improvement or just high."""
    rising = [10, 20, 30, 40, 50, 60]
    read = {
        polarity: pcc.trend(series(rising, polarity=polarity)).variation
        for polarity in ("lower_is_better", "higher_is_better", "neutral")
    }
    assert list(read.values()) == [Variation.CONCERN, Variation.IMPROVEMENT, Variation.HIGH]


def test_months_against_the_year_before_are_counted():
    """Beside the trend stands how many months are above the same month a year before."""
    found = pcc.trend(series([100] * 12 + [90] * 12))
    assert (found.higher, found.lower) == (0, 6)
    assert found.year_p_value == pytest.approx(2 / 2**6)
    assert found.direction is Direction.CANNOT_TELL


def test_a_break_among_the_months_is_refused_by_name():
    """Months before and after a change of recording have no common trend."""
    event = Event("niche", "The move to NICHE", pd.Period("2015-04", "M"), ("*",), breaks_comparability=True)
    with pytest.raises(MethodProblem, match="The move to NICHE"):
        pcc.trend(series([5] * 30, events=(event,)))


@pytest.mark.parametrize(
    ("values", "months", "words"),
    [
        ([5, 6, 7], 6, "takes 5 months"),
        ([5] * 12, 3, "from 5 to 36 months"),
        ([5, np.nan, np.nan, 6, 7, 8], 6, "takes 5 months"),
    ],
)
def test_too_little_is_refused(values, months, words):
    """Under five months with a figure there is nothing to say."""
    with pytest.raises(MethodProblem, match=words):
        pcc.trend(series(values), months)


def test_twelve_month_figures_are_refused():
    """Overlapping totals move together and would seem to have a trend."""
    frame = pd.DataFrame({"month": pd.period_range("2015-01", periods=6, freq="M"), "n": range(6)})
    with pytest.raises(MethodProblem, match="cover 12 months"):
        pcc.trend(pcc.Series.from_frame(frame, numerator="n", span_months=12))


@pytest.mark.slow
def test_it_seldom_speaks_where_there_is_nothing():
    """400 series without a trend, over-dispersed: at six months 1.7% are called in the long run, never 5%."""
    random = np.random.RandomState(1938)
    called = [
        pcc.trend(series(random.negative_binomial(50, 1 / 3, size=6))).direction is not Direction.CANNOT_TELL
        for _ in range(400)
    ]
    assert np.mean(called) < 0.04


def test_it_is_described_tabulated_and_drawn():
    """A sentence with its chance, a row a month, a chart with alt text."""
    found = pcc.trend(series([60, 50, 49, 43, 40, 30]))
    assert pcc.describe(found).startswith("Burglary, 6 months to June 2015: falling (p = 0.009).")
    assert "As tested" in pcc.tabulate(found).as_raw_html()
    assert "falling" in pcc.draw(found).alt_text


def test_everything_wrong_with_a_request_is_said_at_once():
    """A number of months and a confidence out of range are one message; a frame is told how to become a series."""
    with pytest.raises(MethodProblem, match="2 problems"):
        pcc.trend(series([1] * 6), 60, confidence=95)
    with pytest.raises(MethodProblem, match=r"Series\.from_frame"):
        pcc.trend(series([1] * 6).points)
