"""A force among its peers: ordered bars, a funnel, and a small scale of places for the dashboard."""

from __future__ import annotations

from typing import Any, Literal

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pccstats.presentation import numbers
from pccstats.presentation.charts.group_funnel import draw_funnel
from pccstats.presentation.charts.group_words import group_alt_text, group_headline, group_subtitle
from pccstats.presentation.draw import draw
from pccstats.presentation.sentences.group_comparison import (
    decimals_of,
    place_in_words,
)
from pccstats.presentation.style import (
    BAND,
    BETTER,
    DATA,
    INK,
    OTHERS,
    QUIET,
    WORSE,
    escaped,
    finish,
    house_style,
    new_chart,
)
from pccstats.terms.results.group_comparison import GroupComparison
from pccstats.terms.words import PeerState

ROW_HEIGHT = 0.27  # inches a bar
NAME_WIDTH = 0.075  # inches a letter of a force's name
DOT_STEP = 14  # units of the small scale, a place
DOT_RADIUS = 3.2


@draw.register
def draw_group(result: GroupComparison, *, form: Literal["bars", "funnel"] = "bars") -> Figure:
    """Bars in order of rank, or a funnel over the size of the forces.

    A funnel needs sizes: survey shares of unknown numbers of respondents are drawn as bars.
    """
    with house_style():
        return draw_funnel(result) if form == "funnel" and len(result.curve) else _bars(result)


def _bars(result: GroupComparison) -> Figure:
    """Best at the top; the band is where the other forces predict the focus force to be."""
    points, row, decimals = result.points, result.focus_row, decimals_of(result)
    figure, axes = new_chart(height=ROW_HEIGHT * len(points) + 1.75)
    places = range(len(points))
    colours = [DATA if is_focus else OTHERS for is_focus in points["is_focus"]]
    axes.axvspan(row["peer_lower"], row["peer_upper"], color=BAND, linewidth=0, zorder=0)
    axes.barh(places, points["value"], height=0.62, color=colours, zorder=2)
    axes.axvline(result.benchmark, color=INK, linewidth=1.1, zorder=3)
    for place, point in zip(places, result.forces, strict=True):
        axes.annotate(
            numbers.plain(point.value, decimals),
            (1, place),
            xycoords=("axes fraction", "data"),
            xytext=(30, 0),
            textcoords="offset points",
            ha="right",
            va="center",
            size=8.5,
            color=INK if point.is_focus else QUIET,
            annotation_clip=False,
            weight="bold" if point.is_focus else "normal",
        )
    axes.set_yticks(list(places), [_named(point) for point in result.forces])
    for label, is_focus in zip(axes.get_yticklabels(), points["is_focus"], strict=True):
        label.set_color(INK if is_focus else QUIET)
        label.set_fontweight("bold" if is_focus else "normal")
    axes.invert_yaxis()
    axes.set_ylim(len(points) - 0.4, -0.6)
    axes.grid(visible=False, axis="y")
    axes.set_xlim(0, 1.02 * max(points["value"].max(), row["peer_upper"]))
    _above(axes, result.benchmark, f"Benchmark {numbers.plain(result.benchmark, decimals)}", INK)
    axes.annotate(
        f"Shaded: where the other {len(points) - 1} forces predict {result.focus} to be",
        (0, 0),
        xycoords="axes fraction",
        xytext=(0, -20),
        textcoords="offset points",
        va="top",
        size=8,
        color=QUIET,
    )
    return finish(
        figure,
        headline=group_headline(result),
        subtitle=group_subtitle(result),
        alt_text=group_alt_text(result, "Bars in order of rank"),
        left=max(len(_named(point)) for point in result.forces) * NAME_WIDTH + 0.2,
        right=0.6,
        bottom=0.55,
        above=0.24,
    )


def position_dots(result: GroupComparison) -> str:
    """The place of the focus force as a dot on a scale of places, with its interval, as an inline SVG element."""
    row, members = result.focus_row, result.members
    words = f"{place_in_words(row, members, result.confidence)}, {result.state.in_words}"
    middle = DOT_STEP / 2

    def x(place: float) -> float:
        return middle + DOT_STEP * (place - 1)

    steps = "".join(
        f'<circle cx="{x(place):g}" cy="8" r="1.4" fill="var(--others, {OTHERS})"/>' for place in range(1, members + 1)
    )
    interval = ""
    if not pd.isna(row["rank_low"]):
        low, high = x(row["rank_low"]) - DOT_RADIUS, x(row["rank_high"]) + DOT_RADIUS
        interval = (
            f'<rect x="{low:g}" y="4.8" width="{high - low:g}" height="6.4" rx="{DOT_RADIUS}" '
            f'fill="var(--band, {BAND})"/>'
        )
    name, colour = {
        PeerState.BETTER_THAN_PEERS: ("better", BETTER),
        PeerState.WORSE_THAN_PEERS: ("worse", WORSE),
    }.get(result.state, ("data", DATA))
    return (
        f'<svg role="img" aria-label="{escaped(words)}" class="position-dots" viewBox="0 0 {DOT_STEP * members} 16" '
        f'width="{DOT_STEP * members}" height="16" xmlns="http://www.w3.org/2000/svg">{interval}{steps}'
        f'<circle cx="{x(row["rank"]):g}" cy="8" r="{DOT_RADIUS}" fill="var(--{name}, {colour})"/></svg>'
    )


def _named(point: Any) -> str:
    """`5th  Leicestershire`, and the state in words where it is not in line."""
    joint = "=" if point.is_tied else ""
    state = PeerState(point.state)
    words = "" if state is PeerState.IN_LINE_WITH_PEERS else f" ({state.in_words})"
    return f"{point.area}{words}  {joint}{numbers.ordinal(point.rank)}"


def _above(axes: Axes, x: float, text: str, colour: str) -> None:
    axes.annotate(
        text,
        (x, 1),
        xycoords=("data", "axes fraction"),
        xytext=(0, 3),
        textcoords="offset points",
        ha="center",
        va="bottom",
        size=8,
        color=colour,
        annotation_clip=False,
    )
