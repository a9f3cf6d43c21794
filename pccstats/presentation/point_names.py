"""Names beside the points of a chart: what stands out first, none on a mark, on a line or on another name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
OUTWARD = np.array([-1, -1, 1, 1])  # how the edges of a box move when it grows
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
    """What is taken on the axes, in pixels. A box is its edges: left, foot, right, head."""

    axes: Axes
    pixels: float
    lines: list[Path]
    marks: np.ndarray  # one row a mark
    names: list[np.ndarray] = field(default_factory=list)

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
        at = self.axes.transData.transform((point.x, point.y))
        boxes, away = self._boxes(point, at, BESIDE)
        box = next(self._free(boxes, belongs_to=at, within=(away + CLEAR) * self.pixels), None)
        if box is not None:
            self._put(point, box, at)
            return True
        return point.must_be_told and self._write_apart(point, at)

    def _write_apart(self, point: PointName, at: np.ndarray) -> bool:
        """Write a name further off, with a line that leads to it."""
        boxes, away = self._boxes(point, at, FURTHER)
        names = [Bbox.from_extents(*name) for name in self.names]
        for box in self._free(boxes, belongs_to=at, within=np.zeros_like(away)):
            leader = Path([at, _nearest(box, at)])
            if not any(leader.intersects_bbox(name, filled=False) for name in names):
                self._put(point, box, at, is_led=True)
                return True
        return False

    def _boxes(self, point: PointName, at: np.ndarray, distances: Sequence[float]) -> tuple[np.ndarray, np.ndarray]:
        """Where a name could stand, the best place first: a box a row, and how far from its mark each is."""
        wide, tall = self._size(point)
        away = np.repeat(distances, len(DIRECTIONS))
        across, up = np.tile(DIRECTIONS, (len(distances), 1)).T
        apart = (MARK + away) * self.pixels / np.hypot(across, up)  # of the nearest edge or corner
        left = at[0] + across * apart - wide * (1 - across) / 2
        foot = at[1] + up * apart - tall * (1 - up) / 2
        return np.column_stack([left, foot, left + wide, foot + tall]), away

    def _size(self, point: PointName) -> tuple[float, float]:
        return _size_of(point.name, _weight(point), self.pixels * POINTS)

    def _free(self, boxes: np.ndarray, *, belongs_to: np.ndarray, within: np.ndarray) -> Iterator[np.ndarray]:
        """Those inside the plot, off every mark, name and line, and no nearer to another mark than to their own."""
        left, foot, right, head = boxes.T
        edge = self.axes.bbox
        is_inside = (edge.x0 <= left) & (right <= edge.x1) & (edge.y0 <= foot) & (head <= edge.y1)
        clear = boxes + CLEAR * self.pixels * OUTWARD
        is_taken = _overlapping(clear, np.vstack([self.marks, *self.names])).any(axis=1)
        of_others = ~_overlapping(np.array([[*belongs_to, *belongs_to]]), self.marks)
        is_nearer = (_overlapping(boxes + within[:, np.newaxis] * OUTWARD, self.marks) & of_others).any(axis=1)
        for place in np.flatnonzero(is_inside & ~is_taken & ~is_nearer):
            around = Bbox.from_extents(*clear[place])
            if not any(line.intersects_bbox(around, filled=False) for line in self.lines):
                yield boxes[place]

    def _put(self, point: PointName, box: np.ndarray, at: np.ndarray, *, is_led: bool = False) -> None:
        self.names.append(box)
        x, y = (box[:2] + box[2:]) / 2 - at
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


def _overlapping(boxes: np.ndarray, others: np.ndarray) -> Any:
    """For each box, a row: true for each of the others that it touches."""
    left, foot, right, head = boxes.T[..., np.newaxis]
    return (others[:, 0] <= right) & (left <= others[:, 2]) & (others[:, 1] <= head) & (foot <= others[:, 3])


def _weight(point: PointName) -> str:
    return "bold" if point.is_focus else "normal"


def _nearest(box: np.ndarray, at: np.ndarray) -> Any:
    """The point of a box that is nearest to another point."""
    return np.clip(at, box[:2], box[2:])
