"""A rolling year as chart, sentence and table."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pccstats.presentation import numbers
from pccstats.presentation.chart_parts import (
    LABEL_MARGIN,
    LETTER_WIDTH,
    band,
    end_labels,
    ends_in_words,
    month_axis,
    x_of,
)
from pccstats.presentation.event_marks import Room, event_marks
from pccstats.presentation.markup import Markup
from pccstats.presentation.sparkline import small_line
from pccstats.presentation.style import DATA, HEIGHT, OTHERS, QUIET, WIDTH, finish, house_style, new_chart
from pccstats.presentation.table import Column, TableSpec
from pccstats.presentation.verbs import describe, draw, table_of
from pccstats.terms.periods import MONTHS_IN_A_YEAR, Window, month_in_words
from pccstats.terms.plan import Event
from pccstats.terms.results.level import RollingYear
from pccstats.terms.words import Kind, Signal, Variation, capital

PLOT_HEIGHT = 2.4
MARKED_UP_TO = 24  # points: beyond this a line needs no marks
ZERO_IF_BELOW = 0.6  # the axis starts at nought where the lowest figure is under this part of the highest
MOST_ROWS = 12


LEFT, BOTTOM = 0.6, 0.45  # inches around the plot
LEAST_LABEL = 16  # letters: charts of one page then have plots of about one width


@draw.register
def draw_rolling_year(result: RollingYear, *, events: Sequence[Event] | None = None) -> Figure:
    """Line, interval, baseline level and last value; events that break comparability are marked by default."""
    whole = result.points[result.points["value"].notna()]
    marked = [event for event in result.events if event.breaks_comparability] if events is None else list(events)
    with house_style():
        figure_, axes = new_chart()
        room, from_zero, right = Room(), True, LABEL_MARGIN
        if len(whole):
            from_zero = _lines(axes, result, whole)
            month_axis(axes, whole["period_end"])
            labels = _labels(result, whole)
            end_labels(axes, labels, plot_height=PLOT_HEIGHT)
            right = LABEL_MARGIN + LETTER_WIDTH * max(LEAST_LABEL, *(len(text) for _, text, _ in labels))
            room = event_marks(axes, marked, plot_width=WIDTH - LEFT - right)
        figure_.set_size_inches(WIDTH, HEIGHT + room.above + room.beneath)  # names take nothing from the plot
        return finish(
            figure_,
            headline=_headline(result, whole),
            subtitle=_subtitle(result, from_zero=from_zero),
            alt_text=_alt_text(result, whole),
            left=LEFT,
            right=right,
            bottom=BOTTOM + room.beneath,
            above=room.above,
        )


def rolling_sparkline(result: RollingYear, months: int = 36) -> Markup:
    """The last rolling years as a small inline SVG with alt text: a line and the latest figure, no band."""
    whole = result.points[result.points["value"].notna()]
    shown = whole[whole["period_end"] > whole["period_end"].max() - months]
    empty = dict.fromkeys(("lower_process_limit", "upper_process_limit", "centre_line"), math.nan)
    shown = shown.assign(**empty, signal=str(Signal.NONE), variation=str(Variation.COMMON_CAUSE))
    return small_line(shown, f"12-month figures of the last {months} months: {describe_rolling_year(result)}")


def _lines(axes: Axes, result: RollingYear, whole: pd.DataFrame) -> bool:
    """Draw the figures; True where the axis starts at nought."""
    x = x_of(whole["period_end"])
    value, lower, upper = (whole[name].to_numpy(dtype=float) for name in ("value", "lower", "upper"))
    has_mark = len(whole) <= MARKED_UP_TO
    apart = bool(len(x) > 1 and np.diff(x).max() > 1)
    if has_mark and apart:
        axes.vlines(x, lower, upper, color=OTHERS, linewidth=2.0, zorder=2)
    else:
        band(axes, x, lower, upper)
    axes.plot(x, value, color=DATA, marker="o" if has_mark else None, markersize=4, zorder=3)
    axes.plot(x[-1:], value[-1:], color=DATA, marker="o", markersize=6, zorder=4, clip_on=False)
    base = baseline_value(result)
    if not math.isnan(base):
        axes.axhline(base, color=QUIET, linewidth=1.0, linestyle=(0, (4, 3)), zorder=2)
    lows, highs = np.fmin(lower, value), np.fmax(upper, value)
    from_zero = bool(lows.min() < ZERO_IF_BELOW * highs.max()) and not result.kind.is_proportion
    if from_zero:
        axes.set_ylim(0, 1.08 * max(highs.max(), 0 if math.isnan(base) else base, 1e-9))
    else:
        axes.margins(y=0.15)
    return from_zero


def _labels(result: RollingYear, whole: pd.DataFrame) -> list[tuple[float, str, str]]:
    last = whole.iloc[-1]
    labels = [(float(last["value"]), figure(result, last["value"]), DATA)]
    base = baseline_value(result)
    if not math.isnan(base) and result.baseline is not None:
        labels.append((base, f"{result.baseline}: {figure(result, base)}", QUIET))
    return labels


def _headline(result: RollingYear, whole: pd.DataFrame) -> str:
    if not len(whole):
        return f"{result.title}: no whole year of figures"
    last = whole.iloc[-1]
    base = baseline_value(result)
    compared = "" if math.isnan(base) else f", {figure(result, base)} in {result.baseline}"
    ending = month_in_words(last["period_end"])
    return f"{result.title}: {figure(result, last['value'])} in the year to {ending}{compared}"


def _subtitle(result: RollingYear, *, from_zero: bool) -> str:
    parts = [
        f"12 months to each {ends_in_words(result.points['period_end'])}, {result.unit}",
        result.area,
        f"{100 * result.confidence:g}% interval shaded" if result.points["lower"].notna().any() else "no interval",
        f"rate on {result.vintage}" if result.vintage else "",
        "" if from_zero else "the axis does not start at zero",
        "illustrative months" if result.is_illustrative else "",
    ]
    return ", ".join(part for part in parts if part)


def _alt_text(result: RollingYear, whole: pd.DataFrame) -> str:
    if not len(whole):
        return f"{result.title}: there is no whole year of figures to draw."
    ordered = whole.sort_values("value")
    first, highest, lowest = whole.iloc[0], ordered.iloc[-1], ordered.iloc[0]
    ends = [
        f"{words} {figure(result, row['value'])} in the 12 months to {month_in_words(row['period_end'])}"
        for words, row in (("from", first), ("highest", highest), ("lowest", lowest))
    ]
    return f"Line of rolling years of {result.title}: {'; '.join(ends)}. {describe_rolling_year(result)}"


@describe.register
def describe_rolling_year(result: RollingYear) -> str:
    """`4,013 offences in the 12 months to June 2015 (95% interval 3,890 to 4,139); 3,935 in 2012/13.`."""
    latest = result.summary().iloc[0]
    if math.isnan(latest["value"]):
        return f"{result.title}: no whole year of figures is held."
    ending = month_in_words(latest["period_end"])
    return (
        f"{figure_with_unit(result, latest['value'])} in the 12 months to {ending}{_interval(result, latest)}"
        f"{_baseline(result, latest['period_end'])}."
    )


def figure_with_unit(result: RollingYear, value: float) -> str:
    """A value with its unit: `4,013 offences`, `3.94 offences per 1,000 persons`, `88.6% satisfied`."""
    return numbers.with_unit(figure(result, value), result.kind, result.unit)


def figure(result: RollingYear, value: float) -> str:
    """A value as this result writes it."""
    return numbers.figure(result.kind, value, decimals_of(result))


def decimals_of(result: RollingYear) -> int:
    """Decimals enough to tell neighbouring years apart."""
    return numbers.decimals_of_years(result.kind, result.points["value"].max())


def _interval(result: RollingYear, latest: pd.Series) -> str:
    lower, upper = latest["lower"], latest["upper"]
    if math.isnan(lower):
        return ""
    level = f"{100 * result.confidence:g}% interval"
    alone = "" if result.kind.is_proportion or result.is_as_published else ", for chance alone"
    return f" ({level} {figure(result, lower)} to {figure(result, upper)}{alone})"


def _baseline(result: RollingYear, ending: pd.Period) -> str:
    if result.baseline is None or result.baseline.last == ending:
        return ""
    value = baseline_value(result)
    return "" if math.isnan(value) else f"; {figure(result, value)} in {result.baseline}"


def baseline_value(result: RollingYear) -> float:
    """The value of the baseline where it is one whole year of this result; empty otherwise."""
    is_year = result.baseline == (Window.ending(result.baseline.last) if result.baseline else None)
    return result.at(result.baseline.last) if result.baseline is not None and is_year else math.nan


@table_of.register
def rolling_year_table(result: RollingYear) -> TableSpec:
    """Whole years only, one a year back from the latest, with the baseline year among them."""
    rows = _rows_shown(result)
    decimals = decimals_of(result)
    is_share = result.kind.is_proportion
    form: Literal["per_cent", "number"] = "per_cent" if is_share else "number"
    level = f"{100 * result.confidence:g}%"
    columns = [
        Column("ending", "12 months to"),
        Column("value", capital(result.unit) or "Value", form, 1 if is_share else decimals),
        Column("lower", f"{level} lower", form, 1 if is_share else decimals),
        Column("upper", f"{level} upper", form, 1 if is_share else decimals),
    ]
    if result.kind is not Kind.COUNT and rows["denominator"].notna().any():
        columns += [Column("numerator", "Numerator", "number"), Column("denominator", "Denominator", "number")]
    if (rows["breaks"] != "").any():
        columns.append(Column("breaks", "Change of definition within the year"))
    sources = (f"Source: {'; '.join(result.sources)}.",) if result.sources else ()
    return TableSpec(
        title=f"{result.title}: rolling years",
        subtitle=result.unit,
        columns=tuple(columns),
        rows=rows,
        notes=(result.method, *sources),
    )


def _rows_shown(result: RollingYear) -> pd.DataFrame:
    whole = result.points[result.points["value"].notna()]
    if len(whole) > MOST_ROWS:
        last = whole["period_end"].iloc[-1]
        is_anniversary = [(last - end).n % MONTHS_IN_A_YEAR == 0 for end in whole["period_end"]]
        is_baseline = [result.baseline is not None and end == result.baseline.last for end in whole["period_end"]]
        whole = whole[pd.Series(is_anniversary, whole.index) | pd.Series(is_baseline, whole.index)].tail(MOST_ROWS)
    return whole.assign(ending=[month_in_words(end) for end in whole["period_end"]])
