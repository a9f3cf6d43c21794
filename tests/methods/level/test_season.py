"""Limits that follow the season: when, by which factors, and how wide."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from pccstats.methods.level.expected_level import expected_level
from pccstats.methods.level.many import expected_levels
from pccstats.terms.errors import MethodProblem
from pccstats.terms.series import Series

MONTHS = pd.period_range("2010-04", periods=60, freq="M")
FIRST_THREE_YEARS = ("2010-04", "2013-03")
WAVE = 1 + 0.2 * np.sin(2 * np.pi * np.asarray(MONTHS.month) / 12)


def counts(rng, mean=400.0, wave=WAVE, dispersion=2.0, step=1.0, rows=1):
    """Over-dispersed counts of many series, by days and season, with a lasting step after three years."""
    level = mean * wave * np.asarray(MONTHS.days_in_month) / 30.4375 * np.where(np.arange(60) >= 36, step, 1.0)
    return rng.poisson(rng.gamma(level / (dispersion - 1), dispersion - 1, (rows, 60))).astype(float)


def series(figures, months=MONTHS, **about):
    """Counts as a series."""
    return Series.from_frame(pd.DataFrame({"month": months, "n": figures}), numerator="n", title="Case", **about)


def table(figures):
    """Counts of many series as a long table."""
    rows = len(figures)
    return pd.DataFrame(
        {"series": np.repeat(np.arange(rows), 60), "month": np.tile(MONTHS, rows), "numerator": figures.ravel()}
    )


def test_a_season_is_found_and_named():
    """A wave of a fifth either way is found, and the method says by which test and how large."""
    level = expected_level(series(counts(np.random.default_rng(1))[0]))
    assert level.is_seasonal
    assert "chosen by the test" in level.method
    assert set(level.season_factors) == set(range(1, 13))
    assert abs(level.season_factors[3] - 1.2) < 0.06
    assert abs(level.season_factors[9] - 0.8) < 0.06


def test_no_season_is_found_where_there_is_none():
    """About one steady series in a hundred is taken for seasonal."""
    figures = counts(np.random.default_rng(2), wave=1.0, rows=1000)
    levels = expected_levels(table(figures))
    factors = levels.groupby("series")["season_factor"].nunique()
    assert (factors > 1).mean() < 0.03


def test_a_steady_drift_is_not_a_season():
    """Growth of a tenth a year gives factors near one, even where a season is asked for."""
    drift = np.linspace(1, 1.5, 60)
    level = expected_level(series(counts(np.random.default_rng(3), mean=40_000, wave=drift)[0]), seasonal=True)
    assert max(abs(factor - 1) for factor in level.season_factors.values()) < 0.02


def test_one_wild_month_is_not_a_season():
    """A single month twice as high as the rest does not make the test find a season."""
    figures = counts(np.random.default_rng(4), wave=1.0)[0]
    figures[20] *= 2
    assert not expected_level(series(figures)).is_seasonal


def test_one_wild_month_does_not_bend_the_band():
    """Twice as many one August: its factor hardly moves, the month itself is flagged, and the method tells."""
    figures = counts(np.random.default_rng(14))[0]
    at = next(n for n, month in enumerate(MONTHS) if (month.year, month.month) == (2011, 8))
    calm = expected_level(series(figures), baseline=FIRST_THREE_YEARS)
    figures[at] *= 2
    wild = expected_level(series(figures), baseline=FIRST_THREE_YEARS)
    assert abs(wild.season_factors[8] - calm.season_factors[8]) < 0.1
    assert wild.points["rule_outside_limits"].iloc[at]
    assert "1 wild month left out of the factors" in wild.method
    assert "wild" not in calm.method


def test_limits_from_three_years_keep_their_promise():
    """Over-dispersed seasonal counts in control: under 0.6% of baseline and 0.8% of later months lie outside."""
    rng = np.random.default_rng(5)
    levels = expected_levels(table(counts(rng, rows=1500)), baseline=FIRST_THREE_YEARS)
    by_part = levels.groupby("is_baseline")["rule_outside_limits"].mean()
    assert by_part[True] <= 0.006
    assert by_part[False] <= 0.008
    plain = expected_levels(table(counts(rng, rows=300)), baseline=FIRST_THREE_YEARS, chart="u", seasonal=False)
    assert plain["rule_outside_limits"].mean() > 0.10


def test_limits_set_by_every_month_keep_theirs():
    """Where every month is baseline, the limits are not widened and still about 0.3% lie outside."""
    levels = expected_levels(table(counts(np.random.default_rng(6), rows=1000)))
    assert 0.001 < levels["rule_outside_limits"].mean() < 0.005


@pytest.mark.parametrize("step", [1.15, 0.85])
def test_a_lasting_step_is_found_within_eight_months(step):
    """A step of 15% at 400 a month is found in at least eight of ten series."""
    levels = expected_levels(table(counts(np.random.default_rng(7), step=step, rows=500)), baseline=FIRST_THREE_YEARS)
    position = levels.groupby("series").cumcount()
    soon = levels[(position >= 36) & (position < 44)]
    direction = "above" if step > 1 else "below"
    assert (soon["signal"] == direction).groupby(soon["series"]).any().mean() >= 0.8


def test_shares_follow_the_season_too():
    """The share of victims satisfied, lower every winter: limits follow, and stay between 0 and 100."""
    rng = np.random.default_rng(8)
    share = 0.8 + 0.1 * np.sin(2 * np.pi * np.asarray(MONTHS.month) / 12)
    frame = pd.DataFrame({"month": MONTHS, "yes": rng.binomial(400, share), "asked": 400})
    level = expected_level(Series.from_frame(frame, numerator="yes", denominator="asked", title="Satisfied"))
    assert level.is_seasonal
    assert level.points["upper_process_limit"].max() <= 100
    assert (level.points["signal"] != "none").mean() < 0.2


def test_the_season_lies_in_the_limits_and_the_rules_look_at_what_is_left():
    """With the season in the limits few months are flagged, without it many."""
    figures = series(counts(np.random.default_rng(10))[0])
    with_season, without = expected_level(figures), expected_level(figures, seasonal=False)
    assert (with_season.points["signal"] != "none").sum() < (without.points["signal"] != "none").sum() / 2
    assert with_season.points["centre_line"].max() > 1.3 * with_season.points["centre_line"].min()


def test_a_textbook_chart_asked_for_by_name_stays_as_in_the_textbooks():
    """An individuals chart does not follow the season unless it is asked to; the method says there is one."""
    figures = series(counts(np.random.default_rng(11))[0])
    level = expected_level(figures, chart="xmr")
    assert (level.points["centre_line"] == level.points["centre_line"].iloc[0]).all()
    assert "seasonal=True would have them follow it" in level.method
    assert expected_level(figures, chart="xmr", seasonal=True).is_seasonal


def test_two_years_show_waves_and_less_no_season():
    """A season of 24 months is one wave or two; asked for on 22 it is refused, or left out and the method says why."""
    figures = counts(np.random.default_rng(12))[0]
    two_years = expected_level(series(figures[:24], MONTHS[:24]))
    assert two_years.is_seasonal
    assert "a year)" in two_years.method
    short = series(figures[:22], MONTHS[:22])
    with pytest.raises(MethodProblem, match="2 baseline years"):
        expected_level(short, seasonal=True)
    assert "there are not two baseline years" in expected_level(short).method


def test_widening_is_worked_out_by_hand():
    """Three years and a wave: moving ranges show sigma × √(1 - 3/36), later months vary by sigma × √(1 + 3/36)."""
    figures = series(counts(np.random.default_rng(13))[0])
    all_months = expected_level(figures.between("2010-04", "2013-03"), seasonal=True, limits="sigma")
    frozen = expected_level(figures, baseline=FIRST_THREE_YEARS, seasonal=True, limits="sigma")
    assert "one wave a year" in frozen.method
    student = stats.t.isf(stats.norm.sf(3), 0.6 * (36 - 3 - 1)) / 3
    width = frozen.points["upper_process_limit"] - frozen.points["centre_line"]
    narrow = all_months.points["upper_process_limit"] - all_months.points["centre_line"]
    assert np.allclose(width[:36] / narrow, np.sqrt((1 + 3 / 36) / (1 - 3 / 36)) * student, rtol=1e-3)
