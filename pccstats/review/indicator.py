"""One indicator in one quarter: what is held of it, every question asked of that, and what came of each."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pccstats.methods.change.change import baseline_sensitivity, change
from pccstats.methods.change.dispersion import FROM_MONTHS, OfWhole
from pccstats.methods.intervals import wilson
from pccstats.methods.level.expected_level import expected_level
from pccstats.methods.level.pace import pace
from pccstats.methods.peers.compare_group import compare_group, group_positions
from pccstats.methods.peers.windows import Together
from pccstats.methods.projection.project import project
from pccstats.methods.projection.targets import as_set_on
from pccstats.methods.recovered_quarters import quarters_from_rolling_years
from pccstats.methods.rolling_year import rolling_year
from pccstats.review.many import OneTest, with_strength
from pccstats.review.official import OfficialSeries, official_series, sisters_of
from pccstats.review.verdict import LastComparable, Verdict, judge, last_comparable
from pccstats.terms.errors import MethodProblem, PccStatsError
from pccstats.terms.observations import Observations
from pccstats.terms.periods import MONTHS_IN_A_QUARTER, MONTHS_IN_A_YEAR, Quarter, Window, month
from pccstats.terms.plan import Event, Group, Indicator, Plan, Target
from pccstats.terms.results.ahead import Projection
from pccstats.terms.results.change import BaselineSensitivity, Change
from pccstats.terms.results.level import ExpectedLevel, Pace, RollingYear
from pccstats.terms.results.peers import GroupComparison, GroupPositions
from pccstats.terms.results.quarter import IndicatorReview
from pccstats.terms.results.recovered import RecoveredQuarters
from pccstats.terms.series import Series
from pccstats.terms.words import LOWER, UPPER, Audience, GroupStatus, Kind, State, Strength

Material = TypeVar("Material")
Answer = TypeVar("Answer")
LEVEL_BASELINE_MONTHS = 36  # three years before the quarter: long enough for a season, short enough to be recent
ENOUGH_ROLLING_YEARS = 13  # a quarter apart, they tell by themselves how much their quarters vary
QUESTIONS = frozenset(
    {
        "change",
        "second_opinion",
        "level",
        "pace",
        "rolling",
        "baselines",
        "rate",
        "projection",
        "group",
        "region",
        "places",
    }
)
VERDICT = frozenset({"change", "second_opinion"})
VERDICT_AND_SIGNAL = VERDICT | {"level"}
COUNTED = (Kind.COUNT, Kind.RATE)
FEWEST_PEERS = 3  # areas with the indicator's own figures, where the plan names no measure that holds its peers'
MONTHS_OF_PLACES = 36  # over which a place among all forces is followed
LEVEL_BASELINE_OF_QUARTERS = 60  # months: five years of quarters, since twelve quarters show no season
_OF_ONE_FIGURE = frozenset({"group", "region"})  # what can be asked where nothing earlier is held


def review_indicator(
    plan: Plan,
    data: Observations,
    indicator: Indicator,
    at: Quarter,
    *,
    area: str | None = None,
    audience: Audience = Audience.INTERNAL,
    confidence: float = 0.95,
    questions: frozenset[str] = QUESTIONS,
) -> IndicatorReview:
    """Ask one indicator every question that can be asked; see `assess`. `data` is released and real, as there."""
    place = area or plan.focus
    held = _held(plan, data, indicator, at, place)
    if (silence := _silence(indicator, audience, held)) is not None:
        alone = _without_figures(plan, indicator, at, silence, place)
        if silence.state is not State.INSUFFICIENT_DATA or not alone.has_figures:
            return alone
        beside = _answers(plan, data, indicator, at, place, held, confidence, questions & _OF_ONE_FIGURE)
        return replace(alone, group=beside.group, region=beside.region, refusals=beside.refusals)
    answers = _answers(plan, data, indicator, at, place, held, confidence, questions)
    compared = _compared(held, answers.change, answers.rolling)
    verdict = judge(
        indicator, held.figures, held.tested, answers.change, at, refusal=answers.refusals.get("change", "")
    )
    last = _last_comparable(indicator, held, verdict, confidence)
    review = IndicatorReview(
        indicator=indicator,
        quarter=at,
        plan_baseline=plan.baseline,
        area=place,
        state=verdict.state,
        reasons=verdict.reasons,
        figures=held.figures,
        method=answers.change.method if answers.change is not None else "",
        **compared._asdict(),
        change=answers.change,
        second_opinion=answers.second_opinion,
        recovered=held.recovered,
        last_comparable=last.change if last is not None else None,
        last_comparable_strength=last.strength if last is not None else Strength.FIRM,
        last_comparable_reasons=last.reasons if last is not None else (),
        level=answers.level,
        pace=answers.pace,
        rolling=answers.rolling,
        baselines=answers.baselines,
        rate=answers.rate,
        group=answers.group,
        region=answers.region,
        places=answers.places,
        projection=answers.projection,
        positions=_positions(data, indicator, at, area=place),
        refusals=answers.refusals,
        events=tuple(event for event in held.events if event.month <= at.last_month),
    )
    return with_strength(review, verdict.strength)


def as_if_asked(review: IndicatorReview, questions: frozenset[str]) -> IndicatorReview | None:
    """A review of every question as one of fewer would have come out; None where that cannot be told from it.

    Where there is no change, the latest figure may be that of the rolling year, which fewer questions do not ask for.
    """
    if review.change is None and review.rolling is not None and "rolling" not in questions:
        return None
    left_out: dict[str, Any] = dict.fromkeys(QUESTIONS - questions)
    refusals = {name: why for name, why in review.refusals.items() if name in questions}
    return replace(review, **left_out, refusals=refusals)


def _last_comparable(indicator: Indicator, held: _Held, verdict: Verdict, confidence: float) -> LastComparable | None:
    if verdict.state is not State.NOT_COMPARABLE or held.tested is None:
        return None
    return last_comparable(indicator, held.tested, confidence, held.dispersion)


def tested_alone(
    plan: Plan, data: Observations, indicator: Indicator, at: Quarter, area: str, audience: Audience, confidence: float
) -> OneTest:
    """The test of an indicator of another theme and nothing else of it: all are read together, whatever is shown."""
    held = _held(plan, data, indicator, at, area)
    if held.tested is None or _silence(indicator, audience, held) is not None:
        return OneTest.of(indicator.key, State.INSUFFICIENT_DATA, Strength.FIRM, None)
    try:
        difference = _change(held.tested, indicator, held.until, confidence, held)
    except PccStatsError:
        difference = None
    verdict = judge(indicator, held.figures, held.tested, difference, at)
    return OneTest.of(indicator.key, verdict.state, verdict.strength, difference)


@dataclass(frozen=True)
class _Held:
    """What is held of one indicator in one area up to the quarter's end.

    Attributes
    ----------
    figures : pandas.DataFrame
        The 12-month figures as published; see `yearly_figures`.
    months, quarters, years : Series or None
        Its series of each span, where it has more than one point.
    official, whole : OfficialSeries or None
        What official statistics hold of the same thing, and of what it is a part of.
    hidden : RecoveredQuarters or None
        What its own rolling years tell of their quarters, where no anchor is known.
    has_illustrative : bool
        True where there were figures that nobody counted, which are left out of all of these.
    embargo : str or None
        Why the latest figure may not be shown, where it may not.
    """

    figures: pd.DataFrame
    months: Series | None
    quarters: Series | None
    years: Series | None
    official: OfficialSeries | None
    whole: OfficialSeries | None
    hidden: RecoveredQuarters | None = None
    has_illustrative: bool = False
    embargo: str | None = None

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
    def events(self) -> tuple[Event, ...]:
        return self.tested.events if self.tested is not None else ()

    @property
    def is_its_own(self) -> bool:
        """True where the official series is the indicator's own years, which are no second opinion of themselves."""
        return self.official is not None and self.years is not None and self.official.rolling.key == self.years.key

    @property
    def levelled(self) -> Series | None:
        """What an expected level is made of: its own months or quarters, else the official quarters."""
        if self.finest is not None:
            return self.finest
        return self.official.finest if self.official is not None and self.official.is_quarterly else None

    @property
    def rolled(self) -> Series | None:
        """What rolling years are made of: its own months or quarters, the official rolling years, its own few years."""
        return self.finest or (self.official.rolling if self.official is not None else self.years)

    @property
    def recovered(self) -> RecoveredQuarters | None:
        """How the official quarters were come by, where these are shown; of its own years what their quarters tell."""
        if self.finest is not None:
            return None
        if self.official is None or (self.official.quarters is None and self.is_its_own):
            return self.hidden
        return self.official.quarters

    @property
    def projected(self) -> Series | None:
        """What is projected: its own months or quarters where they are current, else the official series."""
        if self.is_current and self.finest is not None:
            return self.finest
        return self.official.finest if self.official is not None else self.years

    @property
    def dispersion(self) -> str | Series | OfWhole:
        """Whose figures tell how much counts vary: their own, else the official ones of the same thing or its whole."""
        own = self.tested
        if (
            own is None
            or own.span_months < MONTHS_IN_A_YEAR
            or len(own) >= ENOUGH_ROLLING_YEARS
            or own.kind not in COUNTED
        ):
            return FROM_MONTHS
        if self.official is not None:
            return self.official.rolling
        return OfWhole(self.whole.rolling) if self.whole is not None else FROM_MONTHS


def _hidden_quarters(years: Series | None) -> RecoveredQuarters | None:
    """By how much each quarter inside rolling years differs from that of a year before, where they are so close."""
    if years is None or years.kind is not Kind.COUNT or len(years) < ENOUGH_ROLLING_YEARS:
        return None
    try:
        return quarters_from_rolling_years(years)
    except MethodProblem:
        return None


def _held(plan: Plan, data: Observations, indicator: Indicator, at: Quarter, area: str) -> _Held:
    months, quarters, years = (
        _series(data, indicator, at, area=area, months=span) for span in (1, MONTHS_IN_A_QUARTER, MONTHS_IN_A_YEAR)
    )
    official, whole = (
        official_series(plan.indicator(key), area, data, plan, until=at.last_month) if key is not None else None
        for key in (_official_key(indicator), indicator.part_of if indicator.on_dashboard else None)
    )
    return _Held(
        figures=yearly_figures(data, indicator, at, area=area),
        months=months,
        quarters=quarters,
        years=years,
        official=official,
        whole=whole,
        hidden=_hidden_quarters(years) if indicator.on_dashboard else None,
        has_illustrative=(indicator.key, area) in data.illustrative,
        embargo=data.embargo(indicator.key, area=area, until=at.last_month),
    )


class Levelled(NamedTuple):
    """What an expected level is made of, or why there is nothing; how official quarters were come by."""

    series: Series | None
    why_not: str = ""
    recovered: RecoveredQuarters | None = None


def levelled(plan: Plan, data: Observations, indicator: Indicator, at: Quarter, *, area: str) -> Levelled:
    """The months or quarters of an indicator, else the official quarters of the same thing, as its review takes them.

    `data` is released and real, as in `review_indicator`.
    """
    for span in (1, MONTHS_IN_A_QUARTER):
        if (own := _series(data, indicator, at, area=area, months=span)) is not None:
            return Levelled(own)
    key = _official_key(indicator)
    official = None if key is None else official_series(plan.indicator(key), area, data, plan, until=at.last_month)
    if official is None:
        return Levelled(None, "Neither months nor quarters are held.")
    return Levelled(official.finest if official.is_quarterly else None, official.why, official.quarters)


def _series(data: Observations, indicator: Indicator, at: Quarter, *, area: str, months: int) -> Series | None:
    if not data.has(indicator.key, area=area, months=months, until=at.last_month):
        return None
    series = data.series(indicator.key, area=area, until=at.last_month, months=months)
    return series.answered_by(indicator.respondents) if len(series) > 1 else None


def _official_key(indicator: Indicator) -> str | None:
    """The official measure of the same thing: the one named, or the measure itself where its quarters are anchored."""
    return indicator.key if indicator.anchor is not None else indicator.peers


def yearly_figures(data: Observations, indicator: Indicator, at: Quarter, *, area: str | None = None) -> pd.DataFrame:
    """The figures as published, up to the quarter's end, one row a period, with their interval.

    As published where they were published with one; else of shares whose numbers are known, at 95%.
    """
    rows = data.rows(indicator.key, area or data.plan.focus)
    is_past = rows["period_end"].array.asi8 <= at.last_month.ordinal
    is_told = rows["numerator"].notna().to_numpy() | (rows["status"].to_numpy() != "")
    rows = rows[is_past & is_told & ~_are_counted(rows["months"].to_numpy())]
    value = rows["numerator"]
    if indicator.kind.is_proportion:
        value = (100 * rows["numerator"] / rows["denominator"]).where(rows["denominator"].notna(), value)
    is_share = indicator.kind.is_proportion and rows["denominator"].notna().any()
    lower, upper = wilson(rows["numerator"], rows["denominator"]) if is_share else (float("nan"), float("nan"))
    made = {LOWER: 100 * lower, UPPER: 100 * upper}
    ends = {end: rows[end].where(rows[end].notna(), made[end]) if end in rows else made[end] for end in made}
    return pd.DataFrame(
        {
            "period_end": rows["period_end"],
            "window": [
                str(Window.ending(end, int(months)))
                for end, months in zip(rows["period_end"], rows["months"], strict=True)
            ],
            "value": value,
            **ends,
            "status": rows["status"],
            "source": rows["source"],
            "note": rows["note"],
        }
    ).reset_index(drop=True)


def _are_counted(spans: NDArray[np.int64]) -> NDArray[np.bool_]:
    """True for rows of a run of months or quarters; a lone position "as at" a month is a figure of its own."""
    _, which, sizes = np.unique(spans, return_inverse=True, return_counts=True)
    return np.asarray((spans < MONTHS_IN_A_YEAR) & (sizes[which] > 1))


class _Silence(NamedTuple):
    """Why an indicator is asked nothing, and the figures that may be shown all the same."""

    state: State
    reasons: tuple[str, ...]
    figures: pd.DataFrame


def _silence(indicator: Indicator, audience: Audience, held: _Held) -> _Silence | None:
    """Why nothing can be asked: it is held back, nobody measures it, or there is nothing to compare."""
    if not indicator.is_open_to(audience):
        reason = indicator.release_note or "Not yet released to the public."
        return _Silence(State.EMBARGOED, (reason,), held.figures.iloc[:0])
    if indicator.no_figure is not None:
        return _Silence(indicator.no_figure, (indicator.reason,), held.figures)
    if held.embargo is not None:
        return _Silence(State.EMBARGOED, (held.embargo,), held.figures.iloc[:0])
    if held.tested is None:
        return _Silence(State.INSUFFICIENT_DATA, (indicator.reason or _too_little(held),), held.figures)
    return None


def _too_little(held: _Held) -> str:
    if len(held.figures):
        return "No earlier figure is held to compare it with."
    if held.has_illustrative:
        return "Only illustrative figures are held, and they decide nothing."
    return "No figure is held."


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
    second_opinion: Change | None
    level: ExpectedLevel | None
    pace: Pace | None
    rolling: RollingYear | None
    baselines: BaselineSensitivity | None
    rate: RollingYear | None
    projection: Projection | None
    group: GroupComparison | None
    region: GroupComparison | None
    places: GroupPositions | None
    refusals: dict[str, str]


def _answers(
    plan: Plan,
    data: Observations,
    indicator: Indicator,
    at: Quarter,
    area: str,
    held: _Held,
    confidence: float,
    questions: frozenset[str],
) -> _Answers:
    """Each of the questions asked where there is a series for it; a refusal is kept in words."""
    refusals: dict[str, str] = {}

    if held.official is not None and held.levelled is None:
        refusals |= dict.fromkeys(sorted(questions & {"level", "pace"}), held.official.why)

    def asked(name: str, of: Material | None, question: Callable[[Material], Answer]) -> Answer | None:
        if of is None or name not in questions:
            return None
        try:
            return question(of)
        except PccStatsError as refusal:
            refusals[name] = str(refusal)
            return None

    since, until = indicator.baseline, held.until
    targets = plan.targets_for(indicator.key) if area == plan.focus else ()
    peers = _peers(plan, data, indicator, at, area) if "group" in questions else None
    beside = _region(plan, data, indicator, at, area) if "region" in questions else None
    level = asked("level", held.levelled, lambda series: _level(series, at))
    latest = asked("pace", held.levelled, pace)
    rolling = asked("rolling", held.rolled, lambda series: rolling_year(series, confidence=confidence))
    difference = asked("change", held.tested, lambda series: _change(series, indicator, until, confidence, held))
    second = asked(
        "second_opinion",
        held.official if held.tested is not None and not held.is_its_own else None,
        lambda official: change(official.rolling, since, until, confidence),
    )
    baselines = asked(
        "baselines",
        held.tested,
        lambda series: baseline_sensitivity(
            series,
            until=until,
            confidence=confidence,
            dispersion=held.dispersion,
            same_people=indicator.is_cohort,
        ),
    )
    rate = asked("rate", held.years or held.finest, lambda series: _rate(series, indicator, confidence))
    projection = asked(
        "projection",
        held.projected,
        lambda series: _projection(
            series, indicator, confidence, targets, held, sisters_of(series, plan, data, until=at.last_month)
        ),
    )
    group = asked("group", peers, lambda found: compare_group(**found._asdict(), confidence=confidence))
    follows = peers if group is not None else None
    places = asked("places", follows, lambda found: _places(found, at, confidence))
    region = asked("region", beside, lambda found: compare_group(**found._asdict(), confidence=confidence))
    return _Answers(
        difference, second, level, latest, rolling, baselines, rate, projection, group, region, places, refusals
    )


def _change(series: Series, indicator: Indicator, until: pd.Period, confidence: float, held: _Held) -> Change:
    """The change since the baseline, its variation from official figures where its own do not show it."""
    return change(
        series,
        indicator.baseline,
        until,
        confidence,
        dispersion=held.dispersion,
        same_people=indicator.is_cohort,
    )


def _projection(
    series: Series,
    indicator: Indicator,
    confidence: float,
    targets: tuple[Target, ...],
    held: _Held,
    sisters: tuple[Series, ...],
) -> Projection:
    """The projection; where it starts from another series, its targets keep the figures the plan set them at."""
    made = project(series, indicator.horizon, indicator.baseline, confidence, sisters=sisters, targets=targets)
    if held.years is None or series.key == held.years.key or made.targets.empty:
        return made
    return replace(made, targets=as_set_on(held.years, targets, made.targets, indicator.baseline))


def level_baseline(series: Series, at: Quarter) -> Window:
    """The years before a quarter that set the limits of an expected level, as far as the series reaches."""
    span = series.span_months
    length = LEVEL_BASELINE_MONTHS if span == 1 else LEVEL_BASELINE_OF_QUARTERS
    last = min(at.first_month - 1, series.last)
    return Window(max(series.first - (span - 1), last - (length - 1)), last)


def _level(series: Series, at: Quarter) -> ExpectedLevel:
    """The expected level of the years before the quarter, shown with the year before them."""
    baseline = level_baseline(series, at)
    return expected_level(series.between(baseline.first - MONTHS_IN_A_YEAR), baseline=baseline)


def _rate(years: Series, indicator: Indicator, confidence: float) -> RollingYear | None:
    """The published years per so many people, where the plan asks for it."""
    if indicator.rate_per is None:
        return None
    return rolling_year(years, per=indicator.rate_per, population="persons", confidence=confidence)


class _Peers(NamedTuple):
    """Whom to compare with whom."""

    series_by_area: Together
    focus: str
    group: Group | None = None


def _peers(plan: Plan, data: Observations, indicator: Indicator, at: Quarter, area: str) -> _Peers | None:
    """The plan's group for its focus, for any other area those beside it."""
    if area != plan.focus:
        beside = [part.name for part in plan.parts_of(plan.area(area).part_of or "")]
        series = _together(data, indicator.key, beside, at)
        return _Peers(series, area) if len(series) > 2 else None
    group = plan.group_at(at.last_month)
    if group is None:
        return None
    if indicator.peers is None and not indicator.on_dashboard:
        return None
    series = _together(data, indicator.peers or indicator.key, group.areas, at)
    is_held = indicator.peers is not None or len(series) >= FEWEST_PEERS
    return _Peers(series, plan.focus, group) if is_held else None


def _region(plan: Plan, data: Observations, indicator: Indicator, at: Quarter, area: str) -> _Peers | None:
    """The forces of the focus's region, where the plan has them: a second comparison beside that of the group."""
    group = plan.region_at(at.last_month)
    if group is None or area != plan.focus or (indicator.peers is None and not indicator.on_dashboard):
        return None
    series = _together(data, indicator.peers or indicator.key, group.areas, at)
    return _Peers(series, plan.focus, group) if len(series) >= FEWEST_PEERS else None


def _together(data: Observations, key: str, areas: Iterable[str], at: Quarter) -> Together:
    """The series of these areas in the order of their names, gathered once for all of them."""
    names = tuple(sorted(areas))
    return data.once(
        ("together", key, names, at), lambda: Together.of(data.series_by_area(key, names, until=at.last_month))
    )


def _places(found: _Peers, at: Quarter, confidence: float) -> GroupPositions:
    """The place at one date after another; among all forces, where each date is a long sum, of the latest years."""
    is_long = found.group is not None and found.group.status is GroupStatus.EVERY_FORCE
    since = at.last_month - MONTHS_OF_PLACES if is_long else None
    return group_positions(**found._asdict(), since=since, confidence=confidence)


class _Compared(NamedTuple):
    """The two figures readers see beside the verdict, and their windows: those that were compared, and no others."""

    baseline: float | None = None
    latest: float | None = None
    baseline_window: str = ""
    latest_window: str = ""


def _compared(held: _Held, difference: Change | None, rolling: RollingYear | None) -> _Compared:
    """Both figures and windows of the change; where nothing could be compared, the latest year held."""
    if difference is not None:
        return _Compared(
            _known(difference.baseline),
            _known(difference.latest),
            str(difference.baseline_window),
            str(difference.latest_window),
        )
    known = held.figures[held.figures["value"].notna()]
    if known.empty:
        return _latest_year(rolling) if held.is_current else _Compared()
    return _Compared(latest=float(known["value"].iloc[-1]), latest_window=known["window"].iloc[-1])


def _latest_year(rolling: RollingYear | None) -> _Compared:
    """The last 12 months as they add up, where they are whole and nothing is held to compare them with."""
    if rolling is None or rolling.points.empty or math.isnan(rolling.points["value"].iloc[-1]):
        return _Compared()
    last = rolling.points.iloc[-1]
    return _Compared(latest=float(last["value"]), latest_window=str(Window.ending(last["period_end"])))


def _known(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def _positions(data: Observations, indicator: Indicator, at: Quarter, *, area: str) -> pd.DataFrame:
    if indicator.published_position is None:
        return pd.DataFrame(columns=["period_end", "rank", "of", "note"])
    rows = data.rows(indicator.published_position, area)
    rows = rows[(rows["period_end"] <= at.last_month) & rows["numerator"].notna()]
    return rows.rename(columns={"numerator": "rank", "denominator": "of"})[
        ["period_end", "rank", "of", "note"]
    ].reset_index(drop=True)
