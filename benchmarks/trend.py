"""How often a trend of six and twelve months is called, where there is none and where there is one.

    python benchmarks/trend.py [--write]

Five years of monthly counts, with or without a season, over-dispersed or not; then the last months slope; then months
that lean on one another, for trends, longer-term trends and proposals to set limits anew, each as it would be were they
taken as independent and as it is. Takes some three minutes; `--write` puts the tables into the page on trends.
"""

import sys
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
from pages import give

import pccstats as pcc
from pccstats.methods.level.rebase import lasting_shifts
from pccstats.methods.level.trend import kendall_chance, leaning, longer_term_trend
from pccstats.terms.results.level import Direction

PAGE = Path(__file__).parents[1] / "docs" / "methods" / "trend.md"
REPEATS = 100
MONTHS = pd.period_range("2010-04", periods=60, freq="M")
SEASON = 1 + 0.15 * np.sin(2 * np.pi * np.arange(60) / 12)
SEED = 1938
CHANCE_OF_A_CALL = 0.05
LEANING = ((0.15, 0.0), (0.15, 0.35))  # standard deviation of the logarithm of the level, correlation


def counts(
    random: np.random.Generator, mean: float, phi: float, slope: float, window: int, *, is_seasonal: bool
) -> np.ndarray:
    """Draw five years of counts; the last `window` months slope by so much a month."""
    level = np.full(60, mean) * (SEASON if is_seasonal else 1.0)
    level[-window:] *= np.exp(slope * np.arange(1, window + 1))
    if phi == 1:
        return random.poisson(level)
    return random.negative_binomial(level / (phi - 1), 1 / phi)


def called(mean: float, phi: float, slope: float, window: int, *, is_seasonal: bool) -> float:
    """Return the share of series in which a direction is given, in per cent."""
    random = np.random.default_rng(SEED)
    found = 0
    for _ in range(REPEATS):
        drawn = counts(random, mean, phi, slope, window, is_seasonal=is_seasonal)
        frame = pd.DataFrame({"month": MONTHS, "n": drawn})
        found += pcc.trend(pcc.Series.from_frame(frame, numerator="n"), window).direction is not Direction.CANNOT_TELL
    return 100 * found / REPEATS


def wandering(random: np.random.Generator, mean: float, deviation: float, rho: float) -> np.ndarray:
    """Five years of counts whose level wanders about its season: the logarithm an AR(1)."""
    away = random.standard_normal(60)
    for month in range(1, 60):
        away[month] = rho * away[month - 1] + np.sqrt(1 - rho**2) * away[month]
    return random.poisson(mean * SEASON * np.exp(deviation * away - deviation**2 / 2))


def called_where_months_lean(mean: float, deviation: float, rho: float) -> list[str]:
    """Calls in per cent, months taken as independent and as they are: trends, the longer-term trend, proposals."""
    random = np.random.default_rng(SEED)
    found = np.zeros((4, 2))
    for _ in range(REPEATS):
        frame = pd.DataFrame({"month": MONTHS, "n": wandering(random, mean, deviation, rho)})
        series = pcc.Series.from_frame(frame, numerator="n")
        for row, window in enumerate((6, 12)):
            trend = pcc.trend(series, window)
            found[row, 0] += kendall_chance(trend.points["tested"].dropna()) < CHANCE_OF_A_CALL
            found[row, 1] += trend.direction is not Direction.CANNOT_TELL
        level = pcc.expected_level(series, seasonal=True)
        z = level.points["z"].to_numpy(dtype=float)
        adjusted = (level.points["value"] / level.points["season_factor"]).to_numpy(dtype=float)
        found[2, 0] += longer_term_trend(adjusted, MONTHS.month.to_numpy())[0] != "stable"
        found[2, 1] += level.longer_term != "stable"
        away = z * (level.segments[0].dispersion or 1.0)
        dependence = leaning(away, series.kind, 1, has_chance=True)
        found[3, 0] += bool(lasting_shifts(z))
        found[3, 1] += bool(lasting_shifts(z, dependence=dependence))
    return [f"{before:.0f}% → {after:.0f}%" for before, after in 100 * found / REPEATS]


def tables() -> dict[str, pd.DataFrame]:
    """The three tables of the page, by the name of their marker."""
    still = [
        [mean, phi, "15%" if is_seasonal else "none"]
        + [f"{called(mean, phi, 0.0, window, is_seasonal=is_seasonal):.0f}%" for window in (6, 12)]
        for mean, phi, is_seasonal in product((20, 300), (1, 2), (False, True))
    ]
    moving = [
        [mean, f"{100 * slope:.0f}%"]
        + [f"{called(mean, 2, slope, window, is_seasonal=False):.0f}%" for window in (6, 12)]
        for mean, slope in product((20, 300), (0.05, 0.10))
    ]
    wanders = [
        [f"{mean:,}", f"{100 * deviation:.0f}%", f"{rho:g}", *called_where_months_lean(mean, deviation, rho)]
        for mean, (deviation, rho) in product((30, 400, 5000), LEANING)
    ]
    windows, size = ["six months", "twelve months"], "events a month"
    return {
        "no trend": pd.DataFrame(still, columns=[size, "over-dispersion", "season", *windows]),
        "a trend": pd.DataFrame(moving, columns=[size, "slope", *windows]),
        "leaning": pd.DataFrame(
            wanders, columns=[size, "wanders", "correlation", *windows, "longer-term trend", "proposals"]
        ),
    }


if __name__ == "__main__":
    give(PAGE, tables(), write="--write" in sys.argv)
