"""Text that is already markup, and text of people made into it safely."""

from __future__ import annotations

from functools import cache

from markdown_it import MarkdownIt

TOP_HEADING = 4  # below the headings of the page it stands on
LOWEST_HEADING = 6


class Markup(str):
    """A piece of a page; text from data has been escaped on its way in."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        return str(self)


def safe_markdown(text: str) -> Markup:
    """Paragraphs, lists, emphasis, headings and tables; nothing that leads, loads or runs.

    Markup written into the text stays text. Links and pictures are left as the words they have, since a page that is
    printed and passed on must not lead anywhere that its maker did not choose.

    Examples
    --------
    >>> print(safe_markdown("# More *reports* <script>").strip())
    <h4>More <em>reports</em> &lt;script&gt;</h4>
    >>> print(safe_markdown("[Sign in](http://a.b) ![x](http://a.b/c.png)").strip())
    <p>Sign in x</p>
    """
    parser = _parser()
    tokens = parser.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1:]) + TOP_HEADING - 1, LOWEST_HEADING)}"
        elif token.type == "th_open":
            token.attrSet("scope", "col")
        for child in token.children or []:
            if child.type == "image":
                child.type, child.tag = "text", ""
        if token.children:
            token.children = [child for child in token.children if child.type not in ("link_open", "link_close")]
    return Markup(str(parser.renderer.render(tokens, parser.options, {})))


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")
