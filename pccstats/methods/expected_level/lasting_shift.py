"""Where a run of standardised figures has moved to a new level for good."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from pccstats.methods.constants import MIN_BASELINE_MONTHS

TEST_LEVEL = 0.01


@dataclass(frozen=True)
class Shift:
    """A new level from position `start` on, with its evidence."""

    start: int
    statistic: float
    p_value: float


def lasting_shifts(z: NDArray[np.float64], *, least: int = MIN_BASELINE_MONTHS) -> tuple[Shift, ...]:
    """Find the positions from which the level differs from the one before, earliest first.

    Parameters
    ----------
    z : array
        Figures in sigma, sigma found from moving ranges; NaN where there is none.
    least : int
        How many figures each level must have.

    Notes
    -----
    For every split the difference of the two means over its standard error is taken; the greatest is the candidate. It
    is kept where the chance of one as great anywhere in a steady series is under 1%, by the approximation of Miller
    and Siegmund; each side is then searched in the same way, and splits whose neighbours no longer differ are dropped.
    Sigma comes from moving ranges, which a step hardly touches.

    References
    ----------
    Miller R, Siegmund D (1982). Maximally selected chi square statistics. Biometrics 38: 1011-1016.

    Examples
    --------
    >>> steps = np.array([0.5, -0.5] * 10 + [2.5, 1.5] * 10)
    >>> [shift.start for shift in lasting_shifts(steps)]
    [20]
    """
    known = np.flatnonzero(~np.isnan(z))
    found = _kept(z[known], _searched(z[known], 0, least), least)
    return tuple(Shift(int(known[shift.start]), shift.statistic, shift.p_value) for shift in found)


def _searched(z: NDArray[np.float64], offset: int, least: int) -> list[int]:
    """Split where the two sides differ most, then each side again."""
    if len(z) < 2 * least:
        return []
    best = max(
        (_shift(z, split, least) for split in range(least, len(z) - least + 1)), key=lambda shift: abs(shift.statistic)
    )
    if best.p_value >= TEST_LEVEL:
        return []
    at = best.start
    return [*_searched(z[:at], offset, least), offset + at, *_searched(z[at:], offset + at, least)]


def _kept(z: NDArray[np.float64], splits: list[int], least: int) -> list[Shift]:
    """Only splits between neighbours that still differ, once all the others have been made; weakest dropped first."""
    while splits:
        edges = [0, *splits, len(z)]
        shifts = [
            _shift(z[start:stop], split - start, least)
            for start, split, stop in zip(edges, splits, edges[2:], strict=False)
        ]
        weakest = max(range(len(shifts)), key=lambda n: shifts[n].p_value)
        if shifts[weakest].p_value < TEST_LEVEL:
            return [Shift(split, shift.statistic, shift.p_value) for split, shift in zip(splits, shifts, strict=True)]
        del splits[weakest]
    return []


def _shift(z: NDArray[np.float64], split: int, least: int) -> Shift:
    before, after = z[:split], z[split:]
    statistic = float((after.mean() - before.mean()) / np.sqrt(1 / len(before) + 1 / len(after)))
    return Shift(split, statistic, _chance(abs(statistic), least / len(z)))


def _chance(statistic: float, edge: float) -> float:
    """Of a greatest statistic like this in a steady series whose first and last `edge` parts are not split."""
    if statistic < 1:
        return 1.0
    density = np.exp(-(statistic**2) / 2) / np.sqrt(2 * np.pi)
    spread = 2 * np.log((1 - edge) / edge)
    one_split = 2 * special.ndtr(-statistic)
    chance = density * (statistic - 1 / statistic) * spread + 4 * density / statistic
    return float(min(max(chance, one_split), 1.0))
