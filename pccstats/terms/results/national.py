"""The answer on all forces of a plan: every measure of every force, side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd

from pccstats.terms.periods import Quarter
from pccstats.terms.plan import Plan
from pccstats.terms.results.base import Result
from pccstats.terms.results.peers import AreaComparison
from pccstats.terms.results.quarter import IndicatorReview, SignalCount
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
    reviews : mapping of (str, str) to IndicatorReview
        The verdict and the expected level of each measure in each force, by key and force.
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
    reviews: Mapping[tuple[str, str], IndicatorReview]
    gaps: tuple[Gap, ...]
    verdicts: int
    method: str
    confidence: float = 0.95

    @property
    def points(self) -> pd.DataFrame:  # type: ignore[override]
        """One row a measure and force.

        The columns of `AreaComparison.points`; `indicator`, `title`, `has_change`; and `signal_quarter` and
        `signal_latest` as in `dashboard.csv`.
        """
        tables = [
            each.points.assign(
                indicator=each.key,
                title=each.title,
                has_change=each.has_change,
                signal_quarter=[self.reviews[each.key, area].signal_quarter for area in each.points["area"]],
                signal_latest=[self.reviews[each.key, area].signal_latest for area in each.points["area"]],
            )
            for each in self.comparisons
        ]
        return pd.concat(tables, ignore_index=True)

    @property
    def signals(self) -> SignalCount:
        """How many figures of forces show a signal in the quarter, and how many would if nothing had changed."""
        return SignalCount.of(self.reviews.values())

    def comparison(self, key: str) -> AreaComparison:
        """The forces on one measure."""
        return next(each for each in self.comparisons if each.key == key)

    def reviews_of(self, key: str) -> dict[str, IndicatorReview]:
        """The reviews of one measure, by force."""
        return {area: review for (indicator, area), review in self.reviews.items() if indicator == key}

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
