"""The answer to "is it rising or falling?", over a few months."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import pandas as pd

from pccstats.terms.periods import Window
from pccstats.terms.results.base import Result
from pccstats.terms.words import Kind, Polarity, Variation


class Direction(StrEnum):
    """Which way a trend goes; six months mostly cannot tell."""

    RISING = "rising"
    FALLING = "falling"
    CANNOT_TELL = "cannot_tell"

    @property
    def in_words(self) -> str:
        """The direction as readers see it: `cannot tell`."""
        return self.value.replace("_", " ")


@dataclass(frozen=True)
class Trend(Result):
    """Whether a few months rise or fall, tested in a way that suits so few.

    Attributes
    ----------
    points : pandas.DataFrame
        One row a month: `month`, `value`, `season_factor` (1 where no season is taken out), `adjusted` (what was
        tested, in the unit of `value`, months of one length), `year_before`.
    direction : Direction
        What the test found, with no opinion.
    score, most : int
        Kendall's score: pairs of months that rise less pairs that fall, and the most it could be.
    p_value : float
        Chance of a score so far from nought, either way, where nothing moves.
    per_month_pct : float
        The median slope between pairs of months, in per cent of their mean.
    higher, lower : int
        Months above and below the same month a year before.
    year_p_value : float
        Chance of so uneven a split where a month is as likely to be above as below; empty without a year before.
    smallest_p : float
        The least p-value that so many months can give: above 1 - confidence the question cannot be answered at all.
    """

    points: pd.DataFrame
    method: str
    title: str
    unit: str
    kind: Kind
    polarity: Polarity
    window: Window
    confidence: float
    direction: Direction
    score: int
    most: int
    p_value: float
    per_month_pct: float
    higher: int
    lower: int
    year_p_value: float
    smallest_p: float
    area: str = ""
    key: str = ""
    is_illustrative: bool = False
    sources: tuple[str, ...] = ()

    @property
    def months(self) -> int:
        """How many months were looked at."""
        return len(self.points)

    @property
    def variation(self) -> Variation:
        """The direction read with the polarity."""
        if self.direction is Direction.CANNOT_TELL:
            return Variation.COMMON_CAUSE
        is_rising = self.direction is Direction.RISING
        if self.polarity is Polarity.NEUTRAL:
            return Variation.HIGH if is_rising else Variation.LOW
        is_better = is_rising == (self.polarity is Polarity.HIGHER_IS_BETTER)
        return Variation.IMPROVEMENT if is_better else Variation.CONCERN

    def summary(self) -> pd.DataFrame:
        """The answer in one row."""
        names = ("direction", "months", "score", "most", "p_value", "per_month_pct", "higher", "lower", "year_p_value")
        return pd.DataFrame([{name: getattr(self, name) for name in names}]).assign(direction=str(self.direction))
