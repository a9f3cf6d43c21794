"""States and verdicts as labels: shape and words together, in the colour of the judgement.

Words and shapes are declared with the states themselves, in `pccstats.terms.words`; here they are only set out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pccstats.presentation.markup import Part
from pccstats.presentation.numbers import listed
from pccstats.terms.results.quarter import IndicatorReview, PriorityReview
from pccstats.terms.words import DOWN, UP, Judgement, State, Worded, capital

# What a hurried reader must not miss comes first; a priority with several states is never folded into one.
MOST_PRESSING_FIRST = (
    State.WORSE,
    State.BETTER,
    State.HIGHER_OR_LOWER,
    State.NO_EVIDENCE_OF_CHANGE,
    State.NOT_COMPARABLE,
    State.INSUFFICIENT_DATA,
    State.EMBARGOED,
    State.QUALITATIVE,
    State.NOT_COLLECTED,
)
NAMED = (State.WORSE, State.BETTER, State.HIGHER_OR_LOWER)
_LIKE = {
    Judgement.BETTER: State.BETTER,
    Judgement.WORSE: State.WORSE,
    Judgement.NONE: State.INSUFFICIENT_DATA,
}


def state_shape(state: State, change: float | None = None) -> str:
    """The shape of a state: an arrow the way the figure moved, a dash, or a hollow ring where there is no answer.

    Examples
    --------
    >>> state_shape(State.BETTER, -12.0), state_shape(State.NO_EVIDENCE_OF_CHANGE), state_shape(State.EMBARGOED)
    ('▼', '–', '○')
    """
    return DOWN if state.shape == UP and change is not None and change < 0 else state.shape


@dataclass(frozen=True)
class Chip(Part):
    """A verdict as readers see it: its kind gives the colour; shape and words say it without; small words beneath."""

    template: ClassVar[str] = "chip.html.j2"
    kind: str
    shape: str
    words: str
    beneath: str = ""


def state_label(state: State | str, change: float | None = None, *, words: str = "") -> Chip:
    """A state as a chip: shape and word together."""
    chosen = State(state)
    return label(state_shape(chosen, change), words or capital(chosen.in_words), like=chosen)


def label(shape: str, words: str, *, like: Worded | None = None, beneath: str = "") -> Chip:
    """Shape and words together, in the colour of the answer they are like."""
    return Chip(_class_of(like), shape, words, beneath)


def _class_of(answer: Worded | None) -> str:
    """The class that gives a label its colour: a state's own, or that of the state judged alike."""
    like = answer if answer is None or isinstance(answer, State) else _LIKE.get(answer.judgement)
    return "state" if like is None else f"state state-{like}"


def states_met(review: PriorityReview) -> list[tuple[State, list[IndicatorReview]]]:
    """The states a priority's indicators are in, the most pressing first, each with its indicators."""
    by_state = {state: [item for item in review.reviews if item.state is state] for state in MOST_PRESSING_FIRST}
    return [(state, items) for state, items in by_state.items() if items]


def verdict_words(review: PriorityReview) -> str:
    """Which indicators are better or worse, where a priority has several: `Worse: theft of motor vehicles`."""
    if len(review.reviews) == 1:
        return ""
    return ". ".join(
        f"{capital(state.in_words)}: {listed([inside_a_sentence(item.indicator.name) for item in items])}"
        for state, items in states_met(review)
        if state in NAMED
    )


def state_chips(review: PriorityReview) -> list[Chip]:
    """One chip for each state met, with how many indicators are in it."""
    labels = []
    for state, items in states_met(review):
        told = "" if len(review.reviews) == 1 else f"{len(items)} {state.in_words}"
        labels.append(state_label(state, change_of(items[0]), words=told))
    return labels


def review_label(review: IndicatorReview) -> Chip:
    """The chip of one indicator; where neither way is better, the way it moved; a verdict that is not firm says so."""
    neither = ", neither better nor worse" if review.state is State.HIGHER_OR_LOWER else ""
    return state_label(review.state, change_of(review), words=f"{capital(review.verdict)}{neither}")


def change_of(review: IndicatorReview) -> float | None:
    """The change since the baseline, where both figures are held."""
    return review.difference


def inside_a_sentence(name: str) -> str:
    """A title inside a sentence; capitals that belong to a name or an abbreviation are kept."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]
