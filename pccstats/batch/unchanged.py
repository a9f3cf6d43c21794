"""Told in a second: the pack is there, whole, and made from the very things that are there now.

Nothing is built, checked or run for it: the digests of all that went into a pack are remembered beside the kept runs of
its pages (`batch.kept`), as they were before its data were read, with the digest of its manifest. Whatever is not
exactly so, this module leaves to those who look closer. The notebook tools are not imported here.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from pccstats.batch.provenance import SOURCE_FILE, data_folder_digests, made_from
from pccstats.batch.request import NATIONAL, Request
from pccstats.sources.folders import DataFolder, digest_of, files_asked
from pccstats.terms.errors import DataProblem
from pccstats.terms.words import counted

KEPT, NAME = ".kept", "made.json"
MANIFEST_NAME, FRONT_NAME, DOCUMENT_NAME = "manifest.json", "index.html", "pack.docx"
_ABSENT = "is not there"


def kept_folder(request: Request) -> Path:
    """Where runs and digests of a request's pack are kept: beside the processed data, by reader, quarter and area."""
    kept = DataFolder.find(request.data).processed.with_name(KEPT)
    return kept / request.pack.relative_to(request.out)


def everything(request: Request) -> dict[str, str]:
    """The digest or version of everything that a pack may be made from, by name.

    More than `provenance.made_from` has: of the notebooks all there are, and of files that have not arrived that they
    are not there.
    """
    held = data_folder_digests(request.data)
    return {
        **made_from(request, held, sorted(request.notebooks.glob("*.ipynb"))),
        **dict(_besides(request, held)),
    }


def told_of_unchanged(request: Request, *, of_every_area: bool = False) -> list[str] | None:
    """What to tell whoever asked for a pack that is there, unchanged; None where that is not certain.

    Parameters
    ----------
    request : Request
        For the pack.
    of_every_area : bool
        True for the packs of all areas and the pages on them.
    """
    if request.force or request.only is not None:
        return None
    try:
        remembered = json.loads(_place(request, of_every_area=of_every_area).read_bytes())
        packs = [(request.out / name, digest) for name, digest in remembered["packs"].items()]
        if remembered["everything"] != everything(request) or not all(_stands(*pack, request) for pack in packs):
            return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, DataProblem):
        return None
    if of_every_area:
        return all_unchanged_in_words(len(packs) - 1, packs[-1][0])
    return unchanged_in_words(request.pack)


def remember(request: Request, parts: Mapping[str, str], packs: Iterable[Path], *, of_every_area: bool = False) -> None:
    """Remember that these packs stand, whole, made from these parts; a disk that refuses remembers nothing.

    Parameters
    ----------
    parts : mapping
        What `everything` said before any of it was read.
    packs : iterable of pathlib.Path
        Their folders; of all areas, that of the pages on them last.
    """
    manifests = {pack.relative_to(request.out).as_posix(): digest_of(pack / MANIFEST_NAME) for pack in packs}
    place = _place(request, of_every_area=of_every_area)
    with suppress(OSError):
        place.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps({"packs": manifests, "everything": dict(parts)}, indent=1, ensure_ascii=False)
        place.write_text(text, encoding="utf-8")


def unchanged_in_words(pack: Path) -> list[str]:
    """What to tell of a pack that is there already."""
    return [
        f"Nothing has changed since this pack was made: {pack / FRONT_NAME}",
        "To make it again all the same: pccstats report with --force.",
    ]


def all_unchanged_in_words(count: int, national: Path) -> list[str]:
    """What to tell of packs that are all there already."""
    told = f"{counted(count, 'pack')} of {count} in place, {count} of them unchanged since an earlier run."
    return [told, f"All of them: {national / FRONT_NAME}"]


def _place(request: Request, *, of_every_area: bool) -> Path:
    return kept_folder(request.for_area(NATIONAL) if of_every_area else request) / NAME


def _stands(pack: Path, digest: str, request: Request) -> bool:
    """True where the pack has this manifest, and every file that it names as it names it."""
    held = (pack / MANIFEST_NAME).read_bytes()
    files: Mapping[str, str] = json.loads(held)["files"]
    if digest_of(pack / MANIFEST_NAME) != digest or (
        request.docx and pack.name != NATIONAL and DOCUMENT_NAME not in files
    ):
        return False
    return all(digest_of(pack / name) == known for name, known in files.items())


def _besides(request: Request, known: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The files named in sources.toml, as they are wherever they are looked for, where they are not known already."""
    raw = DataFolder.find(request.data).raw
    for place in filter(None, (request.source_dir, raw)):
        for path in (place / name for name in files_asked(raw)):
            name = os.path.relpath(path, request.data) if place == raw else str(path)
            if Path(name).as_posix() not in known:
                yield f"{SOURCE_FILE}{Path(name).as_posix()}", digest_of(path) if path.exists() else _ABSENT
