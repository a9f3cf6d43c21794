"""The rules that find a signal: each declared once, with its words and how its months are found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache, partial

import numpy as np
import scipy
from numpy.typing import NDArray

from pccstats.terms.choices import listed
from pccstats.terms.errors import MethodProblem, Problem
from pccstats.terms.results.level import RuleWords, SpeaksOf

PROCESS_SIGMAS = 3.0  # from the centre line to the process limits (Shewhart 1931)
WARNING_SIGMAS = 2.0
ROUNDING = 1 + 1e-10  # a month on a limit is within it, whatever the last digit says
CUSUM = "cusum"  # the companion, and the rule that reads it
EMPTY_SPELL = "empty_spell"  # asked of cases, which may be none; not of shares
Flags = NDArray[np.bool_]
Sides = NDArray[np.int8]


@dataclass(frozen=True)
class Standing:
    """How the months of one or many series lie to their centre line; the last axis is time.

    Attributes
    ----------
    z : array
        Distance from the centre in sigma; NaN where there is no figure to judge.
    side : array of int
        1 above the centre line, -1 below it, 0 on it or with no figure.
    level : array
        The figures themselves, with exposure and season taken out: what a trend is a trend of.
    alarm : array of int or None
        1 or -1 where the companion's sum is beyond its bound and the month on that side, else 0; None where there is no
        companion.
    empty_spell : array of bool or None
        Months of a spell without a case that is beyond chance; None where there is no companion.
    """

    z: NDArray[np.float64]
    side: Sides
    level: NDArray[np.float64]
    alarm: Sides | None = None
    empty_spell: Flags | None = None

    @property
    def known(self) -> Flags:
        return ~np.isnan(self.z)

    def between(self, months: slice) -> Standing:
        """Some of the months."""
        return Standing(
            self.z[..., months],
            self.side[..., months],
            self.level[..., months],
            None if self.alarm is None else self.alarm[..., months],
            None if self.empty_spell is None else self.empty_spell[..., months],
        )


Directions = tuple[Flags, Flags]  # the months a rule finds above, and those it finds below
Finder = Callable[[Standing], Directions]


@dataclass(frozen=True, kw_only=True)
class Rule(RuleWords):
    """A rule: its words, and how its months are found.

    Attributes
    ----------
    find : callable
        A `Standing` to the months found above and those found below. A month found as both has no direction.
    needs_limits : bool
        False where the centre line is enough.
    needs_companion : bool
        True where it reads what the companion added up.
    find_now : callable, optional
        A `Standing` to the months by which something is found, which are the last of a run and not all of it. None for
        a rule that has to be asked month by month.

    Examples
    --------
    >>> far = Rule(
    ...     name="far_out",
    ...     looks_for="a month more than four sigma out",
    ...     when_found="more than four sigma {side}",
    ...     find=lambda standing: (standing.z > 4, standing.z < -4),
    ... )
    >>> far.said(is_above=True)
    'more than four sigma above'
    """

    find: Finder
    needs_limits: bool = True
    needs_companion: bool = False
    find_now: Finder | None = None

    @property
    def words(self) -> RuleWords:
        """Its words alone, which is all that an answer needs of it."""
        return RuleWords(**{field.name: getattr(self, field.name) for field in fields(RuleWords)})


@dataclass(frozen=True)
class RuleSet:
    """Rules that are asked for together; of a named set the words say whose it is."""

    rules: tuple[Rule, ...]
    name: str = ""
    words: str = ""

    def for_chart(self, *, has_limits: bool, has_companion: bool, counts_cases: bool) -> tuple[Rule, ...]:
        """The rules that apply: a chart without limits, or a companion, has no use for those that need them."""
        return tuple(
            rule
            for rule in self.rules
            if (has_limits or not rule.needs_limits)
            and (has_companion or not rule.needs_companion)
            and (counts_cases or rule.name != EMPTY_SPELL)
        )


@dataclass(frozen=True)
class Signals:
    """What rules found.

    Attributes
    ----------
    flags : dict of str to array of bool
        The months of each rule, all of a run among them.
    direction : array of int
        1 above, -1 below, 0 none.
    known : array of int
        The same as it could be known by each month: of the months up to it alone, by the limits as they are.
    """

    flags: dict[str, Flags]
    direction: Sides
    known: Sides


def find_signals(standing: Standing, rules: tuple[Rule, ...], segments: Sequence[slice] = (slice(None),)) -> Signals:
    """Find each rule's months, segment by segment, and the direction of the signal in each month.

    Where two rules disagree on direction, the position of a month goes before its drift, and an earlier rule of `RULES`
    before a later one.

    Examples
    --------
    >>> z = np.array([[0.5] * 8])
    >>> signals = find_signals(Standing(z, np.sign(z).astype(np.int8), z), rules_named("mdc").rules)
    >>> signals.direction.tolist(), signals.known.tolist()
    ([[1, 1, 1, 1, 1, 1, 1, 1]], [[0, 0, 0, 0, 0, 0, 1, 1]])
    """
    parts = [_found_within(standing.between(segment), rules) for segment in segments]
    if len(parts) == 1:
        return parts[0]
    flags = {rule.name: np.concatenate([part.flags[rule.name] for part in parts], axis=-1) for rule in rules}
    direction, known = (
        np.concatenate([getattr(part, name) for part in parts], axis=-1) for name in ("direction", "known")
    )
    return Signals(flags, direction, known)


def _found_within(standing: Standing, rules: tuple[Rule, ...]) -> Signals:
    found = {rule.name: rule.find(standing) for rule in rules}
    direction = _direction(found, rules, standing.z.shape)
    flags = {name: above | below for name, (above, below) in found.items()}
    if all(rule.find_now is rule.find for rule in rules):
        return Signals(flags, direction, direction)
    by_then = {rule.name: _found_by_then(standing, rule) for rule in rules}
    return Signals(flags, direction, _direction(by_then, rules, standing.z.shape))


def _direction(found: dict[str, Directions], rules: tuple[Rule, ...], shape: tuple[int, ...]) -> Sides:
    direction = np.zeros(shape, dtype=np.int8)
    for rule in sorted(rules, key=_precedence):
        above, below = found[rule.name]
        says = above.astype(np.int8) - below.astype(np.int8)
        direction = np.where(direction == 0, says, direction)
    return direction


def _found_by_then(standing: Standing, rule: Rule) -> Directions:
    """What a rule could find by each month; one that does not say is asked month by month."""
    if rule.find_now is not None:
        return rule.find_now(standing)
    months = range(standing.z.shape[-1])
    asked = [rule.find(standing.between(slice(0, month + 1))) for month in months]
    above, below = (np.stack([part[side][..., -1] for part in asked], axis=-1) for side in (0, 1))
    return above, below


def _precedence(rule: Rule) -> tuple[int, int]:
    names = list(RULES)
    return list(SpeaksOf).index(rule.speaks_of), names.index(rule.name) if rule.name in names else len(names)


def _outside_limits(standing: Standing) -> Directions:
    bound = PROCESS_SIGMAS * ROUNDING
    return standing.z > bound, standing.z < -bound


def _cusum(standing: Standing) -> Directions:
    alarm = np.zeros(standing.z.shape, np.int8) if standing.alarm is None else standing.alarm
    return alarm > 0, alarm < 0


def _empty_spell(standing: Standing) -> Directions:
    nothing = np.zeros(standing.z.shape, dtype=bool)
    return nothing, nothing if standing.empty_spell is None else standing.empty_spell


def _shift(standing: Standing, *, length: int, now: bool = False) -> Directions:
    return in_runs(standing.side > 0, length, now=now), in_runs(standing.side < 0, length, now=now)


def _trend(standing: Standing, *, length: int, now: bool = False) -> Directions:
    """`length` months in a row, each higher (lower) than the one before: one step fewer than months."""
    steps = np.diff(np.where(standing.known, standing.level, np.nan), axis=-1)
    rising, falling = (in_runs(way, length - 1, now=now) for way in (steps > 0, steps < 0))
    return _with_first_month(rising, now=now), _with_first_month(falling, now=now)


def _with_first_month(steps: Flags, *, now: bool = False) -> Flags:
    """From steps between months to the months they join, or those they lead to."""
    months = np.zeros((*steps.shape[:-1], steps.shape[-1] + 1), dtype=bool)
    months[..., 1:] |= steps
    if not now:
        months[..., :-1] |= steps
    return months


def _two_of_three(standing: Standing, *, now: bool = False) -> Directions:
    """All three on one side, at least two beyond the warning limit, those beyond the process limit included."""
    bound = WARNING_SIGMAS * ROUNDING
    above = in_windows_all(standing.z > bound, standing.side > 0, 2, 3, now=now)
    return above, in_windows_all(standing.z < -bound, standing.side < 0, 2, 3, now=now)


def _two_of_three_between(standing: Standing, *, now: bool = False) -> Directions:
    """The same, counting only months between the warning and the process limit."""
    inner, outer = WARNING_SIGMAS * ROUNDING, PROCESS_SIGMAS * ROUNDING
    z = standing.z
    above = in_windows_all((z > inner) & (z <= outer), standing.side > 0, 2, 3, now=now)
    return above, in_windows_all((z < -inner) & (z >= -outer), standing.side < 0, 2, 3, now=now)


def _some_beyond(standing: Standing, *, sigmas: float, at_least: int, length: int, now: bool = False) -> Directions:
    bound = sigmas * ROUNDING
    above, below = standing.z > bound, standing.z < -bound
    return in_windows(above, at_least, length, now=now), in_windows(below, at_least, length, now=now)


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
    return Rule(
        name=name,
        looks_for=f"{length} or more in a row on one side of the centre line",
        when_found="{run} {period}s in a row {side} the centre line",
        find=partial(_shift, length=length),
        find_now=partial(_shift, length=length, now=True),
        needs_limits=False,
    )


def _trend_rule(name: str, length: int) -> Rule:
    return Rule(
        name=name,
        looks_for=f"{length} or more in a row each higher, or each lower, than the last",
        when_found="{moving} {period} by {period}",
        find=partial(_trend, length=length),
        find_now=partial(_trend, length=length, now=True),
        speaks_of=SpeaksOf.DRIFT,
        needs_limits=False,
    )


# Every rule, declared once; of those that speak of the same, an earlier one goes before a later one.
_DECLARED = (
    Rule(
        name="outside_limits",
        looks_for="a {period} outside the process limits",
        when_found="{side} the {limit} process limit",
        find=_outside_limits,
        find_now=_outside_limits,
    ),
    Rule(
        name=CUSUM,
        looks_for="{period}s whose distances from the centre line add up beyond the companion's bound",
        when_found="building up {side} the level{since}",
        in_tables="building up",
        find=_cusum,
        find_now=_cusum,
        needs_companion=True,
    ),
    Rule(
        name=EMPTY_SPELL,
        looks_for="a longer spell of {period}s with no case than chance explains",
        when_found="no case for longer than chance explains",
        find=_empty_spell,
        find_now=_empty_spell,
        needs_companion=True,
    ),
    Rule(
        name="two_of_three",
        looks_for="two of three in a row beyond one warning limit, all three on that side of the centre line",
        when_found="two of three {period}s beyond the {limit} warning limit",
        find=_two_of_three,
        find_now=partial(_two_of_three, now=True),
    ),
    Rule(
        name="two_of_three_between",
        looks_for="two of three in a row between one warning limit and its process limit, all three on that side",
        when_found="two of three {period}s beyond the {limit} warning limit",
        find=_two_of_three_between,
        find_now=partial(_two_of_three_between, now=True),
    ),
    Rule(
        name="two_of_three_any",
        looks_for="two of three in a row more than two sigma out on one side",
        when_found="two of three {period}s beyond the {limit} warning limit",
        find=partial(_some_beyond, sigmas=WARNING_SIGMAS, at_least=2, length=3),
        find_now=partial(_some_beyond, sigmas=WARNING_SIGMAS, at_least=2, length=3, now=True),
    ),
    Rule(
        name="four_of_five",
        looks_for="four of five in a row more than one sigma out on one side",
        when_found="four of five {period}s more than one sigma {side}",
        find=partial(_some_beyond, sigmas=1.0, at_least=4, length=5),
        find_now=partial(_some_beyond, sigmas=1.0, at_least=4, length=5, now=True),
    ),
    _shift_rule("shift", 7),
    *(_shift_rule(f"shift_{length}", length) for length in (6, 8, 9)),
    Rule(
        name="long_run",
        looks_for="a run on one side longer than chance explains (Anhøj)",
        when_found="a run {side} longer than chance explains",
        find=_long_run,
        needs_limits=False,
    ),
    Rule(
        name="few_crossings",
        looks_for="the centre line crossed more seldom than chance explains (Anhøj)",
        when_found="the centre line crossed more seldom than chance explains",
        find=_few_crossings,
        needs_limits=False,
    ),
    _trend_rule("trend", 7),
    *(_trend_rule(f"trend_{length}", length) for length in (5, 6, 8)),
    Rule(
        name="alternating",
        looks_for="14 in a row turning up and down by turns",
        when_found="{period}s going up and down by turns",
        find=_alternating,
        speaks_of=SpeaksOf.SPREAD,
        needs_limits=False,
    ),
    Rule(
        name="within_one_sigma",
        looks_for="15 in a row within one sigma of the centre line",
        when_found="fifteen {period}s unusually close together",
        find=_within_one_sigma,
        speaks_of=SpeaksOf.SPREAD,
    ),
    Rule(
        name="beyond_one_sigma",
        looks_for="eight in a row more than one sigma out, on either side",
        when_found="eight {period}s unusually far apart",
        find=_beyond_one_sigma,
        speaks_of=SpeaksOf.SPREAD,
    ),
)
RULES: Mapping[str, Rule] = {rule.name: rule for rule in _DECLARED}


def _set(name: str, words: str, *rules: str) -> RuleSet:
    return RuleSet(tuple(RULES[rule] for rule in rules), name, words)


RULE_SETS: Mapping[str, RuleSet] = {
    one.name: one
    for one in (
        _set("standard", "limits and companion", "outside_limits", CUSUM, EMPTY_SPELL),
        _set("mdc", "Making Data Count, as since November 2023", "outside_limits", "shift", "trend", "two_of_three"),
        _set(
            "mdc_before_2023",
            "Making Data Count, as before November 2023",
            "outside_limits",
            "shift",
            "trend",
            "two_of_three_between",
        ),
        _set(
            "western_electric",
            "Western Electric 1956",
            "outside_limits",
            "two_of_three_any",
            "four_of_five",
            "shift_8",
        ),
        _set(
            "nelson",
            "Nelson 1984",
            "outside_limits",
            "shift_9",
            "trend_6",
            "alternating",
            "two_of_three_any",
            "four_of_five",
            "within_one_sigma",
            "beyond_one_sigma",
        ),
        _set("anhoej", "Anhøj 2014", "long_run", "few_crossings"),
    )
}


def rules_named(rules: str | Rule | Iterable[str | Rule]) -> RuleSet:
    """The rules of a set, or those named or given one by one; unknown names are refused with the known ones.

    Examples
    --------
    >>> [rule.name for rule in rules_named("mdc").rules]
    ['outside_limits', 'shift', 'trend', 'two_of_three']
    >>> [rule.name for rule in rules_named(("outside_limits", "shift_8")).rules]
    ['outside_limits', 'shift_8']
    """
    if isinstance(rules, str) and rules in RULE_SETS:
        return RULE_SETS[rules]
    given = listed(rules, "names of rules", Rule)
    known = f"The sets are {', '.join(RULE_SETS)}; the rules are {', '.join(RULES)}."
    problems = [
        Problem("There is no rule of this name.", value=str(one), next_step=known)
        for one in given
        if not isinstance(one, Rule) and not (isinstance(one, str) and one in RULES)
    ]
    asked = () if problems else tuple(dict.fromkeys(given))
    if not given:
        problems.append(Problem("No rule was named.", next_step=known))
    if problems:
        raise MethodProblem(problems)
    chosen = tuple(one if isinstance(one, Rule) else RULES[one] for one in asked)
    names = [rule.name for rule in chosen]
    taken = [rule.name for rule in chosen if names.count(rule.name) > 1 or RULES.get(rule.name, rule) is not rule]
    if taken:
        raise MethodProblem(
            Problem("Two rules have this name.", value=name, next_step="Give your own rule a name of its own.")
            for name in dict.fromkeys(taken)
        )
    return RuleSet(chosen)


def in_runs(flags: Flags, length: int, *, now: bool = False) -> Flags:
    """Months that stand in a run of at least so many flagged months in a row; with `now`, those by which it is one.

    Examples
    --------
    >>> in_runs(np.array([True, True, False, True]), 2).tolist()
    [True, True, False, False]
    """
    return _months_of(_windows(flags, length, length), length, flags.shape, now=now)


def in_windows(flags: Flags, at_least: int, length: int, *, now: bool = False) -> Flags:
    """Flagged months that share a window of so many months with enough others; with `now`, those that end one.

    Examples
    --------
    >>> in_windows(np.array([True, False, True, False]), 2, 3).tolist()
    [True, False, True, False]
    """
    found = _months_of(_windows(flags, at_least, length), length, flags.shape, now=now)
    return found if now else flags & found


def in_windows_all(flags: Flags, every: Flags, at_least: int, length: int, *, now: bool = False) -> Flags:
    """The same, where besides each month of the window must hold to something else.

    Examples
    --------
    >>> on_one_side = np.array([True, True, True, False])
    >>> in_windows_all(np.array([True, False, True, False]), on_one_side, 2, 3).tolist()
    [True, False, True, False]
    """
    complete = _windows(flags, at_least, length) & _windows(every, length, length)
    found = _months_of(complete, length, flags.shape, now=now)
    return found if now else flags & found


def _windows(flags: Flags, at_least: int, length: int) -> Flags:
    """For each window, whether enough of its months are flagged."""
    width = max(flags.shape[-1] - length + 1, 0)
    count = np.zeros((*flags.shape[:-1], width), dtype=np.int8)
    for step in range(length if width else 0):
        count += flags[..., step : step + width]
    return count >= at_least


def _months_of(complete: Flags, length: int, shape: tuple[int, ...], *, now: bool) -> Flags:
    """Every month of the windows that are complete, or the last of each."""
    marked = np.zeros(shape, dtype=bool)
    width = complete.shape[-1]
    for step in range(length - 1 if now else 0, length if width else 0):
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


def _looked_up(table: Callable[[int], int], counts: NDArray[np.int64]) -> NDArray[np.int64]:
    values = np.array([table(n) for n in range(int(counts.max(initial=0)) + 1)])
    return np.asarray(values[counts], dtype=np.int64)
