"""What may be asked of an expected level, read and checked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pccstats.methods.level.charts import CHARTS
from pccstats.methods.level.rules import RULE_SETS, Rule, rules_named
from pccstats.terms.errors import MethodProblem, PccStatsError, Problem
from pccstats.terms.periods import FinancialYear, Window, month


@dataclass(frozen=True)
class DatedReason:
    """A month that is treated in its own way, and why: limits set anew from it, or left out."""

    month: pd.Period
    reason: str = ""


@dataclass(frozen=True)
class LevelOptions:
    """How an expected level is to be made; see `expected_level` for each."""

    chart: str
    baseline: tuple[Window, ...]
    rules: tuple[Rule, ...]
    rule_set: str
    seasonal: bool | None  # None lets a test on the baseline decide
    rebases: tuple[DatedReason, ...]
    per_day: bool
    screen: bool
    exclude: tuple[DatedReason, ...]

    def is_baseline(self, months: pd.PeriodIndex) -> NDArray[np.bool_]:
        """Months that lie in a baseline window; every month where none was named."""
        if not self.baseline:
            return np.ones(len(months), dtype=bool)
        inside = [(months >= window.first) & (months <= window.last) for window in self.baseline]
        return np.asarray(np.any(inside, axis=0))

    def is_excluded(self, months: pd.PeriodIndex) -> NDArray[np.bool_]:
        return np.asarray(months.isin([dated.month for dated in self.exclude]), dtype=bool)


def level_options(
    *,
    chart: str,
    baseline: Any,
    rules: str | Iterable[str],
    seasonal: Any,
    rebase_at: Iterable[Any],
    per_day: bool,
    screen_moving_ranges: bool,
    exclude: Iterable[Any],
    breaks: Sequence[DatedReason] = (),
) -> LevelOptions:
    """Read the choices a user made; everything that is wrong with them is told at once."""
    problems: list[Problem] = []

    def read(reader: Any, value: Any, otherwise: Any) -> Any:
        try:
            return reader(value)
        except PccStatsError as refusal:
            problems.extend(refusal.problems)
            return otherwise

    if chart not in CHARTS:
        problems.append(Problem("There is no such chart.", value=str(chart), next_step=f"Choose {', '.join(CHARTS)}."))
    if not (isinstance(seasonal, bool) or seasonal == "auto"):
        problems.append(Problem("seasonal is 'auto', True or False.", value=str(seasonal)))
    options = LevelOptions(
        chart=chart,
        baseline=read(_windows, baseline, ()),
        rules=read(rules_named, rules, ()),
        rule_set=rules if isinstance(rules, str) and rules in RULE_SETS else "",
        seasonal=None if seasonal == "auto" else bool(seasonal),
        rebases=tuple(sorted((*breaks, *read(_dated, rebase_at, ())), key=lambda rebase: rebase.month)),
        per_day=bool(per_day),
        screen=bool(screen_moving_ranges),
        exclude=read(_dated, exclude, ()),
    )
    if problems:
        raise MethodProblem(problems)
    return options


def _windows(baseline: Any) -> tuple[Window, ...]:
    """No window, one, or one for each of several segments."""
    if baseline is None:
        return ()
    if isinstance(baseline, list | tuple) and all(_is_window(item) for item in baseline):
        return tuple(Window.read(item) for item in baseline)
    return (Window.read(baseline),)


def _is_window(item: Any) -> bool:
    return isinstance(item, Window | FinancialYear | tuple | list) or (isinstance(item, str) and "/" in item)


def _dated(choices: Any) -> tuple[DatedReason, ...]:
    """Months, or pairs of a month and a reason; a single month may stand alone."""
    items = [choices] if isinstance(choices, str | pd.Period) else list(choices)
    return tuple(
        DatedReason(month(item[0]), str(item[1])) if isinstance(item, tuple | list) else DatedReason(month(item))
        for item in items
    )
