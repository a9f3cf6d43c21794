"""Split the force's illustrative months between its districts.

    python tools/make_illustrative_districts.py data/raw data/raw/illustrative_districts.csv

No document prints figures by district and month. Each of the force's illustrative months is divided at random between
the nine districts, in proportion to their residents times an assumed relative rate that wanders a little. In every
month the districts add up to the force, and all crime holds at least the four offences counted beside it. Two published
changes are kept to: Rutland's all crime and Charnwood's violence with injury between 2013/14 and 2014/15. Nothing here
is a record. The same inputs give the same file, byte for byte.
"""

import csv
import sys
from pathlib import Path

import numpy as np
import pandas as pd

FORCE = "Leicestershire"
FIRST_MONTH = "2011-04"
SOURCE = "Illustrative monthly split of published totals"
NOTE = "the force's illustrative month divided by assumed proportions; the nine districts add up to it"
SEED = 1974
MONTHLY_STEP = 0.012  # one month's step of a district's log share, standard deviation
CONCENTRATION = 900.0  # of the monthly shares about their path: the smaller, the more a month scatters
ALL, BURGLARY, VIOLENCE, FROM_VEHICLES, OF_VEHICLES = COUNTED = (
    "11.offences", "12.offences", "13.offences", "14A.offences", "14B.offences",
)  # fmt: skip

# Rate of each district against that of the others, per resident, in the order of COUNTED: assumed.
RELATIVE_RATES = {
    "Leicester": (1.45, 1.45, 1.50, 1.25, 1.45),
    "Rutland": (0.55, 0.60, 0.45, 0.60, 0.50),
    "Blaby": (0.72, 0.80, 0.60, 0.95, 0.85),
    "Charnwood": (0.85, 0.95, 0.80, 0.85, 0.80),
    "Harborough": (0.60, 0.75, 0.50, 0.85, 0.80),
    "Hinckley and Bosworth": (0.75, 0.75, 0.75, 0.80, 0.85),
    "Melton": (0.72, 0.65, 0.75, 0.60, 0.65),
    "North West Leicestershire": (0.85, 0.80, 0.85, 1.05, 1.00),
    "Oadby and Wigston": (0.70, 0.95, 0.60, 0.75, 0.75),
}
# The Annual Report prints the changes, not the totals: 185 fewer and just over 15%; 21.8% fewer. Totals assumed.
PRINTED = {
    (ALL, "Rutland"): {"2014-03": 1216, "2015-03": 1031},
    (VIOLENCE, "Charnwood"): {"2014-03": 550, "2015-03": 430},
}


def random_of(indicator: str) -> np.random.RandomState:
    """Return the randomness of one series, the same whatever other series there are."""
    # The stream of RandomState is frozen by numpy's compatibility policy; that of Generator may change.
    return np.random.RandomState([SEED, *indicator.encode()])


def shares(residents: pd.Series, indicator: str, months: int, random: np.random.RandomState) -> np.ndarray:
    """Return every district's share of a month, months by districts."""
    rates = np.array([RELATIVE_RATES[district][COUNTED.index(indicator)] for district in residents.index])
    steps = MONTHLY_STEP * random.standard_normal((months, len(rates)))
    path = residents.to_numpy() * rates * np.exp(np.cumsum(steps, axis=0))
    path /= path.sum(axis=1, keepdims=True)
    scattered = random.standard_gamma(CONCENTRATION * path)
    return scattered / scattered.sum(axis=1, keepdims=True)


def split(force: pd.Series, residents: pd.Series, indicator: str, totals: dict[str, dict[str, int]]) -> pd.DataFrame:
    """Divide a count between the districts, month by month; `totals` are years of some districts that must be met."""
    random = random_of(indicator)
    share = shares(residents, indicator, len(force), random)
    drawn = pd.DataFrame(0, index=force.index, columns=residents.index)
    for month, count in force.items():
        fixed = years_of(month, totals)
        if month.month == 4:  # a year begins: its bound months are drawn together
            for district, total in fixed.items():
                weights = force[month : month + 11] / force[month : month + 11].sum()
                drawn.loc[month : month + 11, district] = random.multinomial(total, weights)
        free = [district not in fixed for district in residents.index]
        left = int(count) - int(drawn.loc[month, list(fixed)].sum())
        chances = share[force.index.get_loc(month)][free]
        drawn.loc[month, free] = random.multinomial(left, chances / chances.sum())
    return drawn


def years_of(month: pd.Period, totals: dict[str, dict[str, int]]) -> dict[str, int]:
    """Return the totals that bind the financial year of a month, by district."""
    end = str(pd.Period(year=month.year + (month.month > 3), month=3, freq="M"))
    return {district: years[end] for district, years in totals.items() if end in years}


def bound(indicator: str) -> dict[str, dict[str, int]]:
    """Return the yearly totals assumed for an indicator, by district."""
    return {district: years for (key, district), years in PRINTED.items() if key == indicator}


def divide(force: pd.DataFrame, residents: pd.Series) -> dict[str, pd.DataFrame]:
    """Divide the four offences, then the rest of all crime, so that a district's parts never exceed its whole."""
    parts = {key: split(force[key], residents, key, bound(key)) for key in COUNTED if key != ALL}
    counted_beside = sum(parts.values())
    rest = force[ALL] - force[list(parts)].sum(axis=1)
    years_left = {
        district: {
            end: total - int(counted_beside.loc[pd.Period(end) - 11 : pd.Period(end), district].sum())
            for end, total in years.items()
        }
        for district, years in bound(ALL).items()
    }
    return {ALL: counted_beside + split(rest, residents, ALL, years_left)} | parts


def main(folder: Path, target: Path) -> None:
    """Read the force's months and the residents, divide every month, write the districts."""
    months = pd.read_csv(folder / "illustrative_monthly.csv", dtype={"period_end": str})
    chosen = months["area"].eq(FORCE) & months["indicator"].isin(COUNTED) & months["period_end"].ge(FIRST_MONTH)
    months = months[chosen]
    force = months.pivot(index="period_end", columns="indicator", values="numerator").astype("int64")
    force.index = pd.PeriodIndex(force.index, freq="M")
    populations = pd.read_csv(folder / "populations.csv")
    census = populations[populations["vintage"].str.startswith("2011 Census")]
    residents = census.set_index("area")["persons"][list(RELATIVE_RATES)]
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["indicator", "area", "period_end", "months", "numerator", "source", "note"])
        for indicator, drawn in divide(force, residents).items():
            for district in drawn:
                for month, count in drawn[district].items():
                    writer.writerow([indicator, district, month, 1, count, SOURCE, NOTE])


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:3]))
