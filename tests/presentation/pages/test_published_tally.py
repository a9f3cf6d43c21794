"""The published tally on the page: as published, ours, and what follows."""

from dataclasses import replace

import pytest

import pccstats as pcc
from pccstats.presentation.pages.display import html_of
from pccstats.presentation.tally import (
    allowance_in_words,
    differing_table,
    poisson_in_words,
    shares_in_words,
    side_in_words,
)


@pytest.fixture(scope="module")
def compared(quarter):
    """Return the shipped comparison."""
    return pcc.compare_tally(quarter)


def test_the_sentences_hold_the_published_numbers(compared):
    """Totals, honest shares, what Poisson would flag, and the reading that fits."""
    assert pcc.describe(compared).startswith("The paper counts 9 of 40 indicators as positive, 25 as no change and 6")
    assert "36% positive, 40% no change and 24% negative of 25" in shares_in_words(compared)
    assert "violence with injury (+5.6%, p 0.010) and theft from motor vehicles" in poisson_in_words(compared)
    assert "only theft of motor vehicles is projected to rise" in poisson_in_words(compared)
    assert "16.8 times chance or more, and beyond 11.3 times" in allowance_in_words(compared)
    assert "9, 25 and 6: exactly the totals published. It is a reading that fits, not a record" in side_in_words(
        compared
    )


def test_the_page_has_three_columns_and_its_parts(compared):
    """As published, nine states, folded; the reading's differences open in a table."""
    page = html_of(compared)
    for words in (
        "As published",
        "Our tests, nine states",
        "Ours, folded as published",
        "25 (62.5%), 15 with no metric",
    ):
        assert words in page
    assert page.count("<svg") == 1
    assert "<details>" in page


def test_agreement_that_is_not_counted_stands_apart_from_disagreement(compared):
    """Offending at 18 to 24 and the drug cohort are read alike by both; only ours is not counted, and says so."""
    page = html_of(compared)
    alike = compared.indicators[compared.indicators["is_only_uncounted"]]
    assert set(alike["indicator"]) == {"2.offending", "3.drug_cohort_reoffending"}
    parted = int((~compared.indicators["is_same"]).sum()) - len(alike)
    assert f"On that reading, the {parted} indicators where our tests say something else" in page
    assert "2 indicators where our tests say the same, and the verdict is not counted" in page
    assert set(differing_table(compared, uncounted=True).rows["ours"]) == {
        "Lower, not attributable, stale",
        "Lower, not attributable, expected",
    }
    other = differing_table(compared).rows["title"]
    assert not set(alike["title"]) & set(other)


def test_a_reading_that_does_not_fit_says_so(compared):
    """No claim is left standing where the totals differ, and no table of differences."""
    other = replace(compared, side_counts=(8, 26, 6))
    assert "which are not the totals published" in side_in_words(other)
    assert "On that reading" not in html_of(other)


def test_without_a_published_tally_the_page_says_one_sentence(compared):
    """Nothing is made up for a quarter without one."""
    assert html_of(replace(compared, published=None)) == "<p>No published tally is held for quarter 2015/16-Q1.</p>"
    assert pcc.draw(replace(compared, published=None)).alt_text.startswith("One bar.")


def test_a_table_for_the_notebook(compared):
    """The same table by `tabulate`."""
    assert "Ours, folded as published" in pcc.tabulate(compared).as_raw_html()
