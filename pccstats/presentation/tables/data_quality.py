"""Tables of the data-quality page: what is held, how fresh, what was found, what was revised, what changed."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import pandas as pd

from pccstats.presentation import numbers
from pccstats.presentation.sentences.data_quality import HELD_WORDS
from pccstats.presentation.table import Column, TableSpec
from pccstats.presentation.tabulate import table_of
from pccstats.terms.periods import month_in_words, so_many_months
from pccstats.terms.results.data_quality import DataQuality

SEVERITY_WORDS = {"refuse": "Stops the build", "flag": "Needs an answer", "note": "On record"}


@table_of.register
def findings_table(result: DataQuality) -> TableSpec:
    """Every finding, those that need an answer first."""
    points = result.points
    rows = points.assign(
        what=points["severity"].map(SEVERITY_WORDS),
        about=[_about(row) for row in points.to_dict("records")],
        words=points["message"],
        step=points["next_step"],
    )
    return TableSpec(
        title="Findings",
        subtitle=f"{len(rows)} in all",
        columns=(
            Column("what", "What it asks"),
            Column("about", "Where and when"),
            Column("words", "What was found"),
            Column("step", "Next step"),
        ),
        rows=rows,
        notes=(result.method,),
    )


def availability_table(result: DataQuality) -> TableSpec:
    """What is held, indicator by quarter, in words."""
    names = result.freshness.set_index("indicator")["name"]
    words = {held: numbers.capital(said) if held else "" for held, said in HELD_WORDS.items()}
    cells = result.availability.map(lambda held: words[held])
    columns = tuple(Column(quarter, quarter) for quarter in cells.columns)
    return TableSpec(
        title="Figures held, indicator by quarter",
        subtitle="the finest there are; empty where none are",
        columns=(Column("name", "Indicator"), *columns),
        rows=cells.assign(name=names.reindex(cells.index)),
    )


def freshness_table(result: DataQuality, *, is_current: bool | None = None) -> TableSpec:
    """The latest figure of each indicator, furthest behind first; only those up to date, or only the others."""
    chosen = result.freshness
    if is_current is not None:
        chosen = chosen[(chosen["months_behind"] <= 0) == is_current]
    fresh = chosen.sort_values("months_behind", ascending=False, na_position="first", kind="stable")
    rows = fresh.assign(
        month=[month_in_words(latest) if isinstance(latest, str) else "None held" for latest in fresh["latest"]],
        why=[row["source"] or row["reason"] for row in fresh.to_dict("records")],
        published=fresh["published_on"],
    )
    return TableSpec(
        title="How fresh the figures are",
        subtitle=f"months behind the end of {result.quarter}",
        columns=(
            Column("name", "Indicator"),
            Column("month", "Latest figure ends"),
            Column("months_behind", "Months behind", "number"),
            Column("published", "Published", "figure"),
            Column("why", "Source, or why there is none"),
        ),
        rows=rows,
    )


def revisions_table(result: DataQuality) -> TableSpec:
    """Figures that were published with different values, largest change first."""
    table = result.revisions
    rows = table.assign(
        figure=[f"{row['indicator']}, {row['area']}" for row in table.to_dict("records")],
        period=[
            f"{so_many_months(row['months'])} to {month_in_words(row['period_end'])}"
            for row in table.to_dict("records")
        ],
    )
    return TableSpec(
        title="Figures revised after publication",
        subtitle="the latest is used; every one is kept",
        columns=(
            Column("figure", "Figure"),
            Column("period", "Period"),
            Column("first", "First published", "number"),
            Column("first_published", "On"),
            Column("latest", "Latest", "number"),
            Column("latest_published", "On"),
            Column("change", "Change", "signed"),
            Column("change_pct", "Change, %", "signed_per_cent", 2),
        ),
        rows=rows,
    )


def events_table(result: DataQuality) -> TableSpec:
    """Registered changes of recording, definition and organisation, earliest first."""
    events = result.events
    rows = events.assign(
        when=[month_in_words(at) for at in events["month"]],
        breaks=["Yes" if is_break else "No" for is_break in events["breaks_comparability"]],
        sure=["Inferred from figures" if is_inferred else "Documented" for is_inferred in events["is_inferred"]],
        touches=[numbers.listed(keys) for keys in events["indicators"]],
    )
    return TableSpec(
        title="Registered changes",
        subtitle="no change is tested across one that breaks comparability",
        columns=(
            Column("when", "Month"),
            Column("title", "What changed"),
            Column("breaks", "Breaks comparability"),
            Column("sure", "How it is known"),
            Column("touches", "Indicators"),
            Column("source", "Source"),
        ),
        rows=rows,
    )


def _about(row: dict[Hashable, Any]) -> str:
    """The place and month of a finding, or its place in a file."""
    end = str(row["period_end"])
    when = month_in_words(end) if pd.Series([end]).str.fullmatch(r"[0-9]{4}-[0-9]{2}").all() else ""
    known = [str(part) for part in (row["area"], when) if part]
    return ", ".join(known) or str(row["where"]) or "All figures"
