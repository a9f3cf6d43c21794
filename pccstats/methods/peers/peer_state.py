"""Where a force stands against its peers, in words: the interval gives the signal, polarity the judgement."""

from __future__ import annotations

import numpy as np

from pccstats.terms.words import PeerState, Polarity

STATES = {
    Polarity.LOWER_IS_BETTER: (PeerState.BETTER_THAN_PEERS, PeerState.WORSE_THAN_PEERS),
    Polarity.HIGHER_IS_BETTER: (PeerState.WORSE_THAN_PEERS, PeerState.BETTER_THAN_PEERS),
    Polarity.NEUTRAL: (PeerState.BELOW_PEERS, PeerState.ABOVE_PEERS),
}


def peer_states(value: np.ndarray, lower: np.ndarray, upper: np.ndarray, polarity: Polarity) -> np.ndarray:
    """State of each figure against the interval its peers predict; a figure on the limit is in line.

    Examples
    --------
    >>> figures = np.array([4.0, 6.0, 9.0])
    >>> [str(state) for state in peer_states(figures, np.full(3, 5.0), np.full(3, 8.0), Polarity.LOWER_IS_BETTER)]
    ['better_than_peers', 'in_line_with_peers', 'worse_than_peers']
    """
    when_below, when_above = STATES[polarity]
    state = np.full(np.shape(value), PeerState.IN_LINE_WITH_PEERS, dtype=object)
    state[value < lower] = when_below
    state[value > upper] = when_above
    return state
