"""The rules that find a signal, and what a signal means for an indicator."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, partial

import numpy as np
import scipy
from numpy.typing import NDArray

from pccstats.methods.level.charts import PROCESS_SIGMAS, WARNING_SIGMAS
from pccstats.terms.errors import MethodProblem, Problem
from pccstats.terms.words import Assurance, Polarity, Signal, Variation

ROUNDING = 1 + 1e-10  # a month on a limit is within it, whatever the last digit says
RULE_SETS: Mapping[str, tuple[str, ...]] = {
    "mdc": ("outside_limits", "shift", "trend", "two_of_three"),
    "mdc_before_2023": ("outside_limits", "shift", "trend", "two_of_three_between"),
    "western_electric": ("outside_limits", "two_of_three_any", "four_of_five", "shift_8"),
    "nelson": (
        "outside_limits",
        "shift_9",
        "trend_6",
        "alternating",
        "two_of_three_any",
        "four_of_five",
        "within_one_sigma",
        "beyond_one_sigma",
    ),
    "anhoej": ("long_run", "few_crossings"),
}
RULE_SET_WORDS: Mapping[str, str] = {
    "mdc": "Making Data Count, as since November 2023",
    "mdc_before_2023": "Making Data Count, as before November 2023",
    "western_electric": "Western Electric 1956",
    "nelson": "Nelson 1984",
    "anhoej": "Anhøj 2014",
}
Flags = NDArray[np.bool_]
Sides = NDArray[np.int8]
VARIATION: Mapping[tuple[Polarity, Signal], Variation] = {
    (Polarity.LOWER_IS_BETTER, Signal.ABOVE): Variation.CONCERN,
    (Polarity.LOWER_IS_BETTER, Signal.BELOW): Variation.IMPROVEMENT,
    (Polarity.LOWER_IS_BETTER, Signal.NONE): Variation.COMMON_CAUSE,
    (Polarity.HIGHER_IS_BETTER, Signal.ABOVE): Variation.IMPROVEMENT,
    (Polarity.HIGHER_IS_BETTER, Signal.BELOW): Variation.CONCERN,
    (Polarity.HIGHER_IS_BETTER, Signal.NONE): Variation.COMMON_CAUSE,
    (Polarity.NEUTRAL, Signal.ABOVE): Variation.HIGH,
    (Polarity.NEUTRAL, Signal.BELOW): Variation.LOW,
    (Polarity.NEUTRAL, Signal.NONE): Variation.COMMON_CAUSE,
}
_ASSURANCE: Mapping[tuple[Polarity, str], Assurance] = {
    (Polarity.HIGHER_IS_BETTER, "target below the band"): Assurance.CONSISTENTLY_MET,
    (Polarity.HIGHER_IS_BETTER, "target above the band"): Assurance.CONSISTENTLY_MISSED,
    (Polarity.LOWER_IS_BETTER, "target below the band"): Assurance.CONSISTENTLY_MISSED,
    (Polarity.LOWER_IS_BETTER, "target above the band"): Assurance.CONSISTENTLY_MET,
}


@dataclass(frozen=True)
class Standing:
    """How the months of one segment lie to their centre line; the last axis is time.

    Attributes
    ----------
    z : array
        Distance from the centre in sigma; NaN where there is no figure to judge.
    side : array of int
        1 above the centre line, -1 below it, 0 on it or with no figure.
    level : array
        The figures themselves, with exposure and season taken out: what a trend is a trend of.
    """

    z: NDArray[np.float64]
    side: NDArray[np.int8]
    level: NDArray[np.float64]

    @property
    def known(self) -> Flags:
        return ~np.isnan(self.z)


Directions = tuple[Flags, Flags]


Finder = Callable[[Standing], Directions]


@dataclass(frozen=True)
class Rule:
    """A rule by name.

    Attributes
    ----------
    words : str
        What it looks for, as the method line says it.
    needs_limits : bool
        False where the centre line is enough.
    """

    name: str
    words: str
    find: Finder
    needs_limits: bool = True


def _outside_limits(standing: Standing) -> Directions:
    bound = PROCESS_SIGMAS * ROUNDING
    return standing.z > bound, standing.z < -bound


def _shift(standing: Standing, *, length: int) -> Directions:
    return in_runs(standing.side > 0, length), in_runs(standing.side < 0, length)


def _trend(standing: Standing, *, length: int) -> Directions:
    """`length` months in a row, each higher (lower) than the one before: one step fewer than months."""
    steps = np.diff(np.where(standing.known, standing.level, np.nan), axis=-1)
    return _with_first_month(in_runs(steps > 0, length - 1)), _with_first_month(in_runs(steps < 0, length - 1))


def _with_first_month(steps: Flags) -> Flags:
    """From steps between months to the months they join."""
    months = np.zeros((*steps.shape[:-1], steps.shape[-1] + 1), dtype=bool)
    months[..., 1:] |= steps
    months[..., :-1] |= steps
    return months


def _two_of_three(standing: Standing) -> Directions:
    """All three on one side, at least two beyond the warning limit, those beyond the process limit included."""
    bound = WARNING_SIGMAS * ROUNDING
    above = in_windows_all(standing.z > bound, standing.side > 0, 2, 3)
    return above, in_windows_all(standing.z < -bound, standing.side < 0, 2, 3)


def _two_of_three_between(standing: Standing) -> Directions:
    """The same, counting only months between the warning and the process limit."""
    inner, outer = WARNING_SIGMAS * ROUNDING, PROCESS_SIGMAS * ROUNDING
    z = standing.z
    above = in_windows_all((z > inner) & (z <= outer), standing.side > 0, 2, 3)
    return above, in_windows_all((z < -inner) & (z >= -outer), standing.side < 0, 2, 3)


def _some_beyond(standing: Standing, *, sigmas: float, at_least: int, length: int) -> Directions:
    bound = sigmas * ROUNDING
    return in_windows(standing.z > bound, at_least, length), in_windows(standing.z < -bound, at_least, length)


def _within_one_sigma(standing: Standing) -> Directions:
    found = in_runs(np.abs(standing.z) < 1, 15)
    return found, found


def _beyond_one_sigma(standing: Standing) -> Directions:
    found = in_runs(np.abs(standing.z) > ROUNDING, 8)
    return found, found


def _alternating(standing: Standing) -> Directions:
    if standing.z.shape[-1] < 14:
        return np.zeros(standing.z.shape, dtype=bool), np.zeros(standing.z.shape, dtype=bool)
    steps = np.sign(np.diff(np.where(standing.known, standing.level, np.nan), axis=-1))
    turns = steps[..., 1:] * steps[..., :-1] < 0  # 14 months have 13 steps and 12 turns between them
    found = _with_first_month(_with_first_month(in_runs(turns, 12)))
    return found, found


def _long_run(standing: Standing) -> Directions:
    found = long_runs(standing.side, standing.known)
    return found & (standing.side > 0), found & (standing.side < 0)


def _few_crossings(standing: Standing) -> Directions:
    found = few_crossings(standing.side, standing.known)
    return found & (standing.side > 0), found & (standing.side < 0)


def _shift_rule(name: str, length: int) -> Rule:
    words = f"{length} or more in a row on one side of the centre line"
    return Rule(name, words, partial(_shift, length=length), needs_limits=False)


def _trend_rule(name: str, length: int) -> Rule:
    words = f"{length} or more in a row each higher, or each lower, than the last"
    return Rule(name, words, partial(_trend, length=length), needs_limits=False)


# In order of precedence: where two rules disagree on direction, the position of a month goes before its drift.
RULES: Mapping[str, Rule] = {
    rule.name: rule
    for rule in (
        Rule("outside_limits", "a month outside the process limits", _outside_limits),
        Rule(
            "two_of_three",
            "two of three in a row beyond one warning limit, all three on that side of the centre line",
            _two_of_three,
        ),
        Rule(
            "two_of_three_between",
            "two of three in a row between one warning limit and its process limit, all three on that side",
            _two_of_three_between,
        ),
        Rule(
            "two_of_three_any",
            "two of three in a row more than two sigma out on one side",
            partial(_some_beyond, sigmas=WARNING_SIGMAS, at_least=2, length=3),
        ),
        Rule(
            "four_of_five",
            "four of five in a row more than one sigma out on one side",
            partial(_some_beyond, sigmas=1.0, at_least=4, length=5),
        ),
        _shift_rule("shift", 7),
        *(_shift_rule(f"shift_{length}", length) for length in (6, 8, 9)),
        Rule("long_run", "a run on one side longer than chance explains (Anhøj)", _long_run, needs_limits=False),
        Rule(
            "few_crossings",
            "the centre line crossed more seldom than chance explains (Anhøj)",
            _few_crossings,
            needs_limits=False,
        ),
        _trend_rule("trend", 7),
        *(_trend_rule(f"trend_{length}", length) for length in (5, 6, 8)),
        Rule("alternating", "14 in a row turning up and down by turns", _alternating, needs_limits=False),
        Rule("within_one_sigma", "15 in a row within one sigma of the centre line", _within_one_sigma),
        Rule("beyond_one_sigma", "eight in a row more than one sigma out, on either side", _beyond_one_sigma),
    )
}


def rules_named(rules: str | Iterable[str]) -> tuple[Rule, ...]:
    """The rules of a set, or those named one by one; unknown names are refused with the known ones.

    Examples
    --------
    >>> [rule.name for rule in rules_named("mdc")]
    ['outside_limits', 'shift', 'trend', 'two_of_three']
    >>> [rule.name for rule in rules_named(("outside_limits", "shift_8"))]
    ['outside_limits', 'shift_8']
    """
    if isinstance(rules, str):
        names = RULE_SETS.get(rules, (rules,))
    else:
        names = tuple(dict.fromkeys(rules))
    unknown = [name for name in names if name not in RULES]
    if unknown or not names:
        known = f"The sets are {', '.join(RULE_SETS)}; the rules are {', '.join(RULES)}."
        raise MethodProblem(
            [Problem("There is no rule of this name.", value=str(name), next_step=known) for name in unknown]
            or [Problem("No rule was named.", next_step=known)]
        )
    return tuple(RULES[name] for name in names)


def find_signals(standing: Standing, rules: tuple[Rule, ...]) -> tuple[dict[str, Flags], NDArray[np.int8]]:
    """Each rule's months, and the direction of the signal in each month: 1 above, -1 below, 0 none."""
    found = {rule.name: rule.find(standing) for rule in rules}
    direction = np.zeros(standing.z.shape, dtype=np.int8)
    for name in RULES:
        if name in found:
            above, below = found[name]
            says = above.astype(np.int8) - below.astype(np.int8)
            direction = np.where(direction == 0, says, direction)
    return {name: above | below for name, (above, below) in found.items()}, direction


def in_runs(flags: Flags, length: int) -> Flags:
    """Months that stand in a run of at least so many flagged months in a row.

    Examples
    --------
    >>> in_runs(np.array([True, True, False, True]), 2).tolist()
    [True, True, False, False]
    """
    return _every_month_of(_windows(flags, length, length), length, flags.shape)


def in_windows(flags: Flags, at_least: int, length: int) -> Flags:
    """Flagged months that share a window of so many months with enough others.

    Examples
    --------
    >>> in_windows(np.array([True, False, True, False]), 2, 3).tolist()
    [True, False, True, False]
    """
    return flags & _every_month_of(_windows(flags, at_least, length), length, flags.shape)


def in_windows_all(flags: Flags, every: Flags, at_least: int, length: int) -> Flags:
    """The same, where besides each month of the window must hold to something else.

    Examples
    --------
    >>> on_one_side = np.array([True, True, True, False])
    >>> in_windows_all(np.array([True, False, True, False]), on_one_side, 2, 3).tolist()
    [True, False, True, False]
    """
    complete = _windows(flags, at_least, length) & _windows(every, length, length)
    return flags & _every_month_of(complete, length, flags.shape)


def _windows(flags: Flags, at_least: int, length: int) -> Flags:
    """For each window, whether enough of its months are flagged."""
    width = max(flags.shape[-1] - length + 1, 0)
    count = np.zeros((*flags.shape[:-1], width), dtype=np.int8)
    for step in range(length if width else 0):
        count += flags[..., step : step + width]
    return count >= at_least


def _every_month_of(complete: Flags, length: int, shape: tuple[int, ...]) -> Flags:
    marked = np.zeros(shape, dtype=bool)
    width = complete.shape[-1]
    for step in range(length if width else 0):
        marked[..., step : step + width] |= complete
    return marked


@cache
def longest_run_expected(useful: int) -> int:
    """The longest run that chance explains among so many useful months (those not on the line).

    Examples
    --------
    >>> longest_run_expected(36)
    8
    """
    return round(np.log2(useful)) + 3 if useful > 0 else 0


@cache
def fewest_crossings_expected(pairs: int) -> int:
    """The fewest crossings that chance explains among so many pairs of neighbours.

    Examples
    --------
    >>> fewest_crossings_expected(35)
    13
    """
    return int(scipy.stats.binom.ppf(0.05, pairs, 0.5)) if pairs > 0 else 0


def long_runs(side: Sides, known: Flags) -> Flags:
    """Months in a run on one side that is longer than chance explains.

    Parameters
    ----------
    side : array of int
        1 above the centre line, -1 below, 0 on it or with no figure; the last axis is time.
    known : array of bool
        False where there is no figure. A gap ends a run; a month on the line neither adds to a run nor ends it.

    References
    ----------
    Anhøj J, Olesen AV (2014). Run charts revisited. PLoS ONE 9: e113825.
    """
    lengths = _run_lengths(side, known)
    useful = (side != 0).sum(axis=-1)
    most = _looked_up(longest_run_expected, useful)
    marked = np.zeros(side.shape, dtype=bool)
    carried = np.zeros(useful.shape, dtype=bool)
    for month in reversed(range(side.shape[-1])):
        at_end = lengths[..., month] > most
        started_here = lengths[..., month] == 1
        carried = (carried | at_end) & known[..., month]
        marked[..., month] = carried & (side[..., month] != 0)
        carried = carried & ~(started_here & (side[..., month] != 0))
    return marked


def few_crossings(side: Sides, known: Flags) -> Flags:
    """Every month not on the line, where the line is crossed more seldom than chance explains."""
    before = np.zeros(side.shape[:-1], dtype=np.int8)
    crossings = np.zeros(side.shape[:-1], dtype=np.int64)
    pairs = np.zeros(side.shape[:-1], dtype=np.int64)
    for month in range(side.shape[-1]):
        here = side[..., month]
        neighbours = (here != 0) & (before != 0)
        pairs += neighbours
        crossings += neighbours & (here != before)
        before = np.where(known[..., month], np.where(here != 0, here, before), 0).astype(np.int8)
    too_few = crossings < _looked_up(fewest_crossings_expected, pairs)
    return np.asarray(too_few[..., None] & (side != 0))


def _run_lengths(side: Sides, known: Flags) -> NDArray[np.int64]:
    """How many useful months the run has had by each month."""
    lengths = np.zeros(side.shape, dtype=np.int64)
    run = np.zeros(side.shape[:-1], dtype=np.int64)
    before = np.zeros(side.shape[:-1], dtype=np.int8)
    for month in range(side.shape[-1]):
        here = side[..., month]
        run = np.where(here == 0, run, np.where(here == before, run + 1, 1))
        run = np.where(known[..., month], run, 0)
        before = np.where(known[..., month], np.where(here != 0, here, before), 0).astype(np.int8)
        lengths[..., month] = run
    return lengths


def _looked_up(table: object, counts: NDArray[np.int64]) -> NDArray[np.int64]:
    values = np.array([table(n) for n in range(int(counts.max(initial=0)) + 1)])  # type: ignore[operator]
    return np.asarray(values[counts], dtype=np.int64)


def variation_of(signal: Signal | str, polarity: Polarity) -> Variation:
    """A signal read with the polarity.

    Examples
    --------
    >>> variation_of("above", Polarity.LOWER_IS_BETTER)
    <Variation.CONCERN: 'concern'>
    """
    return VARIATION[polarity, Signal(signal)]


def assurance_of(target: float | None, lower: float, upper: float, polarity: Polarity) -> Assurance | None:
    """Whether a process that stays as it is will meet its target month after month.

    A target on a limit is hit and miss, save where the band has no width: a process that is at 100% every month meets
    a target of 100%. There is no answer without a target, or where neither direction is better.

    Examples
    --------
    >>> assurance_of(75.0, 76.2, 84.1, Polarity.HIGHER_IS_BETTER)
    <Assurance.CONSISTENTLY_MET: 'consistently_met'>
    >>> assurance_of(100.0, 100.0, 100.0, Polarity.HIGHER_IS_BETTER)
    <Assurance.CONSISTENTLY_MET: 'consistently_met'>
    """
    if target is None or polarity is Polarity.NEUTRAL:
        return None
    if lower == upper == target:
        return Assurance.CONSISTENTLY_MET
    if target < lower:
        return _ASSURANCE[polarity, "target below the band"]
    if target > upper:
        return _ASSURANCE[polarity, "target above the band"]
    return Assurance.HIT_AND_MISS
