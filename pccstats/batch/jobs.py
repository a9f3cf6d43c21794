"""From a quarter to a list of jobs: which notebook, which parameters, which page. Pure: no file is opened here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from pccstats.batch.catalogue import THEME_PARAMETER, Entry
from pccstats.batch.request import Request
from pccstats.terms import slugs
from pccstats.terms.errors import Problem, RequestProblem
from pccstats.terms.plan import Plan, Theme


@dataclass(frozen=True)
class Job:
    """One page to make: the notebook, what it is given, and how the page is called."""

    notebook: Path
    page: str
    title: str
    nav: str
    order: float
    cell_count: int
    parameters: Mapping[str, str | int] = field(default_factory=dict)
    is_per_theme: bool = False  # its notebook serves many themes, so the page is headed by the theme's title

    @property
    def file_name(self) -> str:
        """The page's file in the pack."""
        return f"{self.page}.html"


def plan_jobs(request: Request, entries: Iterable[Entry], plan: Plan) -> tuple[Job, ...]:
    """Every page of the pack, in reading order.

    A notebook kept for another plan is left out, and so is one on a theme the plan does not have. A theme with no
    notebook of its own is served by the notebook that runs once per theme, where there is one.
    """
    fitting = [entry for entry in entries if _fits(entry, plan)]
    served = {entry.theme for entry in fitting}
    jobs = [_job(entry, request) for entry in fitting if not entry.is_per_theme]
    for entry in fitting:
        if entry.is_per_theme:
            jobs += [_theme_job(entry, request, theme) for theme in plan.themes if theme.number not in served]
    if not jobs:
        raise RequestProblem(f"No notebook in {request.notebooks} serves the plan {plan.title!r}.")
    return tuple(sorted(jobs, key=lambda job: job.order))


def chosen(jobs: tuple[Job, ...], only: str | None) -> tuple[Job, ...]:
    """The jobs to run: all of them, or the one whose page or notebook is named."""
    if only is None:
        return jobs
    name = re.sub(r"\.(ipynb|html)$", "", Path(only).name)
    found = tuple(job for job in jobs if name in (job.page, job.notebook.stem))
    if found:
        return found
    pages = [job.page for job in jobs]
    near = get_close_matches(name, pages, n=1)
    step = f"Did you mean {near[0]}?" if near else f"The pages are: {', '.join(pages)}."
    raise RequestProblem([Problem("The pack has no such notebook.", "--only", only, step)])


def slug(title: str) -> str:
    """A title as part of a file name: small ASCII letters, digits and hyphens.

    Examples
    --------
    >>> slug("Supporting victims & witnesses")
    'supporting-victims-witnesses'
    """
    return slugs.slug(title) or "theme"


def _fits(entry: Entry, plan: Plan) -> bool:
    themes = {theme.number for theme in plan.themes}
    return entry.plan in (None, plan.title) and (entry.theme is None or entry.theme in themes)


def _job(entry: Entry, request: Request) -> Job:
    return Job(
        notebook=entry.path,
        page=entry.page,
        title=entry.title,
        nav=entry.nav,
        order=entry.order,
        cell_count=entry.cell_count,
        parameters=_parameters(request),
    )


def _theme_job(entry: Entry, request: Request, theme: Theme) -> Job:
    return Job(
        notebook=entry.path,
        page=f"theme-{theme.number}-{theme.slug}" if theme.slug else f"theme-{theme.number}",
        title=theme.title,
        nav=f"{entry.nav} {theme.number}",
        order=entry.order,
        cell_count=entry.cell_count,
        parameters={**_parameters(request), THEME_PARAMETER: theme.number},
        is_per_theme=True,
    )


def _parameters(request: Request) -> dict[str, str | int]:
    return {"quarter": str(request.quarter), "data": str(request.data), "audience": str(request.audience)}
