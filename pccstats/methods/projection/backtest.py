"""How wrong the projection has been: trials on the past, and the interval they give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

from pccstats.methods.projection.material import Material, rolling_sum
from pccstats.methods.projection.models import FORECASTERS, Known, season_factors
from pccstats.terms.periods import MONTHS_IN_A_YEAR

Array = NDArray[np.float64]
Origins = NDArray[np.int64]
LEAST_YEARS_KNOWN = 2  # before a projection is tried: a year to compare with a year, and a season seen twice
# Standard deviation of the log of a year over its projection 21 months ahead, for a year of one event; it falls with
# the fifth root of the year's events, to those of LARGEST_YEAR. Set on 16 London boroughs (months) and on 43 police
# forces (rolling years); docs/methods/projection.md has how it was set and how it did.
REFERENCE_OF_PERIODS = 0.68
REFERENCE_OF_ROLLING_YEARS = 0.85
REFERENCE_POWER = 0.2
LARGEST_YEAR = 20_000.0
REFERENCE_MONTHS_AHEAD = 21
# Both learned on 17 police forces to June 2016 (`benchmarks/projection_interval.py`); decision 0093 has how.
LEVEL_KNOWN_LATE = 4.0  # months: the level of a series is known as well as a walk's would be so long ago
GROWTH_UNSURE = 0.5  # of the growth projected, as one standard deviation of whether it comes
# Of the log of odds: the satisfaction shares printed for Leicestershire move by this much in as long.
REFERENCE_OF_SHARES = 0.22
TIMES_CHANCE = 2.0  # the part of chance: variance over mean of monthly police counts about their level
LARGEST_ERROR = 4.0  # beyond this a trial ran across a change that nobody registered: it counts as this much
REFERENCE_TRIALS = 8.0  # independent trials that the reference is worth


@dataclass(frozen=True)
class Backtest:
    """Earlier projections of one series at one distance.

    Attributes
    ----------
    origins : array of int
        How many periods were known at each.
    steps : int
        Periods from origin to horizon.
    projected : array (models, origins)
        The year to the horizon by each model.
    actual, naive : array (origins,)
        What happened, and the last year known.
    errors : array (models, origins)
        Distance of what happened from what was projected, on the scale of `Material.distance`.
    """

    origins: Origins
    steps: int
    projected: Array
    actual: Array
    naive: Array
    errors: Array

    def __len__(self) -> int:
        return len(self.origins)

    @property
    def independent_trials(self) -> float:
        """What the overlapping trials are worth: neighbours share all but one period.

        Examples
        --------
        >>> nothing = np.empty(0)
        >>> Backtest(np.arange(24, 45), 20, nothing, nothing, nothing, nothing).independent_trials
        2.0
        """
        return 1 + (len(self) - 1) / self.steps if len(self) else 0.0


def backtest(material: Material, steps: int) -> Backtest:
    """Project from every origin that has enough known before it and the horizon's year known after it."""
    return backtest_and_path(material, steps)[0]


def backtest_and_path(material: Material, steps: int) -> tuple[Backtest, Array]:
    """The trials, and the years ahead of the last figure by each model, array (models, steps): all made at once."""
    years = material.years()
    origins = np.arange(LEAST_YEARS_KNOWN * material.year, len(material) - steps + 1)
    origins = origins[~np.isnan(years[origins + steps - 1]) & ~np.isnan(years[origins - 1])]
    actual, naive = years[origins + steps - 1], years[origins - 1]
    made = projected_years(material, np.append(origins, len(material)), steps)
    projected = made[:, :-1, -1]
    return Backtest(origins, steps, projected, actual, naive, material.distance(actual, projected)), made[:, -1, :]


def projected_years(material: Material, origins: Origins, steps: int) -> Array:
    """Figure of the year that ends with each of the next periods, by each model at each origin.

    Returns
    -------
    array (models, origins, steps)
        A total, or a share between 0 and 1. Years that hold periods already known use them as they are.
    """
    known = _known_at(material, origins)
    seasons = season_factors(known, origins, material.year)
    of_year = np.arange(known.shape[1]) % material.year
    levels = Known(material.to_levels(known / seasons[:, of_year]), origins, material.year)
    season_ahead = np.take_along_axis(seasons, (origins[:, None] + np.arange(steps)) % material.year, axis=1)
    noise = levels.noise()[:, None]
    return np.stack(
        [
            _years_ahead(material, origins, material.from_levels(carry(levels, steps), noise) * season_ahead)
            for carry in FORECASTERS.values()
        ]
    )


def _known_at(material: Material, origins: Origins) -> Array:
    """The figures known at each origin, a row an origin, empty from then on."""
    columns = np.arange(origins.max())
    return np.where(columns < origins[:, None], material.intensity[: origins.max()], np.nan)


def _years_ahead(material: Material, origins: Origins, intensity: Array) -> Array:
    """Rolling years over the last year known and the periods ahead, which are as long as those of that year."""
    steps = intensity.shape[1]
    last_year = origins[:, None] - material.year + np.arange(material.year)
    same_period = origins[:, None] - material.year + np.arange(steps) % material.year
    if not material.is_share:
        expected = np.concatenate([material.numerator[last_year], intensity * material.length[same_period]], axis=1)
        return rolling_sum(expected, material.year)[:, -steps:]
    asked = np.nan_to_num(material.denominator, nan=float(np.nanmean(material.denominator)))
    out_of = np.concatenate([asked[last_year], asked[same_period]], axis=1)
    expected = np.concatenate([material.numerator[last_year], intensity / (1 + intensity) * asked[same_period]], axis=1)
    return rolling_sum(expected, material.year)[:, -steps:] / rolling_sum(out_of, material.year)[:, -steps:]


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
        return np.asarray(self.scale * scipy.stats.t.ppf(0.5 + confidence / 2, self.freedom))

    def chance_below(self, away: float, step: int = -1, *, other_variance: float = 0.0) -> float:
        """Chance that a year ahead ends below a figure so far away, which may itself be uncertain."""
        return float(scipy.stats.t.cdf(away / np.hypot(self.scale[step], np.sqrt(other_variance)), self.freedom))


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
        Errors of sisters come in waves that all share: however many there are, together they count as one of them.
    """
    groups = [(own[1], _mean_square(own[0]))] if own[1] else []
    tried = [(worth, _mean_square(errors)) for errors, worth in sisters if worth]
    groups += [(worth / len(tried), squares) for worth, squares in tried]
    trials = REFERENCE_TRIALS + sum(worth for worth, _ in groups)
    squares = REFERENCE_TRIALS + sum(worth * mean for worth, mean in groups)
    farthest = np.maximum.accumulate(np.abs(np.nan_to_num(material.distance(path, material.years()[-1:]))))
    variance = reference_variance(material, path, np.arange(1.0, len(path) + 1), farthest)
    return Spread(variance, float(np.sqrt(squares / trials)), trials)


def _mean_square(errors: Array) -> float:
    return float(np.mean(np.clip(errors, -LARGEST_ERROR, LARGEST_ERROR) ** 2))


def reference_variance(
    material: Material,
    projected: Array,
    steps: Array,
    growth: Array,
    *,
    late: float = LEVEL_KNOWN_LATE,
    unsure: float = GROWTH_UNSURE,
) -> Array:
    """What a year so many periods ahead is allowed, on the scale of `Material.distance`.

    One part is the wandering of the level; one chance, which is nought where nothing is left to happen; one, of counts,
    the growth projected since the last year known, on the same scale, which may not come: waves turn for all at once.
    """
    months_ahead = steps * MONTHS_IN_A_YEAR / material.year
    wandering = opening(months_ahead, late=late) / opening(np.array(REFERENCE_MONTHS_AHEAD), late=late)
    unknown = np.minimum(steps / material.year, 1)
    if material.is_share:
        share = np.clip(projected, 0.01, 0.99)
        return np.asarray(REFERENCE_OF_SHARES**2 * wandering + unknown / (material.respondents * share * (1 - share)))
    size = np.maximum(projected, 1.0)
    one = REFERENCE_OF_ROLLING_YEARS if material.is_recovered else REFERENCE_OF_PERIODS
    settled = np.minimum(size, LARGEST_YEAR) ** (-2 * REFERENCE_POWER)
    return np.asarray(one**2 * settled * wandering + unknown * TIMES_CHANCE / size + (unsure * growth) ** 2)


def opening(months_ahead: Array, *, late: float = LEVEL_KNOWN_LATE) -> Array:
    """How the variance of a 12-month figure grows with the months to its end, for a level that walks at random.

    A year that ends `s` months ahead holds `u = min(s, 12)` unknown months, after `s - u` that it no longer holds, and
    the level it sets out from is itself unsure, as if last known `late` months ago:
    `(u / 12)^2 (s - u + late) + u (u + 1) (2u + 1) / 6 / 12^2` steps' worth.

    Examples
    --------
    >>> opening(np.array([1, 12, 21])).round(3).tolist()
    [0.035, 8.514, 17.514]
    """
    unknown = np.minimum(months_ahead, MONTHS_IN_A_YEAR)
    before = months_ahead - unknown + late
    within = unknown * (unknown + 1) * (2 * unknown + 1) / 6
    return np.asarray((unknown**2 * before + within) / MONTHS_IN_A_YEAR**2)
