"""Pages about what was published: figures, tally, quality of the data."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from pccstats.presentation.coverage import coverage_in_words, coverage_of_areas_table, coverage_table
from pccstats.presentation.data_quality import (
    availability_table,
    concerns_table,
    events_table,
    findings_table,
    freshness_table,
    phenomena,
    phenomena_table,
    revisions_table,
)
from pccstats.presentation.markup import Markup, rendered
from pccstats.presentation.pages.parts import Opening, drawn_block
from pccstats.presentation.published import ORDER, arithmetic_table, rates_in_words, rates_table, verdict_tables
from pccstats.presentation.table import TableSpec
from pccstats.presentation.tally import (
    allowance_in_words,
    differing_table,
    poisson_in_words,
    shares_in_words,
    side_in_words,
    tally_table,
)
from pccstats.presentation.verbs import describe
from pccstats.terms.results.published import DataQuality, Replay, ReplayVerdict, TallyComparison
from pccstats.terms.words import Audience, capital, counted

MEANING = {
    ReplayVerdict.DOES_NOT_FOLLOW: (
        "The numbers printed with these figures give another. That is said of the figure and its inputs, not of "
        "anybody's work: the inputs may be others than those printed, and where that is likely the note says which."
    ),
    ReplayVerdict.ONLY_TRUNCATED: "Rounded half up, as nearly everywhere in the documents, the last digit is another.",
    ReplayVerdict.TEXT: "Round words, figures given for information, and one conjecture about a denominator.",
    ReplayVerdict.REPRODUCES: "Rounded half up to the decimals printed, the working gives the figure as printed.",
}
MOST_OF_A_SORT = 5  # findings with one next step; more of them open beneath a line
ONLY_TOTALS = (
    "Only the totals survive, not which indicators they were, so nothing here is matched indicator by indicator."
)


@dataclass(frozen=True)
class VerdictGroup:
    """The published figures of one verdict."""

    anchor: str
    words: str
    count: int
    meaning: str
    tables: tuple[TableSpec, ...]


def published_figures_page(result: Replay) -> Markup:
    """All figures: the count in a sentence and a bar, then a table for each verdict."""
    is_empty = result.points.empty
    return rendered(
        "published-figures.html.j2",
        opening="" if is_empty else describe(result),
        chart=None if is_empty else drawn_block(result, method=result.method),
        rates=rates_table(result) if len(result.rates) else None,
        rates_words=rates_in_words(result) if len(result.rates) else [],
        groups=[_group(result, verdict) for verdict in ORDER if len(result.having(verdict))],
    )


def _group(result: Replay, verdict: ReplayVerdict) -> VerdictGroup:
    return VerdictGroup(
        anchor=verdict.value.replace("_", "-"),
        words=capital(verdict.in_words),
        count=len(result.having(verdict)),
        meaning=MEANING[verdict],
        tables=tuple(verdict_tables(result, verdict)),
    )


def arithmetic_block(result: Replay | None) -> Opening | None:
    """The published arithmetic of one priority, in a table that opens; nothing where there is none."""
    if result is None or result.points.empty:
        return None
    return Opening(_opening(result), (arithmetic_table(result),), "arithmetic")


def _opening(result: Replay) -> str:
    counts = result.summary().iloc[0]
    said = [
        f"{counts[verdict.value]} {words}"
        for verdict, words in (
            (ReplayVerdict.REPRODUCES, "reproduced"),
            (ReplayVerdict.ONLY_TRUNCATED, "only by cutting off digits"),
            (ReplayVerdict.DOES_NOT_FOLLOW, "not following from the numbers printed"),
            (ReplayVerdict.TEXT, "in words or for information"),
        )
        if counts[verdict.value]
    ]
    return f"Arithmetic of the published documents, worked again: {', '.join(said)}"


def published_tally_section(result: TallyComparison) -> Markup:
    """The comparison as part of a page; one sentence where nothing was published for the quarter."""
    if result.published is None:
        return rendered("published-tally.html.j2", opening=describe(result), chart=None)
    must = (poisson_in_words(result), allowance_in_words(result), side_in_words(result))
    return rendered(
        "published-tally.html.j2",
        opening=f"{describe(result)} {shares_in_words(result)} {ONLY_TOTALS}",
        chart=drawn_block(result),
        table=tally_table(result),
        must=[words for words in must if words],
        differing=[block for block in (_differing(result), _uncounted(result)) if block is not None],
    )


def _differing(result: TallyComparison) -> Opening | None:
    table = differing_table(result)
    if not result.side_fits or table.rows.empty:
        return None
    words = f"On that reading, the {counted(len(table.rows), 'indicator')} where our tests say something else"
    return Opening(words, (table,))


def _uncounted(result: TallyComparison) -> Opening | None:
    table = differing_table(result, uncounted=True)
    if not result.side_fits or table.rows.empty:
        return None
    words = f"{counted(len(table.rows), 'indicator')} where our tests say the same, and the verdict is not counted"
    return Opening(capital(words), (table,))


def data_quality_page(result: DataQuality) -> Markup:
    """What readers must know first; what would settle each finding is for analysts, and not in the public edition."""
    flags, about_it = result.points["severity"] == "flag", _is_about(result)
    sorts = _of_one_sort(result, flags & about_it)
    single = flags & about_it & ~result.points["next_step"].isin(list(sorts))
    current = freshness_table(result, is_current=True)
    return rendered(
        "data-quality.html.j2",
        opening=describe(result),
        concerns=concerns_table(result, single),
        further=[*(_alike(result, those) for those in sorts.values()), *_elsewhere(int((flags & ~about_it).sum()))],
        alike=bool(sorts),
        analysts=_for_analysts(result, sorts, single) if result.audience is Audience.INTERNAL else [],
        held=drawn_block(result, data=availability_table(result), is_wide=True),
        covered=coverage_in_words(result),
        coverage=coverage_table(result),
        coverage_further=_coverage_further(result),
        late=freshness_table(result, is_current=False),
        current=_opening_of(current, "indicators", " with figures to the end of the quarter"),
        revisions=revisions_table(result),
        events=events_table(result),
        method=result.method,
    )


def _coverage_further(result: DataQuality) -> list[Opening]:
    """Earlier periods of the focus, and the other areas, where there are any."""
    earlier, areas = coverage_table(result, is_latest=False), coverage_of_areas_table(result)
    return [
        Opening(words, (table,))
        for words, table in (
            (f"Earlier periods: {counted(len(earlier.rows), 'row')}", earlier),
            (f"{counted(len(areas.rows), 'other area')} beside the official totals", areas),
        )
        if len(table.rows)
    ]


def _alike(result: DataQuality, those: pd.Series) -> str:
    """Many findings of one sort, by the first of them."""
    first = result.points.loc[those, "message"].iloc[0]
    return f"{counted(int(those.sum()), 'more finding')} of one sort, such as this: {first}"


def _elsewhere(count: int) -> list[str]:
    """How many findings are about areas that this one is compared with."""
    if not count:
        return []
    many = "1 finding concerns another area" if count == 1 else f"{count} findings concern other areas"
    return [f"{many}, whose figures are here to be compared with."]


def _for_analysts(result: DataQuality, sorts: dict[str, pd.Series], single: pd.Series) -> list[Opening | None]:
    """Every finding with what would settle it, each sort opening beneath a line."""
    flags, about_it = result.points["severity"] == "flag", _is_about(result)
    return [
        _opening_of(_findings(result, single), "findings", " and what would settle each"),
        *(_opening_of(_findings(result, those), "findings", f" of one sort: {step}") for step, those in sorts.items()),
        _others(result, flags & ~about_it),
        _opening_of(_findings(result, ~flags), "findings", " on record"),
    ]


def _others(result: DataQuality, chosen: pd.Series) -> Opening | None:
    """What was found in other areas, alike ones in one row; nothing where nothing was."""
    count = int(chosen.sum())
    if not count:
        return None
    table = phenomena_table(result, chosen)
    kinds = f", of {counted(len(table.rows), 'kind')}" if len(table.rows) < count else ""
    return Opening(f"{counted(count, 'finding')} about other areas{kinds}", (table,))


def _is_about(result: DataQuality) -> pd.Series:
    """True for findings about the area whose pack it is, or about no area in particular."""
    return result.points["area"].isin(("", result.focus)) | (result.focus == "")


def _of_one_sort(result: DataQuality, chosen: pd.Series) -> dict[str, pd.Series]:
    """Which of the chosen findings share their next step with those of many other phenomena, by that step."""
    steps = result.points["next_step"]
    counts = steps[chosen][~phenomena(result.points)[chosen].duplicated()].value_counts()
    return {str(step): chosen & (steps == step) for step in counts.index[counts > MOST_OF_A_SORT]}


def _findings(result: DataQuality, chosen: pd.Series) -> TableSpec:
    spec = findings_table(result)
    rows = spec.rows.loc[chosen]
    return TableSpec(spec.title, spec.columns[1:], rows, f"{len(rows)} of {len(spec.rows)}")


def _opening_of(table: TableSpec, things: str, which: str) -> Opening | None:
    """The number of a table's rows in words, opening to them; nothing where it has none."""
    counted = things.removesuffix("s") if len(table.rows) == 1 else things
    return Opening(f"{len(table.rows)} {counted}{which}", (table,)) if len(table.rows) else None
