"""The figures of one indicator beside its chart: what was held, how it changed, who stands where, what lies ahead."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from pccstats.presentation import numbers
from pccstats.presentation.numbers import capital
from pccstats.presentation.table import Column, TableSpec
from pccstats.terms.periods import Window
from pccstats.terms.plan import Indicator
from pccstats.terms.results.assessment import IndicatorReview
from pccstats.terms.words import Kind, State, Status

Row = tuple[str, str]
# A neutral measure that changed is neither better nor worse: its state is qualitative, its change was tested.
JUDGED_BY_TEST = (State.BETTER, State.NO_EVIDENCE_OF_CHANGE, State.WORSE, State.QUALITATIVE)


def figures_table(review: IndicatorReview) -> TableSpec:
    """The figures of one indicator, question by question."""
    rows = [*_held(review), *_changed(review), *_among_peers(review), *_ahead(review)]
    return TableSpec(
        title=review.indicator.name,
        subtitle=review.indicator.unit,
        columns=(Column("what", "Period or question"), Column("figure", "Figure", "figure")),
        rows=pd.DataFrame(rows, columns=["what", "figure"]),
    )


def figure_in_words(value: float | None, indicator: Indicator) -> str:
    """One figure as this indicator is written: `4,013`, `88.6%`, `£21.7m`."""
    if value is None or pd.isna(value):
        return numbers.NO_FIGURE
    if indicator.kind is Kind.MONEY:
        return f"£{numbers.plain(value, 1)}m"
    if indicator.kind.is_proportion:
        return numbers.per_cent(value, 1)
    return numbers.plain(value, 1 if indicator.kind is Kind.RATE else 0)


def change_in_words(review: IndicatorReview) -> str:
    """The change since the baseline, in the indicator's unit and in per cent: `+78 (+2.0%)`."""
    row = review.summary().iloc[0]
    if pd.isna(row["change"]):
        return numbers.NO_FIGURE
    kind = review.indicator.kind
    size = numbers.signed(row["change"], 0 if kind is Kind.COUNT else 1)
    unit = " points" if kind.is_proportion else ""
    return f"{size}{unit} ({numbers.signed_per_cent(row['change_pct'])})"


def interval_in_words(review: IndicatorReview) -> str:
    """The interval of the change, in the unit it was tested in: per cent, or points where the figure is a share."""
    change = review.change
    if change is None or review.state not in JUDGED_BY_TEST:
        return ""
    if review.indicator.kind.is_proportion:
        low, high, ending = change.points_low, change.points_high, " points"
    else:
        low, high, ending = change.change_pct_low, change.change_pct_high, "%"
    if pd.isna(low) or pd.isna(high):
        return ""
    first = numbers.signed_per_cent(low) if ending == "%" else numbers.signed(low, 1)
    return f"{first} to {numbers.signed(high, 1)}{ending}"


def position_in_words(review: IndicatorReview) -> str:
    """The rank among peers with its interval: `5th of 8 (4th to 6th)`."""
    if review.group is None:
        return ""
    row = review.group.summary().iloc[0]
    low, high = numbers.ordinal(row["rank_low"]), numbers.ordinal(row["rank_high"])
    return f"{numbers.ordinal(row['rank'])} of {int(row['members'])} ({low} to {high})"


def projection_in_words(review: IndicatorReview) -> str:
    """The projected figure with its interval."""
    if review.projection is None:
        return ""
    row = review.projection.summary().iloc[0]
    low, high = figure_in_words(row["lower"], review.indicator), figure_in_words(row["upper"], review.indicator)
    return f"{figure_in_words(row['projected'], review.indicator)} ({low} to {high})"


def _held(review: IndicatorReview) -> Iterator[Row]:
    indicator = review.indicator
    figure: Any
    is_revised: list[bool] = review.figures["window"].duplicated().tolist() if len(review.figures) else []
    for figure, is_later in zip(review.figures.itertuples(), is_revised, strict=True):
        name = capital(figure.window) + (", as revised later" if is_later else "")
        is_baseline = Window.ending(figure.period_end) == indicator.baseline
        yield f"{name} (baseline)" if is_baseline else name, held_in_words(figure, indicator)
    if review.figures.empty and review.change is not None:
        yield f"{indicator.baseline} (baseline)", figure_in_words(review.baseline, indicator)
        yield capital(review.latest_window), figure_in_words(review.latest, indicator)


def held_in_words(figure: Any, indicator: Indicator) -> str:
    """A figure held, or what stands in its place: a bound, or why there is none."""
    if pd.notna(figure.value):
        return figure_in_words(figure.value, indicator)
    return str(figure.note) if figure.status == Status.CENSORED else str(figure.status).replace("_", " ")


def _changed(review: IndicatorReview) -> Iterator[Row]:
    if (change := change_in_words(review)) != numbers.NO_FIGURE:
        yield f"Change since {review.indicator.baseline}", change
    if interval := interval_in_words(review):
        yield "95% interval of the change", interval


def _among_peers(review: IndicatorReview) -> Iterator[Row]:
    if position := position_in_words(review):
        yield "Position among similar forces", position
    published: Any
    for published in review.positions.itertuples():
        place = f"{numbers.ordinal(published.rank)} of {int(published.of)}"
        yield f"Published position, {Window.ending(published.period_end)}", place


def _ahead(review: IndicatorReview) -> Iterator[Row]:
    if projection := projection_in_words(review):
        yield f"Projected, {Window.ending(review.indicator.horizon)}", projection
