"""A fan that cannot be taken for a promise: a labelled field, no line through its middle, baseline and targets beside.

`range_mark` is the same in the width of a table cell.
"""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pccstats.presentation.charts.event_marks import event_marks
from pccstats.presentation.charts.parts import LABEL_GAP, end_labels, month_axis, spread, x_of
from pccstats.presentation.draw import draw
from pccstats.presentation.sentences.projection import (
    describe_projection,
    figure,
    range_in_words,
    verdict_in_words,
    window_in_words,
)
from pccstats.presentation.style import (
    BAND,
    BAND_INNER,
    BETTER,
    DATA,
    HAIRLINE,
    INK,
    OTHERS,
    PAPER,
    QUIET,
    WIDTH,
    WORSE,
    escaped,
    finish,
    house_style,
    new_chart,
)
from pccstats.terms.periods import month_in_words
from pccstats.terms.results.projection import Projection
from pccstats.terms.words import Polarity, State

LEFT, RIGHT, BOTTOM = 0.6, 1.45, 0.45  # inches around the plot
PLOT_HEIGHT = 2.4
ZERO_IF_BELOW = 0.6  # the axis starts at nought where the lowest figure is under this part of the highest
MARK_WIDTH, MARK_HEIGHT, MARK_PAD = 110, 16, 4  # units of the small mark


@draw.register
def draw_projection(result: Projection) -> Figure:
    """Years observed as a line, years ahead as an opening field in two depths, the baseline's level across."""
    with house_style():
        chart, axes = new_chart()
        from_zero = _scale(axes, result)
        _field(axes, result)
        _known(axes, result)
        month_axis(axes, result.points["period_end"])
        _labels(axes, result)
        breaks = [event for event in result.events if event.breaks_comparability]
        above = event_marks(axes, breaks, plot_width=WIDTH - LEFT - RIGHT)
        return finish(
            chart,
            headline=_headline(result),
            subtitle=_subtitle(result, from_zero=from_zero),
            alt_text=_alt_text(result),
            left=LEFT,
            right=RIGHT,
            bottom=BOTTOM,
            above=above,
        )


def range_mark(result: Projection) -> str:
    """Both intervals as a bar against the baseline's tick, as an inline SVG element for a table cell."""
    ends = [value for value in (result.lower, result.upper, result.baseline) if math.isfinite(value)]
    low, high = min(ends), max(ends)

    def x(value: float) -> float:
        share = (value - low) / (high - low) if high > low else 0.5
        return MARK_PAD + share * (MARK_WIDTH - 2 * MARK_PAD)

    def bar(left: float, right: float, y: float, height: float, name: str, colour: str) -> str:
        return (
            f'<rect x="{x(left):.1f}" y="{y:g}" width="{max(x(right) - x(left), 1):.1f}" height="{height:g}" '
            f'fill="var(--{name}, {colour})"/>'
        )

    name, colour = {State.BETTER: ("better", BETTER), State.WORSE: ("worse", WORSE)}.get(
        result.state, ("others", OTHERS)
    )
    parts = [
        bar(result.lower, result.upper, 6.5, 3, name, colour),
        bar(result.lower_80, result.upper_80, 4.5, 7, name, colour),
    ]
    if math.isfinite(result.baseline):
        at = x(result.baseline)
        parts.append(
            f'<line x1="{at:.1f}" x2="{at:.1f}" y1="0" y2="{MARK_HEIGHT}" stroke="var(--ink, {INK})" '
            'stroke-width="1.6"/>'
        )
    words = f"{range_in_words(result)} in {window_in_words(result)}, {_beside_baseline(result)}"
    return (
        f'<svg role="img" aria-label="{escaped(words)}" class="range-mark" viewBox="0 0 {MARK_WIDTH} {MARK_HEIGHT}" '
        f'width="{MARK_WIDTH}" height="{MARK_HEIGHT}" xmlns="http://www.w3.org/2000/svg">{"".join(parts)}</svg>'
    )


def _scale(axes: Axes, result: Projection) -> bool:
    """Set the axis; True where it starts at nought."""
    columns = result.points[["value", "lower", "upper"]].to_numpy(dtype=float)
    marks = [result.baseline, *result.targets["value"]]
    shown = np.concatenate([columns.ravel(), np.asarray(marks, dtype=float)])
    low, high = float(np.nanmin(shown)), float(np.nanmax(shown))
    from_zero = not result.kind.is_proportion and low < ZERO_IF_BELOW * high
    room = 0.08 * (high - low or 1.0)
    top = high + room
    axes.set_ylim(0 if from_zero else low - room, min(top, 101) if result.kind.is_proportion else top)
    return from_zero


def _field(axes: Axes, result: Projection) -> None:
    """The years ahead, from the last known value: no line is drawn through the middle."""
    last = result.observed.iloc[-1]
    x = np.concatenate([x_of([last["period_end"]]), x_of(result.ahead["period_end"])])
    for suffix, colour in (("", BAND_INNER), ("_80", BAND)):
        lower, upper = (
            np.concatenate([[last["value"]], result.ahead[side + suffix].to_numpy(dtype=float)])
            for side in ("lower", "upper")
        )
        axes.fill_between(x, lower, upper, color=colour, linewidth=0, zorder=1)
        for edge in (lower, upper):
            axes.plot(x, edge, color=OTHERS if suffix else HAIRLINE, linewidth=0.7, zorder=1.5)


def _known(axes: Axes, result: Projection) -> None:
    observed = result.observed
    x = x_of(observed["period_end"])
    axes.plot(x, observed["value"], color=DATA, zorder=3)
    axes.plot(x[-1:], observed["value"].tail(1), color=DATA, marker="o", markersize=5, zorder=4)
    axes.axvline(x[-1], color=QUIET, linewidth=0.8, linestyle=(0, (1, 2)), zorder=2)
    axes.annotate(
        f"Known to {month_in_words(observed['period_end'].iloc[-1])}",
        (x[-1], 0),
        xycoords=("data", "axes fraction"),
        xytext=(-4, 4),
        textcoords="offset points",
        ha="right",
        size=7.5,
        color=QUIET,
    )
    if math.isfinite(result.baseline):
        axes.axhline(result.baseline, color=INK, linewidth=1.0, linestyle=(0, (4, 3)), zorder=2)
    _targets(axes, result)


def _targets(axes: Axes, result: Projection) -> None:
    """A short bar at each target's height and date, named; names that would touch are moved apart."""
    targets = result.targets[result.targets["value"].notna()].sort_values("value")
    low, high = axes.get_ylim()
    heights = spread(targets["value"].tolist(), LABEL_GAP * (high - low) / PLOT_HEIGHT)
    for height, (strength, by, value) in zip(heights, targets[["strength", "by", "value"]].to_numpy(), strict=True):
        at = x_of([by])[0]
        axes.plot([at - 3, at + 3], [value, value], color=INK, linewidth=2.0, zorder=4, solid_capstyle="butt")
        axes.annotate(
            f"{strength.capitalize()}: {figure(result, value)} by {month_in_words(by)}",
            (at - 3, height),
            xytext=(-4, 0),
            textcoords="offset points",
            ha="right",
            va="center",
            size=7.5,
            color=INK,
            bbox={"facecolor": PAPER, "edgecolor": "none", "alpha": 0.85, "pad": 0.8},
            zorder=2.5,  # the line of what happened stays above the name
        )


def _labels(axes: Axes, result: Projection) -> None:
    level = f"{100 * result.confidence:g}%"
    labels = [
        (result.upper, f"{figure(result, result.upper)}  upper {level}", QUIET),
        (result.upper_80, f"{figure(result, result.upper_80)}  upper 80%", QUIET),
        (result.lower_80, f"{figure(result, result.lower_80)}  lower 80%", QUIET),
        (result.lower, f"{figure(result, result.lower)}  lower {level}", QUIET),
    ]
    if math.isfinite(result.baseline):
        labels.append((result.baseline, f"{figure(result, result.baseline)}  {result.since}", INK))
    end_labels(axes, labels, plot_height=PLOT_HEIGHT)


def _headline(result: Projection) -> str:
    ending = month_in_words(result.horizon)
    verdict = "" if result.polarity is Polarity.NEUTRAL else f": {verdict_in_words(result)}"
    return f"{result.title} to {ending}, if things go on{verdict}"


def _subtitle(result: Projection, *, from_zero: bool) -> str:
    parts = [
        f"12 months to each month, {result.unit}" if result.unit else "12 months to each month",
        result.area,
        f"fields hold 80% and {100 * result.confidence:g}% of such projections, by back-test; not a plan or promise",
        "" if from_zero else "the axis does not start at zero",
        "illustrative months" if result.is_illustrative else "",
    ]
    return ", ".join(part for part in parts if part)


def _beside_baseline(result: Projection) -> str:
    if not math.isfinite(result.baseline):
        return f"not comparable with {result.since}"
    return f"against {figure(result, result.baseline)} in {result.since}"


def _alt_text(result: Projection) -> str:
    first = result.observed.iloc[0]
    return (
        f"Line of rolling years of {result.title} from {figure(result, first['value'])} in the 12 months to "
        f"{month_in_words(first['period_end'])} to {figure(result, result.observed['value'].iloc[-1])} in those to "
        f"{month_in_words(result.observed['period_end'].iloc[-1])}, then a field that opens to the horizon. "
        f"{describe_projection(result)}"
    )
