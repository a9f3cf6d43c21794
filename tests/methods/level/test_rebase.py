"""Proposals to set limits anew: found where the level moved, and not elsewhere."""

import numpy as np
import pandas as pd
from scipy import stats

from pccstats.methods.level.rebase import lasting_shifts, propose_rebase
from pccstats.methods.level.trend import longer_term_trend
from pccstats.terms.plan import Event
from pccstats.terms.series import Series

MONTHS = pd.period_range("2010-04", periods=72, freq="M")


def series(figures, **about):
    """Counts as a series."""
    frame = pd.DataFrame({"month": MONTHS[: len(figures)], "n": figures})
    return Series.from_frame(frame, numerator="n", title="Case", unit="offences", **about)


def test_a_step_is_proposed_where_it_is_with_its_evidence():
    """300 a month, then 390: the date to within a month or two, the levels, and the event registered nearby."""
    rng = np.random.default_rng(1)
    figures = np.concatenate([rng.poisson(300, 36), rng.poisson(390, 36)]).astype(float)
    event = Event("x", "New recording system", MONTHS[35], ("*",))
    proposals = propose_rebase(series(figures, events=(event,)))
    row = proposals.points.iloc[0]
    assert len(proposals.points) == 1
    assert abs((row["month"] - MONTHS[36]).n) <= 2
    assert row["direction"] == "above"
    assert 25 < row["change_pct"] < 35
    assert row["p_value"] < 0.001
    assert row["nearby_event"] == "New recording system"


def test_nothing_is_applied():
    """The level as it is has one segment; the one proposed has two."""
    figures = [30.0, 32.0, 28.0] * 8 + [60.0, 62.0, 58.0] * 8
    proposals = propose_rebase(series(figures))
    assert len(proposals.current.segments) == 1
    assert len(proposals.rebased.segments) == 2


def test_a_season_is_not_taken_for_shifts():
    """A strong yearly wave with no change gives no proposal."""
    rng = np.random.default_rng(2)
    wave = 1 + 0.3 * np.sin(2 * np.pi * np.asarray(MONTHS.month) / 12)
    assert propose_rebase(series(rng.poisson(400 * wave).astype(float))).points.empty


def test_steady_series_are_left_alone():
    """About one steady series in a hundred gets a proposal."""
    rng = np.random.default_rng(3)
    found = sum(bool(lasting_shifts(rng.standard_normal(60))) for _ in range(400))
    assert found <= 12


def test_short_series_get_no_proposal():
    """Twelve months are wanted on either side."""
    assert lasting_shifts(np.array([0.0] * 11 + [9.0] * 11)) == ()


def test_a_passing_wave_has_two_edges():
    """Up for a year and a half and back again: two shifts, at both edges."""
    rng = np.random.default_rng(4)
    z = rng.standard_normal(60) + np.where((np.arange(60) >= 20) & (np.arange(60) < 40), 4.0, 0.0)
    assert [shift.start for shift in lasting_shifts(z)] == [20, 40]


def test_longer_term_trend_asks_each_calendar_month_of_its_own_past():
    """A season alone is stable; a fall under a season is falling; two years are too few to say."""
    rng = np.random.default_rng(5)
    calendar = np.asarray(MONTHS.month)
    wave = np.sin(2 * np.pi * calendar / 12)
    noise = 0.1 * rng.standard_normal(72)
    assert longer_term_trend(wave + noise, calendar)[0] == "stable"
    assert longer_term_trend(wave + noise - np.arange(72) / 100, calendar)[0] == "falling"
    assert longer_term_trend((wave + noise)[:24], calendar[:24])[0] == ""


def test_longer_term_trend_by_hand():
    """Three rising years of twelve months: S = 36, variance 12 × 3 × 2 × 11 / 18 = 44, z = 35 / √44."""
    level = np.repeat([1.0, 2.0, 3.0], 12)
    trend, p_value = longer_term_trend(level, np.tile(np.arange(1, 13), 3))
    assert trend == "rising"
    assert np.isclose(p_value, 2 * stats.norm.sf(35 / np.sqrt(44)))
