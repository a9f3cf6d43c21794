"""What a board of partners asks every quarter: whether each outcome is on track, and which way it goes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pandas as pd

from pccstats.terms.periods import Quarter
from pccstats.terms.plan import Board, BoardPriority, Plan
from pccstats.terms.results.area_comparison import AreaComparison
from pccstats.terms.results.assessment import IndicatorReview
from pccstats.terms.results.base import Result
from pccstats.terms.results.progress import Progress
from pccstats.terms.results.trend import Trend

BOARD_COLUMNS = ("priority", "indicator", "title", "track", "chance", "aim", "latest", "six_months", "twelve_months")


class Track(StrEnum):
    """Whether an outcome will be what was promised."""

    ON_TRACK = "on_track"
    OFF_TRACK = "off_track"
    CANNOT_TELL = "cannot_tell"

    @property
    def in_words(self) -> str:
        """The answer as readers see it: `on track`."""
        return self.value.replace("_", " ")


@dataclass(frozen=True)
class BoardOutcome:
    """One outcome of the Board.

    Attributes
    ----------
    review : IndicatorReview
        Everything else that is known of the indicator.
    track : Track
        `cannot_tell` also where there is nothing to be on track for; `why` says so.
    aim : str
        What it is judged against, in words.
    chance : float
        Of meeting it, 0 to 1; empty where none can be given.
    why : str
        What the answer rests on, or why there is none.
    lower, upper : float
        Of a share, the interval of its latest figure, where what it is out of is known.
    goals : tuple of Progress
        Every target the plan set for it, those past their date included.
    trend, long_trend : Trend or None
        Over six months and over twelve; `no_trend` says why there is none.
    """

    review: IndicatorReview
    track: Track
    aim: str
    why: str
    chance: float = float("nan")
    lower: float = float("nan")
    upper: float = float("nan")
    goals: tuple[Progress, ...] = ()
    trend: Trend | None = None
    long_trend: Trend | None = None
    no_trend: str = ""


@dataclass(frozen=True)
class BoardReview(Result):
    """Every outcome of the Board in one quarter, and the districts side by side.

    Attributes
    ----------
    sections : tuple of (BoardPriority, tuple of BoardOutcome)
        The Board's priorities in order, each with its outcomes.
    districts : tuple of AreaComparison
        The outcomes that are counted by district.
    """

    plan: Plan
    board: Board
    quarter: Quarter
    sections: tuple[tuple[BoardPriority, tuple[BoardOutcome, ...]], ...]
    districts: tuple[AreaComparison, ...]
    method: str
    no_districts: dict[str, str]

    @property
    def outcomes(self) -> tuple[BoardOutcome, ...]:
        """All outcomes, in order."""
        return tuple(outcome for _, outcomes in self.sections for outcome in outcomes)

    @property
    def points(self) -> pd.DataFrame:  # type: ignore[override]
        return pd.DataFrame(
            [_row(priority, outcome) for priority, outcomes in self.sections for outcome in outcomes],
            columns=list(BOARD_COLUMNS),
        )

    def summary(self) -> pd.DataFrame:
        """How many outcomes are on track, off track, or cannot be told."""
        return pd.DataFrame([{str(track): sum(o.track is track for o in self.outcomes) for track in Track}])


def _row(priority: BoardPriority, outcome: BoardOutcome) -> dict[str, Any]:
    return {
        "priority": priority.title,
        "indicator": outcome.review.indicator.key,
        "title": outcome.review.indicator.name,
        "track": str(outcome.track),
        "chance": outcome.chance,
        "aim": outcome.aim,
        "latest": outcome.review.latest,
        "six_months": str(outcome.trend.direction) if outcome.trend else "",
        "twelve_months": str(outcome.long_trend.direction) if outcome.long_trend else "",
    }
