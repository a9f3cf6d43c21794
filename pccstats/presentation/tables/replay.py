"""The table of published figures worked out again."""

from __future__ import annotations

import re

import pandas as pd

from pccstats.presentation.numbers import MINUS
from pccstats.presentation.table import Column, TableSpec
from pccstats.presentation.tabulate import table_of
from pccstats.terms.results.replay import Replay, ReplayVerdict

NUMBERED = ("Paragraph", "Priority", "Section")  # places that are no names
ORDER = (
    ReplayVerdict.DOES_NOT_FOLLOW,
    ReplayVerdict.ONLY_TRUNCATED,
    ReplayVerdict.TEXT,
    ReplayVerdict.REPRODUCES,
)
WORDS = {
    ReplayVerdict.REPRODUCES: "Reproduces",
    ReplayVerdict.ONLY_TRUNCATED: "Only by cutting off digits",
    ReplayVerdict.DOES_NOT_FOLLOW: "Does not follow",
    ReplayVerdict.TEXT: "Words or information",
}
HEAD_OF_NOTE = {
    ReplayVerdict.REPRODUCES: "Note",
    ReplayVerdict.ONLY_TRUNCATED: "Why",
    ReplayVerdict.DOES_NOT_FOLLOW: "Why, and what would make it follow",
    ReplayVerdict.TEXT: "What was said",
}
FIGURE, WHERE = Column("figure", "Figure"), Column("where", "Where")
WORKING, GIVES, PRINTED = (
    Column("working", "Working"),
    Column("worked", "Gives", "figure"),
    Column("printed", "Printed", "figure"),
)
VERDICT, NOTE = Column("words", "Verdict"), Column("note", "Note")


@table_of.register
def replay_table(result: Replay) -> TableSpec:
    """What does not follow first, each with its working and why."""
    points = result.points
    return TableSpec(
        title="Published figures worked out again",
        subtitle=f"{len(points)} figures",
        columns=(FIGURE, WHERE, WORKING, GIVES, PRINTED, VERDICT, NOTE),
        rows=_rows(points),
        notes=(result.method,),
    )


def verdict_table(result: Replay, verdict: ReplayVerdict) -> TableSpec:
    """The figures of one verdict, document by document."""
    rows = _rows(result.having(verdict))
    columns = (FIGURE, WHERE, WORKING, GIVES, PRINTED)
    has_notes = bool((rows["note"] != "").any())
    return TableSpec(
        title=WORDS[verdict],
        subtitle=f"{len(rows)} of {len(result.points)}",
        columns=(*columns, Column("note", HEAD_OF_NOTE[verdict])) if has_notes else columns,
        rows=rows,
    )


def arithmetic_table(result: Replay) -> TableSpec:
    """The published arithmetic of one priority, worked again: statement, inputs, ours, published, verdict."""
    rows = _rows(result.points)
    columns = (Column("figure", "Statement"), WHERE, WORKING, GIVES, PRINTED, VERDICT)
    return TableSpec(
        title="Arithmetic of the published documents, worked again",
        columns=(*columns, NOTE) if (rows["note"] != "").any() else columns,
        rows=rows,
        notes=(result.method,),
    )


def _rows(points: pd.DataFrame) -> pd.DataFrame:
    place = {verdict.value: number for number, verdict in enumerate(ORDER)}
    ordered = points.assign(order=points["verdict"].map(place)).sort_values(["order", "id"], kind="stable")
    return ordered.assign(
        where=ordered["document"] + ", " + ordered["place"].map(_inside),
        working=ordered["working"].map(_sum_in_signs),
        printed=ordered["published"].map(_written),
        worked=ordered["half_up"].map(_written),
        words=[WORDS[ReplayVerdict(verdict)] for verdict in ordered["verdict"]],
    ).reset_index(drop=True)


def _inside(place: str) -> str:
    """A place as it reads after the name of its document."""
    return place[:1].lower() + place[1:] if place.startswith(NUMBERED) else place


def _sum_in_signs(working: str) -> str:
    """A sum with the signs of print: `1,000 × (326 − 667) ÷ 667`."""
    grouped = re.sub(r"(?<![\d.])\d{4,}", lambda whole: f"{int(whole[0]):,}", working)
    return grouped.replace("*", "×").replace(" - ", f" {MINUS} ").replace("/", "÷")


def _written(number: object) -> str:
    return f"{number:,f}".replace("-", MINUS)
