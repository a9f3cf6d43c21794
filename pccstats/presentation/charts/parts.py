"""Parts that several charts share: the month axis, direct labels, event marks, the latest quarter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, NullFormatter

from pccstats.presentation.style import DATA, HAIRLINE, QUIET
from pccstats.terms.periods import MONTHS_IN_A_QUARTER, MONTHS_IN_A_YEAR, FinancialYear

MOST_YEARS_IN_FULL = 9  # beyond this, `2015/16` is written `15/16` so that years never touch
LETTER_WIDTH = 0.066  # inches, of the smallest text used for labels
YEAR_LETTER_WIDTH = 0.078  # inches, of financial years on the axis
TYPICAL_PLOT_WIDTH = 5.7  # inches
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


def shade_latest_quarter(axes: Axes, last: pd.Period) -> None:
    """A very faint field behind the quarter the pack is about."""
    axes.axvspan(last.ordinal - 2.5, last.ordinal + 0.5, color=HAIRLINE, alpha=0.35, linewidth=0, zorder=0)
