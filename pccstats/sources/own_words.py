"""Words of a quarter, written by people into files beside the plan: found, read as text, and given to their priority.

They lie in `commentary/<quarter>/`: `priority-3.md` holds what the office says of its third priority, and a file named
after an area what a partnership says of itself (see `read_commentary`). A file is of its quarter and no other, so last
quarter's words are never printed again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from pccstats.terms.errors import DataProblem, Problem, RequestProblem
from pccstats.terms.periods import Quarter
from pccstats.terms.plan import Commentary, Plan, Priority
from pccstats.terms.words import UNPRINTABLE

FOLDER = "commentary"
README = "README"
MOST_LETTERS = 20_000  # a summary, not a report
OF_A_PRIORITY = re.compile(r"priority-(\d+)")
_HINT = re.compile(r"<!--.*?-->", re.DOTALL)


@dataclass(frozen=True)
class Words:
    """One file of words: its place for an error, what it is of by its name, and its text or what is wrong with it."""

    place: str
    name: str
    text: str = ""
    problem: Problem | None = None


def words_in(raw: Path, quarter: Quarter) -> Iterator[Words]:
    """The files of a quarter, in the order of their names; hints to the writer (`<!-- … -->`) are no text."""
    for path in sorted((raw / FOLDER / quarter.path_name).glob("*.md")):
        if path.stem != README:
            yield _words(path)


def name_of(priority: int) -> str:
    """What the file on a priority is called."""
    return f"priority-{priority}.md"


def with_own_words(plan: Plan, raw: Path) -> Plan:
    """The plan with what the office wrote of its priorities, each of its quarter.

    Raises
    ------
    DataProblem
        With every folder that is of no quarter and every file that cannot be read or is of no priority.
    """
    if not (raw / FOLDER).is_dir():
        return plan
    numbers = {priority.number for theme in plan.themes for priority in theme.priorities}
    said: dict[int, tuple[Commentary, ...]] = {}
    problems: list[Problem] = []
    for place in sorted(path for path in (raw / FOLDER).iterdir() if path.is_dir() and path.name[:1] != "."):
        try:
            quarter = Quarter.parse(place.name.replace("-", "/", 1))
        except RequestProblem:
            step = "Name the folder after a quarter, as 2015-16-Q1."
            problems.append(Problem("This folder is of no quarter.", f"{FOLDER}/{place.name}", next_step=step))
            continue
        for words in words_in(raw, quarter):
            found = OF_A_PRIORITY.fullmatch(words.name)
            if found is None:
                continue  # of an area
            number = int(found[1])
            if number not in numbers:
                step = f"The plan has {', '.join(map(str, sorted(numbers)))}."
                problems.append(Problem("The plan has no such priority.", words.place, found[1], step))
            elif words.problem is not None:
                problems.append(words.problem)
            elif words.text:
                said[number] = (*said.get(number, ()), Commentary(str(quarter), (words.text,), is_own=True))
    if problems:
        raise DataProblem(problems)
    return replace(
        plan,
        themes=tuple(replace(theme, priorities=tuple(_told(theme.priorities, said))) for theme in plan.themes),
    )


def _told(priorities: Iterable[Priority], said: dict[int, tuple[Commentary, ...]]) -> Iterator[Priority]:
    for priority in priorities:
        yield replace(priority, commentary=(*priority.commentary, *said.get(priority.number, ())))


def _words(path: Path) -> Words:
    place = f"{FOLDER}/{path.parent.name}/{path.name}"
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        step = "Save it again with the encoding UTF-8."
        return Words(place, path.stem, problem=Problem("This is not text in UTF-8.", place, next_step=step))
    if found := UNPRINTABLE.search(text):
        line = text.count("\n", 0, found.start()) + 1
        what, step = "Here is a sign that cannot be shown.", "Take it out: type the word again."
        return Words(place, path.stem, problem=Problem(what, f"{place}, line {line}", found[0], step))
    text = _HINT.sub("", text).strip()
    if len(text) > MOST_LETTERS:
        what, step = "This is too long for a summary.", f"Cut it to {MOST_LETTERS:,} letters."
        return Words(place, path.stem, problem=Problem(what, place, f"{len(text):,} letters", step))
    return Words(place, path.stem, text)
