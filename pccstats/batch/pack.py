"""Making a quarter's pack, told in order: check, build, plan, run, write, swap in."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pccstats import sources
from pccstats.batch.catalogue import read_catalogue
from pccstats.batch.data import check_quarter
from pccstats.batch.jobs import Job, chosen, plan_jobs
from pccstats.batch.manifest import Manifest, read_manifest
from pccstats.batch.pages import FRONT_PAGE, Pack, links_of
from pccstats.batch.progress import Progress
from pccstats.batch.provenance import made_from, origin_of, what_changed
from pccstats.batch.request import Request
from pccstats.batch.run import LIMIT_SECONDS, run_jobs
from pccstats.batch.write import Making, write_pack
from pccstats.sources.whole_folder import put_back, replaced_folder
from pccstats.terms.errors import Problem, RequestProblem
from pccstats.terms.periods import Window, month_in_words
from pccstats.terms.plan import Plan
from pccstats.terms.words import Audience

REASONS_SHOWN = 3


@dataclass(frozen=True)
class PackMade:
    """What became of a request.

    Attributes
    ----------
    folder : pathlib.Path
        Where the pack is.
    manifest : Manifest
        What it says of itself.
    is_unchanged : bool
        True where the pack was already there, made from the very same things.
    """

    folder: Path
    manifest: Manifest
    is_unchanged: bool = False

    @property
    def is_complete(self) -> bool:
        return self.manifest.is_complete

    def in_words(self) -> list[str]:
        """What to tell the person who asked, line by line."""
        front = self.folder / f"{FRONT_PAGE}.html"
        if self.is_unchanged:
            return [f"Nothing has changed since this pack was made: {front}", "Use --force to make it again."]
        failed = [f"Could not be completed: {page.page}. {page.reason}" for page in self.manifest.failed_pages]
        missing = [f"Not made yet: {page}." for page in self.manifest.missing_pages]
        return [*failed, *missing, *self.manifest.problems, *self.manifest.page_faults, f"The pack: {front}"]


def make_pack(request: Request, progress: Progress, *, limit_seconds: float = LIMIT_SECONDS) -> PackMade:
    """Make the pack of a quarter, or the one page asked for.

    Raises
    ------
    PccStatsError
        Where the request, the notebooks or the data are wrong; the earlier pack is untouched.
    KeyboardInterrupt
        On Ctrl-C, once every kernel has been shut down; the earlier pack is untouched.
    """
    began = datetime.now(UTC)
    entries = read_catalogue(request.notebooks)
    plan = sources.read_plan(request.data)
    jobs = plan_jobs(request, entries, plan)
    wanted = chosen(jobs, request.only)
    progress.say("checking and building the data")
    built = sources.build_data(request.data, request.source_dir)
    check_quarter(request.quarter, Window(built.first_month, built.last_month))
    put_back(request.pack)
    _check_audience(request, read_manifest(request.pack))
    making = _making(request, plan, jobs, built, began)
    changes = what_changed(making.earlier.made_from, making.parts)
    if not (changes or request.force or request.only) and making.earlier.stands_in(request.pack):
        return PackMade(request.pack, making.earlier, is_unchanged=True)
    progress.say(_why(making.earlier, changes, request))
    with replaced_folder(request.pack) as folder:
        if request.only and request.pack.is_dir():
            shutil.copytree(request.pack, folder, dirs_exist_ok=True)
        finished = run_jobs(
            wanted,
            progress,
            workers=request.workers,
            limit_seconds=limit_seconds,
            earlier_seconds=making.earlier.seconds_by_page,
        )
        manifest = write_pack(making, finished, folder)
    return PackMade(request.pack, manifest)


def _check_audience(request: Request, earlier: Manifest) -> None:
    """Refuse to put one page for one audience among pages for another: a public pack must hold nothing held back."""
    if request.only and earlier.audience not in ("", request.audience):
        rule = f"The pack that is there is for the {earlier.audience} audience; one page of it cannot be for another."
        step = "Make the whole pack, without --only."
        raise RequestProblem(Problem(rule, "--audience", str(request.audience), step))


def _making(request: Request, plan: Plan, jobs: tuple[Job, ...], built: sources.BuildResult, began: datetime) -> Making:
    settings = {"the quarter": str(request.quarter), "the audience": str(request.audience)}
    return Making(
        pack=Pack(
            title=plan.title,
            quarter=request.quarter,
            links=links_of(jobs),
            origin=origin_of(built.files, month_in_words(built.last_month)),
            is_public=request.audience is Audience.PUBLIC,
        ),
        plan=plan,
        jobs=jobs,
        parts=made_from(request.data, built.files, dict.fromkeys(job.notebook for job in jobs), settings),
        began=began,
        earlier=read_manifest(request.pack),
        is_whole=request.only is None,
    )


def _why(earlier: Manifest, changes: list[str], request: Request) -> str:
    """The reason for making the pack, in a line."""
    if request.only:
        return f"making {request.only} anew"
    if not earlier.pages:
        return "making the pack for the first time"
    if changes:
        more = f" and {len(changes) - REASONS_SHOWN} more" if len(changes) > REASONS_SHOWN else ""
        return f"making the pack anew: {', '.join(changes[:REASONS_SHOWN])}{more}"
    return f"making the pack anew: {'asked for' if request.force else 'the earlier one is not complete'}"
