"""The one builder of points: an expected level of one or many series as columns; why one has no limits; targets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pccstats.methods.level.charts import MIN_BASELINE, Figures, Measured
from pccstats.methods.level.companion import Companion
from pccstats.methods.level.limits import Limits
from pccstats.methods.level.options import LevelOptions
from pccstats.methods.level.rules import Rule, Signals
from pccstats.methods.level.season import Season
from pccstats.methods.level.segments import Segments
from pccstats.terms.results.level import LEVEL_POINTS
from pccstats.terms.words import Assurance, Polarity, Signal, Variation

Columns = dict[str, NDArray[Any]]
REFUSALS = (
    "",
    "no figure in any {period}",
    "no {period} with a figure sets the limits of a segment",
    "no two {period}s in a row to take the limits from",
    "too few baseline years to estimate the season from",
)
_HAS_LIMITS, _NO_FIGURE, _NO_BASELINE, _NO_PAIR, _NO_SEASON = range(len(REFUSALS))
_SIGNALS = (Signal.BELOW, Signal.NONE, Signal.ABOVE)  # of directions -1, 0, 1
_ASSURANCE = {assurance.judgement: assurance for assurance in Assurance}


@dataclass(frozen=True)
class Levels:
    """All that is known of the expected level of one or many series, as arrays of series by months."""

    asked: LevelOptions
    figures: Figures
    measured: Measured
    segments: Segments
    season: Season
    limits: Limits
    sums: Companion
    signals: Signals

    @property
    def present(self) -> NDArray[np.bool_]:
        """Months from a series' own first to its last."""
        present = self.figures.present
        return np.ones(self.segments.judged.shape, dtype=bool) if present is None else present

    @property
    def without_baseline(self) -> NDArray[np.bool_]:
        """Series by segments: no month sets the limits."""
        return np.asarray(self._is_concerned & (self.limits.baseline_months == 0))

    @property
    def without_pair(self) -> NDArray[np.bool_]:
        """Series by segments: no two months in a row, on a chart that takes its limits from their difference."""
        family = self.asked.family
        if not family.asks_months or family.plain:
            return np.zeros(self.limits.dispersion.shape, dtype=bool)
        return self._is_concerned & np.isnan(self.limits.dispersion) & ~self.without_baseline

    @property
    def without_season(self) -> NDArray[np.bool_]:
        """Series of which a season was asked for that cannot be had."""
        return np.asarray(~self.season.is_used & bool(self.asked.seasonal))

    @property
    def refusal(self) -> NDArray[np.int8]:
        """Why each series has no limits, as a place in `REFUSALS`; 0 where it has them."""
        reasons = np.full(len(self.present), _HAS_LIMITS, dtype=np.int8)
        reasons[self.without_pair.any(axis=1)] = _NO_PAIR
        reasons[self.without_baseline.any(axis=1)] = _NO_BASELINE
        reasons[self.without_season] = _NO_SEASON
        reasons[np.isnan(self.figures.value).all(axis=1)] = _NO_FIGURE
        return reasons

    @property
    def _is_concerned(self) -> NDArray[np.bool_]:
        present = self.present
        return np.stack([np.asarray(present[:, months].any(axis=1)) for months in self.segments.months], axis=1)


def columns_of(levels: Levels) -> Columns:
    """Series after series, the months from each one's first to its last, as flat columns; words are codes yet."""
    present, refusal = levels.present, levels.refusal
    shape, answered = present.shape, (refusal == _HAS_LIMITS)[:, None]
    number = levels.segments.number
    is_trial = levels.limits.baseline_months < MIN_BASELINE
    grids: Columns = {
        "series": np.broadcast_to(np.arange(shape[0], dtype=np.int32)[:, None], shape),
        "month": np.broadcast_to(np.arange(shape[1]), shape),
        "value": levels.figures.value,
        "numerator": levels.figures.numerator,
        "denominator": levels.figures.denominator,
        "exposure": levels.measured.exposure,
        **levels.limits.lines,
        "z": levels.limits.standing.z if levels.asked.family.has_limits else np.full(shape, np.nan),
        "signal": np.where(answered, levels.signals.direction, 0) + np.int8(1),
        "signal_known": np.where(answered, levels.signals.known, 0) + np.int8(1),
        "segment": number - number[present.argmax(axis=1)][:, None] + 1,
        "season_factor": levels.season.factors,
        "month_length": np.broadcast_to(levels.measured.length, shape),
        "cusum_above": levels.sums.above,
        "cusum_below": levels.sums.below,
        "cusum_bound": levels.sums.bound,
        "is_baseline": levels.limits.sets_limits,
        "is_wild": levels.limits.is_wild,
        "is_trial": is_trial[:, number - 1],
        "is_excluded": np.broadcast_to(levels.asked.is_excluded(levels.figures.months), shape),
        "refusal": np.broadcast_to(refusal[:, None], shape),
        **{f"rule_{name}": months & answered for name, months in levels.signals.flags.items()},
    }
    if not answered.all():
        for name in (*levels.limits.lines, "z"):
            grids[name] = np.where(answered, grids[name], np.nan)
    if present.all():
        return {name: np.ascontiguousarray(grid).reshape(-1) for name, grid in grids.items()}
    return {name: grid[present] for name, grid in grids.items()}


def points_of(
    columns: Columns,
    months: pd.PeriodIndex,
    rules: tuple[Rule, ...],
    polarity: Polarity,
    *,
    words: Callable[[NDArray[Any], list[str]], Any],
) -> dict[str, Any]:
    """The flat columns by the names of an expected level's points, months put back, and words by `words` of codes."""
    variations = [str(Variation.of(polarity.judge(signal))) for signal in _SIGNALS]
    worded = {
        "month": months.take(columns["month"]),
        "signal": words(columns["signal"], [str(signal) for signal in _SIGNALS]),
        "signal_known": words(columns["signal_known"], [str(signal) for signal in _SIGNALS]),
        "rules": words(*_rules_fired(columns, rules)),
        "variation": words(columns["signal"], variations),
    }
    return {name: worded.get(name, columns.get(name)) for name in (*LEVEL_POINTS, *(rule.column for rule in rules))}


def in_words(codes: NDArray[Any], words: list[str]) -> pd.Categorical[Any]:
    """Codes to words, of which some may be the same.

    Examples
    --------
    >>> list(in_words(np.array([1, 0, 2]), ["", "met", ""]))
    ['met', '', '']
    """
    different = list(dict.fromkeys(words))
    if len(different) < len(words):
        codes = np.array([different.index(word) for word in words])[codes]
    return pd.Categorical.from_codes(codes, categories=pd.Index(different), validate=False)


def as_text(codes: NDArray[Any], words: list[str]) -> Any:
    """The same as plain text, which is handier where there are few."""
    return pd.array(np.array(words, dtype=object)[codes], dtype="str")


def _rules_fired(columns: Columns, rules: tuple[Rule, ...]) -> tuple[NDArray[Any], list[str]]:
    """The names of the rules that fired, month by month: each set of rules is put into words once."""
    fired = np.zeros(len(columns["signal"]), dtype=np.int32)
    for number, rule in enumerate(rules):
        fired |= columns[rule.column].astype(np.int32) << number
    sets = np.flatnonzero(np.bincount(fired))
    codes = np.searchsorted(sets, fired)
    return codes, [
        ", ".join(rule.name for number, rule in enumerate(rules) if one >> number & 1) for one in sets.tolist()
    ]


def assurance_of(target: float | None, lower: float, upper: float, polarity: Polarity) -> Assurance | None:
    """Whether a process that stays as it is will meet its target month after month.

    A target on a limit is hit and miss, save where the band has no width: a process that is at 100% every month meets
    a target of 100%. There is no answer without a target or limits, or where neither direction is better.

    Examples
    --------
    >>> assurance_of(75.0, 76.2, 84.1, Polarity.HIGHER_IS_BETTER)
    <Assurance.CONSISTENTLY_MET: 'consistently_met'>
    >>> assurance_of(100.0, 100.0, 100.0, Polarity.HIGHER_IS_BETTER)
    <Assurance.CONSISTENTLY_MET: 'consistently_met'>
    """
    if target is None:
        return None
    place = int(assurance_places(target, np.array([lower]), np.array([upper]))[0])
    return assurances_by_place(polarity)[place]


def assurance_places(target: float, lower: NDArray[np.float64], upper: NDArray[np.float64]) -> NDArray[np.int64]:
    """Where the band lies: 0 nowhere, 1 on the target with no width, 2 above it, 3 below it, 4 around it."""
    on = (lower == target) & (upper == target)
    return np.select([on, lower > target, upper < target, upper >= lower], [1, 2, 3, 4])


def assurances_by_place(polarity: Polarity) -> tuple[Assurance | None, ...]:
    """What each of these places means; nothing where neither direction is better."""
    if polarity is Polarity.NEUTRAL:
        return (None,) * 5
    judged = (_ASSURANCE[polarity.judge(side)] for side in (Signal.ABOVE, Signal.BELOW, Signal.NONE))
    return (None, Assurance.CONSISTENTLY_MET, *judged)
