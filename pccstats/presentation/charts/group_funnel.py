"""A funnel: the figures of the forces against their size, with limits about the benchmark."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator, StrMethodFormatter

from pccstats.presentation import numbers
from pccstats.presentation.charts.group_words import group_alt_text, group_headline, group_subtitle
from pccstats.presentation.charts.parts import end_labels
from pccstats.presentation.charts.peer_marks import STATE_COLOURS, STATE_MARKERS
from pccstats.presentation.sentences.group_comparison import decimals_of
from pccstats.presentation.style import BAND, DATA, HEIGHT, INK, OTHERS, PAPER, QUIET, finish, new_chart
from pccstats.terms.results.group_comparison import GroupComparison
from pccstats.terms.words import PeerState

PLOT_HEIGHT = 2.2


def draw_funnel(result: GroupComparison) -> Figure:
    """Figures against the size of the force, with both pairs of limits about the benchmark."""
    points, curve, decimals = result.points, result.curve, decimals_of(result)
    figure, axes = new_chart(height=HEIGHT + 0.2)
    axes.fill_between(curve["exposure"], curve["lower_998"], curve["upper_998"], color=BAND, linewidth=0, alpha=0.55)
    axes.fill_between(curve["exposure"], curve["lower"], curve["upper"], color=BAND, linewidth=0)
    axes.axhline(result.benchmark, color=INK, linewidth=1.0)
    for point in result.forces:
        state = PeerState(point.state)
        colour = STATE_COLOURS.get(state, DATA if point.is_focus else OTHERS)
        axes.plot(
            point.exposure,
            point.value,
            STATE_MARKERS.get(state, "o"),
            color=DATA if point.is_focus else colour,
            markersize=7.5 if point.is_focus else 6,
        )
    axes.set_xlim(curve["exposure"].iloc[0], curve["exposure"].iloc[-1])
    low = min(points["value"].min(), curve["lower_998"].min())
    high = max(points["value"].max(), curve["upper_998"].max())
    axes.set_ylim(max(0.0, low - 0.08 * (high - low)), high + 0.08 * (high - low))
    _name_points(axes, result)
    last = curve.iloc[-1]
    inner = numbers.plain(100 * result.confidence)
    end_labels(
        axes,
        [
            (result.benchmark, f"benchmark {numbers.plain(result.benchmark, decimals)}", INK),
            (last["upper"], f"{inner}% limit", QUIET),
            (last["lower"], f"{inner}% limit", QUIET),
            (last["upper_998"], "99.8% limit", QUIET),
            (last["lower_998"], "99.8% limit", QUIET),
        ],
        plot_height=PLOT_HEIGHT,
    )
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6))
    axes.set_xlabel(f"{result.exposure_name.capitalize()} of the force", size=8)
    return finish(
        figure,
        headline=group_headline(result),
        subtitle=group_subtitle(result),
        alt_text=group_alt_text(result, "Funnel chart: each force by its size, with limits about the benchmark"),
        right=1.25,
        bottom=0.55,
    )


def _name_points(axes: Axes, result: GroupComparison) -> None:
    """Names away from the benchmark; of two near neighbours on one side of it, the second goes to the other."""
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    wide, tall, edge = 0.12 * (right - left), 0.12 * (high - low), 0.11 * (right - left)
    placed: list[tuple[float, float, bool]] = []
    for point in sorted(result.forces, key=lambda force: (force.exposure, force.value)):
        below = bool(low + tall < point.value < result.benchmark)  # at the foot there is no room beneath
        if any(abs(point.exposure - x) < wide and abs(point.value - y) < tall and below == on for x, y, on in placed):
            below = not below
        placed.append((point.exposure, point.value, below))
        axes.annotate(
            point.area,
            (point.exposure, point.value),
            xytext=(0, -7 if below else 7),
            textcoords="offset points",
            ha="right" if point.exposure > right - edge else "left" if point.exposure < left + edge else "center",
            va="top" if below else "bottom",
            size=8,
            color=INK if point.is_focus else QUIET,
            weight="bold" if point.is_focus else "normal",
            path_effects=[withStroke(linewidth=2.5, foreground=PAPER)],
        )
