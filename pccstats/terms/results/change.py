"""Answers about two windows: the change, how it hangs on the baseline, how many of many stand."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from pccstats.terms.periods import Window
from pccstats.terms.plan import Event
from pccstats.terms.results.base import About, AnswerAboutSeries, Result
from pccstats.terms.words import NOT_ATTRIBUTABLE, Judgement, Polarity, Signal, State, Strength, Unmoved

NONE = math.nan


@dataclass(frozen=True)
class Windows:
    """The two windows of a comparison, the baseline and the latest."""

    baseline: Window
    latest: Window

    @property
    def are_of_one_length(self) -> bool:
        """True where both have as many months."""
        return self.baseline.month_count == self.latest.month_count

    @property
    def shared_months(self) -> int:
        """How many months lie in both."""
        return self.baseline.shared_months(self.latest)

    @property
    def shared(self) -> Window | None:
        """The months that lie in both; None where there are none."""
        if not self.shared_months:
            return None
        return Window(max(self.baseline.first, self.latest.first), min(self.baseline.last, self.latest.last))

    @property
    def unshared(self) -> Windows | None:
        """What each has for itself where they overlap and the baseline is the earlier; None where they do not.

        Examples
        --------
        >>> alone = Windows(Window.read("2021/22"), Window.ending("2022-09")).unshared
        >>> alone.baseline.by_its_months, alone.latest.by_its_months
        ('April to September 2021', 'April to September 2022')
        """
        before, after = self.baseline, self.latest
        if not self.shared_months or before.first >= after.first or before.last >= after.last:
            return None
        return Windows(Window(before.first, after.first - 1), Window(before.last + 1, after.last))

    @property
    def by_their_months(self) -> str:
        """`April to September 2022 against April to September 2021`."""
        return f"{self.latest.by_its_months} against {self.baseline.by_its_months}"

    @property
    def part_not_shared(self) -> float:
        """The part of a window that the other does not have: the variance of their difference shrinks to it.

        Examples
        --------
        >>> Windows(Window.ending("2015-03"), Window.ending("2015-06")).part_not_shared
        0.25
        """
        return 1 - self.shared_months / self.latest.month_count


@dataclass(frozen=True)
class Limits:
    """How far down and how far up a change may truly be; empty where it was not tested, infinite where nothing ends it.

    Examples
    --------
    >>> Limits(-10.1, 15.7).side, Limits(1.8, 9.9).side, Limits().side
    (<Signal.NONE: 'none'>, <Signal.ABOVE: 'above'>, <Signal.NONE: 'none'>)
    """

    low: float = NONE
    high: float = NONE

    @property
    def side(self) -> Signal:
        """On which side of no change they both lie."""
        if self.low > 0:
            return Signal.ABOVE
        return Signal.BELOW if self.high < 0 else Signal.NONE

    def times(self, factor: float) -> Limits:
        """The same in another unit, so many times as large.

        Examples
        --------
        >>> Limits(-10.0, 15.0).times(39.35)
        Limits(low=-393.5, high=590.25)
        """
        return Limits(self.low * factor, self.high * factor)


@dataclass(frozen=True)
class Amount:
    """Two figures and how far apart they are.

    Attributes
    ----------
    baseline, latest : float
        The figures readers see: count, rate or per cent. A baseline of another length is scaled to the latest's.
    per_cent : Limits
        Of the change in per cent of the baseline.
    points : Limits
        Of the change of a share, in percentage points.

    Examples
    --------
    >>> burglary = Amount(3935, 4013)
    >>> burglary.change, round(burglary.change_pct, 1)
    (78, 2.0)
    """

    baseline: float
    latest: float
    per_cent: Limits = Limits()
    points: Limits = Limits()

    @property
    def change(self) -> float:
        """Latest less baseline; of shares in percentage points."""
        return self.latest - self.baseline

    @property
    def change_pct(self) -> float:
        """The same relative to the baseline, in per cent; empty where the baseline is nought."""
        return 100 * self.change / self.baseline if self.baseline > 0 else NONE


@dataclass(frozen=True)
class ChangeTest:
    """How a change was tested, and what came of it; empty but for the confidence where it was not.

    Attributes
    ----------
    confidence : float
        Of the intervals; a change is called one where p is below 1 - confidence.
    name : str
        The test and its interval, in words.
    p_value : float
        Chance of such a change, or a larger one, where nothing had changed.
    dispersion, dispersion_basis : float, str
        How many times more than chance the counts were taken to vary, and on what ground.
    degrees_of_freedom : float
        Of Student's t, by which p and interval were found; infinite where it was the normal.
    dispersion_to_overturn : float
        How many times would undo the finding, by the t of the test; below 1 not even chance alone would call it a
        change.
    p_value_poisson : float
        Beside, for counts: p were they to vary by chance alone.
    is_assumed : bool
        True where the dispersion is one that nobody estimated of these figures.
    is_of_its_own : bool
        True where the dispersion was estimated from figures of this very count: then it is known how much it usually
        moves. Not of one assumed, asked for or taken from a whole that it is a part of.
    respondents_needed : float
        Respondents in each of two equal surveys that would tell per cents so far apart from each other; of printed per
        cents, whatever was rounded off.
    """

    confidence: float
    name: str = ""
    p_value: float = NONE
    dispersion: float = NONE
    dispersion_basis: str = ""
    dispersion_to_overturn: float = NONE
    p_value_poisson: float = NONE
    is_assumed: bool = False
    is_of_its_own: bool = False
    respondents_needed: float = NONE
    degrees_of_freedom: float = math.inf


@dataclass(frozen=True)
class Change(AnswerAboutSeries, presented_by="change"):
    """Two windows of one indicator compared.

    Attributes
    ----------
    points : pandas.DataFrame
        One row a window: `window`, `first_month`, `last_month`, `numerator`, `denominator`, `value`, `lower`, `upper`.
    windows : Windows
        The baseline and the latest window.
    amount : Amount
        Both figures, and the change with its limits.
    test : ChangeTest
        The test, its p, and what would overturn it.
    unshared : Amount or None
        Where the windows overlap: the counts of the months they do not share (`windows.unshared`), as they were tested.
        None of windows apart, of anything but counts, and where the shared months cannot be taken out.
    direction : Signal
        What the test found, with no opinion: `above`, `below` or `none`.
    state : State
        The same read with the indicator's polarity: `higher_or_lower` where the indicator has no better or worse (a
        neutral polarity) and a change was found. `verdict` then says which. Where the same people moved, `verdict`
        says which way and that it is not attributable, and never better or worse.
    reason : str
        Why the state is not `better`, `worse` or `no evidence of change`, where it is not.
    breaks : tuple of Event
        Events between the windows, or in them, that break comparability.
    cautions : tuple of str
        What a reader must know with the figures, a sentence each.
    same_people : bool
        True where the same people are counted before and after.

    Notes
    -----
    `baseline`, `latest`, `change`, `change_pct`, `p_value`, `confidence`, `baseline_window` and `latest_window` can be
    asked of the answer itself.
    """

    points: pd.DataFrame
    method: str
    about: About
    windows: Windows
    amount: Amount
    test: ChangeTest
    direction: Signal = Signal.NONE
    state: State = State.INSUFFICIENT_DATA
    reason: str = ""
    breaks: tuple[Event, ...] = ()
    cautions: tuple[str, ...] = ()
    same_people: bool = False
    unshared: Amount | None = None

    @property
    def verdict(self) -> str:
        """The finding as readers see it.

        `better`, `worse`; `higher`, `lower` where neither is better, and `lower, not attributable` of the same people;
        `no more than it usually moves` or `no evidence of change` (`Unmoved`); else why there is no answer.
        """
        if self.unmoved is not None:
            return self.unmoved.in_words
        if self.is_of_a_cohort_that_moved:
            return f"{self.judge(self.direction)}, {NOT_ATTRIBUTABLE}"
        return str(self.judge(self.direction)) if self.is_neutral_change else self.state.in_words

    @property
    def unmoved(self) -> Unmoved | None:
        """What a change that is none is called, by what was tested; None of any other answer."""
        if self.state is not State.NO_EVIDENCE_OF_CHANGE:
            return None
        return Unmoved.of(self.kind, knows_variation=self.test.is_of_its_own)

    def judge(self, direction: Signal) -> Judgement:
        """What a change that way would be called; of the same people neither way is better or worse."""
        return (Polarity.NEUTRAL if self.same_people else self.polarity).judge(direction)

    @property
    def shown_as(self) -> State:
        """The state whose colour and shape it has: of the same people who moved, that of a change without opinion."""
        return State.HIGHER_OR_LOWER if self.is_of_a_cohort_that_moved else self.state

    @property
    def is_of_a_cohort_that_moved(self) -> bool:
        """True where a change was found among the same people: it says nothing of what was done."""
        return self.same_people and self.state.is_answer and self.direction is not Signal.NONE

    def answers_as(self, other: Change) -> bool:
        """True where both have one answer, whatever each is called."""
        return self.state is other.state and self.direction is other.direction

    @property
    def is_neutral_change(self) -> bool:
        """True where a change was found that is neither better nor worse."""
        return self.state is State.HIGHER_OR_LOWER

    @property
    def baseline(self) -> float:
        return self.amount.baseline

    @property
    def latest(self) -> float:
        return self.amount.latest

    @property
    def change(self) -> float:
        return self.amount.change

    @property
    def change_pct(self) -> float:
        return self.amount.change_pct

    @property
    def p_value(self) -> float:
        return self.test.p_value

    @property
    def confidence(self) -> float:
        return self.test.confidence

    @property
    def baseline_window(self) -> Window:
        return self.windows.baseline

    @property
    def latest_window(self) -> Window:
        return self.windows.latest

    def summary(self) -> pd.DataFrame:
        """The change in one row.

        `baseline, latest, change, change_pct, change_pct_low, change_pct_high, p_value, state`, then
        `change_points, change_points_low, change_points_high, numerator_baseline, numerator_latest, n_baseline,
        n_latest, dispersion, dispersion_to_overturn, p_value_poisson, respondents_needed`. `state` is a state of
        `pccstats.terms.words.State`, or `higher` or `lower` where neither is better.
        """
        amount, test = self.amount, self.test
        before, after = self.points.iloc[0], self.points.iloc[1]
        row = {
            "baseline": amount.baseline,
            "latest": amount.latest,
            "change": amount.change,
            "change_pct": amount.change_pct,
            "change_pct_low": amount.per_cent.low,
            "change_pct_high": amount.per_cent.high,
            "p_value": test.p_value,
            "state": str(self.polarity.judge(self.direction)) if self.is_neutral_change else self.state.value,
            "change_points": amount.change if self.kind.is_proportion else NONE,
            "change_points_low": amount.points.low,
            "change_points_high": amount.points.high,
            "numerator_baseline": before["numerator"],
            "numerator_latest": after["numerator"],
            "n_baseline": before["denominator"],
            "n_latest": after["denominator"],
            "dispersion": test.dispersion,
            "dispersion_to_overturn": test.dispersion_to_overturn,
            "p_value_poisson": test.p_value_poisson,
            "respondents_needed": test.respondents_needed,
        }
        return pd.DataFrame([row])


@dataclass(frozen=True)
class BaselineSensitivity(AnswerAboutSeries, presented_by="change"):
    """One latest window against several baselines.

    Attributes
    ----------
    points : pandas.DataFrame
        One row a baseline: `since`, then the columns of `Change.summary()`.
    changes : tuple of Change
        The comparisons themselves, in the same order.
    strength : Strength
        How much the first of them will bear where it is the verdict of a review, read with those of other indicators.
    """

    points: pd.DataFrame
    method: str
    about: About
    changes: tuple[Change, ...]
    strength: Strength = Strength.FIRM

    @property
    def strengths(self) -> tuple[Strength, ...]:
        """How much each comparison will bear, in the same order: the first as its review says, the others alone."""
        return (self.strength, *(Strength.FIRM for _ in self.changes[1:]))

    @property
    def tested(self) -> tuple[Change, ...]:
        """The comparisons that could be tested."""
        return tuple(change for change in self.changes if pd.notna(change.p_value))

    @property
    def is_same_verdict(self) -> bool | None:
        """True where every baseline that could be tested gives one verdict; None where fewer than two could."""
        first, *others = self.tested or (None,)
        return all(first.answers_as(other) for other in others) if first is not None and others else None

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
    left_out : tuple of str
        What is found besides and is not read together with these, in words.
    """

    points: pd.DataFrame
    method: str
    level: float
    tests: int
    flags: int
    flags_kept: int
    expected_false_flags: float
    not_tested: int = 0
    left_out: tuple[str, ...] = ()

    @property
    def not_kept(self) -> pd.DataFrame:
        """The flags that do not stand when all are read together: p below the level and q not."""
        return self.points[(self.points["p_value"] < self.level) & ~(self.points["q_value"] < self.level)]

    def summary(self) -> pd.DataFrame:
        """Tests, those not tested, flags, expected false flags and flags kept, in one row."""
        names = ("tests", "not_tested", "level", "flags", "expected_false_flags", "flags_kept")
        return pd.DataFrame([{name: getattr(self, name) for name in names}])
