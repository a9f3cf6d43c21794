"""Answers about two quarters of one plan: what is new in this one since the one before."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import pandas as pd

from pccstats.terms.periods import Quarter
from pccstats.terms.plan import Indicator
from pccstats.terms.results.base import Result
from pccstats.terms.words import Signal, State, Strength, Worded


class Moved(Worded):
    """What may be new of an indicator, in the order in which readers are told."""

    VERDICT = "verdict", "changed verdict"
    SIGNAL = "signal", "new signal"
    SIGNAL_ENDED = "signal_ended", "ended signal"
    REVISED = "revised", "revised figure"
    ARRIVED = "arrived", "first figure"
    STALE = "stale", "stale figure"


@dataclass(frozen=True)
class Snapshot:
    """How an indicator stood in a quarter, as far as one quarter is set beside another.

    Attributes
    ----------
    quarter : Quarter
    state, strength : State, Strength
        Its verdict and how much it would bear; `verdict` is the state as readers see it.
    baseline, latest : float or None
        The two figures compared, with their windows; see `IndicatorReview`.
    is_up_to_date : bool
        True where the latest figure is one of its own that ends with the quarter.
    signal : str
        `above`, `below` or `none` against its expected level; empty where no month of the quarter has a figure.
    """

    quarter: Quarter
    state: State
    strength: Strength
    verdict: str
    baseline: float | None
    latest: float | None
    baseline_window: str
    latest_window: str
    is_up_to_date: bool
    signal: str

    @property
    def difference(self) -> float | None:
        """The latest figure less the baseline's, in the unit."""
        return None if self.baseline is None or self.latest is None else self.latest - self.baseline

    @property
    def bearing(self) -> Strength:
        """How much the verdict bears; firm also of a state that says why there is none."""
        return self.strength if self.state.is_answer else Strength.FIRM

    @property
    def has_signal(self) -> bool:
        """True where the expected level shows one."""
        return self.signal in (Signal.ABOVE, Signal.BELOW)


@dataclass(frozen=True)
class Revision:
    """The figure of one window, as known when the earlier pack was made and as known now."""

    window: str
    before: float
    now: float


@dataclass(frozen=True)
class Movement:
    """One thing that is new of one indicator.

    Attributes
    ----------
    kind : Moved
    indicator : Indicator
    before, now : Snapshot
        The earlier quarter as it was known then, and this one.
    revisions : tuple of Revision
        The figures compared in the earlier quarter that have been revised since; each window once.
    is_by_revision : bool
        True where the earlier quarter, asked again with the figures known today for the same windows, gives what this
        one gives: nothing but what was known has changed.
    """

    kind: Moved
    indicator: Indicator
    before: Snapshot
    now: Snapshot
    revisions: tuple[Revision, ...] = ()
    is_by_revision: bool = False


@dataclass(frozen=True)
class SinceLast(Result, presented_by="since"):
    """What is new in a quarter since the one before, indicator by indicator.

    Attributes
    ----------
    quarter : Quarter
        The earlier one; its pack, where there is one, lies in the folder `quarter.path_name`.
    compared : int
        How many indicators were set beside themselves.
    movements : tuple of Movement
        What is new, by kind in the order of `Moved`, then in the plan's; empty where nothing is.
    why_not : str
        Why nothing could be compared; empty where it was.
    """

    quarter: Quarter
    compared: int
    movements: tuple[Movement, ...]
    method: str
    why_not: str = ""

    @property
    def points(self) -> pd.DataFrame:  # type: ignore[override]
        """One row a movement: its kind and indicator; state, strength, figure and signal before and now."""
        rows = [
            {
                "kind": str(movement.kind),
                "indicator": movement.indicator.key,
                **{f"{name}_before": asdict(movement.before)[name] for name in _TOLD},
                **{f"{name}_now": asdict(movement.now)[name] for name in _TOLD},
                "is_by_revision": movement.is_by_revision,
            }
            for movement in self.movements
        ]
        told = [f"{name}_{when}" for when in ("before", "now") for name in _TOLD]
        return pd.DataFrame(rows, columns=["kind", "indicator", *told, "is_by_revision"])

    def of_kind(self, kind: Moved) -> tuple[Movement, ...]:
        """The movements of one kind."""
        return tuple(movement for movement in self.movements if movement.kind is kind)

    def summary(self) -> pd.DataFrame:
        """How many movements there are of each kind, in one row; every kind is listed, also at nought."""
        return pd.DataFrame([{str(kind): len(self.of_kind(kind)) for kind in Moved}])


_TOLD = ("state", "strength", "latest", "latest_window", "signal")
