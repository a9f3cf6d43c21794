"""Making a quarter's pack, told in order: check, build, plan, run, write, swap in."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path

from pccstats import sources
from pccstats.batch import provenance, word
from pccstats.batch.ahead import AnswersAhead
from pccstats.batch.charts import FOLDER as CHARTS
from pccstats.batch.cluster import joined
from pccstats.batch.issued import refuse_if_issued
from pccstats.batch.jobs import THEME_PARAMETER, Entry, Job, chosen, plan_jobs, read_catalogue, reading_from
from pccstats.batch.kept import ASKED_FOR, Keeper, ToDo
from pccstats.batch.manifest import NAME, Manifest, read_manifest
from pccstats.batch.page import FRONT_PAGE, Pack, links_of
from pccstats.batch.parts import answers_in, parts_of
from pccstats.batch.provenance import (
    NOTEBOOK,
    PACKAGE_ITSELF,
    SOURCE_FILE,
    Origin,
    data_digests,
    data_part,
    made_from,
    origin_of,
    released_digests,
    rests_on,
    what_changed,
)
from pccstats.batch.request import Request, check_quarter
from pccstats.batch.run import Finished, jobs_begun
from pccstats.batch.terminal import Progress
from pccstats.batch.unchanged import everything, kept_folder, remember, unchanged_in_words
from pccstats.batch.warm import fork_server
from pccstats.batch.writing import DOWNLOADS, Making, write_pack
from pccstats.review.given_away import given_away
from pccstats.sources.folders import alone, digest_of, replaced_folder, strangers
from pccstats.sources.looks import Part
from pccstats.terms.errors import DataProblem, Problem, RequestProblem
from pccstats.terms.observations import Observations
from pccstats.terms.periods import Window
from pccstats.terms.plan import Plan
from pccstats.terms.release import Withheld
from pccstats.terms.words import counted, few


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
