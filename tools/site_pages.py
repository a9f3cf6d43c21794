"""What the site of the documentation adds to the pages as they are written: an extension of Sphinx.

The navigation, which `docs/site/conf.py` declares; the public names with what their docstrings say (`{names}`); the
charts of the gallery, each drawn by the code above it; the packs that are there to click (`{pack}`); and a link from
`pcc.change` to where it is explained.
"""

from __future__ import annotations

import ast
import contextlib
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar

import jinja2
from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.util.docutils import SphinxDirective
from sphinx.util.matching import patfilter

import pccstats
from pccstats.presentation.pages.parts import IN_TIME
from pccstats.presentation.style import svg_of

TEMPLATES = Path(__file__).resolve().parents[1] / "docs" / "site" / "templates"
PUBLIC = tuple(name for name in pccstats.__all__ if not name.startswith("_"))
_VARIABLE = re.compile(r"--([a-z-]+): (#[0-9a-f]{6});")
_NAMED = re.compile(r"pcc(?:stats)?\.(\w+)(?:\(.*\))?")


def setup(app: Sphinx) -> dict[str, Any]:
    """What Sphinx asks of an extension."""
    app.add_config_value("navigation", {}, "env")
    app.add_config_value("beneath", {}, "env")
    app.add_config_value("drawn", [], "env")
    app.add_directive("names", Names)
    app.add_directive("pack", Pack)
    app.add_transform(DrawCharts)
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


# ----------------------------------------------------------------------------------------------------------- gallery


class DrawCharts(SphinxTransform):
    """On the pages of `drawn`: beneath each block of Python stands the chart that its last line gives."""

    default_priority = 210

    def apply(self, **_: Any) -> None:
        """Run the blocks of the page one after another, in the folder of the repository."""
        if self.env.docname not in self.config.drawn:
            return
        names: dict[str, Any] = {}
        with contextlib.chdir(self.env.srcdir):
            for block in list(self.document.findall(nodes.literal_block)):
                if block.get("language") == "python" and (shown := shown_by(block.astext(), names)):
                    place = block.parent.index(block) + 1
                    block.parent.insert(place, nodes.raw("", shown, format="html"))


def shown_by(code: str, names: dict[str, Any]) -> str:
    r"""What a block's last line gives, as markup; nothing where it gives nothing to look at.

    Examples
    --------
    >>> names = {}
    >>> shown_by("import pccstats as pcc", names), "pcc" in names
    ('', True)
    >>> shown_by("pcc.draw(pcc.crime_basket(60_000, 50_000, 5))", names)[:44]
    '<figure class="chart" data-answer="Basket">\n'
    """
    *first, last = ast.parse(code).body
    if not isinstance(last, ast.Expr):
        exec(code, names)  # noqa: S102 the code of our own page, as its reader would run it
        return ""
    exec(compile(ast.Module(first, []), "block", "exec"), names)  # noqa: S102
    if isinstance(last.value, ast.Call) and ast.unparse(last.value.func) == "pcc.draw":
        answer = eval(ast.unparse(last.value.args[0]), names)  # noqa: S307
        options = {option.arg: eval(ast.unparse(option.value), names) for option in last.value.keywords}  # noqa: S307
        figure = pccstats.draw(answer, **options)
        words = {"kind": type(answer).__name__, "headline": figure.headline, "subtitle": figure.subtitle}
        words |= {"sentence": pccstats.describe(answer), "runs_in_time": answer.presented_by in IN_TIME}
        return in_page("chart.html", **words, drawing=svg_of(figure))
    return in_page("small.html", drawing=eval(ast.unparse(last.value), names))  # noqa: S307


def in_page(template: str, **parts: Any) -> str:
    """Parts of a page in their template; what is no markup is made safe."""
    return (
        jinja2.Environment(loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True)
        .get_template(template)
        .render(parts)
    )


# ------------------------------------------------------------------------------------------------------------- packs


class Pack(SphinxDirective):
    """`{pack} 2015-16-Q1`: words on a pack, and the way into it where it was made beside the site, in `packs`."""

    required_arguments: ClassVar[int] = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        """The words, and a link or the reason why there is none."""
        name = self.arguments[0]
        words = self.parse_content_to_nodes()
        if (Path(self.env.app.outdir) / "packs" / name / "index.html").is_file():
            up = "../" * self.env.docname.count("/")
            way = nodes.reference("", f"Open the pack of {name}", refuri=f"{up}packs/{name}/index.html", internal=False)
        else:
            way = nodes.emphasis("", f"The pack of {name} was not made with this copy of the site.")
        return [*words, nodes.paragraph("", "", way)]
