"""Areas set against each other as charts, sentence and table."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator, StrMethodFormatter

from pccstats.presentation import numbers
from pccstats.presentation.chart_parts import band, end_labels, x_of
from pccstats.presentation.point_names import PointName, name_points
from pccstats.presentation.states import state_shape
from pccstats.presentation.style import (
    BAND_INNER,
    DATA,
    HAIRLINE,
    INK,
    OTHERS,
    PAPER,
    QUIET,
    colour_of,
    finish,
    house_style,
    new_chart,
)
from pccstats.presentation.table import Column, TableSpec
from pccstats.presentation.verbs import describe, draw, table_of
from pccstats.terms.periods import MONTHS_IN_A_QUARTER, FinancialYear, month_in_words
from pccstats.terms.results.peers import AreaComparison, AreaRow
from pccstats.terms.words import PeerState, Polarity, Signal, State, Strength, Variation, capital
from pccstats.terms.written import year_starts

PLOT_HEIGHT = 2.6
MARKS = {Signal.ABOVE: "D", Signal.BELOW: "v"}
MULTIPLES_WIDTH = 10.6  # inches: the full width of a page
MOST_ACROSS = 4
FEWEST_MARKED, MOST_MARKED = 3, 8  # sizes on the axis of a funnel
NEAR_NOUGHT = 0.1  # part of the highest figure: with less beneath the lowest, the scale starts at nought
NARROW = 2.8  # inches: in a narrower panel a long name needs smaller letters
MONTHS_MARKED = 12  # signals of the latest year: older ones are in the table of each area
MOST_NAMED = 4
WIDE = 30.0  # the largest size over the smallest from which an axis of sizes has equal ratios
NO_FIGURE_YET = "No figure yet"
RARE = 0.1  # a rate below that takes a third decimal
FEWEST_WITH_YEARS = 18  # months: with fewer, the first and the last are named in place of years


@draw.register
def draw_areas(result: AreaComparison, *, view: str = "months") -> Figure:
    """Draw areas side by side: `months` (small multiples), `change` or `rates` (funnels)."""
    if view not in VIEWS:
        raise ValueError(f"{view!r} is not a view of areas. Write {', '.join(VIEWS)}.")
    with house_style():
        return VIEWS[view](result)


WIDTH, HEIGHT = 5.6, 4.1  # two stand side by side


def draw_change_funnel(result: AreaComparison) -> Figure:
    """The change of every area against its size, with limits about the change of all together."""
    if not result.has_change:
        raise TypeError(result.no_change)
    figure, axes = new_chart(width=WIDTH, height=HEIGHT)
    _limits(axes, result.curve, "size")
    axes.axhline(result.overall_change_pct, color=INK, linewidth=1.0)
    for area in result.areas:
        _mark(axes, area.size, area.change_pct, Signal(area.against_others), result.polarity)
    axes.set_xscale("log")
    axes.set_xlim(result.curve["size"].iloc[0], result.curve["size"].iloc[-1])
    _frame(axes, result.points["change_pct"], result.curve, "size", result.points["size"])
    axes.xaxis.set_major_locator(FixedLocator(_sizes_marked(*axes.get_xlim())))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda change, _: f"{change:+,g}%" if change else "0%"))
    axes.set_xlabel(f"{capital(result.unit)} a year in the area", size=9)
    centre = f"all areas {numbers.signed_per_cent(result.overall_change_pct)}"
    end_labels(axes, _labels(result, result.curve.iloc[-1], centre), plot_height=PLOT_HEIGHT)
    finish(
        figure,
        headline=funnel_headline(result),
        subtitle=f"{result.title}: change from {result.baseline_window} to {result.latest_window.in_a_sentence}"
        f"{'. Illustrative months' if result.is_illustrative else ''}",
        alt_text=areas_alt_text(result, "Funnel chart: the change of each area by its size, with limits about all"),
        right=1.05,
    )
    name_points(axes, _names(result, "size", "change_pct", result.overall_change_pct))
    return figure


def _sizes_marked(low: float, high: float) -> list[float]:
    """Round sizes on an axis of equal ratios: 1, 2 and 5 of each power of ten, or even steps within less than that.

    Examples
    --------
    >>> _sizes_marked(40, 1200), _sizes_marked(22_000, 41_000)
    ([50.0, 100.0, 200.0, 500.0, 1000.0], [25000.0, 30000.0, 35000.0, 40000.0])
    """
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    marked = [first * 10.0**power for power in powers for first in (1, 2, 5)]
    inside = [size for size in marked if low <= size <= high]
    if len(inside) < FEWEST_MARKED:
        inside = [float(size) for size in MaxNLocator(nbins=4).tick_values(low, high) if low <= size <= high]
    return inside[:: 1 + len(inside) // MOST_MARKED]


def draw_rate_funnel(result: AreaComparison) -> Figure:
    """The rate of every area against its residents, with limits about the mean."""
    peers = result.peers
    if peers is None:
        raise TypeError(result.no_peers)
    figure, axes = new_chart(width=WIDTH, height=HEIGHT)
    _limits(axes, peers.curve, "exposure")
    axes.axhline(peers.benchmark, color=INK, linewidth=1.0)
    for area in (area for area in result.areas if pd.notna(area.rate)):
        side = _signal_of(area.against_peers, result.polarity)
        _mark(axes, area.residents, area.rate, side, Polarity.NEUTRAL)  # a rate that stands apart is no grade
    axes.set_xlim(peers.curve["exposure"].iloc[0], peers.curve["exposure"].iloc[-1])
    placed = result.points[result.points["rate"].notna()]
    _frame(axes, placed["rate"], peers.curve, "exposure", placed["residents"])
    low, high = axes.get_xlim()
    if high > WIDE * low > 0:
        axes.set_xscale("log")
        axes.xaxis.set_major_locator(FixedLocator(_sizes_marked(low, high)))
        axes.xaxis.set_minor_locator(NullLocator())
    else:
        axes.xaxis.set_major_locator(MaxNLocator(nbins=4))
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    axes.set_xlabel(f"Residents of the area, {result.residents_vintage}", size=9)
    centre = f"mean {numbers.plain(peers.benchmark, decimals_of(result))}"
    labels = _labels(result, peers.curve.iloc[-1], centre, peers.benchmark)
    end_labels(axes, labels, plot_height=PLOT_HEIGHT)
    finish(
        figure,
        headline=rates_headline(result),
        subtitle=f"{result.title}: {result.unit} per 1,000 residents in {result.latest_window.in_a_sentence}"
        f"{'. Illustrative months' if result.is_illustrative else ''}",
        alt_text=areas_alt_text(result, "Funnel chart: the rate of each area by its residents, with limits"),
        right=1.05,
    )
    name_points(axes, _names(result, "residents", "rate", peers.benchmark))
    return figure


def _limits(axes: Axes, curve: pd.DataFrame, size: str) -> None:
    band(axes, *(curve[name].to_numpy(dtype=float) for name in (size, "lower_998", "upper_998")))
    band(
        axes,
        *(curve[name].to_numpy(dtype=float) for name in (size, "lower", "upper")),
        colour=BAND_INNER,
        is_inner=True,
    )


def _mark(axes: Axes, x: float, y: float, signal: Signal, polarity: Polarity) -> None:
    """A diamond above, a triangle below, a dot within; in the colours of judgement where there is one."""
    colour = colour_of(polarity.judge(signal), OTHERS if signal is Signal.NONE else DATA)
    axes.plot(x, y, MARKS.get(signal, "o"), color=colour, markersize=7)


def _signal_of(state: str, polarity: Polarity) -> Signal:
    """Above or below peers, whatever is better."""
    return polarity.side_of(PeerState(state).judgement) if state else Signal.NONE


def _frame(axes: Axes, values: pd.Series, curve: pd.DataFrame, size: str, sizes: pd.Series) -> None:
    """The scale: all points, and the limits of the larger half of the areas; those of the smallest may run out of it.

    Where a tenth of a large area's figure is much, ten times that of the smallest may be chance, and would press all
    points together.
    """
    told = curve[curve[size] >= sizes.median()]
    low, high = min(values.min(), told["lower_998"].min()), max(values.max(), told["upper_998"].max())
    space = 0.12 * (high - low)
    floor = 0.0 if (curve["lower_998"] >= 0).all() else -math.inf
    axes.set_ylim(max(floor, low - space), high + space)


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


def _names(result: AreaComparison, x: str, y: str, centre: float) -> list[PointName]:
    """Every area as a point; those outside the limits stand out."""
    return [
        PointName(
            area.area,
            getattr(area, x),
            getattr(area, y),
            stands_out=_signal(area, y, result.polarity) is not Signal.NONE,
            rank=abs(getattr(area, y) - centre),
        )
        for area in result.areas
        if pd.notna(getattr(area, x)) and pd.notna(getattr(area, y))
    ]


def _signal(area: Any, y: str, polarity: Polarity) -> Signal:
    """On which side of the limits of a funnel an area lies."""
    return _signal_of(area.against_peers, polarity) if y == "rate" else Signal(area.against_others)


PANEL_HEIGHT, NAME_HEIGHT, GAP = 1.32, 0.34, 0.24


LEFT, RIGHT, BOTTOM = 0.5, 0.1, 0.3


@dataclass(frozen=True)
class Panel:
    """Where one area's chart stands, in inches of the figure; all panels are drawn on one pair of axes."""

    left: float
    bottom: float
    wide: float
    first: float
    last: float
    lowest: float
    highest: float

    def x(self, months: Any) -> Any:
        """Months in inches from the left."""
        return self.left + (np.asarray(months, dtype=float) - self.first) / (self.last - self.first) * self.wide

    def y(self, values: Any) -> Any:
        """Figures in inches from the bottom."""
        share = (np.asarray(values, dtype=float) - self.lowest) / (self.highest - self.lowest)
        return self.bottom + np.clip(share, 0.0, 1.0) * PANEL_HEIGHT


def draw_small_multiples(result: AreaComparison) -> Figure:
    """One panel an area, in the order of the plan, with the scale written once a row and the years once beneath."""
    rows, across = _grid(len(result.points))
    figure, axes = new_chart(width=MULTIPLES_WIDTH, height=rows * (PANEL_HEIGHT + NAME_HEIGHT) + BOTTOM + 0.72)
    axes.set_axis_off()
    finish(
        figure,
        headline=months_headline(result),
        subtitle=_subtitle(result),
        alt_text=areas_alt_text(result, "Small multiples: one chart an area, all on one scale"),
    )
    inches = float(figure.get_size_inches()[1])
    axes.set_position((0.0, 0.0, 1.0, 1.0))
    axes.set_xlim(0, MULTIPLES_WIDTH)
    axes.set_ylim(0, inches)
    top = inches - figure.title_height  # type: ignore[attr-defined]
    lowest, highest = _extent(result.months)
    steps = MaxNLocator(nbins=3, steps=[1, 2, 2.5, 5, 10]).tick_values(lowest, highest)
    ticks = [tick for tick in steps if lowest <= tick <= highest]
    ends = x_of([result.months["month"].min(), result.months["month"].max()])
    wide = (MULTIPLES_WIDTH - LEFT - RIGHT - (across - 1) * GAP) / across
    for place, area in enumerate(result.areas):
        row, column = divmod(place, across)
        bottom = top - (row + 1) * (PANEL_HEIGHT + NAME_HEIGHT) + 0.02
        panel = Panel(LEFT + column * (wide + GAP), bottom, wide, ends[0] - 1, ends[1] + 1, lowest, highest)
        _scale(axes, panel, ticks, is_written=column == 0)
        _panel(axes, panel, area, result.months_of(area.area))
        if place + across >= len(result.points):
            ends_of = _years if len(result.months_of(area.area)) > FEWEST_WITH_YEARS else _ends
            ends_of(axes, panel, result.months_of(area.area)["month"])
    return figure


VIEWS: dict[str, Callable[[AreaComparison], Figure]] = {
    "months": draw_small_multiples,
    "change": draw_change_funnel,
    "rates": draw_rate_funnel,
}


def _grid(count: int) -> tuple[int, int]:
    """Rows and columns: three across up to nine areas, else four."""
    across = min(3 if count <= 9 else MOST_ACROSS, count)
    return math.ceil(count / across), across


def _extent(months: pd.DataFrame) -> tuple[float, float]:
    """The one scale for all, cut to the figures and limits; from nought where those come near it.

    A month left out of the limits does not stretch it, and stands hollow at the edge where it lies beyond.
    """
    counted = months[~months["is_excluded"].astype(bool)]
    drawn = counted[["shown", "upper", "together", "lower"]].to_numpy(dtype=float)
    low, high = max(float(np.nanmin(drawn)), 0.0), float(np.nanmax(drawn))
    room = 0.06 * (high - low) or 0.05 * high or 1.0
    return (low - room if low - room > NEAR_NOUGHT * high else 0.0), high + room


def _scale(axes: Axes, panel: Panel, ticks: list[float], *, is_written: bool) -> None:
    axes.hlines(panel.y(ticks), panel.left, panel.left + panel.wide, color=HAIRLINE, linewidth=0.6, zorder=0)
    for tick in ticks if is_written else ():
        axes.text(panel.left - 0.07, float(panel.y(tick)), f"{tick:,g}", size=9, color=QUIET, ha="right", va="center")


def _panel(axes: Axes, panel: Panel, area: Any, points: pd.DataFrame) -> None:
    months = x_of(points["month"])
    x = panel.x(months)
    if points["upper"].notna().any():
        band(axes, x, panel.y(points["lower"]), panel.y(points["upper"]))
    axes.plot(x, panel.y(points["centre_line"]), color=DATA, linewidth=0.7)
    axes.plot(x, panel.y(points["together"]), color=OTHERS, linewidth=1.0, linestyle="--")
    counted = points["shown"].where(~points["is_excluded"].astype(bool))
    axes.plot(x, panel.y(counted), color=DATA, linewidth=1.4)
    apart = points["is_excluded"].to_numpy(dtype=bool)
    axes.scatter(
        x[apart], panel.y(points["shown"])[apart], s=20, facecolors=PAPER, edgecolors=QUIET, linewidths=1.0, zorder=4
    )
    point: Any
    for at, point in zip(months, points.itertuples(), strict=True):
        is_recent = at > months[-1] - MONTHS_MARKED
        if is_recent and point.signal != Signal.NONE and pd.notna(point.shown):
            marker = "D" if point.signal == Signal.ABOVE else "v"
            colour = colour_of(Variation(point.variation).judgement)
            axes.plot(panel.x(at), panel.y(point.shown), marker, color=colour, markersize=4.6)
    latest = float(points["shown"].iloc[-1])
    if points["signal"].iloc[-1] == Signal.NONE:
        axes.plot(x[-1], panel.y(latest), "o", color=DATA, markersize=4.2)
    decimals = 0 if latest >= 20 else 1 if latest >= 2 else 2
    above = panel.bottom + PANEL_HEIGHT + 0.06
    size = 10.5 if panel.wide > NARROW else 9.5
    axes.text(panel.left, above, area.area, size=size, weight="bold", color=INK)
    axes.text(panel.left + panel.wide, above, numbers.plain(latest, decimals), size=size, ha="right", color=DATA)


def _years(axes: Axes, panel: Panel, months: pd.Series) -> None:
    """A tick where each financial year begins, and its name beneath the months of it."""
    for start in [month.ordinal - 0.5 for month in months if month.month == year_starts()]:
        axes.vlines(panel.x(start), panel.bottom - 0.07, panel.bottom, color=QUIET, linewidth=0.8)
    for year in sorted({FinancialYear.containing(month) for month in months}):
        held = [month.ordinal for month in months if FinancialYear.containing(month) == year]
        if len(held) > 5:
            middle = float(panel.x((held[0] + held[-1]) / 2))
            axes.text(middle, panel.bottom - 0.09, str(year), size=9, color=QUIET, ha="center", va="top")


def _ends(axes: Axes, panel: Panel, months: pd.Series) -> None:
    """The first and the last month, where there are too few for years."""
    at = panel.bottom - 0.09
    for month, side, place in ((months.iloc[0], "left", 0.0), (months.iloc[-1], "right", panel.wide)):
        axes.text(panel.left + place, at, month_in_words(month), size=9, color=QUIET, ha=side, va="top")


def _subtitle(result: AreaComparison) -> str:
    cut = "" if _extent(result.months)[0] == 0 else " The scale, one for all, does not start at zero."
    left_out = " Hollow: a month left out of the limits." if result.months["is_excluded"].any() else ""
    last = month_in_words(result.months["month"].max())
    unit = f"{result.unit}, {result.scale}" if result.unit else result.scale
    if not result.has_change:
        return (
            f"{result.title}: {unit}, {result.latest_window}; dashed: all areas together. "
            f"The figure at the right is the last month's.{cut}"
        )
    months = result.months["month"].nunique()
    illustrative = " Illustrative months." if result.is_illustrative else ""
    return (
        f"{result.title}: {unit}, {months} months to {last}, each area in the band to be expected of it. "
        f"Signals of the latest year are marked; the figure at the right is the last month's."
        f"{left_out}{cut}{illustrative}"
    )


@describe.register
def describe_areas(result: AreaComparison) -> str:
    """Which areas changed more or less than the rest; where no earlier year is held, whose rate stands apart."""
    if not result.has_change:
        return f"{rates_in_words(result)} {result.no_change}"
    overall = numbers.signed_per_cent(result.overall_change_pct)
    since = f"from {result.baseline_window} to {result.latest_window.in_a_sentence}"
    which = "the {} areas compared, taken" if result.missing else "all {} areas"
    sentences = [f"{result.title} in {which.format(len(result.points))} together: {overall} {since}"]
    apart = _apart_from_the_rest(result)
    sentences += apart or ["no area differs from that by more than its size and chance explain"]
    return "; ".join(sentences) + "."


def _apart_from_the_rest(result: AreaComparison) -> list[str]:
    """`North and South rose significantly more than the rest (95% limits)`, one for each way of standing apart."""
    by_way: dict[str, list[str]] = {}
    for signal in (Signal.ABOVE, Signal.BELOW):
        changes = result.points.set_index("area")["change_pct"]
        for area in names_of(result, signal):
            by_way.setdefault(_way(changes[area], result.overall_change_pct, signal), []).append(area)
    return [f"{_some(names)} {way} the rest ({_level(result)} limits)" for way, names in by_way.items()]


def _way(change: float, overall: float, signal: Signal) -> str:
    """`fell significantly more than`, or less; where all together went the other way, `moved significantly up against`.

    Examples
    --------
    >>> _way(-12.0, -4.0, Signal.BELOW), _way(-1.0, -4.0, Signal.ABOVE), _way(2.0, -4.0, Signal.ABOVE)
    ('fell significantly more than', 'fell significantly less than', 'moved significantly up against')
    """
    if change * overall <= 0:
        return f"moved significantly {'up' if signal is Signal.ABOVE else 'down'} against"
    is_more = (signal is Signal.ABOVE) == (overall > 0)
    return f"{'rose' if overall > 0 else 'fell'} significantly {'more' if is_more else 'less'} than"


def _level(result: AreaComparison) -> str:
    return f"{numbers.plain(100 * result.confidence)}%"


def rates_in_words(result: AreaComparison) -> str:
    """The lowest and the highest rate, the mean, and whose stands apart."""
    rates, decimals = result.points.set_index("area")["rate"].dropna().sort_values(), decimals_of(result)
    mean = numbers.plain(rates.mean(), decimals)
    ends = [f"{numbers.plain(rates.iloc[at], decimals)} in {rates.index[at]}" for at in (0, -1)]
    return (
        f"{result.title} in {result.latest_window.in_a_sentence}: from {ends[0]} to {ends[1]} per 1,000 residents; the "
        f"mean of {len(rates)} areas is {mean}. {rates_headline(result)}."
    )


def decimals_of(comparison: AreaComparison) -> int:
    """So many decimals of a rate that the areas can be told apart.

    A rate of a unit or more has one, as 7.1; one of hundredths has three, as 0.012.
    """
    mean = float(comparison.points["rate"].mean())
    return 1 if mean >= 1 else 2 if mean >= RARE else 3


def moved_in_words(result: AreaComparison) -> str:
    """Which areas are firmly better, worse, higher or lower than their own past; empty where none is."""
    found: dict[str, list[str]] = {}
    for area in result.areas:
        if area.has_moved_firmly:
            found.setdefault(area.verdict, []).append(area.area)
    told = "; ".join(f"{verdict}: {numbers.listed(names)}" for verdict, names in sorted(found.items(), reverse=True))
    return f"Against their own past, {told}." if told else ""


def names_of(result: AreaComparison, signal: Signal) -> list[str]:
    """Areas outside the funnel of change on one side, the furthest first."""
    chosen = result.points[result.points["against_others"] == signal]
    return chosen.sort_values("against_others_pct", ascending=signal is Signal.BELOW)["area"].tolist()


def funnel_headline(result: AreaComparison) -> str:
    """Which areas stand out in the funnel of change, in some ten words."""
    above, below = names_of(result, Signal.ABOVE), names_of(result, Signal.BELOW)
    if not above and not below:
        return "No area's change differs from the rest by more than chance"
    if not above:
        return f"{_some(below)} moved down against the others"
    return f"{_some(above)} moved up against the others" + (f", {_some(below)} down" if below else "")


def rates_headline(result: AreaComparison) -> str:
    """Which areas hold another rate than the others do among themselves."""
    told = [
        f"{_some(chosen)} {'has' if len(chosen) == 1 else 'have'} a {word} rate than the others"
        for word, side in (("higher", Signal.ABOVE), ("lower", Signal.BELOW))
        if (chosen := rates_apart(result, side))
    ]
    return "; ".join(told) or "No area's rate stands apart by more than the others' do among themselves"


def rates_apart(result: AreaComparison, signal: Signal) -> list[str]:
    """Areas whose rate stands apart from the others' on one side, in their order."""
    return [area.area for area in result.areas if rate_side(result, area) is signal]


def months_headline(result: AreaComparison) -> str:
    """Which areas had months outside their own band in the latest quarter; without bands, who is always above all."""
    if not result.has_change:
        return _always(result)
    latest = result.months[result.months["month"] > result.months["month"].max() - MONTHS_IN_A_QUARTER]
    high, low = (
        [area.area for area in result.areas if area.area in set(latest.loc[latest["signal"] == side, "area"])]
        for side in (Signal.ABOVE, Signal.BELOW)
    )
    if not high and not low:
        return "Every area within its own expected level in the latest quarter"
    both = [area for area in high if area in low]
    count = len(result.points)
    told = [
        f"{word} it in {_some(areas, count)}"
        for word, areas in (
            ("above", [area for area in high if area not in both]),
            ("below", [area for area in low if area not in both]),
            ("both above and below", both),
        )
        if areas
    ]
    return f"Against their own expected level, signals {'; '.join(told)}"


def _always(result: AreaComparison) -> str:
    """Which areas lie above, and which below, all areas together in every month."""
    gaps = (result.months["shown"] - result.months["together"]).groupby(result.months["area"], sort=False)
    above, below = (list(found.index[found > 0]) for found in (gaps.min(), -gaps.max()))
    told = [f"above all areas together: {_some(above)}" if above else "", f"below: {_some(below)}" if below else ""]
    words = "; ".join(part for part in told if part)
    every = f"in each of {result.latest_window.month_count} months"
    return f"{capital(every)} {words}" if words else f"No area on one side of all together {every}"


def areas_alt_text(result: AreaComparison, kind: str) -> str:
    """The comparison for somebody who cannot see it, with every area's figures."""
    decimals = decimals_of(result)
    rows = [
        f"{area.area} {numbers.plain(area.latest)} ({', '.join(_details(area, decimals))})" for area in result.areas
    ]
    return (
        f"{kind}. {describe_areas(result)} {capital(result.unit)} in {result.latest_window.in_a_sentence}: "
        f"{'; '.join(rows)}."
    )


def _details(area: AreaRow, decimals: int) -> Iterator[str]:
    if pd.notna(area.change_pct):
        yield numbers.signed_per_cent(area.change_pct)
    if pd.notna(area.rate):
        yield f"{numbers.plain(area.rate, decimals)} per 1,000 residents"
    if area.signals:
        yield f"signals {area.signals}"


def _some(names: list[str], of: int = 0) -> str:
    """Names in a sentence; beyond four, how many more, or that it is all of them."""
    if len(names) == of > 1:
        return "both" if of == 2 else f"all {numbers.in_words(of)}"
    if len(names) <= MOST_NAMED:
        return numbers.listed(names)
    return f"{', '.join(names[: MOST_NAMED - 1])} and {len(names) - MOST_NAMED + 1} more"


@table_of.register
def areas_table(result: AreaComparison) -> TableSpec:
    """Every area against its own past and against the others, both beside each other."""
    has_rates = result.peers is not None
    rows = pd.DataFrame([_row(area, result.polarity) for area in result.areas])
    latest = Column("latest", capital(str(result.latest_window)), "number")
    columns = [Column("area", "Area"), latest]
    if result.has_change:
        columns = [
            Column("area", "Area"),
            Column("baseline", str(result.baseline_window), "number"),
            latest,
            Column("change", "Change, 95% interval", "figure"),
            Column("own_past", "Against its own past"),
            Column("signals", "Latest quarter against its expected level"),
            Column("others", "Change against the others' change"),
        ]
    if has_rates:
        columns += [
            Column("rate", "Rate per 1,000 residents", "number", decimals_of(result)),
            Column("position", f"Position, {'lowest' if _is_lowest_first(result) else 'highest'} first", "figure"),
            Column("peers", "Rate against the others"),
        ]
    else:
        columns.append(Column("share", "Share of all, then and now", "figure"))
    notes = [result.method, *([f"Left out: {text}" for text in result.missing])]
    if result.no_change:
        notes.append(result.no_change)
    if result.residents_vintage:
        notes.append(f"Residents: {result.residents_vintage}.")
    return TableSpec(result.title, tuple(columns), rows, result.unit, tuple(notes))


def interval_in_words(area: Any) -> str:
    """The change of one area with its interval: `+9.8% (−1.2 to +22.1)`."""
    low, high = numbers.signed(area.change_pct_low, 1), numbers.signed(area.change_pct_high, 1)
    interval = "" if pd.isna(area.change_pct_low) else f" ({low} to {high})"
    return f"{numbers.signed_per_cent(area.change_pct)}{interval}"


def own_past_in_words(area: Any) -> str:
    """The verdict on its own change: `Worse, weak`, `No more than it usually moves`, `Higher`; `No figure yet`."""
    if pd.isna(area.change_pct):
        return NO_FIGURE_YET
    bears = Strength(area.strength)
    return capital(area.verdict) if bears.is_firm or not area.is_verdict else f"{capital(area.verdict)}, {bears}"


def own_past_shape(area: AreaRow) -> str:
    """The shape of that verdict; higher and lower, where neither is better, point the way they moved."""
    return state_shape(State(area.own_past) if area.own_past in set(State) else State.HIGHER_OR_LOWER, area.change_pct)


def stands_out(comparison: AreaComparison, area: AreaRow) -> bool:
    """True where an area moved firmly against its own past, or away from the others; without changes, by its rate."""
    if not comparison.has_change:
        return rate_side(comparison, area) is not Signal.NONE
    return area.has_moved_firmly or area.against_others != Signal.NONE


def rate_side(comparison: AreaComparison, area: AreaRow) -> Signal:
    """On which side its rate stands apart from the others', if it does."""
    return _signal_of(area.against_peers, comparison.polarity)


def others_in_words(area: Any) -> str:
    """Where an area's change lies in the funnel: `above, beyond 99.8%`, `within`."""
    if area.against_others == Signal.NONE:
        return "within the limits"
    return f"{area.against_others} the {'99.8' if area.is_far else '95'}% limit"


def peers_in_words(area: Any, polarity: Polarity) -> str:
    """Where an area's rate lies among the others': `higher`, `lower`, `in line`; empty where there is no rate."""
    if not area.against_peers:
        return ""
    words = {Signal.ABOVE: "higher than the others", Signal.BELOW: "lower than the others"}
    return words.get(_signal_of(area.against_peers, polarity), "in line with the others")


def position_in_words(area: Any, count: int, polarity: Polarity) -> str:
    """The rank with its interval: `7th of 8 (6th to 8th)`; where lower is not better, `7th highest of 8`."""
    if pd.isna(area.rank):
        return numbers.NO_FIGURE
    low, high = numbers.ordinal(area.rank_low), numbers.ordinal(area.rank_high)
    between = "" if low == high else f" ({low} to {high})"
    order = "" if polarity.good is Signal.BELOW else " highest"
    return f"{numbers.ordinal(area.rank)}{order} of {count}{between}"


def _row(area: Any, polarity: Polarity) -> dict[str, Any]:
    return {
        "area": area.area,
        "baseline": area.baseline,
        "latest": area.latest,
        "change": interval_in_words(area),
        "own_past": own_past_in_words(area),
        "signals": area.signals or "within",
        "others": others_in_words(area),
        "rate": area.rate,
        "position": "" if pd.isna(area.rank) else f"{numbers.ordinal(area.rank)} ({_ranks(area)})",
        "peers": peers_in_words(area, polarity),
        "share": f"{numbers.plain(area.share_baseline, 1)} → {numbers.plain(area.share_latest, 1)}%",
    }


def _ranks(area: Any) -> str:
    low, high = numbers.ordinal(area.rank_low), numbers.ordinal(area.rank_high)
    return low if low == high else f"{low} to {high}"


def _is_lowest_first(result: AreaComparison) -> bool:
    return result.polarity.good is Signal.BELOW
