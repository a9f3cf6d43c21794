"""Markup: what the templates write, and people's own text made into it safely.

All HTML and SVG written on this floor stands in `templates/`. A view hands a template data; the template escapes
whatever is not markup already, so text from data can never become markup.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

import jinja2
from jinja2.ext import Extension
from markdown_it import MarkdownIt

from pccstats.presentation.numbers import NO_FIGURE

TOP_HEADING = 4  # of a text received, below the headings of the page it stands on
LOWEST_HEADING = 6


class Markup(str):
    """A piece of a page that is finished: a template takes it as it is."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return str(self)


class Part:
    """A piece of a page as data, and the template that writes it; inside another template its name is enough.

    Examples
    --------
    >>> print(Beneath("4,013 <offences>", "+2.0%").__html__())
    4,013 &lt;offences&gt; <span class="interval">+2.0%</span>
    """

    template: ClassVar[str]

    def __html__(self) -> str:
        return str(self.to_html())

    def to_html(self) -> Markup:
        """The piece as markup."""
        return rendered(self.template, part=self)


@dataclass(frozen=True)
class Beneath(Part):
    """Words with smaller words beneath them: a figure and its interval, a statement and its place."""

    template: ClassVar[str] = "beneath.html.j2"
    words: str
    small: str = ""


def rendered(template: str, **values: Any) -> Markup:
    """One of our templates, filled in.

    Examples
    --------
    >>> rendered("beneath.html.j2", part={"words": "<b>", "small": ""})
    '&lt;b&gt;'
    """
    return Markup(_templates().get_template(template).render(**values))


def read_templates() -> None:
    """Read every template now, for whoever will be asked soon."""
    templates = _templates()
    for name in templates.list_templates():
        templates.get_template(name)


def safe_markdown(text: str, *, is_ours: bool = False) -> Markup:
    """Paragraphs, lists, emphasis, headings and tables; nothing that loads or runs. Markup in the text stays text.

    Parameters
    ----------
    text : str
    is_ours : bool
        True for the prose of a notebook, whose headings are the page's and whose links its maker chose. In a text
        received from others headings stand below those of the page, and links and pictures are left as the words they
        have: a page that is printed and passed on must not lead anywhere that its maker did not choose.

    Examples
    --------
    >>> print(safe_markdown("# More *reports* <script>").strip())
    <h4>More <em>reports</em> &lt;script&gt;</h4>
    >>> print(safe_markdown("[Sign in](http://a.b) ![x](http://a.b/c.png)").strip())
    <p>Sign in x</p>
    >>> print(safe_markdown("# [The Board](board.html)", is_ours=True).strip())
    <h1><a href="board.html">The Board</a></h1>
    """
    parser = _markdown()
    tokens = parser.parse(text)
    for token in tokens:
        if token.type == "th_open":
            token.attrSet("scope", "col")
        if is_ours:
            continue
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1:]) + TOP_HEADING - 1, LOWEST_HEADING)}"
        for child in token.children or []:
            if child.type == "image":
                child.type, child.tag = "text", ""
        if token.children:
            token.children = [child for child in token.children if child.type not in ("link_open", "link_close")]
    return Markup(str(parser.renderer.render(tokens, parser.options, {})))


def environment(loader: jinja2.BaseLoader, **layout: Any) -> jinja2.Environment:
    """Templates under the rules of all our templates: text is escaped, and a name that is not given is an error."""
    return jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, **layout)


@cache
def _templates() -> jinja2.Environment:
    templates = environment(jinja2.PackageLoader("pccstats.presentation"), extensions=[LineBreaks])
    templates.globals["NO_FIGURE"] = NO_FIGURE
    return templates


class LineBreaks(Extension):
    """A line break beside a tag is layout of the template: neither it nor the indentation reaches the page.

    Each becomes an empty comment that trims what is around it, so that Jinja still counts the lines for its messages.
    """

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002 Jinja's own
        """The template without the white space about such line breaks."""
        return re.sub(r"(?<=[>}])\n|\n(?=\s*[<{])", "{#-\n-#}", source)


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")
