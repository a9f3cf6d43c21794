"""Pages about what was published: figures, tally, quality of the data."""

from __future__ import annotations

import pandas as pd

from pccstats.presentation.data_quality import (
    availability_table,
    events_table,
    findings_table,
    freshness_table,
    revisions_table,
)
from pccstats.presentation.pages.parts import figure_block
from pccstats.presentation.published import ORDER, arithmetic_table, verdict_tables
from pccstats.presentation.style import escaped
from pccstats.presentation.table import TableSpec
from pccstats.presentation.tally import (
    allowance_in_words,
    differing_table,
    poisson_in_words,
    shares_in_words,
    side_in_words,
    tally_table,
)
from pccstats.presentation.verbs import describe, draw
from pccstats.terms.results.published import DataQuality, Replay, ReplayVerdict, TallyComparison
from pccstats.terms.words import capital

MEANING = {
    ReplayVerdict.DOES_NOT_FOLLOW: (
        "The numbers printed with these figures give another. That is said of the figure and its inputs, not of "
        "anybody's work: the inputs may be others than those printed, and where that is likely the note says which."
    ),
    ReplayVerdict.ONLY_TRUNCATED: "Rounded half up, as nearly everywhere in the documents, the last digit is another.",
    ReplayVerdict.TEXT: "Round words, figures given for information, and one conjecture about a denominator.",
    ReplayVerdict.REPRODUCES: "Rounded half up to the decimals printed, the working gives the figure as printed.",
}
ONLY_TOTALS = (
    "Only the totals survive, not which indicators they were, so nothing here is matched indicator by indicator."
)


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
        f'<section id="{name}"><h2>{escaped(capital(verdict.in_words))}: {len(result.having(verdict))}</h2>'
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


def data_quality_page(result: DataQuality) -> str:
    """Findings that need an answer come first; what is on record opens."""
    points = result.points
    need, record = (points["severity"] == "flag"), (points["severity"] == "note")
    current = freshness_table(result, is_current=True)
    matrix = figure_block(draw(result), data=availability_table(result).to_html(), is_wide=True)
    return (
        f"<p>{escaped(describe(result))}</p>"
        f"{_section('What needs an answer', _rows(result, need), 'Nothing found needs an answer.')}"
        f"{_quality_opening(f'{int(record.sum())} findings on record', _rows(result, record)) if record.any() else ''}"
        f"<section><h2>What is held</h2>{matrix}</section>"
        f"{_section('How fresh it is', freshness_table(result, is_current=False), 'Every figure is up to date.')}"
        f"{_quality_opening(f'{len(current.rows)} indicators are up to date', current) if len(current.rows) else ''}"
        f"{_section('Revisions', revisions_table(result), 'No figure was published twice with different values.')}"
        f"{_section('Registered changes', events_table(result), 'No change is registered.')}"
        f'<p class="method">{escaped(result.method)}</p>'
    )


def _rows(result: DataQuality, chosen: pd.Series) -> TableSpec:
    spec = findings_table(result)
    rows = spec.rows.loc[chosen]
    return TableSpec(spec.title, spec.columns[1:], rows, f"{len(rows)} of {len(spec.rows)}")


def _section(heading: str, spec: TableSpec, otherwise: str = "") -> str:
    content = spec.to_html() if len(spec.rows) else f"<p>{escaped(otherwise)}</p>"
    return f"<section><h2>{escaped(heading)}</h2>{content}</section>"


def _quality_opening(words: str, spec: TableSpec) -> str:
    return f"<details><summary>{escaped(words)}</summary>{spec.to_html()}</details>"
