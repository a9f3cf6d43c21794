"""How much growth a projection takes from a series itself and how much from its sisters: learned, then tried elsewhere.

    python benchmarks/projection_growth.py BOROUGHS FORCES [--write]

BOROUGHS is the Metropolitan Police's borough table of monthly offences and FORCES the official rolling-year table of
police force areas, both as downloaded: some two minutes. The one number learned, `COMMON_GROWTH`, is chosen on the
first set below, by the least error 21 months ahead, and of all that are within a standard error of it the smallest.
The other sets were not looked at to choose it. Every trial knows nothing later than its origin. `--write` puts the
tables into the page on projection.

Learned on: every second of the police forces that are neither the Metropolitan Police nor in the plan shipped.
Left out of the learning, and why: fraud, which forces handed to Action Fraud from 2011 (an administrative ending); and
stalking and harassment in years that end after April 2015, when malicious communications came into it.
"""

import sys
import tomllib
from collections.abc import Iterator

import numpy as np
import pandas as pd
from projection import ENDED, LOCKDOWN, RAW, boroughs, forces, markdown, write_into_page

from pccstats.methods.projection.backtest import backtest
from pccstats.methods.projection.material import comparable, material_of
from pccstats.methods.projection.models import weights_of
from pccstats.methods.projection.sisters import COMMON_GROWTH, drawn_out
from pccstats.terms.series import Series

DISTANCES = (3, 9, 12, 21, 33)
CHOSEN_AT = 21
TRIED = tuple(round(0.1 * tenth, 1) for tenth in range(15))
LEAST_KNOWN_YEARS = 3
THE_MET = "Metropolitan Police"
LEARNED_TO = pd.Period("2016-06", "M")
WIDENED, WIDENED_FROM = "Stalking and harassment", pd.Period("2015-04", "M")
SEED = 93
FEWEST_YEARS = 2
FEWEST_FOR_PER_CENT = 50
NUMBERS = (1, 3, 7, 15)
OTHER_TYPES = (0.0, 0.1, 0.2, 0.3)
BEFORE, AFTER = "16 London boroughs, ends before March 2020", "16 London boroughs, ends from March 2020"


def trials(all_series: Iterator[Series]) -> pd.DataFrame:
    """Every projection of every series at every distance, weighed by the trials that had ended by its origin."""
    found = []
    for series in all_series:
        material = material_of(comparable(series))
        for ahead in DISTANCES:
            tried = backtest(material, ahead * material.year // 12)
            for at, origin in enumerate(tried.origins):
                if origin < LEAST_KNOWN_YEARS * material.year:
                    continue
                ended = tried.origins + tried.steps <= origin
                worth = 1 + (ended.sum() - 1) / tried.steps if ended.any() else 0.0
                projected = weights_of(tried.errors[:, ended], worth) @ tried.projected[:, at]
                growth = material.distance(np.array(projected), np.array(tried.naive[at]))
                row = (series.title, series.area, ahead, material.ends[origin - 1], tried.naive[at], tried.actual[at])
                found.append((*row, float(growth)))
    table = pd.DataFrame(found, columns=["kind", "area", "ahead", "origin", "naive", "actual", "growth"])
    whole = table["growth"].notna() & (table["actual"] >= 0) & (table["naive"] >= 0)  # a few forces have gaps
    return table[whole].assign(horizon=table["origin"] + table["ahead"])


def beside(tried: pd.DataFrame, most: int | None = None) -> pd.DataFrame:
    """The trials with the growth of their sisters, the same kind elsewhere: at most so many, drawn once for each."""
    random = np.random.default_rng(SEED)
    parts = []
    for _, part in tried.groupby(["kind", "ahead"]):
        wide = part.pivot_table(index="origin", columns="area", values="growth")
        for area, own in part.groupby("area"):
            others = wide.columns.drop(area)
            if most is not None:
                others = random.choice(others, min(most, len(others)), replace=False)
            lent = wide.loc[own["origin"], others].to_numpy().T
            parts.append(own.assign(lent=list(lent.T)))
    return pd.concat(parts)


def pooled(tried: pd.DataFrame, common: float = COMMON_GROWTH) -> pd.Series:
    """The year projected, with growth drawn out by so much."""
    made = pd.Series(np.nan, tried.index)
    for (_, _, ahead), part in tried.groupby(["kind", "area", "ahead"]):
        lent = np.stack(part["lent"].to_list()).T
        growth = drawn_out(part["growth"].to_numpy(), lent, np.full(len(part), float(ahead)), common=common)
        made[part.index] = part["naive"] * np.exp(growth)
    return made


def error(tried: pd.DataFrame, projected: pd.Series) -> float:
    """Mean absolute error over that of no change."""
    return float((projected - tried["actual"]).abs().sum() / (tried["naive"] - tried["actual"]).abs().sum())


def alone(tried: pd.DataFrame) -> pd.Series:
    """The year projected from the series itself."""
    return tried["naive"] * np.exp(tried["growth"])


def by_year(tried: pd.DataFrame) -> pd.DataFrame:
    """Error of each number tried, by year of origin."""
    errors = {}
    years = tried["origin"].dt.year
    for common in TRIED:
        projected = pooled(tried, common)
        errors[common] = {year: error(part, projected[part.index]) for year, part in tried.groupby(years)}
    return pd.DataFrame(errors)


def least_within_a_standard_error(errors: pd.DataFrame) -> float:
    """The smallest number whose error is within one standard error (over years) of the best one's."""
    best = errors.mean().idxmin()
    more = errors.sub(errors[best], axis=0)
    is_near = more.mean() <= more.std() / np.sqrt(len(more))
    return float(is_near[is_near].index.min())


def sets(borough_file: str, force_file: str) -> dict[str, pd.DataFrame]:
    """The trials to learn on, first, then those to try it on, by what the page calls them."""
    with (RAW / "plan.toml").open("rb") as file:
        shipped = {area["name"] for area in tomllib.load(file)["areas"]}
    of_forces = trials(forces(force_file))
    of_forces = of_forces[(of_forces["kind"] != WIDENED) | (of_forces["horizon"] < WIDENED_FROM)]
    others = sorted(set(of_forces["area"]) - shipped - {THE_MET})
    of_boroughs = trials(boroughs(borough_file))
    is_early, has_ended = of_boroughs["horizon"] < LOCKDOWN, of_boroughs["kind"] == ENDED
    is_later = of_boroughs["horizon"] > LEARNED_TO
    return {
        f"{len(others[::2])} forces (learned on)": of_forces[of_forces["area"].isin(others[::2])],
        f"{len(others[1::2])} other forces": of_forces[of_forces["area"].isin(others[1::2])],
        "8 forces shipped": of_forces[of_forces["area"].isin(shipped)],
        BEFORE: of_boroughs[is_early & ~has_ended],
        "the same, with fraud": of_boroughs[is_early],
        "of these without fraud, ends after June 2016": of_boroughs[is_early & ~has_ended & is_later],
        AFTER: of_boroughs[~is_early & ~has_ended],
    }


def learned(tried: pd.DataFrame) -> pd.DataFrame:
    """The error of each number tried, year by year and on average; the one chosen is marked."""
    errors = by_year(beside(at(tried, CHOSEN_AT)))
    chosen = least_within_a_standard_error(errors)
    rows = []
    for common in sorted({*TRIED[::2], chosen}):
        name = f"{common:g}" + (", chosen" if common == chosen else "")
        years = {f"Origins in {year}": f"{figure:.3f}" for year, figure in errors[common].items()}
        rows.append({"Counts more by": name, **years, "Mean of years": f"{errors[common].mean():.3f}"})
    return pd.DataFrame(rows)


def nested(tried: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The number chosen anew at each new year from what had happened by then, and its error on other forces."""
    first, *others = (beside(at(part, CHOSEN_AT)) for name, part in tried.items() if "forces" in name)
    elsewhere = pd.concat(others, ignore_index=True)
    rows, all_parts = [], []
    for year in sorted(elsewhere["origin"].dt.year.unique()):
        known = first[first["horizon"].dt.year < year]
        if known["origin"].dt.year.nunique() < FEWEST_YEARS:
            continue
        part = elsewhere[elsewhere["origin"].dt.year == year].reset_index(drop=True)
        common = least_within_a_standard_error(by_year(known))
        ways = {"chosen then": pooled(part, common), f"{COMMON_GROWTH:g}": pooled(part), "alone": alone(part)}
        made = part.assign(**ways)
        all_parts.append(made)
        rows.append({"Origins in": str(year), "Chosen then": f"{common:g}", **errors_of(made, list(ways))})
    return pd.DataFrame(
        [*rows, {"Origins in": "All", "Chosen then": "", **errors_of(pd.concat(all_parts), list(ways))}]
    )


def errors_of(made: pd.DataFrame, ways: list[str]) -> dict[str, str]:
    """How many projections, and the error over no change of each way."""
    return {"Projections": f"{len(made):,}", **{f"Error, {way}": f"{error(made, made[way]):.3f}" for way in ways}}


def elsewhere(tried: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Error over no change of each set at each distance, alone and with all sisters."""
    rows = []
    for name, part in tried.items():
        row = {"Set": name}
        for ahead in DISTANCES:
            some = beside(at(part, ahead))
            row[f"{ahead} months"] = f"{error(some, alone(some)):.3f} → {error(some, pooled(some)):.3f}"
        rows.append(row)
    return pd.DataFrame(rows)


def raw(tried: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Mean and median errors as they are, not over those of no change, 21 months ahead."""
    rows = []
    for name, part in tried.items():
        some = beside(at(part, CHOSEN_AT)).reset_index(drop=True)
        out = {"no change": some["naive"], "alone": alone(some), "with sisters": pooled(some)}
        row = {"Set": name, "Projections": f"{len(some):,}"}
        for way, projected in out.items():
            off = (projected - some["actual"]).abs()
            share = (off / some["actual"])[some["actual"] >= FEWEST_FOR_PER_CENT].median()
            row[way[:1].upper() + way[1:]] = f"{off.mean():,.0f} ({100 * share:.1f}%)"
        rows.append(row)
    return pd.DataFrame(rows)


def by_number(tried: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Error over no change 21 months ahead with so many sisters, drawn at random."""
    rows = []
    for name, part in tried.items():
        far = at(part, CHOSEN_AT)
        row = {"Set": name, "0": f"{error(far, alone(far)):.3f}"}
        for most in NUMBERS:
            some = beside(far, most)
            row[str(most)] = f"{error(some, pooled(some)):.3f}"
        rows.append(row)
    return pd.DataFrame(rows)


def by_kind(tried: dict[str, pd.DataFrame], names: tuple[str, ...]) -> pd.DataFrame:
    """Error over no change 21 months ahead of each type of crime, alone and with all sisters."""
    columns = {}
    for name in names:
        some = beside(at(tried[name], CHOSEN_AT)).reset_index(drop=True)
        made = pooled(some)
        columns[name] = {
            kind: f"{error(part, alone(part)):.3f} → {error(part, made[part.index]):.3f}"
            for kind, part in some.groupby("kind")
        }
    return pd.DataFrame(columns).rename_axis("Type of crime").reset_index()


def other_types(tried: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Error over no change if the mean growth of the other types of crime in the same place counted too."""
    rows = []
    for name in list(tried)[:4]:
        some = beside(at(tried[name], CHOSEN_AT)).reset_index(drop=True)
        made, of_place = pooled(some), some.groupby(["area", "origin"])["growth"]
        mean = (of_place.transform("sum") - some["growth"]) / (of_place.transform("count") - 1)
        row = {"Set": name}
        for times in OTHER_TYPES:
            more = np.exp(times * (mean - some["growth"]))
            row[f"{times:g} times"] = f"{error(some, made * more):.3f}"
        rows.append(row)
    return pd.DataFrame(rows)


def gated(tried: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Error over no change if sisters counted only where the trials that had ended by then were nearer with them."""
    rows = []
    for name, part in tried.items():
        some = beside(at(part, CHOSEN_AT)).reset_index(drop=True)
        ways = {"alone": alone(some), "with sisters": pooled(some)}
        out = {way: np.log((made + 0.5) / (some["actual"] + 0.5)).abs() for way, made in ways.items()}
        gained = some.assign(gain=out["alone"] - out["with sisters"])
        told = pd.Series(0.0, some.index)
        for _, family in gained.groupby("kind"):
            by_end = family.groupby("horizon")["gain"].agg(["sum", "count"]).sort_index().cumsum()
            so_far = (by_end["sum"] / by_end["count"]).reindex(pd.PeriodIndex(family["origin"]), method="ffill")
            told[family.index] = so_far.fillna(0.0).to_numpy()
        ways["with sisters where they had helped"] = ways["with sisters"].where(told >= 0, ways["alone"])
        rows.append({"Set": name, **{way: f"{error(some, made):.3f}" for way, made in ways.items()}})
    return pd.DataFrame(rows)


def at(tried: pd.DataFrame, ahead: int) -> pd.DataFrame:
    """The trials at one distance."""
    return tried[tried["ahead"] == ahead]


def tables(borough_file: str, force_file: str) -> Iterator[tuple[str, str]]:
    """Every table of the page that this script makes, by the name of its marker."""
    tried = sets(borough_file, force_file)
    yield "growth-learned", markdown(learned(next(iter(tried.values()))))
    yield "growth-nested", markdown(nested(tried))
    yield "growth-elsewhere", markdown(elsewhere(tried))
    yield "growth-raw", markdown(raw(tried))
    yield "growth-number", markdown(by_number(tried))
    yield "growth-kind", markdown(by_kind(tried, (BEFORE, AFTER)))
    yield "growth-other-types", markdown(other_types(tried))
    yield "growth-gated", markdown(gated(tried))


if __name__ == "__main__":
    given = [argument for argument in sys.argv[1:] if argument != "--write"]
    with np.errstate(invalid="ignore"):  # a few rolling years lie below nought
        write_into_page(tables(*given), is_kept="--write" in sys.argv)
