"""Over-dispersion: how many times more than chance the months of a series vary, season and change set aside."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

# Seasons that the events of both windows can carry: with few events a month-of-year factor fits the noise itself and
# the estimate comes out too low. Thresholds from the coverage benchmark (docs/methods/change.md).
SEASONS_FROM_EVENTS = ((1000, 12), (400, 6), (60, 4), (0, 1))
FITTING_ROUNDS = 50


@dataclass(frozen=True)
class Dispersion:
    """How many times the variance of chance is allowed for, and what that rests on.

    Attributes
    ----------
    phi : float
        Variance over mean, 1 or more. 1 is chance alone (Poisson).
    degrees_of_freedom : float
        What the estimate rests on; infinite where phi is given and not estimated.
    estimate : float
        Before the floor at 1; empty where it is not estimated.
    basis : str
        In words, for the method line.
    """

    phi: float
    degrees_of_freedom: float = math.inf
    estimate: float = math.nan
    basis: str = ""

    def quantile(self, confidence: float) -> float:
        """Standard errors each side of the estimate: Student's t, nearing the normal as phi nears 1.

        The chance part of the variance is known and only the excess is estimated, so the degrees of freedom are
        those of the estimate times phi / (phi - 1).
        """
        tail = 0.5 + confidence / 2
        known = self._known_as()
        return float(special.ndtri(tail) if math.isinf(known) else special.stdtrit(known, tail))

    def two_sided_p(self, z: float) -> float:
        """Chance of a distance this many standard errors or more from no change."""
        known = self._known_as()
        return float(2 * (special.ndtr(-abs(z)) if math.isinf(known) else special.stdtr(known, -abs(z))))

    def _known_as(self) -> float:
        return self.degrees_of_freedom * self.phi / (self.phi - 1) if self.phi > 1 else math.inf


def dispersion_of_months(
    counts: ArrayLike, month_of_year: ArrayLike, block: ArrayLike, exposure: ArrayLike | None = None
) -> Dispersion | None:
    """Over-dispersion of monthly counts about their season and the level of their window.

    Parameters
    ----------
    counts : array
        Events of each month.
    month_of_year : array
        1 to 12: like is compared with like, so a season does not count as over-dispersion.
    block : array
        Which window (or year) each month belongs to, so that a change between them does not count either.
    exposure : array, optional
        What each month is out of; months alike by default.

    Returns
    -------
    Dispersion or None
        None where the months are too few to tell.

    Notes
    -----
    Fitted values are season times level; phi is Pearson's chi-square over its degrees of freedom, never below 1.
    Laney's sigma-z squared, from neighbouring months, answers the same question but takes a season for
    over-dispersion: docs/decisions/0021-dispersion-from-like-months.md.

    References
    ----------
    McCullagh P, Nelder JA (1989). Generalized Linear Models, 2nd ed., p. 200. Chapman and Hall.

    Examples
    --------
    >>> months = list(range(1, 13)) * 2
    >>> summer_peak = [80, 80, 90, 100, 110, 120, 120, 120, 110, 100, 90, 80]
    >>> dispersion_of_months(summer_peak + summer_peak, months, [1] * 12 + [2] * 12).estimate
    0.0
    """
    y = np.asarray(counts, dtype=float)
    held = ~np.isnan(y)
    y, out_of = y[held], np.ones(int(held.sum())) if exposure is None else np.asarray(exposure, dtype=float)[held]
    seasons = _seasons(np.asarray(month_of_year)[held], float(y.sum()))
    levels = np.unique(np.asarray(block)[held], return_inverse=True)[1]
    fitted = _fit(y, out_of, seasons, levels)
    used = fitted > 0
    if not used.any():
        return None
    parameters = len(np.unique(seasons[used])) + len(np.unique(levels[used])) - 1
    degrees = int(used.sum()) - parameters
    if degrees < 1:
        return None
    estimate = round(float(np.sum((y[used] - fitted[used]) ** 2 / fitted[used])) / degrees, 12)
    return Dispersion(max(estimate, 1.0), degrees, estimate)


def _seasons(month_of_year: NDArray[np.int64], events: float) -> NDArray[np.int64]:
    number = next(seasons for least, seasons in SEASONS_FROM_EVENTS if events >= least)
    return np.asarray((month_of_year - 1) // (12 // number))


def _fit(
    y: NDArray[np.float64], out_of: NDArray[np.float64], seasons: NDArray[np.int64], levels: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Season times level, by fitting each in turn to its own totals (the Poisson likelihood's answer)."""
    fitted = out_of.copy()
    for _ in range(FITTING_ROUNDS):
        before = fitted
        for groups in (seasons, levels):
            totals, sums = np.bincount(groups, y), np.bincount(groups, fitted)
            fitted = fitted * np.divide(totals, sums, out=np.zeros_like(sums), where=sums > 0)[groups]
        if np.allclose(fitted, before, rtol=1e-12, atol=0):
            break
    return fitted
