"""What was asked for: one frozen request, checked for every fault before anything is done."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from pccstats.terms.errors import PccStatsError, Problem, RequestProblem
from pccstats.terms.periods import MONTHS_IN_A_QUARTER, Quarter, Window, month_in_words
from pccstats.terms.words import Audience

MOST_WORKERS = 32


SHIPPED_NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"


@dataclass(frozen=True)
class Request:
    """A request for one quarter's pack, every part of it known to be sound.

    Attributes
    ----------
    quarter : Quarter
        The quarter to report.
    data : pathlib.Path
        The data folder, absolute.
    source_dir : pathlib.Path or None
        Where the files named in sources.toml lie, when not in the data folder.
    out : pathlib.Path
        The folder that holds one pack a quarter, absolute.
    notebooks : pathlib.Path
        The folder the notebooks of the pack are taken from, absolute.
    only : str or None
        The one page to make anew; None for the whole pack.
    audience : Audience
        Who the pack is for.
    workers : int
        How many notebooks run at once.
    force : bool
        Make the pack again though nothing has changed.
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

    @property
    def pack(self) -> Path:
        """The folder this request fills."""
        return self.out / self.quarter.path_name


def check_request(
    quarter: str,
    data: Path,
    out: Path,
    *,
    source_dir: Path | None = None,
    notebooks: Path | None = None,
    only: str | None = None,
    audience: str = Audience.INTERNAL,
    workers: int = 2,
    force: bool = False,
) -> Request:
    """Turn what was typed into a request, or say everything that is wrong with it.

    Parameters
    ----------
    quarter : str
        As people write it: `2015/16-Q1`.
    data, out : pathlib.Path
        The data folder, which must exist, and the folder for packs, which need not.
    source_dir, notebooks : pathlib.Path, optional
        Folders which must exist where given. Without `notebooks`, the data folder's own `notebooks` are used where it
        has any, else those that come with pccstats.
    only, audience, workers, force
        As in `Request`.

    Raises
    ------
    RequestProblem
        With every fault found.
    """
    problems: list[Problem] = []
    known_quarter = _parsed(quarter, problems)
    known_audience = _one_of(audience, problems)
    _check_folders(data, out, source_dir, problems)
    if not 1 <= workers <= MOST_WORKERS:
        rule = f"The number of notebooks to run at once must be from 1 to {MOST_WORKERS}."
        problems.append(Problem(rule, "--workers", str(workers)))
    folder = _notebook_folder(data, notebooks)
    if not any(folder.glob("*.ipynb")):
        step = "Name the folder with --notebooks, or add notebooks to the data folder."
        problems.append(Problem("There are no notebooks in this folder.", str(folder), next_step=step))
    if problems or known_quarter is None or known_audience is None:
        raise RequestProblem(problems)
    return Request(
        quarter=known_quarter,
        data=data.resolve(),
        out=out.resolve(),
        notebooks=folder.resolve(),
        source_dir=source_dir.resolve() if source_dir else None,
        only=only,
        audience=known_audience,
        workers=workers,
        force=force,
    )


def check_folders(data: Path, source_dir: Path | None = None) -> None:
    """Refuse, in words, a data folder that is not one."""
    problems: list[Problem] = []
    _check_folders(data, None, source_dir, problems)
    if problems:
        raise RequestProblem(problems)


def _parsed(quarter: str, problems: list[Problem]) -> Quarter | None:
    try:
        return Quarter.parse(quarter)
    except PccStatsError as error:
        problems.extend(error.problems)
        return None


def _one_of(audience: str, problems: list[Problem]) -> Audience | None:
    try:
        return Audience(audience)
    except ValueError:
        choices = " or ".join(Audience)
        problems.append(Problem("There is no such audience.", "--audience", audience, f"Write {choices}."))
        return None


def _check_folders(data: Path, out: Path | None, source_dir: Path | None, problems: list[Problem]) -> None:
    if not data.is_dir():
        step = "Name the data folder with --data, or run pccstats in the folder that holds `data`."
        problems.append(Problem("There is no such data folder.", "--data", str(data), step))
    elif not ((data / "raw").is_dir() or (data / "plan.toml").is_file()):
        rule = "A data folder holds either a folder `raw`, or plan.toml and sources.toml; this one holds neither."
        problems.append(Problem(rule, "--data", str(data)))
    if source_dir is not None and not source_dir.is_dir():
        problems.append(Problem("There is no such folder of source files.", "--source-dir", str(source_dir)))
    if out is not None and out.exists() and not out.is_dir():
        problems.append(Problem("The place for packs is a file, not a folder.", "--out", str(out)))


def _notebook_folder(data: Path, asked_for: Path | None) -> Path:
    """Notebooks asked for by name come first, then the data folder's own, then those that come with pccstats."""
    own = data / "notebooks"
    return asked_for or (own if own.is_dir() else SHIPPED_NOTEBOOKS)


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
