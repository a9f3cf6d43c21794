"""Events on a chart: a line at each, and its name where no line runs through it."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from itertools import islice, permutations
from typing import NamedTuple

from matplotlib.axes import Axes

from pccstats.presentation.chart_parts import SIZE, YEARS_BENEATH, spread
from pccstats.presentation.style import QUIET
from pccstats.terms.periods import month_in_words
from pccstats.terms.plan import Event

NAME_WIDTH = 42  # characters of a name on one line
LETTER_WIDTH = 0.06  # inches, of a name
ROW = 0.16  # inches between lines of text
LISTED_LINE = 0.138  # inches between lines of one text
OVERHANG = 0.9  # inches that a name may reach over the plot's right end; direct labels stand lower
MOST_ROWS = 3  # of names; with more the eye does not find the line that belongs to a name
NUMBER_GAP = 0.13  # inches between numbers
POINTS = 72  # in an inch
MOST_ORDERS_TRIED = 720  # six events in every order; more than that are placed well rather than best
Span = tuple[float, float]


class Room(NamedTuple):
    """Inches to keep for the names of events above the plot, and beneath its years."""

    above: float = 0.0
    beneath: float = 0.0


def event_marks(axes: Axes, events: Sequence[Event], *, plot_width: float, beneath: float = 0.0) -> Room:
    """Draw events as hairlines with their names, and give the room to keep for these.

    Breaks of comparability are drawn through, other events dashed. Names stand above the plot beside their lines where
    no line runs through a name; else the lines are numbered and the names listed by number beneath the years,
    or `beneath` inches lower.
    """
    left, right = axes.get_xlim()
    shown = sorted((e for e in events if left <= e.month.ordinal - 0.5 <= right), key=lambda event: event.month)
    if not shown:
        return Room()
    for event in shown:
        dashes = "-" if event.breaks_comparability else (0, (4, 2))
        axes.axvline(_x(event), color=QUIET, linewidth=0.8, linestyle=dashes)
    per_inch = (right - left) / plot_width
    above = _named(axes, shown, per_inch, right)
    return Room(above=above) if above else _numbered(axes, shown, per_inch, plot_width, beneath)


def _x(event: Event) -> float:
    return float(event.month.ordinal - 0.5)


def _named(axes: Axes, shown: Sequence[Event], per_inch: float, right: float) -> float:
    """Names beside their lines; nothing is drawn, and 0 given back, where they would tangle."""
    lines = [_x(event) for event in shown]
    titles = [textwrap.fill(event.title, NAME_WIDTH) for event in shown]
    widths = [(LETTER_WIDTH * max(map(len, title.splitlines())) + 0.12) * per_inch for title in titles]
    furthest = right + OVERHANG * per_inch
    is_right = [x + width <= furthest for x, width in zip(lines, widths, strict=True)]
    names = [(x, x + w) if fits else (x - w, x) for x, w, fits in zip(lines, widths, is_right, strict=True)]
    rows = event_rows(lines, names)
    if not rows or max(rows) >= MOST_ROWS:
        return 0.0
    row_height = ROW * max(title.count("\n") + 1 for title in titles)
    for title, x, row, to_the_right in zip(titles, lines, rows, is_right, strict=True):
        height = POINTS * row_height * row
        _rise(axes, x, height + 9)
        side = 1 if to_the_right else -1
        _write(axes, title, x, (3 * side, 2 + height), "left" if to_the_right else "right")
    return row_height * (max(rows) + 1) + 0.06


def _numbered(axes: Axes, shown: Sequence[Event], per_inch: float, plot_width: float, lower: float) -> Room:
    """A number over each line, and the names by number beneath the years."""
    places = spread([_x(event) for event in shown], NUMBER_GAP * per_inch)
    for number, (event, place) in enumerate(zip(shown, places, strict=True), start=1):
        shift = POINTS * (place - _x(event)) / per_inch
        _write(axes, str(number), _x(event), (shift, 2), "center")
    listed = [f"{n}\u00a0{event.title}, {month_in_words(event.month)}" for n, event in enumerate(shown, start=1)]
    letters = int((plot_width + OVERHANG) / LETTER_WIDTH)
    lines = textwrap.wrap("; ".join(listed), letters, break_long_words=False)  # run on: a line each takes half a page
    axes.annotate(
        "\n".join(lines),
        (0, 0),
        xycoords="axes fraction",
        xytext=(0, -POINTS * (YEARS_BENEATH + lower)),
        textcoords="offset points",
        ha="left",
        va="top",
        size=SIZE,
        color=QUIET,
        annotation_clip=False,
    )
    return Room(above=ROW + 0.02, beneath=LISTED_LINE * len(lines) + 0.06)


def _rise(axes: Axes, x: float, top: float) -> None:
    axes.annotate(
        "",
        (x, 1),
        xycoords=("data", "axes fraction"),
        xytext=(0, top),
        textcoords="offset points",
        arrowprops={"arrowstyle": "-", "color": QUIET, "linewidth": 0.5, "shrinkA": 0, "shrinkB": 0},
        annotation_clip=False,
    )


def _write(axes: Axes, text: str, x: float, offset: tuple[float, float], align: str) -> None:
    axes.annotate(
        text,
        (x, 1),
        xycoords=("data", "axes fraction"),
        xytext=offset,
        textcoords="offset points",
        ha=align,
        va="bottom",
        size=SIZE,
        color=QUIET,
        annotation_clip=False,
    )


def event_rows(lines: Sequence[float], names: Sequence[Span]) -> list[int]:
    """The row of each event's name, 0 nearest the plot; none at all where a line must run through a name.

    Parameters
    ----------
    lines : sequence of float
        Where each event's line stands; it rises through all rows below its name.
    names : sequence of (start, stop)
        What each name covers.

    Examples
    --------
    >>> event_rows([1.0, 2.0], [(1.0, 4.0), (2.0, 5.0)])
    [1, 0]
    """
    orders = islice(permutations(reversed(range(len(lines)))), MOST_ORDERS_TRIED)
    tried = (_placed(order, lines, names) for order in orders)
    rows, crossings = min(tried, key=lambda found: (found[1], max(found[0], default=0), sum(found[0])))
    return [] if crossings else rows


def _placed(order: Sequence[int], lines: Sequence[float], names: Sequence[Span]) -> tuple[list[int], int]:
    """Rows found one event after another, and how many lines still run through names."""
    rows = [-1] * len(lines)
    crossings = 0
    for event in order:
        choices = [
            (_crossings(event, row, rows, lines, names), row)
            for row in range(len(lines))
            if not any(rows[other] == row and _touch(names[event], names[other]) for other in range(len(lines)))
        ]
        found, rows[event] = min(choices)
        crossings += found
    return rows, crossings


def _crossings(event: int, row: int, rows: Sequence[int], lines: Sequence[float], names: Sequence[Span]) -> int:
    own_line = sum(0 <= rows[n] < row and names[n][0] < lines[event] < names[n][1] for n in range(len(lines)))
    own_name = sum(rows[n] >= row and names[event][0] < lines[n] < names[event][1] for n in range(len(lines)))
    return own_line + own_name


def _touch(one: Span, other: Span) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]
