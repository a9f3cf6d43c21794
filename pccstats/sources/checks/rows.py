"""Checks a row must pass by itself, and the contract of the table they make."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from pccstats.sources.sheets import Rule, months_of, numbers_of, row_number
from pccstats.terms.errors import DataProblem, Finding, Problem, Severity, did_you_mean
from pccstats.terms.plan import Plan
from pccstats.terms.words import BOUNDS, EXPOSURES, LOWER, OBSERVATIONS, SPANS, UPPER, Kind, Status

_MONTH = r"[0-9]{4}-(0[1-9]|1[0-2])(-[0-9]{2})?"
_EXPLAINED = [status for status in Status if status.may_lack_figure]
_NOT_A_MONTH = Rule("not_a_month", "This is not a month.", "Write the last month covered as YYYY-MM: 2015-06.")
_BAD_SPAN = Rule("months", "A figure covers 1, 3 or 12 months.", "Write 1, 3 or 12.")
_BAD_DATE = Rule("published_on", "This is not a date.", "Write it as 2015-06 or 2015-06-18, or leave it empty.")
_BAD_STATUS = Rule(
    "status", "This is not a status.", f"Leave it empty or write {', '.join(status.value for status in Status)}."
)
_NOT_A_NUMBER = Rule(
    "not_a_number", "This is not a number.", "Write figures alone, or leave it empty and give a status."
)
_NOT_FINITE = Rule("not_finite", "A figure must be finite.", "Correct it.")
_COMMAS = Rule("commas", "The number has commas in it; it was read without them.", severity=Severity.NOTE)
_NEGATIVE = Rule("negative", "A figure cannot be below zero.", "Correct it.")
_NO_RESPONDENTS = Rule("denominator", "A denominator must be above zero.", "Correct it, or leave it empty.")
_NO_FIGURE = Rule(
    "no_figure", "There is neither a figure nor a status.", "Give one: not_collected, embargoed, censored, ..."
)
_FIGURE_NOT_COLLECTED = Rule("contradiction", "There is a figure, and it is said not to be collected.", "Drop one.")
_ABOVE_WHOLE = Rule("above_whole", "The numerator is above the denominator.", "Correct one of them.")
_ABOVE_HUNDRED = Rule("above_hundred", "A percentage cannot be above 100.", "Correct it, or give its denominator.")
_HALF_INTERVAL = Rule("interval", "An interval has a lower and an upper end.", "Give both, or neither.")
_INTERVAL_OF_NOTHING = Rule("interval", "There is an interval, and no figure.", "Give the figure, or leave both empty.")
_NOT_WITHIN = Rule(
    "interval",
    "The figure does not lie within its interval, the lower end below the upper.",
    "Correct it. The ends are in the unit of the figure: per cent, or per 1,000.",
)
_NO_ESTIMATE = Rule("interval", "Counts are no estimates: they have no published interval.", "Leave both ends empty.")
_HOW_SURE = Rule(
    "interval",
    "The plan does not say how sure the published interval is.",
    "Write interval = 0.95 at the indicator in plan.toml, as the publisher says.",
)
_BAD_RANK = Rule("position", "A position lies between 1 and the size of the group.", "Correct it.")
_PART_EVENT = Rule("part_event", "A count is not a whole number.", "Ask whoever sent it.", Severity.FLAG)
_AFTER_PUBLISHING = Rule(
    "after_publishing", "The figure ends after the month it was published in.", "Correct one.", Severity.FLAG
)
_NOT_AN_EXPOSURE = Rule("not_a_number", "This is not a number.", "Correct it, or leave it empty.")
_NOT_ABOVE_ZERO = Rule("denominator", "A population must be above zero.", "Correct it, or leave it empty.")
_NOT_A_YEAR = Rule("year", "This is not a year.", "Write four figures: 2011.")
_REPEATED = Rule("repeated", "This area, year and vintage are there twice.", "Keep one of the rows.")
Row = dict[Hashable, Any]


def checked_observations(rows: pd.DataFrame, plan: Plan) -> tuple[pd.DataFrame, list[Finding]]:
    """Hold observations, as text, against every rule; give them back typed.

    Returns
    -------
    DataFrame, list of Finding
        The columns of an observation with `period_end` as months and figures as numbers, the place of each row beside
        them; and what was found. The table is sound only if nothing found has severity `refuse`.
    """
    findings = [
        *unknown_names(rows, "indicator", [i.key for i in (*plan.indicators, *plan.supporting)]),
        *unknown_names(rows, "area", [area.name for area in plan.areas]),
        *_words(rows),
    ]
    bounds = [column for column in BOUNDS if column in rows]
    rows = rows.assign(**{column: rows[column].fillna("") for column in bounds})  # of some sources alone
    typed = rows.copy()
    for column in ("numerator", "denominator", *bounds):
        typed[column], found = _numbers(rows, column)
        findings += found
    ends, is_no_month = months_of(rows["period_end"])
    findings += _NOT_A_MONTH.broken_by(rows, is_no_month, "period_end")
    typed["period_end"] = ends
    typed["months"] = pd.to_numeric(rows["months"], errors="coerce")
    findings += _figures(rows, typed, plan)
    return typed, findings


def _words(rows: pd.DataFrame) -> Iterator[Finding]:
    spans = [str(span) for span in SPANS]
    yield from _BAD_SPAN.broken_by(rows, ~rows["months"].isin(spans), "months")
    known = ["", *(status.value for status in Status)]
    yield from _BAD_STATUS.broken_by(rows, ~rows["status"].isin(known), "status")
    is_date = rows["published_on"].str.fullmatch(_MONTH) | (rows["published_on"] == "")
    yield from _BAD_DATE.broken_by(rows, ~is_date, "published_on")


def _numbers(rows: pd.DataFrame, column: str) -> tuple[pd.Series, list[Finding]]:
    numbers = numbers_of(rows[column])
    findings = [
        *_NOT_A_NUMBER.broken_by(rows, numbers.is_text, column),
        *_NOT_FINITE.broken_by(rows, numbers.is_infinite, column),
        *_COMMAS.broken_by(rows, numbers.has_commas, column),
        *_NEGATIVE.broken_by(rows, numbers.values < 0, column),
    ]
    return numbers.values, findings


def _figures(rows: pd.DataFrame, typed: pd.DataFrame, plan: Plan) -> Iterable[Finding]:
    """Rules between the cells of a row."""
    kinds = {indicator.key: indicator.kind for indicator in (*plan.indicators, *plan.supporting)}
    kind = rows["indicator"].map(kinds)
    numerator, denominator = typed["numerator"], typed["denominator"]
    is_empty = rows["numerator"] == ""
    is_proportion = kind.isin([kind for kind in Kind if kind.is_proportion])
    yield from _NO_RESPONDENTS.broken_by(rows, denominator == 0, "denominator")
    yield from _NO_FIGURE.broken_by(rows, is_empty & ~rows["status"].isin(_EXPLAINED))
    yield from _FIGURE_NOT_COLLECTED.broken_by(rows, ~is_empty & (rows["status"] == Status.NOT_COLLECTED), "numerator")
    yield from _ABOVE_WHOLE.broken_by(rows, is_proportion & (numerator > denominator), "numerator")
    yield from _ABOVE_HUNDRED.broken_by(rows, is_proportion & denominator.isna() & (numerator > 100), "numerator")
    if LOWER in rows:
        yield from _intervals(rows, typed, kind, plan)
    is_no_rank = (numerator < 1) | (numerator > denominator)
    yield from _BAD_RANK.broken_by(rows, (kind == Kind.POSITION) & is_no_rank, "numerator")
    yield from _PART_EVENT.broken_by(rows, (kind == Kind.COUNT) & (numerator % 1 > 0), "numerator")
    is_late = (rows["published_on"] != "") & (rows["published_on"].str[:7] < rows["period_end"].str[:7])
    yield from _AFTER_PUBLISHING.broken_by(rows, is_late, "period_end")


def _intervals(rows: pd.DataFrame, typed: pd.DataFrame, kind: pd.Series, plan: Plan) -> Iterator[Finding]:
    """Rules of the intervals that figures were published with."""
    lower, upper, numerator = typed[LOWER], typed[UPPER], typed["numerator"]
    is_given = (rows[LOWER] != "") & (rows[UPPER] != "")
    yield from _HALF_INTERVAL.broken_by(rows, (rows[LOWER] != "") ^ (rows[UPPER] != ""), LOWER)
    yield from _INTERVAL_OF_NOTHING.broken_by(rows, is_given & (rows["numerator"] == ""), LOWER)
    is_estimate = kind.isin([each for each in Kind if each.is_estimate])
    yield from _NO_ESTIMATE.broken_by(rows, is_given & ~is_estimate, LOWER)
    known = {each.key for each in (*plan.indicators, *plan.supporting) if each.interval is not None}
    yield from _HOW_SURE.broken_by(rows, is_given & is_estimate & ~rows["indicator"].isin(known), LOWER)
    value = shown_value(numerator, typed["denominator"], kind)
    is_within = (lower <= value) & (value <= upper) & (lower < upper)
    yield from _NOT_WITHIN.broken_by(rows, is_given & is_estimate & value.notna() & ~is_within, LOWER)


def shown_value(numerator: pd.Series, denominator: pd.Series, kind: pd.Series) -> pd.Series:
    """The figure readers see: a per cent, a rate per 1,000, or the figure itself where it is out of nothing."""
    per = kind.map({each: each.per for each in Kind}).astype(float)
    return (per * numerator / denominator).where(denominator.notna() & per.notna(), numerator)


def as_table(typed: pd.DataFrame) -> pd.DataFrame:
    """The observations alone, in one order, whatever order the files came in."""
    bounds = [column for column in BOUNDS if column in typed and typed[column].notna().any()]
    table = typed[[*OBSERVATIONS, *bounds]].astype({"months": "int64"})
    by = ["indicator", "area", "period_end", "months", "published_on"]
    return table.sort_values(by, kind="stable", ignore_index=True)


def checked_exposures(rows: pd.DataFrame, plan: Plan) -> tuple[pd.DataFrame, list[Finding]]:
    """Hold populations, as text, against every rule; give them back typed and in order."""
    findings = [*unknown_names(rows, "area", [area.name for area in plan.areas])]
    typed = rows.copy()
    for column in ("persons", "households"):
        numbers = numbers_of(rows[column])
        typed[column] = numbers.values
        findings += _NOT_AN_EXPOSURE.broken_by(rows, numbers.is_text | numbers.is_infinite, column)
        findings += _NOT_ABOVE_ZERO.broken_by(rows, numbers.values <= 0, column)
    is_year = rows["year"].str.fullmatch(r"(19|20)[0-9][0-9]")
    findings += _NOT_A_YEAR.broken_by(rows, ~is_year, "year")
    typed["year"] = pd.to_numeric(rows["year"].where(is_year), errors="coerce").fillna(0).astype("int64")
    findings += _REPEATED.broken_by(rows, rows.duplicated(["area", "year", "vintage"]), "area")
    is_date = rows["published_on"].str.fullmatch(_MONTH) | (rows["published_on"] == "")
    findings += _BAD_DATE.broken_by(rows, ~is_date, "published_on")
    table = typed[list(EXPOSURES)].sort_values(["area", "year", "vintage"], kind="stable", ignore_index=True)
    return table, findings


def held_to_contract(table: pd.DataFrame) -> pd.DataFrame:
    """Give the table back if it keeps the contract.

    Raises
    ------
    DataProblem
        With every column and rule that is broken.
    """
    import pandera.pandas as pa  # noqa: PLC0415 0.4 seconds that only a build need take

    text = pa.Column(object, nullable=False, coerce=True)
    figure = pa.Column(float, pa.Check(np.isfinite), nullable=True)
    bound = pa.Column(float, pa.Check(np.isfinite), nullable=True, required=False)
    schema = pa.DataFrameSchema(
        {
            "indicator": pa.Column(object, pa.Check.str_length(min_value=1), coerce=True),
            "area": pa.Column(object, pa.Check.str_length(min_value=1), coerce=True),
            "period_end": pa.Column(pd.PeriodDtype("M"), nullable=False),
            "months": pa.Column("int64", pa.Check.isin(SPANS)),
            "numerator": figure,
            "denominator": pa.Column(float, pa.Check.gt(0), nullable=True),
            "status": pa.Column(object, pa.Check.isin(["", *(status.value for status in Status)]), coerce=True),
            **dict.fromkeys(("source", "published_on", "note"), text),
            **dict.fromkeys(BOUNDS, bound),
        },
        checks=pa.Check(_has_whole_intervals, name="an interval has two ends, the lower below the upper"),
        strict=True,
        ordered=True,
        unique=["indicator", "area", "period_end", "months", "published_on", "source"],
    )
    try:
        schema.validate(table, lazy=True)
    except pa.errors.SchemaErrors as error:
        cases = (
            error.failure_cases[["column", "check"]].astype(str).drop_duplicates().itertuples(index=False, name=None)
        )
        step = "This is a fault of a reader or a check, not of the file."
        raise DataProblem(
            Problem(f"The table breaks its contract: {check}.", f"column {column}", next_step=step)
            for column, check in cases
        ) from None
    return table[[*OBSERVATIONS, *(column for column in BOUNDS if column in table)]]


def _has_whole_intervals(table: pd.DataFrame) -> bool:
    held = [column for column in BOUNDS if column in table]
    if len(held) < len(BOUNDS):
        return not held
    is_empty = table[LOWER].isna() & table[UPPER].isna() | table["numerator"].isna() & table[LOWER].isna()
    return bool((is_empty | (table[LOWER] < table[UPPER])).all())


def rows_of(figures: pd.DataFrame) -> list[Row]:
    """The rows of a table as dictionaries."""
    return figures.to_dict("records")


def finding_of(row: Row, plan: Plan, severity: Severity, rule: str, message: str, next_step: str) -> Finding:
    """A finding about one figure, with what the figure is called and its place."""
    return Finding(
        severity,
        rule,
        f"{plan.indicator(row['indicator']).name}: {message}",
        file=row["file"],
        row=row_number(row),
        indicator=row["indicator"],
        area=row["area"],
        period_end=str(row["period_end"]),
        next_step=next_step,
        published_on=str(row["published_on"]),
    )


def unknown_names(rows: pd.DataFrame, column: str, known: list[str]) -> Iterator[Finding]:
    """A finding for every name of a column that the plan does not have, with the names most like it."""
    unknown = rows[~rows[column].isin(known)]
    for name, group in unknown.groupby(column, sort=True):
        hint = did_you_mean(str(name), known, otherwise="Add it to plan.toml, or correct the name.")
        count = f"{len(group):,} rows have it. " if len(group) > 1 else ""
        rule = Rule(f"unknown_{column}", f"The plan has no such {column}.", count + hint)
        yield from rule.broken_by(group.head(1), np.array([True]), column)
