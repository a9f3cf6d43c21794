"""A notebook that has run becomes a page."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
import nbformat

from pccstats.batch.charts import ChartFiles
from pccstats.batch.handed_over import MIME_TYPE
from pccstats.batch.jobs import Job, with_cells, with_outputs
from pccstats.batch.kernel import Outcome
from pccstats.batch.outline import outlined
from pccstats.batch.provenance import PACKAGE, Origin
from pccstats.presentation.glossary import glossary, linked
from pccstats.presentation.markup import Markup, environment, safe_markdown
from pccstats.terms.periods import Quarter
from pccstats.terms.words import Audience

if TYPE_CHECKING:
    from nbconvert.exporters.templateexporter import TemplateExporter

FRONT_PAGE, BRIEFING, GLOSSARY = "index", "briefing", "glossary"  # made by the pack itself, not by a notebook
SHOWN_FIRST = ("text/html", "text/markdown", "image/svg+xml", "image/png", "image/jpeg", "text/plain")
TEMPLATES = Path(__file__).parent / "template"


@dataclass(frozen=True)
class Link:
    """An entry of the navigation."""

    page: str
    words: str

    @property
    def href(self) -> str:
        return f"{self.page}.html"


@dataclass(frozen=True)
class Pack:
    """What all pages of a pack share; `restricted` names the measures in it that the public may not see."""

    title: str
    quarter: Quarter
    links: tuple[Link, ...]
    origin: Origin
    is_public: bool = False
    restricted: tuple[str, ...] = ()

    @property
    def quarter_in_words(self) -> str:
        return self.quarter.in_words

    @property
    def audience(self) -> str:
        """Whom it is made for, as the manifest keeps it."""
        return str(Audience.PUBLIC if self.is_public else Audience.INTERNAL)


def links_of(jobs: tuple[Job, ...]) -> tuple[Link, ...]:
    """The navigation: the front page, every page in reading order, the glossary."""
    return (Link(FRONT_PAGE, "Overview"), *(Link(job.page, job.nav) for job in jobs), Link(GLOSSARY, "Glossary"))


def page_of(
    pack: Pack,
    job: Job,
    notebook: nbformat.NotebookNode | None,
    outcome: Outcome,
    charts: tuple[ChartFiles, ...] = (),
) -> str:
    """The page of one notebook, complete or not, with the links to the files of its charts."""
    body = body_of(notebook) if notebook is not None else ""
    for chart in charts:
        links = rendered("chart-files.html.j2", chart=chart).strip()
        body = body.replace(chart.marker, links, 1)  # of one name, in the order they were handed over
    return explained(
        "page.html.j2",
        pack=pack,
        here=job.page,
        title=job.title,
        outline=outlined(body, job.title, replace_title=job.is_per_theme),
        outcome=outcome,
        detail=without_places(outcome.detail, job.parameters),
        reason=without_places(outcome.reason, job.parameters),
    )


def glossary_page(pack: Pack) -> str:
    """The page that says what the words of the others mean."""
    return rendered("glossary.html.j2", pack=pack, here=GLOSSARY, title="Glossary", terms=glossary())


def explained(template: str, **values: Any) -> str:
    """One of our templates, filled in, each term leading to the glossary from where it first stands."""
    return linked(rendered(template, **values), f"{GLOSSARY}.html")


def rendered(template: str, **values: Any) -> str:
    """One of our templates, filled in; all text is escaped."""
    return _templates().get_template(template).render(css=Markup(page_css()), front=FRONT_PAGE, **values).strip() + "\n"


@cache
def page_css() -> str:
    """The style sheet of every page, for a notebook or a test that wants to look like one."""
    return (TEMPLATES / "page.css").read_text(encoding="utf-8")


def without_places(text: str, parameters: Mapping[str, object]) -> str:
    """Text without the folders of this machine: a page must not tell whose it is, and be the same on every one.

    Examples
    --------
    >>> without_places("/srv/pack/data/raw/a.csv is missing", {"data": "/srv/pack/data"})
    'data/raw/a.csv is missing'
    """
    data = Path(str(parameters.get("data", "data")))
    for folder, words in ((data, data.name), (PACKAGE.parent, "."), (Path.home(), "~")):
        if len(folder.parts) > 1:
            text = text.replace(str(folder), words)
    return text


@cache
def _templates() -> jinja2.Environment:
    # A page keeps the lines of its layout, so that its source can be read.
    return environment(jinja2.FileSystemLoader(TEMPLATES), trim_blocks=True, lstrip_blocks=True)


def body_of(notebook: nbformat.NotebookNode) -> str:
    """The prose and outputs of a notebook as HTML; no code, no structured results, nothing random.

    The notes papermill adds about an error are left out too: the page's banner says it better.
    """
    kept = [cell for cell in notebook.cells if "papermill-error-cell-tag" not in cell.metadata.get("tags", [])]
    shown = with_cells(notebook, map(_without_results, kept))
    body, _ = _exporter().from_notebook_node(shown)
    return str(body).strip()


def _without_results(cell: nbformat.NotebookNode) -> nbformat.NotebookNode:
    if cell.cell_type != "code":
        return cell
    return with_outputs(cell, (output for output in cell.outputs if not _is_result(output)))


def _is_result(output: nbformat.NotebookNode) -> bool:
    """True for an output that only hands results over: beside them it has nothing but their plain-text stand-in."""
    kinds = set(output.get("data", {}))
    return MIME_TYPE in kinds and kinds <= {MIME_TYPE, "text/plain"}


@cache
def _exporter() -> TemplateExporter:
    # One for all pages, so that its templates are compiled once; nothing of it is needed before a notebook has run.
    from nbconvert.exporters.templateexporter import TemplateExporter  # noqa: PLC0415
    from nbconvert.filters import DataTypeFilter  # noqa: PLC0415
    from traitlets.config import Config  # noqa: PLC0415

    exporter = TemplateExporter(
        template_name="body",
        extra_template_basedirs=[str(TEMPLATES)],
        config=Config({"NbConvertBase": {"display_data_priority": list(SHOWN_FIRST)}}),
    )
    exporter.output_mimetype = "text/html"
    exporter.file_extension = ".html"
    exporter.register_filter("prose", _prose)
    exporter.register_filter("base64", _as_base64)
    exporter.register_filter("frame", _as_table)
    exporter.register_filter("filter_data_type", DataTypeFilter(parent=exporter))
    return exporter


def _prose(source: str) -> Markup:
    return safe_markdown(source, is_ours=True)


def _as_table(html: str) -> Markup:
    """A frame as pandas shows it, as a table that can be read aloud: a caption, and heads that say of what."""
    import lxml.html  # noqa: PLC0415 few pages show a frame

    table = lxml.html.fragment_fromstring(html, create_parent="div")
    for head in table.iter("th"):
        head.set("scope", "col" if next(head.iterancestors("thead"), None) is not None else "row")
        if not head.text_content().strip():  # above the index, if it has no name
            head.tag = "td"
            del head.attrib["scope"]
    for found in table.iter("table"):
        caption = lxml.html.Element("caption")
        caption.text = "Columns: " + ", ".join(head.text_content() for head in found.findall(".//thead//th"))
        found.insert(0, caption)
    return Markup("".join(lxml.html.tostring(part, encoding="unicode") for part in table))


def _as_base64(text: Any) -> str:
    return base64.b64encode(str(text).encode("utf-8")).decode("ascii")
