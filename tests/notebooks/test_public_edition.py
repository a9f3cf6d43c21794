"""The public edition of the shipped pack reads as one: nothing in it is for an analyst's desk."""

import re

import lxml.html
import pytest

from pccstats.presentation.glossary import TERMS

FOR_ANALYSTS = (  # what no reader of the public edition is to meet
    r"\bplan\.toml\b",
    r"\bsources\.toml\b",
    r"\bdocs/",
    r"\.(?:ipynb|py|md)\b",
    r"\bregister an event\b",
    r"\b(?:\d+[AB]?|official|street|other)\.(?:\*|[a-z]\w*_\w+)",  # a key of the plan
    r"\b1 (?:findings|indicators|figures|files|forces|areas|priorities)\b",
)


@pytest.fixture(scope="module")
def public(made_pack):
    """Every page of the public edition, read; the list of files on the front page is left out."""
    pages = {path.stem: lxml.html.parse(path).getroot() for path in made_pack("public").glob("*.html")}
    for page in pages.values():
        for element in page.xpath("//style | //details[contains(@class, 'files')] | //ul[contains(@class, 'files')]"):
            element.drop_tree()
    return pages


def test_nothing_is_said_to_analysts(public, data):
    """No key, no file of the plan, no advice on either, no wrong number of things."""
    keys = [re.escape(i.key) for i in (*data.plan.indicators, *data.plan.supporting)]
    forbidden = re.compile("|".join((*FOR_ANALYSTS, *(rf"\b{key}\b" for key in keys))))
    found = {name: forbidden.findall(page.text_content()) for name, page in public.items()}
    assert {name: words for name, words in found.items() if words} == {}


def test_every_link_leads_somewhere(public, made_pack):
    """A link to another page or file of the pack finds it, and the place on it."""
    for name, page in public.items():
        for address in page.xpath("//a/@href"):
            target, _, place = address.partition("#")
            assert not target or (made_pack("public") / target).is_file() or target.startswith("../"), (name, address)
            if place and target.endswith(".html"):
                assert public[target.removesuffix(".html")].xpath(f"//*[@id='{place}']"), (name, address)


def test_terms_are_explained_where_they_first_stand(public):
    """Pages with a chart or a signal lead to the glossary, each term once a page."""
    anchors = {term.anchor for term in TERMS}
    for name, page in public.items():
        met = [str(href).partition("#")[2] for href in page.xpath("//a[@class='term']/@href")]
        assert len(set(met)) == len(met), name
        assert set(met) <= anchors, name
        assert met or name in ("glossary", "briefing") or not page.xpath("//figure"), name
