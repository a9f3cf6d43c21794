"""Reviews worked out before anybody asked: the same as those worked out when asked, and found by the very same."""

from dataclasses import replace
from itertools import groupby

import pytest

import pccstats as pcc
from pccstats.review.assess import measures_asked, reviews_ahead, verdicts_of_areas
from pccstats.sources.kept_answers import KeptAnswers
from pccstats.terms.observations import Ahead, Question
from pccstats.terms.on_paper import on_paper
from pccstats.terms.periods import Quarter
from pccstats.terms.words import Audience
from tests.smaller import with_priorities

pytestmark = pytest.mark.slow

QUARTER, THEME = "2015/16-Q1", 1


class Asked(KeptAnswers):
    """Kept answers that remember what was found and what was not."""

    def __init__(self, folder):
        super().__init__(folder)
        self.found, self.missed = [], []

    def find(self, measure, figures, question):
        """Look it up, and write down how that came out."""
        answer = super().find(measure, figures, question)
        (self.missed if answer is None else self.found).append(measure)
        return answer


@pytest.fixture(scope="module")
def data(data):
    """The shipped figures under a plan of the first two themes."""
    first_two = (priority.number for number in (THEME, THEME + 1) for priority in data.plan.theme(number).priorities)
    return with_priorities(data, *first_two)


@pytest.fixture(scope="module")
def measures(data):
    """Three indicators of the first theme and a measure beside them."""
    of_theme = {priority.number for priority in data.plan.theme(THEME).priorities}
    asked = [measure for measure in measures_asked(data.plan) if measure.priority in of_theme]
    return [*[each.key for each in asked if each.on_dashboard][:3], *[e.key for e in asked if not e.on_dashboard][:1]]


@pytest.fixture(scope="module")
def kept(data, measures, tmp_path_factory):
    """Their reviews, kept for Leicestershire and Kent."""
    folder = tmp_path_factory.mktemp("results")
    answers = KeptAnswers(folder)
    settings = {"areas": ["Leicestershire", "Kent"], "measures": measures, "audience": Audience.INTERNAL}
    for measure, found in groupby(reviews_ahead(data, QUARTER, **settings), key=lambda ahead: ahead.measure):
        answers.keep("made", measure, found)
    return folder


@pytest.mark.parametrize("area", ["Leicestershire", "Kent"])
def test_what_was_kept_is_what_would_be_worked_out(data, kept, measures, area):
    """An assessment that finds its reviews kept says in every part what one without says, of each area in turn."""
    turned = data.focused_on(area)
    asked = Asked(kept)
    with_kept = pcc.assess(turned.plan, replace(turned, kept=asked), QUARTER, theme=THEME, since_last=True)
    without = pcc.assess(turned.plan, turned, QUARTER, theme=THEME, since_last=True)
    assert on_paper(with_kept.reviews) == on_paper(without.reviews)
    assert on_paper(with_kept.supporting) == on_paper(without.supporting)
    assert set(asked.found) == set(measures) - set(asked.missed)
    assert set(asked.found) == set(measures)


def test_pages_of_other_themes_find_the_tests_alone(data, kept, measures):
    """A theme is read together with the tests of all others: those that were kept are found, and say the same."""
    asked = Asked(kept)
    with_kept = pcc.assess(data.plan, replace(data, kept=asked), QUARTER, theme=2, since_last=True)
    without = pcc.assess(data.plan, data, QUARTER, theme=2, since_last=True)
    assert on_paper(with_kept.reviews) == on_paper(without.reviews)
    assert with_kept.discoveries.points.equals(without.discoveries.points)
    assert set(asked.found) == {key for key in measures if data.plan.indicator(key).on_dashboard}


def test_pages_on_all_areas_find_verdict_and_signal_alone(data, kept, measures):
    """A review of every question, cut to its verdict and signal, is in every part the one that asked for no more."""
    at, seen = Quarter.parse(QUARTER), Audience.INTERNAL
    known, asked = data.known_to(seen, at), Asked(kept)
    areas, settings = ["Leicestershire", "Kent"], {"audience": seen, "confidence": 0.95}
    with_kept = verdicts_of_areas(known.plan, replace(known, kept=asked), at, areas, **settings)
    without = verdicts_of_areas(known.plan, known, at, areas, **settings)
    assert on_paper(with_kept) == on_paper(without)
    assert set(asked.found) == {key for key in measures if data.plan.indicator(key).on_dashboard}


@pytest.mark.parametrize("change", ["a figure", "a row", "a population", "the plan", "the audience", "the level"])
def test_what_differs_finds_nothing(data, kept, change):
    """Another figure anywhere, another population, baseline, audience or level of confidence has no kept answer."""
    asked = Asked(kept)
    plan, figures, settings = data.plan, data, {}
    if change == "a figure":
        frame = data.frame.copy()
        frame.loc[frame["numerator"].idxmax(), "numerator"] += 1
        figures = replace(data, frame=frame)
    elif change == "a row":
        figures = replace(data, frame=data.frame.iloc[:-1])
    elif change == "a population":
        figures = replace(data, exposures=data.exposures.assign(persons=data.exposures["persons"] + 1))
    elif change == "the plan":
        plan = replace(plan, events=plan.events[:-1])
    elif change == "the audience":
        settings = {"audience": "public"}
    else:
        settings = {"confidence": 0.9}
    pcc.assess(plan, replace(figures, kept=asked), QUARTER, theme=THEME, **settings)
    assert not asked.found
    assert asked.missed


def test_a_spoilt_file_is_worked_out_again(tmp_path):
    """What cannot be read is as if it were not there."""
    answers = KeptAnswers(tmp_path)
    answers.keep(
        "made",
        "12.offences",
        [Ahead("12.offences", "Kent", Quarter.parse(QUARTER), "worse", "", Question(("asked",), ""), 1.0)],
    )
    path = next(tmp_path.rglob("*.parquet"))
    path.write_bytes(path.read_bytes()[:-9])
    assert answers.find("12.offences", "", Question(("asked",), "")) is None
    path.write_bytes(b"")
    assert answers.find("12.offences", "", Question(("asked",), "")) is None
