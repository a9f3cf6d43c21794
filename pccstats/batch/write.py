"""Writing a pack into its folder: pages, files to work on, front page, manifest. Every page is checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pccstats.batch.contract import page_faults
from pccstats.batch.dashboard_files import CSV_NAME, XLSX_NAME, write_dashboard
from pccstats.batch.front_page import Download, PageRow, front_page
from pccstats.batch.jobs import Job
from pccstats.batch.manifest import Manifest, PageRecord, digests_of, record_of, write_manifest
from pccstats.batch.pages import FRONT_PAGE, Pack, page_of
from pccstats.batch.provenance import key_of
from pccstats.batch.results import Results, collect, kept_from, merged
from pccstats.batch.run import Finished
from pccstats.batch.structure import anchors
from pccstats.terms.plan import Plan

DOWNLOADS = {
    CSV_NAME: "one row for each indicator, for programs",
    XLSX_NAME: "the same as a workbook, with notes",
}
DASHBOARD_PAGE = "dashboard"


@dataclass(frozen=True)
class Making:
    """A pack in the making.

    Attributes
    ----------
    pack : Pack
        What its pages share.
    plan : Plan
        The plan it reports.
    jobs : tuple of Job
        Every page it has, run this time or not.
    parts : mapping
        What it is made from, as `provenance.made_from` names it.
    began : datetime.datetime
        When it was begun.
    earlier : Manifest
        What the pack before it said of itself.
    is_whole : bool
        False where one page alone is made anew in a copy of the earlier pack.
    """

    pack: Pack
    plan: Plan
    jobs: tuple[Job, ...]
    parts: Mapping[str, str]
    began: datetime
    earlier: Manifest
    is_whole: bool = True


def write_pack(making: Making, finished: Mapping[str, Finished], folder: Path) -> Manifest:
    """Write everything the pack holds, and tell what that was.

    Parameters
    ----------
    finished : mapping
        The jobs that ran, by page.
    folder : pathlib.Path
        Where to write; with the earlier pack in it when one page alone is made anew.
    """
    for done in finished.values():
        page = page_of(making.pack, done.job, done.notebook, done.outcome)
        _write_text(folder / done.job.file_name, page)
    records = tuple(_records(making, finished, folder))
    results = _results(making, finished)
    _write_dashboard(making, results, folder)
    downloads = tuple(
        Download(name, words, (folder / name).stat().st_size)
        for name, words in DOWNLOADS.items()
        if (folder / name).is_file()
    )
    front = front_page(
        making.pack,
        making.plan,
        results,
        tuple(_page_rows(making, records)),
        downloads,
        lambda page: _anchors(folder / f"{page}.html"),
    )
    _write_text(folder / f"{FRONT_PAGE}.html", front)
    manifest = _manifest(making, records, results, folder)
    write_manifest(manifest, folder)
    return manifest


def _records(making: Making, finished: Mapping[str, Finished], folder: Path) -> Iterator[PageRecord]:
    """The pages made now, and of the earlier ones those that are still there."""
    key = key_of(making.parts)
    for job in making.jobs:
        earlier = making.earlier.record_of(job.page)
        if job.page in finished:
            yield record_of(finished[job.page], key)
        elif earlier is not None and (folder / job.file_name).is_file():
            yield earlier


def _results(making: Making, finished: Mapping[str, Finished]) -> Results:
    done = [finished[job.page] for job in making.jobs if job.page in finished]
    results = collect(one.notebook for one in done)
    expected = any(one.job.page == DASHBOARD_PAGE and one.outcome.is_complete for one in done)
    if expected and not results.dashboard:
        results = results.with_problem(
            "The dashboard ran to its end but handed over no table, so there is no file of it."
        )
    return results if making.is_whole else merged(kept_from(making.earlier.front_page), results)


def _write_dashboard(making: Making, results: Results, folder: Path) -> None:
    names = ", ".join(file.name for file in making.pack.origin.files)
    write_dashboard(results, folder, making.pack.title, making.pack.quarter_in_words, names)


def _page_rows(making: Making, records: tuple[PageRecord, ...]) -> Iterator[PageRow]:
    key = key_of(making.parts)
    by_page = {record.page: record for record in records}
    for job in making.jobs:
        record = by_page.get(job.page)
        if record is None:
            yield PageRow(job.page, job.title, "not made yet", is_complete=False, is_made=False)
        else:
            yield PageRow(
                page=job.page,
                title=job.title,
                ending="complete" if record.is_complete else "could not be completed",
                reason=record.reason,
                is_complete=record.is_complete,
                is_of_other_data=record.key != key,
            )


def _manifest(making: Making, records: tuple[PageRecord, ...], results: Results, folder: Path) -> Manifest:
    names = sorted(path.name for path in folder.iterdir() if path.suffix in (".html", ".csv", ".xlsx"))
    return Manifest(
        quarter=str(making.pack.quarter),
        title=making.pack.title,
        audience="public" if making.pack.is_public else "internal",
        started_at=making.began.isoformat(timespec="seconds"),
        finished_at=datetime.now(UTC).isoformat(timespec="seconds"),
        data_end=making.pack.origin.data_end,
        made_from=dict(making.parts),
        inputs=tuple({"name": f.name, "sha256": f.sha256, "rows": f.rows} for f in making.pack.origin.files),
        pages=records,
        missing_pages=tuple(job.page for job in making.jobs if not (folder / job.file_name).is_file()),
        files=digests_of(folder, names),
        front_page=results.front_page(),
        problems=results.problems,
        page_faults=tuple(_faults(folder, names)),
    )


def _faults(folder: Path, names: list[str]) -> Iterator[str]:
    for name in names:
        if name.endswith(".html"):
            page = (folder / name).read_text(encoding="utf-8")
            yield from (f"{name}: {fault}" for fault in dict.fromkeys(page_faults(page)))


def _anchors(page: Path) -> frozenset[str]:
    return anchors(page.read_text(encoding="utf-8")) if page.is_file() else frozenset()


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
