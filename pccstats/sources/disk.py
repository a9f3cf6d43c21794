"""Acts on folders that outlast a power cut, a kill, Ctrl-C and a second run: write through, swap, be alone.

What stands in a folder is only replaced in this order: the new files and their folders are written through to the disk,
the two folders change places, and the folder that holds them is written through. Where the system can exchange two
folders in one act (Linux), there is no moment without a whole one.
"""

from __future__ import annotations

import ctypes
import errno
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

STOPS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name))
_HERE, _EXCHANGE = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of linux/fs.h
_NO_EXCHANGE = frozenset({errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP, errno.EPERM})
_NO_LOCKS = frozenset({errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP})
_NO_SYNC_OF_FOLDERS = frozenset({errno.EINVAL, errno.EACCES, errno.EBADF, errno.EOPNOTSUPP, errno.ENOTSUP})
_SECONDS_BETWEEN_LOOKS = 0.2


def write_through(folder: Path) -> None:
    """Have every file and folder below a folder, and the folder itself, on the disk, not only in memory.

    Raises
    ------
    OSError
        Where the disk refuses: some file systems say only now that they are full.
    """
    for place, _, names in os.walk(folder, topdown=False):
        for name in names:
            path = Path(place, name)
            if not path.is_symlink():
                _sync(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
        write_through_names(Path(place))


def write_through_names(folder: Path) -> None:
    """Have the names in one folder on the disk; nothing where the system cannot, as Windows."""
    if os.name == "nt":
        return
    try:
        _sync(folder, os.O_RDONLY)
    except OSError as error:
        if error.errno not in _NO_SYNC_OF_FOLDERS:
            raise


def _sync(path: Path, flags: int) -> None:
    handle = os.open(path, flags)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def exchange(one: Path, other: Path) -> bool:
    """Have two folders change places in one act; False where the system has no such act."""
    rename = _renameat2()
    if rename is None:
        return False
    if rename(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _NO_EXCHANGE:
        return False
    raise OSError(number, os.strerror(number), str(one), None, str(other))


def _renameat2() -> Callable[..., int] | None:
    library: Any = ctypes.CDLL(None, use_errno=True) if os.name == "posix" else None
    found: Callable[..., int] | None = getattr(library, "renameat2", None)
    return found


@contextmanager
def undisturbed() -> Iterator[None]:
    """Hold back what would stop us until a few acts that belong together are done; then let it stop us."""
    if threading.current_thread() is not threading.main_thread():  # signals reach the main thread alone
        yield
        return
    held: list[int] = []
    before = {stop: signal.signal(stop, lambda number, _: held.append(number)) for stop in STOPS}
    try:
        yield
    finally:
        for stop, handler in before.items():
            signal.signal(stop, signal.SIG_DFL if handler is None else handler)
        for number in held:
            signal.raise_signal(number)


@contextmanager
def locked(file: Path, on_wait: Callable[[], None]) -> Iterator[bool]:
    """Wait until no other run holds this file, hold it, and take it away at the end.

    Parameters
    ----------
    file : pathlib.Path
        It need not exist; its folder must.
    on_wait : callable
        Called once where another run holds it.

    Yields
    ------
    bool
        False where the file system knows no locks, and nobody can tell who else is there.
    """
    lock = FileLock(
        file, mode=0o666, fallback_to_soft=False, thread_local=False
    )  # it holds nothing, and a colleague may have to wait for it
    try:
        _acquire(lock, on_wait)
    except OSError as error:
        if isinstance(error, Timeout) or error.errno not in _NO_LOCKS:
            raise
        yield False
        return
    try:
        yield True
    finally:
        with suppress(OSError):  # Windows keeps a file that is open; whoever waits looks whether it is still there
            file.unlink()
        lock.release()


def _acquire(lock: FileLock, on_wait: Callable[[], None]) -> None:
    try:
        lock.acquire(timeout=0)
    except Timeout:
        on_wait()
        lock.acquire(poll_interval=_SECONDS_BETWEEN_LOOKS)


def identity(folder: Path) -> tuple[int, int] | None:
    """What tells a folder from the one that took its place; None where there is none."""
    try:
        about = folder.stat()
    except OSError:
        return None
    return about.st_dev, about.st_ino
