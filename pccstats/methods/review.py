"""One indicator asked every question that can be asked of it.

An answer that cannot be given is refused in words, and the refusal is kept beside the answers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from pccstats.methods.change.baseline_sensitivity import baseline_sensitivity
from pccstats.methods.change.change import change
from pccstats.methods.change.change_words import ILLUSTRATIVE_MONTHS
from pccstats.methods.expected_level.expected_level import expected_level
from pccstats.methods.intervals import wilson
from pccstats.methods.peers.compare_group import compare_group
from pccstats.methods.peers.group_positions import group_positions
from pccstats.methods.projection.project import project
from pccstats.methods.rolling_year import rolling_year
from pccstats.terms.errors import PccStatsError
from pccstats.terms.observations import Observations
from pccstats.terms.periods import MONTHS_IN_A_QUARTER, MONTHS_IN_A_YEAR, Quarter, Window, month, month_in_words
from pccstats.terms.plan import Indicator, Plan
from pccstats.terms.results.assessment import IndicatorReview
from pccstats.terms.results.expected_level import ExpectedLevel
from pccstats.terms.results.rolling_year import RollingYear
from pccstats.terms.series import Series
from pccstats.terms.words import Audience, State, Status

LEVEL_BASELINE_MONTHS = 36  # three years before the quarter: long enough for a season, short enough to be recent


def review_indicator(
    plan: Plan,
    data: Observations,
    indicator: Indicator,
    at: Quarter,
    *,
    area: str | None = None,
    audience: Audience = Audience.INTERNAL,
    confidence: float = 0.95,
) -> IndicatorReview:
    """Ask one indicator every question that can be asked of it; see `assess`."""
    place = area or plan.focus
    figures = yearly_figures(data, indicator, at, area=place)
    if (hidden := _hidden(indicator, audience)) is not None:
        return _without_figures(plan, indicator, at, *hidden, area=place, figures=figures.iloc[:0])
    if indicator.no_figure is not None:
        return _without_figures(
            plan, indicator, at, indicator.no_figure, (indicator.reason,), area=place, figures=figures
        )
    months = _series(data, indicator, at, area=place, months=1)
    finest = months or _series(data, indicator, at, area=place, months=MONTHS_IN_A_QUARTER)
    is_current = finest is not None and (figures.empty or finest.last >= figures["period_end"].max())
    series = finest if is_current else _series(data, indicator, at, area=place, months=MONTHS_IN_A_YEAR)
    if series is None:
        alone = "One figure is held, and nothing to compare it with." if len(figures) else "No figure is held."
        reason = indicator.reason or alone
        return _without_figures(plan, indicator, at, State.INSUFFICIENT_DATA, (reason,), area=place, figures=figures)

    refusals: dict[str, str] = {}

    def asked(name: str, method: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        try:
            return method(*arguments, **options)
        except PccStatsError as refusal:
            refusals[name] = str(refusal)
            return None

    until = _latest_end(series, figures)
    since = indicator.baseline
    level = asked("level", _level, months, at) if months else None
    rolling = asked("rolling", rolling_year, finest, confidence=confidence) if finest else None
    difference = asked("change", change, series, since, until, confidence, same_people=indicator.is_cohort)
    baselines = asked("baselines", baseline_sensitivity, months, until=until, confidence=confidence) if months else None
    rate = asked("rate", _rate, data, indicator, at, area=place, confidence=confidence)
    targets = plan.targets_for(indicator.key) if place == plan.focus else ()
    projection = (
        asked("projection", project, finest, indicator.horizon, since, confidence, targets=targets)
        if is_current
        else None
    )
    peers = _peers(plan, data, indicator, at, area=place)
    group = asked("group", compare_group, **peers, confidence=confidence) if peers else None
    places = asked("places", group_positions, **peers, confidence=confidence) if group else None
    baseline = _figure(figures, since.last, difference, "baseline")
    latest = _figure(figures, figures["period_end"].max() if len(figures) else until, difference, "latest")
    state, reasons = _judged(indicator, figures, difference, baseline, latest, at, refusals)
    return IndicatorReview(
        indicator=indicator,
        quarter=at,
        plan_baseline=plan.baseline,
        area=place,
        state=state,
        reasons=reasons,
        figures=figures,
        method=difference.method if difference is not None else "",
        baseline=baseline,
        latest=latest,
        latest_window=str(Window.ending(figures["period_end"].max() if len(figures) else until)),
        change=difference,
        level=level,
        rolling=rolling,
        baselines=baselines,
        rate=rate,
        group=group,
        places=places,
        projection=projection,
        positions=_positions(data, indicator, at, area=place),
        refusals=refusals,
        events=tuple(event for event in series.events if event.month <= at.last_month),
        is_illustrative=any(each.is_illustrative for each in (finest, series) if each is not None),
    )


def _rate(data: Observations, indicator: Indicator, at: Quarter, *, area: str, confidence: float) -> RollingYear | None:
    """The published years per so many people, where the plan asks for it."""
    years = _series(data, indicator, at, area=area, months=MONTHS_IN_A_YEAR)
    if years is None or indicator.rate_per is None:
        return None
    return rolling_year(years, per=indicator.rate_per, population="persons", confidence=confidence)


def yearly_figures(data: Observations, indicator: Indicator, at: Quarter, *, area: str | None = None) -> pd.DataFrame:
    """The figures as published, up to the quarter's end, one row a period; shares with their 95% interval."""
    rows = data.rows(indicator.key, area or data.plan.focus)
    rows = rows[(rows["period_end"] <= at.last_month) & ((rows["months"] == MONTHS_IN_A_YEAR) | ~_is_counted(rows))]
    rows = rows[rows["numerator"].notna() | (rows["status"] != "")]
    value = rows["numerator"]
    if indicator.kind.is_proportion:
        value = (100 * rows["numerator"] / rows["denominator"]).where(rows["denominator"].notna(), value)
    is_share = indicator.kind.is_proportion and rows["denominator"].notna().any()
    lower, upper = wilson(rows["numerator"], rows["denominator"]) if is_share else (float("nan"), float("nan"))
    return pd.DataFrame(
        {
            "period_end": rows["period_end"],
            "window": [
                str(Window.ending(end, int(months)))
                for end, months in zip(rows["period_end"], rows["months"], strict=True)
            ],
            "value": value,
            "lower": 100 * lower,
            "upper": 100 * upper,
            "status": rows["status"],
            "source": rows["source"],
            "note": rows["note"],
        }
    ).reset_index(drop=True)


def _is_counted(rows: pd.DataFrame) -> pd.Series:
    """True for rows that are part of a monthly run; a lone position "as at" a month is a figure of its own."""
    return (rows["months"] == 1) & (len(rows[rows["months"] == 1]) > 1)


def _series(data: Observations, indicator: Indicator, at: Quarter, *, area: str, months: int) -> Series | None:
    if not data.has(indicator.key, area=area, months=months, until=at.last_month):
        return None
    series = data.series(indicator.key, area=area, until=at.last_month, months=months)
    return series if len(series) > 1 else None


def _latest_end(series: Series, figures: pd.DataFrame) -> pd.Period:
    """The last month with a figure: of the series tested, where it has one, else of the published figures."""
    held = series.points.loc[series.points["numerator"].notna(), "period_end"]
    return month(held.max() if len(held) else figures["period_end"].max())


def _level(months: Series, at: Quarter) -> ExpectedLevel:
    """The expected level of the three years before the quarter, shown with the year before them."""
    last = min(at.first_month - 1, months.last)
    first = max(months.first, last - (LEVEL_BASELINE_MONTHS - 1))
    return expected_level(months.between(first - MONTHS_IN_A_YEAR), baseline=(first, last))


def _peers(plan: Plan, data: Observations, indicator: Indicator, at: Quarter, *, area: str) -> dict[str, Any]:
    """Whom to compare with whom: the plan's group for its focus, for any other area those beside it."""
    if area != plan.focus:
        beside = [part.name for part in plan.parts_of(plan.area(area).part_of or "")]
        series = data.series_by_area(indicator.key, beside, until=at.last_month)
        return {"series_by_area": series, "focus": area} if len(series) > 2 else {}
    group = plan.group_at(at.last_month)
    if group is None or indicator.peers is None:
        return {}
    series = data.series_by_area(indicator.peers, group.areas, until=at.last_month)
    return {"series_by_area": series, "focus": plan.focus, "group": group}


def _positions(data: Observations, indicator: Indicator, at: Quarter, *, area: str) -> pd.DataFrame:
    if indicator.published_position is None:
        return pd.DataFrame(columns=["period_end", "rank", "of", "note"])
    rows = data.rows(indicator.published_position, area)
    rows = rows[(rows["period_end"] <= at.last_month) & rows["numerator"].notna()]
    return rows.rename(columns={"numerator": "rank", "denominator": "of"})[
        ["period_end", "rank", "of", "note"]
    ].reset_index(drop=True)


def _hidden(indicator: Indicator, audience: Audience) -> tuple[State, tuple[str, ...]] | None:
    if indicator.release == Audience.INTERNAL and audience == Audience.PUBLIC:
        return State.EMBARGOED, (indicator.release_note or "Not yet released to the public.",)
    return None


def _without_figures(
    plan: Plan,
    indicator: Indicator,
    at: Quarter,
    state: State,
    reasons: tuple[str, ...],
    *,
    area: str,
    figures: pd.DataFrame,
) -> IndicatorReview:
    words = next((a.words for a in plan.assessments if (a.indicator, a.quarter) == (indicator.key, str(at))), "")
    known = figures[figures["value"].notna()]
    return IndicatorReview(
        indicator=indicator,
        quarter=at,
        plan_baseline=plan.baseline,
        area=area,
        state=state,
        reasons=tuple(reason for reason in reasons if reason),
        figures=figures,
        method="No test: " + state.in_words + ".",
        latest=float(known["value"].iloc[-1]) if len(known) else None,
        latest_window=known["window"].iloc[-1] if len(known) else "",
        assessment=words if area == plan.focus else "",
        events=tuple(event for event in plan.events_for(indicator.key) if event.month <= at.last_month),
    )


def _figure(figures: pd.DataFrame, end: pd.Period, difference: Any, column: str) -> float | None:
    """The published figure for the 12 months to that month where there is one, else the one that was tested."""
    published = figures.loc[(figures["period_end"] == end) & figures["value"].notna(), "value"]
    if len(published):
        return float(published.iloc[-1])
    if difference is None:
        return None
    value = difference.summary().iloc[0][column]
    return None if pd.isna(value) else float(value)


def _judged(
    indicator: Indicator,
    figures: pd.DataFrame,
    difference: Any,
    baseline: float | None,
    latest: float | None,
    at: Quarter,
    refusals: dict[str, str],
) -> tuple[State, tuple[str, ...]]:
    """The state, and the sentences that must stand beside it."""
    reasons = []
    if len(figures) and figures["note"].iloc[-1] and figures["status"].iloc[-1] != Status.NOT_COMPARABLE:
        reasons.append(f"{str(figures['note'].iloc[-1]).rstrip('.')}.")
    redefined = figures[(figures["status"] == Status.NOT_COMPARABLE) & figures["value"].notna()]
    if len(figures) and figures["period_end"].max() < at.last_month and difference is not None:
        reasons.append(f"The latest figure is for the 12 months to {month_in_words(figures['period_end'].max())}.")
    if len(redefined) and redefined["period_end"].max() == figures["period_end"].max():
        return State.NOT_COMPARABLE, (*reasons, f"{str(redefined['note'].iloc[-1]).rstrip('.')}.")
    if baseline is None or latest is None:
        missing = "the baseline year" if baseline is None else "the latest period"
        return State.INSUFFICIENT_DATA, (*reasons, indicator.reason or f"No figure is held for {missing}.")
    if difference is None:
        return State.INSUFFICIENT_DATA, (*reasons, refusals.get("change", "The change could not be tested."))
    cautions = [caution for caution in difference.cautions if caution != ILLUSTRATIVE_MONTHS]  # the pages label them
    said = (*reasons, *((difference.reason,) if difference.reason else ()), *cautions)
    if difference.state is None:
        return State.QUALITATIVE, (*said, f"{difference.verdict.capitalize()}: neither better nor worse by itself.")
    return difference.state, said
