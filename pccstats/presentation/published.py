"""Published workings replayed, as chart, sentence and table."""

from __future__ import annotations

import re
from collections.abc import Hashable
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from pccstats.presentation.count_bar import BarPart, draw_bar
from pccstats.presentation.markup import Beneath
from pccstats.presentation.numbers import MINUS, listed, plain
from pccstats.presentation.style import BAND, DATA, INK, OTHERS
from pccstats.presentation.table import Column, TableSpec
from pccstats.presentation.verbs import describe, draw, table_of
from pccstats.terms.results.published import Replay, ReplayVerdict
from pccstats.terms.words import capital

# Dark and light in turn, so that the parts stay apart in grey; the words stand beneath each part.
PARTS = (
    (ReplayVerdict.REPRODUCES, DATA),
    (ReplayVerdict.ONLY_TRUNCATED, BAND),
    (ReplayVerdict.DOES_NOT_FOLLOW, INK),
    (ReplayVerdict.TEXT, OTHERS),
)
MOST_IN_ONE = 20  # figures: a longer table does not fit on a printed page
NUMBERED = ("Paragraph", "Priority", "Section")  # places that are no names
ORDER = (
    ReplayVerdict.DOES_NOT_FOLLOW,
    ReplayVerdict.ONLY_TRUNCATED,
    ReplayVerdict.TEXT,
    ReplayVerdict.REPRODUCES,
)
HEAD_OF_NOTE = {
    ReplayVerdict.REPRODUCES: "Note",
    ReplayVerdict.ONLY_TRUNCATED: "Why",
    ReplayVerdict.DOES_NOT_FOLLOW: "Why, and what would make it follow",
    ReplayVerdict.TEXT: "What was said",
}


@draw.register
def draw_replay(result: Replay) -> Figure:
    """One stacked bar: what reproduces, what only by cutting off digits, what does not follow, what is words."""
    counts = result.summary().iloc[0]
    total = int(counts["figures"])
    parts = [BarPart(verdict.in_words, int(counts[verdict.value]), colour, True) for verdict, colour in PARTS]
    return draw_bar(
        [part for part in parts if part.number],
        headline=f"{int(counts['reproduces'])} of {total} published figures reproduce",
        subtitle="Each worked out again from the numbers printed with it",
        alt_text=f"One bar in four parts. {describe_replay(result)}",
    )


@describe.register
def describe_replay(result: Replay) -> str:
    """`Of 63 published figures 44 reproduce from their inputs, 3 only by cutting off digits, ...`."""
    count = result.summary().iloc[0]
    return (
        f"Of {count['figures']} published figures {count['reproduces']} reproduce from the numbers printed with them, "
        f"{count['only_truncated']} only by cutting off digits where rounding gives another, "
        f"{count['does_not_follow']} do not follow from those numbers, "
        f"and {count['text']} are words, information or a conjecture."
    )


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


def verdict_tables(result: Replay, verdict: ReplayVerdict) -> list[TableSpec]:
    """The figures of one verdict; where there are many, a table for each document."""
    chosen = result.having(verdict)
    if len(chosen) <= MOST_IN_ONE:
        return [_verdict_table(_rows(chosen), verdict, capital(verdict.in_words))]
    documents = chosen["document"].drop_duplicates()
    parts = [(name, chosen[chosen["document"] == name]) for name in documents]
    return [_verdict_table(_rows(part.assign(document="")), verdict, str(name)) for name, part in parts]


def _verdict_table(rows: pd.DataFrame, verdict: ReplayVerdict, title: str) -> TableSpec:
    columns = (Column("statement", "Figure"), WORKING, GIVES, PRINTED)
    has_notes = bool((rows["note"] != "").any())
    return TableSpec(
        title=title,
        columns=(*columns, Column("note", HEAD_OF_NOTE[verdict])) if has_notes else columns,
        rows=rows,
    )


def rates_table(result: Replay) -> TableSpec:
    """Every rate printed without its population, with one that gives it."""
    rates = result.rates
    where = map(_where, rates["document"], rates["place"])
    rows = rates.assign(
        statement=pd.Series(map(_stated, rates["figure"], where), index=rates.index, dtype=object),
        on=rates["population"].replace("", "none of those held"),
        printed=rates["printed"].map(_written),
    )
    return TableSpec(
        title="Rates printed without their populations",
        columns=(
            Column("statement", "Figure"),
            Column("count", "Count, as printed", "number"),
            Column("printed", "Printed", "figure"),
            Column("on", "Population that gives it"),
            Column("persons", "Persons", "number"),
            Column("gives", "Gives", "number", 2),
        ),
        rows=rows,
        notes=("Tried on every population held: the 2011 Census and mid-year estimates, as revised after the Census.",),
    )


def rates_in_words(result: Replay) -> list[str]:
    """Which populations the printed rates stand on, and which rate and count are of two years."""
    rates = result.rates
    found = [
        f"{listed([str(printed) for printed in group['printed']])} {'fit' if len(group) > 1 else 'fits'} {population}"
        + (", its digits cut off" if group["is_cut_off"].all() else "")
        for population, group in rates[rates["population"] != ""].groupby("population", sort=True)
    ]
    words = []
    if len(found) > 1:
        words.append(
            f"No one population gives the rates per 1,000 that are printed: {'; '.join(found)}. They are not to be "
            "compared with one another; the other pages take the population of each year."
        )
    for row in rates.to_dict("records"):
        words += [sentence for sentence in (_official_in_words(row), _nearest_in_words(row)) if sentence]
    return words


def _official_in_words(row: dict[Hashable, Any]) -> str:
    """`… 29,144 were printed, where the official count is 29,289`."""
    if pd.isna(row["official"]) or row["official"] == row["count"]:
        return ""
    return f"{row['figure']}: {plain(row['count'])} were printed, where the official count is {plain(row['official'])}."


def _nearest_in_words(row: dict[Hashable, Any]) -> str:
    """What a rate that no population gives is nearest to."""
    if not row["nearest_year"]:
        return ""
    return (
        f"{row['printed']} fits no population held with {plain(row['count'])}. The official year nearest to it is "
        f"{row['nearest_year']}: {plain(row['nearest_count'])}, which is {plain(row['nearest'], 1)} per 1,000 on "
        f"{row['nearest_population']}. So rate and count are likely of two years."
    )


def arithmetic_table(result: Replay) -> TableSpec:
    """The published arithmetic of one priority, worked again: statement, inputs, ours, published, verdict."""
    rows = _rows(result.points)
    columns = (Column("statement", "Statement"), WORKING, GIVES, PRINTED, VERDICT)
    return TableSpec(
        title="Arithmetic of the published documents, worked again",
        columns=(*columns, NOTE) if (rows["note"] != "").any() else columns,
        rows=rows,
        notes=(result.method,),
    )


def _rows(points: pd.DataFrame) -> pd.DataFrame:
    place = {verdict.value: number for number, verdict in enumerate(ORDER)}
    ordered = points.assign(order=points["verdict"].map(place)).sort_values(["order", "id"], kind="stable")
    where = [_where(*pair) for pair in zip(ordered["document"], ordered["place"], strict=True)]
    return ordered.assign(
        where=where,
        statement=pd.Series(map(_stated, ordered["figure"], where), index=ordered.index, dtype=object),
        working=ordered["working"].map(_sum_in_signs),
        printed=ordered["published"].map(_written),
        worked=ordered["half_up"].map(_written),
        words=[capital(ReplayVerdict(verdict).in_words) for verdict in ordered["verdict"]],
    ).reset_index(drop=True)


def _stated(figure: str, where: str) -> Beneath:
    """A statement with its place beneath."""
    return Beneath(figure, where)


def _where(document: str, place: str) -> str:
    """A place after the name of its document, or alone where the document is named above."""
    if not document:
        return place
    return f"{document}, {place[:1].lower() + place[1:] if place.startswith(NUMBERED) else place}"


def _sum_in_signs(working: str) -> str:
    """A sum with the signs of print: `1,000 × (326 − 667) ÷ 667`."""
    grouped = re.sub(r"(?<![\d.])\d{4,}", lambda whole: f"{int(whole[0]):,}", working)
    return grouped.replace("*", "×").replace(" - ", f" {MINUS} ").replace("/", "÷")


def _written(number: object) -> str:
    return f"{number:,f}".replace("-", MINUS)
