"""A data folder to start from: a small plan, sources with every line explained, and Leicestershire's figures to run.

Short because its files stand in `template/new` as they are written; what a new folder holds is changed there.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from pccstats.terms.errors import Problem, RequestProblem

TEMPLATE = Path(__file__).parent / "template" / "new"


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
    try:
        (place / "raw").mkdir(parents=True)
        # contents alone: where the package is installed read-only, the copy must still be open to change
        shutil.copytree(TEMPLATE, place, copy_function=shutil.copyfile, dirs_exist_ok=True)
    except OSError as error:
        raise RequestProblem(Problem(f"The folder cannot be made: {error.strerror}.", str(place))) from None
    return place
