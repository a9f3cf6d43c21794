"""States and verdicts in words, shapes and labels."""

from __future__ import annotations

from pccstats.presentation.numbers import listed
from pccstats.presentation.style import escaped
from pccstats.terms.results.quarter import IndicatorReview, PriorityReview
from pccstats.terms.words import PeerState, State

STATE_WORDS = {
    State.BETTER: "Better",
    State.NO_EVIDENCE_OF_CHANGE: "No evidence of change",
    State.WORSE: "Worse",
    State.NOT_COMPARABLE: "Not comparable",
    State.INSUFFICIENT_DATA: "Not enough data",
    State.EMBARGOED: "Embargoed",
    State.NOT_COLLECTED: "Not collected",
    State.QUALITATIVE: "Judged in words",
}
_JUDGED = (State.BETTER, State.WORSE)
PEER_WORDS = {
    PeerState.BETTER_THAN_PEERS: "better than peers",
    PeerState.IN_LINE_WITH_PEERS: "in line with peers",
    PeerState.WORSE_THAN_PEERS: "worse than peers",
    PeerState.ABOVE_PEERS: "above peers",
    PeerState.BELOW_PEERS: "below peers",
}
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


UP, DOWN, LEVEL, HOLLOW = "▲", "▼", "–", "○"


def state_shape(state: State, change: float | None = None) -> str:
    """The shape of a state: an arrow the way the figure moved, a dash, or a hollow ring where there is no answer.

    Examples
    --------
    >>> state_shape(State.BETTER, -12.0), state_shape(State.NO_EVIDENCE_OF_CHANGE), state_shape(State.EMBARGOED)
    ('▼', '–', '○')
    """
    if state in _JUDGED:
        return DOWN if change is not None and change < 0 else UP
    return LEVEL if state is State.NO_EVIDENCE_OF_CHANGE else HOLLOW


def state_label(state: State | str, change: float | None = None, *, words: str = "") -> str:
    """A state as markup: shape and word together."""
    chosen = State(state)
    shape = state_shape(chosen, change)
    return (
        f'<span class="state state-{chosen}"><span class="shape" aria-hidden="true">{shape}</span> '
        f"{escaped(words or STATE_WORDS[chosen])}</span>"
    )


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
