"""From an executed notebook to the body of a page, with our own nbconvert template (`template/body`)."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
from markdown_it import MarkdownIt
from markdown_it.token import Token
from nbconvert.exporters.templateexporter import TemplateExporter
from nbconvert.filters import DataTypeFilter
from traitlets.config import Config

from pccstats.batch.notebook import with_cells, with_outputs
from pccstats.batch.results import MIME_TYPE

TEMPLATES = Path(__file__).parent / "template"
SHOWN_FIRST = ("text/html", "text/markdown", "image/svg+xml", "image/png", "image/jpeg", "text/plain")


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
