"""Published figures worked out again, as a page and as a block of each priority."""

from dataclasses import replace

import pandas as pd
import pytest

import pccstats as pcc
from pccstats.presentation.pages.display import html_of
from pccstats.presentation.pages.published import arithmetic_block


@pytest.fixture(scope="module")
def published(root):
    """Return the shipped figures, worked out again."""
    return pcc.replay(pcc.read_replay(root / "data"))


def test_the_page_groups_all_63_by_verdict(published):
    """Four groups with their numbers, what does not follow first, every figure once, no table too long to print."""
    page = html_of(published)
    heads = ["Does not follow: 9", "Only by cutting off digits: 3", "Words or information: 7", "Reproduces: 44"]
    places = [page.index(head) for head in heads]
    assert places == sorted(places)
    tables = page.split("<table")[1:]
    assert sum(table.count("<tr>") - 1 for table in tables) == 63
    assert max(table.count("<tr>") for table in tables) < 22


def test_the_page_blames_nobody(published):
    """What does not follow is said of the figure and its inputs; no word of fault is used."""
    page = html_of(published).lower()
    assert "not of anybody" in page
    for word in ("wrong", "error", "mistake", "false", "misled"):
        assert word not in page


def test_workings_are_written_with_the_signs_of_print(published):
    """Times, divided by, minus, and thousands apart; decimals stay whole."""
    cells = pcc.tabulate(published).as_raw_html()
    assert "1,000 × 60,834 ÷ 1,017,697" in cells
    assert "100 × (179.9951 \N{MINUS SIGN} 176.4831) ÷ 176.4831" in cells


def test_rates_on_mixed_populations_are_named(root):
    """One sentence with the three populations, one with both counts of anti-social behaviour, one with their years."""
    data = pcc.read_observations(root / "data")
    page = html_of(pcc.replay(pcc.read_replay(root / "data"), pcc.read_printed_rates(root / "data"), data))
    assert "58.1 fits 2011 Census, 27 March 2011, its digits cut off; " in page
    assert "4.1, 4.2, 7.1 and 6.5 fit mid-2009; 58.9 fits mid-2013." in page
    assert "29,144 were printed, where the official count is 29,289." in page
    assert "The official year nearest to it is 2010/11: 39,368" in page
    assert "Rates on mixed populations" not in html_of(pcc.replay(pcc.read_replay(root / "data")))


def test_each_priority_has_its_own_arithmetic(root, published):
    """Missing people, savings and precept stand with their priorities, under a sentence that counts them."""
    data = pcc.read_observations(root / "data")
    quarter = pcc.assess(data.plan, data, quarter="2015/16-Q1", theme=5, published=published)
    savings = html_of(quarter.priority(18))
    assert "Arithmetic of the published documents, worked again: 7 reproduced, 1 not following" in savings
    for statement in ("Savings realised or identified", "Precept at band D, pence a day", "Underspend"):
        assert statement in savings
    missing = arithmetic_block(published.of_priority(17)).to_html()
    assert "Cost of missing person reports at the higher unit cost" in missing
    assert "Repeat missing reports" in missing


def test_without_published_figures_there_is_no_block(published):
    """Nothing is said where nothing is held, on the priority and on the page."""
    assert arithmetic_block(None) is None
    assert arithmetic_block(published.of_priority(15)) is None
    empty = replace(published, points=published.points.iloc[:0])
    assert "No published figures are held" in html_of(empty)


def test_every_figure_belongs_to_one_priority_or_none(published):
    """Eighteen priorities share the figures; tally, volunteers, visiting and one partnership have none of their own."""
    alone = published.points[published.points["priority"].isna()]["id"].tolist()
    assert alone == ["G08", "G09", "G10", "G30", "G31", "G51", "G52", "G58"]
    assert published.points["priority"].dropna().between(1, 18).all()


def test_a_folder_without_the_file_has_no_figures(tmp_path):
    """A data folder may come without published figures; a folder that is not there is refused."""
    assert pcc.replay(pcc.read_replay(tmp_path)).points.empty
    with pytest.raises(pcc.DataProblem, match="no such folder"):
        pcc.read_replay(tmp_path / "nowhere")


def test_a_priority_that_is_no_number_is_refused(root):
    """The row is named with what it holds."""
    frame = pcc.read_replay(root / "data").iloc[:1].assign(priority="eleven")
    with pytest.raises(pcc.DataProblem, match="number, or empty"):
        pcc.replay(frame)
    assert pcc.replay(frame.assign(priority=pd.NA)).points["priority"].isna().all()
