"""Learn how months and quarters of real counts lean on one another, from one half of the series; hold out the other.

    python benchmarks/serial_dependence.py FOLDER

FOLDER holds `mps-boroughs` (the Metropolitan Police's monthly offences by borough) and `rolling-year-pfa` (the Home
Office's rolling years by force), as published. Learned from every other borough and every other force, by name; the
rest are held out. Prints the tables of docs/methods/change.md and the constants of pccstats/methods/dependence.py.

A count varies by chance, which does not last, and by more, which does: its correlations are taken to fall as ρ, ρ², ρ³.
The ρ sought is the one at which sums over a year vary as they do: the sum over lags k of (1 - k/n) times the product of
residuals k apart, over their sum of squares, has the mean over series that it is expected to have.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from pccstats.methods.change.dispersion import Variation, variation_of_periods, variation_of_rolling_years
from pccstats.methods.dependence import correlations

GRID = np.linspace(0, 0.9, 46)
MONTHS = [str(month).replace("-", "") for month in pd.period_range("2010-04", "2020-03", freq="M")]
YEARS_AT_ONCE, QUARTERS_AT_ONCE = 5, 16
SIZES = (0, 5, 15, 50, 150, 500, 2000, np.inf)  # events a month, or quarter
LEAST_EVENTS = 0.5  # a month, or quarter: emptier series tell nothing
LONDON, FORCES = "mps-boroughs/MPS Borough Level Crime (Historical).csv", "rolling-year-pfa/rec-crime-pfa.csv"
DAMAGED = "Fraud"  # moved to a national body force by force, 2011 to 2013


def london(folder: Path, half: int) -> Iterator[tuple[float, Variation]]:
    """Five years at a time of every other borough: by offence and borough, by borough, by offence in all of them."""
    table = pd.read_csv(folder / LONDON)
    kept = sorted(table["BoroughName"].unique())[half::2]
    table = table[table["BoroughName"].isin(kept)]
    names = (["MinorText", "BoroughName"], ["MajorText", "BoroughName"], ["BoroughName"], ["MinorText"], ["MajorText"])
    ends = pd.period_range("2010-04", periods=12 * YEARS_AT_ONCE, freq="M")
    blocks = np.repeat(np.arange(YEARS_AT_ONCE), 12)
    for group in names:
        counts = table.groupby(group)[MONTHS].sum().to_numpy(dtype=float)
        for row in counts:
            for start in range(0, len(MONTHS), len(ends)):
                months = row[start : start + len(ends)]
                found = variation_of_periods(months, ends, blocks, 1)
                if found is not None and months.mean() >= LEAST_EVENTS:
                    yield float(months.mean()), found


def forces(folder: Path, half: int) -> Iterator[tuple[float, Variation]]:
    """Four years of differences at a time of the rolling years of every other force."""
    table = pd.read_csv(folder / FORCES)
    table.columns = ["end", "force", "region", "offence", "count"]
    table["end"] = pd.to_datetime(table["end"], dayfirst=True).dt.to_period("M")
    held = table[(table["end"] >= "2007-03") & ~table["offence"].str.contains(DAMAGED)]
    wide = held.pivot_table(index=["force", "offence"], columns="end", values="count").dropna()
    kept = sorted(wide.index.get_level_values("force").unique())[half::2]
    wide = wide[wide.index.get_level_values("force").isin(kept)].loc[:, :"2015-12"]
    for years in wide.to_numpy(dtype=float):
        for start in range(0, len(years) - QUARTERS_AT_ONCE, QUARTERS_AT_ONCE):
            run = years[start : start + QUARTERS_AT_ONCE + 1]
            found = variation_of_rolling_years(run, 4)
            if found is not None and run.mean() / 4 >= LEAST_EVENTS:
                yield float(run.mean() / 4), found


def as_table(series: Iterator[tuple[float, Variation]], periods: int) -> pd.DataFrame:
    """One row a series: its size, its variation, what its neighbours show, and what is expected at every ρ."""
    rows, expectations = [], []
    for size, found in series:
        residuals, phi = found.residuals, found.residuals.phi
        apart = np.abs(np.subtract.outer(residuals.steps, residuals.steps))
        in_a_year = np.where((apart > 0) & (apart < periods), 1 - apart / periods, 0.0) / 2
        next_to = np.isclose(apart, 1) / 2
        squares = float(residuals.values @ residuals.values)
        if squares == 0 or phi == 1:
            rows.append((size, phi, np.nan, np.nan))
            expectations.append(np.full((2, len(GRID)), np.nan))
            continue
        shown = [float(residuals.values @ lags @ residuals.values) / squares for lags in (in_a_year, next_to)]
        rows.append((size, phi, *shown))
        white = residuals.operator @ residuals.operator.T
        expected = []
        for lags in (in_a_year, next_to):
            total = [
                white
                + (phi - 1)
                / residuals.kept(rho)
                * residuals.operator
                @ correlations(residuals.places, rho)
                @ residuals.operator.T
                for rho in GRID
            ]
            expected.append([float(np.sum(lags * one) / np.trace(one)) for one in total])
        expectations.append(np.array(expected))
    table = pd.DataFrame(rows, columns=["size", "phi", "in_a_year", "next_to"])
    table["group"] = pd.cut(table["size"], SIZES, right=False)
    table["expected"] = expectations
    return table


def learned(part: pd.DataFrame, column: int) -> float:
    """The ρ at which the mean over series is the one expected."""
    told = part.dropna(subset=["in_a_year"])
    if len(told) < 5:
        return np.nan
    expected = np.mean([one[column] for one in told["expected"]], axis=0)
    return float(np.interp(told[["in_a_year", "next_to"][column]].mean(), expected, GRID))


def main(folder: Path) -> None:
    """Print what each half says, by size."""
    for title, reader, periods in (("months of London", london, 12), ("quarters of forces", forces, 4)):
        halves = [as_table(reader(folder, half), periods) for half in (0, 1)]
        print(f"\n{title}: half learned from, half held out")
        print("| Events, from | Series | φ, median | Beyond chance | ρ by the sums of a year | ρ by neighbours |")
        print("|---" * 6 + "|")
        for size in [*halves[0]["group"].cat.categories, None]:
            parts = [half if size is None else half[half["group"] == size] for half in halves]
            if not all(len(part) for part in parts):
                continue
            cells = [
                " / ".join(format(value(part), shape) for part in parts)
                for value, shape in (
                    (len, ","),
                    (lambda part: part["phi"].median(), ".1f"),
                    (lambda part: 1 - 1 / part["phi"].median(), ".2f"),
                    (lambda part: learned(part, 0), ".2f"),
                    (lambda part: learned(part, 1), ".2f"),
                )
            ]
            print(f"| {'all' if size is None else f'{size.left:,.0f}'} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
