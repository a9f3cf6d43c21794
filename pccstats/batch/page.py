"""A notebook that has run becomes a page."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
import nbformat
from markdown_it import MarkdownIt
from markdown_it.token import Token
from nbconvert.exporters.templateexporter import TemplateExporter
from nbconvert.filters import DataTypeFilter
from traitlets.config import Config

from pccstats.batch.handed_over import MIME_TYPE, Record, Results
from pccstats.batch.jobs import Job, slug, with_cells, with_outputs
from pccstats.batch.kernel import Outcome
from pccstats.batch.provenance import PACKAGE, Origin
from pccstats.presentation.pages.parts import tally_bar
from pccstats.presentation.states import Chip, state_label
from pccstats.terms.periods import Quarter
from pccstats.terms.plan import Plan, Priority, Theme
from pccstats.terms.words import State

FRONT_PAGE = "index"
SHOWN_FIRST = ("text/html", "text/markdown", "image/svg+xml", "image/png", "image/jpeg", "text/plain")
_HEADING = re.compile(r"<h([1-6])((?:\s[^>]*)?)>(.*?)</h\1>", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
_ID = re.compile(r"""\bid\s*=\s*["']?([^"'\s>]+)""")


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
    """What all pages of a pack share."""

    title: str
    quarter: Quarter
    links: tuple[Link, ...]
    origin: Origin
    is_public: bool = False

    @property
    def quarter_in_words(self) -> str:
        return self.quarter.in_words


def links_of(jobs: tuple[Job, ...]) -> tuple[Link, ...]:
    """The navigation: the front page, then every page in reading order."""
    return (Link(FRONT_PAGE, "Overview"), *(Link(job.page, job.nav) for job in jobs))


def page_of(pack: Pack, job: Job, notebook: nbformat.NotebookNode | None, outcome: Outcome) -> str:
    """The page of one notebook, complete or not."""
    body = body_of(notebook) if notebook is not None else ""
    return rendered(
        "page.html.j2",
        pack=pack,
        here=job.page,
        title=job.title,
        outline=outlined(body, job.title, replace_title=job.is_per_theme),
        outcome=outcome,
        detail=without_places(outcome.detail, job.parameters),
        reason=without_places(outcome.reason, job.parameters),
    )


def rendered(template: str, **values: Any) -> str:
    """One of our templates, filled in; all text is escaped."""
    return _templates().get_template(template).render(css=page_css(), **values).strip() + "\n"


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
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


TEMPLATES = Path(__file__).parent / "template"


def body_of(notebook: nbformat.NotebookNode) -> str:
    """The prose and outputs of a notebook as HTML; no code, no structured results, nothing random.

    The notes papermill adds about an error are left out too: the page's banner says it better.
    """
    kept = [cell for cell in notebook.cells if "papermill-error-cell-tag" not in cell.metadata.get("tags", [])]
    shown = with_cells(notebook, map(_without_results, kept))
    body, _ = _exporter().from_notebook_node(shown)
    return str(body).strip()


def prose(source: str) -> str:
    r"""Markdown as HTML. Markup written into the Markdown stays text, and links to scripts are dropped.

    Examples
    --------
    >>> prose("*Lower* is better <script>")
    '<p><em>Lower</em> is better &lt;script&gt;</p>\n'
    """
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse(source)
    for token in _table_heads(tokens):
        token.attrSet("scope", "col")
    return str(markdown.renderer.render(tokens, markdown.options, {}))


def _table_heads(tokens: list[Token]) -> Iterator[Token]:
    return (token for token in tokens if token.type == "th_open")


def _without_results(cell: nbformat.NotebookNode) -> nbformat.NotebookNode:
    if cell.cell_type != "code":
        return cell
    return with_outputs(cell, (output for output in cell.outputs if not _is_result(output)))


def _is_result(output: nbformat.NotebookNode) -> bool:
    """True for an output that only hands results over: beside them it has nothing but their plain-text stand-in."""
    kinds = set(output.get("data", {}))
    return MIME_TYPE in kinds and kinds <= {MIME_TYPE, "text/plain"}


def _exporter() -> TemplateExporter:
    exporter = TemplateExporter(
        template_name="body",
        extra_template_basedirs=[str(TEMPLATES)],
        config=Config({"NbConvertBase": {"display_data_priority": list(SHOWN_FIRST)}}),
    )
    exporter.output_mimetype = "text/html"
    exporter.file_extension = ".html"
    exporter.register_filter("prose", prose)
    exporter.register_filter("base64", _as_base64)
    exporter.register_filter("filter_data_type", DataTypeFilter(parent=exporter))
    return exporter


def _as_base64(text: Any) -> str:
    return base64.b64encode(str(text).encode("utf-8")).decode("ascii")


CELL, SECTION = '<div class="cell', "<section"


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


@dataclass(frozen=True)
class PageRow:
    """One page as the front page lists it."""

    page: str
    title: str
    ending: str
    reason: str = ""
    is_complete: bool = True
    is_made: bool = True
    is_of_other_data: bool = False


@dataclass(frozen=True)
class Download:
    """A file to take away."""

    name: str
    words: str
    size: int


@dataclass(frozen=True)
class GlanceRow:
    """One priority at a glance: a chip for each state met, and what its record says beyond them."""

    number: int
    title: str
    href: str
    verdict: tuple[Chip, ...]
    words: str


def front_page(
    pack: Pack,
    plan: Plan,
    results: Results,
    pages: tuple[PageRow, ...],
    downloads: tuple[Download, ...],
    anchors_of: Callable[[str], frozenset[str]],
) -> str:
    """The front page of a pack, honest about whatever is missing from it.

    Parameters
    ----------
    anchors_of : callable
        The names a link can lead to on a page; empty for a page that is not there.
    """
    glance = _Glance(results.priorities, anchors_of)
    counts = _counts(results.tally)
    return rendered(
        "index.html.j2",
        pack=pack,
        here=FRONT_PAGE,
        title="Overview",
        headline=results.headline,
        caution=results.caution,
        tally=tally_bar({state.value: count for state, count in counts.items()}) if results.tally else "",
        indicator_count=sum(counts.values()),
        themes=[(theme, glance.href_of(theme), list(glance.rows(theme))) for theme in plan.themes],
        priority_count=len(plan.priorities),
        pages=pages,
        failed=[page for page in pages if page.is_made and not page.is_complete],
        downloads=downloads,
    )


def _counts(tally: tuple[Record, ...]) -> dict[State, int]:
    """All eight states in their order, those nobody is in included."""
    given = {str(record.get("state")): int(record.get("count") or 0) for record in tally}
    return {state: given.get(state.value, 0) for state in State}


class _Glance:
    """The priorities of the plan, joined with what the notebooks said of them."""

    def __init__(self, records: tuple[Record, ...], anchors_of: Callable[[str], frozenset[str]]) -> None:
        self._records = {record.get("number"): record for record in records}
        self._anchors_of = anchors_of

    def rows(self, theme: Theme) -> Iterator[GlanceRow]:
        for priority in theme.priorities:
            record = self._records.get(priority.number, {})
            yield GlanceRow(
                number=priority.number,
                title=priority.name,
                href=self._href(record, priority),
                verdict=_verdict(record),
                words=_words(record),
            )

    def href_of(self, theme: Theme) -> str:
        pages = [self._records[p.number].get("page") for p in theme.priorities if p.number in self._records]
        page = _page_name(pages[0]) if pages else ""
        return f"{page}.html" if page and self._anchors_of(page) else ""

    def _href(self, record: Record, priority: Priority) -> str:
        page = _page_name(record.get("page"))
        anchors = self._anchors_of(page) if page else frozenset()
        if not anchors:
            return ""
        wanted = str(record.get("anchor") or f"priority-{priority.number}").removeprefix("#")
        return f"{page}.html#{wanted}" if wanted in anchors else f"{page}.html"


def _page_name(page: Any) -> str:
    return str(page or "").removesuffix(".html")


def _verdict(record: Record) -> tuple[Chip, ...]:
    """Shape and word for each state met; a record that names several states shows how many indicators are in each."""
    several: list[Mapping[str, Any]] = list(record.get("states") or ())
    if several:
        alone = sum(int(part.get("count") or 1) for part in several) == 1
        return tuple(_label(part, alone=alone) for part in several)
    return (_label(record, alone=True),) if record.get("state") in set(State) else ()


def _label(part: Mapping[str, Any], *, alone: bool) -> Chip:
    state = State(part["state"])
    words = "" if alone else f"{part.get('count') or 1} {state.in_words}"
    return state_label(state, part.get("change"), words=words)


def _words(record: Record) -> str:
    """What the record says beyond the word of its state."""
    verdict = str(record.get("verdict") or "").strip()
    states = {state.value for state in State} | {state.in_words for state in State}
    return "" if verdict.lower().replace(" ", "_") in states or verdict.lower() in states else verdict
