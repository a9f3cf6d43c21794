"""A data folder to start from: a small plan, its sources with every line explained, and made-up figures to run."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable
from pathlib import Path

from pccstats.terms.errors import Problem, RequestProblem

_YEARS = range(2010, 2015)  # financial years, to March 2015; April to June 2015 follow
_FIGURES = ("indicator", "area", "period_end", "months", "numerator", "denominator", "status", "source", "note")
_MEAN = {"Our force": 330, "First neighbour": 410, "Second neighbour": 260, "Third neighbour": 295}
_PERSONS = {
    "Our force": 1_000_000,
    "First neighbour": 1_150_000,
    "Second neighbour": 820_000,
    "Third neighbour": 905_000,
}
ILLUSTRATIVE = "Illustrative"


TEMPLATE = Path(__file__).with_name("new_folder")


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
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        step = "Name a folder that does not exist yet."
        raise RequestProblem(Problem("There is something here already.", str(place), next_step=step))
    raw = place / "raw"
    try:
        raw.mkdir(parents=True)
        for name in ("plan.toml", "sources.toml"):
            (raw / name).write_bytes((TEMPLATE / name).read_bytes())
        (place / "README.md").write_bytes((TEMPLATE / "README.md").read_bytes())
        _write(raw / "figures.csv", _FIGURES, _figures())
        _write(raw / "survey.csv", ("month", "strand", "respondents", "satisfied"), _survey())
        _write(raw / "populations.csv", ("area", "persons", "year", "vintage", "source"), _populations())
    except OSError as error:
        raise RequestProblem(Problem(f"The folder cannot be made: {error.strerror}.", str(place))) from None
    return place


def _write(path: Path, header: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def _months() -> list[str]:
    """April 2010 to June 2015."""
    months = [(year + (month > 12), (month - 1) % 12 + 1) for year in _YEARS for month in range(4, 16)]
    return [f"{year}-{month:02d}" for year, month in [*months, (2015, 4), (2015, 5), (2015, 6)]]


def _wobble(number: int, seed: int) -> float:
    """Between -1 and 1, without a pattern a reader would see, and the same every time."""
    return math.sin(12.9898 * (number + 1) + 78.233 * seed) * math.cos(37.719 * (number + seed))


def _figures() -> Iterable[tuple[object, ...]]:
    months = _months()
    for place, (area, mean) in enumerate(_MEAN.items()):
        counts = [
            round(mean * (1 + 0.12 * math.cos(2 * math.pi * (number + 4) / 12) + 0.08 * _wobble(number, place)))
            for number in range(len(months))
        ]
        if area == "Our force":
            yield from (
                ("1.offences", area, month, 1, count, "", "", ILLUSTRATIVE, "")
                for month, count in zip(months, counts, strict=True)
            )
        for end in range(11, len(months)):
            if months[end][5:] in ("03", "06", "09", "12"):
                total = sum(counts[end - 11 : end + 1])
                yield ("official.burglary", area, months[end], 12, total, "", "", ILLUSTRATIVE, "")
    for number, month in enumerate(months):
        yield (
            "2.missing",
            "Our force",
            month,
            1,
            round(240 * (1 + 0.1 * _wobble(number, 9))),
            "",
            "",
            ILLUSTRATIVE,
            "",
        )


def _survey() -> Iterable[tuple[object, ...]]:
    for number, month in enumerate(_months()):
        asked = 55 + round(8 * _wobble(number, 3))
        yield (month, "Burglary", asked, round(asked * (0.86 + 0.05 * _wobble(number, 5))))


def _populations() -> Iterable[tuple[object, ...]]:
    for area, persons in _PERSONS.items():
        yield (area, persons, 2014, "Illustrative, mid-2014", ILLUSTRATIVE)
