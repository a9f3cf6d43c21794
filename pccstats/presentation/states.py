"""A state as readers see it: a shape, a word, and a class that gives it a colour. Never colour alone."""

from __future__ import annotations

from pccstats.presentation.style import escaped
from pccstats.terms.words import PeerState, State

UP, DOWN, LEVEL, HOLLOW = "▲", "▼", "–", "○"
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


PEER_WORDS = {
    PeerState.BETTER_THAN_PEERS: "better than peers",
    PeerState.IN_LINE_WITH_PEERS: "in line with peers",
    PeerState.WORSE_THAN_PEERS: "worse than peers",
    PeerState.ABOVE_PEERS: "above peers",
    PeerState.BELOW_PEERS: "below peers",
}
