"""A data folder to start from: a force's own, drafted from official files, or an example with every line explained.

What a folder holds stands in `template/new` and `template/begin` as it is written; it is changed there.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from filecmp import cmp
from functools import partial
from pathlib import Path

import jinja2

from pccstats import reference
from pccstats.batch.draft import BEGIN, STREET, TEMPLATES, USUAL, Draft, DraftAnchor, draft_of, unusable
from pccstats.review.official import OfficialSeries, official_series
from pccstats.sources.build import build_data, read_observations
from pccstats.sources.folders import PLAN, SOURCES, replaced_folder
from pccstats.sources.recognise import Recognised, recognise, recognise_all
from pccstats.terms.errors import Problem, Refusals, RequestProblem
from pccstats.terms.observations import Observations
from pccstats.terms.periods import month_in_words

TEMPLATE = Path(__file__).parent / "template" / "new"
README, RAW = "README.md", "raw"
NOBODYS = frozenset[str]().__contains__  # the folder is new: nothing in it is ours yet


def make_data_folder(place: Path) -> Path:
    """Write a data folder that passes `check` and makes a pack.

    Parameters
    ----------
    place : Path
        Where; it must not exist, or be an empty folder.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    RequestProblem
        If anything is there already, or the folder cannot be made.
    """
    refuse_what_is_there(place)
    try:
        (place / RAW).mkdir(parents=True)
        # contents alone: where the package is installed read-only, the copy must still be open to change
        shutil.copytree(TEMPLATE, place, copy_function=shutil.copyfile, dirs_exist_ok=True)
    except OSError as error:
        raise RequestProblem(Problem(f"The folder cannot be made: {error.strerror}.", str(place))) from None
    return place


@dataclass(frozen=True)
class Begun:
    """A force's folder: where it is, what was proposed, how many figures were read and what was found in them."""

    place: Path
    draft: Draft
    figures: int
    findings: int

    def in_words(self) -> Iterable[str]:
        """What was made of which file, why, and what to do next; a line each."""
        draft = self.draft
        priorities = sum(len(theme.priorities) for theme in draft.themes)
        yield f"A data folder for {draft.force}: {self.place}"
        for source in draft.sources:
            yield f"  read: {source.file} ({source.what}, {source.span}), for {len(source.indicators)} indicators"
        for line in draft.unused:
            yield f"  left out: {line}"
        yield f"  proposed: {len(draft.indicators)} indicators in {priorities} priorities; {self.figures:,} figures"
        without = [each.title for each in draft.indicators if each.reason]
        if without:
            yield f"  without figures in these files, as their pages say: {'; '.join(without)}"
        baseline = draft.baseline if isinstance(draft.baseline, str) else " to ".join(draft.baseline)
        yield f"  baseline {baseline}: {draft.baseline_why}"
        yield f"  to {draft.horizon}: {draft.horizon_why}"
        if draft.not_projected:
            yield f"  {draft.not_projected}"
        if draft.anchors:
            told = sum(each.is_told for each in draft.anchors)
            yield f"  quarters told from 12-month totals by street records: {told} of {len(draft.anchors)} tried"
        compared = f"every force with figures, {len(draft.peers)} others" if draft.peers else draft.why_no_peers
        yield f"  compared with {compared}"
        yield f"Every line of {self.place / RAW / PLAN} says why; it is yours to change. Next:"
        yield f"    pccstats check --data {self.place} --brief"
        yield f"    pccstats report {draft.quarter} --data {self.place}"


def begin_data_folder(
    place: Path,
    force: str,
    given: Sequence[Path],
    say: Callable[[str], None] | None = None,
    *,
    template: str = "",
) -> Begun:
    """Draft a force's data folder from official files; it passes `check` and makes a pack as it is.

    Parameters
    ----------
    place : Path
        Where; it must not exist, or be an empty folder.
    force : str
        A territorial force, by any of its spellings.
    given : sequence of Path
        Files and folders as downloaded; of a folder every file that can be used. They are copied into the new folder,
        so that it stands by itself; of a folder of street records only the force's own files.
    say : callable, optional
        Told in words what is being done.
    template : str
        `national-measures` for a statement on the national priorities for policing; by default what people expect of
        a plan.

    Returns
    -------
    Begun

    Raises
    ------
    RequestProblem
        Naming everything at once that stands against it: an unknown force, files that are not there or not known,
        hold nothing of the force or have one name.
    DataProblem
        If the files have faults; nothing is written then.
    """
    refusals = Refusals()
    refusals.ask(partial(refuse_what_is_there, place))
    about = refusals.ask(partial(reference.force, force))
    known: list[Recognised] = []
    left: list[str] = []
    for path in given:
        with refusals:
            files, others = _known(path, about)
            known += files
            left += others
    known, same = _each_once(known)
    left += same
    refusals.ask(partial(_refuse_same_names, known))
    refusals.ask(partial(_refuse_unknown_template, template))
    refusals.raise_any()
    if about is None or not given:
        raise RequestProblem(Problem("No file is given.", next_step="Name what you downloaded: --from FILE."))
    proposed = template or USUAL
    draft_of(about, known, proposed)  # refused before anything is copied
    with replaced_folder(place, NOBODYS) as making:
        raw = making / RAW
        raw.mkdir()
        copied = [recognise(_copied(file, raw, about)) for file in known]
        draft = draft_of(about, copied, proposed)
        draft = replace(draft, unused=(*draft.unused, *left))
        _write(making, draft)
        built = build_data(making, progress=say)
        if draft.anchors:
            draft = _with_what_came_of_anchors(draft, read_observations(making))
            _write(making, draft)
            built = build_data(making)
        for path in _left_by_no_line(raw, draft):
            _remove(path)
    return Begun(place, draft, built.observation_count, len(built.findings))


def refuse_what_is_there(place: Path) -> None:
    """Refuse a place that is in use: nothing of anybody's is written over."""
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        step = "Name a folder that does not exist yet."
        raise RequestProblem(Problem("There is something here already.", str(place), next_step=step))


def _refuse_unknown_template(template: str) -> None:
    if template and template not in TEMPLATES:
        step = f"There is: {', '.join(TEMPLATES)}. Without one, what people expect of a plan is proposed."
        raise RequestProblem(Problem("There is no such template.", "--template", template, step))


def _with_what_came_of_anchors(draft: Draft, data: Observations) -> Draft:
    """The draft with what street records tell of the quarters hidden in 12-month totals, measure by measure."""
    tried = ((each, official_series(each.indicator, draft.force, data, data.plan)) for each in draft.anchors)
    return replace(draft, anchors=tuple(_tried(each, official) for each, official in tried))


def _tried(anchor: DraftAnchor, official: OfficialSeries | None) -> DraftAnchor:
    if official is None:
        return replace(anchor, said="Too few totals are held to tell quarters of.", is_kept=False)
    if official.quarters is None:
        return replace(anchor, said=official.why)
    found = official.finest
    if found.last < official.rolling.last:
        said = f"Quarters can be told to {month_in_words(found.last)} alone, so the totals are used as they are."
        return replace(anchor, said=said, is_kept=False)
    said = f"Its quarters are told: {len(found)}, from that to {month_in_words(found.first)}."
    return replace(anchor, said=said, is_told=True)


def _known(path: Path, force: reference.Force | None) -> tuple[list[Recognised], list[str]]:
    """What a file or folder holds; and of a folder, which of its files are left out and why."""
    if not path.is_dir():
        return [recognise(path)], []
    files, unknown = recognise_all(path)
    if force is None:
        return [], []
    why_not = {file.path: list(unusable(file, force)) for file in files}
    problems = [problem for found in why_not.values() for problem in found]
    if all(why_not.values()):
        raise RequestProblem([*problems, *unknown])
    left = [f"{Path(problem.where).name}: {problem.what}" for problem in (*problems, *unknown)]
    return [file for file in files if not why_not[file.path]], left


def _each_once(files: Iterable[Recognised]) -> tuple[list[Recognised], list[str]]:
    """The files, each once; and which are the very same as another."""
    once: dict[Path, Recognised] = {}
    same: list[str] = []
    for file in files:
        path = file.path.resolve()
        if path in once:
            continue
        twin = next(
            (each for each in once if path.is_file() and each.is_file() and cmp(path, each, shallow=False)), None
        )
        if twin is None:
            once[path] = file
        else:
            same.append(f"{path.name}: it is the very same file as {twin.name}")
    return list(once.values()), same


def _refuse_same_names(known: Iterable[Recognised]) -> None:
    names = [file.path.resolve().name for file in known]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        step = "Files lie beside one another in the new folder: give one of them another name."
        raise RequestProblem(Problem("Two files have one name.", value=name, next_step=step) for name in twice)


def _copied(file: Recognised, raw: Path, force: reference.Force) -> Path:
    """The file or folder as it is beside the plan; of street records in a folder those of the force."""
    source = file.path.resolve()
    copy = raw / source.name
    if not source.is_dir():
        shutil.copyfile(source, copy)
        return copy
    pattern = f"*-{force.slug}-street.csv" if file.reader == STREET else "*"
    for path in sorted(path for path in source.rglob(pattern) if path.is_file()):
        into = copy / path.relative_to(source)
        into.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, into)
    return copy


def _left_by_no_line(raw: Path, draft: Draft) -> list[Path]:
    """Copies that the list of sources does not name."""
    named = {PLAN, SOURCES, *(source.file for source in draft.sources)}
    return [path for path in raw.iterdir() if path.name not in named]


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()


def _write(making: Path, draft: Draft) -> None:
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader(BEGIN),
        autoescape=False,  # noqa: S701 these are no pages
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    templates.filters |= {"quoted": _quoted, "listed": _listed}
    for name, path in ((PLAN, making / RAW / PLAN), (SOURCES, making / RAW / SOURCES), (README, making / README)):
        path.write_text(templates.get_template(f"{name}.j2").render(draft=draft), encoding="utf-8", newline="\n")


def _quoted(text: str) -> str:
    """A text as TOML writes it; what JSON escapes, TOML reads alike."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _listed(texts: str | Iterable[str]) -> str:
    return _quoted(texts) if isinstance(texts, str) else f"[{', '.join(_quoted(text) for text in texts)}]"
