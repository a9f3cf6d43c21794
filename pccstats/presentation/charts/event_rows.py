"""Rows for the names of events above a plot: no name touches another, and no event's line runs through a name."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice, permutations

Span = tuple[float, float]
MOST_ORDERS_TRIED = 720  # six events in every order; more than that are placed well rather than best


def event_rows(lines: Sequence[float], names: Sequence[Span]) -> list[int]:
    """The row of each event's name, 0 nearest the plot; none at all where a line must run through a name.

    Parameters
    ----------
    lines : sequence of float
        Where each event's line stands; it rises through all rows below its name.
    names : sequence of (start, stop)
        What each name covers.

    Examples
    --------
    >>> event_rows([1.0, 2.0], [(1.0, 4.0), (2.0, 5.0)])
    [1, 0]
    """
    orders = islice(permutations(reversed(range(len(lines)))), MOST_ORDERS_TRIED)
    tried = (_placed(order, lines, names) for order in orders)
    rows, crossings = min(tried, key=lambda found: (found[1], max(found[0], default=0), sum(found[0])))
    return [] if crossings else rows


def _placed(order: Sequence[int], lines: Sequence[float], names: Sequence[Span]) -> tuple[list[int], int]:
    """Rows found one event after another, and how many lines still run through names."""
    rows = [-1] * len(lines)
    crossings = 0
    for event in order:
        choices = [
            (_crossings(event, row, rows, lines, names), row)
            for row in range(len(lines))
            if not any(rows[other] == row and _touch(names[event], names[other]) for other in range(len(lines)))
        ]
        found, rows[event] = min(choices)
        crossings += found
    return rows, crossings


def _crossings(event: int, row: int, rows: Sequence[int], lines: Sequence[float], names: Sequence[Span]) -> int:
    own_line = sum(0 <= rows[n] < row and names[n][0] < lines[event] < names[n][1] for n in range(len(lines)))
    own_name = sum(rows[n] >= row and names[event][0] < lines[n] < names[event][1] for n in range(len(lines)))
    return own_line + own_name


def _touch(one: Span, other: Span) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]
