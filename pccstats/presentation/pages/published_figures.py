"""Published figures worked out again, as a page grouped by verdict and as a block of one priority."""

from __future__ import annotations

from pccstats.presentation.describe import describe
from pccstats.presentation.draw import draw
from pccstats.presentation.pages.figure import figure_block
from pccstats.presentation.style import escaped
from pccstats.presentation.tables.replay import ORDER, WORDS, arithmetic_table, verdict_tables
from pccstats.terms.results.replay import Replay, ReplayVerdict

MEANING = {
    ReplayVerdict.DOES_NOT_FOLLOW: (
        "The numbers printed with these figures give another. That is said of the figure and its inputs, not of "
        "anybody's work: the inputs may be others than those printed, and where that is likely the note says which."
    ),
    ReplayVerdict.ONLY_TRUNCATED: "Rounded half up, as nearly everywhere in the documents, the last digit is another.",
    ReplayVerdict.TEXT: "Round words, figures given for information, and one conjecture about a denominator.",
    ReplayVerdict.REPRODUCES: "Rounded half up to the decimals printed, the working gives the figure as printed.",
}


def published_figures_page(result: Replay) -> str:
    """All figures: the count in a sentence and a bar, then a table for each verdict."""
    if result.points.empty:
        return "<p>No published figures are held with the numbers they were made from.</p>"
    groups = "".join(_group(result, verdict) for verdict in ORDER if len(result.having(verdict)))
    return (
        f'<div class="lead"><p>{escaped(describe(result))}</p></div>{figure_block(draw(result), method=result.method)}'
        f"{groups}"
    )


def arithmetic_block(result: Replay | None) -> str:
    """The published arithmetic of one priority, in a table that opens; nothing where there is none."""
    if result is None or result.points.empty:
        return ""
    return (
        f'<details class="arithmetic"><summary>{escaped(_opening(result))}</summary>'
        f"{arithmetic_table(result).to_html()}</details>"
    )


def _group(result: Replay, verdict: ReplayVerdict) -> str:
    name = verdict.value.replace("_", "-")
    tables = "".join(table.to_html() for table in verdict_tables(result, verdict))
    return (
        f'<section id="{name}"><h2>{escaped(WORDS[verdict])}: {len(result.having(verdict))}</h2>'
        f"<p>{escaped(MEANING[verdict])}</p>{tables}</section>"
    )


def _opening(result: Replay) -> str:
    counts = result.summary().iloc[0]
    said = [
        f"{counts[verdict.value]} {words}"
        for verdict, words in (
            (ReplayVerdict.REPRODUCES, "reproduced"),
            (ReplayVerdict.ONLY_TRUNCATED, "only by cutting off digits"),
            (ReplayVerdict.DOES_NOT_FOLLOW, "not following from the numbers printed"),
            (ReplayVerdict.TEXT, "in words or for information"),
        )
        if counts[verdict.value]
    ]
    return f"Arithmetic of the published documents, worked again: {', '.join(said)}"
