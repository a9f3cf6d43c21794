"""An expected level as chart, sentence and table."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pccstats.presentation import numbers
from pccstats.presentation.chart_parts import (
    LABEL_MARGIN,
    LETTER_WIDTH,
    SIGNAL_MARKS,
    end_labels,
    middle_of,
    month_axis,
    shade_latest_quarter,
    with_edges,
)
from pccstats.presentation.companion import PANEL_LABELS, companion_panel, companion_words
from pccstats.presentation.event_marks import event_marks
from pccstats.presentation.style import (
    BAND,
    BAND_INNER,
    DATA,
    HEIGHT,
    INK,
    OTHERS,
    PAPER,
    QUIET,
    WIDTH,
    colour_of,
    finish,
    house_style,
    new_chart,
)
from pccstats.presentation.table import Column, TableSpec
from pccstats.presentation.verbs import describe, draw, table_of
from pccstats.terms.periods import (
    DAYS_IN_A_MONTH,
    MONTHS_IN_A_QUARTER,
    MONTHS_IN_A_YEAR,
    month_in_words,
    period_in_words,
    period_name,
    so_many,
)
from pccstats.terms.plan import Event
from pccstats.terms.results.level import ExpectedLevel, RuleWords, SpeaksOf
from pccstats.terms.words import Kind, Signal, Variation, capital

__all__ = ["draw_expected_level"]
PLOT_HEIGHT = 2.4
LINES = (
    "centre_line",
    "lower_process_limit",
    "upper_process_limit",
    "lower_warning_limit",
    "upper_warning_limit",
)
LEAST_BAND = 0.22  # part of the plot's height; a flatter band is not shown from nought
MARK_SIZES = {Signal.ABOVE: 30, Signal.BELOW: 42, Signal.NONE: 9}
LARGER_MARKS = {1: 1.0, MONTHS_IN_A_QUARTER: 1.6}  # a chart of quarters has a third of the marks
LAST_YEAR = {1: "twelve months", MONTHS_IN_A_QUARTER: "four quarters"}
LEAST_EVIDENT = 2  # figures with a signal in a year: fewer are no short-term rise
AROUND = 1.0  # sigma: nearer than this is "around" the level
WELL = 2.0  # sigma: further than this is "well" above or below, the warning limit


LEFT, BOTTOM = 0.6, 0.45  # inches around the plot
PANEL_HEIGHT, PANEL_GAP, PANEL_FOOT = 0.56, 0.24, 0.1  # inches of the companion's panel, above it and below


@draw.register
def draw_expected_level(result: ExpectedLevel, *, events: Sequence[Event] | None = None, headline: str = "") -> Figure:
    """Draw months or quarters, band, centre line and signals; registered events are marked by default."""
    points = standard_months(result.points)
    with house_style():
        figure, axes = new_chart()
        _band(axes, result, points)
        _target(axes, result)
        _figures(axes, points, result.about.span_months)
        month_axis(axes, points["month"], span_months=result.about.span_months)
        from_zero = _scale(axes, result, points)
        shade_latest_quarter(axes, points["month"].iloc[-1])
        labels = _labels(result, points.iloc[-1])
        end_labels(axes, labels, plot_height=PLOT_HEIGHT)
        beside = [text for _, text, _ in labels] + (list(PANEL_LABELS.values()) if result.heeds_companion else [])
        right = LABEL_MARGIN + LETTER_WIDTH * max(map(len, beside))
        room = event_marks(axes, _marked(result, events), plot_width=WIDTH - LEFT - right)
        beneath = room.beneath + (PANEL_GAP + PANEL_HEIGHT + PANEL_FOOT if result.heeds_companion else 0.0)
        figure.set_size_inches(WIDTH, HEIGHT + room.above + beneath)  # names and panel take nothing from the plot
        finish(
            figure,
            headline=headline or headline_of(result),
            subtitle=_subtitle(result, from_zero=from_zero),
            alt_text=alt_text(result),
            left=LEFT,
            right=right,
            bottom=BOTTOM + beneath,
            above=room.above,
        )
        if result.heeds_companion:
            companion_panel(figure, result, bottom=PANEL_FOOT, height=PANEL_HEIGHT)
        return figure


def standard_months(points: pd.DataFrame) -> pd.DataFrame:
    """The points as if every month were as long as a standard one, so that a band does not zigzag with their days.

    Examples
    --------
    >>> lines = {name: [280.0, 310.0] for name in ("value", *LINES)}
    >>> standard_months(pd.DataFrame({**lines, "month_length": [28 / 30, 31 / 30]}))["value"].round().tolist()
    [300.0, 300.0]
    """
    drawn = ["value", *LINES]
    return points.assign(**points[drawn].div(points["month_length"], axis=0))


def headline_of(result: ExpectedLevel) -> str:
    """What the chart shows, in about ten words."""
    return f"{result.title}: {level_phrase(result, _Telling.short(result))}"


def alt_text(result: ExpectedLevel) -> str:
    """The chart for somebody who cannot see it."""
    known = result.points[result.points["value"].notna()]
    span, period = result.about.span_months, result.about.period_word
    first, last = month_in_words(known["month"].iloc[0] - (span - 1)), month_in_words(known["month"].iloc[-1])
    ordered = known.sort_values("value", kind="stable")
    lowest, highest = ordered.iloc[0], ordered.iloc[-1]
    signals = known[known["signal"] != Signal.NONE.value]
    counts = [
        f"{len(signals[signals['signal'] == side])} {side} the expected level"
        for side in (Signal.ABOVE.value, Signal.BELOW.value)
        if (signals["signal"] == side).any()
    ]
    found = f"{capital(period)}s with a signal: {' and '.join(counts)}." if counts else f"No {period} has a signal."
    breaks = [f"{s.reason or 'limits set anew'} ({month_in_words(s.window.first)})" for s in result.segments[1:]]
    anew = f" Limits set anew: {'; '.join(breaks)}." if breaks else ""
    beneath = f" {companion_words(result)}" if result.heeds_companion else ""
    return (
        f"Expected-level chart of {result.title}, {so_many(len(known), span)} from {first} to {last}: "
        f"lowest {written(result, lowest['value'])} in {period_in_words(lowest['month'], span)}, "
        f"highest {written(result, highest['value'])} in {period_in_words(highest['month'], span)}. "
        f"{found}{anew}{beneath} "
        f"{describe_expected_level(result)}"
    )


def _band(axes: Axes, result: ExpectedLevel, points: pd.DataFrame) -> None:
    for segment in result.segments:
        rows = points[points["segment"] == segment.number]
        x = with_edges(middle_of(rows["month"], result.about.span_months), by=result.about.span_months / 2)
        line = {name: with_edges(rows[name].to_numpy(dtype=float)) for name in LINES}
        if not np.isnan(line["upper_process_limit"]).all():
            axes.fill_between(
                x, line["lower_process_limit"], line["upper_process_limit"], color=BAND, linewidth=0, zorder=0.8
            )
            axes.fill_between(
                x, line["lower_warning_limit"], line["upper_warning_limit"], color=BAND_INNER, linewidth=0, zorder=0.9
            )
        edge: Any = {"color": QUIET, "linestyle": (0, (2, 2))} if segment.is_trial else {"color": OTHERS}
        for name in ("lower_process_limit", "upper_process_limit"):
            axes.plot(x, line[name], linewidth=0.8, zorder=1.1, **edge)
        axes.plot(x, line["centre_line"], color=DATA, linewidth=0.7, zorder=1.2)


def _target(axes: Axes, result: ExpectedLevel) -> None:
    if result.target is not None:
        axes.axhline(result.target, color=INK, linewidth=1.0, linestyle=(0, (1, 2)), zorder=1.5)


def _figures(axes: Axes, points: pd.DataFrame, span_months: int) -> None:
    x, larger = middle_of(points["month"], span_months), LARGER_MARKS[span_months]
    value = points["value"].to_numpy(dtype=float)
    axes.plot(x, value, color=DATA, linewidth=1.2, zorder=2)
    for signal, mark in SIGNAL_MARKS.items():
        for variation in Variation:
            here = (
                (points["signal"] == signal.value) & (points["variation"] == variation.value) & ~points["is_excluded"]
            )
            chosen = here.to_numpy()
            axes.scatter(
                x[chosen],
                value[chosen],
                s=larger * MARK_SIZES[signal],
                marker=mark,
                color=colour_of(variation.judgement),
                linewidths=0,
                zorder=3 if signal is Signal.NONE else 4,
            )
    ghost = points["is_excluded"].to_numpy()
    axes.scatter(
        x[ghost], value[ghost], s=26 * larger, marker="o", facecolors=PAPER, edgecolors=QUIET, linewidths=1.1, zorder=4
    )
    wild = points["is_wild"].to_numpy(dtype=bool)
    axes.scatter(
        x[wild], value[wild], s=120 * larger, marker="o", facecolors="none", edgecolors=QUIET, linewidths=1.0, zorder=5
    )


def _scale(axes: Axes, result: ExpectedLevel, points: pd.DataFrame) -> bool:
    """Set the height of the axis; True where it starts at nought."""
    shown = points[["value", "lower_process_limit", "upper_process_limit", "centre_line"]].to_numpy(dtype=float)
    targets = [] if result.target is None else [result.target]
    lowest, highest = np.nanmin([np.nanmin(shown), *targets]), np.nanmax([np.nanmax(shown), *targets])
    if (points["value"].dropna() >= 0).all():
        lowest = max(lowest, 0.0)  # an individuals chart may put its lower limit below what can happen
    band = np.nanmax(points["upper_process_limit"].to_numpy() - points["lower_process_limit"].to_numpy(), initial=0.0)
    spread = band if band > 0 else highest - lowest
    from_zero = bool(lowest >= 0 and not result.kind.is_proportion and spread >= LEAST_BAND * highest)
    room = 0.08 * (highest - (0 if from_zero else lowest)) or 0.05 * abs(highest) or 1.0
    bottom = 0.0 if from_zero else lowest - room
    top = highest + room
    if result.kind.is_proportion:
        bottom, top = max(bottom, 0.0), min(top, 100.0) if highest < 100 else 100.5
    axes.set_ylim(bottom, top)
    return from_zero or bottom == 0.0


def _labels(result: ExpectedLevel, drawn: pd.Series) -> list[tuple[float, str, str]]:
    """What stands at the right end, as high as it is drawn: each limit, the expected level, the latest figure.

    The figures written are those of sentence and table, as recorded.
    """
    last = result.points.iloc[-1]
    names = {"centre_line": "expected"}
    if last["upper_process_limit"] > last["lower_process_limit"]:
        kind = "trial limit" if last["is_trial"] else "limit"
        names |= {f"{end}_process_limit": f"{end} {kind}" for end in ("upper", "lower")}
    labels = [(float(drawn[name]), f"{words} {written(result, last[name])}", QUIET) for name, words in names.items()]
    if not np.isnan(last["value"]):
        colour = colour_of(Variation(last["variation"]).judgement)
        text = f"{period_name(last['month'], result.about.span_months)}: {written(result, last['value'])}"
        labels.append((float(drawn["value"]), text, colour))
    if result.target is not None:
        labels.append((result.target, f"target {written(result, result.target)}", INK))
    return labels


def _marked(result: ExpectedLevel, events: Sequence[Event] | None) -> list[Event]:
    """Registered events, and the months where limits were set anew for another reason."""
    marked = list(result.events if events is None else events)
    known = [event.month for event in marked if event.breaks_comparability]
    span = result.about.span_months
    return marked + [
        Event("", segment.reason or "limits set anew", segment.window.first, (), breaks_comparability=True)
        for segment in result.segments[1:]
        if not any(0 <= (segment.window.first - month).n < span for month in known)  # the first whole quarter after it
    ]


def _subtitle(result: ExpectedLevel, *, from_zero: bool) -> str:
    ends, period = result.points["month"], result.about.period_word
    unit = result.unit or "figures"
    is_standard = bool((result.points["month_length"] != 1).any())
    days = f"{DAYS_IN_A_MONTH * result.about.span_months:.1f}"
    of_time = f"standard {period} of {days} days (labels and table as recorded)" if is_standard else period
    parts = [
        f"{capital(unit)} a {of_time}" if not result.kind.is_proportion else f"{unit}, {period}ly",
        result.area,
        f"{month_in_words(ends.iloc[0] - (result.about.span_months - 1))} to {month_in_words(ends.iloc[-1])}",
        "limits follow the season" if result.is_seasonal else "",
        "" if from_zero else "the axis does not start at zero",
        "ringed: too far out to set limits" if result.points["is_wild"].any() else "",
        "illustrative months" if result.is_illustrative else "",
    ]
    return ", ".join(part for part in parts if part)


@describe.register
def describe_expected_level(result: ExpectedLevel) -> str:
    """`281 offences in June 2015, at a significantly low level for the latest two months (...); ....`."""
    row = result.latest
    figure = f"{value_with_unit(result, row['value'])} in {period_in_words(row['month'], result.about.span_months)}"
    level = f"{_level_name(result)} of {written(result, row['centre_line'])}"
    against = f", against a {level}" if is_apart(result) or row["is_excluded"] else ""
    phrase = f"{level_phrase(result, _Telling(level))}{against}{_limits(result, row)}"
    trend = f"the longer-term trend is {result.longer_term}" if result.longer_term else ""
    told = (f"{figure}, {phrase}", recent_phrase(result), trend, _target_phrase(result), _wild_phrase(result))
    return "; ".join(filter(None, told)) + "."


@dataclass(frozen=True)
class _Telling:
    """What the sentence and the headline say in words of their own."""

    level: str
    found: str = "significantly"
    within: str = " but within its limits"
    names_rules: bool = True

    @classmethod
    def short(cls, result: ExpectedLevel) -> _Telling:
        """For a headline: the rule stands in the sentence below the chart."""
        return cls(_level_name(result), found="statistically", within=", within its limits", names_rules=False)


def level_phrase(result: ExpectedLevel, telling: _Telling) -> str:
    """Where the latest month or quarter stands, and by which rule: `around the mean expected level`."""
    signal, rules = result.signal, result.fired
    if is_apart(result):
        word = "high" if signal is Signal.ABOVE else "low"
        evidence = f" ({_evidence(result, rules)})" if telling.names_rules else ""
        known = _known_since(result) if telling.names_rules and result.building_since is None else ""
        return f"at a {telling.found} {word} level {_lasting(result)}{evidence}{known}"
    if signal is not Signal.NONE:
        return f"{_drift(result, signal)} and {position_phrase(result, telling)}"
    spread = [rule for rule in rules if rule.speaks_of is SpeaksOf.SPREAD]
    evidence = f", with {_evidence(result, spread)}" if spread else ""
    return f"{position_phrase(result, telling)}{evidence}"


def is_apart(result: ExpectedLevel) -> bool:
    """True where the latest month has a signal that says more than that the figures drift."""
    return result.signal is not Signal.NONE and any(rule.speaks_of is not SpeaksOf.DRIFT for rule in result.fired)


def position_phrase(result: ExpectedLevel, telling: _Telling) -> str:
    """Where the latest month lies, whatever the rules say: around, above, well below ..."""
    row = result.latest
    if row["is_excluded"]:
        return "shown but not judged"
    if row["value"] == row["centre_line"] == row["upper_process_limit"] == row["lower_process_limit"]:
        return f"at the {telling.level}, which has not varied"
    if not math.isnan(row["z"]):
        if not _is_aside(row):
            return f"around the {telling.level}"
        side = "above" if row["z"] > 0 else "below"
        return f"{'well ' if abs(row['z']) > WELL else ''}{side} the {telling.level}{telling.within}"
    difference = row["value"] - row["centre_line"]
    side = "on" if difference == 0 else "above" if difference > 0 else "below"
    return f"{side} the {telling.level}"


def _is_aside(row: pd.Series) -> bool:
    """True where a month lies further from its level than `around`."""
    return bool(abs(row["z"]) > AROUND)


def recent_phrase(result: ExpectedLevel) -> str:
    """What the last year's figures hold besides: a short-term reduction or rise that the latest no longer shows.

    Said where the latest month (or quarter) has no signal, the signals of the last twelve (or four) all point one way,
    and the latest still lies on that side of its centre line.
    """
    row = result.latest
    if row["signal"] != Signal.NONE:
        return ""
    year = result.last_year
    here = year[year["segment"] == row["segment"]]
    signals = set(here["signal"]) - {Signal.NONE.value}
    side = Signal.ABOVE if row["value"] > row["centre_line"] else Signal.BELOW
    if signals != {side.value}:
        return ""
    found = here[here["signal"] == side.value]
    if len(found) < LEAST_EVIDENT:
        side_in_words = "high" if side is Signal.ABOVE else "low"
        return f"one of the last {LAST_YEAR[result.about.span_months]} had a signal ({side_in_words})"
    beside = "" if result.is_seasonal else _beside_the_year_before(result, found, side)
    if beside is None:
        return ""
    word = "rise" if side is Signal.ABOVE else "reduction"
    lately = f"the last {LAST_YEAR[result.about.span_months]}"
    count = numbers.in_words(len(found))
    return f"a short-term {word} is evident over {lately} ({count} of them with a signal{beside})"


def _beside_the_year_before(result: ExpectedLevel, found: pd.DataFrame, side: Signal) -> str | None:
    """That these months lie on this side of those a year before, too; None where one does not, and it may be season."""
    values = result.points.set_index("month")["value"]
    earlier = values.reindex([month - MONTHS_IN_A_YEAR for month in found["month"]]).to_numpy()
    gaps = found["value"].to_numpy() - earlier
    gaps = gaps[~np.isnan(gaps)]
    if not len(gaps):
        return ""
    if not ((gaps > 0) if side is Signal.ABOVE else (gaps < 0)).all():
        return None
    return f", each {side} the same {result.about.period_word} a year before"


def _target_phrase(result: ExpectedLevel) -> str:
    """Whether a stable process will meet its target; empty where there is none, or it is not stable."""
    if result.assurance is None or result.target is None:
        return ""
    return f"as things are, the target of {written(result, result.target)} {result.assurance.in_words}"


def _wild_phrase(result: ExpectedLevel) -> str:
    """Which months of the baseline are so far out that they set no limits; empty where none is."""
    found = result.points.loc[result.points["is_wild"].astype(bool), "month"]
    months = [period_in_words(month, result.about.span_months) for month in found]
    return f"too far out to set the limits: {numbers.listed(months)}" if months else ""


def written(result: ExpectedLevel, value: float) -> str:
    """A value as this result writes it."""
    return numbers.figure(result.kind, value, decimals_of(result))


def value_with_unit(result: ExpectedLevel, value: float) -> str:
    """A value with its unit: `322 offences`, `88.6% satisfied`."""
    return numbers.with_unit(written(result, value), result.kind, result.unit)


def decimals_of(result: ExpectedLevel) -> int:
    """How many decimals the figures need: counts none from 20 a month on, and never for the counts themselves."""
    largest = result.points[["value", "upper_process_limit"]].max().max()
    if result.kind is Kind.COUNT or largest >= 100:
        return 0
    return 1 if largest >= 10 else 2


def _level_name(result: ExpectedLevel) -> str:
    return "median" if result.chart == "run" else "mean expected level"


def _limits(result: ExpectedLevel, row: pd.Series) -> str:
    if math.isnan(row["upper_process_limit"]) or row["upper_process_limit"] == row["lower_process_limit"]:
        return ""
    low, high = written(result, row["lower_process_limit"]), written(result, row["upper_process_limit"])
    is_named = _is_aside(row) and not is_apart(result) and not row["is_excluded"]  # "but within its limits"
    name = "trial limits " if row["is_trial"] else "" if is_named else "limits "
    return f" ({name}{low} to {high})"


def _lasting(result: ExpectedLevel) -> str:
    count, period = result.figures_in_signal, result.about.period_word
    return f"in the latest {period}" if count == 1 else f"for the latest {numbers.in_words(count)} {period}s"


def _drift(result: ExpectedLevel, signal: Signal) -> str:
    count = result.figures_in_signal
    moving = "rising" if signal is Signal.ABOVE else "falling"
    return f"{moving} for {numbers.in_words(count)} {result.about.period_word}s in a row"


def _evidence(result: ExpectedLevel, rules: Sequence[RuleWords]) -> str:
    is_above, run = result.signal is Signal.ABOVE, numbers.in_words(_run_on_one_side(result))
    period = result.about.period_word
    built = result.building_since
    since = "" if built is None else f" since {period_in_words(built, result.about.span_months)}{_known_since(result)}"
    said = [rule.said(is_above=is_above, run=run, period=period, since=since) for rule in rules]
    return numbers.listed(list(dict.fromkeys(said)))


def _known_since(result: ExpectedLevel) -> str:
    """`, known since May 2015`, where that is later than the signal began."""
    known = result.signal_known_since
    if known is None or known == result.signal_since:
        return ""
    return f", known since {period_in_words(known, result.about.span_months)}"


def _run_on_one_side(result: ExpectedLevel) -> int:
    row = result.latest
    here = result.points[(result.points["segment"] == row["segment"]) & (result.points["month"] <= row["month"])]
    away = (here["value"] - here["centre_line"]).where(~here["is_excluded"])
    same = ((away > 0) if row["value"] > row["centre_line"] else (away < 0)).to_numpy()[::-1]
    return int(len(same) if same.all() else same.argmin())


@table_of.register
def expected_level_table(result: ExpectedLevel) -> TableSpec:
    """Every month or quarter of the chart, latest first."""
    form: Literal["per_cent", "number"] = "per_cent" if result.kind.is_proportion else "number"
    decimals = 1 if result.kind.is_proportion else decimals_of(result)
    rows = result.points.iloc[::-1].reset_index(drop=True)
    rows = rows.assign(
        name=[capital(period_name(end, result.about.span_months)) for end in rows["month"]],
        judged=[_judged(Variation(word)) for word in rows["variation"]],
        found=_found(result, rows),
    )
    columns = [
        Column("name", capital(result.about.period_word)),
        Column("value", capital(result.unit) or "Figure", form, decimals),
        *_denominator(result),
        Column("centre_line", "Centre line", form, decimals),
        Column("lower_process_limit", "Lower limit", form, decimals),
        Column("upper_process_limit", "Upper limit", form, decimals),
        Column("judged", "Signal"),
        Column("found", "By which rule"),
    ]
    return TableSpec(
        title=f"{result.title}: mean expected level",
        subtitle=", ".join(filter(None, (result.unit, result.area))),
        columns=tuple(columns),
        rows=rows,
        notes=(result.method,),
    )


def _found(result: ExpectedLevel, rows: pd.DataFrame) -> list[str]:
    """By which rules each has its signal."""
    fired = [", ".join(rule.short for rule in result.rules if row[rule.column]) for _, row in rows.iterrows()]
    return [
        "not judged" if excluded else text or "–" for text, excluded in zip(fired, rows["is_excluded"], strict=True)
    ]


def _judged(variation: Variation) -> str:
    return numbers.NO_FIGURE if variation is Variation.COMMON_CAUSE else variation.in_words


def _denominator(result: ExpectedLevel) -> list[Column]:
    if not result.kind.is_proportion or result.points["denominator"].isna().all():
        return []
    return [Column("denominator", "Respondents" if result.kind == "survey" else "Out of", "number")]
