"""What may be asked of a change, read and checked."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from typing import Any

from pccstats.methods.change.dispersion import OfWhole, check_dispersion
from pccstats.methods.intervals import checked_confidence
from pccstats.terms.choices import number_problems, require, switch_problems
from pccstats.terms.errors import MethodProblem, Problem, Refusals
from pccstats.terms.periods import MONTHS_IN_A_QUARTER, MONTHS_IN_A_YEAR, Window
from pccstats.terms.results.change import Windows
from pccstats.terms.series import Series, require_series
from pccstats.terms.words import Kind

UNTESTED_KINDS = (Kind.POSITION, Kind.QUALITATIVE)


@dataclass(frozen=True)
class ChangeRequest:
    """The two windows and how they are to be compared; the parameters of `change`, read."""

    windows: Windows
    confidence: float
    dispersion: str | float | Series | OfWhole
    design_effect: float

    @classmethod
    def read(
        cls,
        series: Series,
        since: Any,
        until: Any,
        *,
        confidence: float,
        dispersion: str | float | Series | OfWhole,
        design_effect: float,
        same_people: bool = False,
    ) -> ChangeRequest:
        """Fill in what the series itself carries, and refuse at once all that cannot be compared."""
        require_series(series)
        refusals = Refusals()
        with refusals:
            _refuse_what_has_no_test(series)
        with refusals:
            checked_confidence(confidence)
        with refusals:
            check_dispersion(dispersion)
        with refusals:
            require(
                [
                    *number_problems(above=0, design_effect=design_effect),
                    *switch_problems(same_people=same_people),
                ]
            )
        with refusals:
            windows = _windows(series, since, until)
        refusals.raise_any()
        return cls(windows, confidence, dispersion, design_effect)


def _refuse_what_has_no_test(series: Series) -> None:
    if series.kind in UNTESTED_KINDS:
        raise MethodProblem(f"{series.title} is a {series.kind.value}: there is no test of its change.")
    if series.kind is Kind.RATE and not (series.points["denominator"] > 0).any():
        raise MethodProblem(f"{series.title} is a rate without what it is out of. Give the denominator.")


def _windows(series: Series, since: Any, until: Any) -> Windows:
    refusals = Refusals()
    with refusals:
        if since is None and series.baseline is None:
            reason = f"{series.title} has no baseline of its own: say since when, for example since='2012/13'."
            raise MethodProblem(reason)
        baseline = Window.read(series.baseline if since is None else since)
    with refusals:
        is_window = isinstance(until, Window | tuple | list)
        latest = Window.read(until) if is_window else Window.ending(series.last if until is None else until)
    refusals.raise_any()
    windows = Windows(baseline, latest)
    refusals = Refusals()
    for window in (baseline, latest):
        with refusals:
            _refuse_parts_of_quarters(series, window)
    refusals.raise_any()
    _refuse_windows_that_cannot_differ(windows)
    return windows


def _refuse_parts_of_quarters(series: Series, window: Window) -> None:
    """Refuse a window that cuts one of a series' quarters, of which there is no part."""
    if series.span_months != MONTHS_IN_A_QUARTER or not len(series):
        return
    cut = [(end - series.last).n % MONTHS_IN_A_QUARTER for end in (window.first - 1, window.last)]
    if any(cut):
        ends = [calendar.month_name[(series.last.month + 3 * step - 1) % MONTHS_IN_A_YEAR + 1] for step in range(4)]
        whole = Window(window.first - cut[0], window.last - cut[1])
        raise MethodProblem(
            Problem(
                f"{series.title} is held in quarters to the end of {', '.join(ends[:3])} and {ends[3]}, and "
                f"{window.in_a_sentence} cuts one of them.",
                next_step=f"Choose windows of whole quarters, for example {whole.in_a_sentence}.",
            )
        )


def _refuse_windows_that_cannot_differ(windows: Windows) -> None:
    """Refuse a window compared with itself, a later with an earlier one, or one inside the other."""
    first, second = windows.baseline, windows.latest
    if first == second:
        raise MethodProblem(f"The baseline and the latest window are the same: {first}.")
    if second.last <= first.last:
        raise MethodProblem(f"The latest window ({second}) must end after the baseline ({first}).")
    if windows.shared_months and not windows.are_of_one_length:
        raise MethodProblem(
            f"The windows {first} and {second} share months and differ in length. Choose one length, or windows apart."
        )
