"""What a hurried reader takes away: what is better, what is worse, what cannot be said."""

from __future__ import annotations

from pccstats.presentation.numbers import listed
from pccstats.presentation.pages.verdict import inside_a_sentence
from pccstats.presentation.states import STATE_WORDS
from pccstats.terms.results.assessment import IndicatorReview, QuarterAssessment
from pccstats.terms.words import State

MOST_NAMED = 5  # more names than this are a list, not a sentence
_ANSWERED = (State.BETTER, State.NO_EVIDENCE_OF_CHANGE, State.WORSE)
_SMALL_NUMBERS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def headline(assessment: QuarterAssessment) -> tuple[str, ...]:
    """Three sentences at most, each counting what it speaks of."""
    by_state = {state: [review for review in assessment.reviews if review.state is state] for state in State}
    total = len(assessment.reviews)
    since = assessment.plan.baseline
    sentences = [
        _judged("Better", by_state[State.BETTER], total, since),
        _judged("Worse", by_state[State.WORSE], total, since),
    ]
    unanswered = {state: reviews for state, reviews in by_state.items() if reviews and state not in _ANSWERED}
    count = sum(len(reviews) for reviews in unanswered.values())
    if count:
        kinds = listed([f"{len(reviews)} {STATE_WORDS[state].lower()}" for state, reviews in unanswered.items()])
        steady = len(by_state[State.NO_EVIDENCE_OF_CHANGE])
        sentences.append(
            f"{_number(steady)} {'shows' if steady == 1 else 'show'} no evidence of change, and for "
            f"{_number(count).lower()} of the {total} the question cannot be answered: {kinds}."
        )
    else:
        steady = len(by_state[State.NO_EVIDENCE_OF_CHANGE])
        sentences.append(f"{_number(steady)} of the {total} show no evidence of change.")
    return tuple(sentences)


def _judged(word: str, reviews: list[IndicatorReview], total: int, since: object) -> str:
    if not reviews:
        return f"{word} than in {since}: none of the {total} indicators, by a statistical test."
    names = [inside_a_sentence(review.indicator.name) for review in reviews]
    shown = names if len(names) <= MOST_NAMED else [*names[: MOST_NAMED - 1], f"{len(names) - MOST_NAMED + 1} more"]
    return f"{word} than in {since}: {_number(len(reviews)).lower()} of {total} indicators ({'; '.join(shown)})."


def _number(count: int) -> str:
    return (_SMALL_NUMBERS[count] if count < len(_SMALL_NUMBERS) else str(count)).capitalize()
