"""The briefing: what is chosen, in which order, and what is said of whatever is left out."""

from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pccstats.presentation.lead import in_one_sentence
from pccstats.presentation.numbers import signed_per_cent
from pccstats.presentation.pages.briefing import (
    MAIL_WIDTH,
    MOST_LINES,
    MOST_ROWS,
    REASONS,
    briefing,
    summary_text,
    to_look_at,
)
from pccstats.presentation.pages.display import records_of
from pccstats.presentation.pages.parts import anchor
from pccstats.presentation.questions import question_words
from pccstats.presentation.verbs import describe
from pccstats.terms.results.quarter import IndicatorReview, Question
from pccstats.terms.results.since import SinceLast
from pccstats.terms.words import Judgement, Polarity, QuestionRule, State, Strength, capital
from tests.presentation.reviews import QUARTER, assessed, compared, reviewed

ATTACK = "<script>alert(1)</script>"
FIGURES = st.lists(
    st.tuples(
        st.sampled_from((600.0, 900.0, 1000.0, 1100.0, 1800.0)),
        st.sampled_from(tuple(Polarity)),
        st.sampled_from(tuple(Strength)),
    ),
    min_size=1,
    max_size=14,
)


def made_up(figures: list[tuple[float, Polarity, Strength]]) -> list[IndicatorReview]:
    """Reviews of these figures, each beside a baseline of a thousand."""
    found = []
    for at, (after, polarity, strength) in enumerate(figures):
        review = _tested(after, polarity)
        indicator = replace(review.indicator, key=f"{at}.it", title=f"Measure {at} of it", priority=at + 1)
        found.append(replace(review, indicator=indicator, strength=strength))
    return found


@cache
def _tested(after: float, polarity: Polarity) -> IndicatorReview:
    return reviewed("It", 1000.0, after, polarity=polarity)


def reason_at(review: IndicatorReview) -> int:
    """The place of the first reason that picks it among the indicators."""
    return next(at for at, reason in enumerate(REASONS) if not reason.is_of_supporting and reason.picks(review))


@settings(max_examples=25)
@given(figures=FIGURES)
def test_bad_news_stands_first_and_nothing_that_moved_is_hidden(figures):
    """Whatever the figures: reasons in their order, larger changes first, each once, eight rows, all others by name."""
    quarter = assessed(*made_up(figures))
    found = to_look_at(quarter)
    assert len({review.indicator.key for review in found}) == len(found)
    assert {r.indicator.key for r in found} == {
        r.indicator.key for r in quarter.reviews if r.state.judgement is not Judgement.NONE
    }
    assert [reason_at(review) for review in found] == sorted(reason_at(review) for review in found)
    for first, second in pairwise(found):
        if (reason_at(first), first.state) == (reason_at(second), second.state):
            assert abs(first.difference_pct or 0) >= abs(second.difference_pct or 0)
    page = str(briefing(quarter))
    assert page.count('<th scope="row">') == min(len(found), MOST_ROWS)
    assert all(review.indicator.name.lower() in page.lower() for review in found)


@settings(max_examples=25)
@given(figures=FIGURES)
def test_the_sentence_adds_up(figures):
    """Firm verdicts that moved, those that did not, and those not firm make all indicators between them."""
    quarter = assessed(*made_up(figures))
    tally, held_back = quarter.tally, sum(len(found) for found in quarter.not_firm.values())
    assert sum(tally.values()) + held_back == len(quarter.reviews)
    if len(quarter.reviews) > 1:
        said = in_one_sentence(quarter)
        numbers = dict(enumerate(("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")))
        for state, verb in ((State.WORSE, "worsened"), (State.BETTER, "improved")):
            have = "have" if tally[state] > 1 else "has"
            of_all = f"{numbers.get(tally[state], tally[state])} of {len(quarter.reviews)} indicators {have} {verb}"
            alone = f"{numbers.get(tally[state], tally[state])} {have} {verb}"
            assert of_all in said.lower() or alone in said.lower()
        assert ("not firm enough to count" in said) == (held_back > 0)


@settings(max_examples=25)
@given(figures=FIGURES)
def test_the_mail_is_plain_and_narrow(figures):
    """Every line fits a mail, there are three points, and no markup is in it."""
    text = summary_text(assessed(*made_up(figures)))
    lines = text.splitlines()
    assert all(len(line) <= MAIL_WIDTH for line in lines)
    assert [line[:2] for line in lines].count("- ") == 3
    assert lines[0] == "A plan: Quarter 1 2015/16, April to June 2015"
    assert not set(text) & set("<>&*`")


def test_a_row_leads_to_its_place_and_stays_text():
    """A name from the data cannot become markup, and the row leads to the indicator on the page of its theme."""
    page = str(briefing(assessed(reviewed(ATTACK, 1000.0, 1900.0))))
    assert "&lt;script&gt;" in page
    assert "<script>" not in page
    assert 'href="theme-1-safer-streets.html#indicator-1-' in page


@pytest.mark.parametrize("strength", [strength for strength in Strength if not strength.is_firm])
def test_what_is_not_firm_is_explained_beneath(strength):
    """Each strength that a row bears is named with its reason, and no other is."""
    review = replace(reviewed("Thefts", 1000.0, 1900.0), strength=strength)
    page = str(briefing(assessed(review)))
    told = {each for each in Strength if f"{capital(each)}: {each.in_words}." in page}
    assert told == {strength}


def test_two_sources_that_differ_are_told_in_the_row():
    """An indicator that did not move is a row where the official series has another answer, which stands in it."""
    second = compared("Violence, official", 1000.0, 1900.0, Polarity.LOWER_IS_BETTER)
    review = reviewed("Violence", 1000.0, 1001.0, second_opinion=second)
    assert review.sources_differ
    page = str(briefing(assessed(review)))
    assert f"two sources differ: {signed_per_cent(second.change_pct)}, worse by the official series" in page


def test_questions_stand_beneath_the_rows_and_the_first_in_the_mail():
    """The most urgent are open, the rest opens beneath; each leads to the indicator whose figures raise it."""
    review = reviewed("Thefts", 1000.0, 1900.0)
    quiet = assessed(review)
    assert "The figures of this quarter raise no question." in str(briefing(quiet))
    assert "To ask: nothing by these figures." in summary_text(quiet)
    figures = {"change": 90.0, "baseline_period": "2012/13"}
    priority = quiet.plan.priorities[0]
    asked = tuple(Question(QuestionRule.WELCOME_RISE, priority, (review,), figures) for _ in range(MOST_LINES + 2))
    page = str(briefing(replace(quiet, questions=asked)))
    words = question_words(asked[0])
    before, after = page.split("<summary>And 2 more</summary>")
    assert before.count(words) == MOST_LINES
    assert after.count(words) == 2
    link = f'<b>Priority 1.</b> <a href="theme-1-safer-streets.html#{anchor(review.indicator)}">{words}</a>'
    assert page.count(link) == MOST_LINES + 2
    assert words.removeprefix("With ") in " ".join(summary_text(replace(quiet, questions=asked)).split())


def test_what_is_new_is_told_or_that_nothing_is():
    """Without an earlier quarter there is no such list; with one, that nothing is new is said."""
    quiet = assessed(reviewed("Thefts", 1000.0, 1900.0))
    assert "Since last quarter" not in str(briefing(quiet))
    nothing = SinceLast(QUARTER.before, 1, (), "method")
    page = str(briefing(replace(quiet, since_last=nothing)))
    assert "Since last quarter" in page
    assert describe(nothing) in page


def test_a_quiet_quarter_has_no_rows():
    """Where nothing moved there is a sentence and no empty table."""
    page = str(briefing(assessed(reviewed("Thefts", 1000.0, 1001.0), reviewed("Fires", 1000.0, 1001.0, number=2))))
    assert "None of 2 indicators has worsened" in page
    assert "<table" not in page


def test_the_docs_tell_the_rule_as_it_is(root: Path):
    """The table of reasons in the docs is the declarations, in their order and their words."""
    page = (root / "docs" / "pack.md").read_text(encoding="utf-8")
    table = "".join(f"| {reason.words} | {reason.why} |\n" for reason in REASONS)
    assert f"|---|---|\n{table}\n" in page


@pytest.mark.slow
def test_the_shipped_quarter_shows_its_official_bad_news_first(quarter):
    """Official vehicle offences, the one thing firmly worse, stand first although they are in no tally."""
    first = to_look_at(quarter)[0]
    assert first.state is State.WORSE
    assert first.is_counted
    assert first.indicator.key in {measure.indicator.key for measure in quarter.supporting}
    assert quarter.tally[State.WORSE] == 0
    handed = next(bundle for bundle in records_of(quarter) if bundle["name"] == "briefing")
    assert handed["html"].count("supporting measure") == sum(r in quarter.supporting for r in to_look_at(quarter))
