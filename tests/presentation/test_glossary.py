"""The glossary: every term explained once, and led to from where it first stands."""

import re

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pccstats.presentation.glossary import TERMS, glossary, linked

PLACE = "glossary.html"


def links(page):
    """The addresses and words of the links in a page."""
    return re.findall(r'<a class="term" href="([^"]+)">([^<]+)</a>', page)


def test_every_term_is_told_once_and_no_spelling_twice():
    """Terms stand in the order of the alphabet, each with a place of its own and a sentence that ends."""
    names = [term.name for term in TERMS]
    spellings = [spelling.lower() for term in TERMS for spelling in term.spellings]
    assert names == sorted(names, key=str.lower)
    assert len(set(spellings)) == len(spellings)
    assert all(term.words.endswith(".") for term in TERMS)
    places = re.findall(r'<dt id="([^"]+)">', glossary())
    assert places == [term.anchor for term in TERMS]
    assert len(set(places)) == len(places)


def test_a_term_is_led_to_where_it_first_stands_and_only_there():
    """The second stand is left alone, a capital is kept, and the longest spelling is taken."""
    page = linked("<p>Signals &amp; signals.</p><p>The expected levels of a signal.</p>", PLACE)
    assert links(page) == [(f"{PLACE}#signal", "Signals"), (f"{PLACE}#expected-level", "expected levels")]
    assert page.startswith("<p><a")
    assert "</a> &amp; signals.</p>" in page


@pytest.mark.parametrize(
    "page",
    [
        "<h2>Signal</h2>",
        "<table><tr><td><p>Signal</p></td></tr></table>",
        "<p><a href='#x'>Signal</a></p>",
        "<details><summary>Signal</summary><p>Signal</p></details>",
        "<svg><text>Signal</text></svg>",
        "<header><p>Signal</p></header>",
        "<footer><p>Signal</p></footer>",
        "<p title='Signal'>Signalled, signal-box</p>",
        "<style>p { signal: 1 }</style>",
    ],
)
def test_titles_tables_drawings_and_what_opens_are_left_alone(page):
    """Nothing leads away from a heading, a cell, a drawing, another link or the middle of a word."""
    assert linked(page, PLACE) == page


@given(st.lists(st.sampled_from(["signal", "<b>", "&lt;", "\n", "Baseline ", "x", "é", "findings", " "])))
def test_taking_the_links_out_again_leaves_the_page_as_it_was(words):
    """Whatever a page says, linking adds links, one to a term, and changes nothing else."""
    page = f"<main><p>{''.join(words)}</p></main>"
    once = linked(page, PLACE)
    assert re.sub(r'<a class="term"[^>]*>([^<]*)</a>', r"\1", once) == page
    assert len({address for address, _ in links(once)}) == len(links(once))
    html5lib.HTMLParser().parse(once)
