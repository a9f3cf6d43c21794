"""How results show themselves in a notebook, and what they hand to the batch unseen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import singledispatch
from typing import Any

from pccstats.presentation.lead import differing_sources, headline, signals_sentence
from pccstats.presentation.markup import Markup
from pccstats.presentation.pages.board import board_page
from pccstats.presentation.pages.briefing import briefing, summary_text
from pccstats.presentation.pages.partnership import all_partnerships, partnership_section
from pccstats.presentation.pages.parts import Opening, chart_block, page_name
from pccstats.presentation.pages.priority import priority_section
from pccstats.presentation.pages.published import data_quality_page, published_figures_page, published_tally_section
from pccstats.presentation.pages.quarter import dashboard_page
from pccstats.presentation.states import change_of, inside_a_sentence, signal_label, states_met, verdict_words, words_of
from pccstats.presentation.take_away import Sections, TakeAway, gathered, records_of_charts
from pccstats.presentation.verbs import describe, table_of
from pccstats.terms.results.ahead import Basket, RecordingWhatIf, TargetTable
from pccstats.terms.results.base import Result
from pccstats.terms.results.board import BoardReview, PartnershipReview, PartnershipsReview
from pccstats.terms.results.change import FalseDiscovery
from pccstats.terms.results.dashboard import DASHBOARD_COLUMNS
from pccstats.terms.results.published import DataQuality, Replay, TallyComparison
from pccstats.terms.results.quarter import PriorityReview, QuarterAssessment
from pccstats.terms.words import Signal, Variation

RECORDS_MIME = "application/vnd.pccstats+json"


@singledispatch
def html_of(result: Any) -> Markup:
    """A result as markup for a page: its chart with words, alt text and data."""
    return chart_block(result).to_html()


@html_of.register
def _(result: PriorityReview) -> Markup:
    return priority_section(result)


@html_of.register
def _(result: QuarterAssessment) -> Markup:
    return dashboard_page(result)


@html_of.register
def _(result: DataQuality) -> Markup:
    return data_quality_page(result)


@html_of.register
def _(result: TallyComparison) -> Markup:
    return published_tally_section(result)


@html_of.register
def _(result: Replay) -> Markup:
    return published_figures_page(result)


@html_of.register
def _(result: BoardReview) -> Markup:
    return board_page(result)


@html_of.register
def _(result: PartnershipReview) -> Markup:
    return partnership_section(result)


@html_of.register
def _(result: PartnershipsReview) -> Markup:
    return all_partnerships(result)


@html_of.register(TargetTable)
@html_of.register(Basket)
@html_of.register(RecordingWhatIf)
def _(result: Result) -> Markup:
    """A sentence that says what came of it, with the chart in the fold beneath."""
    return Opening(describe(result), (chart_block(result),), "ahead").to_html()


@html_of.register
def _(result: FalseDiscovery) -> Markup:
    return Opening(describe(result), (table_of(result),)).to_html()


@singledispatch
def records_of(result: Any) -> list[dict[str, Any]]:  # noqa: ARG001 most results have nothing for the batch
    """What the batch collects from a page to write `dashboard.csv` and the index."""
    return []


@records_of.register
def _(result: QuarterAssessment) -> list[dict[str, Any]]:
    points = result.points.astype(object).where(result.points.notna(), None)
    priorities = [
        {
            "number": review.priority.number,
            "title": review.priority.name,
            "theme": theme.number,
            "theme_title": theme.title,
            "page": page_name(theme),
            "anchor": f"priority-{review.priority.number}",
            "states": [
                {
                    "state": str(met.state),
                    "strength": str(met.strength),
                    "words": met.words,
                    "count": len(met.reviews),
                    "change": change_of(met.reviews[0]),
                }
                for met in states_met(review.reviews)
            ],
            "words": verdict_words(review),
            "signals": list(_signals(review)),
        }
        for theme in result.plan.themes
        for review in (result.priority(priority.number) for priority in theme.priorities)
    ]
    return [
        {"name": "dashboard", "columns": list(DASHBOARD_COLUMNS), "records": points.to_dict("records")},
        {
            "name": "tally",
            "records": [
                {"state": str(state), "words": words_of(state, found), "count": len(found)}
                for state, found in result.counted.items()
            ]
            + [
                {"strength": str(strength), "words": str(strength), "count": len(found)}
                for strength, found in result.not_firm.items()
            ],
        },
        {"name": "priorities", "records": priorities},
        {
            "name": "headline",
            "sentences": list(headline(result)),
            "differing": differing_sources(result),
            "signals": signals_sentence(result.signals),
        },
        {
            "name": "briefing",
            "html": str(briefing(result)),
            "summary": summary_text(result),
            "earlier": str(result.since_last.quarter) if result.since_last is not None else "",
        },
    ]


def _signals(review: PriorityReview) -> Iterator[dict[str, str]]:
    """The signals of a priority's indicators this quarter, each named where the priority has several."""
    for item in review.reviews:
        chip = signal_label(item)
        if chip is None or item.level is None or item.signal_quarter == Signal.NONE:
            continue
        found = Signal(item.signal_quarter)
        words = chip.words if len(review.reviews) == 1 else f"{item.indicator.name}: {inside_a_sentence(chip.words)}"
        variation = Variation.of(item.level.polarity.judge(found))
        yield {"signal": str(found), "variation": str(variation), "words": words}


def mimebundle(
    shown: Result | Sections,
    include: Any = None,  # noqa: ARG001 IPython's own
    exclude: Any = None,  # noqa: ARG001
    *,
    is_of_a_pack: bool = True,
) -> dict[str, Any]:
    """What IPython shows for a result, or for several in sections; in a notebook of a pack with its charts as files."""
    html: Markup
    charts: Sequence[TakeAway]
    if isinstance(shown, Sections):
        html, charts, records = shown, shown.charts, []
    else:
        with gathered() as charts:
            html = html_of(shown)
        records = records_of(shown)
    handed_over = [*records, *(records_of_charts(charts) if is_of_a_pack else [])]
    bundle: dict[str, Any] = {"text/html": str(html), "text/plain": repr(type(shown).__name__)}
    if handed_over:
        bundle[RECORDS_MIME] = handed_over
    return bundle
