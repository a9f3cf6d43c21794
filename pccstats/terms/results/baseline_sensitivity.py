"""The answer to "would another baseline have said the same?"."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from pccstats.terms.results.base import Result
from pccstats.terms.results.change import Change


@dataclass(frozen=True)
class BaselineSensitivity(Result):
    """One latest window against several baselines.

    Attributes
    ----------
    points : pandas.DataFrame
        One row a baseline: `since`, then the columns of `Change.summary()`.
    changes : tuple of Change
        The comparisons themselves, in the same order.
    """

    points: pd.DataFrame
    method: str
    title: str
    changes: tuple[Change, ...]

    @property
    def tested(self) -> tuple[Change, ...]:
        """The comparisons that could be tested."""
        return tuple(change for change in self.changes if pd.notna(change.p_value))

    @property
    def is_same_verdict(self) -> bool | None:
        """True where every baseline that could be tested gives one verdict; None where fewer than two could."""
        verdicts = {change.verdict for change in self.tested}
        return len(verdicts) == 1 if len(self.tested) > 1 else None

    def summary(self) -> pd.DataFrame:
        """How many baselines, how many could be tested, and whether they agree, in one row."""
        return pd.DataFrame(
            {
                "baselines": [len(self.changes)],
                "tested": [len(self.tested)],
                "is_same_verdict": [self.is_same_verdict],
                "verdicts": ["; ".join(dict.fromkeys(change.verdict for change in self.changes))],
            }
        )
