"""The rolling year as a line with its interval, against the level of the baseline."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pccstats.presentation.charts.event_marks import event_marks
from pccstats.presentation.charts.parts import end_labels, month_axis, x_of
from pccstats.presentation.draw import draw
from pccstats.presentation.sentences.rolling_year import baseline_value, describe_rolling_year, figure
from pccstats.presentation.style import BAND, DATA, QUIET, WIDTH, finish, house_style, new_chart
from pccstats.terms.periods import month_in_words
from pccstats.terms.plan import Event
from pccstats.terms.results.rolling_year import RollingYear

LEFT, RIGHT, BOTTOM = 0.6, 1.25, 0.45  # inches around the plot
PLOT_HEIGHT = 2.4
MARKED_UP_TO = 24  # points: beyond this a line needs no marks
ZERO_IF_BELOW = 0.6  # the axis starts at nought where the lowest figure is under this part of the highest


@draw.register
def draw_rolling_year(result: RollingYear, *, events: Sequence[Event] | None = None) -> Figure:
    """Line, interval, baseline level and last value; events that break comparability are marked by default."""
    whole = result.points[result.points["value"].notna()]
    marked = [event for event in result.events if event.breaks_comparability] if events is None else list(events)
    with house_style():
        figure_, axes = new_chart()
        above, from_zero = 0.0, True
        if len(whole):
            from_zero = _lines(axes, result, whole)
            month_axis(axes, whole["period_end"])
            _labels(axes, result, whole)
            above = event_marks(axes, marked, plot_width=WIDTH - LEFT - RIGHT)
        return finish(
            figure_,
            headline=_headline(result, whole),
            subtitle=_subtitle(result, from_zero=from_zero),
            alt_text=_alt_text(result, whole),
            left=LEFT,
            right=RIGHT,
            bottom=BOTTOM,
            above=above,
        )


def _lines(axes: Axes, result: RollingYear, whole: pd.DataFrame) -> bool:
    """Draw the figures; True where the axis starts at nought."""
    x = x_of(whole["period_end"])
    value, lower, upper = (whole[name].to_numpy(dtype=float) for name in ("value", "lower", "upper"))
    has_mark = len(whole) <= MARKED_UP_TO
    apart = bool(len(x) > 1 and np.diff(x).max() > 1)
    if has_mark and apart:
        axes.vlines(x, lower, upper, color=DATA, linewidth=4, alpha=0.25, zorder=2)
    else:
        axes.fill_between(x, lower, upper, color=BAND, linewidth=0, zorder=1)
    axes.plot(x, value, color=DATA, marker="o" if has_mark else None, markersize=4, zorder=3)
    axes.plot(x[-1:], value[-1:], color=DATA, marker="o", markersize=6, zorder=4)
    base = baseline_value(result)
    if not math.isnan(base):
        axes.axhline(base, color=QUIET, linewidth=1.0, linestyle=(0, (4, 3)), zorder=2)
    lows, highs = np.fmin(lower, value), np.fmax(upper, value)
    from_zero = bool(lows.min() < ZERO_IF_BELOW * highs.max()) and not result.kind.is_proportion
    if from_zero:
        axes.set_ylim(0, 1.08 * max(highs.max(), 0 if math.isnan(base) else base, 1e-9))
    else:
        axes.margins(y=0.15)
    return from_zero


def _labels(axes: Axes, result: RollingYear, whole: pd.DataFrame) -> None:
    last = whole.iloc[-1]
    labels = [(float(last["value"]), figure(result, last["value"]), DATA)]
    base = baseline_value(result)
    if not math.isnan(base) and result.baseline is not None:
        labels.append((base, f"{result.baseline}: {figure(result, base)}", QUIET))
    end_labels(axes, labels, plot_height=PLOT_HEIGHT)


def _headline(result: RollingYear, whole: pd.DataFrame) -> str:
    if not len(whole):
        return f"{result.title}: no whole year of figures"
    last = whole.iloc[-1]
    base = baseline_value(result)
    compared = "" if math.isnan(base) else f", {figure(result, base)} in {result.baseline}"
    ending = month_in_words(last["period_end"])
    return f"{result.title}: {figure(result, last['value'])} in the year to {ending}{compared}"


def _subtitle(result: RollingYear, *, from_zero: bool) -> str:
    parts = [
        f"12 months to each month, {result.unit}",
        result.area,
        f"{100 * result.confidence:g}% interval shaded" if result.points["lower"].notna().any() else "no interval",
        f"rate on {result.vintage}" if result.vintage else "",
        "" if from_zero else "the axis does not start at zero",
        "illustrative months" if result.is_illustrative else "",
    ]
    return ", ".join(part for part in parts if part)


def _alt_text(result: RollingYear, whole: pd.DataFrame) -> str:
    if not len(whole):
        return f"{result.title}: there is no whole year of figures to draw."
    ordered = whole.sort_values("value")
    first, highest, lowest = whole.iloc[0], ordered.iloc[-1], ordered.iloc[0]
    ends = [
        f"{words} {figure(result, row['value'])} in the 12 months to {month_in_words(row['period_end'])}"
        for words, row in (("from", first), ("highest", highest), ("lowest", lowest))
    ]
    return f"Line of rolling years of {result.title}: {'; '.join(ends)}. {describe_rolling_year(result)}"
