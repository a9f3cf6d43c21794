"""What comes with the package besides its code: the notebooks of the pack and data folders to begin with.

In the repository they lie where people work on them: `notebooks`, `data`, `examples`. An installed package has them,
by the same names, in its folder `shipped`, where pyproject.toml puts them. This module alone knows of the two places.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from pccstats.terms.errors import Problem, RequestProblem, did_you_mean

_PACKAGE = Path(__file__).resolve().parents[1]
_INSTALLED = _PACKAGE / "shipped"
_SHIPPED = _INSTALLED if _INSTALLED.is_dir() else _PACKAGE.parent
NOTEBOOKS = _SHIPPED / "notebooks"
MADE = ("processed", "outputs", ".ipynb_checkpoints")  # what working in a folder leaves there, and nobody ships


@dataclass(frozen=True)
class Example:
    """A data folder that ships.

    Attributes
    ----------
    name : str
    folder : pathlib.Path
    quarter : str
        The latest quarter it makes a pack of.
    has_its_files : bool
        False where it reads files that are to be downloaded; its README.md says from where.
    """

    name: str
    folder: Path
    quarter: str
    has_its_files: bool = True

    @classmethod
    def named(cls, name: str) -> Example:
        """The example of this name.

        Raises
        ------
        RequestProblem
            If there is none; it names those there are.
        """
        found = next((example for example in EXAMPLES if example.name == name), None)
        if found is None:
            names = [example.name for example in EXAMPLES]
            step = did_you_mean(name, names, otherwise=f"There are {', '.join(names)}.")
            raise RequestProblem(Problem("There is no such example.", value=name, next_step=step))
        return found

    def copy_to(self, place: Path) -> None:
        """Write its data folder, which need not exist yet, as files of the user's to change, with nothing made."""
        copy_shipped(self.folder, place)


EXAMPLES = (
    Example("leicestershire-2015", _SHIPPED / "data", "2015/16-Q1"),
    Example("leicestershire-2022", _SHIPPED / "examples" / "leicestershire-2022", "2022/23-Q2"),
    Example("london-boroughs", _SHIPPED / "examples" / "london-boroughs", "2019/20-Q1", has_its_files=False),
    Example("all-forces", _SHIPPED / "examples" / "all-forces", "2016/17-Q1", has_its_files=False),
)


def copy_shipped(folder: Path, place: Path) -> None:
    """Copy a shipped folder without what was made in it; contents alone, for the package may be read-only."""
    shutil.copytree(
        folder, place, copy_function=shutil.copyfile, ignore=shutil.ignore_patterns(*MADE), dirs_exist_ok=True
    )
