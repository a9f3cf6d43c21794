"""A projection as chart, sentence and table."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pccstats.presentation import numbers
from pccstats.presentation.chart_parts import (
    LABEL_MARGIN,
    LETTER_WIDTH,
    SIZE,
    YEARS_BENEATH,
    band,
    end_labels,
    month_axis,
    x_of,
)
from pccstats.presentation.event_marks import event_marks
from pccstats.presentation.markup import Markup, rendered
from pccstats.presentation.style import (
    BAND_INNER,
    DATA,
    HEIGHT,
    INK,
    OTHERS,
    QUIET,
    WIDTH,
    colour_of,
    css_colour,
    finish,
    house_style,
    new_chart,
)
from pccstats.presentation.table import Column, TableSpec
from pccstats.presentation.verbs import describe, draw, table_of
from pccstats.terms.periods import MONTHS_IN_A_QUARTER, SPAN_WORDS, month_in_words
from pccstats.terms.results.ahead import Outcome, Projection
from pccstats.terms.words import EITHER_SIDE, Judgement, Kind, Polarity, State, capital

PLOT_HEIGHT = 2.4
ZERO_IF_BELOW = 0.6  # the axis starts at nought where the lowest figure is under this part of the highest
AT_OR_ABOVE = "could end at the baseline or above it"  # where that is nought
MOST_ORIGINS = 8
EVENS, FAR_FROM_EVENS = 0.5, 0.25  # chances: beyond three to one, the likelier side is named


LEFT, BOTTOM = 0.6, 0.45  # inches around the plot
KNOWN_LINE = 0.16  # inches beneath the years: to where figures are known


MARK_WIDTH, MARK_HEIGHT, MARK_PAD = 110, 16, 4  # units of the small mark


@draw.register
def draw_projection(result: Projection) -> Figure:
    """Years observed as a line, years ahead as an opening field in two depths, the baseline's level across."""
    with house_style():
        chart, axes = new_chart()
        from_zero = _scale(axes, result)
        _field(axes, result)
        _known(axes, result)
        month_axis(axes, result.points["period_end"])
        labels = _labels(result)
        end_labels(axes, labels, plot_height=PLOT_HEIGHT)
        right = LABEL_MARGIN + LETTER_WIDTH * max(len(text) for _, text, _ in labels)
        breaks = [event for event in result.events if event.breaks_comparability]
        room = event_marks(axes, breaks, plot_width=WIDTH - LEFT - right, beneath=KNOWN_LINE)
        chart.set_size_inches(
            WIDTH, HEIGHT + KNOWN_LINE + room.above + room.beneath
        )  # names take nothing from the plot
        return finish(
            chart,
            headline=_headline(result),
            subtitle=_subtitle(result, from_zero=from_zero),
            alt_text=_alt_text(result),
            left=LEFT,
            right=right,
            bottom=BOTTOM + KNOWN_LINE + room.beneath,
            above=room.above,
        )


def range_mark(result: Projection) -> Markup:
    """Both intervals as a bar against the baseline's tick, as an inline SVG element for a table cell."""
    ends = [value for value in (result.lower, result.upper, result.baseline) if math.isfinite(value)]
    low, high = min(ends), max(ends)

    def x(value: float) -> float:
        share = (value - low) / (high - low) if high > low else 0.5
        return MARK_PAD + share * (MARK_WIDTH - 2 * MARK_PAD)

    def bar(left: float, right: float, y: float, height: float) -> dict[str, str]:
        width = max(x(right) - x(left), 1)
        return {"x": f"{x(left):.1f}", "y": f"{y:g}", "width": f"{width:.1f}", "height": f"{height:g}"}

    return rendered(
        "range-mark.svg.j2",
        words=f"{range_in_words(result)} in {window_in_words(result)}{_beside_baseline(result)}",
        width=MARK_WIDTH,
        height=MARK_HEIGHT,
        bars=[bar(result.lower, result.upper, 6.5, 3), bar(result.lower_80, result.upper_80, 4.5, 7)],
        colour=css_colour(colour_of(result.state.judgement if result.state is not None else Judgement.NONE, OTHERS)),
        tick=f"{x(result.baseline):.1f}" if math.isfinite(result.baseline) else "",
        ink=css_colour(INK),
    )


def _scale(axes: Axes, result: Projection) -> bool:
    """Set the axis; True where it starts at nought."""
    columns = result.points[["value", "lower", "upper"]].to_numpy(dtype=float)
    marks = [result.baseline, *_targets(result)["value"]]
    shown = np.concatenate([columns.ravel(), np.asarray(marks, dtype=float)])
    low, high = float(np.nanmin(shown)), float(np.nanmax(shown))
    from_zero = not result.kind.is_proportion and low < ZERO_IF_BELOW * high
    room = 0.08 * (high - low or 1.0)
    top = high + room
    axes.set_ylim(0 if from_zero else low - room, min(top, 101) if result.kind.is_proportion else top)
    return from_zero


def _field(axes: Axes, result: Projection) -> None:
    """The years ahead, from the last known value: both fields, and a dashed line through the middle."""
    last = result.observed.iloc[-1]
    x = np.concatenate([x_of([last["period_end"]]), x_of(result.ahead["period_end"])])

    def ahead(name: str) -> np.ndarray:
        return np.concatenate([[last["value"]], result.ahead[name].to_numpy(dtype=float)])

    band(axes, x, ahead("lower"), ahead("upper"), colour=BAND_INNER)
    band(axes, x, ahead("lower_80"), ahead("upper_80"), is_inner=True)
    axes.plot(x, ahead("value"), color=DATA, linewidth=1.2, linestyle=(0, (4, 2)), zorder=3)


def _known(axes: Axes, result: Projection) -> None:
    observed = result.observed
    x = x_of(observed["period_end"])
    axes.plot(x, observed["value"], color=DATA, zorder=3)
    axes.plot(x[-1:], observed["value"].tail(1), color=DATA, marker="o", markersize=5, zorder=4)
    axes.axvline(x[-1], color=QUIET, linewidth=0.8, linestyle=(0, (1, 2)), zorder=2)
    sides: tuple[tuple[str, float, Literal["left", "right"]], ...] = (
        (f"known to {month_in_words(observed['period_end'].iloc[-1])}", -5, "right"),
        ("on current trends", 5, "left"),
    )
    for words, away, side in sides:
        axes.annotate(
            words,
            (x[-1], 0),
            xycoords=("data", "axes fraction"),
            xytext=(away, -72 * YEARS_BENEATH - SIZE),
            textcoords="offset points",
            ha=side,
            va="baseline",
            size=SIZE,
            color=QUIET,
            annotation_clip=False,
        )
    if math.isfinite(result.baseline):
        axes.axhline(result.baseline, color=INK, linewidth=1.0, linestyle=(0, (4, 3)), zorder=2)
    for at, value in _targets(result)[["by", "value"]].to_numpy():
        place = x_of([at])[0]
        axes.plot([place - 3, place], [value, value], color=INK, linewidth=2.4, zorder=4, solid_capstyle="butt")


def _targets(result: Projection) -> pd.DataFrame:
    """The targets that lie ahead; one whose date has passed is told beneath, not drawn into the future."""
    targets = result.targets.reindex(columns=["strength", "by", "value", "as_set"])
    last = result.observed["period_end"].iloc[-1]
    is_ahead = [last < by <= result.horizon for by in targets["by"]]
    return targets[targets["value"].notna() & pd.Series(is_ahead, targets.index, dtype=bool)]


def _labels(result: Projection) -> list[tuple[float, str, str]]:
    """What stands at the right end: both intervals, the middle, the baseline, and targets still to be met."""
    level = f"{100 * result.confidence:g}%"
    labels = [
        (result.upper, f"{figure(result, result.upper)}  upper {level}", QUIET),
        (result.upper_80, f"{figure(result, result.upper_80)}  upper 80%", QUIET),
        (result.projected, f"{figure(result, result.projected)}  middle", DATA),
        (result.lower_80, f"{figure(result, result.lower_80)}  lower 80%", QUIET),
        (result.lower, f"{figure(result, result.lower)}  lower {level}", QUIET),
    ]
    if math.isfinite(result.baseline):
        labels.append((result.baseline, f"{figure(result, result.baseline)}  {result.since}", INK))
    return labels + [
        (value, _target_on_chart(result, strength, by, value), INK)
        for strength, by, value in _targets(result)[["strength", "by", "value"]].to_numpy()
    ]


def _target_on_chart(result: Projection, strength: str, by: pd.Period, value: float) -> str:
    """`55,425  hard target`; with its month where that is before the horizon. It stands on the series projected."""
    when = "" if by == result.horizon else f", {month_in_words(by)}"
    return f"{figure(result, value)}  {strength} target{when}"


def _headline(result: Projection) -> str:
    ending = month_in_words(result.horizon)
    is_judged = result.state is not None and result.polarity is not Polarity.NEUTRAL
    verdict = f": {verdict_in_words(result)}" if is_judged else ""
    return f"{result.title} to {ending}, on current trends{verdict}"


def _subtitle(result: Projection, *, from_zero: bool) -> str:
    parts = [
        f"12 months to each {_each(result)}, {result.unit}" if result.unit else f"12 months to each {_each(result)}",
        result.area,
        f"fields hold 80% and {100 * result.confidence:g}% of such projections, by back-test; not a plan or promise",
        "" if from_zero else "the axis does not start at zero",
        "illustrative months" if result.is_illustrative else "",
    ]
    return ", ".join(part for part in parts if part)


def _each(result: Projection) -> str:
    """What each year shown ends with: `month` or `quarter`."""
    ends = result.points["period_end"]
    return SPAN_WORDS[int((ends.iloc[-1] - ends.iloc[-2]).n)] if len(ends) > 1 else result.about.period_word


def _beside_baseline(result: Projection) -> str:
    if result.since is None:
        return ""
    if not math.isfinite(result.baseline):
        return f", not comparable with {result.since}"
    return f", against {figure(result, result.baseline)} in {result.since}"


def _alt_text(result: Projection) -> str:
    first = result.observed.iloc[0]
    return (
        f"Line of rolling years of {result.title} from {figure(result, first['value'])} in the 12 months to "
        f"{month_in_words(first['period_end'])} to {figure(result, result.observed['value'].iloc[-1])} in those to "
        f"{month_in_words(result.observed['period_end'].iloc[-1])}, then a field that opens to the horizon. "
        f"{describe_projection(result)}"
    )


NEVER, ALWAYS = 0.01, 0.99  # chances beyond these are not written as numbers: no back-test reaches so far


@describe.register
def describe_projection(result: Projection) -> str:
    """`On current trends, 3,400 to 4,900 offences in the 12 months to March 2017 (95% interval; middle 4,150) ...`."""
    return (
        f"On current trends, {range_in_words(result)} in {window_in_words(result)} "
        f"({100 * result.confidence:g}% interval; middle {figure(result, result.projected)})"
        f"{against_baseline(result)}.{_beside(result)}{_tried(result)}"
    )


def range_in_words(result: Projection) -> str:
    """The interval with its unit, of a share the sign alone: `3,400 to 4,900 offences`, `81.5% to 92.7%`."""
    ends = f"{figure(result, result.lower)} to {figure(result, result.upper)}"
    return ends if result.kind.is_proportion else numbers.with_unit(ends, result.kind, result.unit)


def against_baseline(result: Projection) -> str:
    """What that says against the baseline, with the chance: `, against 3,935 in 2012/13: no evidence of change ...`.

    Nothing without a baseline.
    """
    if result.since is None:
        return ""
    if result.state is State.INSUFFICIENT_DATA:
        return f"; no whole figure is held for {result.since} to compare it with"
    if math.isnan(result.baseline):
        return f"; not comparable with {result.since}, which lies before a change of definition or before the figures"
    verdict = "" if result.polarity is Polarity.NEUTRAL else f": {verdict_in_words(result)}{_why_open(result)}"
    return f", against {figure(result, result.baseline)} in {result.since}{verdict}{_chance_of_fewer(result)}"


def verdict_in_words(result: Projection) -> str:
    """The state as it is said of years to come: `could end above or below the baseline`, `better`, `worse`.

    `not clearly above the baseline` where the whole interval is above it, and the baseline's own year may have been low
    by chance. Nothing without a baseline.
    """
    if result.state is None:
        return ""
    if result.state is not State.NO_EVIDENCE_OF_CHANGE:
        return result.state.in_words
    if _is_open_outside(result):
        return f"not clearly {_side(result)} the baseline"
    return EITHER_SIDE if result.baseline > 0 else AT_OR_ABOVE


def beside_baseline_in_brief(result: Projection) -> str:
    """Where the interval lies, for a narrow cell: `above 26,349`, `could end above or below 35,166`.

    The likelier side is named where the page on it names it.

    The interval itself where there is no baseline to set it beside.
    """
    if result.since is None or math.isnan(result.baseline) or result.state is State.INSUFFICIENT_DATA:
        return range_in_words(result)
    if _is_open_outside(result):
        where = f"not clearly {_side(result)}"
    elif result.state is State.NO_EVIDENCE_OF_CHANGE:
        where = _open_in_brief(result)
    else:
        where = _side(result)
    return f"{where} {figure(result, result.baseline)}"


def _open_in_brief(result: Projection) -> str:
    """Of an interval that holds the baseline: `could end above or below`, or which is the likelier by far."""
    if not result.baseline:
        return "could end at or above"
    sides = likelier_sides(result)
    return f"more likely {sides[0]} than {sides[1]}" if sides else "could end above or below"


def likelier_sides(result: Projection) -> tuple[str, ...]:
    """The likelier side of the baseline and the other, where the chance of the one is three in four or more."""
    if abs(result.chance_of_reduction - EVENS) < FAR_FROM_EVENS:
        return ()
    return ("below", "above") if result.chance_of_reduction > EVENS else ("above", "below")


def _side(result: Projection) -> str:
    """On which side of the baseline the middle of the interval is."""
    return "above" if result.projected > result.baseline else "below"


def _is_open_outside(result: Projection) -> bool:
    """True where the state leaves open what the interval alone would not."""
    return result.state is State.NO_EVIDENCE_OF_CHANGE and not result.lower <= result.baseline <= result.upper


def _why_open(result: Projection) -> str:
    """Why the state leaves open what the interval alone would not."""
    return ", as chance moved the baseline's own year too" if _is_open_outside(result) else ""


def _chance_of_fewer(result: Projection) -> str:
    """`; 3% chance of fewer than in 2012/13`; nothing where none were counted then, as fewer cannot be."""
    if result.baseline == 0:
        return ""
    fewer = "fewer" if result.kind is Kind.COUNT else "a lower figure"
    return f"; {chance_in_words(result.chance_of_reduction)} chance of {fewer} than in {result.since}"


def target_in_words(result: Projection, strength: str, by: pd.Period, value: float, as_set: float | None = None) -> str:
    """A target by its strength, level and date: `hard target, 75.0% by March 2014`.

    One set on another series is given as it was set, and then as it is on the series projected.
    """
    set_at = value if as_set is None or math.isnan(as_set) else as_set
    level = f"{figure(result, set_at)} " if math.isfinite(set_at) else ""
    said = f"{strength} target, {level}by {month_in_words(by)}"
    is_alike = not math.isfinite(value) or figure(result, set_at) == figure(result, value)
    return said if is_alike else f"{said}, which on the official series is {figure(result, value)}"


def target_outcome_in_words(outcome: str, chance: float) -> str:
    """What became of a target, or its chance: `missed`, `36% chance of meeting it`."""
    if outcome != Outcome.OPEN:
        return Outcome(outcome).in_words
    return f"{chance_in_words(chance)} chance of meeting it" if math.isfinite(chance) else "no chance can be given"


def window_in_words(result: Projection) -> str:
    """`the 12 months to March 2017`."""
    return f"the 12 months to {month_in_words(result.horizon)}"


def chance_in_words(chance: float) -> str:
    """A chance as readers see it, never nought and never certain.

    Examples
    --------
    >>> chance_in_words(0.364), chance_in_words(0.0004), chance_in_words(0.9999)
    ('36%', 'below 1%', 'above 99%')
    """
    if math.isnan(chance):
        return numbers.NO_FIGURE
    if chance < NEVER:
        return f"below {100 * NEVER:g}%"
    if chance > ALWAYS:
        return f"above {100 * ALWAYS:g}%"
    return numbers.per_cent(100 * chance, 0)


def figure(result: Projection, value: float) -> str:
    """A value as this result writes it."""
    return numbers.figure(result.kind, value, decimals_of(result))


def decimals_of(result: Projection) -> int:
    """Decimals enough to tell neighbouring years apart."""
    return numbers.decimals_of_years(result.kind, result.projected)


def _beside(result: Projection) -> str:
    """Whose growth is in it; nothing where it is the series' own alone."""
    places = len(result.sisters)
    if not places:
        return ""
    where = f"{numbers.in_words(places)} other area{'' if places == 1 else 's'}"
    return f" The trend is its own and that of the same measure in {where}, taken together."


def _tried(result: Projection) -> str:
    if not len(result.backtest):
        return " The series is too short for such a projection to have been tried on it."
    ours, naive = result.backtest_error_pct, float(result.backtest["naive_error_pct"].abs().mean())
    if math.isnan(ours):
        return ""
    shown, beside = (numbers.per_cent(error, 0 if abs(ours - naive) >= 1 else 1) for error in (ours, naive))
    points = len(result.backtest)
    tried = f" In {points} past trial{'' if points == 1 else 's'},"
    if shown == beside:
        return f"{tried} such projections were out by {shown} on average, as was assuming no change."
    if naive < ours:
        return f"{tried} assuming no change was more accurate: out by {beside} on average, against {shown}."
    return f"{tried} such projections were out by {shown} on average; assuming no change, by {beside}."


@table_of.register
def projection_table(result: Projection) -> TableSpec:
    """The baseline, the latest year, and the years that end with each quarter ahead, with both intervals."""
    form, decimals = _form(result)
    level = f"{100 * result.confidence:g}%"
    rows = _rows(result)
    return TableSpec(
        title=f"{result.title}: projection to {month_in_words(result.horizon)}",
        subtitle=result.unit,
        columns=(
            Column("ending", "12 months to"),
            Column("kind", "Kind"),
            Column("value", "Figure, or middle", form, decimals),
            Column("lower_80", "80% lower", form, decimals),
            Column("upper_80", "80% upper", form, decimals),
            Column("lower", f"{level} lower", form, decimals),
            Column("upper", f"{level} upper", form, decimals),
        ),
        rows=rows,
        notes=(*_target_rows(result), result.method),
    )


def _target_rows(result: Projection) -> list[str]:
    """A sentence a target: `Hard target, 75.0% by March 2014: met.`."""
    wanted = result.targets.reindex(columns=["strength", "by", "value", "as_set", "outcome", "chance_of_meeting"])
    said = [
        f"{target_in_words(result, strength, by, value, as_set)}: {target_outcome_in_words(outcome, chance)}."
        for strength, by, value, as_set, outcome, chance in wanted.to_numpy()
    ]
    return [capital(text) for text in said]


def backtest_table(result: Projection) -> TableSpec:
    """The same projection made before, and what then happened."""
    form, decimals = _form(result)
    tried = result.backtest
    step = max(1, -(-len(tried) // MOST_ORIGINS))
    rows = tried.iloc[::-1].iloc[::step].iloc[::-1]
    rows = rows.assign(
        made=[month_in_words(end) for end in rows["origin"]], ending=[month_in_words(end) for end in rows["horizon"]]
    )
    outs = [f"{tried[name].abs().mean():.1f}%" for name in ("error_pct", "naive_error_pct")]
    averages = (
        f"All {len(tried)} trials: out by {outs[0]} on average, and by {outs[1]} if no change had been expected.",
        "Neighbouring trials share most of their months: they are worth far fewer independent ones.",
    )
    return TableSpec(
        title=f"{result.title}: how such projections fared",
        subtitle=result.unit,
        columns=(
            Column("made", "Made with figures to"),
            Column("ending", "12 months to"),
            Column("projected", "Projected", form, decimals),
            Column("actual", "Happened", form, decimals),
            Column("error_pct", "Out by, %", "signed", 1),
            Column("naive_error_pct", "No change: out by, %", "signed", 1),
        ),
        rows=rows,
        notes=averages if len(tried) else ("The series is too short for a trial at this distance.",),
    )


def _form(result: Projection) -> tuple[Literal["per_cent", "number"], int]:
    return ("per_cent", 1) if result.kind.is_proportion else ("number", decimals_of(result))


def _rows(result: Projection) -> pd.DataFrame:
    points = result.points
    ahead = result.ahead
    back = [(result.horizon - end).n for end in ahead["period_end"]]
    quarterly = ahead[[months % MONTHS_IN_A_QUARTER == 0 for months in back]]
    kinds = {result.since.last: "baseline"} if result.since is not None else {}
    baseline = result.observed[result.observed["period_end"].isin(kinds)]
    rows = pd.concat([baseline, result.observed.tail(1), quarterly]).drop_duplicates("period_end")
    return rows.assign(
        ending=[month_in_words(end) for end in rows["period_end"]],
        kind=[kinds.get(end, kind) for end, kind in zip(rows["period_end"], rows["kind"], strict=True)],
    ).reindex(columns=[*points.columns, "ending"])
