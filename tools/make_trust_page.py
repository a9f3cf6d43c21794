"""Work out the numbers of docs/trust.md and put them into the page.

    python tools/make_trust_page.py

What takes seconds is worked out here: our answers beside those that other tools printed (tests/reference_cases), the
published figures, the official rolling years. What takes minutes to hours is read from the tables that the benchmarks
have written into docs; the page names the command that makes each. A test holds the page to what this gives.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

import pccstats as pcc
from pccstats.methods.change.two_figures import compare_shares, poisson_p
from pccstats.methods.intervals import byars, garwood, newcombe
from pccstats.methods.level.rules import fewest_crossings_expected, longest_run_expected
from pccstats.methods.peers.funnel import (
    additive,
    exact_limit,
    funnel_limits,
    multiplicative,
    stabilised,
    standard_error,
    winsorised,
)
from pccstats.presentation.numbers import listed
from pccstats.review.official import official_series

ROOT = Path(__file__).resolve().parents[1]
DOCS, PAGE = ROOT / "docs", ROOT / "docs" / "trust.md"
CASES = ROOT / "tests" / "reference_cases"
MONTHS = pd.period_range("2022-01", periods=120, freq="M")
MOST_DIGITS = 12
LINES = ("centre_line", "lower_process_limit", "upper_process_limit")
QIC, PTD = ("cl", "lcl", "ucl"), ("mean", "lpl", "upl")
SCREENED = {"screen_moving_ranges": True}
AT_19 = {"rebase_at": [MONTHS[18]]}
Pair = tuple[Any, Any]
Rows = list[tuple[str, ...]]


# ---------------------------------------------------------------------------------------------------- other tools


@dataclass(frozen=True)
class Compared:
    """What of one tool is set beside ours: pairs of our figures and its own, and why they may differ."""

    what: str
    pairs: Callable[[], Iterator[Pair]]
    tool: str
    differs: str = ""


def case(name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """What one tool was given, and what it answered."""
    held = json.loads((CASES / f"{name}.json").read_text(encoding="utf-8"))
    return held["inputs"], held["outputs"]


def tool_of(name: str) -> str:
    """The tool of a case, with its version."""
    told = str(json.loads((CASES / f"{name}.json").read_text(encoding="utf-8"))["tool"])
    return re.sub(r"(?<=\d) R 4.*", "", re.split(r" \(git|,| ;| stats", told)[0])


def series(numerator: ArrayLike, denominator: ArrayLike | None = None, **about: Any) -> pcc.Series:
    """A monthly series from January 2022."""
    counts = pd.to_numeric(pd.Series(np.asarray(numerator, dtype=object)), errors="coerce")
    frame = pd.DataFrame({"month": MONTHS[: len(counts)], "events": counts})
    if denominator is not None:
        frame["out_of"] = denominator
    out_of = None if denominator is None else "out_of"
    return pcc.Series.from_frame(frame, numerator="events", denominator=out_of, title="Case", **about)


def limits(
    name: str, chart: str, *columns: str, outputs: tuple[str, ...] = QIC, scale: float = 1, **options: Any
) -> Iterator[Pair]:
    """Centre line and limits of one case: of counts, of shares, or of rates over a given exposure."""
    given, wanted = case(name)
    about: dict[str, Any] = {}
    if chart in ("u", "u_prime"):
        about = {"kind": "rate", "multiplier": scale}
        options["per_day"], scale = False, 1
    data = series(*(given[column] for column in columns), **about)
    points = pcc.expected_level(data, chart=chart, seasonal=False, limits="sigma", **options).points
    for line, output in zip(LINES, outputs, strict=True):
        yield points[line] / scale, wanted[output]


def plain_charts() -> Iterator[Pair]:
    """Charts that need no d2, by qicharts2."""
    yield from limits("c_01_counts", "c", "y")
    yield from limits("p_01_outcomes", "p", "k", "n", scale=100)
    yield from limits("g_01_gaps", "g", "y")
    yield from limits("u_02_asb_multiply", "u", "k", "n", scale=100)


def charts_of_ranges() -> Iterator[Pair]:
    """Charts whose sigma is a mean moving range over d2, by qicharts2."""
    yield from limits("i_01_counts_unscreened", "xmr", "y")
    yield from limits("i_01_counts_screened", "xmr", "y", **SCREENED)
    yield from limits("i_02_step_part18", "xmr", "y", **AT_19)
    yield from limits("edge_02b_missing_values_qic", "xmr", "y")
    yield from limits("pprime_01_outcomes_unscreened", "p_prime", "k", "n", scale=100)
    yield from limits("pprime_01_outcomes_screened", "p_prime", "k", "n", scale=100, **SCREENED)
    yield from limits("uprime_01_asb_unscreened", "u_prime", "k", "n")
    yield from limits("uprime_01_asb_screened", "u_prime", "k", "n", **SCREENED)


def charts_of_the_health_service() -> Iterator[Pair]:
    """Individuals charts by NHSRplotthedots, with and without a date to re-base at."""
    yield from limits("xmr_01_counts_noscreen", "xmr", "y", outputs=PTD)
    yield from limits("xmr_02_counts_screened", "xmr", "y", outputs=PTD, **SCREENED)
    yield from limits("xmr_04_step_no_rebase", "xmr", "y", outputs=PTD, **SCREENED)
    yield from limits("xmr_05_rebase_at_19", "xmr", "y", outputs=PTD, **AT_19, **SCREENED)


def charts_with_exact_d2() -> Iterator[Pair]:
    """Individuals, p′ and u′ charts by a tool that does not round d2 either."""
    given, wanted = case("i_04_shewhart_exact_d2")
    points = pcc.expected_level(series(given["y"]), chart="xmr", rules="western_electric").points
    yield points["upper_process_limit"].iloc[0], wanted["stats"]["i_ucl"]
    yield points["lower_process_limit"].iloc[0], wanted["stats"]["i_lcl"]
    given, wanted = case("pprime_03_shewhart")
    shares = series(given["k"], given["n"])
    points = pcc.expected_level(shares, chart="p_prime", seasonal=False, limits="sigma").points
    yield points["upper_process_limit"] / 100, wanted["p_ucl"]
    yield points["lower_process_limit"] / 100, wanted["p_lcl"]
    rates = series(given["asb"], given["expo"], kind="rate")
    points = pcc.expected_level(rates, chart="u_prime", seasonal=False, per_day=False, limits="sigma").points
    yield points["upper_process_limit"], wanted["u_ucl"]
    yield points["lower_process_limit"], wanted["u_lcl"]


def charts_of_qcc() -> Iterator[Pair]:
    """The c, p and u charts of qcc."""
    given, wanted = case("qcc_03_c_p_u")
    counts = pcc.expected_level(series(given["c"]), chart="c").points
    shares = pcc.expected_level(series(given["p_num"], given["p_den"]), chart="p").points
    over = series(given["u_num"], given["u_den"], kind="rate")
    rates = pcc.expected_level(over, chart="u", per_day=False, seasonal=False).points
    yield counts["upper_process_limit"].iloc[0], wanted["c_ucl"]
    yield counts["lower_process_limit"].iloc[0], wanted["c_lcl"]
    yield shares["upper_process_limit"] / 100, wanted["p_ucl"]
    yield shares["lower_process_limit"] / 100, wanted["p_lcl"]
    yield rates["upper_process_limit"], wanted["u_ucl"]
    yield rates["lower_process_limit"], wanted["u_lcl"]


def intervals_of_counts(method: Callable[..., Any], tag: str) -> Iterator[Pair]:
    """Limits of a count at 95% and 99.8%."""
    given, wanted = case("ci_01_byars_exact_counts")
    for confidence, level in ((0.95, "95"), (0.998, "998")):
        lower, upper = method(given["x"], confidence)
        yield lower, wanted[f"{tag}_lower_{level}"]
        yield upper, wanted[f"{tag}_upper_{level}"]


def two_counts() -> Iterator[Pair]:
    """The chance of two counts over unequal times."""
    given, wanted = case("test_01_two_poisson_exact")
    for a, a_time, b, b_time, chance in zip(
        given["a"], given["ta"], given["b"], given["tb"], wanted["p_value"], strict=True
    ):
        yield poisson_p(b, a, (b_time, a_time)), chance


def two_shares() -> Iterator[Pair]:
    """The pooled test of two shares, and Newcombe's interval of their difference."""
    given, wanted = case("test_04_two_proportions_statsmodels")
    rows = zip(*(given[name] for name in ("k1", "n1", "k2", "n2")), strict=True)
    for (k1, n1, k2, n2), chance, interval in zip(rows, wanted["p_pooled"], wanted["ci_diff_newcomb"], strict=True):
        yield compare_shares((k1, n1), (k2, n2)).p_value, chance
        yield newcombe((k2, n2), (k1, n1)), interval


def funnels() -> Iterator[Pair]:
    """Scores, over-dispersion and limits of funnels: shares, ratios on the square-root scale, given scores."""
    given, wanted = case("funnel_03_PR")
    yes, asked = (np.array(given[name], dtype=float) for name in ("numerator", "denominator"))
    pooled, error = np.full(len(yes), yes.sum() / asked.sum()), standard_error(asked)
    z = (stabilised(yes / asked, share=True) - stabilised(pooled, share=True)) / error
    yield z, wanted["zscore"]
    yield multiplicative(winsorised(z)), wanted["phi"]
    tau2 = additive(winsorised(z), error)
    yield tau2, wanted["tau2"]
    for confidence, level in ((0.95, "95"), (0.998, "998")):
        lower, upper = funnel_limits(pooled, asked, confidence, share=True, tau2=tau2)
        yield lower, wanted[f"OD{level}LCL"]
        yield upper, wanted[f"OD{level}UCL"]
    given, wanted = case("funnel_02_SR_CQC")
    seen, expected = (np.array(given[name], dtype=float) for name in ("observed", "expected"))
    z = (stabilised(seen / expected, share=False) - 1) / standard_error(expected)
    yield z, wanted["zscore"]
    tau2 = additive(winsorised(z), standard_error(expected))
    lower, upper = funnel_limits(np.ones(len(seen)), expected, 0.95, share=False, tau2=tau2)
    yield np.sqrt(lower), wanted["OD95LCL"]
    yield np.sqrt(upper), wanted["OD95UCL"]
    given, wanted = case("funnel_01_SR_SHMI")
    z, expected = np.array(wanted["zscore"], dtype=float), np.array(given["expected"], dtype=float)
    yield multiplicative(z), wanted["phi"]
    yield additive(z, 1 / np.sqrt(expected)), wanted["tau2"]


def funnel_of_rates() -> Iterator[Pair]:
    """The cases at which a rate lies on its exact limit."""
    given, wanted = case("funnel_05_exact_poisson_rates")
    events, persons = (np.array(given[name], dtype=float) for name in ("numerator", "denominator"))
    pooled = np.full(len(events), events.sum() / persons.sum())
    for name, chance in {"q_lo95": 0.025, "q_hi95": 0.975, "q_lo998": 0.001, "q_hi998": 0.999}.items():
        yield np.ceil(exact_limit(pooled, persons, chance, share=False) * persons - 1e-9), wanted[name]


def rolling_years() -> Iterator[Pair]:
    """Totals of twelve months, and shares of twelve months."""
    given, wanted = case("roll_01_rolling12")
    frame = pd.DataFrame({"month": given["months"], "y": given["y"], "num": given["num"], "den": given["den"]})
    totals = pcc.rolling_year(pcc.Series.from_frame(frame, numerator="y")).points["value"]
    shares = pcc.rolling_year(pcc.Series.from_frame(frame, numerator="num", denominator="den")).points["value"]
    yield totals[11:], wanted["total12"][11:]
    yield shares[11:], wanted["pct12"][11:]


def other_tools() -> str:
    """One row a tool and what of it was compared: how many figures, and to how many digits they agree."""
    d2 = "it rounds d2 (1.12838) to 1.128, or 3/d2 to 2.66"
    student = "our sigma goes through Student's t, at hardly fewer than endless degrees of freedom"
    quantiles = "it rounds normal quantiles to 1.959964 and 3.090232"
    compared = (
        Compared("c, p, u and g charts: centre line and limits", plain_charts, "c_01_counts", student),
        Compared("individuals, p′ and u′ charts, a gap and a re-base among them", charts_of_ranges, "c_01_counts", d2),
        Compared(
            "individuals charts, with and without a re-base", charts_of_the_health_service, "xmr_01_counts_noscreen", d2
        ),
        Compared(
            "c′ chart",
            lambda: limits("cprime_01_counts", "c_prime", "y", **SCREENED),
            "cprime_01_counts",
            d2,
        ),
        Compared(
            "individuals chart",
            lambda: limits("xmr_07_statprocon_average", "xmr", "y", outputs=("cl", "lnpl", "unpl")),
            "xmr_07_statprocon_average",
            d2,
        ),
        Compared("individuals, p′ and u′ charts, d2 not rounded", charts_with_exact_d2, "pprime_03_shewhart", student),
        Compared("c, p and u charts", charts_of_qcc, "qcc_03_c_p_u", student),
        Compared(
            "Byar's limits of a count",
            lambda: intervals_of_counts(byars, "byars"),
            "ci_01_byars_exact_counts",
        ),
        Compared("exact limits of a count", lambda: intervals_of_counts(garwood, "exact"), "roll_01_rolling12"),
        Compared("exact test of two counts", two_counts, "roll_01_rolling12"),
        Compared("exact limits of a funnel of rates", funnel_of_rates, "roll_01_rolling12"),
        Compared("rolling years of counts and shares", rolling_years, "roll_01_rolling12"),
        Compared("test and interval of two shares", two_shares, "test_04_two_proportions_statsmodels"),
        Compared("funnels: scores, over-dispersion, limits", funnels, "funnel_03_PR", quantiles),
    )
    rows: Rows = []
    for each in compared:
        count, largest = _apart(each.pairs())
        digits = MOST_DIGITS if largest == 0 else min(MOST_DIGITS, int(-np.log10(largest)))
        told = f"{digits} or more" if digits == MOST_DIGITS else f"{digits}"
        rows.append((tool_of(each.tool), each.what, f"{count}", told, each.differs))
    return table(("tool", "compared", "figures", "digits that agree", "why no more"), rows, figures=(2, 3))


def _apart(pairs: Iterable[Pair]) -> tuple[int, float]:
    """How many figures were compared, and the largest difference as a part of the largest figure of its kind."""
    count, largest = 0, 0.0
    for ours, theirs in pairs:
        wanted = pd.to_numeric(pd.Series(np.ravel(np.asarray(theirs, dtype=object))), errors="coerce")
        told: NDArray[np.float64] = wanted.to_numpy(dtype=float)
        found = np.ravel(np.asarray(ours, dtype=float))
        told = np.broadcast_to(told, found.shape) if len(told) == 1 else told
        known = np.isfinite(told) & np.isfinite(found)
        count += int(known.sum())
        scale = np.abs(told[known]).max()
        largest = max(largest, float(np.abs(found[known] - told[known]).max() / (scale or 1)))
    return count, largest


def marks() -> str:
    """Rules: of how many months each says the same as another source."""
    rules = {"astronomical": "outside_limits", "shift7": "shift", "trend7": "trend", "two_of_three": "two_of_three"}
    alike = asked = 0
    for name in ("mdc2023_astro", "mdc2023_shift7", "mdc2023_trend7", "mdc2023_counts36"):
        given, wanted = case(name)
        baseline = (MONTHS[0], MONTHS[given["baseline"] - 1]) if "baseline" in given else None
        points = pcc.expected_level(series(given["y"]), chart="xmr", baseline=baseline, **SCREENED).points
        for theirs, ours in rules.items():
            said = np.isin(np.arange(len(points)) + 1, wanted["current_mdc"][theirs])
            alike += int((points[f"rule_{ours}"].to_numpy() == said).sum())
            asked += len(points)
    rows: Rows = [
        (
            "rules of Making Data Count since November 2023",
            "their text, worked out apart in numpy",
            f"{alike} of {asked}",
        )
    ]
    alike = asked = 0
    for name in ("astro", "astro_then_near", "shift7", "trend7", "two_of_three"):
        given, wanted = case(f"rules_mdc_{name}")
        baseline = (MONTHS[0], MONTHS[given["fix_after_n_points"] - 1])
        level = pcc.expected_level(
            series(given["y"]), chart="xmr", baseline=baseline, rules="mdc_before_2023", **SCREENED
        )
        theirs = np.array([label != "Common Cause" for label in wanted["special_cause_type"]])
        alike += int((level.points["rules"].ne("").to_numpy() == theirs).sum())
        asked += len(theirs)
    rows.append(
        ("the same until November 2023, month marked or not", tool_of("rules_mdc_astro"), f"{alike} of {asked}")
    )
    given, wanted = case("anhoej_limits_table")
    useful = given["n_useful"]
    same = [longest_run_expected(n) == said for n, said in zip(useful, wanted["longest_run_max"], strict=True)]
    same += [
        fewest_crossings_expected(n - 1) == said for n, said in zip(useful, wanted["n_crossings_min"], strict=True)
    ]
    rows.append(
        ("longest run and fewest crossings (Anhøj)", tool_of("anhoej_limits_table"), f"{sum(same)} of {len(same)}")
    )
    return table(("rules", "beside", "answers alike"), rows, figures=(2,))


def years_ahead() -> str:
    """Projections of one noisy series: other models, so no digits are to be expected."""
    rows: Rows = []
    for name in ("proj_01_ets_auto", "proj_02_ets_ANA", "proj_04_auto_arima"):
        given, wanted = case(name)
        frame = pd.DataFrame({"month": pd.period_range("2020-01", periods=len(given["y"]), freq="M"), "n": given["y"]})
        answer = pcc.project(pcc.Series.from_frame(frame, numerator="n"), horizon=str(frame["month"].iloc[-1] + 12))
        theirs = sum(wanted["mean"][:12])
        rows.append(
            (
                f"{tool_of(name)}, {wanted['method']}",
                f"{theirs:,.0f}",
                f"{answer.projected:,.0f}",
                f"{answer.lower_80:,.0f} to {answer.upper_80:,.0f}",
            )
        )
    return table(("model", "its year ahead", "ours", "our 80% interval"), rows, figures=(1, 2, 3))


# --------------------------------------------------------------------------------------------------- tools that err


def tools_that_err() -> str:
    """Where a tool goes wrong on an input, and what ours gives."""
    rows: Rows = []
    given, wanted = case("defect_01_funnelplotr_zero")
    seen, expected = (np.array(given[name], dtype=float) for name in ("observed", "expected"))
    z = (stabilised(seen / expected, share=False) - 1) / standard_error(expected)
    lower, upper = funnel_limits(
        np.ones(len(seen)), expected, 0.998, share=False, tau2=additive(winsorised(z), standard_error(expected))
    )
    name = tool_of("defect_01_funnelplotr_zero")
    rows.append(
        (
            name,
            "a funnel of eight areas, one with no case",
            f"upper limits: {wanted['OD998UCL'][0]}; nobody is outside",
            f"upper limits {upper.min():.2f} to {upper.max():.2f} times what is expected",
        )
    )
    given, wanted = case("funnel_04_RC_rate_per_pop")
    events, persons = (np.array(given[column], dtype=float) for column in ("numerator", "denominator"))
    lower, upper = funnel_limits(np.full(len(events), events.sum() / persons.sum()), persons, 0.998, share=False)
    rows.append(
        (
            name,
            f"chance limits of a rate per head, {given['force'][5]}, 99.8%",
            f"{1000 * wanted['LCL998'][5]:.3f} to {1000 * wanted['UCL998'][5]:.3f} per 1,000",
            f"{1000 * lower[5]:.3f} to {1000 * upper[5]:.3f} per 1,000",
        )
    )
    given, wanted = case("defect_03_phe_cap")
    yes, asked = (np.array(given[column], dtype=float) for column in ("k", "n"))
    _, upper = funnel_limits(np.full(len(yes), yes.sum() / asked.sum()), asked, 0.998, share=True)
    rows.append(
        (
            tool_of("defect_03_phe_cap"),
            "the largest upper limit of a share in a funnel",
            f"{wanted['max_upper_3s_1']:.2f}, which is more than all",
            f"{upper.max():.3f}",
        )
    )
    return table(("tool", "asked", "it gives", "we give"), rows)


# ------------------------------------------------------------------------------------------- published and official


def published_figures() -> str:
    """Published figures worked out again from the numbers printed with them."""
    replayed = pcc.replay(pcc.read_replay(ROOT / "data" / "raw"))
    points = replayed.points
    counts = points["verdict"].value_counts()
    short = points[points["verdict"].eq("does_not_follow")]
    told = (
        f"Of {len(points)} published figures {counts['reproduces']} follow from the numbers printed with them, "
        f"{counts['only_truncated']} only by cutting off digits where rounding gives another, "
        f"{counts['does_not_follow']} do not follow, and {counts['text']} are words, information or a conjecture."
    )
    rows: Rows = [
        (str(row["figure"]), f"{row['published']:,}", f"{row['half_up']:,}") for row in short.to_dict("records")
    ]
    return f"{told}\n\n{table(('does not follow', 'printed', 'from its inputs'), rows, figures=(1, 2))}"


def official_figures() -> str:
    """Quarters recovered from official rolling years, added up again."""
    data = pcc.read_observations(ROOT / "data")
    plan = data.plan
    years = apart = below = found = refused = 0
    for measure in (each for each in plan.supporting if each.anchor):
        for force in plan.groups[0].areas:
            held = official_series(measure.key, force, data, plan)
            if held is None or held.quarters is None:
                refused += 1
                continue
            found += 1
            quarters = held.quarters.points.set_index("quarter_end")["quarter"]
            published = data.series(measure.key, area=force).points.set_index("period_end")["numerator"]
            summed = quarters.rolling(4).sum().dropna()
            both = pd.concat([summed, published], axis="columns", join="inner").dropna()
            years += len(both)
            apart += int((both.iloc[:, 0] - both.iloc[:, 1]).abs().gt(0.5).sum())
            below += int(quarters.lt(0).sum())
    return (
        f"Quarters were recovered for {found} series of a force and an offence group and refused for {refused}. Four "
        f"recovered quarters add up to the published year in {years - apart:,} of {years:,} years; {below} quarters "
        "are below nought."
    )


# ----------------------------------------------------------------------------------- what benchmarks wrote into docs


def held(page: str, name: str) -> pd.DataFrame:
    """A table that a benchmark has written into a page between its marks."""
    text = (DOCS / page).read_text(encoding="utf-8")
    begin = f"<!-- {name} -->"
    after = text.split(begin, 1)[1]
    inside = re.split(rf"<!-- (?:end |/){re.escape(name)} -->", after, maxsplit=1)[0]
    rows = [
        [cell.strip() for cell in line.strip().strip("|").split("|")] for line in inside.splitlines() if "|" in line
    ]
    return pd.DataFrame([row for row in rows[2:] if len(row) == len(rows[0])], columns=rows[0])


def per_cents(cells: Iterable[str], part: int = 0) -> NDArray[np.float64]:
    """The per cent of each cell: the first, or of "was → is" the last by `part=-1`; cells without one are left out."""
    found = [re.findall(r"(\d+(?:\.\d+)?)%", cell) for cell in cells]
    return np.array([float(each[part]) for each in found if each])


@dataclass(frozen=True)
class Promise:
    """Intervals or alarms that say how often they hold, and how often they did."""

    what: str
    page: str
    name: str
    command: str
    cells: Callable[[pd.DataFrame], NDArray[np.float64]]


def all_but(first: int, part: int = 0) -> Callable[[pd.DataFrame], NDArray[np.float64]]:
    """Every per cent of a table but its first columns."""
    return lambda frame: per_cents(frame.iloc[:, first:].to_numpy().ravel(), part)


def column(*names: str, part: int = 0, without: str = "") -> Callable[[pd.DataFrame], NDArray[np.float64]]:
    """The per cents of columns, without the row that sums the others up."""
    return lambda frame: per_cents(frame[frame.iloc[:, 0].ne(without)][list(names)].to_numpy().ravel(), part)


CHANGE = "benchmarks/change_coverage.py"
HOLD_95 = (
    Promise("change of counts, drawn, no dependence between months", "methods/change.md", "counts", CHANGE, all_but(1)),
    Promise(
        "change of counts, drawn, months that lean on one another",
        "methods/change.md",
        "leaning",
        CHANGE,
        all_but(2, -1),
    ),
    Promise(
        "change of counts by quarters and by rolling years, drawn",
        "methods/change.md",
        "quarters",
        CHANGE,
        column("Quarters: 95% hold", "Rolling years: 95% hold"),
    ),
    Promise("difference of two shares, drawn", "methods/change.md", "shares", CHANGE, all_but(1)),
    Promise("difference of two shares that drift, drawn", "methods/change.md", "drifting", CHANGE, all_but(2, -1)),
    Promise(
        "rank among eight forces, drawn",
        "methods/most-similar-group.md",
        "calibration",
        "benchmarks/most_similar_group.py",
        column("True rank inside"),
    ),
)


def intervals() -> str:
    """How often intervals that say 95% hold the truth, over the cells of each table."""
    rows: Rows = []
    for each in HOLD_95:
        found = each.cells(held(each.page, each.name))
        rows.append(
            (
                each.what,
                f"{len(found)}",
                f"{np.median(found):.1f}%",
                f"{found.min():.1f}% to {found.max():.1f}%",
                f"{(found < LEAST_HELD).sum()}",
                f"[table]({each.page}), `{each.command}`",
            )
        )
    heads = ("95% interval of a", "cells tried", "median held", "least to most", f"under {LEAST_HELD:.0f}%", "made by")
    return table(heads, rows, figures=(1, 2, 3, 4))


LEAST_HELD = 93.0  # two points short of what is said
LEAST_PROJECTED = 90.0  # five: errors of projections come in waves that series share


def signals() -> str:
    """Promises about false alarms, and what was found."""
    goals = held("methods/detectors.md", "goals")
    rows: Rows = [
        (str(row.iloc[0]), str(row.iloc[1]), "[detectors](methods/detectors.md)", "`benchmarks/detectors.py`")
        for _, row in goals.iterrows()
    ]
    level, made = "[expected level](methods/expected-level.md)", "`benchmarks/expected_level_false_alarms.py`"
    drawn = held("methods/expected-level.md", "a quarter").iloc[:, 1:].to_numpy().ravel()
    found, said = per_cents(drawn), per_cents(drawn, 1)
    over = int((found > said + 1).sum())
    rows.append(
        (
            f"first quarter after the baseline, drawn: {said.min():.1f}% to {said.max():.1f}% are said",
            f"{found.min():.1f}% to {found.max():.1f}%; {over} of {len(found)} cells a point or more above",
            level,
            made,
        )
    )
    real = held("methods/expected-level.md", "real quarters")
    for place in ("first", "fourth"):
        found = per_cents(real[f"{place} quarter, like months exchanged"])
        said = per_cents(real[f"{place} quarter, said"])
        rows.append(
            (
                f"{place} quarter, real months of London exchanged: {said.min():.1f}% to {said.max():.1f}% are said",
                f"{found.min():.1f}% to {found.max():.1f}%",
                level,
                made,
            )
        )
    trend = held("methods/trend.md", "no trend")
    for words in ("six", "twelve"):
        found = per_cents(trend[f"{words} months"])
        rows.append(
            (
                f"a trend of {words} months called where nothing moves: 5% is said",
                f"{found.min():.0f}% to {found.max():.0f}%",
                "[trend](methods/trend.md)",
                "`benchmarks/trend.py`",
            )
        )
    apart = held("methods/most-similar-group.md", "calibration")
    found = per_cents(apart["Called out"])
    rows.append(
        (
            "a force called apart from its peers where all are alike: 5% is said",
            f"{found.min():.1f}% to {found.max():.1f}%",
            "[peers](methods/most-similar-group.md)",
            "`benchmarks/most_similar_group.py`",
        )
    )
    exchanged = held("methods/change.md", "real counts")
    for what in ("Months", "Quarters"):
        found = per_cents(exchanged.query("`Events a year, from` != 'all'")[f"{what} exchanged"], -1)
        rows.append(
            (
                f"a change called in real counts, {what.lower()} exchanged: 5% is said",
                f"{found.min():.1f}% to {found.max():.1f}%",
                "[change](methods/change.md)",
                f"`{CHANGE}`",
            )
        )
    return table(("promised, where nothing has changed", "found", "page", "made by"), rows)


PROJECTED = (
    ("boroughs of London, months, by type, before March 2020", "boroughs-kind", "Major type"),
    ("the same, years that end from March 2020 on", "boroughs-lockdown", "Years ending in"),
    ("43 forces, rolling years, by offence group", "forces-kind", "Offence group"),
)


def projections() -> str:
    """Projections of real series from every origin, nothing later known: error, and how often the limits held."""
    rows: Rows = []
    for what, name, label in PROJECTED:
        frame = held("methods/projection.md", name)
        every = frame[frame[label].eq("All")].iloc[0]
        parts = frame[frame[label].ne("All")]
        worst = parts.loc[per_cents(parts["95% held"]).argmin() == np.arange(len(parts))].iloc[0]
        rows.append(
            (
                what,
                every["Projections"],
                every["Error over no change"],
                every["95% held"],
                every["80% held"],
                f"{worst[label]}: {worst['95% held']}",
            )
        )
    shipped = held("methods/projection.md", "official")
    for _, row in shipped[shipped["Ahead"].eq("7 quarters")].iterrows():
        rows.append(
            (
                f"eight forces, {row['Projected']}",
                row["Projections"],
                row["Error over no change"],
                row["95% held"],
                row["80% held"],
                "",
            )
        )
    heads = ("21 months ahead", "projections", "error over no change", "95% held", "80% held", "worst")
    return table(heads, rows, figures=(1, 2, 3, 4))


PLAINLY = {  # what the tables are of, in a list
    "counts": "a change of counts, in simulated months that do not depend on one another",
    "leaning": "a change of counts, in simulated months that depend on those before them",
    "quarters": "a change of counts, in simulated quarters and rolling years",
    "shares": "a difference of two simulated shares",
    "drifting": "a difference of two simulated shares whose true values drift",
    "calibration": "a rank among eight simulated forces",
    "boroughs-kind": "London's boroughs, months before March 2020",
    "boroughs-lockdown": "London's boroughs, years that ended from March 2020 on",
    "forces-kind": "the 43 police forces, rolling years to June 2016",
}


def not_kept() -> str:
    """Every promise that the tables show broken, a sentence each: what was promised, where it failed, by how much."""
    lines = []
    for promised, _, broken in held("methods/detectors.md", "goals").itertuples(index=False):
        if broken != "nowhere":
            what, most = promised.rsplit(": ", 1)
            lines.append(
                f"- **False alarms.** We promise {most} for {what}. It was more in simulated series of {broken}."
            )
    lines += _told(
        "**Intervals of changes.** A 95% interval should hold the truth 95 times in 100; we call under "
        f"{LEAST_HELD:.0f} a failure. There were failures for:",
        {PLAINLY[each.name]: _intervals_short(each) for each in HOLD_95},
    )
    lines += _told(
        "**Ranges of projections.** What happened should lie inside the 95% range 95 times in 100; we call under "
        f"{LEAST_PROJECTED:.0f} a failure. There were failures in:",
        {PLAINLY[name]: _ranges_short(name, label) for _, name, label in PROJECTED},
    )
    lines += _told(
        "**Projections that lost to a plain guess.** A projection should come closer than the guess that nothing will "
        "change. Some were further out, in:",
        {PLAINLY[name]: _lost_to_no_change(name, label) for _, name, label in PROJECTED},
    )
    text = (DOCS / "methods" / "detectors.md").read_text(encoding="utf-8")
    ahead = re.search(r"By the bounds that others use, ours is dominated in (\d+ of \d+ cells)", text)
    rare = re.search(r"By bounds as rare as ours, ours is dominated in (\d+ of \d+ cells)", text)
    if ahead is None or rare is None:
        raise SystemExit("docs/methods/detectors.md no longer says in how many cells another detector sees more.")
    lines.append(
        "- **Changes that others see more often.** Another method finds more changes than ours, with no more false "
        f"alarms, in {_kinds_of_series(ahead[1])} that were tried with the settings people use. With settings that "
        f"nobody could know in practice it does so in {rare[1].removesuffix(' cells')}."
    )
    return "\n".join(lines)


def _told(opening: str, found: dict[str, str]) -> list[str]:
    """A line for a promise and one beneath it for each sort of series that broke it; none where none did."""
    broken = [f"  - {where}: {what}." for where, what in found.items() if what]
    return [f"- {opening}", *broken] if broken else []


def _intervals_short(promise: Promise) -> str:
    """`2 of the 88 kinds of series tried, at worst 92.3 times`; empty where all held."""
    found = promise.cells(held(promise.page, promise.name))
    short = found[found < LEAST_HELD]
    if not len(short):
        return ""
    return f"{len(short)} of the {len(found)} kinds of series tried, at worst {short.min():.1f} times in 100"


def _of_each(name: str, label: str) -> pd.DataFrame:
    """The rows of a table of projections, without the row of all together."""
    return held("methods/projection.md", name).query(f"`{label}` != 'All'")


def _ranges_short(name: str, label: str) -> str:
    """`robbery (89.6 times in 100) and ...`: where what happened lay outside the range too often."""
    frame = _of_each(name, label)
    kept = per_cents(frame["95% held"])
    pairs = zip(frame[label], kept, strict=True)
    return listed([f"{_kind(kind)} ({value:.1f} times)" for kind, value in pairs if value < LEAST_PROJECTED])


def _lost_to_no_change(name: str, label: str) -> str:
    """`homicide (by 36.2%) and ...`: where the guess that nothing will change was closer."""
    frame = _of_each(name, label)
    pairs = [(kind, float(ratio)) for kind, ratio in zip(frame[label], frame["Error over no change"], strict=True)]
    return listed([f"{_kind(kind)} ({_further_out(ratio)})" for kind, ratio in pairs if ratio > 1])


def _kind(name: str) -> str:
    """`Robbery` as it stands in a list: `robbery`; a year stays as it is."""
    return name[:1].lower() + name[1:]


def _further_out(ratio: float) -> str:
    """An error over that of no change, in words: 1.181 is `by 18.1%`."""
    return f"by {100 * (ratio - 1):.1f}%"


def _kinds_of_series(cells: str) -> str:
    """`1 of 32 cells` as readers say it: `1 of the 32 kinds of series`."""
    count, of = re.findall(r"\d+", cells)
    return f"{count} of the {of} kinds of series"


# --------------------------------------------------------------------------------------------------- tried to break


def tried_to_break() -> str:
    """What was tried to break it, how often, and how often it was survived."""
    text = (DOCS / "reliability.md").read_text(encoding="utf-8")
    killed = re.search(r"(\d+) runs tried, (\d+) survived", text)
    mutated = re.search(r"\| \*\*All\*\* \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|", text)
    if killed is None or mutated is None:
        raise SystemExit(
            "docs/reliability.md no longer says how many runs were killed, or how many inputs were mutated."
        )
    tried, refused, read, lost = (int(each) for each in mutated.groups())
    rows: Rows = [
        ("runs killed at a random moment", killed[1], killed[2], "`benchmarks/killed_reports.py`"),
        (
            f"inputs changed at random: {refused} refused in words, {read} read whole",
            f"{tried:,}",
            f"{tried - lost:,}",
            "`benchmarks/mutated_inputs.py`",
        ),
    ]
    for line in text.splitlines():
        if found := re.fullmatch(r"\| ([^|]+) \| (\d+) \| (\d+) \| (`tests[^|]+|the same) \|", line):
            by = found[4] if found[4] != "the same" else rows[-1][3]
            rows.append((found[1], found[2], found[3], by))
    return table(("tried", "how many", "survived", "by"), rows, figures=(1, 2))


# ------------------------------------------------------------------------------------------------------------- page


def table(heads: tuple[str, ...], rows: Rows, figures: tuple[int, ...] = ()) -> str:
    """A table of the page; the columns numbered in `figures` to the right."""
    rule = tuple("---:" if place in figures else "---" for place in range(len(heads)))
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (heads, rule, *rows))


BLOCKS: dict[str, Callable[[], str]] = {
    "other tools": other_tools,
    "rules": marks,
    "years ahead": years_ahead,
    "tools that err": tools_that_err,
    "published figures": published_figures,
    "official figures": official_figures,
    "intervals": intervals,
    "signals": signals,
    "projections": projections,
    "not kept": not_kept,
    "tried to break": tried_to_break,
}


def filled(page: str) -> str:
    """The page with every block worked out anew."""
    for name, make in BLOCKS.items():
        begin, end = f"<!-- {name} -->\n", f"<!-- end {name} -->"
        before, _, rest = page.partition(begin)
        _, _, after = rest.partition(end)
        page = f"{before}{begin}{make()}\n{end}{after}"
    return page


def main() -> None:
    """Write the numbers into the page."""
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    sys.stdout.write(f"{PAGE.relative_to(ROOT)} is up to date.\n")


if __name__ == "__main__":
    main()
