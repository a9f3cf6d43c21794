"""Windows that share months: what is left of each when the shared months are taken out.

A rolling year and the one three months before share nine months. Those nine move both alike, so their difference is
the new quarter less the dropped quarter, and that is what is tested.
"""

from __future__ import annotations

from dataclasses import replace

from pccstats.methods.change.window_figures import WindowFigures
from pccstats.terms.errors import MethodProblem
from pccstats.terms.periods import Window, months_between


def shared_months(first: Window, second: Window) -> int:
    """How many months two windows share.

    Examples
    --------
    >>> shared_months(Window.ending("2015-03"), Window.ending("2015-06"))
    9
    """
    start, end = max(first.first, second.first), min(first.last, second.last)
    return len(months_between(start, end)) if start <= end else 0


def refuse_windows_that_cannot_differ(first: Window, second: Window) -> None:
    """Refuse a window compared with itself, a later with an earlier one, or one inside the other."""
    if first == second:
        raise MethodProblem(f"The baseline and the latest window are the same: {first}.")
    if second.last <= first.last:
        raise MethodProblem(f"The latest window ({second}) must end after the baseline ({first}).")
    if shared_months(first, second) and first.month_count != second.month_count:
        raise MethodProblem(
            f"The windows {first} and {second} share months and differ in length. Choose one length, or windows apart."
        )


def without_shared_months(first: WindowFigures, second: WindowFigures) -> tuple[WindowFigures, WindowFigures]:
    """Both windows with only the rows that the other does not have."""
    return _without(first, second), _without(second, first)


def _without(one: WindowFigures, other: WindowFigures) -> WindowFigures:
    rows = one.rows[~one.rows["period_end"].isin(other.rows["period_end"])]
    return replace(
        one,
        rows=rows,
        numerator=float(rows["numerator"].sum(skipna=False)),
        denominator=float(rows["denominator"].sum(skipna=False)),
    )


def part_not_shared(first: Window, second: Window) -> float:
    """The part of a window that the other does not have: the variance of their difference shrinks to it.

    Examples
    --------
    >>> part_not_shared(Window.ending("2015-03"), Window.ending("2015-06"))
    0.25
    """
    return 1 - shared_months(first, second) / second.month_count
