"""The answer to "why does the published paper count otherwise?"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import pandas as pd

from pccstats.terms.periods import Quarter
from pccstats.terms.published_tally import PublishedTally
from pccstats.terms.results.base import Result


class TallyGroup(StrEnum):
    """The three words a published tally folds every indicator into."""

    POSITIVE = "positive"
    NO_CHANGE = "no_change"
    NEGATIVE = "negative"

    @property
    def in_words(self) -> str:
        return self.value.replace("_", " ")


@dataclass(frozen=True)
class TallyComparison(Result):
    """A published tally, ours in eight states, and ours folded into the published three groups.

    Attributes
    ----------
    points : pandas.DataFrame
        One row a group: `group, published, published_per_cent, folded, folded_per_cent, difference`, then
        `published_answered, published_answered_per_cent, folded_answered, folded_answered_per_cent`: the same without
        the indicators that have no metric (published) or no answer (ours). Published columns are empty where no tally
        was published for the quarter.
    states : Mapping of str to int
        Our tally in eight states.
    indicators : pandas.DataFrame
        One row an indicator: `indicator, title, state, folded, by_side, is_same`. `by_side` is the group it would be in
        under the rule of `side_counts`; empty where it has no metric.
    crimes : pandas.DataFrame
        One row an indicator judged by its projection: `indicator, title, baseline, latest, change_pct,
        p_value_poisson, is_flagged, is_said_to_rise, dispersion_to_overturn`.
    side_counts : tuple of int
        Positive, no change and negative under the simplest rule that uses no test: a printed figure on the good side of
        its baseline is positive, on the bad side negative; indicators judged by projection are negative where the paper
        says they rise and else no change; without two figures, no change.
    published : PublishedTally or None
    """

    points: pd.DataFrame
    method: str
    quarter: Quarter
    states: Mapping[str, int]
    indicators: pd.DataFrame
    crimes: pd.DataFrame
    side_counts: tuple[int, int, int]
    published: PublishedTally | None = None

    @property
    def side_fits(self) -> bool:
        """True where the rule without a test gives the published totals."""
        return self.published is not None and self.side_counts == self.published.counts

    @property
    def flagged_by_poisson(self) -> pd.DataFrame:
        """Crimes above the baseline by more than chance alone would explain."""
        return self.crimes[self.crimes["is_flagged"]]

    @property
    def poisson_agrees(self) -> bool:
        """True where chance alone would flag just the crimes the paper says rise."""
        return bool((self.crimes["is_flagged"] == self.crimes["is_said_to_rise"]).all())

    @property
    def least_allowance(self) -> float:
        """Times chance that counts must vary for no other crime than those said to rise to be flagged."""
        return float(self.crimes.loc[~self.crimes["is_said_to_rise"], "dispersion_to_overturn"].max())

    @property
    def most_allowance(self) -> float:
        """Times chance beyond which a crime said to rise would no longer be flagged."""
        return float(self.crimes.loc[self.crimes["is_said_to_rise"], "dispersion_to_overturn"].min())

    def summary(self) -> pd.DataFrame:
        """Published and folded totals in one row."""
        totals = {f"published_{row['group']}": row["published"] for _, row in self.points.iterrows()}
        ours = {f"folded_{row['group']}": row["folded"] for _, row in self.points.iterrows()}
        return pd.DataFrame([{**totals, **ours, "side_fits": self.side_fits}])
