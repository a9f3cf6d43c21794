"""How often a pace calls a quarter news: where nothing is new, on real series as they are, and where a step is made.

    python benchmarks/pace.py [--write]

Three tables. The first chooses the constants of pccstats/methods/level/pace.py by the likelihood of next quarters, on
every other borough of London to 2016. The second draws series that go on as they have, and counts those called news.
The third takes the other boroughs as they are: how often each quarter is called news, before March 2020 and from then
on, and how often a step of ours in the quarter is seen. Without `../shared/data` only the second is made. `--write`
puts the tables into docs/methods/pace.md.
"""

import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from pathlib import Path
from unittest import mock

import numpy as np
import pandas as pd
from detectors import BOROUGHS
from pages import give, markdown
from scipy import special, stats

from pccstats.methods.level import pace
from pccstats.methods.level.charts import Seasons
from pccstats.methods.level.many import expected_levels

PAGE = Path(__file__).parents[1] / "docs" / "methods" / "pace.md"
SEED, DRAWN, WORKERS = 20150630, 300, 2
WINDOW, AHEAD = 36, 3
LEVEL, MOST = 0.01, 0.02
STEPS = (0.10, 0.25, 0.50, -0.15, -0.25, -0.40)
MEANS = (8, 30, 100, 400, 5000)
LEARNED_FROM, REPORTED_ON = 0, 1  # of boroughs by name, every other one
LEARNING = pd.period_range("2010-04", "2016-07", freq="M")[::9]  # first months of the windows
STEADY = pd.period_range("2010-05", "2016-11", freq="M")[::6]  # quarters to January 2020 at the latest
SHAKEN = pd.period_range("2017-03", "2019-12", freq="M")[::3]  # quarters from March 2020 on
SIZES = (2, 8, 15, 50, 150, 500, np.inf)
GROUPS = (["MinorText", "BoroughName"], ["MajorText", "BoroughName"], ["BoroughName"])
Array = np.ndarray


def course(events: Array, months: pd.PeriodIndex, ahead: int = AHEAD) -> pace.Course:
    """What is expected of the last months."""
    days = np.asarray(months.days_in_month, dtype=float)
    return pace.foreseen(pace.Past.of(events, days, Seasons.of(months), ahead=ahead))


def by_quarter(events: Array, months: pd.PeriodIndex) -> pace.Course:
    """The same of quarters."""
    ends = months[2::3]
    days = np.asarray(months.days_in_month, dtype=float).reshape(-1, 3).sum(axis=1)
    past = pace.Past.of(events.reshape(-1, 3).sum(axis=1), days, Seasons.of(ends, 3), ahead=1)
    return pace.foreseen(past)


def surprise(found: pace.Course) -> float:
    """Minus the logarithm of the chance of the very figure that came (Poisson or negative binomial)."""
    spread = max(found.variance / found.expected, 1 + 1e-6)
    size = found.expected / (spread - 1)
    return float(-stats.nbinom.logpmf(found.actual, size, 1 / spread))


# ------------------------------------------------------------------------------------------------------ real series
def london(half: int, first: pd.Period) -> tuple[Array, pd.PeriodIndex]:
    """Window and quarter of offences by borough, of every other borough; two events a month or more."""
    months = pd.period_range(first, periods=WINDOW + AHEAD, freq="M")
    table = pd.read_csv(BOROUGHS)
    names = sorted(table["BoroughName"].unique())[half::2]
    columns = [str(month).replace("-", "") for month in months]
    held = table[table["BoroughName"].isin(names)].dropna(subset=columns)
    counts = np.unique(np.concatenate([held.groupby(by)[columns].sum().to_numpy(float) for by in GROUPS]), axis=0)
    return counts[counts[:, :WINDOW].mean(axis=1) >= SIZES[0]], months


def learned(choice: tuple[float, float, int]) -> dict[str, str]:
    """How well next quarters are foreseen with one memory and one spread of the trend, months or quarters."""
    lasting, spread, span = choice
    foresee, found = course if span == 1 else by_quarter, []
    with mock.patch.multiple(pace, LASTING={1: lasting, 3: lasting}, TREND_SPREAD=spread):
        for first in LEARNING:
            counts, months = london(LEARNED_FROM, first)
            found += [foresee(row, months) for row in counts]
    return {
        "Of": {1: "months", 3: "quarters"}[span],
        "Lasts": f"{lasting:g}",
        "Trend": {1e-4: "none", 10.0: "as it comes"}.get(spread, f"±{100 * spread:g}% a year"),
        "Surprise": f"{np.mean([surprise(one) for one in found]):.3f}",
        "Outside 99%": f"{100 * np.mean([one.p_value < LEVEL for one in found]):.1f}%",
    }


CHOICES = (
    *product((0.0, 0.5, 0.7, 0.85), (0.1,), (1,)),
    *product((0.7,), (1e-4, 0.05, 0.2, 10.0), (1,)),
    *product((0.0, 0.3, 0.5, 0.7), (0.1,), (3,)),
)


def stepped(events: Array, step: float, random: np.random.Generator) -> Array:
    """The same with a step in the quarter: events are added for those there are, or taken away, at random."""
    later = events[:, WINDOW:]
    later = later + random.poisson(step * later) if step > 0 else random.binomial(later.astype(int), 1 + step)
    return np.concatenate([events[:, :WINDOW], later], axis=1)


def as_they_are(first: pd.Period) -> pd.DataFrame:
    """One row a real series: its size, whether its quarter is news, by months and by quarters, and each step seen."""
    counts, months = london(REPORTED_ON, first)
    random = np.random.default_rng([SEED, first.ordinal])
    rows = pd.DataFrame({"size": counts[:, :WINDOW].mean(axis=1), "is_shaken": first >= SHAKEN[0]})
    rows["news"] = [course(row, months).p_value < LEVEL for row in counts]
    rows["by_quarter"] = [by_quarter(row, months).p_value < LEVEL for row in counts]
    rows["level"] = off_level(counts, months)
    if first < SHAKEN[0]:
        for step in STEPS:
            scores = [course(row, months).score for row in stepped(counts, step, random)]
            rows[step] = _towards(np.array(scores), step)
    return rows


def off_level(counts: Array, months: pd.PeriodIndex) -> Array:
    """True where any month of the quarter has a signal by the expected level of the same months."""
    frame = pd.DataFrame(
        {
            "series": np.repeat(np.arange(len(counts)), counts.shape[1]),
            "month": np.tile(months.astype(str), len(counts)),
            "numerator": counts.ravel(),
        }
    )
    found = expected_levels(frame, baseline=(months[0], months[WINDOW - 1]))["signal"].to_numpy()
    signals = found.reshape(counts.shape)[:, WINDOW:]
    return np.asarray((signals != "none").any(axis=1))


def _towards(scores: Array, step: float) -> Array:
    reach = special.ndtri(1 - LEVEL / 2)
    return scores > reach if step > 0 else scores < -reach


def real_tables(found: pd.DataFrame) -> tuple[str, str]:
    """News by size before March 2020 and from then on, and steps seen."""
    found = found.assign(group=pd.cut(found["size"], SIZES, right=False))
    rows, seen = [], []
    for group, part in [*found.groupby("group", observed=True), (None, found)]:
        name = "all" if group is None else _size(group)
        steady, shaken = part[~part["is_shaken"]], part[part["is_shaken"]]
        rows.append(
            {
                "Events a month": name,
                "Quarters": f"{len(steady):,}",
                "Off its pace": _per_cent(steady["news"]),
                "the same by quarters": _per_cent(steady["by_quarter"]),
                "Off its level": _per_cent(steady["level"]),
                "From March 2020: off its pace": _per_cent(shaken["news"]),
                "off its level": _per_cent(shaken["level"]),
            }
        )
        seen.append({"Events a month": name, **{f"{100 * step:+.0f}%": _whole(steady[step]) for step in STEPS}})
    return markdown(pd.DataFrame(rows)), markdown(pd.DataFrame(seen))


def _size(group: pd.Interval) -> str:
    return f"{group.left:,.0f} and more" if np.isinf(group.right) else f"{group.left:,.0f} to {group.right:,.0f}"


# ----------------------------------------------------------------------------------------------------- drawn series
Cell = tuple[float, float, float, float, float]


def cells() -> Iterator[Cell]:
    """Mean, φ, autocorrelation of the level, growth in a year, season."""
    for phi, memory in ((1.0, 0.0), (2.0, 0.0), (5.0, 0.0), (2.0, 0.35), (5.0, 0.35)):
        for growth, season in ((0.0, 0.0), (0.0, 0.2), (0.1, 0.2), (-0.1, 0.2)):
            for mean in MEANS:
                yield mean, phi, memory, growth, season


def drawn(cell: Cell, step: float = 0.0, count: int = DRAWN) -> tuple[Array, pd.PeriodIndex]:
    """Series of one cell, with a step in the quarter; with a memory log-normal Poisson, else gamma-Poisson."""
    mean, phi, memory, growth, season = cell
    random = np.random.default_rng(
        [SEED, *(int(1000 * abs(part)) for part in cell), int(growth < 0), int(step * 100) % 97]
    )
    months = pd.period_range("2010-04", periods=WINDOW + AHEAD, freq="M")
    time = np.arange(WINDOW + AHEAD)
    level = mean * np.asarray(months.days_in_month) / 30.4375 * (1 + growth) ** ((time - WINDOW / 2) / 12)
    level = level * (1 + season * np.sin(2 * np.pi * time / 12 + random.uniform(0, 2 * np.pi, (count, 1))))
    level = level * np.where(time >= WINDOW, 1 + step, 1.0)
    if memory:
        spread = np.log1p((phi - 1) / mean)
        fresh = random.normal(0, np.sqrt(spread), level.shape)
        fresh[:, 1:] *= np.sqrt(1 - memory**2)
        for month in range(1, level.shape[1]):
            fresh[:, month] += memory * fresh[:, month - 1]
        level = level * np.exp(fresh - spread / 2)
    elif phi > 1:
        level = random.gamma(level / (phi - 1), phi - 1)
    return random.poisson(level).astype(float), months


def outcome(cell: Cell) -> float:
    """The part of series called news in which nothing is; where it is above 2%, of ten times as many series."""
    for count in (DRAWN, 10 * DRAWN):
        events, months = drawn(cell, count=count)
        rate = float(np.mean([course(row, months).p_value < LEVEL for row in events]))
        if rate <= MOST:
            break
    return rate


POWER_CELLS = tuple((mean, 2.0 if mean < 400 else 5.0, 0.0, 0.0, 0.2) for mean in MEANS)


def power(cell: Cell) -> list[float]:
    """The part of series in which each step within the quarter is seen."""
    seen = []
    for step in STEPS:
        events, months = drawn(cell, step)
        seen.append(float(_towards(np.array([course(row, months).score for row in events]), step).mean()))
    return seen


def drawn_tables(rates: list[float], powers: list[list[float]]) -> tuple[str, str]:
    """False alarms by cell, and power by mean."""
    by_cell: dict[tuple[float, ...], dict[str, str]] = {}
    for (mean, phi, memory, growth, season), rate in zip(cells(), rates, strict=True):
        row = by_cell.setdefault(
            (phi, memory, growth, season),
            {
                "φ": f"{phi:g}",
                "Autocorrelation": f"{memory:g}",
                "Trend a year": f"{100 * growth:+.0f}%" if growth else "none",
                "Season": f"±{100 * season:.0f}%" if season else "none",
            },
        )
        row[f"{mean:,} a month"] = f"{100 * rate:.1f}"
    steps = [
        {"Events a month": f"{cell[0]:,}", "φ": f"{cell[1]:g}"}
        | {f"{100 * step:+.0f}%": f"{100 * seen:.0f}" for step, seen in zip(STEPS, row, strict=True)}
        for cell, row in zip(POWER_CELLS, powers, strict=True)
    ]
    worst = f"Worst {100 * max(rates):.1f}%, mean {100 * float(np.mean(rates)):.1f}%."
    return f"{markdown(pd.DataFrame(list(by_cell.values())))}\n\n{worst}", markdown(pd.DataFrame(steps))


def _per_cent(flags: pd.Series) -> str:
    return f"{100 * flags.mean():.1f}%" if len(flags) else "–"


def _whole(flags: pd.Series) -> str:
    return f"{100 * flags.mean():.0f}"


def main(arguments: list[str]) -> None:
    """Make the tables one after another, print each, and put it into the page if asked to."""
    is_kept = "--write" in arguments
    with ProcessPoolExecutor(WORKERS) as pool:
        if BOROUGHS.is_file():
            real, steps = real_tables(pd.concat(pool.map(as_they_are, [*STEADY, *SHAKEN])))
            give(PAGE, {"real": real, "steps": steps}, write=is_kept)
        false, seen = drawn_tables(list(pool.map(outcome, cells())), list(pool.map(power, POWER_CELLS)))
        give(PAGE, {"drawn": false, "power": seen}, write=is_kept)
        if BOROUGHS.is_file():
            give(PAGE, {"learned": markdown(pd.DataFrame(list(pool.map(learned, CHOICES))))}, write=is_kept)


if __name__ == "__main__":
    main(sys.argv[1:])
