"""A first pack in a folder of one's own, and data folders of the examples that ship."""

from __future__ import annotations

import webbrowser
from dataclasses import dataclass
from pathlib import Path

from pccstats.batch.new import refuse_what_is_there
from pccstats.sources.shipped import NOTEBOOKS, Example, copy_shipped
from pccstats.terms.errors import Problem, RequestProblem

FIRST = "leicestershire-2015"
DATA, OUTPUTS, NOTEBOOKS_FOLDER = "data", "outputs", "notebooks"


@dataclass(frozen=True)
class Demo:
    """A folder to look around in.

    Attributes
    ----------
    place : pathlib.Path
    quarter : str
        The quarter its data make a pack of.
    """

    place: Path
    quarter: str

    @property
    def data(self) -> Path:
        """Its data folder."""
        return self.place / DATA

    @property
    def out(self) -> Path:
        """Its folder for packs."""
        return self.place / OUTPUTS

    def in_words(self) -> list[str]:
        """What lies in it, and what may be done next; a line each."""
        return [
            f"Your copy of the data: {self.data}. Change a figure or the plan in it, and make the pack again:",
            f"    pccstats report {self.quarter} --data {self.data} --out {self.out}",
            f"Notebooks to try things in: {self.place / NOTEBOOKS_FOLDER}. JupyterLab opens them; where it is wanting:",
            "    python -m pip install jupyterlab ipywidgets",
        ]


def begin_demo(place: Path) -> Demo:
    """Write the shipped quarter's data and the notebooks into a folder; what is there of an earlier time stays.

    Parameters
    ----------
    place : Path
        Where; it need not exist.

    Returns
    -------
    Demo

    Raises
    ------
    RequestProblem
        If something else is there already.
    """
    example = Example.named(FIRST)
    demo = Demo(place, example.quarter)
    if place.is_dir() and demo.data.is_dir():
        return demo
    refuse_what_is_there(place)
    example.copy_to(demo.data)
    copy_shipped(NOTEBOOKS, place / NOTEBOOKS_FOLDER)
    return demo


def open_in_browser(page: Path) -> None:
    """Show a page of a pack in the browser of the system; where there is none, nothing happens."""
    webbrowser.open(page.resolve().as_uri())


@dataclass(frozen=True)
class ExampleWritten:
    """An example's data folder, written for the user."""

    place: Path
    example: Example

    def in_words(self) -> list[str]:
        """Where it is and what to do next; a line each."""
        example, first = self.example, f"A data folder: {self.place}"
        if example.has_its_files:
            return [
                f"{first}. Everything it needs is there:",
                f"    pccstats report {example.quarter} --data {self.place}",
            ]
        return [
            f"{first}. It reads a file you download: {self.place / 'README.md'} says from where. Then:",
            f"    pccstats report {example.quarter} --data {self.place} --source-dir DIR-WITH-THE-FILE",
        ]


def write_example(place: Path, name: str) -> ExampleWritten:
    """Write the data folder of an example that ships.

    Parameters
    ----------
    place : Path
        Where; it must not exist, or be an empty folder.
    name : str
        One of those there are.

    Returns
    -------
    ExampleWritten

    Raises
    ------
    RequestProblem
        If there is no such example, or if anything is there already.
    """
    example = Example.named(name)
    refuse_what_is_there(place)
    try:
        example.copy_to(place)
    except OSError as error:
        raise RequestProblem(Problem(f"The folder cannot be made: {error.strerror}.", str(place))) from None
    return ExampleWritten(place, example)
