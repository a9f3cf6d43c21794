"""Tables of a change, of several baselines, and of many tests read together."""

from __future__ import annotations

import math
from typing import Literal

import pandas as pd

from pccstats.presentation import numbers
from pccstats.presentation.sentences.change import decimals_of, verdict_in_words
from pccstats.presentation.table import Column, TableSpec
from pccstats.presentation.tabulate import table_of
from pccstats.terms.results.baseline_sensitivity import BaselineSensitivity
from pccstats.terms.results.change import Change
from pccstats.terms.results.false_discovery import FalseDiscovery


@table_of.register
def change_table(result: Change) -> TableSpec:
    """One row a fact, so that it reads on a narrow page: figures, change, interval, p, variation, verdict."""
    rows = [*_figures(result), *_changes(result), *_test(result), ("Verdict", _verdict(result))]
    return TableSpec(
        title=f"{result.title}: change since {result.baseline_window}",
        subtitle=result.unit,
        columns=(Column("what", "Figure"), Column("value", "Value")),
        rows=pd.DataFrame(rows, columns=["what", "value"]),
        notes=tuple(note for note in (result.reason, *result.cautions, result.method, *_sources(result)) if note),
    )


def _sources(result: Change) -> tuple[str, ...]:
    return (f"Source: {'; '.join(result.sources)}.",) if result.sources else ()


def _figures(result: Change) -> list[tuple[str, str]]:
    written = numbers.per_cent if result.kind.is_proportion else numbers.plain
    decimals = 1 if result.kind.is_proportion else decimals_of(result)
    return [
        (_capital(str(result.baseline_window)), written(result.baseline, decimals)),
        (_capital(str(result.latest_window)), written(result.latest, decimals)),
    ]


def _changes(result: Change) -> list[tuple[str, str]]:
    level = f"{100 * result.confidence:g}% interval"
    relative = numbers.signed_per_cent(result.change_pct)
    relative_interval = _interval(result.change_pct_low, result.change_pct_high, "%")
    if not result.kind.is_proportion:
        return [
            ("Change", numbers.signed(result.change, decimals_of(result))),
            ("Change, per cent of baseline", relative),
            (f"{level}, per cent", relative_interval),
        ]
    return [
        ("Change, percentage points", numbers.signed(result.change, 1)),
        (f"{level}, points", _interval(result.points_low, result.points_high)),
        ("Change, per cent of baseline", relative),
        (f"{level}, per cent", relative_interval),
    ]


def _interval(low: float, high: float, sign: str = "") -> str:
    if math.isnan(low) or math.isnan(high):
        return numbers.NO_FIGURE
    upper = "no limit" if math.isinf(high) else f"{numbers.signed(high, 1)}{sign}"
    return f"{numbers.signed(low, 1)}{sign} to {upper}"


def _test(result: Change) -> list[tuple[str, str]]:
    rows = [("p", numbers.p_value(result.p_value))]
    if not math.isnan(result.dispersion):
        rows += [
            ("Variation, times chance", numbers.plain(result.dispersion, 1)),
            ("Statistically significant only if variation is below", _overturned_at(result)),
            ("p if chance alone (Poisson)", numbers.p_value(result.p_value_poisson)),
        ]
    if math.isfinite(result.respondents_needed):
        rows.append(("Respondents needed in each window", numbers.plain(result.respondents_needed)))
    return rows


def _overturned_at(result: Change) -> str:
    if result.dispersion_to_overturn < 1:
        return "not even by chance alone"
    return numbers.plain(result.dispersion_to_overturn, 1)


def _verdict(result: Change) -> str:
    return _capital(verdict_in_words(result))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


@table_of.register
def sensitivity_table(result: BaselineSensitivity) -> TableSpec:
    """One row a baseline."""
    rows = result.points.assign(
        verdict=[_verdict(change) for change in result.changes],
        interval=[_interval(change.change_pct_low, change.change_pct_high, "%") for change in result.changes],
    )
    is_share = result.changes[0].kind.is_proportion
    decimals = 1 if is_share else 0
    form: Literal["per_cent", "number"] = "per_cent" if is_share else "number"
    level = f"{100 * result.changes[0].confidence:g}% interval"
    return TableSpec(
        title=f"{result.title}: against other baselines",
        subtitle=f"{_capital(str(result.changes[0].latest_window))} against each",
        columns=(
            Column("since", "Baseline"),
            Column("baseline", "Baseline figure", form, decimals),
            Column("latest", "Latest", form, decimals),
            Column("change_pct", "Change", "signed_per_cent", 1),
            Column("interval", level),
            Column("p_value", "p", "p_value"),
            Column("verdict", "Verdict"),
        ),
        rows=rows,
        notes=(result.method,),
    )


@table_of.register
def false_discovery_table(result: FalseDiscovery) -> TableSpec:
    """One row a test, smallest p first."""
    return TableSpec(
        title="Tests read together",
        columns=(
            Column("name", "Indicator"),
            Column("p_value", "p", "p_value"),
            Column("q_value", "q", "p_value"),
        ),
        rows=result.points.sort_values("p_value", kind="stable", na_position="last"),
        notes=(result.method, _flags(result)),
    )


def _flags(result: FalseDiscovery) -> str:
    return (
        f"{result.flags} flags, {numbers.plain(result.expected_false_flags, 1)} expected were nothing to have "
        f"changed; {result.flags_kept} stand when read together."
    )
