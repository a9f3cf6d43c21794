"""How far a projection may be out: its own back-tests, those of sister series, and a reference for when these are few."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Array = NDArray[np.float64]

# Variance of the log of actual over projected year, 21 months ahead: one part that any series has and one that falls
# with the size of the year. Set on real monthly counts; benchmarks/projection.py checks it on others.
REFERENCE_VARIANCE = 0.030
REFERENCE_NOISE = 20.0  # events: variance of the ratio is this over the year's events
REFERENCE_STEPS_MONTHS = 21
REFERENCE_SHARE_VARIANCE = 0.05  # of log odds
REFERENCE_TRIALS = 8.0  # independent trials the reference is worth


@dataclass(frozen=True)
class Spread:
    """Distance of what will happen from what is projected: `scale` times Student's t.

    Attributes
    ----------
    scale : float
        On the scale of `scales.distance`.
    freedom : float
        Degrees of freedom of t.
    """

    scale: float
    freedom: float

    def quantile(self, probability: float) -> float:
        """The distance that what happens stays below with this probability."""
        return float(self.scale * stats.t.ppf(probability, self.freedom))

    def chance_below(self, away: float, other_variance: float = 0.0) -> float:
        """Chance of ending below a point so far away, itself uncertain with the variance given."""
        return float(stats.t.cdf(away / np.hypot(self.scale, np.sqrt(other_variance)), self.freedom))


def growth(steps: Array, year: int) -> Array:
    """Variance of a year's total by how far ahead it ends, for a level that walks at random; 1 for a step a period.

    A year that ends `s` periods ahead holds `min(s, year)` unknown periods; each shares the wanderings before it.

    Examples
    --------
    >>> growth(np.array([1, 12, 21]), 12).round(3).tolist()
    [0.007, 4.514, 13.514]
    """
    unknown = np.minimum(steps, year)
    before = np.asarray(steps, dtype=float) - unknown
    return np.asarray((unknown / year) ** 2 * before + unknown * (unknown + 1) * (2 * unknown + 1) / 6 / year**2)


def reference_variance(projected: float | Array, respondents: float, steps: int, year: int, *, is_share: bool) -> Array:
    """What a series that nothing more is known of should be allowed."""
    ahead = growth(np.array(steps * 12 // year), 12) / growth(np.array(REFERENCE_STEPS_MONTHS), 12)
    if is_share:
        p = np.clip(projected, 0.01, 0.99)
        return np.asarray(REFERENCE_SHARE_VARIANCE * ahead + 2 / (respondents * p * (1 - p)))
    return np.asarray((REFERENCE_VARIANCE + REFERENCE_NOISE / np.maximum(projected, 1.0)) * ahead)


def independent_trials(origins: int, steps: int) -> float:
    """How many overlapping trials are worth: neighbours share all but one period."""
    return 0.0 if origins == 0 else 1 + (origins - 1) / steps


def spread_of(reference: float, own: Array, own_trials: float, sisters: Sequence[tuple[Array, float]] = ()) -> Spread:
    """Reference variance, stretched or drawn in by how far back-tests were out against their own reference.

    Parameters
    ----------
    reference : float
        Variance of the projection by the reference.
    own : array
        Back-test errors over the square root of their reference variance.
    own_trials : float
        Independent trials they are worth.
    sisters : sequence of (array, float)
        The same of each sister series.
    """
    trials, squares = REFERENCE_TRIALS, REFERENCE_TRIALS
    for errors, worth in ((own, own_trials), *sisters):
        if worth > 0:
            trials += worth
            squares += worth * float(np.mean(errors**2))
    return Spread(scale=float(np.sqrt(reference * squares / trials)), freedom=trials)
