"""Rolling years: the 12 months to each month, as a total, a rate or a share, with its interval."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from pccstats.methods.intervals import checked_confidence, poisson_interval, wilson
from pccstats.terms.choices import number_problems
from pccstats.terms.errors import MethodProblem, Refusals
from pccstats.terms.periods import MONTHS_IN_A_YEAR, Window
from pccstats.terms.results.level import RollingYear
from pccstats.terms.series import Series, require_series
from pccstats.terms.words import Kind

UNTESTED_KINDS = (Kind.POSITION, Kind.QUALITATIVE)


@dataclass(frozen=True)
class Population:
    """How many persons or households a rate is out of, which of the two, and as counted when."""

    number: float
    of: str = "persons"
    vintage: str = ""


def rolling_year(
    series: Series,
    per: float = 1000,
    population: float | Population | str | None = None,
    confidence: float = 0.95,
    *,
    of: str = "persons",
    vintage: str = "",
) -> RollingYear:
    """Total, rate or share of the 12 months to each month, and how sure of it we can be.

    Twelve months, four quarters, or a published 12-month figure used as it is. A year with a gap in it, and the first
    eleven months, are left empty: a part of a year is never shown as a year.

    Parameters
    ----------
    series : Series
        Counts, money, rates, shares or survey per cents.
    per : float
        The multiplier of a rate [persons or households], above zero; it does nothing without a population.
    population : float, Population or "persons", optional
        What the rate is out of, above zero. `"persons"` takes the population the series carries. Without it the answer
        is a total (for counts) or a share.
    confidence : float
        Of the interval, between 0 and 1.
    of, vintage : str
        Whether the population is `persons` or `households`, and which census or estimate it comes from; named in
        unit and method.

    Returns
    -------
    RollingYear
        `points` has `period_end, numerator, denominator, value, lower, upper, breaks`.

    Raises
    ------
    MethodProblem
        Listing every reason: no series, one that cannot be summed (a rank, a judgement in words, monthly per cents
        with no respondents), a population, multiplier or confidence out of range.

    Notes
    -----
    Counts and rates: exact Poisson limits below ten events, Byar's from ten. Shares: sum of numerators over sum of
    denominators (not the mean of twelve per cents) with Wilson's limits. The limits are for chance alone: counts that
    vary more than chance (most crime does) are judged by `change`, which estimates by how much.
    A rolling year must not be put on an expected-level chart: neighbours share eleven months.

    References
    ----------
    Public Health England (2018). Technical Guide: Confidence Intervals.

    Examples
    --------
    >>> months = pd.period_range("2014-07", "2015-06", freq="M")
    >>> frame = pd.DataFrame({"month": months, "offences": [331] * 11 + [372]})
    >>> burglary = Series.from_frame(frame, numerator="offences", unit="offences")
    >>> rate = rolling_year(burglary, population=1_017_697, vintage="2011 Census")
    >>> rate.summary()[["numerator", "value"]].round(2).values.tolist()
    [[4013.0, 3.94]]
    >>> rate.unit
    'offences per 1,000 persons'
    """
    asked = RollingYearRequest.read(series, per, population, confidence, of=of, vintage=vintage)
    out_of = asked.out_of
    points = _with_intervals(_whole_years(series), series, asked)
    points["breaks"] = _breaks_inside(points["period_end"], series)
    return RollingYear(
        points=points,
        method=_method(series, asked),
        about=replace(series.about, unit=_unit(series, out_of, per), kind=Kind.RATE if out_of else series.kind),
        confidence=series.interval or confidence if _is_as_published(series) else confidence,
        is_as_published=_is_as_published(series),
        vintage=out_of.vintage if out_of else "",
        baseline=series.baseline,
        events=series.events,
    )


@dataclass(frozen=True)
class RollingYearRequest:
    """What a rate is out of, its multiplier and the confidence; the parameters of `rolling_year`, read."""

    out_of: Population | None
    per: float
    confidence: float
    is_by_year: bool = False  # each year on the population of its own

    @classmethod
    def read(
        cls,
        series: Series,
        per: float,
        population: float | Population | str | None,
        confidence: float,
        *,
        of: str,
        vintage: str,
    ) -> RollingYearRequest:
        """Fill in the population the series itself carries, and refuse at once all that makes no rolling year."""
        require_series(series)
        refusals = Refusals()
        with refusals:
            _ = series.last  # a series of no periods has none
        with refusals:
            checked_confidence(confidence)
        with refusals:
            _refuse_what_has_no_sum(series)
        with refusals:
            if population is not None:
                _check_above_zero(per, "The multiplier of a rate")
        with refusals:
            out_of = None if population is None else _population(series, population, of, vintage)
        refusals.raise_any()
        is_by_year = out_of is not None and isinstance(population, str) and len(_vintages_used(series)) > 1
        return cls(out_of, per, confidence, is_by_year)

    def numbers_of(self, ends: pd.Series, series: Series) -> list[float | None]:
        """What each year's rate is out of."""
        if not self.is_by_year or self.out_of is None:
            return [self.out_of.number if self.out_of is not None else None] * len(ends)
        return [series.population_of(Window.ending(end))[0] for end in ends]


def _refuse_what_has_no_sum(series: Series) -> None:
    if series.kind in UNTESTED_KINDS:
        raise MethodProblem(f"{series.title} is a {series.kind.value}: no sum makes a year of it.")
    has_respondents = series.points["denominator"].notna().any()
    if series.kind.is_proportion and not has_respondents and series.span_months != MONTHS_IN_A_YEAR:
        raise MethodProblem(
            f"{series.title} holds per cents with no number of respondents: twelve of them make no yearly per cent. "
            "Give the denominator, or use the published 12-month rows."
        )


def _population(series: Series, population: float | Population | str, of: str, vintage: str) -> Population:
    if series.kind is not Kind.COUNT:
        raise MethodProblem(f"{series.title} is a {series.kind.value}, already out of something: leave population out.")
    if isinstance(population, str):
        if population != "persons" or series.population_of(Window.ending(series.last))[0] is None:
            raise MethodProblem(
                f"The series does not carry a number of {population}. Give the number, with `of` and `vintage`."
            )
        population = Population(*_population_carried(series))
    number = population.number if isinstance(population, Population) else population
    _check_above_zero(number, "A population")
    return population if isinstance(population, Population) else Population(float(number), of, vintage)


def _population_carried(series: Series) -> tuple[float, str, str]:
    """The population of the latest year, and from which year to which those of all whole years are."""
    years = _vintages_used(series)
    number, _ = series.population_of(Window.ending(series.last))
    return float(number or 0), "persons", " to ".join(dict.fromkeys((years[0], years[-1])))


def _vintages_used(series: Series) -> list[str]:
    """The populations that the whole years of a series are out of, oldest first."""
    years = _whole_years(series)
    whole = years.loc[years["numerator"].notna(), "period_end"]
    ends = whole if len(whole) else years["period_end"]
    return list(dict.fromkeys(series.population_of(Window.ending(end))[1] for end in ends))


def _check_above_zero(value: Any, name: str) -> None:
    if number_problems(above=0, value=value):
        raise MethodProblem(f"{name} is a number above zero, but {value!r} was given.")


def _whole_years(series: Series) -> pd.DataFrame:
    """Sum the rows that make 12 months; a population that stands through the year is averaged, not summed."""
    rows_in_a_year = MONTHS_IN_A_YEAR // series.span_months
    points = series.points.set_index("period_end")
    every = pd.period_range(points.index[0], points.index[-1], freq="M")
    figures = points[["numerator", "denominator"]].astype(float).reindex(every)
    if series.kind.is_proportion or series.kind is Kind.RATE:
        asked = figures["denominator"].notna()
        published = asked | (series.span_months == MONTHS_IN_A_YEAR)
        figures.loc[~published, "numerator"] = np.nan
    figures.loc[figures["numerator"].isna(), "denominator"] = np.nan
    whole = sum((figures.shift(series.span_months * back) for back in range(rows_in_a_year)), start=figures * 0)
    if series.kind is Kind.RATE:
        whole["denominator"] /= rows_in_a_year
    return whole.reindex(points.index).rename_axis("period_end").reset_index()


def _is_as_published(series: Series) -> bool:
    """True where whole years are held, with the intervals they were published with."""
    return series.has_interval and series.span_months == MONTHS_IN_A_YEAR


def _with_intervals(years: pd.DataFrame, series: Series, asked: RollingYearRequest) -> pd.DataFrame:
    if _is_as_published(series):
        return _with_published_intervals(years, series)
    points = years.copy()
    count, denominator = points["numerator"], points["denominator"]
    if series.kind.is_proportion:
        lower, upper = wilson(count, denominator, asked.confidence)
        # published per cents of an unknown number of respondents stand as printed, with no interval
        points["value"] = (100 * count / denominator).where(denominator.notna(), count)
        points["lower"], points["upper"] = 100 * lower, 100 * upper
    elif series.kind is Kind.MONEY:
        points["value"], points["lower"], points["upper"] = count, np.nan, np.nan
    else:
        if asked.out_of is not None:
            points["denominator"] = asked.numbers_of(points["period_end"], series)
            points.loc[count.isna(), "denominator"] = np.nan
        scale = _scale(points, series, asked)
        lower, upper = poisson_interval(count, asked.confidence)
        points["value"], points["lower"], points["upper"] = scale * count, scale * lower, scale * upper
    return points


def _with_published_intervals(years: pd.DataFrame, series: Series) -> pd.DataFrame:
    """The years as published, each with its own interval; none is made for one that was published without."""
    points = years.assign(value=series.values.to_numpy())
    ends = series.points.set_index("period_end")[["lower", "upper"]].reindex(points["period_end"])
    return points.assign(lower=ends["lower"].to_numpy(), upper=ends["upper"].to_numpy())


def _scale(points: pd.DataFrame, series: Series, asked: RollingYearRequest) -> float | pd.Series:
    if asked.out_of is not None:
        return asked.per / points["denominator"]
    if series.kind is Kind.RATE:
        return series.multiplier / points["denominator"].where(points["denominator"] > 0)
    return 1.0


def _breaks_inside(ends: pd.Series, series: Series) -> list[str]:
    """The events that change what is counted part of the way through each year."""
    return [
        "; ".join(event.title for event in series.breaks if end - (MONTHS_IN_A_YEAR - 1) < event.month <= end)
        for end in ends
    ]


def _unit(series: Series, out_of: Population | None, per: float) -> str:
    if out_of is None:
        return series.unit or ("%" if series.kind.is_proportion else "")
    return f"{series.unit or 'events'} per {per:,.0f} {out_of.of}"


def _method(series: Series, asked: RollingYearRequest) -> str:
    out_of, confidence, is_by_year = asked.out_of, asked.confidence, asked.is_by_year
    made = {1: "Sums of 12 months", 3: "Sums of four quarters", 12: "Published 12-month figures, as they are"}
    words = [f"{made[series.span_months]}; a year that is not whole is left empty."]
    level = f"{100 * confidence:g}%"
    if out_of is not None:
        named = f" ({out_of.vintage})" if out_of.vintage else " (vintage not given)"
        own = f"Each rate on the {out_of.of} of its own year{named}: {out_of.number:,.0f} in the latest."
        words.append(own if is_by_year else f"Rate on {out_of.number:,.0f} {out_of.of}{named}.")
    if _is_as_published(series) and series.interval is not None:
        words.append(f"{100 * series.interval:g}% intervals as published.")
    elif series.kind is Kind.MONEY:
        words.append("An amount of money is no sample: no interval.")
    elif not series.kind.is_proportion:
        words.append(f"{level} interval: exact Poisson below 10 events, Byar's from 10, for chance alone.")
    elif series.points["denominator"].notna().any():
        words.append(f"{level} interval: Wilson, on the sums of numerators and denominators.")
    else:
        words.append("The number of respondents is not published, so no interval can be made.")
    if series.kind is Kind.RATE:
        words.append("Denominators are averaged over the year.")
    if series.is_illustrative:
        words.append("The months are illustrative.")
    return " ".join([*words, series.provenance])
