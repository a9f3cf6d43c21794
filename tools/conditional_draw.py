"""Draw monthly figures at random from those that keep to given totals.

The model for a month is `exposure × level + noise`: the level wanders slowly (a random walk), the noise is the month's
own. A draw is made without regard to the totals and then moved the shortest way, in the model's own terms, to a series
that keeps to every one of them. The result is a draw from the model *given* the totals (conditioning by kriging:
Hoffman and Ribak 1991, Astrophysical Journal 380, L5; Rue and Held 2005, Gaussian Markov Random Fields, section 2.3.3).
So the correction has no seams at the ends of years: where it should bend the level it bends it over many months.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True, order=True)
class Window:
    """Some months ending in a month, `YYYY-MM`."""

    end: str
    months: int = 12

    def covers(self, months: pd.PeriodIndex) -> NDArray[np.bool_]:
        """Say for each month whether the window holds it."""
        end = pd.Period(self.end, "M")
        return np.asarray((months > end - self.months) & (months <= end))


@dataclass(frozen=True)
class Wandering:
    """How the level moves: its first guess, its step from month to month, and months at which it may jump."""

    guess: float
    step: float
    jumps: dict[str, float] = field(default_factory=dict)

    def covariance(self, months: pd.PeriodIndex) -> Floats:
        """Covariance of the level of every pair of months; the starting level is left all but free."""
        age = np.arange(len(months))
        covariance = self.guess**2 + self.step**2 * np.minimum.outer(age, age)
        for month, size in self.jumps.items():
            after = np.asarray(months >= pd.Period(month, "M"), dtype=float)
            covariance = covariance + size**2 * np.outer(after, after)
        return covariance


@dataclass(frozen=True)
class MonthlyModel:
    """Months with their exposure, a wandering level, and the totals that windows of months must keep to."""

    months: pd.PeriodIndex
    exposure: Floats
    level: Wandering
    totals: dict[Window, int]

    def path(self) -> Floats:
        """Return the path without noise that keeps to the totals: what a month's noise is measured against."""
        covariance = self.level.covariance(self.months) * np.outer(self.exposure, self.exposure)
        return self._moved_by(covariance)(self.exposure * self.level.guess)

    def draws(self, noise: Floats, random: np.random.RandomState) -> Iterator[Whole]:
        """Draw whole numbers, one a month, that keep to every total exactly, again and again.

        `noise` is the standard deviation of each month's own noise.
        """
        count = len(self.months)
        walk = self.level.covariance(self.months)
        root = np.linalg.cholesky(walk + 1e-9 * self.level.guess**2 * np.eye(count))
        moved = self._moved_by(walk * np.outer(self.exposure, self.exposure) + np.diag(noise**2))
        while True:
            levels = self.level.guess + root @ random.standard_normal(count)
            yield whole_numbers(moved(self.exposure * levels + noise * random.standard_normal(count)))

    def _moved_by(self, covariance: Floats) -> Callable[[Floats], Floats]:
        """Return what moves a draw to the totals along the model's own covariance."""
        matrix = np.array([window.covers(self.months) for window in self.totals], dtype=float)
        sums = np.array(list(self.totals.values()), dtype=float)
        gain = np.linalg.solve(matrix @ covariance @ matrix.T, matrix @ covariance).T
        return lambda draw: draw + gain @ (sums - matrix @ draw)


def whole_numbers(values: Floats) -> Whole:
    """Round the running total and take differences.

    Any run of consecutive months that summed to a whole number still sums to the same one, and no month moves by one
    or more.
    """
    running = np.floor(np.cumsum(values) + 0.5).astype(np.int64)
    return np.diff(running, prepend=0)
