"""The answer to "how many of these flags are false?"."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from pccstats.terms.results.base import Result


@dataclass(frozen=True)
class FalseDiscovery(Result):
    """Many tests read together.

    Attributes
    ----------
    points : pandas.DataFrame
        One row a test, in the order given: `name`, `p_value`, `q_value`; empty where there was no test.
    level : float
        The level the flags are raised at.
    tests, flags, flags_kept : int
        Tests made; p below the level; q below the level.
    expected_false_flags : float
        Flags to expect were nothing to have changed anywhere: tests times level.
    not_tested : int
        Those given without a p.
    """

    points: pd.DataFrame
    method: str
    level: float
    tests: int
    flags: int
    flags_kept: int
    expected_false_flags: float
    not_tested: int = 0

    def summary(self) -> pd.DataFrame:
        """Tests, those not tested, flags, expected false flags and flags kept, in one row."""
        names = ("tests", "not_tested", "level", "flags", "expected_false_flags", "flags_kept")
        return pd.DataFrame([{name: getattr(self, name) for name in names}])
