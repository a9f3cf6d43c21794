"""The same projection made at every earlier month, and what then happened (rolling-origin evaluation)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pccstats.methods.forecasters import FORECASTERS, Known
from pccstats.methods.scales import Material, distance, from_levels, to_levels
from pccstats.methods.seasons import season_factors

Array = NDArray[np.float64]

LEAST_YEARS = 2  # known before a projection is tried: one to compare with one, and a season seen twice


@dataclass(frozen=True)
class Backtest:
    """Earlier projections of one series at one horizon.

    Attributes
    ----------
    origins : array of int
        How many periods were known at each.
    projected : array (models, origins)
        The year to the horizon by each model.
    actual, naive : array (origins,)
        What happened, and the last year known.
    errors : array (models, origins)
        Distance of what happened from what was projected.
    """

    origins: NDArray[np.int64]
    projected: Array
    actual: Array
    naive: Array
    errors: Array

    def __len__(self) -> int:
        return len(self.origins)


def projected_years(material: Material, origins: NDArray[np.int64], steps: int) -> Array:
    """Figure of the year that ends at each of the next steps, by each model at each origin.

    Returns
    -------
    array (models, origins, steps)
        A total, or a share between 0 and 1. Years that hold months already known use them as they are.
    """
    figures = _known_at(material.intensity, origins)
    seasons = season_factors(figures, origins, material.year)
    every = np.arange(figures.shape[1] + steps) % material.year
    with np.errstate(invalid="ignore"):
        levels = to_levels(figures / seasons[:, every[: figures.shape[1]]], material)
    known = Known(levels, origins, material.year)
    ahead = origins[:, None] + np.arange(steps)
    season_ahead = np.take_along_axis(seasons, ahead % material.year, axis=1)
    return np.stack(
        [
            _years(material, origins, from_levels(carry(known, steps), material) * season_ahead)
            for carry in FORECASTERS.values()
        ]
    )


def backtest(material: Material, steps: int) -> Backtest:
    """Try every origin with enough known before it and the horizon's year known after it."""
    origins = np.arange(LEAST_YEARS * material.year, len(material) - steps + 1)
    if not len(origins):
        nothing = np.empty(0)
        return Backtest(origins, np.empty((len(FORECASTERS), 0)), nothing, nothing, np.empty((len(FORECASTERS), 0)))
    projected = projected_years(material, origins, steps)[:, :, -1]
    years = year_figures(material)
    actual, naive = years[origins + steps - 1], years[origins - 1]
    held = ~np.isnan(actual) & ~np.isnan(naive)
    projected, actual = projected[:, held], actual[held]
    errors = distance(actual, projected, is_share=material.is_share)
    return Backtest(origins[held], projected, actual, naive[held], errors)


def year_figures(material: Material) -> Array:
    """Figure of the year that ends with each period; empty where it is not whole."""
    total = _rolling_sum(material.numerator, material.year)
    if not material.is_share:
        return total
    return total / _rolling_sum(material.denominator, material.year)


def _known_at(figures: Array, origins: NDArray[np.int64]) -> Array:
    columns = np.arange(origins.max())
    return np.where(columns < origins[:, None], figures[: origins.max()], np.nan)


def _years(material: Material, origins: NDArray[np.int64], ahead: Array) -> Array:
    """Rolling years over the last year known and the periods ahead."""
    steps = ahead.shape[1]
    past = origins[:, None] - material.year + np.arange(material.year)
    numerator, denominator = material.numerator[past], material.denominator[past]
    if material.is_share:
        out_of = np.nan_to_num(denominator, nan=float(np.nanmean(denominator)))
        out_of_ahead = np.take_along_axis(out_of, np.arange(steps)[None, :] % material.year, axis=1)
        asked = np.concatenate([denominator, out_of_ahead], axis=1)
        satisfied = np.concatenate([numerator, ahead / (1 + ahead) * out_of_ahead], axis=1)
        return _rolling_sum(satisfied, material.year)[:, -steps:] / _rolling_sum(asked, material.year)[:, -steps:]
    same_last_year = origins[:, None] - material.year + np.arange(steps) % material.year
    expected = np.concatenate([numerator, ahead * material.length[same_last_year]], axis=1)
    return _rolling_sum(expected, material.year)[:, -steps:]


def _rolling_sum(figures: Array, year: int) -> Array:
    """Sum of each period and those before it that make a year, along the last axis; empty where not whole."""
    sums = np.full(figures.shape, np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(figures, year, axis=-1)
    sums[..., year - 1 :] = windows.sum(axis=-1)
    return sums
