"""Recovered quarters as chart, sentence and table."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure

from pccstats.presentation import numbers
from pccstats.presentation.chart_parts import end_labels, month_axis, x_of
from pccstats.presentation.style import DATA, OTHERS, QUIET, finish, house_style, new_chart
from pccstats.presentation.table import Column, TableSpec
from pccstats.presentation.verbs import describe, draw, table_of
from pccstats.terms.periods import MONTHS_IN_A_QUARTER, month_in_words
from pccstats.terms.results.recovered import RecoveredQuarters
from pccstats.terms.words import capital

PLOT_HEIGHT = 2.4
BAR = 2.2  # months of the three that a quarter's bar takes
MOST_ROWS = 12
NOT_KNOWN = "the quarters themselves are not known"


@draw.register
def draw_recovered_quarters(result: RecoveredQuarters) -> Figure:
    """The quarters, those of the anchored year marked; where they are not known, their year-on-year differences."""
    with house_style():
        figure, axes = new_chart()
        if result.is_recovered:
            shown, words = _quarters(axes, result), "marked: the year that anchors them"
        else:
            shown, words = _differences(axes, result), NOT_KNOWN
        month_axis(axes, shown["quarter_end"], span_months=MONTHS_IN_A_QUARTER)
        return finish(
            figure,
            headline=_headline(result),
            subtitle=", ".join(part for part in (_measured(result), result.area, words) if part),
            alt_text=_alt_text(result, shown),
        )


def _quarters(axes: Axes, result: RecoveredQuarters) -> pd.DataFrame:
    points = result.points
    x, value = x_of(points["quarter_end"]) - 1, points["quarter"].to_numpy(dtype=float)
    axes.plot(x, value, color=DATA, marker="o", markersize=3, zorder=3)
    year = result.anchored_year
    counted = np.array([year is not None and end in year for end in points["quarter_end"]])
    axes.plot(x[counted], value[counted], "s", color=DATA, markersize=7, zorder=4)
    axes.set_ylim(0, 1.12 * float(value.max()) or 1.0)
    end_labels(axes, [(float(value[-1]), numbers.plain(value[-1]), DATA)], plot_height=PLOT_HEIGHT)
    return points


def _differences(axes: Axes, result: RecoveredQuarters) -> pd.DataFrame:
    points = result.points[result.points["year_on_year"].notna()]
    x, value = x_of(points["quarter_end"]) - 1, points["year_on_year"].to_numpy(dtype=float)
    _bars(axes, x, value)
    axes.axhline(0, color=QUIET, linewidth=1.0, zorder=3)
    axes.margins(y=0.12)
    if len(value):
        end_labels(axes, [(float(value[-1]), numbers.signed(value[-1]), DATA)], plot_height=PLOT_HEIGHT)
    return points


def _bars(axes: Axes, x: np.ndarray, value: np.ndarray) -> None:
    """A bar for each quarter, all of them one artist: there are up to sixty."""
    left, right, foot = x - BAR / 2, x + BAR / 2, np.zeros_like(value)
    corners = np.stack([left, foot, right, foot, right, value, left, value], axis=1).reshape(-1, 4, 2)
    bars = PolyCollection([*corners], facecolors=OTHERS, linewidths=0, zorder=2)
    bars.sticky_edges.y.append(0)  # where none is below nought the axis begins there
    axes.add_collection(bars)


def _measured(result: RecoveredQuarters) -> str:
    return f"{result.unit or 'events'} a quarter" + ("" if result.is_recovered else ", less the same a year before")


def _headline(result: RecoveredQuarters) -> str:
    last = result.points.iloc[-1]
    ending = f"the quarter to {month_in_words(last['quarter_end'])}"
    if result.is_recovered:
        return f"{result.title}: {numbers.plain(last['quarter'])} in {ending}"
    return f"{result.title}: {numbers.signed(last['year_on_year'])} in {ending} on a year before"


def _alt_text(result: RecoveredQuarters, shown: pd.DataFrame) -> str:
    name, write = ("quarter", numbers.plain) if result.is_recovered else ("year_on_year", numbers.signed)
    kind = "Line of quarters" if result.is_recovered else "Bars of differences from the same quarter a year before"
    ordered = shown.sort_values(name)
    ends = [
        f"{words} {write(row[name])} in the quarter to {month_in_words(row['quarter_end'])}"
        for words, row in (("lowest", ordered.iloc[0]), ("highest", ordered.iloc[-1]))
    ]
    return f"{kind}, {result.title}: {'; '.join(ends)}. {describe_recovered_quarters(result)}"


@describe.register
def describe_recovered_quarters(result: RecoveredQuarters) -> str:
    """`Burglary: 1,943 offences in the quarter to June 2015, 148 fewer than a year before, recovered from …`."""
    last = result.points.iloc[-1]
    ending = f"in the quarter to {month_in_words(last['quarter_end'])}"
    unit = result.unit or "events"
    if result.is_recovered:
        anchored = f"recovered from rolling years anchored in the {result.anchored_year}{_rest(result)}"
        return (
            f"{result.title}: {numbers.plain(last['quarter'])} {unit} {ending}, {more_or_fewer(last)} than in the same "
            f"quarter a year before, {anchored}."
        )
    return (
        f"{result.title}: {more_or_fewer(last, unit)} {ending} than in the same quarter a year before; {NOT_KNOWN}. "
        f"{capital(result.refusal)}"
    )


def _rest(result: RecoveredQuarters) -> str:
    """`, of which December 2014 is what is left of the official year`."""
    left = [month_in_words(month) for month in result.months_left_over]
    if not left:
        return ""
    return f", of which {numbers.listed(left)} {'is' if len(left) == 1 else 'are'} what is left of the official year"


def more_or_fewer(row: pd.Series, unit: str = "") -> str:
    """`148 fewer`, `148 fewer offences`, `no more and no fewer`."""
    difference = float(row["year_on_year"])
    if not numbers.rounded(difference):
        return "no more and no fewer"
    return f"{numbers.plain(abs(difference))} {'more' if difference > 0 else 'fewer'} {unit}".strip()


@table_of.register
def recovered_quarters_table(result: RecoveredQuarters) -> TableSpec:
    """The latest quarters: what they hold, or must lie between, and how they differ from the year before."""
    rows = result.points.tail(MOST_ROWS)
    rows = rows.assign(ending=[month_in_words(end) for end in rows["quarter_end"]])
    columns = [Column("ending", "Quarter to")]
    if result.is_recovered:
        columns.append(Column("quarter", capital(result.unit or "events"), "number"))
        if rows["counted"].notna().any():
            columns.append(Column("counted", "As the anchor counted", "number"))
    else:
        columns += [Column("lower", "At least", "number"), Column("upper", "At most", "number")]
    columns.append(Column("year_on_year", "Less the same quarter a year before", "signed"))
    columns.append(Column("rolling_year", "12 months, as published", "number"))
    return TableSpec(
        title=f"{result.title}: quarters",
        subtitle=result.unit,
        columns=tuple(columns),
        rows=rows,
        notes=(result.method,),
    )
