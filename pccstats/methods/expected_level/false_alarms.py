"""How often the rules cry wolf: the chance that a series in which nothing changes gets a signal.

The chances are simulated once, by `tools/make_false_alarm_table.py`, and shipped as a table.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from pccstats.methods.expected_level.false_alarm_table import (
    AFTER_BASELINE,
    AFTER_MONTHS,
    BASELINE_MONTHS,
    WITHIN_BASELINE,
)
from pccstats.methods.expected_level.special_cause import RULE_SETS


def false_alarm_rate(rules: tuple[str, ...], segments: Iterable[tuple[int, int]]) -> tuple[float, bool]:
    """Chance that a steady series gets at least one signal from these rules.

    Parameters
    ----------
    rules : tuple of str
        Names of rules.
    segments : iterable of (int, int)
        For each segment, how many months with a figure set its limits and how many more are judged by them.

    Returns
    -------
    rate : float
        Between 0 and 1, for months that are independent and normal.
    is_upper_bound : bool
        True where the rules are not one of the named sets: then the rates of the single rules are added.

    Examples
    --------
    >>> rate, is_upper_bound = false_alarm_rate(("outside_limits", "shift", "trend", "two_of_three"), [(36, 0)])
    >>> 0.24 < rate < 0.27, is_upper_bound
    (True, False)
    """
    name = next((name for name, members in RULE_SETS.items() if set(members) == set(rules)), "")
    names = (name,) if name else rules
    quiet = 1.0
    for baseline, after in segments:
        noisy = min(1.0, sum(_rate(one, baseline, after) for one in names))
        quiet *= 1 - noisy
    return 1 - quiet, len(names) > 1


def _rate(name: str, baseline: int, after: int) -> float:
    """Between the months of the table the rate runs straight; beyond them it stays."""
    within = float(np.interp(baseline, BASELINE_MONTHS, WITHIN_BASELINE[name]))
    if after == 0:
        return within
    steps = (0, *AFTER_MONTHS)
    known = AFTER_BASELINE[name]
    # For each number of later months first, then between the baselines.
    rows = sorted(known)
    at_rows = [
        np.interp(after, steps, (np.interp(months, BASELINE_MONTHS, WITHIN_BASELINE[name]), *known[months]))
        for months in rows
    ]
    return float(np.interp(baseline, rows, at_rows))
