"""Parts that charts share: axes, labels that do not collide, event marks."""

from __future__ import annotations

import textwrap
from calendar import month_name
from collections.abc import Iterable, Sequence
from itertools import islice, permutations
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullFormatter

from pccstats.presentation.style import BAND, DATA, HAIRLINE, INK, OTHERS, PAPER, QUIET, finish, house_style, new_chart
from pccstats.terms.periods import MONTHS_IN_A_QUARTER, MONTHS_IN_A_YEAR, FinancialYear, month_in_words
from pccstats.terms.plan import Event
from pccstats.terms.words import Signal, capital

MOST_YEARS_IN_FULL = 9  # beyond this, `2015/16` is written `15/16` so that years never touch
LETTER_WIDTH = 0.066  # inches, of the smallest text used for labels
YEAR_LETTER_WIDTH = 0.078  # inches, of financial years on the axis
TYPICAL_PLOT_WIDTH = 5.7  # inches
LABEL_GAP = 0.17  # inches between direct labels at the right end
NAME_WIDTH = 42  # characters of a name on one line
MARK_LETTER_WIDTH = 0.06  # inches, of a name
ROW = 0.16  # inches between lines of text
LISTED_LINE = 0.138  # inches between lines of one text
OVERHANG = 0.9  # inches that a name may reach over the plot's right end; direct labels stand lower
MOST_ROWS = 3  # of names; with more the eye does not find the line that belongs to a name
NUMBER_GAP = 0.11  # inches between numbers
SIZE = 7.5
SIGNAL_MARKS = {Signal.ABOVE: "D", Signal.BELOW: "v", Signal.NONE: "o"}


def ends_in_words(ends: Iterable[pd.Period]) -> str:
    """What rolling years end with, each of them: `month`, `quarter end`, `March`.

    Examples
    --------
    >>> ends_in_words(pd.PeriodIndex(["2014-09", "2014-12", "2015-06"], freq="M"))
    'quarter end'
    """
    months = sorted({end.month for end in ends})
    if len(months) == 1:
        return month_name[months[0]]
    return "quarter end" if months and all(month % MONTHS_IN_A_QUARTER == 0 for month in months) else "month"


def named_rows(axes: Axes, names: Sequence[str]) -> None:
    """One row for each name, the first at the top.

    Examples
    --------
    >>> from pccstats.presentation.style import new_chart
    >>> _, axes = new_chart()
    >>> named_rows(axes, ["All crime", "Burglary"])
    >>> [name.get_text() for name in axes.get_yticklabels()], bool(axes.yaxis_inverted())
    (['All crime', 'Burglary'], True)
    """
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_yticks(range(len(names)), names, fontsize=8.5, color=INK)


Span = tuple[float, float]
MOST_ORDERS_TRIED = 720  # six events in every order; more than that are placed well rather than best


def x_of(months: Iterable[pd.Period]) -> np.ndarray:
    """Where months stand on the axis: their running number, so that equal gaps are equal months."""
    return np.array([period.ordinal for period in months], dtype=float)


def middle_of(ends: Iterable[pd.Period], span_months: int) -> np.ndarray:
    """Where figures stand on the axis: a quarter over its middle month."""
    return x_of(ends) - (span_months - 1) / 2


def with_edges(values: np.ndarray, by: float = 0.0) -> np.ndarray:
    """A figure is as wide as the time it covers: what is drawn of it reaches half of that further at either end.

    Examples
    --------
    >>> with_edges(np.array([1.0, 2.0]), by=0.5).tolist()
    [0.5, 1.0, 2.0, 2.5]
    """
    return np.concatenate([[values[0] - by], values, [values[-1] + by]])


def month_axis(axes: Axes, months: Iterable[pd.Period], *, span_months: int = 1) -> None:
    """One tick a quarter, and each financial year written once beneath its twelve months.

    Of quarters the months given are the last ones; the axis begins with the first month of the first.
    """
    ends = pd.PeriodIndex(list(months), freq="M")
    first, last = ends.min() - (span_months - 1), ends.max()
    every = pd.period_range(first, last, freq="M")
    quarter_starts = [p.ordinal - 0.5 for p in every if (p.month - 1) % MONTHS_IN_A_QUARTER == 0]
    years = sorted({FinancialYear.containing(p) for p in every})
    year_starts = [year.first_month.ordinal - 0.5 for year in years if year.first_month >= first]
    axes.xaxis.set_major_locator(FixedLocator(year_starts))
    axes.xaxis.set_minor_locator(FixedLocator([x for x in quarter_starts if x not in year_starts]))
    axes.xaxis.set_major_formatter(NullFormatter())
    axes.tick_params(axis="x", which="major", length=16, width=0.8, color=HAIRLINE)
    axes.tick_params(axis="x", which="minor", length=4, width=0.8, color=HAIRLINE)
    in_full = len(years) <= MOST_YEARS_IN_FULL
    for year in years:
        shown = [p for p in every if FinancialYear.containing(p) == year]
        name = str(year) if in_full else str(year)[2:]
        to_neighbour = (MONTHS_IN_A_YEAR + len(shown)) / 2 * TYPICAL_PLOT_WIDTH / len(every)
        if len(shown) < MONTHS_IN_A_QUARTER or (len(years) > 1 and to_neighbour < (len(name) + 1) * YEAR_LETTER_WIDTH):
            continue  # too narrow to hold its name
        middle = (shown[0].ordinal + shown[-1].ordinal) / 2
        axes.annotate(
            name,
            (middle, 0),
            xycoords=("data", "axes fraction"),
            xytext=(0, -8),
            textcoords="offset points",
            ha="center",
            va="top",
            size=8.5,
            color=QUIET,
            annotation_clip=False,
        )
    axes.set_xlim(first.ordinal - 0.7, last.ordinal + 0.7)


def end_labels(axes: Axes, labels: Sequence[tuple[float, str, str]], *, plot_height: float) -> None:
    """Write labels at the right end, each at its value, moved apart where they would touch.

    Parameters
    ----------
    labels : sequence of (value, text, colour)
    plot_height : float
        Height of the plot in inches, so that "touching" can be known before anything is drawn.
    """
    low, high = axes.get_ylim()
    gap = LABEL_GAP * (high - low) / plot_height
    ordered = sorted(labels, key=lambda label: label[0])
    heights = spread([value for value, _, _ in ordered], gap)
    for (value, text, colour), height in zip(ordered, heights, strict=True):
        axes.annotate(
            text,
            (1, height),
            xycoords=("axes fraction", "data"),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            ha="left",
            size=8,
            color=colour,
            weight="bold" if colour == DATA and value == ordered[-1][0] and len(ordered) == 1 else "normal",
            annotation_clip=False,
        )


def spread(values: Sequence[float], gap: float) -> list[float]:
    """Move ascending values apart until each stands at least `gap` from the next, disturbing them least.

    Examples
    --------
    >>> spread([1.0, 1.0, 9.0], 2.0)
    [0.0, 2.0, 9.0]
    """
    blocks: list[list[float]] = []  # each block: [sum of wanted positions less offsets, size]
    for value in values:
        blocks.append([value, 1.0])
        while len(blocks) > 1 and _centre(blocks[-1], gap)[0] < _centre(blocks[-2], gap)[1] + gap:
            total, size = blocks.pop()
            blocks[-1][0] += total
            blocks[-1][1] += size
    placed: list[float] = []
    for block in blocks:
        start, _ = _centre(block, gap)
        placed += [start + gap * step for step in range(int(block[1]))]
    return placed


def _centre(block: list[float], gap: float) -> tuple[float, float]:
    total, size = block
    start = total / size - gap * (size - 1) / 2
    return start, start + gap * (size - 1)


def shade_latest_quarter(axes: Axes, last: pd.Period) -> None:
    """A very faint field behind the quarter the pack is about."""
    axes.axvspan(last.ordinal - 2.5, last.ordinal + 0.5, color=HAIRLINE, alpha=0.35, linewidth=0, zorder=0)


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
    widths = [(MARK_LETTER_WIDTH * max(map(len, title.splitlines())) + 0.12) * per_inch for title in titles]
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
    letters = int((plot_width + OVERHANG) / MARK_LETTER_WIDTH)
    lines = textwrap.wrap("; ".join(listed), letters, break_long_words=False)  # run on: a line each takes half a page
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


LIGHT = (OTHERS, BAND)  # colours that bear dark figures


class BarPart(NamedTuple):
    """One part of a bar of counts."""

    words: str
    number: int
    colour: str
    is_filled: bool


def draw_bar(parts: Sequence[BarPart], *, headline: str, subtitle: str, alt_text: str) -> Figure:
    """One bar of counts end to end, the words of each part beneath it."""
    with house_style():
        figure, axes = new_chart(height=2.3)
        start = 0
        for row, part in enumerate(parts):
            fill = part.colour if part.is_filled else PAPER
            axes.barh(0, part.number, left=start, height=0.5, color=fill, edgecolor=part.colour, linewidth=0.8)
            ink = PAPER if part.is_filled and part.colour not in LIGHT else INK
            middle = start + part.number / 2
            axes.text(middle, 0, str(part.number), color=ink, ha="center", va="center", weight="bold", size=9)
            axes.annotate(
                capital(part.words),
                (middle, -0.25),
                xytext=(0, -5 - 11 * (row % 3)),
                textcoords="offset points",
                ha="center",
                va="top",
                size=8,
                color=QUIET,
                annotation_clip=False,
            )
            start += part.number
        axes.axhline(-0.25, color=HAIRLINE, linewidth=0.8)
        axes.set_xlim(0, 1.003 * max(start, 1))  # the last edge is drawn whole
        axes.set_ylim(-0.26, 0.3)
        axes.axis("off")
        return finish(figure, headline=headline, subtitle=subtitle, alt_text=alt_text, left=0.3, right=0.3, bottom=0.65)
