"""The table of published figures to be worked out again: `replay.csv` of a data folder."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from pccstats.sources.delimited import read_delimited
from pccstats.terms.errors import DataProblem, Problem

FILE_NAME = "replay.csv"
COLUMNS = ("id", "document", "place", "figure", "working", "published", "decimals", "claim", "note")


def read_replay(folder: str | Path) -> pd.DataFrame:
    """Read the published figures with the sums that should give them, as text.

    Parameters
    ----------
    folder : path
        The data folder that holds `replay.csv`.

    Returns
    -------
    pandas.DataFrame
        What `replay` takes.

    Raises
    ------
    DataProblem
        If the file is missing, cannot be read, or lacks a column.

    Examples
    --------
    >>> len(read_replay("data/raw"))
    63
    """
    path = Path(folder) / FILE_NAME
    if not path.is_file():
        raise DataProblem(Problem("There is no such file.", str(path), next_step="Name the folder that holds it."))
    sheet = read_delimited(path, COLUMNS)
    if sheet.is_refused:
        raise DataProblem([finding.problem for finding in sheet.findings])
    return sheet.cells.reset_index(drop=True)
