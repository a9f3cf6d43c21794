"""Counts as bars of parts end to end, each part with its number in it and its words beneath."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pccstats.presentation.chart_parts import LETTER_WIDTH
from pccstats.presentation.event_marks import event_rows
from pccstats.presentation.style import (
    BAND,
    HAIRLINE,
    INK,
    OTHERS,
    PAPER,
    QUIET,
    TITLE_HEIGHT,
    WIDTH,
    finish,
    house_style,
    new_chart,
)
from pccstats.terms.words import capital

NAME, BAR, LINE, GAP = 0.24, 0.38, 0.17, 0.16  # inches: a bar's name, the bar, a line of words, the space between bars
SIDE = 0.1  # inches beside the bars
MOST_LINES = 4  # of words beneath a bar; with more they are listed with their numbers
GREY = {OTHERS: HAIRLINE}  # a field that bears a number is paler than a mark
LIGHT = (HAIRLINE, BAND, PAPER)  # fields that bear dark numbers


class BarPart(NamedTuple):
    """One part of a bar of counts; a hollow one is no answer."""

    words: str
    number: int
    colour: str
    is_filled: bool


def draw_bar(parts: Sequence[BarPart], *, headline: str, subtitle: str, alt_text: str) -> Figure:
    """One bar of counts."""
    return draw_bars([("", parts)], headline=headline, subtitle=subtitle, alt_text=alt_text)


def draw_bars(bars: Sequence[tuple[str, Sequence[BarPart]]], *, headline: str, subtitle: str, alt_text: str) -> Figure:
    """Bars of counts on one scale, each with its name above it."""
    longest = max(1, *(sum(part.number for part in parts) for _, parts in bars))
    per_inch = longest / (WIDTH - 2 * SIDE)
    with house_style():
        figure, axes = new_chart()
        axes.axis("off")
        down = 0.0
        for name, parts in bars:
            if name:
                axes.text(0, down + NAME - 0.07, name, size=9, weight="bold", color=INK, va="bottom")
                down += NAME
            down += _bar(axes, [part for part in parts if part.number], down, per_inch) + GAP
        axes.set_xlim(0, longest)
        axes.set_ylim(down, 0)  # the height of the axes is in inches
        figure.set_size_inches(WIDTH, TITLE_HEIGHT + down)
        return finish(
            figure, headline=headline, subtitle=subtitle, alt_text=alt_text, left=SIDE, right=SIDE, bottom=0.0
        )


def _bar(axes: Axes, parts: Sequence[BarPart], top: float, per_inch: float) -> float:
    """Draw one bar and its words; the inches that both take."""
    ends = list(accumulate(part.number for part in parts))
    middles = [end - part.number / 2 for part, end in zip(parts, ends, strict=True)]
    for part, end, middle in zip(parts, ends, middles, strict=True):
        fill = GREY.get(part.colour, part.colour) if part.is_filled else PAPER
        inset = min(0.012 * per_inch, 0.1 * part.number)  # paper between neighbours: they stay apart in grey
        axes.barh(
            top + BAR / 2,
            part.number - 2 * inset,
            left=end - part.number + inset,
            height=BAR - 0.03,
            color=fill,
            edgecolor=OTHERS if fill in LIGHT else fill,
            linewidth=0.8,
        )
        ink = INK if fill in LIGHT else PAPER
        axes.text(middle, top + BAR / 2, str(part.number), color=ink, ha="center", va="center", weight="bold", size=9)
    return BAR + _words(axes, parts, middles, top + BAR, per_inch)


def _words(axes: Axes, parts: Sequence[BarPart], middles: Sequence[float], top: float, per_inch: float) -> float:
    """The words of each part beneath it, in as many lines as they need; the inches they take."""
    total = sum(part.number for part in parts)
    spans = []
    for part, middle in zip(parts, middles, strict=True):
        wide = LETTER_WIDTH * (len(part.words) + 1) * per_inch
        left = max(0.0, min(middle - wide / 2, total - wide))
        spans.append((left, left + wide))
    rows = event_rows(middles, spans)
    if parts and (not rows or max(rows) >= MOST_LINES):
        return _listed(axes, parts, top)
    for part, row, (left, right), middle in zip(parts, rows, spans, middles, strict=True):
        foot = top + LINE * row
        if row:
            axes.vlines(middle, top + 0.02, foot + 0.04, color=QUIET, linewidth=0.6)
        axes.text((left + right) / 2, foot + 0.05, capital(part.words), size=8, color=QUIET, ha="center", va="top")
    return LINE * (max(rows, default=0) + 1) + 0.05


def _listed(axes: Axes, parts: Sequence[BarPart], top: float) -> float:
    """Numbers with their words, run on, where they cannot stand beneath their parts."""
    told = "; ".join(f"{part.number}\u00a0{part.words}" for part in parts)
    lines = textwrap.wrap(told, int((WIDTH - 2 * SIDE) / LETTER_WIDTH), break_long_words=False)
    axes.text(0, top + 0.05, "\n".join(lines), size=8, color=QUIET, va="top")
    return LINE * len(lines) + 0.05
