"""The tally: how many indicators are in each state, as one bar with its numbers written in it and a key beneath."""

from __future__ import annotations

from collections.abc import Mapping

from pccstats.presentation.states import STATE_WORDS
from pccstats.presentation.style import escaped
from pccstats.terms.words import State


def tally_bar(tally: Mapping[str, int]) -> str:
    """The tally as a stacked bar; the key names all eight states, those nobody is in included."""
    bar = "".join(
        f'<span class="part state-{state}" style="flex-grow:{count}"><b>{count}</b></span>'
        for state, count in tally.items()
        if count
    )
    key = "".join(
        f'<li class="{"some" if count else "none"}"><span class="swatch state-{state}" aria-hidden="true"></span>'
        f"<b>{count}</b> {escaped(STATE_WORDS[State(state)].lower())}</li>"
        for state, count in tally.items()
    )
    return f'<div class="tally" aria-hidden="true">{bar}</div><ul class="tally-key">{key}</ul>'
