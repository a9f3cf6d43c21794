"""What a hurried reader takes away: what is better, what is worse, what cannot be said."""

from __future__ import annotations

from pccstats.presentation.numbers import listed
from pccstats.presentation.pages.verdict import inside_a_sentence
from pccstats.presentation.states import STATE_WORDS
from pccstats.terms.periods import Window
from pccstats.terms.results.assessment import IndicatorReview, QuarterAssessment
from pccstats.terms.words import State

MOST_NAMED = 5  # more names than this are a list, not a sentence
_JUDGED = (("Better", State.BETTER), ("Worse", State.WORSE))
_ANSWERED = (State.BETTER, State.NO_EVIDENCE_OF_CHANGE, State.WORSE)
_SMALL_NUMBERS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def headline(assessment: QuarterAssessment) -> tuple[str, ...]:
    """Three sentences at most, each counting what it speaks of."""
    by_state = {state: [review for review in assessment.reviews if review.state is state] for state in State}
    total = len(assessment.reviews)
    if total == 1:
        only = assessment.reviews[0]
        return (f"One indicator, {inside_a_sentence(only.indicator.name)}: {STATE_WORDS[only.state].lower()}.",)
    judged = [_judged(word, by_state[state], total, assessment.plan.baseline) for word, state in _JUDGED]
    return (*judged, *_not_judged(by_state, total))


def caution(assessment: QuarterAssessment) -> str:
    """What must be known before any of it is quoted: how many answers rest on months that are no records."""
    resting = [review for review in assessment.reviews if review.is_illustrative]
    if not resting:
        return ""
    surveys = any(review.indicator.kind.is_proportion for review in resting)
    assumed = ", and the numbers of survey respondents are assumed" if surveys else ""
    return (
        f"For {_number(len(resting)).lower()} of the {len(assessment.reviews)} indicators tests, expected levels and "
        f"projections rest on an illustrative monthly split of published totals, not on records{assumed}. "
        "The totals are as published."
    )


def _not_judged(by_state: dict[State, list[IndicatorReview]], total: int) -> list[str]:
    steady = len(by_state[State.NO_EVIDENCE_OF_CHANGE])
    unanswered = {state: reviews for state, reviews in by_state.items() if reviews and state not in _ANSWERED}
    count = sum(len(reviews) for reviews in unanswered.values())
    first = f"{_number(steady)} {'shows' if steady == 1 else 'show'} no evidence of change" if steady else ""
    if not count:
        return [f"{first}."] if first else []
    kinds = listed([f"{len(reviews)} {STATE_WORDS[state].lower()}" for state, reviews in unanswered.items()])
    second = f"or {_number(count).lower()} of the {total} the question cannot be answered: {kinds}."
    return [f"{first}, and f{second}" if first else f"F{second}"]


def _judged(word: str, reviews: list[IndicatorReview], total: int, baseline: Window) -> str:
    since = str(baseline) if all(review.indicator.baseline == baseline for review in reviews) else "its baseline year"
    if not reviews:
        return f"{word} than in {since}: none of the {total} indicators, by a statistical test."
    names = [inside_a_sentence(review.indicator.name) for review in reviews]
    shown = names if len(names) <= MOST_NAMED else [*names[: MOST_NAMED - 1], f"{len(names) - MOST_NAMED + 1} more"]
    return f"{word} than in {since}: {_number(len(reviews)).lower()} of {total} indicators ({'; '.join(shown)})."


def _number(count: int) -> str:
    return (_SMALL_NUMBERS[count] if count < len(_SMALL_NUMBERS) else str(count)).capitalize()
