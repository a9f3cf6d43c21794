"""`manifest.json`: what was made, from what, by which versions, how long it took. Times stand here and in no page."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import Annotated, Any

from pydantic import AfterValidator, TypeAdapter

from pccstats.batch.handed_over import front_page_faults
from pccstats.batch.jobs import Job
from pccstats.batch.kernel import Ending
from pccstats.batch.page import without_places
from pccstats.batch.provenance import key_of
from pccstats.batch.run import Finished
from pccstats.sources.folders import digest_of

NAME = "manifest.json"


def _in_the_pack(name: str) -> str:
    """The name of a file in the pack; one that leads out of it would be another's to read and to take away."""
    parts = PurePosixPath(name).parts
    if not parts or ".." in parts or name.startswith("/") or any(sign in name for sign in "\\:\0"):
        raise ValueError("This does not name a file of the pack.")
    return name


def _front_page(kept: Mapping[str, Any]) -> Mapping[str, Any]:
    if front_page_faults(kept):
        raise ValueError("This is not what a front page is made of.")
    return kept


FileName = Annotated[str, AfterValidator(_in_the_pack)]


@dataclass(frozen=True)
class PageRecord:
    """One page, as the manifest keeps it.

    Attributes
    ----------
    key : str
        What the page was made from, as one short digest: pages of a pack made in one go share it.
    files : tuple of str
        The files of its charts, by their names in the pack.
    why : str
        Why it was made in this run, or that it was kept.
    looks_elsewhere : bool
        True where it looked at what nobody can follow, so that it is made with every run.
    """

    page: str
    title: str
    notebook: str
    parameters: Mapping[str, str | int]
    status: str
    reason: str
    seconds: float
    attempts: int
    warning_count: int
    key: str
    files: tuple[FileName, ...] = ()
    why: str = ""
    looks_elsewhere: bool = False

    @property
    def is_complete(self) -> bool:
        return self.status == Ending.COMPLETE


@dataclass(frozen=True)
class Manifest:
    """What the manifest of a pack says."""

    quarter: str = ""
    title: str = ""
    audience: str = ""
    started_at: str = ""
    finished_at: str = ""
    data_end: str = ""
    made_from: Mapping[str, str] = field(default_factory=dict)
    inputs: tuple[Mapping[str, Any], ...] = ()
    pages: tuple[PageRecord, ...] = ()
    files: Mapping[FileName, str] = field(default_factory=dict)
    front_page: Annotated[Mapping[str, Any], AfterValidator(_front_page)] = field(default_factory=dict)
    missing_pages: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    page_faults: tuple[str, ...] = ()

    @property
    def is_complete(self) -> bool:
        """True where every page was made to its end and whatever was handed over could be used."""
        return bool(self.pages) and not (self.failed_pages or self.missing_pages or self.problems)

    @property
    def failed_pages(self) -> tuple[PageRecord, ...]:
        return tuple(page for page in self.pages if not page.is_complete)

    @property
    def seconds_by_page(self) -> dict[str, float]:
        return {page.page: page.seconds for page in self.pages}

    def files_of(self, page: str) -> tuple[str, ...]:
        """The files of a page's charts; none of a page that is not there."""
        record = self.record_of(page)
        return record.files if record is not None else ()

    def record_of(self, page: str) -> PageRecord | None:
        return next((record for record in self.pages if record.page == page), None)

    def stands_in(self, pack: Path) -> bool:
        """True where the pack may stand while nothing changes, and every file of it is there as it was made."""
        return self.may_stand and self.has_its_files(pack)

    @property
    def may_stand(self) -> bool:
        """True where it is complete, and made of what it says, all of it: nothing else can have changed."""
        return self.is_complete and not self.pages_of_other_things and not self.pages_that_look_elsewhere

    @property
    def pages_of_other_things(self) -> tuple[PageRecord, ...]:
        """The pages that were made before, while one alone was made anew, of things that have changed since."""
        return tuple(page for page in self.pages if page.key != key_of(self.made_from))

    @property
    def pages_that_look_elsewhere(self) -> tuple[PageRecord, ...]:
        return tuple(page for page in self.pages if page.looks_elsewhere)

    def has_its_files(self, pack: Path) -> bool:
        """True where every file that was written is there as it was written."""
        return all((pack / name).is_file() and digest_of(pack / name) == digest for name, digest in self.files.items())


def record_of(
    finished: Finished, key: str, files: tuple[str, ...] = (), why: str = "", *, looks_elsewhere: bool = False
) -> PageRecord:
    """The record of a job that has ended, without places on this machine."""
    job = finished.job
    return PageRecord(
        page=job.page,
        title=job.title,
        notebook=job.notebook.name,
        parameters=_portable(job),
        status=str(finished.outcome.ending),
        reason=without_places(finished.outcome.reason, job.parameters),
        seconds=round(finished.seconds, 2),
        attempts=finished.attempts,
        warning_count=finished.outcome.warning_count,
        key=key,
        files=files,
        why=why,
        looks_elsewhere=looks_elsewhere,
    )


def read_manifest(pack: Path) -> Manifest:
    """The manifest of a pack; an empty one where there is none, or none of its shape: the pack is then made anew."""
    try:
        return _MANIFEST.validate_json((pack / NAME).read_bytes(), strict=True)
    except (OSError, ValueError):  # pydantic's ValidationError is a ValueError
        return Manifest()


def write_manifest(manifest: Manifest, pack: Path) -> None:
    """Write the manifest into the pack."""
    text = json.dumps(asdict(manifest), indent=2, ensure_ascii=False, default=str)
    (pack / NAME).write_text(text + "\n", encoding="utf-8")


def digests_of(pack: Path, names: Iterable[str]) -> dict[str, str]:
    """The digest of each file of a pack."""
    return {name: digest_of(pack / name) for name in names}


def _portable(job: Job) -> dict[str, str | int]:
    """Parameters without the place of the data folder on this machine."""
    return {name: Path(str(value)).name if name == "data" else value for name, value in job.parameters.items()}


_MANIFEST = TypeAdapter(Manifest)
