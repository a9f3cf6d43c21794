"""Answers about many series at once: which of them stand furthest from their expected level."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from pccstats.terms.periods import Quarter
from pccstats.terms.results.base import Result
from pccstats.terms.words import Signal

SCREEN_COLUMNS = (
    "indicator",
    "title",
    "area",
    "kind",
    "unit",
    "span_months",
    "latest_month",
    "latest",
    "centre_line",
    "lower_process_limit",
    "upper_process_limit",
    "signal",
    "variation",
    "in_a_row",
    "distance",
    "p_value",
    "q_value",
    "is_firm",
    "lacking",
)


@dataclass(frozen=True)
class Screen(Result, presented_by="screen"):
    """Every series of a plan, in every area, by how far it stands from its expected level in a quarter.

    Attributes
    ----------
    points : pandas.DataFrame
        One row a series, columns of `SCREEN_COLUMNS`, in order: firm signals, signals that are not firm, series without
        a signal, series that cannot be judged; in each the furthest from its level first. `indicator` is the key of the
        measure and `title` its name; `latest`, `centre_line` and limits are of `latest_month`, the latest figure of the
        quarter. `signal` is what any figure of the quarter shows, as known by its end (`above`, `below`, `none`; empty
        where that cannot be said), `variation` the same read with the polarity, `in_a_row` how many of the latest
        figures in a row have it. `distance` is how far the quarter's figures stand from the centre line, taken
        together, in sigma, below nought where they are low; `p_value` how often chance takes a steady series so far;
        `q_value` the same when all series are read together. `is_firm` is True of signals that stand then; `lacking`
        says what the others lack, or why a series cannot be judged.
    quarter : Quarter
        The quarter that is judged.
    focus : str
        The area that the plan is about.
    """

    points: pd.DataFrame
    method: str
    quarter: Quarter
    focus: str

    @property
    def judged(self) -> pd.DataFrame:
        """The series that have an expected level and a figure in the quarter."""
        found: pd.DataFrame = self.points[self.points["signal"] != ""]
        return found

    @property
    def signals(self) -> pd.DataFrame:
        """Those of them that show a signal, the strongest firm one first."""
        found: pd.DataFrame = self.judged[self.judged["signal"] != Signal.NONE.value]
        return found

    @property
    def firm(self) -> pd.DataFrame:
        """The signals that are firm, the strongest first."""
        found: pd.DataFrame = self.signals[self.signals["is_firm"].astype(bool)]
        return found

    def summary(self) -> pd.DataFrame:
        """How many series there are, how many are judged and show a signal, and the strongest firm one."""
        strongest = self.firm.head(1) if len(self.firm) else self.points.iloc[:0].reindex([0])
        counts = {"series": len(self.points), "judged": len(self.judged), "signals": len(self.signals)}
        strongest = strongest[["indicator", "area", "signal", "distance", "q_value"]].reset_index(drop=True)
        return strongest.assign(**counts, firm=len(self.firm))
