"""Progress towards targets as chart, sentence and table."""

from __future__ import annotations

import math
from typing import Any, Literal

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pccstats.presentation import numbers
from pccstats.presentation.chart_parts import end_labels, ends_in_words, month_axis, x_of
from pccstats.presentation.projection import chance_in_words
from pccstats.presentation.style import BAND, DATA, INK, OTHERS, QUIET, colour_of, finish, house_style, new_chart
from pccstats.presentation.table import Column, TableSpec
from pccstats.presentation.verbs import describe, draw, table_of
from pccstats.terms.periods import month_in_words
from pccstats.terms.results.ahead import Basket, Outcome, Progress, RecordingWhatIf, TargetTable
from pccstats.terms.words import Kind, capital, counted

PLOT_HEIGHT = 2.4
ROW_HEIGHT = 0.27
NAME_WIDTH = 0.072  # inches a letter
MOST_SHOWN = 60.0  # per cent: a target missed by more ends in an arrow
OUTCOME_MARKS = {
    Outcome.MET: "o",
    Outcome.MISSED: "D",
    Outcome.MET_AS_PRINTED: "o",
    Outcome.MISSED_AS_PRINTED: "D",
    Outcome.NOT_COMPARABLE: "x",
    Outcome.OPEN: "s",
    Outcome.UNKNOWN: "x",
}
ZERO_IF_BELOW = 0.6


@draw.register
def draw_progress(result: Progress) -> Figure:
    """Rolling years as a line, and the figure to reach as a bar at its date."""
    with house_style():
        chart, axes = new_chart()
        points = result.points
        x = x_of(points["period_end"])
        axes.plot(x, points["value"], color=DATA, marker="o", markersize=3.5 if len(x) < 25 else 0, zorder=3)
        axes.axhline(result.to_reach, color=INK, linewidth=1.2, linestyle=(0, (4, 3)), zorder=2)
        ends = list(points["period_end"])
        if result.by is not None:
            axes.axvline(result.by.ordinal, color=QUIET, linewidth=0.8, linestyle=(0, (1, 2)))
            ends.append(result.by)
        low, high = points["value"].min(), points["value"].max()
        low, high = min(low, result.to_reach), max(high, result.to_reach)
        from_zero = not result.kind.is_proportion and low < ZERO_IF_BELOW * high
        room = 0.1 * (high - low or 1.0)
        axes.set_ylim(0 if from_zero else low - room, high + room)
        month_axis(axes, ends)
        labels = [
            (result.latest, f"{figure(result, result.latest)}  latest", DATA),
            (result.to_reach, f"{figure(result, result.to_reach, cautious=True)}  to reach", INK),
        ]
        end_labels(axes, labels, plot_height=PLOT_HEIGHT)
        by = f" by {month_in_words(result.by)}" if result.by is not None else ""
        return finish(
            chart,
            headline=f"{result.title}, {result.target.strength} target{by}: {result.outcome.in_words}",
            subtitle=", ".join(
                part
                for part in (
                    f"12 months to each {ends_in_words(points['period_end'])}, {result.unit}",
                    result.area,
                    "" if from_zero else "the axis does not start at zero",
                    "illustrative months" if result.is_illustrative else "",
                )
                if part
            ),
            alt_text=f"Line of rolling years against the figure to reach. {describe_progress(result)}",
            left=0.6,
            right=1.45,
            bottom=0.45,
        )


@draw.register
def draw_target_table(result: TargetTable) -> Figure:
    """Every target with a figure, by how far it was from being met; the side that meets it is on the left."""
    rows = result.points[result.points["to_reach"].notna()].copy()
    judged = [
        row["latest"] if row["outcome"] == Outcome.OPEN or not row["by"] else row["figure_at_date"]
        for row in rows.to_dict("records")
    ]
    away = pd.Series(judged, rows.index, dtype=float) - rows["to_reach"]
    rows["short"] = 100 * away / rows["to_reach"] * rows["at_most"].map({True: 1, False: -1})
    rows = rows[rows["short"].notna()]
    names = [f"{row.title}, {row.strength}" for row in rows.itertuples()]
    with house_style():
        chart, axes = new_chart(height=ROW_HEIGHT * max(len(rows), 1) + 1.6)
        axes.axvline(0, color=INK, linewidth=1.0)
        for place, (short, outcome) in enumerate(zip(rows["short"], map(Outcome, rows["outcome"]), strict=True)):
            mark, colour = OUTCOME_MARKS[outcome], colour_of(outcome.judgement, OTHERS)
            is_comparable = outcome is not Outcome.NOT_COMPARABLE
            shown = max(-MOST_SHOWN, min(MOST_SHOWN, short)) if is_comparable else 0.0
            axes.hlines(place, 0, shown, color=colour, linewidth=1.2)
            axes.plot(shown, place, marker=mark if abs(short) <= MOST_SHOWN else ">", color=colour, markersize=5.5)
            axes.annotate(
                f"{outcome.in_words}, {numbers.per_cent(abs(short))}" if is_comparable else outcome.in_words,
                (shown, place),
                xytext=(8 if shown >= 0 else -8, 0),
                textcoords="offset points",
                ha="left" if shown >= 0 else "right",
                va="center",
                size=7.5,
                color=colour if colour != OTHERS else QUIET,
            )
        axes.set_yticks(range(len(names)), names)
        axes.set_ylim(len(names) - 0.4, -0.6)
        axes.grid(visible=False, axis="y")
        reach = min(MOST_SHOWN, rows["short"].abs().max() if len(rows) else 1.0) * 1.8
        axes.set_xlim(-reach, reach)
        axes.set_xlabel("Per cent beyond the target (left) or short of it (right)")
        counts = result.summary().iloc[0]
        return finish(
            chart,
            headline=_headline(counts),
            subtitle=f"{result.title}, figures to {month_in_words(result.until)}",
            alt_text=describe_target_table(result),
            left=max([len(name) for name in names] or [8]) * NAME_WIDTH + 0.2,
            right=0.2,
            bottom=0.55,
        )


def _headline(counts: pd.Series) -> str:
    """`1 target met, 10 missed, 1 open; not counted: 9 per cents as printed, 1 not comparable`."""
    as_printed = counts[Outcome.MET_AS_PRINTED] + counts[Outcome.MISSED_AS_PRINTED]
    not_counted = (
        f"{as_printed} per cents as printed" if as_printed else "",
        f"{counts[Outcome.NOT_COMPARABLE]} not comparable" if counts[Outcome.NOT_COMPARABLE] else "",
    )
    besides = ", ".join(words for words in not_counted if words)
    said = f"{counted(counts[Outcome.MET], 'target')} met, {counts[Outcome.MISSED]} missed, {counts[Outcome.OPEN]} open"
    return f"{said}; not counted: {besides}" if besides else said


@draw.register
def draw_basket(result: Basket) -> Figure:
    """How far the basket must fall, by how sure one wants to be."""
    points = result.points
    with house_style():
        chart, axes = new_chart(height=0.45 * len(points) + 1.5)
        bars = range(len(points))
        axes.barh(bars, points["reduction_pct"], height=0.5, color=BAND, edgecolor=OTHERS, linewidth=0.8)
        axes.axvline(result.reduction_pct, color=INK, linewidth=1.2, linestyle=(0, (4, 3)))
        labels = [f"Chance {numbers.per_cent(100 * chance, 0)}" for chance in points["chance"]]
        axes.set_yticks(range(len(points)), labels)
        axes.invert_yaxis()
        axes.grid(visible=False, axis="y")
        for place, reduction in enumerate(points["reduction_pct"]):
            _beside(axes, reduction, place, numbers.per_cent(reduction))
        axes.set_xlim(min(0, points["reduction_pct"].min() * 1.2), points["reduction_pct"].max() * 1.2)
        axes.set_xlabel("Basket must fall by, per cent; dashed: what is wanted of all crime")
        return finish(
            chart,
            headline=_how_far(result),
            subtitle=f"{numbers.plain(result.basket)} of {numbers.plain(result.total)} crimes a year{_whose(result)}",
            alt_text=describe_basket(result),
            left=1.0,
            right=0.3,
            bottom=0.55,
        )


@draw.register
def draw_recording(result: RecordingWhatIf) -> Figure:
    """What was recorded as a mark, against the band that recording alone would bring."""
    with house_style():
        chart, axes = new_chart(height=2.0)
        axes.axvspan(result.recording_low, result.recording_high, color=BAND, linewidth=0)
        for edge in (result.recording_low, result.recording_high):
            axes.axvline(edge, color=OTHERS, linewidth=0.8)
        axes.axvline(result.recording_pct, color=QUIET, linewidth=1.0)
        axes.axvline(0, color=INK, linewidth=1.0)
        axes.plot(result.change_pct, 0, marker="o", color=DATA, markersize=8, zorder=4)
        side: Literal["left", "right"] = "right" if result.change_pct < 0 else "left"  # away from the line at nought
        _beside(axes, result.change_pct, 0, f"recorded {numbers.signed_per_cent(result.change_pct)}", side)
        axes.set_yticks([])
        axes.grid(visible=False)
        ends = [0.0, result.change_pct, result.recording_low, result.recording_high]
        reach = max(ends) - min(ends) or 1.0
        axes.set_xlim(min(ends) - 0.3 * reach, max(ends) + 0.3 * reach)
        axes.set_xlabel("Change, per cent; shaded: recording alone")
        return finish(
            chart,
            headline=(
                f"Recording alone would bring {numbers.signed_per_cent(result.recording_low)} to "
                f"{numbers.signed_per_cent(result.recording_high)}"
            ),
            subtitle=(
                f"{result.title}; share recorded {result.recorded_before_pct:g}%, then {result.recorded_after_pct:g}%"
            ),
            alt_text=describe_recording(result),
            left=0.3,
            right=0.3,
            bottom=0.6,
        )


def _beside(axes: Axes, x: float, y: float, text: str, align: Literal["left", "right"] = "left") -> None:
    if not math.isnan(x):
        away = 7 if align == "left" else -7
        axes.annotate(
            text, (x, y), xytext=(away, 0), textcoords="offset points", ha=align, va="center", size=8, color=INK
        )


@describe.register
def describe_progress(result: Progress) -> str:
    """`Hard target of 3,542 or fewer offences by March 2014: missed, 4,199 in those 12 months (658 too many).`."""
    limit = _limit(result)
    by = f" by {month_in_words(result.by)}" if result.by is not None else ""
    promise = f"{capital(result.target.strength)} target for {result.title}, {limit}{by}"
    return f"{promise}: {_outcome(result)}{_caveats(result)}"


@describe.register
def describe_target_table(result: TargetTable) -> str:
    """How many targets came to what."""
    counts = result.summary().iloc[0]
    always = (Outcome.MET, Outcome.MISSED)
    told = [
        f"{counts[str(outcome)]} {outcome.in_words}" for outcome in Outcome if counts[str(outcome)] or outcome in always
    ]
    return f"{result.title}, by figures to {month_in_words(result.until)}: {numbers.listed(told)}."


@describe.register
def describe_basket(result: Basket) -> str:
    """`For all crime to fall by 5.0%, a basket of 54,000 of the 68,000 must fall by 6.3% if the rest stays ...`."""
    rest = (
        "stays as it is"
        if not result.rest_change_pct
        else f"changes by {numbers.signed_per_cent(result.rest_change_pct)}"
    )
    return (
        f"For all crime to fall by {numbers.per_cent(result.reduction_pct)}, a basket of "
        f"{numbers.plain(result.basket)} of the {numbers.plain(result.total)}{_whose(result)} must fall if the rest "
        f"{rest}. {_how_far(result)}."
    )


def _how_far(result: Basket) -> str:
    """`For an even chance the other crimes must fall 6.3%; for 95%, 9.0%`."""
    safest = result.points.sort_values("chance").iloc[-1]
    surer = f"for {numbers.per_cent(100 * safest['chance'], 0)}, {numbers.per_cent(safest['reduction_pct'])}"
    return f"For an even chance the other crimes must fall {numbers.per_cent(result.needed_pct)}; {surer}"


def _whose(result: Basket) -> str:
    """` (figures of the Plan, section 4.1.2)`; empty where nobody is named."""
    return f" (figures of {result.source})" if result.source else ""


@describe.register
def describe_recording(result: RecordingWhatIf) -> str:
    """How much of a change could be recording alone."""
    alone = numbers.signed_per_cent(result.recording_pct)
    interval = f"{numbers.signed_per_cent(result.recording_low)} to {numbers.signed_per_cent(result.recording_high)}"
    return (
        f"{result.title} changed by {numbers.signed_per_cent(result.change_pct)}. If the share of crimes recorded went "
        f"from {result.recorded_before_pct:g}% to {result.recorded_after_pct:g}%, that alone would change it by "
        f"{alone} ({interval}){_beside_recording(result)}."
    )


def _beside_recording(result: RecordingWhatIf) -> str:
    """What the change is beside it: perhaps all of it, more than it, or a change the other way, which it hides."""
    if result.could_be_recording_alone:
        return ": all of the change could be recording"
    rest = numbers.signed_per_cent(result.rest_pct)
    if result.change_pct * result.recording_pct < 0:
        return f". Recording would then hide a change the other way, of {rest}"
    return f": recording alone is not enough, and {rest} is left"


def figure(result: Progress, value: float, *, cautious: bool = False) -> str:
    """A value as this result writes it; `cautious` keeps the decimals of a figure to reach."""
    if result.kind.is_proportion:
        return numbers.per_cent(value)
    if result.kind is Kind.MONEY:
        return f"£{numbers.plain(value, 1)}m"
    if cautious:
        return numbers.plain(value, next(n for n in (0, 1, 2) if n == 2 or value == round(value, n)))
    return numbers.plain(value, 0 if result.kind is Kind.COUNT else 2)


def _limit(result: Progress) -> str:
    bound = "at most" if result.at_most else "at least"
    return f"{bound} {numbers.with_unit(figure(result, result.to_reach, cautious=True), result.kind, result.unit)}"


def _outcome(result: Progress) -> str:
    if result.outcome is Outcome.OPEN:
        return _open(result)
    if result.outcome is Outcome.UNKNOWN:
        return "no figure is held for that date, so it cannot be judged"
    judged = result.latest if result.by is None else result.figure_at_date
    when = f"the {result.latest_window}" if result.by is None else "those 12 months"
    beyond = abs(judged - result.to_reach)
    size = numbers.plain(beyond, 1) + " points" if result.kind.is_proportion else figure(result, beyond)
    side = "above" if judged > result.to_reach else "below"
    return f"{result.outcome.in_words}, {figure(result, judged)} in {when}, {size} {side} it"


def _open(result: Progress) -> str:
    needs = ""
    if not math.isnan(result.run_rate_needed):
        needed, now = (
            (numbers.per_cent(result.run_rate_needed), numbers.per_cent(result.run_rate_now))
            if result.kind.is_proportion
            else (numbers.plain(result.run_rate_needed), numbers.plain(result.run_rate_now))
        )
        month = "" if result.kind.is_proportion else " a month"
        needs = f"; it needs {needed}{month} against {now} now"
    chance = "" if math.isnan(result.chance_of_meeting) else f"; chance {chance_in_words(result.chance_of_meeting)}"
    return f"{figure(result, result.latest)} in the {result.latest_window}{needs}{chance}"


def _caveats(result: Progress) -> str:
    return (
        "".join(f". Not comparable with the baseline since the registered event '{title}'" for title in result.caveats)
        + "."
    )


@table_of.register
def progress_table(result: Progress) -> TableSpec:
    """One target, question by question."""
    is_share = result.kind.is_proportion
    rate = numbers.per_cent if is_share else numbers.plain
    size = f"{numbers.signed(result.distance, 1)} points" if is_share else numbers.signed(result.distance)
    rows = [
        ("Baseline", figure(result, result.baseline)),
        ("Figure to reach", figure(result, result.to_reach, cautious=True)),
        (capital(str(result.latest_window)), figure(result, result.latest)),
        ("Distance", f"{size} ({numbers.signed_per_cent(result.distance_pct)})"),
        ("Outcome", capital(result.outcome.in_words)),
    ]
    if result.outcome is Outcome.OPEN:
        a_month = "Share" if is_share else "A month"
        rows += [
            (f"{a_month}, now", rate(result.run_rate_now)),
            (f"{a_month}, needed", rate(result.run_rate_needed)),
            ("Chance of meeting it", chance_in_words(result.chance_of_meeting)),
        ]
    return TableSpec(
        title=f"{result.title}: {result.target.strength} target",
        subtitle=result.unit,
        columns=(Column("what", "What"), Column("figure", "Figure", "figure")),
        rows=pd.DataFrame(rows, columns=["what", "figure"]),
        notes=(describe_progress(result), result.method),
    )


@table_of.register
def target_table_table(result: TargetTable) -> TableSpec:
    """Every target of a plan with what happened."""
    columns = (
        Column("title", "Indicator"),
        Column("strength", "Target"),
        Column("by", "12 months to"),
        Column("baseline", "Baseline", "figure"),
        Column("to_reach", "To reach", "figure"),
        Column("figure", "Figure", "figure"),
        Column("distance", "Distance", "figure"),
        Column("outcome", "Outcome"),
        Column("note", "Note"),
    )
    rows = [_target_row(row) for row in result.points.to_dict("records")]
    return TableSpec(
        title=result.title,
        subtitle=f"Figures to {month_in_words(result.until)}",
        columns=columns,
        rows=pd.DataFrame(rows, columns=[column.name for column in columns]),
        notes=(result.method,),
    )


@table_of.register
def basket_table(result: Basket) -> TableSpec:
    """What the basket must do, by how sure one wants to be."""
    rows = result.points.assign(sure=[numbers.per_cent(100 * chance, 0) for chance in result.points["chance"]])
    return TableSpec(
        title=f"What a basket must do for all crime to fall by {numbers.per_cent(result.reduction_pct)}",
        columns=(
            Column("sure", "Chance that all crime then meets it"),
            Column("reduction_pct", "Basket must fall by, %", "number", 1),
            Column("basket_at_most", "Basket at most", "number"),
        ),
        rows=rows,
        notes=(result.method,),
    )


@table_of.register
def recording_table(result: RecordingWhatIf) -> TableSpec:
    """What was recorded, what recording alone would bring, what is left."""
    recorded = pd.DataFrame([{"part": "as recorded", "change_pct": result.change_pct}])
    rows = pd.concat([recorded, result.points], ignore_index=True)
    level = f"{100 * result.confidence:g}%"
    return TableSpec(
        title=f"{result.title}: what if recording changed",
        columns=(
            Column("part", "Change"),
            Column("change_pct", "Per cent", "signed", 1),
            Column("lower", f"{level} lower", "signed", 1),
            Column("upper", f"{level} upper", "signed", 1),
        ),
        rows=rows,
        notes=(result.method,),
    )


def _target_row(row: dict[Any, Any]) -> dict[str, str]:
    is_share = row["kind"] in (Kind.SURVEY, Kind.SHARE)

    def written(value: float | None) -> str:
        if value is None or pd.isna(value):
            return numbers.NO_FIGURE
        return numbers.per_cent(value) if is_share else numbers.plain(value, 0 if value == round(value) else 2)

    judged = row["figure_at_date"] if row["by"] and row["outcome"] != Outcome.OPEN else row["latest"]
    has_both = judged is not None and row["to_reach"] is not None
    away = judged - row["to_reach"] if has_both else None
    return {
        "title": row["title"],
        "strength": row["strength"],
        "by": month_in_words(row["by"]) if row["by"] else "rolling",
        "baseline": written(row["baseline"]),
        "to_reach": written(row["to_reach"]),
        "figure": written(judged),
        "distance": numbers.signed(away, 1 if is_share else 0),
        "outcome": capital(Outcome(row["outcome"]).in_words),
        "note": row["note"],
    }
