"""How far a projection may be out: by its own back-tests, by sister series, and by a reference where these are few.

Six years of months hold two independent trials of a projection 21 months ahead: no series can show by itself how far
it may be out. So each starts from a reference, what such projections of real series have been out by, and its own
back-tests stretch that or draw it in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from pccstats.methods.projection.scales import Material
from pccstats.terms.periods import MONTHS_IN_A_YEAR

Array = NDArray[np.float64]

# Standard deviation of the log of a year over its projection 21 months ahead, for a year of one event; it falls with
# the fifth root of the year's events, to those of LARGEST_YEAR. Set on 16 London boroughs (months) and on 43 police
# forces (rolling years); docs/methods/projection.md has how it was set and how it did.
REFERENCE_OF_PERIODS = 0.68
REFERENCE_OF_ROLLING_YEARS = 0.85
REFERENCE_POWER = 0.2
LARGEST_YEAR = 20_000.0
REFERENCE_MONTHS_AHEAD = 21
# Of the log of odds: the satisfaction shares printed for Leicestershire move by this much in as long.
REFERENCE_OF_SHARES = 0.22
TIMES_CHANCE = 2.0  # the part of chance: variance over mean of monthly police counts about their level
LARGEST_ERROR = 4.0  # beyond this a trial ran across a change that nobody registered: it counts as this much
REFERENCE_TRIALS = 8.0  # independent trials that the reference is worth


@dataclass(frozen=True)
class Spread:
    """Where what happens may lie about what is projected: Student's t, stretched.

    Attributes
    ----------
    variance : array
        Of each year ahead by the reference, on the scale of `Material.distance`.
    stretch : float
        What back-tests make of it: 1 where they were out by as much as the reference allows.
    freedom : float
        Degrees of freedom: the independent trials it all rests on.
    """

    variance: Array
    stretch: float
    freedom: float

    @property
    def scale(self) -> Array:
        """Standard deviation, as it were, of each year ahead."""
        return np.asarray(self.stretch * np.sqrt(self.variance))

    def reach(self, confidence: float) -> Array:
        """Distance each side that holds this much of what may happen, for each year ahead."""
        return np.asarray(self.scale * stats.t.ppf(0.5 + confidence / 2, self.freedom))

    def chance_below(self, away: float, step: int = -1, *, other_variance: float = 0.0) -> float:
        """Chance that a year ahead ends below a figure so far away, which may itself be uncertain."""
        return float(stats.t.cdf(away / np.hypot(self.scale[step], np.sqrt(other_variance)), self.freedom))


def spread_of(
    material: Material, path: Array, own: tuple[Array, float], sisters: Sequence[tuple[Array, float]] = ()
) -> Spread:
    """The reference, stretched or drawn in by back-tests.

    Parameters
    ----------
    path : array
        The years ahead, as projected.
    own, sisters : (array, float)
        Back-test errors over the square root of their reference variance, and the independent trials they are worth.
        Sisters move together: however many there are, they count for twice one of them at most.
    """
    groups = [(own[1], _mean_square(own[0]))] if own[1] else []
    tried = [(worth, _mean_square(errors)) for errors, worth in sisters if worth]
    if tried:
        shared = 2 / (len(tried) + 1)  # what each of k adds where any two are correlated by one half
        groups += [(shared * worth, squares) for worth, squares in tried]
    trials = REFERENCE_TRIALS + sum(worth for worth, _ in groups)
    squares = REFERENCE_TRIALS + sum(worth * mean for worth, mean in groups)
    variance = reference_variance(material, path, np.arange(1.0, len(path) + 1))
    return Spread(variance, float(np.sqrt(squares / trials)), trials)


def _mean_square(errors: Array) -> float:
    return float(np.mean(np.clip(errors, -LARGEST_ERROR, LARGEST_ERROR) ** 2))


def reference_variance(material: Material, projected: Array, steps: Array) -> Array:
    """What a year so many periods ahead is allowed, on the scale of `Material.distance`.

    One part is the wandering of the level, the other chance, which is nought where nothing is left to happen.
    """
    wandering = opening(steps * MONTHS_IN_A_YEAR / material.year) / opening(np.array(REFERENCE_MONTHS_AHEAD))
    unknown = np.minimum(steps / material.year, 1)
    if material.is_share:
        share = np.clip(projected, 0.01, 0.99)
        return np.asarray(REFERENCE_OF_SHARES**2 * wandering + unknown / (material.respondents * share * (1 - share)))
    size = np.maximum(projected, 1.0)
    one = REFERENCE_OF_ROLLING_YEARS if material.is_recovered else REFERENCE_OF_PERIODS
    settled = np.minimum(size, LARGEST_YEAR) ** (-2 * REFERENCE_POWER)
    return np.asarray(one**2 * settled * wandering + unknown * TIMES_CHANCE / size)


def opening(months_ahead: Array) -> Array:
    """How the variance of a 12-month figure grows with the months to its end, for a level that walks at random.

    A year that ends `s` months ahead holds `u = min(s, 12)` unknown months, after `s - u` that it no longer holds:
    `(u / 12)^2 (s - u) + u (u + 1) (2u + 1) / 6 / 12^2` steps' worth.

    Examples
    --------
    >>> opening(np.array([1, 12, 21])).round(3).tolist()
    [0.007, 4.514, 13.514]
    """
    unknown = np.minimum(months_ahead, MONTHS_IN_A_YEAR)
    before = months_ahead - unknown
    within = unknown * (unknown + 1) * (2 * unknown + 1) / 6
    return np.asarray((unknown**2 * before + within) / MONTHS_IN_A_YEAR**2)
