"""Records by month beside official totals: what share they hold, and which months are missing, in words and tables."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import pandas as pd

from pccstats.presentation import numbers
from pccstats.presentation.table import Column, TableSpec
from pccstats.terms.periods import month_in_words, months_in_words, so_many_months
from pccstats.terms.results.published import Coverage, DataQuality
from pccstats.terms.words import capital, counted

NO_VERDICT = "No total of a year and no verdict is made of records with months missing."


def coverage_in_words(result: DataQuality) -> str:
    """How many measures of the focus hold their usual part, and which do not; empty where none has both."""
    rows = _latest(_own(result))
    if rows.empty:
        return ""
    systems = numbers.listed(list(dict.fromkeys(rows["system"])))
    opening = f"{systems}: they count month by month what official totals count by the year or quarter. "
    return opening + " ".join(filter(None, (_judged(rows), _without(rows), NO_VERDICT)))


def _judged(rows: pd.DataFrame) -> str:
    """`Of 7 measures 5 hold the usual part; Robbery, official (93%) does not.`."""
    judged = rows[rows["coverage"] != Coverage.TOO_LITTLE]
    odd = judged[judged["coverage"] == Coverage.UNUSUAL]
    if judged.empty:
        return "Too little is held to say whether the two agree."
    if odd.empty:
        return f"Of the months held they have the usual part in {_all_of(len(judged))}."
    usual = f"{len(judged) - len(odd)} of {counted(len(judged), 'measure')}"
    return f"Of the months held they have the usual part in {usual}, and not in {_with_shares(odd)}."


def _with_shares(rows: pd.DataFrame) -> str:
    """`Robbery, official (93%) and Theft from the person, official (110%)`."""
    named = zip(rows["name"], rows["share"], strict=True)
    return numbers.listed([f"{name} ({100 * share:.0f}%)" for name, share in named])


def _all_of(count: int) -> str:
    return f"all {counted(count, 'measure')}" if count > 1 else "the one measure"


def _without(rows: pd.DataFrame) -> str:
    """Which months are missing, where all measures lack the same; the table says it else."""
    missing = set(rows["missing"])
    if len(missing) > 1:
        return "Which months are missing differs by measure."
    months = next(iter(missing))
    return f"Missing: {months_in_words(months)}." if months else "No month is missing."


def coverage_table(result: DataQuality, *, is_latest: bool = True) -> TableSpec:
    """Measure by measure of the focus, the latest period of each; or all the periods before."""
    own = _own(result)
    latest = _latest(own)
    chosen = latest if is_latest else own.drop(latest.index).iloc[::-1]
    told = chosen.to_dict("records")
    rows = chosen.assign(
        period=[_period(row) for row in told],
        held_of=[_held(row) for row in told],
        per_cent=100 * chosen["share"],
        usual_range=[_usual(row) for row in told],
        words=[capital(Coverage(row["coverage"]).in_words) for row in told],
    )
    columns = (
        Column("name", "Measure"),
        Column("period", "Official total of"),
        Column("held_of", "Months held"),
        Column("records", "Records", "number"),
        Column("official", "Official total", "number"),
        Column("per_cent", "Share of the days held, %", "number"),
        Column("usual_range", "Usual, %", "figure"),
        Column("words", "What it says"),
    )
    return TableSpec(
        "Records by month beside official totals",
        columns,
        rows,
        "a share is that of the official total in proportion to the days held",
    )


def coverage_of_areas_table(result: DataQuality) -> TableSpec:
    """One row an area but the focus: months held, the smallest and the largest share, and what is not as usual."""
    found = []
    for area, rows in result.coverage[result.coverage["area"] != result.focus].groupby("area", sort=True):
        latest = _latest(rows)
        judged = latest[latest["coverage"] != Coverage.TOO_LITTLE]
        odd = latest[latest["coverage"] == Coverage.UNUSUAL]
        missing = sorted({month for months in latest["missing"] for month in months})
        found.append(
            {
                "area": area,
                "missing": months_in_words(missing) if missing else "None",
                "least": 100 * judged["share"].min(),
                "most": 100 * judged["share"].max(),
                "odd": _with_shares(odd) if len(odd) else ("Nothing" if len(judged) else "Too little held to say"),
            }
        )
    columns = (
        Column("area", "Area"),
        Column("missing", "Months missing"),
        Column("least", "Smallest share, %", "number"),
        Column("most", "Largest share, %", "number"),
        Column("odd", "Not as usual"),
    )
    rows = pd.DataFrame(found, columns=[column.name for column in columns])
    return TableSpec("Records by month beside official totals, other areas", columns, rows, "the latest period of each")


def _own(result: DataQuality) -> pd.DataFrame:
    return result.coverage[result.coverage["area"] == result.focus].reset_index(drop=True)


def _latest(rows: pd.DataFrame) -> pd.DataFrame:
    """The latest period of each measure that can be judged, else the latest."""
    ordered = rows.assign(is_judged=rows["coverage"] != Coverage.TOO_LITTLE)
    ordered = ordered.sort_values(["is_judged", "period_end"], kind="stable")
    return rows.loc[ordered.drop_duplicates("indicator", keep="last").index.sort_values()]


def _period(row: dict[Hashable, Any]) -> str:
    return f"{so_many_months(row['months'])} to {month_in_words(row['period_end'])}"


def _held(row: dict[Hashable, Any]) -> str:
    """`11 of 12: without December 2014`."""
    without = f": without {months_in_words(row['missing'])}" if row["missing"] else ""
    return f"{row['held']} of {row['months']}{without}"


def _usual(row: dict[Hashable, Any]) -> str:
    if pd.isna(row["tolerance"]):
        return numbers.NO_FIGURE
    return f"{100 * (row['usual'] - row['tolerance']):.0f} to {100 * (row['usual'] + row['tolerance']):.0f}"
