"""Pages kept from an earlier run: what their notebooks put out, as long as nothing they looked at has changed.

What is kept is the notebook as it ran. The page, its charts and all it hands over are made of it again in the frame of
the new pack, so that a pack of kept and new pages is byte for byte the one that a whole run makes. One run of each
page of each pack is kept, in the folder `.kept` of the data folder; it is written as soon as the page has ended, so
that a run that was killed is taken up where it was. Whoever takes the folder away loses time and nothing else.
"""

from __future__ import annotations

import ast
import gzip
import hashlib
import json
import secrets
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from glob import escape
from pathlib import Path
from typing import cast

import nbformat

from pccstats.batch.jobs import Job, is_run, read_notebook
from pccstats.batch.kernel import Ending, Outcome
from pccstats.batch.kernel_server import unlike_cold
from pccstats.batch.parts import ALWAYS, digest_in, in_words
from pccstats.batch.provenance import what_changed
from pccstats.batch.run import Finished
from pccstats.sources.looks import ANSWER, Part
from pccstats.terms.words import counted, few

FORMAT = 1  # of the files written here: what another format wrote is not read
ASKED_FOR = "asked for"
NEVER_MADE, KEPT = "it has not been made before", "kept: nothing it looks at has changed"
NOT_PLAIN = "its notebook uses more than pccstats, and nobody can tell what it looks at"
_ENDING = ".json.gz"
_PLAIN_IMPORTS = frozenset({"pccstats", "IPython.display", "__future__"})
_NOT_PLAIN = frozenset(
    {"open", "exec", "eval", "compile", "input", "globals", "locals", "vars", "breakpoint", "get_ipython", "hash", "id"}
)


@dataclass(frozen=True)
class Run:
    """A run that was kept, and what it rests on.

    Attributes
    ----------
    rests_on : mapping
        Code, versions, notebook and parameters, by names people know.
    looks : mapping
        The digest of every part of the data that it looked at.
    finished : Finished
    """

    rests_on: Mapping[str, str]
    looks: Mapping[Part, str]
    finished: Finished

    def why_not(
        self, rests_on: Mapping[str, str], parts: Mapping[Part, str], answers: Callable[[], Mapping[Part, str]]
    ) -> str:
        """Why it cannot be used now, in words; empty where it can.

        Parameters
        ----------
        rests_on : mapping
            The same of now.
        parts : mapping
            The digests of all parts of the data now: see `parts.parts_of`.
        answers : callable
            Gives those of the answers; asked where they alone can tell, for they may have to be worked out.
        """
        if changes := what_changed(self.rests_on, rests_on):
            return few(changes)
        found = {part for part in self.looks if part[0] == ANSWER}
        changed = self._changed(self.looks.keys() - found, parts) or (found and self._changed(found, answers()))
        return few(list(dict.fromkeys(f"{in_words(part)} changed" for part in changed)))

    def _changed(self, looks: Iterable[Part], parts: Mapping[Part, str]) -> list[Part]:
        return sorted(part for part in looks if digest_in(parts, part) != self.looks[part])


@dataclass(frozen=True)
class Keeper:
    """The runs kept of one pack.

    Attributes
    ----------
    folder : pathlib.Path
        Where they are; it need not exist.
    parts : mapping
        The digests of all parts of the data that the notebooks are given.
    lend_answers : callable
        Works out the answers that the notebooks will find, lends them, and tells their digests; called more than once
        it tells the same. Asked for here only where it is they that tell whether a page can be kept.
    """

    folder: Path
    parts: Mapping[Part, str]
    lend_answers: Callable[[], Mapping[Part, str]] = dict

    def _why_anew(self, job: Job, rests_on: Mapping[str, str]) -> tuple[str, Finished | None]:
        """Why a page must be made, in words, or the run of it that can be used as it is."""
        if not is_plain(read_notebook(job.notebook)):
            return NOT_PLAIN, None
        if own := unlike_cold(job.notebook.parent):
            return f"{own}, and nobody can tell what they change", None
        run = self._read(job)
        if run is None:
            return NEVER_MADE, None
        why = run.why_not(rests_on, self.parts, self.lend_answers)
        return (why, None) if why else ("", run.finished)

    def keep(self, finished: Finished, rests_on: Mapping[str, str]) -> None:
        """Keep a run that is complete, in the place of an earlier one; a disk that refuses keeps nothing."""
        looks = self._looks_of(finished)
        if finished.outcome.ending is not Ending.COMPLETE or looks is None:
            return
        told = {
            "format": FORMAT,
            "rests_on": dict(rests_on),
            "looks": sorted([list(part), digest] for part, digest in looks.items()),
            "seconds": finished.seconds,
            "attempts": finished.attempts,
            "warnings": finished.outcome.warning_count,
            "notebook": finished.notebook,
        }
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            _write(self._place(finished.job), json.dumps(told).encode("utf-8"))

    def looks_elsewhere(self, finished: Finished) -> bool:
        """True of a run that looked at what nobody can follow: no later one may take it for its own."""
        return self._looks_of(finished) is None

    def _looks_of(self, finished: Finished) -> Mapping[Part, str] | None:
        """The digest of all that a run looked at; None where nobody can tell."""
        if finished.looks is None or finished.notebook is None or not is_plain(finished.notebook):
            return None
        if unlike_cold(finished.job.notebook.parent):
            return None
        is_of_answers = any(kind == ANSWER for kind, *_ in finished.looks)
        parts = {**self.parts, **self.lend_answers()} if is_of_answers else self.parts
        looks = {part: digest_in(parts, part) for part in (*ALWAYS, *finished.looks)}
        known = {part: digest for part, digest in looks.items() if digest is not None}
        return known if len(known) == len(looks) else None

    def _read(self, job: Job) -> Run | None:
        """The run kept of a page; None where there is none, or none that is whole and of our form."""
        try:
            told = json.loads(_read(self._place(job)))
            if told["format"] != FORMAT:
                return None
            outcome = Outcome(Ending.COMPLETE, warning_count=told["warnings"])
            notebook = cast("nbformat.NotebookNode", nbformat.from_dict(told["notebook"]))
            finished = Finished(job, outcome, notebook, told["seconds"], told["attempts"])
            return Run(told["rests_on"], {tuple(part): digest for part, digest in told["looks"]}, finished)
        except (OSError, ValueError, KeyError, TypeError, EOFError, zlib.error):
            return None

    def _place(self, job: Job) -> Path:
        return self.folder / f"{job.page}{_ENDING}"

    def to_do(self, jobs: Iterable[Job], rests_on: Callable[[Job], Mapping[str, str]], why: str = "") -> ToDo:
        """Which pages must be made, and which runs can be used.

        Parameters
        ----------
        jobs : iterable of Job
            The pages asked for.
        rests_on : callable
            What each rests on beside the data.
        why : str
            Why all of them must be made, where that is so.
        """
        asked = {job.page: (why, None) if why else self._why_anew(job, rests_on(job)) for job in jobs}
        return ToDo(
            anew={page: reason for page, (reason, run) in asked.items() if run is None},
            kept={page: run for page, (_, run) in asked.items() if run is not None},
        )


@dataclass(frozen=True)
class ToDo:
    """What a run has to do.

    Attributes
    ----------
    anew : mapping
        By page, why it must be made.
    kept : mapping
        By page, the earlier run that can be used as it is.
    """

    anew: Mapping[str, str]
    kept: Mapping[str, Finished]

    def in_words(self) -> list[str]:
        """A line for each page to be made and one for all that are kept; of all pages made, one for a shared reason."""
        reasons = set(self.anew.values())
        if not self.kept and len(reasons) == 1:
            return [f"every page: {why}" for why in reasons if why not in (NEVER_MADE, ASKED_FOR)]
        return [*(f"{page}: {why}" for page, why in self.anew.items()), *self._kept_in_words()]

    def _kept_in_words(self) -> Iterator[str]:
        if self.kept:
            yield f"{counted(len(self.kept), 'page')} kept: nothing they look at has changed"

    @property
    def reasons(self) -> dict[str, str]:
        """By page, why it is made or that it is kept, as the manifest has it."""
        return {**self.anew, **dict.fromkeys(self.kept, KEPT)}


def is_plain(notebook: nbformat.NotebookNode) -> bool:
    """True for a notebook that uses pccstats and nothing else: all it can look at is noted.

    Examples
    --------
    >>> import nbformat.v4 as v4
    >>> def with_code(text): return v4.new_notebook(cells=[v4.new_code_cell(text)])
    >>> is_plain(with_code("import pccstats as pcc")), is_plain(with_code("import random")), is_plain(with_code("%pwd"))
    (True, False, False)
    """
    return all(_is_plain(cell.source) for cell in notebook.cells if is_run(cell))


def _is_plain(source: str) -> bool:
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):  # a magic, or no Python
        return False
    return all(_is_plain_node(node) for node in ast.walk(tree))


def _is_plain_node(node: ast.AST) -> bool:
    if isinstance(node, ast.Import):
        return all(_may_be_imported(name.name) for name in node.names)
    if isinstance(node, ast.ImportFrom):
        return not node.level and _may_be_imported(node.module or "")
    if isinstance(node, ast.Name):
        return node.id not in _NOT_PLAIN and not node.id.startswith("__")
    return not (isinstance(node, ast.Attribute) and node.attr.startswith("__"))


def _may_be_imported(module: str) -> bool:
    return module in _PLAIN_IMPORTS or module.startswith("pccstats.")


def _write(place: Path, content: bytes) -> None:
    """Whole or not at all, its digest before it: what a killed run left of a file is not read, and goes."""
    for left in place.parent.glob(f".{escape(place.name)}.*"):
        left.unlink(missing_ok=True)
    making = place.with_name(f".{place.name}.{secrets.token_hex(4)}")
    try:
        digest = hashlib.sha256(content).hexdigest().encode()
        making.write_bytes(gzip.compress(digest + content, compresslevel=1, mtime=0))
        making.replace(place)
    finally:
        making.unlink(missing_ok=True)


def _read(place: Path) -> bytes:
    held = gzip.decompress(place.read_bytes())
    digest, content = held[:64], held[64:]
    if hashlib.sha256(content).hexdigest().encode() != digest:
        raise ValueError("This file is not whole.")
    return content
