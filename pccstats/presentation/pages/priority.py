"""The section of one strategic priority: verdict, chart, figures, what was reported, caveats."""

from __future__ import annotations

from typing import Any

from pccstats.presentation.describe import describe
from pccstats.presentation.pages.figure import chart_block
from pccstats.presentation.pages.figures import figure_in_words, figures_table
from pccstats.presentation.pages.published_figures import arithmetic_block
from pccstats.presentation.pages.supporting import supporting_block
from pccstats.presentation.pages.verdict import review_label
from pccstats.presentation.states import STATE_WORDS
from pccstats.presentation.style import escaped
from pccstats.presentation.tables.projection import backtest_table
from pccstats.presentation.tabulate import table_of
from pccstats.terms.plan import Indicator
from pccstats.terms.results.assessment import IndicatorReview, PriorityReview
from pccstats.terms.words import Kind, State


def priority_section(review: PriorityReview) -> str:
    """One priority as a section of the page."""
    priority = review.priority
    shown = [item for item in review.reviews if item.has_figures]
    empty = [item for item in review.reviews if not item.has_figures]
    blocks = [indicator_block(item) for item in shown]
    if empty:
        blocks.append(no_figures_block(empty))
    blocks.append(supporting_block(review.supporting))
    blocks.append(arithmetic_block(review.published))
    return (
        f'<section class="priority" id="priority-{priority.number}">'
        f"<h2>{priority.number}. {escaped(priority.name)}</h2>"
        f"{''.join(blocks)}{_reported(priority.commentary)}</section>"
    )


def indicator_block(review: IndicatorReview) -> str:
    """One indicator: its verdict sentence, chart beside figures, what else is known, caveats."""
    verdict = f'<p class="verdict">{review_label(review)} {escaped(verdict_sentence(review))}</p>'
    table = figures_table(review).to_html()
    if review.level is not None:
        chart = chart_block(review.level, label=illustrative_label(review), events=review.events)
        figures = f'<div class="figure-and-table">{chart}{table}</div>'
    else:
        figures = table
    level = f"<p>{escaped(describe(review.level))}</p>" if review.level is not None else ""
    baselines, rate = _other_baselines(review), _table_opening(review.rate)
    peers = _opening(review.group, review.places)
    fared = backtest_table(review.projection).to_html() if review.projection is not None else ""
    ahead = _opening(review.projection, label=illustrative_label(review), beside=fared)
    return (
        f'<h3 id="{escaped(anchor(review.indicator))}">{escaped(review.indicator.name)}</h3>'
        f"{verdict}{figures}{level}{baselines}{rate}{peers}{ahead}{_caveats(review)}"
    )


def anchor(indicator: Indicator) -> str:
    """Where an indicator stands on its page: `indicator-12-offences`."""
    return "indicator-" + indicator.key.replace(".", "-").replace("_", "-").lower()


def verdict_sentence(review: IndicatorReview) -> str:
    """The change in a sentence; where it cannot be judged, the two figures without a judgement, and why."""
    if review.state in (State.BETTER, State.WORSE, State.NO_EVIDENCE_OF_CHANGE):
        said = describe(review.change).removesuffix(f": {review.change.verdict}.")  # the label says it
        return f"{said.rstrip('.')}."
    if review.latest is None:
        return " ".join(review.reasons) or STATE_WORDS[review.state] + "."
    latest = f"{figure_in_words(review.latest, review.indicator)} in the {review.latest_window}"
    if review.indicator.kind is Kind.MONEY:
        latest = f"{figure_in_words(review.latest, review.indicator)} as at {review.latest_window}"
    before = figure_in_words(review.baseline, review.indicator)
    compared = "" if review.baseline is None else f"; {before} in {review.indicator.baseline}"
    return f"{latest}{compared}. {' '.join(review.reasons)}".strip()


def no_figures_block(reviews: list[IndicatorReview]) -> str:
    """Indicators without a figure: what they are, and why nothing can be shown."""
    items = "".join(
        f'<li id="{escaped(anchor(review.indicator))}">{review_label(review)} '
        f"<b>{escaped(review.indicator.name)}</b>. {escaped(reason_of(review))}</li>"
        for review in reviews
    )
    return f'<aside class="not-collected"><h3>Without a figure this quarter</h3><ul>{items}</ul></aside>'


def reason_of(review: IndicatorReview) -> str:
    """What a reader must know beside the state, a partner's judgement first where there is one."""
    words = f"The partners' judgement: {review.assessment.lower()}. " if review.assessment else ""
    return words + " ".join(review.reasons)


def illustrative_label(review: IndicatorReview) -> str:
    """What must stand on every chart of months that are no records; empty where they are."""
    if not review.is_illustrative:
        return ""
    asked = "; numbers of respondents assumed" if review.indicator.kind.is_proportion else ""
    return f"Illustrative monthly split of published totals{asked}"


def _other_baselines(review: IndicatorReview) -> str:
    """Whether the verdict turns on the baseline: a chart where it does, a table where it does not."""
    baselines = review.baselines
    if baselines is None or not baselines.tested:
        return ""
    if baselines.is_same_verdict is False:
        return _opening(baselines, label=illustrative_label(review))
    return _table_opening(baselines)


def _table_opening(result: Any) -> str:
    """A sentence that opens to its table."""
    if result is None:
        return ""
    return (
        f'<details class="ahead"><summary>{escaped(describe(result))}</summary>{table_of(result).to_html()}</details>'
    )


def _opening(result: Any, *further: Any, label: str = "", beside: str = "") -> str:
    """A sentence that opens to its chart, to further charts that belong with it, and to a table beside them."""
    if result is None:
        return ""
    charts = "".join(chart_block(each, label=label) for each in (result, *further) if each is not None)
    return f'<details class="ahead"><summary>{escaped(describe(result))}</summary>{charts}{beside}</details>'


def _caveats(review: IndicatorReview) -> str:
    notes = [*review.indicator.footnotes]
    if review.state in (State.BETTER, State.WORSE, State.NO_EVIDENCE_OF_CHANGE):
        notes += review.reasons
    notes += [f"{_QUESTIONS[name]}: {refusal}" for name, refusal in review.refusals.items() if name in _QUESTIONS]
    return "".join(f'<p class="caveat">{escaped(note)}</p>' for note in dict.fromkeys(notes))


_QUESTIONS = {
    "level": "No expected level",
    "projection": "No projection",
    "group": "No comparison with peers",
}


def _reported(commentary: tuple[str, ...]) -> str:
    if not commentary:
        return ""
    paragraphs = "".join(f"<p>{escaped(text)}</p>" for text in commentary)
    return f'<div class="reported"><h3>What was reported at the time</h3>{paragraphs}</div>'
