"""Which notebooks there are, and which of them run with what."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, cast

import nbformat
import papermill
from nbformat import NotebookNode

from pccstats.batch.limits import Limits
from pccstats.batch.request import Request
from pccstats.terms.errors import Problem, RequestProblem
from pccstats.terms.plan import Plan, Theme
from pccstats.terms.words import slug as slug_of

PARAMETERS = frozenset({"quarter", "data", "audience"})  # what every notebook of a pack is given
THEME_PARAMETER = "theme"  # what a notebook run once per theme is given besides
RESERVED_PAGES = frozenset({"index", "briefing"})
_PAGE_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
SKIPPED = "skip-execution"
LONGEST_TITLE, LONGEST_PAGE_NAME, LARGEST_ORDER = 200, 80, 1_000_000
OUR_KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}


def _has_districts(plan: Plan) -> bool:
    return bool(plan.smallest_parts_of(plan.focus))


# What a plan must have for a page to have anything to say, by the word in the notebook's metadata.
NEEDS: Mapping[str, Callable[[Plan], bool]] = {
    "": bool,
    "districts": _has_districts,
    "board": lambda plan: plan.board is not None or bool(plan.targets) or _has_districts(plan),
}


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
    theme: int | None = None  # the one theme of the plan it is about
    limits: Limits = field(default_factory=Limits)

    @property
    def file_name(self) -> str:
        """The page's file in the pack."""
        return f"{self.page}.html"


def plan_jobs(request: Request, entries: Iterable[Entry], plan: Plan) -> tuple[Job, ...]:
    """Every page of the pack, in reading order.

    A notebook kept for another plan is left out, and so is one on a theme the plan does not have, and one that would
    have nothing to say (`needs`). A theme with no
    notebook of its own is served by the notebook that runs once per theme, where there is one.
    """
    fitting = [entry for entry in entries if _fits(entry, plan) and NEEDS[entry.needs](plan)]
    served = {entry.theme for entry in fitting}
    jobs = [_job(entry, request) for entry in fitting if not entry.is_per_theme]
    for entry in fitting:
        if entry.is_per_theme:
            jobs += [_for_theme(_job(entry, request), theme) for theme in plan.themes if theme.number not in served]
    if not jobs:
        raise RequestProblem(f"No notebook in {request.notebooks} serves the plan {plan.title!r}.")
    return tuple(sorted(_with_limits(jobs, entries, plan), key=lambda job: job.order))


def _with_limits(jobs: list[Job], entries: Iterable[Entry], plan: Plan) -> Iterator[Job]:
    """The same jobs, with what the plan lets single pages take; a limit of no page that there is is refused."""
    pages = [job.page for job in jobs]
    names = {*pages, *(name for entry in entries for name in (entry.page, entry.path.stem))}
    step = f"The pages are: {', '.join(pages)}."
    unknown = [limit.page for limit in plan.limits if limit.page not in names]
    if unknown:
        raise RequestProblem(Problem("There is no such page.", "plan.toml, limit", page, step) for page in unknown)
    for job in jobs:
        limits = job.limits
        for limit in plan.limits:
            limits = limits.for_page(limit) if limit.page in (job.page, job.notebook.stem) else limits
        yield replace(job, limits=limits)


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


def reading_from(jobs: Iterable[Job], data: Path) -> tuple[Job, ...]:
    """The same jobs, their notebooks given this data folder."""
    return tuple(replace(job, parameters={**job.parameters, "data": str(data)}) for job in jobs)


def slug(title: str) -> str:
    """A title as part of a file name: small ASCII letters, digits and hyphens.

    Examples
    --------
    >>> slug("Supporting victims & witnesses")
    'supporting-victims-witnesses'
    """
    return slug_of(title) or "theme"


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
        parameters=request.parameters,
        theme=entry.theme,
        limits=request.limits,
    )


def _for_theme(job: Job, theme: Theme) -> Job:
    """The same notebook for one theme: a page, a title and a parameter of its own."""
    return replace(
        job,
        page=f"theme-{theme.number}-{theme.slug}" if theme.slug else f"theme-{theme.number}",
        title=theme.title,
        nav=theme.short_title or theme.title,
        parameters={**job.parameters, THEME_PARAMETER: theme.number},
        is_per_theme=True,
        theme=theme.number,
    )


@dataclass(frozen=True)
class Entry:
    """One notebook of the pack, as its metadata describe it."""

    path: Path
    title: str
    nav: str
    order: float
    cell_count: int
    page: str = ""
    theme: int | None = None
    plan: str | None = None
    is_per_theme: bool = False
    needs: str = ""


def read_catalogue(folder: Path) -> tuple[Entry, ...]:
    """Every notebook of a folder that belongs to the pack, in order.

    Raises
    ------
    RequestProblem
        With every notebook that cannot be read, lacks a parameter, asks for one nobody gives, or shares its page name.
    """
    problems: list[Problem] = []
    entries = []
    for path in sorted(folder.glob("*.ipynb")):
        notebook = _read(path, problems)
        block = notebook.metadata.get("pccstats") if notebook is not None else None
        if notebook is None or block is None:
            continue
        entry = _entry(path, notebook, block, problems)
        if entry is not None:
            problems.extend(_parameter_problems(entry, notebook))
            entries.append(entry)
    problems.extend(_page_problems(entries))
    if not entries and not problems:
        step = "Give at least one notebook a `pccstats` block in its metadata."
        problems.append(Problem("No notebook in this folder belongs to the pack.", str(folder), next_step=step))
    if problems:
        raise RequestProblem(problems)
    return tuple(sorted(entries, key=lambda entry: (entry.order, entry.path.name)))


def _read(path: Path, problems: list[Problem]) -> NotebookNode | None:
    try:
        return read_notebook(path)
    except Exception:  # noqa: BLE001 nbformat says what is amiss in a dozen ways, some of them KeyError and TypeError
        step = "Open it in JupyterLab and save it again, or take it out of the folder."
        problems.append(Problem("This file is not a notebook that can be read.", path.name, next_step=step))
        return None


def _entry(path: Path, notebook: NotebookNode, block: Any, problems: list[Problem]) -> Entry | None:
    if not isinstance(block, Mapping):
        rule = "This must be a table with the title, the page and the order."
        problems.append(Problem(rule, f"{path.name}, metadata pccstats", _briefly(block)))
        return None
    wrong = [(key, wanted) for key, wanted, is_right in _SETTINGS if not is_right(block)]
    for key, wanted in wrong:
        place = f"{path.name}, metadata pccstats.{key}"
        problems.append(Problem(f"This must be {wanted}.", place, _briefly(block.get(key, ""))))
    if wrong:
        return None
    return Entry(
        path=path,
        title=str(block["title"]).strip(),
        nav=str(block.get("nav") or block["title"]).strip(),
        order=float(block["order"]),
        cell_count=len(notebook.cells),
        page="" if _is_per_theme(block) else str(block["page"]),
        theme=block.get("theme"),
        plan=block.get("plan"),
        is_per_theme=_is_per_theme(block),
        needs=str(block.get("needs", "")),
    )


def _is_per_theme(block: Mapping[str, Any]) -> bool:
    return block.get("per_theme") is True


def _is_title(title: Any) -> bool:
    return isinstance(title, str) and 0 < len(title.strip()) <= LONGEST_TITLE


def _is_page_name(page: Any) -> bool:
    return isinstance(page, str) and len(page) <= LONGEST_PAGE_NAME and bool(_PAGE_NAME.fullmatch(page))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= LARGEST_ORDER


def _is_theme(value: Any) -> bool:
    return value is None or (isinstance(value, int) and not isinstance(value, bool))


_SETTINGS: tuple[tuple[str, str, Callable[[Mapping[str, Any]], bool]], ...] = (
    (
        "page",
        f"a name of small letters, digits and hyphens, {LONGEST_PAGE_NAME} at most",
        lambda block: _is_per_theme(block) or _is_page_name(block.get("page")),
    ),
    (
        "page",
        "another name: the pack makes that page itself",
        lambda block: str(block.get("page")) not in RESERVED_PAGES,
    ),
    (
        "order",
        f"a number, from {-LARGEST_ORDER:,} to {LARGEST_ORDER:,}",
        lambda block: _is_number(block.get("order")),
    ),
    (
        "title",
        f"the title of the page, {LONGEST_TITLE} characters at most",
        lambda block: _is_title(block.get("title")),
    ),
    (
        "nav",
        f"a few words for the navigation, {LONGEST_TITLE} characters at most",
        lambda block: not block.get("nav") or _is_title(block["nav"]),
    ),
    (
        "needs",
        f"{' or '.join(name for name in NEEDS if name)}, or nothing",
        lambda block: isinstance(block.get("needs", ""), str) and block.get("needs", "") in NEEDS,
    ),
    ("theme", "the number of a theme", lambda block: _is_theme(block.get("theme"))),
    ("plan", "the title of a plan", lambda block: isinstance(block.get("plan", ""), str)),
)


def _briefly(value: Any) -> str:
    text = str(value)
    return text if len(text) <= LONGEST_TITLE else f"{text[:LONGEST_TITLE]}…"


def _parameter_problems(entry: Entry, notebook: NotebookNode) -> list[Problem]:
    """Refuse a notebook that does not match before any kernel starts; papermill only logs an unknown parameter."""
    given = PARAMETERS | ({THEME_PARAMETER} if entry.is_per_theme else set())
    if not any("parameters" in cell.metadata.get("tags", []) for cell in notebook.cells):
        step = f"Give the cell that sets {', '.join(sorted(given))} this tag."
        return [Problem("No cell is tagged `parameters`.", entry.path.name, next_step=step)]
    declared = set(papermill.inspect_notebook(notebook))
    place = f"{entry.path.name}, cell tagged `parameters`"
    missing = [
        Problem(f"The parameter `{name}` is missing.", place, next_step=f'Add a line such as `{name}: str = "..."`.')
        for name in sorted(given - declared)
    ]
    unknown = [
        Problem(
            f"The parameter `{name}` is one no pack gives.",
            place,
            next_step=f"A notebook of the pack has {', '.join(sorted(given))}; make this one an ordinary variable.",
        )
        for name in sorted(declared - given)
    ]
    return missing + unknown


def _page_problems(entries: list[Entry]) -> list[Problem]:
    served: dict[tuple[str, str | None], str] = {}
    problems = []
    for entry in entries:
        key = (entry.page or "(one per theme)", entry.plan)
        if key in served:
            rule = f"Two notebooks make the page {key[0]}: {served[key]} and this one."
            problems.append(Problem(rule, entry.path.name, next_step="Give one of them another page name."))
        served[key] = entry.path.name
    return problems


def read_notebook(path: Path) -> NotebookNode:
    """A notebook as nbformat 4, to be run by our own Python, whichever program it was last saved with.

    Raises
    ------
    Exception
        Of many kinds, as nbformat raises them, where the file is no notebook or not one of its form.
    """
    found = nbformat.convert(nbformat.reader.reads(path.read_text(encoding="utf-8")), 4)
    notebook = cast("NotebookNode", nbformat.validator.normalize(found)[1])
    nbformat.validate(notebook)
    notebook.metadata.kernelspec = dict(OUR_KERNEL)
    for part in (notebook, *notebook.cells):
        part.metadata.pop("papermill", None)  # what an earlier run left there
    return notebook


def is_run(cell: NotebookNode) -> bool:
    """True for a cell that has code in it and is not tagged to be skipped."""
    return cell.cell_type == "code" and bool(cell.source.strip()) and SKIPPED not in cell.metadata.get("tags", [])


def with_cells(notebook: NotebookNode, cells: Iterable[NotebookNode]) -> NotebookNode:
    """The same notebook with other cells."""
    return _node({**notebook, "cells": list(cells)})


def with_outputs(cell: NotebookNode, outputs: Iterable[NotebookNode]) -> NotebookNode:
    """The same cell with other outputs."""
    return _node({**cell, "outputs": list(outputs)})


def _node(parts: dict[str, object]) -> NotebookNode:
    return cast("NotebookNode", nbformat.from_dict(parts))
