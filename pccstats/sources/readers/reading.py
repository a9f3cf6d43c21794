"""What a reader gives, and how it sums what it read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

import pandas as pd

from pccstats.sources.sheets import Rule, numbers_of
from pccstats.sources.source_list import Source
from pccstats.terms.errors import Finding, Severity
from pccstats.terms.plan import Plan
from pccstats.terms.words import EXPOSURES, OBSERVATIONS, Status

PLACE = ("file", "row", "column")  # where a figure stands, kept beside it until the checks are done
_MOST_NAMES = 12
_NOT_A_NUMBER = Rule("not_a_number", "This is not a number.", "Correct it, or leave it empty where there is no figure.")
_TOO_LARGE = Rule("not_finite", "A figure must be finite.", "Correct it.")
_NEGATIVE_AS_PUBLISHED = Rule(
    "negative_as_published",
    "The published figure is below zero, which no count can be; it is used only within a sum.",
    "Ask the publisher, or wait for the revision.",
    Severity.FLAG,
)


@dataclass(frozen=True)
class Reading:
    """The figures of one file, not yet checked.

    `observations` and `exposures` hold text in the columns of `pccstats.terms.words`, with `file`, `row` and
    `column` beside them. `row_count` is how many rows of figures the file has.
    """

    observations: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=[*OBSERVATIONS, *PLACE]))
    exposures: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=[*EXPOSURES, *PLACE]))
    row_count: int = 0
    findings: tuple[Finding, ...] = ()


def in_plan_words(names: pd.Series, mapping: Mapping[str, str]) -> pd.Series:
    """The names of a file as the plan has them."""
    return names.map(mapping).fillna(names) if mapping else names


def left_out(names: pd.Series, keep: Iterable[str], what: str, file: str) -> list[Finding]:
    """Say which names of a file were not read, and how many figures they have."""
    counts = names[~names.isin(list(keep))].value_counts().sort_index()
    if counts.empty:
        return []
    shown = ", ".join(counts.index[:_MOST_NAMES])
    others = len(counts) - _MOST_NAMES
    more = f" and {others} more" if others > 0 else ""
    message = f"{counts.sum():,} figures were left out: {what} {shown}{more}."
    return [Finding(Severity.NOTE, "left_out", message, file)]


def summed(
    figures: pd.DataFrame, names: Mapping[str, Iterable[str]], source: Source, plan: Plan, months: int
) -> tuple[pd.DataFrame, list[Finding]]:
    """Sum figures by indicator, area and month.

    Parameters
    ----------
    figures : DataFrame
        One row a figure: `name`, `area`, `period_end` and `numerator` as text, with the place it came from.
    names : mapping
        Key in the plan -> the names to sum.
    months : int
        How many months each figure covers.

    Returns
    -------
    DataFrame, list of Finding
        Observations as text, and what was found on the way: names left out, cells that are no numbers.
    """
    known_areas = [area.name for area in plan.areas]
    wanted = {name for group in names.values() for name in group}
    figures = figures.assign(area=in_plan_words(figures["area"], source.areas))
    file = str(figures["file"].iloc[0])
    findings = [
        *_names_not_there(names, figures["name"].unique(), file),
        *left_out(figures["area"], known_areas, "areas the plan does not have, such as", file),
        *left_out(figures["name"], wanted, "names no indicator asks for, such as", file),
    ]
    figures = figures[figures["area"].isin(known_areas) & figures["name"].isin(wanted)]
    numbers = numbers_of(figures["numerator"])
    findings += _NOT_A_NUMBER.broken_by(figures, numbers.is_text, "numerator")
    findings += _TOO_LARGE.broken_by(figures, numbers.is_infinite, "numerator")
    findings += _NEGATIVE_AS_PUBLISHED.broken_by(figures, numbers.values < 0, "numerator")
    figures = figures.assign(value=numbers.values)
    tables = [_one_indicator(figures, key, list(group), findings) for key, group in names.items()]
    table = pd.concat(tables, ignore_index=True)
    if source.total_area:
        table = _with_total(table, source.total_area, findings)
    return _as_observations(table, source, months), findings


def _names_not_there(names: Mapping[str, Iterable[str]], held: Iterable[str], file: str) -> list[Finding]:
    held = sorted(held)
    missing = sorted({name for group in names.values() for name in group if name not in held})
    found = []
    for name in missing:
        near = get_close_matches(name, held, n=2, cutoff=0.5)
        step = f"Did you mean {' or '.join(near)}?" if near else f"The file has: {', '.join(held)}."
        message = "sources.toml asks for a name that is not in the file."
        found.append(Finding(Severity.REFUSE, "name_not_there", message, file, value=name, next_step=step))
    return found


def _one_indicator(figures: pd.DataFrame, key: str, names: list[str], findings: list[Finding]) -> pd.DataFrame:
    chosen = figures[figures["name"].isin(names) & figures["value"].notna()]
    repeated = chosen.duplicated(["name", "area", "period_end"], keep="first")
    rule = Rule("repeated_figure", f"This figure of {key} is there twice.", "Keep one of the two rows.")
    findings += rule.broken_by(chosen, repeated, "numerator")
    by = chosen.groupby(["area", "period_end"], sort=True)
    table = by.agg(
        value=("value", "sum"),
        parts=("name", "nunique"),
        file=("file", "first"),
        row=("row", "first"),
        column=("column", "first"),
    ).reset_index()
    short = table["parts"] < len(names)
    if short.any():
        message = f"{short.sum():,} of {len(table):,} sums for {key} lack some of their {len(names)} parts."
        first = str(table["file"].iloc[0])
        findings.append(Finding(Severity.NOTE, "parts_missing", message, first, indicator=key))
    return table.assign(indicator=key)


def _with_total(table: pd.DataFrame, total: str, findings: list[Finding]) -> pd.DataFrame:
    """Add the sum of all areas, for the months in which every area has a figure."""
    by = table.groupby(["indicator", "period_end"], sort=True)
    whole = by.agg(
        value=("value", "sum"),
        areas=("area", "nunique"),
        file=("file", "first"),
        row=("row", "first"),
        column=("column", "first"),
    ).reset_index()
    areas = table.groupby("indicator")["area"].nunique()
    is_whole = whole["areas"] == whole["indicator"].map(areas)
    if not is_whole.all():
        message = f"{(~is_whole).sum():,} sums for {total} were left out: some of its areas have no figure."
        findings.append(Finding(Severity.FLAG, "total_incomplete", message, str(whole["file"].iloc[0]), area=total))
    return pd.concat([table, whole[is_whole].assign(area=total)], ignore_index=True)


def _as_observations(table: pd.DataFrame, source: Source, months: int) -> pd.DataFrame:
    below_zero = table["value"] < 0
    text = table["value"].map(lambda value: f"{value:.0f}" if value == round(value) else repr(value)).astype(str)
    noted = source.note + ("; " if source.note else "") + "published as " + text
    table = table.assign(
        months=str(months),
        numerator=text.where(~below_zero, ""),
        denominator="",
        status=pd.Series("", index=table.index).where(~below_zero, Status.NOT_COMPARABLE.value),
        source=source.label,
        published_on=source.published_on,
        note=noted.where(below_zero, source.note),
    )
    return table[[*OBSERVATIONS, *PLACE]]
