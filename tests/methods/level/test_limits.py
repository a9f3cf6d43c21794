"""Probability limits: how often they are passed, what is seen of a fall, wild months, short baselines."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from pccstats.methods.level.expected_level import expected_level
from pccstats.methods.level.many import expected_levels
from pccstats.terms.series import Series

MONTHS = pd.period_range("2010-04", periods=48, freq="M")
BASELINE = ("2010-04", "2013-03")
LATER = slice(36, 48)


def table_of(counts, months=MONTHS):
    """Counts, series by months, as a long table."""
    return pd.DataFrame(
        {
            "series": np.repeat(np.arange(len(counts)), len(months)),
            "month": np.tile(months, len(counts)),
            "numerator": np.asarray(counts, float).ravel(),
        }
    )


def drawn(mean, dispersion, *, series=2000, swing=0.0, months=MONTHS, seed=11, last=1.0):
    """Over-dispersed counts of a season; those after 36 months times `last`."""
    random = np.random.default_rng(seed)
    time = np.arange(len(months))
    level = mean * np.asarray(months.days_in_month) / 30.4375 * (1 + swing * np.sin(2 * np.pi * time / 12))
    level = np.broadcast_to(level * np.where(time >= 36, last, 1.0), (series, len(months)))
    return random.poisson(level if dispersion == 1 else random.gamma(level / (dispersion - 1), dispersion - 1))


def beyond(levels, months=48):
    """Which figures lie above and below the process limits, series by months."""
    grid = [
        levels[name].to_numpy().reshape(-1, months) for name in ("value", "lower_process_limit", "upper_process_limit")
    ]
    return grid[0] > grid[2], grid[0] < grid[1]


@pytest.mark.parametrize(("mean", "dispersion"), [(2, 1), (2, 2), (8, 2), (30, 2), (100, 5), (5000, 5)])
def test_a_steady_month_is_seldom_above_at_any_size(mean, dispersion):
    """At most 0.3% of later months, the error of three baseline years included; three sigma passes twice that often."""
    counts = drawn(mean, dispersion)
    above, below = beyond(expected_levels(table_of(counts), baseline=BASELINE))
    assert above[:, LATER].mean() <= 0.003
    assert below[:, LATER].mean() <= 0.003


@pytest.mark.parametrize("mean", [30, 100])
def test_a_month_forty_per_cent_down_is_seen_more_often(mean):
    """Small counts are not symmetric: beside three sigma at the same false alarms, falls are seen far more often."""
    counts = drawn(mean, 5, series=4000, last=0.6)
    table = table_of(counts)
    by_chance = beyond(expected_levels(table, baseline=BASELINE, seasonal=False))[1][:, LATER].mean()
    by_sigma = beyond(expected_levels(table, baseline=BASELINE, seasonal=False, limits="sigma"))[1][:, LATER].mean()
    assert by_chance > 1.3 * by_sigma


def test_limits_of_a_baseline_that_is_all_there_is_are_those_of_the_distribution():
    """Without error to allow for, the limits are scipy's quantiles of a negative binomial, to half a case."""
    counts = drawn(100, 3, series=1, seed=3)[0]
    frame = pd.DataFrame({"month": MONTHS, "n": counts.astype(float)})
    level = expected_level(Series.from_frame(frame, numerator="n", title="T"), seasonal=False)
    dispersion = level.segments[0].dispersion ** 2
    centre = level.points["centre_line"].to_numpy()
    known = stats.nbinom(centre / (dispersion - 1), 1 / dispersion)
    upper, lower = level.points["upper_process_limit"], level.points["lower_process_limit"]
    # A count is outside where its own chance and half of the counts beyond make less than one in 740.
    for limit, inside in ((upper, np.floor(upper)), (lower, np.ceil(lower))):
        tail = known.sf if limit is upper else known.cdf
        beyond_it = inside + (1 if limit is upper else -1)
        for count, is_outside in ((inside, False), (beyond_it, True)):
            further = tail(count) if limit is upper else tail(count - 1)
            chance = further + known.pmf(count) / 2
            slack = 1.05 if is_outside else 0.95
            assert ((chance < stats.norm.sf(3) * slack) if is_outside else (chance > stats.norm.sf(3) * slack)).all()


def test_a_wild_baseline_month_sets_no_limits():
    """One doubled month in three years: centre and limits are as without it, it is named, and it is judged."""
    counts = drawn(5000, 5, series=1, seed=5)[0].astype(float)
    doubled = counts.copy()
    doubled[10] *= 2
    one, other = (
        expected_level(
            Series.from_frame(pd.DataFrame({"month": MONTHS, "n": figures}), numerator="n", title="T"),
            baseline=BASELINE,
            seasonal=False,
            exclude=left_out,
        )
        for figures, left_out in ((doubled, ()), (counts, (str(MONTHS[10]),)))
    )
    assert one.points["is_wild"].sum() == 1
    assert one.points["signal"].iloc[10] == "above"
    assert np.allclose(one.points["centre_line"], other.points["centre_line"])
    assert "judged like any other month: February 2011" in one.method


def test_a_step_in_the_baseline_is_not_wild():
    """A year at twice the level is a level of its own: nothing is left out."""
    counts = drawn(400, 2, series=1, seed=6)[0].astype(float)
    counts[12:24] *= 2
    level = expected_level(Series.from_frame(pd.DataFrame({"month": MONTHS, "n": counts}), numerator="n", title="T"))
    assert not level.points["is_wild"].any()


@pytest.mark.slow
@pytest.mark.parametrize(("mean", "dispersion"), [(30, 2), (400, 2), (5000, 5)])
def test_two_baseline_years_with_a_season_seldom_cry_wolf(mean, dispersion):
    """A season of a fifth and 24 months to tell it by: a signal in at most a fifth of steady years."""
    months = MONTHS[:36]
    counts = drawn(mean, dispersion, swing=0.2, months=months, series=1500)
    levels = expected_levels(table_of(counts, months), baseline=("2010-04", "2012-03"))
    known = (levels["signal_known"] != "none").to_numpy().reshape(-1, 36)[:, 24:]
    assert known.any(axis=1).mean() <= 0.2


def test_months_of_like_exposure_are_reckoned_once_and_alike():
    """Each month's limits are the same whether it is reckoned by itself or with those like it."""
    counts = drawn(100, 2, series=30)
    whole = expected_levels(table_of(counts), baseline=BASELINE, seasonal=False)
    alone = whole[whole["series"] == 7].reset_index(drop=True)
    again = expected_levels(table_of(counts[7:8]), baseline=BASELINE, seasonal=False)
    assert np.allclose(alone["upper_process_limit"], again["upper_process_limit"], rtol=1e-12)
