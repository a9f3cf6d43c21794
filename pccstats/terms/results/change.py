"""Answers about two windows: the change, how it hangs on the baseline, how many of many stand."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from pccstats.terms.periods import Window
from pccstats.terms.plan import Event
from pccstats.terms.results.base import Result
from pccstats.terms.words import Kind, Polarity, Signal, State

NONE = math.nan


@dataclass(frozen=True)
class Change(Result, presented_by="change"):
    """Two windows of one indicator compared.

    Attributes
    ----------
    points : pandas.DataFrame
        One row a window: `window`, `first_month`, `last_month`, `numerator`, `denominator`, `value`, `lower`, `upper`.
    baseline, latest : float
        The figures readers see: count, rate or per cent. A baseline of another length is scaled to the latest's.
    change : float
        Latest less baseline; for shares in percentage points, with `points_low` and `points_high`.
    change_pct, change_pct_low, change_pct_high : float
        The same relative to the baseline, in per cent.
    p_value : float
        Chance of such a change, or a larger one, where nothing had changed.
    direction : Signal
        What the test found, with no opinion: `above`, `below` or `none`.
    state : State or None
        The same read with the indicator's polarity. None where the indicator has no better or worse (a neutral
        polarity) and a change was found: `verdict` then says `higher` or `lower`.
    reason : str
        Why the state is not `better`, `worse` or `no evidence of change`, where it is not.
    dispersion, dispersion_basis : float, str
        How many times more than chance the counts were taken to vary, and on what ground.
    dispersion_to_overturn : float
        How many times would undo the finding; below 1 not even chance alone would call it a change.
    p_value_poisson : float
        Beside, for counts: p were they to vary by chance alone.
    respondents_needed : float
        Respondents in each of two equal surveys that would tell per cents so far apart from each other.
    breaks : tuple of Event
        Events between the windows, or in them, that break comparability.
    cautions : tuple of str
        What a reader must know with the figures, a sentence each.
    same_people : bool
        True where the same people are counted before and after.
    """

    points: pd.DataFrame
    method: str
    title: str
    unit: str
    kind: Kind
    polarity: Polarity
    baseline_window: Window
    latest_window: Window
    confidence: float
    baseline: float = NONE
    latest: float = NONE
    change: float = NONE
    change_pct: float = NONE
    change_pct_low: float = NONE
    change_pct_high: float = NONE
    points_low: float = NONE
    points_high: float = NONE
    p_value: float = NONE
    direction: Signal = Signal.NONE
    state: State | None = State.INSUFFICIENT_DATA
    reason: str = ""
    dispersion: float = NONE
    dispersion_basis: str = ""
    dispersion_to_overturn: float = NONE
    p_value_poisson: float = NONE
    respondents_needed: float = NONE
    breaks: tuple[Event, ...] = ()
    cautions: tuple[str, ...] = ()
    same_people: bool = False
    area: str = ""
    key: str = ""
    is_illustrative: bool = False
    sources: tuple[str, ...] = ()

    @property
    def verdict(self) -> str:
        """The finding as readers see it: a state in words, or `higher` and `lower` where neither is better."""
        if self.state is not None:
            return self.state.in_words
        return "higher" if self.direction is Signal.ABOVE else "lower"

    @property
    def change_points(self) -> float:
        """The change of a share in percentage points; empty for anything else."""
        return self.change if self.kind.is_proportion else NONE

    def summary(self) -> pd.DataFrame:
        """The change in one row.

        `baseline, latest, change, change_pct, change_pct_low, change_pct_high, p_value, state`, then
        `change_points, change_points_low, change_points_high, numerator_baseline, numerator_latest, n_baseline,
        n_latest, dispersion, dispersion_to_overturn, p_value_poisson, respondents_needed`. `state` is a state of
        `pccstats.terms.words.State`, or `higher` or `lower` where neither is better.
        """
        before, after = self.points.iloc[0], self.points.iloc[1]
        return pd.DataFrame(
            {
                "baseline": [self.baseline],
                "latest": [self.latest],
                "change": [self.change],
                "change_pct": [self.change_pct],
                "change_pct_low": [self.change_pct_low],
                "change_pct_high": [self.change_pct_high],
                "p_value": [self.p_value],
                "state": [self.verdict if self.state is None else self.state.value],
                "change_points": [self.change_points],
                "change_points_low": [self.points_low],
                "change_points_high": [self.points_high],
                "numerator_baseline": [before["numerator"]],
                "numerator_latest": [after["numerator"]],
                "n_baseline": [before["denominator"]],
                "n_latest": [after["denominator"]],
                "dispersion": [self.dispersion],
                "dispersion_to_overturn": [self.dispersion_to_overturn],
                "p_value_poisson": [self.p_value_poisson],
                "respondents_needed": [self.respondents_needed],
            }
        )


@dataclass(frozen=True)
class BaselineSensitivity(Result, presented_by="change"):
    """One latest window against several baselines.

    Attributes
    ----------
    points : pandas.DataFrame
        One row a baseline: `since`, then the columns of `Change.summary()`.
    changes : tuple of Change
        The comparisons themselves, in the same order.
    """

    points: pd.DataFrame
    method: str
    title: str
    changes: tuple[Change, ...]

    @property
    def tested(self) -> tuple[Change, ...]:
        """The comparisons that could be tested."""
        return tuple(change for change in self.changes if pd.notna(change.p_value))

    @property
    def is_same_verdict(self) -> bool | None:
        """True where every baseline that could be tested gives one verdict; None where fewer than two could."""
        verdicts = {change.verdict for change in self.tested}
        return len(verdicts) == 1 if len(self.tested) > 1 else None

    def summary(self) -> pd.DataFrame:
        """How many baselines, how many could be tested, and whether they agree, in one row."""
        return pd.DataFrame(
            {
                "baselines": [len(self.changes)],
                "tested": [len(self.tested)],
                "is_same_verdict": [self.is_same_verdict],
                "verdicts": ["; ".join(dict.fromkeys(change.verdict for change in self.changes))],
            }
        )


@dataclass(frozen=True)
class FalseDiscovery(Result, presented_by="change"):
    """Many tests read together.

    Attributes
    ----------
    points : pandas.DataFrame
        One row a test, in the order given: `name`, `p_value`, `q_value`; empty where there was no test.
    level : float
        The level the flags are raised at.
    tests, flags, flags_kept : int
        Tests made; p below the level; q below the level.
    expected_false_flags : float
        Flags to expect were nothing to have changed anywhere: tests times level.
    not_tested : int
        Those given without a p.
    """

    points: pd.DataFrame
    method: str
    level: float
    tests: int
    flags: int
    flags_kept: int
    expected_false_flags: float
    not_tested: int = 0

    def summary(self) -> pd.DataFrame:
        """Tests, those not tested, flags, expected false flags and flags kept, in one row."""
        names = ("tests", "not_tested", "level", "flags", "expected_false_flags", "flags_kept")
        return pd.DataFrame([{name: getattr(self, name) for name in names}])
