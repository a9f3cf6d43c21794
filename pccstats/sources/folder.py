"""Where things stand in a data folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pccstats.terms.errors import DataProblem, Problem

PLAN = "plan.toml"
SOURCES = "sources.toml"
MANIFEST = "manifest.json"
_RAW, _PROCESSED = "raw", "processed"


@dataclass(frozen=True)
class DataFolder:
    """The two halves of a data folder: what was received, and what is made of it.

    `raw` holds the plan, the list of sources and, as a rule, the files they name. `processed` is rebuilt at will.
    """

    raw: Path
    processed: Path

    @classmethod
    def find(cls, folder: Path) -> DataFolder:
        """Find both halves from either of them, from the folder above, or from a folder that is both (an example).

        Raises
        ------
        DataProblem
            If there is no plan in any of these places.
        """
        if (folder / _RAW / PLAN).is_file():
            return cls(folder / _RAW, folder / _PROCESSED)
        if folder.name == _PROCESSED:
            return cls.find(folder.resolve().parent)
        if (folder / PLAN).is_file():
            is_half = folder.resolve().name == _RAW
            return cls(folder, folder.resolve().parent / _PROCESSED if is_half else folder / _PROCESSED)
        raise DataProblem(_no_plan(folder))


def find_plan_file(place: Path) -> Path:
    """The plan file in a folder, in its `raw`, or the file itself."""
    for path in (place, place / PLAN, place / _RAW / PLAN):
        if path.is_file():
            return path
    raise DataProblem(_no_plan(place))


def _no_plan(folder: Path) -> Problem:
    if not folder.is_dir():
        return Problem("There is no such folder.", str(folder), next_step="Check how it is written.")
    step = f"A data folder holds {_RAW}/{PLAN}, or {PLAN} itself."
    return Problem(f"There is no {PLAN} here.", str(folder), next_step=step)
