"""The table of published figures to be worked out again: `replay.csv` of a data folder."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from pccstats.sources.delimited import read_delimited
from pccstats.terms.errors import DataProblem, Problem

FILE_NAME = "replay.csv"
COLUMNS = ("id", "document", "place", "priority", "figure", "working", "published", "decimals", "claim", "note")


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
    place = Path(folder)
    if not place.is_dir():
        raise DataProblem(Problem("There is no such folder.", str(place), next_step="Check how it is written."))
    path = next((path for path in (place / FILE_NAME, place / "raw" / FILE_NAME) if path.is_file()), None)
    if path is None:
        return pd.DataFrame(columns=list(COLUMNS), dtype=str)
    sheet = read_delimited(path, COLUMNS)
    if sheet.is_refused:
        raise DataProblem([finding.problem for finding in sheet.findings])
    return sheet.cells.reset_index(drop=True)
