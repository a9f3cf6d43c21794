"""The table of a rolling year: the years that end where the latest does, and the baseline."""

from __future__ import annotations

from typing import Literal

import pandas as pd

from pccstats.presentation.sentences.rolling_year import decimals_of
from pccstats.presentation.table import Column, TableSpec
from pccstats.presentation.tabulate import table_of
from pccstats.terms.periods import MONTHS_IN_A_YEAR, month_in_words
from pccstats.terms.results.rolling_year import RollingYear
from pccstats.terms.words import Kind

MOST_ROWS = 12


@table_of.register
def rolling_year_table(result: RollingYear) -> TableSpec:
    """Whole years only, one a year back from the latest, with the baseline year among them."""
    rows = _rows_shown(result)
    decimals = decimals_of(result)
    is_share = result.kind.is_proportion
    form: Literal["per_cent", "number"] = "per_cent" if is_share else "number"
    level = f"{100 * result.confidence:g}%"
    columns = [
        Column("ending", "12 months to"),
        Column("value", _capital(result.unit) or "Value", form, 1 if is_share else decimals),
        Column("lower", f"{level} lower", form, 1 if is_share else decimals),
        Column("upper", f"{level} upper", form, 1 if is_share else decimals),
    ]
    if result.kind is not Kind.COUNT and rows["denominator"].notna().any():
        columns += [Column("numerator", "Numerator", "number"), Column("denominator", "Denominator", "number")]
    if (rows["breaks"] != "").any():
        columns.append(Column("breaks", "Change of definition within the year"))
    sources = (f"Source: {'; '.join(result.sources)}.",) if result.sources else ()
    return TableSpec(
        title=f"{result.title}: rolling years",
        subtitle=result.unit,
        columns=tuple(columns),
        rows=rows,
        notes=(result.method, *sources),
    )


def _rows_shown(result: RollingYear) -> pd.DataFrame:
    whole = result.points[result.points["value"].notna()]
    if len(whole) > MOST_ROWS:
        last = whole["period_end"].iloc[-1]
        is_anniversary = [(last - end).n % MONTHS_IN_A_YEAR == 0 for end in whole["period_end"]]
        is_baseline = [result.baseline is not None and end == result.baseline.last for end in whole["period_end"]]
        whole = whole[pd.Series(is_anniversary, whole.index) | pd.Series(is_baseline, whole.index)].tail(MOST_ROWS)
    return whole.assign(ending=[month_in_words(end) for end in whole["period_end"]])


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
