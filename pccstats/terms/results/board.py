"""Answers about partners: the outcomes of the Board, and the partnerships one by one and together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from pccstats.terms.errors import RequestProblem
from pccstats.terms.periods import Quarter
from pccstats.terms.plan import Area, Board, BoardPriority, Objective, Plan
from pccstats.terms.results.ahead import Progress
from pccstats.terms.results.base import Result
from pccstats.terms.results.change import Change
from pccstats.terms.results.level import Trend
from pccstats.terms.results.peers import AreaComparison
from pccstats.terms.results.quarter import IndicatorReview
from pccstats.terms.words import HOLLOW, Judgement, Worded

BOARD_COLUMNS = ("priority", "indicator", "title", "track", "chance", "aim", "latest", "six_months", "twelve_months")
PARTNERSHIP_COLUMNS = ("area", "indicator", "baseline", "latest", "change_pct", "own_past", "against_others", "rank")


class Track(Worded):
    """Whether an outcome will be what was promised."""

    ON_TRACK = "on_track", "on track", Judgement.BETTER, "●"
    OFF_TRACK = "off_track", "off track", Judgement.WORSE, "◆"
    CANNOT_TELL = "cannot_tell", "cannot tell", Judgement.NONE, HOLLOW


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
    half_year : Change or None
        Where there is no trend: the latest six months beside the same six a year before, by the official series. Its
        windows are the years that end with them.
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
    half_year: Change | None = None

    @property
    def six_months(self) -> str:
        """The answer on six months, as one word; empty where there is none."""
        if self.trend is not None:
            return str(self.trend.direction)
        return self.half_year.state.value if self.half_year is not None else ""


@dataclass(frozen=True)
class BoardReview(Result, presented_by="board"):
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
            [_outcome_row(priority, outcome) for priority, outcomes in self.sections for outcome in outcomes],
            columns=list(BOARD_COLUMNS),
        )

    def summary(self) -> pd.DataFrame:
        """How many outcomes are on track, off track, or cannot be told."""
        return pd.DataFrame([{str(track): sum(o.track is track for o in self.outcomes) for track in Track}])


def _outcome_row(priority: BoardPriority, outcome: BoardOutcome) -> dict[str, Any]:
    return {
        "priority": priority.title,
        "indicator": outcome.review.indicator.key,
        "title": outcome.review.indicator.name,
        "track": str(outcome.track),
        "chance": outcome.chance,
        "aim": outcome.aim,
        "latest": outcome.review.latest,
        "six_months": outcome.six_months,
        "twelve_months": str(outcome.long_trend.direction) if outcome.long_trend else "",
    }


@dataclass(frozen=True)
class PartnershipReview(Result, presented_by="partnership"):
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
class PartnershipsReview(Result, presented_by="partnership"):
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
