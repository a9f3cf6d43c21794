"""The table of published figures worked out again."""

from __future__ import annotations

from pccstats.presentation.table import Column, TableSpec
from pccstats.presentation.tabulate import table_of
from pccstats.terms.results.replay import Replay, ReplayVerdict

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


@table_of.register
def replay_table(result: Replay) -> TableSpec:
    """What does not follow first, each with its working and why."""
    place = {verdict.value: number for number, verdict in enumerate(ORDER)}
    points = result.points.assign(order=result.points["verdict"].map(place)).sort_values(["order", "id"], kind="stable")
    rows = points.assign(
        where=points["document"] + ", " + points["place"],
        printed=points["published"].map(_written),
        worked=points["half_up"].map(_written),
        words=[WORDS[ReplayVerdict(verdict)] for verdict in points["verdict"]],
    )
    return TableSpec(
        title="Published figures worked out again",
        subtitle=f"{len(rows)} figures",
        columns=(
            Column("figure", "Figure"),
            Column("where", "Where"),
            Column("working", "Working"),
            Column("worked", "Gives"),
            Column("printed", "Printed"),
            Column("words", "Verdict"),
            Column("note", "Note"),
        ),
        rows=rows,
        notes=(result.method,),
    )


def _written(number: object) -> str:
    return f"{number:,f}".replace("-", "\N{MINUS SIGN}")
