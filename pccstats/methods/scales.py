"""The scales that projections are made on: where a figure's own size does not decide how much it varies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from pccstats.terms.periods import MONTHS_IN_A_YEAR
from pccstats.terms.series import Series, days_in
from pccstats.terms.words import Kind

Array = NDArray[np.float64]

MEAN_YEAR_DAYS = 365.25


@dataclass(frozen=True)
class Material:
    """A series as projections use it: one figure a period, oldest first, gaps empty.

    Attributes
    ----------
    numerator, denominator : array
        Events, and respondents (1 for counts). Events of a rate are restated on its latest denominator.
    days : array
        Days in each period, so that a February is not taken for a fall.
    year : int
        Periods in a year.
    shown_as : float
        What one year's figure is multiplied by for readers: 100 for a share, multiplier over denominator for a rate.
    """

    numerator: Array
    denominator: Array
    days: Array
    year: int
    is_share: bool = False
    shown_as: float = 1.0

    @classmethod
    def of(cls, series: Series) -> Material:
        """Take a series apart."""
        points = series.points
        numerator, denominator = points["numerator"].to_numpy(float), points["denominator"].to_numpy(float)
        shown_as = 1.0
        if series.kind is Kind.RATE:
            latest = denominator[~np.isnan(denominator)][-1]
            numerator, shown_as = numerator / denominator * latest, series.multiplier / latest
        if series.kind.is_proportion:
            numerator, shown_as = np.where(np.isnan(denominator), np.nan, numerator), 100.0
        else:
            denominator = np.ones(len(points))
        return cls(
            numerator=numerator,
            denominator=np.where(np.isnan(numerator), np.nan, denominator),
            days=days_in(points["period_end"], series.span_months),
            year=MONTHS_IN_A_YEAR // series.span_months,
            is_share=series.kind.is_proportion,
            shown_as=shown_as,
        )

    def __len__(self) -> int:
        return len(self.numerator)

    @property
    def intensity(self) -> Array:
        """Events in a period of mean length, or the odds of a share, season and all.

        Half an event is added to either side of a share, so that a month of nobody satisfied is not minus infinity.
        """
        if self.is_share:
            return np.asarray((self.numerator + 0.5) / (self.denominator - self.numerator + 0.5))
        return np.asarray(self.numerator / self.length)

    @property
    def length(self) -> Array:
        """Each period's days over those of a mean period."""
        return np.asarray(self.days * self.year / MEAN_YEAR_DAYS)


def to_levels(intensity: Array, material: Material) -> Array:
    """Square roots of counts (Anscombe 1948), logarithms of odds: the noise is then even along the series."""
    return np.asarray(np.log(intensity) if material.is_share else np.sqrt(intensity + 3 / 8))


def from_levels(levels: Array, material: Material) -> Array:
    """Back from levels to intensities; the mean of Anscombe's root is that of a count one eighth higher."""
    return np.asarray(np.exp(levels) if material.is_share else np.maximum(np.maximum(levels, 0) ** 2 - 1 / 8, 0))


def distance(actual: Array, projected: Array, is_share: bool) -> Array:
    """How far a year came out from its projection: log of the ratio, or of the odds ratio for a share."""
    if is_share:
        return np.asarray(special.logit(actual) - special.logit(projected))
    return np.asarray(np.log((actual + 0.5) / (projected + 0.5)))


def at_distance(projected: Array, away: Array, is_share: bool) -> Array:
    """The figure so far from a projection: the inverse of `distance`."""
    if is_share:
        return np.asarray(special.expit(special.logit(projected) + away))
    return np.asarray(np.maximum((projected + 0.5) * np.exp(away) - 0.5, 0))
