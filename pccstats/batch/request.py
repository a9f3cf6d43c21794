"""What was asked for: one frozen request, checked for every fault before anything is done."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

import pandas as pd

from pccstats.batch.limits import LIMIT_GIGABYTES, LIMIT_SECONDS, MOST_WORKERS, Limits, Machine
from pccstats.sources.shipped import NOTEBOOKS
from pccstats.terms.errors import Problem, Refusals, RequestProblem
from pccstats.terms.periods import MONTHS_IN_A_QUARTER, Quarter, Window, month_in_words
from pccstats.terms.words import Audience, slug

LONGEST_LIMIT_SECONDS = 24 * 60 * 60
LEAST_GIGABYTES, MOST_GIGABYTES = 1.0, 1024.0
NATIONAL = "national"  # of the packs of all areas of a quarter: the folder of the pages on all of them
PUBLIC_FOLDER, AREAS_FOLDER = "public", "areas"  # of the folder for packs


@dataclass(frozen=True)
class Request:
    """A request for one quarter's pack; one made by `Request.read` is sound in every part.

    Attributes
    ----------
    quarter : Quarter
        The quarter to report.
    data : pathlib.Path
        The data folder, absolute.
    out : pathlib.Path
        The folder that holds one pack a quarter, absolute.
    notebooks : pathlib.Path
        The folder the notebooks of the pack are taken from, absolute.
    source_dir : pathlib.Path or None
        Where the files named in sources.toml lie, when not in the data folder.
    only : str or None
        The one page to make anew; None for the whole pack.
    audience : Audience
        Who the pack is for.
    workers : int
        How many notebooks run at once.
    force : bool
        Make the pack again though nothing has changed.
    docx : bool
        Make a Word document of the briefing and the themes too.
    limits : Limits
        What one notebook may take of time and memory.
    area : str
        The area of the plan that the pack is about; empty for the plan's own focus.
    """

    quarter: Quarter
    data: Path
    out: Path
    notebooks: Path
    source_dir: Path | None = None
    only: str | None = None
    audience: Audience = Audience.INTERNAL
    workers: int = 2
    force: bool = False
    docx: bool = False
    limits: Limits = field(default_factory=Limits)
    area: str = ""

    @classmethod
    def read(
        cls,
        quarter: str,
        data: Path,
        out: Path,
        *,
        source_dir: Path | None = None,
        notebooks: Path | None = None,
        only: str | None = None,
        audience: str = Audience.INTERNAL,
        workers: int | None = None,
        force: bool = False,
        docx: bool = False,
        limit_seconds: float = LIMIT_SECONDS,
        memory: float = LIMIT_GIGABYTES,
        area: str = "",
    ) -> Request:
        """Turn what was typed into a request, or say everything that is wrong with it.

        Parameters
        ----------
        quarter : str
            As people write it: `2015/16-Q1`.
        data, out : pathlib.Path
            The data folder, which must exist, and the folder for packs, which need not.
        source_dir, notebooks : pathlib.Path, optional
            Folders which must exist where given. Without `notebooks`, the data folder's own `notebooks` are used where
            it has any, else those that come with pccstats.
        workers : int, optional
            How many notebooks run at once, from 1 to 32; without, as many as there are cores, and memory for.
        only, audience, force, docx, area
            As in `Request`; whether the plan has the area is seen when it is read.
        limit_seconds : float
            The longest one notebook may take.
        memory : float
            What its process may ask for, in GB, from 1.

        Raises
        ------
        RequestProblem
            With every fault found.
        """
        refusals = Refusals()
        known_quarter = refusals.ask(lambda: Quarter.parse(quarter))
        known_audience = refusals.ask(lambda: _audience(audience))
        folder = notebooks or _notebooks_for(data)
        at_once = Machine.here().workers if workers is None else workers
        for question in (
            lambda: check_folders(data, source_dir),
            lambda: _check_place(out),
            lambda: _check_workers(at_once),
            lambda: _check_limit(limit_seconds),
            lambda: _check_names(data, out, folder, source_dir),
            lambda: _check_memory(memory),
            lambda: _check_notebooks(folder),
        ):
            refusals.ask(question)
        refusals.raise_any()
        return cls(
            quarter=cast("Quarter", known_quarter),
            data=data.resolve(),
            out=out.resolve(),
            notebooks=folder.resolve(),
            source_dir=source_dir.resolve() if source_dir else None,
            only=only,
            audience=cast("Audience", known_audience),
            workers=at_once,
            force=force,
            docx=docx,
            limits=Limits(limit_seconds, memory),
            area=area,
        )

    @property
    def pack(self) -> Path:
        """The folder this request fills: see `pack_of`."""
        return self.pack_of(self.quarter)

    def pack_of(self, quarter: Quarter) -> Path:
        """The folder of the same pack for any quarter.

        Those for the public lie apart, and so do those of an area, so that none takes another's place.
        """
        packs = self.out / PUBLIC_FOLDER if self.is_public else self.out
        if not self.area:
            return packs / quarter.path_name
        return packs / AREAS_FOLDER / quarter.path_name / slug(self.area)

    def for_area(self, area: str) -> Request:
        """The same request for the pack of an area of the plan."""
        return replace(self, area=area)

    @property
    def is_public(self) -> bool:
        """True where nothing held back may be shown."""
        return self.audience is Audience.PUBLIC

    @property
    def parameters(self) -> dict[str, str | int]:
        """What every notebook of the pack is given."""
        return {"quarter": str(self.quarter), "data": str(self.data), "audience": str(self.audience)}

    @property
    def settings(self) -> dict[str, str]:
        """What decides a pack beside its files, by names people know."""
        found = {"the quarter": str(self.quarter), "the audience": str(self.audience)}
        return found | {"the area": self.area} if self.area else found


def check_folders(data: Path, source_dir: Path | None = None) -> None:
    """Refuse, in words, a data folder that is not one, and a folder of source files that is not there."""
    problems: list[Problem] = []
    if not data.is_dir():
        step = "Name the data folder with --data, or run pccstats in the folder that holds `data`."
        problems.append(Problem("There is no such data folder.", "--data", str(data), step))
    elif not ((data / "raw").is_dir() or (data / "plan.toml").is_file()):
        rule = "A data folder holds either a folder `raw`, or plan.toml and sources.toml; this one holds neither."
        problems.append(Problem(rule, "--data", str(data)))
    if source_dir is not None and not source_dir.is_dir():
        problems.append(Problem("There is no such folder of source files.", "--source-dir", str(source_dir)))
    if problems:
        raise RequestProblem(problems)


def _audience(text: str) -> Audience:
    try:
        return Audience(text)
    except ValueError:
        step = f"Write {' or '.join(Audience)}."
        raise RequestProblem(Problem("There is no such audience.", "--audience", text, step)) from None


def _check_place(out: Path) -> None:
    if out.exists() and not out.is_dir():
        raise RequestProblem(Problem("The place for packs is a file, not a folder.", "--out", str(out)))


def _check_workers(workers: int) -> None:
    if not 1 <= workers <= MOST_WORKERS:
        rule = f"The number of notebooks to run at once must be from 1 to {MOST_WORKERS}."
        raise RequestProblem(Problem(rule, "--workers", str(workers)))


def _check_limit(seconds: float) -> None:
    if not 0 < seconds <= LONGEST_LIMIT_SECONDS:
        rule = f"The seconds one notebook may take must be more than 0 and at most {LONGEST_LIMIT_SECONDS:,}."
        raise RequestProblem(Problem(rule, "--limit", str(seconds)))


def _check_names(*places: Path | None) -> None:
    """Refuse places whose names no text can hold: notebooks are told of them in text."""
    problems = []
    for place in places:
        try:
            str(place).encode("utf-8")
        except UnicodeEncodeError:
            rule = "The name of this place is not written in UTF-8."
            problems.append(Problem(rule, str(place).encode("utf-8", "backslashreplace").decode(), "", "Rename it."))
    if problems:
        raise RequestProblem(problems)


def _check_memory(gigabytes: float) -> None:
    if not LEAST_GIGABYTES <= gigabytes <= MOST_GIGABYTES:
        rule = f"The memory one notebook may take must be from {LEAST_GIGABYTES:g} to {MOST_GIGABYTES:g} GB."
        raise RequestProblem(Problem(rule, "--memory", f"{gigabytes:g}"))


def _check_notebooks(folder: Path) -> None:
    if not any(folder.glob("*.ipynb")):
        step = "Name the folder with --notebooks, or add notebooks to the data folder."
        raise RequestProblem(Problem("There are no notebooks in this folder.", str(folder), next_step=step))


def _notebooks_for(data: Path) -> Path:
    """The data folder's own notebooks, or those that come with pccstats."""
    own = data / "notebooks"
    return own if own.is_dir() else NOTEBOOKS


def check_quarter(quarter: Quarter, reach: Window) -> None:
    """Refuse a quarter whose end the data do not reach, and name the latest one they do.

    Examples
    --------
    >>> check_quarter(Quarter.parse("2015/16-Q2"), Window.read(("2012-04", "2015-07")))
    Traceback (most recent call last):
        ...
    pccstats.terms.errors.RequestProblem: quarter: The data run from April 2012 to July 2015 and do not reach the end of
    this quarter. Found '2015/16-Q2'. The latest that can be reported is 2015/16-Q1.
    """
    if quarter.last_month in reach:
        return
    first, last = month_in_words(reach.first), month_in_words(reach.last)
    rule = f"The data run from {first} to {last} and do not reach the end of this quarter."
    step = f"The latest that can be reported is {_latest(reach.last)}."
    raise RequestProblem(Problem(rule, "quarter", str(quarter), step))


def _latest(last: pd.Period) -> Quarter:
    """The latest quarter that has ended by a month."""
    quarter = Quarter.containing(last)
    return quarter if quarter.last_month == last else Quarter.containing(last - MONTHS_IN_A_QUARTER)
