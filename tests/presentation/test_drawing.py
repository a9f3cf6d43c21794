"""One drawing, two forms: the picture shows what matplotlib's own would, in the colours of the palette."""

import io

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.patches import Circle
from PIL import Image

from pccstats.presentation.drawing import Drawing, Shades, _letters
from pccstats.presentation.style import DATA, HAIRLINE, INK, PAPER, QUIET, finish, house_style, new_chart, png_of

DPI = 144
MOST_OFF = 0.004  # of the dots: the edges of marks, which lie a part of a dot elsewhere


@pytest.fixture
def figure():
    """A chart with a line and marks that leave the plot, a field, a circle that is cut, and a line of words."""
    with house_style():
        figure, axes = new_chart(width=5, height=3)
        axes.set_position((0.15, 0.15, 0.7, 0.7))
        axes.set_xlim(0, 10)
        axes.set_ylim(0, 10)
        axes.plot(range(-3, 14), range(-3, 14), color=DATA, marker="o")
        axes.scatter([2, 5, 8, 12], [8, 8, 8, 8], color=INK)
        axes.fill_between([0, 10], 2, 4, color=HAIRLINE)
        circle = axes.add_patch(Circle((5, 5), 2, color=INK))
        bars = axes.bar([3], [9], color=DATA)
        bars[0].set_clip_path(circle)
    return figure


def drawn(figure):
    """The chart drawn on paper."""
    with house_style():
        return Drawing.of(figure, paper=PAPER, about={"Date": None, "Creator": None})


def by_matplotlib(figure):
    """The picture that matplotlib makes of it."""
    file = io.BytesIO()
    with house_style():
        figure.savefig(file, format="png", dpi=DPI, facecolor=PAPER)
    return np.asarray(Image.open(file).convert("RGB")).astype(int)


def off(one, other):
    """What share of the dots of two pictures is not alike."""
    return (np.abs(one - other).max(axis=-1) > 32).mean()


def test_strokes_drawn_again_are_those_of_matplotlib(figure) -> None:
    """Line, marks, fields, what is cut at the plot or at a shape: the picture is matplotlib's own at that size."""
    for axis in (figure.axes[0].xaxis, figure.axes[0].yaxis):
        axis.set_tick_params(labelbottom=False, labelleft=False)
    picture = np.asarray(drawn(figure).picture(DPI).convert("RGB")).astype(int)
    own = by_matplotlib(figure)
    assert picture.shape == own.shape
    assert off(picture, own) < MOST_OFF
    assert off(np.roll(picture, 3, axis=1), own) > MOST_OFF


def test_a_text_stands_where_the_svg_has_it() -> None:
    """Words set from the left, the middle or the right begin and end where their measured size says, to a dot."""
    for where in ("left", "center", "right"):
        with house_style():
            alone = new_chart(width=5, height=3)[0]
            alone.axes[0].remove()
            text = alone.text(0.5, 0.5, "Burglary 4,013", ha=where, size=9, color=INK)
        dots = np.asarray(drawn(alone).picture(DPI).convert("L"))
        columns = np.flatnonzero((dots < 128).any(axis=0))
        width = columns.max() - columns.min() + 1
        own = np.flatnonzero((by_matplotlib(alone).mean(axis=-1) < 128).any(axis=0))
        assert width == pytest.approx(own.max() - own.min() + 1, rel=0.03)
        begins = {"left": 360, "center": 360 - width / 2, "right": 360 - width}[where]
        assert columns.min() == pytest.approx(begins, abs=3), text.get_ha()


def test_words_stand_on_one_line_whatever_letters_they_have() -> None:
    """Letters that reach below the line lift no word off it: each word is where matplotlib has it."""
    for words in ("xxx", "Burglary", "140,000", "known to June", "on current trends", "(g) jpqy"):
        with house_style():
            alone = new_chart(width=5, height=3)[0]
            alone.axes[0].remove()
            alone.text(0.2, 0.5, words, va="baseline", size=9, color=INK)
        own = np.flatnonzero((by_matplotlib(alone).mean(axis=-1) < 128).any(axis=1))
        ours = np.flatnonzero((np.asarray(drawn(alone).picture(DPI).convert("L")) < 128).any(axis=1))
        assert (ours.min(), ours.max()) == pytest.approx((own.min(), own.max()), abs=1), words


def test_a_drawing_outlives_its_figure(figure) -> None:
    """What is changed in a figure once it was drawn, its dots an inch or its limits, changes no picture of it."""
    drawing = drawn(figure)
    before = drawing.png(DPI, Shades((INK,), (PAPER,)), {})
    figure.dpi = 300
    figure.axes[0].set_position((0.3, 0.3, 0.2, 0.2))
    figure.axes[0].set_xlim(0, 3)
    assert drawing.png(DPI, Shades((INK,), (PAPER,)), {}) == before
    assert drawn(figure).png(DPI, Shades((INK,), (PAPER,)), {}) != before


def test_a_picture_in_a_chart_is_refused(figure) -> None:
    """What could not follow the page's colours is not left out of one of the two forms without a word."""
    figure.axes[0].imshow([[0, 1], [1, 0]])
    with pytest.raises(NotImplementedError, match="does not"):
        drawn(figure)


def test_inks_and_grounds_keep_their_colour(figure) -> None:
    """A dot of the palette is kept as it is, soft edges take the nearest shade, and the file holds no more than 256."""
    shades = Shades(inks=(INK, DATA, HAIRLINE), grounds=(PAPER,))
    drawing = drawn(figure)
    full = np.asarray(drawing.picture(DPI).convert("RGB")).astype(int)
    file = Image.open(io.BytesIO(drawing.png(DPI, shades, {"Title": "Größe – 5%"})))
    kept = np.asarray(file.convert("RGB")).astype(int)
    for colour in shades.colours[:4]:
        is_it = (full == colour).all(axis=-1)
        assert is_it.any()
        assert (kept[is_it] == colour).all()
    assert file.mode == "P"
    assert len(shades.colours) <= 256
    assert file.text["Title"] == "Größe – 5%"
    assert round(file.info["dpi"][0]) == DPI


def test_a_chart_to_take_away_is_in_the_colours_of_the_house(figure) -> None:
    """Lines, fields, words and paper of the file of a chart are exactly the palette's."""
    with house_style():
        finish(figure, headline="Burglary", subtitle="offences", alt_text="A line.")
    dots = np.asarray(Image.open(io.BytesIO(png_of(figure))).convert("RGB"))
    for colour in (PAPER, DATA, INK, HAIRLINE, QUIET):
        assert (dots == [int(colour[at : at + 2], 16) for at in (1, 3, 5)]).all(axis=-1).any(), colour
    assert png_of(figure) == png_of(figure)


def test_a_readers_own_fonts_are_not_those_of_a_picture() -> None:
    """A notebook that set its own fonts takes away the same picture as one that did not."""
    pictures = []
    for fonts in (["STIXGeneral"], ["DejaVu Sans"]):
        _letters.cache_clear()
        with house_style():
            figure = finish(new_chart()[0], headline="Burglary", subtitle="offences", alt_text="Nothing.")
        with mpl.rc_context({"font.sans-serif": fonts}):
            pictures.append(png_of(figure))
    assert pictures[0] == pictures[1]
