"""Months in which the events of an area have lost their place: few there, as many as ever in the area around it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from pccstats.terms.errors import Finding, Severity
from pccstats.terms.periods import month_in_words
from pccstats.terms.plan import Area, Plan
from pccstats.terms.words import Kind

_LEAST_USUAL = 20  # of the lower month beside it: small counts fall to a quarter by chance
_PART_LEFT = 0.25  # of the lower month beside it: no month of a place has been so quiet, lockdowns included
_PART_OF_WHOLE = 0.75  # of the mean of the months beside it: the area around it had as many as ever, or nearly
_STEP = (
    "Ask for that month with its places. Until then register it in the plan, as an event of those areas that "
    "sets_no_limits, so that their limits leave it out."
)


@dataclass(frozen=True)
class _Lost:
    """One month of one count in one area, with the months beside it."""

    area: str
    indicator: str
    before: float
    value: float
    after: float
    whole: float
    published_on: str


def place_findings(typed: pd.DataFrame, plan: Plan) -> Iterator[Finding]:
    """Months in which parts of an area hold far less than in the months beside them, and the area does not.

    One finding for each area and month, which names the parts and the count that shows it most.
    """
    counts = [i.key for i in (*plan.indicators, *plan.supporting) if i.kind is Kind.COUNT]
    monthly = typed[typed["indicator"].isin(counts) & (typed["months"] == 1) & typed["numerator"].notna()]
    latest = monthly.sort_values("published_on", kind="stable")
    latest = latest.drop_duplicates(["indicator", "area", "period_end"], keep="last")
    for whole in plan.areas:
        lost: dict[pd.Period, list[_Lost]] = {}
        parts = [part.name for part in plan.parts_of(whole.name)]
        held = latest[latest["area"].isin([whole.name, *parts])]
        for key, figures in held.groupby("indicator", sort=False):
            table = figures.pivot_table(index="period_end", columns="area", values="numerator")
            if whole.name in table:
                out = figures.groupby("period_end")["published_on"].agg(lambda dates: max(map(str, dates)))
                for month, found in _lost_in(table, str(key), whole.name, out):
                    lost.setdefault(month, []).append(found)
        for month in sorted(lost):
            yield _finding(lost[month], month, whole, plan)


def _lost_in(table: pd.DataFrame, key: str, whole: str, out: pd.Series) -> Iterator[tuple[pd.Period, _Lost]]:
    """Months of each part that stand far below both months beside them while the whole does not."""
    before, after = (table.reindex(table.index + step).set_axis(table.index) for step in (-1, 1))
    usual = before.where(before < after, after).where(before.notna() & after.notna())
    is_whole = table[whole] >= _PART_OF_WHOLE * (before[whole] + after[whole]) / 2
    for part in table.columns.drop(whole):
        is_lost = is_whole & (usual[part] >= _LEAST_USUAL) & (table[part] < _PART_LEFT * usual[part])
        for month in table.index[is_lost]:
            beside = (float(before[part][month]), float(table[part][month]), float(after[part][month]))
            yield month, _Lost(str(part), key, *beside, float(table[whole][month]), str(out[month + 1]))


def _finding(lost: list[_Lost], month: pd.Period, whole: Area, plan: Plan) -> Finding:
    most = max(lost, key=lambda each: each.before).indicator
    shown = [each for each in lost if each.indicator == most]
    told = "; ".join(
        f"{each.value:,.0f} in {each.area} ({each.before:,.0f} the month before, {each.after:,.0f} the month after)"
        for each in shown
    )
    others = len({each.indicator for each in lost}) - 1
    more = (
        f" {others} other counts show the same." if others > 1 else " One other count shows it too." if others else ""
    )
    message = (
        f"{plan.indicator(most).name}: {told} in {month_in_words(month)}, while {whole.name} as a whole holds "
        f"{shown[0].whole:,.0f}. Its records have lost their place there.{more}"
    )
    return Finding(
        Severity.FLAG,
        "place_lost",
        message,
        indicator=most,
        area=whole.name,
        period_end=str(month),
        next_step=_STEP,
        published_on=max(each.published_on for each in lost),
    )
