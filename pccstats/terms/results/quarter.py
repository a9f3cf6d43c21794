"""Answers about a whole plan in one quarter: the dashboard, the Board, the partnerships."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from pccstats.terms.errors import RequestProblem
from pccstats.terms.periods import Quarter, Window
from pccstats.terms.plan import Event, Indicator, Plan, Priority, Theme
from pccstats.terms.results.ahead import Projection
from pccstats.terms.results.base import Result
from pccstats.terms.results.change import BaselineSensitivity, Change, FalseDiscovery, Limits
from pccstats.terms.results.dashboard import DASHBOARD, DASHBOARD_COLUMNS
from pccstats.terms.results.level import ExpectedLevel, Pace, RollingYear
from pccstats.terms.results.peers import GroupComparison, GroupPositions
from pccstats.terms.results.published import Replay
from pccstats.terms.results.recovered import RecoveredQuarters
from pccstats.terms.results.since import SinceLast, Snapshot
from pccstats.terms.words import QuestionRule, Signal, State, Strength, Unmoved

SOURCES_DIFFER_BY = 2.0  # per cent of the baseline: changes so far apart are two answers, whatever the verdicts


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
        Where the expected level is of official quarters: how these were recovered from rolling years. Of an indicator
        held by rolling years alone: by how much each quarter differs from the same quarter a year before.
    last_comparable : Change or None
        Where the state is `not_comparable`: the change up to the month before the break, with how much it will bear
        (`last_comparable_strength`) and a sentence for each thing it lacks (`last_comparable_reasons`).
    positions : pandas.DataFrame
        Published ranks among peers: `period_end`, `rank`, `of`, `note`.
    share_of_whole : float or None
        Its latest figure in per cent of the measure it is a part of.
    assessment : str
        A partner's judgement in words, where that is all there is.
    previous : Snapshot or None
        How it stood in the quarter before, as known then, where that was asked.
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
    region: GroupComparison | None = None
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
    previous: Snapshot | None = None

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
        row = {column.name: column.of(self) for column in DASHBOARD}
        return pd.DataFrame([row], columns=list(DASHBOARD_COLUMNS))

    @property
    def verdict(self) -> str:
        """The state as readers see it, in the words of the change that it is the answer to."""
        return self.state.in_words if self._answer is None else self._answer.verdict

    @property
    def unmoved(self) -> Unmoved | None:
        """What a change that is none is called, where it is known what was tested."""
        return None if self._answer is None else self._answer.unmoved

    @property
    def shown_as(self) -> State:
        """The state whose colour and shape it has: of a cohort that moved, that of a change without opinion."""
        return self.state if self._answer is None else self._answer.shown_as

    @property
    def _answer(self) -> Change | None:
        """The change that the state is the answer to; None where the state says why there is none."""
        return self.change if self.change is not None and self.change.state is self.state else None

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
        return self.sources_disagree or abs(second.change_pct - own.change_pct) >= SOURCES_DIFFER_BY

    @property
    def sources_disagree(self) -> bool:
        """True where the official series gives another verdict."""
        return self._answer is not None and not (self.second_opinion or self._answer).answers_as(self._answer)

    @property
    def other_answer(self) -> str:
        """The official answer where it differs: `no more than it usually moves (+1.4%)`."""
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
    def is_up_to_date(self) -> bool:
        """True where the latest figure ends with the quarter and is not an earlier one given again."""
        if self.latest is None or (self.state.is_answer and self.strength is Strength.STALE):
            return False
        ends = self.figures.loc[self.figures["value"].notna(), "period_end"]
        last = self.change.latest_window.last if self.change is not None else ends.max()
        return bool(last >= self.quarter.last_month)

    @property
    def snapshot(self) -> Snapshot:
        """How it stands, as far as quarters are set beside one another."""
        return Snapshot(
            quarter=self.quarter,
            state=self.state,
            strength=self.strength,
            verdict=self.verdict,
            baseline=self.baseline,
            latest=self.latest,
            baseline_window=self.baseline_window,
            latest_window=self.latest_window,
            is_up_to_date=self.is_up_to_date,
            signal=self.signal_quarter,
        )

    @property
    def group_rank(self) -> int | None:
        """The rank among peers: our own where peer figures are held, else the latest published one."""
        if self.group is not None:
            return int(self.group.focus_row["rank"])
        if len(self.positions):
            return int(self.positions["rank"].iloc[-1])
        return None


@dataclass(frozen=True)
class Question:
    """What a member may ask at the meeting, raised by a rule from figures.

    Attributes
    ----------
    rule : QuestionRule
        By which it is raised; the more urgent rules are asked first.
    priority : Priority
        The strategic priority it belongs to.
    reviews : tuple of IndicatorReview
        Whose figures raise it: one indicator, or several that lack the same.
    figures : mapping
        The figures it cites, by name; each is one of its review.
    """

    rule: QuestionRule
    priority: Priority
    reviews: tuple[IndicatorReview, ...]
    figures: Mapping[str, float | str]


def counted_in(reviews: tuple[IndicatorReview, ...]) -> dict[State, tuple[IndicatorReview, ...]]:
    """The reviews in each of the nine states; every state is listed, also one that none is in.

    A verdict that is not firm is not counted: `not_firm` names it.
    """
    return {state: tuple(r for r in reviews if r.is_counted and r.state is state) for state in State}


def tally_of(reviews: tuple[IndicatorReview, ...]) -> dict[str, int]:
    """How many are counted in each state."""
    return {str(state): len(found) for state, found in counted_in(reviews).items()}


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
    quarter: Quarter | None = None

    @property
    def points(self) -> pd.DataFrame:  # type: ignore[override]
        return self.summary()

    @property
    def counted(self) -> dict[State, tuple[IndicatorReview, ...]]:
        """Its indicators in each of the nine states, firm verdicts only."""
        return counted_in(self.reviews)

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
            (review.level.key, review.level.title, review.area): (review.signal_quarter, review.level.false_alarm_rate)
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

    Attributes
    ----------
    reviews, supporting : tuple of IndicatorReview
        Every indicator, and every measure that explains one.
    points : pandas.DataFrame
        One row an indicator, columns of `DASHBOARD_COLUMNS`.
    discoveries : FalseDiscovery
        The tests of all indicators read together.
    theme : Theme or None
        The theme, where only one was asked.
    published : Replay or None
        Published figures worked out again.
    since_last : SinceLast or None
        What is new since the quarter before, where that was asked.
    questions : tuple of Question
        What the figures raise, the most urgent first, at most three a priority.

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
    since_last: SinceLast | None = None
    questions: tuple[Question, ...] = ()

    def summary(self) -> pd.DataFrame:
        """The tally in one row: how many indicators are in each of the nine states."""
        return pd.DataFrame([self.tally])

    @property
    def counted(self) -> dict[State, tuple[IndicatorReview, ...]]:
        """The indicators in each of the nine states, firm verdicts only; every state is listed."""
        return counted_in(self.reviews)

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
            quarter=self.quarter,
        )

    @property
    def priorities(self) -> tuple[PriorityReview, ...]:
        """Every priority reviewed, in the plan's order."""
        chosen = self.theme.priorities if self.theme else self.plan.priorities
        return tuple(self.priority(priority.number) for priority in chosen)
