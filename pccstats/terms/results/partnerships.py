"""What was found out about every partnership of a force in one quarter."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from pccstats.terms.errors import RequestProblem
from pccstats.terms.periods import Quarter
from pccstats.terms.plan import Area, Objective, Plan
from pccstats.terms.results.area_comparison import AreaComparison
from pccstats.terms.results.base import Result
from pccstats.terms.results.trend import Trend

PARTNERSHIP_COLUMNS = ("area", "indicator", "baseline", "latest", "change_pct", "own_past", "against_others", "rank")


@dataclass(frozen=True)
class PartnershipReview(Result):
    """One partnership: the figures it prints of itself, and its objectives.

    Attributes
    ----------
    comparisons : tuple of AreaComparison
        The indicators counted in it and in those beside it, in the plan's order.
    trends : dict of str to Trend
        The six-month trend by indicator, where there is one.
    figures : pandas.DataFrame
        What the partnership printed of itself: `title`, `window`, `value`, `unit`, `note`.
    held_back : tuple of str
        Names of indicators under a release restriction.
    """

    area: Area
    quarter: Quarter
    comparisons: tuple[AreaComparison, ...]
    trends: dict[str, Trend]
    figures: pd.DataFrame
    objectives: tuple[Objective, ...]
    parts: tuple[str, ...] = ()
    held_back: tuple[str, ...] = ()
    method: str = ""

    @property
    def points(self) -> pd.DataFrame:  # type: ignore[override]
        return self.summary()

    def summary(self) -> pd.DataFrame:
        """One row an indicator."""
        rows = [
            {"indicator": comparison.key, **comparison.row(self.area.name)._asdict()}
            for comparison in self.comparisons
            if self.area.name in set(comparison.points["area"])
        ]
        return pd.DataFrame(rows, columns=list(PARTNERSHIP_COLUMNS))


@dataclass(frozen=True)
class PartnershipsReview(Result):
    """Every partnership of a force in one quarter, and what they have in common."""

    plan: Plan
    quarter: Quarter
    reviews: tuple[PartnershipReview, ...]
    comparisons: tuple[AreaComparison, ...]
    method: str
    refusals: dict[str, str]

    @property
    def points(self) -> pd.DataFrame:  # type: ignore[override]
        return self.summary()

    @property
    def is_illustrative(self) -> bool:
        return any(comparison.is_illustrative for comparison in self.comparisons)

    def partnership(self, area: str) -> PartnershipReview:
        """The review of one partnership, by the name of its area."""
        for review in self.reviews:
            if review.area.name == area:
                return review
        names = ", ".join(review.area.name for review in self.reviews)
        raise RequestProblem(f"There is no partnership {area!r}. There are: {names}.")

    def summary(self) -> pd.DataFrame:
        """One row a partnership and indicator."""
        return pd.concat([review.summary() for review in self.reviews], ignore_index=True)
