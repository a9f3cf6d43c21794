"""The answer to "has the level moved for good, and since when?": proposals, for a person to register or refuse."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from pccstats.terms.results.base import Result
from pccstats.terms.results.expected_level import ExpectedLevel

PROPOSAL_COLUMNS = (
    "month",
    "direction",
    "before",
    "after",
    "change",
    "change_pct",
    "months_before",
    "months_after",
    "statistic",
    "p_value",
    "nearby_event",
)


@dataclass(frozen=True)
class RebaseProposals(Result):
    """Months from which a series seems to have a new level, each with its evidence. Nothing is applied.

    Attributes
    ----------
    points : pandas.DataFrame
        One row a proposal, columns of `PROPOSAL_COLUMNS`: the first month of the new level; `above` or `below`; the
        level before and after in the unit of the figures; the months on either side; the difference in standard
        errors; the chance of one as great anywhere in a steady series; registered events within three months.
    current : ExpectedLevel
        The limits as they are.
    rebased : ExpectedLevel
        The limits as they would be if every proposal were registered.
    """

    points: pd.DataFrame
    method: str
    current: ExpectedLevel
    rebased: ExpectedLevel

    @property
    def title(self) -> str:
        return self.current.title

    def summary(self) -> pd.DataFrame:
        """How many proposals there are, and the latest of them."""
        latest = self.points.tail(1) if len(self.points) else self.points.reindex([0])
        return latest.reset_index(drop=True).assign(proposals=len(self.points))
