"""Questions to ask, as a member would say them at the meeting, with the figures that raise them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from pccstats.presentation import numbers
from pccstats.presentation.assessment import figure_in_words
from pccstats.presentation.numbers import listed
from pccstats.presentation.states import inside_a_sentence
from pccstats.terms.periods import so_many
from pccstats.terms.results.quarter import IndicatorReview, Question
from pccstats.terms.words import Judgement, Kind, QuestionRule, Signal, State, capital

MOST_NAMED = 3  # measures: of more, their number and priorities are told
SPAN_OF_NUMBERS = 3  # from so many on, numbers that follow one another are told by the first and the last
_LEAST_PER_CENT = 1  # of a chance: a smaller one is said to be less than this


def question_words(question: Question) -> str:
    """One question in one sentence; it says no more than its figures do.

    `With burglary 24.4% above 2021/22 and above its expected level for 3 months, what has been done where …?`
    """
    return _WORDS[question.rule](question)


def _worse_with_signal(question: Question) -> str:
    review, figures = question.reviews[0], question.figures
    counted = review.indicator.kind in (Kind.COUNT, Kind.RATE)
    asks = f"where is the {_way(figures)}, and what is being done there?" if counted else "what is being done about it?"
    return f"With {_worsened(review, figures)} and {_off_level(review, figures)}, {asks}"


def _worse(question: Question) -> str:
    review, figures = question.reviews[0], question.figures
    return f"With {_worsened(review, figures)}, what is behind the {_way(figures)}, and what is being done about it?"


def _way(figures: Mapping[str, Any]) -> str:
    return "rise" if figures["change"] > 0 else "fall"


def _worsened(review: IndicatorReview, figures: Mapping[str, Any]) -> str:
    """`burglary 24.4% above 2021/22 (by itself this may be chance)`."""
    weak = "" if review.is_counted else " (by itself this may be chance)"
    return f"{_name(review)} {_moved(review, figures)}{weak}"


def _how_many_answered(question: Question) -> str:
    review, figures = question.reviews[0], question.figures
    needed = numbers.plain(_number(figures["needed"]))
    return (
        f"With {_name(review)} {_moved(review, figures)}, which would count as worse if {needed} or more had answered "
        f"in each year, how many did answer?"
    )


def _off_level(review: IndicatorReview, figures: Mapping[str, Any]) -> str:
    """`above the expected level for 3 months`; where only an earlier month was, so."""
    side = f"{Signal(figures['signal'])} the expected level"
    span = 1 if review.level is None else review.level.about.span_months
    months = int(figures["in_signal"])
    if not months:
        return f"{side} earlier in the quarter"
    return f"{side} for {so_many(months, span)}"


def _moved(review: IndicatorReview, figures: Mapping[str, Any]) -> str:
    """`24.4% above 2021/22`, `5.0 points below 2012/13`."""
    size = abs(figures["change"])
    is_share = review.indicator.kind.is_proportion
    told = f"{numbers.plain(size, 1)} points" if is_share else numbers.per_cent(size)
    return f"{told} {'above' if figures['change'] > 0 else 'below'} {figures['baseline_period']}"


def _projection_misses(question: Question) -> str:
    review, figures = question.reviews[0], question.figures
    indicator, ahead = review.indicator, review.projection
    low, middle, high = (figure_in_words(_number(figures[name]), indicator) for name in ("lower", "projected", "upper"))
    when = "" if ahead is None else f" in {ahead.window.in_a_sentence}"
    if "target" in figures:
        target = figure_in_words(_number(figures["target"]), indicator)
        chance = _chance(_number(figures["chance"]))
        return (
            f"With {_name(review)} heading for {middle} ({low} to {high}){when}, and {chance} of meeting the target of "
            f"{target} by {figures['by']}, what will be done differently?"
        )
    side = indicator.polarity.side_of(Judgement.WORSE)
    baseline = figure_in_words(_number(figures["baseline"]), indicator)
    return (
        f"With {_name(review)} heading for {low} to {high}{when}, all of it {side} the {baseline} of "
        f"{figures['baseline_period']}, what would turn that round?"
    )


def _chance(chance: float) -> str:
    per_cent = 100 * chance
    return f"a {numbers.plain(per_cent)}% chance" if per_cent >= _LEAST_PER_CENT else "less than a 1% chance"


def _peer_gap(question: Question) -> str:
    review, figures = question.reviews[0], question.figures
    group = review.group
    kind, unit = (Kind.RATE, "") if group is None else (group.kind, group.unit)
    value, benchmark = (numbers.figure(kind, _number(figures[name]), 1) for name in ("value", "benchmark"))
    rank, low, high = (numbers.ordinal(_number(figures[name])) for name in ("rank", "rank_low", "rank_high"))
    chance = f", {low} to {high} allowing for chance" if low != high else ""
    return (
        f"With {_name(review)} at {numbers.with_unit(value, kind, unit)} against {benchmark} for its peers ({rank} of "
        f"{figures['members']}{chance}), what do the better ones do differently?"
    )


def _sources_differ(question: Question) -> str:
    figures = question.figures
    own, official = (numbers.signed_per_cent(_number(figures[name])) for name in ("own_pct", "official_pct"))
    return (
        f"With {_name(question.reviews[0])} {own} since {figures['baseline_period']} by the force's own figures and "
        f"{official} by the official series, why do they differ, and which should we go by?"
    )


def _welcome_rise(question: Question) -> str:
    review = question.reviews[0]
    moved = f"With {_name(review)} {_moved(review, question.figures)}"
    if review.state is State.HIGHER_OR_LOWER:
        return f"{moved}, how much of the rise is better reporting and recording, and how much is real?"
    return f"{moved}, what brought the rise about, and will it last?"


def _no_owner(question: Question) -> str:
    names = list(dict.fromkeys(inside_a_sentence(review.indicator.name) for review in question.reviews))
    them = "it" if len(question.reviews) == 1 else "them"
    lacking = "; ".join(names) if len(question.reviews) <= MOST_NAMED else f"{len(question.reviews)} measures"
    return (
        f"With no figure this quarter or last for {lacking}, and no owner named in the plan, who will answer for "
        f"{them}, and from when?"
    )


def whose_question(question: Question) -> str:
    """Of which priority it is asked, or of which several: `Priority 5`, `Priorities 5 to 7 and 12`."""
    return capital(_priorities(question))


def _priorities(question: Question) -> str:
    """`priority 5`, `priorities 5 to 7 and 12`: those that follow one another as a span."""
    found = sorted({review.indicator.priority or question.priority.number for review in question.reviews})
    spans: list[list[int]] = []
    for number in found:
        if spans and spans[-1][-1] == number - 1:
            spans[-1].append(number)
        else:
            spans.append([number])
    told = [
        told
        for span in spans
        for told in ([str(n) for n in span] if len(span) < SPAN_OF_NUMBERS else [f"{span[0]} to {span[-1]}"])
    ]
    return f"{'priority' if len(found) == 1 else 'priorities'} {listed(told)}"


def _name(review: IndicatorReview) -> str:
    """Its name as the sentence goes on: `all crime`, `vehicle offences, official,`."""
    name = inside_a_sentence(review.indicator.name)
    return f"{name}," if ", " in name else name


def _number(figure: float | str) -> float:
    return float(figure)


_WORDS: Mapping[QuestionRule, Callable[[Question], str]] = MappingProxyType(
    {
        QuestionRule.WORSE_WITH_SIGNAL: _worse_with_signal,
        QuestionRule.WORSE: _worse,
        QuestionRule.PROJECTION_MISSES: _projection_misses,
        QuestionRule.PEER_GAP: _peer_gap,
        QuestionRule.SOURCES_DIFFER: _sources_differ,
        QuestionRule.HOW_MANY_ANSWERED: _how_many_answered,
        QuestionRule.WELCOME_RISE: _welcome_rise,
        QuestionRule.NO_OWNER: _no_owner,
    }
)
