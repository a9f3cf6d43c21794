"""The answer on all forces of a plan: every measure of every force, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd

from pccstats.terms.periods import Quarter
from pccstats.terms.plan import Plan
from pccstats.terms.results.base import Result
from pccstats.terms.results.peers import AreaComparison
from pccstats.terms.words import Signal


class Gap(NamedTuple):
    """A figure that is not there, or not whole, and why; of all forces where no area is named.

    Where no indicator is named it is about the rates of all.
    """

    indicator: str
    area: str
    reason: str


@dataclass(frozen=True)
class NationalReview(Result, presented_by="national"):
    """Every force of a plan in one quarter, against its own past and against the others.

    Attributes
    ----------
    plan, quarter : Plan, Quarter
        What is measured, and when.
    areas : tuple of str
        The forces, in the order of the plan.
    comparisons : tuple of AreaComparison
        One a measure that can be compared, in the order of the plan.
    gaps : tuple of Gap
        What is not there, not whole or not compared.
    verdicts : int
        How many changes were tested in all; each force's own are read together, as in its own pack.
    method : str
    """

    plan: Plan
    quarter: Quarter
    areas: tuple[str, ...]
    comparisons: tuple[AreaComparison, ...]
    gaps: tuple[Gap, ...]
    verdicts: int
    method: str
    confidence: float = 0.95

    @property
    def points(self) -> pd.DataFrame:  # type: ignore[override]
        """One row a measure and force: `indicator`, `title`, then the columns of `AreaComparison.points`."""
        tables = [
            each.points.assign(indicator=each.key, title=each.title, has_change=each.has_change)
            for each in self.comparisons
        ]
        return pd.concat(tables, ignore_index=True)

    def comparison(self, key: str) -> AreaComparison:
        """The forces on one measure."""
        return next(each for each in self.comparisons if each.key == key)

    def moved(self, key: str, side: Signal) -> tuple[str, ...]:
        """The forces beyond the outer limits of the funnel of change of one measure, the furthest first."""
        points = self.comparison(key).points
        chosen = points[(points["against_others"] == side) & points["is_far"].astype(bool)]
        return tuple(chosen.sort_values("against_others_pct", ascending=side is Signal.BELOW)["area"])

    def summary(self) -> pd.DataFrame:
        """How many forces, measures and verdicts there are, and how many of these are firm."""
        points = self.points
        verdicts = points[points["change_pct"].notna()]
        row = {
            "quarter": str(self.quarter),
            "forces": len(self.areas),
            "measures": len(self.comparisons),
            "verdicts": len(verdicts),
            "better": int(((verdicts["own_past"] == "better") & (verdicts["strength"] == "firm")).sum()),
            "worse": int(((verdicts["own_past"] == "worse") & (verdicts["strength"] == "firm")).sum()),
            "gaps": len(self.gaps),
        }
        return pd.DataFrame([row])
