"""A quarter, a priority, an indicator: in a sentence or two."""

from __future__ import annotations

from pccstats.presentation.describe import describe
from pccstats.presentation.numbers import capital
from pccstats.presentation.pages.headline import caution, headline
from pccstats.presentation.pages.priority import verdict_sentence
from pccstats.presentation.states import STATE_WORDS
from pccstats.terms.results.assessment import IndicatorReview, PriorityReview, QuarterAssessment


@describe.register
def describe_quarter(result: QuarterAssessment) -> str:
    """What is better, what is worse, what cannot be said, and what it rests on."""
    return " ".join((*headline(result), caution(result))).strip()


@describe.register
def describe_priority(result: PriorityReview) -> str:
    """Each of its indicators in a sentence."""
    return " ".join(describe_indicator(review) for review in result.reviews)


@describe.register
def describe_indicator(result: IndicatorReview) -> str:
    """The state first, then the figures it rests on."""
    return f"{capital(result.indicator.name)}: {STATE_WORDS[result.state].lower()}. {verdict_sentence(result)}"
