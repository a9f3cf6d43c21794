import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from pccstats.methods.peers.compare_group import compare_group, group_positions
from pccstats.presentation.group import beyond_limits_in_words, draw_positions, position_dots
from pccstats.presentation.pages.priority import priority_section
from pccstats.presentation.style import svg_of
from pccstats.presentation.verbs import describe, draw, table_of, tabulate
from pccstats.terms.plan import Priority
from pccstats.terms.results.quarter import PriorityReview
from pccstats.terms.words import Polarity
from tests.methods.peers.most_similar_forces import GROUP, official, yearly
from tests.presentation.charts import collisions
from tests.presentation.reviews import reviewed

EIGHT = dict(zip("ABCDEFGH", (520, 610, 450, 700, 580, 490, 660, 550), strict=True))
WILD = EIGHT | {"D": 9000}


@pytest.fixture(scope="module")
def burglary(root):
    """Domestic burglary in the 12 months to March 2015, the shipped group."""
    return compare_group(official(root, "domestic_burglary"), "Leicestershire", until="2015-03", group=GROUP)


@pytest.fixture(scope="module")
def places(root):
    """Domestic burglary at each quarter end of two years."""
    series = official(root, "domestic_burglary")
    return group_positions(series, "Leicestershire", since="2013-06", until="2015-06", group=GROUP)


def test_sentence_is_the_one_forces_publish(burglary):
    """Rank of members for the measure per 1,000, with its interval, the state, and how sure the group is."""
    sentence = describe(burglary)
    place = r"7th of 8 for domestic burglary per 1,000 population \(95% interval \d\w\w to \dth\), in line with peers"
    assert re.search(place, sentence)
    assert "3.98 against 3.33 (group mean, own force included)" in sentence
    assert "Group membership unconfirmed." in sentence


def test_a_place_says_where_neither_way_is_better_that_it_counts_from_the_highest(burglary, places):
    """3rd of 8 reads as good; of a neutral measure it is the third highest. The change is said to be the rate's."""
    neutral = Polarity.NEUTRAL
    shoplifting = replace(burglary, about=replace(burglary.about, polarity=neutral))
    dated = replace(places, about=replace(places.about, polarity=neutral))
    for said in (describe(shoplifting), draw(shoplifting).headline, describe(dated), draw_positions(dated).headline):
        assert " highest of 8" in said
    assert " highest" not in describe(burglary) + describe(places)
    assert re.search(r"Its rate changed by .\d+\.\d% on the 12 months before, \d\w\w of 8\.", describe(burglary))


def test_a_force_outside_the_funnel_and_in_line_is_explained():
    """Of twenty forces drawn as a funnel the second furthest is outside and in line: its page says why; bars do not."""
    usual = {f"Force {place:02}": 590 + place for place in range(18)}
    forces = yearly(usual | {"Force 18": 1000, "Force 19": 1800})
    of_many = compare_group(forces, "Force 00", until="2015-03")
    row = of_many.points.set_index("area").loc["Force 18"]
    assert row["value"] > row["upper"]
    assert row["state"] == "in_line_with_peers"
    said = "Force 18 lies outside the limits drawn and is in line all the same"
    assert said in page_of(of_many)
    few = yearly(dict(list(usual.items())[8:]) | {"Force 18": 1400, "Force 19": 1800})
    of_few = compare_group(few, "Force 08", until="2015-03")
    assert beyond_limits_in_words(of_few).startswith("Force 18 lies outside")
    assert "outside the limits" not in page_of(of_few)


def page_of(group):
    """The section of a priority whose one indicator is set beside this group."""
    review = reviewed("Crime", 1000, 1010, group=group)
    return priority_section(PriorityReview(Priority(1, "Crime", (review.indicator,)), (review,)))


def test_sentence_names_what_is_missing_and_what_is_a_proxy():
    """A missing member and a proxy are said in the sentence, a tie is called joint."""
    values = EIGHT | {"B": 520}
    given = yearly(values) | yearly({"H": 55.0}, population=None)
    sentence = describe(compare_group(given, "A", proxy_for="domestic violence"))
    assert "joint 3rd of 7" in sentence
    assert "a proxy for domestic violence" in sentence
    assert "Missing: H (no population or households held)." in sentence
    assert "Group chosen by the analyst." in sentence


def test_sentence_makes_no_interval_up():
    """A per cent of unknown respondents is ranked, and said to have no interval."""
    values = {area: 80 + value / 100 for area, value in EIGHT.items()}
    given = yearly(values, kind="survey", polarity="higher_is_better", title="Satisfied with burglary")
    sentence = describe(compare_group(given, "A"))
    assert "6th of 8 for satisfied with burglary (%) (no interval: number of respondents not known)" in sentence


def test_nothing_is_called_significant(burglary, places):
    """The words claim no significance, and no target."""
    for words in (describe(burglary), describe(places), draw(burglary).alt_text):
        assert "significant" not in words
        assert "target" not in words


@pytest.mark.parametrize("form", ["bars", "funnel"])
def test_chart_has_words_and_every_force(burglary, form):
    """Both charts carry headline, subtitle and alt text with every force, and become an SVG with that text."""
    figure = draw(burglary, form=form)
    assert figure.headline.startswith("Domestic burglary: 7th of 8")
    assert "group unconfirmed" in figure.subtitle
    assert all(area in figure.alt_text for area in burglary.points["area"])
    assert 'role="img"' in svg_of(figure)


def test_state_out_of_line_is_written_on_the_chart():
    """A force apart from its peers is named so beside its bar, not by colour alone."""
    labels = [label.get_text() for label in draw(compare_group(yearly(WILD), "A")).axes[0].get_yticklabels()]
    assert labels[-1] == "D (worse than peers)  8th"


def test_funnel_without_sizes_becomes_bars():
    """Where numbers of respondents are not known there is no funnel to draw: bars are drawn."""
    given = yearly({area: value / 10 for area, value in EIGHT.items()}, kind="survey")
    figure = draw(compare_group(given, "A"), form="funnel")
    assert figure.alt_text.startswith("Bars in order of rank")


@pytest.mark.parametrize(
    ("values", "colour"), [(EIGHT, "var(--data"), (WILD, "var(--worse"), (EIGHT | {"D": 1}, "var(--better")]
)
def test_small_scale_is_whole_and_labelled(values, colour):
    """The dashboard's scale is well-formed SVG: eight steps, a dot at the rank, words for those who cannot see it."""
    result = compare_group(yearly(values), "D")
    element = ET.fromstring(position_dots(result))
    circles = element.findall("{http://www.w3.org/2000/svg}circle")
    assert len(circles) == 9
    step = (float(circles[1].get("cx")) - float(circles[0].get("cx"))) * (int(result.focus_row["rank"]) - 1)
    assert float(circles[-1].get("cx")) == pytest.approx(float(circles[0].get("cx")) + step)
    assert colour in circles[-1].get("fill")
    assert "of 8 (95% interval" in element.get("aria-label")
    assert result.state.in_words in element.get("aria-label")


def test_small_scale_escapes_names():
    """Text from data is text."""
    given = {name.replace("A", "<b>A</b>"): series for name, series in yearly(EIGHT).items()}
    assert "<b>" not in position_dots(compare_group(given, "<b>A</b>"))


def test_table_has_a_row_a_force_and_says_how_it_was_made(burglary):
    """Best first, the focus force marked in words, method and membership beneath."""
    table = table_of(burglary)
    assert len(table.cells()) == 8
    assert table.cells()[6][0] == "Leicestershire (this force)"
    assert "Group membership unconfirmed." in table.notes[0]
    assert "plain mean of the forces' figures, its own included" in " ".join(table.notes)
    assert "Leicestershire" in tabulate(burglary).as_raw_html()


@pytest.mark.parametrize("members", [8, 13, 33, 43, 60])
def test_places_on_the_axis_do_not_touch(places, members):
    """Among eight as among every force, the places that the axis names can be read, the first of them the best."""
    figure = draw_positions(replace(places, points=places.points.assign(members=members)))
    shown = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert shown[0] == "1st"
    assert len(shown) >= 3
    assert collisions(figure) == []


def test_positions_over_time_are_drawn_and_tabulated(places):
    """One dot and one row a quarter end, the latest rank written at the end."""
    figure = draw_positions(places)
    latest = places.points.iloc[-1]
    assert f"{latest['rank']}th of 8" in figure.headline
    assert len(table_of(places).cells()) == len(places.points) == 9
    assert "9 dates" in describe(places)
