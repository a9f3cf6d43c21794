"""Registered events on a chart: a hairline each, with its name above the plot or, where names tangle, a number."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from matplotlib.axes import Axes

from pccstats.presentation.charts.event_rows import event_rows
from pccstats.presentation.charts.parts import spread
from pccstats.presentation.style import QUIET
from pccstats.terms.periods import month_in_words
from pccstats.terms.plan import Event

NAME_WIDTH = 42  # characters of a name on one line
LETTER_WIDTH = 0.06  # inches, of a name
ROW = 0.16  # inches between lines of text
LISTED_LINE = 0.138  # inches between lines of one text
OVERHANG = 0.9  # inches that a name may reach over the plot's right end; direct labels stand lower
MOST_ROWS = 3  # of names; with more the eye does not find the line that belongs to a name
NUMBER_GAP = 0.11  # inches between numbers
SIZE = 7.5


def event_marks(axes: Axes, events: Sequence[Event], *, plot_width: float) -> float:
    """Draw events as hairlines with their names, and give the inches to keep above the plot for them.

    Breaks of comparability are drawn through, other events dashed. Names stand beside their lines where no line runs
    through a name; else the lines are numbered and the names listed by number above the plot.
    """
    left, right = axes.get_xlim()
    shown = sorted((e for e in events if left <= e.month.ordinal - 0.5 <= right), key=lambda event: event.month)
    if not shown:
        return 0.0
    for event in shown:
        dashes = "-" if event.breaks_comparability else (0, (4, 2))
        axes.axvline(_x(event), color=QUIET, linewidth=0.8, linestyle=dashes)
    per_inch = (right - left) / plot_width
    return _named(axes, shown, per_inch, right) or _numbered(axes, shown, per_inch, plot_width)


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
        height = 72 * row_height * row
        _rise(axes, x, height + 9)
        side = 1 if to_the_right else -1
        _write(axes, title, x, (3 * side, 2 + height), "left" if to_the_right else "right")
    return row_height * (max(rows) + 1) + 0.06


def _numbered(axes: Axes, shown: Sequence[Event], per_inch: float, plot_width: float) -> float:
    """A number over each line, and the names by number in lines of text above."""
    places = spread([_x(event) for event in shown], NUMBER_GAP * per_inch)
    for number, (event, place) in enumerate(zip(shown, places, strict=True), start=1):
        shift = 72 * (place - _x(event)) / per_inch
        _write(axes, str(number), _x(event), (shift, 2), "center")
    listed = [f"{n}\u00a0{event.title}, {month_in_words(event.month)}" for n, event in enumerate(shown, start=1)]
    letters = int((plot_width + OVERHANG) / LETTER_WIDTH)
    lines = [line for name in listed for line in textwrap.wrap(name, letters, break_long_words=False)]
    left, _ = axes.get_xlim()
    _write(axes, "\n".join(lines), left, (0, 72 * (ROW + 0.04)), "left")
    return LISTED_LINE * len(lines) + ROW + 0.08


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
