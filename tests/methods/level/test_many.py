"""Many series at once: the same numbers as one by one, and every fault of the table told."""

import numpy as np
import pandas as pd
import pytest

from pccstats.methods.level.expected_level import expected_level
from pccstats.methods.level.many import expected_levels
from pccstats.terms.errors import DataProblem, MethodProblem, PccStatsError
from pccstats.terms.series import Series

pytestmark = pytest.mark.slow

OPTIONS = [
    {},
    {"chart": "xmr", "seasonal": False},
    {"baseline": ("2010-10", "2013-09")},
    {"rebase_at": ["2012-06"], "rules": "nelson"},
    {"rules": "anhoej", "seasonal": True},
    {"chart": "u", "exclude": ["2012-01"], "screen_moving_ranges": True},
    {"rebase_at": ["2011-06", "2013-01"], "baseline": [("2010-05", "2011-01"), ("2012-01", "2012-12")]},
]


@pytest.fixture(scope="module")
def long_table():
    """Series of many lengths and levels with gaps, zeros and denominators of nought, in no order."""
    rng = np.random.default_rng(0)
    parts = []
    for number in range(25):
        first, length = rng.integers(0, 12), rng.integers(1, 75)
        months = pd.period_range("2010-04", periods=90, freq="M")[first : first + length]
        wave = 1 + 0.3 * np.sin(np.arange(length) * 2 * np.pi / 12) * rng.integers(0, 2)
        events = rng.poisson(rng.choice([0, 0.5, 5, 100, 400]) * wave).astype(float)
        out_of = np.maximum(events, rng.poisson(500, length)).astype(float)
        out_of = np.where(rng.random(length) < 0.03, 0.0, out_of)
        events = np.where(out_of == 0, 0.0, events)
        events[rng.random(length) < 0.05] = np.nan
        parts.append(
            pd.DataFrame({"series": f"s{number}", "month": months, "numerator": events, "denominator": out_of})
        )
    unknown = pd.DataFrame({"series": "none", "month": parts[0]["month"], "numerator": np.nan, "denominator": 9.0})
    lone = pd.DataFrame({"series": "one", "month": parts[0]["month"].iloc[:1], "numerator": 4.0, "denominator": 9.0})
    return pd.concat([*parts, unknown, lone]).sample(frac=1, random_state=1)


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("kind", ["count", "share", "rate"])
def test_the_table_has_the_numbers_of_one_by_one(kind, options, long_table):
    """Every column of every series is that of `expected_level`, and the same series are refused."""
    about = {"kind": kind, "polarity": "lower_is_better", "multiplier": 1000.0}
    denominator = None if kind == "count" else "denominator"
    levels = expected_levels(long_table, denominator=denominator, **about, **options)
    for name, rows in levels.groupby("series"):
        own = long_table[long_table["series"] == name]
        series = Series.from_frame(own, numerator="numerator", denominator=denominator, title=name, **about)
        try:
            points = expected_level(series, **options).points
        except PccStatsError:
            assert rows["refusal"].iloc[0]
            assert rows["centre_line"].isna().all()
            continue
        assert not rows["refusal"].iloc[0]
        found = rows.drop(columns=["series", "refusal"]).reset_index(drop=True)
        words = ["signal", "signal_known", "rules", "variation"]
        found[words], points[words] = found[words].astype(object), points[words].astype(object)
        pd.testing.assert_frame_equal(found, points, check_dtype=False, check_names=False, rtol=1e-12, atol=1e-10)


def test_how_many_series_come_at_once_changes_nothing(long_table, monkeypatch):
    """Blocks of three give the table of one block."""
    whole = expected_levels(long_table)
    monkeypatch.setattr("pccstats.methods.level.many.SERIES_AT_ONCE", 3)
    in_blocks = expected_levels(long_table)
    words = ["signal", "signal_known", "rules", "variation", "refusal"]
    whole[words], in_blocks[words] = whole[words].astype(object), in_blocks[words].astype(object)
    pd.testing.assert_frame_equal(whole, in_blocks, rtol=1e-13, atol=0)


def test_the_table_given_is_left_untouched(long_table):
    """No column is added to the caller's frame."""
    before = long_table.copy()
    expected_levels(long_table)
    pd.testing.assert_frame_equal(long_table, before)


def test_no_limit_is_empty_but_where_the_series_is_refused(long_table):
    """An answer or a refusal, for each series."""
    levels = expected_levels(long_table, chart="xmr", seasonal=False)
    lines = ["centre_line", "lower_process_limit", "upper_process_limit"]
    assert (levels[lines].isna().any(axis=1) == (levels["refusal"].astype(str) != "")).all()
    assert set(levels["refusal"].astype(str)) > {""}


def test_every_fault_of_the_table_is_told_at_once():
    """A bad month, text, a negative figure and a month twice, each with its row."""
    table = pd.DataFrame(
        {
            "series": ["a", "a", "a", None],
            "month": ["2015-04", "soon", "2015-05", "2015-06"],
            "numerator": ["1", "2", "many", "-4"],
        }
    )
    with pytest.raises(DataProblem) as refusal:
        expected_levels(table)
    text = str(refusal.value)
    for words in ("soon", "many", "-4", "belongs to no series"):
        assert words in text, words
    twice = pd.DataFrame({"series": ["a", "a"], "month": ["2015-04", "2015-04"], "numerator": [1, 2]})
    with pytest.raises(DataProblem, match="twice"):
        expected_levels(twice)
    with pytest.raises(DataProblem, match="no column 'offences'"):
        expected_levels(twice, numerator="offences")


def test_choices_are_checked_as_for_one_series():
    """An unknown chart, or one that does not fit, is refused."""
    table = pd.DataFrame({"series": ["a", "a"], "month": ["2015-04", "2015-05"], "numerator": [1, 2]})
    with pytest.raises(MethodProblem, match="no such chart"):
        expected_levels(table, chart="pie")
    with pytest.raises(MethodProblem, match="cannot be drawn of counts"):
        expected_levels(table, chart="p")


def test_names_of_series_may_be_numbers_and_months_may_be_dates():
    """The column of names is kept as it is, dates are read as months."""
    table = pd.DataFrame(
        {"beat": [7, 7, 9, 9], "when": pd.to_datetime(["2015-04-01", "2015-05-01"] * 2), "n": [1, 2, 3, 4]}
    )
    levels = expected_levels(table, by="beat", period="when", numerator="n", chart="c")
    assert levels["beat"].tolist() == [7, 7, 9, 9]
    assert levels["month"].astype(str).tolist() == ["2015-04", "2015-05"] * 2


def test_a_target_is_set_against_the_limits_of_each_series():
    """Far above, far below, within, and at a constant: the words of the single answer."""
    rng = np.random.default_rng(2)
    levels = {"high": 400, "low": 10, "near": 100}
    months = pd.period_range("2012-04", periods=24, freq="M")
    parts = [
        pd.DataFrame({"series": name, "month": months, "numerator": rng.poisson(mean, 24)})
        for name, mean in levels.items()
    ]
    parts.append(pd.DataFrame({"series": "constant", "month": months, "numerator": 100}))
    found = expected_levels(pd.concat(parts), chart="xmr", target=100.0, polarity="lower_is_better")
    latest = found.groupby("series").tail(1).set_index("series")["assurance"].astype(str)
    assert latest.to_dict() == {
        "high": "consistently_missed",
        "low": "consistently_met",
        "near": "hit_and_miss",
        "constant": "consistently_met",
    }
