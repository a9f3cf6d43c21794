"""A folder that appears whole or not at all.

Everything is written beside the folder it is to become and takes its place by renaming. A crash before that leaves the
earlier folder as it was. Two renames are needed, the old one aside and the new one in; should the machine stop between
them, the next run puts the old one back.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_MAKING, _EARLIER = "making", "earlier"
_ABANDONED_AFTER_SECONDS = 24 * 60 * 60
_TRIES, _PAUSE_SECONDS = 20, 0.1


@contextmanager
def replaced_whole(folder: Path) -> Iterator[Path]:
    """Give an empty folder to write in; on leaving without an error it takes the place of `folder`.

    Examples
    --------
    >>> import tempfile
    >>> outputs = Path(tempfile.mkdtemp())
    >>> with replaced_whole(outputs / "2015-16-Q1") as making:
    ...     _ = (making / "index.html").write_text("new")
    >>> [path.name for path in outputs.iterdir()]
    ['2015-16-Q1']
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    restore(folder)
    _clear_abandoned(folder)
    making = _beside(folder, _MAKING)
    try:
        yield making
        _swap_in(making, folder)
    finally:
        shutil.rmtree(making, ignore_errors=True)


def restore(folder: Path) -> None:
    """Put back the earlier folder if a run was cut off between the two renames."""
    if folder.exists():
        return
    earlier = sorted(_all_beside(folder, _EARLIER), key=lambda path: path.stat().st_mtime)
    if earlier:
        with suppress(OSError):
            (earlier[-1] / folder.name).rename(folder)


def _swap_in(making: Path, folder: Path) -> None:
    aside = _beside(folder, _EARLIER)
    try:
        for attempt in range(_TRIES):
            try:
                if folder.exists():
                    folder.rename(aside / folder.name)
                making.rename(folder)
            except OSError:  # another run renamed first, or (on Windows) a page is open in a browser
                if folder.exists():
                    shutil.rmtree(aside / folder.name, ignore_errors=True)
                else:
                    restore(folder)
                if attempt == _TRIES - 1:
                    raise
                time.sleep(_PAUSE_SECONDS)
            else:
                return
    finally:
        if folder.exists():
            shutil.rmtree(aside, ignore_errors=True)


def _beside(folder: Path, purpose: str) -> Path:
    made = Path(tempfile.mkdtemp(prefix=f".{folder.name}.{purpose}-", dir=folder.parent))
    made.chmod(0o755)  # mkdtemp keeps a folder to its owner; a pack is shared
    return made


def _all_beside(folder: Path, purpose: str) -> Iterator[Path]:
    return folder.parent.glob(f".{folder.name}.{purpose}-*")


def _clear_abandoned(folder: Path) -> None:
    oldest = time.time() - _ABANDONED_AFTER_SECONDS
    for purpose in (_MAKING, _EARLIER):
        for path in _all_beside(folder, purpose):
            if path.stat().st_mtime < oldest:
                shutil.rmtree(path, ignore_errors=True)
