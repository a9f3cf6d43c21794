"""From an executed notebook to a finished page: body, outline, banner where it failed, navigation, foot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
import nbformat

from pccstats.batch.body import TEMPLATES, body_of
from pccstats.batch.jobs import Job
from pccstats.batch.provenance import PACKAGE, Origin
from pccstats.batch.status import Outcome
from pccstats.batch.structure import outlined
from pccstats.terms.periods import Quarter

FRONT_PAGE = "index"


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
