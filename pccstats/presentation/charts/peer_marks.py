"""Colour and shape of a state against peers; what is in line is an ordinary dot."""

from __future__ import annotations

from pccstats.presentation.style import BETTER, WORSE
from pccstats.terms.words import PeerState

STATE_COLOURS = {PeerState.BETTER_THAN_PEERS: BETTER, PeerState.WORSE_THAN_PEERS: WORSE}
STATE_MARKERS = {
    PeerState.BETTER_THAN_PEERS: "D",
    PeerState.WORSE_THAN_PEERS: "^",
    PeerState.ABOVE_PEERS: "D",
    PeerState.BELOW_PEERS: "^",
}
