"""How neighbouring months lean on one another, and what that does to sums of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pccstats.terms.periods import MONTHS_IN_A_QUARTER

Array = NDArray[np.float64]
# Correlation, from one month or quarter to the next, of what counts vary by beyond chance: the one at which sums over a
# year vary as those of real counts do. Learned by benchmarks/serial_dependence.py from every other borough of London,
# 2010/11 to 2019/20, and every other force of England and Wales, rolling years to 2015: 0.54 and 0.32; the rest, held
# out, say 0.50 and 0.27. It does not go by size: what does is how much of the variance is beyond chance.
LEARNED = {1: 0.5, MONTHS_IN_A_QUARTER: 0.3}
# The same of shares of those asked in a month: so leans a value that changes with the quarter (2/3, 1/3 and 0 one, two
# and three months on). No survey is published by month to learn from.
OF_SHARES = {1: 0.6, MONTHS_IN_A_QUARTER: 0.3}
# The part of the variance that is beyond chance, by events a month or a quarter: medians of the same series, for where
# too few periods are held to tell.
BEYOND_CHANCE = {
    1: ((2000, 0.9), (500, 0.8), (150, 0.65), (50, 0.6), (15, 0.4), (5, 0.3), (0, 0.1)),
    MONTHS_IN_A_QUARTER: ((2000, 0.9), (500, 0.8), (150, 0.7), (50, 0.45), (0, 0.3)),
}
# How far a series may lie from what was learned (a standard deviation). Series of recorded crime lie within 0.15; it is
# wider so that independent months are soon believed: docs/decisions/0091-serial-dependence.md.
SPREAD = 0.5
MOST_ABOVE = 0.2  # what was learned: further, a long memory cannot be told from a change of level by a few years
LEAST_YEARS, LEAST_DEGREES = 2, 5  # of figures, and left over of them, that tell how they lean on one another
STEP = 0.02  # over which the slope of an expectation is taken
ALL_EXCESS = 1e6  # times chance, where a figure is no count and chance has no part in it


def correlations(places: ArrayLike, rho: float, share: float = 1.0) -> Array:
    """How periods at these places vary together.

    Parameters
    ----------
    places : array
        When each period is, counted in periods.
    rho : float
        Correlation from one period to the next of what is not chance, from 0 to below 1.
    share : float
        The part of the variance that is not chance, 0 to 1. Chance does not last.

    Examples
    --------
    >>> correlations([0, 1, 3], 0.5, share=0.8).round(2).tolist()
    [[1.0, 0.4, 0.1], [0.4, 1.0, 0.2], [0.1, 0.2, 1.0]]
    """
    lags = np.abs(np.subtract.outer(np.asarray(places, dtype=float), np.asarray(places, dtype=float)))
    return np.where(lags == 0, 1.0, share * rho**lags)


def taken_out(*labels: ArrayLike) -> Array:
    """The matrix that takes the means of groups out of periods: of seasons, of years.

    Examples
    --------
    >>> (taken_out([0, 0, 1, 1]) @ [1.0, 3.0, 5.0, 7.0]).round(9).tolist()
    [-1.0, 1.0, -1.0, 1.0]
    """
    groups = [np.equal.outer(np.asarray(label), np.unique(label)).astype(float) for label in labels]
    left, size, _ = np.linalg.svd(np.hstack(groups), full_matrices=False)
    kept = left[:, size > 1e-9 * size[0]]
    return np.asarray(np.eye(len(left)) - kept @ kept.T)


@dataclass(frozen=True)
class Dependence:
    """How the periods of one series lean on one another.

    Attributes
    ----------
    rho : float
        Correlation from one period to the next of what is not chance.
    share : float
        The part of their variance that is not chance, 0 to 1.
    """

    rho: float = 0.0
    share: float = 0.0

    @property
    def of_neighbours(self) -> float:
        """The correlation of neighbouring figures, chance and all."""
        return self.share * self.rho

    def correlations(self, places: ArrayLike) -> Array:
        """How figures at these places vary together."""
        return correlations(places, self.rho, self.share)


INDEPENDENT = Dependence()


def typical_dependence(events: float, span_months: int = 1) -> Dependence:
    """What to take of counts of this size a month, or quarter, where too few are held to tell.

    Examples
    --------
    >>> round(typical_dependence(30).of_neighbours, 2), typical_dependence(4).of_neighbours
    (0.2, 0.05)
    """
    share = next(share for least, share in BEYOND_CHANCE[span_months] if events >= least)
    return Dependence(LEARNED[span_months], share)


def dependence_of(
    values: ArrayLike,
    places: ArrayLike,
    periods: int,
    *,
    learned: float,
    has_chance: bool = True,
    seasons: ArrayLike | None = None,
) -> Dependence | None:
    """How figures lean on one another, about the level of each of their years: None where too few are held to tell.

    Parameters
    ----------
    values : array
        In standard deviations of chance; in any unit where `has_chance` is false. NaN where there is none.
    places : array of int
        When each is, counted in periods.
    periods : int
        How many make a year; years are counted back from the last figure.
    learned, has_chance
        As `Residuals` has them.
    seasons : array, optional
        The place in the year of each, where the season is still in the figures.
    """
    figures = np.asarray(values, dtype=float)
    held = np.flatnonzero(np.isfinite(figures))
    if len(held) < LEAST_YEARS * periods:
        return None
    when = np.asarray(places)[held]
    labels = [(when.max() - when) // periods]
    if seasons is not None:
        labels.append(np.asarray(seasons)[held])
    if len(held) - sum(len(np.unique(label)) for label in labels) < LEAST_DEGREES:
        return None
    return Residuals.about(figures[held], when, *labels, learned=learned, has_chance=has_chance).dependence()


@dataclass(frozen=True)
class Residuals:
    """What is left of periods once their season and level are out, and how it came of them.

    A figure varies by chance, which does not last, and by φ - 1 times as much besides, which does: correlations fall as
    ρ, ρ², ρ³ from one period to the next. Taking out seasons and levels takes some of it out with them, the more the
    longer it lasts; the matrices say how much, so nothing here is an approximation but the correlations themselves.

    Attributes
    ----------
    values : array
        In standard deviations of chance.
    operator : array
        Of as many rows as values and as many columns as periods: what it makes of the periods' own deviations.
    places, steps : array
        When each period, and each value, is: counted in periods.
    learned : float
        The correlation from one period to the next, beyond chance, that such figures are known for.
    has_chance : bool
        False where the figures are no counts: then the values are in any unit, and all of their variance may last.

    References
    ----------
    Cressie N, Lahiri SN (1993). The asymptotic distribution of REML estimators. J Multivariate Anal 45: 217-233,
    for estimates from what fixed effects leave; Bühlmann H, Gisler A (2005). A Course in Credibility Theory, ch. 3.
    """

    values: Array
    operator: Array
    places: Array
    steps: Array
    learned: float
    has_chance: bool = True

    @classmethod
    def about(
        cls, values: ArrayLike, places: ArrayLike, *labels: ArrayLike, learned: float, has_chance: bool = True
    ) -> Residuals:
        """What the means of these groups leave of figures."""
        figures, when = np.asarray(values, dtype=float), np.asarray(places, dtype=float)
        operator = taken_out(*labels)
        return cls(operator @ figures, operator, when, when, learned, has_chance)

    @property
    def phi(self) -> float:
        """Variance over that of chance, never below 1."""
        if not self.has_chance:
            return ALL_EXCESS
        return max(1.0, float(self.values @ self.values) / self._degrees) if self._degrees > 0.5 else 1.0

    def dependence(self) -> Dependence:
        """How the periods lean on one another.

        Notes
        -----
        ρ is the learned one, moved towards the series' own by credibility: r, the sum of products of neighbours over
        the sum of squares, has an expectation g(ρ) and a variance, both exact of quadratic forms to first order;
        ρ = ρ₀ + w (r - g(ρ₀)) / g′(ρ₀) with w = s²g′² / (s²g′² + var r), s the spread between series.
        """
        rho = self._rho(self.learned)
        excess = (self.phi - 1) / self.kept(rho)
        return Dependence(rho, excess / (1 + excess))

    def _rho(self, learned: float) -> float:
        squares = float(self.values @ self.values)
        if self.phi == 1.0 or squares == 0:
            return learned
        here, slope = self._expected(learned), self._expected(learned + STEP) - self._expected(learned - STEP)
        slope /= 2 * STEP
        covariance = self._covariance(self.phi, learned)
        off = (self._neighbours - here * np.eye(len(self.values))) @ covariance
        variance = 2 * float(np.sum(off * off.T)) / float(np.trace(covariance)) ** 2
        told = (SPREAD * slope) ** 2
        if not (slope > 0 and told + variance > 0):
            return learned
        found = float(self.values @ self._neighbours @ self.values) / squares
        return float(np.clip(learned + told / (told + variance) * (found - here) / slope, 0.0, learned + MOST_ABOVE))

    def _expected(self, rho: float) -> float:
        """Of the sum of products of neighbours over the sum of squares."""
        covariance = self._covariance(self.phi, rho)
        return float(np.sum(self._neighbours * covariance) / np.trace(covariance))

    def _covariance(self, phi: float, rho: float) -> Array:
        lasting = self.operator @ correlations(self.places, rho) @ self.operator.T
        return np.asarray(self._white + (phi - 1) / self.kept(rho) * lasting)

    def kept(self, rho: float) -> float:
        """The part of what lasts that is still there once season and level are out: 1 where nothing lasts."""
        found = np.sum((self.operator @ correlations(self.places, rho)) * self.operator)
        return max(float(found) / self._degrees, 1e-6) if self._degrees > 0.5 else 1.0

    def degrees(self, phi: float, rho: float) -> float:
        """The degrees of freedom that φ is worth: values that lean on one another tell less (Satterthwaite)."""
        covariance = self._covariance(phi, rho)
        return float(np.trace(covariance) ** 2 / np.sum(covariance * covariance))

    def times_in_a_sum(self, weights: ArrayLike, places: ArrayLike, rho: float) -> float:
        """How many times what these residuals show beyond chance counts in a weighted sum of periods.

        Examples
        --------
        >>> alone = Residuals.about([1.0, -1.0, 2.0, 0.0], [0, 1, 2, 3], [0, 0, 0, 0], learned=0.5)
        >>> alone.times_in_a_sum([0.5, 0.5], [0, 1], 0.0)
        1.0
        >>> round(alone.times_in_a_sum([0.5, 0.5], [0, 1], 0.5), 3)
        2.323
        """
        given = np.asarray(weights, dtype=float)
        lasting = float(given @ correlations(places, rho) @ given) / float(given @ given)
        return lasting / self.kept(rho)

    @cached_property
    def _white(self) -> Array:
        return np.asarray(self.operator @ self.operator.T)

    @cached_property
    def _degrees(self) -> float:
        return float(np.trace(self._white))

    @cached_property
    def _neighbours(self) -> Array:
        apart = np.abs(np.subtract.outer(self.steps, self.steps))
        return np.asarray(np.isclose(apart, 1.0) / 2)
