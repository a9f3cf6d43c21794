"""The three verbs: draw, tabulate, describe. Each asks the module of the answer's own kind."""

from __future__ import annotations

from functools import singledispatch
from typing import Any

from great_tables import GT
from matplotlib.figure import Figure

from pccstats.presentation.table import TableSpec


@singledispatch
def draw(result: Any, **options: Any) -> Figure:  # noqa: ARG001 each kind of chart has its own
    """Draw a result in the house style.

    Parameters
    ----------
    result : Result
        Any result of pccstats.
    **options
        What that kind of chart offers, for example `events=` or `targets=`.

    Returns
    -------
    matplotlib.figure.Figure
        With its description for those who cannot see it as `figure.alt_text`.

    Raises
    ------
    TypeError
        If there is no chart for this kind of result.

    Examples
    --------
    >>> import pccstats as pcc
    >>> data = pcc.read_observations("data/processed")
    >>> figure = pcc.draw(pcc.expected_level(data.series("12.offences")))
    >>> "Domestic burglary" in figure.alt_text
    True
    """
    raise TypeError(f"There is no chart for {type(result).__name__}.")


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


@singledispatch
def describe(result: Any) -> str:
    """Say a result in one plain sentence that claims no more than its numbers do.

    Parameters
    ----------
    result : Result
        Any result of pccstats.

    Returns
    -------
    str

    Raises
    ------
    TypeError
        If there are no words for this kind of result.

    Examples
    --------
    >>> import pccstats as pcc
    >>> data = pcc.read_observations("data/processed")
    >>> sentence = pcc.describe(pcc.change(data.series("12.offences"), since="2012/13", until="2015-06"))
    >>> sentence.startswith("4,013 offences in the 12 months to June 2015, 78 more than in 2012/13")
    True
    """
    raise TypeError(f"There are no words for {type(result).__name__}.")
