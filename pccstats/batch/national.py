"""The packs of all areas of a plan, one after another, and the pages that set them side by side."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pccstats
from pccstats.batch.ahead import AnswersAhead
from pccstats.batch.cluster import joined
from pccstats.batch.contract import page_faults
from pccstats.batch.limits import about
from pccstats.batch.manifest import NAME, Manifest, digests_of, read_manifest, write_manifest
from pccstats.batch.pack import (
    Material,
    PackMade,
    copy_for_readers,
    explain_pack_of,
    origin_for,
    read_material,
    run_for_pack,
)
from pccstats.batch.page import FRONT_PAGE, GLOSSARY, Link, Pack, explained, glossary_page
from pccstats.batch.provenance import made_from, what_changed
from pccstats.batch.request import NATIONAL, Request
from pccstats.batch.run import as_they_end, workers_for
from pccstats.batch.terminal import OfOne, Progress
from pccstats.batch.unchanged import remember
from pccstats.batch.warm import fork_server
from pccstats.presentation.markup import Markup
from pccstats.presentation.numbers import listed
from pccstats.sources.folders import DataFolder, alone, digest_of_text, replaced_folder
from pccstats.sources.kept_answers import FOLDER, KeptAnswers
from pccstats.terms.errors import Problem, RequestProblem, why_in_words
from pccstats.terms.observations import Observations
from pccstats.terms.plan import Plan
from pccstats.terms.words import counted, few, slug

FEWEST_AREAS = 3
THE_PACKS = "the packs"  # how they ended: one of the things that the pages on all of them are made from


@dataclass
class PacksMade:
    """What became of the packs of all areas.

    Attributes
    ----------
    folder : pathlib.Path
        Where they lie, one beside the other.
    made : dict
        The packs by area.
    refused : dict
        By area, why none could be made; the earlier one, where there was one, is as it was.
    national : tuple of str
        What is wrong with the page that sets them side by side, in words; empty where it is as it should be.
    """

    folder: Path
    made: dict[str, PackMade] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    national: tuple[str, ...] = ()

    @property
    def is_complete(self) -> bool:
        return not self.refused and not self.national and all(pack.is_complete for pack in self.made.values())

    def in_words(self) -> list[str]:
        """What to tell the person who asked, line by line: first what failed."""
        of_one_reason: dict[str, list[str]] = {}
        for area, why in self.refused.items():
            of_one_reason.setdefault(why, []).append(area)
        refused = [f"No pack of {listed(areas)}: {why}" for why, areas in of_one_reason.items()]
        partial = [
            f"{area}: {line}"
            for area, pack in self.made.items()
            if not pack.is_complete
            for line in pack.in_words()[:-1]
        ]
        kept = sum(pack.is_unchanged for pack in self.made.values())
        rest = f", {kept} of them unchanged since an earlier run" if kept else ""
        told = f"{counted(len(self.made), 'pack')} of {len(self.made) + len(self.refused)} in place{rest}."
        front = self.folder / NATIONAL / f"{FRONT_PAGE}.html"
        place = front if front.is_file() else self.folder
        return [*refused, *partial, *self.national, told, f"All of them: {place}"]

    def endings(self) -> dict[str, str]:
        """How each pack ended, in words."""
        return {
            **{area: "complete" if pack.is_complete else "not complete" for area, pack in self.made.items()},
            **dict.fromkeys(self.refused, "could not be made"),
        }


def make_packs(request: Request, progress: Progress) -> PacksMade:
    """Make the pack of every area of the kind of the plan's focus, and the pages on all of them.

    One that fails never stops the others. What was read of the data is read once.

    Raises
    ------
    PccStatsError
        Where the request, the notebooks or the data are wrong, or no pack at all could be made.
    KeyboardInterrupt
        On Ctrl-C; the packs made by then are in their places.
    """
    with joined(progress), fork_server(progress.say) as server:
        server.prepare()
        return _make_packs(request, progress)


def _make_packs(request: Request, progress: Progress) -> PacksMade:
    material = read_material(request, progress)
    areas = areas_to_make(material.data)
    material = replace(material, ahead=AnswersAhead(areas))
    packs = PacksMade(_folder_of_all(request, areas))
    try:
        _make_each(material, request, areas, packs, progress)
    except KeyboardInterrupt:
        progress.say(
            f"{counted(len(packs.made), 'pack')} were complete by then and stay; the same again makes the rest"
        )
        raise
    if not packs.made:
        step = f"The first said: {next(iter(packs.refused.values()))}"
        raise RequestProblem(Problem("No pack of any area could be made.", "--area", "all", step))
    progress.say("setting all of them side by side")
    try:
        packs.national = _make_national(material, request, packs)
    except Exception as error:  # noqa: BLE001 the packs are made, and are told of whatever befalls these pages
        packs.national = (f"The pages on all of them could not be made: {why_in_words(error)}",)
    if packs.is_complete and request.only is None and all(pack.manifest.may_stand for pack in packs.made.values()):
        places = [*(pack.folder for pack in packs.made.values()), packs.folder / NATIONAL]
        remember(request, material.everything, places, of_every_area=True)
    return packs


def _make_each(
    material: Material, request: Request, areas: Iterable[str], packs: PacksMade, progress: Progress
) -> None:
    """Make one pack after another; the notebooks of the next run as soon as those of the one before leave room."""
    written: list[Future[None]] = []
    begun_at: list[float] = []
    # Stopped are the workers first: the thread that writes may wait for them.
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="writing") as pool, workers_for(request, progress):
        for number, area in enumerate(areas := tuple(areas), start=1):
            _wait(written[:-1])  # two are in hand at most: one being made, one behind it
            begun_at.append(time.monotonic())
            progress.say(f"{area}, pack {number} of {len(areas)}{_time_left(begun_at, len(areas))}")
            told = OfOne(progress, area)
            with _failure_noted(packs, area), ExitStack() as begun:
                write = begun.enter_context(run_for_pack(material, request.for_area(area), told))
                written.append(pool.submit(_write, packs, area, begun.pop_all(), write))
        _wait(written)


def _wait(written: Iterable[Future[None]]) -> None:
    """Until so many packs are written; where the run is stopped meanwhile, it ends here."""
    for pack in as_they_end(written):
        pack.result()


def _time_left(begun_at: Sequence[float], areas: int) -> str:
    """How long the rest will take at the pace so far; the first pack is no measure, for it works out what all ask."""
    behind = len(begun_at) - 2
    if behind < 1:
        return ""
    pace = (begun_at[-1] - begun_at[1]) / behind
    return f", {about(pace * (areas - behind))} left at the pace so far"


def _write(packs: PacksMade, area: str, begun: ExitStack, write: Callable[[], PackMade]) -> None:
    with _failure_noted(packs, area), begun:
        packs.made[area] = write()


@contextmanager
def _failure_noted(packs: PacksMade, area: str) -> Iterator[None]:
    """Whatever befalls one pack is told of that pack, and the others go on; a run that is stopped is no failure."""
    try:
        yield
    except CancelledError:
        raise
    except Exception as error:  # noqa: BLE001 a fault of the program in one pack too must not cost the others
        packs.refused[area] = why_in_words(error)


def explain_packs(request: Request, progress: Progress) -> list[str]:
    """Which pages of which packs `make_packs` would make now, and why, in lines; nothing is run or written."""
    with fork_server(progress.say):
        material = read_material(request, progress)
        areas = areas_to_make(material.data)
        material = replace(material, ahead=AnswersAhead(areas))
        of_packs = [
            f"{area}: {line}"
            for area in areas
            for line in explain_pack_of(material, request.for_area(area), OfOne(progress, area))
        ]
        return [*of_packs, _explain_national(material, request, _folder_of_all(request, areas) / NATIONAL)]


def _explain_national(material: Material, request: Request, folder: Path) -> str:
    """Whether the pages on all areas would be made, and why, as far as it can be known before the packs."""
    earlier = read_manifest(folder)
    known = {name: digest for name, digest in earlier.made_from.items() if name != THE_PACKS}
    if not earlier.files:
        why = "they have not been made before"
    elif request.force:
        why = "asked for"
    elif changes := what_changed(known, _made_from(material, request)):
        why = few(changes)
    elif not earlier.has_its_files(folder):
        why = "files of them are gone or changed"
    else:
        return "The pages on all of them would stay, unless a pack ends otherwise than last time."
    return f"The pages on all of them would be made: {why}."


def _folder_of_all(request: Request, areas: Sequence[str]) -> Path:
    return request.for_area(areas[0]).pack.parent


def areas_to_make(data: Observations) -> tuple[str, ...]:
    """The areas of the kind of the plan's focus that have a figure.

    Raises
    ------
    RequestProblem
        If these are under three, or two of them would have one folder.
    """
    held = set(data.frame.loc[data.frame["numerator"].notna(), "area"])
    areas = tuple(area for area in data.plan.of_the_kind if area in held)
    kind = data.plan.area(data.plan.focus).kind
    if len(areas) < FEWEST_AREAS:
        rule = f"The data have figures of {counted(len(areas), 'area')} of the kind {kind!r}; --area all takes three."
        raise RequestProblem(Problem(rule, "--area", "all", "Name the area, or leave --area out."))
    folders = [slug(area) for area in areas]
    problems = [
        Problem("The folder of its pack would be that of another.", "plan.toml, areas", area, "Give it another name.")
        for area, name in zip(areas, folders, strict=True)
        if not name or folders.count(name) > 1 or name == NATIONAL
    ]
    if problems:
        raise RequestProblem(problems)
    return areas


def _make_national(material: Material, request: Request, packs: PacksMade) -> tuple[str, ...]:
    """Write the pages on all areas, unless they are there already, of the same things; what is wrong with them."""
    folder, began = packs.folder / NATIONAL, datetime.now(UTC)
    endings = packs.endings()
    told = "\n".join(f"{area}\t{ending}" for area, ending in endings.items())
    parts = _made_from(material, request) | {THE_PACKS: digest_of_text(told)}
    with alone(folder):
        earlier = read_manifest(folder)
        if earlier.made_from == parts and not request.force and earlier.has_its_files(folder):
            return earlier.page_faults
        with replaced_folder(folder, lambda name: name in earlier.files or name == NAME) as making:
            pages = dict(_pages(material, request, packs, endings))
            for name, text in pages.items():
                (making / name).write_text(text, encoding="utf-8", newline="\n")
            faults = tuple(f"{name}: {fault}" for name, text in pages.items() for fault in page_faults(text))
            manifest = Manifest(
                quarter=str(request.quarter),
                title=material.data.plan.title,
                audience=str(request.audience),
                started_at=began.isoformat(timespec="seconds"),
                finished_at=datetime.now(UTC).isoformat(timespec="seconds"),
                made_from=parts,
                files=digests_of(making, sorted(pages)),
                page_faults=faults,
            )
            write_manifest(manifest, making)
    return faults


def _made_from(material: Material, request: Request) -> dict[str, str]:
    """What the pages on all areas are made from, but for how the packs ended."""
    with copy_for_readers(request, material.data, material) as copy:
        return made_from(request, copy.digests, ())


def _pages(
    material: Material, request: Request, packs: PacksMade, endings: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Every page on all areas, by the name of its file."""
    from pccstats.presentation.pages.national import (  # noqa: PLC0415 charts, which nothing before this draws here
        measure_page,
        measure_page_name,
        national_page,
    )

    # When the data were read, these answers may not have been worked out yet; now they are there for every pack.
    kept = KeptAnswers(DataFolder.find(request.data).processed / FOLDER)
    plan: Plan = material.data.plan
    data = replace(material.data, kept=kept)
    review = pccstats.review_national(plan, data, request.quarter, audience=request.audience)
    names = {each.key: measure_page_name(each) for each in review.comparisons}
    links = (
        Link(FRONT_PAGE, f"All {len(review.areas)}"),
        *(Link(names[each.key], each.title) for each in review.comparisons),
        Link(GLOSSARY, "Glossary"),
    )
    pack = Pack(
        title=plan.title,
        quarter=request.quarter,
        links=links,
        origin=origin_for(request, material),
        is_public=request.is_public,
        restricted=() if request.is_public else material.data.held_for_internal_use,
    )
    fronts = {area: f"../{slug(area)}/{FRONT_PAGE}.html" for area in packs.made}
    yield f"{FRONT_PAGE}.html", _page(pack, FRONT_PAGE, links[0].words, national_page(review, fronts, endings))
    for each in review.comparisons:
        page = names[each.key]
        yield f"{page}.html", _page(pack, page, each.title, measure_page(review, each.key, fronts))
    yield f"{GLOSSARY}.html", glossary_page(pack)


def _page(pack: Pack, here: str, title: str, body: Markup) -> str:
    return explained("national.html.j2", pack=pack, here=here, title=title, body=body)
