"""Sums over columns that belong together: months of one name, months of one segment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class ColumnGroups:
    """Columns that belong together, by the number of their group; no group is empty.

    Examples
    --------
    >>> groups = ColumnGroups.of(np.array([1, 0, 1]))
    >>> groups.sum(np.array([[3.0, 4.0, 5.0]])).tolist()
    [[4.0, 8.0]]
    """

    index: NDArray[np.int64]
    order: NDArray[np.int64]
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, index: NDArray[np.int64]) -> ColumnGroups:
        order = np.argsort(index, kind="stable")
        return cls(index, order, np.flatnonzero(np.diff(index[order], prepend=-1)))

    @property
    def count(self) -> int:
        return len(self.starts)

    @property
    def columns(self) -> list[NDArray[np.int64]]:
        """The columns of each group."""
        return np.split(self.order, self.starts[1:])

    def sum(self, values: Array) -> Array:
        """Sums by group. Not a matrix product: its last digit would depend on how many series come at once."""
        return np.asarray(np.add.reduceat(values[:, self.order], self.starts, axis=1))

    def spread(self, by_group: Array) -> Array:
        """Each column gets the figure of its group."""
        return by_group[:, self.index]


def over(numerator: Array, denominator: Array) -> Array:
    """A quotient, 0 where there is nothing to divide by."""
    return np.asarray(
        np.divide(
            numerator,
            denominator,
            out=np.zeros(np.broadcast_shapes(numerator.shape, denominator.shape)),
            where=denominator != 0,
        )
    )
