"""The scale that projections are made on: one where a series varies about as much when it is high as when it is low."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from pccstats.terms.periods import MONTHS_IN_A_YEAR

Array = NDArray[np.float64]

ANSCOMBE = 3 / 8  # added before the root, so that small counts are as even as large ones
HALF_AN_EVENT = 0.5  # keeps logarithms finite, and takes out their bias, where nothing or everything was counted


@dataclass(frozen=True)
class Material:
    """A series as projections use it: one figure a period, oldest first, gaps empty.

    Attributes
    ----------
    numerator : array
        Events of each period. Those of a rate are restated on its latest denominator.
    denominator : array
        Respondents of each period; 1 for counts.
    length : array
        How long each period is, 1 for the mean: a February must not be taken for a fall.
    ends : pandas.PeriodIndex
        The last month of each period.
    year : int
        Periods in a year.
    is_share : bool
        True where the numerator is a part of the denominator.
    is_recovered : bool
        True where the periods were worked out from rolling years.
    shown_as : float
        What a year's figure is multiplied by for readers: 100 for a share, multiplier over denominator for a rate.
    """

    numerator: Array
    denominator: Array
    length: Array
    ends: pd.PeriodIndex
    year: int
    is_share: bool = False
    is_recovered: bool = False
    shown_as: float = 1.0

    def __len__(self) -> int:
        return len(self.numerator)

    @property
    def begins(self) -> pd.Period:
        """The first month covered."""
        return self.ends[0] - (MONTHS_IN_A_YEAR // self.year - 1)

    @property
    def intensity(self) -> Array:
        """Events in a period of mean length, or the odds of a share."""
        if self.is_share:
            rest = self.denominator - self.numerator
            return np.asarray((self.numerator + HALF_AN_EVENT) / (rest + HALF_AN_EVENT))
        return np.asarray(np.maximum(self.numerator, 0) / self.length)

    @property
    def respondents(self) -> float:
        """Respondents in a mean year."""
        return float(np.nanmean(self.denominator)) * self.year

    def years(self) -> Array:
        """The year that ends with each period: its total, or its share between 0 and 1; empty where not whole."""
        total = rolling_sum(self.numerator, self.year)
        return total / rolling_sum(self.denominator, self.year) if self.is_share else total

    def to_levels(self, intensity: Array) -> Array:
        """Square roots of counts (Anscombe 1948), logarithms of odds."""
        return np.asarray(np.log(intensity) if self.is_share else np.sqrt(intensity + ANSCOMBE))

    def from_levels(self, levels: Array, noise: Array) -> Array:
        """Back from levels to intensities.

        The mean of counts is the square of their mean root plus the variance of the roots: `noise`, by origin.
        """
        if self.is_share:
            return np.asarray(np.exp(levels))
        return np.asarray(np.maximum(np.maximum(levels, 0) ** 2 + noise - ANSCOMBE, 0))

    def distance(self, figure: Array, projected: Array) -> Array:
        """How far a year is from its projection: the log of their ratio, or of their odds ratio for a share."""
        if self.is_share:
            return np.asarray(self._log_odds(figure) - self._log_odds(projected))
        return np.asarray(np.log((figure + HALF_AN_EVENT) / (projected + HALF_AN_EVENT)))

    def at_distance(self, projected: Array, away: Array) -> Array:
        """The figure so far from a projection: the inverse of `distance`."""
        if self.is_share:
            return np.asarray(special.expit(self._log_odds(projected) + away))
        return np.asarray(np.maximum((projected + HALF_AN_EVENT) * np.exp(away) - HALF_AN_EVENT, 0))

    def _log_odds(self, share: Array) -> Array:
        edge = HALF_AN_EVENT / self.respondents
        return np.asarray(special.logit(np.clip(share, edge, 1 - edge)))


def rolling_sum(figures: Array, year: int) -> Array:
    """Sum of each period and those before it that make a year, along the last axis; empty where not whole.

    Examples
    --------
    >>> rolling_sum(np.array([1.0, 2.0, 3.0]), 2).tolist()
    [nan, 3.0, 5.0]
    """
    sums = np.full(figures.shape, np.nan)
    if figures.shape[-1] >= year:
        sums[..., year - 1 :] = np.lib.stride_tricks.sliding_window_view(figures, year, axis=-1).sum(axis=-1)
    return sums
