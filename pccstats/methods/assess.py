"""`assess`: better, worse or neither, for every indicator of a plan in one quarter.

Each indicator is asked the same five questions: how does it stand against its expected level, has it changed since the
baseline, how does it compare with peers, where is it heading, and is the answer one that can be given at all. An
answer that cannot be given is refused in words, and the refusal is kept beside the answers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from pccstats.methods.change import change
from pccstats.methods.compare_group import compare_group
from pccstats.methods.expected_level import expected_level
from pccstats.methods.false_discovery import false_discovery
from pccstats.methods.project import project
from pccstats.methods.rolling_year import rolling_year
from pccstats.terms.errors import PccStatsError
from pccstats.terms.observations import Observations
from pccstats.terms.periods import MONTHS_IN_A_YEAR, Quarter, Window, month, month_in_words
from pccstats.terms.plan import Indicator, Plan
from pccstats.terms.results.assessment import IndicatorReview, QuarterAssessment
from pccstats.terms.results.expected_level import ExpectedLevel
from pccstats.terms.series import Series
from pccstats.terms.words import Audience, Kind, State, Status

TESTED = (State.BETTER, State.NO_EVIDENCE_OF_CHANGE, State.WORSE)
LEVEL_BASELINE_MONTHS = 36  # three years before the quarter: long enough for a season, short enough to be recent


def assess(
    plan: Plan,
    data: Observations,
    quarter: str | Quarter,
    *,
    theme: int | None = None,
    audience: Audience | str = Audience.INTERNAL,
    confidence: float = 0.95,
) -> QuarterAssessment:
    """Say of every indicator whether it is better, worse or neither, or why that cannot be said.

    Parameters
    ----------
    plan : Plan
        What is measured, against which baseline, with which events and peers.
    data : Observations
        The figures.
    quarter : str or Quarter
        The quarter the pack is about, `2015/16-Q1`; nothing later is looked at.
    theme : int, optional
        Only this theme's indicators.
    audience : {"internal", "public"}
        For the public, indicators under a release restriction are `embargoed`.
    confidence : float
        Between 0 and 1; the level of every interval and test.

    Returns
    -------
    QuarterAssessment
        One review an indicator; `.points` has the columns of `dashboard.csv`, one row an indicator.

    Raises
    ------
    RequestProblem
        For a quarter or theme that does not exist.

    Notes
    -----
    Eight states, never folded into one another: the published dashboard counted 15 indicators with no figure as
    "no change". See `docs/methods/assess.md`.

    Examples
    --------
    >>> import pccstats as pcc
    >>> plan, data = pcc.read_plan("data/raw"), pcc.read_observations("data/processed")
    >>> pcc.assess(plan, data, quarter="2015/16-Q1", theme=1).tally["embargoed"]
    2
    """
    at = quarter if isinstance(quarter, Quarter) else Quarter.parse(quarter)
    chosen_theme = plan.theme(theme) if theme is not None else None
    inside = {p.number for p in chosen_theme.priorities} if chosen_theme else {p.number for p in plan.priorities}
    indicators = [indicator for indicator in plan.indicators if indicator.priority in inside]
    supporting = [
        measure for measure in plan.supporting if measure.priority in inside and measure.kind is not Kind.POSITION
    ]

    def reviewed(indicator: Indicator) -> IndicatorReview:
        return review_indicator(plan, data, indicator, at, audience=Audience(audience), confidence=confidence)

    reviews = tuple(reviewed(indicator) for indicator in indicators)
    return QuarterAssessment(
        plan=plan,
        quarter=at,
        reviews=reviews,
        supporting=tuple(reviewed(indicator) for indicator in supporting),
        points=pd.concat([review.summary() for review in reviews], ignore_index=True),
        method=f"Each indicator against {plan.baseline}, tested at {100 * confidence:g}% confidence.",
        discoveries=false_discovery(_p_values(reviews), level=1 - confidence),
        theme=chosen_theme,
    )


def _p_values(reviews: tuple[IndicatorReview, ...]) -> dict[str, float]:
    """The p-value of every indicator whose change was tested."""
    return {
        review.indicator.key: review.change.p_value
        for review in reviews
        if review.change is not None and review.state in TESTED
    }


def review_indicator(
    plan: Plan,
    data: Observations,
    indicator: Indicator,
    at: Quarter,
    *,
    audience: Audience = Audience.INTERNAL,
    confidence: float = 0.95,
) -> IndicatorReview:
    """Ask one indicator every question that can be asked of it; see `assess`."""
    figures = yearly_figures(data, indicator, at)
    if (hidden := _hidden(indicator, audience)) is not None:
        return _without_figures(plan, indicator, at, *hidden, figures=figures.iloc[:0])
    if indicator.no_figure is not None:
        return _without_figures(plan, indicator, at, indicator.no_figure, (indicator.reason,), figures=figures)
    months = _series(data, indicator, at, months=1)
    is_current = months is not None and (figures.empty or months.last >= figures["period_end"].max())
    series = months if is_current else _series(data, indicator, at, months=MONTHS_IN_A_YEAR)
    if series is None:
        alone = "One figure is held, and nothing to compare it with." if len(figures) else "No figure is held."
        reason = indicator.reason or alone
        return _without_figures(plan, indicator, at, State.INSUFFICIENT_DATA, (reason,), figures=figures)

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
    rolling = asked("rolling", rolling_year, months, confidence=confidence) if months else None
    difference = asked("change", change, series, since, until, confidence, same_people=indicator.is_cohort)
    projection = (
        asked("projection", project, months, horizon=indicator.horizon, since=since, confidence=confidence)
        if is_current
        else None
    )
    group = asked("group", _peers, plan, data, indicator, at, confidence) if indicator.peers else None
    baseline = _figure(figures, since.last, difference, "baseline")
    latest = _figure(figures, figures["period_end"].max() if len(figures) else until, difference, "latest")
    state, reasons = _judged(indicator, figures, difference, baseline, latest, at, refusals)
    return IndicatorReview(
        indicator=indicator,
        quarter=at,
        area=plan.focus,
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
        group=group,
        projection=projection,
        positions=_positions(data, indicator, at),
        refusals=refusals,
        events=tuple(event for event in series.events if event.month <= at.last_month),
        is_illustrative=series.is_illustrative,
    )


def yearly_figures(data: Observations, indicator: Indicator, at: Quarter) -> pd.DataFrame:
    """The 12-month figures as published, up to the quarter's end, one row a period."""
    rows = data.rows(indicator.key, data.plan.focus)
    rows = rows[(rows["period_end"] <= at.last_month) & ((rows["months"] == MONTHS_IN_A_YEAR) | ~_is_counted(rows))]
    rows = rows[rows["numerator"].notna() | (rows["status"] != "")]
    value = rows["numerator"]
    if indicator.kind.is_proportion:
        value = (100 * rows["numerator"] / rows["denominator"]).where(rows["denominator"].notna(), value)
    return pd.DataFrame(
        {
            "period_end": rows["period_end"],
            "window": [
                str(Window.ending(end, int(months)))
                for end, months in zip(rows["period_end"], rows["months"], strict=True)
            ],
            "value": value,
            "status": rows["status"],
            "source": rows["source"],
            "note": rows["note"],
        }
    ).reset_index(drop=True)


def _is_counted(rows: pd.DataFrame) -> pd.Series:
    """True for rows that are part of a monthly run; a lone position "as at" a month is a figure of its own."""
    return (rows["months"] == 1) & (len(rows[rows["months"] == 1]) > 1)


def _series(data: Observations, indicator: Indicator, at: Quarter, *, months: int) -> Series | None:
    if not data.has(indicator.key, months=months, until=at.last_month):
        return None
    series = data.series(indicator.key, until=at.last_month, months=months)
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


def _peers(plan: Plan, data: Observations, indicator: Indicator, at: Quarter, confidence: float) -> Any:
    group = plan.group_at(at.last_month)
    if group is None or indicator.peers is None:
        return None
    series = data.series_by_area(indicator.peers, group.areas, until=at.last_month)
    return compare_group(series, focus=plan.focus, group=group, confidence=confidence)


def _positions(data: Observations, indicator: Indicator, at: Quarter) -> pd.DataFrame:
    if indicator.published_position is None:
        return pd.DataFrame(columns=["period_end", "rank", "of", "note"])
    rows = data.rows(indicator.published_position, data.plan.focus)
    rows = rows[(rows["period_end"] <= at.last_month) & rows["numerator"].notna()]
    return rows.rename(columns={"numerator": "rank", "denominator": "of"})[
        ["period_end", "rank", "of", "note"]
    ].reset_index(drop=True)


def _hidden(indicator: Indicator, audience: Audience) -> tuple[State, tuple[str, ...]] | None:
    if indicator.release is Audience.INTERNAL and audience is Audience.PUBLIC:
        return State.EMBARGOED, (indicator.release_note or "Not yet released to the public.",)
    return None


def _without_figures(
    plan: Plan, indicator: Indicator, at: Quarter, state: State, reasons: tuple[str, ...], *, figures: pd.DataFrame
) -> IndicatorReview:
    words = next((a.words for a in plan.assessments if (a.indicator, a.quarter) == (indicator.key, str(at))), "")
    known = figures[figures["value"].notna()]
    return IndicatorReview(
        indicator=indicator,
        quarter=at,
        area=plan.focus,
        state=state,
        reasons=tuple(reason for reason in reasons if reason),
        figures=figures,
        method="No test: " + state.in_words + ".",
        latest=float(known["value"].iloc[-1]) if len(known) else None,
        latest_window=known["window"].iloc[-1] if len(known) else "",
        assessment=words,
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
    redefined = figures[(figures["status"] == Status.NOT_COMPARABLE) & figures["value"].notna()]
    if len(figures) and figures["period_end"].max() < at.last_month and difference is not None:
        reasons.append(f"The latest figure is for the 12 months to {month_in_words(figures['period_end'].max())}.")
    if len(redefined) and redefined["period_end"].max() == figures["period_end"].max():
        return State.NOT_COMPARABLE, (*reasons, str(redefined["note"].iloc[-1]))
    if baseline is None or latest is None:
        missing = "the baseline year" if baseline is None else "the latest period"
        return State.INSUFFICIENT_DATA, (*reasons, indicator.reason or f"No figure is held for {missing}.")
    if difference is None:
        return State.INSUFFICIENT_DATA, (*reasons, refusals.get("change", "The change could not be tested."))
    said = (*reasons, *((difference.reason,) if difference.reason else ()), *difference.cautions)
    if difference.state is None:
        return State.QUALITATIVE, (*said, f"{difference.verdict.capitalize()}: neither better nor worse by itself.")
    return difference.state, said
