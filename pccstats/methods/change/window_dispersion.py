"""Which over-dispersion to judge two windows by: from their months, from the months around them, given, or assumed."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from pccstats.methods.change.dispersion import Dispersion, dispersion_of_months
from pccstats.methods.change.window_figures import WindowFigures
from pccstats.methods.intervals import is_number
from pccstats.terms.errors import MethodProblem
from pccstats.terms.periods import MONTHS_IN_A_YEAR
from pccstats.terms.series import Series

FROM_MONTHS, POISSON = "from_months", "poisson"
LEAST_DEGREES = 5  # under these an estimate of variance is worth less than one borrowed from similar series

# Where only yearly figures are held: upper quartile of the over-dispersion of 5,769 pairs of years of real monthly
# counts (Metropolitan Police boroughs and totals, 2010/11 to 2019/20), by events a year: docs/methods/change.md.
ASSUMED_BY_EVENTS = ((10_000, 10.0), (1_000, 4.0), (300, 2.5), (100, 2.0), (0, 1.5))


def assumed_dispersion(events_a_year: float) -> float:
    """What to assume of a count of this size when its months are not held.

    Examples
    --------
    >>> assumed_dispersion(496), assumed_dispersion(59_000)
    (2.5, 10.0)
    """
    return next(phi for least, phi in ASSUMED_BY_EVENTS if events_a_year >= least)


def choose_dispersion(series: Series, before: WindowFigures, after: WindowFigures, asked: str | float) -> Dispersion:
    """The over-dispersion two windows are judged by, with its ground in words.

    Raises
    ------
    MethodProblem
        If what was asked is neither `from_months`, `poisson` nor a number of 1 or more.
    """
    check_dispersion(asked)
    if asked == POISSON:
        return Dispersion(1.0, basis="chance alone (Poisson), as asked")
    if asked != FROM_MONTHS:
        return Dispersion(float(asked), basis=f"{asked:g} times chance, as given")
    return (
        _from_rows(series, _rows_of_both(before, after), "the months of both windows")
        or _from_rows(series, _rows_around(series, before, after), "all comparable months held")
        or _assumed(series, before, after)
    )


def check_dispersion(asked: Any) -> None:
    """Refuse what is neither `from_months`, `poisson` nor a number of 1 or more."""
    is_in_range = is_number(asked) and asked >= 1 and math.isfinite(asked)
    if asked not in (FROM_MONTHS, POISSON) and not is_in_range:
        raise MethodProblem(
            f"Dispersion is 'from_months', 'poisson' or a number of 1 or more, but {asked!r} was given."
        )


def _rows_of_both(before: WindowFigures, after: WindowFigures) -> pd.DataFrame:
    rows = pd.concat([before.rows.assign(block="before"), after.rows.assign(block="after")])
    return rows[~rows["period_end"].duplicated(keep=False)]


def _rows_around(series: Series, before: WindowFigures, after: WindowFigures) -> pd.DataFrame:
    """Every row since the last break, in years counted back from the latest month."""
    last, rows = after.window.last, series.points
    breaks = [event.month for event in series.breaks if event.month <= last]
    start = max(breaks, default=rows["period_end"].iloc[0])
    rows = rows[(rows["period_end"] - (series.span_months - 1) >= start) & (rows["period_end"] <= last)]
    block = [(last - end).n // MONTHS_IN_A_YEAR for end in rows["period_end"]]
    baseline = rows["period_end"].isin(before.rows["period_end"])
    return rows.assign(block=np.where(baseline, -1, block))


def _from_rows(series: Series, rows: pd.DataFrame, said: str) -> Dispersion | None:
    if series.span_months == MONTHS_IN_A_YEAR or rows.empty:
        return None
    months = pd.PeriodIndex(rows["period_end"], freq="M").month
    has_exposure = rows["denominator"].notna().all()
    exposure = rows["denominator"] if has_exposure else None
    found = dispersion_of_months(rows["numerator"], months, rows["block"], exposure)
    if found is None or found.degrees_of_freedom < LEAST_DEGREES:
        return None
    illustrative = ", which are illustrative" if series.is_illustrative else ""
    return replace(found, basis=f"{found.phi:.1f} times chance, from {said}{illustrative}")


def _assumed(series: Series, before: WindowFigures, after: WindowFigures) -> Dispersion:
    months = before.window.month_count + after.window.month_count
    phi = assumed_dispersion(MONTHS_IN_A_YEAR * (before.numerator + after.numerator) / months)
    lacking = "months not held" if series.span_months == MONTHS_IN_A_YEAR else "too few months held"
    return Dispersion(phi, basis=f"{phi:g} times chance, assumed ({lacking}; typical of recorded crime of this size)")
