"""A verdict that does not stand among so many tests is weak wherever it is said."""

from dataclasses import replace

import pytest

import pccstats as pcc
from pccstats.presentation.lead import differing_sources, headline
from pccstats.presentation.pages.display import html_of, records_of
from pccstats.presentation.pages.priority import supporting_table
from pccstats.presentation.states import verdict_words
from pccstats.terms.words import Polarity, Strength
from tests.presentation.reviews import assessed, compared, reviewed

WEAK = reviewed("Robbery", 100, 400, strength=Strength.WEAK)
FIRM = reviewed("Burglary", 100, 400)
QUARTER = assessed(WEAK, FIRM)
ALONE = assessed(WEAK)
DIFFERENT = compared("Robbery", 100, 300, Polarity.LOWER_IS_BETTER)

SAID = {
    "the lead": ("One is too uncertain to count: robbery, worse.", " ".join(headline(QUARTER))),
    "the lead of one": ("robbery: worse, weak.", " ".join(headline(ALONE))),
    "two sources": ("worse, weak; ", differing_sources(assessed(replace(WEAK, second_opinion=DIFFERENT), FIRM))),
    "the sentence": ("worse, weak (with so many tests ", pcc.describe(WEAK)),
    "the table": ("Worse, weak", pcc.tabulate(QUARTER).as_raw_html()),
    "the words of a priority": ("Worse (weak): robbery", verdict_words(QUARTER.priority(1))),
    "the dashboard": ("Worse, weak", html_of(QUARTER)),
    "the dashboard by verdict": ("Worse (weak, not counted): 1", html_of(QUARTER)),
    "the section of a theme": ("Worse, weak", html_of(ALONE.priority(1))),
    "a supporting measure": ("Worse, weak", supporting_table("Crime", [WEAK]).to_html()),
    "the chart of the tally": (
        "worsened: burglary (+300.0%). One is too uncertain to count: robbery",
        pcc.draw(QUARTER).alt_text,
    ),
}


@pytest.mark.parametrize("place", SAID)
def test_a_weak_verdict_is_weak_wherever_it_is_said(place):
    """Leads, tallies, sentences, tables, dashboard and theme: the word stands with the verdict."""
    words, shown = SAID[place]
    assert words in shown


def test_files_and_front_page_are_told_that_it_is_weak():
    """The row of the CSV has its strength; tally and priorities hand it over with their counts."""
    handed = {each["name"]: each for each in records_of(QUARTER)}
    assert [row["strength"] for row in handed["dashboard"]["records"]] == ["weak", "firm"]
    assert {"strength": "weak", "words": "weak", "count": 1} in handed["tally"]["records"]
    assert {state["strength"] for state in handed["priorities"]["records"][0]["states"]} == {"weak", "firm"}
