"""A chart the size of a word: the last months with their band, signals and the latest figure."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from pccstats.presentation.markup import Markup
from pccstats.presentation.sentences.expected_level import describe_expected_level
from pccstats.presentation.style import BAND, CSS_NAMES, DATA, VARIATION_COLOURS, escaped
from pccstats.terms.results.expected_level import ExpectedLevel
from pccstats.terms.words import Signal, Variation

WIDTH, HEIGHT = 150.0, 32.0  # pixels
MARGIN = 4.0
LATEST_RADIUS, SIGNAL_RADIUS = 2.6, 2.4


def draw_sparkline(result: ExpectedLevel, months: int = 36) -> Markup:
    """Draw the last months of an expected level as a small inline SVG with alt text.

    Parameters
    ----------
    result : ExpectedLevel
    months : int
        How many of the latest months to show.

    Returns
    -------
    Markup
        An `<svg>` element 150 by 32 pixels in the page's own colours: band, centre line, figures, a diamond for a
        signal above and a triangle for one below, and a dot for the latest figure.

    Examples
    --------
    >>> import pccstats as pcc
    >>> data = pcc.read_observations("data/processed")
    >>> picture = draw_sparkline(pcc.expected_level(data.series("12.offences")))
    >>> picture.startswith('<svg class="sparkline" role="img" aria-label="Last 36 months: ')
    True
    """
    shown = result.points.tail(months)
    return small_line(shown, f"Last {len(shown)} months: {describe_expected_level(result)}")


def small_line(shown: pd.DataFrame, alt_text: str) -> Markup:
    """The same of any months with the columns of an expected level's points that it draws."""
    figures = shown[["value", "lower_process_limit", "upper_process_limit", "centre_line"]].to_numpy(dtype=float)
    known = figures[~np.isnan(figures)]
    low, high = float(known.min()), float(known.max())
    step = (WIDTH - 2 * MARGIN) / max(len(shown) - 1, 1)

    def x(at: int) -> float:
        return MARGIN + step * at

    def y(value: float) -> float:
        return HEIGHT / 2 if high == low else HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * (value - low) / (high - low)

    value, lower, upper, centre = figures.T
    pieces = [
        _band([(x(n), y(a)) for n, a in enumerate(upper)], [(x(n), y(a)) for n, a in enumerate(lower)]),
        _line([(x(n), y(a)) for n, a in enumerate(centre)], DATA, 0.6),
        _line([(x(n), y(a)) for n, a in enumerate(value)], DATA, 1.2),
    ]
    for at, (_, row) in enumerate(shown.iterrows()):
        if row["signal"] != Signal.NONE.value and not math.isnan(row["value"]):
            colour = VARIATION_COLOURS[Variation(row["variation"])]
            pieces.append(_signal(x(at), y(row["value"]), row["signal"], colour))
    if not math.isnan(value[-1]):
        colour = VARIATION_COLOURS[Variation(shown["variation"].iloc[-1])]
        place = f'cx="{x(len(shown) - 1):.1f}" cy="{y(value[-1]):.1f}"'
        pieces.append(f'<circle {place} r="{LATEST_RADIUS}" {_fill(colour)}/>')
    label = escaped(alt_text)
    return Markup(
        f'<svg class="sparkline" role="img" aria-label="{label}" width="{WIDTH:g}" height="{HEIGHT:g}" '
        f'viewBox="0 0 {WIDTH:g} {HEIGHT:g}" xmlns="http://www.w3.org/2000/svg">{"".join(pieces)}</svg>'
    )


def _band(upper: list[tuple[float, float]], lower: list[tuple[float, float]]) -> str:
    edge = [point for point in [*upper, *reversed(lower)] if not math.isnan(point[1])]
    return f'<polygon points="{_listed(edge)}" {_fill(BAND)}/>' if edge else ""


def _line(points: list[tuple[float, float]], colour: str, width: float) -> str:
    """One line for each stretch without a gap."""
    stretches: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if math.isnan(point[1]):
            stretches.append([])
        else:
            stretches[-1].append(point)
    return "".join(
        f'<polyline points="{_listed(stretch)}" fill="none" style="stroke: {_colour(colour)}" stroke-width="{width}"/>'
        for stretch in stretches
        if len(stretch) > 1
    )


def _signal(x: float, y: float, signal: str, colour: str) -> str:
    r = SIGNAL_RADIUS
    if signal == Signal.ABOVE.value:
        corners = [(x, y - r), (x + r, y), (x, y + r), (x - r, y)]
    else:
        corners = [(x - r, y - 0.7 * r), (x + r, y - 0.7 * r), (x, y + r)]
    return f'<polygon points="{_listed(corners)}" {_fill(colour)}/>'


def _fill(colour: str) -> str:
    return f'style="fill: {_colour(colour)}"'


def _colour(colour: str) -> str:
    return f"var(--{CSS_NAMES[colour]}, {colour})"


def _listed(points: list[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
