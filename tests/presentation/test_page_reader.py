"""A page is read as Python's own parser reads it: every tag and text, in order and at its place."""

from html.parser import HTMLParser
from itertools import groupby
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from pccstats.presentation.page_reader import PageReader, attributes

TEXTS = st.sampled_from(["a", " ", "\n", "R &amp; D", "&lt;p&gt;", "1 < 2", "&pound;5", "é", "'", '"', ">", "& ", "="])
NAMES = st.sampled_from(["p", "DIV", "h2", "svg", "clipPath", "a", "br", "x-y"])
GIVEN = st.sampled_from(
    [
        "",
        " hidden",
        ' id="a"',
        " id='b c'",
        " class=x",
        ' title="2 > 1"',
        " title='\"'",
        ' href="?a&amp;b"',
        '\nd = "m/0"',
    ]
)
ODD = st.sampled_from(["<!-- <p> -->", "<!DOCTYPE html>", '<style>a > b { content: "<p>" }</style>', "</p >", "<br/>"])
STARTS = st.builds("<{}{}{}{}>".format, NAMES, GIVEN, GIVEN, st.sampled_from(["", " ", " /"]))
PAGES = st.lists(st.one_of(TEXTS, STARTS, st.builds("</{}>".format, NAMES), ODD), max_size=12).map("".join)
Told = list[tuple[str, Any]]


class Ours(PageReader):
    """Notes all it is told, and sees that the places fit together."""

    def __init__(self, page: str) -> None:
        self.told: Told = []
        self.place = 0
        self.page = page
        self.read(page)

    def starts(self, tag: str, written: str) -> None:
        """An element begins."""
        self.note("starts", (tag, attributes(written)))

    def ends(self, tag: str) -> None:
        """An element ends."""
        self.note("ends", tag)

    def says(self, text: str) -> None:
        """Text."""
        self.note("says", text)

    def note(self, kind: str, what: Any) -> None:
        """Note it; between two places there is nothing but what nobody is told of."""
        between = self.page[self.place : self.at]
        assert not between or between.startswith("<!")
        self.place = self.end
        self.told.append((kind, what))


class Theirs(HTMLParser):
    """Notes the same of Python's parser."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.told: Told = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        self.told.append(("starts", (tag, {name: value or "" for name, value in attrs})))

    def handle_endtag(self, tag: str) -> None:
        """An element ends."""
        self.told.append(("ends", tag))

    def handle_data(self, data: str) -> None:
        """Text."""
        self.told.append(("says", data))


def joined(told: Told) -> Told:
    """Texts that follow one another as one."""
    parts: Told = []
    for kind, group in groupby(told, key=lambda each: each[0]):
        whats = [what for _, what in group]
        parts += [(kind, "".join(whats))] if kind == "says" else [(kind, what) for what in whats]
    return parts


@given(PAGES)
@example('<p title="a > b">x</p><svg/><style>p > a { }</style>')
def test_a_page_is_read_as_by_pythons_parser(page: str) -> None:
    """The same tags with the same attributes, and the same text, whatever the page is put together from."""
    assert joined(Ours(page).told) == joined(Theirs(page).told)
