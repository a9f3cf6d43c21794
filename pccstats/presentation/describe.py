"""`describe(result)`: any result as one plain sentence."""

from __future__ import annotations

from functools import singledispatch
from typing import Any


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
