"""The Board's page: every outcome by the Board's own priorities, then the districts side by side."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pandas as pd

from pccstats.presentation import numbers
from pccstats.presentation.assessment import figure_in_words, reason_of
from pccstats.presentation.board import track_sentences
from pccstats.presentation.pages.partnership import LABEL
from pccstats.presentation.pages.parts import chart_block
from pccstats.presentation.projection import chance_in_words
from pccstats.presentation.states import inside_a_sentence, label, state_label
from pccstats.presentation.style import escaped
from pccstats.presentation.table import Column, TableSpec
from pccstats.presentation.trend import trend_label
from pccstats.presentation.verbs import describe
from pccstats.terms.periods import month_in_words
from pccstats.terms.plan import BoardPriority
from pccstats.terms.results.ahead import Outcome, Progress
from pccstats.terms.results.peers import AreaComparison
from pccstats.terms.results.quarter import BoardOutcome, BoardReview, Track
from pccstats.terms.words import Polarity, Signal, capital, slug

HEADS = (
    ("indicator", "Outcome"),
    ("track", "On track?"),
    ("aim", "Judged against"),
    ("number", "Latest"),
    ("trend", "Past six months"),
    ("trend", "Past twelve months"),
)
MOST_OPEN = 6  # beyond so many indicators by district, each opens to its charts


def board_page(result: BoardReview) -> str:
    """The whole page of a Board."""
    sections = "".join(_priority(priority, outcomes) for priority, outcomes in result.sections)
    is_open = len(result.districts) <= MOST_OPEN
    districts = "".join(_district(comparison, is_open=is_open) for comparison in result.districts)
    side_by_side = (
        f'<h2 id="districts">Districts side by side</h2>{_how_to_read(result)}{_standing_out(result)}'
        f"{districts}{_refusals(result)}"
        if result.districts or result.no_districts
        else ""
    )
    source = f'<p class="caveat">{escaped(result.board.source)}</p>' if result.board.source else ""
    return f'{_lead(result)}{source}{sections}<p class="method">{escaped(result.method)}</p>{side_by_side}'


def _lead(result: BoardReview) -> str:
    return f'<div class="lead">{"".join(f"<p>{escaped(sentence)}</p>" for sentence in track_sentences(result))}</div>'


def _priority(priority: BoardPriority, outcomes: tuple[BoardOutcome, ...]) -> str:
    head = "".join(f'<th scope="col" class="{kind}">{name}</th>' for kind, name in HEADS)
    rows = "".join(_outcome(outcome) for outcome in outcomes)
    note = f'<p class="caveat">{escaped(priority.note)}</p>' if priority.note else ""
    return (
        f'<section class="board" id="board-{slug(priority.title)}"><h2>{escaped(priority.title)}</h2>'
        f'<div class="table"><table class="figures indicators board"><caption class="unseen">{escaped(priority.title)}'
        f"</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>{note}</section>"
    )


def _outcome(outcome: BoardOutcome) -> str:
    review = outcome.review
    indicator = review.indicator
    if indicator.no_figure is not None or not review.has_figures:
        return (
            f'<tr><th scope="row">{escaped(indicator.name)}</th><td colspan="{len(HEADS) - 1}">'
            f"{state_label(review.state)} {escaped(reason_of(review))}</td></tr>"
        )
    chance = "" if math.isnan(outcome.chance) else f"chance {chance_in_words(outcome.chance)}"
    told = " ".join(dict.fromkeys(_notes(outcome, is_why_wanted=not chance)))
    return (
        f'<tr><th scope="row">{escaped(indicator.name)}{_small(indicator.unit)}</th>'
        f"<td>{track_label(outcome.track)}{_small(chance)}</td>"
        f"<td>{escaped(capital(outcome.aim)) or numbers.NO_FIGURE}</td>"
        f'<td class="number">{figure_in_words(review.latest, indicator)}{_small(_interval(outcome))}'
        f"{_small(review.latest_window)}</td>"
        f"<td>{trend_label(outcome.trend, outcome.no_trend)}</td><td>{trend_label(outcome.long_trend)}</td></tr>"
        + (f'<tr class="note"><td colspan="{len(HEADS)}">{escaped(told)}</td></tr>' if told else "")
    )


def track_label(track: Track) -> str:
    """Shape, word and colour of an answer."""
    return label(track.shape, capital(track.in_words), like=track)


def _notes(outcome: BoardOutcome, *, is_why_wanted: bool) -> Iterator[str]:
    """What must be known beside an answer: why it is one, what became of past targets, what the figures are."""
    review, indicator = outcome.review, outcome.review.indicator
    if is_why_wanted and outcome.why:
        yield outcome.why
    past = [goal for goal in outcome.goals if goal.by is not None and goal.outcome is not Outcome.OPEN]
    if past:
        yield f"Targets past their date: {'; '.join(_past(goal) for goal in past)}."
    yield from indicator.footnotes
    if review.is_illustrative:
        yield f"{LABEL}{', respondents assumed' if indicator.kind.is_proportion else ''}."


def _past(goal: Progress) -> str:
    """What became of a target: `at most 3,542 by March 2014, missed (4,199)`."""
    side = "at most" if goal.at_most else "at least"
    decimals = 1 if goal.kind.is_proportion else 0
    limit, found = numbers.plain(goal.to_reach, decimals), numbers.plain(goal.figure_at_date, decimals)
    when = month_in_words(goal.by) if goal.by is not None else ""
    return f"{side} {limit} by {when}, {goal.outcome.in_words} ({found})"


def _interval(outcome: BoardOutcome) -> str:
    if not outcome.review.indicator.kind.is_proportion:
        return ""
    if math.isnan(outcome.lower):
        return "no interval"
    return f"{numbers.per_cent(outcome.lower)} to {numbers.per_cent(outcome.upper)}"


def _how_to_read(result: BoardReview) -> str:
    words = (
        "Each district is judged twice. Against its own past: is a month outside the band that its three years lead "
        "one to expect, and is the year better or worse than the baseline? Against the others: did it move otherwise "
        "than all of them together, by more than its size explains? A district may stand out in one way and not in the "
        "other, so both stand in the table beneath each chart."
    )
    without = next((comparison.no_peers for comparison in result.districts if comparison.no_peers), "")
    scale = (
        f"{without} The small charts therefore show each area in per cent of its own expected level, and the funnel "
        "shows change, not rates: they cannot say whose rate is high."
        if without
        else ""
    )
    return f"<p>{escaped(words)}</p>" + (f'<p class="caveat">{escaped(scale)}</p>' if scale else "")


def _standing_out(result: BoardReview) -> str:
    """Every district with what stands out in it, against its own past and against the others, side by side."""
    names = list(dict.fromkeys(area for comparison in result.districts for area in comparison.points["area"]))
    rows = pd.DataFrame([_row(name, result.districts) for name in names])
    columns = (
        Column("area", "District"),
        Column("worse", "Worse than its own past"),
        Column("better", "Better"),
        Column("up", "Up against the others"),
        Column("down", "Down against the others"),
    )
    looked = len(result.districts) * len(names)
    illustrative = f" {LABEL}." if any(c.is_illustrative for c in result.districts) else ""
    note = (
        f"{looked} comparisons each way at 95%: by chance alone some {0.05 * looked:.0f} stand out in each. Indicators "
        f"of which neither direction is better are only set against the others.{illustrative}"
    )
    return TableSpec("What stands out in each district", columns, rows, notes=(note,)).to_html()


def _row(name: str, comparisons: tuple[AreaComparison, ...]) -> dict[str, str]:
    met: dict[str, list[str]] = {"worse": [], "better": [], "up": [], "down": []}
    for comparison in comparisons:
        if name not in set(comparison.points["area"]):
            continue
        row = comparison.row(name)
        title = inside_a_sentence(comparison.title)
        if row.own_past in met:
            met[row.own_past].append(title)
        if row.against_others != Signal.NONE:
            met["up" if row.against_others == Signal.ABOVE else "down"].append(title)
    return {"area": name} | {key: capital(", ".join(titles)) or numbers.NO_FIGURE for key, titles in met.items()}


def _district(comparison: AreaComparison, *, is_open: bool) -> str:
    label = LABEL if comparison.is_illustrative else ""
    rates = chart_block(comparison, view="rates", has_data=False) if comparison.peers is not None else ""
    months = chart_block(comparison, view="months", label=label, is_wide=True)
    neutral = (
        '<p class="caveat">Neither a rise nor a fall is better by itself.</p>'
        if comparison.polarity is Polarity.NEUTRAL
        else ""
    )
    charts = (
        f'{neutral}{months}<div class="funnels">{chart_block(comparison, view="change", has_data=False)}{rates}</div>'
    )
    said = escaped(describe(comparison))
    body = f"<p>{said}</p>{charts}"
    if not is_open:
        body = f'<details class="ahead"><summary>{said}</summary>{charts}</details>'
    return (
        f'<section class="districts" id="districts-{slug(comparison.key)}"><h3>{escaped(comparison.title)}</h3>'
        f"{body}</section>"
    )


def _refusals(result: BoardReview) -> str:
    return "".join(
        f'<p class="caveat">{escaped(f"{result.plan.indicator(key).name} is not compared by district: {why}")}</p>'
        for key, why in result.no_districts.items()
    )


def _small(text: str) -> str:
    return f'<span class="interval">{escaped(text)}</span>' if text else ""
