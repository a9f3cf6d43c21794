"""Parts that charts share: axes, labels that do not collide, event marks."""

from __future__ import annotations

import math
from calendar import month_name
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from pccstats.presentation.style import (
    BAND,
    DATA,
    HAIRLINE,
    INK,
    OTHERS,
    QUIET,
)
from pccstats.terms.periods import MONTHS_IN_A_QUARTER, MONTHS_IN_A_YEAR, FinancialYear
from pccstats.terms.words import Signal

MOST_YEARS_IN_FULL = 9  # beyond this, `2015/16` is written `15/16` so that years never touch
LABEL_MARGIN = 0.16  # inches beside the direct labels
LETTER_WIDTH = 0.066  # inches, of the smallest text used for labels
YEAR_LETTER_WIDTH = 0.078  # inches, of financial years on the axis
TYPICAL_PLOT_WIDTH = 5.7  # inches
LABEL_GAP = 0.17  # inches between direct labels at the right end
SIZE = 7.5
YEARS_BENEATH = 0.36  # inches from the plot down to the foot of its financial years
SIGNAL_MARKS = {Signal.ABOVE: "D", Signal.BELOW: "v", Signal.NONE: "o"}


Span = tuple[float, float]


def ends_in_words(ends: Iterable[pd.Period]) -> str:
    """What rolling years end with, each of them: `month`, `quarter end`, `March`.

    Examples
    --------
    >>> ends_in_words(pd.PeriodIndex(["2014-09", "2014-12", "2015-06"], freq="M"))
    'quarter end'
    """
    months = sorted({end.month for end in ends})
    if len(months) == 1:
        return month_name[months[0]]
    return "quarter end" if months and all(month % MONTHS_IN_A_QUARTER == 0 for month in months) else "month"


def named_rows(axes: Axes, names: Sequence[str]) -> None:
    """One row for each name, the first at the top.

    Examples
    --------
    >>> from pccstats.presentation.style import new_chart
    >>> _, axes = new_chart()
    >>> named_rows(axes, ["All crime", "Burglary"])
    >>> [name.get_text() for name in axes.get_yticklabels()], bool(axes.yaxis_inverted())
    (['All crime', 'Burglary'], True)
    """
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_yticks(range(len(names)), names, fontsize=8.5, color=INK)


def x_of(months: Iterable[pd.Period]) -> np.ndarray:
    """Where months stand on the axis: their running number, so that equal gaps are equal months."""
    return np.array([period.ordinal for period in months], dtype=float)


def middle_of(ends: Iterable[pd.Period], span_months: int) -> np.ndarray:
    """Where figures stand on the axis: a quarter over its middle month."""
    return x_of(ends) - (span_months - 1) / 2


def with_edges(values: np.ndarray, by: float = 0.0) -> np.ndarray:
    """A figure is as wide as the time it covers: what is drawn of it reaches half of that further at either end.

    Examples
    --------
    >>> with_edges(np.array([1.0, 2.0]), by=0.5).tolist()
    [0.5, 1.0, 2.0, 2.5]
    """
    return np.concatenate([[values[0] - by], values, [values[-1] + by]])


def month_axis(axes: Axes, months: Iterable[pd.Period], *, span_months: int = 1) -> None:
    """One mark a quarter, and each financial year written once beneath its twelve months.

    Where there are too many years for all their names, every second or third is named, the latest among them.
    Of quarters the months given are the last ones; the axis begins with the first month of the first.
    """
    ends = [period.ordinal for period in months]
    first, last = min(ends) - (span_months - 1), max(ends)
    years = _years_between(first, last)
    begins = [year.first_month.ordinal for year in years]
    of_quarters = range(-(-first // MONTHS_IN_A_QUARTER) * MONTHS_IN_A_QUARTER, last + 1, MONTHS_IN_A_QUARTER)
    axes.xaxis.set_visible(False)  # a tick of matplotlib is two lines and two texts, and here are up to sixty
    _marks_beneath(axes, "years", [at for at in begins if at >= first], length=16)
    _marks_beneath(axes, "quarters", [at for at in of_quarters if at not in begins], length=4)
    in_full = len(years) <= MOST_YEARS_IN_FULL
    of_a_month = TYPICAL_PLOT_WIDTH / (last - first + 1)  # inches
    step = max(1, math.ceil((len(str(years[-1])[2:]) + 1) * YEAR_LETTER_WIDTH / (MONTHS_IN_A_YEAR * of_a_month)))
    for year, begin in [*zip(years, begins, strict=True)][::-step][::-1]:  # the latest is among them
        start, stop = max(begin, first), min(begin + MONTHS_IN_A_YEAR - 1, last)
        shown = stop - start + 1
        name = str(year) if in_full else str(year)[2:]
        to_neighbour = step * (MONTHS_IN_A_YEAR + shown) / 2 * of_a_month
        if shown < MONTHS_IN_A_QUARTER or (len(years) > 1 and to_neighbour < (len(name) + 1) * YEAR_LETTER_WIDTH):
            continue  # too narrow to hold its name
        at, away, side = (start + stop) / 2, 0, "center"
        if shown * of_a_month < len(name) * YEAR_LETTER_WIDTH:  # of a year cut off by an end: no mark goes through it
            at, away, side = (begin - 0.5, 3, "left") if stop == last else (stop + 0.5, -3, "right")
        axes.annotate(
            name,
            (at, 0),
            xycoords=("data", "axes fraction"),
            xytext=(away, -8),
            textcoords="offset points",
            ha=side,
            va="top",
            size=8.5,
            color=QUIET,
            annotation_clip=False,
        )
    axes.set_xlim(first - 0.7, last + 0.7)


def _years_between(first: int, last: int) -> list[FinancialYear]:
    """The years that months lie in, given by the running numbers of the first and the last."""
    oldest, latest = (FinancialYear.containing(pd.Period(ordinal=at, freq="M")) for at in (first, last))
    return [FinancialYear(start, oldest.first) for start in range(oldest.start, latest.start + 1)]


def _marks_beneath(axes: Axes, label: str, months: Sequence[int], *, length: float) -> None:
    """A mark of so many points at the beginning of each of some months, all of them in one line of marks."""
    axes.add_artist(
        Line2D(
            [at - 0.5 for at in months],
            [0] * len(months),
            transform=axes.get_xaxis_transform(),
            label=label,
            linestyle="none",
            marker=3,  # down from its place
            markersize=length,
            markeredgewidth=0.8,
            color=HAIRLINE,
            clip_on=False,
            zorder=0.5,
        )
    )


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


def band(
    axes: Axes, x: np.ndarray, lower: np.ndarray, upper: np.ndarray, *, colour: str = BAND, is_inner: bool = False
) -> None:
    """A light field with edge lines that can be seen on paper and on the field; those of an inner one are dashed."""
    axes.fill_between(x, lower, upper, color=colour, linewidth=0, zorder=0.9 if is_inner else 0.8)
    for edge in (lower, upper):
        axes.plot(x, edge, color=OTHERS, linewidth=0.8, linestyle=(0, (3, 2)) if is_inner else "-", zorder=1.1)


def interval(axes: Axes, row: float, ends: Span, reach: float, colour: str) -> None:
    """An interval as a line with a tick at either end; where it goes beyond the axis there is no tick."""
    low, high = ends
    axes.hlines(row, max(low, -reach), min(high, reach), color=colour, linewidth=2.2, zorder=2)
    for end in ends:
        if abs(end) <= reach:
            axes.plot(end, row, marker="|", color=colour, markersize=8, markeredgewidth=1.6, zorder=2)


def shade_latest_quarter(axes: Axes, last: pd.Period) -> None:
    """A very faint field behind the quarter the pack is about."""
    axes.axvspan(last.ordinal - 2.5, last.ordinal + 0.5, color=HAIRLINE, alpha=0.35, linewidth=0, zorder=0)
