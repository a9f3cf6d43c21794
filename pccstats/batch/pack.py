"""Making a quarter's pack, told in order: check, build, plan, run, write, swap in."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache, cached_property, partial
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from pccstats import sources
from pccstats.batch import provenance, word
from pccstats.batch.ahead import AnswersAhead
from pccstats.batch.charts import FOLDER as CHARTS
from pccstats.batch.charts import ChartFiles, chart_files, names_of, take_out, write_charts
from pccstats.batch.cluster import joined
from pccstats.batch.contract import PageRead, read_page
from pccstats.batch.front_page import Download, PageRow, briefing_page, front_page
from pccstats.batch.handed_over import Results, collect, kept_from, merged
from pccstats.batch.issued import refuse_if_issued
from pccstats.batch.jobs import THEME_PARAMETER, Entry, Job, chosen, plan_jobs, read_catalogue, reading_from
from pccstats.batch.kept import ASKED_FOR, Keeper, ToDo
from pccstats.batch.kernel import Ending, Outcome
from pccstats.batch.manifest import NAME, Manifest, PageRecord, digests_of, read_manifest, record_of, write_manifest
from pccstats.batch.page import BRIEFING, FRONT_PAGE, GLOSSARY, Link, Pack, glossary_page, links_of, page_of
from pccstats.batch.parts import answers_in, parts_of
from pccstats.batch.provenance import (
    NOTEBOOK,
    PACKAGE_ITSELF,
    SOURCE_FILE,
    Origin,
    data_digests,
    data_part,
    key_of,
    made_from,
    origin_of,
    released_digests,
    rests_on,
    what_changed,
)
from pccstats.batch.request import Request, check_quarter
from pccstats.batch.run import Finished, jobs_begun
from pccstats.batch.tables import TABLES, write_dashboard, write_observations
from pccstats.batch.terminal import Progress
from pccstats.batch.unchanged import everything, kept_folder, remember, unchanged_in_words
from pccstats.batch.warm import fork_server
from pccstats.review.given_away import given_away
from pccstats.sources.folders import alone, digest_of, replaced_folder, strangers
from pccstats.sources.looks import Part
from pccstats.terms.errors import DataProblem, Problem, RequestProblem, why_in_words
from pccstats.terms.observations import Observations
from pccstats.terms.periods import Quarter, Window
from pccstats.terms.plan import Plan
from pccstats.terms.release import Withheld
from pccstats.terms.words import counted, few

DASHBOARD_PAGE = "dashboard"
NO_PAGE = "It ran to its end, but no page can be made of what it put out."


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
    kept : tuple of str
        Files in its folder that are not of its making, left as they were.
    """

    folder: Path
    manifest: Manifest
    is_unchanged: bool = False
    kept: tuple[str, ...] = ()

    @property
    def is_complete(self) -> bool:
        return self.manifest.is_complete

    @property
    def front_page(self) -> Path:
        """The page to open first."""
        return self.folder / f"{FRONT_PAGE}.html"

    def in_words(self) -> list[str]:
        """What to tell the person who asked, line by line."""
        front = self.front_page
        if self.is_unchanged:
            return unchanged_in_words(self.folder)
        failed = [f"Could not be completed: {page.page}. {page.reason}" for page in self.manifest.failed_pages]
        missing = [f"Not made yet: {page}." for page in self.manifest.missing_pages]
        kept = [f"Left in its folder, as nobody made it for the pack: {name}." for name in self.kept]
        return [*failed, *missing, *self.manifest.problems, *self.manifest.page_faults, *kept, f"The pack: {front}"]


def make_pack(request: Request, progress: Progress) -> PackMade:
    """Make the pack of a quarter, or the one page asked for.

    Raises
    ------
    PccStatsError
        Where the request, the notebooks or the data are wrong; the earlier pack is untouched.
    OSError
        Where the disk or the system refuses; the earlier pack is untouched.
    KeyboardInterrupt
        On Ctrl-C, once every kernel has been shut down; the earlier pack is untouched, or the new one is whole in its
        place where Ctrl-C came while they changed places.
    """
    with joined(progress), fork_server(progress.say) as server:
        server.prepare()
        return make_pack_of(read_material(request, progress), request, progress)


@dataclass(frozen=True)
class Material:
    """What packs are made of, read once for all of them: the notebooks, the plan and the figures.

    Attributes
    ----------
    entries : tuple of Entry
    built : sources.BuildResult
    data : Observations
        With the plan, focused as its file says.
    digests : mapping
        The digest of every file of data when it was read.
    everything : mapping
        The digest or version of everything that was there, before it was read.
    ahead : AnswersAhead
        What the packs will ask, worked out once for all of them.
    """

    entries: tuple[Entry, ...]
    built: sources.BuildResult
    data: Observations
    digests: Mapping[str, str]
    everything: Mapping[str, str]
    ahead: AnswersAhead


def read_material(request: Request, progress: Progress) -> Material:
    """Read and check everything that packs of a request are made of.

    Raises
    ------
    PccStatsError
        Where the request, the notebooks or the data are wrong.
    """
    parts = everything(request)
    entries = read_catalogue(request.notebooks)
    chosen(plan_jobs(request, entries, _plan_for(request, sources.read_plan(request.data))), request.only)
    progress.say("checking and building the data")
    built = sources.build_data(request.data, request.source_dir)
    check_quarter(request.quarter, Window(built.first_month, built.last_month))
    digests = data_digests(request, built.files)
    data = sources.read_observations(request.data)
    if data.files != built.files:
        rule = "The data changed while they were being built: another run has built others in the same folder."
        raise DataProblem(Problem(rule, "the data folder", next_step="Run the same again, by itself."))
    return Material(entries, built, data, digests, parts, AnswersAhead((request.area or data.plan.focus,)))


def _plan_for(request: Request, plan: Plan) -> Plan:
    """The plan, focused on the area asked for."""
    return plan.focused_on(request.area) if request.area else plan


def make_pack_of(material: Material, request: Request, progress: Progress) -> PackMade:
    """Make a pack of what was read already; see `make_pack`."""
    with run_for_pack(material, request, progress) as write:
        return write()


@contextmanager
def run_for_pack(material: Material, request: Request, progress: Progress) -> Iterator[Callable[[], PackMade]]:
    """Begin the notebooks of a pack; what it gives waits for them and writes the pack, in this thread or in another."""
    with _alone_with_pack(request, progress), _begun(material, request, progress) as begun:
        if begun.to_do is None:
            yield partial(_left_as_it_is, material, begun.making, request)
            return
        refuse_if_issued(request.pack)
        for words in begun.in_words():
            progress.say(words)
        anew = [job for job in begun.making.jobs if job.page in begun.to_do.anew]
        if 2 * len(anew) > len(begun.making.jobs):  # a page or two work out what they need sooner by themselves
            begun.keeper.lend_answers()
        with _under_way(anew, begun, request, progress) as ended:
            yield partial(_written, material, begun, request, ended)


def _left_as_it_is(material: Material, making: Making, request: Request) -> PackMade:
    remember(request, {**material.everything, **request.settings}, [request.pack])
    return PackMade(request.pack, making.earlier, is_unchanged=True)


def _written(
    material: Material, begun: _Begun, request: Request, ended: Callable[[], Mapping[str, Finished]]
) -> PackMade:
    made = ended()
    elsewhere = frozenset(page for page, run in made.items() if begun.keeper.looks_elsewhere(run))
    making, done = replace(begun.making, elsewhere=elsewhere), {**begun.kept, **made}
    with replaced_folder(request.pack, _made_for(making.earlier)) as folder:
        if request.only:
            _copy_pages(making.earlier, request.pack, folder)
        manifest = write_pack(making, done, folder)
        _check_unmoved(request, material.built, material.digests, making)
    if manifest.may_stand and request.only is None:
        remember(request, {**material.everything, **request.settings}, [request.pack])
    return PackMade(request.pack, manifest, kept=tuple(strangers(request.pack, _made_for(manifest))))


@contextmanager
def _under_way(
    jobs: list[Job], begun: _Begun, request: Request, progress: Progress
) -> Iterator[Callable[[], Mapping[str, Finished]]]:
    """Run what must be run, here or on the cluster that the environment names, and keep each run that is complete."""
    if not jobs:
        yield dict
        return
    with joined(progress) as cluster:
        elsewhere, earlier = cluster.run_all if cluster else None, begun.making.earlier
        with jobs_begun(jobs, request, progress, earlier.seconds_by_page, elsewhere, begun.keep) as ended:
            yield ended


def explain_pack(request: Request, progress: Progress) -> list[str]:
    """Which pages `make_pack` would make now, and why, in lines; nothing is run and no pack is written."""
    with fork_server(progress.say):
        return explain_pack_of(read_material(request, progress), request, progress)


def explain_pack_of(material: Material, request: Request, progress: Progress) -> list[str]:
    """Which pages `make_pack_of` would make now; see `explain_pack`."""
    with _begun(material, request, progress) as begun:
        if begun.to_do is None:
            return ["Nothing has changed since this pack was made: no page would be made."]
        return [*begun.in_words(), f"{counted(len(begun.to_do.anew), 'page')} would be made."]


@dataclass(frozen=True)
class _Begun:
    """A pack about to be made: what of, why, and what there is to do; nothing to do where it is there, unchanged."""

    making: Making
    why: str
    to_do: ToDo | None
    keeper: Keeper
    rests_on: Callable[[Job], Mapping[str, str]]
    rested_on: Mapping[str, Mapping[str, str]]

    @property
    def kept(self) -> Mapping[str, Finished]:
        return self.to_do.kept if self.to_do is not None else {}

    def keep(self, done: Finished) -> None:
        """Keep a run, unless notebook or package were edited meanwhile: nobody can tell which of the two it was."""
        if provenance.package_has_changed():
            return
        if done.job.notebook.is_file() and self.rests_on(done.job) == self.rested_on[done.job.page]:
            self.keeper.keep(done, self.rested_on[done.job.page])

    def in_words(self) -> list[str]:
        return [self.why, *(self.to_do.in_words() if self.to_do is not None else ())]


@contextmanager
def _begun(material: Material, request: Request, progress: Progress) -> Iterator[_Begun]:
    """Look what there is to do for a pack, with a copy of the data for its notebooks."""
    began, built = datetime.now(UTC), material.built
    data = replace(material.data, plan=_plan_for(request, material.data.plan))
    jobs = plan_jobs(request, material.entries, data.plan)
    wanted = {job.page for job in chosen(jobs, request.only)}
    with copy_for_readers(request, data, material) as copy:
        jobs = reading_from(jobs, copy.folder)
        earlier = read_manifest(request.pack)
        making = _making(request, copy, jobs, built, began, earlier)
        _check_kept(request, earlier, making.parts)
        changes = what_changed(earlier.made_from, making.parts)
        is_lacking = request.docx and word.NAME not in earlier.files
        is_asked = request.force or request.only is not None
        as_read = replace(copy.data, plan=sources.read_plan(copy.folder))  # as notebooks have it, own words included

        @cache
        def lend_answers() -> Mapping[Part, str]:
            material.ahead.lend(request, material.data, copy.folder, progress)
            return answers_in(copy.folder)

        keeper, to_do = Keeper(kept_folder(request), parts_of(as_read, copy.folder), lend_answers), None

        def rests(job: Job) -> Mapping[str, str]:
            return rests_on(request, job.notebook) | {THEME_PARAMETER: str(job.parameters.get(THEME_PARAMETER, ""))}

        rested = {job.page: rests(job) for job in jobs}
        if changes or is_asked or is_lacking or not earlier.stands_in(request.pack):
            asked_for = [job for job in jobs if job.page in wanted]
            to_do = keeper.to_do(asked_for, lambda job: rested[job.page], ASKED_FOR if is_asked else "")
            making = replace(making, why=to_do.reasons)
        yield _Begun(making, _why(earlier, changes, request), to_do, keeper, rests, rested)


def _alone_with_pack(request: Request, progress: Progress) -> AbstractContextManager[None]:
    return alone(request.pack, lambda: progress.say("another run is making this pack: waiting for it to end"))


def _made_for(manifest: Manifest) -> Callable[[str], bool]:
    """Tell the files of a pack from others in its folder; where no manifest tells, by the names that packs give."""
    if manifest.files:
        return lambda name: name in manifest.files or name == NAME
    return lambda name: name.endswith(".html") or name.startswith(f"{CHARTS}/") or name in (NAME, *DOWNLOADS)


def _copy_pages(earlier: Manifest, pack: Path, folder: Path) -> None:
    """Begin from the pack that is there, as far as it was made as a pack."""
    is_of_it = _made_for(earlier)
    for name in strangers(pack, lambda name: not is_of_it(name)):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(pack / name, folder / name)


@dataclass(frozen=True)
class ReadersCopy:
    """The data as they were at the start, for the readers of a pack: what its notebooks read, and nothing else.

    Attributes
    ----------
    digests : mapping
        Of the files of data, as these readers may know them: that of a withheld figure could tell what it is.
    """

    folder: Path
    data: Observations
    withheld: Withheld
    digests: Mapping[str, str]


@contextmanager
def copy_for_readers(request: Request, every: Observations, material: Material) -> Iterator[ReadersCopy]:
    """A copy of the data, gone when the pack is made.

    Raises
    ------
    DataProblem
        Where what is withheld from the public could be worked out from what is not.
    """
    with tempfile.TemporaryDirectory(prefix="pccstats-", ignore_cleanup_errors=True) as place:
        folder = Path(place) / "data"
        if request.is_public and (told := given_away(every, request.audience)):
            raise DataProblem(each.problem for each in told)
        focus = material.data.plan.focus
        released = sources.write_released(every, request.audience, request.data, folder, focus=focus)
        withheld = every.withheld_from(request.audience)
        is_partial = _is_partial(request, withheld)
        yield ReadersCopy(folder, released, withheld, released_digests(folder) if is_partial else material.digests)


def _is_partial(request: Request, withheld: Withheld) -> bool:
    return request.is_public and bool(withheld.secrets)


def _check_unmoved(request: Request, built: sources.BuildResult, digests: Mapping[str, str], making: Making) -> None:
    """Refuse to take pages for those of code, data or notebooks that were edited while they were made."""
    if provenance.package_has_changed():
        raise _moved("package", [f"{PACKAGE_ITSELF} changed"], "pccstats")
    before = {name: digest for name, digest in making.parts.items() if name.startswith(NOTEBOOK)}
    notebooks = {f"{NOTEBOOK}{job.notebook.name}": job.notebook for job in making.jobs if job.notebook.is_file()}
    if changes := what_changed(before, {name: digest_of(path) for name, path in notebooks.items()}):
        raise _moved("notebooks", changes, "the folder of the notebooks")
    read = {f"{SOURCE_FILE}{file.name}": file.sha256 for file in built.files}
    now = data_digests(request, built.files)
    since_read = [f"{name} changed" for name in read if name in now and read[name] != now[name]]
    if changes := what_changed(digests, now) or since_read:
        raise _moved("data", changes, "the data folder")


def _moved(what: str, changes: list[str], place: str) -> DataProblem:
    rule = f"The {what} changed while the pack was being made: {few(changes)}."
    return DataProblem(Problem(rule, place, next_step="Run the same again; the earlier pack is as it was."))


def _check_kept(request: Request, earlier: Manifest, parts: Mapping[str, str]) -> None:
    """Refuse one page anew among pages for others, of other data, or of which nobody can say what they hold."""
    if not request.only or not request.pack.is_dir() or not any(request.pack.iterdir()):
        return
    step = "Make the whole pack, without --only."
    if not earlier.audience:
        rule = (
            "The manifest of the pack that is there is missing or cannot be read: nobody can say what its pages hold."
        )
        raise RequestProblem(Problem(rule, "--only", request.only, step))
    if earlier.audience != request.audience:
        rule = f"The pack that is there is for the {earlier.audience} audience; one page of it cannot be for another."
        raise RequestProblem(Problem(rule, "--audience", str(request.audience), step))
    if changes := what_changed(data_part(earlier.made_from), data_part(parts)):
        said = few(changes)
        rule = f"The pack that is there was made from other data; one page anew would not fit the others: {said}."
        raise RequestProblem(Problem(rule, "--only", request.only, step))


def _making(
    request: Request,
    copy: ReadersCopy,
    jobs: tuple[Job, ...],
    built: sources.BuildResult,
    began: datetime,
    earlier: Manifest,
) -> Making:
    return Making(
        pack=Pack(
            title=copy.data.plan.title,
            quarter=request.quarter,
            links=links_of(jobs),
            origin=_origin(request, built, copy.withheld),
            is_public=request.is_public,
            restricted=() if request.is_public else copy.data.held_for_internal_use,
        ),
        plan=copy.data.plan,
        jobs=jobs,
        parts=made_from(request, copy.digests, dict.fromkeys(job.notebook for job in jobs)),
        observations=copy.data.to_take_away(request.quarter, request.audience),
        began=began,
        earlier=earlier,
        pack_of=request.pack_of,
        is_whole=request.only is None,
        has_document=request.docx or (request.only is not None and word.NAME in earlier.files),
    )


def origin_for(request: Request, material: Material) -> Origin:
    """Where the pages on all areas come from, as their readers may know it."""
    return _origin(request, material.built, material.data.withheld_from(request.audience))


def _origin(request: Request, built: sources.BuildResult, withheld: Withheld) -> Origin:
    files = withheld.left_of_files(built.files) if _is_partial(request, withheld) else built.files
    return origin_of(files, built.last_month, request.quarter.last_month)


def _why(earlier: Manifest, changes: list[str], request: Request) -> str:
    """The reason for making the pack, in a line."""
    if request.only:
        return f"making {request.only} anew"
    if not earlier.pages:
        return "making the pack for the first time"
    if changes:
        return f"making the pack anew: {few(changes)}"
    if request.force:
        return "making the pack anew: asked for"
    if earlier.is_complete and (pages := earlier.pages_of_other_things):
        return f"making the pack anew: {counted(len(pages), 'page')} of it was made before all else changed"
    if earlier.is_complete and (pages := earlier.pages_that_look_elsewhere):
        return f"making the pack anew: nobody can tell what {counted(len(pages), 'page')} of it looks at"
    is_lacking = earlier.is_complete and request.docx
    return f"making the pack anew: {'it has no Word document' if is_lacking else 'the earlier one is not complete'}"


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


BRIEFING_NAME, SUMMARY_NAME = f"{BRIEFING}.html", "summary.txt"
DOWNLOADS = {
    BRIEFING_NAME: "the opening of this page on one sheet of A4",
    SUMMARY_NAME: "the quarter in two sentences and three points, for an e-mail",
    word.NAME: "the briefing and the themes as one document, to comment on",
    **TABLES,
}
