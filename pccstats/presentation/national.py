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
from pccstats.terms.results.peers import AreaComparison, AreaRow
from pccstats.terms.words import Signal, State, counted

_GRADES = (State.WORSE, State.BETTER)
_NO_GRADE = "higher or lower where neither way is better"


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
    rows = [row for each in result.comparisons if each.has_change for row in each.areas if row.is_verdict]
    firm = Counter(_way(row) for row in rows if row.has_moved_firmly)
    told = numbers.listed([f"{firm[way]} are firmly {way}" for way in (*_GRADES, _NO_GRADE) if firm[way]])
    by_chance = (1 - result.confidence) * result.verdicts
    return (
        f"{counted(len(result.areas), 'force')}, {counted(len(result.comparisons), 'measure')}. Of {result.verdicts} "
        f"changes tested {told or 'none is firm'}; if nothing had changed, chance alone would move some "
        f"{numbers.plain(by_chance)} of so many."
    )


def _way(row: AreaRow) -> str:
    return str(row.own_past) if row.own_past in _GRADES else _NO_GRADE


@table_of.register
def national_table(result: NationalReview) -> TableSpec:
    """Every measure: all forces compared, how many of them firmly moved, and who moved far otherwise than all."""
    rows = [
        {
            "measure": f"{each.title}{_how_many(each, result)}",
            "overall": each.overall_change_pct,
            "moved": _firmly_moved(each),
            "up": numbers.listed(list(result.moved(each.key, Signal.ABOVE))) or numbers.NO_FIGURE,
            "down": numbers.listed(list(result.moved(each.key, Signal.BELOW))) or numbers.NO_FIGURE,
        }
        for each in result.comparisons
    ]
    columns = (
        Column("measure", "Measure"),
        Column("overall", "All together, %", "signed", 1),
        Column("moved", "Forces that firmly moved"),
        Column("up", "Far up against the others"),
        Column("down", "Far down against the others"),
    )
    far = (
        "Far: beyond the 99.8% limits of the funnel of change. The arrows of the table above, and the page of each "
        "measure, go by its 95% limits and name more forces."
    )
    return TableSpec(
        "Each measure: all forces together, and those far from the others",
        columns,
        pd.DataFrame(rows),
        notes=(far, result.method),
    )


def _how_many(comparison: AreaComparison, result: NationalReview) -> str:
    """` (38 of 43 forces)`, where not all can be compared; empty where all are, or none is."""
    compared = len(comparison.points)
    if not comparison.has_change or compared == len(result.areas):
        return ""
    return f" ({compared} of {counted(len(result.areas), 'force')})"


def _firmly_moved(comparison: AreaComparison) -> str:
    """`4 worse, 1 better`, `31 higher`, `none`; a dash where nobody can be compared."""
    if not comparison.has_change:
        return numbers.NO_FIGURE
    found = Counter(row.verdict for row in comparison.areas if row.has_moved_firmly)
    return ", ".join(f"{found[verdict]} {verdict}" for verdict in sorted(found, reverse=True)) or "none"
