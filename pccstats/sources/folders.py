"""Data folders: where things lie, and how a folder is replaced whole."""

from __future__ import annotations

import errno
import glob
import hashlib
import os
import secrets
import shutil
import time
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pccstats.sources.disk import exchange, locked, undisturbed, write_through, write_through_names
from pccstats.terms.errors import DataProblem, Problem

PLAN = "plan.toml"
SOURCES = "sources.toml"
MANIFEST = "manifest.json"
LONGEST_NAME = 255  # bytes, of one part of a path: what file systems hold
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


def files_asked(raw: Path) -> tuple[str, ...]:
    """The names of all files that `sources.toml` asks for, lookups included; none where it cannot be read as such."""
    try:
        listed = tomllib.loads((raw / SOURCES).read_text(encoding="utf-8-sig"))
        entries: list[Mapping[str, Any]] = listed.get("source", [])
        names = {str(entry["file"]) for entry in entries}
        names |= {(Path(entry["file"]).parent / entry["lookup"]).as_posix() for entry in entries if entry.get("lookup")}
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return ()
    return tuple(sorted(name for name in names if is_inside(name) and not is_too_long(name)))


def is_inside(name: str) -> bool:
    """True of the name of a file that lies in the folder it is looked for in, or below."""
    return not Path(name).is_absolute() and ".." not in Path(name).parts


def is_too_long(name: str) -> bool:
    """True of a name that no file system holds, which may not even be looked for."""
    return any(len(part.encode()) > LONGEST_NAME for part in Path(name).parts)


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
    return digest_of_bytes(text.encode("utf-8"))


def digest_of_bytes(content: bytes) -> str:
    """The SHA-256 of what a file holds."""
    return hashlib.sha256(content).hexdigest()


@contextmanager
def alone(folder: Path, on_wait: Callable[[], None] = lambda: None) -> Iterator[None]:
    """See that no other run replaces a folder meanwhile, and put right what killed runs left beside it.

    Parameters
    ----------
    folder : Path
        The folder that is to be replaced; it need not exist.
    on_wait : callable
        Called once where another run is at it; then that one is waited for.

    Raises
    ------
    OSError
        If nothing can be written beside the folder.
    """
    folder = folder.resolve()
    folder.parent.mkdir(parents=True, exist_ok=True)
    with locked(folder.parent / f".{folder.name}.lock", on_wait) as is_alone:
        put_back(folder)
        _clear_abandoned(folder, older_than=0 if is_alone else _ABANDONED_AFTER_SECONDS)
        yield


@contextmanager
def replaced_folder(folder: Path, is_ours: Callable[[str], bool]) -> Iterator[Path]:
    """Give an empty folder to write in; on leaving without an error it takes the place of `folder`.

    Only one run at a time may replace a folder: see `alone`.

    Parameters
    ----------
    folder : Path
        The folder to replace; it need not exist.
    is_ours : callable
        Of a file in the old folder, by its path from there: True where it was made by us and goes with the old folder.
        Every other file is somebody else's, and the new folder takes it over unless it has one of that name.

    Raises
    ------
    OSError
        If anything cannot be written; the old folder is as it was.

    Examples
    --------
    >>> import tempfile
    >>> data = Path(tempfile.mkdtemp())
    >>> with replaced_folder(data / "processed", lambda name: name == "manifest.json") as making:
    ...     _ = (making / "manifest.json").write_text("{}")
    >>> [path.name for path in data.iterdir()]
    ['processed']
    """
    folder = folder.resolve()  # a link stays, and what it leads to is replaced
    if folder.exists() and not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))
    folder.parent.mkdir(parents=True, exist_ok=True)
    making = folder.with_name(f".{folder.name}.{_MAKING}-{secrets.token_hex(4)}")
    making.mkdir()  # by the umask, as everything written in it
    try:
        yield making
        _take_over(folder, making, is_ours, _copy)
        write_through(making)
        with undisturbed():
            _swap(making, folder)
            _take_over(making, folder, is_ours, Path.rename)  # what somebody put there at the last moment
    finally:
        shutil.rmtree(making, ignore_errors=True)  # after the swap this is the old folder


def _take_over(old: Path, new: Path, is_ours: Callable[[str], bool], act: Callable[[Path, Path], object]) -> None:
    """Bring what is somebody else's from the old folder to the new."""
    for name in strangers(old, is_ours):
        if not os.path.lexists(new / name):
            (new / name).parent.mkdir(parents=True, exist_ok=True)
            act(old / name, new / name)


def _copy(old: Path, new: Path) -> None:
    """A second name for the same file, where the disk can: a copy of what may be much would take long."""
    try:
        os.link(old, new, follow_symlinks=False)
    except (OSError, NotImplementedError):
        shutil.copy2(old, new, follow_symlinks=False)


def strangers(folder: Path, is_ours: Callable[[str], bool]) -> list[str]:
    """The files in a folder that are not ours, by their paths from there; none where there is no such folder."""
    names = (Path(place, name).relative_to(folder).as_posix() for place, _, held in os.walk(folder) for name in held)
    return sorted(name for name in names if not is_ours(name))


def put_back(folder: Path) -> None:
    """Restore the old folder where a run was cut off between the two renames."""
    before = sorted(_beside(folder, _BEFORE), key=lambda path: path.stat().st_mtime)
    if before and not folder.exists():
        with suppress(OSError):  # another run may do the same at this moment
            before[-1].rename(folder)


def _beside(folder: Path, purpose: str) -> list[Path]:
    return list(folder.parent.glob(f".{glob.escape(folder.name)}.{purpose}-*"))


def _swap(making: Path, folder: Path) -> None:
    """Put the new folder in the place of the old one, which afterwards has the place of the new one."""
    if not (folder.exists() and exchange(making, folder)):
        _swap_by_renames(making, folder)
    with suppress(OSError):  # the new folder is in its place: after a power cut the old or the new one stands, whole
        write_through_names(folder.parent)


def _swap_by_renames(making: Path, folder: Path) -> None:
    before = making.with_name(making.name.replace(f".{_MAKING}-", f".{_BEFORE}-"))
    for tries_left in reversed(range(_TRIES)):
        try:
            if folder.exists():
                folder.rename(before)
            making.rename(folder)
        except OSError:  # on Windows: somebody has a file open
            put_back(folder)
            if not tries_left:
                raise
            time.sleep(_SECONDS_BETWEEN_TRIES)
        else:
            break
    if before.exists():
        before.rename(making)


def _clear_abandoned(folder: Path, older_than: float) -> None:
    """Take away what killed runs left beside the folder, of this age in seconds or more."""
    newest = time.time() - older_than
    for path in (*_beside(folder, _MAKING), *_beside(folder, _BEFORE)):
        if not older_than or path.stat().st_mtime < newest:
            shutil.rmtree(path, ignore_errors=True)
