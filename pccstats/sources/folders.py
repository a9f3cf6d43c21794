"""Data folders: where things lie, and how a folder is replaced whole."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from pccstats.terms.errors import DataProblem, Problem

PLAN = "plan.toml"
SOURCES = "sources.toml"
MANIFEST = "manifest.json"
_RAW, _PROCESSED = "raw", "processed"
_MAKING, _BEFORE = "making", "before"
_ABANDONED_AFTER_SECONDS = 24 * 60 * 60
_TRIES = 20
_SECONDS_BETWEEN_TRIES = 0.1


@dataclass(frozen=True)
class DataFolder:
    """The two halves of a data folder: what was received, and what is made of it.

    `raw` holds the plan, the list of sources and, as a rule, the files they name. `processed` is rebuilt at will.
    """

    raw: Path
    processed: Path

    @classmethod
    def find(cls, folder: Path) -> DataFolder:
        """Find both halves from either of them, from the folder above, or from a folder that is both (an example).

        Raises
        ------
        DataProblem
            If there is no plan in any of these places.
        """
        if (folder / _RAW / PLAN).is_file():
            return cls(folder / _RAW, folder / _PROCESSED)
        if folder.name == _PROCESSED:
            return cls.find(folder.resolve().parent)
        if (folder / PLAN).is_file():
            is_half = folder.resolve().name == _RAW
            return cls(folder, folder.resolve().parent / _PROCESSED if is_half else folder / _PROCESSED)
        raise DataProblem(_no_plan(folder))


def find_plan_file(place: Path) -> Path:
    """The plan file in a folder, in its `raw`, or the file itself."""
    for path in (place, place / PLAN, place / _RAW / PLAN):
        if path.is_file():
            return path
    raise DataProblem(_no_plan(place))


def _no_plan(folder: Path) -> Problem:
    if not folder.is_dir():
        return Problem("There is no such folder.", str(folder), next_step="Check how it is written.")
    step = f"A data folder holds {_RAW}/{PLAN}, or {PLAN} itself."
    return Problem(f"There is no {PLAN} here.", str(folder), next_step=step)


def digest_of(path: Path) -> str:
    """The SHA-256 of a file; of a folder, that of the names and digests of the CSVs in it."""
    if path.is_dir():
        files = sorted(file for file in path.rglob("*.csv") if file.is_file())
        listed = "".join(f"{file.relative_to(path).as_posix()} {digest_of(file)}\n" for file in files)
        return digest_of_text(listed)
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def digest_of_text(text: str) -> str:
    """The SHA-256 of a text in UTF-8."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


@contextmanager
def replaced_folder(folder: Path, keep: Sequence[str] = ()) -> Iterator[Path]:
    """Give an empty folder to write in; on leaving without an error it takes the place of `folder`.

    Parameters
    ----------
    folder : Path
        The folder to replace; it need not exist.
    keep : sequence of str
        Files of the old folder that the new one takes over unless it has its own.

    Examples
    --------
    >>> data = Path(tempfile.mkdtemp())
    >>> with replaced_folder(data / "processed") as making:
    ...     _ = (making / "manifest.json").write_text("{}")
    >>> [path.name for path in data.iterdir()]
    ['processed']
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    put_back(folder)
    _clear_abandoned(folder)
    making = Path(tempfile.mkdtemp(prefix=f".{folder.name}.{_MAKING}-", dir=folder.parent))
    making.chmod(0o755)  # mkdtemp keeps a folder to its owner; data folders are shared
    try:
        yield making
        for name in keep:
            if (folder / name).is_file() and not (making / name).exists():
                shutil.copy2(folder / name, making / name)
        _swap(making, folder)
    finally:
        shutil.rmtree(making, ignore_errors=True)


def put_back(folder: Path) -> None:
    """Restore the old folder where a run was cut off between the two renames."""
    before = sorted(folder.parent.glob(f".{folder.name}.{_BEFORE}-*"), key=lambda path: path.stat().st_mtime)
    if before and not folder.exists():
        with suppress(OSError):  # another run may do the same at this moment
            before[-1].rename(folder)


def _swap(making: Path, folder: Path) -> None:
    before = making.with_name(making.name.replace(f".{_MAKING}-", f".{_BEFORE}-"))
    for tries_left in reversed(range(_TRIES)):
        try:
            if folder.exists():
                folder.rename(before)
            making.rename(folder)
        except OSError:  # another run renamed first, or (on Windows) somebody has a file open
            if folder.exists():
                shutil.rmtree(before, ignore_errors=True)
            put_back(folder)
            if not tries_left:
                raise
            time.sleep(_SECONDS_BETWEEN_TRIES)
        else:
            break
    shutil.rmtree(before, ignore_errors=True)


def _clear_abandoned(folder: Path) -> None:
    """Take away what killed runs left beside the folder a day ago or longer."""
    oldest = time.time() - _ABANDONED_AFTER_SECONDS
    for purpose in (_MAKING, _BEFORE):
        for path in folder.parent.glob(f".{folder.name}.{purpose}-*"):
            if path.stat().st_mtime < oldest:
                shutil.rmtree(path, ignore_errors=True)
