"""Partnerships, one and all, as charts, sentences and tables."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from pccstats.presentation import numbers
from pccstats.presentation.areas import (
    interval_in_words,
    others_in_words,
    own_past_in_words,
    own_past_shape,
    peers_in_words,
    position_in_words,
    rate_side,
    stands_out,
)
from pccstats.presentation.chart_parts import LABEL_MARGIN, LETTER_WIDTH, interval, named_rows
from pccstats.presentation.states import inside_a_sentence
from pccstats.presentation.style import (
    DATA,
    INK,
    OTHERS,
    PAPER,
    QUIET,
    WIDTH,
    colour_of,
    finish,
    house_style,
    new_chart,
)
from pccstats.presentation.table import Column, TableSpec
from pccstats.presentation.verbs import describe, draw, table_of
from pccstats.terms.errors import MethodProblem
from pccstats.terms.results.board import PartnershipReview, PartnershipsReview
from pccstats.terms.results.change import Change
from pccstats.terms.results.peers import AreaComparison
from pccstats.terms.words import Polarity, Signal, State, Strength, capital

JUDGED = (State.BETTER, State.WORSE)
ROW_HEIGHT, AROUND = 0.36, 1.6  # inches: of one row, and of words and axis
NAMES_WIDTH = 2.5
CELL_WIDTH = 0.95  # inches
HEAD_LETTERS = 13  # of an indicator's name in a line over its column
MOST_NAMED = 4  # areas in a sentence
LEAST_REACH, MOST_REACH = 20.0, 150.0  # per cent, of the axis of changes
COLUMNS = (
    Column("indicator", "Indicator"),
    Column("baseline", "Baseline", "number"),
    Column("latest", "Latest", "number"),
    Column("window", "Period"),
    Column("change", "Change, 95% interval", "figure"),
    Column("own_past", "Against its own past"),
    Column("others", "Change against the others' change"),
    Column("rate", "Rate per 1,000 residents", "number", 1),
    Column("peers", "Rate against the others"),
)


@draw.register
def draw_partnership(result: PartnershipReview) -> Figure:
    """The change of each of its indicators with its interval; where there is none yet, rates beside the mean of all."""
    every = _rows_of(result)
    if not every:
        raise MethodProblem(f"{result.area.name} has no indicator counted by month, so there is no chart of it.")
    rows = [(comparison, row) for comparison, row in every if comparison.has_change]
    return _changes(result, rows) if rows else _rates(result, every)


def _changes(result: PartnershipReview, rows: list[tuple[AreaComparison, Any]]) -> Figure:
    reach = _reach(row for _, row in rows)
    with house_style():
        figure, axes = new_chart(height=AROUND + ROW_HEIGHT * len(rows))
        axes.grid(visible=False)
        axes.axvline(0, color=INK, linewidth=1.0)
        for place, (_, row) in enumerate(rows):
            _interval(axes, place, row, reach)
        axes.set_xlim(-reach, reach)
        named_rows(axes, [comparison.title for comparison, _ in rows])
        axes.xaxis.set_major_formatter(lambda value, _: numbers.signed(value, 0))
        axes.set_xlabel("Change since the baseline year, per cent")
        return finish(
            figure,
            headline=f"{result.area.name}: {_counted(rows)}",
            subtitle=f"{capital(str(rows[0][0].latest_window))} against {rows[0][0].baseline_window}",
            alt_text=f"Changes with their intervals. {describe_partnership(result)} {_told(rows)}",
            left=NAMES_WIDTH,
            right=LABEL_MARGIN + LETTER_WIDTH * max(len(_verdict(row)) for _, row in rows),
            bottom=0.6,
        )


def _rates(result: PartnershipReview, rows: list[tuple[AreaComparison, Any]]) -> Figure:
    """Each rate of the area, in per cent of the mean of all areas."""
    beside = [100 * row.rate / comparison.points["rate"].mean() for comparison, row in rows]
    with house_style():
        figure, axes = new_chart(height=AROUND + ROW_HEIGHT * len(rows))
        axes.grid(visible=False)
        axes.axvline(100, color=INK, linewidth=1.0)
        for place, ((comparison, row), share) in enumerate(zip(rows, beside, strict=True)):
            axes.plot(share, place, "o", color=DATA, markersize=7)
            axes.annotate(
                f"{numbers.plain(row.rate, 1)} per 1,000\n{_position(comparison, row)}",
                (1, place), xycoords=("axes fraction", "data"), xytext=(6, 0), textcoords="offset points", va="center",
                size=8, color=QUIET, annotation_clip=False,
            )  # fmt: skip
        axes.set_xlim(0, 1.1 * max(100.0, *beside))
        named_rows(axes, [comparison.title for comparison, _ in rows])
        axes.set_xlabel("Rate per resident, per cent of the mean of all areas")
        return finish(
            figure,
            headline=f"{result.area.name}: {_rates_counted(rows)}",
            subtitle=f"{capital(str(rows[0][0].latest_window))}; no earlier year to set them against",
            alt_text=f"Rates beside the mean of all areas. {describe_partnership(result)} {_rates_told(rows)}",
            left=NAMES_WIDTH,
            right=LABEL_MARGIN + LETTER_WIDTH * max(len(_position(*pair)) for pair in rows),
            bottom=0.6,
        )


def _position(comparison: AreaComparison, row: Any) -> str:
    return position_in_words(row, len(comparison.points), comparison.polarity)


def _rates_counted(rows: list[tuple[AreaComparison, Any]]) -> str:
    apart = sum(stands_out(comparison, row) for comparison, row in rows)
    return f"{apart} of {len(rows)} rates stand apart from the others'"


def _rates_told(rows: list[tuple[AreaComparison, Any]]) -> str:
    return "; ".join(f"{c.title} {numbers.plain(row.rate, 1)} per 1,000 residents" for c, row in rows) + "."


def _rows_of(result: PartnershipReview) -> list[tuple[AreaComparison, Any]]:
    return [(comparison, comparison.row(result.area.name)) for comparison in result.comparisons]


def _reach(rows: Iterable[Any]) -> float:
    """Half the width of the axis: what the widest interval needs, within bounds."""
    ends = [abs(float(end)) for row in rows for end in (row.change_pct, row.change_pct_low, row.change_pct_high)]
    known = [1.15 * end for end in ends if pd.notna(end)]
    return min(max([LEAST_REACH, *known]), MOST_REACH)


def _interval(axes: Axes, place: int, row: Any, reach: float) -> None:
    colour = _colour(row.own_past)
    if pd.notna(row.change_pct_low):
        interval(axes, place, (row.change_pct_low, row.change_pct_high), reach, colour)
    if pd.notna(row.change_pct):
        is_hollow = row.has_moved and not row.has_moved_firmly
        at, fill = min(max(row.change_pct, -reach), reach), PAPER if is_hollow else colour
        axes.plot(at, place, "o", color=colour, markerfacecolor=fill, markersize=7)
    axes.annotate(
        f"{numbers.signed_per_cent(row.change_pct)}\n{_verdict(row)}",
        (1, place), xycoords=("axes fraction", "data"), xytext=(6, 0), textcoords="offset points", va="center",
        size=8, color=colour if colour != DATA else QUIET, annotation_clip=False,
    )  # fmt: skip


def _verdict(row: Any) -> str:
    """`▲ worse`, `▲ worse, weak`."""
    return f"{own_past_shape(row)} {own_past_in_words(row).lower()}"


def _colour(own_past: str) -> str:
    return colour_of(State(own_past).judgement) if own_past in set(State) else DATA


def _counted(rows: Iterable[tuple[AreaComparison, Any]]) -> str:
    """`1 better, 2 worse, 4 no more than they usually move, 1 weak`: the judged named first, the firm alone counted."""
    found: dict[str, list[Change]] = {state.in_words: [] for state in JUDGED}
    for comparison, row in rows:
        is_weak = row.has_moved and not row.has_moved_firmly
        words = row.strength if is_weak else own_past_in_words(row).lower()
        found.setdefault(words, []).append(comparison.changes[row.area])
    judged, others = list(found)[: len(JUDGED)], list(found)[len(JUDGED) :]
    ordered = (*judged, *sorted(others, key=lambda words: -len(found[words])))
    return ", ".join(f"{len(found[words])} {_of_many(words, found[words])}" for words in ordered)


def _of_many(words: str, changes: Sequence[Change]) -> str:
    """The words of these changes, which share them, right in number."""
    unmoved = changes[0].unmoved if len(changes) > 1 else None
    return words if unmoved is None else unmoved.of_many.in_words


def _told(rows: list[tuple[AreaComparison, Any]]) -> str:
    return "; ".join(f"{comparison.title} {interval_in_words(row)}" for comparison, row in rows) + "."


@draw.register
def draw_partnerships(result: PartnershipsReview) -> Figure:
    """A chequer: one row a partnership, one column an indicator, each with its change and its verdict."""
    if not result.comparisons:
        raise MethodProblem(f"{result.plan.focus} has no indicator to compare between partnerships.")
    names = [review.area.name for review in result.reviews]
    latest, baseline = result.comparisons[0].latest_window, result.comparisons[0].baseline_window
    told = (
        f"Change of the {latest} since {baseline}, per cent; framed where it moved away from the others"
        if baseline is not None
        else f"Position by rate, {latest}; framed where the rate stands apart from the others'"
    )
    with house_style():
        width = max(WIDTH, NAMES_WIDTH + CELL_WIDTH * len(result.comparisons) + 0.15)
        figure, axes = new_chart(width=width, height=AROUND + ROW_HEIGHT * len(names) + 0.4)
        axes.grid(visible=False)
        for column, comparison in enumerate(result.comparisons):
            for area in comparison.areas:
                _cell(axes, column, names.index(area.area), area, comparison)
        axes.set_xlim(0, len(result.comparisons))
        axes.set_ylim(len(names), 0)
        axes.set_yticks([place + 0.5 for place in range(len(names))], names, fontsize=8.5, color=INK)
        heads = ["\n".join(textwrap.wrap(comparison.title, HEAD_LETTERS)) for comparison in result.comparisons]
        axes.set_xticks([place + 0.5 for place in range(len(heads))], heads, fontsize=8, color=INK)
        axes.xaxis.tick_top()
        axes.tick_params(length=0)
        axes.spines["bottom"].set_visible(False)
        return finish(
            figure,
            headline=_headline(result),
            subtitle=told,
            alt_text=f"{len(names)} partnerships by {len(heads)} indicators. {describe_partnerships(result)}",
            left=NAMES_WIDTH,
            right=0.15,
            bottom=0.15,
            above=0.75,
        )


def _headline(result: PartnershipsReview) -> str:
    changed = [(comparison, area) for comparison, area in _all_rows(result) if comparison.has_change]
    if changed:
        return f"Each partnership against its own past: {_counted(changed)}"
    return f"The partnerships by rate: {_rates_counted(_all_rows(result))}"


def _cell(axes: Axes, column: int, row: int, area: Any, comparison: AreaComparison) -> None:
    colour = _colour(area.own_past)
    is_judged = colour != DATA and comparison.has_change and area.has_moved_firmly
    rate_stands_apart = not comparison.has_change and stands_out(comparison, area)
    fill = colour if is_judged else PAPER
    axes.add_patch(Rectangle((column + 0.04, row + 0.09), 0.92, 0.82, facecolor=fill, edgecolor=OTHERS, linewidth=0.8))
    if area.against_others != Signal.NONE or rate_stands_apart:
        axes.add_patch(Rectangle((column + 0.04, row + 0.09), 0.92, 0.82, fill=False, edgecolor=INK, linewidth=1.8))
    words = (
        f"{own_past_shape(area)} {numbers.signed_per_cent(area.change_pct, 0)}"
        if comparison.has_change
        else numbers.ordinal(area.rank)
    )
    ink = PAPER if is_judged else colour if comparison.has_change and area.has_moved else QUIET
    axes.text(column + 0.5, row + 0.5, words, color=ink, ha="center", va="center", size=8.5)


def _all_rows(result: PartnershipsReview) -> list[tuple[AreaComparison, Any]]:
    return [(comparison, area) for comparison in result.comparisons for area in comparison.areas]


@describe.register
def describe_partnership(result: PartnershipReview) -> str:
    """What is better and worse than in the baseline year, what moved away from the others; else the rates."""
    every = _rows_of(result)
    if not every:
        return "No indicator of the plan is counted by month in this area."
    rows = [(comparison, row) for comparison, row in every if comparison.has_change]
    told = _of_changes(rows) if rows else []
    rates = [(comparison, row) for comparison, row in every if not comparison.has_change]
    return " ".join([*told, *(_of_rates(rates) if rates else [])])


def _of_rates(rows: list[tuple[AreaComparison, Any]]) -> list[str]:
    """Where its rates stand among the others', and that nothing can be said of change yet."""
    window = rows[0][0].latest_window.in_a_sentence
    told = []
    for side, words in ((Signal.ABOVE, "higher"), (Signal.BELOW, "lower")):
        names = [inside_a_sentence(c.title) for c, row in rows if rate_side(c, row) is side]
        told += [f"In {window} {words} per resident than in the others: {numbers.listed(names)}."] if names else []
    told = told or [f"No rate of {window} stands apart from the others'."]
    return [*told, "No figure yet against its own past."]


def _of_changes(rows: list[tuple[AreaComparison, Any]]) -> list[str]:
    told, with_sides = [], sum(comparison.polarity is not Polarity.NEUTRAL for comparison, _ in rows)
    for state in JUDGED:
        moved = [(inside_a_sentence(c.title), row.has_moved_firmly) for c, row in rows if row.own_past == state]
        firm, weak = ([name for name, is_firm in moved if is_firm is wanted] for wanted in (True, False))
        way = "improved" if state is State.BETTER else "worsened"
        none = f"None of the {with_sides} that can be better or worse has {way} since the baseline year"
        told.append(f"{_moved(way, firm, weak) or none}.")
    up = [inside_a_sentence(c.title) for c, row in rows if row.against_others == Signal.ABOVE]
    down = [inside_a_sentence(c.title) for c, row in rows if row.against_others == Signal.BELOW]
    ways = [f"up in {numbers.listed(up)}" if up else "", f"down in {numbers.listed(down)}" if down else ""]
    others = " and ".join(part for part in ways if part)
    alike = "On no indicator did it change more, or less, than the others."
    told.append(f"Against the others it moved {others}." if others else alike)
    return told


def _moved(way: str, firm: list[str], weak: list[str]) -> str:
    """Which improved, or worsened, the weak ones after the firm; empty where none did."""
    not_counted = f"{Strength.WEAK}, so not counted: {numbers.listed(weak)}" if weak else ""
    if not firm:
        return f"{capital(way)}, but {not_counted}" if weak else ""
    told = f"{capital(way)} since the baseline year: {numbers.listed(firm)}"
    return f"{told}; {not_counted}" if weak else told


@describe.register
def describe_partnerships(result: PartnershipsReview) -> str:
    """How many of all comparisons are better and worse, and which partnerships moved away from the others."""
    if not result.reviews:
        return f"{result.plan.focus} has no partnerships or districts in the plan."
    return areas_together(result.comparisons, f"{len(result.reviews)} partnerships")


def areas_together(comparisons: Sequence[AreaComparison], areas: str) -> str:
    """How many of all comparisons are better and worse, and which areas moved away; `areas` says how many they are."""
    every = [(comparison, area) for comparison in comparisons for area in comparison.areas]
    rows = [(comparison, row) for comparison, row in every if comparison.has_change]
    if not rows:
        why = next((comparison.no_change for comparison in comparisons if comparison.no_change), "")
        return f"{areas}: {_rates_counted(every)}. {why}".strip()
    counted = f"{areas}, {len(rows)} comparisons with their own past: {_counted(rows)}"
    apart = list(dict.fromkeys(row.area for _, row in rows if row.against_others != Signal.NONE))
    some = _some(apart, len({row.area for _, row in rows}))
    return f"{counted}; {some} moved away from the others{' on one indicator or more' if apart else ''}."


def _some(names: list[str], of: int) -> str:
    """So many of the areas, by name where they are few."""
    if len(names) <= MOST_NAMED:
        return numbers.listed(names) or "none"
    return "all of them" if len(names) == of else f"{len(names)} of them"


@table_of.register
def partnership_table(result: PartnershipReview) -> TableSpec:
    """Its indicators against its own past and against the others."""
    rows = [_row(comparison, row) for comparison, row in _rows_of(result)]
    frame = pd.DataFrame(rows, columns=[column.name for column in COLUMNS])
    return TableSpec(result.area.name, COLUMNS, frame, result.quarter.in_words, (result.method,))


@table_of.register
def partnerships_table(result: PartnershipsReview) -> TableSpec:
    """One row a partnership and indicator."""
    columns = (Column("area", "Partnership"), *COLUMNS)
    rows = [
        {"area": review.area.name, **_row(comparison, row)}
        for review in result.reviews
        for comparison, row in _rows_of(review)
    ]
    frame = pd.DataFrame(rows, columns=[column.name for column in columns])
    return TableSpec(f"Partnerships of {result.plan.focus}", columns, frame, result.quarter.in_words, (result.method,))


def _row(comparison: AreaComparison, row: Any) -> dict[str, Any]:
    return {
        "indicator": comparison.title,
        "baseline": row.baseline,
        "latest": row.latest,
        "window": str(comparison.latest_window),
        "change": interval_in_words(row) if comparison.has_change else numbers.NO_FIGURE,
        "own_past": own_past_in_words(row),
        "others": others_in_words(row) if comparison.has_change else numbers.NO_FIGURE,
        "rate": row.rate,
        "peers": peers_in_words(row, comparison.polarity),
    }
