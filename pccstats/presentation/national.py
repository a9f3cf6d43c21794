"""All forces of a plan as chart, sentence and table."""

from __future__ import annotations

from collections import Counter

import pandas as pd
from matplotlib.figure import Figure

from pccstats.presentation import numbers
from pccstats.presentation.areas import draw_areas
from pccstats.presentation.table import Column, TableSpec
from pccstats.presentation.verbs import describe, draw, table_of
from pccstats.terms.results.national import NationalReview
from pccstats.terms.words import Signal, State, Strength, counted


@draw.register
def draw_national(result: NationalReview, *, indicator: str = "", view: str = "change") -> Figure:
    """The funnel of one measure, by its key; of the first where none is named.

    Parameters
    ----------
    view : {"change", "rates"}
    """
    comparison = result.comparison(indicator) if indicator else result.comparisons[0]
    return draw_areas(comparison, view=view)


@describe.register
def describe_national(result: NationalReview) -> str:
    """How many verdicts there are, how many are firm, and how many chance alone would give."""
    points = result.points
    asked = points[points["has_change"]]
    firm = Counter(asked.loc[asked["strength"] == Strength.FIRM, "own_past"])
    by_chance = (1 - result.confidence) * result.verdicts
    told = ", ".join(f"{firm[state]} {state}" for state in (State.WORSE, State.BETTER) if firm[state])
    return (
        f"{counted(len(result.areas), 'force')}, {counted(len(result.comparisons), 'measure')} and "
        f"{result.verdicts} changes tested{f', of which {told}, firmly' if told else ', none of them firm'}; by chance "
        f"alone some {numbers.plain(by_chance)} of so many tests find a change."
    )


@table_of.register
def national_table(result: NationalReview) -> TableSpec:
    """Every measure: all forces together, how many are better and worse, and who moved otherwise than all."""
    rows = []
    for each in result.comparisons:
        firm = each.points[each.points["strength"] == Strength.FIRM]
        rows.append(
            {
                "measure": each.title,
                "overall": each.overall_change_pct,
                "worse": int((firm["own_past"] == State.WORSE).sum()),
                "better": int((firm["own_past"] == State.BETTER).sum()),
                "up": numbers.listed(list(result.moved(each.key, Signal.ABOVE))) or numbers.NO_FIGURE,
                "down": numbers.listed(list(result.moved(each.key, Signal.BELOW))) or numbers.NO_FIGURE,
            }
        )
    columns = (
        Column("measure", "Measure"),
        Column("overall", "All forces together, %", "signed", 1),
        Column("worse", "Forces firmly worse", "number"),
        Column("better", "Forces firmly better", "number"),
        Column("up", "Moved up against the others"),
        Column("down", "Moved down against the others"),
    )
    notes = ("Moved against the others: beyond the 99.8% limits of the funnel of change.", result.method)
    return TableSpec(
        "Each measure: all forces together, and those beyond the limits", columns, pd.DataFrame(rows), notes=notes
    )
