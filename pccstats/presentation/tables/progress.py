"""The tables of targets."""

from __future__ import annotations

from typing import Any

import pandas as pd

from pccstats.presentation import numbers
from pccstats.presentation.sentences.progress import OUTCOME_WORDS, describe_progress, figure
from pccstats.presentation.sentences.projection import chance_in_words
from pccstats.presentation.table import Column, TableSpec
from pccstats.presentation.tabulate import table_of
from pccstats.terms.periods import month_in_words
from pccstats.terms.results.progress import Basket, Outcome, Progress, RecordingWhatIf, TargetTable
from pccstats.terms.words import Kind


@table_of.register
def progress_table(result: Progress) -> TableSpec:
    """One target, question by question."""
    is_share = result.kind.is_proportion
    rate = numbers.per_cent if is_share else numbers.plain
    size = f"{numbers.signed(result.distance, 1)} points" if is_share else numbers.signed(result.distance)
    rows = [
        ("Baseline", figure(result, result.baseline)),
        ("Figure to reach", figure(result, result.to_reach, cautious=True)),
        (str(result.latest_window)[:1].upper() + str(result.latest_window)[1:], figure(result, result.latest)),
        ("Distance", f"{size} ({numbers.signed_per_cent(result.distance_pct)})"),
        ("Outcome", OUTCOME_WORDS[result.outcome]),
    ]
    if result.outcome is Outcome.OPEN:
        a_month = "Share" if is_share else "A month"
        rows += [
            (f"{a_month}, now", rate(result.run_rate_now)),
            (f"{a_month}, needed", rate(result.run_rate_needed)),
            ("Chance of meeting it", chance_in_words(result.chance_of_meeting)),
        ]
    return TableSpec(
        title=f"{result.title}: {result.target.strength} target",
        subtitle=result.unit,
        columns=(Column("what", "What"), Column("figure", "Figure", "figure")),
        rows=pd.DataFrame(rows, columns=["what", "figure"]),
        notes=(describe_progress(result), result.method),
    )


@table_of.register
def target_table_table(result: TargetTable) -> TableSpec:
    """Every target of a plan with what happened."""
    rows = pd.DataFrame([_target_row(row) for row in result.points.to_dict("records")])
    return TableSpec(
        title=result.title,
        subtitle=f"Figures to {month_in_words(result.until)}",
        columns=(
            Column("title", "Indicator"),
            Column("strength", "Target"),
            Column("by", "12 months to"),
            Column("baseline", "Baseline", "figure"),
            Column("to_reach", "To reach", "figure"),
            Column("figure", "Figure", "figure"),
            Column("distance", "Distance", "figure"),
            Column("outcome", "Outcome"),
            Column("note", "Note"),
        ),
        rows=rows,
        notes=(result.method,),
    )


@table_of.register
def basket_table(result: Basket) -> TableSpec:
    """What the basket must do, by how sure one wants to be."""
    rows = result.points.assign(sure=[numbers.per_cent(100 * chance, 0) for chance in result.points["chance"]])
    return TableSpec(
        title=f"What a basket must do for all crime to fall by {numbers.per_cent(result.reduction_pct)}",
        columns=(
            Column("sure", "Chance that all crime then meets it"),
            Column("reduction_pct", "Basket must fall by, %", "number", 1),
            Column("basket_at_most", "Basket at most", "number"),
        ),
        rows=rows,
        notes=(result.method,),
    )


@table_of.register
def recording_table(result: RecordingWhatIf) -> TableSpec:
    """What was recorded, what recording alone would bring, what is left."""
    recorded = pd.DataFrame([{"part": "as recorded", "change_pct": result.change_pct}])
    rows = pd.concat([recorded, result.points], ignore_index=True)
    level = f"{100 * result.confidence:g}%"
    return TableSpec(
        title=f"{result.title}: what if recording changed",
        columns=(
            Column("part", "Change"),
            Column("change_pct", "Per cent", "signed", 1),
            Column("lower", f"{level} lower", "signed", 1),
            Column("upper", f"{level} upper", "signed", 1),
        ),
        rows=rows,
        notes=(result.method,),
    )


def _target_row(row: dict[Any, Any]) -> dict[str, str]:
    is_share = row["kind"] in (Kind.SURVEY, Kind.SHARE)

    def written(value: float | None) -> str:
        if value is None or pd.isna(value):
            return numbers.NO_FIGURE
        return numbers.per_cent(value) if is_share else numbers.plain(value, 0 if value == round(value) else 2)

    judged = row["figure_at_date"] if row["by"] and row["outcome"] != Outcome.OPEN else row["latest"]
    has_both = judged is not None and row["to_reach"] is not None
    away = judged - row["to_reach"] if has_both else None
    return {
        "title": row["title"],
        "strength": row["strength"],
        "by": month_in_words(row["by"]) if row["by"] else "rolling",
        "baseline": written(row["baseline"]),
        "to_reach": written(row["to_reach"]),
        "figure": written(judged),
        "distance": numbers.signed(away, 1 if is_share else 0),
        "outcome": OUTCOME_WORDS[Outcome(row["outcome"])],
        "note": row["note"],
    }
