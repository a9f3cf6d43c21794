"""The outline of a page: one first heading, no level skipped, a name on every heading, a list of contents.

Only heading tags are touched; whatever else the body holds stays byte for byte as presentation wrote it.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from pccstats.batch.jobs import slug

CELL, SECTION = '<div class="cell', "<section"

_HEADING = re.compile(r"<h([1-6])((?:\s[^>]*)?)>(.*?)</h\1>", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
_ID = re.compile(r"""\bid\s*=\s*["']?([^"'\s>]+)""")


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
    title : str
        Up to the end of the first heading.
    opening : str
        From there to the first section.
    sections : str
        The rest.
    contents : tuple of Section
        The sections, in order.
    """

    title: str
    opening: str
    sections: str
    contents: tuple[Section, ...]


def outlined(body: str, title: str, *, replace_title: bool = False) -> Outline:
    """Put a body's headings in order and divide it where the contents list belongs.

    Parameters
    ----------
    body : str
        HTML, as `body.body_of` gives it.
    title : str
        The first heading of the page where the body has none.
    replace_title : bool
        True to take the place of the body's own first heading, too.
    """
    heading = f"<h1>{html.escape(title)}</h1>"
    own = next((found for found in _HEADING.finditer(body) if found[1] == "1"), None)
    if own is None:
        body = f"{heading}\n{body}"
    elif replace_title:
        body = body[: own.start()] + heading + body[own.end() :]
    taken = set(_ID.findall(body))
    contents: list[Section] = []
    depth = 0

    def in_order(match: re.Match[str]) -> str:
        nonlocal depth
        level, attributes, inside = int(match[1]), match[2], match[3]
        if depth and level == 1:
            level = 2
        depth = level = min(level, depth + 1)
        words = html.unescape(_TAG.sub("", inside)).strip()
        own = _ID.search(attributes)
        anchor = own[1] if own else _free_name(slug(words), taken)
        if level == 2:
            contents.append(Section(anchor, words))
        name = "" if own else f' id="{anchor}"'
        return f"<h{level}{attributes}{name}>{inside}</h{level}>"

    return Outline(*_divided(_HEADING.sub(in_order, body)), tuple(contents))


def anchors(body: str) -> frozenset[str]:
    """Every name a link can lead to."""
    return frozenset(_ID.findall(body))


def _divided(body: str) -> tuple[str, str, str]:
    """Sections begin where the element or the cell of the first one does; failing both, at its heading."""
    title_ends = body.find("</h1>") + len("</h1>")
    heading = body.find("<h2", title_ends)
    if heading < 0:
        return body[:title_ends], body[title_ends:], ""
    marks = [body.rfind(mark, title_ends, heading) for mark in (CELL, SECTION)]
    sections_begin = max(marks) if max(marks) >= 0 else heading
    return body[:title_ends], body[title_ends:sections_begin], body[sections_begin:]


def _free_name(wanted: str, taken: set[str]) -> str:
    name, number = wanted, 2
    while name in taken:
        name, number = f"{wanted}-{number}", number + 1
    taken.add(name)
    return name
