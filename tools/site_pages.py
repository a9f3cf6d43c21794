"""What the site of the documentation adds to the pages as they are written: an extension of Sphinx.

The navigation, which `docs/site/conf.py` declares; the public names with what their docstrings say (`{names}`); the
charts of the gallery, each drawn by the code above it; the packs that are there to click (`{pack}`); and a link from
`pcc.change` to where it is explained.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, ClassVar

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.util.docutils import SphinxDirective
from sphinx.util.matching import patfilter

import pccstats

PUBLIC = tuple(name for name in pccstats.__all__ if not name.startswith("_"))
_VARIABLE = re.compile(r"--([a-z-]+): (#[0-9a-f]{6});")
_NAMED = re.compile(r"pcc(?:stats)?\.(\w+)(?:\(.*\))?")


def setup(app: Sphinx) -> dict[str, Any]:
    """What Sphinx asks of an extension."""
    app.add_config_value("navigation", {}, "env")
    app.add_config_value("beneath", {}, "env")
    app.add_directive("names", Names)
    app.add_transform(LinkNames)
    app.connect("source-read", add_navigation)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def palettes(css: str) -> tuple[dict[str, str], dict[str, str]]:
    """The colours of a pack's pages on a light screen and on a dark one, and the theme's own in their terms."""
    light, dark, *_printed = (
        dict(_VARIABLE.findall(block)) for block in re.findall(r":root \{(.*?)\}", css, re.DOTALL)
    )
    theme = {
        "color-foreground-primary": "var(--ink)",
        "color-foreground-secondary": "var(--quiet)",
        "color-foreground-muted": "var(--quiet)",
        "color-background-primary": "var(--paper)",
        "color-background-secondary": "var(--tint)",
        "color-background-border": "var(--hairline)",
        "color-brand-primary": "var(--link)",
        "color-brand-content": "var(--link)",
        "color-brand-visited": "var(--link)",
    }
    return light | theme, light | dark | theme


# ------------------------------------------------------------------------------------------------------- navigation


def add_navigation(app: Sphinx, page: str, source: list[str]) -> None:
    """Put the list of the pages beneath a page at its end, for the sidebar; the page itself shows nothing of it."""
    if page == app.config.root_doc:
        lists = app.config.navigation
    else:
        lists = {"": app.config.beneath[page]} if page in app.config.beneath else {}
    for caption, patterns in lists.items():
        pages = [name for pattern in patterns for name in sorted(patfilter(app.env.found_docs, pattern))]
        options = [":hidden:", *([f":caption: {caption}"] if caption else []), ""]
        source[0] += "\n".join(["\n```{toctree}", *options, *(f"/{name}" for name in pages), "```\n"])


# ------------------------------------------------------------------------------------------------------ public names


def floor_of(name: str) -> str:
    """On which floor of the house a public name is defined.

    Examples
    --------
    >>> floor_of("expected_level"), floor_of("Plan"), floor_of("draw")
    ('methods', 'terms', 'presentation')
    """
    return str(getattr(pccstats, name).__module__).split(".")[1]


class Names(SphinxDirective):
    """`{names} methods`: what the docstrings of the public names of a floor say, each under a heading of its own."""

    required_arguments: ClassVar[int] = 1

    def run(self) -> list[nodes.Node]:
        """The sections of the names."""
        found: list[nodes.Node] = []
        for name in (each for each in PUBLIC if floor_of(each) == self.arguments[0]):
            section = nodes.section(ids=[nodes.make_id(f"pcc-{name}")], names=[name])
            section += nodes.title("", "", nodes.literal("", f"pcc.{name}", classes=["heading"]))
            kind = "autoclass" if isinstance(getattr(pccstats, name), type) else "autofunction"
            options = ["   :members:"] if kind == "autoclass" else []
            lines = [f".. {kind}:: pccstats.{name}", *options]
            section += parsed_rest(self, lines)
            found.append(section)
        return found


def parsed_rest(directive: SphinxDirective, lines: Iterable[str]) -> list[nodes.Node]:
    """Lines of reStructuredText as parts of a page that is written in Markdown."""
    fence = "\n".join(["```{eval-rst}", *lines, "```"])
    return directive.parse_text_to_nodes(fence)


class LinkNames(SphinxTransform):
    """A public name in the text, as `pcc.change`, leads to where it is explained."""

    default_priority = 500

    def apply(self, **_: Any) -> None:
        """Wrap each name that stands in code within a sentence."""
        for literal in list(self.document.findall(nodes.literal)):
            named = _NAMED.fullmatch(literal.astext())
            if (
                not named
                or named[1] not in PUBLIC
                or isinstance(literal.parent, (nodes.reference, pending_xref, nodes.title))
            ):
                continue
            link = pending_xref(
                "",
                refdomain="py",
                reftype="obj",
                reftarget=f"pccstats.{named[1]}",
                refdoc=self.env.docname,
                refexplicit=True,
                refwarn=True,
            )
            literal.replace_self(link)
            link += literal
