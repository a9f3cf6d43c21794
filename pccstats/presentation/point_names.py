"""Names beside the points of a chart: what stands out first, none on a mark, on a line or on another name."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.path import Path
from matplotlib.transforms import Bbox

from pccstats.presentation.style import INK, QUIET, house_style

SIZE = 8.0
CLEAR = 1.5  # points left free about a name
MARK = 4.5  # points from the middle of a mark to its edge, and a little
BESIDE = (3, 6, 10)  # points from the edge of a mark to its name
FURTHER = (18, 28, 40, 54)  # the same for a name that stands out and has no place beside its mark: a line leads to it
DIRECTIONS = ((0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (-1, 1), (1, -1), (-1, -1))
POINTS = 72  # in an inch


@dataclass(frozen=True)
class PointName:
    """A point with its name.

    Attributes
    ----------
    name : str
    x, y : float
        Where the point lies, in the units of the axes.
    stands_out : bool
        Named before the others, and never left out.
    rank : float
        How far it lies from what is usual: of two alike the further one is named first.
    is_focus : bool
        The force or area that the chart is about: its name is bold, and never left out.
    """

    name: str
    x: float
    y: float
    stands_out: bool = False
    rank: float = 0.0
    is_focus: bool = False

    @property
    def must_be_told(self) -> bool:
        """True where the chart may not leave the name to the table."""
        return self.stands_out or self.is_focus


def name_points(axes: Axes, points: Sequence[PointName]) -> list[str]:
    """Write names beside their points, and give back those written.

    Call it when the axes have their limits, lines and final place. A name that has no clear place is left to the table,
    unless it must be told: then a line leads from the point to the nearest clear place.

    Examples
    --------
    >>> from pccstats.presentation.style import finish, house_style, new_chart
    >>> with house_style():
    ...     figure, axes = new_chart()
    ...     _ = axes.set_xlim(0, 10), axes.set_ylim(0, 10)
    ...     _ = finish(figure, headline="Two areas", subtitle="", alt_text="Two points.")
    ...     name_points(axes, [PointName("Melton", 5, 5, stands_out=True), PointName("Rutland", 5, 5.1)])
    ['Melton', 'Rutland']
    """
    place = _Places.on(axes, points)
    ordered = sorted(points, key=lambda point: (point.must_be_told, point.rank), reverse=True)
    return [point.name for point in ordered if place.write(point)]


@dataclass
class _Places:
    """What is taken on the axes, in pixels."""

    axes: Axes
    pixels: float
    lines: list[Path]
    marks: np.ndarray  # one row a mark: left, foot, right, head
    names: list[Bbox] = field(default_factory=list)

    @classmethod
    def on(cls, axes: Axes, points: Sequence[PointName]) -> _Places:
        figure = axes.get_figure(root=True)
        if figure is None:
            raise ValueError("These axes stand in no figure.")
        pixels = figure.dpi / POINTS
        lines = [
            line.get_transform().transform_path(line.get_path())
            for line in axes.lines
            if line.get_linestyle() != "None" and len(line.get_path()) > 1
        ]
        at = axes.transData.transform(np.array([(point.x, point.y) for point in points]).reshape(-1, 2))
        marks = np.hstack([at - MARK * pixels, at + MARK * pixels])
        return cls(axes, pixels, lines, marks)

    def write(self, point: PointName) -> bool:
        """Write the name where there is room; False where there is none."""
        wide, tall = self._size(point)
        x, y = self.axes.transData.transform((point.x, point.y))
        for away in BESIDE:
            for way in DIRECTIONS:
                box = _box(x, y, wide, tall, way, (MARK + away) * self.pixels)
                if self._is_free(box, belongs_to=(x, y), within=(away + CLEAR) * self.pixels):
                    self._put(point, box, (x, y))
                    return True
        return point.must_be_told and self._write_apart(point, (x, y), (wide, tall))

    def _write_apart(self, point: PointName, at: tuple[float, float], size: tuple[float, float]) -> bool:
        """Write a name further off, with a line that leads to it."""
        for away in FURTHER:
            for way in DIRECTIONS:
                box = _box(*at, *size, way, (MARK + away) * self.pixels)
                leader = Path([at, _nearest(box, *at)])
                crossed = any(leader.intersects_bbox(name, filled=False) for name in self.names)
                if not crossed and self._is_free(box, belongs_to=at, within=0.0):
                    self._put(point, box, at, is_led=True)
                    return True
        return False

    def _size(self, point: PointName) -> tuple[float, float]:
        return _size_of(point.name, _weight(point), self.pixels * POINTS)

    def _is_free(self, box: Bbox, *, belongs_to: tuple[float, float], within: float) -> bool:
        """True inside the plot, off every mark, name and line, and no nearer to another mark than to its own."""
        edge, clear = self.axes.bbox, box.padded(CLEAR * self.pixels)
        if not (edge.x0 <= box.x0 and box.x1 <= edge.x1 and edge.y0 <= box.y0 and box.y1 <= edge.y1):
            return False
        if any(clear.overlaps(name) for name in self.names) or _overlapping(clear, self.marks).any():
            return False
        of_others = ~_overlapping(Bbox([belongs_to, belongs_to]), self.marks)
        if (_overlapping(box.padded(within), self.marks) & of_others).any():
            return False
        return not any(line.intersects_bbox(clear, filled=False) for line in self.lines)

    def _put(self, point: PointName, box: Bbox, at: tuple[float, float], *, is_led: bool = False) -> None:
        self.names.append(box)
        x, y = (box.x0 + box.x1) / 2 - at[0], (box.y0 + box.y1) / 2 - at[1]
        leader = {"arrowstyle": "-", "color": QUIET, "linewidth": 0.6, "shrinkA": 1, "shrinkB": 4}
        self.axes.annotate(
            point.name,
            (point.x, point.y),
            xytext=(x / self.pixels, y / self.pixels),
            textcoords="offset points",
            ha="center",
            va="center",
            size=SIZE,
            color=INK if point.must_be_told else QUIET,
            weight=_weight(point),
            arrowprops=leader if is_led else None,
        )


@lru_cache(maxsize=4096)
def _size_of(name: str, weight: str, dpi: float) -> tuple[float, float]:
    """How wide and tall a name is in pixels: the same names stand on the charts of every measure."""
    with house_style():
        extent = Figure(dpi=dpi).text(0, 0, name, size=SIZE, weight=weight).get_window_extent()
    return float(extent.width), float(extent.height)


def _overlapping(box: Bbox, marks: np.ndarray) -> Any:
    """True for each mark that a box touches."""
    left, foot, right, head = marks.T
    return (left <= box.x1) & (box.x0 <= right) & (foot <= box.y1) & (box.y0 <= head)


def _weight(point: PointName) -> str:
    return "bold" if point.is_focus else "normal"


def _box(x: float, y: float, wide: float, tall: float, way: tuple[int, int], away: float) -> Bbox:
    """A box of a name on one side of a point, its nearest edge or corner so far away."""
    across, up = way
    apart = away / math.hypot(across, up)
    left = x - wide / 2 if across == 0 else x + apart if across > 0 else x - apart - wide
    foot = y - tall / 2 if up == 0 else y + apart if up > 0 else y - apart - tall
    return Bbox.from_bounds(left, foot, wide, tall)


def _nearest(box: Bbox, x: float, y: float) -> tuple[float, float]:
    """The point of a box that is nearest to another point."""
    return min(max(x, box.x0), box.x1), min(max(y, box.y0), box.y1)
