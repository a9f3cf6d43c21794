"""Two windows: their figures, and the months they share."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from pccstats.terms.errors import MethodProblem
from pccstats.terms.periods import Window, months_between
from pccstats.terms.series import ILLUSTRATIVE, TEXT_COLUMNS, Series, days_in
from pccstats.terms.words import Kind, State, Status

STATE_OF_STATUS = {
    Status.EMBARGOED: State.EMBARGOED,
    Status.NOT_COLLECTED: State.NOT_COLLECTED,
    Status.NOT_COMPARABLE: State.NOT_COMPARABLE,
    Status.CENSORED: State.INSUFFICIENT_DATA,
}
WHY = {
    State.EMBARGOED: "may not be published yet",
    State.NOT_COLLECTED: "was not collected",
    State.NOT_COMPARABLE: "is marked as not comparable",
    State.INSUFFICIENT_DATA: "is withheld or incomplete",
}


@dataclass(frozen=True)
class WindowFigures:
    """One window of a series.

    Attributes
    ----------
    numerator, denominator : float
        Sums over the window; empty where any row of it is. The denominator of a rate is averaged, not summed.
    rows : pandas.DataFrame
        The rows that make the window, oldest first.
    days : float
        Days the window lasts.
    multiplier : float
        Of the value shown: 100 for a share.
    state : State or None
        Why there is no figure to test, where there is none.
    reason : str
        The same in words.
    """

    window: Window
    numerator: float
    denominator: float
    rows: pd.DataFrame
    days: float
    multiplier: float
    state: State | None = None
    reason: str = ""

    @property
    def has_denominator(self) -> bool:
        return not np.isnan(self.denominator)

    @property
    def is_illustrative(self) -> bool:
        """True where any of its rows is an illustrative split, not a record."""
        return bool(self.rows["source"].str.startswith(ILLUSTRATIVE).any())

    @property
    def value(self) -> float:
        """The figure readers see: the count, the rate, or the per cent; empty out of nothing."""
        if not self.has_denominator:
            return self.numerator
        return self.multiplier * self.numerator / self.denominator if self.denominator > 0 else np.nan


def figures_of(series: Series, window: Window) -> WindowFigures:
    """Add up the rows that tile a window exactly; a window with a gap has no figure.

    Examples
    --------
    >>> years = pd.DataFrame({"month": ["2013-03", "2015-06"], "offences": [3935, 4013]})
    >>> burglary = Series.from_frame(years, numerator="offences", span_months=12)
    >>> figures_of(burglary, Window.read("2012/13")).numerator
    3935.0
    """
    backwards = [window.last - back for back in range(0, window.month_count, series.span_months)]
    ends = pd.PeriodIndex(backwards[::-1], freq="M", name="period_end")
    rows = series.points.set_index("period_end").reindex(ends)
    rows = rows.fillna(dict.fromkeys(TEXT_COLUMNS, "")).reset_index()
    tiles = window.month_count % series.span_months == 0
    numerator = rows["numerator"].sum(skipna=False) if tiles else np.nan
    if series.kind.is_proportion and rows["denominator"].isna().any() and len(rows) > 1:
        numerator = np.nan  # per cents of unknown numbers do not add up
    denominator = rows["denominator"].mean() if series.kind is Kind.RATE else rows["denominator"].sum(skipna=False)
    state, reason = _state_of(rows, window, has_figure=not np.isnan(numerator))
    if state is None and denominator == 0:
        state, reason = State.INSUFFICIENT_DATA, f"The denominator for {in_a_sentence(window)} is nought."
    days = float(days_in(pd.PeriodIndex([window.last], freq="M"), window.month_count)[0])
    multiplier = 100.0 if series.kind.is_proportion else series.multiplier
    return WindowFigures(window, float(numerator), float(denominator), rows, days, multiplier, state, reason)


def _state_of(rows: pd.DataFrame, window: Window, *, has_figure: bool) -> tuple[State | None, str]:
    for status, state in STATE_OF_STATUS.items():
        if (rows["status"] == status.value).any():
            note = next((text for text in rows.loc[rows["status"] == status.value, "note"] if text), "")
            return state, f"The figure for {in_a_sentence(window)} {WHY[state]}{f' ({note})' if note else ''}."
    if not has_figure:
        return State.INSUFFICIENT_DATA, f"There is no whole figure for {in_a_sentence(window)}."
    return None, ""


def in_a_sentence(window: Window) -> str:
    """A window as it stands in a sentence: `2012/13`, `the 12 months to June 2015`, `June 2015`.

    Examples
    --------
    >>> in_a_sentence(Window.ending("2015-06"))
    'the 12 months to June 2015'
    """
    return f"the {window}" if " months to " in str(window) else str(window)


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
