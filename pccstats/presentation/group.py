"""A comparison with peers as chart, sentence and table."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, StrMethodFormatter

from pccstats.presentation import numbers
from pccstats.presentation.chart_parts import band, end_labels, month_axis, x_of
from pccstats.presentation.markup import Markup, rendered
from pccstats.presentation.point_names import PointName, name_points
from pccstats.presentation.states import inside_a_sentence
from pccstats.presentation.style import (
    BAND,
    BAND_INNER,
    DATA,
    HEIGHT,
    INK,
    OTHERS,
    QUIET,
    colour_of,
    css_colour,
    finish,
    house_style,
    new_chart,
)
from pccstats.presentation.table import Column, TableSpec
from pccstats.presentation.verbs import describe, draw, table_of
from pccstats.terms.periods import month_in_words
from pccstats.terms.results.peers import Force, GroupComparison, GroupPositions
from pccstats.terms.words import GroupStatus, PeerState, Polarity, capital

ROW_HEIGHT = 0.27  # inches a bar
NAME_WIDTH = 0.075  # inches a letter of a force's name
MOST_BARS = 16  # forces; more are drawn by their size
MOST_PLACES_NAMED = 12  # on an axis: more would touch
PLACES_APART = (1, 5, 10, 50)
MOST_NAMED = 3  # forces in a sentence
DOT_STEP = 14  # units of the small scale, a place
WIDEST_DOTS = 126  # units: of many forces the places move together
DOT_RADIUS = 3.2
PLOT_HEIGHT = 2.2
INTERVAL_WIDTH = 2.2  # points
STATE_MARKERS = {
    PeerState.BETTER_THAN_PEERS: "D",
    PeerState.WORSE_THAN_PEERS: "^",
    PeerState.ABOVE_PEERS: "D",
    PeerState.BELOW_PEERS: "^",
}
EVERY_FORCE = "every force is compared, none chosen for likeness"
_NOT_CHOSEN: dict[str, str] = {
    GroupStatus.EVERY_FORCE: EVERY_FORCE,
    GroupStatus.REGION: "the forces of its region are compared, none chosen for likeness",
}
_CHANGES = ("change_pct", "change_rank")  # nobody has any where a break of comparability lies in the two years
BENCHMARK_WORDS = {
    "mean_including_own": "group mean, own force included",
    "weighted": "group as a whole, larger forces counting for more",
    "others_only": "mean of the other forces",
}


@draw.register
def draw_group(result: GroupComparison, *, form: Literal["bars", "funnel"] | None = None) -> Figure:
    """Bars in order of rank, or a funnel over the size of the forces; of many forces a funnel unless told otherwise.

    A funnel needs sizes: survey shares of unknown numbers of respondents are drawn as bars.
    """
    with house_style():
        is_funnel = is_drawn_as_funnel(result) if form is None else form == "funnel" and len(result.curve) > 0
        return draw_funnel(result) if is_funnel else _bars(result)


def is_drawn_as_funnel(result: GroupComparison) -> bool:
    """True where the forces are too many for bars, and have sizes."""
    return result.members > MOST_BARS and len(result.curve) > 0


def _bars(result: GroupComparison) -> Figure:
    """Best at the top; the band is where the other forces predict the focus force to be."""
    points, row, decimals = result.points, result.focus_row, decimals_of(result)
    figure, axes = new_chart(height=ROW_HEIGHT * len(points) + 1.75)
    places = range(len(points))
    colours = [DATA if is_focus else OTHERS for is_focus in points["is_focus"]]
    axes.axvspan(row["peer_lower"], row["peer_upper"], color=BAND, linewidth=0, zorder=0)
    for edge in (row["peer_lower"], row["peer_upper"]):
        axes.axvline(edge, color=OTHERS, linewidth=0.8, zorder=3)
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


def position_dots(result: GroupComparison) -> Markup:
    """The place of the focus force as a dot on a scale of places, with its interval, as an inline SVG element."""
    row, members = result.focus_row, result.members
    step = min(DOT_STEP, WIDEST_DOTS / members)

    def x(place: float) -> float:
        return step / 2 + step * (place - 1)

    interval = None
    if not pd.isna(row["rank_low"]):
        low, high = x(row["rank_low"]) - DOT_RADIUS, x(row["rank_high"]) + DOT_RADIUS
        interval = {"x": f"{low:g}", "width": f"{high - low:g}", "colour": css_colour(BAND), "edge": css_colour(OTHERS)}
    return rendered(
        "position-dots.svg.j2",
        words=f"{place_in_words(row, members, result)}, {result.state.in_words}",
        width=f"{step * members:g}",
        radius=DOT_RADIUS,
        interval=interval,
        places=[f"{x(place):g}" for place in range(1, members + 1)],
        quiet=css_colour(OTHERS),
        place=f"{x(row['rank']):g}",
        colour=css_colour(colour_of(result.state.judgement)),
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


def draw_funnel(result: GroupComparison) -> Figure:
    """Figures against the size of the force, with both pairs of limits about the benchmark."""
    points, curve, decimals = result.points, result.curve, decimals_of(result)
    figure, axes = new_chart(height=HEIGHT + 0.4)
    at = curve["exposure"].to_numpy(dtype=float)
    band(axes, at, *(curve[name].to_numpy(dtype=float) for name in ("lower_998", "upper_998")))
    inner_limits = (curve[name].to_numpy(dtype=float) for name in ("lower", "upper"))
    band(axes, at, *inner_limits, colour=BAND_INNER, is_inner=True)
    axes.axhline(result.benchmark, color=INK, linewidth=1.0)
    _marks(axes, result.forces)
    axes.set_xlim(curve["exposure"].iloc[0], curve["exposure"].iloc[-1])
    low = min(points["value"].min(), curve["lower_998"].min())
    high = max(points["value"].max(), curve["upper_998"].max())
    room = 0.1 * (high - low)
    axes.set_ylim(max(0.0, low - room), high + room)
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
    axes.xaxis.set_major_locator(MaxNLocator(nbins=5))
    axes.set_xlabel(f"{capital(result.exposure_name)} of the force", size=8)
    finish(
        figure,
        headline=group_headline(result),
        subtitle=group_subtitle(result),
        alt_text=group_alt_text(result, "Funnel chart: each force by its size, with limits about the benchmark"),
        right=1.25,
        bottom=0.55,
    )
    name_points(
        axes,
        [
            PointName(
                point.area,
                point.exposure,
                point.value,
                stands_out=PeerState(point.state) is not PeerState.IN_LINE_WITH_PEERS,
                rank=abs(point.value - result.benchmark),
                is_focus=bool(point.is_focus),
            )
            for point in result.forces
        ],
    )
    return figure


def _marks(axes: Axes, forces: Iterable[Force]) -> None:
    """A mark for each force, all that look alike in one line; those that stand out, then the focus force, on top."""
    alike: dict[tuple[bool, PeerState], list[Force]] = {}
    for force in forces:
        alike.setdefault((force.is_focus, PeerState(force.state)), []).append(force)
    for is_focus, state in sorted(alike, key=lambda look: (look[0], look[1] is not PeerState.IN_LINE_WITH_PEERS)):
        looking_so = alike[is_focus, state]
        axes.plot(
            [force.exposure for force in looking_so],
            [force.value for force in looking_so],
            STATE_MARKERS.get(state, "o"),
            color=colour_of(state.judgement, DATA if is_focus else OTHERS),
            markersize=8 if is_focus else 6,
        )


@draw.register
def draw_positions(result: GroupPositions) -> Figure:
    """One dot a quarter end, the interval of its rank behind it, 1st at the top."""
    points = result.points
    with house_style():
        figure, axes = new_chart(height=HEIGHT)
        x = x_of(points["month"])
        known = points["rank_low"].notna().to_numpy()
        low, high = (points[name].astype(float).to_numpy() for name in ("rank_low", "rank_high"))
        axes.vlines(x[known], low[known], high[known], color=OTHERS, linewidth=INTERVAL_WIDTH, zorder=1)
        rank = points["rank"].astype(float).to_numpy()
        axes.plot(x, rank, color=DATA, linewidth=0.8, zorder=2)
        for state in dict.fromkeys(points["state"]):
            in_state = (points["state"] == state).to_numpy()
            word = PeerState(state)
            axes.plot(
                x[in_state],
                rank[in_state],
                STATE_MARKERS.get(word, "o"),
                color=colour_of(word.judgement),
                markersize=5.5,
                zorder=3,
            )
        lowest = int(points["members"].max())
        month_axis(axes, points["month"])
        axes.set_ylim(lowest + 0.5, 0.5)
        named = _places_named(lowest)
        axes.set_yticks(named, [numbers.ordinal(place) for place in named])
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
                f"{result.title}: {place_of(last['rank'], last['members'], result.polarity)}"
                f"{interval_in_words(last, result.confidence)} in {month_in_words(last['month'])}"
            ),
            subtitle=(
                f"{result.focus} among its peers, {result.unit}, 12 months to each quarter end; {first_is}; bars: "
                f"{numbers.plain(100 * result.confidence)}% interval of the rank; {_group_named(result.group_status)}"
            ),
            alt_text=f"Rank at each quarter end. {describe_positions(result)}",
            right=0.45,
        )


def _places_named(lowest: int) -> list[int]:
    """The places that the axis names: each of a few, every fifth or tenth of many, the first always.

    Examples
    --------
    >>> _places_named(8), _places_named(22)
    ([1, 2, 3, 4, 5, 6, 7, 8], [1, 5, 10, 15, 20])
    """
    step = next(step for step in PLACES_APART if lowest <= step * MOST_PLACES_NAMED)
    return sorted({1, *range(step, lowest + 1, step)})


def group_headline(result: GroupComparison) -> str:
    """`Robbery: 5th of 8 (95% interval 4th to 6th), in line with peers`."""
    row = result.focus_row
    joint = "joint " if row["is_tied"] else ""
    place = f"{joint}{place_of(row['rank'], result.members, result.polarity)}"
    return f"{result.title}: {place}{interval_in_words(row, result.confidence)}, {result.state.in_words}"


def group_subtitle(result: GroupComparison) -> str:
    """Measure, months and how sure the group is; who is missing; what it is a proxy for."""
    unit = "per cent" if result.unit == "%" else result.unit
    parts = [unit, f"12 months to {month_in_words(result.window.last)}", _group_named(result.group_status)]
    parts += [f"missing: {numbers.listed(result.missing)}"] if result.missing else []
    parts += [f"a proxy for {result.proxy_for}"] if result.proxy_for else []
    return f"{result.focus} among its peers, {', '.join(parts)}"


def group_alt_text(result: GroupComparison, form: str) -> str:
    """The chart for somebody who cannot see it: what it is, the sentence, and every force with its figure."""
    decimals = decimals_of(result)
    forces = [
        f"{numbers.ordinal(point.rank)} {point.area} {numbers.plain(point.value, decimals)}" for point in result.forces
    ]
    benchmark = f"Benchmark {numbers.plain(result.benchmark, decimals)}, {BENCHMARK_WORDS[result.benchmark_name]}"
    return f"{form}. {describe_group(result)} {benchmark}. {numbers.listed(forces)}."


@describe.register
def describe_group(result: GroupComparison) -> str:
    """`5th of 8 for all crime per 1,000 population (95% interval 4th to 6th), in line with peers`, and how sure."""
    row = result.focus_row
    place = place_in_words(row, result.members, result, measure_in_words(result))
    decimals = decimals_of(result)
    return (
        f"{result.focus} was {place}, {result.state.in_words}, in the 12 months to "
        f"{month_in_words(result.window.last)}: {numbers.plain(row['value'], decimals)} against "
        f"{numbers.plain(result.benchmark, decimals)} ({BENCHMARK_WORDS[result.benchmark_name]})."
        f"{_change(row, result)} {membership_in_words(result.group_status)}{missing_in_words(result.missing)}"
    )


def beyond_limits_in_words(result: GroupComparison) -> str:
    """Why forces or areas outside the limits of the funnel are in line all the same; empty where none is so."""
    points = result.points
    is_beyond = (points["value"] > points["upper"]) | (points["value"] < points["lower"])
    names = points.loc[is_beyond & (points["state"] == PeerState.IN_LINE_WITH_PEERS), "area"].tolist()
    if not names:
        return ""
    lie, are = ("lies", "is") if len(names) == 1 else ("lie", "are")
    more = len(names) - MOST_NAMED
    said = numbers.listed(names if more <= 0 else [*names[:MOST_NAMED], f"{more} more"])
    return (
        f"{said} {lie} outside the limits drawn and {are} in line all the same: the limits pull in the highest and the "
        "lowest tenth, while the word is given by how far all the others lie apart as they are."
    )


@describe.register
def describe_positions(result: GroupPositions) -> str:
    """The first and the latest place, each with its interval, and how often the force stood apart from its peers."""
    first, last = result.points.iloc[0], result.points.iloc[-1]
    apart = int((result.points["state"] != PeerState.IN_LINE_WITH_PEERS).sum())
    measure = measure_in_words(result)
    then = place_in_words(first, first["members"], result)
    now = place_in_words(last, last["members"], result)
    dates = f"the {len(result.points)} dates"
    often = (
        f"stood apart from its peers at {apart} of {dates}"
        if apart
        else f"was in line with its peers at each of {dates}"
    )
    return (
        f"For {measure}, {result.focus} was {then} in the 12 months to {month_in_words(first['month'])} and {now} in "
        f"the 12 months to {month_in_words(last['month'])}; it {often}. "
        f"{membership_in_words(result.group_status)}"
    )


def place_in_words(row: Any, members: int, result: GroupComparison | GroupPositions, measure: str = "") -> str:
    """`5th of 8 for robbery per 1,000 population (95% interval 4th to 6th)`."""
    joint = "joint " if row.get("is_tied", False) else ""
    about = f" for {measure}" if measure else ""
    place = place_of(row["rank"], members, result.polarity)
    return f"{joint}{place}{about}{interval_in_words(row, result.confidence)}"


def place_of(rank: float, members: int, polarity: Polarity) -> str:
    """A place counted from the best, or from the highest where neither way is better: then it says so.

    Examples
    --------
    >>> [place_of(3, 42, polarity) for polarity in (Polarity.LOWER_IS_BETTER, Polarity.NEUTRAL)]
    ['3rd of 42', '3rd highest of 42']
    """
    return f"{numbers.ordinal(rank)}{' highest' if polarity is Polarity.NEUTRAL else ''} of {members}"


def interval_in_words(row: Any, confidence: float) -> str:
    """The interval of a rank; where there is none, that there is none."""
    if pd.isna(row["rank_low"]):
        return " (no interval: number of respondents not known)"
    low, high = numbers.ordinal(row["rank_low"]), numbers.ordinal(row["rank_high"])
    certain = numbers.plain(100 * confidence)
    return f" ({certain}% interval {low})" if low == high else f" ({certain}% interval {low} to {high})"


def measure_in_words(result: GroupComparison | GroupPositions) -> str:
    """`all crime per 1,000 population`, `% satisfied with burglary`, with what it is a proxy for."""
    title = inside_a_sentence(result.title)
    unit = "(%)" if result.unit == "%" else result.unit
    measure = f"{title}, {unit}" if "," in title else f"{title} {unit}"
    return f"{measure}, a proxy for {result.proxy_for}," if result.proxy_for else measure


def membership_in_words(status: str) -> str:
    """How sure the membership of the group is; never left unsaid."""
    if status in _NOT_CHOSEN:
        return f"{capital(_NOT_CHOSEN[status])}."
    is_dated = status in tuple(GroupStatus)
    return f"Group membership {status}." if is_dated else f"Group {status}."


def _group_named(status: str) -> str:
    return _NOT_CHOSEN.get(status, f"group {status}")


def missing_in_words(missing: tuple[str, ...]) -> str:
    """The members with no figure, by name."""
    return f" Missing: {numbers.listed(missing)}." if missing else ""


def decimals_of(result: GroupComparison) -> int:
    """As many decimals as tell the figures apart: three digits of the benchmark."""
    return 0 if result.benchmark >= 100 else 1 if result.benchmark >= 10 else 2


def _change(row: pd.Series, result: GroupComparison) -> str:
    if pd.isna(row["change_rank"]):
        return ""
    compared = int(result.points["change_rank"].notna().sum())
    return (
        f" Its {_changing(result)} changed by {numbers.signed_per_cent(row['change_pct'])} on the 12 months before, "
        f"{place_of(row['change_rank'], compared, result.polarity)}."
    )


def _changing(result: GroupComparison) -> str:
    """What the change is of: the rate, which may fall while the number rises, or the share."""
    return "share" if result.kind.is_proportion else "rate"


@table_of.register
def group_table(result: GroupComparison) -> TableSpec:
    """One row a force, best first, the focus force marked in words."""
    decimals = decimals_of(result)
    points = result.points
    rows = points.assign(
        force=[f"{force.area} (this force)" if force.is_focus else force.area for force in result.forces],
        ranks=[_rank(force.rank, is_tied=force.is_tied) for force in result.forces],
        interval=_intervals(points),
        expected=[
            f"{numbers.plain(force.peer_lower, decimals)} to {numbers.plain(force.peer_upper, decimals)}"
            for force in result.forces
        ],
        words=[PeerState(state).in_words for state in points["state"]],
    )
    certain = numbers.plain(100 * result.confidence)
    counted = "Numerator" if result.unit == "%" else "Number"
    columns = (
        Column("force", "Force"),
        Column("ranks", "Rank"),
        Column("interval", f"{certain}% interval of rank"),
        Column("value", capital(result.unit), "number", decimals),
        Column("expected", f"Expected of it by its peers, {certain}%"),
        Column("words", "State"),
        Column("numerator", counted, "number"),
        Column("exposure", capital(result.exposure_name), "number"),
        Column("change_pct", f"Change of the {_changing(result)} on 12 months before", "signed_per_cent", 1),
        Column("change_rank", "Rank of change", "rank"),
    )
    benchmark = f"{numbers.plain(result.benchmark, decimals)} ({BENCHMARK_WORDS[result.benchmark_name]})"
    proxy = (f"A proxy for {result.proxy_for}.",) if result.proxy_for else ()
    return TableSpec(
        title=f"{result.title}: {result.focus} among its peers",
        subtitle=f"12 months to {month_in_words(result.window.last)}. Benchmark: {benchmark}",
        columns=tuple(column for column in columns if column.name not in _CHANGES or rows[column.name].notna().any()),
        rows=rows,
        notes=(membership_in_words(result.group_status) + missing_in_words(result.missing), *proxy, result.method),
    )


@table_of.register
def positions_table(result: GroupPositions) -> TableSpec:
    """One row a date."""
    points = result.points
    certain = numbers.plain(100 * result.confidence)
    decimals = 1 if points["benchmark"].min() >= 10 else 2
    rows = points.assign(
        ending=[month_in_words(month) for month in points["month"]],
        interval=_intervals(points),
        words=[PeerState(state).in_words for state in points["state"]],
    )
    return TableSpec(
        title=f"{result.title}: {result.focus} among its peers over time",
        subtitle=f"12 months to each date, {result.unit}",
        columns=(
            Column("ending", "12 months to"),
            Column("rank", "Rank", "rank"),
            Column("members", "Of", "number"),
            Column("interval", f"{certain}% interval of rank"),
            Column("value", "Force", "number", decimals),
            Column("benchmark", "Benchmark", "number", decimals),
            Column("words", "State"),
        ),
        rows=rows,
        notes=(membership_in_words(result.group_status), *result.skipped, result.method),
    )


def _rank(rank: float, *, is_tied: bool) -> str:
    return f"joint {numbers.ordinal(rank)}" if is_tied else numbers.ordinal(rank)


def _intervals(points: pd.DataFrame) -> list[str]:
    """`4th to 6th`, one rank where both ends are the same, a dash where there is no interval."""
    pairs = zip(points["rank_low"], points["rank_high"], strict=True)
    return [
        numbers.NO_FIGURE
        if pd.isna(low)
        else numbers.ordinal(low)
        if low == high
        else f"{numbers.ordinal(low)} to {numbers.ordinal(high)}"
        for low, high in pairs
    ]
