"""A pack that has been issued: marked with its digest, read-only, and never made over.

What went to a meeting must be there years later as it went. The mark is the file `issued.json` in the pack: with whom
the pack goes, its digest goes.
"""

from __future__ import annotations

import stat
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from pydantic import TypeAdapter

from pccstats.batch.manifest import NAME as MANIFEST
from pccstats.batch.manifest import read_manifest
from pccstats.sources.folders import digest_of, digest_of_text
from pccstats.terms.errors import Problem, RequestProblem
from pccstats.terms.words import counted

NAME = "issued.json"
MOST_NAMED = 5
_READ_ONLY = stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH


@dataclass(frozen=True)
class Issued:
    """What the mark of an issued pack says.

    Attributes
    ----------
    issued_on : datetime.date
    sha256 : str
        One digest of all its files: that of a text with a line for each, by name: its digest, two blanks, its name.
    files : int
        How many they are.
    """

    issued_on: date
    sha256: str
    files: int

    @property
    def day_in_words(self) -> str:
        """The day as it is written in a sentence."""
        return f"{self.issued_on.day} {self.issued_on:%B %Y}"


def issue(pack: Path) -> Issued:
    """Mark a pack as issued and make its files read-only; one that is marked already is only looked over.

    Parameters
    ----------
    pack : Path
        The folder of a pack: complete, every file as it was made.

    Returns
    -------
    Issued

    Raises
    ------
    RequestProblem
        If the folder holds no pack, the pack is not complete, pages of it were made before the rest, or a file is not
        as it was made or issued.
    OSError
        If the mark cannot be written.

    Examples
    --------
    >>> issue(Path("docs"))
    Traceback (most recent call last):
    ...
    pccstats.terms.errors.RequestProblem: docs: There is no pack in this folder. Name the folder that holds index.html.
    """
    manifest = read_manifest(pack)
    if not manifest.pages:
        step = "Name the folder that holds index.html."
        raise RequestProblem(Problem("There is no pack in this folder.", str(pack), next_step=step))
    if (issued := issued_in(pack)) is not None:
        _refuse_what_was_changed(pack, issued)
        return issued
    step = "Make it whole first: `pccstats report`."
    if not manifest.is_complete:
        raise RequestProblem(Problem("This pack is not complete.", str(pack), next_step=step))
    if manifest.pages_of_other_things:
        pages = ", ".join(page.page for page in manifest.pages_of_other_things)
        raise RequestProblem(Problem(f"Made before the rest of this pack: {pages}.", str(pack), next_step=step))
    names = (MANIFEST, *manifest.files)
    if touched := _not_as_made(pack, manifest.files):
        step = "Make the pack again with --force, or put the file back."
        raise RequestProblem(Problem(f"Not as it was made: {touched}.", str(pack), next_step=step))
    issued = Issued(datetime.now(UTC).date(), _digest(pack, names), len(names))
    (pack / NAME).write_bytes(_MARK.dump_json(issued, indent=2) + b"\n")
    for name in (*names, NAME):
        (pack / name).chmod(_READ_ONLY)
    return issued


def issued_in(pack: Path) -> Issued | None:
    """The mark of a pack; None where it was not issued.

    Raises
    ------
    RequestProblem
        If there is a mark that cannot be read: nobody can say then that the pack may be made again.
    """
    try:
        text = (pack / NAME).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    try:
        return _MARK.validate_json(text)
    except ValueError:  # pydantic's ValidationError is a ValueError
        step = "Put the file back as it was issued, or take it away if the pack was never issued."
        raise RequestProblem(
            Problem("This mark of an issued pack cannot be read.", str(pack / NAME), "", step)
        ) from None


def refuse_if_issued(pack: Path) -> None:
    """Refuse, in words, to make a pack over that has been issued."""
    if (issued := issued_in(pack)) is not None:
        rule = f"This pack was issued on {issued.day_in_words} and is not made over."
        step = (
            "Name another folder with --out for a corrected pack; `pccstats compare` says what differs. "
            f"If it was never issued after all, take {NAME} out of it."
        )
        raise RequestProblem(Problem(rule, str(pack), next_step=step))


def in_words(pack: Path, issued: Issued) -> list[str]:
    """What to tell whoever issued it; a line each."""
    return [
        f"Issued on {issued.day_in_words}, {counted(issued.files, 'file')}, read-only: {pack}",
        f"SHA-256 {issued.sha256}",
        "The same command again says whether it is still as issued.",
    ]


def _refuse_what_was_changed(pack: Path, issued: Issued) -> None:
    manifest = read_manifest(pack)
    if _not_as_made(pack, manifest.files) or _digest(pack, (MANIFEST, *manifest.files)) != issued.sha256:
        touched = _not_as_made(pack, manifest.files) or MANIFEST
        rule = f"This pack is not as it was issued on {issued.day_in_words}: {touched} changed or is gone."
        raise RequestProblem(
            Problem(rule, str(pack), next_step="Take it again from where it was sent, or from a copy.")
        )


def _not_as_made(pack: Path, digests: Mapping[str, str]) -> str:
    """The files that are gone or have other bytes, the first few by name; empty where all are as they were made."""
    names = [
        name for name, digest in digests.items() if not (pack / name).is_file() or digest_of(pack / name) != digest
    ]
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more


def _digest(pack: Path, names: tuple[str, ...]) -> str:
    held = [name for name in sorted(names) if (pack / name).is_file()]
    return digest_of_text("".join(f"{digest_of(pack / name)}  {name}\n" for name in held))


_MARK = TypeAdapter(Issued)
