"""A force's place among its peers over time, with its interval."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from pccstats.presentation import numbers
from pccstats.presentation.charts.parts import month_axis, x_of
from pccstats.presentation.charts.peer_marks import STATE_COLOURS, STATE_MARKERS
from pccstats.presentation.draw import draw
from pccstats.presentation.sentences.group_comparison import describe_positions, interval_in_words
from pccstats.presentation.style import BAND, DATA, HEIGHT, finish, house_style, new_chart
from pccstats.terms.periods import month_in_words
from pccstats.terms.results.group_comparison import GroupPositions
from pccstats.terms.words import PeerState, Polarity

INTERVAL_WIDTH = 5.5  # points


@draw.register
def draw_positions(result: GroupPositions) -> Figure:
    """One dot a quarter end, the interval of its rank behind it, 1st at the top."""
    points = result.points
    with house_style():
        figure, axes = new_chart(height=HEIGHT)
        x = x_of(points["month"])
        known = points["rank_low"].notna().to_numpy()
        low, high = (points[name].astype(float).to_numpy() for name in ("rank_low", "rank_high"))
        axes.vlines(x[known], low[known], high[known], color=BAND, linewidth=INTERVAL_WIDTH, zorder=1)
        rank = points["rank"].astype(float).to_numpy()
        axes.plot(x, rank, color=DATA, linewidth=0.8, zorder=2)
        for state in dict.fromkeys(points["state"]):
            in_state = (points["state"] == state).to_numpy()
            word = PeerState(state)
            axes.plot(
                x[in_state],
                rank[in_state],
                STATE_MARKERS.get(word, "o"),
                color=STATE_COLOURS.get(word, DATA),
                markersize=5.5,
                zorder=3,
            )
        lowest = int(points["members"].max())
        month_axis(axes, points["month"])
        axes.set_ylim(lowest + 0.5, 0.5)
        axes.set_yticks(np.arange(1, lowest + 1), [numbers.ordinal(place) for place in range(1, lowest + 1)])
        last = points.iloc[-1]
        axes.annotate(
            numbers.ordinal(last["rank"]),
            (x[-1], rank[-1]),
            xytext=(9, 0),
            textcoords="offset points",
            va="center",
            weight="bold",
            color=DATA,
            annotation_clip=False,
        )
        first_is = "1st is highest" if result.polarity is Polarity.NEUTRAL else "1st is best"
        return finish(
            figure,
            headline=(
                f"{result.title}: {numbers.ordinal(last['rank'])} of {last['members']}"
                f"{interval_in_words(last, result.confidence)} in {month_in_words(last['month'])}"
            ),
            subtitle=(
                f"{result.focus} among its peers, {result.unit}, 12 months to each quarter end; {first_is}; bars: "
                f"{numbers.plain(100 * result.confidence)}% interval of the rank; group {result.group_status}"
            ),
            alt_text=f"Rank at each quarter end. {describe_positions(result)}",
            right=0.45,
        )
