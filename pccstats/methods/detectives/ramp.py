"""A definition that ended or began, seen through 12-month figures: a straight ramp over four quarters."""

from __future__ import annotations

from collections.abc import Iterator

from pccstats.methods.detectives.yearly import YearlySeries, yearly_series
from pccstats.terms.findings import Finding
from pccstats.terms.observations import Observations
from pccstats.terms.periods import MONTHS_IN_A_QUARTER, MONTHS_IN_A_YEAR, month_in_words
from pccstats.terms.words import Kind

LEAST_COUNT = 100  # in the year before
NOTHING = 0.05  # of it, that may be left
STRAIGHT = 0.16  # of it, that a step may be off the line
QUARTERS = 4


def ramps(data: Observations) -> Iterator[Finding]:
    """Find 12-month figures that fall to nothing, or rise from nothing, in four equal steps.

    A class of record that stops leaves the 12-month figure a quarter at a time: 100, 75, 50, 25, 0 per cent. Each step
    may be 16 points off the line and 5 per cent may be left. What looks like a long decline is one date.
    """
    for series in yearly_series(data):
        if series.about.kind is Kind.COUNT:
            yield from _of_one(series)


def _of_one(series: YearlySeries) -> Iterator[Finding]:
    values = series.by_end
    for end in sorted(values):
        run = [values.get(end + step * MONTHS_IN_A_QUARTER) for step in range(QUARTERS + 1)]
        known = [figure for figure in run if figure is not None]
        if len(known) < QUARTERS + 1:
            continue
        last = end + MONTHS_IN_A_YEAR
        if _is_ramp(known):
            message = (
                f"fell from {known[0]:,.0f} to {known[-1]:,.0f} in the four quarters to {month_in_words(last)}, a "
                f"quarter at a time: as if no record was made after {month_in_words(end)}."
            )
        elif _is_ramp(known[::-1]):
            message = (
                f"rose from {known[0]:,.0f} to {known[-1]:,.0f} in the four quarters to {month_in_words(last)}, a "
                f"quarter at a time: as if records began after {month_in_words(end)}."
            )
        else:
            continue
        event = next((event for event in series.events if end - 1 <= event.month <= end + MONTHS_IN_A_QUARTER), None)
        step = "Ask whether the definition ended or began then; if so, register an event."
        yield series.finding("ramp", last, message, event, step)


def _is_ramp(figures: list[float]) -> bool:
    """True for a straight line down to nothing."""
    first = figures[0]
    if first < LEAST_COUNT or figures[-1] > NOTHING * first:
        return False
    line = [1 - step / QUARTERS for step in range(QUARTERS + 1)]
    return all(abs(figure / first - share) <= STRAIGHT for figure, share in zip(figures, line, strict=True))
