"""What a projection is made of: figures on a steady scale, rolling years taken apart."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from pccstats.terms.once import Once
from pccstats.terms.periods import MONTHS_IN_A_QUARTER, MONTHS_IN_A_YEAR
from pccstats.terms.series import Series, days_in
from pccstats.terms.words import Kind

LONGEST_GAP_MONTHS = (
    3  # three months or a quarter; a longer one parts a series like a break: nothing is guessed across it
)
MEAN_YEAR_DAYS = 365.25
Array = NDArray[np.float64]
SPACINGS = (1, MONTHS_IN_A_QUARTER)  # months between rolling years that can be taken apart
ANSCOMBE = 3 / 8  # added before the root, so that small counts are as even as large ones
HALF_AN_EVENT = 0.5  # keeps logarithms finite, and takes out their bias, where nothing or everything was counted


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
    apart = np.flatnonzero(np.diff(ordinals) > LONGEST_GAP_MONTHS + series.span_months)
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


def evenly_spaced(ends: pd.PeriodIndex) -> tuple[int, int]:
    """Where the latest evenly spaced run of rolling years begins, and the months between two of them.

    Examples
    --------
    >>> evenly_spaced(pd.PeriodIndex(["2013-03", "2014-03", "2014-06", "2014-09"], freq="M"))
    (1, 3)
    """
    if len(ends) == 1:
        return 0, 0
    apart = np.diff(ends.asi8)
    different = np.flatnonzero(apart != apart[-1])
    return (int(different[-1]) + 1 if len(different) else 0), int(apart[-1])


def every_so_many_months(first: pd.Period, spacing: int, count: int) -> pd.PeriodIndex:
    """The last months of evenly spaced periods.

    Examples
    --------
    >>> every_so_many_months(pd.Period("2015-03", "M"), 3, 2).astype(str).tolist()
    ['2015-03', '2015-06']
    """
    return pd.PeriodIndex([first + spacing * step for step in range(count)], freq="M")


def recover(rolling: Array, year: int) -> Array:
    """The periods that rolling years were made of, up to a season that cancels in whole years.

    Examples
    --------
    >>> quarters = np.array([30.0, 20.0, 25.0, 25.0, 34.0, 22.0])
    >>> rolling = np.array([100.0, 104.0, 106.0])
    >>> recover(rolling, 4).tolist()
    [25.0, 25.0, 25.0, 25.0, 29.0, 27.0]
    """
    periods = np.empty(len(rolling) + year - 1)
    periods[:year] = rolling[0] / year
    for step, difference in enumerate(np.diff(rolling)):
        periods[year + step] = periods[step] + difference
    return periods


def periods_of_rolling_years(
    numerator: Array, denominator: Array, ends: pd.PeriodIndex, *, is_share: bool, shown_as: float
) -> Material:
    """Material of the latest evenly spaced rolling years.

    The respondents of a share are recovered alike; where that gives an impossible period, the mean stands in for it.
    """
    first, spacing = evenly_spaced(ends)
    year = MONTHS_IN_A_YEAR // spacing
    periods = recover(numerator[first:], year)
    out_of = np.ones(len(periods))
    if is_share:
        out_of = np.full(len(periods), denominator[first:].mean() / year)
        periods = np.clip(recover(numerator[first:] / denominator[first:] * out_of[0] * year, year), 0, out_of)
    return Material(
        numerator=periods,
        denominator=out_of,
        length=np.ones(len(periods)),
        ends=every_so_many_months(ends[first] - spacing * (year - 1), spacing, len(periods)),
        year=year,
        is_share=is_share,
        is_recovered=True,
        shown_as=shown_as,
    )


@dataclass(frozen=True)
class Material(Once):
    """A series as projections use it: one figure a period, oldest first, gaps empty.

    Attributes
    ----------
    numerator : array
        Events of each period. Those of a rate are restated on its latest denominator.
    denominator : array
        Respondents of each period; 1 for counts.
    length : array
        How long each period is, 1 for the mean: a February must not be taken for a fall.
    ends : pandas.PeriodIndex
        The last month of each period.
    year : int
        Periods in a year.
    is_share : bool
        True where the numerator is a part of the denominator.
    is_recovered : bool
        True where the periods were worked out from rolling years.
    shown_as : float
        What a year's figure is multiplied by for readers: 100 for a share, multiplier over denominator for a rate.
    """

    numerator: Array
    denominator: Array
    length: Array
    ends: pd.PeriodIndex
    year: int
    is_share: bool = False
    is_recovered: bool = False
    shown_as: float = 1.0

    def __len__(self) -> int:
        return len(self.numerator)

    @property
    def begins(self) -> pd.Period:
        """The first month covered."""
        return self.ends[0] - (MONTHS_IN_A_YEAR // self.year - 1)

    @property
    def intensity(self) -> Array:
        """Events in a period of mean length, or the odds of a share."""
        if self.is_share:
            rest = self.denominator - self.numerator
            return np.asarray((self.numerator + HALF_AN_EVENT) / (rest + HALF_AN_EVENT))
        return np.asarray(np.maximum(self.numerator, 0) / self.length)

    @property
    def respondents(self) -> float:
        """Respondents in a mean year."""
        return float(np.nanmean(self.denominator)) * self.year

    def years(self) -> Array:
        """The year that ends with each period: its total, or its share between 0 and 1; empty where not whole."""
        return self.once("years", self._years)

    def _years(self) -> Array:
        total = rolling_sum(self.numerator, self.year)
        return total / rolling_sum(self.denominator, self.year) if self.is_share else total

    def to_levels(self, intensity: Array) -> Array:
        """Square roots of counts (Anscombe 1948), logarithms of odds."""
        return np.asarray(np.log(intensity) if self.is_share else np.sqrt(intensity + ANSCOMBE))

    def from_levels(self, levels: Array, noise: Array) -> Array:
        """Back from levels to intensities.

        The mean of counts is the square of their mean root plus the variance of the roots: `noise`, by origin.
        """
        if self.is_share:
            return np.asarray(np.exp(levels))
        return np.asarray(np.maximum(np.maximum(levels, 0) ** 2 + noise - ANSCOMBE, 0))

    def distance(self, figure: Array, projected: Array) -> Array:
        """How far a year is from its projection: the log of their ratio, or of their odds ratio for a share."""
        if self.is_share:
            return np.asarray(self._log_odds(figure) - self._log_odds(projected))
        of_figure, of_projected = (np.maximum(each, 0) + HALF_AN_EVENT for each in (figure, projected))
        return np.asarray(np.log(of_figure / of_projected))  # a drift may take a rare event below nought

    def at_distance(self, projected: Array, away: Array) -> Array:
        """The figure so far from a projection: the inverse of `distance`."""
        if self.is_share:
            return np.asarray(special.expit(self._log_odds(projected) + away))
        return np.asarray(np.maximum((projected + HALF_AN_EVENT) * np.exp(away) - HALF_AN_EVENT, 0))

    def _log_odds(self, share: Array) -> Array:
        edge = HALF_AN_EVENT / self.respondents
        return np.asarray(special.logit(np.clip(share, edge, 1 - edge)))


def rolling_sum(figures: Array, year: int) -> Array:
    """Sum of each period and those before it that make a year, along the last axis; empty where not whole.

    Examples
    --------
    >>> rolling_sum(np.array([1.0, 2.0, 3.0]), 2).tolist()
    [nan, 3.0, 5.0]
    """
    sums = np.full(figures.shape, np.nan)
    if figures.shape[-1] >= year:
        sums[..., year - 1 :] = np.lib.stride_tricks.sliding_window_view(figures, year, axis=-1).sum(axis=-1)
    return sums
