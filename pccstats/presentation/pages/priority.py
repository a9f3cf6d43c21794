"""One section a priority: verdict, indicators, supporting figures."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import pandas as pd

from pccstats.presentation import numbers
from pccstats.presentation.assessment import (
    all_figures_table,
    change_in_words,
    figure_in_words,
    figures_table,
    held_in_words,
    interval_in_words,
)
from pccstats.presentation.change import shared_months_in_words
from pccstats.presentation.group import beyond_limits_in_words, is_drawn_as_funnel
from pccstats.presentation.lead import differing_sources, headline, signals_sentence
from pccstats.presentation.markup import Beneath, Markup, Part, rendered, safe_markdown
from pccstats.presentation.pace import beside_its_level
from pccstats.presentation.pages.parts import (
    Chart,
    Opening,
    Unanswered,
    anchor,
    chart_block,
    has_rolling_chart,
    unanswered,
)
from pccstats.presentation.pages.published import arithmetic_block
from pccstats.presentation.pages.tally import tally_of_page
from pccstats.presentation.projection import backtest_table
from pccstats.presentation.states import NAMED, Chip, inside_a_sentence, review_label, state_label
from pccstats.presentation.synthesis import strength_sentence, synthesis
from pccstats.presentation.table import Column, TableSpec
from pccstats.presentation.take_away import Sections
from pccstats.presentation.verbs import describe, table_of
from pccstats.terms.results.quarter import IndicatorReview, PriorityReview, QuarterAssessment
from pccstats.terms.words import Signal, capital, counted

_QUESTIONS = {
    "level": "no expected level",
    "pace": "no course of its own",
    "projection": "no projection",
    "group": "no comparison with peers",
}
USUAL_TITLE = "Also measured"
MOST_BETWEEN = 2  # figures; of more, only those that end in the month the baseline does
ALWAYS = ("what", "latest")
NUMBER_ASKED = "The number of people behind these per cents is not published, so no change can be tested."


@dataclass(frozen=True)
class IndicatorView:
    """One indicator of a section: verdict and sentence, chart and key figures, what to know, and the working."""

    anchor: str
    name: str
    verdict: Chip
    sentence: str
    chart: Chart | None
    figures: TableSpec
    working: Opening
    caveats: tuple[str, ...]


@dataclass(frozen=True)
class Strand(Part):
    """One strand of the working under its heading: sentences, then charts and tables."""

    template: ClassVar[str] = "strand.html.j2"
    title: str
    sentences: tuple[str, ...] = ()
    content: tuple[Part, ...] = ()


def priority_section(review: PriorityReview) -> Markup:
    """One priority as a section of the page."""
    drawn = {item.level.key for item in review.reviews if item.level is not None}
    return rendered(
        "priority.html.j2",
        priority=review.priority,
        indicators=[_indicator(item) for item in review.reviews if item.has_figures],
        without=[unanswered(item) for item in review.reviews if not item.has_figures],
        supporting=supporting_parts(review.supporting, drawn),
        arithmetic=arithmetic_block(review.published),
        own_words=safe_markdown("\n\n".join(_said(review, is_own=True))),
        reported=_said(review, is_own=False),
    )


def _said(review: PriorityReview, *, is_own: bool) -> tuple[str, ...]:
    """What was said of the priority in its quarter: by the office for this pack, or in the papers of the time."""
    of_quarter = (each for each in review.priority.commentary if each.quarter == str(review.quarter))
    return tuple(text for each in of_quarter if each.is_own is is_own for text in each.words)


def _indicator(review: IndicatorReview) -> IndicatorView:
    return IndicatorView(
        anchor=anchor(review.indicator),
        name=review.indicator.name,
        verdict=review_label(review),
        sentence=synthesis(review, is_beside_label=True),
        chart=_main_chart(review),
        figures=figures_table(review),
        working=Opening("The working", tuple(_working(review)), "working"),
        caveats=_caveats(review),
    )


def _working(review: IndicatorReview) -> Iterator[Strand]:
    """All that stands behind the sentence, a strand each."""
    change, level, pace, ahead = review.change, review.level, review.pace, review.projection
    if change is not None:
        why = review.reasons if change.breaks and not review.state.is_answer else ()  # of which the sentence names one
        yield Strand("The change", tuple(filter(None, (shared_months_in_words(change), *why, change.method))))
    if review.baselines is not None and review.baselines.tested:
        is_drawn = review.baselines.is_same_verdict is False
        shown = chart_block(review.baselines) if is_drawn else table_of(review.baselines)
        yield Strand("Other baselines", (describe(review.baselines),), (shown,))
    if level is not None:
        said = [describe(level)]
        if pace is not None:
            said.append(beside_its_level(pace, level.signal_within(pace.quarter)))
        yield Strand("The expected level", tuple(said), _charts(pace if pace is not None and pace.is_news else None))
    if review.recovered is not None:
        yield Strand("The quarters", (describe(review.recovered),), _charts(review.recovered))
    if review.rate is not None:
        yield Strand("The rate", (describe(review.rate),), (table_of(review.rate),))
    if review.group is not None:
        beyond = beyond_limits_in_words(review.group) if is_drawn_as_funnel(review.group) else ""
        of_places = describe(review.places) if review.places is not None else ""
        yield Strand(
            "Peers",
            tuple(filter(None, (describe(review.group), beyond, of_places))),
            _charts(review.group, review.places),
        )
    if review.region is not None:
        yield Strand(f"Its region: {review.region.group_note}", (describe(review.region),), (table_of(review.region),))
    if ahead is not None:
        yield Strand("The projection", (describe(ahead),), (*_charts(ahead), backtest_table(ahead)))
    if (held := all_figures_table(review)) is not None:
        yield Strand("All figures held", (), (held,))
    if refused := _refused(review):
        yield Strand("What could not be asked", (), (refused,))


def _charts(*results: Any) -> tuple[Chart, ...]:
    return tuple(chart_block(each) for each in results if each is not None)


def _main_chart(review: IndicatorReview) -> Chart | None:
    """The figures against their expected level where there is one, else the rolling years where they make a line."""
    if review.level is not None:
        marked = (
            review.events if review.level.is_about(review.indicator.key) else None
        )  # an official series has its own
        return chart_block(review.level, events=marked)
    return chart_block(review.rolling) if has_rolling_chart(review) else None


def _caveats(review: IndicatorReview) -> tuple[str, ...]:
    """What to know with the figures, without what the sentence says."""
    reasons = review.reasons if review.state.is_answer else ()
    return tuple(dict.fromkeys((*review.indicator.footnotes, *reasons)))


@dataclass(frozen=True)
class Refused(Part):
    """The questions that could not be answered, each with its reason."""

    template: ClassVar[str] = "refused.html.j2"
    items: tuple[tuple[str, str], ...]


def _refused(review: IndicatorReview) -> Refused | None:
    """What could not be answered, questions with one reason together."""
    alike: dict[str, list[str]] = {}
    for name, words in _QUESTIONS.items():
        if name in review.refusals:
            alike.setdefault(review.refusals[name], []).append(words)
    items = tuple((capital(numbers.listed(words)), reason) for reason, words in alike.items())
    return Refused(items) if items else None


def lead(assessment: QuarterAssessment) -> Markup:
    """The opening of a page: three sentences at most, the tally of its indicators, its signals beside those by chance.

    Parameters
    ----------
    assessment : QuarterAssessment
        Of the whole plan or of one theme.

    Returns
    -------
    Markup
        Shown by a notebook as part of the page.

    Examples
    --------
    >>> import pccstats as pcc
    >>> plan, data = pcc.read_plan("data/raw"), pcc.read_observations("data/processed")
    >>> opening = pcc.lead(pcc.assess(plan, data, quarter="2015/16-Q1", theme=1))
    >>> "cannot be judged" in opening
    True
    """
    return opening(assessment, headline(assessment))


def opening(assessment: QuarterAssessment, sentences: Sequence[str]) -> Markup:
    """Some sentences, where sources differ, the tally, and the signals beside those by chance."""
    return rendered(
        "lead.html.j2",
        sentences=sentences,
        differing=differing_sources(assessment),
        tally=tally_of_page(assessment),
        signals=signals_sentence(assessment.signals),
    )


def all_priorities(assessment: QuarterAssessment) -> Markup:
    """Every priority of an assessment, one section after another.

    Parameters
    ----------
    assessment : QuarterAssessment
        Of the whole plan or of one theme.

    Returns
    -------
    Markup

    Examples
    --------
    >>> import pccstats as pcc
    >>> plan, data = pcc.read_plan("data/raw"), pcc.read_observations("data/processed")
    >>> sections = pcc.all_priorities(pcc.assess(plan, data, quarter="2015/16-Q1", theme=5))
    >>> 'id="priority-18"' in sections
    True
    """
    return Sections.of(lambda: "".join(priority_section(review) for review in assessment.priorities))


@dataclass(frozen=True)
class WithoutFigure(Part):
    """The supporting measures that nobody reports, each with its reason."""

    template: ClassVar[str] = "without.html.j2"
    items: tuple[Unanswered, ...]


def supporting_parts(reviews: Sequence[IndicatorReview], drawn: Container[str] = ()) -> tuple[Opening, ...]:
    """The supporting measures of one priority, folded: a table for each subject, their quarters, those nobody reports.

    `drawn` are the keys of series that the section draws already.
    """
    by_title: dict[str, list[IndicatorReview]] = {}
    for review in reviews:
        if review.has_figures:
            by_title.setdefault(review.indicator.table or USUAL_TITLE, []).append(review)
    unreported = [review for review in reviews if not review.has_figures]
    tables = [
        Opening(f"{title}: {_how_many_changed(those)}", (supporting_table(title, those),), "supporting")
        for title, those in by_title.items()
    ]
    return (*tables, *_quarters_of(reviews, drawn), *([_unreported(unreported)] if unreported else []))


def _quarters_of(reviews: Iterable[IndicatorReview], drawn: Container[str]) -> list[Opening]:
    """The official quarters against their expected level in one fold, those with a signal first and named."""
    known = [
        (review, review.level)
        for review in reviews
        if review.level is not None and review.recovered is not None and review.level.key not in drawn
    ]
    if not known:
        return []
    known.sort(key=lambda pair: pair[0].signal_quarter in ("", Signal.NONE))
    strands = tuple(Strand(review.indicator.name, (describe(level),), _charts(level)) for review, level in known)
    found = [
        f"{inside_a_sentence(review.indicator.name)} is {review.signal_quarter} its expected level"
        for review, _ in known
        if review.signal_quarter not in ("", Signal.NONE)
    ]
    told = numbers.listed(found) or f"{'it' if len(known) == 1 else 'each'} is within its expected range"
    return [
        Opening(
            f"By quarter, {counted(len(known), 'official series', 'official series')}: {told}", strands, "supporting"
        )
    ]


def supporting_table(title: str, reviews: Sequence[IndicatorReview]) -> TableSpec:
    """Measure, earlier figure, what lies between, latest, change with its interval, verdict; empty columns left out."""
    earlier = _one([str(review.indicator.baseline) for review in reviews if review.baseline is not None])
    latest = _one([review.latest_window for review in reviews])
    rows = pd.DataFrame([_row(review, is_dated=(not earlier, not latest)) for review in reviews])
    columns = (
        Column("what", "Measure"),
        Column("earlier", capital(earlier) or "Earlier", "figure"),
        Column("between", "Between"),
        Column("latest", capital(latest) or "Latest", "figure"),
        Column("change", "Change, 95% interval"),
        Column("verdict", "Verdict"),
        Column("share", "Share of the whole", "figure"),
        Column("needed", "People asked each time that would settle it", "figure"),
    )
    shown = tuple(c for c in columns if c.name in ALWAYS or (rows[c.name] != numbers.NO_FIGURE).any())
    notes = dict.fromkeys(note for review in reviews for note in _notes(review))
    return TableSpec(title, shown, rows, subtitle=_units(reviews), notes=tuple(notes))


def _one(windows: Sequence[str]) -> str:
    """The window that all figures share, so that it can stand in the head; empty where they differ."""
    return windows[0] if len(set(windows)) == 1 else ""


def _how_many_changed(reviews: Sequence[IndicatorReview]) -> str:
    """`1 of 5 changed by more than chance; shoplifting worse, weak`: firm verdicts are counted, the others named."""
    if not _is_tested(reviews):
        return counted(len(reviews), "measure")
    found = [review for review in reviews if review.state in NAMED]
    firm = sum(review.is_counted for review in found)
    others = [
        f"{inside_a_sentence(review.indicator.name)} {review.marked_verdict}"
        for review in found
        if not review.is_counted
    ]
    return "; ".join((f"{firm} of {len(reviews)} changed by more than chance", *others))


def _row(review: IndicatorReview, *, is_dated: tuple[bool, bool]) -> dict[str, str | Part]:
    indicator = review.indicator
    earlier, latest = figure_in_words(review.baseline, indicator), _latest(review)
    return {
        "what": indicator.name,
        "earlier": _dated(earlier, str(indicator.baseline)) if is_dated[0] else earlier,
        "between": _between(review),
        "latest": _dated(latest, review.latest_window) if is_dated[1] else latest,
        "change": _change(review),
        "verdict": _verdict(review),
        "share": numbers.per_cent(review.share_of_whole, 0),
        "needed": _needed(review),
    }


def _latest(review: IndicatorReview) -> str:
    """The latest figure, with its own interval where there is no earlier one to compare it with."""
    figure = figure_in_words(review.latest, review.indicator)
    known = review.figures[review.figures["value"].notna()]
    if review.baseline is not None or known.empty or pd.isna(known["lower"].iloc[-1]):
        return figure
    low, high = (numbers.plain(known[name].iloc[-1], 1) for name in ("lower", "upper"))
    return f"{figure} ({low} to {high})"


def _dated(figure: str, window: str) -> str:
    return figure if figure == numbers.NO_FIGURE else f"{figure}, {window}"


def _needed(review: IndicatorReview) -> str:
    """How many respondents it would take for the change to be more than chance, where their number is not known."""
    if review.change is None or not _is_of_unknown_number(review):
        return numbers.NO_FIGURE
    return numbers.plain(review.change.test.respondents_needed)


def _is_of_unknown_number(review: IndicatorReview) -> bool:
    """True for two per cents that cannot be tested because nobody printed how many people they are out of."""
    change = review.change
    return (
        review.baseline is not None
        and change is not None
        and review.indicator.kind.is_proportion
        and bool(change.points["denominator"].isna().all())
    )


def _between(review: IndicatorReview) -> str:
    """Figures held for periods between the two compared, those known only within bounds included."""
    figures = review.figures
    if figures.empty or review.baseline is None:
        return numbers.NO_FIGURE
    baseline = review.indicator.baseline.last
    inside = figures[(figures["period_end"] > baseline) & (figures["period_end"] < _last(review))]
    if len(inside) > MOST_BETWEEN:
        inside = inside[inside["period_end"].dt.month == baseline.month]
    told = [f"{held_in_words(figure, review.indicator)}, {figure.window}" for figure in inside.itertuples()]
    return "; ".join(told) or numbers.NO_FIGURE


def _last(review: IndicatorReview) -> pd.Period:
    known = review.figures[review.figures["value"].notna()]
    last: pd.Period = known["period_end"].max() if len(known) else review.figures["period_end"].max()
    return last


def _change(review: IndicatorReview) -> str | Beneath:
    """The change with its interval beneath."""
    interval = interval_in_words(review)
    return Beneath(change_in_words(review), interval) if interval else change_in_words(review)


def _verdict(review: IndicatorReview) -> str | Chip:
    if review.baseline is None or review.change is None:
        return numbers.NO_FIGURE
    return review_label(review)


def _is_tested(reviews: Iterable[IndicatorReview]) -> bool:
    return any(review.change is not None and pd.notna(review.change.p_value) for review in reviews)


def _notes(review: IndicatorReview) -> Iterable[str]:
    yield from review.indicator.footnotes
    if _is_of_unknown_number(review):
        yield NUMBER_ASKED
    elif review.baseline is not None and review.change is not None and review.change.reason:
        yield review.change.reason
    if not review.is_counted and review.baseline is not None:
        yield strength_sentence(review)
        if review.state in NAMED and review.reasons:
            yield " ".join((f"{review.indicator.name}:", *review.reasons))


def _units(reviews: Sequence[IndicatorReview]) -> str:
    return ", ".join(dict.fromkeys(review.indicator.unit for review in reviews if review.indicator.unit))


def _unreported(reviews: Sequence[IndicatorReview]) -> Opening:
    items = tuple(
        Unanswered(
            anchor(review.indicator),
            review.indicator.name,
            state_label(review.state),
            " ".join((*review.reasons, *review.indicator.footnotes)),
        )
        for review in reviews
    )
    named = "One measure" if len(reviews) == 1 else f"{len(reviews)} measures"
    return Opening(f"{named} of the plan without a figure", (WithoutFigure(items),), "supporting")
