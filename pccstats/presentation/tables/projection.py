"""The tables of a projection: the years ahead, and how the same projection fared before."""

from __future__ import annotations

from typing import Literal

import pandas as pd

from pccstats.presentation.sentences.projection import (
    decimals_of,
    target_in_words,
    target_outcome_in_words,
)
from pccstats.presentation.table import Column, TableSpec
from pccstats.presentation.tabulate import table_of
from pccstats.terms.periods import MONTHS_IN_A_QUARTER, month_in_words
from pccstats.terms.results.projection import Projection

MOST_ORIGINS = 8


@table_of.register
def projection_table(result: Projection) -> TableSpec:
    """The baseline, the latest year, and the years that end with each quarter ahead, with both intervals."""
    form, decimals = _form(result)
    level = f"{100 * result.confidence:g}%"
    rows = _rows(result)
    return TableSpec(
        title=f"{result.title}: projection to {month_in_words(result.horizon)}",
        subtitle=result.unit,
        columns=(
            Column("ending", "12 months to"),
            Column("kind", "Kind"),
            Column("value", "Figure, or middle", form, decimals),
            Column("lower_80", "80% lower", form, decimals),
            Column("upper_80", "80% upper", form, decimals),
            Column("lower", f"{level} lower", form, decimals),
            Column("upper", f"{level} upper", form, decimals),
        ),
        rows=rows,
        notes=(*_targets(result), result.method),
    )


def _targets(result: Projection) -> list[str]:
    """A sentence a target: `Hard target, 75.0% by March 2014: met.`."""
    wanted = result.targets.reindex(columns=["strength", "by", "value", "outcome", "chance_of_meeting"])
    said = [
        f"{target_in_words(result, strength, by, value)}: {target_outcome_in_words(outcome, chance)}."
        for strength, by, value, outcome, chance in wanted.to_numpy()
    ]
    return [text[:1].upper() + text[1:] for text in said]


def backtest_table(result: Projection) -> TableSpec:
    """The same projection made before, and what then happened."""
    form, decimals = _form(result)
    tried = result.backtest
    step = max(1, -(-len(tried) // MOST_ORIGINS))
    rows = tried.iloc[::-1].iloc[::step].iloc[::-1]
    rows = rows.assign(
        made=[month_in_words(end) for end in rows["origin"]], ending=[month_in_words(end) for end in rows["horizon"]]
    )
    outs = [f"{tried[name].abs().mean():.1f}%" for name in ("error_pct", "naive_error_pct")]
    averages = (
        f"All {len(tried)} trials: out by {outs[0]} on average, and by {outs[1]} if no change had been expected.",
        "Neighbouring trials share most of their months: they are worth far fewer independent ones.",
    )
    return TableSpec(
        title=f"{result.title}: how such projections fared",
        subtitle=result.unit,
        columns=(
            Column("made", "Made with figures to"),
            Column("ending", "12 months to"),
            Column("projected", "Projected", form, decimals),
            Column("actual", "Happened", form, decimals),
            Column("error_pct", "Out by, %", "signed", 1),
            Column("naive_error_pct", "No change: out by, %", "signed", 1),
        ),
        rows=rows,
        notes=averages if len(tried) else ("The series is too short for a trial at this distance.",),
    )


def _form(result: Projection) -> tuple[Literal["per_cent", "number"], int]:
    return ("per_cent", 1) if result.kind.is_proportion else ("number", decimals_of(result))


def _rows(result: Projection) -> pd.DataFrame:
    points = result.points
    ahead = result.ahead
    back = [(result.horizon - end).n for end in ahead["period_end"]]
    quarterly = ahead[[months % MONTHS_IN_A_QUARTER == 0 for months in back]]
    baseline = result.observed[result.observed["period_end"] == result.since.last]
    rows = pd.concat([baseline, result.observed.tail(1), quarterly]).drop_duplicates("period_end")
    kinds = {result.since.last: "baseline"} if len(baseline) else {}
    return rows.assign(
        ending=[month_in_words(end) for end in rows["period_end"]],
        kind=[kinds.get(end, kind) for end, kind in zip(rows["period_end"], rows["kind"], strict=True)],
    ).reindex(columns=[*points.columns, "ending"])
