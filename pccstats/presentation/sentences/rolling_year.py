"""The latest rolling year in one sentence."""

from __future__ import annotations

import math

import pandas as pd

from pccstats.presentation import numbers
from pccstats.presentation.describe import describe
from pccstats.terms.periods import Window, month_in_words
from pccstats.terms.results.rolling_year import RollingYear
from pccstats.terms.words import Kind


@describe.register
def describe_rolling_year(result: RollingYear) -> str:
    """`4,013 offences in the 12 months to June 2015 (95% interval 3,890 to 4,139); 3,935 in 2012/13.`."""
    latest = result.summary().iloc[0]
    if math.isnan(latest["value"]):
        return f"{result.title}: no whole year of figures is held."
    ending = month_in_words(latest["period_end"])
    return (
        f"{figure_with_unit(result, latest['value'])} in the 12 months to {ending}{_interval(result, latest)}"
        f"{_baseline(result, latest['period_end'])}."
    )


def figure_with_unit(result: RollingYear, value: float) -> str:
    """A value with its unit: `4,013 offences`, `3.94 offences per 1,000 persons`, `88.6% satisfied`."""
    written = figure(result, value)
    unit = result.unit.removeprefix("%").strip() if result.kind.is_proportion else result.unit
    return f"{written} {unit}".strip()


def figure(result: RollingYear, value: float) -> str:
    """A value as this result writes it."""
    if result.kind.is_proportion:
        return numbers.per_cent(value)
    return numbers.plain(value, decimals_of(result))


def decimals_of(result: RollingYear) -> int:
    """Decimals enough to tell neighbouring years apart."""
    if result.kind is Kind.COUNT:
        return 0
    return 1 if result.kind is not Kind.RATE or result.points["value"].max() >= 10 else 2


def _interval(result: RollingYear, latest: pd.Series) -> str:
    lower, upper = latest["lower"], latest["upper"]
    if math.isnan(lower):
        return ""
    level = f"{100 * result.confidence:g}% interval"
    alone = "" if result.kind.is_proportion else ", for chance alone"
    return f" ({level} {figure(result, lower)} to {figure(result, upper)}{alone})"


def _baseline(result: RollingYear, ending: pd.Period) -> str:
    if result.baseline is None or result.baseline.last == ending:
        return ""
    value = baseline_value(result)
    return "" if math.isnan(value) else f"; {figure(result, value)} in {result.baseline}"


def baseline_value(result: RollingYear) -> float:
    """The value of the baseline where it is one whole year of this result; empty otherwise."""
    is_year = result.baseline == (Window.ending(result.baseline.last) if result.baseline else None)
    return result.at(result.baseline.last) if result.baseline is not None and is_year else math.nan
