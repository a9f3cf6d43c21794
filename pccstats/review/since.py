"""What is new since the quarter before: real change told apart from figures that were revised or came late.

Three reviews of every indicator are set beside one another: the earlier quarter as it was known then, the earlier
quarter again with what is known today, and this quarter. What the second already has of the third is no news of this
quarter, and is said to come from revision.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

from pccstats.terms.periods import Quarter
from pccstats.terms.results.quarter import IndicatorReview
from pccstats.terms.results.since import Moved, Movement, Revision, SinceLast, Snapshot
from pccstats.terms.words import Signal, State, Strength

COMPARED = frozenset({"change", "level", "second_opinion"})  # what is asked of the earlier quarter
_SAME = 1e-9  # relative: figures nearer than this are one figure, summed in another order


class Thrice(NamedTuple):
    """One indicator: the earlier quarter as known then, the same as known now, and this quarter."""

    before: IndicatorReview
    again: IndicatorReview
    now: IndicatorReview


def what_is_new(earlier: Quarter, reviews: tuple[Thrice, ...]) -> SinceLast:
    """Say what is new of each indicator since the earlier quarter.

    Parameters
    ----------
    earlier : Quarter
    reviews : tuple of Thrice
        Every indicator asked the same questions three times.

    Returns
    -------
    SinceLast
        Without movements, and with the reason, where nothing was known of the earlier quarter.
    """
    method = (
        f"Each indicator beside itself in {earlier.in_words}, as published by then, and beside the same quarter with "
        "the figures known today, so that a revision is told apart from a change."
    )
    if not any(each.before.latest is not None for each in reviews):
        why = (
            f"No indicator had a figure to compare in {earlier.in_words}: there is nothing to set this quarter beside."
        )
        return SinceLast(earlier, 0, (), method, why)
    found = [movement for each in reviews for movement in _movements(each)]
    order = list(Moved)
    return SinceLast(earlier, len(reviews), tuple(sorted(found, key=lambda each: order.index(each.kind))), method)


def _movements(of: Thrice) -> Iterator[Movement]:
    """Everything that is new of one indicator; a first or a missing figure says what its verdict became."""
    before, again, now = (review.snapshot for review in of)
    indicator, revisions = of.now.indicator, tuple(_revisions(of))
    has_arrived = before.latest is None and now.latest is not None
    is_stale = now.latest is not None and before.is_up_to_date and not now.is_up_to_date
    is_told = has_arrived or (is_stale and _verdict(now) == (*_verdict(before)[:2], Strength.STALE))
    has_verdict = before.state.is_answer or now.state.is_answer  # one reason for having none in place of another is not
    if has_verdict and _verdict(before) != _verdict(now) and not is_told and not _is_steady(before, now):
        is_revised = _windows(before) == _windows(again) and _verdict(again) == _verdict(now)
        yield Movement(Moved.VERDICT, indicator, before, now, revisions, is_revised)
    yield from _signals(of)
    if revisions:
        yield Movement(Moved.REVISED, indicator, before, now, revisions)
    if has_arrived:
        yield Movement(Moved.ARRIVED, indicator, before, now)
    if is_stale:
        yield Movement(Moved.STALE, indicator, before, now)


def _is_steady(before: Snapshot, now: Snapshot) -> bool:
    """True where a later figure has come and nothing is found to have moved, as before: no verdict has changed."""
    return before.bearing is Strength.STALE and before.state is now.state is State.NO_EVIDENCE_OF_CHANGE


def _signals(of: Thrice) -> Iterator[Movement]:
    """A signal where none was known, or on the other side; one that is over. Not knowing is neither."""
    before, again, now = (review.snapshot for review in of)
    is_revised = bool(before.signal) and again.signal == now.signal
    if now.has_signal and now.signal != before.signal:
        yield Movement(Moved.SIGNAL, of.now.indicator, before, now, is_by_revision=is_revised)
    elif before.has_signal and now.signal == Signal.NONE:
        yield Movement(Moved.SIGNAL_ENDED, of.now.indicator, before, now, is_by_revision=is_revised)


def _verdict(of: Snapshot) -> tuple[State, str, Strength]:
    way = of.verdict if of.state is State.HIGHER_OR_LOWER else ""  # else its words alone may be new
    return of.state, way, of.bearing


def _windows(of: Snapshot) -> tuple[str, str]:
    return of.baseline_window, of.latest_window


def _revisions(of: Thrice) -> Iterator[Revision]:
    """The two figures compared in the earlier quarter, where the same windows now have others."""
    before = of.before
    for window, then in ((before.baseline_window, before.baseline), (before.latest_window, before.latest)):
        today = _known_today(of.again, window)
        if then is not None and today is not None and not math.isclose(then, today, rel_tol=_SAME):
            yield Revision(window, then, today)


def _known_today(again: IndicatorReview, window: str) -> float | None:
    """The figure of a window by what is known today; None where none of that window is held."""
    compared = {again.baseline_window: again.baseline, again.latest_window: again.latest}
    if compared.get(window) is not None:
        return compared[window]
    rows = again.figures[(again.figures["window"] == window) & again.figures["value"].notna()]
    return float(rows["value"].iloc[-1]) if len(rows) else None
