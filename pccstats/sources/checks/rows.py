"""Checks a row must pass: its cells, its period, its place in the contract."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterable, Iterator
from difflib import get_close_matches
from typing import Any

import numpy as np
import pandas as pd

from pccstats.sources.sheets import Rule, months_of, numbers_of, row_number
from pccstats.terms.errors import DataProblem, Finding, Problem, Severity
from pccstats.terms.periods import MONTHS_IN_A_YEAR, month_in_words
from pccstats.terms.plan import Plan
from pccstats.terms.words import EXPOSURES, OBSERVATIONS, SPANS, Kind, Status

_MONTH = r"[0-9]{4}-(0[1-9]|1[0-2])(-[0-9]{2})?"
_WITHOUT_FIGURE = (Status.NOT_COLLECTED, Status.EMBARGOED, Status.CENSORED, Status.NOT_COMPARABLE)
_PROPORTIONS = (Kind.SHARE, Kind.SURVEY)
_NOT_A_MONTH = Rule("not_a_month", "This is not a month.", "Write the last month covered as YYYY-MM: 2015-06.")
_BAD_SPAN = Rule("months", "A figure covers 1, 3 or 12 months.", "Write 1, 3 or 12.")
_BAD_DATE = Rule("published_on", "This is not a date.", "Write it as 2015-06 or 2015-06-18, or leave it empty.")
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
_BAD_RANK = Rule("position", "A position lies between 1 and the size of the group.", "Correct it.")
_PART_EVENT = Rule("part_event", "A count is not a whole number.", "Ask whoever sent it.", Severity.FLAG)
_AFTER_PUBLISHING = Rule(
    "after_publishing", "The figure ends after the month it was published in.", "Correct one.", Severity.FLAG
)
_NOT_AN_EXPOSURE = Rule("not_a_number", "This is not a number.", "Correct it, or leave it empty.")
_NOT_ABOVE_ZERO = Rule("denominator", "A population must be above zero.", "Correct it, or leave it empty.")
_NOT_A_YEAR = Rule("year", "This is not a year.", "Write four figures: 2011.")
_REPEATED = Rule("repeated", "This area, year and vintage are there twice.", "Keep one of the rows.")
_SERIES = ["indicator", "area", "months"]
_MOST_NAMED = 6
_LEAST_TO_JUDGE = 6  # figures beside which one is out of scale
_LEAST_USUAL = 20  # small counts vary by so much of themselves
_OUT_OF_SCALE = 6.0  # times the median: a year among months is twelve times, a year among quarters four
_FUTURE = Rule("future", "This month has not been yet.", "Correct period_end.")
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
    typed = rows.copy()
    for column in ("numerator", "denominator"):
        typed[column], found = _numbers(rows, column)
        findings += found
    ends, is_no_month = months_of(rows["period_end"])
    findings += _NOT_A_MONTH.broken_by(rows, is_no_month, "period_end")
    typed["period_end"] = ends
    typed["months"] = pd.to_numeric(rows["months"], errors="coerce")
    findings += _figures(rows, typed, plan)
    return typed, findings


_BAD_STATUS = Rule(
    "status", "This is not a status.", f"Leave it empty or write {', '.join(status.value for status in Status)}."
)


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
    is_proportion = kind.isin(_PROPORTIONS)
    yield from _NO_RESPONDENTS.broken_by(rows, denominator == 0, "denominator")
    yield from _NO_FIGURE.broken_by(rows, is_empty & ~rows["status"].isin(_WITHOUT_FIGURE))
    yield from _FIGURE_NOT_COLLECTED.broken_by(rows, ~is_empty & (rows["status"] == Status.NOT_COLLECTED), "numerator")
    yield from _ABOVE_WHOLE.broken_by(rows, is_proportion & (numerator > denominator), "numerator")
    yield from _ABOVE_HUNDRED.broken_by(rows, is_proportion & denominator.isna() & (numerator > 100), "numerator")
    is_no_rank = (numerator < 1) | (numerator > denominator)
    yield from _BAD_RANK.broken_by(rows, (kind == Kind.POSITION) & is_no_rank, "numerator")
    yield from _PART_EVENT.broken_by(rows, (kind == Kind.COUNT) & (numerator % 1 > 0), "numerator")
    is_late = (rows["published_on"] != "") & (rows["published_on"].str[:7] < rows["period_end"].str[:7])
    yield from _AFTER_PUBLISHING.broken_by(rows, is_late, "period_end")


def as_table(typed: pd.DataFrame) -> pd.DataFrame:
    """The observations alone, in one order, whatever order the files came in."""
    table = typed[list(OBSERVATIONS)].astype({"months": "int64"})
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
    table = typed[list(EXPOSURES)].sort_values(["area", "year", "vintage"], kind="stable", ignore_index=True)
    return table, findings


def span_findings(typed: pd.DataFrame, plan: Plan) -> Iterator[Finding]:
    """Figures of the future, gaps in a series, and figures whose span cannot be the one they give."""
    yield from _FUTURE.broken_by(typed, typed["period_end"] > _this_month(), "period_end")
    latest = typed.sort_values("published_on", kind="stable").drop_duplicates([*_SERIES, "period_end"], keep="last")
    latest = latest.sort_values("period_end", kind="stable")
    counts = {i.key for i in (*plan.indicators, *plan.supporting) if i.kind is Kind.COUNT}
    for _, figures in latest.groupby(_SERIES, sort=True):
        key, months = figures["indicator"].iloc[0], int(figures["months"].iloc[0])
        yield from _gaps(figures, months, plan)
        if key in counts:
            yield from _out_of_scale(figures, months, plan)
    yield from _month_above_year(latest[latest["indicator"].isin(counts)], plan)


def _this_month() -> pd.Period:
    return pd.Period(dt.datetime.now(tz=dt.UTC).date(), freq="M")


def _gaps(figures: pd.DataFrame, months: int, plan: Plan) -> Iterator[Finding]:
    """Months or quarters missing between the first and the last that are held; yearly figures may come at any time."""
    if months >= MONTHS_IN_A_YEAR:
        return
    held = set(figures["period_end"])
    ends = pd.period_range(min(held), max(held), freq="M")[::months]
    missing = [end for end in ends if end not in held]
    if not missing:
        return
    named = ", ".join(month_in_words(end) for end in missing[:_MOST_NAMED])
    more = f" and {len(missing) - _MOST_NAMED} more" if len(missing) > _MOST_NAMED else ""
    what = "months" if months == 1 else "quarters"
    row: Row = rows_of(figures.tail(1))[0]
    message = f"{len(missing)} of {len(ends)} {what} are missing: {named}{more}."
    step = "Ask for them; if they were never collected, say so with a status."
    yield finding_of(row, plan, Severity.FLAG, "gap", message, step)


def _out_of_scale(figures: pd.DataFrame, months: int, plan: Plan) -> Iterator[Finding]:
    """A figure many times the others, as a yearly total entered for a month would be."""
    usual = figures["numerator"].median()
    if months >= MONTHS_IN_A_YEAR or figures["numerator"].notna().sum() < _LEAST_TO_JUDGE or not usual >= _LEAST_USUAL:
        return
    for row in rows_of(figures[figures["numerator"] >= _OUT_OF_SCALE * usual]):
        message = (
            f"{row['numerator']:,.0f} is {row['numerator'] / usual:,.0f} times the usual {usual:,.0f}: "
            "it may cover more months than it says."
        )
        yield finding_of(row, plan, Severity.FLAG, "out_of_scale", message, "Check the column months.")


def _month_above_year(counts: pd.DataFrame, plan: Plan) -> Iterator[Finding]:
    """A shorter span with a larger count than the 12 months that end with it."""
    keys = ["indicator", "area", "period_end"]
    yearly = counts[counts["months"] == MONTHS_IN_A_YEAR].set_index(keys)["numerator"]
    shorter = counts[counts["months"] < MONTHS_IN_A_YEAR]
    whole = shorter.set_index(keys).index.map(yearly.to_dict())
    for row, total in zip(rows_of(shorter), whole, strict=True):
        if row["numerator"] > total:
            message = (
                f"{row['numerator']:,.0f} in {row['months']:.0f} months is more than the {total:,.0f} of the 12 months "
                "that end with them."
            )
            yield finding_of(row, plan, Severity.FLAG, "month_above_year", message, "Check the column months of both.")


def held_to_contract(table: pd.DataFrame) -> pd.DataFrame:
    """Give the table back if it keeps the contract.

    Raises
    ------
    DataProblem
        With every column and rule that is broken.
    """
    import pandera.pandas as pa  # noqa: PLC0415 0.4 seconds that only a build need take

    text = pa.Column(object, nullable=False, coerce=True)
    figure = pa.Column(float, pa.Check(np.isfinite, element_wise=True), nullable=True)
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
        },
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
    return table[list(OBSERVATIONS)]


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
    )


def unknown_names(rows: pd.DataFrame, column: str, known: list[str]) -> Iterator[Finding]:
    """A finding for every name of a column that the plan does not have, with the names most like it."""
    unknown = rows[~rows[column].isin(known)]
    for name, group in unknown.groupby(column, sort=True):
        near = get_close_matches(str(name), known, n=2, cutoff=0.6)
        hint = f"Did you mean {' or '.join(near)}?" if near else "Add it to plan.toml, or correct the name."
        count = f"{len(group):,} rows have it. " if len(group) > 1 else ""
        rule = Rule(f"unknown_{column}", f"The plan has no such {column}.", count + hint)
        yield from rule.broken_by(group.head(1), np.array([True]), column)
