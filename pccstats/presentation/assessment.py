"""A quarter's assessment, a priority and an indicator as chart, sentence and table."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from pccstats.presentation import numbers
from pccstats.presentation.count_bar import BarPart, draw_bar
from pccstats.presentation.group import place_of
from pccstats.presentation.lead import differing_sources, headline
from pccstats.presentation.projection import beside_baseline_in_brief
from pccstats.presentation.states import inside_a_sentence, words_of
from pccstats.presentation.style import OTHERS, colour_of
from pccstats.presentation.synthesis import synthesis
from pccstats.presentation.table import Column, TableSpec
from pccstats.presentation.verbs import describe, draw, table_of
from pccstats.terms.errors import MethodProblem
from pccstats.terms.periods import MONTHS_IN_A_YEAR, Window
from pccstats.terms.plan import Indicator
from pccstats.terms.results.peers import GroupComparison
from pccstats.terms.results.quarter import IndicatorReview, PriorityReview, QuarterAssessment
from pccstats.terms.words import Kind, Status, capital, counted

Row = tuple[str, str]
MOST_HELD = 9  # figures that stand beside a chart; of more, the baseline and five years to the latest
YEARS_SHOWN = 5
COLUMNS = (
    Column("indicator", "Indicator"),
    Column("unit", "Unit"),
    Column("state", "Verdict"),
    Column("baseline", "Baseline", "figure"),
    Column("latest", "Latest", "figure"),
    Column("change", "Change", "figure"),
    Column("interval", "95% interval", "figure"),
    Column("peers", "Peers", "figure"),
    Column("projection", "Projection", "figure"),
)


@draw.register
def draw_quarter(result: QuarterAssessment) -> Figure:
    """One stacked bar: a filled part for each answer, a hollow one for each reason there is none."""
    return _tally_bar(
        result,
        headline=f"{len(result.reviews)} indicators since the baseline",
        subtitle=f"{result.theme.title if result.theme else result.plan.title}; {result.quarter.in_words}",
        said=describe_quarter(result),
    )


@draw.register
def draw_priority(result: PriorityReview) -> Figure:
    """The same bar, of the indicators of one priority."""
    return _tally_bar(
        result,
        headline=f"{counted(len(result.reviews), 'indicator')} since the baseline",
        subtitle=f"{result.priority.number}. {result.priority.name}",
        said=describe_priority(result),
    )


def _tally_bar(result: QuarterAssessment | PriorityReview, *, headline: str, subtitle: str, said: str) -> Figure:
    """The states that anybody is in, then the verdicts that are not counted, by what they lack."""
    states = [
        BarPart(words_of(state, found), len(found), colour_of(state.judgement, OTHERS), state.is_answer)
        for state, found in result.counted.items()
        if found
    ]
    lacking = [BarPart(str(strength), len(found), OTHERS, False) for strength, found in result.not_firm.items()]
    everyone = counted(len(result.reviews), "indicator")
    return draw_bar(
        [*states, *lacking], headline=headline, subtitle=subtitle, alt_text=f"One bar of {everyone}. {said}"
    )


@draw.register
def draw_indicator(result: IndicatorReview) -> Figure:
    """The months where they are held, else the change, else a refusal in words."""
    best = result.level if result.level is not None else result.change
    if best is None:
        raise MethodProblem(f"{result.indicator.name} has no figures to draw: {result.state.in_words}.")
    return draw(best)


@describe.register
def describe_quarter(result: QuarterAssessment) -> str:
    """What is better, what is worse, what cannot be said, and where two sources disagree."""
    return " ".join((*headline(result), differing_sources(result))).strip()


@describe.register
def describe_priority(result: PriorityReview) -> str:
    """Each of its indicators in a sentence."""
    return " ".join(describe_indicator(review) for review in result.reviews)


@describe.register
def describe_indicator(result: IndicatorReview) -> str:
    """The sentence that brings its strands together, after its name."""
    return f"{capital(result.indicator.name)}: {inside_a_sentence(synthesis(result))}"


@table_of.register
def quarter_table(result: QuarterAssessment) -> TableSpec:
    """The dashboard's rows."""
    return TableSpec(
        title=result.theme.title if result.theme else result.plan.title,
        subtitle=result.quarter.in_words,
        columns=COLUMNS,
        rows=_rows(result.reviews),
        notes=(result.method,),
    )


@table_of.register
def priority_table(result: PriorityReview) -> TableSpec:
    """The rows of one priority."""
    title = f"{result.priority.number}. {result.priority.name}"
    return TableSpec(title, COLUMNS, _rows(result.reviews), notes=(result.method,))


def _rows(reviews: tuple[IndicatorReview, ...]) -> pd.DataFrame:
    rows = [
        (
            review.indicator.name,
            review.indicator.unit,
            capital(review.marked_verdict),
            figure_in_words(review.baseline, review.indicator),
            figure_in_words(review.latest, review.indicator),
            change_in_words(review),
            interval_in_words(review),
            position_in_words(review),
            projection_in_words(review),
        )
        for review in reviews
    ]
    return pd.DataFrame(rows, columns=[column.name for column in COLUMNS])


@table_of.register
def indicator_table(result: IndicatorReview) -> TableSpec:
    """The figures of one indicator, question by question."""
    return figures_table(result)


def figures_table(review: IndicatorReview) -> TableSpec:
    """The figures of one indicator, question by question; of many the baseline and five years to the latest."""
    rows = [*_held(review, _telling(review)), *_changed(review), *_among_peers(review), *_ahead(review)]
    return _of_figures(review, rows)


def all_figures_table(review: IndicatorReview) -> TableSpec | None:
    """Every figure held, where `figures_table` leaves any out."""
    if _telling(review).all():
        return None
    return _of_figures(review, list(_held(review, pd.Series(True, index=review.figures.index))))


def _of_figures(review: IndicatorReview, rows: list[Row]) -> TableSpec:
    return TableSpec(
        title=review.indicator.name,
        subtitle=review.indicator.unit,
        columns=(Column("what", "Period or question"), Column("figure", "Figure", "figure")),
        rows=pd.DataFrame(rows, columns=["what", "figure"]),
    )


def _telling(review: IndicatorReview) -> pd.Series:
    """True for the figures that stand beside the chart: all, or of many the baseline and five years to the latest."""
    figures = review.figures
    if len(figures) <= MOST_HELD:
        return pd.Series(True, index=figures.index)
    ends = pd.PeriodIndex(figures["period_end"], freq="M")
    back = ends.max().ordinal - ends.asi8
    is_anniversary = (back % MONTHS_IN_A_YEAR == 0) & (back <= YEARS_SHOWN * MONTHS_IN_A_YEAR)
    is_baseline = [Window.ending(end) == review.indicator.baseline for end in ends]
    return pd.Series(is_anniversary | is_baseline, index=figures.index)


def _held(review: IndicatorReview, is_shown: pd.Series) -> Iterator[Row]:
    indicator = review.indicator
    figure: Any
    figures = review.figures[is_shown]
    is_revised: list[bool] = figures["window"].duplicated().tolist() if len(figures) else []
    for figure, is_later in zip(figures.itertuples(), is_revised, strict=True):
        name = capital(figure.window) + (", as revised later" if is_later else "")
        is_baseline = Window.ending(figure.period_end) == indicator.baseline
        yield f"{name} (baseline)" if is_baseline else name, held_in_words(figure, indicator)
    if review.figures.empty and review.change is not None:
        yield f"{indicator.baseline} (baseline)", figure_in_words(review.baseline, indicator)
    if review.figures.empty and review.latest_window:
        yield capital(review.latest_window), figure_in_words(review.latest, indicator)


def _changed(review: IndicatorReview) -> Iterator[Row]:
    if (change := change_in_words(review)) != numbers.NO_FIGURE:
        yield f"Change since {review.indicator.baseline}", change
    if interval := interval_in_words(review):
        yield "95% interval of the change", interval


def _among_peers(review: IndicatorReview) -> Iterator[Row]:
    if position := position_in_words(review):
        is_every = review.group is not None and review.group.is_of_every_force
        yield f"Position among {'all' if is_every else 'similar'} forces", position
    if review.region is not None:
        yield f"Position in its region, {review.region.group_note}", _rank_in_words(review.region)
    published: Any
    for published in review.positions.itertuples():
        place = f"{numbers.ordinal(published.rank)} of {int(published.of)}"
        yield f"Published position, {Window.ending(published.period_end)}", place


def _ahead(review: IndicatorReview) -> Iterator[Row]:
    if projection := projection_in_words(review):
        whose = (
            "" if review.projection is None or review.projection.is_about(review.indicator.key) else ", official series"
        )
        yield f"Projected, {Window.ending(review.indicator.horizon)}{whose}", projection


def figure_in_words(value: float | None, indicator: Indicator) -> str:
    """One figure as this indicator is written: `4,013`, `88.6%`, `£21.7m`."""
    return numbers.usual(indicator.kind, value)


def held_in_words(figure: Any, indicator: Indicator) -> str:
    """A figure held, or what stands in its place: a bound, or why there is none."""
    if pd.notna(figure.value):
        return figure_in_words(figure.value, indicator)
    if figure.status == Status.CENSORED:
        return str(figure.note)
    return Status(figure.status).in_words if figure.status else ""


def change_in_words(review: IndicatorReview) -> str:
    """The change since the baseline: `+78 (+2.0%)`, of a share `+10.2 points`; none of what is not comparable.

    A share has no per cent beside its points: two per cents would be read as two changes.
    """
    row = review.summary().iloc[0]
    if pd.isna(row["change"]):
        return numbers.NO_FIGURE
    kind = review.indicator.kind
    size = numbers.signed(row["change"], 0 if kind is Kind.COUNT else 1)
    return f"{size} points" if kind.is_proportion else f"{size} ({numbers.signed_per_cent(row['change_pct'])})"


def interval_in_words(review: IndicatorReview) -> str:
    """The interval of the change, in the unit it was tested in: per cent, or points where the figure is a share."""
    change = review.change
    if change is None or not review.state.is_answer:
        return ""
    if review.indicator.kind.is_proportion:
        low, high, ending = change.amount.points.low, change.amount.points.high, " points"
    else:
        low, high, ending = change.amount.per_cent.low, change.amount.per_cent.high, "%"
    if math.isnan(low) or math.isnan(high):
        return ""
    first = numbers.signed_per_cent(low) if ending == "%" else numbers.signed(low, 1)
    return f"{first} to {numbers.signed(high, 1)}{ending}"


def position_in_words(review: IndicatorReview) -> str:
    """The rank among peers with its interval: `5th of 8 (4th to 6th)`."""
    if review.group is None:
        return ""
    return _rank_in_words(review.group)


def _rank_in_words(group: GroupComparison) -> str:
    row = group.summary().iloc[0]
    ends = dict.fromkeys(numbers.ordinal(row[name]) for name in ("rank_low", "rank_high"))  # one, where both are
    return f"{place_of(row['rank'], int(row['members']), group.polarity)} ({' to '.join(ends)})"


def telling_position(review: IndicatorReview) -> str:
    """The same where it tells anything: empty where chance leaves open all places but one, or all."""
    if review.group is None:
        return ""
    row = review.group.focus_row
    is_open = row["rank_high"] - row["rank_low"] + 1 >= review.group.members - 1
    return "" if is_open else position_in_words(review)


def ahead_in_brief(review: IndicatorReview) -> str:
    """Where the projection lies beside its baseline, and whose figures those are where they are not its own.

    `above 26,349`, `could end above or below 58,342 (official)`.
    """
    ahead = review.projection
    if ahead is None:
        return ""
    whose = "" if ahead.is_about(review.indicator.key) else " (official)"
    return f"{beside_baseline_in_brief(ahead)}{whose}"


def projection_in_words(review: IndicatorReview) -> str:
    """The projected figure with its interval."""
    if review.projection is None:
        return ""
    row = review.projection.summary().iloc[0]
    low, high = figure_in_words(row["lower"], review.indicator), figure_in_words(row["upper"], review.indicator)
    return f"{figure_in_words(row['projected'], review.indicator)} ({low} to {high})"
