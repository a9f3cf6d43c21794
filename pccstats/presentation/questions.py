"""Questions to ask, as a member would say them at the meeting, with the figures that raise them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from pccstats.presentation import numbers
from pccstats.presentation.assessment import figure_in_words
from pccstats.presentation.states import inside_a_sentence
from pccstats.terms.periods import so_many
from pccstats.terms.results.quarter import IndicatorReview, Question
from pccstats.terms.words import Judgement, Kind, QuestionRule, Signal, State

_LEAST_PER_CENT = 1  # of a chance: a smaller one is said to be less than this


def question_words(question: Question) -> str:
    """One question in one sentence; it says no more than its figures do.

    `With burglary 24.4% above 2021/22 and above its expected level for 3 months, what has been done where …?`
    """
    return _WORDS[question.rule](question)


def _worse_with_signal(question: Question) -> str:
    review, figures = question.reviews[0], question.figures
    weak = "" if review.is_counted else " (by itself this may be chance)"
    counted = review.indicator.kind in (Kind.COUNT, Kind.RATE)
    asks = "what has been done in the worst places?" if counted else "what is being done about it?"
    return f"With {_name(review)} {_moved(review, figures)}{weak} and {_off_level(review, figures)}, {asks}"


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
    names = list(dict.fromkeys(_name(review) for review in question.reviews))
    lacking = f"With no figure this quarter or last for {'; '.join(names)}"
    return f"{lacking}, and no owner named in the plan, who will answer for {_it_or_them(names)}, and from when?"


def _it_or_them(names: list[str]) -> str:
    return "it" if len(names) == 1 else "them"


def _name(review: IndicatorReview) -> str:
    return inside_a_sentence(review.indicator.name)


def _number(figure: float | str) -> float:
    return float(figure)


_WORDS: Mapping[QuestionRule, Callable[[Question], str]] = MappingProxyType(
    {
        QuestionRule.WORSE_WITH_SIGNAL: _worse_with_signal,
        QuestionRule.PROJECTION_MISSES: _projection_misses,
        QuestionRule.PEER_GAP: _peer_gap,
        QuestionRule.SOURCES_DIFFER: _sources_differ,
        QuestionRule.WELCOME_RISE: _welcome_rise,
        QuestionRule.NO_OWNER: _no_owner,
    }
)
