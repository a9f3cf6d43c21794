"""Every chart of the packs: no text touches another, nothing is too pale to see, every colour follows the page."""

import re
from itertools import product
from pathlib import Path
from xml.etree import ElementTree as ET

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pccstats as pcc
from pccstats.presentation.point_names import PointName, name_points
from pccstats.presentation.style import CSS_NAMES, finish, house_style, new_chart, svg_file_of, svg_of
from tests.presentation.charts import (
    BACKGROUNDS,
    MARKS,
    charts_of,
    collisions,
    contrast,
    palettes,
    text_grounds,
    written,
)

LEAST_OF_MARKS, LEAST_OF_TEXT = 3.0, 4.5  # WCAG 2.2: 1.4.11 non-text contrast, 1.4.3 contrast (minimum)
RULES = "hairline"  # gridlines, ticks, and the fields of parts that bear their number


@pytest.fixture(scope="module")
def of_2022(made_pack):
    """The answers of the example of 2022, whose data are in the repository."""
    return answers_of(made_pack("leicestershire-2022"), "2022/23-Q2")


@pytest.fixture(scope="module")
def of_london(made_pack):
    """The answers of the London example, where its download is."""
    return answers_of(made_pack("london"), "2019/20-Q1")


def answers_of(pack: Path, quarter: str):
    """What the pages of a pack draw, of the figures that were built when it was made."""
    data = pcc.read_observations(pack.parents[1] / "data")
    return pcc.assess(data.plan, data, quarter), pcc.review_partnerships(data.plan, data, quarter)


@pytest.fixture(scope="module")
def shipped(root, data, quarter, board, partnerships):
    """The answers of the shipped pack, with those that its notebooks ask for by themselves."""
    crime = quarter.review("11.offences")
    return (
        *(quarter, board, partnerships, pcc.compare_tally(quarter), pcc.data_quality(data, quarter.quarter)),
        *(pcc.replay(pcc.read_replay(root / "data")), pcc.target_table(data.plan, data, quarter.quarter)),
        *(pcc.target_table(data.plan, data, "2014-03"), pcc.crime_basket(68_000, 54_000, 5, source="the Plan")),
        pcc.what_if_recording(crime.baseline, crime.latest, 75.8, 84.1, margin_before=1.94, title="All crime"),
        pcc.trend(data.series("street.burglary", months=1), 6),
        pcc.propose_rebase(crime.recovered.series),
    )


@pytest.mark.slow
@pytest.mark.parametrize("pack", ["shipped", "of_2022", "of_london"])
def test_no_chart_of_a_pack_has_a_fault(pack: str, request: pytest.FixtureRequest) -> None:
    """Texts neither overlap nor leave the canvas nor lie under a line, each can be read, every colour is the page's."""
    shown = palettes(request.getfixturevalue("root"))
    faults, drawn = [], 0
    for answer in request.getfixturevalue(pack):
        for chart in charts_of(answer):
            figure, drawn = chart.drawn(), drawn + 1
            texts = written(figure)
            found = [*collisions(figure, texts), *too_faint(figure, texts, shown), *strange_colours(svg_of(figure))]
            faults += [f"{chart.name}: {fault}" for fault in found]
    assert drawn > 20
    assert faults == []


def too_faint(figure, texts, shown):
    """Texts of a chart that cannot be read on what lies behind them, light or dark."""
    for words, ink, ground in text_grounds(figure, texts):
        for mode, palette in shown.items():
            ratio = contrast(palette[CSS_NAMES[ink]], palette[CSS_NAMES[ground]])
            if ratio < LEAST_OF_TEXT:
                yield f"{words!r} has {ratio:.2f} to 1 in {mode}"


def strange_colours(drawing):
    """Colours of a drawing that would not follow the page, and those with a meaning that are seen through."""
    for element in ET.fromstring(drawing).iter():
        style = dict(pair.split(": ", 1) for pair in element.attrib.get("style", "").split("; ") if ": " in pair)
        for what in ("fill", "stroke"):
            colour = style.get(what, "none")
            name = re.fullmatch(r"var\(--([a-z-]+), #[0-9a-f]{6}\)", colour)
            if colour != "none" and name is None:
                yield f"{what} {colour} is not of the palette"
            if name is not None and name[1] != RULES and {"opacity", f"{what}-opacity"} & set(style):
                yield f"{what} {colour} is seen through"


def test_marks_and_lines_can_be_seen(root: Path) -> None:
    """Every colour of marks, lines and edges has 3 to 1 on paper and on both fields, light, dark and printed."""
    shown = palettes(root)
    assert set(shown) == {"light", "dark", "print"}
    pairs = [(mode, *pair) for mode in shown for pair in product(MARKS, BACKGROUNDS)]
    assert [f for f in pairs if contrast(shown[f[0]][f[1]], shown[f[0]][f[2]]) < LEAST_OF_MARKS] == []


def test_the_page_and_the_charts_have_one_palette(root: Path) -> None:
    """A chart on its own is drawn in the colours that the page gives it on a light screen."""
    light = palettes(root)["light"]
    assert {name: light[name] for name in CSS_NAMES.values()} == {name: colour for colour, name in CSS_NAMES.items()}


@pytest.mark.parametrize(
    ("first", "second", "ratio"),
    [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48), ("#ffffff", "#ffffff", 1)],
)
def test_contrast_is_that_of_the_standard(first: str, second: str, ratio: float) -> None:
    """Black on white is 21 to 1; #777777, known as the grey that just fails on white, 4.48; a colour on itself 1."""
    assert contrast(first, second) == pytest.approx(ratio, abs=0.005)


def test_a_fault_is_found() -> None:
    """Two names on one spot, a name beyond the edge and a line through a name are three faults at least."""
    with house_style():
        figure, axes = new_chart()
        axes.plot([0, 1], [0.5, 0.5])
        for x, words in ((0.3, "Melton"), (0.31, "Rutland"), (1.5, "Far away")):
            axes.text(x, 0.5, words)
        finish(figure, headline="Faults", subtitle="three", alt_text="Faults.")
    found = collisions(figure)
    assert "'Melton' overlaps 'Rutland'" in found
    assert "'Far away' leaves the canvas" in found
    assert "a line runs through 'Melton'" in found


@given(
    places=st.lists(st.tuples(st.floats(0.0, 10.0), st.floats(0.0, 10.0), st.booleans()), min_size=1, max_size=14),
    centre=st.floats(2.0, 8.0),
)
def test_names_beside_points_never_touch(places: list[tuple[float, float, bool]], centre: float) -> None:
    """Whatever the points: no name on another, on the line of the centre or off the canvas; what stands out first."""
    points = [PointName(f"Area {n}", x, y, stands_out=out, rank=y) for n, (x, y, out) in enumerate(places)]
    with house_style():
        figure, axes = new_chart()
        axes.set_xlim(0, 10)
        axes.set_ylim(0, 10)
        axes.axhline(centre)
        finish(figure, headline="Areas", subtitle="points", alt_text="Points.")
        named = name_points(axes, points)
    assert collisions(figure) == []
    first = [point.name for point in sorted(points, key=lambda p: (p.stands_out, p.rank), reverse=True)]
    assert named == [name for name in first if name in named]


def test_what_stands_out_is_named_in_a_crowd() -> None:
    """Twelve areas on one spot: the two that stand out are named, by a line that leads to each."""
    points = [PointName(f"District {n}", 5 + n / 100, 5.0, stands_out=n < 2) for n in range(12)]
    with house_style():
        figure, axes = new_chart()
        axes.set_xlim(0, 10)
        axes.set_ylim(0, 10)
        finish(figure, headline="Areas", subtitle="points", alt_text="Points.")
        named = name_points(axes, points)
    assert {"District 0", "District 1"} <= set(named)
    assert collisions(figure) == []


def test_text_of_a_chart_is_text() -> None:
    """A name with dollar signs and markup in it stays that name, and can be searched for in the drawing."""
    name = "Theft <of> $1 & $2"
    frame = pd.DataFrame(
        {"month": pd.period_range("2013-04", periods=26, freq="M"), "n": [20.0, 22, 19, 25] * 6 + [21, 20]}
    )
    series = pcc.Series.from_frame(frame, numerator="n", title=name, unit="offences $a$")
    figure = pcc.draw(pcc.expected_level(series, chart="xmr"))
    texts = [element.text for element in ET.fromstring(svg_of(figure, with_words=True)).iter() if element.text]
    assert any(name in text for text in texts)
    assert any("$a$" in text for text in texts)


def test_a_page_shows_the_drawing_of_the_file_without_its_words() -> None:
    """One drawing serves both: on a page it has no background and no words, and ends below where these stand."""
    frame = pd.DataFrame(
        {"month": pd.period_range("2013-04", periods=26, freq="M"), "n": [20.0, 22, 19, 25] * 6 + [21, 20]}
    )
    series = pcc.Series.from_frame(frame, numerator="n", title="Theft", unit="offences")
    figure = pcc.draw(pcc.expected_level(series, chart="xmr"))
    file, page = ET.fromstring(svg_file_of(figure)), ET.fromstring(svg_of(figure))
    words = {element.text for part in ("headline", "subtitle") for element in file.iterfind(f".//*[@id='{part}']/*")}
    assert words
    assert " ".join(figure.headline.split()) in " ".join(sorted(words, key=figure.headline.find))
    said = {element.text for element in file.iter() if element.text and element.text.strip()}
    shown = {element.text for element in page.iter() if element.text and element.text.strip()}
    assert not words & shown
    assert words < said
    assert page.find(".//*[@id='patch_1']") is None
    left, above, width, height = (float(part) for part in page.attrib["viewBox"].split())
    assert (left, width) == (0, float(file.attrib["viewBox"].split()[2]))
    assert above + height == pytest.approx(float(file.attrib["viewBox"].split()[3]))
    lowest = max(
        float(element.attrib["y"])
        for part in ("headline", "subtitle")
        for element in file.iterfind(f".//*[@id='{part}']/*")
    )
    assert lowest < above
