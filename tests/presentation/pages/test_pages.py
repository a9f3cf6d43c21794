"""Parts of a page made from the shipped quarter."""

import re
from dataclasses import replace

import pytest

import pccstats as pcc
from pccstats.presentation.assessment import figures_table
from pccstats.presentation.lead import headline
from pccstats.presentation.numbers import MINUS
from pccstats.presentation.pages.display import html_of, records_of
from pccstats.presentation.pages.parts import anchor, place_of
from pccstats.presentation.pages.priority import priority_section
from pccstats.presentation.pages.quarter import dashboard_page
from pccstats.presentation.states import inside_a_sentence
from pccstats.terms.plan import Commentary
from pccstats.terms.words import State, Strength
from tests.smaller import with_priorities

pytestmark = pytest.mark.slow

ATTACK = '<script>alert(1)</script>"&'


def test_the_headline_counts_what_it_speaks_of(quarter):
    """What improved, what worsened, what cannot be said, what is not counted: with the tally's own numbers."""
    numbers = ("None", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")
    better, worse, *_, unanswered, not_counted = headline(quarter)
    assert better.startswith(f"{numbers[quarter.tally[State.BETTER]]} of 40 indicators ha")
    assert worse.startswith(f"{numbers[quarter.tally[State.WORSE]]} ha")
    for sentence, state in ((better, State.BETTER), (worse, State.WORSE)):
        assert sentence.count("(") == quarter.tally[state]
    in_words = quarter.tally[State.QUALITATIVE]
    silent = sum(quarter.tally[state] for state in State if not state.is_answer) - in_words
    assert f"{numbers[in_words]} are judged in words only. {silent} cannot be judged: " in unanswered
    held_back = [review for reviews in quarter.not_firm.values() for review in reviews]
    assert not_counted.startswith("Not counted: ")
    assert sum(quarter.tally.values()) + len(held_back) == 40


def test_every_priority_is_on_the_dashboard_with_its_link(quarter):
    """Eighteen lines in the order by priority, each leading to its section."""
    page = order_of(quarter, "priority")
    assert page.count('<tr class="group">') == 18
    for theme in quarter.plan.themes:
        for priority in theme.priorities:
            assert f'href="theme-{theme.number}-{theme.slug}.html#priority-{priority.number}"' in page


def test_ranks_say_that_their_group_is_unconfirmed(quarter):
    """Once on the dashboard, and in a column of the table: unconfirmed, and many other groups fit too."""
    page = dashboard_page(quarter)
    assert page.count("Peers: membership of the group unconfirmed") == 1
    assert page.count("many other groups fit too") == 1
    ranked = quarter.points[quarter.points["group_rank_low"].notna()]  # not a published rank
    assert len(ranked)
    assert all("unconfirmed" in words and "many other groups fit too" in words for words in ranked["group_membership"])


def test_board_and_partnerships_say_that_the_other_groups_otherwise(board, partnerships):
    """Eight partnership areas and nine districts may differ in whose rate stands apart."""
    said = "another grouping, which may answer differently whose rate stands apart."
    on_board = "Here the 9 districts are set beside each other; the partnerships page sets the 8 partnership areas: "
    there = "Here the 8 partnership areas are set beside each other; the Board"
    assert html_of(board).count(on_board + said) == 1
    assert html_of(partnerships).count(there) == html_of(partnerships).count(said) == 1


@pytest.mark.parametrize("order", ["verdict", "priority"])
def test_every_indicator_stands_in_both_full_orders(quarter, order):
    """All forty are there, those without a figure with the reason; a row leads to its place on a theme's page."""
    page = order_of(quarter, order)
    for review in quarter.reviews:
        assert review.indicator.name.replace("'", "&#39;") in page
        assert f'href="{place_of(review.indicator, quarter.plan)}"' in page
    assert page.count('<td class="why"') == sum(not review.has_figures for review in quarter.reviews)


def test_what_cannot_be_judged_is_in_no_order_of_size(quarter):
    """By size of change stand those alone whose change was judged, the largest first."""
    shown = re.findall(r'href="[^"]*#(indicator-[^"]*)"', order_of(quarter, "change"))
    judged = [review for review in quarter.reviews if review.state.is_answer]
    assert set(shown) <= {anchor(review.indicator) for review in judged}
    sizes = {anchor(review.indicator): abs(review.difference_pct) for review in judged}
    assert [sizes[name] for name in shown] == sorted((sizes[name] for name in shown), reverse=True)


def order_of(quarter, name):
    """The dashboard's table in one order."""
    return dashboard_page(quarter).split(f'<div class="order order-{name}">')[1].split('<div class="order order-')[0]


def test_a_priority_without_figures_gets_a_designed_block_and_no_axis(quarter):
    """Priority 15 has the reason in place of a chart."""
    section = priority_section(quarter.priority(15))
    assert 'class="not-collected"' in section
    assert "<svg" not in section
    assert "framework" in section


def test_nothing_on_a_page_rests_on_illustrative_figures(quarter):
    """No chart and no note of the shipped quarter speaks of illustrative figures: there are none."""
    pages = [html_of(quarter), *(priority_section(priority) for priority in quarter.priorities)]
    assert not any("llustrative" in page for page in pages)
    assert not any("llustrative" in str(cell) for cell in quarter.points.to_numpy().ravel())


def test_every_drawing_has_words(quarter):
    """Each inline drawing is an image with a description that holds a number."""
    for drawing in re.findall(r"<svg[^>]*>", html_of(quarter.priority(14)) + dashboard_page(quarter)):
        label = re.search(r'aria-label="([^"]*)"', drawing)
        assert label, drawing[:200]
        assert re.search(r"\d", label[1]), label[1]


def test_text_of_the_plan_never_becomes_markup(quarter):
    """A title, a reason or a commentary with markup in it is shown as text."""
    priority = quarter.priority(13)
    reviews = tuple(
        replace(
            review,
            indicator=replace(review.indicator, title=ATTACK, short_title=ATTACK, unit=ATTACK, footnotes=(ATTACK,)),
            reasons=(ATTACK,),
            assessment=ATTACK,
            level=None,
            group=None,
            places=None,
            projection=None,
        )
        for review in priority.reviews
    )
    told = replace(
        priority.priority,
        title=ATTACK,
        short_title=ATTACK,
        commentary=(Commentary("2015/16-Q1", (ATTACK,)), Commentary("2015/16-Q1", (ATTACK,), is_own=True)),
    )
    section = priority_section(replace(priority, priority=told, reviews=reviews))
    assert "<script" not in section
    assert "&lt;script&gt;" in section


def test_words_are_shown_in_their_quarter_alone(quarter):
    """What was said of another quarter is not printed; the office's own words are read as Markdown, and stand open."""
    priority = quarter.priority(13)
    ours = Commentary("2015/16-Q1", ("Fewer *by far*.",), is_own=True)
    old = (Commentary("2014/15-Q4", ("Last time.",)), Commentary("2014/15-Q4", ("Ours of last time.",), is_own=True))
    told = replace(priority.priority, commentary=(Commentary("2015/16-Q1", ("In the paper.",)), ours, *old))
    section = priority_section(replace(priority, priority=told))
    assert section.index("What we say of this quarter") < section.index("<p>Fewer <em>by far</em>.</p>")
    assert "What was reported at the time" in section
    assert "In the paper." in section
    assert "ast time" not in section
    silent = priority_section(replace(priority, priority=replace(told, commentary=old)))
    assert "What we say" not in silent
    assert "reported at the time" not in silent


def test_the_verdict_is_said_once(quarter):
    """The label gives the verdict; the sentence beside it gives the numbers."""
    section = priority_section(quarter.priority(11))
    verdict = re.search(r'<p class="verdict">(.*?)</p>', section)[1]
    assert verdict.count("o more than it usually moves") == 1
    assert f"487 fewer than in 2012/13 ({MINUS}0.8%" in verdict


def test_the_batch_is_handed_what_the_page_shows(quarter):
    """Rows, tally, priorities and headline go over unseen, and hold the same numbers."""
    handed = {record["name"]: record for record in records_of(quarter)}
    assert set(handed) == {"dashboard", "tally", "priorities", "headline", "briefing"}
    assert len(handed["dashboard"]["records"]) == 40
    tally = handed["tally"]["records"]
    assert {row["state"]: row["count"] for row in tally if "state" in row} == quarter.tally
    assert sum(row["count"] for row in tally) == 40
    assert [row["number"] for row in handed["priorities"]["records"]] == list(range(1, 19))


def test_a_quarter_can_be_drawn_tabulated_and_described(quarter):
    """The whole, a priority and an indicator answer to the three verbs."""
    figure = pcc.draw(quarter)
    assert str(quarter.tally["better"]) in figure.alt_text
    assert "Domestic burglary" in pcc.tabulate(quarter).as_raw_html()
    assert pcc.describe(quarter).startswith(headline(quarter)[0])
    priority = quarter.priority(12)
    assert "4,013" in pcc.tabulate(priority).as_raw_html()
    assert "4,013 offences" in pcc.describe(priority)
    assert "4,013 offences" in pcc.describe(quarter.review("12.offences"))
    assert pcc.draw(quarter.review("12.offences")).alt_text
    with pytest.raises(pcc.MethodProblem, match="no figures to draw"):
        pcc.draw(quarter.review("12.outcome"))


@pytest.mark.slow
def test_a_figure_published_twice_is_told_apart(data):
    """All crime in 2014/15 was revised in April 2016: a later page has both, and says which is the later one."""
    asked = with_priorities(data, 11)
    later = pcc.assess(asked.plan, asked, quarter="2015/16-Q4")
    rows = dict(figures_table(later.review("11.offences")).cells())
    assert rows["2014/15"] == "59,220"
    assert rows["2014/15, as revised later"] == "59,107"


@pytest.mark.slow
def test_other_baselines_get_a_chart_only_where_the_verdict_turns_on_them(quarter):
    """Theft from vehicles depends on the baseline and is drawn, weak as its verdict is; all crime has its table."""
    all_crime, vehicles = (priority_section(quarter.priority(number)) for number in (11, 14))
    assert "The verdict depends on the baseline" in vehicles
    assert "Changes of Theft from motor vehicles" in vehicles
    assert "on 2012/13 (worse, weak)" in vehicles
    assert "The verdict is the same against every baseline that can be tested" in all_crime
    assert "Changes of" not in all_crime


@pytest.mark.slow
def test_rates_per_1000_open_to_their_table(quarter):
    """Each year with its interval and the estimates it is out of."""
    section = priority_section(quarter.priority(12))
    assert "3.85 offences per 1,000 persons in the 12 months to June 2015" in section
    assert "mid-2012 to mid-2014" in section


@pytest.mark.slow
@pytest.mark.parametrize("name", ["2012/13-Q4", "2013/14-Q2"])
def test_an_early_quarter_makes_its_pages_too(data, name):
    """Before the plan's baseline can be compared with anything every section still stands."""
    early = pcc.assess(data.plan, data, quarter=name)
    sections = [priority_section(review) for review in early.priorities]
    assert all('<section class="priority"' in section for section in sections)


def test_tests_read_together_are_named_as_readers_know_them(quarter):
    """The table and the sentence of all tests speak of titles, never of keys; those not tested are counted (P11)."""
    may_be_counted = [r for r in quarter.reviews if r.is_counted or r.strength is Strength.WEAK]
    assert list(quarter.discoveries.points["name"]) == [review.indicator.name for review in may_be_counted]
    assert quarter.discoveries.not_tested == sum(not review.state.is_answer for review in quarter.reviews)
    assert "could not be tested" in html_of(quarter.discoveries)


def test_the_dashboard_says_how_many_verdicts_may_be_chance(quarter):
    """The sentence names every flag that does not stand, and what is in no count; every p and q opens beneath it."""
    page = dashboard_page(quarter)
    said = page[page.index('id="by-chance"') :]
    assert f"<summary>{pcc.describe(quarter.discoveries)}</summary>" in said
    assert "chance alone would flag" in said
    assert "signals (counted apart), ranks and projections." in said
    for weak in quarter.not_firm[Strength.WEAK]:
        assert f"{inside_a_sentence(weak.indicator.name)} do" in said
    assert said.index("<details") < said.index("Tests read together")


def test_nothing_illustrative_is_on_any_page_of_the_shipped_quarter(quarter):
    """Sections, dashboard and the file's rows: the word is nowhere, since no invented figure is held."""
    pages = [priority_section(review) for review in quarter.priorities] + [dashboard_page(quarter)]
    assert not any("illustrative" in page.lower() for page in pages)
    assert "illustrative" not in quarter.points.to_csv().lower()
