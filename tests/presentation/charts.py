"""Every chart that the pages of a quarter draw, named, from its answers; and the sums of colour contrast."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from pathlib import Path
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from pccstats.presentation.style import PAPER, house_style
from pccstats.presentation.verbs import draw
from pccstats.terms.results.board import BoardReview, PartnershipsReview
from pccstats.terms.results.peers import AreaComparison
from pccstats.terms.results.quarter import IndicatorReview, QuarterAssessment

OF_A_REVIEW = ("rolling", "pace", "recovered", "change", "baselines", "group", "places", "projection")
OF_A_SUPPORTING = ("rolling", "recovered", "baselines")


@dataclass(frozen=True)
class Drawing:
    """One chart: where it stands, and how it is drawn."""

    name: str
    drawn: Callable[[], Figure]


def charts_of(answer: Any) -> Iterator[Drawing]:
    """The charts of an answer and of all that it holds."""
    if isinstance(answer, QuarterAssessment):
        yield Drawing("quarter", partial(draw, answer))
        for review in answer.reviews:
            yield from _of_review(review)
        for part in answer.priorities:
            yield Drawing(f"priority {part.priority.number}", partial(draw, part))
            for review in part.supporting:
                yield from _of_review(review, OF_A_SUPPORTING)
    elif isinstance(answer, BoardReview):
        yield Drawing("board", partial(draw, answer))
        for outcome in answer.outcomes:
            for goal in outcome.goals:
                yield Drawing(f"{outcome.review.indicator.key} {goal.target.strength}", partial(draw, goal))
        for comparison in answer.districts:
            yield from _of_areas("board", comparison)
    elif isinstance(answer, PartnershipsReview):
        if not answer.comparisons:
            return
        yield Drawing("partnerships", partial(draw, answer))
        for review in answer.reviews:
            yield Drawing(f"partnership {review.area.name}", partial(draw, review))
        for comparison in answer.comparisons:
            yield from _of_areas("partnerships", comparison)
    else:
        yield Drawing(type(answer).__name__, partial(draw, answer))


def _of_review(review: IndicatorReview, names: Sequence[str] = OF_A_REVIEW) -> Iterator[Drawing]:
    key = review.indicator.key
    if review.level is not None:
        events = review.events if review.level.is_about(key) else None
        yield Drawing(f"{key} level", partial(draw, review.level, events=events))
    for name in names:
        answer = getattr(review, name)
        if answer is not None:
            yield Drawing(f"{key} {name}", partial(draw, answer))
    if review.group is not None:
        yield Drawing(f"{key} funnel", partial(draw, review.group, form="funnel"))


def _of_areas(where: str, comparison: AreaComparison) -> Iterator[Drawing]:
    views = {"months": True, "change": comparison.has_change, "rates": comparison.peers is not None}
    for view, is_there in views.items():
        if is_there:
            yield Drawing(f"{where} {comparison.key} {view}", partial(draw, comparison, view=view))


TOUCHING = 1.0  # pixels of overlap that the eye does not see
LEAST_LINE = 2  # points that make a line


Placed = list[tuple[Text, Bbox]]


def written(figure: Figure) -> Placed:
    """Every text of a chart with the box it takes, in pixels, headline and subtitle included."""
    with house_style():
        FigureCanvasAgg(figure)
        figure.draw_without_rendering()  # sets every text in its place, and paints nothing
    unseen = {id(label) for axes in figure.axes for label in _not_drawn(axes)}
    found = [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()]
    return [(text, Text.get_window_extent(text)) for text in found if id(text) not in unseen]


def _not_drawn(axes: Any) -> Iterator[Text]:
    """What matplotlib holds and does not draw: the axes' own words where they are off, labels of ticks out of view."""
    for axis in (axes.xaxis, axes.yaxis):
        low, high = sorted(axis.get_view_interval())
        reach = 1e-9 * max(high - low, 1.0)
        for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks()):
            if not axes.axison or not low - reach <= tick.get_loc() <= high + reach:
                yield from (tick.label1, tick.label2)


def collisions(figure: Figure, placed: Placed | None = None) -> list[str]:
    """Texts that overlap, that leave the canvas, or that a line of figures runs through."""
    texts = [(text.get_text(), box) for text, box in placed or written(figure)]
    faults = [
        f"{one!r} overlaps {other!r}"
        for (one, box), (other, beside) in combinations(texts, 2)
        if box.padded(-TOUCHING / 2).overlaps(beside.padded(-TOUCHING / 2))
    ]
    canvas = figure.bbox.padded(TOUCHING)
    faults += [f"{text!r} leaves the canvas" for text, box in texts if not _holds(canvas, box)]
    for axes in figure.axes:
        lines = [line.get_transform().transform_path(line.get_path()) for line in axes.lines if _is_line(line)]
        faults += [
            f"a line runs through {text!r}"
            for text, box in texts
            if (inside := Bbox.intersection(axes.bbox, box.padded(-TOUCHING))) is not None
            and any(line.intersects_bbox(inside, filled=False) for line in lines)
        ]
    return faults


def _is_line(line: Any) -> bool:
    return line.get_visible() and line.get_linestyle() not in ("None", "") and len(line.get_path()) >= LEAST_LINE


def _holds(canvas: Bbox, box: Bbox) -> bool:
    return canvas.x0 <= box.x0 and box.x1 <= canvas.x1 and canvas.y0 <= box.y0 and box.y1 <= canvas.y1


MARKS = ("ink", "quiet", "data", "others", "better", "worse")
BACKGROUNDS = ("paper", "band", "band-inner")
_VARIABLE = re.compile(r"--([a-z-]+): (#[0-9a-f]{6});")


def palettes(root: Path) -> dict[str, dict[str, str]]:
    """The page's colours by name: on a light screen, on a dark one, printed."""
    css = (root / "pccstats/batch/template/page.css").read_text(encoding="utf-8")
    blocks = [dict(_VARIABLE.findall(block)) for block in re.findall(r":root \{(.*?)\}", css, flags=re.DOTALL)]
    light, dark, printed = blocks
    return {"light": light, "dark": light | dark, "print": light | printed}


def contrast(first: str, second: str) -> float:
    """The contrast of two colours, as WCAG 2.2 defines it: (L1 + 0.05) / (L2 + 0.05) of their relative luminances."""
    low, high = sorted((_luminance(first), _luminance(second)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def text_grounds(figure: Figure, placed: Placed) -> Iterator[tuple[str, str, str]]:
    """Every text of a chart with its colour and the fill that lies behind its middle; paper where there is none."""
    patches = [
        patch for axes in figure.axes for patch in axes.patches if patch.get_fill() and patch.get_alpha() is None
    ]
    patches.sort(key=lambda patch: patch.get_zorder())
    for text, box in placed:
        middle = ((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2)
        behind = next((patch for patch in reversed(patches) if patch.contains_point(middle)), None)
        ground = to_hex(behind.get_facecolor()) if behind is not None and behind.get_facecolor()[3] else PAPER
        yield text.get_text(), to_hex(str(text.get_color())), ground
