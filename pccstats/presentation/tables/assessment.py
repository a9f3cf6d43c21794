"""A quarter or a priority as a table, one row an indicator."""

from __future__ import annotations

import pandas as pd

from pccstats.presentation.pages.figures import (
    change_in_words,
    figure_in_words,
    figures_table,
    interval_in_words,
    position_in_words,
    projection_in_words,
)
from pccstats.presentation.states import STATE_WORDS
from pccstats.presentation.table import Column, TableSpec
from pccstats.presentation.tabulate import table_of
from pccstats.terms.results.assessment import IndicatorReview, PriorityReview, QuarterAssessment

COLUMNS = (
    Column("indicator", "Indicator"),
    Column("unit", "Unit"),
    Column("state", "Verdict"),
    Column("baseline", "Baseline", "figure"),
    Column("latest", "Latest", "figure"),
    Column("change", "Change", "figure"),
    Column("interval", "95% interval", "figure"),
    Column("peers", "Peers", "figure"),
    Column("projection", "Projection", "figure"),
)


@table_of.register
def quarter_table(result: QuarterAssessment) -> TableSpec:
    """The dashboard's rows."""
    return TableSpec(
        title=result.theme.title if result.theme else result.plan.title,
        subtitle=result.quarter.in_words,
        columns=COLUMNS,
        rows=_rows(result.reviews),
        notes=(result.method,),
    )


@table_of.register
def priority_table(result: PriorityReview) -> TableSpec:
    """The rows of one priority."""
    title = f"{result.priority.number}. {result.priority.name}"
    return TableSpec(title, COLUMNS, _rows(result.reviews), notes=(result.method,))


@table_of.register
def indicator_table(result: IndicatorReview) -> TableSpec:
    """The figures of one indicator, question by question."""
    return figures_table(result)


def _rows(reviews: tuple[IndicatorReview, ...]) -> pd.DataFrame:
    rows = [
        (
            review.indicator.name,
            review.indicator.unit,
            STATE_WORDS[review.state],
            figure_in_words(review.baseline, review.indicator),
            figure_in_words(review.latest, review.indicator),
            change_in_words(review),
            interval_in_words(review),
            position_in_words(review),
            projection_in_words(review),
        )
        for review in reviews
    ]
    return pd.DataFrame(rows, columns=[column.name for column in COLUMNS])
