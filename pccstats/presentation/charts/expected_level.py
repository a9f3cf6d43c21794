"""The expected-level chart: months against their band, signals by shape and colour, breaks and events marked."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pccstats.presentation.charts.event_marks import event_marks
from pccstats.presentation.charts.parts import (
    LETTER_WIDTH,
    end_labels,
    month_axis,
    shade_latest_quarter,
    x_of,
)
from pccstats.presentation.charts.sparkline import draw_sparkline
from pccstats.presentation.draw import draw
from pccstats.presentation.sentences.expected_level import (
    describe_expected_level,
    level_phrase,
    written,
)
from pccstats.presentation.style import (
    BAND,
    BAND_INNER,
    DATA,
    HEIGHT,
    INK,
    PAPER,
    QUIET,
    VARIATION_COLOURS,
    WIDTH,
    finish,
    house_style,
    new_chart,
)
from pccstats.terms.periods import month_in_words
from pccstats.terms.plan import Event
from pccstats.terms.results.expected_level import ExpectedLevel
from pccstats.terms.words import Signal, Variation

__all__ = ["draw_expected_level", "draw_sparkline"]

LEFT, BOTTOM = 0.6, 0.45  # inches around the plot
LABEL_MARGIN = 0.16  # inches beside the direct labels
PLOT_HEIGHT = 2.4
LINES = (
    "centre_line",
    "lower_process_limit",
    "upper_process_limit",
    "lower_warning_limit",
    "upper_warning_limit",
)
LEAST_BAND = 0.22  # part of the plot's height; a flatter band is not shown from nought
MARKS = {Signal.ABOVE.value: "D", Signal.BELOW.value: "v", Signal.NONE.value: "o"}
MARK_SIZES = {Signal.ABOVE.value: 30, Signal.BELOW.value: 42, Signal.NONE.value: 9}


@draw.register
def draw_expected_level(result: ExpectedLevel, *, events: Sequence[Event] | None = None, headline: str = "") -> Figure:
    """Draw months, band, centre line and signals; registered events are marked by default."""
    points = result.points
    with house_style():
        figure, axes = new_chart()
        _band(axes, result)
        _target(axes, result)
        _months(axes, points)
        month_axis(axes, points["month"])
        from_zero = _scale(axes, result)
        shade_latest_quarter(axes, points["month"].iloc[-1])
        labels = _labels(result)
        end_labels(axes, labels, plot_height=PLOT_HEIGHT)
        right = LABEL_MARGIN + LETTER_WIDTH * max(len(text) for _, text, _ in labels)
        above = event_marks(axes, _marked(result, events), plot_width=WIDTH - LEFT - right)
        figure.set_size_inches(WIDTH, HEIGHT + above)  # names of events take nothing from the plot
        return finish(
            figure,
            headline=headline or headline_of(result),
            subtitle=_subtitle(result, from_zero=from_zero),
            alt_text=alt_text(result),
            left=LEFT,
            right=right,
            bottom=BOTTOM,
            above=above,
        )


def headline_of(result: ExpectedLevel) -> str:
    """What the chart shows, in about ten words."""
    phrase = level_phrase(result).partition(" (")[0]  # the rule stands in the sentence below the chart
    phrase = phrase.replace("significantly", "statistically").replace(" but within its limits", ", within its limits")
    return f"{result.title}: {phrase}"


def alt_text(result: ExpectedLevel) -> str:
    """The chart for somebody who cannot see it."""
    known = result.points[result.points["value"].notna()]
    first, last = month_in_words(known["month"].iloc[0]), month_in_words(known["month"].iloc[-1])
    ordered = known.sort_values("value", kind="stable")
    lowest, highest = ordered.iloc[0], ordered.iloc[-1]
    signals = known[known["signal"] != Signal.NONE.value]
    counts = [
        f"{len(signals[signals['signal'] == side])} {side} the expected level"
        for side in (Signal.ABOVE.value, Signal.BELOW.value)
        if (signals["signal"] == side).any()
    ]
    found = f"Months with a signal: {' and '.join(counts)}." if counts else "No month has a signal."
    breaks = [f"{s.reason or 'limits set anew'} ({month_in_words(s.window.first)})" for s in result.segments[1:]]
    anew = f" Limits set anew: {'; '.join(breaks)}." if breaks else ""
    return (
        f"Expected-level chart of {result.title}, {len(known)} months from {first} to {last}: "
        f"lowest {written(result, lowest['value'])} in {month_in_words(lowest['month'])}, "
        f"highest {written(result, highest['value'])} in {month_in_words(highest['month'])}. {found}{anew} "
        f"{describe_expected_level(result)}"
    )


def _band(axes: Axes, result: ExpectedLevel) -> None:
    for segment in result.segments:
        rows = result.points[result.points["segment"] == segment.number]
        x = _with_edges(x_of(rows["month"]), by=0.5)
        line = {name: _with_edges(rows[name].to_numpy(dtype=float)) for name in LINES}
        if not np.isnan(line["upper_process_limit"]).all():
            axes.fill_between(
                x, line["lower_process_limit"], line["upper_process_limit"], color=BAND, linewidth=0, zorder=0.8
            )
            axes.fill_between(
                x, line["lower_warning_limit"], line["upper_warning_limit"], color=BAND_INNER, linewidth=0, zorder=0.9
            )
        if segment.is_trial:
            for name in ("lower_process_limit", "upper_process_limit"):
                axes.plot(x, line[name], color=QUIET, linewidth=0.8, linestyle=(0, (2, 2)), zorder=1.1)
        axes.plot(x, line["centre_line"], color=DATA, linewidth=0.8, alpha=0.75, zorder=1.2)


def _target(axes: Axes, result: ExpectedLevel) -> None:
    if result.target is not None:
        axes.axhline(result.target, color=INK, linewidth=1.0, linestyle=(0, (1, 2)), zorder=1.5)


def _with_edges(values: np.ndarray, by: float = 0.0) -> np.ndarray:
    """A month is as wide as the space it stands in: the band reaches half a month further at either end."""
    return np.concatenate([[values[0] - by], values, [values[-1] + by]])


def _months(axes: Axes, points: pd.DataFrame) -> None:
    x = x_of(points["month"])
    value = points["value"].to_numpy(dtype=float)
    axes.plot(x, value, color=DATA, linewidth=1.2, zorder=2)
    for signal, mark in MARKS.items():
        for variation in Variation:
            here = (points["signal"] == signal) & (points["variation"] == variation.value) & ~points["is_excluded"]
            chosen = here.to_numpy()
            axes.scatter(
                x[chosen],
                value[chosen],
                s=MARK_SIZES[signal],
                marker=mark,
                color=VARIATION_COLOURS[variation],
                linewidths=0,
                zorder=3 if signal == Signal.NONE.value else 4,
            )
    ghost = points["is_excluded"].to_numpy()
    axes.scatter(x[ghost], value[ghost], s=26, marker="o", facecolors=PAPER, edgecolors=QUIET, linewidths=1.1, zorder=4)


def _scale(axes: Axes, result: ExpectedLevel) -> bool:
    """Set the height of the axis; True where it starts at nought."""
    points = result.points
    shown = points[["value", "lower_process_limit", "upper_process_limit", "centre_line"]].to_numpy(dtype=float)
    targets = [] if result.target is None else [result.target]
    lowest, highest = np.nanmin([np.nanmin(shown), *targets]), np.nanmax([np.nanmax(shown), *targets])
    if (points["value"].dropna() >= 0).all():
        lowest = max(lowest, 0.0)  # an individuals chart may put its lower limit below what can happen
    band = np.nanmax(points["upper_process_limit"].to_numpy() - points["lower_process_limit"].to_numpy(), initial=0.0)
    spread = band if band > 0 else highest - lowest
    from_zero = bool(lowest >= 0 and not result.kind.is_proportion and spread >= LEAST_BAND * highest)
    room = 0.08 * (highest - (0 if from_zero else lowest)) or 0.05 * abs(highest) or 1.0
    bottom = 0.0 if from_zero else lowest - room
    top = highest + room
    if result.kind.is_proportion:
        bottom, top = max(bottom, 0.0), min(top, 100.0) if highest < 100 else 100.5
    axes.set_ylim(bottom, top)
    return from_zero or bottom == 0.0


def _labels(result: ExpectedLevel) -> list[tuple[float, str, str]]:
    """What stands at the right end: each limit, the expected level, the latest figure."""
    last = result.points.iloc[-1]
    labels = [(float(last["centre_line"]), f"expected {written(result, last['centre_line'])}", QUIET)]
    if last["upper_process_limit"] > last["lower_process_limit"]:
        kind = "trial limit" if last["is_trial"] else "limit"
        labels += [
            (
                float(last[f"{end}_process_limit"]),
                f"{end} {kind} {written(result, last[f'{end}_process_limit'])}",
                QUIET,
            )
            for end in ("upper", "lower")
        ]
    if not np.isnan(last["value"]):
        colour = VARIATION_COLOURS[Variation(last["variation"])]
        text = f"{month_in_words(last['month'])}: {written(result, last['value'])}"
        labels.append((float(last["value"]), text, colour))
    if result.target is not None:
        labels.append((result.target, f"target {written(result, result.target)}", INK))
    return labels


def _marked(result: ExpectedLevel, events: Sequence[Event] | None) -> list[Event]:
    """Registered events, and the months where limits were set anew for another reason."""
    marked = list(result.events if events is None else events)
    known = {event.month for event in marked if event.breaks_comparability}
    return marked + [
        Event("", segment.reason or "limits set anew", segment.window.first, (), breaks_comparability=True)
        for segment in result.segments[1:]
        if segment.window.first not in known
    ]


def _subtitle(result: ExpectedLevel, *, from_zero: bool) -> str:
    months = result.points["month"]
    unit = result.unit or "figures"
    parts = [
        f"{unit[:1].upper()}{unit[1:]} a month" if not result.kind.is_proportion else f"{unit}, monthly",
        result.area,
        f"{month_in_words(months.iloc[0])} to {month_in_words(months.iloc[-1])}",
        "limits follow the season" if result.is_seasonal else "",
        "" if from_zero else "the axis does not start at zero",
        "illustrative months" if result.is_illustrative else "",
    ]
    return ", ".join(part for part in parts if part)
