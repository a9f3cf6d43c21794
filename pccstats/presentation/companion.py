"""The panel beneath an expected level: what its distances from the centre line add up to."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pccstats.presentation.chart_parts import (
    SIGNAL_MARKS,
    SIZE,
    end_labels,
    middle_of,
    shade_latest_quarter,
    with_edges,
)
from pccstats.presentation.style import BAND, DATA, HAIRLINE, OTHERS, QUIET, colour_of
from pccstats.terms.periods import period_in_words, so_many
from pccstats.terms.results.level import ExpectedLevel
from pccstats.terms.words import Signal

TITLE = "Differences from the expected level added up; beyond a dashed line is more than chance gives"
SIDES = {Signal.ABOVE: 1.0, Signal.BELOW: -1.0}  # the sum below is drawn downwards
PANEL_LABELS = {Signal.ABOVE: "too high for chance", Signal.BELOW: "too low for chance"}
MARK_SIZES = {Signal.ABOVE: 14, Signal.BELOW: 20}
ROOM = 1.2  # of the furthest sum or bound


def companion_panel(figure: Figure, result: ExpectedLevel, *, bottom: float, height: float) -> Axes:
    """Draw both sums, the one below downwards, with their bounds and a mark where one is passed.

    Parameters
    ----------
    figure : Figure
        With the finished chart, beneath which there is room.
    bottom, height : float
        Inches.
    """
    main, points = figure.axes[0], result.points
    place, inches = main.get_position(), float(figure.get_size_inches()[1])
    axes = figure.add_axes((place.x0, bottom / inches, place.width, height / inches))
    for segment in result.segments:
        _sums(axes, result, points[points["segment"] == segment.number])
    reach = ROOM * float(points[["cusum_above", "cusum_below", "cusum_bound"]].max().max())
    axes.set_ylim(-reach, reach)
    axes.set_xlim(main.get_xlim())
    axes.axhline(0, color=HAIRLINE, linewidth=0.8, zorder=0.9)
    axes.set_yticks([])
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    shade_latest_quarter(axes, points["month"].iloc[-1])
    bound = float(points["cusum_bound"].iloc[-1])
    end_labels(
        axes, [(side * bound, PANEL_LABELS[signal], QUIET) for signal, side in SIDES.items()], plot_height=height
    )
    axes.annotate(
        TITLE, (0, 1), xycoords="axes fraction", xytext=(0, 2), textcoords="offset points", size=SIZE, color=QUIET
    )
    return axes


def _sums(axes: Axes, result: ExpectedLevel, rows: pd.DataFrame) -> None:
    """The two sums of one segment: paler where the months set the limits, after which both begin anew half-way."""
    span = result.about.span_months
    x, bound = middle_of(rows["month"], span), rows["cusum_bound"].to_numpy(dtype=float)
    edges = with_edges(x, by=span / 2)
    in_baseline = np.flatnonzero(rows["is_baseline"].to_numpy(dtype=bool))
    ends = in_baseline[-1] + 1 if len(in_baseline) else 0
    for signal, side in SIDES.items():
        sums = side * rows[f"cusum_{signal}"].to_numpy(dtype=float)
        for part, colour in ((slice(None, ends), OTHERS), (slice(ends, None), DATA)):
            axes.fill_between(x[part], 0, sums[part], color=BAND, linewidth=0, zorder=1)
            alone = "." if len(x[part]) == 1 else ""
            axes.plot(x[part], sums[part], color=colour, linewidth=0.9, marker=alone, markersize=3.5, zorder=2)
        axes.plot(edges, side * with_edges(bound), color=QUIET, linewidth=0.8, linestyle=(0, (3, 2)), zorder=1.5)
        beyond = alarms(rows, signal)
        axes.scatter(
            x[beyond],
            sums[beyond],
            s=MARK_SIZES[signal],
            marker=SIGNAL_MARKS[signal],
            color=colour_of(result.polarity.judge(signal)),
            linewidths=0,
            zorder=3,
        )


def alarms(points: pd.DataFrame, signal: Signal) -> np.ndarray:
    """Where the sum on this side is beyond its bound in a month that has a figure."""
    beyond = (points[f"cusum_{signal}"] > points["cusum_bound"]) & points["value"].notna()
    return np.asarray(beyond, dtype=bool)


def companion_words(result: ExpectedLevel) -> str:
    """The panel for somebody who cannot see it."""
    span, told = result.about.span_months, []
    for signal in SIDES:
        found = result.points.loc[alarms(result.points, signal), "month"]
        if len(found):
            told.append(f"{signal} in {so_many(len(found), span)}, the last {period_in_words(found.iloc[-1], span)}")
    what = "A panel beneath adds up the differences from the expected level"
    return f"{what}: more than chance gives {' and '.join(told)}." if told else f"{what}: never more than chance gives."
