"""`tabulate(result)`: any result as a table."""

from __future__ import annotations

from functools import singledispatch
from typing import Any

from great_tables import GT

from pccstats.presentation.table import TableSpec


@singledispatch
def table_of(result: Any) -> TableSpec:
    """Describe the table of a result, to be written for a notebook or a page."""
    raise TypeError(f"There is no table for {type(result).__name__}.")


def tabulate(result: Any) -> GT:
    """Set a result out as a table.

    Parameters
    ----------
    result : Result
        Any result of pccstats.

    Returns
    -------
    great_tables.GT
        With title, units in the column heads, and notes that say how the figures were made.

    Raises
    ------
    TypeError
        If there is no table for this kind of result.

    Examples
    --------
    >>> import pccstats as pcc
    >>> data = pcc.read_observations("data/processed")
    >>> table = pcc.tabulate(pcc.rolling_year(data.series("12.offences")))
    >>> "Domestic burglary" in table.as_raw_html()
    True
    """
    return table_of(result).to_gt()
