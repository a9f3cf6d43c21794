"""A change as a picture of its interval: no change in the middle, the figure as a mark, the interval as a bar."""

from __future__ import annotations

import math
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pccstats.presentation import numbers
from pccstats.presentation.draw import draw
from pccstats.presentation.sentences.change import amount, describe_change, describe_sensitivity, verdict_in_words
from pccstats.presentation.states import state_shape
from pccstats.presentation.style import DATA, INK, QUIET, STATE_COLOURS, WIDTH, finish, house_style, new_chart
from pccstats.terms.results.baseline_sensitivity import BaselineSensitivity
from pccstats.terms.results.change import Change
from pccstats.terms.words import State

ROW_HEIGHT = 0.62  # inches a comparison
AROUND = 1.55  # inches for words, axis and its name
LEFT, RIGHT, BOTTOM = 0.3, 1.9, 0.62
LEAST_REACH = 5.0  # per cent or points each side of no change that are always shown
MOST_REACH = 250.0  # an interval that goes further ends in an arrow
MARKS = {State.BETTER: "D", State.WORSE: "D"}


@draw.register
def draw_change(result: Change) -> Figure:
    """One comparison: how far from no change, and how sure."""
    return _draw(
        [result],
        headline=f"{result.title}: {_change_in_brief(result)}, {verdict_in_words(result)}",
        subtitle=(
            f"{_capital(str(result.latest_window))} ({amount(result, result.latest)}) against {result.baseline_window} "
            f"({amount(result, result.baseline)}){', illustrative months' if result.is_illustrative else ''}"
        ),
        alt_text=f"Change of {result.title} with its interval. {describe_change(result)}",
    )


@draw.register
def draw_sensitivity(result: BaselineSensitivity) -> Figure:
    """One row a baseline, the plan's own first."""
    same = {True: "one verdict whatever the baseline", False: "the verdict depends on the baseline"}
    words = same.get(bool(result.is_same_verdict)) if result.is_same_verdict is not None else "too little to test"
    return _draw(
        result.changes,
        headline=f"{result.title}: {words}",
        subtitle=f"{_capital(str(result.changes[0].latest_window))} against each baseline",
        alt_text=f"Changes of {result.title} with their intervals. {describe_sensitivity(result)}",
    )


def _draw(changes: Sequence[Change], *, headline: str, subtitle: str, alt_text: str) -> Figure:
    with house_style():
        figure, axes = new_chart(width=WIDTH, height=AROUND + ROW_HEIGHT * len(changes))
        reach = _reach(changes)
        axes.set_xlim(-reach, reach)
        axes.set_ylim(len(changes) - 0.5, -0.5)
        axes.grid(visible=False)
        axes.set_yticks([])
        axes.axvline(0, color=INK, linewidth=1.0)
        axes.xaxis.set_major_formatter(lambda value, _: numbers.signed(value, 0))
        axes.set_xlabel(f"Change, {'percentage points' if _is_share(changes[0]) else 'per cent of the baseline'}")
        for row, change in enumerate(changes):
            _row(axes, row, change, reach, names_baseline=len(changes) > 1)
        return finish(
            figure,
            headline=headline,
            subtitle=subtitle,
            alt_text=alt_text,
            left=LEFT,
            right=RIGHT,
            bottom=BOTTOM,
            above=0.0,
        )


def _row(axes: Axes, row: int, change: Change, reach: float, *, names_baseline: bool) -> None:
    middle, low, high = _shown(change)
    colour = STATE_COLOURS.get(change.state, DATA) if change.state is not None else DATA
    if not math.isnan(low):
        axes.hlines(row, max(low, -reach), min(high, reach), color=colour, linewidth=7, alpha=0.3)
        if high > reach:
            axes.plot(0.98 * reach, row, marker=">", color=colour, markersize=7)
    if not math.isnan(middle):
        is_hollow = math.isnan(low)
        axes.plot(
            min(middle, reach),
            row,
            marker=MARKS.get(change.state, "o") if change.state is not None else "o",
            markersize=8,
            color=colour,
            markerfacecolor="none" if is_hollow else colour,
        )
    words = f"{state_shape(change.state, change.change)} " if change.state is not None else ""
    lines = [_change_in_brief(change), f"{words}{verdict_in_words(change).split(',')[0]}"]
    if names_baseline:
        lines.insert(0, f"on {change.baseline_window}")
    axes.annotate(
        "\n".join(lines),
        (1, row),
        xycoords=("axes fraction", "data"),
        xytext=(8, 0),
        textcoords="offset points",
        va="center",
        size=8,
        color=colour if change.state in STATE_COLOURS else QUIET,
        annotation_clip=False,
    )


def _shown(change: Change) -> tuple[float, float, float]:
    if _is_share(change):
        return change.change, change.points_low, change.points_high
    return change.change_pct, change.change_pct_low, change.change_pct_high


def _is_share(change: Change) -> bool:
    return change.kind.is_proportion


def _reach(changes: Sequence[Change]) -> float:
    ends = [abs(end) for change in changes for end in _shown(change) if math.isfinite(end)]
    return min(max([LEAST_REACH, *(1.15 * end for end in ends)]), MOST_REACH)


def _change_in_brief(change: Change) -> str:
    if _is_share(change):
        return f"{numbers.signed(change.change, 1)} points" if not math.isnan(change.change) else "no change known"
    return numbers.signed_per_cent(change.change_pct) if not math.isnan(change.change_pct) else "no change known"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
