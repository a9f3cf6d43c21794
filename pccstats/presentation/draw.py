"""`draw(result)`: any result as a chart."""

from __future__ import annotations

from functools import singledispatch
from typing import Any

from matplotlib.figure import Figure


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
