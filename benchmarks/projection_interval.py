"""How wide the interval of a projection must be near at hand, after large growth and with sisters: learned, then tried.

    python benchmarks/projection_interval.py BOROUGHS FORCES [--write]

BOROUGHS is the Metropolitan Police's borough table of monthly offences and FORCES the official rolling-year table of
police force areas, both as downloaded: some three minutes. Two numbers of the interval are judged on the first set
below, by the mean logarithm of the density given to what happened, over three distances, alone and with sisters: of all
within a standard error (over years of origins) of the best the smallest is marked. `GROWTH_UNSURE` is that one;
`LEVEL_KNOWN_LATE` is the lag of smoothing, which has to be at least that far from nought. The other sets were not
looked at to choose them. Every trial knows nothing later than its origin, its weights and its own back-test included.
`--write` puts the tables into the page on projection.

Learned on: every second of the police forces that are neither the Metropolitan Police nor in the plan shipped.
Left out, and why: fraud, which forces handed to Action Fraud from 2011 (an administrative ending); and stalking and
harassment in years that end after April 2015, when malicious communications came into it.
"""

import sys
import tomllib
from collections.abc import Iterator

import numpy as np
import pandas as pd
import scipy
from projection import ENDED, LOCKDOWN, RAW, boroughs, forces, markdown, write_into_page
from projection_growth import THE_MET, WIDENED, WIDENED_FROM, least_within_a_standard_error
from projection_trials import NOW, Family, Law, check

from pccstats.methods.projection.backtest import (
    GROWTH_UNSURE,
    LEVEL_KNOWN_LATE,
)

DISTANCES = (3, 9, 21)
EVERY_MONTHS, EVERY_QUARTERS = 11, 3  # prime to a year, so that every month and quarter of it is an origin
NEAREST = ", smallest within a standard error"
LATE_TRIED = (0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0)
UNSURE_TRIED = (0.0, 0.25, 0.5, 0.75)


BEFORE = Law(0.0, 0.0, together=0.5)
LAWS = tuple(
    dict.fromkeys(
        [BEFORE, NOW]
        + [Law(late, 0.0) for late in LATE_TRIED]
        + [Law(LEVEL_KNOWN_LATE, unsure) for unsure in UNSURE_TRIED]
        + [Law(LEVEL_KNOWN_LATE, GROWTH_UNSURE, together) for together in (0.25, 0.5)]
    )
)


def sets(borough_file: str, force_file: str) -> dict[str, pd.DataFrame]:
    """Answers of the set learned on, first, then of those held out, by what the page calls them."""
    with (RAW / "plan.toml").open("rb") as file:
        shipped = {area["name"] for area in tomllib.load(file)["areas"]}
    of_forces, of_boroughs = list(forces(force_file)), [one for one in boroughs(borough_file) if one.title != ENDED]
    others = sorted({series.area for series in of_forces} - shipped - {THE_MET})
    names = sorted({series.area for series in of_boroughs})
    groups = {
        f"{len(others[::2])} forces (learned on)": (of_forces, others[::2]),
        f"{len(others[1::2])} other forces": (of_forces, others[1::2]),
        "8 forces shipped": (of_forces, shipped),
        **{
            f"{len(half)} boroughs ({half[0]} to {half[-1]})": (of_boroughs, half) for half in (names[::2], names[1::2])
        },
    }
    made = {}
    for name, (all_series, areas) in groups.items():
        chosen = [series for series in all_series if series.area in areas]
        made[name] = pd.DataFrame(
            answer
            for kind in sorted({series.title for series in chosen})
            for ahead in DISTANCES
            for answer in Family.of([series for series in chosen if series.title == kind], ahead).answers(
                ahead, EVERY_MONTHS if all_series is of_boroughs else EVERY_QUARTERS, LAWS
            )
        )
        widened = (made[name]["kind"] == WIDENED) & (made[name]["horizon"] >= WIDENED_FROM)
        whole = made[name]["away"].notna() & (made[name]["actual"] >= 0) & (made[name]["naive"] >= 0)
        made[name] = made[name][~widened & whole].reset_index(drop=True)
        check(made[name], chosen, LAWS.index(NOW))
    parts = {}
    for name, table in made.items():
        if "boroughs" not in name:
            parts[name] = table
            continue
        is_early = table["horizon"] < LOCKDOWN
        parts |= {f"{name}, ends before March 2020": table[is_early], f"{name}, ends from March 2020": table[~is_early]}
    return parts


def densities(part: pd.DataFrame, law: Law) -> pd.Series:
    """The logarithm of the density given to what happened."""
    scale, freedom = _scale(part, law)
    return pd.Series(scipy.stats.t.logpdf(part["away"] / scale, freedom) - np.log(scale), part.index)


def _scale(part: pd.DataFrame, law: Law) -> tuple[np.ndarray, np.ndarray]:
    at = LAWS.index(law)
    return np.stack(part["scales"].to_list())[:, at], np.stack(part["freedoms"].to_list())[:, at]


def score(part: pd.DataFrame, law: Law) -> float:
    """Mean density over distances and both ways, each counted alike; higher is better."""
    return float(densities(part, law).groupby([part["way"], part["ahead"]]).mean().mean())


def by_year(part: pd.DataFrame, laws: dict[float, Law]) -> pd.DataFrame:
    """What each number loses, by year of origins: minus the score."""
    years = part["origin"].dt.year
    return pd.DataFrame(
        {number: {y: -score(one, law) for y, one in part.groupby(years)} for number, law in laws.items()}
    )


def learned(tried: dict[str, pd.DataFrame]) -> Iterator[tuple[str, str]]:
    """The score of each number on the set learned on, and on the others; the smallest near the best is marked."""
    late = {number: Law(number, 0.0) for number in LATE_TRIED}
    unsure = {number: Law(LEVEL_KNOWN_LATE, number) for number in UNSURE_TRIED}
    for name, heading, laws in (
        ("interval-late", "Months late", late),
        ("interval-unsure", "Of growth unsure", unsure),
    ):
        first = next(iter(tried.values()))
        chosen = least_within_a_standard_error(by_year(first, laws))
        rows = []
        for number, law in laws.items():
            row = {heading: f"{number:g}{NEAREST if number == chosen else ''}"}
            rows.append(row | {part: f"{score(table, law):.3f}" for part, table in tried.items()})
        yield name, markdown(pd.DataFrame(rows))


def held(tried: dict[str, pd.DataFrame]) -> Iterator[tuple[str, str]]:
    """How often intervals held before and hold now, by set and distance; and what the interval costs."""
    for way in ("alone", "with sisters"):
        rows = []
        for name, table in tried.items():
            for ahead, part in table[table["way"] == way].groupby("ahead"):
                row = {"Set": name, "Months ahead": str(ahead), "Projections": f"{len(part):,}"}
                found = [measures(part, law) for law in (BEFORE, NOW)]
                rows.append(row | {key: f"{found[0][key]} → {found[1][key]}" for key in found[0]})
        yield f"interval-{way.replace(' ', '-')}", markdown(pd.DataFrame(rows))


def measures(part: pd.DataFrame, law: Law) -> dict[str, str]:
    """Coverage, half width and interval score of a law (Gneiting and Raftery 2007), on the scale of logarithms."""
    scale, freedom = _scale(part, law)
    off = part["away"].abs().to_numpy()
    wide, narrow = (scale * scipy.stats.t.ppf(0.5 + confidence / 2, freedom) for confidence in (0.95, 0.8))
    return {
        "95% held": f"{100 * np.mean(off <= wide):.1f}%",
        "80% held": f"{100 * np.mean(off <= narrow):.1f}%",
        "Half width, median": f"{100 * np.median(np.expm1(wide)):.0f}%",
        "Interval score": f"{np.mean(2 * wide + 2 / 0.05 * np.maximum(off - wide, 0)):.2f}",
    }


def together(tried: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Score by how far sisters are taken to move together."""
    laws = {number: Law(LEVEL_KNOWN_LATE, GROWTH_UNSURE, number) for number in (0.25, 0.5, 1.0)}
    return pd.DataFrame(
        {"Set": name, **{f"{number:g}": f"{score(table, law):.3f}" for number, law in laws.items()}}
        for name, table in ((name, table[table["way"] == "with sisters"]) for name, table in tried.items())
    )


def tables(borough_file: str, force_file: str) -> Iterator[tuple[str, str]]:
    """Every table of the page that this script makes, by the name of its marker."""
    tried = sets(borough_file, force_file)
    yield from learned(tried)
    yield "interval-together", markdown(together(tried))
    yield from held(tried)


if __name__ == "__main__":
    given = [argument for argument in sys.argv[1:] if argument != "--write"]
    with np.errstate(invalid="ignore"):  # a few rolling years lie below nought
        write_into_page(tables(*given), is_kept="--write" in sys.argv)
