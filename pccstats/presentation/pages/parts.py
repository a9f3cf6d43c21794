"""Parts that pages share: leads, verdicts, figures with their charts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matplotlib.figure import Figure

from pccstats.presentation.style import escaped, svg_of
from pccstats.presentation.verbs import draw, table_of
from pccstats.terms.words import State


def chart_block(result: Any, *, label: str = "", is_wide: bool = False, has_data: bool = True, **options: Any) -> str:
    """The chart of a result with headline, subtitle, alt text and its data in a table that opens.

    `has_data` is False for a second chart of one result, whose figures stand beneath the first.
    """
    figure = draw(result, **options)
    if not has_data:
        return figure_block(figure, label=label, is_wide=is_wide)
    return figure_block(figure, data=table_of(result).to_html(), method=result.method, label=label, is_wide=is_wide)


def figure_block(figure: Figure, *, data: str = "", method: str = "", label: str = "", is_wide: bool = False) -> str:
    """Any finished chart as a figure element; `label` is what must be known before it is read."""
    words: Any = figure
    known_first = f'<p class="illustrative">{escaped(label)}</p>' if label else ""
    how = f'<p class="method">{escaped(method)}</p>' if method else ""
    opened = (
        f'<details class="data"><summary>Figures and method of this chart</summary>{how}{data}</details>'
        if data or how
        else ""
    )
    return (
        f'<figure class="chart{" wide" if is_wide else ""}"><figcaption><strong>{escaped(words.headline)}</strong> '
        f'<span class="subtitle">{escaped(words.subtitle)}</span></figcaption>'
        f"{known_first}{svg_of(figure)}{opened}</figure>"
    )


def tally_bar(tally: Mapping[str, int]) -> str:
    """The tally as a stacked bar; the key names all eight states, those nobody is in included."""
    bar = "".join(
        f'<span class="part state-{state}" style="flex-grow:{count}"><b>{count}</b></span>'
        for state, count in tally.items()
        if count
    )
    key = "".join(
        f'<li class="{"some" if count else "none"}"><span class="swatch state-{state}" aria-hidden="true"></span>'
        f"<b>{count}</b> {escaped(State(state).in_words)}</li>"
        for state, count in tally.items()
    )
    return f'<div class="tally" aria-hidden="true">{bar}</div><ul class="tally-key">{key}</ul>'
