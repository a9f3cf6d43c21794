"""How often a trend of six and twelve months is called, where there is none and where there is one.

    python benchmarks/trend.py

Five years of monthly counts, with or without a season, over-dispersed or not; then the last months slope. Prints the
tables of docs/methods/trend.md. Takes some two minutes.
"""

from itertools import product

import numpy as np
import pandas as pd

import pccstats as pcc
from pccstats.terms.results.level import Direction

REPEATS = 400
MONTHS = pd.period_range("2010-04", periods=60, freq="M")
SEASON = 1 + 0.15 * np.sin(2 * np.pi * np.arange(60) / 12)
SEED = 1938


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


def main() -> None:
    """Print both tables."""
    print("No trend: months called, per cent")
    for mean, phi, is_seasonal in product((20, 300), (1, 2), (False, True)):
        rates = [called(mean, phi, 0.0, window, is_seasonal=is_seasonal) for window in (6, 12)]
        season = "15%" if is_seasonal else "none"
        print(f"| {mean} | {phi} | {season} | {rates[0]:.1f}% | {rates[1]:.1f}% |")
    print("A trend: months called, per cent")
    for mean, slope in product((20, 300), (0.02, 0.05, 0.10)):
        rates = [called(mean, 2, slope, window, is_seasonal=False) for window in (6, 12)]
        print(f"| {mean} | {100 * slope:.0f}% | {rates[0]:.0f}% | {rates[1]:.0f}% |")


if __name__ == "__main__":
    main()
