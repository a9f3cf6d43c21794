"""The files of a data.police.uk download: a folder, a zip or one CSV, put in order by month."""

from __future__ import annotations

import re
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from pccstats.terms.findings import Finding, Severity

MOST_BYTES = 2**31  # of one unpacked CSV: the largest force's largest month is a twentieth of it
MOST_TIMES = 200  # unpacked over packed: street records shrink about eightfold
_NAME = r"(?P<month>[0-9]{{4}}-(0[1-9]|1[0-2]))-(?P<force>.+)-{kind}\b.*\.csv"


@dataclass(frozen=True)
class RecordFile:
    """One CSV of a download: where it is, what it is called, and the month in its name."""

    name: str
    month: str
    archive: Path | None = None
    path: Path | None = None


@dataclass(frozen=True)
class Download:
    """What a download holds of one kind, `street` or `outcomes`."""

    files: tuple[RecordFile, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def months(self) -> tuple[tuple[str, tuple[RecordFile, ...]], ...]:
        """The files of each month, earliest first."""
        found = sorted({file.month for file in self.files})
        return tuple((month, tuple(file for file in self.files if file.month == month)) for month in found)


def find_files(place: Path, kind: str) -> Download:
    """Find the CSVs of a kind in a folder or zip, or take the one CSV.

    A member of a zip is read wherever its path points and is never written under its own name. Members that unpack to
    more than a download can hold are refused.
    """
    pattern = re.compile(_NAME.format(kind=kind))
    if place.is_dir():
        paths = sorted(path for path in place.rglob("*.csv") if path.is_file())
        found = [(RecordFile(path.name, _month(pattern, path.name), path=path)) for path in paths]
        return _sorted_out(found, place.name, kind)
    if zipfile.is_zipfile(place):
        return _in_zip(place, kind, pattern)
    if place.suffix.lower() == ".zip":
        step = "The download may have been cut off: fetch it again."
        return Download((), (Finding(Severity.REFUSE, "zip", "The zip cannot be opened.", place.name, next_step=step),))
    return Download((RecordFile(place.name, _month(pattern, place.name), path=place),))


@contextmanager
def on_disk(files: tuple[RecordFile, ...]) -> Iterator[dict[str, str]]:
    """Give the files a path each (path -> name), unpacking those of a zip for as long as they are used."""
    with TemporaryDirectory(prefix="pccstats-") as folder:
        places = {}
        for number, file in enumerate(files):
            if file.path is not None:
                places[str(file.path)] = file.name
                continue
            target = Path(folder) / f"{number}.csv"
            with (
                zipfile.ZipFile(str(file.archive)) as archive,
                archive.open(file.name) as packed,
                target.open("wb") as unpacked,
            ):
                shutil.copyfileobj(packed, unpacked, 2**20)
            places[str(target)] = PurePosixPath(file.name).name
        yield places


def _in_zip(place: Path, kind: str, pattern: re.Pattern[str]) -> Download:
    findings, found = [], []
    try:
        with zipfile.ZipFile(place) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            broken = archive.testzip() if _is_modest(members) else None
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, EOFError, zlib.error) as error:
        message = f"The zip cannot be read: {error}."
        return Download((), (Finding(Severity.REFUSE, "zip", message, place.name, next_step="Fetch it again."),))
    if broken is not None:
        message = "A file in the zip is damaged."
        findings.append(Finding(Severity.REFUSE, "zip", message, place.name, value=broken, next_step="Fetch it again."))
    for member in members:
        name = PurePosixPath(member.filename.replace("\\", "/"))
        if name.suffix.lower() != ".csv":
            continue
        if name.is_absolute() or ".." in name.parts:
            message = "The path of a file in the zip points outside it; only its name was looked at."
            findings.append(Finding(Severity.FLAG, "zip_path", message, place.name, value=member.filename))
        if member.file_size > MOST_BYTES or member.file_size > MOST_TIMES * max(member.compress_size, 1):
            message = "A file in the zip unpacks to more than such a file can hold."
            step = "Make sure the zip is the one from data.police.uk."
            found_size = f"{member.filename}: {member.file_size:,} bytes"
            findings.append(
                Finding(Severity.REFUSE, "zip_size", message, place.name, None, "", found_size, next_step=step)
            )
            continue
        found.append(RecordFile(member.filename, _month(pattern, name.name), archive=place))
    download = _sorted_out(found, place.name, kind)
    return Download(download.files, (*findings, *download.findings))


def _is_modest(members: list[zipfile.ZipInfo]) -> bool:
    """True where reading every member to test it cannot fill the machine."""
    return all(m.file_size <= MOST_BYTES and m.file_size <= MOST_TIMES * max(m.compress_size, 1) for m in members)


def _month(pattern: re.Pattern[str], name: str) -> str:
    matched = pattern.fullmatch(name)
    return matched["month"] if matched else ""


def _sorted_out(found: list[RecordFile], place: str, kind: str) -> Download:
    """The files of the kind, once each, and a word on the others."""
    wanted = [file for file in found if file.month]
    findings = []
    others = len(found) - len(wanted)
    if others:
        message = f"{others:,} CSV files are not {kind} records and were not read."
        findings.append(Finding(Severity.NOTE, "other_files", message, place))
    names = [PurePosixPath(file.name).name for file in wanted]
    for name in sorted({name for name in names if names.count(name) > 1}):
        message = "Two files have this name; their records would be counted twice."
        findings.append(Finding(Severity.REFUSE, "file_twice", message, place, value=name, next_step="Keep one."))
    if not wanted:
        step = f"They are named such as 2015-06-leicestershire-{kind}.csv."
        message = f"There are no {kind} records here."
        findings.append(Finding(Severity.REFUSE, "no_records", message, place, next_step=step))
    return Download(tuple(wanted), tuple(findings))
