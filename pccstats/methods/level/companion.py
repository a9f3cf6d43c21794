"""The companion of the limits: what adds up over months that are each within them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import special

from pccstats.methods.level.options import LevelOptions
from pccstats.methods.level.rules import PROCESS_SIGMAS, Standing
from pccstats.methods.level.segments import Segments, side_by_side

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
SLACK = 0.5  # k: what each score must exceed to add to a sum; half of the shift of one sigma that is sought
MOST_OF_ONE = PROCESS_SIGMAS  # a month counts for no more: one farther out is beyond the limits by itself
HEAD_START = 0.5  # of the bound: what the sums have in hand when the months that set no limits begin
WANTED = 0.03  # of steady series cross a bound in the twelve figures after their baseline
# The bound h by the figures that set the limits; tools/make_companion_table.py makes it.
REACH = {6: 11.21, 8: 9.90, 12: 9.28, 16: 8.96, 20: 8.48, 24: 8.24, 30: 8.07, 36: 7.82, 48: 7.63, 60: 7.53, 120: 7.21}
OVERSHOOT = 2.0  # beyond the bound nothing more is added, so that a level that comes back is soon seen to


@dataclass(frozen=True)
class Companion:
    """Sums of scores, series by months.

    Attributes
    ----------
    above, below : array
        What months above and below the centre line have added up to; 0 where they have not.
    bound : array
        Beyond it a sum is more than chance adds up.
    alarm : array of int
        1 where the sum above is beyond its bound in a month above the centre line, -1 where the one below is in a month
        below, 0 elsewhere.
    empty_spell : array of bool
        Months without a case, from the one on from which so many in a row are beyond chance, where cases are rare.
    """

    above: Array
    below: Array
    bound: Array
    alarm: NDArray[np.int8]
    empty_spell: Flags

    def beside(self, standing: Standing) -> Standing:
        """How the months lie, with what they add up to."""
        return replace(standing, alarm=self.alarm, empty_spell=self.empty_spell)

    @classmethod
    def of(cls, z: Array, log_none: Array, sets_limits: Flags, segments: Segments) -> Companion:
        """Add up each segment by itself, bound by how many months set its limits.

        Notes
        -----
        The cumulative sum above is max(0, sum before + score - 1/2), the one below the same of -score. A month with no
        figure leaves both as they are. With the first month after the baseline both begin at half their bound at least
        (Lucas and Crosier's fast initial response), for whether anything has changed since is what is asked, and asked
        soon. The bound is such that 3% of steady series cross it in the twelve months after their baseline, whatever
        its length.

        Where fewer than two cases a month are expected no month is too low by itself, and the sum is slow to see that
        there are no more: a spell of empty months counts from the month by which its chance, the product of theirs, is
        below that of a figure three sigma down. It is the question of a g chart, asked of months.

        References
        ----------
        Lucas JM, Crosier RB (1982). Fast initial response for CUSUM quality-control schemes. Technometrics 24: 199-205.
        Page ES (1954). Continuous inspection schemes. Biometrika 41: 100-115.
        Montgomery DC (2013). Introduction to Statistical Quality Control. 7th edition, section 9.1. Wiley.
        """
        parts = []
        for months in segments.months:
            score, in_baseline = z[:, months], sets_limits[:, months]
            bound = bound_of(in_baseline.sum(axis=1))
            above, below = added_up(score, bound, after_the_last(in_baseline))
            # A month on the other side of the centre line brings a sum down, and bears no mark of it.
            is_high, is_low = (above > bound[:, None]) & (score > 0), (below > bound[:, None]) & (score < 0)
            alarm = is_high.astype(np.int8) - is_low.astype(np.int8)
            spell = empty_spells(log_none[:, months])
            beyond = np.broadcast_to(bound[:, None], score.shape)
            parts.append(cls(above, below, beyond, alarm, spell))
        return side_by_side(parts)

    @classmethod
    def none(cls, shape: tuple[int, int]) -> Companion:
        """Of a chart without one."""
        nothing = np.full(shape, np.nan)
        return cls(nothing, nothing, nothing, np.zeros(shape, dtype=np.int8), np.zeros(shape, dtype=bool))


def add_up(
    standing: Standing, log_none: Array, sets_limits: Flags, segments: Segments, asked: LevelOptions
) -> Companion:
    """The companion that was asked for, or none.

    Parameters
    ----------
    standing : Standing
        Whose scores are added up.
    log_none : array
        The logarithm of the chance that a month has no case, where it has none and cases are rare; NaN elsewhere.
    sets_limits : array of bool
        Months that set the limits.
    """
    if not asked.has_companion:
        return Companion.none(standing.z.shape)
    return Companion.of(standing.z, log_none, sets_limits, segments)


def companion_words(sums: Companion, segments: Segments, period: str) -> str:
    """What was added up, and how often that finds something where there is nothing; nothing where there is none."""
    bounds = [float(sums.bound[0, months.start]) for months in segments.months]
    if np.isnan(bounds).any():
        return ""
    listed = " and ".join(f"{bound:.2f}" for bound in dict.fromkeys(bounds))
    return (
        f"Companion: cumulative sums of the scores of the {period}s, above and below (CUSUM, k = {SLACK}), from half "
        f"the bound after the baseline; bound {listed}: {100 * WANTED:.0f}% of steady series cross it in the twelve "
        f"{period}s after the baseline."
    )


def bound_of(baseline_months: NDArray[np.int64]) -> Array:
    """The bound for so many baseline figures; between those of the table it runs straight in one over their number.

    Examples
    --------
    >>> bound_of(np.array([12, 36, 1000])).tolist()
    [9.28, 7.82, 7.21]
    """
    shares, bounds = 1 / np.array(list(REACH)), np.array(list(REACH.values()))
    return np.asarray(np.interp(1 / np.maximum(baseline_months, 1), shares[::-1], bounds[::-1]))


def building_from(scores: Array, *, is_above: bool) -> int:
    """The place of the first score of what they add up to by the last: where a sum was last at nought (Page 1954).

    The head start is no part of it: it says nothing of when a change began.

    Examples
    --------
    >>> building_from(np.array([0.2, -1.0, 1.0, 0.4, 1.5]), is_above=True)
    2
    """
    steps = np.clip(scores if is_above else -scores, -MOST_OF_ONE, MOST_OF_ONE) - SLACK
    before = np.concatenate([[0.0], np.cumsum(np.nan_to_num(steps))])[:-1]
    return len(before) - 1 - int(before[::-1].argmin())


def after_the_last(sets_limits: Flags) -> NDArray[np.int64]:
    """The first month after those that set the limits, one a series.

    Examples
    --------
    >>> after_the_last(np.array([[False, True, False, True, False, False]])).tolist()
    [4]
    """
    return np.asarray(sets_limits.shape[1] - sets_limits[:, ::-1].argmax(axis=1))


def added_up(score: Array, bound: Array, head_start_at: NDArray[np.int64]) -> tuple[Array, Array]:
    """The sums above and below, month after month; bound and month of the head start are one a series.

    Examples
    --------
    >>> scores, never = np.array([[1.0, 2.0, -1.0, np.nan, 9.0]]), np.array([5])
    >>> above, below = added_up(scores, np.array([5.0]), never)
    >>> above.tolist(), below.tolist()
    ([[0.5, 2.0, 0.5, 0.5, 3.0]], [[0.0, 0.0, 0.5, 0.5, 0.0]])
    >>> above, below = added_up(scores, np.array([5.0]), np.array([2]))
    >>> above.tolist(), below.tolist()
    ([[0.5, 2.0, 1.0, 1.0, 3.5]], [[0.0, 0.0, 3.0, 3.0, 0.0]])
    """
    counts = np.clip(score, -MOST_OF_ONE, MOST_OF_ONE)
    most = bound + OVERSHOOT
    sums = []
    for side in (1.0, -1.0):
        steps = np.ascontiguousarray(np.where(np.isnan(counts), 0.0, side * counts - SLACK).T)
        sum_, held = np.empty_like(steps), np.zeros(len(most))
        for month, step in enumerate(steps):
            held = np.where(head_start_at == month, np.maximum(held, HEAD_START * bound), held)
            held = np.minimum(np.maximum(held + step, 0.0), most, out=sum_[month])
        sums.append(sum_.T)
    return sums[0], sums[1]


def empty_spells(log_none: Array) -> Flags:
    """Months of a spell without a case, from the one on by which it is beyond chance.

    Parameters
    ----------
    log_none : array
        The logarithm of each month's chance to have no case, where it has none and cases are rare; NaN elsewhere.

    Examples
    --------
    >>> empty_spells(np.array([[-2.0, np.nan, -2.0, -2.0, -2.0, -2.0]])).tolist()
    [[False, False, False, False, False, True]]
    """
    is_empty = ~np.isnan(log_none)
    total = np.where(is_empty, log_none, 0.0).cumsum(axis=1)
    before = np.maximum.accumulate(np.where(is_empty, -np.inf, -total), axis=1)
    so_far = total + np.where(np.isfinite(before), before, 0.0)
    return np.asarray(is_empty & (so_far < special.log_ndtr(-PROCESS_SIGMAS)))
