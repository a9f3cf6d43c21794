"""The notebooks of a pack: which there are and what each says of itself.

A notebook belongs to the pack when its metadata hold a `pccstats` block:

    "pccstats": {"page": "dashboard", "order": 10, "nav": "Dashboard", "title": "The dashboard"}

`page` is the name of its page, `order` its place, `nav` its short title in the navigation, `title` the full one.
Three further keys are for notebooks on strategic themes. `"theme": 3` leaves the notebook out where the plan has no
theme 3. `"plan": "<title of a plan>"` keeps it for that plan alone. `"per_theme": true`, instead of `page`, runs the
notebook once for every theme that no notebook of its own serves, with the parameter `theme`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import papermill

from pccstats.batch.notebook import read_notebook
from pccstats.terms.errors import Problem, RequestProblem

PARAMETERS = frozenset({"quarter", "data", "audience"})  # what every notebook of a pack is given
THEME_PARAMETER = "theme"  # what a notebook run once per theme is given besides
RESERVED_PAGES = frozenset({"index"})

_PAGE_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


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
            problems.extend(_parameter_problems(entry))
            entries.append(entry)
    problems.extend(_page_problems(entries))
    if not entries and not problems:
        step = "Give at least one notebook a `pccstats` block in its metadata."
        problems.append(Problem("No notebook in this folder belongs to the pack.", str(folder), next_step=step))
    if problems:
        raise RequestProblem(problems)
    return tuple(sorted(entries, key=lambda entry: (entry.order, entry.path.name)))


def _read(path: Path, problems: list[Problem]) -> nbformat.NotebookNode | None:
    try:
        return read_notebook(path)
    except (nbformat.reader.NotJSONError, nbformat.ValidationError, json.JSONDecodeError, UnicodeDecodeError, KeyError):
        step = "Open it in JupyterLab and save it again, or take it out of the folder."
        problems.append(Problem("This file is not a notebook that can be read.", path.name, next_step=step))
        return None


def _entry(
    path: Path, notebook: nbformat.NotebookNode, block: Mapping[str, Any], problems: list[Problem]
) -> Entry | None:
    per_theme = block.get("per_theme") is True
    faults = [
        (
            not per_theme and not _PAGE_NAME.fullmatch(str(block.get("page", ""))),
            "page",
            "small letters, digits, hyphens",
        ),
        (block.get("page") in RESERVED_PAGES, "page", "another name: the pack makes that page itself"),
        (not isinstance(block.get("order"), int | float), "order", "a number"),
        (not str(block.get("title", "")).strip(), "title", "the title of the page"),
        (not isinstance(block.get("theme", 0), int), "theme", "the number of a theme"),
    ]
    wrong = [(key, wanted) for is_wrong, key, wanted in faults if is_wrong]
    for key, wanted in wrong:
        place = f"{path.name}, metadata pccstats.{key}"
        problems.append(Problem(f"This must be {wanted}.", place, str(block.get(key, ""))))
    if wrong:
        return None
    return Entry(
        path=path,
        title=str(block["title"]).strip(),
        nav=str(block.get("nav") or block["title"]).strip(),
        order=float(block["order"]),
        cell_count=len(notebook.cells),
        page="" if per_theme else str(block["page"]),
        theme=block.get("theme"),
        plan=block.get("plan"),
        is_per_theme=per_theme,
    )


def _parameter_problems(entry: Entry) -> list[Problem]:
    """Refuse a notebook that does not match before any kernel starts; papermill only logs an unknown parameter."""
    # papermill reads {} in a path as a place to fill in
    inspected = papermill.inspect_notebook(str(entry.path).replace("{", "{{").replace("}", "}}"))
    declared = set(inspected)
    given = PARAMETERS | ({THEME_PARAMETER} if entry.is_per_theme else set())
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
