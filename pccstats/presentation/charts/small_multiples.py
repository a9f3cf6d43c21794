"""Areas side by side: one small chart each, all on one scale, each month in the band to be expected of that area."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, MaxNLocator, NullFormatter, StrMethodFormatter

from pccstats.presentation import numbers
from pccstats.presentation.charts.parts import x_of
from pccstats.presentation.sentences.area_comparison import areas_alt_text, months_headline
from pccstats.presentation.style import (
    BAND,
    DATA,
    HAIRLINE,
    INK,
    QUIET,
    VARIATION_COLOURS,
    finish,
    new_chart,
)
from pccstats.terms.periods import FIRST_MONTH_OF_YEAR, FinancialYear, month_in_words
from pccstats.terms.results.area_comparison import AreaComparison
from pccstats.terms.words import Signal, Variation

WIDTH = 10.6  # inches: the full width of a page
PANEL_HEIGHT, NAME_HEIGHT, GAP = 1.32, 0.34, 0.24
LEFT, RIGHT, BOTTOM = 0.5, 0.1, 0.3
MOST_ACROSS = 4
MONTHS_MARKED = 12  # signals of the latest year: older ones are in the table of each area


def draw_small_multiples(result: AreaComparison) -> Figure:
    """One panel an area, in the order of the plan, with the scale written once a row and the years once beneath."""
    rows, across = _grid(len(result.points))
    height = rows * (PANEL_HEIGHT + NAME_HEIGHT) + BOTTOM + 0.72
    figure, first = new_chart(width=WIDTH, height=height)
    first.remove()
    finish(
        figure,
        headline=months_headline(result),
        subtitle=_subtitle(result),
        alt_text=areas_alt_text(result, "Small multiples: one chart an area, all on one scale"),
    )
    inches = float(figure.get_size_inches()[1])
    top = inches - figure.title_height  # type: ignore[attr-defined]
    figure.has_many_letters = True  # type: ignore[attr-defined]  # as text they take a tenth of the room
    low, high = _scale(result.months)
    wide = (WIDTH - LEFT - RIGHT - (across - 1) * GAP) / across
    for place, area in enumerate(result.areas):
        row, column = divmod(place, across)
        bottom = top - (row + 1) * (PANEL_HEIGHT + NAME_HEIGHT)
        axes = figure.add_axes(
            (
                (LEFT + column * (wide + GAP)) / WIDTH,
                (bottom + 0.02) / inches,
                wide / WIDTH,
                PANEL_HEIGHT / inches,
            )
        )
        is_lowest = place + across >= len(result.points)
        _panel(axes, result, area, low, high, is_first=column == 0, is_lowest=is_lowest)
    return figure


def _grid(count: int) -> tuple[int, int]:
    """Rows and columns: three across up to nine areas, else four."""
    across = min(3 if count <= 9 else MOST_ACROSS, count)
    return math.ceil(count / across), across


def _scale(months: pd.DataFrame) -> tuple[float, float]:
    """One scale for all: from nought up to the highest month or limit."""
    highest = float(np.nanmax(months[["shown", "upper"]].to_numpy(dtype=float)))
    return 0.0, 1.04 * highest or 1.0


def _panel(
    axes: Axes, result: AreaComparison, area: Any, low: float, high: float, *, is_first: bool, is_lowest: bool
) -> None:
    points = result.months_of(area.area)
    x = x_of(points["month"])
    axes.fill_between(x, points["lower"].clip(lower=low), points["upper"], color=BAND, linewidth=0)
    axes.plot(x, points["centre_line"], color=INK, linewidth=0.8)
    axes.plot(x, points["shown"], color=DATA, linewidth=1.4)
    point: Any
    for at, point in zip(x, points.itertuples(), strict=True):
        is_recent = at > x[-1] - MONTHS_MARKED
        if is_recent and point.signal != Signal.NONE and pd.notna(point.shown):
            marker = "D" if point.signal == Signal.ABOVE else "v"
            axes.plot(at, point.shown, marker, color=VARIATION_COLOURS[Variation(point.variation)], markersize=4.6)
    latest = points["shown"].iloc[-1]
    if points["signal"].iloc[-1] == Signal.NONE:
        axes.plot(x[-1], latest, "o", color=DATA, markersize=4.2)
    axes.set_ylim(low, high)
    axes.set_xlim(x[0] - 1, x[-1] + 1)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=3, steps=[1, 2, 2.5, 5, 10]))
    axes.hlines(axes.get_yticks(), x[0] - 1, x[-1] + 1, color=HAIRLINE, linewidth=0.6, zorder=0)
    axes.set_ylim(low, high)
    axes.spines["bottom"].set_visible(False)
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,g}"))
    axes.tick_params(axis="y", labelsize=9)
    axes.yaxis.set_visible(is_first)
    _years(axes, points["month"], is_lowest=is_lowest)
    decimals = 0 if latest >= 20 else 1 if latest >= 2 else 2
    axes.annotate(
        area.area, (0, 1), xycoords="axes fraction", xytext=(0, 4), textcoords="offset points",
        size=10.5, weight="bold", color=INK,
    )  # fmt: skip
    axes.annotate(
        numbers.plain(latest, decimals), (1, 1), xycoords="axes fraction", xytext=(0, 4), textcoords="offset points",
        size=10.5, ha="right", color=DATA,
    )  # fmt: skip


def _years(axes: Axes, months: pd.Series, *, is_lowest: bool) -> None:
    starts = [month.ordinal - 0.5 for month in months if month.month == FIRST_MONTH_OF_YEAR]
    axes.xaxis.set_major_locator(FixedLocator(starts))
    axes.xaxis.set_major_formatter(NullFormatter())
    axes.tick_params(axis="x", length=5, color=QUIET)
    if not is_lowest:
        axes.xaxis.set_visible(False)
        return
    for year in sorted({FinancialYear.containing(month) for month in months}):
        held = [month.ordinal for month in months if FinancialYear.containing(month) == year]
        if len(held) > 5:
            middle = (held[0] + held[-1]) / 2
            axes.annotate(
                str(year), (middle, 0), xycoords=("data", "axes fraction"), xytext=(0, -6), textcoords="offset points",
                ha="center", va="top", size=9, color=QUIET, annotation_clip=False,
            )  # fmt: skip


def _subtitle(result: AreaComparison) -> str:
    last = month_in_words(result.months["month"].max())
    unit = f"{result.unit}, {result.scale}" if result.unit else result.scale
    illustrative = " Illustrative months." if result.is_illustrative else ""
    return (
        f"{result.title}: {unit}, 36 months to {last}, each area in the band to be expected of it. "
        f"Signals of the latest year are marked; the figure at the right is the last month's.{illustrative}"
    )
