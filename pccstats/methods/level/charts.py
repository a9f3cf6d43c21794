"""The charts an expected level may take: what each measures, its sigma, and the constants they share."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pccstats.methods.level.probability import BINOMIAL, NEGATIVE_BINOMIAL, Chance
from pccstats.terms.periods import DAYS_IN_A_MONTH, MONTHS_IN_A_YEAR, SPAN_WORDS
from pccstats.terms.series import Series, days_in
from pccstats.terms.words import Kind

Array = NDArray[np.float64]
ANY_KIND = (Kind.COUNT, Kind.RATE, Kind.SHARE, Kind.SURVEY, Kind.MONEY)
COUNTS = (Kind.COUNT,)
EVENTS = (Kind.COUNT, Kind.RATE, Kind.SHARE, Kind.SURVEY)
SHARES = (Kind.SHARE, Kind.SURVEY)
TEXTBOOK_CHARTS = ("xmr", "c", "u", "p")
# Mean range of two independent standard normal values, 1.128379; tables print 1.128 (Shewhart 1931).
D2_PAIR = 2 / math.sqrt(math.pi)
# Standard deviation of that range, 0.852502.
D3_PAIR = math.sqrt(2 - 4 / math.pi)
# A moving range this many times the mean one is extreme, 3.2665; tables print 3.267 (Nelson 1982).
D4_PAIR = 1 + 3 * D3_PAIR / D2_PAIR
MIN_BASELINE = 12  # figures, months or quarters alike: limits from fewer are trial limits
T_CHART_POWER = 3.6  # waiting times raised to 1/3.6 are close to normal (Nelson 1994)


def _of_values(centre: Array, exposure: Array) -> Array:
    return np.ones(np.broadcast_shapes(centre.shape, exposure.shape))


def _poisson(centre: Array, exposure: Array) -> Array:
    return np.sqrt(centre / exposure)


def _binomial(centre: Array, exposure: Array) -> Array:
    return np.sqrt(np.maximum(centre * (1 - centre), 0.0) / exposure)


def _geometric(centre: Array, exposure: Array) -> Array:
    return np.sqrt(centre * (centre + 1)) + 0.0 * exposure


def _as_it_is(figures: Array) -> Array:
    return figures


def _root(figures: Array) -> Array:
    return np.asarray(figures ** (1 / T_CHART_POWER))


def _power(figures: Array) -> Array:
    return np.asarray(np.maximum(figures, 0.0) ** T_CHART_POWER)


@dataclass(frozen=True)
class Figures:
    """One or many series over the same months or quarters: arrays of series by them, NaN where there is no figure.

    Attributes
    ----------
    months : pandas.PeriodIndex
        The month of each figure; the last month of each quarter.
    present : array of bool or None
        From a series' own first to its last; None for all of them.
    span_months : int
        How many months each figure covers: 1 or 3.
    """

    months: pd.PeriodIndex
    numerator: Array
    denominator: Array
    kind: Kind
    multiplier: float = 1.0
    present: NDArray[np.bool_] | None = None
    span_months: int = 1

    @classmethod
    def of(cls, series: Series) -> Figures:
        """One series: many, of which there is one."""
        return cls(
            months=pd.PeriodIndex(series.points["period_end"], freq="M"),
            numerator=series.points["numerator"].to_numpy(dtype=float)[None, :],
            denominator=series.points["denominator"].to_numpy(dtype=float)[None, :],
            kind=series.kind,
            multiplier=series.multiplier,
            span_months=series.span_months,
        )

    @property
    def seasons(self) -> Seasons:
        """Where each figure stands in its year."""
        return Seasons.of(self.months, self.span_months)

    @cached_property
    def days(self) -> Array:
        """The days each figure covers."""
        return days_in(self.months, self.span_months)

    @cached_property
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
class Seasons:
    """Places in the year: twelve months, or four quarters, whichever months these end in.

    Attributes
    ----------
    count : int
        How many there are in a year.
    place : array of int
        The place of each figure, from 0: that of the period that ends first in a calendar year.

    Examples
    --------
    >>> Seasons.of(pd.PeriodIndex(["2015-03", "2015-06"], freq="M"), 3).place.tolist()
    [0, 1]
    """

    count: int
    place: NDArray[np.int64]

    @classmethod
    def of(cls, months: pd.PeriodIndex, span_months: int = 1) -> Seasons:
        """The places of periods by their last months."""
        return cls(MONTHS_IN_A_YEAR // span_months, (np.asarray(months.month, dtype=np.int64) - 1) // span_months)


@dataclass(frozen=True)
class ChartFamily:
    """How one kind of chart sets its centre line and limits.

    Attributes
    ----------
    words : str
        Its name for readers.
    kinds : tuple of Kind
        What it can be drawn of.
    unit_spread : callable
        Centre line and exposure to the standard deviation that chance alone gives.
    has_exposure : bool
        True where a figure is events over exposure, False where it is a value on its own.
    asks_months : bool
        True where the dispersion comes from moving ranges.
    lowest, highest : float
        Bounds that no limit passes.
    plain : str
        The chart it falls back to where the dispersion cannot be found.
    chance : Chance or None
        What chance alone does to its figures; None where probability limits cannot be had.
    is_skew : bool
        True where figures are not close to normal even on the chart's own scale, and no chance is known of them.
    """

    name: str
    words: str
    kinds: tuple[Kind, ...]
    unit_spread: Callable[[Array, Array], Array]
    formula: str
    has_exposure: bool = True
    counts_days: bool = False
    asks_months: bool = False
    lowest: float = 0.0
    highest: float = np.inf
    plain: str = ""
    has_limits: bool = True
    shows_median: bool = False
    may_follow_season: bool = True
    into: Callable[[Array], Array] = _as_it_is
    back: Callable[[Array], Array] = _as_it_is
    chance: Chance | None = None
    is_skew: bool = False


FAMILIES: Mapping[str, ChartFamily] = {
    family.name: family
    for family in (
        ChartFamily(
            "xmr",
            "individuals chart (XmR)",
            ANY_KIND,
            _of_values,
            "mean ± 3 × mean moving range ÷ d2",
            has_exposure=False,
            asks_months=True,
            lowest=-np.inf,
        ),
        ChartFamily("c", "c chart", COUNTS, _poisson, "mean ± 3 √mean", chance=NEGATIVE_BINOMIAL),
        ChartFamily(
            "c_prime",
            "c′ chart (Laney)",
            COUNTS,
            _poisson,
            "mean ± 3 σz √mean",
            asks_months=True,
            plain="c",
            chance=NEGATIVE_BINOMIAL,
        ),
        ChartFamily("u", "u chart", EVENTS, _poisson, "ū ± 3 √(ū/n)", counts_days=True, chance=NEGATIVE_BINOMIAL),
        ChartFamily(
            "u_prime",
            "u′ chart (Laney)",
            EVENTS,
            _poisson,
            "ū ± 3 σz √(ū/n)",
            counts_days=True,
            asks_months=True,
            plain="u",
            chance=NEGATIVE_BINOMIAL,
        ),
        ChartFamily("p", "p chart", SHARES, _binomial, "p̄ ± 3 √(p̄(1−p̄)/n)", highest=1.0, chance=BINOMIAL),
        ChartFamily(
            "p_prime",
            "p′ chart (Laney)",
            SHARES,
            _binomial,
            "p̄ ± 3 σz √(p̄(1−p̄)/n)",
            highest=1.0,
            asks_months=True,
            plain="p",
            chance=BINOMIAL,
        ),
        ChartFamily(
            "g",
            "g chart of the number of cases between events",
            ANY_KIND,
            _geometric,
            "ḡ ± 3 √(ḡ(ḡ+1)), the median shown as centre line",
            has_exposure=False,
            shows_median=True,
            may_follow_season=False,
            is_skew=True,
        ),
        ChartFamily(
            "t",
            "t chart of the time between events",
            ANY_KIND,
            _of_values,
            "XmR of time^(1/3.6), raised back to 3.6",
            has_exposure=False,
            asks_months=True,
            lowest=0.0,
            may_follow_season=False,
            into=_root,
            back=_power,
        ),
        ChartFamily(
            "run",
            "run chart",
            ANY_KIND,
            _of_values,
            "the median, with no limits",
            has_exposure=False,
            lowest=-np.inf,
            has_limits=False,
            shows_median=True,
            may_follow_season=False,
        ),
    )
}


CHARTS = ("auto", *FAMILIES)


def chosen_family(chart: str, figures: Figures) -> tuple[ChartFamily, str]:
    """The chart asked for, or the one that suits the figures, with the reason.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> months = pd.period_range("2015-04", periods=2, freq="M")
    >>> counts = Figures(months, np.array([[31.0, 40.0]]), np.full((1, 2), np.nan), Kind.COUNT)
    >>> family, reason = chosen_family("auto", counts)
    >>> family.name, reason
    ('u_prime', 'counts of events in months of unequal length')
    """
    if chart != "auto":
        return FAMILIES[chart], "as asked"
    has_denominator = bool((figures.denominator > 0).any())
    if figures.kind is Kind.COUNT:
        return FAMILIES["u_prime"], f"counts of events in {SPAN_WORDS[figures.span_months]}s of unequal length"
    if figures.kind is Kind.RATE and has_denominator:
        return FAMILIES["u_prime"], "events over an exposure that varies"
    if figures.kind.is_proportion and has_denominator:
        return FAMILIES["p_prime"], "parts of a whole whose size varies"
    if figures.kind.is_proportion:
        return FAMILIES["xmr"], "percentages whose number of respondents is not known"
    return FAMILIES["xmr"], "amounts that are not counts of events"


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
    length : array
        How long each month or quarter is beside a standard one of 365.25 / 12 days or three times as many, one for all
        series; 1 where days are not counted.
    """

    level: Array
    events: Array
    exposure: Array
    scale: Array
    length: Array

    def between(self, months: slice) -> Measured:
        """Some of the months."""
        here = np.s_[:, months]
        return Measured(self.level[here], self.events[here], self.exposure[here], self.scale[here], self.length[months])

    def where(self, judged: NDArray[np.bool_]) -> Measured:
        """Without the figures that are not to be judged."""
        return replace(self, level=np.where(judged, self.level, np.nan))


def measure(figures: Figures, family: ChartFamily, *, per_day: bool) -> Measured:
    """Figures as this chart takes them.

    A missing exposure is filled with the series' average one, so that the limits go on through a gap; the figure of
    such a month stays empty.
    """
    value = figures.value
    ones, alike = np.ones_like(value), np.ones(value.shape[1])
    if not family.has_exposure:
        level = family.into(value)
        return Measured(level, level, ones, ones, alike)
    counts_days = per_day and family.counts_days and not figures.kind.is_proportion
    days = np.broadcast_to(figures.days, value.shape) if counts_days else ones
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
    length = figures.days / (DAYS_IN_A_MONTH * figures.span_months) if counts_days else alike
    return Measured(level, np.where(known, figures.numerator, np.nan), filled, scale, length)


def _average(exposure: Array, known: NDArray[np.bool_]) -> Array:
    count = known.sum(axis=-1, keepdims=True)
    total = np.where(known, exposure, 0.0).sum(axis=-1, keepdims=True)
    return np.asarray(np.divide(total, count, out=np.ones(total.shape), where=count > 0))
