"""Facts about police forces that come with the package: forces, populations, districts, offences, recording changes.

Everything is data in the files beside this module, with sources and licences in their README.md. A plan uses them by
name, through its table `[reference]`; names in official files are understood through `find_force` and `names_of`.
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pccstats.terms.errors import Problem, RequestProblem, did_you_mean

POPULATIONS = "populations.csv"
LICENCE = "Contains public sector information licensed under the Open Government Licence v3.0"
POPULATIONS_LABEL = (
    f"Office for National Statistics, mid-year estimates by police force area, as later revised. {LICENCE}"
)
EVERY_CRIME = "*"
# In the column of forces of official files, and no territorial force.
OTHER_BODIES = ("British Transport Police", "Action Fraud", "CIFAS", "UK Finance", "Financial Fraud Action UK")
_FOOTNOTE = re.compile(r"\s*(\[note [0-9, ]+\]|(?<=[A-Za-z)])\s*[0-9]{1,2}(,[0-9]{1,2})*)(?=\s*($|\)))", re.IGNORECASE)
_LAST_WORDS = re.compile(r" (police service|police force|police|constabulary)$")


@dataclass(frozen=True)
class Force:
    """A territorial police force of England or Wales.

    Attributes
    ----------
    name, code, slug : str
        What official tables call its area, the area's code, and the force's name in addresses of data.police.uk.
    region : str
        The region of England it lies in, or Wales.
    service : str
        What the force calls itself.
    also : tuple of str
        Other spellings found in official files.
    """

    name: str
    code: str
    slug: str
    region: str
    service: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Population:
    """Persons and, where they are published, households of a force area in the middle of a year."""

    force: str
    year: int
    persons: int
    households: int | None


@dataclass(frozen=True)
class District:
    """A local authority district, its community safety partnership and force, as they were in the year `vintage`.

    `code` and `name` are empty where the partnership covers several districts that are not named.
    """

    vintage: int
    code: str
    name: str
    partnership_code: str
    partnership: str
    force: str


@dataclass(frozen=True)
class Offence:
    """A group of offences.

    Attributes
    ----------
    key, title : str
        Its name here and in a plan (`offences = ["burglary"]`), and what readers call it.
    spellings : tuple of str
        What official files call it.
    parts : tuple of tuple of str
        Keys of the groups it is the sum of, each with those that take its place in other years.
    is_crime : bool
        False for incidents that are no recorded crime.
    """

    key: str
    title: str
    spellings: tuple[str, ...]
    parts: tuple[tuple[str, ...], ...] = ()
    is_crime: bool = True


@dataclass(frozen=True)
class RecordingChange:
    """A change that a reader of recorded crime must know.

    Attributes
    ----------
    key, title, month, source, note : str
        Its name, what happened, the first month touched (`YYYY-MM`), where that is said, and what else to know.
    offences : tuple of str
        Keys of the groups whose figures it touches; `*` is every crime.
    breaks : tuple of str
        Keys of those whose figures before and after are on two definitions.
    forces : tuple of str
        The only forces it touches; all where none is named.
    """

    key: str
    title: str
    month: str
    offences: tuple[str, ...]
    source: str
    note: str
    breaks: tuple[str, ...] = ()
    forces: tuple[str, ...] = ()

    def touches(self, offence: str) -> bool:
        """True where it concerns this group or a part of it.

        Examples
        --------
        >>> change = next(each for each in recording_changes() if each.key == "malicious_communications")
        >>> change.touches("all_crime_excluding_fraud"), change.touches("burglary")
        (True, False)
        """
        return any(each in self.offences for each in _within(offence)) or (
            EVERY_CRIME in self.offences and _offences()[offence].is_crime
        )

    def is_break_for(self, offence: str) -> bool:
        """True where figures of this group before and after are not to be compared.

        Examples
        --------
        >>> change = next(each for each in recording_changes() if each.key == "burglary_of_outbuildings")
        >>> change.is_break_for("residential_burglary"), change.is_break_for("burglary")
        (True, False)
        """
        return offence in self.breaks or (EVERY_CRIME in self.breaks and _offences()[offence].is_crime)


@cache
def forces() -> tuple[Force, ...]:
    """The 43 territorial forces, by name.

    Examples
    --------
    >>> len(forces()), forces()[0].name
    (43, 'Avon and Somerset')
    """
    return tuple(
        Force(**entry | {"also": tuple(entry.get("also", ()))})
        for entry in tomllib.loads(_text("forces.toml"))["force"]
    )


def find_force(text: str) -> Force | None:
    """The force an official file means, by any of its spellings; None for what is no territorial force.

    Capitals, blanks, hyphens, "&", footnote marks and a last word such as Police make no difference.

    Examples
    --------
    >>> find_force("Devon & Cornwall Police").name, find_force("Dyfed-Powys4").name, find_force("metropolitan").name
    ('Devon and Cornwall', 'Dyfed-Powys', 'Metropolitan Police')
    >>> find_force("British Transport Police") is None
    True
    """
    return _forces_by_spelling().get(_plain(text))


def force(text: str) -> Force:
    """The force of this name, code or spelling.

    Raises
    ------
    RequestProblem
        If there is none, with the names most like it.

    Examples
    --------
    >>> force("kent").code, force("E23000032").name
    ('E23000032', 'Kent')
    """
    found = find_force(text)
    if found is None:
        step = did_you_mean(text.title(), [each.name for each in forces()], otherwise="`pccstats forces` lists them.")
        raise RequestProblem(Problem("There is no such police force in England and Wales.", value=text, next_step=step))
    return found


def regions() -> tuple[str, ...]:
    """The regions of England, and Wales, in the order of the alphabet."""
    return tuple(sorted({each.region for each in forces()}))


def neighbours(name: str) -> tuple[Force, ...]:
    """The other forces of a force's region.

    Examples
    --------
    >>> [each.name for each in neighbours("Kent")]
    ['Hampshire', 'Surrey', 'Sussex', 'Thames Valley']
    """
    own = force(name)
    return tuple(each for each in forces() if each.region == own.region and each != own)


@cache
def populations() -> tuple[Population, ...]:
    """Persons and households of every force area by year, mid-2002 to mid-2020; households to 2016.

    Examples
    --------
    >>> next(each.persons for each in populations() if each.force == "Leicestershire" and each.year == 2013)
    1033300
    """
    names = {each.code: each.name for each in forces()}
    return tuple(
        Population(
            names[row["code"]],
            int(row["year"]),
            int(row["persons"]),
            int(row["households"]) if row["households"] else None,
        )
        for row in _rows(POPULATIONS)
    )


@cache
def districts(vintage: int = 2016) -> tuple[District, ...]:
    """Every local authority district with its community safety partnership and force, as they were in a year.

    Parameters
    ----------
    vintage : int
        2016 or 2025.

    Examples
    --------
    >>> sorted({each.partnership for each in districts() if each.force == "Leicestershire"})[:3]
    ['Blaby', 'Charnwood', 'Harborough']
    """
    names = {each.code: each.name for each in forces()}
    held = [
        District(
            int(row["vintage"]),
            row["code"],
            row["name"],
            row["partnership_code"],
            row["partnership"],
            names[row["force"]],
        )
        for row in _rows("districts.csv")
    ]
    found = tuple(each for each in held if each.vintage == vintage)
    if not found:
        known = " or ".join(str(year) for year in sorted({each.vintage for each in held}))
        raise RequestProblem(
            Problem("The districts of that year are not held.", value=str(vintage), next_step=f"Ask for {known}.")
        )
    return found


def offences() -> tuple[Offence, ...]:
    """Every group of offences, all crime first."""
    return tuple(_offences().values())


def offence(key: str) -> Offence:
    """The group of this key; an unknown one is refused with the nearest.

    Examples
    --------
    >>> offence("public_order").title
    'Public order offences'
    """
    known = _offences()
    if key not in known:
        step = did_you_mean(key, known, otherwise=f"There are: {', '.join(known)}.")
        raise RequestProblem(Problem("There is no such group of offences.", value=key, next_step=step))
    return known[key]


def names_of(key: str, held: Iterable[str]) -> tuple[str, ...]:
    """The names in a file whose figures together are a group of offences; none where the file cannot give it.

    Parameters
    ----------
    key : str
        Key of the group.
    held : iterable of str
        Every name of an offence in the file.

    Examples
    --------
    >>> names_of("burglary", ["Domestic burglary", "Non-domestic burglary", "Robbery"])
    ('Domestic burglary', 'Non-domestic burglary')
    >>> names_of("burglary", ["Domestic burglary", "Robbery"])
    ()
    """
    by_name = {_plain_offence(name): name for name in held}
    return _names_of(key, by_name)


def recording_changes() -> tuple[RecordingChange, ...]:
    """Every registered change, earliest first."""
    return _changes()


def text_of(name: str) -> bytes:
    """A file of the reference data as it lies in the package, for those who keep its digest."""
    return files(__name__).joinpath(name).read_bytes()


def _names_of(key: str, by_name: dict[str, str]) -> tuple[str, ...]:
    about = offence(key)
    own = [by_name[_plain_offence(each)] for each in about.spellings if _plain_offence(each) in by_name]
    if own:
        return (own[0],)
    found: list[str] = []
    for part in about.parts:
        names = [name for each in part for name in _names_of(each, by_name)]
        if not names:
            return ()
        found += names
    return tuple(dict.fromkeys(found))


def _within(key: str) -> set[str]:
    """A group and all it is made of."""
    return {key} | {each for part in offence(key).parts for one in part for each in _within(one)}


@cache
def _offences() -> dict[str, Offence]:
    entries = tomllib.loads(_text("offences.toml"))["offence"]
    made = (
        Offence(
            entry["key"],
            entry["title"],
            tuple(entry["spellings"]),
            tuple(tuple(part) for part in entry.get("parts", ())),
            entry.get("is_crime", True),
        )
        for entry in entries
    )
    return {each.key: each for each in made}


@cache
def _changes() -> tuple[RecordingChange, ...]:
    lists = ("offences", "breaks", "forces")
    entries = tomllib.loads(_text("recording_changes.toml"))["change"]
    made = (RecordingChange(**entry | {name: tuple(entry.get(name, ())) for name in lists}) for entry in entries)
    return tuple(sorted(made, key=lambda each: each.month))


@cache
def _forces_by_spelling() -> dict[str, Force]:
    return {
        _plain(spelling): each
        for each in forces()
        for spelling in (each.name, each.code, each.slug, each.service, *each.also)
    }


def _plain(name: str) -> str:
    """A name of a force without what differs from file to file."""
    text = without_footnotes(name).lower().replace("&", " and ").replace("-", " ")
    return _LAST_WORDS.sub("", " ".join(text.split()))


def _plain_offence(name: str) -> str:
    return " ".join(without_footnotes(name).lower().replace("–", "-").split())


def without_footnotes(name: str) -> str:
    r"""A name as printed, without the marks of footnotes glued to it.

    Examples
    --------
    >>> without_footnotes("ENGLAND AND WALES7,8"), without_footnotes("Humberside [note 4]")
    ('ENGLAND AND WALES', 'Humberside')
    >>> without_footnotes("Total recorded crime (excluding fraud3)"), without_footnotes("Stalking\nand harassment 5")
    ('Total recorded crime (excluding fraud)', 'Stalking and harassment')
    """
    text = " ".join(name.split())
    while (shorter := _FOOTNOTE.sub("", text).strip()) != text:
        text = shorter
    return text


def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(_text(name).splitlines()))


def _text(name: str) -> str:
    return text_of(name).decode("utf-8")
