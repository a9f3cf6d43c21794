"""What every page of a pack keeps to, as a check: it works with no network, for every reader, on paper.

Used on each page as it is made, and in the tests.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pccstats.batch.outline import HEADINGS
from pccstats.presentation.page_reader import PageReader, attributes

LARGEST_PAGE_BYTES = 2_000_000
CONTENT_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
_FETCHED = ("src", "srcset", "poster", "data", "background", "action", "formaction", "xlink:href")
_PLACEHOLDERS = ("", "image", "figure", "chart", "no description has been provided for this image")
_OUTSIDE = re.compile(r"^\s*(?:https?:|ftp:|file:|//|javascript:|[a-z]:\\)", re.IGNORECASE)
_CSS_OUTSIDE = re.compile(r"""url\(\s*["']?(?!data:|#)|@import""", re.IGNORECASE)
_EMPTY_ELEMENTS = frozenset({"meta", "link", "img", "br", "hr", "col", "input", "source", "wbr", "area", "base"})


@dataclass(frozen=True)
class PageRead:
    """What is found in a page as it was written.

    Attributes
    ----------
    faults : tuple of str
        Every way in which it breaks the contract, in words.
    names : frozenset of str
        Every name a link can lead to.
    """

    faults: tuple[str, ...]
    names: frozenset[str]


def page_faults(page: str) -> list[str]:
    """Every way in which a page breaks the contract, in words; an empty list for a good page.

    Examples
    --------
    >>> page_faults("<p>hello</p>")[:2]
    ['the page has no language', 'the content policy is missing or another']
    """
    return list(read_page(page).faults)


def read_page(page: str) -> PageRead:
    """Read a page once for its faults and for the names in it."""
    reader = _Reader()
    reader.read(page)
    return PageRead((*reader.faults, *_faults_of_whole(page, reader)), frozenset(reader.names))


def _faults_of_whole(page: str, reader: _Reader) -> Iterator[str]:
    if reader.language != "en-GB":
        yield "the page has no language" if not reader.language else f"the page's language is {reader.language}"
    if reader.policy != CONTENT_POLICY:
        yield "the content policy is missing or another"
    if not reader.title.strip():
        yield "the page has no title"
    levels = [level for level, _ in reader.headings]
    if levels.count(1) != 1:
        yield f"there are {levels.count(1)} first headings, not one"
    for before, after in zip([0, *levels], levels, strict=False):
        if after > before + 1:
            yield f"a heading of level {after} follows one of level {before}"
    for level, words in reader.headings:
        if not words.strip():
            yield f"a heading of level {level} is empty"
    yield from (f"the link #{target} leads nowhere" for target in sorted(reader.targets - reader.names))
    if len(page.encode("utf-8")) >= LARGEST_PAGE_BYTES:
        yield f"the page is {len(page.encode('utf-8')) / 1e6:.1f} MB, 2 MB at most"


class _Reader(PageReader):
    """Reads a page once and notes what it finds."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.language = self.policy = self.title = ""
        self.headings: list[tuple[int, str]] = []
        self.targets: set[str] = set()
        self.names: set[str] = set()
        self._inside: list[str] = []
        self._picture: _Picture | None = None
        self._table: _Table | None = None

    def starts(self, tag: str, written: str) -> None:
        given = attributes(written)
        if tag not in _EMPTY_ELEMENTS:
            self._inside.append(tag)
        self._note_element(tag, given)
        self._note_addresses(tag, given)
        if tag == "svg" and self._picture is None:
            self._picture = _Picture(given, depth=len(self._inside))
        if tag == "table":
            self._table = _Table(outer=self._table)
        elif tag == "th" and "scope" not in given:
            self.faults.append("a table head has no scope")

    def starts_and_ends(self, tag: str, written: str) -> None:
        self.starts(tag, written)
        if tag not in _EMPTY_ELEMENTS:
            self.ends(tag)

    def ends(self, tag: str) -> None:
        if tag == "svg" and self._picture is not None and self._picture.depth == len(self._inside):
            if self._picture.is_unexplained:
                self.faults.append("a drawing has no description")
            self._picture = None
        if tag == "table" and self._table is not None:
            if not self._table.has_caption:
                self.faults.append("a table has no caption")
            self._table = self._table.outer
        if tag in self._inside:
            while self._inside.pop() != tag:
                pass

    def says(self, text: str) -> None:
        here = self._inside[-1] if self._inside else ""
        if "title" in self._inside and self._picture is None:
            self.title += text
        if here == "style" and _CSS_OUTSIDE.search(text):
            self.faults.append("the style sheet calls for another file")
        if self._picture is not None and here in ("title", "desc"):
            self._picture.words += text
        if self._table is not None and "caption" in self._inside and text.strip():
            self._table.has_caption = True
        if not HEADINGS.isdisjoint(self._inside):
            level, words = self.headings[-1]
            self.headings[-1] = (level, words + text)

    def _note_element(self, tag: str, given: dict[str, str]) -> None:
        if tag in ("script", "iframe", "object", "embed", "form", "base"):
            self.faults.append(f"there is a <{tag}>")
        if tag == "html":
            self.language = given.get("lang", "")
        if tag == "meta" and given.get("http-equiv", "").lower() == "content-security-policy":
            self.policy = given.get("content", "")
        if tag == "img" and given.get("alt", "").strip().lower() in _PLACEHOLDERS:
            self.faults.append("an image has no description")
        if tag in HEADINGS:
            self.headings.append((int(tag[1]), ""))
        if "id" in given and self._picture is None and tag != "svg":
            if given["id"] in self.names:
                self.faults.append(f"two elements are called {given['id']}")
            self.names.add(given["id"])

    def _note_addresses(self, tag: str, given: dict[str, str]) -> None:
        for name, value in given.items():
            if name.startswith("on"):
                self.faults.append(f"<{tag}> has a script in {name}")
            is_fetched = name in _FETCHED or (name == "href" and tag in ("link", "image", "use"))
            if (is_fetched or name == "href") and _OUTSIDE.search(value):
                self.faults.append(f"<{tag}> leads outside: {value[:60]}")
            if name == "style" and _CSS_OUTSIDE.search(value):
                self.faults.append(f"the style of <{tag}> calls for another file")
        if tag == "a" and given.get("href", "").startswith("#"):
            self.targets.add(given["href"][1:])


class _Picture:
    """An inline drawing: described by its label or title, or said to be an ornament."""

    def __init__(self, given: dict[str, str], depth: int) -> None:
        self.words = given.get("aria-label", "")
        self.is_ornament = given.get("aria-hidden") == "true" or given.get("role") in ("presentation", "none")
        self.depth = depth

    @property
    def is_unexplained(self) -> bool:
        return not self.is_ornament and self.words.strip().lower() in _PLACEHOLDERS


class _Table:
    """A table, and the one it stands in."""

    def __init__(self, outer: _Table | None) -> None:
        self.has_caption = False
        self.outer = outer
