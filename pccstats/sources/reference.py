"""What a plan takes from the facts about forces that come with the package: areas, populations, recording changes.

A plan asks for them in its table `[reference]`, and its indicators by `offences`. What the plan and its sources say
themselves comes first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import pandas as pd

from pccstats import reference
from pccstats.sources.folders import digest_of_text
from pccstats.sources.readers.reading import PLACE, Reading
from pccstats.sources.toml import TomlDocument, list_of
from pccstats.terms.errors import Problem, RequestProblem, SourceFile
from pccstats.terms.plan import Plan
from pccstats.terms.words import EXPOSURES, GroupStatus

FILE = "reference/populations.csv"  # what the populations are called among the files of a pack
FORCE = "force"  # the kind of area
_FEWEST_OF_A_REGION = 3  # two others are the least a spread can be taken from
_MONTHS_UNTIL_OUT = 12  # estimates of a mid-year come out in June of the year after


def filled_in(document: TomlDocument) -> TomlDocument:
    """A plan file with the areas and events it takes from the reference written into it.

    What is wrong with what it asks for is said by `reference_faults`.
    """
    values = dict(document.values)
    asked = values.get("reference")
    if isinstance(asked, Mapping) and isinstance(asked.get("force"), str):
        values["areas"] = [*list_of(values.get("areas")), *_areas(values, asked)]
        values.setdefault("focus", _name(asked["force"]))
        if asked.get("regions") is True:
            values["group"] = [*list_of(values.get("group")), *_regions(values)]
    if events := _events(document, _names(values.get("areas"))):
        values["event"] = [*list_of(values.get("event")), *events]
    return replace(document, values=values)


def reference_faults(document: TomlDocument) -> Iterator[Problem]:
    """An unknown force, and groups of offences that there are not."""
    asked = document.values.get("reference")
    if isinstance(asked, Mapping) and isinstance(asked.get("force"), str):
        yield from _said(partial(reference.force, asked["force"]), document.place(("reference", "force")))
    for path, indicator in _indicators(document):
        for key in list_of(indicator.get("offences")):
            if isinstance(key, str):
                yield from _said(partial(reference.offence, key), document.place((*path, "offences")))


def populations_for(plan: Plan, readings: list[Reading]) -> tuple[Reading, SourceFile] | None:
    """Persons and households of the plan's forces for which no source has any, and what they were read from.

    None where the plan asks for no reference, or its sources have populations of every force.
    """
    if plan.reference is None:
        return None
    given = {str(area) for reading in readings for area in reading.exposures["area"]}
    wanted = {area.name for area in plan.areas if area.kind == FORCE} - given
    rows = [
        {
            "area": held.force,
            "area_type": FORCE,
            "code": reference.force(held.force).code,
            "persons": str(held.persons),
            "households": "" if held.households is None else str(held.households),
            "year": str(held.year),
            "vintage": f"mid-{held.year}",
            "source": reference.POPULATIONS_LABEL,
            "published_on": str(pd.Period(f"{held.year}-06", "M") + _MONTHS_UNTIL_OUT),
            "note": "",
            "file": FILE,
            "row": None,
            "column": "persons",
        }
        for held in reference.populations()
        if held.force in wanted
    ]
    if not rows:
        return None
    about = SourceFile(FILE, digest_now(), len(rows), label=reference.POPULATIONS_LABEL)
    return Reading(exposures=pd.DataFrame(rows, columns=[*EXPOSURES, *PLACE])), about


def digest_now() -> str:
    """The SHA-256 of the populations as they come with this version of the package."""
    return digest_of_text(reference.text_of(reference.POPULATIONS).decode("utf-8"))


def _areas(values: Mapping[str, Any], asked: Mapping[str, Any]) -> list[dict[str, str]]:
    """The forces that the plan does not list itself."""
    own = reference.find_force(asked["force"])
    if own is None:  # said elsewhere; what rests on the name need not be a second fault
        return [{"name": asked["force"], "kind": FORCE}]
    chosen = {"force": (own,), "region": (own, *reference.neighbours(own.name))}.get(
        str(asked.get("areas", "all")), reference.forces()
    )
    listed = _names(values.get("areas"))
    return [{"name": each.name, "kind": FORCE, "code": each.code} for each in chosen if each.name not in listed]


def _regions(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A group for each region of which the plan holds forces enough to compare."""
    held = _names(values["areas"])
    groups = []
    for region in reference.regions():
        names = [force.name for force in reference.forces() if force.region == region and force.name in held]
        if len(names) >= _FEWEST_OF_A_REGION:
            about = {"name": region, "note": region, "status": str(GroupStatus.REGION)}
            groups.append({**about, "focus": names[0], "peers": names[1:]})
    return groups


def _events(document: TomlDocument, areas: set[str]) -> list[dict[str, Any]]:
    """The recording changes that touch what the plan's indicators count."""
    counted = {
        str(indicator["key"]): [key for key in list_of(indicator.get("offences")) if _is_offence(key)]
        for _, indicator in _indicators(document)
        if indicator.get("offences") and "key" in indicator
    }
    own = {str(event.get("key")) for _, event in document.entries("event")}
    events = []
    for change in reference.recording_changes():
        if change.key in own or (change.forces and not set(change.forces) & areas):
            continue
        touched = {name for name, keys in counted.items() if any(change.touches(key) for key in keys)}
        broken = {name for name in touched if any(change.is_break_for(key) for key in counted[name])}
        for key, names in ((change.key, broken), (f"{change.key}_noted", touched - broken)):
            if names:
                events.append(
                    {
                        "key": key if broken else change.key,
                        "title": change.title,
                        "month": change.month,
                        "indicators": sorted(names),
                        "breaks_comparability": names is broken,
                        "areas": [name for name in change.forces if name in areas],
                        "source": change.source,
                        "note": change.note,
                    }
                )
    return events


def _is_offence(key: object) -> bool:
    return key in {each.key for each in reference.offences()}


def _indicators(document: TomlDocument) -> Iterator[tuple[Any, Mapping[str, Any]]]:
    yield from document.entries("theme", "priority", "indicator")
    yield from document.entries("supporting")


def _names(areas: object) -> set[str]:
    return {str(area.get("name")) for area in list_of(areas) if isinstance(area, Mapping)}


def _name(text: str) -> str:
    """The force's own name, or what was written where there is no such force."""
    found = reference.find_force(text)
    return found.name if found else text


def _said(ask: Callable[[], object], where: str) -> Iterator[Problem]:
    """What is refused, with its place."""
    try:
        ask()
    except RequestProblem as refused:
        yield from (replace(problem, where=where) for problem in refused.problems)
