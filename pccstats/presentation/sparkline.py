"""The last months of an expected level, or of any figures with a band, as a picture the size of a word."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from pccstats.presentation.expected_level import describe_expected_level, standard_months
from pccstats.presentation.markup import Markup, rendered
from pccstats.presentation.style import BAND, DATA, OTHERS, colour_of, css_colour
from pccstats.terms.periods import so_many
from pccstats.terms.results.level import ExpectedLevel
from pccstats.terms.words import Signal, Variation

__all__ = ["draw_sparkline"]
SMALL_WIDTH, SMALL_HEIGHT = 200.0, 44.0  # pixels
MARGIN = 4.0
LATEST_RADIUS, SIGNAL_RADIUS = 3.2, 3.4


def draw_sparkline(result: ExpectedLevel, months: int = 36) -> Markup:
    """Draw the last months of an expected level as a small inline SVG with alt text.

    Parameters
    ----------
    result : ExpectedLevel
    months : int
        How many of the latest months to show; the quarters in them where the figures are quarters.

    Returns
    -------
    Markup
        An `<svg>` element 200 by 44 pixels in the page's own colours: band, centre line, figures, a diamond for a
        signal above and a triangle for one below, and a dot for the latest figure; months as if all were as long.

    Examples
    --------
    >>> import pandas as pd
    >>> import pccstats as pcc
    >>> frame = pd.DataFrame({"month": pd.period_range("2015-01", periods=5, freq="M"), "n": [10, 12, 11, 13, 9]})
    >>> robbery = pcc.Series.from_frame(frame, numerator="n", title="Robbery")
    >>> picture = draw_sparkline(pcc.expected_level(robbery, chart="xmr"))
    >>> picture.startswith('<svg class="sparkline" role="img" aria-label="Last 5 months: ')
    True
    """
    shown = standard_months(result.points).tail(max(months // result.about.span_months, 1))
    last = so_many(len(shown), result.about.span_months)
    return small_line(shown, f"Last {last}: {describe_expected_level(result)}")


def small_line(shown: pd.DataFrame, alt_text: str) -> Markup:
    """The same of any months with the columns of an expected level's points that it draws."""
    figures = shown[["value", "lower_process_limit", "upper_process_limit", "centre_line"]].to_numpy(dtype=float)
    known = figures[~np.isnan(figures)]
    low, high = float(known.min()), float(known.max())
    step = (SMALL_WIDTH - 2 * MARGIN) / max(len(shown) - 1, 1)

    def x(at: int) -> float:
        return MARGIN + step * at

    def y(value: float) -> float:
        return (
            SMALL_HEIGHT / 2
            if high == low
            else SMALL_HEIGHT - MARGIN - (SMALL_HEIGHT - 2 * MARGIN) * (value - low) / (high - low)
        )

    def path(values: np.ndarray) -> list[tuple[float, float]]:
        return [(x(n), y(each)) for n, each in enumerate(values)]

    value, lower, upper, centre = figures.T
    signals = [
        _signal(x(at), y(month["value"]), month)
        for at, (_, month) in enumerate(shown.iterrows())
        if month["signal"] != Signal.NONE.value and not math.isnan(month["value"])
    ]
    latest = {
        "x": f"{x(len(shown) - 1):.1f}",
        "y": f"{y(value[-1]):.1f}",
        "radius": LATEST_RADIUS,
        "colour": _colour_of(shown.iloc[-1]),
    }
    return rendered(
        "sparkline.svg.j2",
        words=alt_text,
        width=f"{SMALL_WIDTH:g}",
        height=f"{SMALL_HEIGHT:g}",
        band=_listed([point for point in [*path(upper), *reversed(path(lower))] if not math.isnan(point[1])]),
        band_colour=css_colour(BAND),
        band_edge=css_colour(OTHERS),
        lines=[*_lines(path(centre), 0.7), *_lines(path(value), 1.4)],
        signals=signals,
        latest=None if math.isnan(value[-1]) else latest,
    )


def _lines(points: list[tuple[float, float]], width: float) -> list[dict[str, object]]:
    """One line for each stretch without a gap."""
    stretches: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if math.isnan(point[1]):
            stretches.append([])
        else:
            stretches[-1].append(point)
    return [
        {"points": _listed(stretch), "colour": css_colour(DATA), "width": width}
        for stretch in stretches
        if len(stretch) > 1
    ]


def _signal(x: float, y: float, month: pd.Series) -> dict[str, str]:
    """A diamond for a signal above, a triangle for one below."""
    r = SIGNAL_RADIUS
    if month["signal"] == Signal.ABOVE.value:
        corners = [(x, y - r), (x + r, y), (x, y + r), (x - r, y)]
    else:
        corners = [(x - r, y - 0.7 * r), (x + r, y - 0.7 * r), (x, y + r)]
    return {"points": _listed(corners), "colour": _colour_of(month)}


def _colour_of(month: pd.Series) -> str:
    return css_colour(colour_of(Variation(month["variation"]).judgement))


def _listed(points: list[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
