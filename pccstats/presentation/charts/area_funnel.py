"""Areas on a funnel: their change, or their rate, against their size."""

from __future__ import annotations

from typing import Any

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter, StrMethodFormatter

from pccstats.presentation import numbers
from pccstats.presentation.charts.parts import end_labels
from pccstats.presentation.sentences.area_comparison import areas_alt_text, funnel_headline, rates_headline
from pccstats.presentation.style import BAND, BETTER, DATA, INK, OTHERS, QUIET, WORSE, finish, new_chart
from pccstats.terms.results.area_comparison import AreaComparison
from pccstats.terms.words import PeerState, Polarity, Signal

WIDTH, HEIGHT = 5.6, 4.1  # two stand side by side
PLOT_HEIGHT = 2.6
LETTER, HALF_LINE, DOT = 7.4, 8.0, 6.0  # pixels of the chart: a letter of a name at most, half its height, half a mark
NAME_PLACES = ((0.0, 16.0, "center"), (0.0, -16.0, "center"), (11.0, 0.0, "left"), (-11.0, 0.0, "right"))
POINTS_PER_INCH = 72
MARKS = {Signal.ABOVE: "D", Signal.BELOW: "v"}


def draw_change_funnel(result: AreaComparison) -> Figure:
    """The change of every area against its size, with limits about the change of all together."""
    figure, axes = new_chart(width=WIDTH, height=HEIGHT)
    _limits(axes, result.curve, "size")
    axes.axhline(result.overall_change_pct, color=INK, linewidth=1.0)
    for area in result.areas:
        _mark(axes, area.size, area.change_pct, Signal(area.against_others), result.polarity)
    axes.set_xscale("log")
    axes.set_xlim(result.curve["size"].iloc[0], result.curve["size"].iloc[-1])
    _frame(axes, result.points["change_pct"], result.curve)
    axes.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:+,g}%"))
    axes.set_xlabel(f"{numbers.capital(result.unit)} a year in the area", size=9)
    centre = f"all areas {numbers.signed_per_cent(result.overall_change_pct)}"
    end_labels(axes, _labels(result, result.curve.iloc[-1], centre), plot_height=PLOT_HEIGHT)
    finish(
        figure,
        headline=funnel_headline(result),
        subtitle=f"{result.title}: change from {result.baseline_window} to the {result.latest_window}"
        f"{'. Illustrative months' if result.is_illustrative else ''}",
        alt_text=areas_alt_text(result, "Funnel chart: the change of each area by its size, with limits about all"),
        right=1.05,
    )
    _name(axes, result, "size", "change_pct", result.overall_change_pct)
    figure.has_many_letters = True  # type: ignore[attr-defined]  # as text they take a tenth of the room
    return figure


def draw_rate_funnel(result: AreaComparison) -> Figure:
    """The rate of every area against its residents, with limits about the mean."""
    peers = result.peers
    if peers is None:
        raise TypeError(result.no_peers)
    figure, axes = new_chart(width=WIDTH, height=HEIGHT)
    _limits(axes, peers.curve, "exposure")
    axes.axhline(peers.benchmark, color=INK, linewidth=1.0)
    for area in result.areas:
        _mark(axes, area.residents, area.rate, _signal_of(area.against_peers, result.polarity), result.polarity)
    axes.set_xlim(peers.curve["exposure"].iloc[0], peers.curve["exposure"].iloc[-1])
    _frame(axes, result.points["rate"], peers.curve, floor=0.0)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=4))
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    axes.set_xlabel(f"Residents of the area, {result.residents_vintage}", size=9)
    labels = _labels(result, peers.curve.iloc[-1], f"mean {numbers.plain(peers.benchmark, 1)}", peers.benchmark)
    end_labels(axes, labels, plot_height=PLOT_HEIGHT)
    finish(
        figure,
        headline=rates_headline(result),
        subtitle=f"{result.title}: {result.unit} per 1,000 residents in the {result.latest_window}"
        f"{'. Illustrative months' if result.is_illustrative else ''}",
        alt_text=areas_alt_text(result, "Funnel chart: the rate of each area by its residents, with limits"),
        right=1.05,
    )
    _name(axes, result, "residents", "rate", peers.benchmark)
    figure.has_many_letters = True  # type: ignore[attr-defined]
    return figure


def _limits(axes: Axes, curve: pd.DataFrame, size: str) -> None:
    axes.fill_between(curve[size], curve["lower_998"], curve["upper_998"], color=BAND, linewidth=0, alpha=0.55)
    axes.fill_between(curve[size], curve["lower"], curve["upper"], color=BAND, linewidth=0)


def _mark(axes: Axes, x: float, y: float, signal: Signal, polarity: Polarity) -> None:
    """A diamond above, a triangle below, a dot within; in the colours of judgement where there is one."""
    colour = OTHERS if signal is Signal.NONE else DATA
    if signal is not Signal.NONE and polarity is not Polarity.NEUTRAL:
        is_worse = (signal is Signal.ABOVE) == (polarity is Polarity.LOWER_IS_BETTER)
        colour = WORSE if is_worse else BETTER
    axes.plot(x, y, MARKS.get(signal, "o"), color=colour, markersize=7)


def _signal_of(state: str, polarity: Polarity) -> Signal:
    """Above or below peers, whatever is better."""
    if state in (PeerState.ABOVE_PEERS, PeerState.BELOW_PEERS):
        return Signal.ABOVE if state == PeerState.ABOVE_PEERS else Signal.BELOW
    if state not in (PeerState.BETTER_THAN_PEERS, PeerState.WORSE_THAN_PEERS):
        return Signal.NONE
    is_high = (state == PeerState.WORSE_THAN_PEERS) == (polarity is Polarity.LOWER_IS_BETTER)
    return Signal.ABOVE if is_high else Signal.BELOW


def _frame(axes: Axes, values: pd.Series, curve: pd.DataFrame, floor: float | None = None) -> None:
    low, high = min(values.min(), curve["lower_998"].min()), max(values.max(), curve["upper_998"].max())
    space = 0.1 * (high - low)
    axes.set_ylim(low - space if floor is None else max(floor, low - space), high + space)


def _labels(
    result: AreaComparison, last: pd.Series, words: str, centre: float | None = None
) -> list[tuple[float, str, str]]:
    inner = f"{numbers.plain(100 * result.confidence)}% limit"
    return [
        (result.overall_change_pct if centre is None else centre, words, INK),
        (last["upper"], inner, QUIET),
        (last["lower"], inner, QUIET),
        (last["upper_998"], "99.8% limit", QUIET),
        (last["lower_998"], "99.8% limit", QUIET),
    ]


def _name(axes: Axes, result: AreaComparison, x: str, y: str, centre: float) -> None:
    """Names beside their points, those furthest out first; one that would touch another is left to the table."""
    to_points = POINTS_PER_INCH / mpl.rcParams["figure.dpi"]
    at = {area.area: axes.transData.transform((getattr(area, x), getattr(area, y))) for area in result.areas}
    taken = [(px - DOT, py - DOT, px + DOT, py + DOT) for px, py in at.values()]
    ordered: list[Any] = sorted(result.areas, key=lambda area: abs(getattr(area, y) - centre), reverse=True)
    for area in ordered:
        px, py = at[area.area]
        for dx, dy, ha in NAME_PLACES:
            box = _box(px + dx, py + dy, len(area.area), ha)
            if box[0] >= axes.bbox.x0 and box[2] <= axes.bbox.x1 and not any(_touch(box, other) for other in taken):
                break
        else:
            continue
        taken.append(box)
        axes.annotate(
            area.area,
            (getattr(area, x), getattr(area, y)),
            xytext=(dx * to_points, dy * to_points),
            textcoords="offset points",
            ha=ha,
            va="center",
            size=8.5,
            color=INK,
        )


def _box(x: float, y: float, letters: int, ha: str) -> tuple[float, float, float, float]:
    wide = LETTER * letters
    left = {"center": x - wide / 2, "left": x, "right": x - wide}[ha]
    return left, y - HALF_LINE, left + wide, y + HALF_LINE


def _touch(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
