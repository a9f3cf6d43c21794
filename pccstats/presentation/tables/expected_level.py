"""The table of an expected level: the latest months with their limits and signals."""

from __future__ import annotations

from typing import Literal

import pandas as pd

from pccstats.presentation.sentences.expected_level import decimals_of
from pccstats.presentation.table import Column, TableSpec
from pccstats.presentation.tabulate import table_of
from pccstats.terms.periods import month_in_words
from pccstats.terms.results.expected_level import ExpectedLevel

SIGNAL_WORDS = {
    "improvement": "improvement",
    "concern": "concern",
    "high": "high",
    "low": "low",
    "common_cause": "–",
}


@table_of.register
def expected_level_table(result: ExpectedLevel) -> TableSpec:
    """Every month of the chart, latest first."""
    form: Literal["per_cent", "number"] = "per_cent" if result.kind.is_proportion else "number"
    decimals = 1 if result.kind.is_proportion else decimals_of(result)
    rows = result.points.iloc[::-1].reset_index(drop=True)
    rows = rows.assign(
        name=[month_in_words(month) for month in rows["month"]],
        judged=[SIGNAL_WORDS[word] for word in rows["variation"]],
        found=_found(rows),
    )
    columns = [
        Column("name", "Month"),
        Column("value", _capital(result.unit) or "Figure", form, decimals),
        *_denominator(result),
        Column("centre_line", "Centre line", form, decimals),
        Column("lower_process_limit", "Lower limit", form, decimals),
        Column("upper_process_limit", "Upper limit", form, decimals),
        Column("judged", "Signal"),
        Column("found", "By which rule"),
    ]
    return TableSpec(
        title=f"{result.title}: mean expected level",
        subtitle=", ".join(filter(None, (result.unit, result.area))),
        columns=tuple(columns),
        rows=rows,
        notes=(result.method,),
    )


def _found(rows: pd.DataFrame) -> list[str]:
    found = [rules.replace("_", " ") for rules in rows["rules"]]
    return [
        "not judged" if excluded else text or "–" for text, excluded in zip(found, rows["is_excluded"], strict=True)
    ]


def _denominator(result: ExpectedLevel) -> list[Column]:
    if not result.kind.is_proportion or result.points["denominator"].isna().all():
        return []
    return [Column("denominator", "Respondents" if result.kind == "survey" else "Out of", "number")]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
