"""Months that are missing, have not been yet, or are not as long as they say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pandas as pd

from pccstats.sources.cells import Rule
from pccstats.sources.checks.rows import Row, finding_of, rows_of
from pccstats.terms.findings import Finding, Severity
from pccstats.terms.periods import MONTHS_IN_A_YEAR, month_in_words
from pccstats.terms.plan import Plan
from pccstats.terms.words import Kind

_SERIES = ["indicator", "area", "months"]
_MOST_NAMED = 6
_LEAST_TO_JUDGE = 6  # figures beside which one is out of scale
_LEAST_USUAL = 20  # small counts vary by so much of themselves
_OUT_OF_SCALE = 6.0  # times the median: a year among months is twelve times, a year among quarters four

_FUTURE = Rule("future", "This month has not been yet.", "Correct period_end.")


def span_findings(typed: pd.DataFrame, plan: Plan) -> Iterator[Finding]:
    """Figures of the future, gaps in a series, and figures whose span cannot be the one they give."""
    yield from _FUTURE.broken_by(typed, typed["period_end"] > _this_month(), "period_end")
    latest = typed.sort_values("published_on", kind="stable").drop_duplicates([*_SERIES, "period_end"], keep="last")
    latest = latest.sort_values("period_end", kind="stable")
    counts = {i.key for i in (*plan.indicators, *plan.supporting) if i.kind is Kind.COUNT}
    for _, figures in latest.groupby(_SERIES, sort=True):
        key, months = figures["indicator"].iloc[0], int(figures["months"].iloc[0])
        yield from _gaps(figures, months, plan)
        if key in counts:
            yield from _out_of_scale(figures, months, plan)
    yield from _month_above_year(latest[latest["indicator"].isin(counts)], plan)


def _this_month() -> pd.Period:
    return pd.Period(dt.datetime.now(tz=dt.UTC).date(), freq="M")


def _gaps(figures: pd.DataFrame, months: int, plan: Plan) -> Iterator[Finding]:
    """Months or quarters missing between the first and the last that are held; yearly figures may come at any time."""
    if months >= MONTHS_IN_A_YEAR:
        return
    held = set(figures["period_end"])
    ends = pd.period_range(min(held), max(held), freq="M")[::months]
    missing = [end for end in ends if end not in held]
    if not missing:
        return
    named = ", ".join(month_in_words(end) for end in missing[:_MOST_NAMED])
    more = f" and {len(missing) - _MOST_NAMED} more" if len(missing) > _MOST_NAMED else ""
    what = "months" if months == 1 else "quarters"
    row: Row = rows_of(figures.tail(1))[0]
    message = f"{len(missing)} of {len(ends)} {what} are missing: {named}{more}."
    step = "Ask for them; if they were never collected, say so with a status."
    yield finding_of(row, plan, Severity.FLAG, "gap", message, step)


def _out_of_scale(figures: pd.DataFrame, months: int, plan: Plan) -> Iterator[Finding]:
    """A figure many times the others, as a yearly total entered for a month would be."""
    usual = figures["numerator"].median()
    if months >= MONTHS_IN_A_YEAR or figures["numerator"].notna().sum() < _LEAST_TO_JUDGE or not usual >= _LEAST_USUAL:
        return
    for row in rows_of(figures[figures["numerator"] >= _OUT_OF_SCALE * usual]):
        message = (
            f"{row['numerator']:,.0f} is {row['numerator'] / usual:,.0f} times the usual {usual:,.0f}: "
            "it may cover more months than it says."
        )
        yield finding_of(row, plan, Severity.FLAG, "out_of_scale", message, "Check the column months.")


def _month_above_year(counts: pd.DataFrame, plan: Plan) -> Iterator[Finding]:
    """A shorter span with a larger count than the 12 months that end with it."""
    keys = ["indicator", "area", "period_end"]
    yearly = counts[counts["months"] == MONTHS_IN_A_YEAR].set_index(keys)["numerator"]
    shorter = counts[counts["months"] < MONTHS_IN_A_YEAR]
    whole = shorter.set_index(keys).index.map(yearly.to_dict())
    for row, total in zip(rows_of(shorter), whole, strict=True):
        if row["numerator"] > total:
            message = (
                f"{row['numerator']:,.0f} in {row['months']:.0f} months is more than the {total:,.0f} of the 12 months "
                "that end with them."
            )
            yield finding_of(row, plan, Severity.FLAG, "month_above_year", message, "Check the column months of both.")
