"""Many changes at once: which of them stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from pccstats.methods.intervals import checked_confidence
from pccstats.terms.choices import is_number, listed, require
from pccstats.terms.errors import MethodProblem, Problem
from pccstats.terms.results.change import FalseDiscovery
from pccstats.terms.words import counted


def false_discovery(p_values: Mapping[str, float] | pd.Series | Sequence[float], level: float = 0.05) -> FalseDiscovery:
    """How many of many flags may be false, and which survive when all are read together.

    Parameters
    ----------
    p_values : mapping, pandas.Series or sequence of float
        One p a test, 0 to 1, with its name where there is one; NaN where no test could be made.
    level : float
        The level a flag is raised at, between 0 and 1.

    Returns
    -------
    FalseDiscovery

    Raises
    ------
    MethodProblem
        If a p lies outside 0 to 1.

    Notes
    -----
    q of the i-th smallest p of m is the least of p m / rank over that rank and all larger ones. Of flags with q below
    the level no more than that part is false in the long run, where tests are independent or move together.

    References
    ----------
    Benjamini Y, Hochberg Y (1995). Controlling the false discovery rate. JRSS B 57: 289-300.

    Examples
    --------
    >>> found = false_discovery({"burglary": 0.01, "violence": 0.04, "theft": 0.03, "fraud": float("nan")})
    >>> found.points["q_value"].round(3).tolist()
    [0.03, 0.04, 0.04, nan]
    >>> found.tests, found.not_tested, round(found.expected_false_flags, 2)
    (3, 1, 0.15)
    """
    checked_confidence(level)
    named = _read(p_values)
    outside = named[(named < 0) | (named > 1)]
    if len(outside):
        raise MethodProblem([f"A p-value lies between 0 and 1: {name} has {p:g}." for name, p in outside.items()])
    tests, not_tested = int(named.notna().sum()), int(named.isna().sum())
    q_values = _q_values(named)
    return FalseDiscovery(
        points=pd.DataFrame({"name": named.index, "p_value": named.to_numpy(), "q_value": q_values.to_numpy()}),
        method=(
            f"Benjamini and Hochberg (1995) over {counted(tests, 'test')} at {100 * level:g}%; {not_tested} not tested."
        ),
        level=level,
        tests=tests,
        flags=int((named < level).sum()),
        flags_kept=int((q_values < level).sum()),
        expected_false_flags=tests * level,
        not_tested=not_tested,
    )


def _read(p_values: Any) -> pd.Series:
    """Every p by its name, or its place."""
    if isinstance(p_values, pd.Series):
        given = p_values.astype(object)
    else:
        is_named = isinstance(p_values, Mapping)
        given = pd.Series(dict(p_values) if is_named else listed(p_values, "p-values, one a test"), dtype=object)
    require(
        Problem("A p-value is a number, or NaN where no test was made.", str(name), str(value))
        for name, value in given.items()
        if not (is_number(value) or value is None)
    )
    return given.astype(float)


def _q_values(p_values: pd.Series) -> pd.Series:
    """The least q of every test that was made; one without a p takes no part, and names may repeat."""
    ordered = p_values.reset_index(drop=True).dropna().sort_values(ascending=False, kind="stable")
    ranks = np.arange(len(ordered), 0, -1)
    return (ordered * len(ordered) / ranks).cummin().reindex(range(len(p_values)))
