"""Every chart that the pages of a quarter draw, named, from its answers; and the sums of colour contrast."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from pccstats.presentation.assessment import is_its_own
from pccstats.presentation.style import house_style
from pccstats.presentation.verbs import draw
from pccstats.terms.results.board import BoardReview, PartnershipsReview
from pccstats.terms.results.peers import AreaComparison
from pccstats.terms.results.quarter import IndicatorReview, QuarterAssessment

OF_A_REVIEW = ("rolling", "pace", "recovered", "change", "baselines", "group", "places", "projection")


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
                yield from _of_review(review)
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


def _of_review(review: IndicatorReview) -> Iterator[Drawing]:
    key = review.indicator.key
    if review.level is not None:
        events = review.events if is_its_own(review, review.level) else None
        yield Drawing(f"{key} level", partial(draw, review.level, events=events))
    for name in OF_A_REVIEW:
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


def written(figure: Figure) -> list[tuple[str, Bbox]]:
    """Every text of a chart with the box it takes, in pixels, headline and subtitle included."""
    with house_style():
        FigureCanvasAgg(figure).draw()
    unseen = {id(label) for axes in figure.axes for label in _not_drawn(axes)}
    found = [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()]
    return [(text.get_text(), Text.get_window_extent(text)) for text in found if id(text) not in unseen]


def _not_drawn(axes: Any) -> Iterator[Text]:
    """What matplotlib holds and does not draw: the axes' own words where they are off, labels of ticks out of view."""
    for axis in (axes.xaxis, axes.yaxis):
        low, high = sorted(axis.get_view_interval())
        reach = 1e-9 * max(high - low, 1.0)
        for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks()):
            if not axes.axison or not low - reach <= tick.get_loc() <= high + reach:
                yield from (tick.label1, tick.label2)


def collisions(figure: Figure) -> list[str]:
    """Texts that overlap, that leave the canvas, or that a line of figures runs through."""
    texts = written(figure)
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
