"""What every answer has: figures, a summary row, the words for how it was made, and the series it is about."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import pandas as pd

from pccstats.terms.periods import SPAN_WORDS
from pccstats.terms.words import Kind, Polarity


class Result(ABC):
    """An answer that can be drawn, tabulated and described.

    Every result is a frozen dataclass with two fields besides its own: `points`, a tidy frame, and `method`, the words
    that say test, baseline, limits, number of months or respondents, source and vintage. Its class names, once, the
    module of `presentation` that draws, tabulates and describes it: `class Change(Result, presented_by="change")`.
    """

    presented_by: ClassVar[str] = ""
    points: pd.DataFrame
    method: str

    def __init_subclass__(cls, *, presented_by: str = "", **others: Any) -> None:
        super().__init_subclass__(**others)
        if presented_by:
            cls.presented_by = presented_by

    @abstractmethod
    def summary(self) -> pd.DataFrame:
        """The answer in one row."""

    def to_frame(self) -> pd.DataFrame:
        """A copy of the figures, safe to change."""
        return self.points.copy()


@dataclass(frozen=True)
class About:
    """What an answer is about: the series behind it, as far as its readers need to know it.

    Attributes
    ----------
    title, unit : str
        What it is called and what it is counted in.
    kind, polarity : Kind, Polarity
        What sort of figure it is, and which way it should move.
    area, key : str
        Whose figure it is, and its key in the plan; empty for a series of the analyst's own.
    sources : tuple of str
        Where the figures come from, each once.
    is_illustrative : bool
        True where any figure is an illustrative split, not a record.
    span_months : int
        How many months each figure covers: 1, 3 or 12.
    """

    title: str
    unit: str = ""
    kind: Kind = Kind.COUNT
    polarity: Polarity = Polarity.NEUTRAL
    area: str = ""
    key: str = ""
    sources: tuple[str, ...] = ()
    is_illustrative: bool = False
    span_months: int = 1

    @property
    def period_word(self) -> str:
        """What each figure is of: `month`, `quarter` or `year`."""
        return SPAN_WORDS[self.span_months]


class AnswerAboutSeries(Result):
    """An answer about one series: what it is about is one part, `about`, and can be asked of the answer itself."""

    about: About

    @property
    def title(self) -> str:
        """What the series is called."""
        return self.about.title

    @property
    def unit(self) -> str:
        """What it is counted in."""
        return self.about.unit

    @property
    def kind(self) -> Kind:
        """What sort of figure it is."""
        return self.about.kind

    @property
    def polarity(self) -> Polarity:
        """Which way it should move."""
        return self.about.polarity

    @property
    def area(self) -> str:
        """Whose figure it is."""
        return self.about.area

    @property
    def key(self) -> str:
        """Its key in the plan."""
        return self.about.key

    def is_about(self, key: str) -> bool:
        """True where it is about the figures of that key themselves, not another series of the same thing."""
        return self.about.key in ("", key)

    @property
    def sources(self) -> tuple[str, ...]:
        """Where the figures come from."""
        return self.about.sources

    @property
    def is_illustrative(self) -> bool:
        """True where any figure is an illustrative split."""
        return self.about.is_illustrative
