"""Proposals to set limits anew as the expected-level chart they would give."""

from __future__ import annotations

from typing import Any

from matplotlib.figure import Figure

from pccstats.presentation.charts.expected_level import draw_expected_level
from pccstats.presentation.draw import draw
from pccstats.presentation.sentences.rebase_proposals import describe_rebase_proposals
from pccstats.terms.results.rebase_proposals import RebaseProposals


@draw.register
def draw_rebase_proposals(result: RebaseProposals) -> Figure:
    """The chart with every proposal applied, said to be no more than proposed."""
    count = len(result.points)
    found = "no new limits are proposed" if not count else f"new limits proposed from {count} date{'s' * (count > 1)}"
    figure = draw_expected_level(result.rebased, headline=f"{result.title}: {found}")
    words: Any = figure
    words.alt_text = f"{describe_rebase_proposals(result)} {words.alt_text}"
    return figure
