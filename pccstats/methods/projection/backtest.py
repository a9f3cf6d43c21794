"""The same projection made at every earlier period, and what then happened (rolling-origin evaluation)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pccstats.methods.projection.forecasters import FORECASTERS, Known
from pccstats.methods.projection.scales import Material, rolling_sum
from pccstats.methods.projection.seasons import season_factors

Array = NDArray[np.float64]
Origins = NDArray[np.int64]

LEAST_YEARS_KNOWN = 2  # before a projection is tried: a year to compare with a year, and a season seen twice


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
    years = material.years()
    origins = np.arange(LEAST_YEARS_KNOWN * material.year, len(material) - steps + 1)
    origins = origins[~np.isnan(years[origins + steps - 1]) & ~np.isnan(years[origins - 1])]
    actual, naive = years[origins + steps - 1], years[origins - 1]
    projected = np.empty((len(FORECASTERS), 0))
    if len(origins):
        projected = projected_years(material, origins, steps)[:, :, -1]
    return Backtest(origins, steps, projected, actual, naive, material.distance(actual, projected))


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
