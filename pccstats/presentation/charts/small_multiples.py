"""Areas side by side: one small chart each, all on one scale, each month in the band to be expected of that area."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

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
NARROW = 2.8  # inches: in a narrower panel a long name needs smaller letters
MONTHS_MARKED = 12  # signals of the latest year: older ones are in the table of each area


@dataclass(frozen=True)
class Panel:
    """Where one area's chart stands, in inches of the figure; all panels are drawn on one pair of axes."""

    left: float
    bottom: float
    wide: float
    first: float
    last: float
    highest: float

    def x(self, months: Any) -> Any:
        """Months in inches from the left."""
        return self.left + (np.asarray(months, dtype=float) - self.first) / (self.last - self.first) * self.wide

    def y(self, values: Any) -> Any:
        """Figures in inches from the bottom."""
        return self.bottom + np.asarray(values, dtype=float) / self.highest * PANEL_HEIGHT


def draw_small_multiples(result: AreaComparison) -> Figure:
    """One panel an area, in the order of the plan, with the scale written once a row and the years once beneath."""
    rows, across = _grid(len(result.points))
    figure, axes = new_chart(width=WIDTH, height=rows * (PANEL_HEIGHT + NAME_HEIGHT) + BOTTOM + 0.72)
    finish(
        figure,
        headline=months_headline(result),
        subtitle=_subtitle(result),
        alt_text=areas_alt_text(result, "Small multiples: one chart an area, all on one scale"),
    )
    figure.has_many_letters = True  # type: ignore[attr-defined]  # as text they take a tenth of the room
    inches = float(figure.get_size_inches()[1])
    axes.set_position((0.0, 0.0, 1.0, 1.0))
    axes.set_xlim(0, WIDTH)
    axes.set_ylim(0, inches)
    axes.set_axis_off()
    top = inches - figure.title_height  # type: ignore[attr-defined]
    highest = _highest(result.months)
    ticks = [tick for tick in MaxNLocator(nbins=3, steps=[1, 2, 2.5, 5, 10]).tick_values(0, highest) if tick <= highest]
    ends = x_of([result.months["month"].min(), result.months["month"].max()])
    wide = (WIDTH - LEFT - RIGHT - (across - 1) * GAP) / across
    for place, area in enumerate(result.areas):
        row, column = divmod(place, across)
        bottom = top - (row + 1) * (PANEL_HEIGHT + NAME_HEIGHT) + 0.02
        panel = Panel(LEFT + column * (wide + GAP), bottom, wide, ends[0] - 1, ends[1] + 1, highest)
        _scale(axes, panel, ticks, is_written=column == 0)
        _panel(axes, panel, area, result.months_of(area.area))
        if place + across >= len(result.points):
            _years(axes, panel, result.months_of(area.area)["month"])
    return figure


def _grid(count: int) -> tuple[int, int]:
    """Rows and columns: three across up to nine areas, else four."""
    across = min(3 if count <= 9 else MOST_ACROSS, count)
    return math.ceil(count / across), across


def _highest(months: pd.DataFrame) -> float:
    """The top of the one scale for all: a little above the highest month or limit; it begins at nought."""
    return 1.04 * float(np.nanmax(months[["shown", "upper"]].to_numpy(dtype=float))) or 1.0


def _scale(axes: Axes, panel: Panel, ticks: list[float], *, is_written: bool) -> None:
    axes.hlines(panel.y(ticks), panel.left, panel.left + panel.wide, color=HAIRLINE, linewidth=0.6, zorder=0)
    for tick in ticks if is_written else ():
        axes.text(panel.left - 0.07, float(panel.y(tick)), f"{tick:,g}", size=9, color=QUIET, ha="right", va="center")


def _panel(axes: Axes, panel: Panel, area: Any, points: pd.DataFrame) -> None:
    months = x_of(points["month"])
    x = panel.x(months)
    axes.fill_between(x, panel.y(points["lower"].clip(lower=0)), panel.y(points["upper"]), color=BAND, linewidth=0)
    axes.plot(x, panel.y(points["centre_line"]), color=INK, linewidth=0.8)
    axes.plot(x, panel.y(points["shown"]), color=DATA, linewidth=1.4)
    point: Any
    for at, point in zip(months, points.itertuples(), strict=True):
        is_recent = at > months[-1] - MONTHS_MARKED
        if is_recent and point.signal != Signal.NONE and pd.notna(point.shown):
            marker = "D" if point.signal == Signal.ABOVE else "v"
            colour = VARIATION_COLOURS[Variation(point.variation)]
            axes.plot(panel.x(at), panel.y(point.shown), marker, color=colour, markersize=4.6)
    latest = float(points["shown"].iloc[-1])
    if points["signal"].iloc[-1] == Signal.NONE:
        axes.plot(x[-1], panel.y(latest), "o", color=DATA, markersize=4.2)
    decimals = 0 if latest >= 20 else 1 if latest >= 2 else 2
    above = panel.bottom + PANEL_HEIGHT + 0.06
    size = 10.5 if panel.wide > NARROW else 9.5
    axes.text(panel.left, above, area.area, size=size, weight="bold", color=INK)
    axes.text(panel.left + panel.wide, above, numbers.plain(latest, decimals), size=size, ha="right", color=DATA)


def _years(axes: Axes, panel: Panel, months: pd.Series) -> None:
    """A tick where each financial year begins, and its name beneath the months of it."""
    for start in [month.ordinal - 0.5 for month in months if month.month == FIRST_MONTH_OF_YEAR]:
        axes.vlines(panel.x(start), panel.bottom - 0.07, panel.bottom, color=QUIET, linewidth=0.8)
    for year in sorted({FinancialYear.containing(month) for month in months}):
        held = [month.ordinal for month in months if FinancialYear.containing(month) == year]
        if len(held) > 5:
            middle = float(panel.x((held[0] + held[-1]) / 2))
            axes.text(middle, panel.bottom - 0.09, str(year), size=9, color=QUIET, ha="center", va="top")


def _subtitle(result: AreaComparison) -> str:
    last = month_in_words(result.months["month"].max())
    unit = f"{result.unit}, {result.scale}" if result.unit else result.scale
    illustrative = " Illustrative months." if result.is_illustrative else ""
    return (
        f"{result.title}: {unit}, 36 months to {last}, each area in the band to be expected of it. "
        f"Signals of the latest year are marked; the figure at the right is the last month's.{illustrative}"
    )
