"""The outline of a page's body: headings put in order, a name on each, and what the contents list shows.

The body is read by a parser, which tells where its headings stand; it is edited at those places and otherwise left as
it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pccstats.batch.jobs import slug
from pccstats.presentation.markup import Markup, rendered
from pccstats.presentation.page_reader import PageReader, attributes

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


@dataclass(frozen=True)
class Section:
    """A line of the contents list."""

    anchor: str
    words: str


@dataclass(frozen=True)
class Outline:
    """A body in three parts, for a banner and the contents list to stand between, and what to list.

    Attributes
    ----------
    title : Markup
        Up to the end of the first heading.
    opening : Markup
        From there to the first section.
    sections : Markup
        The rest.
    contents : tuple of Section
        The sections, in order.
    has_words : bool
        Whether anything is said beneath the title.
    """

    title: Markup
    opening: Markup
    sections: Markup
    contents: tuple[Section, ...]
    has_words: bool


def outlined(body: str, title: str, *, replace_title: bool = False) -> Outline:
    """Put a body's headings in order and divide it where the contents list belongs.

    Parameters
    ----------
    body : str
        HTML, as `page.body_of` gives it.
    title : str
        The first heading of the page where the body has none.
    replace_title : bool
        True to take the place of the body's own first heading, too.
    """
    body = _with_title(body, title, replace_title=replace_title)
    read = _read(body)
    headings = list(_in_order(read))
    edits = [edit for heading in headings for edit in heading.edits()]
    title_ends = headings[0].found.end
    sections_begin = _sections_begin(read)
    return Outline(
        title=_edited(body, edits, 0, title_ends),
        opening=_edited(body, edits, title_ends, sections_begin),
        sections=_edited(body, edits, sections_begin, len(body)),
        contents=tuple(Section(each.anchor, each.found.words) for each in headings if each.level == 2),
        has_words=read.has_words,
    )


def _with_title(body: str, title: str, *, replace_title: bool) -> str:
    heading = rendered("title.html.j2", words=title)
    own = next((found for found in _read(body, until_title=True).headings if found.level == 1), None)
    if own is None:
        return f"{heading}\n{body}"
    return body[: own.start] + heading + body[own.end :] if replace_title else body


@dataclass
class _Found:
    """A heading as it stands in the body: its places, its own name where it has one, its words."""

    level: int
    name: str
    start: int
    opened: int
    closing: int = 0
    end: int = 0
    words: str = ""


@dataclass(frozen=True)
class _Placed:
    """A heading with the level and the name it gets."""

    found: _Found
    level: int
    anchor: str

    def edits(self) -> Iterator[tuple[int, int, str]]:
        """What to write in place of what: the level in both tags, and the name before the first one closes."""
        level_at, closing_level_at = self.found.start + len("<h"), self.found.closing + len("</h")
        yield level_at, level_at + 1, str(self.level)
        if not self.found.name:
            yield self.found.opened - 1, self.found.opened - 1, f' id="{self.anchor}"'
        yield closing_level_at, closing_level_at + 1, str(self.level)


def _in_order(read: _Reader) -> Iterator[_Placed]:
    """One first heading, no level skipped, a name on each that none other has."""
    taken, depth = set(read.names), 0
    for found in read.headings:
        level = 2 if depth and found.level == 1 else found.level
        depth = min(level, depth + 1)
        yield _Placed(found, depth, found.name or _free_name(slug(found.words), taken))


def _free_name(wanted: str, taken: set[str]) -> str:
    name, number = wanted, 2
    while name in taken:
        name, number = f"{wanted}-{number}", number + 1
    taken.add(name)
    return name


def _sections_begin(read: _Reader) -> int:
    """Where the element or the cell of the first section does; failing both, at its heading; else at the end."""
    title, *others = read.headings
    if not others:
        return read.length
    first = others[0].start
    return max((at for at in read.blocks if title.end <= at < first), default=first)


def _edited(body: str, edits: list[tuple[int, int, str]], start: int, end: int) -> Markup:
    pieces, at = [], start
    for begins, ends, words in edits:
        if start <= begins < end:
            pieces += [body[at:begins], words]
            at = ends
    return Markup("".join([*pieces, body[at:end]]))


def _read(body: str, *, until_title: bool = False) -> _Reader:
    """The whole body, or as much of it as it takes to find its first heading."""
    reader = _Reader(body, until_title=until_title)
    reader.read(body)
    return reader


class _Reader(PageReader):
    """Notes every heading, every name, and where cells and sections begin."""

    def __init__(self, body: str, *, until_title: bool) -> None:
        self.headings: list[_Found] = []
        self.names: set[str] = set()
        self.blocks: list[int] = []
        self.has_words = False
        self.length = len(body)
        self._until_title = until_title
        self._open: _Found | None = None

    def starts(self, tag: str, written: str) -> None:
        given = attributes(written)
        name = given.get("id", "")
        if name:
            self.names.add(name)
        if tag == "section" or (tag == "div" and "cell" in given.get("class", "").split()):
            self.blocks.append(self.at)
        if tag in HEADINGS and self._open is None:
            self._open = _Found(int(tag[1]), name, self.at, self.end)

    def ends(self, tag: str) -> None:
        if self._open is not None and tag == f"h{self._open.level}":
            self._open.closing, self._open.end = self.at, self.end
            self._open.words = self._open.words.strip()
            self.headings.append(self._open)
            self.has_enough = self._until_title and self._open.level == 1
            self._open = None

    def says(self, text: str) -> None:
        if self._open is not None:
            self._open.words += text
        self.has_words = self.has_words or bool(self.headings and text.strip())
