"""The latest quarter beside its own recent course, as chart, sentence and table."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

import numpy as np
from matplotlib.figure import Figure

from pccstats.presentation import numbers
from pccstats.presentation.chart_parts import band, end_labels, month_axis, x_of
from pccstats.presentation.style import DATA, QUIET, colour_of, finish, house_style, new_chart
from pccstats.presentation.table import Column, TableSpec
from pccstats.presentation.verbs import describe, draw, table_of
from pccstats.terms.periods import MONTHS_IN_A_QUARTER, month_in_words, period_name
from pccstats.terms.results.level import Pace
from pccstats.terms.words import Kind, Signal, capital

HEIGHT, PLOT_HEIGHT = 2.9, 2.1
LEFT, RIGHT, BOTTOM = 0.6, 1.5, 0.45  # inches around the plot
MIDDLE = (MONTHS_IN_A_QUARTER - 1) / 2  # a quarter stands over its middle month
HALF_BAR = 0.9  # months


class News(StrEnum):
    """What a quarter says that the quarters before it did not, by its level and its course, in words."""

    NEITHER = "{quarter} ({figure}) is in line with its own recent course ({course}): nothing new."
    ONLY_LEVEL = (
        "{quarter} ({figure}) has a signal {level} its expected level, where {before} ({course}): it goes on as it was."
    )
    VAGUE = (
        "{quarter} ({figure}) has {signal} its expected level. Its own recent course ({window}) is too uneven to say "
        "whether the quarter is anything new."
    )
    BOTH = (
        "{quarter} ({figure}) has a signal {level} its expected level, and is also {side} its own recent course "
        "({course}): something new."
    )
    OTHER_SIDE = (
        "{quarter} ({figure}) has a signal {level} its expected level, yet is {side} its own recent course "
        "({course}): something new."
    )
    ONLY_PACE = (
        "{quarter} ({figure}) has no signal against its expected level, yet is {side} its own recent course "
        "({course}): something new."
    )

    @classmethod
    def of(cls, level: Signal, course: Signal) -> News:
        """Read both together.

        Examples
        --------
        >>> News.of(Signal.ABOVE, Signal.NONE).name
        'ONLY_LEVEL'
        """
        if course is Signal.NONE:
            return cls.NEITHER if level is Signal.NONE else cls.ONLY_LEVEL
        if level is Signal.NONE:
            return cls.ONLY_PACE
        return cls.BOTH if level is course else cls.OTHER_SIDE


@describe.register
def describe_pace(result: Pace) -> str:
    """`April to June 2015: 1,010 offences, as usual: going by ..., 905 to 1,120 was to be expected (p = 0.3).`."""
    return f"{capital(result.quarter.by_its_months)}: {_figure(result, result.actual)}, {_phrase(result)}."


def beside_its_level(result: Pace, level: Signal) -> str:
    """The quarter by both questions, `level` what its expected level says of it: whether there is something new.

    A course so vague that nearly any figure would be on it is said to be so, and its range is left out.
    """
    news = News.VAGUE if result.is_vague and not result.is_news else News.of(level, result.state)
    return news.format(
        quarter=capital(result.quarter.by_its_months),
        figure=_written(result, result.actual),
        level=level,
        signal="no signal against" if level is Signal.NONE else f"a signal {level}",
        side=result.state,
        before=_before(result, level),
        window=result.window.by_its_months,
        course=f"{_between(result)}, going by {result.window.by_its_months}",
    )


def _before(result: Pace, level: Signal) -> str:
    """`the trend was already rising`, where the trend goes to the side of the signal; else what the course does."""
    trend = Signal.ABOVE if result.per_year_pct > 0 else Signal.BELOW
    if trend is level:
        return f"the trend was already {'rising' if level is Signal.ABOVE else 'falling'}"
    return "the quarters before it already led"


def _phrase(result: Pace) -> str:
    where = f"{result.state} its own recent course" if result.is_news else "as usual"
    return f"{where}: {_interval(result)} ({numbers.chance(result.p_value)})"


def _interval(result: Pace) -> str:
    return f"going by {result.window.by_its_months}, {_between(result)} was to be expected"


def _between(result: Pace) -> str:
    return f"{_written(result, result.lower)} to {_written(result, result.upper)}"


def _written(result: Pace, value: float) -> str:
    return numbers.figure(result.kind, value, _decimals(result))


def _figure(result: Pace, value: float) -> str:
    return numbers.with_unit(_written(result, value), result.kind, result.unit)


def _decimals(result: Pace) -> int:
    if result.kind is Kind.COUNT:
        return 0
    return numbers.decimals_of_years(result.kind, result.points["value"].max())


@draw.register
def draw_pace(result: Pace) -> Figure:
    """The quarters with their course, and for the latest how far chance would carry it."""
    points = result.points
    with house_style():
        figure, axes = new_chart(height=HEIGHT)
        x = x_of(points["month"]) - MIDDLE
        width = np.array([x[-1] - HALF_BAR, x[-1] + HALF_BAR])
        band(axes, width, np.full(2, result.lower), np.full(2, result.upper))
        axes.plot(x, points["expected"], color=QUIET, linewidth=1.0, linestyle=(0, (4, 3)))
        axes.plot(x, points["value"], "o-", color=DATA, markersize=4)
        axes.plot(x[-1:], points["value"][-1:], "o", color=colour_of(result.variation.judgement), markersize=7)
        month_axis(axes, points["month"], span_months=MONTHS_IN_A_QUARTER)
        if not result.kind.is_proportion:
            highest = points[["value", "upper"]].max().max()
            axes.set_ylim(0, 1.1 * float(highest) or 1.0)
        labels = [
            (float(points["value"].iloc[-1]), _written(result, result.actual), colour_of(result.variation.judgement)),
            (result.upper, f"at most {_written(result, result.upper)}", QUIET),
            (result.lower, f"at least {_written(result, result.lower)}", QUIET),
        ]
        end_labels(axes, labels, plot_height=PLOT_HEIGHT)
        return finish(
            figure,
            headline=f"{result.title}: {f'{result.state} its own course' if result.is_news else 'on its own course'}",
            subtitle=f"{result.unit or 'figures'}, by quarter; dashed: its own course; band: how far chance carries "
            "the latest",
            alt_text=f"Line chart of quarters of {result.title}. {describe_pace(result)} "
            + "; ".join(
                f"{period_name(month, MONTHS_IN_A_QUARTER)} {_written(result, value)}"
                for month, value in zip(points["month"], points["value"], strict=True)
            )
            + ".",
            left=LEFT,
            right=RIGHT,
            bottom=BOTTOM,
        )


@table_of.register
def pace_table(result: Pace) -> TableSpec:
    """Every quarter with its course, latest first."""
    form: Literal["per_cent", "number"] = "per_cent" if result.kind.is_proportion else "number"
    decimals = 1 if result.kind.is_proportion else _decimals(result)
    rows = result.points.iloc[::-1].reset_index(drop=True)
    level = f"{100 * result.confidence:g}%"
    return TableSpec(
        title=f"{result.title}: its own course",
        subtitle=result.unit,
        columns=(
            Column("ending", "Quarter to"),
            Column("value", capital(result.unit) or "Figure", form, decimals),
            Column("expected", "On its course", form, decimals),
            Column("lower", f"{level} lower", form, decimals),
            Column("upper", f"{level} upper", form, decimals),
        ),
        rows=rows.assign(ending=[month_in_words(end) for end in rows["month"]]),
        notes=(result.method,),
    )
