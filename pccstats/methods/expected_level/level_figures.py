"""What an expected level is made of: figures in rows of series and columns of months, ready for any chart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pccstats.methods.expected_level.chart_families import ChartFamily
from pccstats.terms.series import Series, days_in
from pccstats.terms.words import Kind

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Figures:
    """One or many series over the same months: arrays of series by months, NaN where there is no figure."""

    months: pd.PeriodIndex
    numerator: Array
    denominator: Array
    kind: Kind
    multiplier: float = 1.0
    present: NDArray[np.bool_] | None = None  # months from a series' own first to its last; None for all of them

    @property
    def value(self) -> Array:
        """The figures readers see; a denominator of nought gives none."""
        if not self.kind.is_proportion and self.kind is not Kind.RATE:
            return self.numerator
        known = self.denominator > 0
        scale = 100.0 if self.kind.is_proportion else self.multiplier
        value = scale * np.divide(
            self.numerator, self.denominator, out=np.full_like(self.numerator, np.nan), where=known
        )
        if not self.kind.is_proportion:
            return value
        return np.where(np.isnan(self.denominator), self.numerator, value)  # a printed per cent of unknown n


@dataclass(frozen=True)
class Measured:
    """Figures as one chart takes them.

    Attributes
    ----------
    level : array
        What is charted, on the chart's own scale: events over exposure, or the value.
    exposure : array
        What each figure is out of; 1 where the chart has none.
    scale : array
        Turns the chart's scale into what readers see.
    """

    level: Array
    events: Array
    exposure: Array
    scale: Array


def figures_of(series: Series) -> Figures:
    """One series as figures."""
    return Figures(
        months=pd.PeriodIndex(series.points["period_end"], freq="M"),
        numerator=series.points["numerator"].to_numpy(dtype=float)[None, :],
        denominator=series.points["denominator"].to_numpy(dtype=float)[None, :],
        kind=series.kind,
        multiplier=series.multiplier,
    )


def measure(figures: Figures, family: ChartFamily, *, per_day: bool) -> Measured:
    """Figures as this chart takes them.

    A missing exposure is filled with the series' average one, so that the limits go on through a gap; the figure of
    such a month stays empty.
    """
    value = figures.value
    ones = np.ones_like(value)
    if not family.has_exposure:
        level = family.into(value)
        return Measured(level, level, ones, ones)
    days = np.broadcast_to(days_in(figures.months), value.shape) if per_day and family.counts_days else ones
    if figures.kind.is_proportion:
        exposure, scale = figures.denominator, 100.0 * ones
    elif figures.kind is Kind.RATE:
        exposure, scale = figures.denominator * days, figures.multiplier * days
    else:
        has_population = ~np.isnan(figures.denominator).all(axis=-1, keepdims=True)
        exposure = np.where(has_population, figures.denominator * days, days) if family.counts_days else ones
        scale = exposure
    known = exposure > 0
    filled = np.where(known, exposure, _average(exposure, known))
    scale = np.where(known, scale, filled) if figures.kind is Kind.COUNT else scale
    level = np.divide(figures.numerator, exposure, out=np.full_like(value, np.nan), where=known)
    return Measured(level, np.where(known, figures.numerator, np.nan), filled, scale)


def _average(exposure: Array, known: NDArray[np.bool_]) -> Array:
    count = known.sum(axis=-1, keepdims=True)
    total = np.where(known, exposure, 0.0).sum(axis=-1, keepdims=True)
    return np.asarray(np.divide(total, count, out=np.ones(total.shape), where=count > 0))
