"""The verdict on a whole priority, for a page that has one line for it."""

from __future__ import annotations

from pccstats.presentation.numbers import listed
from pccstats.presentation.states import STATE_WORDS, state_label
from pccstats.terms.results.assessment import IndicatorReview, PriorityReview
from pccstats.terms.words import State

# What a hurried reader must not miss comes first; a priority with several states is never folded into one.
MOST_PRESSING_FIRST = (
    State.WORSE,
    State.BETTER,
    State.NO_EVIDENCE_OF_CHANGE,
    State.NOT_COMPARABLE,
    State.INSUFFICIENT_DATA,
    State.EMBARGOED,
    State.QUALITATIVE,
    State.NOT_COLLECTED,
)
NAMED = (State.WORSE, State.BETTER)


def states_met(review: PriorityReview) -> list[tuple[State, list[IndicatorReview]]]:
    """The states a priority's indicators are in, the most pressing first, each with its indicators."""
    by_state = {state: [item for item in review.reviews if item.state is state] for state in MOST_PRESSING_FIRST}
    return [(state, items) for state, items in by_state.items() if items]


def verdict_words(review: PriorityReview) -> str:
    """Which indicators are better or worse, where a priority has several: `Worse: theft of motor vehicles`."""
    if len(review.reviews) == 1:
        return ""
    return ". ".join(
        f"{STATE_WORDS[state]}: {listed([inside_a_sentence(item.indicator.name) for item in items])}"
        for state, items in states_met(review)
        if state in NAMED
    )


def state_chips(review: PriorityReview) -> str:
    """One label for each state met, with how many indicators are in it."""
    labels = []
    for state, items in states_met(review):
        words = STATE_WORDS[state]
        told = words if len(review.reviews) == 1 else f"{len(items)} {words.lower()}"
        labels.append(state_label(state, change_of(items[0]), words=told))
    return " ".join(labels)


def review_label(review: IndicatorReview) -> str:
    """The label of one indicator; where neither way is better, the way it moved stands in place of a verdict."""
    change = review.change
    moved = change is not None and change.state is None and review.state is State.QUALITATIVE
    words = f"{change.verdict.capitalize()}, neither better nor worse" if moved else ""
    return state_label(review.state, change_of(review), words=words)


def change_of(review: IndicatorReview) -> float | None:
    """The change since the baseline, where both figures are held."""
    if review.baseline is None or review.latest is None:
        return None
    return review.latest - review.baseline


def inside_a_sentence(name: str) -> str:
    """A title inside a sentence; capitals that belong to a name or an abbreviation are kept."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]
