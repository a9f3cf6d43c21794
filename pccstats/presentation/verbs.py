"""The three verbs: draw, tabulate, describe. Each asks the module that presents the answer's own kind.

That module is imported when one of its answers is first asked for, so that nobody waits for charts and tables that
nobody wants. It registers what it offers: `@draw.register`, `@table_of.register`, `@describe.register`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import singledispatch
from importlib import import_module
from typing import TYPE_CHECKING, Any

from pccstats.terms.results.base import Result

if TYPE_CHECKING:
    from great_tables import GT
    from matplotlib.figure import Figure

    from pccstats.presentation.table import TableSpec


@singledispatch
def draw(result: Any, **options: Any) -> Figure:
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
    >>> import pandas as pd
    >>> import pccstats as pcc
    >>> frame = pd.DataFrame({"month": pd.period_range("2015-01", periods=5, freq="M"), "n": [10, 12, 11, 13, 9]})
    >>> robbery = pcc.Series.from_frame(frame, numerator="n", title="Robbery")
    >>> figure = pcc.draw(pcc.expected_level(robbery, chart="xmr"))
    >>> "Robbery" in figure.alt_text
    True
    """
    chart: Figure = _offered(draw.dispatch, result, "chart")(result, **options)
    return chart


@singledispatch
def table_of(result: Any) -> TableSpec:
    """Describe the table of a result, to be written for a notebook or a page."""
    table: TableSpec = _offered(table_of.dispatch, result, "table")(result)
    return table


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
    sentence: str = _offered(describe.dispatch, result, "sentence")(result)
    return sentence


def _offered(offers: Callable[[type], Callable[..., Any]], result: Any, what: str) -> Callable[..., Any]:
    """What the module of a result offers, once that module has been imported."""
    kind, nothing = type(result), offers(object)
    if isinstance(result, Result) and result.presented_by:
        import_module(f"pccstats.presentation.{result.presented_by}")
    offered = offers(kind)
    if offered is nothing:
        raise TypeError(f"There is no {what} for {kind.__name__}.")
    return offered
