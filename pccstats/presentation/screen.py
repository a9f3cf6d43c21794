"""Many series by how far they stand from their expected level, as chart, sentence and table."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from pccstats.presentation import numbers
from pccstats.presentation.chart_parts import LETTER_WIDTH, SIGNAL_MARKS
from pccstats.presentation.states import SIGNAL_WORDS, Chip, inside_a_sentence, label, shown_signal
from pccstats.presentation.style import (
    INK,
    OTHERS,
    PAPER,
    QUIET,
    TITLE_HEIGHT,
    WIDTH,
    colour_of,
    finish,
    house_style,
    new_chart,
)
from pccstats.presentation.table import Column, TableSpec
from pccstats.presentation.verbs import describe, draw, table_of
from pccstats.terms.periods import so_many
from pccstats.terms.results.screen import Screen
from pccstats.terms.words import HOLLOW, Kind, Signal, Variation, capital, counted

MOST_DRAWN = 12
ROW, BOTTOM = 0.24, 0.5  # inches: a series, what is beneath the plot
LEAST_SHOWN = 3.0  # sigma: the scale reaches so far at least
MOST_LETTERS, LEAST_LETTERS = 46, 16  # of a series and its area beside the mark; of the series at least
MARK_SIZES = {Signal.ABOVE: 34, Signal.BELOW: 46, Signal.NONE: 24}


@draw.register
def draw_screen(result: Screen) -> Figure:
    """One mark a series, the furthest from their level: the limit is at 1."""
    rows = result.judged.head(MOST_DRAWN)
    names = [_shortened(row["title"], row["area"]) for _, row in rows.iterrows()]
    with house_style():
        figure, axes = new_chart()
        axes.grid(visible=False, axis="y")
        axes.grid(visible=True, axis="x")
        axes.axvline(0.0, color=INK, linewidth=0.9, zorder=1.5)
        for place, (_, row) in enumerate(rows.iterrows()):
            signal, distance = Signal(row["signal"]), float(row["distance"])
            colour = OTHERS if signal is Signal.NONE else colour_of(Variation(row["variation"]).judgement)
            axes.plot([0, distance], [place, place], color=OTHERS, linewidth=0.6, zorder=1)
            axes.scatter(
                [distance],
                [place],
                marker=SIGNAL_MARKS[signal],
                s=MARK_SIZES[signal],
                color=colour if row["is_firm"] else PAPER,
                edgecolor=colour,
                zorder=3,
            )
        axes.set_yticks(range(len(rows)), names)
        axes.tick_params(axis="y", labelcolor=INK)
        axes.set_ylim(max(len(rows), 1) - 0.4, -0.6)
        far = rows["distance"].astype(float)
        farthest = 1.08 * max([LEAST_SHOWN, *far.abs()])
        axes.set_xlim(-farthest * bool((far < 0).any()), farthest * bool((far > 0).any() or far.empty))
        axes.set_xlabel("distance of the quarter from its expected level, in sigma", color=QUIET)
        figure.set_size_inches(WIDTH, TITLE_HEIGHT + BOTTOM + ROW * max(len(rows), 1))
        return finish(
            figure,
            headline=_headline(result),
            subtitle=f"{result.quarter.in_words}; {_drawn(result, len(rows))}",
            alt_text=_alt_text(result, rows),
            left=0.3 + LETTER_WIDTH * max(map(len, names), default=0),
            right=0.2,
            bottom=BOTTOM,
        )


def _shortened(title: str, area: str) -> str:
    """Both names in one line; a long title gives way."""
    room = max(MOST_LETTERS - len(area) - 2, LEAST_LETTERS)
    return f"{title if len(title) <= room else title[: room - 1].rstrip(' ,') + '…'}, {area}"


def _drawn(result: Screen, count: int) -> str:
    if count == len(result.judged):
        return "every series with an expected level"
    return f"the {numbers.in_words(count)} series that stand furthest from it, of {len(result.judged):,}"


def _headline(result: Screen) -> str:
    if result.judged.empty:
        return "No series has an expected level in the quarter"
    shown = len(result.signals)
    return f"{capital(numbers.in_words(shown))} of {len(result.judged):,} series show a signal"


def _alt_text(result: Screen, rows: pd.DataFrame) -> str:
    listed = [
        f"{row['title']} in {row['area']}, {SIGNAL_WORDS[Signal(row['signal'])]}, {_sigma(row)}"
        for _, row in rows.iterrows()
        if row["signal"] != Signal.NONE.value
    ]
    far = f" How far from the level: {'; '.join(listed)}." if listed else ""
    return f"Dots by distance from the expected level, full where a signal is firm. {describe_screen(result)}{far}"


def _sigma(row: pd.Series) -> str:
    return f"{numbers.signed(row['distance'], 1)} sigma"


@describe.register
def describe_screen(result: Screen) -> str:
    """`Of 150 series, 23 show a signal in July to September 2022, 21 of them firm. The strongest is ...`."""
    judged, signals, firm = len(result.judged), len(result.signals), len(result.firm)
    rest = len(result.points) - judged
    unjudged = f" {counted(rest, 'series', 'series')} cannot be judged." if rest else ""
    when = result.quarter.in_words.partition(", ")[2]
    if not judged:
        return f"No series has an expected level in {when}.{unjudged}"
    bears = "" if firm == signals else ", which is not firm" if signals == 1 else f", {_so_many(firm)} of them firm"
    found = f"Of {judged:,} series with an expected level {_so_many(signals)} show"
    words = f"{found if signals != 1 else f'{found}s'} a signal in {when}{bears}."
    if firm:
        first = result.firm.iloc[0]
        side = SIGNAL_WORDS[Signal(first["signal"])]
        words += f" The strongest is {inside_a_sentence(first['title'])} in {first['area']}: {side} ({_sigma(first)})."
    return f"{words}{unjudged}"


def _so_many(count: int) -> str:
    return numbers.in_words(count) if count else "none"


def signal_chip(row: pd.Series) -> Chip:
    """The signal of one row as a label; a hollow ring where it cannot be judged."""
    if not row["signal"]:
        return label(HOLLOW, "Not judged")
    signal = Signal(row["signal"])
    words = capital(SIGNAL_WORDS[signal])
    if signal is not Signal.NONE:
        words = f"{words}, {so_many(int(row['in_a_row']), int(row['span_months']))}"
    if signal is not Signal.NONE and not row["is_firm"]:
        words = f"{words}, not firm"
    return shown_signal(signal, Variation(row["variation"]), words)


def figure_of(row: pd.Series, name: str) -> str:
    """One figure of a row as readers see it; a distance in sigma with its sign."""
    if name == "distance":
        return numbers.signed(row[name], 1)
    return numbers.usual(Kind(row["kind"]), row[name])


@table_of.register
def screen_table(result: Screen) -> TableSpec:
    """Every series, the strongest firm signal first."""
    points = result.points
    told = [signal_chip(row) for _, row in points.iterrows()]
    rows = points.assign(
        words=[f"{chip.shape} {chip.words}" for chip in told],
        figure=[figure_of(row, "latest") for _, row in points.iterrows()],
        level=[figure_of(row, "centre_line") for _, row in points.iterrows()],
    )
    return TableSpec(
        title="Series by how far they stand from their expected level",
        subtitle=result.quarter.in_words,
        columns=(
            Column("title", "Series"),
            Column("area", "Area"),
            Column("words", "Signal"),
            Column("distance", "How far (sigma)", "signed", 1),
            Column("figure", "Latest", "figure"),
            Column("level", "Expected level", "figure"),
            Column("lacking", "What is lacking"),
        ),
        rows=rows,
        notes=(result.method,),
    )
