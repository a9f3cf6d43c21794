"""Three tallies of the same indicators as three bars: as published, in eight states, and folded."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pccstats.presentation.draw import draw
from pccstats.presentation.sentences.tally_comparison import describe_tally_comparison
from pccstats.presentation.states import STATE_WORDS
from pccstats.presentation.style import (
    BETTER,
    HAIRLINE,
    INK,
    OTHERS,
    PAPER,
    QUIET,
    WORSE,
    finish,
    house_style,
    new_chart,
)
from pccstats.presentation.tables.tally_comparison import STATES_IN
from pccstats.terms.results.tally_comparison import TallyComparison, TallyGroup
from pccstats.terms.words import State

COLOURS = {TallyGroup.POSITIVE: BETTER, TallyGroup.NO_CHANGE: OTHERS, TallyGroup.NEGATIVE: WORSE}
ANSWERED = (State.BETTER, State.NO_EVIDENCE_OF_CHANGE, State.WORSE)
BAR = 0.5
Part = tuple[int, TallyGroup, str, bool]  # how many, in which group, in words, and whether it is an answer


@draw.register
def draw_tally_comparison(result: TallyComparison) -> Figure:
    """Parts without an answer are hollow; the words stand under each part of the middle bar."""
    bars = _bars(result)
    with house_style():
        figure, axes = new_chart(height=1.0 + 0.75 * len(bars))
        axes.set_ylim(len(bars) - 0.35, -0.5)
        axes.set_xlim(0, max(1, len(result.indicators)))
        axes.axis("off")
        for row, (name, parts) in enumerate(bars):
            _bar(axes, row, name, parts)
        return finish(
            figure,
            headline="The same indicators counted three ways" if result.published else "Our tally in eight states",
            subtitle=f"{len(result.indicators)} indicators, quarter {result.quarter}; hollow: no answer",
            alt_text=_alt_text(result, bars),
            left=0.1,
            right=0.1,
            bottom=0.1,
        )


def _bars(result: TallyComparison) -> list[tuple[str, list[Part]]]:
    states = [
        (result.states[state.value], group, STATE_WORDS[state].lower(), state in ANSWERED)
        for group in TallyGroup
        for state in STATES_IN[group]
    ]
    folded = [
        (int(count), group, group.in_words, True)
        for group, count in zip(TallyGroup, result.points["folded"], strict=True)
    ]
    bars = [("Our tests, eight states", states), ("Ours, folded as published", folded)]
    if result.published is None:
        return bars[:1]
    positive, no_change, negative = result.published.counts
    published = [
        (positive, TallyGroup.POSITIVE, "positive", True),
        (no_change - result.published.without_measure, TallyGroup.NO_CHANGE, "no change", True),
        (result.published.without_measure, TallyGroup.NO_CHANGE, "no metric, counted as no change", False),
        (negative, TallyGroup.NEGATIVE, "negative", True),
    ]
    return [("As published", published), *bars]


def _bar(axes: Axes, row: int, name: str, parts: list[Part]) -> None:
    axes.text(0, row - 0.3, name, size=9, weight="bold", color=INK, va="bottom")
    start = 0
    for count, group, words, is_answer in parts:
        if not count:
            continue
        colour = COLOURS[group]
        axes.barh(
            row,
            count,
            left=start,
            height=BAR,
            color=colour if is_answer else "none",
            edgecolor=PAPER if is_answer else HAIRLINE,
            linewidth=1.0,
        )
        on_dark = is_answer and group is not TallyGroup.NO_CHANGE
        middle = start + count / 2
        axes.text(middle, row, str(count), color=PAPER if on_dark else INK, ha="center", va="center", size=9.5)
        shown = words if len(words) < 3.1 * count else ""
        axes.text(middle, row + 0.28, shown, color=QUIET, ha="center", va="top", size=7.5)
        start += count


def _alt_text(result: TallyComparison, bars: list[tuple[str, list[Part]]]) -> str:
    count = "One bar" if len(bars) == 1 else f"{len(bars)} bars"
    return f"{count}. {describe_tally_comparison(result)} {_in_words(bars)}"


def _in_words(bars: list[tuple[str, list[Part]]]) -> str:
    return " ".join(
        f"{name}: {', '.join(f'{count} {words}' for count, _, words, _ in parts if count)}." for name, parts in bars
    )
