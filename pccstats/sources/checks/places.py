"""Months in which the events of an area have lost their place: few there, as many as ever in the area around it."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from pccstats.sources.checks.rows import Row, rows_of
from pccstats.terms.errors import Finding, Severity
from pccstats.terms.periods import month_in_words
from pccstats.terms.plan import Area, Plan
from pccstats.terms.words import Kind

_LEAST_USUAL = 20  # of the lower month beside it: small counts fall to a quarter by chance
_PART_LEFT = 0.25  # of the lower month beside it: no month of a place has been so quiet, lockdowns included
_PART_OF_WHOLE = 0.75  # of the mean of the months beside it: the area around it had as many as ever, or nearly
_COUNT = ["indicator", "period_end"]
_FIGURE = [*_COUNT, "area"]
_STEP = (
    "Ask for that month with its places. Until then register it in the plan, as an event of those areas that "
    "sets_no_limits, so that their limits leave it out."
)


def place_findings(typed: pd.DataFrame, plan: Plan) -> Iterator[Finding]:
    """Months in which parts of an area hold far less than in the months beside them, and the area does not.

    One finding for each area and month, which names the parts and the count that shows it most.
    """
    counts = [i.key for i in (*plan.indicators, *plan.supporting) if i.kind is Kind.COUNT]
    parts_of = {area: parts for area in plan.areas if (parts := [part.name for part in plan.parts_of(area.name)])}
    areas = {name for whole, parts in parts_of.items() for name in (whole.name, *parts)}
    is_count = typed["indicator"].isin(counts) & typed["area"].isin(areas)
    monthly = typed[is_count & (typed["months"] == 1) & typed["numerator"].notna()]
    latest = monthly.sort_values("published_on", kind="stable").drop_duplicates(_FIGURE, keep="last")
    beside = _with_months_beside(latest[[*_FIGURE, "numerator", "published_on"]])
    usual = beside[["before", "after"]].min(axis=1, skipna=False)
    is_quiet = (usual >= _LEAST_USUAL) & (beside["numerator"] < _PART_LEFT * usual)
    is_as_ever = beside["numerator"] >= _PART_OF_WHOLE * (beside["before"] + beside["after"]) / 2
    for whole, parts in parts_of.items():
        of_whole = beside.loc[is_as_ever & (beside["area"] == whole.name), [*_COUNT, "numerator"]]
        lost = beside[is_quiet & beside["area"].isin(parts)].merge(of_whole, on=_COUNT, suffixes=("", "_of_whole"))
        if len(lost):
            held = beside[beside["area"].isin([whole.name, *parts])]
            order = {key: number for number, key in enumerate(held["indicator"].unique())}
            lost = lost.assign(order=lost["indicator"].map(order)).sort_values(["period_end", "order", "area"])
            for _, of_month in lost.groupby("period_end", sort=True):
                found = rows_of(of_month)
                month_after = held[held["period_end"] == found[0]["period_end"] + 1]
                yield _finding(found, rows_of(month_after), whole, plan)


def _with_months_beside(figures: pd.DataFrame) -> pd.DataFrame:
    """Each figure with those of the months before and after it, where these are held."""
    for name, step in (("before", 1), ("after", -1)):
        other = figures[[*_FIGURE, "numerator"]].rename(columns={"numerator": name})
        figures = figures.merge(other.assign(period_end=other["period_end"] + step), on=_FIGURE, how="left")
    return figures


def _finding(lost: list[Row], month_after: list[Row], whole: Area, plan: Plan) -> Finding:
    """What is told of the figures of one month; it could be seen once those of the month after were published."""
    most, month = max(lost, key=lambda each: each["before"])["indicator"], lost[0]["period_end"]
    counts = {each["indicator"] for each in lost}
    shown = [each for each in lost if each["indicator"] == most]
    told = "; ".join(
        f"{each['numerator']:,.0f} in {each['area']} "
        f"({each['before']:,.0f} the month before, {each['after']:,.0f} the month after)"
        for each in shown
    )
    others = len(counts) - 1
    more = (
        f" {others} other counts show the same." if others > 1 else " One other count shows it too." if others else ""
    )
    message = (
        f"{plan.indicator(most).name}: {told} in {month_in_words(month)}, while {whole.name} as a whole holds "
        f"{shown[0]['numerator_of_whole']:,.0f}. Its records have lost their place there.{more}"
    )
    return Finding(
        Severity.FLAG,
        "place_lost",
        message,
        indicator=most,
        area=whole.name,
        period_end=str(month),
        next_step=_STEP,
        published_on=max(str(each["published_on"]) for each in month_after if each["indicator"] in counts),
    )
