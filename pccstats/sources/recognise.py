"""What a file is, told from what is in it: which reader reads it, and what it holds.

The name of a file says nothing here, except of data.police.uk records, whose month and force stand only there.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

import pandas as pd

from pccstats import reference
from pccstats.sources.readers.force_tables import read_tables
from pccstats.sources.readers.home_office import read_offences
from pccstats.sources.readers.police_uk import TYPES
from pccstats.sources.readers.street_counts import find_files
from pccstats.sources.readers.tidy import BOROUGHS, POPULATIONS, ROLLING, TIDY, month_ends
from pccstats.sources.sheets import read_delimited, read_records, read_workbook
from pccstats.terms.errors import Problem, Refusals, RequestProblem
from pccstats.terms.periods import MONTHS_IN_A_QUARTER, MONTHS_IN_A_YEAR
from pccstats.terms.words import AREA, INDICATOR, PERIOD_END

_STREET_HEADINGS = ("Crime ID", "Month", "Falls within", "Crime type")
_STREET_NAME = re.compile(r"[0-9]{4}-[0-9]{2}-(.+)-street\b.*\.csv")
_WORKBOOKS = (".xlsx", ".xlsm", ".ods", ".xls")
_MOST_SHOWN = 8
_READ = (
    "Read are: rolling-year totals by force (CSV); tables of the Office for National Statistics by force or "
    "partnership; open data tables of the Home Office; data.police.uk street records (folder, zip or CSV); the "
    "Metropolitan Police's crime by borough; and tables in the package's own columns."
)


@dataclass(frozen=True)
class Recognised:
    """A file that a reader knows.

    Attributes
    ----------
    path : pathlib.Path
        The file or folder.
    reader : str
        The reader's name, as `sources.toml` has it.
    what : str
        What the file is, in words.
    names : tuple of str
        What its figures are of, as `[source.indicators]` would name them.
    areas : tuple of str
        Whose figures it holds; a force by its own name.
    ends : tuple of str
        The months its figures end in (`YYYY-MM`), earliest first.
    months : int
        How many months each figure covers.
    """

    path: Path
    reader: str
    what: str
    names: tuple[str, ...]
    areas: tuple[str, ...]
    ends: tuple[str, ...]
    months: int


def recognise(path: Path) -> Recognised:
    """Tell what a file or folder is from what is in it.

    Raises
    ------
    RequestProblem
        If it is not there, or is nothing that is read: with what it looks like, and what is read.
    """
    if not path.exists():
        raise RequestProblem(
            Problem("There is no such file or folder.", str(path), next_step="Check how it is written.")
        )
    found = next((known for known in (look(path) for look in _LOOKS) if known is not None), None)
    if found is None:
        raise RequestProblem(Problem(f"It is nothing that is read: {_looks_like(path)}.", str(path), next_step=_READ))
    return found


def recognise_all(folder: Path) -> tuple[tuple[Recognised, ...], tuple[Problem, ...]]:
    """Tell what a folder of downloads holds: its street records as one, and every other file that a reader knows.

    Returns
    -------
    tuple
        What is known, and why each other file in it is not; folders in it are not looked into, but for street records.

    Raises
    ------
    RequestProblem
        If nothing in it is known: with what every file looks like.
    """
    records = _street(folder)
    known, unknown = [records] if records is not None else [], Refusals()
    for path in sorted(each for each in folder.iterdir() if each.is_file() and not each.name.startswith(".")):
        found = unknown.ask(partial(recognise, path))
        is_told = records is not None and path.suffix.lower() == ".csv" and _STREET_NAME.fullmatch(path.name)
        if found is not None and not is_told:
            known.append(found)
    if not known:
        about = f"It holds nothing that is read: {_looks_like(folder)}"
        raise RequestProblem([Problem(f"{about}.", str(folder), next_step=_READ), *unknown.problems])
    return tuple(known), tuple(unknown.problems)


def _street(path: Path) -> Recognised | None:
    """Street-level records: a folder or zip of them, or one CSV with their headings."""
    is_workbook = path.suffix.lower() in _WORKBOOKS
    if path.is_dir() or (zipfile.is_zipfile(path) and not is_workbook):
        download = find_files(path, "street")
        if not download.files:
            return None
        slugs = [_STREET_NAME.fullmatch(PurePosixPath(file.name).name) for file in download.files]
        areas = _forces(slug[1] for slug in slugs if slug)
        ends = sorted({file.month for file in download.files})
    else:
        cells = _headed(path, _STREET_HEADINGS)
        if cells is None:
            return None
        areas, ends = _forces(cells["Falls within"].unique()), sorted(cells["Month"].unique())
    what = "street-level records of data.police.uk"
    return Recognised(path, "police_uk_street", what, tuple(sorted(TYPES)), areas, tuple(ends), 1)


def _rolling(path: Path) -> Recognised | None:
    cells = _headed(path, ROLLING)
    if cells is None:
        return None
    ending, force, offence, _ = ROLLING
    ends = sorted({end for end in month_ends(cells[ending])[0] if end})
    names = tuple(sorted(cells[offence].unique()))
    what = "rolling-year totals by police force area"
    return Recognised(
        path, "rolling_year_csv", what, names, _forces(cells[force].unique()), tuple(ends), MONTHS_IN_A_YEAR
    )


def _boroughs(path: Path) -> Recognised | None:
    cells = _headed(path, BOROUGHS)
    if cells is None:
        return None
    major, _, borough = BOROUGHS
    ends = sorted(f"{name[:4]}-{name[4:]}" for name in map(str, cells.columns) if re.fullmatch(r"[0-9]{6}", name))
    names, areas = tuple(sorted(cells[major].unique())), tuple(sorted(cells[borough].unique()))
    what = "monthly crime by borough of the Metropolitan Police"
    return Recognised(path, "metropolitan_boroughs_csv", what, names, areas, tuple(ends), 1)


def _tidy(path: Path) -> Recognised | None:
    cells = _headed(path, TIDY)
    if cells is None:
        return None
    spans = {int(text) for text in cells["months"] if text.isdecimal()}
    names, areas = tuple(sorted(cells[INDICATOR].unique())), tuple(sorted(cells[AREA].unique()))
    ends = tuple(sorted(cells[PERIOD_END].unique()))
    return Recognised(
        path, "tidy_csv", "a table in the package's own columns", names, areas, ends, min(spans, default=1)
    )


def _populations(path: Path) -> Recognised | None:
    cells = _headed(path, POPULATIONS)
    if cells is None:
        return None
    areas, years = tuple(sorted(cells["area"].unique())), tuple(f"{year}-06" for year in sorted(cells["year"].unique()))
    return Recognised(path, "populations_csv", "populations by area and year", (), areas, years, MONTHS_IN_A_YEAR)


def _force_tables(path: Path) -> Recognised | None:
    if path.is_dir() or (path.suffix.lower() not in _WORKBOOKS and not _begins_with_title(path)):
        return None
    tables, _ = read_tables(path)
    figures = [table.figures for table in tables]
    names = tuple(dict.fromkeys(name for table in figures for name in table["name"]))
    areas = {area for table in figures for area in table.loc[table["kind"].isin(["force", "partnership"]), "area"]}
    ends = sorted({end for table in figures for end in table["period_end"] if end})
    if not names:
        return None
    what = "tables of the Office for National Statistics: " + ", ".join(table.code for table in tables)
    return Recognised(path, "ons_force_tables", what, names, tuple(sorted(areas)), tuple(ends), MONTHS_IN_A_YEAR)


def _home_office(path: Path) -> Recognised | None:
    if path.is_dir() or path.suffix.lower() not in _WORKBOOKS:
        return None
    offences = read_offences(path)
    if offences is None:
        return None
    ends = tuple(sorted({end for end in offences.ends if end}))
    what = "open data tables of the Home Office: offences by quarter"
    areas = _forces(offences.forces)
    return Recognised(path, "home_office_tables", what, offences.names, areas, ends, MONTHS_IN_A_QUARTER)


# In the order they are asked; the first that knows the file has it.
_LOOKS: tuple[Callable[[Path], Recognised | None], ...] = (
    _street,
    _rolling,
    _boroughs,
    _tidy,
    _populations,
    _force_tables,
    _home_office,
)


def _headed(path: Path, headings: Iterable[str]) -> pd.DataFrame | None:
    """The cells of a CSV that has these headings; None for anything else."""
    if path.is_dir() or path.suffix.lower() in (*_WORKBOOKS, ".zip") or zipfile.is_zipfile(path):
        return None
    sheet = read_delimited(path)
    return sheet.cells if set(headings) <= set(sheet.cells.columns) else None


def _begins_with_title(path: Path) -> bool:
    records, _ = read_records(path)
    return bool(records) and records[0][1][0].startswith("Table ")


def _forces(names: Iterable[str]) -> tuple[str, ...]:
    """Those of the names that are forces, each by its own name."""
    found = {force.name for name in names if (force := reference.find_force(str(name))) is not None}
    return tuple(sorted(found))


def _looks_like(path: Path) -> str:
    """What there is to see of a file that nobody knows."""
    if path.is_dir():
        names = sorted(each.name for each in path.iterdir() if not each.name.startswith("."))[:_MOST_SHOWN]
        return f"a folder that holds {', '.join(names)}" if names else "an empty folder"
    if path.suffix.lower() in _WORKBOOKS:
        return (
            f"a workbook with the sheets {', '.join(list(read_workbook(path).sheets)[:6]) or '(none that can be read)'}"
        )
    sheet = read_delimited(path)
    if sheet.is_refused:
        return sheet.findings[0].message.rstrip(".")
    return f"a table with the headings {', '.join(map(str, list(sheet.cells.columns)[:_MOST_SHOWN]))}"
