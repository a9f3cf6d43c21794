"""What is said of false alarms in a quarter, against series drawn afresh and real ones with like months exchanged."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pccstats.methods.level.expected_level import expected_level
from pccstats.methods.level.false_alarm_table import AFTER, BASELINE, SIZES
from pccstats.methods.level.false_alarms import Judging, false_alarms_of
from pccstats.methods.level.many import expected_levels
from pccstats.methods.level.rules import RULE_SETS, RULES
from pccstats.terms.series import Series
from tests.methods.level.cases import series

SEED, DRAWN, TABLED = 7, 2000, 8000  # the table has another seed, and 8,000 series a rate
MONTHS = pd.period_range("2010-04", periods=96, freq="M")
LIMITS = ("probability", "sigma")


def names(rule_set):
    """The rules of a set by name."""
    return [rule.name for rule in RULE_SETS[rule_set].rules]


def frame_of(counts, denominator=None):
    """Series by months as one long table."""
    rows, length = counts.shape
    table = pd.DataFrame(
        {
            "series": np.repeat(np.arange(rows), length),
            "month": pd.PeriodIndex.from_ordinals(np.tile(MONTHS[:length].asi8, rows), freq="M"),
            "numerator": counts.ravel().astype(float),
        }
    )
    return table if denominator is None else table.assign(denominator=float(denominator))


def shown(table, baseline, after, in_a_quarter, **options):
    """The part of the series whose latest quarter has a signal, as known by then."""
    window = (MONTHS[0], MONTHS[baseline - 1])
    known = expected_levels(table, baseline=window, per_day=False, **options)["signal_known"] != "none"
    quarter = known.to_numpy().reshape(-1, baseline + after)[:, -in_a_quarter:]
    return quarter.any(axis=1).mean()


def error(rate):
    """Three and a half standard errors of a drawn rate beside a tabled one, and the rounding of the table."""
    spread = max(rate, 0.002)
    return 3.5 * np.sqrt(spread * (1 - spread) * (1 / DRAWN + 1 / TABLED)) + 0.0005


@pytest.mark.parametrize(
    ("rule_set", "limits", "baseline", "after", "in_a_quarter", "size"),
    [
        ("standard", "probability", 24, 3, 3, 8.0),
        ("standard", "probability", 60, 12, 3, 500.0),
        ("standard", "probability", 12, 36, 3, 8.0),
        ("standard", "probability", 24, 12, 1, 8.0),
        ("mdc", "probability", 24, 6, 3, 8.0),
        ("mdc", "sigma", 12, 12, 3, 2.0),
        ("mdc", "sigma", 60, 0, 3, 500.0),
        ("western_electric", "sigma", 24, 3, 1, 8.0),
    ],
)
def test_the_table_agrees_with_series_drawn_afresh(rule_set, limits, baseline, after, in_a_quarter, size):
    """Another seed, and `expected_levels` itself, give the tabled rate within the error of both."""
    random = np.random.default_rng(SEED)
    level = random.gamma(2 * size, 1.0, (DRAWN, baseline + after))  # variance over mean of the counts is 2
    found = shown(
        frame_of(random.poisson(level)), baseline, after, in_a_quarter, rules=rule_set, limits=limits, seasonal=False
    )
    said = false_alarms_of(names(rule_set), Judging(limits, baseline, after, in_a_quarter, size))
    assert not said.is_upper_bound
    assert abs(found - said.rate) < error(said.rate)


@pytest.mark.parametrize(("baseline", "after", "size"), [(36, 3, 50.0), (36, 9, 15.0), (48, 20, 4.0)])
def test_between_the_circumstances_of_the_table_the_rate_is_about_right(baseline, after, size):
    """Where none of baseline, later months and size is tabled, the straight lines are within half a point more."""
    random = np.random.default_rng(SEED)
    counts = random.poisson(random.gamma(2 * size, 1.0, (DRAWN, baseline + after)))
    said = false_alarms_of(names("standard"), Judging("probability", baseline, after, size=size)).rate
    assert abs(shown(frame_of(counts), baseline, after, 3) - said) < error(said) + 0.005


def test_shares_cry_wolf_as_often_as_counts_of_the_rarer_answer():
    """Of 400 asked each month 20% say no: the rate of 80 cases, which is what the method line says."""
    random = np.random.default_rng(SEED)
    table = frame_of(random.binomial(400, random.beta(39.9, 159.6, (DRAWN, 39))), denominator=400)  # 80 of 160 more
    said = false_alarms_of(names("standard"), Judging("probability", 36, 3, size=40.0)).rate
    assert abs(shown(table, 36, 3, 3, denominator="denominator") - said) < error(said) + 0.005


def test_individuals_are_as_normal_months():
    """An individuals chart of normal months shows what is said of counts so large that they are normal."""
    figures = np.random.default_rng(SEED).normal(1000, 30, (DRAWN, 36))
    said = false_alarms_of(names("mdc"), Judging("sigma", 24, 12)).rate
    assert abs(shown(frame_of(figures), 24, 12, 3, chart="xmr", seasonal=False) - said) < error(said)


@pytest.mark.parametrize("after", [3, 12])
def test_london_with_like_months_exchanged_shows_about_what_is_said(shared, after):
    """Real counts made steady: no more than three times what the method lines say, for real tails are longer."""
    table = pd.read_csv(shared / "data" / "mps-boroughs" / "MPS Borough Level Crime (Historical).csv")
    months = [name for name in table.columns if name.isdigit() and "201004" <= name <= "201503"]
    counts = table[months].dropna().to_numpy(dtype=float)
    years = counts[counts[:, :36].mean(axis=1) >= 2].reshape(-1, 5, 12)
    random = np.random.default_rng(SEED)
    exchanged = np.concatenate([random.permuted(years, axis=1).reshape(-1, 60) for _ in range(3)])[:, : 36 + after]
    found = shown(frame_of(exchanged), 36, after, 3)
    some = [expected_level(series(row, first="2010-04"), baseline=("2010-04", "2013-03")) for row in exchanged[::25]]
    said = np.mean([level.false_alarm_rate for level in some])
    assert len(exchanged) > 1000
    assert said / 3 < found < 3 * said


@given(
    st.sampled_from(sorted(RULE_SETS)),
    st.sampled_from(LIMITS),
    st.integers(8, 240),
    st.integers(0, 120),
    st.sampled_from(sorted(AFTER)),
    st.floats(0.1, 1e6),
)
def test_a_rate_is_a_chance_between_its_neighbours_in_the_table(rule_set, limits, baseline, after, in_a_quarter, size):
    """Whatever is asked, the rate lies between the least and the greatest of its rules and limits."""
    tabled = [
        false_alarms_of(names(rule_set), Judging(limits, n, m, in_a_quarter, s)).rate
        for n in BASELINE
        for m in AFTER[in_a_quarter]
        for s in SIZES
    ]
    rate = false_alarms_of(names(rule_set), Judging(limits, baseline, after, in_a_quarter, size)).rate
    assert 0 <= rate <= 1
    assert min(tabled) - 1e-12 <= rate <= max(tabled) + 1e-12


@given(st.sets(st.sampled_from(names("mdc")), min_size=1), st.integers(8, 120), st.integers(0, 60))
def test_fewer_rules_find_no_more(chosen, baseline, after):
    """Part of a set is said to err at most as often as the set, and the whole set is said as it is."""
    judging = Judging("sigma", baseline, after)
    whole, part = false_alarms_of(names("mdc"), judging), false_alarms_of(chosen, judging)
    assert part.rate <= whole.rate
    assert part.is_upper_bound == (len(chosen) < len(RULE_SETS["mdc"].rules))


def test_a_quarter_of_one_figure_shows_fewer_signals_than_one_of_three():
    """Three looks find more than one, for every set of rules."""
    for rule_set in RULE_SETS:
        three, one = (false_alarms_of(names(rule_set), Judging("sigma", 36, 12, span)).rate for span in (3, 1))
        assert one < three, rule_set


def test_the_method_line_says_the_quarters_rate():
    """The sentence and the summary's column are of this size, these rules and these months."""
    figures = np.random.default_rng(3).poisson(40, 39).astype(float)
    level = expected_level(series(figures), baseline=("2012-04", "2015-03"))
    assert 0 < level.false_alarm_rate < 0.03
    assert level.summary()["false_alarm_rate"].iloc[0] == level.false_alarm_rate
    assert "If nothing had changed, a quarter of a series of this size would show a signal about" in level.method
    some = expected_level(series(figures), rules=("outside_limits", "shift_8"))
    assert "would show a signal at most" in some.method


def test_where_no_rate_is_known_the_method_line_says_why():
    """Rules of no set, a handful of baseline figures, and a chart of cases between events have none."""
    figures = np.random.default_rng(3).poisson(40, 39).astype(float)
    for options, why in (
        ({"rules": "trend_8"}, "no rate is known of the rule trend_8"),
        ({"baseline": ("2012-04", "2012-08")}, "fewer than 8 baseline figures"),
        ({"chart": "g"}, "none is known of a g chart"),
        ({}, "fewer cases than were simulated"),
    ):
        level = expected_level(series(figures if options else (figures > 50).astype(float)), **options)
        assert level.false_alarm_rate is None
        assert f"not tabled ({why}" in level.method


def test_every_rule_of_a_set_has_a_bound():
    """A rule by itself is at most as often wrong as a set that holds it."""
    tabled = {rule for rule_set in RULE_SETS for rule in names(rule_set)}
    for rule in tabled & set(RULES) - {"empty_spell"}:
        assert false_alarms_of([rule], Judging("probability", 36, 3, size=10.0)).rate is not None


def test_a_larger_series_cries_wolf_less_by_sigma_limits():
    """Sigma limits on counts of two a month err more often than on counts of a thousand (S3)."""
    small, large = (
        expected_level(
            Series.from_frame(
                pd.DataFrame({"month": MONTHS[:39], "n": np.random.default_rng(5).poisson(mean, 39)}), numerator="n"
            ),
            baseline=("2010-04", "2013-03"),
            rules="mdc",
            limits="sigma",
            companion=None,
        ).false_alarm_rate
        for mean in (2, 1000)
    )
    assert small > 1.3 * large
