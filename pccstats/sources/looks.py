"""What a notebook looks at, noted while it runs, so that its page can be kept while all of that is the same.

Every look at the figures, the populations and the texts of the plan leaves a note, and so does every file that is
opened. What cannot be told in parts is noted whole: whoever takes the table of figures as a table has looked at all of
it. Handing on, as `dataclasses.replace` does, is no look: the copy leaves notes of its own. What a notebook may do
beside all this nobody can note: see `batch.kept`.
"""

from __future__ import annotations

import dataclasses
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from pathlib import Path
from typing import Any

from pccstats.terms.errors import SourceFile
from pccstats.terms.observations import Observations, Question, in_one_line
from pccstats.terms.plan import Indicator, Priority, Theme

Part = tuple[str, ...]  # what kind of thing, and which one; of a kind that is noted whole the kind alone
FIGURES, POPULATION, ANSWER, TEXT, FILE, OUTSIDE = "figures", "population", "answer", "text", "file", "outside"
EVERYWHERE = ""  # in place of an area: all of them

# What is noted by part, by the class that holds it; whatever else a plan says, every page depends on.
TEXTS: Mapping[type, tuple[str, ...]] = {
    Theme: ("title", "short_title"),
    Priority: ("title", "short_title", "commentary"),
    Indicator: ("title", "short_title", "reason", "release_note", "footnotes", "owner", "source_system"),
}
TABLES = ("frame", "exposures", "findings", "files", "illustrative")
SHA256 = "sha256"
_NAMES: Mapping[type, tuple[str, str]] = {
    Theme: ("theme", "number"),
    Priority: ("priority", "number"),
    Indicator: ("indicator", "key"),
}
_FIELDS: Mapping[type, tuple[str, ...]] = {**TEXTS, Observations: TABLES, SourceFile: (SHA256,)}
_HANDED_ON = frozenset({dataclasses.replace.__code__, getattr(dataclasses, "_replace", dataclasses.replace).__code__})
_REACHES_OUT = ("socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn")
_ABSENT = object()  # a field without a default is no attribute of its class

# Questions that look at a part of a table, with the tables they may use for it, or that hand tables on row by row.
_BY_PART: tuple[tuple[str, tuple[str, ...], Callable[..., Part] | None], ...] = (
    ("rows", ("frame",), lambda indicator, area=None, months=None: (FIGURES, indicator, area or EVERYWHERE)),  # noqa: ARG005
    ("series_by_area", ("frame",), lambda indicator, areas, **_: (FIGURES, indicator, EVERYWHERE)),  # noqa: ARG005
    ("residents", ("exposures",), lambda area, column="persons": (POPULATION, area)),  # noqa: ARG005
    ("known_by", TABLES, None),
)
_noted: list[set[Part]] = []  # where notes go: one at most
_hooks: list[object] = []  # what the interpreter was told to call cannot be taken back
_is_quiet: ContextVar[frozenset[str]] = ContextVar("_is_quiet", default=frozenset())


def note_looks_in(file: str, events: Any) -> None:
    """Note in a file, from now on and after every cell of this kernel, what was looked at; never ends.

    Parameters
    ----------
    file : str
        A list of parts, as JSON; it is there from the first cell on.
    events : IPython.core.events.EventManager
        The kernel's own.
    """
    if _noted:  # a kernel that is told twice notes once
        return
    noted = _watch()

    def write(*_: object) -> None:
        Path(file).write_text(json.dumps(sorted(noted)), encoding="utf-8")

    events.register("post_run_cell", write)


def read_looks(file: Path) -> frozenset[Part] | None:
    """What a kernel noted; None where it noted nothing at all, as one does that never came to run."""
    try:
        return frozenset(tuple(part) for part in json.loads(file.read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


@contextmanager
def looks() -> Iterator[set[Part]]:
    """What is looked at inside, as a kernel would note it: for trying it out in one process, not among threads.

    Examples
    --------
    >>> import pccstats as pcc
    >>> data = pcc.read_observations("data/processed")
    >>> with looks() as noted:
    ...     _ = data.series("12.offences", area="Leicestershire")
    >>> ("figures", "12.offences", "Leicestershire") in noted, ("frame",) in noted
    (True, False)
    """
    watched = [(owner, name) for owner, names in _FIELDS.items() for name in names]
    of_figures = ("real", "plan_digest", "kept_answer", *(name for name, _, _ in _BY_PART))
    watched += [(Observations, name) for name in of_figures]
    before = [(owner, name, vars(owner).get(name, _ABSENT)) for owner, name in watched]
    noted = _watch()
    try:
        yield noted
    finally:
        _noted.clear()
        for owner, name, held in before:
            delattr(owner, name) if held is _ABSENT else setattr(owner, name, held)


@contextmanager
def unnoted() -> Iterator[None]:
    """Inside, neither files nor texts are noted: for what only reads the plan, whose parts are noted when looked at."""
    before = _is_quiet.set(_is_quiet.get() | {FILE})
    try:
        yield
    finally:
        _is_quiet.reset(before)


def text_part(entry: Any, name: str) -> Part:
    """A text of the plan as a part: of which entry, and which of its texts."""
    word, identity = _NAMES[type(entry)]
    return (TEXT, word, str(getattr(entry, identity)), name)


class _Field:
    """A field of a dataclass that leaves a note when it is looked at."""

    def __init__(self, name: str, default: object, note: Callable[[Any, str], None]) -> None:
        self._name, self._default, self._note = name, default, note

    def __get__(self, instance: Any, owner: type) -> Any:
        if instance is None:
            return self._default
        if sys._getframe(1).f_code not in _HANDED_ON:  # noqa: SLF001 the one way to tell who asks
            self._note(instance, self._name)
        return vars(instance)[self._name]

    def __set__(self, instance: Any, value: object) -> None:
        vars(instance)[self._name] = value


def _watch() -> set[Part]:
    """Have every look noted from now on, in the set given back."""
    noted: set[Part] = set()

    def note_text(entry: Any, name: str) -> None:
        if FILE not in _is_quiet.get():
            noted.add(text_part(entry, name))

    def note_whole(_: Any, name: str) -> None:
        if name not in _is_quiet.get():
            noted.add((name,))

    for owner, names in _FIELDS.items():
        for name in names:
            note = note_text if owner in TEXTS else note_whole
            setattr(owner, name, _Field(name, getattr(owner, name, None), note))
    for name, tables, part in _BY_PART:
        setattr(Observations, name, _by_part(getattr(Observations, name), tables, part, noted))
    for name, whole in (("real", TABLES), ("plan_digest", (FILE,))):
        asked: Any = getattr(Observations, name)
        setattr(Observations, name, property(_by_part(asked.fget, whole, None, noted)))
    setattr(Observations, "kept_answer", _by_answer(Observations.kept_answer, noted))  # noqa: B010
    _noted[:] = [noted]
    if not _hooks:
        _hooks.append(_note_event)
        sys.addaudithook(_note_event)
    return noted


def _by_part(
    asked: Callable[..., Any], tables: Iterable[str], part: Callable[..., Part] | None, noted: set[Part]
) -> Callable[..., Any]:
    """The same question, noted by the part it asks for; what it does with the tables beneath is no look at all."""

    @wraps(asked)
    def ask(self: Observations, *given: Any, **named: Any) -> Any:
        if part is not None:
            noted.add(part(*given, **named))
        before = _is_quiet.set(_is_quiet.get() | frozenset(tables))
        try:
            return asked(self, *given, **named)
        finally:
            _is_quiet.reset(before)

    return ask


def _by_answer(asked: Callable[..., Any], noted: set[Part]) -> Callable[..., Any]:
    """The same question, noted by the answer that is found: whatever it was worked out from, a page sees it alone."""

    @wraps(asked)
    def ask(self: Observations, measure: str, question: Question) -> Any:
        before = _is_quiet.set(_is_quiet.get() | {FILE, *TABLES})
        try:
            found = asked(self, measure, question)
        finally:
            _is_quiet.reset(before)
        if found is not None:
            noted.add((ANSWER, in_one_line(question)))
        return found

    return ask


def _note_event(event: str, about: tuple[Any, ...]) -> None:
    """Note files opened to be read, and whatever reaches beyond this process."""
    if not _noted or FILE in _is_quiet.get():
        return
    if event == "open":
        path, mode, flags = about
        is_new = bool(flags & os.O_EXCL) or (flags & os.O_WRONLY) == os.O_WRONLY  # what it holds, nobody had written
        if isinstance(path, str | bytes) and not is_new and not (isinstance(mode, str) and mode[0] in "wax"):
            name = path.decode(errors="replace") if isinstance(path, bytes) else path
            _noted[0].add((FILE, str(Path(name).absolute())))
    elif event.startswith(_REACHES_OUT):
        _noted[0].add((OUTSIDE, event))
