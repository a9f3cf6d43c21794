"""Where a pack comes from: revision, versions, and the SHA-256 of every file that can change a page.

Nothing here names a person or a machine.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pandas as pd

import pccstats
from pccstats.batch.request import Request
from pccstats.sources.folders import digest_of, digest_of_text
from pccstats.terms.errors import SourceFile
from pccstats.terms.periods import month_in_words

PACKAGE = Path(pccstats.__file__).resolve().parent
KEY_PACKAGES = ("numpy", "pandas", "scipy", "matplotlib", "papermill", "nbconvert", "ipykernel")
_OF_PACKAGE = ("*.py", "*.pyi", "*.j2", "*.css", "*.json", "*.csv", "*.toml")
GIT_LIMIT_SECONDS = 20
DATA_FILE, SOURCE_FILE, NOTEBOOK, REVISION = "data file ", "source file ", "notebook ", "the revision"
PACKAGE_ITSELF = "pccstats itself"


@dataclass(frozen=True)
class Origin:
    """What a page's foot says of where it comes from.

    Attributes
    ----------
    files : tuple of SourceFile
    data_end : str
        The last month that any file has a figure for, in words.
    used_to : str
        The last month that the pack looks at, where the files go on beyond it; else empty.
    version, commit : str
    has_local_changes : bool
    """

    files: tuple[SourceFile, ...]
    data_end: str = ""
    used_to: str = ""
    version: str = pccstats.__version__
    commit: str = ""
    has_local_changes: bool = False


def origin_of(files: Iterable[SourceFile], last_held: pd.Period, last_looked_at: pd.Period) -> Origin:
    """The origin of a pack made now from these files, which end in one month, of a quarter that ends in another."""
    commit, has_local_changes = revision()
    used_to = month_in_words(last_looked_at) if last_looked_at < last_held else ""
    return Origin(tuple(files), month_in_words(last_held), used_to, commit=commit, has_local_changes=has_local_changes)


@cache
def revision() -> tuple[str, bool]:
    """The git commit of this package and whether it has been changed since; empty and False where there is no git."""
    if not _git("ls-files", "--", "__init__.py"):  # installed inside somebody else's repository, or in none
        return "", False
    return _git("rev-parse", "--short=12", "HEAD"), bool(_git("status", "--porcelain", "--untracked-files=no"))


@cache
def versions() -> dict[str, str]:
    """The versions that can change a figure or a page."""
    found = {"python": platform.python_version()}
    for name in KEY_PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


@cache
def digest_of_package() -> str:
    """One digest of all the code and templates of this package, as they were when it was first asked."""
    return _digest_of_folder(PACKAGE, _OF_PACKAGE)


def package_has_changed() -> bool:
    """True where the package was edited, or another version of it installed, since its digest was first asked."""
    return _digest_of_folder(PACKAGE, _OF_PACKAGE) != digest_of_package()


def data_folder_digests(data: Path) -> dict[str, str]:
    """The digest of every file a person put into the data folder, by its name there."""
    made = ("processed", "notebooks", "outputs")
    return {
        relative.as_posix(): digest_of(data / relative)
        for relative in sorted(path.relative_to(data) for path in _files_below(data))
        if relative.parts[0] not in made and not any(part.startswith(".") for part in relative.parts)
    }


def _files_below(folder: Path) -> Iterator[Path]:
    """Every file below a folder, those below folders that are links included: whoever reads them sees no difference."""
    known = set()
    for place, folders, files in os.walk(folder, followlinks=True):
        here = os.path.realpath(place)
        folders[:] = [] if here in known else sorted(name for name in folders if not name.startswith("."))
        yield from (Path(place, name) for name in files if here not in known and Path(place, name).is_file())
        known.add(here)  # a link that leads up would be followed for ever


def data_digests(request: Request, files: Iterable[SourceFile]) -> dict[str, str]:
    """The digest of every file of data that is there now, by name: those in the data folder, and those read besides."""
    places = [place for place in (request.source_dir, request.data / "raw", request.data) if place is not None]
    found = {
        file.name: next((place / file.name for place in places if (place / file.name).exists()), None) for file in files
    }
    return {
        **{f"{DATA_FILE}{name}": digest for name, digest in data_folder_digests(request.data).items()},
        **{f"{SOURCE_FILE}{name}": digest_of(path) for name, path in found.items() if path is not None},
    }


def released_digests(folder: Path) -> dict[str, str]:
    """The digest of every file its readers may have: that of another could tell what is in it."""
    return {
        f"{DATA_FILE}{path.relative_to(folder).as_posix()}": digest_of(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def data_part(parts: Mapping[str, str]) -> dict[str, str]:
    """Of what a pack is made from, the data."""
    return {name: digest for name, digest in parts.items() if name.startswith((DATA_FILE, SOURCE_FILE))}


def made_from(request: Request, data: Mapping[str, str], notebooks: Iterable[Path]) -> dict[str, str]:
    """Everything a pack is made from, by name: two packs with equal entries have equal pages.

    Parameters
    ----------
    data : mapping
        The digests of the data, by name.

    Returns
    -------
    dict
        Names people know (`data/raw/plan.toml`, `notebook dashboard.ipynb`, `pccstats itself`, `pandas`) with a digest
        or a version each.
    """
    commit, has_local_changes = revision()
    return {
        **data,
        **{f"{NOTEBOOK}{path.name}": digest_of(path) for path in notebooks},
        PACKAGE_ITSELF: digest_of_package(),
        REVISION: f"{commit}{'+' if has_local_changes else ''}",
        **versions(),
        **request.settings,
    }


def rests_on(request: Request, notebook: Path) -> dict[str, str]:
    """What a run of a notebook rests on beside the data: as `made_from`, but for the revision."""
    return {name: part for name, part in made_from(request, {}, [notebook]).items() if name != REVISION}


def what_changed(earlier: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """Which of the things a pack is made from are new, gone or different, in words.

    Examples
    --------
    >>> what_changed({"pandas": "3.0", "data file a.csv": "x"}, {"pandas": "3.1", "data file b.csv": "y"})
    ['data file b.csv is new', 'pandas changed', 'data file a.csv is gone']
    """
    new = [f"{name} is new" for name in now if name not in earlier]
    changed = [f"{name} changed" for name in now if name in earlier and earlier[name] != now[name]]
    gone = [f"{name} is gone" for name in earlier if name not in now]
    return new + changed + gone


def key_of(parts: Mapping[str, str]) -> str:
    """One short key for everything a pack is made from."""
    lines = "\n".join(f"{name}\t{parts[name]}" for name in sorted(parts))
    return digest_of_text(lines)[:16]


def _digest_of_folder(folder: Path, patterns: Iterable[str]) -> str:
    files = sorted({path for pattern in patterns for path in folder.rglob(pattern)})
    return digest_of_text("".join(f"{path.relative_to(folder).as_posix()} {digest_of(path)}\n" for path in files))


def _git(*arguments: str) -> str:
    program = shutil.which("git") or shutil.which("git", path=os.defpath)  # an empty PATH changes no page
    if program is None:
        return ""
    try:
        done = subprocess.run(  # noqa: S603 a fixed command on our own folder
            [program, *arguments], cwd=PACKAGE, capture_output=True, text=True, timeout=GIT_LIMIT_SECONDS, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
