"""Bounds of the companion's sums: the table in pccstats/methods/level/companion.py.

    python tools/make_companion_table.py

Draws steady normal series of so many baseline figures and twelve more, scores them as an expected level does (centre
and sigma from the baseline, sigma by moving ranges, widened for the error of the centre), adds up the scores, and
prints the bound that `WANTED` of the series cross within the twelve. About a minute.
"""

import numpy as np
from scipy import optimize

from pccstats.methods.level.charts import D2_PAIR
from pccstats.methods.level.companion import REACH, WANTED, added_up
from pccstats.methods.level.limits import LEAST_FREE, MOVING_RANGE_EFFICIENCY
from pccstats.methods.level.probability import student_to_normal

SEED = 20150630
SERIES = 100_000
AFTER = 12  # figures


def crossed(random: np.random.Generator, baseline: int) -> float:
    """The bound that `WANTED` of steady series cross in the figures after so many baseline figures."""
    figures = random.standard_normal((SERIES, baseline + AFTER))
    centre = figures[:, :baseline].mean(axis=1, keepdims=True)
    sigma = np.abs(np.diff(figures[:, :baseline], axis=1)).mean(axis=1, keepdims=True) / D2_PAIR
    widened = np.sqrt((1 + 1 / baseline) / (1 - 1 / baseline))
    free = np.maximum(MOVING_RANGE_EFFICIENCY * (baseline - 2), LEAST_FREE)
    scores = student_to_normal((figures - centre) / (sigma * widened), np.array(free))
    after = np.full(SERIES, baseline)

    def too_many(bound: float) -> float:
        above, below = added_up(scores, np.full(SERIES, bound), after)
        return float((np.maximum(above, below)[:, baseline:].max(axis=1) > bound).mean()) - WANTED

    return float(optimize.brentq(too_many, 3, 20, xtol=0.005))


def main() -> None:
    """Print the table."""
    random = np.random.default_rng(SEED)
    print("REACH = {" + ", ".join(f"{months}: {crossed(random, months):.2f}" for months in REACH) + "}")


if __name__ == "__main__":
    main()
