"""A chart drawn once for both of its forms: written as SVG, and noted stroke by stroke, to be drawn again as a picture.

Matplotlib goes over a whole figure anew for each form it is saved in: it works out ticks, places texts, asks every line
to draw itself. That is most of what a chart costs. Here the strokes of the SVG are the strokes of the picture, larger.
Texts are measured once, and their letters drawn once, for all charts: most stand on many of them.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, cast

import numpy as np
from matplotlib.backend_bases import GraphicsContextBase
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.ft2font import LoadFlags
from matplotlib.path import Path
from matplotlib.textpath import text_to_path
from matplotlib.transforms import Affine2D, Bbox, Transform, TransformedPath
from numpy.typing import NDArray
from PIL import Image
from PIL.PngImagePlugin import PngInfo

POINTS = 72  # in an inch: the unit of an SVG
KEPT_SIZES, KEPT_LETTERS = 4096, 1024  # texts
BETWEEN_ON_PAPER, BETWEEN_ON_FIELDS = 16, 7  # shades kept between an ink and what it lies on: the soft edge of a line
_LEVELS = 32  # of red, green and blue that are told apart when a dot is given its shade

Again = Callable[[RendererAgg, GraphicsContextBase, Transform], None]


@dataclass(frozen=True)
class Shades:
    """The colours of a picture: of every dot the nearest is kept, so that a picture weighs a third.

    Attributes
    ----------
    inks : tuple of str
        Colours of lines, letters and marks.
    grounds : tuple of str
        What these lie on; the paper first.

    Examples
    --------
    >>> shades = Shades(("#1d2433",), ("#ffffff", "#dbe8f4"))
    >>> len(shades.colours) == 1 + 2 + 16 + 7
    True
    """

    inks: tuple[str, ...]
    grounds: tuple[str, ...]

    @property
    def colours(self) -> list[tuple[int, ...]]:
        """Inks, grounds, and the shades between each ink and each ground; at most 256."""
        inks, grounds = ([np.array(to_rgb(name)) for name in names] for names in (self.inks, self.grounds))
        steps = (BETWEEN_ON_PAPER, *(BETWEEN_ON_FIELDS for _ in grounds[1:]))
        between = [
            ground + (ink - ground) * part / (count + 1)
            for ground, count in zip(grounds, steps, strict=True)
            for ink in inks
            for part in range(1, count + 1)
        ]
        return [tuple(round(255 * level) for level in colour) for colour in (*inks, *grounds, *between)]


@dataclass(frozen=True)
class Drawing:
    """A chart as drawn once.

    Attributes
    ----------
    svg : str
        The document.
    width, height : float
        In points.
    """

    svg: str
    width: float
    height: float
    _strokes: tuple[_Stroke, ...] = field(repr=False)

    @classmethod
    def of(cls, figure: Figure, *, paper: str, about: dict[str, str | None]) -> Drawing:
        """Draw a figure on paper of a colour; `about` are the words of the document's metadata.

        Examples
        --------
        >>> from matplotlib.figure import Figure
        >>> figure = Figure(figsize=(2, 1))
        >>> _ = figure.text(0.5, 0.5, "Burglary")
        >>> drawing = Drawing.of(figure, paper="#ffffff", about={"Date": None})
        >>> drawing.width, drawing.picture(36).size
        (144.0, (72, 36))
        """
        width, height = (float(inches) * POINTS for inches in figure.get_size_inches())
        document = io.StringIO()
        dpi, ground = figure.dpi, figure.get_facecolor()
        figure.dpi = POINTS
        figure.set_facecolor(paper)
        try:
            writer = _Writer(width, height, document, image_dpi=dpi, metadata=about)
            figure.draw(writer)
            writer.finalize()
        finally:
            figure.dpi = dpi
            figure.set_facecolor(ground)
        return cls(document.getvalue(), width, height, tuple(writer.strokes))

    def picture(self, dpi: float) -> Image.Image:
        """The same strokes as a picture of so many dots an inch."""
        return Image.fromarray(self._dots(dpi))

    def _dots(self, dpi: float) -> NDArray[np.uint8]:
        """Red, green, blue and cover of each dot."""
        by = dpi / POINTS
        picture = _Picture(int(self.width * by), int(self.height * by), dpi)
        for stroke in self._strokes:
            stroke.again(picture, _enlarged(stroke.ink, by), Affine2D().scale(by))
        return np.asarray(picture.buffer_rgba())

    def png(self, dpi: float, shades: Shades, about: dict[str, str]) -> bytes:
        """The picture as a file, in these shades, the same bytes each time; `about` are words that it carries."""
        told, file = PngInfo(), io.BytesIO()
        for name, words in about.items():
            told.add_itxt(name, words)
        _in_shades(self._dots(dpi), shades).save(file, "png", pnginfo=told, dpi=(dpi, dpi))
        return file.getvalue()


@dataclass(frozen=True)
class _Stroke:
    """One thing that a part of a chart asked to be drawn: with what ink, and how to draw it again larger."""

    ink: GraphicsContextBase
    again: Again


class _Writer(RendererSVG):
    """Writes SVG as matplotlib does, and notes the strokes: paths, marks, collections of either, and texts."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self.strokes: list[_Stroke] = []
        self._is_noted = False
        super().__init__(*arguments, **options)

    def get_text_width_height_descent(self, s: str, prop: FontProperties, ismath: Any) -> tuple[float, float, float]:
        if ismath:
            return super().get_text_width_height_descent(s, prop, ismath)  # type: ignore[no-any-return]
        return _size_of(s, prop.copy())

    def draw_path(self, gc: Any, path: Any, transform: Any, *face: Any) -> None:
        place = transform.frozen()
        with self._noted(gc, lambda to, ink, larger: to.draw_path(ink, path, place + larger, *face)):
            super().draw_path(gc, path, transform, *face)

    def draw_markers(self, gc: Any, marker_path: Any, marker_trans: Any, path: Any, trans: Any, *face: Any) -> None:
        shape, place = marker_trans.frozen(), trans.frozen()
        with self._noted(
            gc, lambda to, ink, larger: to.draw_markers(ink, marker_path, shape + larger, path, place + larger, *face)
        ):
            super().draw_markers(gc, marker_path, marker_trans, path, trans, *face)

    def draw_path_collection(self, gc: Any, *arguments: Any, **options: Any) -> None:
        shape, paths, turns, offsets, place, *looks = arguments
        shape, place = shape.frozen(), place.frozen()
        with self._noted(
            gc,
            lambda to, ink, larger: to.draw_path_collection(
                ink, shape + larger, paths, turns, offsets, place + larger, *looks, **options
            ),
        ):
            super().draw_path_collection(gc, *arguments, **options)

    def draw_text(
        self, gc: Any, x: float, y: float, s: str, prop: FontProperties, angle: float, *rest: Any, **options: Any
    ) -> None:
        font = prop.copy()
        with self._noted(
            gc,
            lambda to, ink, larger: to.draw_text(ink, *larger.transform((x, y)), s, font, angle, *rest, **options),  # type: ignore[call-arg]
        ):
            super().draw_text(gc, x, y, s, prop, angle, *rest, **options)

    def draw_image(self, *_: Any, **__: Any) -> None:
        raise NotImplementedError(
            "A chart is made of lines, marks, fields and texts. A picture in it does not follow the page's colours."
        )

    @contextmanager
    def _noted(self, gc: GraphicsContextBase, again: Again) -> Iterator[None]:
        """Note a stroke, but not those that matplotlib makes it of."""
        if self._is_noted:
            yield
            return
        ink = self.new_gc()
        ink.copy_properties(gc)
        inside = gc.get_clip_rectangle()
        if inside is not None:
            ink.set_clip_rectangle(inside.frozen())
        self.strokes.append(_Stroke(ink, again))
        self._is_noted = True
        try:
            yield
        finally:
            self._is_noted = False


class _Picture(RendererAgg):
    """Draws dots as matplotlib does, but a level text in one piece."""

    def draw_text(
        self, gc: Any, x: float, y: float, s: str, prop: FontProperties, angle: float, *rest: Any, **options: Any
    ) -> None:
        if angle or (rest and rest[0]):
            super().draw_text(gc, x, y, s, prop, angle, *rest, **options)
            return
        dots, right, up = _letters(s, prop, self.dpi)
        self._renderer.draw_text_image(dots, round(x + right), round(y + up) + 1, 0, gc)


@lru_cache(maxsize=KEPT_SIZES)
def _size_of(text: str, font: FontProperties) -> tuple[float, float, float]:
    """How wide and tall a text is in points, and how far it reaches below its line."""
    width, height, descent = text_to_path.get_text_width_height_descent(text, font, ismath=False)
    return width, height, descent


@lru_cache(maxsize=KEPT_LETTERS)
def _letters(text: str, font: FontProperties, dpi: float) -> tuple[NDArray[np.uint8], float, float]:
    """A text as dots, and where these stand from the beginning of its line.

    Letters keep the shape that they were measured with, so that a text ends where the drawing has it.
    """
    face = get_font(findfont(font))
    face.set_size(font.get_size_in_points(), dpi)
    face.set_text(text, 0.0, flags=LoadFlags.NO_HINTING)
    face.draw_glyphs_to_bitmap(antialiased=True)
    right, up = face.get_bitmap_offset()
    beneath = face.get_descent()  # of the line: the dots end there, not on it
    return np.array(face.get_image()), right / 64, (up + beneath) / 64


def _enlarged(ink: GraphicsContextBase, by: float) -> GraphicsContextBase:
    """The same ink where everything is larger: widths of lines are in points, the field that it keeps to is not."""
    larger = GraphicsContextBase()
    larger.copy_properties(ink)
    inside = ink.get_clip_rectangle()
    if inside is not None:
        larger.set_clip_rectangle(Bbox(inside.get_points() * by))
    shape, place = cast("tuple[Path | None, Transform]", ink.get_clip_path())
    if shape is not None:
        larger.set_clip_path(TransformedPath(shape, place + Affine2D().scale(by)))
    return larger


def _in_shades(dots: NDArray[np.uint8], shades: Shades) -> Image.Image:
    """A picture of at most 256 colours, each dot in the nearest of the shades; most dots are paper, like the first."""
    colours = dots.view("<u4")[..., 0]
    nearest = _nearest(shades)
    is_drawn = colours != colours[0, 0]
    found = np.full(colours.shape, nearest[_place_of(colours[0, 0])])
    found[is_drawn] = nearest[_place_of(colours[is_drawn])]
    shaded = Image.fromarray(found)
    shaded.putpalette(_flat(shades.colours))
    return shaded


def _place_of(colours: Any) -> Any:
    """The place of colours among those that are told apart: five bits of red, of green, of blue, in this order."""
    return (colours << 7) & 0x7C00 | (colours >> 6) & 0x3E0 | (colours >> 19) & 0x1F


@lru_cache
def _nearest(shades: Shades) -> NDArray[np.uint8]:
    """For each red, green and blue, five bits of each in this order, the place of the nearest shade."""
    palette = Image.new("P", (1, 1))
    palette.putpalette(_flat(shades.colours))
    levels = np.linspace(0, 255, _LEVELS).round().astype(np.uint8)
    every = np.stack(np.meshgrid(levels, levels, levels, indexing="ij"), axis=-1).reshape(1, -1, 3)
    places = np.array(Image.fromarray(every).quantize(palette=palette, dither=Image.Dither.NONE)).ravel()
    for place, (red, green, blue) in enumerate(shades.colours[: len(shades.inks) + len(shades.grounds)]):
        places[red >> 3 << 10 | green >> 3 << 5 | blue >> 3] = place  # these are kept as they are
    return places


def _flat(colours: Sequence[tuple[int, ...]]) -> list[int]:
    return [level for colour in colours for level in colour]
