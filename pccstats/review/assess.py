"""Every indicator of a plan assessed for a quarter."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeVar

import pandas as pd

from pccstats.methods.change.change import ILLUSTRATIVE_MONTHS, baseline_sensitivity, change
from pccstats.methods.change.many import false_discovery
from pccstats.methods.intervals import wilson
from pccstats.methods.level.expected_level import expected_level
from pccstats.methods.peers.compare_group import compare_group, group_positions
from pccstats.methods.projection.project import project
from pccstats.methods.rolling_year import rolling_year
from pccstats.terms.errors import PccStatsError
from pccstats.terms.observations import Observations
from pccstats.terms.periods import MONTHS_IN_A_QUARTER, MONTHS_IN_A_YEAR, Quarter, Window, month, month_in_words
from pccstats.terms.plan import Event, Group, Indicator, Plan
from pccstats.terms.results.ahead import Projection
from pccstats.terms.results.change import BaselineSensitivity, Change
from pccstats.terms.results.level import ExpectedLevel, RollingYear
from pccstats.terms.results.peers import GroupComparison, GroupPositions
from pccstats.terms.results.published import Replay
from pccstats.terms.results.quarter import IndicatorReview, QuarterAssessment
from pccstats.terms.series import Series
from pccstats.terms.words import Audience, Kind, State, Status, capital

Material = TypeVar("Material")
Answer = TypeVar("Answer")
MONTHS_TO_PUBLISH = 3  # a quarter's pack is made in the quarter after it; what was published later it cannot know
TESTED = (State.BETTER, State.NO_EVIDENCE_OF_CHANGE, State.WORSE)
LEVEL_BASELINE_MONTHS = 36  # three years before the quarter: long enough for a season, short enough to be recent


def assess(
    plan: Plan,
    data: Observations,
    quarter: str | Quarter,
    *,
    area: str | None = None,
    theme: int | None = None,
    audience: Audience | str = Audience.INTERNAL,
    confidence: float = 0.95,
    published: Replay | None = None,
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
    area : str, optional
        Any area of the plan: a force, partnership or district; the plan's focus by default. An area other than the
        focus is set beside those that are part of the same one.
    theme : int, optional
        Only this theme's indicators.
    audience : {"internal", "public"}
        For the public, indicators under a release restriction are `embargoed`.
    confidence : float
        Between 0 and 1; the level of every interval and test.
    published : Replay, optional
        Published figures worked out again: each stands with the priority it belongs to.

    Returns
    -------
    QuarterAssessment
        One review an indicator; `.points` has the columns of `dashboard.csv`, one row an indicator.

    Raises
    ------
    RequestProblem
        For a quarter, theme or area that does not exist.

    Notes
    -----
    Eight states, never folded into one another: the published dashboard counted 15 indicators with no figure as
    "no change". See `docs/methods/assess.md`.

    See Also
    --------
    expected_level, change, compare_group, project : the methods asked, with their formulas and references.
    false_discovery : how many of so many answers are wrong by chance.

    Examples
    --------
    >>> import pccstats as pcc
    >>> plan, data = pcc.read_plan("data/raw"), pcc.read_observations("data/processed")
    >>> pcc.assess(plan, data, quarter="2015/16-Q1", theme=1).tally["embargoed"]
    2
    """
    at = quarter if isinstance(quarter, Quarter) else Quarter.parse(quarter)
    known = data.known_by(at.last_month + MONTHS_TO_PUBLISH)
    place = plan.area(area).name if area is not None else plan.focus
    chosen_theme = plan.theme(theme) if theme is not None else None
    inside = {p.number for p in chosen_theme.priorities} if chosen_theme else {p.number for p in plan.priorities}
    indicators = [indicator for indicator in plan.indicators if indicator.priority in inside]
    supporting = [
        measure for measure in plan.supporting if measure.priority in inside and measure.kind is not Kind.POSITION
    ]

    def reviewed(indicator: Indicator) -> IndicatorReview:
        return review_indicator(
            plan, known, indicator, at, area=place, audience=Audience(audience), confidence=confidence
        )

    reviews = tuple(reviewed(indicator) for indicator in indicators)
    discoveries = false_discovery(_p_values(reviews), level=1 - confidence)
    points = pd.concat([review.summary() for review in reviews], ignore_index=True)
    q_values = discoveries.points.set_index("name")["q_value"]
    return QuarterAssessment(
        plan=plan,
        quarter=at,
        reviews=reviews,
        supporting=_with_shares(tuple(reviewed(measure) for measure in supporting)),
        points=points.assign(q_value=points["indicator"].map(q_values)),
        method=f"Each indicator against {plan.baseline}, tested at {100 * confidence:g}% confidence.",
        discoveries=discoveries,
        theme=chosen_theme,
        published=published,
    )


def _with_shares(reviews: tuple[IndicatorReview, ...]) -> tuple[IndicatorReview, ...]:
    """The reviews, parts of a measure with their share of it where both figures are of one period."""
    whole = {review.indicator.key: review for review in reviews if review.latest}
    return tuple(_with_share(review, whole.get(review.indicator.part_of or "")) for review in reviews)


def _with_share(review: IndicatorReview, whole: IndicatorReview | None) -> IndicatorReview:
    if whole is None or review.latest is None or not whole.latest or review.latest_window != whole.latest_window:
        return review
    return replace(review, share_of_whole=100 * review.latest / whole.latest)


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
    area: str | None = None,
    audience: Audience = Audience.INTERNAL,
    confidence: float = 0.95,
) -> IndicatorReview:
    """Ask one indicator every question that can be asked of it; see `assess`."""
    place = area or plan.focus
    held = _held(data, indicator, at, place)
    if (silence := _silence(indicator, audience, held)) is not None:
        return _without_figures(plan, indicator, at, silence, place)
    answers = _answers(plan, data, indicator, at, place, held, confidence)
    baseline, latest = _compared(indicator, held, answers.change)
    state, reasons = _judged(indicator, held.figures, answers, baseline, latest, at)
    return IndicatorReview(
        indicator=indicator,
        quarter=at,
        plan_baseline=plan.baseline,
        area=place,
        state=state,
        reasons=reasons,
        figures=held.figures,
        method=answers.change.method if answers.change is not None else "",
        baseline=baseline,
        latest=latest,
        latest_window=str(Window.ending(held.latest_end)),
        change=answers.change,
        level=answers.level,
        rolling=answers.rolling,
        baselines=answers.baselines,
        rate=answers.rate,
        group=answers.group,
        places=answers.places,
        projection=answers.projection,
        positions=_positions(data, indicator, at, area=place),
        refusals=answers.refusals,
        events=tuple(event for event in held.events if event.month <= at.last_month),
        is_illustrative=held.is_illustrative,
    )


@dataclass(frozen=True)
class _Held:
    """What is held of one indicator in one area up to the quarter's end.

    Attributes
    ----------
    figures : pandas.DataFrame
        The 12-month figures as published; see `yearly_figures`.
    months, quarters, years : Series or None
        Its series of each span, where it has more than one point.
    """

    figures: pd.DataFrame
    months: Series | None
    quarters: Series | None
    years: Series | None

    @property
    def finest(self) -> Series | None:
        return self.months or self.quarters

    @property
    def is_current(self) -> bool:
        """True where the finest series reaches as far as the published figures."""
        return self.finest is not None and (
            self.figures.empty or bool(self.finest.last >= self.figures["period_end"].max())
        )

    @property
    def tested(self) -> Series | None:
        """The series a change is tested on: the finest where it is current, else the published years."""
        return self.finest if self.is_current else self.years

    @property
    def until(self) -> pd.Period:
        """The last month with a figure: of the series tested, where it has one, else of the published figures."""
        if self.tested is not None:
            known = self.tested.points.loc[self.tested.points["numerator"].notna(), "period_end"]
            if len(known):
                return month(known.max())
        return month(self.figures["period_end"].max())

    @property
    def latest_end(self) -> pd.Period:
        """The end of the latest 12 months: as published, where any are."""
        return month(self.figures["period_end"].max()) if len(self.figures) else self.until

    @property
    def events(self) -> tuple[Event, ...]:
        return self.tested.events if self.tested is not None else ()

    @property
    def is_illustrative(self) -> bool:
        return any(series is not None and series.is_illustrative for series in (self.finest, self.tested))


def _held(data: Observations, indicator: Indicator, at: Quarter, area: str) -> _Held:
    months, quarters, years = (
        _series(data, indicator, at, area=area, months=span) for span in (1, MONTHS_IN_A_QUARTER, MONTHS_IN_A_YEAR)
    )
    return _Held(yearly_figures(data, indicator, at, area=area), months, quarters, years)


def _series(data: Observations, indicator: Indicator, at: Quarter, *, area: str, months: int) -> Series | None:
    if not data.has(indicator.key, area=area, months=months, until=at.last_month):
        return None
    series = data.series(indicator.key, area=area, until=at.last_month, months=months)
    return series if len(series) > 1 else None


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


class _Silence(NamedTuple):
    """Why an indicator is asked nothing, and the figures that may be shown all the same."""

    state: State
    reasons: tuple[str, ...]
    figures: pd.DataFrame


def _silence(indicator: Indicator, audience: Audience, held: _Held) -> _Silence | None:
    """Why nothing can be asked: it is held back, nobody measures it, or there is nothing to compare."""
    if indicator.release == Audience.INTERNAL and audience == Audience.PUBLIC:
        reason = indicator.release_note or "Not yet released to the public."
        return _Silence(State.EMBARGOED, (reason,), held.figures.iloc[:0])
    if indicator.no_figure is not None:
        return _Silence(indicator.no_figure, (indicator.reason,), held.figures)
    if held.tested is None:
        alone = "One figure is held, and nothing to compare it with." if len(held.figures) else "No figure is held."
        return _Silence(State.INSUFFICIENT_DATA, (indicator.reason or alone,), held.figures)
    return None


def _without_figures(plan: Plan, indicator: Indicator, at: Quarter, silence: _Silence, area: str) -> IndicatorReview:
    words = next((a.words for a in plan.assessments if (a.indicator, a.quarter) == (indicator.key, str(at))), "")
    known = silence.figures[silence.figures["value"].notna()]
    return IndicatorReview(
        indicator=indicator,
        quarter=at,
        plan_baseline=plan.baseline,
        area=area,
        state=silence.state,
        reasons=tuple(reason for reason in silence.reasons if reason),
        figures=silence.figures,
        method="No test: " + silence.state.in_words + ".",
        latest=float(known["value"].iloc[-1]) if len(known) else None,
        latest_window=known["window"].iloc[-1] if len(known) else "",
        assessment=words if area == plan.focus else "",
        events=tuple(event for event in plan.events_for(indicator.key) if event.month <= at.last_month),
    )


@dataclass(frozen=True)
class _Answers:
    """Every answer that could be given, and why the others could not."""

    change: Change | None
    level: ExpectedLevel | None
    rolling: RollingYear | None
    baselines: BaselineSensitivity | None
    rate: RollingYear | None
    projection: Projection | None
    group: GroupComparison | None
    places: GroupPositions | None
    refusals: dict[str, str]


def _answers(
    plan: Plan, data: Observations, indicator: Indicator, at: Quarter, area: str, held: _Held, confidence: float
) -> _Answers:
    """Each question asked where there is a series for it; a refusal is kept in words."""
    refusals: dict[str, str] = {}

    def asked(name: str, of: Material | None, question: Callable[[Material], Answer]) -> Answer | None:
        if of is None:
            return None
        try:
            return question(of)
        except PccStatsError as refusal:
            refusals[name] = str(refusal)
            return None

    since, until = indicator.baseline, held.until
    targets = plan.targets_for(indicator.key) if area == plan.focus else ()
    peers = _peers(plan, data, indicator, at, area)
    level = asked("level", held.months, lambda months: _level(months, at))
    rolling = asked("rolling", held.finest, lambda series: rolling_year(series, confidence=confidence))
    difference = asked(
        "change", held.tested, lambda series: change(series, since, until, confidence, same_people=indicator.is_cohort)
    )
    baselines = asked(
        "baselines", held.months, lambda months: baseline_sensitivity(months, until=until, confidence=confidence)
    )
    rate = asked("rate", held.years, lambda years: _rate(years, indicator, confidence))
    projection = asked(
        "projection",
        held.finest if held.is_current else None,
        lambda series: project(series, indicator.horizon, since, confidence, targets=targets),
    )
    group = asked("group", peers, lambda found: compare_group(**found._asdict(), confidence=confidence))
    follows = peers if group is not None else None
    places = asked("places", follows, lambda found: group_positions(**found._asdict(), confidence=confidence))
    return _Answers(difference, level, rolling, baselines, rate, projection, group, places, refusals)


def _level(months: Series, at: Quarter) -> ExpectedLevel:
    """The expected level of the three years before the quarter, shown with the year before them."""
    last = min(at.first_month - 1, months.last)
    first = max(months.first, last - (LEVEL_BASELINE_MONTHS - 1))
    return expected_level(months.between(first - MONTHS_IN_A_YEAR), baseline=(first, last))


def _rate(years: Series, indicator: Indicator, confidence: float) -> RollingYear | None:
    """The published years per so many people, where the plan asks for it."""
    if indicator.rate_per is None:
        return None
    return rolling_year(years, per=indicator.rate_per, population="persons", confidence=confidence)


class _Peers(NamedTuple):
    """Whom to compare with whom."""

    series_by_area: dict[str, Series]
    focus: str
    group: Group | None = None


def _peers(plan: Plan, data: Observations, indicator: Indicator, at: Quarter, area: str) -> _Peers | None:
    """The plan's group for its focus, for any other area those beside it."""
    if area != plan.focus:
        beside = [part.name for part in plan.parts_of(plan.area(area).part_of or "")]
        series = data.series_by_area(indicator.key, beside, until=at.last_month)
        return _Peers(series, area) if len(series) > 2 else None
    group = plan.group_at(at.last_month)
    if group is None or indicator.peers is None:
        return None
    return _Peers(data.series_by_area(indicator.peers, group.areas, until=at.last_month), plan.focus, group)


def _compared(indicator: Indicator, held: _Held, difference: Change | None) -> tuple[float | None, float | None]:
    """The figure of the baseline and the latest: as published where they are, else those that were tested."""
    before, after = (difference.baseline, difference.latest) if difference is not None else (None, None)
    return _figure(held.figures, indicator.baseline.last, before), _figure(held.figures, held.latest_end, after)


def _figure(figures: pd.DataFrame, end: pd.Period, tested: float | None) -> float | None:
    """The published figure for the 12 months to that month where there is one, else the one that was tested."""
    published = figures.loc[(figures["period_end"] == end) & figures["value"].notna(), "value"]
    if len(published):
        return float(published.iloc[-1])
    return None if tested is None or math.isnan(tested) else float(tested)


def _judged(
    indicator: Indicator,
    figures: pd.DataFrame,
    answers: _Answers,
    baseline: float | None,
    latest: float | None,
    at: Quarter,
) -> tuple[State, tuple[str, ...]]:
    """The state, and the sentences that must stand beside it."""
    difference, reasons = answers.change, []
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
        return State.INSUFFICIENT_DATA, (*reasons, answers.refusals.get("change", "The change could not be tested."))
    cautions = [caution for caution in difference.cautions if caution != ILLUSTRATIVE_MONTHS]  # the pages label them
    said = (*reasons, *((difference.reason,) if difference.reason else ()), *cautions)
    if difference.state is None:
        return State.QUALITATIVE, (*said, f"{capital(difference.verdict)}: neither better nor worse by itself.")
    return difference.state, said


def _positions(data: Observations, indicator: Indicator, at: Quarter, *, area: str) -> pd.DataFrame:
    if indicator.published_position is None:
        return pd.DataFrame(columns=["period_end", "rank", "of", "note"])
    rows = data.rows(indicator.published_position, area)
    rows = rows[(rows["period_end"] <= at.last_month) & rows["numerator"].notna()]
    return rows.rename(columns={"numerator": "rank", "denominator": "of"})[
        ["period_end", "rank", "of", "note"]
    ].reset_index(drop=True)
