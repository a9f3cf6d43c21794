"""The temporary things of a run in one folder, so that a run that was killed leaves nothing for ever.

A run holds a lock in its folder for as long as it lives. The next run takes away each folder that bears our name, was
once locked, and is locked no more; with it what processes the dead run left behind. They are known by the folder's
name, which stands in the environment of all that the run started.
"""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

_PREFIX = "pccstats-run-"
_LOCK, _HELD = "lock", "held"
_PLACES = ("TMPDIR", "TEMP", "TMP")  # what systems call the temporary folder
_PROCESSES = Path("/proc")


@contextmanager
def own_temporary_folder() -> Iterator[Path]:
    """Give this process, and all it starts, a temporary folder of its own, gone at the end.

    It changes the environment and the folder of `tempfile`, so it is for commands, not for use among threads.

    Examples
    --------
    >>> with own_temporary_folder() as folder:
    ...     tempfile.gettempdir() == str(folder)
    True
    >>> folder.exists()
    False
    """
    clear_dead_runs()
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    lock = FileLock(folder / _LOCK)
    before, before_in_environment = tempfile.tempdir, {name: os.environ.get(name) for name in _PLACES}
    try:
        lock.acquire(timeout=0)
        (folder / _HELD).touch()
        tempfile.tempdir = str(folder)
        os.environ.update(dict.fromkeys(_PLACES, str(folder)))
        yield folder
    finally:
        tempfile.tempdir = before
        for name, value in before_in_environment.items():
            os.environ.pop(name, None) if value is None else os.environ.update({name: value})
        _take_away(folder, lock)


def clear_dead_runs() -> None:
    """Take away what runs left that were killed: their temporary folders, and processes started by them."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError, Timeout):  # alive, another's, or gone meanwhile
            if _is_own(folder) and (folder / _HELD).is_file():  # held: locked before, so unlocked now means dead
                lock = FileLock(folder / _LOCK)
                lock.acquire(timeout=0)
                _take_away(folder, lock)


def _is_own(folder: Path) -> bool:
    return not folder.is_symlink() and (not hasattr(os, "getuid") or folder.stat().st_uid == os.getuid())


def _take_away(folder: Path, lock: FileLock) -> None:
    _end_processes_of(folder)
    lock.release()
    shutil.rmtree(folder, ignore_errors=True)


def _end_processes_of(folder: Path) -> None:
    """End what still runs with this temporary folder in its environment; Linux alone tells."""
    mark = f"{_PLACES[0]}={folder}".encode()
    for environment in _PROCESSES.glob("[0-9]*/environ"):
        with suppress(OSError):  # another's, or ended meanwhile
            if mark in environment.read_bytes().split(b"\0") and int(environment.parent.name) != os.getpid():
                os.kill(int(environment.parent.name), signal.SIGKILL)
