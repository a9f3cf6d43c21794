"""All of a plan's targets at one date, with what happened; one without figures is listed with the reason."""

from __future__ import annotations

from typing import Any

import pandas as pd

from pccstats.methods.targets.progress import progress
from pccstats.terms.errors import PccStatsError
from pccstats.terms.observations import Observations
from pccstats.terms.periods import MONTHS_IN_A_YEAR, month, month_in_words
from pccstats.terms.plan import Plan, Target
from pccstats.terms.results.progress import PROGRESS_COLUMNS, Outcome, Progress, TargetTable


def target_table(plan: Plan, data: Observations, until: Any) -> TargetTable:
    """What became of every target that a plan set.

    Parameters
    ----------
    plan : Plan
    data : Observations
    until : month
        Nothing later is looked at; a target due later is `open`.

    Returns
    -------
    TargetTable
        One row a target, in the plan's order.

    Notes
    -----
    Published 12-month figures are used where they are held, else months and quarters summed. A target still open is
    judged by months where they are held: only they give a chance.

    See Also
    --------
    progress : one target, with its run rate and chance.

    Examples
    --------
    >>> import pccstats as pcc
    >>> plan, data = pcc.read_plan("data/raw"), pcc.read_observations("data/processed")
    >>> table = target_table(plan, data, until="2014-03").points.set_index("key")
    >>> str(table.loc["11.offences.hard", "outcome"])
    'missed'
    """
    at = month(until)
    return TargetTable(
        points=pd.DataFrame([_row(plan, data, target, at) for target in plan.targets]),
        method=(
            f"Each target against the 12 months to its date, figures to {month_in_words(at)}. Published 12-month "
            "figures where held, else months summed."
        ),
        title=f"Targets of {plan.title}",
        until=at,
    )


def _row(plan: Plan, data: Observations, target: Target, at: pd.Period) -> dict[str, Any]:
    try:
        indicator = plan.indicator(target.indicator)
        goal = _judged(data, target, at)
    except PccStatsError as refusal:
        row = dict.fromkeys(PROGRESS_COLUMNS)
        by = str(target.by) if target.by is not None else ""
        row |= {"key": target.key, "title": target.indicator, "strength": target.strength, "by": by}
        nothing = {"outcome": str(Outcome.UNKNOWN), "unit": "", "kind": "", "at_most": None}
        return row | nothing | {"note": str(refusal)}
    row = {str(name): value for name, value in goal.summary().iloc[0].to_dict().items()}
    note = " ".join(f"Not comparable since the registered event '{title}'." for title in goal.caveats)
    return row | {"unit": indicator.unit, "kind": str(indicator.kind), "at_most": goal.at_most, "note": note}


def _judged(data: Observations, target: Target, at: pd.Period) -> Progress:
    """By published 12-month figures; what is still open by months where they are held, which give a chance."""
    has_years = data.has(target.indicator, months=MONTHS_IN_A_YEAR, until=at)
    is_open = target.by is not None and target.by > at
    span = MONTHS_IN_A_YEAR if has_years and not is_open else None
    return progress(data.series(target.indicator, until=at, months=span), target)
