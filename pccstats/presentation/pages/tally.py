"""The tally: how many indicators are in each state, as one bar with its numbers written in it."""

from __future__ import annotations

from collections.abc import Mapping

from pccstats.presentation.states import STATE_WORDS
from pccstats.presentation.style import escaped
from pccstats.terms.words import State


def tally_bar(tally: Mapping[str, int]) -> str:
    """The tally as a stacked bar; a state at nought is named in the words beneath, not drawn."""
    total = sum(tally.values())
    spoken = "; ".join(f"{STATE_WORDS[State(state)]} {count}" for state, count in tally.items())
    parts = "".join(
        f'<span class="part state-{state}" style="flex-grow:{count}"><b>{count}</b> '
        f"<span>{escaped(STATE_WORDS[State(state)])}</span></span>"
        for state, count in tally.items()
        if count
    )
    absent = [STATE_WORDS[State(state)].lower() for state, count in tally.items() if not count]
    nought = f'<p class="caveat">None of the {total}: {", ".join(absent)}.</p>' if absent else ""
    return (
        f'<div class="tally" role="img" aria-label="{escaped(f"{total} indicators: {spoken}")}">{parts}</div>{nought}'
    )
