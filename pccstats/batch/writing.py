"""Writing a pack: every file of it, from the notebooks that ran to the manifest that tells of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache, cached_property
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from pccstats.batch import word
from pccstats.batch.charts import ChartFiles, chart_files, names_of, take_out, write_charts
from pccstats.batch.contract import PageRead, read_page
from pccstats.batch.front_page import Download, PageRow, briefing_page, front_page
from pccstats.batch.handed_over import Results, collect, kept_from, merged
from pccstats.batch.jobs import Job
from pccstats.batch.kernel import Ending, Outcome
from pccstats.batch.manifest import NAME, Manifest, PageRecord, digests_of, read_manifest, record_of, write_manifest
from pccstats.batch.page import BRIEFING, FRONT_PAGE, GLOSSARY, Link, Pack, glossary_page, page_of
from pccstats.batch.provenance import key_of
from pccstats.batch.run import Finished
from pccstats.batch.tables import TABLES, write_dashboard, write_observations
from pccstats.terms.errors import why_in_words
from pccstats.terms.periods import Quarter
from pccstats.terms.plan import Plan

DASHBOARD_PAGE = "dashboard"
NO_PAGE = "It ran to its end, but no page can be made of what it put out."
BRIEFING_NAME, SUMMARY_NAME = f"{BRIEFING}.html", "summary.txt"
DOWNLOADS = {
    BRIEFING_NAME: "the opening of this page on one sheet of A4",
    SUMMARY_NAME: "the quarter in two sentences and three points, for an e-mail",
    word.NAME: "the briefing and the themes as one document, to comment on",
    **TABLES,
}


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
    observations : pandas.DataFrame
        The figures behind it that its audience may see.
    began : datetime.datetime
        When it was begun.
    earlier : Manifest
        What the pack before it said of itself.
    pack_of : callable
        The folder of the same pack of any quarter.
    is_whole : bool
        False where one page alone is made anew in a copy of the earlier pack.
    has_document : bool
        True where a Word document is made of its pages.
    why : mapping
        By page, why it is made in this run, or that it is kept.
    elsewhere : frozenset of str
        The pages made in this run that looked at what nobody can follow.
    """

    pack: Pack
    plan: Plan
    jobs: tuple[Job, ...]
    parts: Mapping[str, str]
    observations: pd.DataFrame
    began: datetime
    earlier: Manifest
    pack_of: Callable[[Quarter], Path]
    is_whole: bool = True
    has_document: bool = False
    why: Mapping[str, str] = field(default_factory=dict)
    elsewhere: frozenset[str] = frozenset()

    @cached_property
    def key(self) -> str:
        """One short key for all it is made from."""
        return key_of(self.parts)


def write_pack(making: Making, finished: Mapping[str, Finished], folder: Path) -> Manifest:
    """Write everything the pack holds, and tell what that was.

    Parameters
    ----------
    finished : mapping
        The jobs that ran, by page.
    folder : pathlib.Path
        Where to write; with the earlier pack in it when one page alone is made anew.
    """

    @cache
    def read(name: str) -> PageRead:
        """A page as it was written, which is asked for its names and for its faults."""
        return read_page((folder / name).read_text(encoding="utf-8"))

    laid_out = {page: _laid_out(making.pack, done) for page, done in finished.items()}
    for page in laid_out.values():
        _write_text(folder / page.of.job.file_name, page.text)
        take_out(making.earlier.files_of(page.of.job.page), folder)
    for page in laid_out.values():
        write_charts(page.charts, folder)
    records = tuple(_records(making, laid_out, folder))
    results = _results(making, {name: page.of for name, page in laid_out.items()})
    _write_dashboard(making, results, folder)
    _write_briefing(making, results, folder)
    write_observations(making.observations, folder)
    _write_document(making, folder)
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
        lambda page: read(f"{page}.html").names if (folder / f"{page}.html").is_file() else frozenset(),
        _earlier_pack(making, results),
    )
    _write_text(folder / f"{FRONT_PAGE}.html", front)
    _write_text(folder / f"{GLOSSARY}.html", glossary_page(making.pack))
    manifest = _manifest(making, records, results, folder, read)
    write_manifest(manifest, folder)
    return manifest


class _LaidOut(NamedTuple):
    """A page as it will be written, its charts, and the run it is of."""

    of: Finished
    text: str
    charts: tuple[ChartFiles, ...] = ()


def _laid_out(pack: Pack, done: Finished) -> _LaidOut:
    """The page of a run; where no page can be made of what it put out, one that says so."""
    try:
        charts = chart_files(done.job.page, done.notebook)
        return _LaidOut(done, page_of(pack, done.job, done.notebook, done.outcome, charts), charts)
    except Exception as error:  # noqa: BLE001 whatever a notebook may put out, it must not cost the other pages
        outcome = Outcome(Ending.FAILED, NO_PAGE, why_in_words(error), done.outcome.warning_count)
        return _LaidOut(replace(done, outcome=outcome, notebook=None), page_of(pack, done.job, None, outcome))


def _records(making: Making, laid_out: Mapping[str, _LaidOut], folder: Path) -> Iterator[PageRecord]:
    """The pages made now, and of the earlier ones those that are still there."""
    for job in making.jobs:
        earlier = making.earlier.record_of(job.page)
        if job.page in laid_out:
            yield record_of(
                laid_out[job.page].of,
                making.key,
                names_of(laid_out[job.page].charts),
                making.why.get(job.page, ""),
                looks_elsewhere=job.page in making.elsewhere,
            )
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


def _write_briefing(making: Making, results: Results, folder: Path) -> None:
    """The sheet and the text for an e-mail; neither where no briefing was handed over."""
    if results.briefing:
        _write_text(folder / BRIEFING_NAME, briefing_page(making.pack, results))
    if results.summary:
        _write_text(folder / SUMMARY_NAME, results.summary)


def _write_document(making: Making, folder: Path) -> None:
    """The briefing and the pages of the themes as one document; a new one whenever one of its pages is made anew."""
    if not making.has_document:
        return
    names = [BRIEFING_NAME, *(job.file_name for job in making.jobs if job.theme is not None)]
    pages = [folder / name for name in names if (folder / name).is_file()]
    word.write_document(pages, making.pack.title, making.pack.quarter_in_words, folder / word.NAME)


def _earlier_pack(making: Making, results: Results) -> Link | None:
    """The quarter that this one was set beside, where its pack of this plan and for these readers is there."""
    if not results.earlier:
        return None
    earlier = Quarter.parse(results.earlier)
    place = making.pack_of(earlier)
    kept = read_manifest(place)
    is_alike = (kept.title, kept.audience) == (making.pack.title, making.pack.audience)
    if not is_alike or f"{FRONT_PAGE}.html" not in kept.files:
        return None
    way = Path(os.path.relpath(place, making.pack_of(making.pack.quarter))).as_posix()
    return Link(f"{way}/{FRONT_PAGE}", f"The pack of {earlier.in_words}")


def _page_rows(making: Making, records: tuple[PageRecord, ...]) -> Iterator[PageRow]:
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
                is_of_other_data=record.key != making.key,
            )


def _manifest(
    making: Making, records: tuple[PageRecord, ...], results: Results, folder: Path, read: Callable[[str], PageRead]
) -> Manifest:
    held = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    names = sorted(name for name in held if name != NAME)
    return Manifest(
        quarter=str(making.pack.quarter),
        title=making.pack.title,
        audience=making.pack.audience,
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
        page_faults=tuple(
            f"{name}: {fault}" for name in names if name.endswith(".html") for fault in dict.fromkeys(read(name).faults)
        ),
    )


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
