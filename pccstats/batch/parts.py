"""The parts of a pack's data that its pages look at, each with a digest: a page is kept while those of its own stay."""

from __future__ import annotations

import dataclasses
import os
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from pccstats.batch.provenance import PACKAGE
from pccstats.sources.build import EXPOSURES_FILE, FINDINGS_FILE, OBSERVATIONS_FILE
from pccstats.sources.folders import MANIFEST, PLAN, digest_of, digest_of_text
from pccstats.sources.kept_answers import FOLDER as ANSWERS
from pccstats.sources.kept_answers import KeptAnswers
from pccstats.sources.looks import (
    ANSWER,
    EVERYWHERE,
    FIGURES,
    FILE,
    OUTSIDE,
    POPULATION,
    SHA256,
    TEXT,
    TEXTS,
    Part,
    text_part,
)
from pccstats.terms.observations import Observations
from pccstats.terms.plan import Indicator, Plan, Priority, Theme
from pccstats.terms.words import AREA, INDICATOR

NOTHING = "nothing"  # the digest of figures of which there are none
ALWAYS: tuple[Part, ...] = (("plan",), ("names of files",))  # every page depends on these
_READ_IN_PARTS = frozenset({PLAN, MANIFEST, OBSERVATIONS_FILE, EXPOSURES_FILE, FINDINGS_FILE})
_SYSTEM = ("/usr", "/lib", "/etc", "/proc", "/sys", "/dev", "/var/cache/fontconfig")
_WHOLES = {
    "frame": "the figures",
    "exposures": "the populations",
    "findings": "what was found in the data",
    "files": "the list of files",
    SHA256: "the digests of the files",
    "illustrative": "which figures are illustrative",
    "plan": "the plan",
    "names of files": "which files there are beside the plan",
}


def parts_of(data: Observations, folder: Path) -> dict[Part, str]:
    """The digest of everything a page can look at in parts.

    Parameters
    ----------
    data : Observations
        What is written in `folder`.
    folder : pathlib.Path
        The data folder that the notebooks of a pack are given.
    """
    files = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    beside = {name: path for name, path in files.items() if not _is_read_in_parts(name)}
    return {
        **_digests_by(data.frame, FIGURES, [INDICATOR, AREA]),
        **{(*part, EVERYWHERE): digest for part, digest in _digests_by(data.frame, FIGURES, [INDICATOR]).items()},
        **_digests_by(data.exposures, POPULATION, [AREA]),
        ("frame",): digest_of_text(_row_hashes(data.frame).tobytes().hex()),
        ("exposures",): digest_of_text(_row_hashes(data.exposures).tobytes().hex()),
        ("findings",): digest_of_text(repr(data.findings)),
        ("files",): digest_of_text(repr([dataclasses.replace(file, sha256="") for file in data.files])),
        (SHA256,): digest_of_text(repr([file.sha256 for file in data.files])),
        ("illustrative",): digest_of_text(repr(sorted(data.real.illustrative))),
        ("plan",): digest_of_text(repr(_without_texts(data.plan))),
        **{part: digest_of_text(repr(value)) for part, value in _texts_of(data.plan)},
        **{(FILE, name): digest_of(path) for name, path in beside.items()},
        ("names of files",): digest_of_text("\n".join(beside)),
    }


def answers_in(folder: Path) -> dict[Part, str]:
    """The digest of every answer that is lent to the notebooks of a pack, which find it instead of working it out."""
    return {(ANSWER, asked): digest for asked, digest in KeptAnswers(folder / ANSWERS).digests().items()}


def digest_in(parts: Mapping[Part, str], part: Part) -> str | None:
    """The digest of a part; None of one that nobody knows: what looks at it cannot be kept."""
    return parts.get(part, NOTHING if part[0] in (FIGURES, POPULATION) else None)


def looked_at(noted: Iterable[Part], data: Path) -> Iterator[Part]:
    """The notes of a kernel without places: files by their names in the data folder, all others as from outside."""
    known, data = [place.resolve() for place in _places_of_programs()], data.resolve()
    for part in noted:
        if part[0] != FILE:
            yield part
            continue
        path = Path(part[1]).resolve()
        if path.is_relative_to(data):
            name = path.relative_to(data).as_posix()
            if not _is_read_in_parts(name):
                yield FILE, name
        elif not any(path.is_relative_to(place) for place in known):
            yield OUTSIDE, path.name


def in_words(part: Part) -> str:
    """A part as people call it.

    Examples
    --------
    >>> in_words(("figures", "12.offences", "Kent")), in_words(("text", "priority", "3", "commentary"))
    ('the figures of 12.offences in Kent', 'the commentary of priority 3')
    """
    kind, *which = part
    if kind == FIGURES:
        return f"the figures of {which[0]}" + (f" in {which[1]}" if which[1] else "")
    if kind == ANSWER:
        return f"what follows from the figures for {which[0].partition(' ')[0]}"
    if kind == POPULATION:
        return f"the population of {which[0]}"
    if kind == TEXT:
        return f"the {which[2].replace('_', ' ')} of {which[0]} {which[1]}"
    return f"the file {which[0]}" if kind == FILE else _WHOLES.get(kind, " ".join(part))


def _is_read_in_parts(name: str) -> bool:
    """True of a file whose parts are noted by themselves, and of answers, found by all they were worked out from."""
    return name in _READ_IN_PARTS or name.startswith(f"{ANSWERS}/")


def _row_hashes(rows: pd.DataFrame) -> Any:
    return pd.util.hash_pandas_object(rows, index=False).to_numpy()


def _digests_by(rows: pd.DataFrame, kind: str, names: list[str]) -> dict[Part, str]:
    """The digests of the rows, in their order, of each indicator, area, or both."""
    hashes = _row_hashes(rows)
    found: dict[Part, str] = {}
    for key, places in rows.groupby(names, sort=False, observed=True).indices.items():
        which = tuple(map(str, key)) if isinstance(key, tuple) else (str(key),)
        found[(kind, *which)] = digest_of_text(hashes[places].tobytes().hex())
    return found


def _texts_of(plan: Plan) -> Iterator[tuple[Part, object]]:
    entries: list[Theme | Priority | Indicator] = [*plan.themes, *plan.priorities, *plan.supporting]
    entries += [indicator for priority in plan.priorities for indicator in priority.indicators]
    for entry in entries:
        for name in TEXTS[type(entry)]:
            yield text_part(entry, name), getattr(entry, name)


def _without_texts(plan: Plan) -> Plan:
    """The plan with the texts taken out that are noted by themselves."""

    def bare(entry: Any, **others: Any) -> Any:
        empty = {name: () if isinstance(getattr(entry, name), tuple) else "" for name in TEXTS[type(entry)]}
        return dataclasses.replace(entry, **empty, **others)

    themes = tuple(
        bare(theme, priorities=tuple(bare(p, indicators=tuple(map(bare, p.indicators))) for p in theme.priorities))
        for theme in plan.themes
    )
    return dataclasses.replace(plan, themes=themes, supporting=tuple(map(bare, plan.supporting)))


def _places_of_programs() -> Iterator[Path]:
    """Where programs lie, and what they keep: their versions are in every page's key, and no page shows them else."""
    yield from (PACKAGE, Path(sys.prefix), Path(sys.base_prefix), *map(Path, _SYSTEM))
    yield from (Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib", "purelib", "platlib"))
    yield from (Path.home() / ".cache", Path.home() / ".config", Path.home() / ".matplotlib")
    if own := os.environ.get("MPLCONFIGDIR"):
        yield Path(own)
