"""Limits and rules against the answers of other tools, each named with its version in the case it comes from."""

import numpy as np
import pandas as pd
import pytest

from pccstats.methods.level.expected_level import expected_level
from pccstats.methods.level.many import expected_levels
from pccstats.methods.level.rebase import propose_rebase
from pccstats.methods.level.rules import (
    fewest_crossings_expected,
    longest_run_expected,
)
from pccstats.terms.series import Series

EXACT = 1e-6  # of the largest limit
ROUNDED_D2 = 1e-3  # for tools that take d2 as 1.128 or 3/d2 as 2.66
PERIODS = pd.period_range("2022-01", periods=120, freq="M")


def series(numerator, denominator=None, **about):
    """A monthly series from January 2022."""
    frame = pd.DataFrame({"month": PERIODS[: len(numerator)], "events": numerator})
    frame["events"] = pd.to_numeric(frame["events"], errors="coerce")
    if denominator is not None:
        frame["out_of"] = denominator
    return Series.from_frame(
        frame, numerator="events", denominator=None if denominator is None else "out_of", title="Case", **about
    )


def months(*positions):
    """Months by their number, 1 for the first."""
    return [PERIODS[position - 1] for position in positions]


def close(found, wanted, tolerance):
    """True where every figure agrees within a part of the largest one; one figure wanted stands for all months."""
    wanted = pd.to_numeric(pd.Series(np.ravel(wanted)), errors="coerce").to_numpy(dtype=float)
    wanted = np.broadcast_to(wanted, np.shape(found)) if len(wanted) == 1 else wanted
    return np.nanmax(np.abs(np.asarray(found, dtype=float) - wanted)) <= tolerance * np.nanmax(np.abs(wanted))


CASES = {
    # case: chart, inputs (numerator, denominator), options, outputs (centre, lower, upper), scale, tolerance
    "c_01_counts": ("c", ("y", None), {}, ("cl", "lcl", "ucl"), 1, EXACT),
    "p_01_outcomes": ("p", ("k", "n"), {}, ("cl", "lcl", "ucl"), 100, EXACT),
    "g_01_gaps": ("g", ("y", None), {}, ("cl", "lcl", "ucl"), 1, EXACT),
    "book_02_montgomery_7.4tbl_p": ("p", ("count", "size"), {}, ("cl", "lcl", "ucl"), 100, EXACT),
    "i_01_counts_unscreened": ("xmr", ("y", None), {}, ("cl", "lcl", "ucl"), 1, ROUNDED_D2),
    "i_01_counts_screened": (
        "xmr",
        ("y", None),
        {"screen_moving_ranges": True},
        ("cl", "lcl", "ucl"),
        1,
        ROUNDED_D2,
    ),
    "xmr_01_counts_noscreen": ("xmr", ("y", None), {}, ("mean", "lpl", "upl"), 1, ROUNDED_D2),
    "xmr_02_counts_screened": (
        "xmr",
        ("y", None),
        {"screen_moving_ranges": True},
        ("mean", "lpl", "upl"),
        1,
        ROUNDED_D2,
    ),
    "xmr_04_step_no_rebase": (
        "xmr",
        ("y", None),
        {"screen_moving_ranges": True},
        ("mean", "lpl", "upl"),
        1,
        ROUNDED_D2,
    ),
    "xmr_05_rebase_at_19": (
        "xmr",
        ("y", None),
        {"rebase_at": months(19), "screen_moving_ranges": True},
        ("mean", "lpl", "upl"),
        1,
        ROUNDED_D2,
    ),
    "i_02_step_part18": ("xmr", ("y", None), {"rebase_at": months(19)}, ("cl", "lcl", "ucl"), 1, ROUNDED_D2),
    "book_06_montgomery_6.5_i": (
        "xmr",
        ("cost", None),
        {"baseline": tuple(months(1, 20))},
        ("cl", "lcl", "ucl"),
        1,
        ROUNDED_D2,
    ),
    "xmr_07_statprocon_average": ("xmr", ("y", None), {}, ("cl", "lnpl", "unpl"), 1, ROUNDED_D2),
    "edge_02b_missing_values_qic": ("xmr", ("y", None), {}, ("cl", "lcl", "ucl"), 1, ROUNDED_D2),
    "cprime_01_counts": (
        "c_prime",
        ("y", None),
        {"screen_moving_ranges": True},
        ("cl", "lcl", "ucl"),
        1,
        ROUNDED_D2,
    ),
    "pprime_01_outcomes_unscreened": ("p_prime", ("k", "n"), {}, ("cl", "lcl", "ucl"), 100, ROUNDED_D2),
    "pprime_01_outcomes_screened": (
        "p_prime",
        ("k", "n"),
        {"screen_moving_ranges": True},
        ("cl", "lcl", "ucl"),
        100,
        ROUNDED_D2,
    ),
    "book_01_montgomery_7.1_p": (
        "p",
        ("count", "size"),
        {"rebase_at": months(31), "exclude": months(15, 23)},
        ("cl", "lcl", "ucl"),
        100,
        EXACT,
    ),
    "book_03_montgomery_7.3_c": (
        "c",
        ("count", None),
        {"baseline": tuple(months(1, 26)), "exclude": months(6, 20)},
        ("cl", "lcl", "ucl"),
        1,
        EXACT,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_limits_agree_with_other_tools(case, reference_case):
    """Centre line and limits are those of the tool named in the case."""
    chart, (numerator, denominator), options, outputs, scale, tolerance = CASES[case]
    answer = reference_case(case)
    given = answer["inputs"]
    data = series(given[numerator], given[denominator] if denominator else None)
    points = expected_level(data, chart=chart, seasonal=False, limits="sigma", **options).points
    for line, output in zip(("centre_line", "lower_process_limit", "upper_process_limit"), outputs, strict=True):
        assert close(points[line] / scale, answer["outputs"][output], tolerance), line


RATES = {
    "u_02_asb_multiply": ("u", "k", "n", 100, {}, EXACT),
    "book_04_montgomery_7.4_u": ("u", "count", "size", 1, {}, EXACT),
    "book_05_montgomery_7.5_u_varying": ("u", "count", "meters", 50, {}, EXACT),
    "uprime_01_asb_unscreened": ("u_prime", "k", "n", 1, {}, ROUNDED_D2),
    "uprime_01_asb_screened": ("u_prime", "k", "n", 1, {"screen_moving_ranges": True}, ROUNDED_D2),
}


@pytest.mark.parametrize("case", RATES)
def test_limits_of_rates_agree_with_other_tools(case, reference_case):
    """Rates over a given exposure, days not counted, have the other tool's limits on its own scale."""
    chart, numerator, denominator, multiplier, options, tolerance = RATES[case]
    answer = reference_case(case)
    given = answer["inputs"]
    data = series(given[numerator], given[denominator], kind="rate", multiplier=float(multiplier))
    points = expected_level(data, chart=chart, seasonal=False, per_day=False, limits="sigma", **options).points
    for line, output in (("centre_line", "cl"), ("lower_process_limit", "lcl"), ("upper_process_limit", "ucl")):
        assert close(points[line], answer["outputs"][output], tolerance), line


def test_exact_d2_agrees_to_the_last_digits(reference_case):
    """A tool that does not round d2 (shewhart 0.1.1) gives our limits and marks our months."""
    answer = reference_case("i_04_shewhart_exact_d2")
    data = series(answer["inputs"]["y"])
    western = expected_level(data, chart="xmr", rules="western_electric").points
    assert close(western["upper_process_limit"], answer["outputs"]["stats"]["i_ucl"], EXACT)
    assert close(western["lower_process_limit"], answer["outputs"]["stats"]["i_lcl"], EXACT)
    theirs = {entry["rule"]: entry["points"] for entry in answer["outputs"]["western_electric"]}
    assert np.flatnonzero(western["rule_outside_limits"]).tolist() == theirs["we_1"]
    assert np.flatnonzero(western["rule_four_of_five"]).tolist() == theirs["we_3"]


def test_laney_with_exact_d2_agrees_to_the_last_digits(reference_case):
    """Laney's p′ and u′ of shewhart 0.1.1, which does not round d2, are ours to the last digits."""
    answer = reference_case("pprime_03_shewhart")
    given, wanted = answer["inputs"], answer["outputs"]
    shares = expected_level(series(given["k"], given["n"]), chart="p_prime", seasonal=False, limits="sigma").points
    rates = expected_level(
        series(given["asb"], given["expo"], kind="rate"), chart="u_prime", seasonal=False, per_day=False, limits="sigma"
    ).points
    assert close(shares["upper_process_limit"] / 100, wanted["p_ucl"], EXACT)
    assert close(shares["lower_process_limit"] / 100, wanted["p_lcl"], EXACT)
    assert close(rates["upper_process_limit"], wanted["u_ucl"], EXACT)
    assert close(rates["lower_process_limit"], wanted["u_lcl"], EXACT)


def test_plain_charts_agree_with_qcc(reference_case):
    """The c, p and u charts of qcc 3.0."""
    answer = reference_case("qcc_03_c_p_u")
    given, wanted = answer["inputs"], answer["outputs"]
    counts = expected_level(series(given["c"]), chart="c").points
    shares = expected_level(series(given["p_num"], given["p_den"]), chart="p").points
    rates = expected_level(
        series(given["u_num"], given["u_den"], kind="rate"), chart="u", per_day=False, seasonal=False
    ).points
    assert close(counts["upper_process_limit"], wanted["c_ucl"], EXACT)
    assert close(shares["lower_process_limit"] / 100, wanted["p_lcl"], EXACT)
    assert close(rates["upper_process_limit"], wanted["u_ucl"], EXACT)


@pytest.mark.parametrize(
    ("case", "chart", "scale"),
    [
        ("book_12_powerbi_u", "u", 10_000),
        ("book_12_powerbi_uprime", "u_prime", 1),
        ("book_12_powerbi_p", "p", 1),
    ],
)
def test_limits_agree_with_power_bi(case, chart, scale, reference_case):
    """The expected values of PowerBI-SPC's own tests, printed there to two to four decimals."""
    answer = reference_case(case)
    given, wanted = answer["inputs"], answer["outputs"]
    is_share = chart == "p"
    data = series(given["numerators"], given["denominators"], kind="share" if is_share else "rate")
    points = expected_level(data, chart=chart, seasonal=False, per_day=False).points
    printed = 0.006  # two decimals
    assert np.allclose(points["upper_process_limit"] * scale, wanted["ul99"], atol=printed, rtol=5e-4)
    assert np.allclose(points["lower_process_limit"] * scale, wanted["ll99"], atol=printed, rtol=5e-4)


def test_run_chart_agrees_with_qicharts2(reference_case):
    """Median, longest run and crossings of qicharts2 0.8.1: no signal on the 36 counts."""
    answer = reference_case("run_01_counts_anhoej")
    level = expected_level(series(answer["inputs"]["y"]), chart="run", rules="anhoej")
    assert (level.points["centre_line"] == answer["outputs"]["cl"][0]).all()
    assert not level.points[["rule_long_run", "rule_few_crossings"]].to_numpy().any()


MDC = ("mdc2023_astro", "mdc2023_shift7", "mdc2023_trend7")
PTD_LABELS = {
    "outside_limits": ("Above UCL", "Below LCL"),
    "shift": ("7 Points Above CL", "7 Points Below CL"),
    "trend": ("7 Point Trend (Increasing)", "7 Point Trend (Decreasing)"),
    "two_of_three_between": ("2 in 3 Above CL", "2 in 3 Below CL"),
}
OUR_RULES = {"astronomical": "outside_limits", "shift7": "shift", "trend7": "trend", "two_of_three": "two_of_three"}


@pytest.mark.parametrize("case", MDC)
def test_current_rules_of_making_data_count(case, reference_case):
    """Every rule marks the months worked out independently from the definition of November 2023."""
    answer = reference_case(case)
    baseline = tuple(months(1, answer["inputs"]["baseline"]))
    data = series(answer["inputs"]["y"])
    points = expected_level(data, chart="xmr", baseline=baseline, screen_moving_ranges=True).points
    for theirs, ours in OUR_RULES.items():
        found = (np.flatnonzero(points[f"rule_{ours}"]) + 1).tolist()
        assert found == answer["outputs"]["current_mdc"][theirs], ours


def test_current_rules_on_36_counts(reference_case):
    """One month outside, a shift at the end, and two of three within it."""
    answer = reference_case("mdc2023_counts36")
    points = expected_level(series(answer["inputs"]["y"]), chart="xmr", screen_moving_ranges=True).points
    for theirs, ours in OUR_RULES.items():
        found = (np.flatnonzero(points[f"rule_{ours}"]) + 1).tolist()
        assert found == answer["outputs"]["current_mdc"][theirs], ours


@pytest.mark.parametrize(
    "case",
    [f"rules_mdc_{name}" for name in ("astro", "astro_then_near", "shift7", "trend7", "two_of_three")],
)
def test_earlier_rules_are_those_of_plotthedots(case, reference_case):
    """The rule set `mdc_before_2023` marks what NHSRplotthedots 0.2.2 marks."""
    answer = reference_case(case)
    baseline = tuple(months(1, answer["inputs"]["fix_after_n_points"]))
    points = expected_level(
        series(answer["inputs"]["y"]),
        chart="xmr",
        baseline=baseline,
        rules="mdc_before_2023",
        screen_moving_ranges=True,
    ).points
    for at, label in enumerate(answer["outputs"]["special_cause_type"]):
        expected = [rule for rule, labels in PTD_LABELS.items() if label in labels]
        assert set(expected) <= set(points["rules"].iloc[at].split(", ")), at
        assert bool(expected) == bool(points["rules"].iloc[at]), at


def test_lasting_shift_is_where_the_stable_shift_algorithm_puts_it(reference_case):
    """On data with a true change after month 26, the proposal is month 27 (autospc 0.0.0.9051)."""
    answer = reference_case("autorebase_01_cprime")
    proposals = propose_rebase(series(answer["inputs"]["y"]), chart="c_prime").points
    assert proposals["month"].tolist() == months(27)
    assert abs(proposals["after"].iloc[0] - 177.76) < 1.0


def test_anhoej_limits_are_those_of_the_published_table(reference_case):
    """Longest run and fewest crossings for 2 to 200 useful months, as qicharts2 0.8.1 has them."""
    answer = reference_case("anhoej_limits_table")
    useful = answer["inputs"]["n_useful"]
    assert [longest_run_expected(n) for n in useful] == answer["outputs"]["longest_run_max"]
    assert [fewest_crossings_expected(n - 1) for n in useful] == answer["outputs"]["n_crossings_min"]


def test_rules_find_as_much_in_steady_months_as_an_independent_simulation(reference_case):
    """Of 36 normal months that set their own limits, within a percentage point or so of 10,000 simulated apart."""
    answer, drawn = reference_case("false_alarm_36")["outputs"], np.random.default_rng(36).standard_normal((6000, 36))
    table = pd.DataFrame(
        {
            "series": np.repeat(np.arange(len(drawn)), 36),
            "month": pd.PeriodIndex.from_ordinals(np.tile(PERIODS[:36].asi8, len(drawn)), freq="M"),
            "numerator": 100 + 10 * drawn.ravel(),
        }
    )
    rules = ("outside_limits", "shift", "shift_8", "trend", "trend_5", "two_of_three", "long_run", "few_crossings")
    levels = expected_levels(table, chart="xmr", seasonal=False, rules=rules)
    for chosen, theirs in (
        (("outside_limits",), "astronomical_3sigma"),
        (("shift",), "shift_7"),
        (("shift_8",), "shift_8"),
        (("trend",), "trend_7"),
        (("trend_5",), "trend_5"),
        (("two_of_three",), "two_of_three"),
        (("outside_limits", "shift", "trend", "two_of_three"), "all_four_MDC"),
        (("long_run", "few_crossings"), "anhoej_either"),
    ):
        found = levels[[f"rule_{rule}" for rule in chosen]].to_numpy().any(axis=1).reshape(-1, 36).any(axis=1).mean()
        assert abs(found - answer[theirs]) < 0.02, chosen
