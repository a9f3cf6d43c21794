"""Figures of an area that are the sum of its parts: where every part has one and the area has none of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from pccstats.terms.plan import Area, Plan
from pccstats.terms.words import Kind

FIGURE = ["indicator", "period_end", "months"]
ADDABLE = (Kind.COUNT, Kind.MONEY)


def with_sums(typed: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """The observations, and below them the sums for areas that are only known by their parts.

    An area whose own figures of an indicator and span are held keeps them: a sum never stands in for a figure. Shares
    are summed where every part gives what they are out of.
    """
    table = typed
    for area in _smallest_first(plan):
        table = pd.concat([table, *_sums(table, area, plan)], ignore_index=True)
    return table


def sums_of_parts(typed: pd.DataFrame, area: Area, plan: Plan) -> pd.DataFrame:
    """What the parts of an area add up to, one row an indicator, month and span in which all of them have a figure."""
    parts = [part.name for part in plan.parts_of(area.name)]
    rows = typed[typed["area"].isin(parts) & typed["numerator"].notna()]
    latest = rows.sort_values("published_on", kind="stable").drop_duplicates([*FIGURE, "area"], keep="last")
    latest = latest[_can_be_added(latest, plan)]
    sums = latest.groupby(FIGURE, sort=True).agg(
        numerator=("numerator", "sum"),
        denominator=("denominator", lambda values: values.sum(min_count=len(values))),
        source=("source", lambda texts: "; ".join(dict.fromkeys(texts))),
        published_on=("published_on", "max"),
        held=("area", "size"),
    )
    return sums[sums.pop("held") == len(parts)].reset_index().assign(area=area.name)


def _sums(typed: pd.DataFrame, area: Area, plan: Plan) -> Iterator[pd.DataFrame]:
    sums = sums_of_parts(typed, area, plan)
    own = set(typed.loc[typed["area"] == area.name, ["indicator", "months"]].itertuples(index=False, name=None))
    wanted = [key not in own for key in sums[["indicator", "months"]].itertuples(index=False, name=None)]
    if any(wanted):
        names = " and ".join(part.name for part in plan.parts_of(area.name))
        yield sums[wanted].assign(status="", note=f"Sum of {names}.", file="", row=0)


def _can_be_added(rows: pd.DataFrame, plan: Plan) -> pd.Series:
    """Counts and money, and shares that say what they are out of."""
    kinds = {indicator.key: indicator.kind for indicator in (*plan.indicators, *plan.supporting)}
    kind = rows["indicator"].map(kinds)
    is_whole_share = kind.isin([k for k in Kind if k.is_proportion or k is Kind.RATE]) & rows["denominator"].notna()
    return kind.isin(ADDABLE) | is_whole_share


def _smallest_first(plan: Plan) -> list[Area]:
    """Areas that hold others, each after those it holds."""
    holders = [area for area in plan.areas if plan.parts_of(area.name)]
    return sorted(holders, key=lambda area: _height(area.name, plan))


def _height(name: str, plan: Plan) -> int:
    parts = plan.parts_of(name)
    return 1 + max(_height(part.name, plan) for part in parts) if parts else 0
