"""What is kept beside the plan in words: commentary, and the workings of published figures."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from pccstats.sources.folders import DataFolder
from pccstats.sources.own_words import OF_A_PRIORITY, words_in
from pccstats.sources.plan import read_plan
from pccstats.sources.sheets import read_delimited
from pccstats.terms.errors import DataProblem, Problem
from pccstats.terms.periods import Quarter
from pccstats.terms.words import slug

FILE_NAME, RATES_NAME = "replay.csv", "printed_rates.csv"
RATE_COLUMNS = ("id", "document", "place", "figure", "count", "measure", "period_end", "printed", "decimals")
COLUMNS = ("id", "document", "place", "priority", "figure", "working", "published", "decimals", "claim", "note")


def read_commentary(data: str | Path, quarter: str | Quarter) -> dict[str, str]:
    """Read the contextual summaries of a quarter, by area.

    Parameters
    ----------
    data : str or Path
        The data folder; the summaries are in `commentary/<quarter>/<area>.md` beside the plan, for example
        `commentary/2015-16-Q1/north-west-leicestershire.md`.
    quarter : str or Quarter
        `2015/16-Q1`.

    Returns
    -------
    dict of str to str
        Markdown by the name of the area; areas without a summary are left out, and so is everything where there is no
        such folder.

    Raises
    ------
    DataProblem
        With every file that is of no area of the plan, is no text in UTF-8, or is too long.

    Examples
    --------
    >>> "Rutland" in read_commentary("data", "2015/16-Q1")
    True
    """
    at = quarter if isinstance(quarter, Quarter) else Quarter.parse(quarter)
    raw = DataFolder.find(Path(data)).raw
    areas = {slug(area.name): area.name for area in read_plan(raw).areas}
    found, problems = {}, []
    for words in words_in(raw, at):
        if OF_A_PRIORITY.fullmatch(words.name):
            continue  # the plan has it
        if words.name not in areas:
            step = f"Name it after an area of the plan: {', '.join(f'{name}.md' for name in sorted(areas))}."
            problems.append(Problem("This summary is of no area of the plan.", words.place, words.name, step))
        elif words.problem is not None:
            problems.append(words.problem)
        elif words.text:
            found[areas[words.name]] = words.text
    if problems:
        raise DataProblem(problems)
    return found


def read_replay(folder: str | Path) -> pd.DataFrame:
    """Read the published figures with the sums that should give them, as text.

    Parameters
    ----------
    folder : path
        A data folder, with `replay.csv` in it or in its `raw`.

    Returns
    -------
    pandas.DataFrame
        What `replay` takes; no rows where the folder holds no such file.

    Raises
    ------
    DataProblem
        If there is no such folder, the file cannot be read, or it lacks a column.

    Examples
    --------
    >>> len(read_replay("data/raw"))
    63
    """
    return _table(Path(folder), FILE_NAME, COLUMNS)


def read_printed_rates(folder: str | Path) -> pd.DataFrame:
    """Read the rates that were printed with their counts and without their populations, as text.

    Parameters
    ----------
    folder : path
        A data folder, with `printed_rates.csv` in it or in its `raw`.

    Returns
    -------
    pandas.DataFrame
        What `replay` takes as `rates`; no rows where the folder holds no such file.

    Raises
    ------
    DataProblem
        If there is no such folder, the file cannot be read, or it lacks a column.

    Examples
    --------
    >>> read_printed_rates("data/raw")["printed"].tolist()
    ['58.1', '58.9', '4.1', '4.2', '7.1', '6.5', '39.6']
    """
    return _table(Path(folder), RATES_NAME, RATE_COLUMNS)


def _table(place: Path, name: str, columns: tuple[str, ...]) -> pd.DataFrame:
    """A table of text; no rows where the folder has no such file."""
    if not place.is_dir():
        raise DataProblem(Problem("There is no such folder.", str(place), next_step="Check how it is written."))
    path = next((path for path in (place / name, place / "raw" / name) if path.is_file()), None)
    if path is None:
        return pd.DataFrame(columns=list(columns), dtype=str)
    sheet = read_delimited(path, columns)
    if sheet.is_refused:
        raise DataProblem([finding.problem for finding in sheet.findings])
    return sheet.cells.reset_index(drop=True)
