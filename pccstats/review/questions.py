"""Questions to ask: a table of rules, each of which raises a question from the figures that it cites.

A rule is given the review of one indicator and gives the figures that raise its question, or none. A further rule is a
word of `QuestionRule`, a function here, and a line in `RULES`; `pccstats.presentation.questions` says it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pccstats.terms.periods import month_in_words
from pccstats.terms.plan import Plan
from pccstats.terms.results.ahead import Outcome
from pccstats.terms.results.quarter import IndicatorReview, Question
from pccstats.terms.words import Judgement, PeerState, QuestionRule, Signal, State, Strength

Figures = Mapping[str, float | str]
MOST_A_PRIORITY = 3
MOST_ASKED = 2000  # answers a year: what a force's surveys may reach; a change that more would have to settle is small
SELDOM = 0.05  # of a target: a chance below it is called missing, as p below it is called a change


@dataclass(frozen=True)
class Rule:
    """When a question is raised.

    Attributes
    ----------
    name : QuestionRule
        Its name in the plan, and in words when it is raised; its place in that list is how urgent it is.
    raised_by : callable
        Of a review, the figures that raise it; None where it is not raised.
    is_joined : bool
        True where all indicators of the plan that raise it make one question.
    is_of_supporting : bool
        True where a firm verdict on a supporting measure raises it too.
    """

    name: QuestionRule
    raised_by: Callable[[IndicatorReview], Figures | None]
    is_joined: bool = False
    is_of_supporting: bool = False


def questions_of(
    plan: Plan, reviews: tuple[IndicatorReview, ...], supporting: tuple[IndicatorReview, ...] = ()
) -> tuple[Question, ...]:
    """What the figures of a quarter raise.

    Parameters
    ----------
    plan : Plan
        Says which rules are switched off.
    reviews, supporting : tuple of IndicatorReview
        The indicators, and the measures beside them: no count holds these, and some rules ask about them too.

    Returns
    -------
    tuple of Question
        The most urgent first, then in the plan's order; of each priority the three most urgent, besides what is asked
        of the whole plan.
    """
    firm = tuple(review for review in supporting if review.is_counted)
    asked: list[Question] = []
    so_many: Counter[int] = Counter()
    for rule in RULES:
        if rule.name in plan.questions.off:
            continue
        for question in _raised(rule, plan, (*reviews, *firm) if rule.is_of_supporting else reviews):
            if rule.is_joined or so_many[question.priority.number] < MOST_A_PRIORITY:
                asked.append(question)
                so_many[question.priority.number] += not rule.is_joined
    return tuple(asked)


def _raised(rule: Rule, plan: Plan, reviews: tuple[IndicatorReview, ...]) -> Iterator[Question]:
    """The questions of one rule, in the plan's order, of one priority firm verdicts before those that are not."""
    found = [
        (priority, review, figures)
        for priority in plan.priorities
        for review in sorted(reviews, key=lambda review: not review.is_counted)
        if review.indicator.priority == priority.number and (figures := rule.raised_by(review)) is not None
    ]
    if rule.is_joined and found:
        yield Question(rule.name, found[0][0], tuple(review for _, review, _ in found), {"measures": len(found)})
    elif found:
        yield from (Question(rule.name, priority, (review,), figures) for priority, review, figures in found)


def _change(review: IndicatorReview) -> dict[str, float | str]:
    """The change since the baseline: of shares in points, of all else in per cent of the baseline."""
    size = review.difference if review.indicator.kind.is_proportion else review.difference_pct
    if size is None or review.change is None:
        return {}
    return {"change": size, "baseline_period": review.change.baseline_window.in_a_sentence}


def _worse_with_signal(review: IndicatorReview) -> Figures | None:
    """Worse, and a month of the quarter off its expected level on the side that is worse."""
    change = _worsened(review)
    if change is None or not _is_signal_worse(review):
        return None
    signal, level = Signal(review.signal_quarter), review.level
    is_in_signal = level is not None and review.signal_latest == signal  # not where it was earlier alone
    return {**change, "signal": str(signal), "in_signal": level.figures_in_signal if level and is_in_signal else 0}


def _worse(review: IndicatorReview) -> Figures | None:
    """Worse, and no month of the quarter shows it, or no expected level is known."""
    return None if _is_signal_worse(review) else _worsened(review)


def _worsened(review: IndicatorReview) -> Figures | None:
    """The change of what is worse, firm or weak."""
    is_worse = review.state is State.WORSE and review.strength in (Strength.FIRM, Strength.WEAK)
    return (_change(review) or None) if is_worse and review.shown_as is State.WORSE else None


def _is_signal_worse(review: IndicatorReview) -> bool:
    level, found = review.level, review.signal_quarter
    return level is not None and bool(found) and level.polarity.judge(Signal(found)) is Judgement.WORSE


def _projection_misses(review: IndicatorReview) -> Figures | None:
    """Worse at the plan's end than in the baseline, whatever of its interval comes true; or hardly any chance."""
    ahead = review.projection
    if ahead is None or ahead.since is None:
        return None
    figures: dict[str, float | str] = {"projected": ahead.projected, "lower": ahead.lower, "upper": ahead.upper}
    is_missed = (ahead.targets["outcome"] == Outcome.OPEN) & (ahead.targets["chance_of_meeting"] < SELDOM)
    target: Any
    for target in ahead.targets[is_missed].itertuples():
        return {**figures, "target": target.value, "by": month_in_words(target.by), "chance": target.chance_of_meeting}
    if ahead.state is not State.WORSE:
        return None
    return {**figures, "baseline": ahead.baseline, "baseline_period": ahead.since.in_a_sentence}


def _peer_gap(review: IndicatorReview) -> Figures | None:
    """Worse than its peers, and in the worse half of them wherever chance may have put it."""
    group = review.group
    if group is None or group.state is not PeerState.WORSE_THAN_PEERS:
        return None
    row = group.focus_row
    if row["rank_low"] <= group.members / 2:
        return None
    ranks = {name: int(row[name]) for name in ("rank", "rank_low", "rank_high")}
    return {"value": float(row["value"]), "benchmark": group.benchmark, "members": group.members, **ranks}


def _sources_differ(review: IndicatorReview) -> Figures | None:
    """Two sources of one thing with two answers."""
    second, own = review.second_opinion, review.change
    if second is None or own is None or not review.sources_differ:
        return None
    return {
        "own_pct": own.change_pct,
        "official_pct": second.change_pct,
        "own_verdict": review.marked_verdict,
        "official_verdict": second.verdict,
        "baseline_period": own.baseline_window.in_a_sentence,
    }


def _how_many_answered(review: IndicatorReview) -> Figures | None:
    """Not tested for want of the number of answers, where one that a survey may reach would make it worse."""
    found, change = review.change, _change(review)
    if found is None or not change or review.state is not State.INSUFFICIENT_DATA:
        return None
    needed, moved = found.test.respondents_needed, Signal.ABOVE if found.change > 0 else Signal.BELOW
    is_worse = found.polarity.judge(moved) is Judgement.WORSE
    return {**change, "needed": needed} if is_worse and needed <= MOST_ASKED else None


def _welcome_rise(review: IndicatorReview) -> Figures | None:
    """A firm rise of what has no better way, or is better higher."""
    found, change = review.change, _change(review)
    if found is None or not change or not (review.is_counted and review.state.is_answer):
        return None
    is_welcome = found.polarity.judge(Signal.ABOVE) is not Judgement.WORSE
    return change if is_welcome and found.direction is Signal.ABOVE else None


def _no_owner(review: IndicatorReview) -> Figures | None:
    """Not collected in two quarters running, and nobody is named who answers for it."""
    before = review.previous
    is_missing = review.state is State.NOT_COLLECTED and before is not None and before.state is State.NOT_COLLECTED
    has_figure = review.latest is not None or (before is not None and before.latest is not None)
    return {} if is_missing and not has_figure and not review.indicator.owner else None


RULES = (
    Rule(QuestionRule.WORSE_WITH_SIGNAL, _worse_with_signal, is_of_supporting=True),
    Rule(QuestionRule.WORSE, _worse, is_of_supporting=True),
    Rule(QuestionRule.PROJECTION_MISSES, _projection_misses),
    Rule(QuestionRule.PEER_GAP, _peer_gap),
    Rule(QuestionRule.SOURCES_DIFFER, _sources_differ),
    Rule(QuestionRule.HOW_MANY_ANSWERED, _how_many_answered),
    Rule(QuestionRule.WELCOME_RISE, _welcome_rise, is_of_supporting=True),
    Rule(QuestionRule.NO_OWNER, _no_owner, is_joined=True),
)
