"""How often the latest quarter of a steady series shows a signal: pccstats/methods/level/false_alarm_table.py.

    python tools/make_false_alarm_table.py            writes the table

Draws counts about a level that never moves, with twice the variance that chance alone gives (gamma-Poisson, seed
fixed), takes them through the steps of `expected_levels` (chart, limits, companion and rules as it chooses them, no
season), and counts the series that have a signal, as known by then, in their latest quarter. 8,000 series each: the
standard error of a rate of 2% is 0.16 points, of 10% 0.34 points. Some minutes on two cores.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pccstats.methods.level.charts import Figures, measure
from pccstats.methods.level.companion import add_up
from pccstats.methods.level.limits import set_limits
from pccstats.methods.level.options import LevelOptions
from pccstats.methods.level.rules import RULE_SETS, RuleSet, find_signals
from pccstats.methods.level.season import season_of
from pccstats.methods.level.segments import cut_into_segments
from pccstats.terms.words import Kind

SEED = 20150630
SERIES, AT_ONCE = 8000, 1000
DISPERSION = 2.0  # variance over mean of the months
BASELINE = (8, 12, 24, 60)
AFTER = {3: (0, 3, 6, 12, 36), 1: (0, 1, 4, 12, 36)}
SIZES = (0.1, 0.5, 2.0, 8.0, 500.0)  # cases a figure over the dispersion
LIMITS = ("probability", "sigma")
WORKERS = 2
TARGET = Path(__file__).parents[1] / "pccstats" / "methods" / "level" / "false_alarm_table.py"
Counts = NDArray[np.float64]
Flags = NDArray[np.bool_]
Rates = dict[tuple[str, int], list[float]]


def steady(random: np.random.Generator, size: float, months: int, series: int = AT_ONCE) -> Counts:
    """Counts in which nothing changes, of so many cases over the dispersion."""
    level = random.gamma(size * DISPERSION / (DISPERSION - 1), DISPERSION - 1, (series, months))
    return random.poisson(level).astype(float)


def known_signals(
    counts: NDArray[np.float64], baseline: int, limits: str, sets: Mapping[str, RuleSet]
) -> dict[str, Flags]:
    """By rule set: series by months, True where there was a signal as known by that month."""
    months = pd.period_range("2010-04", periods=counts.shape[1], freq="M")
    figures = Figures(months, counts, np.full_like(counts, np.nan), Kind.COUNT)
    asked = LevelOptions.read(
        figures,
        chart="auto",
        baseline=(months[0], months[baseline - 1]),
        rules="auto",
        seasonal=False,
        rebase_at=(),
        per_day=False,
        screen_moving_ranges=False,
        exclude=(),
        target=None,
        limits=limits,
    )
    measured = measure(figures, asked.family, per_day=False)
    segments = cut_into_segments(figures, measured, asked)
    drawn = set_limits(measured, segments, season_of(figures, measured, segments, asked), asked)
    sums = add_up(drawn.standing, drawn.log_none, drawn.sets_limits, segments, asked)
    standing = sums.beside(drawn.standing)
    return {name: find_signals(standing, one.rules).known != 0 for name, one in sets.items()}


def rates(
    random: np.random.Generator,
    baseline: int,
    size: float,
    limits: str,
    *,
    sets: Mapping[str, RuleSet] = RULE_SETS,
    series: int = SERIES,
) -> Rates:
    """By rule set and figures in a quarter, the part of steady series with a signal in it: one for each of `AFTER`."""
    found: dict[tuple[str, int], list[list[float]]] = {(name, span): [] for name in sets for span in AFTER}
    for _ in range(series // AT_ONCE):
        counts = steady(random, size, baseline + max(max(after) for after in AFTER.values()))
        later = known_signals(counts, baseline, limits, sets)
        within = known_signals(counts[:, :baseline], baseline, limits, sets)
        for (name, span), listed in found.items():
            ends = [baseline + more for more in AFTER[span]]
            known = [(within if end == baseline else later)[name][:, end - span : end] for end in ends]
            listed.append([float(quarter.any(axis=1).mean()) for quarter in known])
    return {key: np.mean(listed, axis=0).tolist() for key, listed in found.items()}


def cell(of: tuple[float, int, str]) -> Rates:
    """The rates of one size, baseline and kind of limits, by a seed of its own."""
    size, baseline, limits = of
    random = np.random.default_rng([SEED, int(10 * size), baseline, LIMITS.index(limits)])
    return rates(random, baseline, size, limits)


def main() -> None:
    """Write the table."""
    cells = list(itertools.product(SIZES, BASELINE, LIMITS))
    with ProcessPoolExecutor(WORKERS) as pool:
        made = dict(zip(cells, pool.map(cell, cells), strict=True))
    lines = [
        '"""The numbers of `false_alarms`, in parts of a thousand; made by tools/make_false_alarm_table.py."""',
        "",
        "from __future__ import annotations",
        "",
        f"BASELINE = {BASELINE}  # figures that set the limits",
        f"AFTER = {AFTER}  # figures after them, by how many figures a quarter has; 0: every figure sets the limits",
        f"SIZES = {SIZES}  # cases a figure over the dispersion",
        "# By rule set and limits, then by figures in a quarter and size: for each of BASELINE, one for each of AFTER.",
        "RATES: dict[tuple[str, str], dict[tuple[int, float], tuple[int, ...]]] = {",
    ]
    for name, limits in itertools.product(RULE_SETS, LIMITS):
        lines.append(f'    ("{name}", "{limits}"): {{')
        for span, size in itertools.product(AFTER, SIZES):
            row = tuple(round(1000 * rate) for n in BASELINE for rate in made[size, n, limits][name, span])
            lines.append(f"        ({span}, {size}): {row},")
        lines.append("    },")
    TARGET.write_text("\n".join([*lines, "}"]) + "\n", encoding="utf-8")
    print(f"{TARGET} is written; `ruff format` puts it into the house's form.")


if __name__ == "__main__":
    main()
