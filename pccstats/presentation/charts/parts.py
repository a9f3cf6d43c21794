"""Parts that several charts share: the month axis, direct labels, event marks, the latest quarter."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, NullFormatter

from pccstats.presentation.charts.event_rows import event_rows
from pccstats.presentation.style import DATA, HAIRLINE, QUIET
from pccstats.terms.periods import MONTHS_IN_A_QUARTER, MONTHS_IN_A_YEAR, FinancialYear
from pccstats.terms.plan import Event

MOST_YEARS_IN_FULL = 9  # beyond this, `2015/16` is written `15/16` so that years never touch
LETTER_WIDTH = 0.066  # inches, of the smallest text used for labels
YEAR_LETTER_WIDTH = 0.078  # inches, of financial years on the axis
TYPICAL_PLOT_WIDTH = 5.7  # inches
EVENT_WIDTH = 42  # characters of an event's name on one line
EVENT_LETTER_WIDTH = 0.06  # inches
LABEL_ROW = 0.16  # inches between rows of event labels
OVERHANG = 0.9  # inches that an event's name may reach over the plot's right end; direct labels stand lower
LABEL_GAP = 0.17  # inches between direct labels at the right end


def x_of(months: Iterable[pd.Period]) -> np.ndarray:
    """Where months stand on the axis: their running number, so that equal gaps are equal months."""
    return np.array([period.ordinal for period in months], dtype=float)


def month_axis(axes: Axes, months: Iterable[pd.Period]) -> None:
    """One tick a quarter, and each financial year written once beneath its twelve months."""
    ends = pd.PeriodIndex(list(months), freq="M")
    first, last = ends.min(), ends.max()
    every = pd.period_range(first, last, freq="M")
    quarter_starts = [p.ordinal - 0.5 for p in every if (p.month - 1) % MONTHS_IN_A_QUARTER == 0]
    years = sorted({FinancialYear.containing(p) for p in every})
    year_starts = [year.first_month.ordinal - 0.5 for year in years if year.first_month >= first]
    axes.xaxis.set_major_locator(FixedLocator(year_starts))
    axes.xaxis.set_minor_locator(FixedLocator([x for x in quarter_starts if x not in year_starts]))
    axes.xaxis.set_major_formatter(NullFormatter())
    axes.tick_params(axis="x", which="major", length=16, width=0.8, color=HAIRLINE)
    axes.tick_params(axis="x", which="minor", length=4, width=0.8, color=HAIRLINE)
    in_full = len(years) <= MOST_YEARS_IN_FULL
    for year in years:
        shown = [p for p in every if FinancialYear.containing(p) == year]
        name = str(year) if in_full else str(year)[2:]
        to_neighbour = (MONTHS_IN_A_YEAR + len(shown)) / 2 * TYPICAL_PLOT_WIDTH / len(every)
        if len(shown) < MONTHS_IN_A_QUARTER or (len(years) > 1 and to_neighbour < len(name) * YEAR_LETTER_WIDTH):
            continue  # too narrow to hold its name
        middle = (shown[0].ordinal + shown[-1].ordinal) / 2
        axes.annotate(
            name,
            (middle, 0),
            xycoords=("data", "axes fraction"),
            xytext=(0, -8),
            textcoords="offset points",
            ha="center",
            va="top",
            size=8.5,
            color=QUIET,
            annotation_clip=False,
        )
    axes.set_xlim(first.ordinal - 0.7, last.ordinal + 0.7)


def end_labels(axes: Axes, labels: Sequence[tuple[float, str, str]], *, plot_height: float) -> None:
    """Write labels at the right end, each at its value, moved apart where they would touch.

    Parameters
    ----------
    labels : sequence of (value, text, colour)
    plot_height : float
        Height of the plot in inches, so that "touching" can be known before anything is drawn.
    """
    low, high = axes.get_ylim()
    gap = LABEL_GAP * (high - low) / plot_height
    ordered = sorted(labels, key=lambda label: label[0])
    heights = spread([value for value, _, _ in ordered], gap)
    for (value, text, colour), height in zip(ordered, heights, strict=True):
        axes.annotate(
            text,
            (1, height),
            xycoords=("axes fraction", "data"),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            ha="left",
            size=8,
            color=colour,
            weight="bold" if colour == DATA and value == ordered[-1][0] and len(ordered) == 1 else "normal",
            annotation_clip=False,
        )


def spread(values: Sequence[float], gap: float) -> list[float]:
    """Move ascending values apart until each stands at least `gap` from the next, disturbing them least.

    Examples
    --------
    >>> spread([1.0, 1.0, 9.0], 2.0)
    [0.0, 2.0, 9.0]
    """
    blocks: list[list[float]] = []  # each block: [sum of wanted positions less offsets, size]
    for value in values:
        blocks.append([value, 1.0])
        while len(blocks) > 1 and _centre(blocks[-1], gap)[0] < _centre(blocks[-2], gap)[1] + gap:
            total, size = blocks.pop()
            blocks[-1][0] += total
            blocks[-1][1] += size
    placed: list[float] = []
    for block in blocks:
        start, _ = _centre(block, gap)
        placed += [start + gap * step for step in range(int(block[1]))]
    return placed


def _centre(block: list[float], gap: float) -> tuple[float, float]:
    total, size = block
    start = total / size - gap * (size - 1) / 2
    return start, start + gap * (size - 1)


def event_marks(axes: Axes, events: Sequence[Event], *, plot_width: float) -> float:
    """Draw events as hairlines that rise to their names above the plot, in as many rows as they need.

    A name stands to the right of its line where it fits, else to the left, and no line runs through a name. Returns
    the inches to keep above the plot for them.
    """
    left, right = axes.get_xlim()
    per_inch = (right - left) / plot_width
    shown = sorted((e for e in events if left <= e.month.ordinal - 0.5 <= right), key=lambda e: e.month)
    if not shown:
        return 0.0
    lines = [event.month.ordinal - 0.5 for event in shown]
    titles = [textwrap.fill(event.title, EVENT_WIDTH) for event in shown]
    longest = [max(map(len, title.splitlines())) for title in titles]
    widths = [(EVENT_LETTER_WIDTH * letters + 0.12) * per_inch for letters in longest]
    furthest = right + OVERHANG * per_inch
    is_right = [x + width <= furthest for x, width in zip(lines, widths, strict=True)]
    names = [
        (x, x + width) if to_the_right else (x - width, x)
        for x, width, to_the_right in zip(lines, widths, is_right, strict=True)
    ]
    rows = event_rows(lines, names)
    row_height = LABEL_ROW * max(title.count("\n") + 1 for title in titles)
    for event, title, x, row, to_the_right in zip(shown, titles, lines, rows, is_right, strict=True):
        _event_line(axes, event, title, x, row_height * row, is_right=to_the_right)
    return row_height * (max(rows) + 1) + 0.06


def _event_line(axes: Axes, event: Event, title: str, x: float, height: float, *, is_right: bool) -> None:
    top = 72 * height
    axes.axvline(x, color=QUIET, linewidth=0.8, linestyle="-" if event.breaks_comparability else (0, (4, 2)))
    axes.annotate(
        "",
        (x, 1),
        xycoords=("data", "axes fraction"),
        xytext=(0, top + 9),
        textcoords="offset points",
        arrowprops={"arrowstyle": "-", "color": QUIET, "linewidth": 0.5, "shrinkA": 0, "shrinkB": 0},
        annotation_clip=False,
    )
    axes.annotate(
        title,
        (x, 1),
        xycoords=("data", "axes fraction"),
        xytext=(3 if is_right else -3, 2 + top),
        textcoords="offset points",
        ha="left" if is_right else "right",
        va="bottom",
        size=7.5,
        color=QUIET,
        annotation_clip=False,
    )


def shade_latest_quarter(axes: Axes, last: pd.Period) -> None:
    """A very faint field behind the quarter the pack is about."""
    axes.axvspan(last.ordinal - 2.5, last.ordinal + 0.5, color=HAIRLINE, alpha=0.35, linewidth=0, zorder=0)
