"""The Board's answers as chart, sentences and table."""

from __future__ import annotations

import textwrap

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pccstats.presentation import numbers
from pccstats.presentation.assessment import figure_in_words
from pccstats.presentation.chart_parts import named_rows
from pccstats.presentation.projection import chance_in_words
from pccstats.presentation.states import inside_a_sentence, words_of
from pccstats.presentation.style import INK, OTHERS, PAPER, QUIET, colour_of, finish, house_style, new_chart
from pccstats.presentation.table import Column, TableSpec
from pccstats.presentation.verbs import describe, draw, table_of
from pccstats.terms.plan import BoardPriority
from pccstats.terms.results.board import BoardOutcome, BoardReview, Track
from pccstats.terms.results.change import Change
from pccstats.terms.words import capital, counted

ROW_HEIGHT, AROUND = 0.46, 1.75  # inches: of one priority, and of words and key
NAMES_WIDTH = 2.4
NO_TRENDS = "No outcome has figures by month up to this quarter, so nothing is said of the past six months yet."
LONGEST_LINE = 34  # letters of a priority's name


@draw.register
def draw_board(result: BoardReview) -> Figure:
    """One bar a priority of the Board: its outcomes on track, off track, and those nobody can tell."""
    rows = [(priority, _by_track(outcomes)) for priority, outcomes in result.sections]
    longest = max((sum(tracks.values()) for _, tracks in rows), default=1)
    with house_style():
        figure, axes = new_chart(height=AROUND + ROW_HEIGHT * len(rows))
        axes.grid(visible=False)
        for row, (_, tracks) in enumerate(rows):
            _bar(axes, row, tracks)
        axes.set_xlim(0, 1.005 * longest)  # the last edge is drawn whole
        named_rows(axes, ["\n".join(textwrap.wrap(priority.title, LONGEST_LINE)) for priority, _ in rows])
        axes.set_xticks([])
        axes.spines["bottom"].set_visible(False)
        _key(axes)
        on, off = (sum(tracks[track] for _, tracks in rows) for track in (Track.ON_TRACK, Track.OFF_TRACK))
        return finish(
            figure,
            headline=f"{on} of {len(result.outcomes)} outcomes on track, {off} off",
            subtitle=f"{result.board.name}; {result.quarter.in_words}: outcomes by priority",
            alt_text=f"One bar for each of {len(rows)} priorities. {describe_board(result)}",
            left=NAMES_WIDTH,
            right=0.2,
            bottom=0.45,
        )


def _by_track(outcomes: tuple[BoardOutcome, ...]) -> dict[Track, int]:
    return {track: sum(outcome.track is track for outcome in outcomes) for track in Track}


def _bar(axes: Axes, row: int, tracks: dict[Track, int]) -> None:
    start = 0
    for track, count in tracks.items():
        if not count:
            continue
        edge, is_told = colour_of(track.judgement, OTHERS), track is not Track.CANNOT_TELL
        fill, ink = (edge, PAPER) if is_told else (PAPER, INK)
        axes.barh(row, count, left=start, height=0.56, color=fill, edgecolor=edge, linewidth=0.8)
        axes.text(
            start + count / 2, row, f"{track.shape} {count}", color=ink, ha="center", va="center", weight="bold", size=9
        )
        start += count


def _key(axes: Axes) -> None:
    """What each shape means, in a line beneath the bars."""
    for place, track in enumerate(Track):
        axes.annotate(
            f"{track.shape} {track.in_words}", (place / len(Track), 0), xycoords="axes fraction", xytext=(0, -14),
            textcoords="offset points", size=8.5, color=QUIET, va="center", annotation_clip=False,
        )  # fmt: skip


@describe.register
def describe_board(result: BoardReview) -> str:
    """What is on track, what is off, how many cannot be judged; and what moved in six months."""
    return " ".join(track_sentences(result))


def track_sentences(result: BoardReview) -> tuple[str, ...]:
    """The same, sentence by sentence, each counting what it speaks of."""
    if not result.outcomes:
        return ("The board has no outcome in this plan.",)
    by_track = {track: [o for o in result.outcomes if o.track is track] for track in Track}
    told = [_named(track, by_track[track], len(result.outcomes)) for track in (Track.ON_TRACK, Track.OFF_TRACK)]
    count = len(by_track[Track.CANNOT_TELL])
    if count == len(result.outcomes):
        told = [f"{_whether(count)}, and the table says why."]
    elif count:
        told.append(f"{counted(count, 'outcome')} cannot be judged; the table says why.")
    tested = [o.trend for o in result.outcomes if o.trend is not None]
    if not tested:
        return (*told, _half_years(result))
    moving = [f"{inside_a_sentence(t.title)} {t.direction}" for t in tested if t.direction != "cannot_tell"]
    months = counted(len(tested), "outcome")
    short = f"Of {months} counted by month, {numbers.in_words(len(moving)) if moving else 'none'} moved over six months"
    return (*told, f"{short}: {numbers.listed(moving)}." if moving else f"{short}.{_over_twelve(result)}")


def _over_twelve(result: BoardReview) -> str:
    """What twelve months tell where six tell nothing."""
    tested = [outcome.long_trend for outcome in result.outcomes if outcome.long_trend is not None]
    moving = [f"{inside_a_sentence(t.title)} {t.direction.in_words}" for t in tested if t.direction != "cannot_tell"]
    if not tested:
        return ""
    if not moving:
        return " None moved over twelve."
    return f" Over twelve months {numbers.in_words(len(moving))} did: {numbers.listed(moving)}."


def _whether(count: int) -> str:
    if count == 1:
        return "The one outcome cannot be judged"
    return f"None of the {numbers.in_words(count)} outcomes can be judged"


def _half_years(result: BoardReview) -> str:
    """What official series say of six months beside the same six a year before."""
    known = [(outcome.review.indicator.name, outcome.half_year) for outcome in result.outcomes if outcome.half_year]
    if not known:
        return NO_TRENDS
    by_verdict: dict[str, list[tuple[str, Change]]] = {}
    for name, found in known:
        by_verdict.setdefault(found.verdict, []).append((inside_a_sentence(name), found))
    told = "; ".join(
        f"{numbers.listed([name for name, _ in alike])}, {words_of(alike[0][1].state, [found for _, found in alike])}"
        for alike in by_verdict.values()
    )
    return f"Six months beside the same six a year before, by official figures: {told}."


def half_year_in_words(found: Change) -> str:
    """`404 fewer than in the same six months a year before`."""
    difference = float(found.summary()["change"].iloc[0])
    more = "more" if difference > 0 else "fewer"
    return f"{numbers.plain(abs(difference))} {more} than in the same months a year before, by official figures"


def _named(track: Track, outcomes: list[BoardOutcome], total: int) -> str:
    names = [inside_a_sentence(outcome.review.indicator.name) for outcome in outcomes]
    told = f"{len(names)} of {total} outcomes ({numbers.listed(names)})" if names else "none"
    return f"{capital(track.in_words)}: {told}."


@table_of.register
def board_table(result: BoardReview) -> TableSpec:
    """Every outcome: its answer, what it is judged against, the chance of it, and which way it has gone."""
    return TableSpec(
        title=result.board.name,
        subtitle=result.quarter.in_words,
        columns=(
            Column("outcome", "Outcome"),
            Column("priority", "Priority"),
            Column("track", "On track?"),
            Column("aim", "Judged against"),
            Column("chance", "Chance", "figure"),
            Column("why", "What it rests on"),
            Column("latest", "Latest", "figure"),
            Column("six", "Past six months"),
            Column("twelve", "Past twelve months"),
        ),
        rows=pd.DataFrame(
            [_row(priority, outcome) for priority, outcomes in result.sections for outcome in outcomes],
            columns=["outcome", "priority", "track", "aim", "chance", "why", "latest", "six", "twelve"],
        ),
        notes=(result.method,),
    )


def _row(priority: BoardPriority, outcome: BoardOutcome) -> dict[str, str]:
    trends = {"six": outcome.trend, "twelve": outcome.long_trend}
    return {
        "outcome": outcome.review.indicator.name,
        "priority": priority.title,
        "track": capital(outcome.track.in_words),
        "aim": capital(outcome.aim) or numbers.NO_FIGURE,
        "chance": chance_in_words(outcome.chance),
        "why": outcome.why,
        "latest": figure_in_words(outcome.review.latest, outcome.review.indicator),
        **{name: trend.direction.in_words if trend else numbers.NO_FIGURE for name, trend in trends.items()},
        **({"six": half_year_in_words(outcome.half_year)} if outcome.half_year else {}),
    }
