"""Targets as pictures: one against its line, all of them by distance, a basket, a change of recording."""

from __future__ import annotations

import math

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pccstats.presentation import numbers
from pccstats.presentation.charts.parts import end_labels, month_axis, x_of
from pccstats.presentation.draw import draw
from pccstats.presentation.sentences.progress import (
    OUTCOME_WORDS,
    describe_basket,
    describe_progress,
    describe_recording,
    describe_target_table,
    figure,
)
from pccstats.presentation.style import (
    BAND,
    BETTER,
    DATA,
    INK,
    OTHERS,
    QUIET,
    WORSE,
    finish,
    house_style,
    new_chart,
)
from pccstats.terms.periods import month_in_words
from pccstats.terms.results.progress import Basket, Outcome, Progress, RecordingWhatIf, TargetTable

PLOT_HEIGHT = 2.4
ROW_HEIGHT = 0.27
NAME_WIDTH = 0.072  # inches a letter
MOST_SHOWN = 60.0  # per cent: a target missed by more ends in an arrow
OUTCOME_MARKS = {
    Outcome.MET: ("o", BETTER),
    Outcome.MISSED: ("D", WORSE),
    Outcome.OPEN: ("s", OTHERS),
    Outcome.UNKNOWN: ("x", OTHERS),
}
ZERO_IF_BELOW = 0.6


@draw.register
def draw_progress(result: Progress) -> Figure:
    """Rolling years as a line, and the figure to reach as a bar at its date."""
    with house_style():
        chart, axes = new_chart()
        points = result.points
        x = x_of(points["period_end"])
        axes.plot(x, points["value"], color=DATA, marker="o", markersize=3.5 if len(x) < 25 else 0, zorder=3)
        axes.axhline(result.to_reach, color=INK, linewidth=1.2, linestyle=(0, (4, 3)), zorder=2)
        ends = list(points["period_end"])
        if result.by is not None:
            axes.axvline(result.by.ordinal, color=QUIET, linewidth=0.8, linestyle=(0, (1, 2)))
            ends.append(result.by)
        low, high = points["value"].min(), points["value"].max()
        low, high = min(low, result.to_reach), max(high, result.to_reach)
        from_zero = not result.kind.is_proportion and low < ZERO_IF_BELOW * high
        room = 0.1 * (high - low or 1.0)
        axes.set_ylim(0 if from_zero else low - room, high + room)
        month_axis(axes, ends)
        labels = [
            (result.latest, f"{figure(result, result.latest)}  latest", DATA),
            (result.to_reach, f"{figure(result, result.to_reach, cautious=True)}  to reach", INK),
        ]
        end_labels(axes, labels, plot_height=PLOT_HEIGHT)
        by = f" by {month_in_words(result.by)}" if result.by is not None else ""
        return finish(
            chart,
            headline=f"{result.title}, {result.target.strength} target{by}: {OUTCOME_WORDS[result.outcome].lower()}",
            subtitle=", ".join(
                part
                for part in (
                    f"12 months to each month, {result.unit}",
                    result.area,
                    "" if from_zero else "the axis does not start at zero",
                    "illustrative months" if result.is_illustrative else "",
                )
                if part
            ),
            alt_text=f"Line of rolling years against the figure to reach. {describe_progress(result)}",
            left=0.6,
            right=1.45,
            bottom=0.45,
        )


@draw.register
def draw_target_table(result: TargetTable) -> Figure:
    """Every target with a figure, by how far it was from being met; the side that meets it is on the left."""
    rows = result.points[result.points["to_reach"].notna()].copy()
    judged = [
        row["latest"] if row["outcome"] == Outcome.OPEN or not row["by"] else row["figure_at_date"]
        for row in rows.to_dict("records")
    ]
    away = pd.Series(judged, rows.index, dtype=float) - rows["to_reach"]
    rows["short"] = 100 * away / rows["to_reach"] * rows["at_most"].map({True: 1, False: -1})
    rows = rows[rows["short"].notna()]
    names = [f"{row.title}, {row.strength}" for row in rows.itertuples()]
    with house_style():
        chart, axes = new_chart(height=ROW_HEIGHT * max(len(rows), 1) + 1.6)
        axes.axvline(0, color=INK, linewidth=1.0)
        for place, (short, outcome) in enumerate(zip(rows["short"], rows["outcome"], strict=True)):
            mark, colour = OUTCOME_MARKS[Outcome(outcome)]
            shown = max(-MOST_SHOWN, min(MOST_SHOWN, short))
            axes.hlines(place, 0, shown, color=colour, linewidth=1.6, alpha=0.5)
            axes.plot(shown, place, marker=mark if abs(short) <= MOST_SHOWN else ">", color=colour, markersize=5.5)
            axes.annotate(
                f"{OUTCOME_WORDS[Outcome(outcome)].lower()}, {numbers.per_cent(abs(short))}",
                (shown, place),
                xytext=(8 if shown >= 0 else -8, 0),
                textcoords="offset points",
                ha="left" if shown >= 0 else "right",
                va="center",
                size=7.5,
                color=colour if colour != OTHERS else QUIET,
            )
        axes.set_yticks(range(len(names)), names)
        axes.set_ylim(len(names) - 0.4, -0.6)
        axes.grid(visible=False, axis="y")
        reach = min(MOST_SHOWN, rows["short"].abs().max() if len(rows) else 1.0) * 1.8
        axes.set_xlim(-reach, reach)
        axes.set_xlabel("Per cent beyond the target (left) or short of it (right)")
        counts = result.summary().iloc[0]
        return finish(
            chart,
            headline=f"{counts['met']} targets met, {counts['missed']} missed, {counts['open']} open",
            subtitle=f"{result.title}, figures to {month_in_words(result.until)}",
            alt_text=describe_target_table(result),
            left=max([len(name) for name in names] or [8]) * NAME_WIDTH + 0.2,
            right=0.2,
            bottom=0.55,
        )


@draw.register
def draw_basket(result: Basket) -> Figure:
    """How far the basket must fall, by how sure one wants to be."""
    points = result.points
    with house_style():
        chart, axes = new_chart(height=0.45 * len(points) + 1.5)
        axes.barh(range(len(points)), points["reduction_pct"], height=0.5, color=DATA)
        axes.axvline(result.reduction_pct, color=INK, linewidth=1.0, linestyle=(0, (4, 3)))
        labels = [f"Chance {numbers.per_cent(100 * chance, 0)}" for chance in points["chance"]]
        axes.set_yticks(range(len(points)), labels)
        axes.invert_yaxis()
        axes.grid(visible=False, axis="y")
        for place, reduction in enumerate(points["reduction_pct"]):
            _beside(axes, reduction, place, numbers.per_cent(reduction))
        axes.set_xlim(min(0, points["reduction_pct"].min() * 1.2), points["reduction_pct"].max() * 1.2)
        axes.set_xlabel("Basket must fall by, per cent; dashed: what is wanted of all crime")
        return finish(
            chart,
            headline=f"The basket must fall by {numbers.per_cent(result.needed_pct)} at evens, more to be surer",
            subtitle=f"{numbers.plain(result.basket)} of {numbers.plain(result.total)} crimes a year",
            alt_text=describe_basket(result),
            left=1.0,
            right=0.3,
            bottom=0.55,
        )


@draw.register
def draw_recording(result: RecordingWhatIf) -> Figure:
    """What was recorded as a mark, against the band that recording alone would bring."""
    with house_style():
        chart, axes = new_chart(height=2.0)
        axes.axvspan(result.recording_low, result.recording_high, color=BAND, linewidth=0)
        axes.axvline(result.recording_pct, color=QUIET, linewidth=1.0)
        axes.axvline(0, color=INK, linewidth=1.0)
        axes.plot(result.change_pct, 0, marker="o", color=DATA, markersize=8, zorder=4)
        _beside(axes, result.change_pct, 0, f"recorded {numbers.signed_per_cent(result.change_pct)}")
        axes.set_yticks([])
        axes.grid(visible=False)
        ends = [0.0, result.change_pct, result.recording_low, result.recording_high]
        reach = max(ends) - min(ends) or 1.0
        axes.set_xlim(min(ends) - 0.1 * reach, max(ends) + 0.3 * reach)
        axes.set_xlabel("Change, per cent; shaded: recording alone")
        return finish(
            chart,
            headline=(
                f"Recording alone would bring {numbers.signed_per_cent(result.recording_low)} to "
                f"{numbers.signed_per_cent(result.recording_high)}"
            ),
            subtitle=(
                f"{result.title}; share recorded {result.recorded_before_pct:g}%, then {result.recorded_after_pct:g}%"
            ),
            alt_text=describe_recording(result),
            left=0.3,
            right=0.3,
            bottom=0.6,
        )


def _beside(axes: Axes, x: float, y: float, text: str) -> None:
    if not math.isnan(x):
        axes.annotate(text, (x, y), xytext=(7, 0), textcoords="offset points", va="center", size=8, color=INK)
