"""A folder that is replaced as a whole or not at all.

Everything is written beside the folder it is to become and takes its place by renaming. Two renames are needed, the
old folder aside and the new one in; should the machine stop between them, `put_back` restores the old one.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

_MAKING, _BEFORE = "making", "before"


@contextmanager
def replaced_folder(folder: Path, keep: Sequence[str] = ()) -> Iterator[Path]:
    """Give an empty folder to write in; on leaving without an error it takes the place of `folder`.

    Parameters
    ----------
    folder : Path
        The folder to replace; it need not exist.
    keep : sequence of str
        Files of the old folder that the new one takes over unless it has its own.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    put_back(folder)
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
    if folder.exists():
        return
    before = sorted(folder.parent.glob(f".{folder.name}.{_BEFORE}-*"), key=lambda path: path.stat().st_mtime)
    if before:
        before[-1].rename(folder)


def _swap(making: Path, folder: Path) -> None:
    before = making.with_name(making.name.replace(f".{_MAKING}-", f".{_BEFORE}-"))
    if folder.exists():
        folder.rename(before)
    try:
        making.rename(folder)
    except OSError:
        if not folder.exists():  # nobody else put a folder there: the old one comes back
            put_back(folder)
            raise
    shutil.rmtree(before, ignore_errors=True)
