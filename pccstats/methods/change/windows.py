"""Two windows: their figures, and what stands against a test of them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pccstats.terms.periods import Window
from pccstats.terms.plan import Event, events_in_words
from pccstats.terms.results.change import Windows
from pccstats.terms.series import Series, has_illustrative
from pccstats.terms.words import Kind, State, Status

# Why a figure may not be tested, by what its rows are marked: of two missing figures the first listed is spoken of.
NO_FIGURE = {
    Status.EMBARGOED: (State.EMBARGOED, "may not be published yet"),
    Status.NOT_COLLECTED: (State.NOT_COLLECTED, "was not collected"),
    Status.NOT_COMPARABLE: (State.NOT_COMPARABLE, "is marked as not comparable"),
    Status.CENSORED: (State.INSUFFICIENT_DATA, "is withheld or incomplete"),
}
FIRST_SAID = tuple(state for state, _ in NO_FIGURE.values())


@dataclass(frozen=True)
class Untested:
    """Why a change is not tested: a state of its own, and the same in words."""

    state: State
    reason: str


@dataclass(frozen=True)
class WindowFigures:
    """One window of a series.

    Attributes
    ----------
    numerator, denominator : float
        Sums over the window; empty where any row of it is. The denominator of a rate is averaged, not summed.
    rows : pandas.DataFrame
        The rows of the window that are held, oldest first.
    multiplier : float
        Of the value shown: 100 for a share.
    untested : Untested or None
        Why there is no figure to test, where there is none.
    """

    window: Window
    numerator: float
    denominator: float
    rows: pd.DataFrame
    multiplier: float
    untested: Untested | None = None

    @property
    def ends(self) -> NDArray[np.int64]:
        """The running numbers of the months that its rows end with."""
        return np.asarray(self.rows["period_end"].array.asi8)

    @property
    def has_denominator(self) -> bool:
        return not np.isnan(self.denominator)

    @property
    def is_illustrative(self) -> bool:
        """True where any of its rows is an illustrative split, not a record."""
        return has_illustrative(self.rows)

    @property
    def published_limits(self) -> tuple[float, float] | None:
        """The interval that the figure was published with; None where with none, or where several make the window."""
        is_one = len(self.rows) == 1 and not np.isnan(self.numerator)
        if not is_one or "lower" not in self.rows or self.rows["lower"].isna().any():
            return None
        return float(self.rows["lower"].iloc[0]), float(self.rows["upper"].iloc[0])

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
    backwards = window.last.ordinal - np.arange(0, window.month_count, series.span_months)
    places = pd.Index(series.points["period_end"].array.asi8).get_indexer(backwards[::-1])
    rows = series.points.take(places[places >= 0]).reset_index(drop=True)
    has_all = len(rows) == len(places)
    numerator, denominator = (_sum_of(rows[name]) if has_all else np.nan for name in ("numerator", "denominator"))
    if window.month_count % series.span_months:
        numerator = np.nan  # no whole number of periods tiles it
    if series.kind.is_proportion and np.isnan(denominator) and len(rows) > 1:
        numerator = np.nan  # per cents of unknown numbers do not add up
    if series.kind is Kind.RATE:
        denominator = float(rows["denominator"].mean())
    untested = _untested(rows, window, has_figure=not np.isnan(numerator))
    if untested is None and denominator == 0:
        reason = f"The denominator for {window.in_a_sentence} is nought."
        untested = Untested(State.INSUFFICIENT_DATA, reason)
    multiplier = 100.0 if series.kind.is_proportion else series.multiplier
    return WindowFigures(window, numerator, denominator, rows, multiplier, untested)


def _sum_of(figures: pd.Series) -> float:
    """Their sum, empty where any of them is."""
    return float(figures.to_numpy(dtype=float).sum())


def without_shared_months(first: WindowFigures, second: WindowFigures) -> tuple[WindowFigures, WindowFigures]:
    """Both windows with only the rows that the other does not have."""
    return _without(first, second), _without(second, first)


def _without(one: WindowFigures, other: WindowFigures) -> WindowFigures:
    is_shared = np.isin(one.ends, other.ends)
    if not is_shared.any():
        return one
    rows = one.rows[~is_shared]
    return replace(one, rows=rows, numerator=_sum_of(rows["numerator"]), denominator=_sum_of(rows["denominator"]))


def _untested(rows: pd.DataFrame, window: Window, *, has_figure: bool) -> Untested | None:
    marked = rows["status"].to_numpy()
    for status, (state, why) in NO_FIGURE.items():
        is_so = marked == status.value
        if is_so.any():
            note = next((f" ({text})" for text in rows.loc[is_so, "note"] if text), "")
            return Untested(state, f"The figure for {window.in_a_sentence} {why}{note}.")
    if not has_figure:
        return Untested(State.INSUFFICIENT_DATA, f"There is no whole figure for {window.in_a_sentence}.")
    return None


def breaks_between(series: Series, windows: Windows) -> tuple[Event, ...]:
    """Breaks that leave the two windows on more than one definition."""
    return tuple(event for event in series.breaks if windows.baseline.first < event.month <= windows.latest.last)


def what_stands_against(before: WindowFigures, after: WindowFigures, breaks: tuple[Event, ...]) -> Untested | None:
    """Why two windows may not be tested against each other, where they may not: a missing figure, then a break."""
    missing = [figures.untested for figures in (before, after) if figures.untested is not None]
    if missing:
        return min(missing, key=lambda one: FIRST_SAID.index(one.state))
    if breaks:
        reason = f"The two windows are not on one definition: {events_in_words(breaks)}."
        return Untested(State.NOT_COMPARABLE, reason)
    return None
