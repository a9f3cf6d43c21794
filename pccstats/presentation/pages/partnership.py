"""The section of one partnership: its indicators, its own words, its objectives, what it printed of itself."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from pccstats.presentation import numbers
from pccstats.presentation.areas import (
    NO_FIGURE_YET,
    interval_in_words,
    others_in_words,
    peers_in_words,
    position_in_words,
    stands_out,
)
from pccstats.presentation.markup import Markup, rendered, safe_markdown
from pccstats.presentation.pages.tartan import tartan
from pccstats.presentation.sparkline import small_line
from pccstats.presentation.states import Chip, inside_a_sentence, state_label
from pccstats.presentation.table import Column, TableSpec
from pccstats.presentation.trend import trend_label
from pccstats.presentation.verbs import describe
from pccstats.terms.periods import month_in_words
from pccstats.terms.plan import Objective, Plan
from pccstats.terms.results.board import PartnershipReview, PartnershipsReview
from pccstats.terms.results.level import Direction, Trend
from pccstats.terms.results.peers import AreaComparison, AreaRow
from pccstats.terms.words import State, capital, slug


def all_partnerships(result: PartnershipsReview, commentary: Mapping[str, str] | None = None) -> Markup:
    """Every partnership, one section after another.

    Parameters
    ----------
    result : PartnershipsReview
        As `review_partnerships` gives it.
    commentary : mapping of str to str, optional
        Their own words by area, in Markdown, as `read_commentary` gives them.

    Returns
    -------
    Markup

    Examples
    --------
    >>> import pccstats as pcc
    >>> plan, data = pcc.read_plan("data/raw"), pcc.read_observations("data/processed")
    >>> page = pcc.all_partnerships(pcc.review_partnerships(plan, data, "2015/16-Q1"), {"Rutland": "All *quiet*."})
    >>> "<p>All <em>quiet</em>.</p>" in page
    True
    """
    words = commentary or {}
    said = describe(result)
    shared, counted = what_is_counted(result.comparisons)
    shared = [note for note in shared if note not in said]
    names = {key: result.plan.indicator(key).name for key in result.refusals}
    return rendered(
        "partnerships.html.j2",
        focus=result.plan.focus,
        said=said,
        tartan=tartan(result.comparisons, areas=_places(result)) if result.comparisons else None,
        shared_notes=[*shared, *other_grouping(result.plan, of_smallest=False)] if result.comparisons else shared,
        counted=counted,
        refusals=[f"{names[key]} is not compared: {why}" for key, why in result.refusals.items()],
        sections=[partnership_section(review, words.get(review.area.name, "")) for review in result.reviews],
    )


def _places(result: PartnershipsReview) -> dict[str, str]:
    """Every partnership, with the place of its section."""
    return {review.area.name: f"#{slug(review.area.name)}" for review in result.reviews}


@dataclass(frozen=True)
class Counted:
    """What a comparison counts and what is missing of it, for readers."""

    title: str
    notes: tuple[str, ...]


def other_grouping(plan: Plan, *, of_smallest: bool) -> list[str]:
    """That the Board and the partnerships set other areas beside each other, where they do."""
    partnerships, districts = plan.parts_of(plan.focus), plan.smallest_parts_of(plan.focus)
    if len(partnerships) == len(districts):
        return []
    these, those, page = (
        (f"the {len(districts)} districts", f"the {len(partnerships)} partnership areas", "partnerships page")
        if of_smallest
        else (f"the {len(partnerships)} partnership areas", f"the {len(districts)} districts", "Board's page")
    )
    other = "another grouping, which may answer differently whose rate stands apart"
    return [f"Here {these} are set beside each other; the {page} sets {those}: {other}."]


def what_is_counted(comparisons: Iterable[AreaComparison]) -> tuple[list[str], list[Counted]]:
    """What must be known of all comparisons, said once, and what of each."""
    words = {c.title: (*([c.no_change] if c.no_change else []), *c.notes) for c in comparisons}
    shared = [note for note in next(iter(words.values()), ()) if all(note in of_one for of_one in words.values())]
    own = [Counted(title, tuple(note for note in of_one if note not in shared)) for title, of_one in words.items()]
    return shared, [each for each in own if each.notes]


@dataclass(frozen=True)
class IndicatorRow:
    """One indicator of an area: against its own past, against the others."""

    name: str
    unit: str
    verdict: Chip
    latest: str
    baseline: str
    change: str
    interval: str
    sparkline: Markup
    trend: Chip | None
    others: str
    size: str
    standing: str
    rate_state: str


@dataclass(frozen=True)
class ObjectiveShown:
    """An objective in the area's own words, and the verdicts and figures that show it."""

    words: str
    shown_by: tuple[tuple[Chip | None, str], ...]


def partnership_section(review: PartnershipReview, commentary: str = "") -> Markup:
    """One partnership as a section of the page."""
    name = review.area.name
    rows: dict[bool, list[IndicatorRow]] = {True: [], False: []}
    for comparison in review.comparisons:
        rows[stands_out(comparison, comparison.row(name))].append(_row(review, comparison))
    return rendered(
        "partnership.html.j2",
        anchor=slug(name),
        name=name,
        about=_about(review),
        apart=rows[True],
        others=rows[False],
        has_change=any(comparison.has_change for comparison in review.comparisons),
        verdict=describe(review),
        caption=f"{name}: {review.comparisons[0].latest_window}" if review.comparisons else "",
        months=max((len(c.months_of(name)) for c in review.comparisons), default=0),
        speaker=review.area.partnership or name,
        own_words=safe_markdown(commentary) if commentary else "",
        objectives=[ObjectiveShown(each.words, _shown_by(review, each)) for each in review.objectives],
        objectives_source=next((each.source for each in review.objectives if each.source), ""),
        printed=_printed(review),
        notes=_notes(review),
    )


def _about(review: PartnershipReview) -> str:
    rows = [(c, c.row(review.area.name)) for c in review.comparisons]
    parts = [review.area.partnership] if review.area.partnership not in ("", review.area.name) else []
    if review.parts:
        parts.append(f"Districts: {numbers.listed(review.parts)}")
    if rows and rows[0][0].residents_vintage:
        comparison, row = rows[0]
        parts.append(f"{numbers.plain(row.residents)} residents ({comparison.residents_vintage})")
    return ". ".join(parts)


def _row(review: PartnershipReview, comparison: AreaComparison) -> IndicatorRow:
    row = comparison.row(review.area.name)
    trend = review.trends.get(comparison.key)
    if math.isnan(row.rate):
        size = f"{numbers.plain(row.share_latest, 1)}% of all"
        standing = f"{numbers.plain(row.share_baseline, 1)}% before"
    else:
        size = f"{numbers.plain(row.rate, 1)} per 1,000 residents"
        standing = position_in_words(row, len(comparison.points), comparison.polarity)
    return IndicatorRow(
        name=comparison.title,
        unit=comparison.unit,
        verdict=own_past_label(row),
        latest=numbers.plain(row.latest),
        baseline=_beneath(comparison, row),
        change=numbers.signed_per_cent(row.change_pct) if comparison.has_change else "",
        interval=_interval(row),
        sparkline=_sparkline(comparison, row),
        trend=None if trend is None else _trend(trend),
        others=others_in_words(row) if comparison.has_change else "",
        size=size,
        standing=standing,
        rate_state=peers_in_words(row, comparison.polarity),
    )


def _trend(trend: Trend) -> Chip:
    """A direction with what it rests on; where none can be told, that alone in one line."""
    chip = trend_label(trend)
    return replace(chip, beneath="") if trend.direction is Direction.CANNOT_TELL else chip


def _beneath(comparison: AreaComparison, row: AreaRow) -> str:
    """Beneath the latest figure: what it is compared with, or which months it covers where there is nothing."""
    if comparison.baseline_window is None:
        return str(comparison.latest_window)
    return f"{numbers.plain(row.baseline)} in {comparison.baseline_window}"


def own_past_label(row: AreaRow) -> Chip:
    """The verdict on an area's own change, with its shape; a weak one says so."""
    state = State(row.own_past) if row.own_past in set(State) else State.HIGHER_OR_LOWER
    words = NO_FIGURE_YET if math.isnan(row.change_pct) else capital(row.verdict)
    return state_label(state, row.change_pct, words=words, strength=row.strength)


def _interval(row: AreaRow) -> str:
    if math.isnan(row.change_pct_low):
        return ""
    return f"{numbers.signed_per_cent(row.change_pct_low)} to {numbers.signed_per_cent(row.change_pct_high)}"


def _sparkline(comparison: AreaComparison, row: AreaRow) -> Markup:
    months = comparison.months_of(row.area).rename(
        columns={"shown": "value", "lower": "lower_process_limit", "upper": "upper_process_limit"}
    )
    span = f"{len(months)} months to {month_in_words(months['month'].iloc[-1])}"
    signals = f"signals {row.signals} it" if row.signals else "no signal"
    against = (
        f"against its expected level: {signals} this quarter" if comparison.has_change else "with no expected level"
    )
    alt = f"{comparison.title} in {row.area}, {span}, {against}"
    return small_line(months, alt)


def _shown_by(review: PartnershipReview, objective: Objective) -> tuple[tuple[Chip | None, str], ...]:
    """The verdict of every indicator of an objective; empty where nothing here shows it."""
    counted = {key: c for c in review.comparisons for key in (c.key, *c.stands_for)}
    told: list[tuple[Chip | None, str]] = []
    met: set[str] = set()  # two indicators may be counted by one measure
    for key in objective.indicators:
        if key in counted and counted[key].key not in met:
            met.add(counted[key].key)
            told.append(_shown_by_count(counted[key], counted[key].row(review.area.name), is_first=not told))
        printed = review.figures[review.figures["indicator"] == key]
        if len(printed):
            last = printed.iloc[-1]
            title = inside_a_sentence(last["title"]) if told else capital(last["title"])
            told.append((None, f"{title}: {_printed_figure(last)} in {last['window']}"))
    return tuple(told)


def _shown_by_count(comparison: AreaComparison, row: AreaRow, *, is_first: bool) -> tuple[Chip | None, str]:
    """The verdict on its own change; where there is none yet, its rate and position."""
    title = inside_a_sentence(comparison.title)
    if comparison.has_change:
        return own_past_label(row), f"{title} {interval_in_words(row)}"
    position = position_in_words(row, len(comparison.points), comparison.polarity)
    rate = f"{numbers.plain(row.rate, 1)} per 1,000 residents, {position}"
    return None, f"{capital(title) if is_first else title}: {rate}"


def _printed(review: PartnershipReview) -> TableSpec | None:
    """Figures as the partnership printed them."""
    if review.figures.empty:
        return None
    rows = review.figures.assign(figure=[_printed_figure(row) for _, row in review.figures.iterrows()])
    noted = (Column("note", "Note"),) if rows["note"].fillna("").astype(bool).any() else ()
    columns = (
        Column("title", "Printed by the partnership"),
        Column("window", "Period"),
        Column("figure", "Figure", "figure"),
        Column("unit", "Unit"),
        *noted,
    )
    source = "; ".join(dict.fromkeys(rows["source"]))
    return TableSpec("As printed, not tested", columns, rows, notes=(f"{source}.",))


def _printed_figure(row: Any) -> str:
    if pd.isna(row["value"]):
        return str(row["words"]) or numbers.NO_FIGURE
    figure = numbers.plain(row["value"], 0 if float(row["value"]).is_integer() else 1)
    return f"{figure}%" if str(row["unit"]).startswith("%") else figure


def _notes(review: PartnershipReview) -> list[str]:
    notes = []
    if review.held_back:
        notes.append(f"Held back from this pack under a release restriction: {numbers.listed(review.held_back)}.")
    if any(comparison.peers is None for comparison in review.comparisons):
        notes.append(
            "No rate and no position: the data folder gives no residents. In their place stands the share of the "
            "offences of all areas, now and in the baseline year."
        )
    return notes
