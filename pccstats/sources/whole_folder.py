"""A folder that is replaced as a whole or not at all.

Everything is written beside the folder it is to become and takes its place by renaming. Two renames are needed, the
old folder aside and the new one in; should the machine stop between them, `put_back` restores the old one.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

_MAKING, _BEFORE = "making", "before"
_ABANDONED_AFTER_SECONDS = 24 * 60 * 60
_TRIES = 20
_SECONDS_BETWEEN_TRIES = 0.1


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
