"""Every series of a plan judged at once: which stand furthest from their expected level."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from pccstats.methods.change.many import false_discovery
from pccstats.methods.level.many import distances_within, expected_levels
from pccstats.review.indicator import level_baseline, levelled
from pccstats.terms.errors import PccStatsError
from pccstats.terms.observations import Observations
from pccstats.terms.periods import MONTHS_IN_A_YEAR, Quarter, Window, period_in_words
from pccstats.terms.plan import Indicator, Plan
from pccstats.terms.results.screen import SCREEN_COLUMNS, Screen
from pccstats.terms.series import Series
from pccstats.terms.words import Audience, Kind, Signal, Variation, capital

WITHOUT_LEVEL = (Kind.QUALITATIVE, Kind.POSITION)
_FIGURES = ("centre_line", "lower_process_limit", "upper_process_limit")
TRIAL = "Trial limits: fewer than twelve figures set them."
WEAK = "Weak: of so many series some stand so far from their level by chance alone."


def screen_series(
    plan: Plan,
    data: Observations,
    quarter: str | Quarter,
    *,
    areas: Iterable[str] | None = None,
    audience: Audience | str = Audience.INTERNAL,
    confidence: float = 0.95,
) -> Screen:
    """Put every series in every area in order, the strongest firm signal of the quarter first.

    Where should an analyst look first?

    Parameters
    ----------
    plan : Plan
        Its indicators and supporting measures are judged, in all its areas.
    data : Observations
        The figures.
    quarter : str or Quarter
        `2015/16-Q1`; nothing later is looked at.
    areas : iterable of str, optional
        Only these areas of the plan.
    audience : {"internal", "public"}
        For the public, figures under a release restriction are left out.
    confidence : float
        Between 0 and 1: of the firm signals no more than the rest are to be expected of chance.

    Returns
    -------
    Screen
        `.points` has one row a series. Months or quarters of its own are judged, else the official quarters of the
        same thing; a series that stands under two names is there once, under the first.

    Raises
    ------
    RequestProblem
        For a quarter or an area that does not exist.

    Notes
    -----
    Each series is judged as in its own review: limits of the 36 months, or 20 quarters, before the quarter, set anew
    at registered breaks. All series of one kind, span and baseline are one call of `expected_levels`. Their order is
    that of the distance of the quarter's figures, taken together (`distances_within`). A signal is firm where that
    distance lies on its side, twelve figures or more set the limits, and it stands when the distances of all series are
    read together (Benjamini and Hochberg); a signal that has built up and gone again is not.

    References
    ----------
    Stouffer SA and others (1949). The American Soldier, volume 1. Princeton University Press.
    Benjamini Y, Hochberg Y (1995). Controlling the false discovery rate. JRSS B 57: 289-300.

    See Also
    --------
    expected_levels : the method, with its references. assess : verdicts on a plan's indicators.

    Examples
    --------
    >>> import pccstats as pcc
    >>> plan, data = pcc.read_plan("data/raw"), pcc.read_observations("data/processed")
    >>> found = pcc.screen_series(plan, data, "2015/16-Q1", areas=["Leicestershire"])
    >>> found.points["area"].unique().tolist(), len(found.signals) <= len(found.judged) < len(found.points)
    (['Leicestershire'], True)
    """
    at = plan.quarter(quarter)
    known = replace(data, plan=plan).known_to(audience, at)
    asked = None if areas is None else [known.plan.area(name).name for name in areas]
    return screened(known.plan, known, at, areas=asked, confidence=confidence)


def screened(
    plan: Plan,
    data: Observations,
    at: Quarter,
    *,
    areas: Iterable[str] | None = None,
    confidence: float = 0.95,
) -> Screen:
    """The same of data that are released and real already, as `Observations.known_to` gives them."""
    chosen = [area.name for area in plan.areas] if areas is None else list(areas)
    held = list(_held(plan, data, at, sorted(chosen, key=lambda name: name != plan.focus)))
    groups: dict[Hashable, list[_Judged]] = {}
    for each in held:
        if isinstance(each, _Judged):
            groups.setdefault(each.alike, []).append(each)
    found = {id(each): row for group in groups.values() for each, row in _judged_together(group, at)}
    rows = [found.get(id(each)) or _row(each) for each in held]
    points = _read_together(pd.DataFrame(rows, columns=list(SCREEN_COLUMNS)), 1 - confidence)
    return Screen(
        points=_in_order(points),
        method=(
            f"Every series against the years before {at.in_words}, as in its own review; how far is the distance of "
            "the quarter's figures from the centre line, taken together, in sigma (the sum of their scores over the "
            "root of their number). Firm signals stand when all distances are read together at "
            f"{100 * confidence:g}%."
        ),
        quarter=at,
        focus=plan.focus,
    )


def _read_together(points: pd.DataFrame, level: float) -> pd.DataFrame:
    """The signals that stand among so many series are firm; what the others lack is said."""
    q_values = false_discovery(points["p_value"].astype(float), level=level).points["q_value"].to_numpy()
    side = np.where(points["distance"].astype(float) > 0, Signal.ABOVE.value, Signal.BELOW.value)
    is_signal = points["signal"].isin((Signal.ABOVE.value, Signal.BELOW.value))
    stands = (q_values < level) & (points["signal"] == side)
    lacking = points["lacking"].mask(is_signal & ~stands & (points["lacking"] == ""), WEAK)
    return points.assign(q_value=q_values, lacking=lacking, is_firm=is_signal & (lacking == ""))


def _in_order(points: pd.DataFrame) -> pd.DataFrame:
    """Firm signals, other signals, series without one, those that cannot be judged; the furthest first."""
    is_signal = points["signal"].isin((Signal.ABOVE.value, Signal.BELOW.value))
    is_judged = points["signal"] != ""
    rank = np.select([points["is_firm"], is_signal, is_judged], [0, 1, 2], 3)
    far = -points["distance"].astype(float).abs().fillna(0.0)
    ordered = points.assign(rank=rank, far=far).sort_values(["rank", "far"], kind="stable", ignore_index=True)
    return ordered[list(SCREEN_COLUMNS)]


@dataclass(frozen=True)
class _Held:
    """A measure in an area that cannot be judged, and why."""

    measure: Indicator
    area: str
    lacking: str = ""


@dataclass(frozen=True)
class _Judged(_Held):
    """A measure in an area, what its expected level is made of, and the months that set its limits."""

    series: Series = field(kw_only=True)
    baseline: Window = field(kw_only=True)

    @property
    def alike(self) -> Hashable:
        """What series have in common whose limits are set in one call."""
        series = self.series
        has_denominator = bool((series.points["denominator"] > 0).any())
        place = series.last.ordinal % series.span_months
        about = (series.kind, series.span_months, place, series.multiplier, series.polarity, has_denominator)
        return (
            *about,
            str(self.baseline),
            series.breaks,
            tuple(event for event in series.events if event.sets_no_limits),
        )

    @property
    def shown(self) -> pd.DataFrame:
        """Its figures, from a year before the baseline on."""
        return self.series.between(self.baseline.first - MONTHS_IN_A_YEAR).points


def _held(plan: Plan, data: Observations, at: Quarter, areas: Iterable[str]) -> Iterator[_Held]:
    """Every measure in every area with figures, each series once."""
    seen: set[tuple[str, str, int]] = set()
    places = places_held(plan, data, at)
    for measure, area in ((measure, area) for measure in places for area in areas if area in places[measure]):
        if measure.no_figure is not None:
            continue
        if (embargo := data.embargo(measure.key, area=area, until=at.last_month)) is not None:
            yield _Held(measure, area, embargo)
            continue
        series, why_not, _ = levelled(plan, data, measure, at, area=area)
        if series is None:
            yield _Held(measure, area, why_not)
            continue
        one = (series.key, series.area, series.span_months)
        if one not in seen:
            seen.add(one)
            yield _with_baseline(measure, area, series, at)


def places_held(plan: Plan, data: Observations, at: Quarter) -> dict[Indicator, tuple[str, ...]]:
    """The measures that may have an expected level, in the order of the plan, each with the areas it has figures of."""
    known = data.frame[data.frame["numerator"].notna() & (data.frame["period_end"] <= at.last_month)]
    held = set(zip(known["indicator"], known["area"], strict=True))
    names = sorted((area.name for area in plan.areas), key=lambda name: name != plan.focus)
    found = {
        measure: tuple(name for name in names if (measure.key, name) in held)
        for measure in (*plan.indicators, *plan.supporting)
        if measure.kind not in WITHOUT_LEVEL
    }
    return {measure: areas for measure, areas in found.items() if areas}


def _with_baseline(measure: Indicator, area: str, series: Series, at: Quarter) -> _Held:
    """The series with the months that set its limits; where it has no figure of the quarter, or none before, words."""
    last = series.points.loc[series.points["numerator"].notna(), "period_end"].max()
    if last < at.first_month:
        return _Held(measure, area, f"Its latest figure is for {period_in_words(last, series.span_months)}.")
    try:
        return _Judged(measure, area, series=series, baseline=level_baseline(series, at))
    except PccStatsError as refusal:
        return _Held(measure, area, str(refusal))


def _judged_together(group: list[_Judged], at: Quarter) -> Iterator[tuple[_Judged, dict[str, Any]]]:
    """The rows of series that are alike, their limits set in one call."""
    first = group[0].series
    tables = [each.shown.assign(series=number) for number, each in enumerate(group)]
    try:
        levels = expected_levels(
            pd.concat(tables, ignore_index=True),
            by="series",
            period="period_end",
            denominator="denominator" if (first.points["denominator"] > 0).any() else None,
            kind=first.kind,
            span_months=first.span_months,
            multiplier=first.multiplier,
            polarity=first.polarity,
            baseline=group[0].baseline,
            rebase_at=[(event.month, event.title) for event in first.breaks],
            exclude=[(event.month, event.title) for event in first.events if event.sets_no_limits],
        )
    except PccStatsError as refusal:
        yield from ((each, _row(replace(each, lacking=str(refusal)))) for each in group)
        return
    distances = distances_within(levels, at.first_month, at.last_month)
    for number, points in levels.groupby("series", sort=True, observed=True):
        each = group[int(str(number))]
        far = {str(name): value for name, value in distances.reindex([number]).iloc[0].items()}
        yield each, _row_of(each, points, at) | far


def _row_of(each: _Judged, points: pd.DataFrame, at: Quarter) -> dict[str, Any]:
    """What the quarter shows of one series, as known by its end."""
    if refusal := str(points["refusal"].iloc[0]):
        return _row(replace(each, lacking=f"{capital(refusal)}."))
    known = points[points["value"].notna()]
    quarter = known[(known["month"] >= at.first_month) & (known["month"] <= at.last_month)]
    if quarter.empty:
        last = period_in_words(known["month"].iloc[-1], each.series.span_months)
        return _row(replace(each, lacking=f"Its latest figure is for {last}."))
    found = [Signal(word) for word in quarter["signal_known"].astype(str) if word != Signal.NONE.value]
    signal = found[-1] if found else Signal.NONE
    latest = quarter.iloc[-1]
    same = (known["signal"].astype(str) == str(latest["signal"])).to_numpy()[::-1]
    return _row(
        replace(each, lacking=TRIAL if latest["is_trial"] else ""),
        latest_month=latest["month"],
        latest=float(latest["value"]),
        **{name: float(latest[name]) for name in _FIGURES},
        signal=signal.value,
        variation=str(Variation.of(each.series.polarity.judge(signal))),
        in_a_row=int(len(same) if same.all() else same.argmin()),
    )


def _row(each: _Held, **found: Any) -> dict[str, Any]:
    """A row of the screen; what was not found is empty."""
    measure = each.measure
    series = each.series if isinstance(each, _Judged) else None
    nothing: dict[str, Any] = dict.fromkeys(SCREEN_COLUMNS)
    nothing |= dict.fromkeys((*_FIGURES, "latest", "distance", "p_value", "q_value"), np.nan)
    return {
        **nothing,
        "indicator": measure.key,
        "title": measure.name,
        "area": each.area,
        "kind": str(measure.kind),
        "unit": measure.unit,
        "span_months": series.span_months if series is not None else MONTHS_IN_A_YEAR,
        "latest_month": pd.NaT,
        "signal": "",
        "variation": "",
        "in_a_row": 0,
        "is_firm": False,
        "lacking": each.lacking,
        **found,
    }
