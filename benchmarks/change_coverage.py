"""How often the intervals of a change hold the truth, and how much real counts vary: tables of the page on change.

    python benchmarks/change_coverage.py [TABLE ...] [COUNTS] [--write]

Draws years whose truth is known, compares them, and counts: some twenty minutes. TABLE is `ways`, `shares`, `counts`,
`leaning`, `drifting`, `areas`, `quarters` or `official`; all by default. COUNTS is the Metropolitan Police's borough
table of monthly offences, as downloaded, for the variation of real counts. `--write` puts the tables into the page.
"""

import math
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
from pages import give

from pccstats.methods.change.dispersion import (
    CHANCE,
    Dispersion,
    Variation,
    assumed_dispersion,
    dispersion_of_months,
    dispersion_of_rolling_years,
    variation_of_periods,
    variation_of_rolling_years,
    variation_of_shares,
)
from pccstats.methods.change.two_figures import LEAST_EVENTS, compare_counts, compare_shares, poisson_p
from pccstats.methods.peers.areas import change_funnel

PAGE = Path(__file__).parents[1] / "docs" / "methods" / "change.md"
SEED = 20150630
YEARS, SURVEYS = 12_000, 4000  # drawn for each cell
EVENTS = (5, 10, 20, 50, 100, 200, 500, 1000, 4000, 20_000, 60_000)
DISPERSIONS = (1, 1.25, 1.5, 2, 3, 5, 10, 15)
RESPONDENTS = (30, 100, 250, 500, 1000, 2200)
SHARES = ((0.5, 0.5), (0.845, 0.815), (0.897, 0.886), (0.95, 0.95), (0.99, 0.99))
MONTH_OF_YEAR, WINDOW = np.tile(np.arange(1, 13), 2), np.repeat([0, 1], 12)
SIZES = (0, 100, 300, 1000, 10_000, np.inf)
OFFICIAL = Path(__file__).parents[1] / "data" / "raw" / "police_recorded_crime.csv"
QUARTERLY_DRAWN = 4000
QUARTERLY = (  # years held, events a year, φ, and the part by which the level falls each year
    *((4, 4000, phi, 0.0) for phi in (1, 2, 5, 10)),
    *((9, events, phi, 0.0) for events in (400, 4000, 60_000) for phi in (1, 2, 5, 10)),
    (9, 4000, 2, 0.05),
    (9, 60_000, 5, 0.05),
    (9, 60_000, 5, 0.1),
)
ENDS = pd.period_range("2010-04", periods=60, freq="M")
LEANING_DRAWN = 800
DRIFTING_DRAWN = 2000
LEANING = (  # how months vary: words, standard deviation of the logarithm of their level, its correlation
    ("chance alone", 0.0, 0.0),
    ("independent, ±15%", 0.15, 0.0),
    ("0.35, ±10%", 0.1, 0.35),
    ("0.35, ±15%", 0.15, 0.35),
    ("0.35, ±30%", 0.3, 0.35),
)
MEAN_RANGE = 2 / np.sqrt(np.pi)  # of two standard normal values


def two_years(random: np.random.Generator, events: float, phi: float, swing: float = 0.3) -> Iterator[np.ndarray]:
    """Draw pairs of years of months with a season of this swing and this over-dispersion, and no change."""
    season = 1 + swing * np.sin(2 * np.pi * (MONTH_OF_YEAR - 1) / 12 + 0.7)
    mean = np.broadcast_to(events * season / season.sum() * 2, (YEARS, 24))
    yield from random.poisson(mean if phi == 1 else random.gamma(mean / (phi - 1), phi - 1))


def counts() -> pd.DataFrame:
    """Coverage of the 95% interval of a ratio that is truly 1 by φ alone, by events a year and over-dispersion."""
    random, rows = np.random.default_rng(SEED), []
    for events in EVENTS:
        row = {"Events a year": f"{events:,}"}
        for phi in DISPERSIONS:
            tested = [months for months in two_years(random, events, phi) if months.sum() >= LEAST_EVENTS]
            held = np.mean([holds_one(months, by_months(months)) for months in tested])
            part = len(tested) / YEARS
            row[f"φ {phi:g}"] = per_cent(held) if part > 0.995 else f"{per_cent(held)} of {part:.0%}"
        rows.append(row)
    return pd.DataFrame(rows)


def holds_one(months: np.ndarray, dispersion: Dispersion | None = None) -> bool:
    """Whether the interval of the ratio of the two years holds 1."""
    found = dispersion or judged_by(months)
    test = compare_counts(months[:12].sum(), months[12:].sum(), found)
    return test.lower <= 1 <= test.upper


def by_months(months: np.ndarray) -> Dispersion:
    """How two years of months vary, as if they were independent."""
    return dispersion_of_months(months, MONTH_OF_YEAR, WINDOW) or Dispersion(1.0)


def judged_by(months: np.ndarray) -> Dispersion:
    """What two years of months are judged by, nothing else being held: as `change` has it."""
    found = variation_of_periods(months, ENDS[:24], WINDOW, 1)
    return between_years(found) if found is not None else Dispersion(1.0)


def leaning() -> pd.DataFrame:
    """Coverage where months lean on one another and where they do not, with two and with five years of them held."""
    rows = []
    for years, mean in product((2, 5), (30, 400, 5000)):
        row = {"Years held": years, "Events a month": f"{mean:,}"}
        for words, deviation, rho in LEANING:
            random = np.random.default_rng(SEED)
            drawn = wandering(random, mean, deviation, rho, 12 * years)
            before, after = np.mean([holds_one_leaning(months) for months in drawn], axis=0)
            row[words] = f"{per_cent(before)} → {per_cent(after)}"
        rows.append(row)
    return pd.DataFrame(rows)


def wandering(random: np.random.Generator, mean: float, deviation: float, rho: float, months: int) -> np.ndarray:
    """Counts whose level wanders about its season: the logarithm an AR(1) of this deviation and correlation."""
    away = random.standard_normal((LEANING_DRAWN, months))
    for month in range(1, months):
        away[:, month] = rho * away[:, month - 1] + math.sqrt(1 - rho**2) * away[:, month]
    season = 1 + 0.3 * np.sin(2 * np.pi * np.arange(months) / 12 + 0.7)
    return random.poisson(mean * season * np.exp(deviation * away - deviation**2 / 2)).astype(float)


def holds_one_leaning(months: np.ndarray) -> tuple[bool, bool]:
    """Whether the interval of the ratio of the last two years holds 1: months taken as independent, and as they are."""
    ends, years = ENDS[: len(months)], np.arange(len(months)) // 12
    windows = variation_of_periods(months[-24:], ends[-24:], years[-24:], 1)
    held = variation_of_periods(months, ends, years, 1)
    if windows is None or held is None:
        raise ValueError("too few events")
    return holds_one(months[-24:], windows.dispersion), holds_one(months[-24:], between_years(windows, held))


def between_years(found: Variation, held: Variation | None = None, apart: int = 0) -> Dispersion:
    """The dispersion of the difference of the last year and the one before, or an earlier one."""
    periods = 12 // found.step
    places = found.residuals.places.max() - np.arange(periods)
    weights = np.repeat([1 / periods, -1 / periods], periods)
    return found.between(weights, np.concatenate([places, places - (1 + apart) * periods]), held=held)


def quarters() -> pd.DataFrame:
    """Coverage by φ alone where quarters, or rolling years, are held: the last year against two before."""
    random, rows = np.random.default_rng(SEED), []
    for years, events, phi, fall in QUARTERLY:
        time = np.arange(4 * years)
        level = events / 4 * (1 + 0.2 * np.sin(np.pi * time / 2 + 0.7)) * (1 - fall) ** (time / 4)
        means = np.broadcast_to(level, (QUARTERLY_DRAWN, 4 * years))
        drawn = random.poisson(means if phi == 1 else random.gamma(means / (phi - 1), phi - 1)).astype(float)
        truth = level[-4:].sum() / level[-12:-8].sum()
        by_quarter = [dispersion_of_months(row, 3 * (time % 4) + 3, time // 4) for row in drawn]
        by_year = [dispersion_of_rolling_years(np.convolve(row, np.ones(4), "valid"), 4) for row in drawn]
        row = {"Years held": years, "Events a year": f"{events:,}", "True φ": phi, "Yearly fall": f"{fall:.0%}"}
        for name, found in (("Quarters", by_quarter), ("Rolling years", by_year)):
            row[f"{name}: 95% hold"] = per_cent(
                np.mean([_holds(*pair, truth) for pair in zip(drawn, found, strict=True)])
            )
            row[f"{name}: mean φ"] = (
                f"{np.mean([one.phi if math.isnan(one.estimate) else one.estimate for one in found]):.1f}"
            )
        rows.append(row)
    return pd.DataFrame(rows)


def _holds(drawn: np.ndarray, found: Dispersion, truth: float) -> bool:
    test = compare_counts(drawn[-12:-8].sum(), drawn[-4:].sum(), found)
    return test.lower <= truth <= test.upper


def official() -> pd.DataFrame:
    """Over-dispersion of the official rolling years shipped, eight forces, beside what would be assumed."""
    table = pd.read_csv(OFFICIAL)
    rows = []
    for (offence, _), group in table.sort_values("period_end").groupby(["indicator", "area"]):
        years = group["numerator"].to_numpy(float)
        found = variation_of_rolling_years(years, 4)
        if found is not None:
            name, of_totals = offence.removeprefix("official.").replace("_", " "), between_years(found).of_totals
            rows.append((name, years[-1], found.dispersion.estimate, of_totals, assumed_dispersion(years[-1])))
    held = pd.DataFrame(rows, columns=["offence", "events", "phi", "of_totals", "assumed"])
    return pd.DataFrame(
        [
            {
                "Offence group": offence,
                "Events a year, median": f"{part['events'].median():,.0f}",
                "φ, least": f"{part['phi'].min():.1f}",
                "φ, median": f"{part['phi'].median():.1f}",
                "φ, most": f"{part['phi'].max():.1f}",
                "φ of years, median": f"{part['of_totals'].median():.1f}",
                "Assumed, median": f"{part['assumed'].median():.1f}",
            }
            for offence, part in held.groupby("offence")
        ]
    )


def ways() -> pd.DataFrame:
    """Coverage by way of estimating the over-dispersion, as the season grows: 4,000 events a year, true φ 2."""
    random, rows = np.random.default_rng(SEED), []
    for swing in (0.0, 0.15, 0.3):
        drawn = list(two_years(random, 4000, 2, swing))
        laney = [Dispersion(max(1.0, from_neighbours(months))) for months in drawn]
        ours = [dispersion_of_months(months, MONTH_OF_YEAR, WINDOW) for months in drawn]
        rows.append(
            {
                "Season": f"±{swing:.0%}",
                "Chance alone": per_cent(np.mean([holds_one(months, Dispersion(1.0)) for months in drawn])),
                "Neighbouring months": per_cent(np.mean([holds_one(*pair) for pair in zip(drawn, laney, strict=True)])),
                "their mean φ": f"{np.mean([found.phi for found in laney]):.1f}",
                "Like months": per_cent(np.mean([holds_one(*pair) for pair in zip(drawn, ours, strict=True)])),
                "its mean φ": f"{np.mean([found.phi for found in ours]):.1f}",
            }
        )
    return pd.DataFrame(rows)


def from_neighbours(months: np.ndarray) -> float:
    """Square Laney's sigma-z of each year about its own mean."""
    z = [(year - year.mean()) / np.sqrt(year.mean()) for year in (months[:12], months[12:])]
    return float((np.concatenate([np.abs(np.diff(year)) for year in z]).mean() / MEAN_RANGE) ** 2)


def shares() -> pd.DataFrame:
    """Coverage of the 95% interval of the difference of two shares, plain and with a design effect of 1.5."""
    random, rows = np.random.default_rng(SEED), []
    for first, second in SHARES:
        row = {"Shares": f"{100 * first:g}% and {100 * second:g}%"}
        for asked in RESPONDENTS:
            pairs = zip(random.binomial(asked, first, SURVEYS), random.binomial(asked, second, SURVEYS), strict=True)
            row[f"{asked:,} asked"] = per_cent(covered(pairs, asked, second - first, 1.0))
        clustered = zip(in_clusters(random, first), in_clusters(random, second), strict=True)
        row["1,000 asked, design effect 1.5"] = per_cent(covered(clustered, 1000, second - first, 1.5))
        rows.append(row)
    return pd.DataFrame(rows)


def drifting() -> pd.DataFrame:
    """Coverage of the difference of two years' shares whose true value drifts from quarter to quarter, by months."""
    rows = []
    for share, asked in product((0.85, 0.5), (85, 180, 400)):
        row = {"Share": f"{share:.0%}", "Asked a month": asked}
        for drift in (0.0, 0.15, 0.3):
            random = np.random.default_rng(SEED)
            quarterly = drift * random.standard_normal((DRIFTING_DRAWN, 8))
            chance = 1 / (1 + (1 - share) / share * np.exp(-np.repeat(quarterly, 3, axis=1)))
            drawn = random.binomial(asked, chance)
            before, after = np.mean([_hold_nought(satisfied, asked) for satisfied in drawn], axis=0)
            row[f"drift {drift:g}"] = f"{per_cent(before)} → {per_cent(after)}"
        rows.append(row)
    return pd.DataFrame(rows)


def _hold_nought(satisfied: np.ndarray, asked: int) -> tuple[bool, bool]:
    """Whether the interval of the difference of two years holds nought: by chance alone, and by their months."""
    found = variation_of_shares(satisfied, np.full(24, asked), ENDS[:24], WINDOW, 1)
    years = [(float(satisfied[year].sum()), 12.0 * asked) for year in (slice(12), slice(12, 24))]
    tests = [compare_shares(*years, dispersion=one) for one in (CHANCE, between_years(found) if found else CHANCE)]
    return tests[0].lower <= 0 <= tests[0].upper, tests[1].lower <= 0 <= tests[1].upper


def areas() -> pd.DataFrame:
    """How many of sixteen areas that do not change lie outside the 95% limits of the funnel of change."""
    rows = []
    for mean, (words, deviation, rho) in product((30, 400), LEANING):
        random = np.random.default_rng(SEED)
        drawn = wandering(random, mean, deviation, rho, 24)[: 16 * (LEANING_DRAWN // 32)].reshape(-1, 16, 24)
        outside = []
        for force in drawn:
            found = [variation_of_periods(months, ENDS[:24], WINDOW, 1) for months in force]
            years = force[:, :12].sum(axis=1), force[:, 12:].sum(axis=1)
            both = ([one.dispersion.phi for one in found], [between_years(one).of_totals for one in found])
            points = [change_funnel(*years, np.array(phi)).points for phi in both]
            outside.append([np.mean(np.abs(one["z"]) > 1.96) for one in points])
        before, after = np.mean(outside, axis=0)
        rows.append({"Events a month": mean, "Months": words, "Outside": f"{per_cent(before)} → {per_cent(after)}"})
    return pd.DataFrame(rows)


def in_clusters(random: np.random.Generator, share: float, size: int = 10, effect: float = 1.5) -> np.ndarray:
    """Satisfied among 1,000 respondents in clusters of ten whose own shares differ: a design effect of 1.5."""
    likeness = (effect - 1) / (size - 1)
    scale = 1 / likeness - 1
    own = random.beta(share * scale, (1 - share) * scale, (SURVEYS, 1000 // size))
    return random.binomial(size, own).sum(axis=1)


def covered(pairs: Iterator[tuple[int, int]], asked: int, truth: float, design_effect: float) -> float:
    """The part of intervals that hold the true difference."""
    tests = [compare_shares((k, asked), (m, asked), design_effect=design_effect) for k, m in pairs]
    return float(np.mean([test.lower <= truth <= test.upper for test in tests]))


def real_counts(path: Path) -> pd.DataFrame:
    """Variation of pairs of real years, and flags raised when like months or quarters change places at random."""
    random = np.random.default_rng(SEED)
    rows = []
    for months in real_years(path):
        found = variation_of_periods(months, ENDS[:24], WINDOW, 1)
        if found is None or months.sum() < 2 * LEAST_EVENTS:
            continue
        by_month, by_quarter = (exchanged(random, months, length) for length in (1, 3))
        flags = [
            not holds_one(swapped, by_months(swapped) if is_before else None)
            for swapped in (by_month, by_quarter)
            for is_before in (True, False)
        ]
        by_chance = poisson_p(by_month[:12].sum(), by_month[12:].sum()) < 0.05
        rows.append((months.sum() / 2, found.dispersion.phi, between_years(found).of_totals, *flags, by_chance))
    flags = ["month_before", "month_after", "quarter_before", "quarter_after"]
    table = pd.DataFrame(rows, columns=["events", "phi", "of_totals", *flags, "flagged_by_chance"])
    sizes = pd.cut(table["events"], SIZES, right=False, labels=["under 100", "100", "300", "1,000", "10,000 and more"])
    groups = [*table.groupby(sizes, observed=True), ("all", table)]
    return pd.DataFrame(
        [
            {
                "Events a year, from": size,
                "Pairs of years": f"{len(part):,}",
                "φ of months, median": f"{part['phi'].median():.1f}",
                "upper quartile": f"{part['phi'].quantile(0.75):.1f}",
                "φ of years, median": f"{part['of_totals'].median():.1f}",
                "its upper quartile": f"{part['of_totals'].quantile(0.75):.1f}",
                "Months exchanged": f"{per_cent(part['month_before'].mean())} → {per_cent(part['month_after'].mean())}",
                "Quarters exchanged": (
                    f"{per_cent(part['quarter_before'].mean())} → {per_cent(part['quarter_after'].mean())}"
                ),
                "Months, by chance alone": per_cent(part["flagged_by_chance"].mean()),
            }
            for size, part in groups
        ]
    )


def exchanged(random: np.random.Generator, months: np.ndarray, length: int) -> np.ndarray:
    """Two years of which runs of so many months have changed places with those of the other year, or not, at random."""
    swapped, taken = months.copy(), np.flatnonzero(np.repeat(random.random(12 // length) < 0.5, length))
    swapped[taken], swapped[taken + 12] = months[taken + 12], months[taken]
    return swapped


def real_years(path: Path) -> Iterator[np.ndarray]:
    """Give pairs of financial years, 2010/11 to 2019/20: by offence and borough, by offence, and by borough."""
    table = pd.read_csv(path)
    months = [name for name in table.columns if name.isdigit() and 201004 <= int(name) <= 202003]
    groups = (
        ["MinorText", "BoroughName"],
        ["MajorText", "BoroughName"],
        ["MinorText"],
        ["MajorText"],
        ["BoroughName"],
    )
    for names in groups:
        for values in table.groupby(names)[months].sum().to_numpy(dtype=float):
            for start in range(0, len(months) - 23, 12):
                yield values[start : start + 24]


def per_cent(share: float) -> str:
    """Write a share with one decimal."""
    return f"{100 * share:.1f}%"


def main(arguments: list[str]) -> None:
    """Make the tables, print them, and put them into the page if asked to."""
    paths = [Path(argument) for argument in arguments if argument.endswith(".csv")]
    made = {
        "ways": ways,
        "shares": shares,
        "counts": counts,
        "leaning": leaning,
        "drifting": drifting,
        "areas": areas,
        "quarters": quarters,
        "official": official,
    }
    asked = [name for name in made if name in arguments] or list(made)
    tables = {name: made[name]() for name in asked}
    if paths:
        tables["real counts"] = real_counts(*paths)
    give(PAGE, tables, write="--write" in arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
