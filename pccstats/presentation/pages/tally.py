"""The tally of a quarter as a bar: on the page of a theme, and on the front page.

Short because the front page is made by the command, which draws no chart and need not load what does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from pccstats.presentation.markup import Part
from pccstats.presentation.states import words_of
from pccstats.terms.results.quarter import PriorityReview, QuarterAssessment
from pccstats.terms.words import State, Strength


@dataclass(frozen=True)
class TallyBar(Part):
    """The tally as a stacked bar, and its key: each state with its words and its number, then what is not counted."""

    template: ClassVar[str] = "tally.html.j2"
    counts: tuple[tuple[State, str, int], ...]
    not_firm: tuple[tuple[Strength, int], ...] = ()

    @property
    def not_counted(self) -> int:
        """How many verdicts are in no state's count."""
        return sum(count for _, count in self.not_firm)

    @property
    def lacking(self) -> str:
        """What these lack: `2 weak, 1 stale`."""
        return ", ".join(f"{count} {strength}" for strength, count in self.not_firm)


def tally_bar(states: Iterable[tuple[State, str, int]], not_firm: Mapping[str, int] | None = None) -> TallyBar:
    """The bar of a tally; the key names every state given, by its words, and the verdicts not counted."""
    return TallyBar(
        tuple(states), tuple((Strength(strength), count) for strength, count in (not_firm or {}).items() if count)
    )


def tally_of_page(result: QuarterAssessment | PriorityReview) -> TallyBar:
    """The bar of a whole assessment, or of one theme or priority, whose key leaves out the states that nobody is in."""
    is_whole = isinstance(result, QuarterAssessment) and result.theme is None
    states = (
        (state, words_of(state, found), len(found)) for state, found in result.counted.items() if found or is_whole
    )
    return tally_bar(states, {str(strength): len(found) for strength, found in result.not_firm.items()})
