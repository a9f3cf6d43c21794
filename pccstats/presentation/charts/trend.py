"""A trend as a chart: the months tested, and the same months a year before."""

from __future__ import annotations

from matplotlib.figure import Figure

from pccstats.presentation import numbers
from pccstats.presentation.charts.parts import month_axis, x_of
from pccstats.presentation.draw import draw
from pccstats.presentation.sentences.trend import DIRECTION_WORDS, describe_trend
from pccstats.presentation.style import DATA, OTHERS, VARIATION_COLOURS, finish, house_style, new_chart
from pccstats.terms.periods import month_in_words
from pccstats.terms.results.trend import Trend

HEIGHT = 2.9


@draw.register
def draw_trend(result: Trend) -> Figure:
    """The months as tested, with the same months a year before in grey."""
    with house_style():
        figure, axes = new_chart(height=HEIGHT)
        points = result.points
        x = x_of(points["month"])
        colour = VARIATION_COLOURS.get(result.variation, DATA)
        axes.plot(x, points["year_before"], "o--", color=OTHERS, markersize=4, linewidth=1.0)
        axes.plot(x, points["adjusted"], "o-", color=colour, markersize=5)
        shown = points[["adjusted", "year_before"]].to_numpy()
        axes.set_ylim(0, 1.12 * float(shown[shown == shown].max()) or 1.0)  # noqa: PLR0124 figures that are there
        month_axis(axes, points["month"])
        return finish(
            figure,
            headline=numbers.capital(DIRECTION_WORDS[result.direction]),
            subtitle=f"{result.title}, {result.unit}, months alike; grey: the same months a year before",
            alt_text=f"Line chart. {describe_trend(result)} "
            + "; ".join(
                f"{month_in_words(month)} {numbers.plain(value, 1)}"
                for month, value in zip(points["month"], points["adjusted"], strict=True)
            )
            + ".",
        )
