"""How often limits cry wolf and how soon they find a lasting step: tables of the page on the expected level.

    python benchmarks/expected_level_false_alarms.py [TABLE ...] [--write]

Draws over-dispersed seasonal counts whose truth is known, 60 months with limits from the first 36 and quarters with
limits from two to nine years, and counts; reads real ones too (the Metropolitan Police's borough table in
`../shared/data`; without it that table is left as it is). Some minutes. TABLE is `promises`, `steps`, `a quarter`,
`rule sets`, `real quarters` or `quarters`; all by default. `--write` puts the tables into the page.
"""

import itertools
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from pages import give

from pccstats.methods.level.expected_level import expected_level
from pccstats.methods.level.false_alarms import Judging, false_alarms_of
from pccstats.methods.level.many import expected_levels
from pccstats.methods.level.rules import RULE_SETS
from pccstats.terms.series import Series, days_in

PAGE = Path(__file__).parents[1] / "docs" / "methods" / "expected-level.md"
BOROUGHS = Path(__file__).parents[2] / "shared" / "data" / "mps-boroughs" / "MPS Borough Level Crime (Historical).csv"
SEED = 20150630
SERIES = 2000  # drawn for each row
MONTHS = pd.period_range("2010-04", periods=60, freq="M")
BASELINE = ("2010-04", "2013-03")
AT = 36  # the first month after the baseline
CONDITIONS = (
    (400, 2, 0.0),
    (400, 2, 0.1),
    (400, 2, 0.2),
    (400, 4, 0.1),
    (400, 4, 0.2),
    (100, 2, 0.2),
    (50, 2, 0.2),
    (2000, 4, 0.2),
)
STEPS = (0.10, 0.15, 0.20, 0.30, -0.15)
MEANS = (50, 100, 200, 400, 1000)
CASES = (0.5, 1, 2, 4, 8, 30, 100, 1000)  # a month
SPREADS = ((1, 0.0), (2, 0.0), (5, 0.0), (2, 0.2))  # variance over mean, and the swing of the season
SIZES = ((0.5, 2), (2, 8), (8, 30), (30, 100), (100, np.inf))  # of real series, cases a month
SAID_OF = 40  # real series of each size are asked what their method line says
WINDOWS = ("2010-04", "2014-04")  # five years each, before March 2020
SHUFFLES = 5


def table_of(counts: np.ndarray, ends: pd.PeriodIndex) -> pd.DataFrame:
    """Series by months or quarters as one long table."""
    rows, length = counts.shape
    return pd.DataFrame(
        {
            "series": np.repeat(np.arange(rows), length),
            "month": pd.PeriodIndex.from_ordinals(np.tile(ends.asi8, rows), freq="M"),
            "numerator": counts.ravel().astype(float),
        }
    )


def drawn(random: np.random.Generator, mean: float, phi: float, swing: float, step: float = 0.0) -> pd.DataFrame:
    """Series of 60 months with a season of this swing at a phase of its own, and a lasting step after 36."""
    time = np.arange(len(MONTHS))
    phase = random.uniform(0, 2 * np.pi, (SERIES, 1))
    days = np.asarray(MONTHS.days_in_month) / 30.4375
    level = mean * days * (1 + swing * np.sin(2 * np.pi * time / 12 + phase)) * np.where(time >= AT, 1 + step, 1)
    counts = random.poisson(level if phi == 1 else random.gamma(level / (phi - 1), phi - 1))
    return table_of(counts, MONTHS)


def outside(levels: pd.DataFrame) -> tuple[str, str]:
    """Per cent of baseline months and of later months outside the process limits."""
    parts = levels.groupby("is_baseline")["rule_outside_limits"].mean()
    return f"{100 * parts[True]:.2f}%", f"{100 * parts[False]:.2f}%"


def found_soon(levels: pd.DataFrame, direction: str, months: int = 8) -> float:
    """Part of the series with a signal in this direction, as known by then, within so many months of the step."""
    position = levels.groupby("series").cumcount()
    soon = levels[(position >= AT) & (position < AT + months)]
    return float((soon["signal_known"] == direction).groupby(soon["series"]).any().mean())


def promises() -> pd.DataFrame:
    """What lies outside the limits of steady series, and how many of the later months' series get any signal."""
    random, rows = np.random.default_rng(SEED), []
    for mean, phi, swing in CONDITIONS:
        table = drawn(random, mean, phi, swing)
        ours = expected_levels(table, baseline=BASELINE)
        plain = expected_levels(table, baseline=BASELINE, chart="u", seasonal=False)
        laney = expected_levels(table, baseline=BASELINE, seasonal=False, limits="sigma", companion=None)
        every = expected_levels(table)
        seasonal = (ours.groupby("series")["season_factor"].max() > 1).mean()
        rows.append(
            {
                "Events a month": f"{mean:,}",
                "φ": phi,
                "Swing of the season": f"±{100 * swing:.0f}%",
                "u: baseline, later": " and ".join(outside(plain)),
                "u′, no season: baseline, later": " and ".join(outside(laney)),
                "ours: baseline, later": " and ".join(outside(ours)),
                "ours, every month baseline": f"{100 * every['rule_outside_limits'].mean():.2f}%",
                "Season found": f"{100 * seasonal:.0f}%",
            }
        )
    return pd.DataFrame(rows)


def steps() -> pd.DataFrame:
    """Per cent of lasting steps found within eight months, by level and size; φ is 2 and the season ±20%."""
    random, rows = np.random.default_rng(SEED + 1), []
    for mean in MEANS:
        row = {"Events a month": f"{mean:,}"}
        for step in STEPS:
            levels = expected_levels(drawn(random, mean, 2, 0.2, step), baseline=BASELINE)
            row[f"{100 * step:+.0f}%"] = f"{100 * found_soon(levels, 'above' if step > 0 else 'below'):.0f}%"
        still = expected_levels(drawn(random, mean, 2, 0.2), baseline=BASELINE)
        both = found_soon(still, "above") + found_soon(still, "below")
        row["no step"] = f"{100 * both:.0f}%"
        rows.append(row)
    return pd.DataFrame(rows)


def drawn_quarters(random: np.random.Generator, years: int, mean: float, phi: float, swing: float) -> pd.DataFrame:
    """Series of so many years of quarters and two more, with a season of this swing at a phase of its own."""
    ends = pd.period_range("2006-06", periods=12 * (years + 2), freq="M")[::3]
    phase = random.uniform(0, 2 * np.pi, (SERIES, 1))
    level = mean * days_in(ends, 3) / 91.3125 * (1 + swing * np.sin(np.pi * np.arange(len(ends)) / 2 + phase))
    return table_of(random.poisson(random.gamma(level / (phi - 1), phi - 1)), ends)


def quarters() -> pd.DataFrame:
    """Quarters: what lies outside after so many baseline years, and how wide the limits are beside three true sigma."""
    random, rows = np.random.default_rng(SEED + 2), []
    for years in (2, 3, 4, 5, 6, 9):
        for mean, phi, swing in ((1200, 4, 0.0), (1200, 4, 0.1), (1200, 4, 0.2), (12_000, 10, 0.1)):
            table = drawn_quarters(random, years, mean, phi, swing)
            first, last = table["month"].iloc[0] - 2, table["month"].iloc[4 * years - 1]
            levels = expected_levels(table, span_months=3, baseline=(first, last))
            later = levels[~levels["is_baseline"]]
            reach = (later["upper_process_limit"] - later["centre_line"]) / np.sqrt(phi * later["centre_line"])
            any_signal = (later["signal_known"] != "none").groupby(later["series"]).any()
            rows.append(
                {
                    "Baseline": f"{years} years, {4 * years} quarters",
                    "Events a quarter": f"{mean:,}",
                    "φ": phi,
                    "Swing of the season": f"±{100 * swing:.0f}%",
                    "Season found": f"{100 * (levels.groupby('series')['season_factor'].max() > 1).mean():.0f}%",
                    "Later quarters outside": f"{100 * later['rule_outside_limits'].mean():.2f}%",
                    "Any signal in eight": f"{100 * any_signal.mean():.0f}%",
                    "Width over three true sigma": f"{reach.mean() / 3:.2f}",
                }
            )
    return pd.DataFrame(rows)


def in_the_quarter(levels: pd.DataFrame, first: int) -> np.ndarray:
    """True for each series with a signal, as known by then, in the three months that begin with this one."""
    position = levels.groupby("series").cumcount()
    here = levels[(position >= first) & (position < first + 3)]
    return (here["signal_known"] != "none").groupby(here["series"]).any().to_numpy()


def a_quarter() -> pd.DataFrame:
    """Series with a signal in the first quarter and in the fourth after 36 months, in brackets what is said."""
    random, rows = np.random.default_rng(SEED + 3), []
    names = [rule.name for rule in RULE_SETS["standard"].rules]
    for mean in CASES:
        row = {"Cases a month": f"{mean:,}"}
        for phi, swing in SPREADS:
            levels = expected_levels(drawn(random, mean, phi, swing), baseline=BASELINE)
            told = []
            for after in (3, 12):
                said = false_alarms_of(names, Judging("probability", AT, after, size=mean / phi)).rate or 0.0
                told.append(f"{100 * in_the_quarter(levels, AT + after - 3).mean():.1f}% ({100 * said:.1f}%)")
            row[f"φ {phi}{f', season ±{100 * swing:.0f}%' if swing else ''}"] = " and ".join(told)
        rows.append(row)
    return pd.DataFrame(rows)


def rule_sets() -> pd.DataFrame:
    """What is said of each rule set, of months and of quarters, by both kinds of limits."""
    asked = {
        "First quarter after 36 months": Judging("", 36, 3, size=100.0),
        "Fourth": Judging("", 36, 12, size=100.0),
        "Every month sets the limits, 60 of them": Judging("", 60, 0, size=100.0),
        "First quarter after 20 quarters": Judging("", 20, 1, in_a_quarter=1, size=100.0),
        "Fourth quarter after 20": Judging("", 20, 4, in_a_quarter=1, size=100.0),
        "First quarter after 36 months, 4 cases a month": Judging("", 36, 3, size=4.0),
    }
    rows = []
    for name, limits in itertools.product(RULE_SETS, ("probability", "sigma")):
        said = {
            heading: false_alarms_of(
                [rule.name for rule in RULE_SETS[name].rules], replace(judging, limits=limits)
            ).rate
            for heading, judging in asked.items()
        }
        cells = {heading: f"{100 * (rate or 0.0):.1f}%" for heading, rate in said.items()}
        rows.append({"Rules": f"`{name}`, {limits} limits"} | cells)
    return pd.DataFrame(rows)


def boroughs(first: str, shuffles: int) -> np.ndarray:
    """Five years of each offence type in each borough, or so many times with like months of the years exchanged."""
    table = pd.read_csv(BOROUGHS).set_index(["MajorText", "MinorText", "BoroughName"])
    table.columns = pd.PeriodIndex([f"{name[:4]}-{name[4:]}" for name in table.columns], freq="M")
    counts = table[pd.period_range(first, periods=60, freq="M")].dropna().to_numpy(dtype=float)
    if not shuffles:
        return counts
    random = np.random.default_rng(SEED)
    years = counts.reshape(-1, 5, 12)
    return np.concatenate([random.permuted(years, axis=1).reshape(-1, 60) for _ in range(shuffles)])


def real_quarters() -> pd.DataFrame:
    """London: series with a signal in the first quarter after 36 months and in the fourth, beside what is said."""
    rows = []
    for least, most in SIZES:
        row = {"Cases a month": f"{least:,} to {most:,}" if np.isfinite(most) else f"{least:,} and more"}
        for heading, shuffles in (("like months exchanged", SHUFFLES), ("as they are", 0)):
            counts = np.concatenate([boroughs(first, shuffles) for first in WINDOWS])
            mean = counts[:, :AT].mean(axis=1)
            counts = counts[(mean >= least) & (mean < most)]
            levels = expected_levels(table_of(counts, MONTHS), baseline=BASELINE)
            row["Series"] = f"{len(counts):,}"
            for after, quarter in ((3, "first"), (12, "fourth")):
                shown = f"{100 * in_the_quarter(levels, AT + after - 3).mean():.1f}%"
                row[f"{quarter} quarter, {heading}"] = shown
                if shuffles:
                    row[f"{quarter} quarter, said"] = f"{100 * said_of(counts[:, : AT + after]):.1f}%"
        rows.append(row)
    return pd.DataFrame(rows)


def said_of(counts: np.ndarray) -> float:
    """The mean of what the method lines of some of these series say."""
    some = counts[:: max(1, len(counts) // SAID_OF)]
    frames = (pd.DataFrame({"month": MONTHS[: counts.shape[1]], "n": row}) for row in some)
    levels = (expected_level(Series.from_frame(frame, numerator="n"), baseline=BASELINE) for frame in frames)
    return float(np.mean([level.false_alarm_rate for level in levels]))


def main(arguments: list[str]) -> None:
    """Make the tables, print them, and put them into the page if asked to."""
    made = {
        "promises": promises,
        "steps": steps,
        "a quarter": a_quarter,
        "rule sets": rule_sets,
        "real quarters": real_quarters,
        "quarters": quarters,
    }
    asked = [name for name in made if name in arguments] or list(made)
    asked = [name for name in asked if name != "real quarters" or BOROUGHS.exists()]
    give(PAGE, {name: made[name]() for name in asked}, write="--write" in arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
