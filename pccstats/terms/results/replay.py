"""The answer to "do the published figures follow from their inputs?"."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

import pandas as pd

from pccstats.terms.results.base import Result


class ReplayVerdict(StrEnum):
    """What working a published figure out again shows."""

    REPRODUCES = "reproduces"
    ONLY_TRUNCATED = "only_truncated"  # by cutting off digits where half-up rounding gives another last digit
    DOES_NOT_FOLLOW = "does_not_follow"
    TEXT = "text"  # words, information or a conjecture: nothing printed to reproduce

    @property
    def in_words(self) -> str:
        return self.value.replace("_", " ")


@dataclass(frozen=True)
class Replay(Result):
    """Published figures worked out again from the numbers printed with them.

    Attributes
    ----------
    points : pandas.DataFrame
        One row a figure: `id, document, place, priority, figure, working, published, computed, half_up, truncated,
        verdict, note`. Numbers are exact decimals, so that the last digit is never in doubt.
    """

    points: pd.DataFrame
    method: str

    def having(self, verdict: ReplayVerdict | str) -> pd.DataFrame:
        """The rows of one verdict."""
        return self.points[self.points["verdict"] == ReplayVerdict(verdict).value].reset_index(drop=True)

    def of_priority(self, number: int) -> Replay:
        """The figures that belong to one strategic priority."""
        return replace(self, points=self.points[self.points["priority"] == number].reset_index(drop=True))

    def summary(self) -> pd.DataFrame:
        """How many figures there are, and how many of each verdict, in one row."""
        counts = {verdict.value: int((self.points["verdict"] == verdict.value).sum()) for verdict in ReplayVerdict}
        return pd.DataFrame([{"figures": len(self.points), **counts}])
