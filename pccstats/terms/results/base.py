"""What every answer has: its figures, one summary row, and the words for how it was made."""

from __future__ import annotations

from abc import ABC, abstractmethod

import pandas as pd


class Result(ABC):
    """An answer that can be drawn, tabulated and described.

    Every result is a frozen dataclass with two fields besides its own: `points`, a tidy frame, and `method`, the words
    that say test, baseline, limits, number of months or respondents, source and vintage.
    """

    points: pd.DataFrame
    method: str

    @abstractmethod
    def summary(self) -> pd.DataFrame:
        """The answer in one row."""

    def to_frame(self) -> pd.DataFrame:
        """A copy of the figures, safe to change."""
        return self.points.copy()
