"""The house style of every chart: one palette, one size, words above the figure, alt text always.

Colours are written into SVG as CSS variables with the printed colour as fallback, so that a page can follow the
reader's dark mode while a figure on its own stays as drawn.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, StrMethodFormatter
from matplotlib.transforms import ScaledTranslation

from pccstats.presentation.drawing import Drawing, Shades
from pccstats.presentation.markup import Markup, rendered
from pccstats.terms.words import Judgement

INK = "#1d2433"
QUIET = "#5b6472"
HAIRLINE = "#d5d9e0"
DATA = "#12436d"
OTHERS = "#757e8b"  # marks and edges: three to one beside paper and on the band
BAND = "#dbe8f4"
BAND_INNER = "#eaf2f9"
BETTER = "#0f7a72"
WORSE = "#b5470f"
PAPER = "#ffffff"
CSS_NAMES = {
    INK: "ink",
    QUIET: "quiet",
    HAIRLINE: "hairline",
    DATA: "data",
    OTHERS: "others",
    BAND: "band",
    BAND_INNER: "band-inner",
    BETTER: "better",
    WORSE: "worse",
    PAPER: "paper",
}
_SHADES = Shades(inks=(INK, QUIET, DATA, OTHERS, BETTER, WORSE, HAIRLINE), grounds=(PAPER, BAND, BAND_INNER))
_JUDGED = {Judgement.BETTER: BETTER, Judgement.WORSE: WORSE}
WIDTH = 7.6  # inches: 72rem of page leaves this much beside a table at reading size
HEIGHT = 3.7
TITLE_HEIGHT = 0.72  # inches kept for headline and subtitle above the plot
LINE_HEIGHT = 0.22
HEADLINE_WIDTH = 74  # characters that fit on one line at the headline's size
SUBTITLE_WIDTH = 108
FIGURES_APART = 3.5 / 72  # inches from the plot to the figures of its lines
PICTURE_DPI = 144  # some 1,100 pixels across: sharp at the width of a page of A4
# The first ships with matplotlib, so that a chart is the same on every machine; the next are as wide, for pages.
FONTS = ("DejaVu Sans", "Verdana", "Geneva", "sans-serif")
_MORE_DECIMALS = re.compile(r"(\d\.\d\d)\d+(?=[\s\"),])")  # of a length: a hundredth of a point cannot be seen
_RC: Any = {
    "font.family": "sans-serif",
    "font.sans-serif": FONTS,
    "text.parse_math": False,  # a name with two dollar signs is a name
    "font.size": 9.0,
    "text.color": INK,
    "axes.edgecolor": HAIRLINE,
    "axes.labelcolor": QUIET,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.axisbelow": True,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "xtick.labelcolor": QUIET,
    "ytick.labelcolor": QUIET,
    "ytick.major.size": 0.0,
    "grid.color": HAIRLINE,
    "grid.linewidth": 0.7,
    "lines.linewidth": 1.6,
    "lines.solid_capstyle": "round",
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
    "svg.fonttype": "none",  # text stays text: it can be searched, read aloud and copied
    "svg.hashsalt": "pccstats",
    "figure.dpi": 110,
}


_FAMILY = "font-family: " + ", ".join(name if name == "sans-serif" else f"'{name}'" for name in FONTS) + "; "
_UNTURNED = re.compile(r' transform="rotate\(-0 [^"]*"')
_ATTRIBUTE = re.compile(r'="[^"]*"')
_PATH, _SPACE_AT_LETTER = re.compile(r'\bd="[^"]*"'), re.compile(r"\s*([MLQCz])\s*")
_COLOUR = re.compile(f": ({'|'.join(CSS_NAMES)})")
_BACKGROUND = re.compile(r' *<g id="patch_1">.*?</g>\n', re.DOTALL)
_WORDS = re.compile(r' *<g id="(?:headline|subtitle)">.*?</g>\n', re.DOTALL)
_VIEW = re.compile(r'viewBox="[^"]*"')
_MORE_THAN_A_TENTH = re.compile(r"(\d\.\d)\d+")  # of a path: it is most of what a page with many charts weighs


def colour_of(judgement: Judgement, otherwise: str = DATA) -> str:
    """The colour of good news and of bad news; `otherwise` where it is neither.

    Examples
    --------
    >>> colour_of(Judgement.WORSE) == WORSE, colour_of(Judgement.HIGHER, OTHERS) == OTHERS
    (True, True)
    """
    return _JUDGED.get(judgement, otherwise)


@contextmanager
def house_style() -> Iterator[None]:
    """Draw in the house style without touching the reader's own settings."""
    with mpl.rc_context(_RC):
        yield


def new_chart(*, width: float = WIDTH, height: float = HEIGHT) -> tuple[Figure, Axes]:
    """An empty chart in the house style: light horizontal gridlines, no box. Call inside `house_style()`."""
    figure = Figure(figsize=(width, height))
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.grid(visible=True, axis="y")
    axes.margins(x=0.01)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10]))
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,g}"))
    return figure, axes


def finish(
    figure: Figure,
    *,
    headline: str,
    subtitle: str,
    alt_text: str,
    left: float = 0.6,
    right: float = 1.0,
    bottom: float = 0.55,
    above: float = 0.0,
) -> Figure:
    """Put the words on a chart and settle its margins.

    Parameters
    ----------
    headline : str
        What the chart shows, about ten words.
    subtitle : str
        Measure, unit, area, months; "illustrative" where it is.
    alt_text : str
        The same for somebody who cannot see it, with the numbers; kept as `figure.alt_text`.
    left, right, bottom, above : float
        Inches kept around the plot; `right` for direct labels, `above` for event labels between words and plot.
    """
    words: Any = figure
    words.headline, words.subtitle, words.alt_text = headline, subtitle, alt_text
    width, height = (float(size) for size in figure.get_size_inches())
    headline_lines = textwrap.wrap(headline, round(HEADLINE_WIDTH * width / WIDTH)) or [""]
    subtitle_lines = textwrap.wrap(subtitle, round(SUBTITLE_WIDTH * width / WIDTH)) or [""]
    title_height = TITLE_HEIGHT + LINE_HEIGHT * (len(headline_lines) + len(subtitle_lines) - 2)
    height += title_height - TITLE_HEIGHT
    figure.set_size_inches(width, height)
    top = height - title_height - above
    for axes in figure.axes:
        axes.set_position((left / width, bottom / height, (width - left - right) / width, (top - bottom) / height))
        if axes.axison and isinstance(axes.yaxis.get_major_locator(), MaxNLocator):
            _rule(axes)
    words.title_height = title_height
    below = 1 - (0.34 + LINE_HEIGHT * (len(headline_lines) - 1)) / height
    at_left: dict[str, Any] = {"x": 0.005, "va": "top", "ha": "left"}
    figure.text(y=1 - 0.06 / height, s="\n".join(headline_lines), size=12, weight="bold", gid="headline", **at_left)
    figure.text(y=below, s="\n".join(subtitle_lines), size=9, color=QUIET, gid="subtitle", **at_left)
    return figure


def _rule(axes: Axes) -> None:
    """Light lines across, and beside them the figures they stand for.

    All lines are one artist and each figure is one more; a tick of matplotlib is five, made anew for each chart.
    """
    low, high = sorted(axes.get_ylim())
    heights = [height for height in axes.yaxis.get_majorticklocs() if low <= height <= high]
    figures = axes.yaxis.get_major_formatter().format_ticks(heights)
    axes.yaxis.set_visible(False)
    place = axes.get_yaxis_transform()
    across = [[(0, height), (1, height)] for height in heights]
    light = {"colors": HAIRLINE, "linewidths": 0.7, "capstyle": "round"}
    axes.add_artist(LineCollection(across, transform=place, zorder=0.5, **light))
    beside = place + ScaledTranslation(-FIGURES_APART, 0, axes.figure.dpi_scale_trans)
    for height, words in zip(heights, figures, strict=True):
        axes.text(0, height, words, transform=beside, ha="right", va="center_baseline", color=QUIET)


def svg_of(figure: Figure, *, with_words: bool = False) -> Markup:
    """The chart as an inline SVG element with its alt text, in colours that follow the page.

    `with_words` keeps headline and subtitle in the picture; pages write them as text instead.
    """
    words: Any = figure
    document = _BACKGROUND.sub("", svg_file_of(figure))
    if not with_words:
        width, height = (float(size) for size in figure.get_size_inches())
        above = words.title_height - 0.08
        seen = " ".join(f"{72 * length:.6g}" for length in (0, above, width, height - above))
        document = _WORDS.sub("", _VIEW.sub(f'viewBox="{seen}"', document, count=1))
    return inline_svg(document, words.alt_text)


def svg_file_of(figure: Figure) -> str:
    """The chart as an SVG document of its own: with its words, text as text, on white, the same bytes each time."""
    document = _drawing_of(figure).svg
    return "\n".join(line.rstrip() for line in document.splitlines()) + "\n"


def png_of(figure: Figure) -> bytes:
    """The chart as a picture, with its words, on white, the same bytes each time."""
    with house_style():
        return _drawing_of(figure).png(PICTURE_DPI, _SHADES, _about(figure))


def _drawing_of(figure: Figure) -> Drawing:
    """The chart drawn: once, for its page and for both of its files."""
    words: Any = figure
    if not hasattr(words, "drawing"):
        with house_style():
            words.drawing = Drawing.of(figure, paper=PAPER, about=_about(figure) | {"Date": None, "Creator": None})
    drawing: Drawing = words.drawing
    return drawing


def _about(figure: Figure) -> dict[str, str]:
    words: Any = figure
    return {"Title": words.headline, "Description": words.alt_text}


def inline_svg(document: str, alt_text: str) -> Markup:
    """An SVG document made fit to stand inside a page: no prolog, role and label set, palette as CSS variables."""
    element = document[document.index("<svg") :].strip()
    element = re.sub(r"<(title|metadata)>.*?</\1>\s*", "", element, flags=re.DOTALL)
    element = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", element, count=1, flags=re.DOTALL)
    element = re.sub(r'(<svg[^>]*?) width="[^"]*"', r"\1", element, count=1, flags=re.DOTALL)
    element = _UNTURNED.sub("", element.replace(_FAMILY, ""))
    element = _PATH.sub(_as_fine_as_seen, _ATTRIBUTE.sub(_tidied, element))
    rest = f' style="{_FAMILY.rstrip("; ")}"{element.removeprefix("<svg")}'
    return rendered("drawing.svg.j2", words=alt_text, rest=Markup(rest))


def _as_fine_as_seen(path: re.Match[str]) -> str:
    return _MORE_THAN_A_TENTH.sub(r"\1", _SPACE_AT_LETTER.sub(r"\1", path[0]))


def _tidied(attribute: re.Match[str]) -> str:
    """An attribute with lengths as fine as an eye can see, and colours that follow the page; text is left alone."""
    value = _MORE_DECIMALS.sub(r"\1", attribute[0])
    return _COLOUR.sub(_following_the_page, value) if "#" in value else value


def _following_the_page(colour: re.Match[str]) -> str:
    return f": {css_colour(colour[1])}"


def css_colour(colour: str) -> str:
    """A colour of the palette as a page writes it, so that it follows the reader's light or dark screen."""
    return f"var(--{CSS_NAMES[colour]}, {colour})"
