"""The best real series of the official measure behind an indicator: recovered quarters, else the rolling years."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pccstats.methods.recovered_quarters import quarters_from_rolling_years
from pccstats.terms.errors import MethodProblem
from pccstats.terms.observations import Observations
from pccstats.terms.periods import MONTHS_IN_A_YEAR
from pccstats.terms.plan import Indicator, Plan
from pccstats.terms.results.recovered import RecoveredQuarters
from pccstats.terms.series import Series

ANCHOR_SPAN = 1  # street-level records are counted by month


@dataclass(frozen=True)
class OfficialSeries:
    """What official statistics hold of an indicator in one area, as fine as they can be had.

    Attributes
    ----------
    quarters : RecoveredQuarters or None
        The quarters, where they are known; None where they are not.
    rolling : Series
        The rolling years as published.
    why : str
        In a sentence, how the quarters were come by or why there are none.
    differences : RecoveredQuarters or None
        The exact year-on-year differences of the quarters, whether or not the quarters are known; None where the years
        are not three months apart.
    """

    quarters: RecoveredQuarters | None
    rolling: Series
    why: str
    differences: RecoveredQuarters | None = None

    @property
    def finest(self) -> Series:
        """The quarters where they are known, else the rolling years."""
        quarters = self.quarters.series if self.quarters is not None else None
        return quarters if quarters is not None else self.rolling

    @property
    def is_quarterly(self) -> bool:
        """True where the quarters are known."""
        return self.quarters is not None


def official_series(
    indicator_or_measure: str | Indicator,
    area: str,
    data: Observations,
    plan: Plan,
    *,
    until: Any = None,
) -> OfficialSeries | None:
    """Take what official statistics hold of an indicator: by quarter where that can be had, else by rolling year.

    Parameters
    ----------
    indicator_or_measure : str or Indicator
        An indicator, whose `peers` name its official measure, or that measure itself; an indicator with an `anchor` of
        its own is its own official measure.
    area : str
        Any area of the plan.
    data : Observations
        What is known: `data.known_by(month)` for a pack of its date.
    plan : Plan
        Its measure names the `anchor`: the monthly count of the same thing.
    until : month, optional
        Leave out everything that ends after this month.

    Returns
    -------
    OfficialSeries or None
        None where the plan names no official measure, or no two of its years are held.

    Examples
    --------
    >>> import pccstats as pcc
    >>> plan, data = pcc.read_plan("data/raw"), pcc.read_observations("data/processed")
    >>> official = official_series("11.offences", "Leicestershire", data.known_by("2015-10"), plan, until="2015-06")
    >>> official.is_quarterly, str(official.finest.last), len(official.finest)
    (True, '2015-06', 37)
    >>> official_series("12.offences", "Leicestershire", data, plan).why
    'Domestic burglary, official: the plan names no monthly count of the same thing, so its quarters are not known.'
    """
    measure = _official_measure(indicator_or_measure, plan)
    if measure is None:
        return None
    if plan is not data.plan:
        return _found(measure, area, data, until)
    return data.once(("official", measure.key, area, until), lambda: _found(measure, area, data, until))


def _found(measure: Indicator, area: str, data: Observations, until: Any) -> OfficialSeries | None:
    if not data.has(measure.key, area=area, months=MONTHS_IN_A_YEAR, until=until):
        return None
    rolling = data.series(measure.key, area=area, months=MONTHS_IN_A_YEAR, until=until)
    if len(rolling) < 2:
        return None
    anchor = _anchor(measure, area, data)
    try:
        found = quarters_from_rolling_years(rolling, anchor)
    except MethodProblem as refusal:
        return OfficialSeries(None, rolling, str(refusal))
    return OfficialSeries(
        quarters=found if found.is_recovered else None,
        rolling=rolling,
        why=_why(measure, area, anchor, found),
        differences=found,
    )


def sisters_of(series: Series, plan: Plan, data: Observations, *, until: Any = None) -> tuple[Series, ...]:
    """The same measure in the other areas of the same kind: with what a projection of it shares its growth.

    Parameters
    ----------
    series : Series
        One of the plan's: an indicator or a measure beside it, in one of its areas.
    plan : Plan
        Its areas of the same kind (other forces for a force, other districts for a district) are asked.
    data : Observations
        What is known: `data.known_by(month)` for a pack of its date.
    until : month, optional
        Leave out everything that ends after this month.

    Returns
    -------
    tuple of Series
        Of the same span where figures of that span are held, else the official series as fine as it can be had; empty
        for shares, which share no growth, and where no such area holds any.

    Examples
    --------
    >>> import pccstats as pcc
    >>> plan, data = pcc.read_plan("data/raw"), pcc.read_observations("data/processed")
    >>> burglary = official_series("12.offences", "Leicestershire", data, plan).finest
    >>> [sister.area for sister in sisters_of(burglary, plan, data)][:3]
    ['Avon and Somerset', 'Bedfordshire', 'Essex']
    """
    if series.kind.is_proportion:
        return ()
    kind, key, months = plan.area(series.area).kind, series.key, series.span_months
    areas = tuple(area.name for area in plan.areas if area.kind == kind)

    def of_each() -> tuple[Series, ...]:
        return tuple(_of_each(areas, key, months, plan, data, until))

    found = data.once(("of each", areas, key, months, until), of_each) if plan is data.plan else of_each()
    return tuple(sister for sister in found if sister.area != series.area)


def _of_each(
    areas: Iterable[str], key: str, months: int, plan: Plan, data: Observations, until: Any
) -> Iterator[Series]:
    """What is held of a measure in each area: figures of that span, else the official series as fine as can be had."""
    for area in areas:
        if data.has(key, area=area, months=months, until=until):
            yield data.series(key, area=area, months=months, until=until)
        elif (official := official_series(plan.indicator(key), area, data, plan, until=until)) is not None:
            yield official.finest


def _official_measure(named: str | Indicator, plan: Plan) -> Indicator | None:
    """The measure itself, where it is anchored or beside the dashboard; else the one that an indicator names."""
    indicator = named if isinstance(named, Indicator) else plan.indicator(named)
    if not indicator.on_dashboard or indicator.anchor is not None:
        return indicator
    return plan.indicator(indicator.peers) if indicator.peers is not None else None


def _anchor(measure: Indicator, area: str, data: Observations) -> Series | None:
    """The monthly count that anchors a measure, where the plan names one and figures are held."""
    if measure.anchor is None or not data.has(measure.anchor, area=area, months=ANCHOR_SPAN):
        return None
    return data.series(measure.anchor, area=area, months=ANCHOR_SPAN)


def _why(measure: Indicator, area: str, anchor: Series | None, found: RecoveredQuarters) -> str:
    if found.is_recovered and anchor is not None:
        return f"{measure.name}: quarters recovered from rolling years, anchored on '{anchor.title}'."
    if measure.anchor is None:
        return f"{measure.name}: the plan names no monthly count of the same thing, so its quarters are not known."
    if anchor is None:
        return f"{measure.name}: no monthly count is held for {area}, so its quarters are not known."
    return f"{measure.name}: the quarters are not known. {found.refusal}"
