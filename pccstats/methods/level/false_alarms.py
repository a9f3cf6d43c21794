"""How often the latest quarter shows a signal where nothing has changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf

import numpy as np

from pccstats.methods.level.false_alarm_table import AFTER, BASELINE, RATES, SIZES
from pccstats.methods.level.rules import EMPTY_SPELL, RULE_SETS


@dataclass(frozen=True)
class Judging:
    """Under what circumstances the latest figures are judged: what their false alarms hang on, besides the rules.

    Attributes
    ----------
    limits : {"probability", "sigma"}
    baseline, after : int
        How many figures set the limits, and how many are judged after the last of them.
    in_a_quarter : {3, 1}
        How many figures a quarter has: months or quarters.
    size : float
        Cases expected a figure over the dispersion (variance over mean, 1 or more), of shares those of the rarer
        answer; infinite where figures are taken to be normal.
    """

    limits: str
    baseline: int
    after: int
    in_a_quarter: int = 3
    size: float = inf


@dataclass(frozen=True)
class FalseAlarms:
    """How often rules find a signal in the latest quarter of a series in which nothing has changed.

    Attributes
    ----------
    rate : float or None
        Chance that one of the quarter's figures has a signal, as known by then; None where it is not known, or no rule
        is in use.
    is_upper_bound : bool
        True where the rules are not one of the named sets: then the rate is that of sets that hold them all.
    why_unknown : str
        Why there is no rate, in words; empty where there is one.
    """

    rate: float | None
    is_upper_bound: bool = False
    why_unknown: str = ""


def false_alarms_of(rules: Iterable[str], judging: Judging) -> FalseAlarms:
    """Chance that the latest quarter of a steady series shows a signal by these rules.

    Between the circumstances of the table (tools/make_false_alarm_table.py) the rate runs straight: in the number of
    later figures, in one over the number of baseline figures, in one over the root of the size. Beyond them it stays.

    Parameters
    ----------
    rules : iterable of str
        Names of rules.
    judging : Judging

    Examples
    --------
    >>> three_months_on = Judging("probability", baseline=36, after=3, size=50.0)
    >>> standard = false_alarms_of([rule.name for rule in RULE_SETS["standard"].rules], three_months_on)
    >>> 0.003 < standard.rate < 0.02, standard.is_upper_bound
    (True, False)
    >>> false_alarms_of(["shift"], three_months_on).is_upper_bound
    True
    """
    members = set(rules) - {EMPTY_SPELL}  # asked of cases alone, and found where they are rare alone
    if not members:
        return FalseAlarms(None)
    sets = {name: {rule.name for rule in one.rules} - {EMPTY_SPELL} for name, one in RULE_SETS.items()}
    untabled = sorted(rule for rule in members if not any(rule in held for held in sets.values()))
    if untabled:
        plural = "s" if len(untabled) > 1 else ""
        return FalseAlarms(None, why_unknown=f"no rate is known of the rule{plural} {', '.join(untabled)}")
    if judging.baseline < BASELINE[0]:
        return FalseAlarms(None, why_unknown=f"fewer than {BASELINE[0]} baseline figures")
    if judging.size < SIZES[0]:
        return FalseAlarms(None, why_unknown="fewer cases than were simulated")
    exact = next((name for name, held in sets.items() if held == members), None)
    if exact is not None:
        return FalseAlarms(_rate(exact, judging))
    known = {name: _rate(name, judging) for name in sets}
    holding_all = [known[name] for name, held in sets.items() if members <= held]
    between_them = {min((name for name in sets if rule in sets[name]), key=known.__getitem__) for rule in members}
    return FalseAlarms(min([*holding_all, sum(known[name] for name in between_them), 1.0]), is_upper_bound=True)


def _rate(name: str, judging: Judging) -> float:
    of_sizes = RATES[name, judging.limits]
    by_size = []
    for size in SIZES:
        rows = np.reshape(of_sizes[judging.in_a_quarter, size], (len(BASELINE), -1)) / 1000
        by_baseline = [np.interp(judging.after, AFTER[judging.in_a_quarter], row) for row in rows]
        by_size.append(np.interp(-1 / judging.baseline, [-1 / months for months in BASELINE], by_baseline))
    return float(np.interp(-(judging.size**-0.5), [-(size**-0.5) for size in SIZES], by_size))
