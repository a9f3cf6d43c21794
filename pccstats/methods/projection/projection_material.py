"""What of a series a projection may use: the part after its last break, taken apart into periods."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from pccstats.methods.projection.project_rolling import periods_of_rolling_years
from pccstats.methods.projection.scales import Material
from pccstats.terms.periods import MONTHS_IN_A_YEAR
from pccstats.terms.series import Series, days_in
from pccstats.terms.words import Kind

LONGEST_GAP_MONTHS = 3  # a longer one parts a series like a break: nothing is guessed across it
MEAN_YEAR_DAYS = 365.25


def comparable(series: Series) -> Series:
    """The part of a series after its last registered break or long gap, to its last figure.

    A rolling year that still holds months from before a break is left out as well.

    Examples
    --------
    >>> months = pd.period_range("2014-01", "2015-06", freq="M")
    >>> frame = pd.DataFrame({"month": months, "numerator": [5.0] * 6 + [None] * 6 + [7.0] * 5 + [None]})
    >>> kept = comparable(Series.from_frame(frame))
    >>> str(kept.first), str(kept.last)
    ('2015-01', '2015-05')
    """
    held = series.points.loc[series.points["numerator"].notna(), "period_end"]
    if held.empty:
        return series.between(last=series.first - 1)
    first_end = held.iloc[0]
    for event in series.breaks:
        if first_end - series.span_months < event.month <= held.iloc[-1]:
            first_end = max(first_end, event.month + series.span_months - 1)
    ordinals = held[held >= first_end].array.asi8
    apart = np.flatnonzero(np.diff(ordinals) > LONGEST_GAP_MONTHS + 1)
    if len(apart) and series.span_months < MONTHS_IN_A_YEAR:
        first_end = pd.Period(ordinal=int(ordinals[apart[-1] + 1]), freq="M")
    kept = series.between(first_end, held.iloc[-1])
    if series.span_months < MONTHS_IN_A_YEAR:
        return kept
    return replace(kept, points=kept.points[kept.points["numerator"].notna()].reset_index(drop=True))


def material_of(series: Series) -> Material:
    """Take a series apart into periods; rolling years into the periods they were made of."""
    points = series.points
    numerator = points["numerator"].to_numpy(float)
    denominator = points["denominator"].to_numpy(float)
    ends = pd.PeriodIndex(points["period_end"], freq="M")
    shown_as = 1.0
    if series.kind is Kind.RATE or series.kind.is_proportion:
        numerator = np.where(denominator > 0, numerator, np.nan)  # a share or rate of nothing says nothing
    if series.kind is Kind.RATE:
        latest = denominator[denominator > 0][-1]
        numerator, shown_as = numerator / denominator * latest, series.multiplier / latest
    if series.kind.is_proportion:
        shown_as = 100.0
    else:
        denominator = np.ones(len(points))
    denominator = np.where(np.isnan(numerator), np.nan, denominator)
    if series.span_months == MONTHS_IN_A_YEAR:
        return periods_of_rolling_years(
            numerator, denominator, ends, is_share=series.kind.is_proportion, shown_as=shown_as
        )
    year = MONTHS_IN_A_YEAR // series.span_months
    return Material(
        numerator=numerator,
        denominator=denominator,
        length=days_in(ends, series.span_months) * year / MEAN_YEAR_DAYS,
        ends=ends,
        year=year,
        is_share=series.kind.is_proportion,
        shown_as=shown_as,
    )
