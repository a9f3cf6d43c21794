"""A state is declared once: whoever changes its words or its judgement changes them wherever readers meet them."""

import re
from collections.abc import Iterator

import pytest

import pccstats as pcc
from pccstats.presentation.areas import areas_table
from pccstats.presentation.group import group_table
from pccstats.presentation.pages.display import html_of, records_of
from pccstats.presentation.verbs import table_of
from pccstats.terms.results.ahead import Outcome
from pccstats.terms.results.board import Track
from pccstats.terms.results.level import Direction
from pccstats.terms.results.published import ReplayVerdict, TallyGroup
from pccstats.terms.words import (
    Assurance,
    Judgement,
    PeerState,
    Polarity,
    Signal,
    State,
    Status,
    Unmoved,
    Variation,
    Worded,
)

pytestmark = pytest.mark.slow

NEW = "words nobody has read before"
LISTS = (State, Unmoved, PeerState, Variation, Assurance, Status, Track, Direction, Outcome, ReplayVerdict, TallyGroup)


@pytest.mark.parametrize("answers", LISTS)
def test_every_answer_has_words_and_each_its_own(answers):
    """No member of a closed list is without words, and no two share them."""
    words = [answer.in_words for answer in answers]
    assert all(words)
    assert len(set(words)) == len(words)


@pytest.mark.parametrize("polarity", Polarity)
@pytest.mark.parametrize("signal", Signal)
def test_variation_state_and_state_among_peers_follow_from_one_judgement(polarity, signal):
    """A signal judged is one variation, one state among peers and one state, of a neutral change either way."""
    judgement = polarity.judge(signal)
    assert Variation.of(judgement).judgement is PeerState.of(judgement).judgement is judgement
    state = State.of(judgement)
    assert (state is State.HIGHER_OR_LOWER) == (judgement in (Judgement.HIGHER, Judgement.LOWER))
    assert state is State.HIGHER_OR_LOWER or state.judgement is judgement
    assert polarity.side_of(judgement) is signal


def test_the_good_side_is_judged_better_and_the_other_worse():
    """A polarity names the side on which it is good to be, and judges by it."""
    for polarity in (Polarity.LOWER_IS_BETTER, Polarity.HIGHER_IS_BETTER):
        assert polarity.judge(polarity.good) is Judgement.BETTER
    assert Polarity.NEUTRAL.good is Signal.NONE


GROUPED = ("page", "legend", "collected", "chart", "TallyComparison")
ONE_BY_ONE = ("page", "sentence", "table", "collected", "priorities", "Change")


@pytest.mark.parametrize(
    ("state", "where"),
    [
        (State.NOT_COLLECTED, (*GROUPED, "sentence", "table")),
        (State.BETTER, ("page", "legend", "collected", "TallyComparison", "sentence", "table")),
        (State.NO_EVIDENCE_OF_CHANGE, GROUPED),
        (Unmoved.AS_USUAL, ONE_BY_ONE),
    ],
)
def test_changed_words_of_a_state_reach_every_place(monkeypatch, quarter, partnerships, data, state, where):
    """Pages, sentences, tables, legends, charts and what the batch collects say the new words, and none the old."""
    old = state.in_words
    monkeypatch.setattr(state, "in_words", NEW)
    places = dict(_places(quarter, partnerships, data))
    for name in where:
        assert NEW in places[name].lower(), name
    for name, text in places.items():
        # A word such as "better" also stands in texts that speak of no state: there its label is looked for.
        label = f"</span> {old}</span>" if " " not in old else old
        assert label not in text.lower(), name


def _places(quarter, partnerships, data) -> Iterator[tuple[str, str]]:
    page = html_of(quarter)
    yield "page", page
    yield "legend", re.findall(r'<ul class="tally-key">.*?</ul>', page, re.DOTALL)[0]
    yield "sentence", " ".join(pcc.describe(review) for review in quarter.reviews)
    yield "table", " ".join(cell for row in table_of(quarter).cells() for cell in row)
    yield "collected", str([record for record in records_of(quarter) if record["name"] != "dashboard"])
    yield "chart", pcc.draw(quarter).alt_text
    yield "priorities", "".join(html_of(quarter.priority(number)) for number in (12, 15))
    yield "partnerships", html_of(partnerships)
    change = pcc.change(data.series("official.domestic_burglary"), since="2012/13", until="2015-06")
    for result in (change, pcc.compare_tally(quarter)):
        yield type(result).__name__, f"{pcc.describe(result)} {pcc.draw(result).alt_text} {table_of(result).cells()}"


def test_changed_words_reach_the_notes_of_the_dashboard_file(monkeypatch, data):
    """The column 'method' of dashboard.csv takes the words of a state from its declaration."""
    monkeypatch.setattr(State.INSUFFICIENT_DATA, "in_words", NEW)
    assessment = pcc.assess(data.plan, data, quarter="2015/16-Q1", theme=5)
    assert assessment.points["method"].tolist() == [f"No test: {NEW}."]


def test_changed_words_of_a_state_among_peers_reach_every_place(monkeypatch, quarter, partnerships):
    """Sentence, headline, alternative text and table of a comparison, and the table of the areas."""
    group = next(review.group for review in quarter.reviews if review.group is not None)
    areas = partnerships.comparisons[0]
    old, state = group.state.in_words, group.state
    monkeypatch.setattr(state, "in_words", NEW)
    chart = pcc.draw(group)
    for text in (pcc.describe(group), chart.headline, chart.alt_text, str(group_table(group).cells())):
        assert NEW in text
        assert old not in text
    assert old not in str(areas_table(areas).cells())


@pytest.mark.parametrize(("answer", "words"), [(Track.ON_TRACK, "On track"), (Direction.CANNOT_TELL, "Cannot tell")])
def test_changed_words_of_tracks_and_trends_reach_the_page_of_the_board(monkeypatch, board, answer: Worded, words):
    """The label on the Board's page is the answer's own words."""
    assert f"</span> {words}</span>" in html_of(board)
    monkeypatch.setattr(answer, "in_words", NEW)
    if answer is Direction.CANNOT_TELL:
        monkeypatch.setattr(Track.CANNOT_TELL, "in_words", NEW)
    page = html_of(board)
    assert f"</span> {words}</span>" not in page
    assert f"</span> {NEW.capitalize()}</span>" in page
