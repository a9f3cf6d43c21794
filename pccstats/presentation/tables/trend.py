"""The months of a trend as a table."""

from __future__ import annotations

from pccstats.presentation.table import Column, TableSpec
from pccstats.presentation.tabulate import table_of
from pccstats.terms.periods import month_in_words
from pccstats.terms.results.trend import Trend


@table_of.register
def trend_table(result: Trend) -> TableSpec:
    """Every month as counted, as tested, and a year before."""
    decimals = 1 if result.kind.is_proportion else 0
    rows = result.points.assign(when=[month_in_words(month) for month in result.points["month"]])
    return TableSpec(
        title=result.title,
        subtitle=result.unit,
        columns=(
            Column("when", "Month"),
            Column("value", "Figure", "number", decimals),
            Column("adjusted", "As tested: months alike, season out", "number", 1),
            Column("year_before", "A year before, months alike", "number", 1),
        ),
        rows=rows,
        notes=(result.method,),
    )
