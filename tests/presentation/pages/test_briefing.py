"""The briefing: what is chosen, in which order, and what is said of whatever is left out."""

import re
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pccstats.methods.change.change import change
from pccstats.presentation.lead import headline, in_one_sentence, turns_on
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
from pccstats.terms.periods import Window
from pccstats.terms.results.change import BaselineSensitivity
from pccstats.terms.results.quarter import IndicatorReview, Question
from pccstats.terms.results.since import SinceLast
from pccstats.terms.series import Series
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
    """The numbers read out of the one sentence make all indicators; it says firmly where some look worse."""
    reviews = made_up(figures)
    silent = [reviewed(f"Silent {state}", state=state, number=99) for state in (State.NOT_COLLECTED, State.QUALITATIVE)]
    quarter = assessed(*reviews, *silent)
    said = in_one_sentence(quarter).removesuffix(".")
    tally, held_back = quarter.tally, sum(len(found) for found in quarter.not_firm.values())
    first, *rest = said.split("; ")
    moved = re.fullmatch(
        r"(\w+) of (\d+) indicators ha(?:s|ve) (firmly )?(worsened|improved) since 2012/13 "
        r"and (\w+) ha(?:s|ve) (firmly )?(worsened|improved)",
        first,
    )
    no_firm = re.fullmatch(r"None of (\d+) indicators has firmly improved or worsened since 2012/13", first)
    assert moved is not None or no_firm is not None
    counts = {moved[4]: number_of(moved[1]), moved[7]: number_of(moved[5])} if moved else {"worsened": 0, "improved": 0}
    assert counts == {"worsened": tally[State.WORSE], "improved": tally[State.BETTER]}
    others = [number_of(part.split()[0]) for part in rest]
    total = int(moved[2]) if moved else int(no_firm[1])
    assert sum(counts.values()) + sum(others) == total == len(quarter.reviews)
    assert "one is judged in words only" in said
    assert "one cannot be judged" in said
    assert ("enough to count: " in said or "too uncertain to count: " in said) == (held_back > 0)
    looks_worse = any(review.shown_as is State.WORSE and not review.is_counted for review in reviews)
    assert ("firmly worsened" in said) == looks_worse


def number_of(word: str) -> int:
    """`Seven`, `none` or `12` as a number."""
    small = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    return small.index(word.lower()) if word.lower() in small else int(word)


def part_of(review: IndicatorReview, whole: IndicatorReview) -> IndicatorReview:
    """The same as a part of another."""
    return replace(review, indicator=replace(review.indicator, part_of=whole.indicator.key))


def test_a_whole_stands_before_its_parts_whatever_their_size():
    """All crime up by a third stands before robbery that doubled: in the rows, in the sentence and in the mail."""
    whole = reviewed("All crime", 10_000.0, 13_000.0, strength=Strength.WEAK)
    burglary = part_of(reviewed("Burglary", 1000.0, 1500.0, strength=Strength.WEAK), whole)
    homes = part_of(reviewed("Homes", 500.0, 1400.0, strength=Strength.WEAK), burglary)
    quarter = assessed(homes, burglary, whole)
    assert [review.indicator.name for review in to_look_at(quarter)] == ["All crime", "Homes", "Burglary"]
    assert "three worse (among them all crime, +30.0%)" in in_one_sentence(quarter)
    told = " ".join(summary_text(quarter).split())
    assert (
        "Worse: none counted; not firm: all crime (+30.0%), and within it homes (+180.0%); burglary (+50.0%)." in told
    )


def test_a_size_since_another_baseline_says_which():
    """Only where it is not the plan's, in the lead and in the mail."""
    homes, shops = reviewed("Homes", 1000.0, 1500.0), reviewed("Shops", 1000.0, 1900.0)
    own = replace(shops, indicator=replace(shops.indicator, baseline=Window.read("2013/14")))
    quarter = assessed(homes, own)
    assert "shops (+90.0% since 2013/14); homes (+50.0%)." in " ".join(summary_text(quarter).split())
    assert headline(quarter)[1] == "Two have worsened: shops (+90.0% since 2013/14); homes (+50.0%)."
    assert in_one_sentence(quarter).startswith("Two of 2 indicators have worsened since their baseline years and none")
    assert in_one_sentence(assessed(own, reviewed("Quiet"))).startswith("One of 2 indicators has worsened since its")


def test_what_moved_outside_the_count_is_said_beside_it():
    """Firm supporting measures are in sentence, lead, rows and mail, and change no number; weak and better ones not."""
    measures = (
        reviewed("Vehicle offences, official", 1000.0, 1900.0),
        reviewed("Sexual offences", 1000.0, 2000.0, polarity=Polarity.NEUTRAL),
        reviewed("Robbery", 1000.0, 1900.0, strength=Strength.WEAK),
        reviewed("Arson", 1000.0, 500.0),
    )
    quiet = assessed(reviewed("Thefts", 1000.0, 1001.0), reviewed("Fires", 1000.0, 1001.0, number=2))
    quarter = replace(quiet, supporting=measures)
    outside = "; outside the count, worse: vehicle offences, official (+90.0%); higher: sexual offences (+100.0%)"
    assert in_one_sentence(quarter) == in_one_sentence(quiet).replace(" improved;", f" improved{outside};")
    said = "worse: vehicle offences, official (+90.0%); higher: sexual offences (+100.0%)."
    assert set(headline(quarter)) - set(headline(quiet)) == {f"Outside the count, since 2012/13, {said}"}
    assert [review.indicator.name for review in to_look_at(quarter)] == [measures[0].indicator.name, "Sexual offences"]
    told = " ".join(summary_text(quarter).split())
    assert "Worse: none counted; outside the count: vehicle offences, official (+90.0%). - Better: none." in told


def against(review: IndicatorReview, *others: tuple[str, float]) -> IndicatorReview:
    """The review, its latest figure set beside other baselines too: their periods and figures."""
    latest, title = review.latest or 0, review.indicator.title
    changes = [
        replace(found, windows=replace(found.windows, baseline=Window.read(period)))
        for period, before in others
        for found in [compared(title, before, latest, review.indicator.polarity)]
    ]
    assert review.change is not None
    found = BaselineSensitivity(pd.DataFrame(), "", review.change.about, (review.change, *changes))
    return replace(review, baselines=found)


def test_a_verdict_that_turns_on_the_baseline_says_so_in_row_and_sentence():
    """Only a change that was found, and only against baselines that give another answer."""
    turning = against(reviewed("Robbery", 1000.0, 1900.0), ("2013/14", 1890.0), ("2014/15", 1000.0))
    lasting = against(reviewed("Burglary", 1000.0, 1900.0), ("2013/14", 1000.0))
    steady = against(reviewed("Arson", 1000.0, 1001.0), ("2013/14", 500.0))
    assert [str(window) for window in turns_on(turning)] == ["2013/14"]
    assert turns_on(lasting) == turns_on(steady) == ()
    quarter = assessed(turning, lasting, steady)
    assert str(briefing(quarter)).count("not against ") == str(briefing(quarter)).count("not against 2013/14") == 1
    assert "since 2012/13 (one turns on the choice of baseline) and none has improved" in in_one_sentence(quarter)
    assert "turn" not in in_one_sentence(assessed(lasting, steady))


def test_a_published_position_stands_where_none_can_be_worked_out():
    """With its period; without one the cell is empty."""
    ranks = pd.DataFrame({"period_end": [pd.Period("2015-03", "M")], "rank": [8], "of": [8], "note": [""]})
    placed = reviewed("Thefts", 1000.0, 1900.0, positions=ranks)
    page = str(briefing(assessed(placed)))
    assert "8th of 8, as published for 2014/15" in page
    assert "Similar forces</th>" in page
    assert "Similar forces</th>" not in str(briefing(assessed(reviewed("Thefts", 1000.0, 1900.0))))


def test_months_in_both_years_are_told_where_the_changes_are():
    """The sentence says how many, the note beneath the rows which, with the change of the rest, weak or firm."""
    counts = [100.0] * 12 + [102.0] * 6 + [160.0] * 6
    frame = pd.DataFrame({"month": pd.period_range("2011-10", periods=24, freq="M"), "n": counts})
    series = Series.from_frame(frame, numerator="n", title="Thefts", polarity=Polarity.LOWER_IS_BETTER)
    found = change(series, ("2012-04", "2013-03"), "2013-09")
    assert found.unshared is not None
    review = replace(reviewed("Thefts", 1000.0, 1900.0, strength=Strength.WEAK), change=found, state=found.state)
    assert found.state is State.WORSE
    quarter = assessed(review, reviewed("Fires", number=2))
    assert "since 2012/13 (six months are in both years) and" in in_one_sentence(quarter)
    alone = f"Thefts ({signed_per_cent(found.unshared.change_pct)})".lower()
    for told in (" ".join(headline(quarter)), str(briefing(quarter))):
        assert "share 6 months, October 2012 to March 2013" in told
        assert alone in told


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
    assert handed["html"].count("supporting measure") == sum(
        r in quarter.supporting for r in to_look_at(quarter)[:MOST_ROWS]
    )
