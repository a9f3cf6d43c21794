"""Marking months in a row: every month of a run is marked, not only the one that completes it.

All work along the last axis on true-or-false arrays, so that one call serves one series or thousands.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]


def in_runs(flags: Flags, length: int) -> Flags:
    """Months that stand in a run of at least so many flagged months in a row.

    Examples
    --------
    >>> in_runs(np.array([True, True, False, True]), 2).tolist()
    [True, True, False, False]
    """
    return _every_month_of(_windows(flags, length, length), length, flags.shape)


def in_windows(flags: Flags, at_least: int, length: int) -> Flags:
    """Flagged months that share a window of so many months with enough others.

    Examples
    --------
    >>> in_windows(np.array([True, False, True, False]), 2, 3).tolist()
    [True, False, True, False]
    """
    return flags & _every_month_of(_windows(flags, at_least, length), length, flags.shape)


def in_windows_all(flags: Flags, every: Flags, at_least: int, length: int) -> Flags:
    """The same, where besides each month of the window must hold to something else.

    Examples
    --------
    >>> on_one_side = np.array([True, True, True, False])
    >>> in_windows_all(np.array([True, False, True, False]), on_one_side, 2, 3).tolist()
    [True, False, True, False]
    """
    complete = _windows(flags, at_least, length) & _windows(every, length, length)
    return flags & _every_month_of(complete, length, flags.shape)


def _windows(flags: Flags, at_least: int, length: int) -> Flags:
    """For each window, whether enough of its months are flagged."""
    width = max(flags.shape[-1] - length + 1, 0)
    count = np.zeros((*flags.shape[:-1], width), dtype=np.int8)
    for step in range(length if width else 0):
        count += flags[..., step : step + width]
    return count >= at_least


def _every_month_of(complete: Flags, length: int, shape: tuple[int, ...]) -> Flags:
    marked = np.zeros(shape, dtype=bool)
    width = complete.shape[-1]
    for step in range(length if width else 0):
        marked[..., step : step + width] |= complete
    return marked
