"""Answers about a whole plan in one quarter: the dashboard, the Board, the partnerships."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from pccstats.terms.errors import RequestProblem
from pccstats.terms.periods import Quarter, Window
from pccstats.terms.plan import Area, Board, BoardPriority, Event, Indicator, Objective, Plan, Priority, Theme
from pccstats.terms.results.ahead import Progress, Projection
from pccstats.terms.results.base import Result
from pccstats.terms.results.change import BaselineSensitivity, Change, FalseDiscovery, Limits
from pccstats.terms.results.dashboard import DASHBOARD, DASHBOARD_COLUMNS
from pccstats.terms.results.level import ExpectedLevel, Pace, RollingYear, Trend
from pccstats.terms.results.peers import AreaComparison, GroupComparison, GroupPositions
from pccstats.terms.results.published import Replay
from pccstats.terms.results.recovered import RecoveredQuarters
from pccstats.terms.words import HOLLOW, Judgement, Signal, State, Strength, Worded

SOURCES_DIFFER_BY = 2.0  # per cent of the baseline: changes so far apart are two answers, whatever the verdicts
BOARD_COLUMNS = ("priority", "indicator", "title", "track", "chance", "aim", "latest", "six_months", "twelve_months")
PARTNERSHIP_COLUMNS = ("area", "indicator", "baseline", "latest", "change_pct", "own_past", "against_others", "rank")


@dataclass(frozen=True)
class IndicatorReview(Result, presented_by="assessment"):
    """Everything found out about one indicator in one quarter.

    Attributes
    ----------
    indicator : Indicator
    state : State
        One of the nine answers.
    strength : Strength
        How much the verdict will bear; `is_counted` where it is firm, or where the state is no verdict.
    reasons : tuple of str
        Sentences a reader needs beside the state: why there is no figure, what was redefined, what is stale.
    figures : pandas.DataFrame
        The 12-month figures held, one row a period: `period_end`, `window`, `value`, `lower`, `upper` (95%, of
        shares whose denominator is known), `status`, `source`, `note`.
    baseline, latest : float or None
        The two figures compared, on the indicator's own scale (per cent for surveys): those of `change` alone, so that
        figures and verdict are of one window. Where nothing was compared, `latest` is the latest figure held.
    baseline_window, latest_window : str
        The windows of these two figures.
    change, baselines, level, rolling, rate, group, places, projection : Result or None
        The answers that could be given (`baselines` is the change against other baselines, `rate` the published years
        per so many people, `places` the ranks at earlier quarter ends); `refusals` says in words why the others could
        not.
    second_opinion : Change or None
        The same question asked of the official series that counts the same thing; `sources_differ` where it has
        another answer.
    recovered : RecoveredQuarters or None
        Where the expected level is of official quarters: how these were recovered from rolling years.
    last_comparable : Change or None
        Where the state is `not_comparable`: the change up to the month before the break, with how much it will bear
        (`last_comparable_strength`) and a sentence for each thing it lacks (`last_comparable_reasons`).
    positions : pandas.DataFrame
        Published ranks among peers: `period_end`, `rank`, `of`, `note`.
    share_of_whole : float or None
        Its latest figure in per cent of the measure it is a part of.
    assessment : str
        A partner's judgement in words, where that is all there is.
    """

    indicator: Indicator
    quarter: Quarter
    area: str
    plan_baseline: Window
    state: State
    reasons: tuple[str, ...]
    figures: pd.DataFrame
    method: str
    baseline: float | None = None
    latest: float | None = None
    baseline_window: str = ""
    latest_window: str = ""
    strength: Strength = Strength.FIRM
    change: Change | None = None
    level: ExpectedLevel | None = None
    pace: Pace | None = None
    rolling: RollingYear | None = None
    baselines: BaselineSensitivity | None = None
    rate: RollingYear | None = None
    group: GroupComparison | None = None
    places: GroupPositions | None = None
    projection: Projection | None = None
    second_opinion: Change | None = None
    recovered: RecoveredQuarters | None = None
    last_comparable: Change | None = None
    last_comparable_strength: Strength = Strength.FIRM
    last_comparable_reasons: tuple[str, ...] = ()
    positions: pd.DataFrame = field(default_factory=pd.DataFrame)
    assessment: str = ""
    refusals: Mapping[str, str] = field(default_factory=dict)
    events: tuple[Event, ...] = ()
    share_of_whole: float | None = None

    @property
    def points(self) -> pd.DataFrame:  # type: ignore[override]
        return self.figures

    @property
    def has_figures(self) -> bool:
        """True where there is anything to show on a chart or in a table."""
        held = self.figures["value"].notna().any() if len(self.figures) else False
        return self.level is not None or self.latest is not None or bool(held)

    def summary(self) -> pd.DataFrame:
        """The indicator's row of the dashboard."""
        row = {column.name: column.value_of(self) for column in DASHBOARD}
        return pd.DataFrame([row], columns=list(DASHBOARD_COLUMNS))

    @property
    def verdict(self) -> str:
        """The state as readers see it; of a neutral indicator that changed, `higher` or `lower`."""
        is_neutral = self.state is State.HIGHER_OR_LOWER and self.change is not None
        return self.change.verdict if is_neutral and self.change is not None else self.state.in_words

    @property
    def marked_verdict(self) -> str:
        """The verdict with what it lacks, for where no label stands beside it: `worse, weak`."""
        return self.verdict if self.is_counted else f"{self.verdict}, {self.strength}"

    @property
    def is_counted(self) -> bool:
        """True where leads and tallies count it: a firm verdict, or a state that says why there is none."""
        return self.strength.is_firm or not self.state.is_answer

    @property
    def sources_differ(self) -> bool:
        """True where the official series gives another verdict on the same question, or quite another change."""
        second, own = self.second_opinion, self.change
        if second is None or own is None or not (second.state.is_answer and self.state.is_answer):
            return False
        return second.verdict != self.verdict or abs(second.change_pct - own.change_pct) >= SOURCES_DIFFER_BY

    @property
    def other_answer(self) -> str:
        """The official answer where it differs: `no evidence of change (+10.4%)`."""
        second = self.second_opinion
        return f"{second.verdict} ({second.change_pct:+.1f}%)" if second is not None and self.sources_differ else ""

    @property
    def difference(self) -> float | None:
        """The latest figure less the baseline's, in the unit."""
        return None if self.baseline is None or self.latest is None else self.latest - self.baseline

    @property
    def difference_pct(self) -> float | None:
        """The same as a per cent of the baseline."""
        return None if self.difference is None or not self.baseline else 100 * self.difference / self.baseline

    @property
    def difference_limits(self) -> Limits:
        """The interval of the change in its unit: points of shares, else per cents of the baseline; empty untested."""
        if self.change is None:
            return Limits()
        amount = self.change.amount
        return amount.points if self.indicator.kind.is_proportion else amount.per_cent.times(amount.baseline / 100)

    @property
    def out_of(self) -> float | None:
        """How many people or cases the latest per cent is of; None for counts, and where nobody published it."""
        if self.change is None or not self.indicator.kind.is_proportion:
            return None
        asked = float(self.change.points["denominator"].iloc[-1])
        return None if math.isnan(asked) else asked

    @property
    def signal_quarter(self) -> str:
        """What the expected level shows in any month of the quarter, as known by its end; empty with no figure in it.

        Where its months point both ways, the later has the word.
        """
        known = self._signals_of_the_quarter
        found = [signal for signal in known if signal != Signal.NONE]
        return (found or known or [""])[-1]

    @property
    def signal_latest(self) -> str:
        """The same of the latest month of the quarter that has a figure."""
        return (self._signals_of_the_quarter or [""])[-1]

    @property
    def _signals_of_the_quarter(self) -> list[str]:
        """As known by each of its months that has a figure: what a run holds is known by its last month."""
        if self.level is None:
            return []
        quarter = Window(self.quarter.first_month, self.quarter.last_month)
        return [str(signal) for signal in self.level.known_within(quarter)]

    @property
    def off_pace(self) -> str:
        """Whether the quarter is `above` or `below` its own course, or `none`; empty where that cannot be said."""
        known = self.pace is not None and self.pace.quarter.last == self.quarter.last_month
        return str(self.pace.state) if self.pace is not None and known else ""

    @property
    def group_rank(self) -> int | None:
        """The rank among peers: our own where peer figures are held, else the latest published one."""
        if self.group is not None:
            return int(self.group.focus_row["rank"])
        if len(self.positions):
            return int(self.positions["rank"].iloc[-1])
        return None


def tally_of(reviews: tuple[IndicatorReview, ...]) -> dict[str, int]:
    """How many reviews are in each of the nine states; every state is listed, also at nought.

    A verdict that is not firm is not counted: `not_firm` names it.
    """
    counted = [review.state for review in reviews if review.is_counted]
    return {str(state): counted.count(state) for state in State}


def not_firm(reviews: tuple[IndicatorReview, ...]) -> dict[Strength, tuple[IndicatorReview, ...]]:
    """The verdicts that are not counted, by what they lack; a strength that nobody has is left out."""
    lacking = {
        strength: tuple(r for r in reviews if not r.is_counted and r.strength is strength) for strength in Strength
    }
    return {strength: found for strength, found in lacking.items() if found}


@dataclass(frozen=True)
class PriorityReview(Result, presented_by="assessment"):
    """One strategic priority: its indicators reviewed, the measures that support them, and its published arithmetic."""

    priority: Priority
    reviews: tuple[IndicatorReview, ...]
    supporting: tuple[IndicatorReview, ...] = ()
    method: str = ""
    published: Replay | None = None

    @property
    def points(self) -> pd.DataFrame:  # type: ignore[override]
        return self.summary()

    @property
    def tally(self) -> dict[str, int]:
        """How many of its indicators are in each of the nine states, firm verdicts only."""
        return tally_of(self.reviews)

    @property
    def not_firm(self) -> dict[Strength, tuple[IndicatorReview, ...]]:
        """Its verdicts that are not counted, by what they lack."""
        return not_firm(self.reviews)

    def summary(self) -> pd.DataFrame:
        """One row an indicator, as on the dashboard."""
        return pd.concat([review.summary() for review in self.reviews], ignore_index=True)


@dataclass(frozen=True)
class SignalCount:
    """How many series show a signal in a quarter, and how many would if nothing had changed.

    Attributes
    ----------
    series : int
        Series with an expected level and a figure in the quarter; one that stands under two titles is one.
    shown : int
        Those with a signal that could be known in the quarter.
    expected : float
        How many would show one if nothing had changed: the sum of their `false_alarm_rate`.
    unknown : int
        Series whose rate is not known; they are in `series` and `shown`, and not in `expected`.
    """

    series: int
    shown: int
    expected: float
    unknown: int = 0

    @classmethod
    def of(cls, reviews: Iterable[IndicatorReview]) -> SignalCount:
        """The signals of all these reviews.

        Examples
        --------
        >>> SignalCount.of(())
        SignalCount(series=0, shown=0, expected=0.0, unknown=0)
        """
        by_series = {
            (review.level.key, review.level.title): (review.signal_quarter, review.level.false_alarm_rate)
            for review in reviews
            if review.level is not None and review.signal_quarter
        }
        rates = [rate for _, rate in by_series.values() if rate is not None]
        return cls(
            series=len(by_series),
            shown=sum(signal != Signal.NONE for signal, _ in by_series.values()),
            expected=float(sum(rates)),
            unknown=len(by_series) - len(rates),
        )


@dataclass(frozen=True)
class QuarterAssessment(Result, presented_by="assessment"):
    """Every indicator of a plan (or of one theme) in one quarter.

    Examples
    --------
    >>> import pccstats as pcc
    >>> plan, data = pcc.read_plan("data/raw"), pcc.read_observations("data/processed")
    >>> quarter = pcc.assess(plan, data, quarter="2015/16-Q1", theme=1)
    >>> quarter.review("1.first_time_entrants").state
    <State.NOT_COMPARABLE: 'not_comparable'>
    """

    plan: Plan
    quarter: Quarter
    reviews: tuple[IndicatorReview, ...]
    supporting: tuple[IndicatorReview, ...]
    points: pd.DataFrame
    method: str
    discoveries: FalseDiscovery
    theme: Theme | None = None
    published: Replay | None = None

    def summary(self) -> pd.DataFrame:
        """The tally in one row: how many indicators are in each of the nine states."""
        return pd.DataFrame([self.tally])

    @property
    def tally(self) -> dict[str, int]:
        """How many indicators are in each of the nine states, firm verdicts only; every state is listed."""
        return tally_of(self.reviews)

    @property
    def not_firm(self) -> dict[Strength, tuple[IndicatorReview, ...]]:
        """The verdicts that are not counted, by what they lack."""
        return not_firm(self.reviews)

    @property
    def signals(self) -> SignalCount:
        """How many of its series show a signal in the quarter, and how many would if nothing had changed."""
        return SignalCount.of((*self.reviews, *self.supporting))

    def review(self, key: str) -> IndicatorReview:
        """The review of one indicator or supporting measure."""
        for review in (*self.reviews, *self.supporting):
            if review.indicator.key == key:
                return review
        known = ", ".join(review.indicator.key for review in self.reviews)
        raise RequestProblem(f"{key!r} was not reviewed. The indicators reviewed are: {known}.")

    def priority(self, number: int) -> PriorityReview:
        """The review of one strategic priority."""
        priority = self.plan.priority(int(number))
        keys = {indicator.key for indicator in priority.indicators}
        return PriorityReview(
            priority=priority,
            reviews=tuple(review for review in self.reviews if review.indicator.key in keys),
            supporting=tuple(review for review in self.supporting if review.indicator.priority == priority.number),
            method=self.method,
            published=self.published.of_priority(priority.number) if self.published is not None else None,
        )

    @property
    def priorities(self) -> tuple[PriorityReview, ...]:
        """Every priority reviewed, in the plan's order."""
        chosen = self.theme.priorities if self.theme else self.plan.priorities
        return tuple(self.priority(priority.number) for priority in chosen)


class Track(Worded):
    """Whether an outcome will be what was promised."""

    ON_TRACK = "on_track", "on track", Judgement.BETTER, "●"
    OFF_TRACK = "off_track", "off track", Judgement.WORSE, "◆"
    CANNOT_TELL = "cannot_tell", "cannot tell", Judgement.NONE, HOLLOW


@dataclass(frozen=True)
class BoardOutcome:
    """One outcome of the Board.

    Attributes
    ----------
    review : IndicatorReview
        Everything else that is known of the indicator.
    track : Track
        `cannot_tell` also where there is nothing to be on track for; `why` says so.
    aim : str
        What it is judged against, in words.
    chance : float
        Of meeting it, 0 to 1; empty where none can be given.
    why : str
        What the answer rests on, or why there is none.
    lower, upper : float
        Of a share, the interval of its latest figure, where what it is out of is known.
    goals : tuple of Progress
        Every target the plan set for it, those past their date included.
    trend, long_trend : Trend or None
        Over six months and over twelve; `no_trend` says why there is none.
    half_year : Change or None
        Where there is no trend: the latest six months beside the same six a year before, by the official series. Its
        windows are the years that end with them.
    """

    review: IndicatorReview
    track: Track
    aim: str
    why: str
    chance: float = float("nan")
    lower: float = float("nan")
    upper: float = float("nan")
    goals: tuple[Progress, ...] = ()
    trend: Trend | None = None
    long_trend: Trend | None = None
    no_trend: str = ""
    half_year: Change | None = None

    @property
    def six_months(self) -> str:
        """The answer on six months, as one word; empty where there is none."""
        if self.trend is not None:
            return str(self.trend.direction)
        return self.half_year.state.value if self.half_year is not None else ""


@dataclass(frozen=True)
class BoardReview(Result, presented_by="board"):
    """Every outcome of the Board in one quarter, and the districts side by side.

    Attributes
    ----------
    sections : tuple of (BoardPriority, tuple of BoardOutcome)
        The Board's priorities in order, each with its outcomes.
    districts : tuple of AreaComparison
        The outcomes that are counted by district.
    """

    plan: Plan
    board: Board
    quarter: Quarter
    sections: tuple[tuple[BoardPriority, tuple[BoardOutcome, ...]], ...]
    districts: tuple[AreaComparison, ...]
    method: str
    no_districts: dict[str, str]

    @property
    def outcomes(self) -> tuple[BoardOutcome, ...]:
        """All outcomes, in order."""
        return tuple(outcome for _, outcomes in self.sections for outcome in outcomes)

    @property
    def points(self) -> pd.DataFrame:  # type: ignore[override]
        return pd.DataFrame(
            [_outcome_row(priority, outcome) for priority, outcomes in self.sections for outcome in outcomes],
            columns=list(BOARD_COLUMNS),
        )

    def summary(self) -> pd.DataFrame:
        """How many outcomes are on track, off track, or cannot be told."""
        return pd.DataFrame([{str(track): sum(o.track is track for o in self.outcomes) for track in Track}])


def _outcome_row(priority: BoardPriority, outcome: BoardOutcome) -> dict[str, Any]:
    return {
        "priority": priority.title,
        "indicator": outcome.review.indicator.key,
        "title": outcome.review.indicator.name,
        "track": str(outcome.track),
        "chance": outcome.chance,
        "aim": outcome.aim,
        "latest": outcome.review.latest,
        "six_months": outcome.six_months,
        "twelve_months": str(outcome.long_trend.direction) if outcome.long_trend else "",
    }


@dataclass(frozen=True)
class PartnershipReview(Result, presented_by="partnership"):
    """One partnership: the figures it prints of itself, and its objectives.

    Attributes
    ----------
    comparisons : tuple of AreaComparison
        The indicators counted in it and in those beside it, in the plan's order.
    trends : dict of str to Trend
        The six-month trend by indicator, where there is one.
    figures : pandas.DataFrame
        What the partnership printed of itself: `title`, `window`, `value`, `unit`, `note`.
    held_back : tuple of str
        Names of indicators under a release restriction.
    """

    area: Area
    quarter: Quarter
    comparisons: tuple[AreaComparison, ...]
    trends: dict[str, Trend]
    figures: pd.DataFrame
    objectives: tuple[Objective, ...]
    parts: tuple[str, ...] = ()
    held_back: tuple[str, ...] = ()
    method: str = ""

    @property
    def points(self) -> pd.DataFrame:  # type: ignore[override]
        return self.summary()

    def summary(self) -> pd.DataFrame:
        """One row an indicator."""
        rows = [
            {"indicator": comparison.key, **comparison.row(self.area.name)._asdict()}
            for comparison in self.comparisons
            if self.area.name in set(comparison.points["area"])
        ]
        return pd.DataFrame(rows, columns=list(PARTNERSHIP_COLUMNS))


@dataclass(frozen=True)
class PartnershipsReview(Result, presented_by="partnership"):
    """Every partnership of a force in one quarter, and what they have in common."""

    plan: Plan
    quarter: Quarter
    reviews: tuple[PartnershipReview, ...]
    comparisons: tuple[AreaComparison, ...]
    method: str
    refusals: dict[str, str]

    @property
    def points(self) -> pd.DataFrame:  # type: ignore[override]
        return self.summary()

    def partnership(self, area: str) -> PartnershipReview:
        """The review of one partnership, by the name of its area."""
        for review in self.reviews:
            if review.area.name == area:
                return review
        names = ", ".join(review.area.name for review in self.reviews)
        raise RequestProblem(f"There is no partnership {area!r}. There are: {names}.")

    def summary(self) -> pd.DataFrame:
        """One row a partnership and indicator."""
        return pd.concat([review.summary() for review in self.reviews], ignore_index=True)
