"""How many published figures reproduce, as one bar with its numbers in it."""

from __future__ import annotations

from matplotlib.figure import Figure

from pccstats.presentation.draw import draw
from pccstats.presentation.sentences.replay import describe_replay
from pccstats.presentation.style import BAND, DATA, INK, OTHERS, PAPER, QUIET, finish, house_style, new_chart
from pccstats.presentation.tables.replay import WORDS
from pccstats.terms.results.replay import Replay, ReplayVerdict

# From dark to light, so that the parts stay apart in grey; the words stand beneath each part.
PARTS = (
    (ReplayVerdict.REPRODUCES, DATA, PAPER),
    (ReplayVerdict.ONLY_TRUNCATED, OTHERS, INK),
    (ReplayVerdict.DOES_NOT_FOLLOW, INK, PAPER),
    (ReplayVerdict.TEXT, BAND, INK),
)


@draw.register
def draw_replay(result: Replay) -> Figure:
    """One stacked bar: what reproduces, what only by cutting off digits, what does not follow, what is words."""
    counts = result.summary().iloc[0]
    total = int(counts["figures"])
    with house_style():
        figure, axes = new_chart(height=2.1)
        start = 0
        for row, (verdict, colour, ink) in enumerate(PARTS):
            count = int(counts[verdict.value])
            axes.barh(0, count, left=start, height=0.5, color=colour)
            if count:
                middle = start + count / 2
                axes.text(middle, 0, str(count), color=ink, ha="center", va="center", weight="bold", size=9)
                axes.annotate(
                    WORDS[verdict],
                    (middle, -0.25),
                    xytext=(0, -6 - 12 * (row % 2)),
                    textcoords="offset points",
                    ha="center",
                    va="top",
                    size=8,
                    color=QUIET,
                    annotation_clip=False,
                )
            start += count
        axes.set_xlim(0, max(total, 1))
        axes.set_ylim(-0.3, 0.3)
        axes.axis("off")
        return finish(
            figure,
            headline=f"{int(counts['reproduces'])} of {total} published figures reproduce",
            subtitle="Each worked out again from the numbers printed with it",
            alt_text=f"One bar in four parts. {describe_replay(result)}",
            left=0.3,
            right=0.3,
            bottom=0.5,
        )
