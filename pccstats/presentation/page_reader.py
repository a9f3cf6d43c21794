"""Reading a page: its tags and its text in their order, each with its place.

A page of a pack is up to two megabytes, most of it drawings, and is read three times: to put its headings in order, to
lead its terms to the glossary, and to hold it to its contract. Decision 0159 says why not by `html.parser`.
"""

from __future__ import annotations

import re
from html import unescape

_QUOTED = r"""(?:"[^"]*+"|'[^']*+')"""
_TAG = re.compile(
    rf"<(/?)([a-zA-Z][^\s/>]*)([^>\"']*+(?:{_QUOTED}[^>\"']*+)*+)>|<!--.*?--\s*>|<[!?/][^>]*>",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(rf"([^\s/>=]+)(?:\s*=\s*({_QUOTED}|[^\s>]*))?")
_CLOSING = {name: re.compile(rf"</{name}\b", re.IGNORECASE) for name in ("script", "style")}  # no tag before it counts


class PageReader:
    """Tells each tag and each text of a page to the method of its kind, which a subclass has for those it wants.

    Attributes
    ----------
    at, end : int
        Where in the page the tag or the text that is told begins, and where it ends.
    has_enough : bool
        Set by a subclass that need read no further.

    Examples
    --------
    >>> class Addresses(PageReader):
    ...     def starts(self, tag: str, written: str) -> None:
    ...         print(self.at, tag, attributes(written))
    >>> Addresses().read('<p>See <a href="/?a=1&amp;b=2">there</a>.</p>')
    0 p {}
    7 a {'href': '/?a=1&b=2'}
    """

    at = end = 0
    has_enough = False

    def read(self, page: str) -> None:
        """Read a page, or a piece of one, from its beginning."""
        self.at = self.end = 0
        while not self.has_enough and (found := _TAG.search(page, self.end)) is not None:
            self._tell_text(page, found.start())
            self.at, self.end = found.span()
            closes, name, written = found.groups("")
            tag = name.lower()
            if closes:
                self.ends(tag)
            elif written.endswith("/"):
                self.starts_and_ends(tag, written)
            elif tag:
                self.starts(tag, written)
                if tag in _CLOSING:
                    closing = _CLOSING[tag].search(page, self.end)
                    self._tell_text(page, closing.start() if closing else len(page), is_code=True)
        if not self.has_enough:
            self._tell_text(page, len(page))

    def _tell_text(self, page: str, end: int, *, is_code: bool = False) -> None:
        self.at, self.end = self.end, end
        if text := page[self.at : self.end]:
            self.says(text if is_code or "&" not in text else unescape(text))

    def starts(self, tag: str, written: str) -> None:
        """An element begins; its attributes as they are written: see `attributes`."""

    def starts_and_ends(self, tag: str, written: str) -> None:
        """An element that closes itself: told as its beginning and its end, unless a subclass says otherwise."""
        self.starts(tag, written)
        self.ends(tag)

    def ends(self, tag: str) -> None:
        """An element ends."""

    def says(self, text: str) -> None:
        """Text, as a reader sees it."""


def attributes(written: str) -> dict[str, str]:
    """What an element is given, by the name of the attribute; one without a value is empty.

    Examples
    --------
    >>> attributes(' id="a" hidden title="Rise &amp; fall"')
    {'id': 'a', 'hidden': '', 'title': 'Rise & fall'}
    """
    return {name.lower(): _plain(value) for name, value in _ATTRIBUTE.findall(written)}


def _plain(value: str) -> str:
    bare = value[1:-1] if value[:1] in ('"', "'") else value
    return unescape(bare) if "&" in bare else bare
