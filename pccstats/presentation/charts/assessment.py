"""A quarter as its tally in one bar; one indicator as its expected level, or else its change."""

from __future__ import annotations

from matplotlib.figure import Figure

from pccstats.presentation.draw import draw
from pccstats.presentation.sentences.assessment import describe_quarter
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
from pccstats.terms.errors import MethodProblem
from pccstats.terms.results.assessment import IndicatorReview, QuarterAssessment
from pccstats.terms.words import State

FILLED = {State.BETTER: BETTER, State.WORSE: WORSE, State.NO_EVIDENCE_OF_CHANGE: OTHERS}  # the others stay hollow


@draw.register
def draw_quarter(result: QuarterAssessment) -> Figure:
    """One stacked bar: a filled part for each answer, a hollow one for each reason there is none."""
    shown = [(State(state), count) for state, count in result.tally.items() if count]
    with house_style():
        figure, axes = new_chart(height=2.3)
        start = 0
        for row, (state, count) in enumerate(shown):
            fill, edge = FILLED.get(state, PAPER), FILLED.get(state, OTHERS)
            axes.barh(0, count, left=start, height=0.5, color=fill, edgecolor=edge, linewidth=0.8)
            ink = PAPER if state in (State.BETTER, State.WORSE) else INK
            axes.text(start + count / 2, 0, str(count), color=ink, ha="center", va="center", weight="bold", size=9)
            axes.annotate(
                STATE_WORDS[state],
                (start + count / 2, -0.25),
                xytext=(0, -5 - 11 * (row % 3)),
                textcoords="offset points",
                ha="center",
                va="top",
                size=8,
                color=QUIET,
                annotation_clip=False,
            )
            start += count
        axes.axhline(-0.25, color=HAIRLINE, linewidth=0.8)
        axes.set_xlim(0, start)
        axes.set_ylim(-0.26, 0.3)
        axes.axis("off")
        return finish(
            figure,
            headline=f"{start} indicators since the baseline",
            subtitle=f"{result.theme.title if result.theme else result.plan.title}; {result.quarter.in_words}",
            alt_text=f"One bar of {start} indicators. {describe_quarter(result)}",
            left=0.3,
            right=0.3,
            bottom=0.65,
        )


@draw.register
def draw_indicator(result: IndicatorReview) -> Figure:
    """The months where they are held, else the change, else a refusal in words."""
    best = result.level if result.level is not None else result.change
    if best is None:
        raise MethodProblem(f"{result.indicator.name} has no figures to draw: {result.state.in_words}.")
    return draw(best)
