"""How often limits cry wolf and how soon they find a lasting step: tables of the page on the expected level.

    python benchmarks/expected_level_false_alarms.py [TABLE ...] [--write]

Draws over-dispersed seasonal counts whose truth is known, 60 months with limits from the first 36 and quarters with
limits from two to nine years, and counts: about a minute. TABLE is `promises`, `steps`, `rules`, `later months` or
`quarters`; all by default. `--write` puts the tables into the page.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from pccstats.methods.level.false_alarms import AFTER_BASELINE, AFTER_MONTHS, BASELINE_MONTHS, WITHIN_BASELINE
from pccstats.methods.level.many import expected_levels
from pccstats.methods.level.rules import RULE_SETS, RULES
from pccstats.terms.series import days_in

PAGE = Path(__file__).parents[1] / "docs" / "methods" / "expected-level.md"
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


def drawn(random: np.random.Generator, mean: float, phi: float, swing: float, step: float = 0.0) -> pd.DataFrame:
    """Series of 60 months with a season of this swing at a phase of its own, and a lasting step after 36."""
    time = np.arange(len(MONTHS))
    phase = random.uniform(0, 2 * np.pi, (SERIES, 1))
    days = np.asarray(MONTHS.days_in_month) / 30.4375
    level = mean * days * (1 + swing * np.sin(2 * np.pi * time / 12 + phase)) * np.where(time >= AT, 1 + step, 1)
    counts = random.poisson(level if phi == 1 else random.gamma(level / (phi - 1), phi - 1))
    return pd.DataFrame(
        {
            "series": np.repeat(np.arange(SERIES), len(MONTHS)),
            "month": np.tile(MONTHS, SERIES),
            "numerator": counts.ravel().astype(float),
        }
    )


def outside(levels: pd.DataFrame) -> tuple[str, str]:
    """Per cent of baseline months and of later months outside the process limits."""
    parts = levels.groupby("is_baseline")["rule_outside_limits"].mean()
    return f"{100 * parts[True]:.2f}%", f"{100 * parts[False]:.2f}%"


def found_soon(levels: pd.DataFrame, direction: str, months: int = 8) -> float:
    """Part of the series with a signal in this direction within so many months of the step."""
    position = levels.groupby("series").cumcount()
    soon = levels[(position >= AT) & (position < AT + months)]
    return float((soon["signal"] == direction).groupby(soon["series"]).any().mean())


def promises() -> pd.DataFrame:
    """What lies outside the limits of steady series, and how many of the later months' series get any signal."""
    random, rows = np.random.default_rng(SEED), []
    for mean, phi, swing in CONDITIONS:
        table = drawn(random, mean, phi, swing)
        ours = expected_levels(table, baseline=BASELINE)
        plain = expected_levels(table, baseline=BASELINE, chart="u", seasonal=False)
        laney = expected_levels(table, baseline=BASELINE, seasonal=False)
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
    counts = random.poisson(random.gamma(level / (phi - 1), phi - 1))
    return pd.DataFrame(
        {
            "series": np.repeat(np.arange(SERIES), len(ends)),
            "month": np.tile(ends, SERIES),
            "numerator": counts.ravel().astype(float),
        }
    )


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
            any_signal = (later["signal"] != "none").groupby(later["series"]).any()
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


def rules() -> pd.DataFrame:
    """The shipped false-alarm rates, every month setting the limits."""
    shown = [n for n, months in enumerate(BASELINE_MONTHS) if months in (12, 24, 36, 48, 60, 75, 120)]
    return pd.DataFrame(
        [
            {"Rules": f"`{name}`"} | {f"{BASELINE_MONTHS[n]}": f"{100 * WITHIN_BASELINE[name][n]:.1f}%" for n in shown}
            for name in (*RULE_SETS, *RULES)
        ]
    )


def later_months() -> pd.DataFrame:
    """The shipped false-alarm rates of Making Data Count where later months are judged by a frozen baseline."""
    return pd.DataFrame(
        [
            {"Baseline months": months}
            | {f"{more} more": f"{100 * rate:.0f}%" for more, rate in zip(AFTER_MONTHS, rates, strict=True)}
            for months, rates in AFTER_BASELINE["mdc"].items()
        ]
    )


def markdown(table: pd.DataFrame) -> str:
    """A table as the pages hold it."""
    lines = [[str(cell) for cell in row] for row in table.itertuples(index=False)]
    head = [list(table.columns), ["---"] + ["---:"] * (len(table.columns) - 1)]
    return "\n".join(f"| {' | '.join(row)} |" for row in [*head, *lines])


def main(arguments: list[str]) -> None:
    """Make the tables, print them, and put them into the page if asked to."""
    page = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    made = {
        "promises": promises,
        "steps": steps,
        "rules": rules,
        "later months": later_months,
        "quarters": quarters,
    }
    asked = [name for name in made if name in arguments] or list(made)
    for name in asked:
        table = made[name]()
        print(f"\n{name}\n{markdown(table)}")
        begin, end = f"<!-- {name} -->", f"<!-- end {name} -->"
        if begin in page:
            before, rest = page.split(begin)
            page = f"{before}{begin}\n{markdown(table)}\n{end}{rest.split(end)[1]}"
    if "--write" in arguments:
        PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
