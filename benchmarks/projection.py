"""How far projections of real series are out, and how often their intervals hold: tables of the page on projection.

    python benchmarks/projection.py [BOROUGHS FORCES] [--write]

Without files it projects the official series that are shipped, eight forces to June 2015, from rolling years and from
the quarters recovered of them: some two minutes. BOROUGHS is the Metropolitan Police's borough table of monthly
offences and FORCES the official rolling-year table of police force areas, both as downloaded: some two minutes.
Every projection is made from nothing later than its origin, with `project` or as `project` makes it. `--write` puts the
tables into the page.
"""

import sys
import time
import tomllib
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import scipy
from projection_trials import Family, check
from statsmodels.tsa.forecasting.theta import ThetaModel
from statsmodels.tsa.holtwinters import ExponentialSmoothing

from pccstats.methods.projection.backtest import backtest, projected_years
from pccstats.methods.projection.material import HALF_AN_EVENT, material_of
from pccstats.methods.projection.models import weights_of
from pccstats.methods.projection.project import project
from pccstats.methods.recovered_quarters import quarters_from_rolling_years
from pccstats.terms.periods import so_many
from pccstats.terms.series import Series

PAGE = Path(__file__).parents[1] / "docs" / "methods" / "projection.md"
AHEAD = 21
LEAST_KNOWN = 36
LOCKDOWN = pd.Period("2020-03", "M")
LIMITS = ("projected", "lower", "upper", "lower_80", "upper_80")
EVERY_MONTHS, EVERY_QUARTERS = 3, 2
ENDED = "Fraud and forgery"  # handed to Action Fraud from 2011: nothing is left of it in London's table from 2014
RAW = Path(__file__).parents[1] / "data" / "raw"
OFFICIAL_AHEAD = (3, 12, 21)
FROM_YEARS, FROM_QUARTERS = "from rolling years", "from the quarters recovered of them"
FINEST = "from the finer of the two"  # as the pack does
FINEST_WITH_SISTERS = f"{FINEST}, with seven sisters"
NO_FORCES = ("Action Fraud", "CIFAS", "UK Finance", "British Transport Police")
NO_OFFENCES = ("Fraud offences", "Non-residential burglary", "Residential burglary")  # moved elsewhere, or all nought


def boroughs(path: str) -> Iterator[Series]:
    """Twelve major types in each borough, by month."""
    table = pd.read_csv(path)
    months = [name for name in table if name.isdigit()]
    for (kind, borough), counts in table.groupby(["MajorText", "BoroughName"])[months].sum().iterrows():
        frame = pd.DataFrame({"month": [f"{m[:4]}-{m[4:]}" for m in months], "numerator": counts.to_numpy()})
        yield Series.from_frame(frame, title=kind.capitalize(), area=borough)


def forces(path: str) -> Iterator[Series]:
    """Offence groups of each force, by rolling year to each quarter since March 2007."""
    table = pd.read_csv(path)
    table.columns = ["month", "area", "region", "offence", "numerator"]
    table["month"] = pd.to_datetime(table["month"], dayfirst=True).dt.to_period("M")
    table = table[~(table["numerator"] < 0)]  # a few were published below nought
    kept = ~table["area"].isin(NO_FORCES) & ~table["offence"].isin(NO_OFFENCES)
    for (offence, area), rows in table[kept & (table["month"] >= "2007-03")].groupby(["offence", "area"]):
        yield Series.from_frame(rows.dropna(subset="numerator"), title=offence, area=area, span_months=12)


def trials(all_series: Sequence[Series], every: int) -> pd.DataFrame:
    """Projections of each series alone from every so many periods, beside what happened."""
    rows = [answer for series in all_series for answer in Family.of([series], AHEAD).answers(AHEAD, every)]
    made = pd.DataFrame(rows)
    made = made[made["away"].notna()].reset_index(drop=True)  # a few series of forces have gaps
    check(made, all_series)
    scale, freedom = (np.concatenate(made[column].to_list()) for column in ("scales", "freedoms"))
    for tail, confidence in (("", 0.95), ("_80", 0.8)):
        reach = scale * scipy.stats.t.ppf(0.5 + confidence / 2, freedom)
        for side, name in ((-1, "lower"), (1, "upper")):
            made[f"{name}{tail}"] = np.maximum(
                (made["projected"] + HALF_AN_EVENT) * np.exp(side * reach) - HALF_AN_EVENT, 0
            )
    of = {(series.title, series.area): series for series in all_series if series.span_months == 1}
    half_years = [
        half_year(of[row.kind, row.area], row.origin) if (row.kind, row.area) in of else np.nan
        for row in made.itertuples()
    ]
    return made.assign(half_year=half_years)


def official() -> Iterator[tuple[str, pd.DataFrame]]:
    """Projections of the shipped official series, from rolling years and from the quarters recovered of them.

    Quarters are recovered by the street records of 2014, so their season was known later than most origins; years are
    projected, in which it cancels.
    """
    table, street = (pd.read_csv(RAW / name) for name in ("police_recorded_crime.csv", "street_records_2014.csv"))
    with (RAW / "plan.toml").open("rb") as file:
        plan = tomllib.load(file)
    anchors = {
        one["key"]: one["anchor"].removeprefix("street.").replace("_", " ")
        for listed in plan.values()
        if isinstance(listed, list)
        for one in listed
        if "anchor" in one
    }
    held: dict[tuple[str, str], tuple[Series, Series | None]] = {}
    for (key, area), rows in table.sort_values("period_end").groupby(["indicator", "area"]):
        title = key.removeprefix("official.").replace("_", " ").capitalize()
        years = Series.from_frame(rows, period="period_end", title=title, area=area, span_months=12)
        anchor = street[(street["area"] == area) & (street["indicator"].str.lower() == anchors.get(key))]
        quarters = None
        if len(anchor):
            quarters = quarters_from_rolling_years(years, Series.from_frame(anchor, period="period_end")).series
        held[key, area] = years, quarters
    found: dict[str, list[dict]] = {name: [] for name in (FROM_YEARS, FROM_QUARTERS, FINEST, FINEST_WITH_SISTERS)}
    for (key, area), (years, quarters) in held.items():
        for name, series in ((FROM_YEARS, years), (FROM_QUARTERS, quarters)):
            if series is not None:
                found[name] += [row for ahead in OFFICIAL_AHEAD for row in _held_out(series, years, ahead)]
        finest = quarters if quarters is not None else years
        beside = [
            other if other is not None else whole
            for (what, place), (whole, other) in held.items()
            if what == key and place != area
        ]
        found[FINEST] += _held_out(finest, years, AHEAD)
        found[FINEST_WITH_SISTERS] += _held_out(finest, years, AHEAD, beside)
    yield from ((name, pd.DataFrame(rows)) for name, rows in found.items())


def _held_out(series: Series, years: Series, ahead: int, sisters: Sequence[Series] = ()) -> Iterator[dict]:
    """Project from every other quarter with three years known, and set beside it what happened."""
    actual = years.points.set_index("period_end")["numerator"]
    for origin in actual.index[8:-1:EVERY_QUARTERS]:
        horizon = origin + ahead
        if horizon in actual.index:
            row = project(series.between(last=origin), horizon, sisters=sisters).summary().iloc[0]
            yield {
                "kind": series.title,
                "ahead": so_many(ahead // 3, 3),
                "actual": actual[horizon],
                "naive": actual[origin],
                "half_year": np.nan,
                **row[list(LIMITS)],
            }


def official_tables() -> Iterator[tuple[str, str]]:
    """How often intervals of the shipped official series held, by distance and by offence group."""
    by_distance, by_kind = [], []
    for name, tried in official():
        for ahead, part in tried.groupby("ahead"):
            by_distance.append({"Projected": name, "Ahead": ahead, **scores(part)})
        if name in (FINEST, FINEST_WITH_SISTERS):
            by_kind.append(by(tried, "Offence group", tried["kind"]).assign(Projected=name))
    drop = {"columns": "Half-year rival"}
    yield "official", markdown(pd.DataFrame(by_distance).drop(**drop))
    kinds = pd.concat(by_kind)[["Projected", *[column for column in by_kind[0] if column != "Projected"]]]
    yield "official-kind", markdown(kinds.drop(**drop))


def half_year(series: Series, origin: pd.Period) -> float:
    """The crude rival: the last six months twice, corrected for the part of the year they usually hold."""
    months = series.points.set_index("period_end")["numerator"][:origin]
    usual = sum(months.iloc[-6 - 12 * back : len(months) - 12 * back].sum() for back in (0, 1, 2))
    whole = months.iloc[-36:].sum()
    return months.iloc[-6:].sum() * (whole / usual if usual else 2)


def scores(tried: pd.DataFrame) -> dict:
    """Errors over those of no change, and coverage."""
    out = {name: (tried[name] - tried["actual"]).abs() for name in ("projected", "naive", "half_year")}
    held = {
        name: tried["actual"].between(tried[f"lower{tail}"], tried[f"upper{tail}"]).mean()
        for name, tail in (("95% held", ""), ("80% held", "_80"))
    }
    width = ((tried["upper"] - tried["lower"]) / tried["projected"] / 2)[tried["projected"] >= 10].median()
    return {
        "Projections": f"{len(tried):,}",
        "Error over no change": f"{out['projected'].sum() / out['naive'].sum():.3f}" if out["naive"].any() else "",
        "Half-year rival": f"{out['half_year'].sum() / out['naive'].sum():.3f}" if out["half_year"].any() else "",
        **{name: f"{100 * share:.1f}%" for name, share in held.items()},
        "Half width, median": f"{100 * width:.0f}%" if width > 0 else "",
    }


def by(tried: pd.DataFrame, heading: str, groups: pd.Series | Callable) -> pd.DataFrame:
    """Scores of each group, then of all."""
    rows = [{heading: name, **scores(part)} for name, part in tried.groupby(groups)]
    return pd.DataFrame([*rows, {heading: "All", **scores(tried)}])


def since(tried: pd.DataFrame) -> pd.DataFrame:
    """Scores by how much was known at the origin."""
    first = tried["origin"].min()
    rows = []
    for months in (36, 48, 60, 75):
        part = tried[tried["origin"] >= first + (months - LEAST_KNOWN)]
        if len(part):
            rows.append({"Months known, at least": str(months), **scores(part)})
    return pd.DataFrame(rows)


def other_ways(all_series: list[Series]) -> pd.DataFrame:
    """Other weights, and models fitted to each series by statsmodels, on a quarter of the series at three origins."""
    rows = []
    for series in all_series[::4]:
        counts = series.points["numerator"].to_numpy()
        for known in (48, 68, 88):
            material = material_of(series.between(last=series.first + known - 1))
            tried = backtest(material, AHEAD)
            ahead = projected_years(material, np.array([known]), AHEAD)[:, 0, -1]
            mean_square = (tried.errors**2).mean(axis=1)
            rows.append(
                {
                    **fitted(counts[:known]),
                    "actual": counts[known + AHEAD - 12 : known + AHEAD].sum(),
                    "naive": counts[known - 12 : known].sum(),
                    "As shipped": weights_of(tried.errors, tried.independent_trials) @ ahead,
                    "Equal weights": ahead.mean(),
                    "Weights by the back-test alone": weights_of(tried.errors, 1e9) @ ahead,
                    "The best model in the back-test": ahead[mean_square.argmin()],
                }
            )
    tried_all = pd.DataFrame(rows)
    naive = (tried_all["naive"] - tried_all["actual"]).abs().sum()
    names = [name for name in tried_all if name not in ("actual", "naive")]
    names = [*names[3:], *names[:3]]
    errors = [f"{(tried_all[name] - tried_all['actual']).abs().sum() / naive:.3f}" for name in names]
    return pd.DataFrame({"Way": names, "Error over no change": errors})


def fitted(counts: np.ndarray) -> dict[str, float]:
    """The 12-month total by damped-trend ETS and by Theta, their constants fitted to the series."""
    index = pd.period_range("2010-04", periods=len(counts), freq="M")
    above_nought = pd.Series(counts + 1.0, index)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ets = ExponentialSmoothing(above_nought, trend="add", damped_trend=True, seasonal="mul", seasonal_periods=12)
        totals = [
            model.fit().forecast(AHEAD)[-12:].sum() - 12
            for model in (ets, ThetaModel(above_nought, period=12, deseasonalize=True))
        ]
    return {
        "Damped ETS fitted by statsmodels": totals[0],
        "Theta fitted by statsmodels": totals[1],
        "Mean of those two": sum(totals) / 2,
    }


def pack_seconds(all_series: list[Series]) -> float:
    """Seconds of processor time that a pack's twenty projections take, each of 75 months with its back-tests."""
    chosen = [series.between(last=series.first + 74) for series in all_series[::9][:20]]
    start = time.process_time()
    for series in chosen:
        project(series, series.last + AHEAD, (series.last - 11, series.last))
    return time.process_time() - start


def markdown(table: pd.DataFrame) -> str:
    """Write a table as the page holds it."""
    lines = ["| " + " | ".join(table.columns) + " |", "|---" * len(table.columns) + "|"]
    return "\n".join(
        lines + ["| " + " | ".join(map(str, row)) + " |" for row in table.itertuples(index=False, name=None)]
    )


def tables(borough_file: str, force_file: str) -> Iterator[tuple[str, str]]:
    """Every table of the page, by the name of its marker."""
    of_boroughs = list(boroughs(borough_file))
    tried = trials(of_boroughs, EVERY_MONTHS)
    before, after = tried[tried["horizon"] < LOCKDOWN], tried[tried["horizon"] >= LOCKDOWN]
    yield "boroughs-known", markdown(since(before))
    yield "boroughs-kind", markdown(by(before, "Major type", before["kind"]))
    yield "boroughs-origin", markdown(by(before, "Origins in", before["origin"].dt.year.astype(str)))
    yield "boroughs-lockdown", markdown(by(after, "Years ending in", after["horizon"].dt.year.astype(str)))
    of_forces = trials(list(forces(force_file)), EVERY_QUARTERS)
    for name, heading, groups in (
        ("forces-kind", "Offence group", of_forces["kind"]),
        ("forces-origin", "Origins in", of_forces["origin"].dt.year.astype(str)),
    ):
        yield name, markdown(by(of_forces, heading, groups).drop(columns="Half-year rival"))
    yield "other-ways", markdown(other_ways(of_boroughs))
    seconds = f"{pack_seconds(of_boroughs):.1f} seconds of processor time"
    yield "speed", f"Twenty projections of 75 months, each with its back-tests: {seconds}."


def write_into_page(made: Iterable[tuple[str, str]], *, is_kept: bool) -> None:
    """Print each table, and put it between its markers in the page."""
    page = PAGE.read_text(encoding="utf-8")
    for name, table in made:
        print(f"\n## {name}\n\n{table}", flush=True)
        start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
        if start in page:
            page = page[: page.index(start) + len(start)] + f"\n\n{table}\n\n" + page[page.index(end) :]
    if is_kept:
        PAGE.write_text(page, encoding="utf-8")


def main() -> None:
    """Print the tables, or put them between their markers in the page."""
    arguments = [argument for argument in sys.argv[1:] if argument != "--write"]
    write_into_page(tables(*arguments) if arguments else official_tables(), is_kept="--write" in sys.argv)


if __name__ == "__main__":
    main()
