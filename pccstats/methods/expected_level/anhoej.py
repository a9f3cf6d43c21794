"""Anhøj's two rules: a run that is too long, or a line that is crossed too seldom, for its number of months."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Flags = NDArray[np.bool_]
Sides = NDArray[np.int8]


@cache
def longest_run_expected(useful: int) -> int:
    """The longest run that chance explains among so many useful months (those not on the line).

    Examples
    --------
    >>> longest_run_expected(36)
    8
    """
    return round(np.log2(useful)) + 3 if useful > 0 else 0


@cache
def fewest_crossings_expected(pairs: int) -> int:
    """The fewest crossings that chance explains among so many pairs of neighbours.

    Examples
    --------
    >>> fewest_crossings_expected(35)
    13
    """
    return int(stats.binom.ppf(0.05, pairs, 0.5)) if pairs > 0 else 0


def long_runs(side: Sides, known: Flags) -> Flags:
    """Months in a run on one side that is longer than chance explains.

    Parameters
    ----------
    side : array of int
        1 above the centre line, -1 below, 0 on it or with no figure; the last axis is time.
    known : array of bool
        False where there is no figure. A gap ends a run; a month on the line neither adds to a run nor ends it.

    References
    ----------
    Anhøj J, Olesen AV (2014). Run charts revisited. PLoS ONE 9: e113825.
    """
    lengths = _run_lengths(side, known)
    useful = (side != 0).sum(axis=-1)
    most = _looked_up(longest_run_expected, useful)
    marked = np.zeros(side.shape, dtype=bool)
    carried = np.zeros(useful.shape, dtype=bool)
    for month in reversed(range(side.shape[-1])):
        at_end = lengths[..., month] > most
        started_here = lengths[..., month] == 1
        carried = (carried | at_end) & known[..., month]
        marked[..., month] = carried & (side[..., month] != 0)
        carried = carried & ~(started_here & (side[..., month] != 0))
    return marked


def few_crossings(side: Sides, known: Flags) -> Flags:
    """Every month not on the line, where the line is crossed more seldom than chance explains."""
    before = np.zeros(side.shape[:-1], dtype=np.int8)
    crossings = np.zeros(side.shape[:-1], dtype=np.int64)
    pairs = np.zeros(side.shape[:-1], dtype=np.int64)
    for month in range(side.shape[-1]):
        here = side[..., month]
        neighbours = (here != 0) & (before != 0)
        pairs += neighbours
        crossings += neighbours & (here != before)
        before = np.where(known[..., month], np.where(here != 0, here, before), 0).astype(np.int8)
    too_few = crossings < _looked_up(fewest_crossings_expected, pairs)
    return np.asarray(too_few[..., None] & (side != 0))


def _run_lengths(side: Sides, known: Flags) -> NDArray[np.int64]:
    """How many useful months the run has had by each month."""
    lengths = np.zeros(side.shape, dtype=np.int64)
    run = np.zeros(side.shape[:-1], dtype=np.int64)
    before = np.zeros(side.shape[:-1], dtype=np.int8)
    for month in range(side.shape[-1]):
        here = side[..., month]
        run = np.where(here == 0, run, np.where(here == before, run + 1, 1))
        run = np.where(known[..., month], run, 0)
        before = np.where(known[..., month], np.where(here != 0, here, before), 0).astype(np.int8)
        lengths[..., month] = run
    return lengths


def _looked_up(table: object, counts: NDArray[np.int64]) -> NDArray[np.int64]:
    values = np.array([table(n) for n in range(int(counts.max(initial=0)) + 1)])  # type: ignore[operator]
    return np.asarray(values[counts], dtype=np.int64)
