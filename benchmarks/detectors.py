"""Ours beside other detectors: false signals in steady months, and how soon lasting steps are seen, as known then.

    python benchmarks/detectors.py [CELL ...] [--write]

Draws steady and stepped counts whose truth is known, and reads real ones (the Metropolitan Police's borough table in
`../shared/data`; without it that part is left out and said to be). Every detector has the same baseline and is given
nothing later than the month it judges: a run that completes in its seventh month is a signal of that month, not of the
six before. Words of a cell's name choose among the cells. `--write` puts the tables into docs/methods/detectors.md.
"""

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pages import give, markdown
from rivals import (
    Counts,
    Evidence,
    Farrington,
    Signals,
    cusum,
    ewma,
    farrington_flexible,
    in_logs,
    level_score,
    seasonal_score,
)

from pccstats.methods.level.many import expected_levels

PAGE = Path(__file__).parents[1] / "docs" / "methods" / "detectors.md"
BOROUGHS = Path(__file__).parents[2] / "shared" / "data" / "mps-boroughs" / "MPS Borough Level Crime (Historical).csv"
SEED = 20150630
DRAWN, STEPPED = 2000, 1000  # drawn of each cell: with nothing changing, and with each step
FITTED = 500  # of them, the first, for Farrington Flexible, which takes the longest
JUDGED = 24  # months after the baseline in which nothing changes
STEPS = (0.10, 0.25, 0.50, -0.15, -0.25, -0.40)
WITHIN = (3, 8)  # months of the step
FIRST = "2010-04"
WINDOWS = ("2010-04", "2014-04")  # of real counts: before March 2020, leap years in like places
SHUFFLES = 2
SIZES = ((0, 2), (2, 8), (8, 15), (15, 50), (50, 150), (150, np.inf))
WORKERS = 2
OURS, AS_RARE, DOMINATED = "ours now", "as rare as ours", "Ours is dominated"
USUAL = {"CUSUM on the mean": 5.0, "CUSUM": 5.0, "EWMA": 2.7, "Farrington": float(in_logs(0.005))}
TUNED = ("CUSUM", "EWMA", "Farrington")
OURS_BEFORE: dict[str, object] = {"rules": "mdc", "limits": "sigma", "companion": None}
LEAST_EVENTS = 8  # a month: below, no detector is expected to stand out
SURE, SURE_OF_ONE = 2.0, 3.5  # standard errors; of one step among thousands
LEAST_MORE = 0.02  # of the series, for one step to be named
MOST_ABOVE, MOST_IN_A_YEAR, MOST_OF_SHORT = 0.003, 0.10, 0.20  # what is promised of ours
EXCHANGED, AS_THEY_ARE = "London, like months exchanged", "London, as they are"
Array = NDArray[np.float64]
Flags = NDArray[np.bool_]


# -------------------------------------------------------------------------------------------------------- detectors
@dataclass(frozen=True)
class Watched:
    """What each detector makes of some counts: signals of charts with limits, and evidence that a bound is set on."""

    charts: dict[str, Signals]
    evidence: dict[str, Evidence]

    @classmethod
    def of(cls, counts: Counts) -> "Watched":
        season = seasonal_score(counts)
        return cls(
            {
                OURS: as_known(counts),
                "ours before": as_known(counts, **OURS_BEFORE),
                "XmR, MDC": as_known(counts, chart="xmr", seasonal=False, **OURS_BEFORE),
                "Laney u′, MDC": as_known(counts, chart="u_prime", seasonal=False, **OURS_BEFORE),
            },
            {
                "CUSUM on the mean": cusum(level_score(counts)),
                "CUSUM": cusum(season),
                "EWMA": ewma(season),
                "Farrington": farrington_flexible(counts.first(FITTED), Farrington(years=counts.at // 12)),
            },
        )

    def bounds_for(self, rate: float) -> dict[str, float]:
        """Bounds by which so many steady years, in parts of one, would have any signal."""
        return {f"{name}, {AS_RARE}": self.evidence[name].bound_for(rate) for name in TUNED}

    def signals(self, bounds: dict[str, float]) -> dict[str, Signals]:
        """What each detector says, by the usual bounds and by these."""
        usual = {name: evidence.beyond(USUAL[name]) for name, evidence in self.evidence.items()}
        tuned = {name: self.evidence[name.partition(",")[0]].beyond(bound) for name, bound in bounds.items()}
        return {**self.charts, **usual, **tuned}


def as_known(counts: Counts, **options: object) -> Signals:
    """Signals of `expected_levels` in later months, as known then (`signal_known`), and months outside the limits."""
    rows, length = counts.figures.shape
    levels = expected_levels(
        pd.DataFrame(
            {
                "series": np.repeat(np.arange(rows), length),
                "month": pd.PeriodIndex.from_ordinals(np.tile(counts.months.asi8, rows), freq="M"),
                "numerator": counts.figures.ravel(),
            }
        ),
        baseline=(counts.months[0], counts.months[counts.at - 1]),
        **options,
    )
    known, value, lower, upper = (
        levels[name].to_numpy().reshape(rows, length)[:, counts.at :]
        for name in ("signal_known", "value", "lower_process_limit", "upper_process_limit")
    )
    return Signals(known == "above", known == "below", value > upper, value < lower)


# ------------------------------------------------------------------------------------------------------------ cells
@dataclass(frozen=True)
class Cell:
    """One kind of series.

    Attributes
    ----------
    group, size : str
        What its series have in common, and how many events a month they have.
    least_mean : float
        Events a month, at least.
    is_promised : bool
        True where the promise on single months is asked for: independent months about a steady level.
    steady : callable
        Series in which nothing changes.
    stepped : callable or None
        Series with a step from the first month after the baseline on; None where steps cannot be known.
    """

    group: str
    size: str
    least_mean: float
    is_promised: bool
    steady: Callable[[], Counts]
    stepped: Callable[[float], Counts] | None


@dataclass(frozen=True)
class Drawn:
    """Counts with a known truth.

    Attributes
    ----------
    mean : float
        Events a month.
    phi : float
        Variance over mean of like months: gamma-Poisson, or with a memory log-normal Poisson.
    season : float
        Swing of a yearly wave, at a phase of each series' own.
    memory : float
        Autocorrelation of the log level from one month to the next.
    growth : float
        Of the mean in a year, in a straight line.
    baseline : int
        Months.
    """

    mean: float
    phi: float = 2.0
    season: float = 0.2
    memory: float = 0.0
    growth: float = 0.0
    baseline: int = 36

    def cell(self) -> Cell:
        """Series of its own seed, and those of each step of theirs."""
        words = [f"φ {self.phi:g}", f"season ±{100 * self.season:.0f}%" if self.season else "no season"]
        words += [f"autocorrelation {self.memory:g}"] if self.memory else []
        words += [f"trend {100 * self.growth:+.0f}% a year"] if self.growth else []
        words += [f"baseline of {self.baseline} months"] if self.baseline != 36 else []
        seed = [SEED, *(int(1000 * part) for part in (self.mean, self.phi, self.season, self.memory, self.growth))]
        seed.append(self.baseline)
        return Cell(
            group=", ".join(words),
            size=f"{self.mean:,}",
            least_mean=self.mean,
            is_promised=not self.memory and not self.growth and self.baseline == 36,
            steady=lambda: self.counts(np.random.default_rng(seed), DRAWN, JUDGED),
            stepped=lambda step: self.counts(
                np.random.default_rng([*seed, 1 + STEPS.index(step)]), STEPPED, max(WITHIN), step
            ),
        )

    def counts(self, random: np.random.Generator, series: int, later: int, step: float = 0.0) -> Counts:
        """Series of the baseline and so many later months, the later ones with a step."""
        months = pd.period_range(FIRST, periods=self.baseline + later, freq="M")
        time = np.arange(len(months))
        phase = random.uniform(0, 2 * np.pi, (series, 1))
        level = self.mean * np.asarray(months.days_in_month) / 30.4375
        level = level * (1 + self.season * np.sin(2 * np.pi * time / 12 + phase))
        level *= 1 + self.growth * (time - self.baseline / 2) / 12
        level *= np.where(time >= self.baseline, 1 + step, 1.0)
        if self.memory:
            level *= self._wandering(random, level.shape)
        elif self.phi > 1:
            level = random.gamma(level / (self.phi - 1), self.phi - 1)
        return Counts(random.poisson(level).astype(float), months, self.baseline)

    def _wandering(self, random: np.random.Generator, shape: tuple[int, int]) -> Array:
        """An autoregression of the log level that gives the dispersion asked for at the mean."""
        variance = np.log1p((self.phi - 1) / self.mean)
        fresh = random.normal(0, np.sqrt(variance), shape)
        fresh[:, 1:] *= np.sqrt(1 - self.memory**2)
        for month in range(1, shape[1]):
            fresh[:, month] += self.memory * fresh[:, month - 1]
        return np.exp(fresh - variance / 2)


MEANS = (2, 8, 30, 100, 400, 5000)
CELLS = (
    *(Drawn(mean) for mean in MEANS),
    *(Drawn(mean, season=0.0) for mean in MEANS),
    *(Drawn(mean, phi=1.0, season=0.0) for mean in (2, 8, 30, 400)),
    *(Drawn(mean, phi=5.0) for mean in (8, 30, 400, 5000)),
    *(Drawn(mean, memory=0.35) for mean in (8, 30, 100)),
    *(Drawn(mean, phi=5.0, memory=0.35) for mean in (400, 5000)),
    *(Drawn(mean, growth=0.06) for mean in (30, 400)),
    *(Drawn(mean, baseline=24) for mean in (8, 30, 400, 5000)),
)


# ------------------------------------------------------------------------------------------------------ real counts
def real_cells() -> Iterator[Cell]:
    """Real counts by size: like months exchanged among years, with steps of our own, and as they are."""
    exchanged = np.concatenate([_exchanged(first, shuffle) for first in WINDOWS for shuffle in range(SHUFFLES)])
    as_they_are = np.concatenate([_boroughs(first, 48) for first in WINDOWS])
    for least, most in SIZES:
        yield Cell(EXCHANGED, _size(least, most), least, False, *_with_steps(_of_size(exchanged, least, most)))
    for least, most in SIZES:
        counts = Counts(_of_size(as_they_are, least, most), pd.period_range(FIRST, periods=48, freq="M"), 36)
        yield Cell(AS_THEY_ARE, _size(least, most), least, False, partial(_given, counts), None)


def _boroughs(first: str, length: int) -> Array:
    """Counts of each offence type in each borough over so many months; whoever has a month missing is left out."""
    table = pd.read_csv(BOROUGHS).set_index(["MajorText", "MinorText", "BoroughName"])
    table.columns = pd.PeriodIndex([f"{name[:4]}-{name[4:]}" for name in table.columns], freq="M")
    return table[pd.period_range(first, periods=length, freq="M")].dropna().to_numpy(dtype=float)


def _exchanged(first: str, shuffle: int) -> Array:
    """Five years in which each January is another year's January, and so on: steady, with season and spread kept."""
    counts, random = _boroughs(first, 60), np.random.default_rng([SEED, shuffle])
    return random.permuted(counts.reshape(-1, 5, 12), axis=1).reshape(-1, 60)


def _of_size(counts: Array, least: float, most: float) -> Array:
    """Series with so many events a month; those without a single one in the baseline are left out."""
    mean = counts.mean(axis=1)
    return counts[(mean >= least) & (mean < most) & (counts[:, :36].sum(axis=1) > 0)]


def _with_steps(figures: Array) -> tuple[Callable[[], Counts], Callable[[float], Counts]]:
    months = pd.period_range(FIRST, periods=60, freq="M")

    def stepped(step: float) -> Counts:
        """A rise adds events at random for those there are, a fall takes away: the spread stays as it is."""
        random, end = np.random.default_rng([SEED, STEPS.index(step)]), 36 + max(WITHIN)
        later = figures[:, 36:end]
        later = later + random.poisson(step * later) if step > 0 else random.binomial(later.astype(int), 1 + step)
        return Counts(np.concatenate([figures[:, :36], later], axis=1), months[:end], 36)

    return partial(_given, Counts(figures, months, 36)), stepped


def _given(counts: Counts) -> Counts:
    return counts


def _size(least: float, most: float) -> str:
    if np.isinf(most):
        return f"{least:,} and more"
    return f"{least:,} to {most:,}" if least else f"under {most:,}"


# --------------------------------------------------------------------------------------------------------- outcomes
@dataclass(frozen=True)
class Outcome:
    """How one detector does in one cell.

    Attributes
    ----------
    above, below : float
        Part of steady months with a signal.
    over, under : float
        Part of steady months outside the limits; NaN where there are none.
    quarter : float
        Part of steady quarters with any signal.
    years : array of bool
        Series by steady years: any signal.
    seen : array of bool
        Steps by `WITHIN` by series: a signal in the step's direction so soon; empty where there are no steps.
    """

    above: float
    below: float
    over: float
    under: float
    quarter: float
    years: Flags
    seen: Flags

    @property
    def year(self) -> float:
        """Part of steady years with any signal."""
        return float(self.years.mean())

    @property
    def power(self) -> float:
        """Part of steps seen, all steps and both horizons together."""
        return float(self.seen.mean())


def outcomes(cell: Cell) -> dict[str, Outcome]:
    """How each detector does in a cell."""
    watched = Watched.of(cell.steady())
    ours = _outcome(watched.charts[OURS], [])
    bounds = watched.bounds_for(ours.year) if cell.stepped else {}
    steady = watched.signals(bounds)
    stepped = [Watched.of(cell.stepped(step)).signals(bounds) for step in STEPS] if cell.stepped else []
    return {name: _outcome(signals, [found[name] for found in stepped]) for name, signals in steady.items()}


def _outcome(steady: Signals, stepped: list[Signals]) -> Outcome:
    any_signal = steady.above | steady.below
    series, months = any_signal.shape
    towards = [found.above if step > 0 else found.below for step, found in zip(STEPS, stepped, strict=False)]
    return Outcome(
        above=steady.above.mean(),
        below=steady.below.mean(),
        over=np.nan if steady.over is None else steady.over.mean(),
        under=np.nan if steady.under is None else steady.under.mean(),
        quarter=any_signal.reshape(series, months // 3, 3).any(axis=2).mean(),
        years=any_signal.reshape(series, months // 12, 12).any(axis=2),
        seen=np.array([[flags[:, :soon].any(axis=1) for soon in WITHIN] for flags in towards]),
    )


def all_cells() -> list[Cell]:
    """Those drawn, and the real ones where the download is at hand."""
    return [*(drawn.cell() for drawn in CELLS), *(real_cells() if BOROUGHS.is_file() else ())]


def _outcomes_of(number: int) -> dict[str, Outcome]:
    return outcomes(all_cells()[number])


Found = list[tuple[Cell, dict[str, Outcome]]]


# ----------------------------------------------------------------------------------------------------------- tables
def goals(found: Found) -> pd.DataFrame:
    """What is promised of ours, beside what came out where it came out worst."""
    ours = [(cell, by_name[OURS]) for cell, by_name in found]
    asked = (
        (
            "a steady month above the upper limit",
            MOST_ABOVE,
            [(cell, one.over) for cell, one in ours if cell.is_promised],
        ),
        (
            "any signal in twelve steady real months",
            MOST_IN_A_YEAR,
            [(cell, one.year) for cell, one in ours if cell.group == EXCHANGED],
        ),
        (
            "any signal in twelve steady months, baseline of 24 and a season",
            MOST_OF_SHORT,
            [(cell, one.year) for cell, one in ours if "baseline of 24" in cell.group],
        ),
    )
    return pd.DataFrame(
        [
            {
                "Promised": f"{what}: at most {_per_cent(most)}",
                "Worst": _per_cent(max(rate for _, rate in rates)),
                "Where it is broken": "; ".join(
                    f"{cell.size} a month, {cell.group} ({_per_cent(rate)})" for cell, rate in rates if rate > most
                )
                or "nowhere",
            }
            for what, most, rates in asked
            if rates
        ]
    )


def overview(found: Found) -> pd.DataFrame:
    """Each detector over all cells with steps: any signal in a steady year, and steps seen."""
    return pd.DataFrame(
        [
            {
                "Detector": name,
                **{
                    f"{part}: year": _whole(np.mean([by_name[name].year for by_name in chosen]))
                    for part, chosen in _parts(found)
                },
                **{
                    f"{part}: seen in {months} months": _whole(
                        np.mean([by_name[name].seen[:, place].mean() for by_name in chosen])
                    )
                    for part, chosen in _parts(found)
                    for place, months in enumerate(WITHIN)
                },
            }
            for name in found[0][1]
        ]
    )


def _parts(found: Found) -> list[tuple[str, list[dict[str, Outcome]]]]:
    """Cells of so many events a month with steps: those drawn and those of London."""
    kept = [(cell, by_name) for cell, by_name in found if cell.stepped and cell.least_mean >= LEAST_EVENTS]
    parts = [
        ("drawn", [by_name for cell, by_name in kept if cell.group != EXCHANGED]),
        ("London", [by_name for cell, by_name in kept if cell.group == EXCHANGED]),
    ]
    return [(name, chosen) for name, chosen in parts if chosen]


def frontier(found: Found) -> str:
    """Where another detector has no more false alarms than ours in a steady year, and sees more: said and listed."""
    asked = [(cell, by_name) for cell, by_name in found if cell.stepped and cell.least_mean >= LEAST_EVENTS]
    rows = [
        {"Cell": f"{cell.size} a month, {cell.group}", **row} for cell, by_name in asked for row in _rivals_of(by_name)
    ]
    said = []
    for settings, is_tuned in (("By the bounds that others use", False), (f"By bounds {AS_RARE}", True)):
        dominated = [
            row["Cell"] for row in rows if row[DOMINATED] == "yes" and (AS_RARE in row["Detector"]) == is_tuned
        ]
        listed = "; ".join(dict.fromkeys(dominated))
        said.append(
            f"{settings}, ours is dominated in {len(set(dominated))} of {len(asked)} cells: {listed}."
            if dominated
            else f"{settings}, ours is dominated in none of {len(asked)} cells."
        )
    return "\n\n".join([*said, markdown(pd.DataFrame(rows))] if rows else said)


def _rivals_of(by_name: dict[str, Outcome]) -> Iterator[dict[str, str]]:
    """Detectors of one cell that have no more false alarms than ours, and see all steps together or one more often."""
    ours = by_name[OURS]
    for name, other in by_name.items():
        if name == OURS or _is_more(other.years.mean(axis=1), ours.years.mean(axis=1)):
            continue
        is_dominated = _is_more(other.seen.mean(axis=(0, 1)), ours.seen.mean(axis=(0, 1)))
        better, worse = _steps_seen_more(other, ours), _steps_seen_more(ours, other)
        if is_dominated or better:
            yield {
                "Detector": name,
                "Any signal in a steady year, ours": f"{_whole(other.year)}, {_whole(ours.year)}",
                "Steps seen, ours": f"{_whole(other.power)}, {_whole(ours.power)}",
                DOMINATED: "yes" if is_dominated else "no",
                "Seen more often than by ours": "; ".join(better),
                "Seen more often by ours": "; ".join(worse),
            }


def _steps_seen_more(one: Outcome, other: Outcome) -> list[str]:
    """Steps that one detector sees more often than the other, with the per cent of both."""
    return [
        f"{100 * step:+.0f}% within {months} ({_whole(one.seen[at, place].mean())}, "
        f"{_whole(other.seen[at, place].mean())})"
        for at, step in enumerate(STEPS)
        for place, months in enumerate(WITHIN)
        if _is_more(one.seen[at, place], other.seen[at, place], SURE_OF_ONE)
        and one.seen[at, place].mean() > other.seen[at, place].mean() + LEAST_MORE
    ]


def _is_more(one: Array | Flags, other: Array | Flags, sure: float = SURE) -> bool:
    """More on average by more than simulation error, over the series that both were asked of."""
    both = min(len(one), len(other))
    more = one[:both].astype(float) - other[:both].astype(float)
    return bool(more.mean() > sure * more.std() / np.sqrt(both))


def cell_table(by_name: dict[str, Outcome]) -> pd.DataFrame:
    """One cell: false signals, and steps seen within three and within eight months."""
    return pd.DataFrame(
        [
            {
                "Detector": name,
                "Month above": _with_limits(one.above, one.over),
                "Month below": _with_limits(one.below, one.under),
                "Any in a quarter": f"{100 * one.quarter:.1f}",
                "Any in a year": ", ".join(_whole(rate) for rate in one.years.mean(axis=0)),
                **{
                    f"{100 * step:+.0f}%": ", ".join(_whole(rate) for rate in seen.mean(axis=-1))
                    for step, seen in zip(STEPS, one.seen, strict=False)
                },
            }
            for name, one in by_name.items()
        ]
    )


def cell_tables(found: Found) -> str:
    """Every cell under its heading."""
    lines: list[str] = []
    group = ""
    for cell, by_name in found:
        if cell.group != group:
            group = cell.group
            lines.append(f"### {group}\n")
        series = len(by_name[OURS].years)
        lines.append(f"**{cell.size} a month** ({series:,} series)\n\n{markdown(cell_table(by_name))}\n")
    return "\n".join(lines).strip()


def _with_limits(signals: float, outside: float) -> str:
    return f"{100 * signals:.2f}" + ("" if np.isnan(outside) else f" ({100 * outside:.2f})")


def _whole(part: float) -> str:
    return f"{100 * part:.0f}"


def _per_cent(part: float) -> str:
    return f"{100 * part:.2g}%" if part < 0.1 else f"{100 * part:.0f}%"


def main(arguments: list[str]) -> None:
    """Measure, print, and put the tables into the page if asked to."""
    cells = all_cells()
    words = [word for word in arguments if not word.startswith("-")]
    asked = [number for number, cell in enumerate(cells) if all(word in f"{cell.size} {cell.group}" for word in words)]
    if not BOROUGHS.is_file():
        print(f"No {BOROUGHS}: the part on real counts is left out.")
    with ProcessPoolExecutor(WORKERS) as pool:
        found = list(zip([cells[number] for number in asked], pool.map(_outcomes_of, asked), strict=True))
    made = {
        "goals": markdown(goals(found)),
        "frontier": frontier(found),
        "overview": markdown(overview(found)),
        "cells": cell_tables(found),
    }
    give(PAGE, made, write="--write" in arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
