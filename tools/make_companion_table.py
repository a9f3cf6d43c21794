"""Bounds of the companion's sums: the table in pccstats/methods/level/companion.py.

    python tools/make_companion_table.py

Draws steady normal series of so many baseline figures and twelve more, scores them as an expected level does (centre
and sigma from the baseline, sigma by moving ranges, widened for the error of the centre), adds up the scores, and
prints the bound that `WANTED` of the series cross within the twelve. About a minute.
"""

import numpy as np

from pccstats.methods.level.charts import D2_PAIR
from pccstats.methods.level.companion import REACH, WANTED, added_up

SEED = 20150630
SERIES = 100_000
AFTER = 12  # figures


def crossed(random: np.random.Generator, baseline: int) -> float:
    """The bound that `WANTED` of steady series cross in the figures after so many baseline figures."""
    figures = random.standard_normal((SERIES, baseline + AFTER))
    centre = figures[:, :baseline].mean(axis=1, keepdims=True)
    sigma = np.abs(np.diff(figures[:, :baseline], axis=1)).mean(axis=1, keepdims=True) / D2_PAIR
    widened = np.sqrt((1 + 1 / baseline) / (1 - 1 / baseline))
    above, below = added_up((figures - centre) / (sigma * widened), np.full(SERIES, np.inf))
    return float(np.quantile(np.maximum(above, below)[:, baseline:].max(axis=1), 1 - WANTED))


def main() -> None:
    """Print the table."""
    random = np.random.default_rng(SEED)
    print("REACH = {" + ", ".join(f"{months}: {crossed(random, months):.2f}" for months in REACH) + "}")


if __name__ == "__main__":
    main()
