"""The published tally beside ours: three columns, where they part, and what the published method must have been."""

from __future__ import annotations

from pccstats.presentation.describe import describe
from pccstats.presentation.draw import draw
from pccstats.presentation.pages.figure import figure_block
from pccstats.presentation.sentences.tally_comparison import (
    allowance_in_words,
    poisson_in_words,
    shares_in_words,
    side_in_words,
)
from pccstats.presentation.style import escaped
from pccstats.presentation.tables.tally_comparison import differing_table, tally_table
from pccstats.terms.results.tally_comparison import TallyComparison

ONLY_TOTALS = (
    "Only the totals survive, not which indicators they were, so nothing here is matched indicator by indicator."
)


def published_tally_section(result: TallyComparison) -> str:
    """The comparison as part of a page; one sentence where nothing was published for the quarter."""
    if result.published is None:
        return f"<p>{escaped(describe(result))}</p>"
    opening = f"{describe(result)} {shares_in_words(result)} {ONLY_TOTALS}"
    must = [poisson_in_words(result), allowance_in_words(result), side_in_words(result)]
    return (
        f"<p>{escaped(opening)}</p>{figure_block(draw(result))}{tally_table(result).to_html()}"
        f"<h3>What the published method must have been</h3>"
        f"{''.join(f'<p>{escaped(words)}</p>' for words in must if words)}{_differing(result)}"
    )


def _differing(result: TallyComparison) -> str:
    parted = int((~result.indicators["is_same"]).sum())
    if not result.side_fits or not parted:
        return ""
    return (
        f"<details><summary>On that reading, the {parted} indicators where our tests say something else</summary>"
        f"{differing_table(result).to_html()}</details>"
    )
