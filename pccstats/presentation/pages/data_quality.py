"""The data-quality page: what is held, how fresh, what was found, what was revised, what changed."""

from __future__ import annotations

import pandas as pd

from pccstats.presentation.describe import describe
from pccstats.presentation.draw import draw
from pccstats.presentation.pages.figure import figure_block
from pccstats.presentation.style import escaped
from pccstats.presentation.table import TableSpec
from pccstats.presentation.tables.data_quality import (
    availability_table,
    events_table,
    findings_table,
    freshness_table,
    revisions_table,
)
from pccstats.terms.results.data_quality import DataQuality


def data_quality_page(result: DataQuality) -> str:
    """Findings that need an answer come first; what is on record opens."""
    points = result.points
    need, record = (points["severity"] == "flag"), (points["severity"] == "note")
    current = freshness_table(result, is_current=True)
    matrix = figure_block(draw(result), data=availability_table(result).to_html(), is_wide=True)
    return (
        f"<p>{escaped(describe(result))}</p>"
        f"{_section('What needs an answer', _rows(result, need), 'Nothing found needs an answer.')}"
        f"{_opening(f'{int(record.sum())} findings on record', _rows(result, record)) if record.any() else ''}"
        f"<section><h2>What is held</h2>{matrix}</section>"
        f"{_section('How fresh it is', freshness_table(result, is_current=False), 'Every figure is up to date.')}"
        f"{_opening(f'{len(current.rows)} indicators are up to date', current) if len(current.rows) else ''}"
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


def _opening(words: str, spec: TableSpec) -> str:
    return f"<details><summary>{escaped(words)}</summary>{spec.to_html()}</details>"
