"""Denominators that do not fit: respondents, and the populations of years, areas and their parts."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from pccstats.sources.cells import Rule
from pccstats.sources.checks.rows import finding_of, rows_of
from pccstats.terms.findings import Finding, Severity
from pccstats.terms.plan import Plan
from pccstats.terms.words import Kind

_SERIES = ["indicator", "area", "months"]
_LEAST_TO_JUDGE = 4
_MOST_TIMES = 3.0  # a sample may grow or shrink so much before somebody should say why
_MOST_GROWTH = 0.03  # of a population in a year: no district in England has grown faster for long
_PART = 0.01  # districts may miss their force's population by rounding

_PART_OF_A_PERSON = Rule(
    "part_of_a_person",
    "The numerator beside a denominator is not a whole number: is it a percentage?",
    "Give the number of satisfied respondents, or leave the denominator empty.",
    Severity.FLAG,
)


def denominator_findings(typed: pd.DataFrame, plan: Plan) -> Iterator[Finding]:
    """Shares whose parts are not people, and samples that change size."""
    kinds = {indicator.key: indicator.kind for indicator in (*plan.indicators, *plan.supporting)}
    kind = typed["indicator"].map(kinds)
    is_share = kind.isin((Kind.SURVEY, Kind.SHARE)) & typed["denominator"].notna()
    yield from _PART_OF_A_PERSON.broken_by(typed, is_share & (typed["numerator"] % 1 > 0), "numerator")
    for _, figures in typed[is_share].sort_values("period_end", kind="stable").groupby(_SERIES, sort=True):
        usual = figures["denominator"].median()
        if len(figures) < _LEAST_TO_JUDGE:
            continue
        is_odd = (figures["denominator"] > _MOST_TIMES * usual) | (figures["denominator"] < usual / _MOST_TIMES)
        for row in rows_of(figures[is_odd]):
            message = f"{row['denominator']:,.0f} respondents where {usual:,.0f} are usual."
            yield finding_of(row, plan, Severity.FLAG, "sample_size", message, "Ask whether the survey changed.")


def population_findings(exposures: pd.DataFrame, last: pd.Period, plan: Plan) -> Iterator[Finding]:
    """Populations that jump from year to year, are not those of their parts, or are older than the figures.

    Parameters
    ----------
    exposures : DataFrame
        The checked table of populations.
    last : pandas.Period
        The last month any figure ends in.
    """
    for area, rows in exposures.sort_values("year", kind="stable").groupby("area", sort=True):
        known = rows[rows["persons"].notna()].drop_duplicates("year", keep="last")
        for earlier, later in zip(rows_of(known.iloc[:-1]), rows_of(known.iloc[1:]), strict=True):
            years = later["year"] - earlier["year"]
            growth = (later["persons"] / earlier["persons"]) ** (1 / years) - 1
            if abs(growth) > _MOST_GROWTH:
                first, second = (f"{row['persons']:,.0f} persons in {row['year']}" for row in (earlier, later))
                message = f"{first} and {second}."
                step = "Check that both count the same area."
                yield Finding(Severity.FLAG, "population_jump", message, area=str(area), next_step=step)
    yield from _populations_of_parts(exposures, plan)
    if len(exposures) and last.year - int(exposures["year"].max()) > 1:
        year = int(exposures["year"].max())
        message = f"Rates use populations of {year}; the figures run to {last.year}."
        step = "Add the mid-year estimates of the Office for National Statistics to the populations."
        yield Finding(Severity.NOTE, "old_population", message, next_step=step)


def _populations_of_parts(exposures: pd.DataFrame, plan: Plan) -> Iterator[Finding]:
    persons = exposures.drop_duplicates(["area", "year"], keep="last").set_index(["area", "year"])["persons"].to_dict()
    for whole in plan.areas:
        parts = [area.name for area in plan.parts_of(whole.name)]
        for year in sorted(set(exposures["year"])):
            held = [persons.get((part, year)) for part in parts]
            total, given = sum(count or 0 for count in held), persons.get((whole.name, year))
            if parts and None not in held and given and abs(total - given) > _PART * given:
                message = f"Its {len(parts)} parts have {total:,.0f} persons in {year}; {whole.name} has {given:,.0f}."
                step = "Check that all are of one vintage."
                yield Finding(Severity.FLAG, "population_parts", message, area=whole.name, next_step=step)
