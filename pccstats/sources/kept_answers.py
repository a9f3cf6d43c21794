"""Answers kept between runs: one file a measure, one row an answer, found by all that it was worked out from.

Each row says in plain columns which area and quarter it is of and how it came out, for whoever opens the file in
another program; its last column holds the whole answer as `terms.on_paper` writes it. Files lie in one folder for each
state of figures, plan and code, so that what is stale goes in one go. Only the batch writes here, from processes begun
for the purpose: a notebook that has been open for days may hold older code than the folder it would write under.
"""

from __future__ import annotations

import json
import os
import platform
import secrets
import shutil
from collections.abc import Hashable, Iterable
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from pccstats.sources.folders import digest_of, digest_of_text
from pccstats.terms.observations import Ahead, Question, in_one_line
from pccstats.terms.on_paper import digest_of_answer, from_paper, on_paper
from pccstats.terms.words import slug

FOLDER = "results"  # in the processed data
MOST_KEPT = 6  # folders; the oldest go first
_FLOORS = ("terms", "reference", "methods", "review")  # whose code an answer comes from
_LIBRARIES = ("numpy", "pandas", "scipy")
_ANSWER = "answer"
_NOT_TO_BE_READ = (OSError, ValueError, LookupError, TypeError, pa.ArrowException)
_DESCRIBED = b"pccstats.rows"  # in the description of the file: there as soon as it is open


class KeptAnswers:
    """The answers in one folder of results, to be looked up while a pack is made or a notebook is worked on.

    Examples
    --------
    >>> import tempfile
    >>> from pccstats.terms.periods import Quarter
    >>> kept = KeptAnswers(Path(tempfile.mkdtemp()) / FOLDER)
    >>> figures, question = "digest of figures", Question(("12.offences", "2015/16-Q1", "review"), "digest of a plan")
    >>> kept.find("12.offences", figures, question) is None
    True
    >>> about = ("12.offences", "Leicestershire", Quarter.parse("2015/16-Q1"), "worse", figures)
    >>> kept.keep("made", "12.offences", [Ahead(*about, question, 4013.0)])
    >>> kept.find("12.offences", figures, question)
    4013.0
    >>> list(kept.digests())
    ['12.offences 2015/16-Q1 review']
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._known: dict[tuple[Path, int], _Described] = {}

    def find(self, measure: str, figures: str, question: Question) -> Any | None:
        """The answer to a question about a measure, asked of figures of that digest.

        None where none is kept, or what is kept cannot be read.
        """
        key = key_of((figures, question))
        for path in sorted(self.folder.glob(f"*/{_name_of(measure)}")):
            with suppress(*_NOT_TO_BE_READ):  # being written, pruned or spoilt: worked out again
                described = self._described(path)
                row = described.rows.get(key)
                if row is not None:
                    return from_paper(_answer_in(path, row, described))
        return None

    def _described(self, path: Path) -> _Described:
        """What a file says of itself, read once of each state of it."""
        state = (path, path.stat().st_mtime_ns)
        if state not in self._known:
            self._known[state] = _Described.read(path)
        return self._known[state]

    def digests(self) -> dict[str, str]:
        """By what is asked, the digest of the answer: it tells whether a change of the figures changes an answer.

        Where the same is asked of figures known at several times, it is that of all their answers.
        """
        told: dict[str, list[str]] = {}
        for path in sorted(self.folder.glob("*/*.parquet")):
            with suppress(*_NOT_TO_BE_READ):
                for _, name, digest in _Described.read(path).answers:
                    told.setdefault(name, []).append(digest)
        return {name: digest_of_text("\n".join(digests)) for name, digests in told.items()}

    def keep(self, place: str, measure: str, answers: Iterable[Ahead]) -> None:
        """Write the answers about one measure, all at once, in place of those kept there before.

        Raises
        ------
        OSError
            Where the system refuses; what was kept is as it was.
        """
        rows = sorted(answers, key=lambda each: (each.area, str(each.at)))
        written = [on_paper(each.answer) for each in rows]
        described = [
            (key_of((each.figures, each.question)), in_one_line(each.question), digest_of_text(answer))
            for each, answer in zip(rows, written, strict=True)
        ]
        table = pa.table(
            {
                "measure": [measure] * len(rows),
                "area": [each.area for each in rows],
                "quarter": [str(each.at) for each in rows],
                "state": [each.state for each in rows],
                _ANSWER: pa.array(written, type=pa.large_string()),
            },
            metadata={_DESCRIBED: json.dumps(described)},
        )
        path = self.folder / place / _name_of(measure)
        path.parent.mkdir(parents=True, exist_ok=True)
        making = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        try:
            pq.write_table(table, making, row_group_size=1, compression="zstd", use_dictionary=False)
            making.replace(path)
        finally:
            making.unlink(missing_ok=True)

    def has(self, place: str, measure: str) -> bool:
        """True where a file of answers about a measure, or of none, is kept in a place and can be read."""
        try:
            _Described.read(self.folder / place / _name_of(measure))
        except _NOT_TO_BE_READ:
            return False
        return True

    def lend(self, place: str, folder: Path) -> None:
        """Put the answers of one place, and of no other, where the readers of another folder find them."""
        to = folder / place
        for path in sorted((self.folder / place).glob("*.parquet")):
            to.mkdir(parents=True, exist_ok=True)
            with suppress(FileNotFoundError):  # taken away meanwhile by another run
                try:
                    os.link(path, to / path.name)
                except OSError:  # another disk, or one without links
                    shutil.copyfile(path, to / path.name)

    def prune(self, place: str) -> None:
        """Take the oldest away where many are kept, and never the one in use."""
        if not self.folder.is_dir():
            return
        if (self.folder / place).is_dir():
            os.utime(self.folder / place)
        others = [path for path in self.folder.iterdir() if path.is_dir() and path.name != place]
        for path in sorted(others, key=lambda path: path.stat().st_mtime)[: max(len(others) + 1 - MOST_KEPT, 0)]:
            shutil.rmtree(path, ignore_errors=True)


def key_of(question: Hashable) -> str:
    """What an answer is found by: of other figures, another plan or other code the key is another.

    Examples
    --------
    >>> key_of(("review", 1)) == key_of(("review", 1)), key_of(("review", 1)) == key_of(("review", 2))
    (True, False)
    """
    return digest_of_answer((question, digest_of_code()))


@cache
def digest_of_code() -> str:
    """One digest of the code that works answers out, as it was when this process first asked."""
    package = Path(__file__).resolve().parents[1]
    files = sorted(path for floor in _FLOORS for path in (package / floor).rglob("*") if path.suffix in _OF_CODE)
    lines = [f"{path.relative_to(package).as_posix()} {digest_of(path)}" for path in files]
    versions = [f"python {platform.python_version()}", *(f"{name} {version(name)}" for name in _LIBRARIES)]
    return digest_of_text("\n".join([*lines, *versions]))  # Python too: 3.12 sums floats otherwise than 3.11


_OF_CODE = frozenset({".py", ".csv", ".toml", ".json"})


def _name_of(measure: str) -> str:
    """A file of its own for each measure, whatever signs its key has."""
    return f"{slug(measure)[:60]}-{digest_of_text(measure)[:8]}.parquet"


class _Described(NamedTuple):
    """What a file of answers says of itself.

    Attributes
    ----------
    answers : list of (str, str, str)
        Of each row its key, what is asked, and the digest of the answer.
    rows : dict
        Which row holds the answer of which key.
    layout : pyarrow.parquet.FileMetaData
        Where in the file each row lies: for hundreds of rows it takes longer to read than one of them.
    """

    answers: list[tuple[str, str, str]]
    rows: dict[str, int]
    layout: pq.FileMetaData

    @classmethod
    def read(cls, path: Path) -> _Described:
        layout = pq.read_metadata(path)
        answers = [(key, name, digest) for key, name, digest in json.loads(layout.metadata[_DESCRIBED])]
        return cls(answers, {key: row for row, (key, _, _) in enumerate(answers)}, layout)


def _answer_in(path: Path, row: int, described: _Described) -> str:
    """The answer in a row, which must be the one that was written: a spoilt disk changes a figure and says nothing."""
    with pq.ParquetFile(path, metadata=described.layout) as kept:
        answer = str(kept.read_row_group(row, columns=[_ANSWER])[_ANSWER][0].as_py())
    _, _, digest = described.answers[row]
    if digest_of_text(answer) != digest:
        raise ValueError("This answer is not whole.")
    return answer
