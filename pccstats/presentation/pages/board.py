"""The Board's page: every outcome by the Board's own priorities, then the districts side by side."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from pccstats.presentation import numbers
from pccstats.presentation.areas import moved_in_words, rates_in_words, stands_out
from pccstats.presentation.assessment import figure_in_words
from pccstats.presentation.board import half_year_in_words, track_sentences
from pccstats.presentation.markup import Markup, rendered
from pccstats.presentation.pages.partnership import other_grouping, what_is_counted
from pccstats.presentation.pages.parts import Chart, Unanswered, anchor, chart_block
from pccstats.presentation.pages.tartan import tartan
from pccstats.presentation.partnership import areas_together
from pccstats.presentation.projection import chance_in_words
from pccstats.presentation.states import Chip, label, state_label, state_shape
from pccstats.presentation.synthesis import reason_of
from pccstats.presentation.table import TableSpec
from pccstats.presentation.trend import trend_label
from pccstats.presentation.verbs import describe, table_of
from pccstats.terms.periods import month_in_words
from pccstats.terms.plan import BoardPriority
from pccstats.terms.results.ahead import Outcome, Progress
from pccstats.terms.results.board import BoardOutcome, BoardReview, Track
from pccstats.terms.results.peers import AreaComparison
from pccstats.terms.words import Polarity, capital, slug

HEADS = (
    ("indicator", "Outcome"),
    ("track", "On track?"),
    ("aim", "Judged against"),
    ("number", "Latest"),
)
SIX_MONTHS = ("trend", "Past six months")  # where any outcome has an answer
TWELVE_MONTHS = ("trend", "Past twelve months")  # where any has a trend of its own months
HOW_TO_READ = (
    "Each district is judged twice. Against its own past: is a month outside the band that the months before the "
    "latest quarter (three years of them at most) lead one to expect, and is the year better or worse than the "
    "baseline? Against the others: did it move away from all of them together, by more than its size explains? A "
    "district may stand out in one way and not in the other, so the table shows both."
)
HOW_TO_READ_RATES = (
    "No earlier year is held by district, so nothing is said of change. Each district's rate is set against the "
    "others': does it lie further from them than they lie apart among themselves? A rate that stands apart is no "
    "grade: districts differ in who lives, works and goes out there."
)
MOST_OPEN = 6  # beyond so many indicators by district, each opens to its charts


@dataclass(frozen=True)
class OutcomeRow:
    """One outcome with its figures."""

    name: str
    unit: str
    track: Chip
    chance: str
    aim: str
    latest: str
    interval: str
    window: str
    trend: Chip | None
    no_trend: str
    long_trend: Chip | None
    note: str


@dataclass(frozen=True)
class PriorityOfBoard:
    """One of the Board's own priorities with its outcomes."""

    anchor: str
    title: str
    rows: tuple[OutcomeRow | Unanswered, ...]
    note: str


@dataclass(frozen=True)
class DistrictCharts:
    """One indicator by district: a sentence and its charts."""

    anchor: str
    title: str
    said: str
    is_neutral: bool
    months: Chart
    change: Chart | None
    rates: Chart | None


@dataclass(frozen=True)
class DistrictTable:
    """One indicator by district in which nothing stands out: its table, which opens."""

    anchor: str
    title: str
    table: TableSpec


def board_page(result: BoardReview) -> Markup:
    """The whole page of a Board."""
    shared, counted = what_is_counted(result.districts)
    has_six = any(outcome.six_months for outcome in result.outcomes)
    has_twelve = any(outcome.long_trend is not None for outcome in result.outcomes)
    apart = [comparison for comparison in result.districts if _stands_out(comparison)]
    together = _together(result.districts)
    shared = [note for note in shared if note not in together]
    return rendered(
        "board.html.j2",
        heads=(*HEADS, *((SIX_MONTHS,) if has_six else ()), *((TWELVE_MONTHS,) if has_twelve else ())),
        has_six=has_six,
        has_twelve=has_twelve,
        sentences=track_sentences(result),
        source=result.board.source,
        sections=[_priority(priority, outcomes) for priority, outcomes in result.sections],
        method=result.method,
        how_to_read=HOW_TO_READ if any(c.has_change for c in result.districts) else HOW_TO_READ_RATES,
        shared_notes=[*shared, *other_grouping(result.plan, of_smallest=True)] if result.districts else shared,
        counted=counted,
        scale=_scale(result),
        together=together,
        tartan=tartan(result.districts, places=_places(result.districts)) if result.districts else None,
        districts=[_district(comparison) for comparison in apart],
        others=[_without_charts(comparison) for comparison in result.districts if not _stands_out(comparison)],
        is_open=len(apart) <= MOST_OPEN,
        refusals=[
            f"{result.plan.indicator(key).name} is not compared by district: {why}"
            for key, why in result.no_districts.items()
        ],
    )


def _priority(priority: BoardPriority, outcomes: tuple[BoardOutcome, ...]) -> PriorityOfBoard:
    rows = tuple(_outcome(outcome) for outcome in outcomes)
    return PriorityOfBoard(f"board-{slug(priority.title)}", priority.title, rows, priority.note)


def _outcome(outcome: BoardOutcome) -> OutcomeRow | Unanswered:
    review = outcome.review
    indicator = review.indicator
    if indicator.no_figure is not None or not review.has_figures:
        return Unanswered(anchor(indicator), indicator.name, state_label(review.state), reason_of(review))
    chance = "" if math.isnan(outcome.chance) else f"chance {chance_in_words(outcome.chance)}"
    return OutcomeRow(
        name=indicator.name,
        unit=indicator.unit,
        track=track_label(outcome.track),
        chance=chance,
        aim=capital(outcome.aim) or numbers.NO_FIGURE,
        latest=figure_in_words(review.latest, indicator),
        interval=_interval(outcome),
        window=review.latest_window,
        trend=_six_months(outcome),
        no_trend=outcome.no_trend,
        long_trend=None if outcome.long_trend is None else trend_label(outcome.long_trend),
        note=" ".join(dict.fromkeys(_notes(outcome))),
    )


def _six_months(outcome: BoardOutcome) -> Chip | None:
    """A trend of its own months, else six months beside the same six a year before."""
    if outcome.trend is not None:
        return trend_label(outcome.trend)
    found = outcome.half_year
    if found is None:
        return None
    shape = state_shape(found.shown_as, float(found.summary()["change"].iloc[0]))
    return label(shape, capital(found.verdict), like=found.shown_as, beneath=half_year_in_words(found))


def track_label(track: Track) -> Chip:
    """Shape, word and colour of an answer."""
    return label(track.shape, capital(track.in_words), like=track)


def _notes(outcome: BoardOutcome) -> Iterator[str]:
    """What must be known beside an answer: why it is one, what became of past targets, what the figures are."""
    if outcome.why:
        yield outcome.why
    past = [goal for goal in outcome.goals if goal.by is not None and goal.outcome is not Outcome.OPEN]
    if past:
        yield f"Targets past their date: {'; '.join(_past(goal) for goal in past)}."
    yield from outcome.review.indicator.footnotes


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


def _scale(result: BoardReview) -> str:
    """What the charts cannot show where the residents of the districts are not known."""
    without = next((comparison.no_peers for comparison in result.districts if comparison.no_peers), "")
    if not without:
        return ""
    return (
        f"{without} The small charts therefore show each area in per cent of its own expected level, and the funnel "
        "shows change, not rates: they cannot say whose rate is high."
    )


def _together(comparisons: tuple[AreaComparison, ...]) -> str:
    """How many of all comparisons are better and worse, and which districts moved away from the others."""
    names = {area for comparison in comparisons for area in comparison.points["area"]}
    return areas_together(comparisons, f"{len(names)} districts") if comparisons else ""


def _places(comparisons: tuple[AreaComparison, ...]) -> dict[str, str]:
    """Every indicator, with the place of its charts or its table."""
    return {comparison.key: f"#{_place(comparison)}" for comparison in comparisons}


def _place(comparison: AreaComparison) -> str:
    return f"districts-{slug(comparison.key)}"


def _stands_out(comparison: AreaComparison) -> bool:
    """True where any district stands out: only such a comparison is drawn."""
    return any(stands_out(comparison, area) for area in comparison.areas)


def _without_charts(comparison: AreaComparison) -> DistrictTable:
    return DistrictTable(_place(comparison), comparison.title, table_of(comparison))


def _district(comparison: AreaComparison) -> DistrictCharts:
    return DistrictCharts(
        anchor=_place(comparison),
        title=comparison.title,
        said=f"{describe(comparison)} {moved_in_words(comparison)}".strip()
        if comparison.has_change
        else rates_in_words(comparison),
        is_neutral=comparison.polarity is Polarity.NEUTRAL,
        months=chart_block(comparison, view="months", is_wide=True),
        change=chart_block(comparison, view="change", has_data=False) if comparison.has_change else None,
        rates=chart_block(comparison, view="rates", has_data=False) if comparison.peers is not None else None,
    )
