"""A disk that is full from a given act on files on, to see what is left of what was being written."""

import builtins
import errno
import io
import os
from pathlib import Path

import pandas as pd


class FullDisk:
    """From act number `fails_at` on, nothing below `place` is made, opened for writing, written or synced."""

    def __init__(self, monkeypatch, place: Path) -> None:
        self.fails_at, self.acts, self._place = 0, 0, str(place)
        opened, made, synced, to_parquet = io.open, os.mkdir, os.fsync, pd.DataFrame.to_parquet

        def open_(file, mode="r", *rest, **options):
            if not set(mode) & set("wax+") or not self._is_there(file):
                return opened(file, mode, *rest, **options)
            self.act()
            return _File(opened(file, mode, *rest, **options), self)

        def mkdir(path, *rest, **options):
            if self._is_there(path):
                self.act()
            return made(path, *rest, **options)

        def fsync(handle):
            self.act()
            return synced(handle)

        def parquet(frame, path, **options):  # written by Arrow itself, not by Python
            self.act()
            return to_parquet(frame, path, **options)

        monkeypatch.setattr(io, "open", open_)
        monkeypatch.setattr(builtins, "open", open_)
        monkeypatch.setattr(os, "mkdir", mkdir)
        monkeypatch.setattr(os, "fsync", fsync)
        monkeypatch.setattr(pd.DataFrame, "to_parquet", parquet)

    def begin(self, fails_at: int) -> None:
        """Count anew; 0 never fails."""
        self.fails_at, self.acts = fails_at, 0

    @property
    def has_failed(self) -> bool:
        return 0 < self.fails_at <= self.acts

    def act(self) -> None:
        """Count one act, and refuse it where the disk is full by now."""
        self.acts += 1
        if self.has_failed:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def _is_there(self, path: object) -> bool:
        return isinstance(path, str | os.PathLike) and os.fspath(path).startswith(self._place)


class _File:
    """An open file of which only half is written once the disk is full."""

    def __init__(self, file, disk: FullDisk) -> None:
        self._file, self._disk = file, disk

    def __getattr__(self, name):
        return getattr(self._file, name)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._file.close()

    def write(self, text):
        try:
            self._disk.act()
        except OSError:
            self._file.write(text[: len(text) // 2])
            raise
        return self._file.write(text)
