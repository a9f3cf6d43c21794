"""Expected levels, proposals and trends of quarters: the same methods, with four figures to the year."""

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pccstats.methods.level.expected_level import expected_level
from pccstats.methods.level.many import expected_levels
from pccstats.methods.level.rebase import propose_rebase
from pccstats.methods.level.trend import kendall_chance, trend
from pccstats.presentation.expected_level import describe_expected_level, draw_expected_level
from pccstats.presentation.expected_level import expected_level_table as table_of_level
from pccstats.presentation.sparkline import draw_sparkline
from pccstats.presentation.trend import describe_trend
from pccstats.terms.errors import MethodProblem
from pccstats.terms.periods import Window
from pccstats.terms.plan import Event
from pccstats.terms.series import Series
from tests.methods.level.cases import LIMITS

REFERENCE = Path(__file__).parents[2] / "reference_cases"
SUMMERY = [0.9, 1.0, 1.2, 0.9]  # of the quarters to March, June, September, December


def ends_of(count, first="2006-06"):
    """The last months of quarters."""
    return pd.period_range(first, periods=3 * count, freq="M")[::3]


def quarters(figures, first="2006-06", **about):
    """A quarterly series."""
    frame = pd.DataFrame({"month": ends_of(len(figures), first), "n": figures})
    return Series.from_frame(frame, numerator="n", title="Crime", unit="offences", span_months=3, **about)


def seasonal(years, rng, mean=4000.0, dispersion=4.0, wave=SUMMERY):
    """Over-dispersed quarters, the first of them April to June, with a season and nothing else."""
    level = mean * np.resize(np.roll(wave, -1), 4 * years)
    return rng.poisson(rng.gamma(level / (dispersion - 1), dispersion - 1)).astype(float)


@pytest.mark.parametrize(("chart", "inputs"), [("c", ("c", None)), ("p", ("p_num", "p_den"))])
def test_limits_of_quarters_are_those_of_qcc(chart, inputs):
    """R's qcc (3.0) knows subgroups and not months: the same figures as quarters have its limits."""
    case = json.loads((REFERENCE / "qcc_03_c_p_u.json").read_text(encoding="utf-8"))
    numerator, denominator = (case["inputs"][name] if name else None for name in inputs)
    frame = pd.DataFrame({"month": ends_of(len(numerator)), "n": numerator})
    if denominator:
        frame["d"] = denominator
    series = Series.from_frame(frame, numerator="n", denominator="d" if denominator else None, span_months=3)
    points = expected_level(series, chart=chart).points
    scale = 100 if chart == "p" else 1
    for column, name in (("centre_line", "center"), ("lower_process_limit", "lcl"), ("upper_process_limit", "ucl")):
        wanted = scale * np.asarray(case["outputs"][f"{chart}_{name}"], dtype=float)
        assert np.allclose(points[column], wanted, rtol=1e-9)


def test_the_exposure_is_the_days_of_the_quarter():
    """By hand: 90, 91, 92, 92 days at ten a day; u-bar is 10, sigma of a quarter √(10/n), limits n times that."""
    series = quarters([900, 910, 920, 920, 900], first="2013-03")
    points = expected_level(series, chart="u").points
    days = np.array([90.0, 91.0, 92.0, 92.0, 90.0])
    assert points["exposure"].tolist() == days.tolist()
    assert np.allclose(points["centre_line"], 10 * days)
    assert np.allclose(points["upper_process_limit"], days * (10 + 3 * np.sqrt(10 / days)))


def test_a_leap_year_has_its_day():
    """January to March 2012 is 91 days long."""
    points = expected_level(quarters([910, 910], first="2011-12"), chart="u").points
    assert points["exposure"].tolist() == [92.0, 91.0]


@settings(max_examples=30)
@given(st.lists(st.integers(0, 500), min_size=12, max_size=36).filter(lambda counts: sum(counts) > 0))
def test_months_summed_to_quarters_have_the_same_expected_total(counts):
    """What is expected of three months together is what is expected of their quarter."""
    counts = counts[: len(counts) // 3 * 3]
    if not sum(counts):
        return
    months = pd.DataFrame({"month": pd.period_range("2010-04", periods=len(counts), freq="M"), "n": counts})
    by_month = expected_level(Series.from_frame(months, numerator="n"), seasonal=False, limits="sigma").points[
        "centre_line"
    ]
    totals = np.reshape(counts, (-1, 3)).sum(axis=1)
    by_quarter = expected_level(quarters(totals, first="2010-06"), seasonal=False, limits="sigma").points["centre_line"]
    assert np.allclose(by_month.to_numpy().reshape(-1, 3).sum(axis=1), by_quarter)


@settings(max_examples=20)
@given(st.integers(0, 2**32 - 1), st.sampled_from([1, 2, 3, 4, 7, 12]))
def test_names_of_months_are_not_read(seed, shift):
    """The same quarters told three months later, or ending in other months, have the same lines, rules and season."""
    figures = seasonal(6, np.random.default_rng(seed))
    first = pd.Period("2006-06", "M")
    here = expected_level(quarters(figures, first), per_day=False)
    there = expected_level(quarters(figures, first + shift), per_day=False)
    columns = [name for name in here.points if name != "month"]
    pd.testing.assert_frame_equal(here.points[columns], there.points[columns])
    assert np.allclose(sorted(here.season_factors.values()), sorted(there.season_factors.values()), rtol=1e-12)


def test_one_series_is_the_one_row_case_of_many():
    """A long table of quarters gives the same numbers."""
    rng = np.random.default_rng(3)
    rows = {name: seasonal(6, rng) for name in ("a", "b")}
    frame = pd.concat(
        pd.DataFrame({"series": name, "month": ends_of(24), "numerator": figures}) for name, figures in rows.items()
    )
    many = expected_levels(frame, span_months=3)
    for name, figures in rows.items():
        one = expected_level(quarters(figures)).points
        here = many[many["series"] == name].reset_index(drop=True)
        pd.testing.assert_frame_equal(here[[*LIMITS, "z"]], one[[*LIMITS, "z"]])


def test_a_season_of_quarters_is_found_and_named():
    """A summer a fifth above is found; the factor of a quarter stands under its last month."""
    level = expected_level(quarters(seasonal(8, np.random.default_rng(1))))
    assert level.is_seasonal
    assert set(level.season_factors) == {3, 6, 9, 12}
    assert abs(level.season_factors[9] - 1.2) < 0.06
    assert "in July to September" in level.method


def test_three_years_of_quarters_show_a_wave_and_two_years_no_season():
    """Twelve quarters have too few degrees of freedom for four factors, and eight for a wave; that is said."""
    figures = seasonal(4, np.random.default_rng(1))
    assert "there are not three baseline years" in expected_level(quarters(figures[:8])).method
    assert "one wave a year" in expected_level(quarters(figures[:12]), seasonal=True).method


def test_the_words_are_of_quarters():
    """Sentence, table, sparkline, alt text and method speak of quarters, never of the months they are not."""
    calm = [100.0, 104.0, 96.0, 103.0, 97.0, 101.0, 99.0, 102.0]
    level = expected_level(
        quarters([*calm, *calm, *calm, 140.0, 60.0, 140.0, 141.0]), chart="xmr", baseline=("2006-04", "2012-03")
    )
    sentence = describe_expected_level(level)
    assert sentence.startswith("141 offences in the quarter to March 2013, at a significantly high level")
    assert "for the latest two quarters" in sentence
    assert "two of three quarters" not in sentence
    alt = draw_expected_level(level).alt_text
    words = [sentence, alt, level.method, str(draw_sparkline(level))]
    assert not [text for text in words if "months" in text or "latest month" in text]
    assert "28 quarters from April 2006 to March 2013" in alt
    assert "Last 12 quarters:" in words[-1]
    assert table_of_level(level).rows["name"].iloc[0] == "Quarter to March 2013"
    assert "24 baseline quarters, April 2006 to March 2012" in level.method


def test_fewer_than_twelve_quarters_are_trial_limits():
    """Twelve figures set limits, of whatever length they are."""
    assert expected_level(quarters([10.0] * 11)).segments[0].is_trial
    assert not expected_level(quarters([10.0] * 12)).segments[0].is_trial


def test_a_quarter_is_one_figure_of_quarters():
    """One figure cries wolf less often than the three of a quarter's months."""
    figures = seasonal(6, np.random.default_rng(2))
    months = Series.from_frame(
        pd.DataFrame({"month": pd.period_range("2012-01", periods=24, freq="M"), "n": figures}), numerator="n"
    )
    options = {"rules": "mdc", "seasonal": False, "per_day": False}
    assert (
        expected_level(quarters(figures), **options).false_alarm_rate
        < expected_level(months, **options).false_alarm_rate
    )


def test_a_missing_quarter_stays_visible():
    """A quarter with no row has one, empty; it gives no moving range and ends a run."""
    frame = quarters(list(range(100, 124))).points.drop(index=10)
    series = Series.from_frame(frame, period="period_end", numerator="numerator", span_months=3)
    level = expected_level(series, rules="mdc")
    assert len(level.points) == 24
    assert np.isnan(level.points["value"].iloc[10])
    assert not level.points["rule_trend"].iloc[10]


def test_quarters_that_overlap_are_refused():
    """Quarters to March and to May share a month, or leave one out."""
    frame = pd.DataFrame({"month": ["2014-03", "2014-06", "2014-08"], "n": [1, 2, 3]})
    with pytest.raises(MethodProblem, match="March 2014, June 2014, August 2014"):
        expected_level(Series.from_frame(frame, numerator="n", span_months=3))
    with pytest.raises(MethodProblem, match="three months apart"):
        expected_levels(frame.assign(series="a"), numerator="n", span_months=3)


def test_a_quarter_that_a_break_cuts_is_on_neither_definition():
    """Limits are set anew from the first whole quarter; the one cut is shown, not judged, and named."""
    event = Event("", "new counting rules", pd.Period("2008-05", "M"), (), breaks_comparability=True)
    level = expected_level(quarters([100.0] * 8 + [500.0] + [200.0] * 8, events=(event,)), chart="xmr")
    cut = level.points.iloc[8]
    assert (str(cut["month"]), cut["is_excluded"]) == ("2008-06", True)
    assert [segment.centre for segment in level.segments] == [100.0, 200.0]
    assert level.segments[1].window.first == pd.Period("2008-07", "M")
    assert "May 2008 (the quarter in which limits are set anew: new counting rules)" in level.method
    assert draw_expected_level(level).alt_text.count("new counting rules") == 1


def test_a_break_on_the_first_of_a_quarter_cuts_none():
    """April is the first month of its quarter: nothing is left out."""
    event = Event("", "new rules", pd.Period("2008-04", "M"), (), breaks_comparability=True)
    level = expected_level(quarters([100.0] * 8 + [200.0] * 8, events=(event,)), chart="xmr")
    assert not level.points["is_excluded"].any()
    assert [len(segment.window.months) for segment in level.segments] == [24, 24]


def test_a_baseline_takes_whole_quarters():
    """A window from May leaves April to June out; an excluded month leaves its quarter out."""
    level = expected_level(quarters([10.0] * 16), baseline=("2007-05", "2010-03"), exclude=["2009-08"])
    chosen = level.points.loc[level.points["is_baseline"], "month"].astype(str).tolist()
    assert chosen[0] == "2007-09"
    assert "2009-09" not in chosen
    assert level.segments[0].baseline == Window.read(("2007-07", "2010-03"))


def test_a_lasting_step_is_proposed_by_the_month_it_begins():
    """Sixteen quarters at one level and sixteen at another: the proposal is dated by the first month of the quarter."""
    figures = [210.0, 198, 221, 204, 215, 207, 203, 212] * 2 + [176.0, 168, 185, 171, 180, 174, 170, 182] * 2
    found = propose_rebase(quarters(figures), chart="xmr")
    assert found.points["month"].astype(str).tolist() == ["2010-04"]
    assert "twelve quarters or more" in found.method


def test_a_trend_of_quarters():
    """Six quarters in perfect order: Kendall's exact chance is 2 in 720, and the words are of quarters."""
    found = trend(quarters([40, 43, 47, 52, 58, 63], first="2014-03"), 18)
    assert kendall_chance(found.points["tested"]) == pytest.approx(2 / 720)
    assert 2 / 720 < found.p_value < 0.05  # as quarters of such counts are known to lean on one another
    assert describe_trend(found).startswith("Crime, 6 quarters to June 2015: rising")
    assert trend(quarters([10.0] * 8)).months == 8
    with pytest.raises(MethodProblem, match="no whole quarters"):
        trend(quarters([10.0] * 8), 17)
    with pytest.raises(MethodProblem, match="from 15 to 36"):
        trend(quarters([10.0] * 8), 6)


def test_the_longer_term_trend_needs_three_years_of_quarters():
    """Twelve quarters of steady growth are rising; eleven say nothing."""
    growing = np.linspace(100, 200, 12)
    assert expected_level(quarters(growing), seasonal=False).longer_term == "rising"
    assert expected_level(quarters(growing[:11]), seasonal=False).longer_term == ""
    assert all(a < b for a, b in pairwise(growing))


@pytest.mark.slow
def test_the_promise_is_kept_for_quarters_after_the_baseline():
    """Seasonal, over-dispersed, steady: about one later quarter in 370 outside, whether five or nine years set limits.

    The bound is four standard errors of the count above 0.27%; 2,000 series of eight later quarters.
    """
    rng = np.random.default_rng(20150630)
    for years in (5, 9):
        figures = np.stack([seasonal(years + 2, rng) for _ in range(2000)])
        frame = pd.DataFrame(
            {
                "series": np.repeat(np.arange(2000), 4 * (years + 2)),
                "month": np.tile(ends_of(4 * (years + 2)), 2000),
                "numerator": figures.ravel(),
            }
        )
        levels = expected_levels(frame, span_months=3, baseline=("2006-04", str(ends_of(4 * years)[-1])))
        later = levels.loc[~levels["is_baseline"], "rule_outside_limits"]
        assert later.mean() < 0.0027 + 4 * np.sqrt(0.0027 / len(later))


def test_years_on_the_axis_never_touch():
    """Six years and a quarter of quarters: the quarter's own year is too narrow to hold its name beside the last."""
    chart = draw_expected_level(expected_level(quarters([100.0, 104.0, 96.0, 101.0] * 6 + [99.0], first="2009-06")))
    written = [text.get_text() for text in chart.axes[0].texts]
    assert "2014/15" in written
    assert "2015/16" not in written
