"""A trend of six months as chart, sentence, table and label."""

from __future__ import annotations

from matplotlib.figure import Figure

from pccstats.presentation import numbers
from pccstats.presentation.chart_parts import month_axis, x_of
from pccstats.presentation.states import Chip, label
from pccstats.presentation.style import OTHERS, colour_of, finish, house_style, new_chart
from pccstats.presentation.table import Column, TableSpec
from pccstats.presentation.verbs import describe, draw, table_of
from pccstats.terms.periods import month_in_words, period_name, so_many
from pccstats.terms.results.level import Direction, SeasonOut, Trend
from pccstats.terms.words import capital

HEIGHT = 2.9


@draw.register
def draw_trend(result: Trend) -> Figure:
    """The months as tested, with the same months a year before in grey."""
    with house_style():
        figure, axes = new_chart(height=HEIGHT)
        points, period = result.points, result.about.period_word
        x = x_of(points["month"])
        colour = colour_of(result.variation.judgement)
        axes.plot(x, points["year_before"], "o--", color=OTHERS, markersize=4, linewidth=1.0)
        axes.plot(x, points["adjusted"], "o-", color=colour, markersize=5)
        shown = points[["adjusted", "year_before"]].to_numpy()
        axes.set_ylim(0, 1.12 * float(shown[shown == shown].max()) or 1.0)  # noqa: PLR0124 figures that are there
        month_axis(axes, points["month"], span_months=result.about.span_months)
        return finish(
            figure,
            headline=capital(_direction(result)),
            subtitle=f"{result.title}, {result.unit}, {period}s alike; grey: the same {period}s a year before",
            alt_text=f"Line chart. {describe_trend(result)} "
            + "; ".join(
                f"{month_in_words(month)} {numbers.plain(value, 1)}"
                for month, value in zip(points["month"], points["adjusted"], strict=True)
            )
            + ".",
        )


@describe.register
def describe_trend(result: Trend) -> str:
    """`Domestic burglary, 6 months to June 2015: cannot tell whether it rises or falls (p = 0.72). ...`."""
    return (
        f"{result.title}, {so_many(result.months, result.about.span_months)} to {month_in_words(result.window.last)}: "
        f"{_direction(result)} ({numbers.chance(result.p_value)}).{year_in_words(result)}"
    )


def _direction(result: Trend) -> str:
    cannot_tell = result.direction is Direction.CANNOT_TELL
    return f"{result.direction.in_words}{' whether it rises or falls' if cannot_tell else ''}"


def year_in_words(result: Trend) -> str:
    """How many months or quarters lie above and below the same one a year before."""
    compared = result.higher + result.lower
    if not compared:
        return ""
    same = f"the same {result.about.period_word} a year before"
    return f" Against {same}: {result.higher} of {compared} above, {result.lower} below."


@table_of.register
def trend_table(result: Trend) -> TableSpec:
    """Every month as counted, as tested, and a year before."""
    decimals, period = 1 if result.kind.is_proportion else 0, result.about.period_word
    ends = result.points["month"]
    rows = result.points.assign(when=[capital(period_name(end, result.about.span_months)) for end in ends])
    return TableSpec(
        title=result.title,
        subtitle=result.unit,
        columns=(
            Column("when", capital(period)),
            Column("value", "Figure", "number", decimals),
            Column("adjusted", f"As tested: {period}s alike, season out", "number", 1),
            Column("year_before", f"A year before, {period}s alike", "number", 1),
        ),
        rows=rows,
        notes=(result.method,),
    )


def trend_label(trend: Trend) -> Chip:
    """`▲ Rising`, `▼ Falling` or `○ Cannot tell`, with p, and beneath it the months against the year before."""
    small = numbers.chance(trend.p_value)
    if trend.season_out is SeasonOut.BY_THE_YEAR_BEFORE:
        small += f", the gap to the year before; {trend.higher} of {trend.higher + trend.lower} above it"
    elif trend.higher + trend.lower:
        small += f"; {trend.higher} of {trend.higher + trend.lower} above the year before"
    return label(trend.direction.shape, capital(trend.direction.in_words), like=trend.variation, beneath=small)
