"""A quarter's assessment as chart, sentence, table and dashboard."""

from __future__ import annotations

from collections.abc import Iterable

from pccstats.presentation import numbers
from pccstats.presentation.assessment import (
    change_in_words,
    figure_in_words,
    interval_in_words,
    position_in_words,
    projection_in_words,
    reason_of,
)
from pccstats.presentation.expected_level import draw_sparkline
from pccstats.presentation.group import position_dots
from pccstats.presentation.pages.priority import anchor, lead
from pccstats.presentation.projection import range_mark
from pccstats.presentation.states import MOST_PRESSING_FIRST, change_of, review_label, state_chips
from pccstats.presentation.style import (
    escaped,
)
from pccstats.terms.periods import Window
from pccstats.terms.plan import Theme
from pccstats.terms.results.quarter import IndicatorReview, PriorityReview, QuarterAssessment
from pccstats.terms.words import capital

HEADS = (
    ("indicator", "Indicator"),
    ("state-of", "Verdict"),
    ("number", "Baseline"),
    ("number", "Latest"),
    ("number change", "Change, 95% interval"),
    ("spark", "Last 36 months"),
    ("positions", "Peers"),
    ("range", "Projection"),
)
ORDERS = (("priority", "by priority"), ("verdict", "by verdict"), ("change", "by size of change"))


def dashboard_page(assessment: QuarterAssessment) -> str:
    """The whole dashboard: what to take away, the tally, and the indicators in three orders."""
    choices = "".join(
        f'<label><input type="radio" name="order" id="order-{name}"{" checked" if name == "priority" else ""}> '
        f"{words}</label>"
        for name, words in ORDERS
    )
    themes = "".join(_theme(theme, assessment) for theme in assessment.plan.themes)
    return (
        f'{lead(assessment)}<div class="dashboard">'
        f'<fieldset class="orders"><legend>Show the indicators</legend>{choices}</fieldset>'
        f'<div class="order order-priority">{themes}</div>'
        f'<div class="order order-verdict">{_by_verdict(assessment.reviews)}</div>'
        f'<div class="order order-change">{_by_change(assessment.reviews)}</div></div>'
    )


def page_name(theme: Theme) -> str:
    """The name of a theme's page, without its ending: `theme-1-offending`."""
    return f"theme-{theme.number}-{theme.slug}" if theme.slug else f"theme-{theme.number}"


def _theme(theme: Theme, assessment: QuarterAssessment) -> str:
    rows = "".join(_priority(assessment.priority(priority.number), theme) for priority in theme.priorities)
    return f'<section class="theme"><h2 id="theme-{theme.number}">{escaped(theme.title)}</h2>{rows}</section>'


def _priority(review: PriorityReview, theme: Theme) -> str:
    priority = review.priority
    page = f"{page_name(theme)}.html#priority-{priority.number}"
    shown = [item for item in review.reviews if item.has_figures]
    rows = "".join(_row(item, is_anchor=True) for item in shown)
    table = _table(priority.title, rows, is_captioned=False) if shown else ""
    without = "".join(_without_figures(item) for item in review.reviews if not item.has_figures)
    return (
        f'<details class="priority-row"><summary><span class="number">{priority.number}</span> '
        f'<span class="name">{escaped(priority.name)}</span> <span class="chips">{state_chips(review)}</span></summary>'
        f"{table}{f'<ul class=without>{without}</ul>' if without else ''}"
        f'<p class="more"><a href="{escaped(page)}">Charts and working of priority {priority.number}</a></p></details>'
    )


def _by_verdict(reviews: Iterable[IndicatorReview]) -> str:
    groups = []
    for state in MOST_PRESSING_FIRST:
        chosen = [review for review in reviews if review.state is state]
        with_figures = "".join(_row(review) for review in chosen if review.has_figures)
        without = "".join(_without_figures(review) for review in chosen if not review.has_figures)
        if chosen:
            title = f"{capital(state.in_words)}: {len(chosen)}"
            table = _table(title, with_figures) if with_figures else f"<p><b>{escaped(title)}</b></p>"
            groups.append(f"{table}{f'<ul class=without>{without}</ul>' if without else ''}")
    return "".join(groups)


def _by_change(reviews: Iterable[IndicatorReview]) -> str:
    measured = [review for review in reviews if review.baseline and change_of(review) is not None]
    ordered = sorted(measured, key=lambda review: abs((change_of(review) or 0) / (review.baseline or 1)), reverse=True)
    return _table("Largest change first, in per cent of the baseline", "".join(map(_row, ordered)))


def _table(caption: str, rows: str, *, is_captioned: bool = True) -> str:
    head = "".join(f'<th scope="col" class="{kind}">{name}</th>' for kind, name in HEADS)
    widths = "".join(f'<col class="{kind}">' for kind, _ in HEADS)
    hidden = "" if is_captioned else ' class="unseen"'
    return (
        f'<div class="table"><table class="figures indicators"><caption{hidden}>{escaped(caption)}</caption>'
        f"<colgroup>{widths}</colgroup><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _row(review: IndicatorReview, *, is_anchor: bool = False) -> str:
    indicator = review.indicator
    identity = f' id="{escaped(anchor(indicator))}"' if is_anchor else ""
    note = reason_of(review)
    level = draw_sparkline(review.level) if review.level is not None else ""
    illustrative = '<span class="interval">illustrative months</span>' if level and review.is_illustrative else ""
    peers = position_dots(review.group) if review.group is not None else ""
    ahead = range_mark(review.projection) if review.projection is not None else ""
    return (
        f'<tr{identity}><th scope="row">{escaped(indicator.name)}{_small(indicator.unit)}</th>'
        f"<td>{review_label(review)}</td>"
        f'<td class="number">{figure_in_words(review.baseline, indicator)}{_small(_own_baseline(review))}</td>'
        f'<td class="number">{figure_in_words(review.latest, indicator)}</td>'
        f'<td class="number">{escaped(change_in_words(review))}{_small(interval_in_words(review))}</td>'
        f'<td class="spark">{level}{illustrative}</td>'
        f'<td class="positions">{peers}{_small(position_in_words(review) or _published_position(review))}</td>'
        f'<td class="range">{ahead}{_small(projection_in_words(review))}</td></tr>'
        + (f'<tr class="note"><td colspan="{len(HEADS)}">{escaped(note)}</td></tr>' if note else "")
    )


def _without_figures(review: IndicatorReview) -> str:
    return f"<li>{review_label(review)} {escaped(review.indicator.name)}. {escaped(reason_of(review))}</li>"


def _own_baseline(review: IndicatorReview) -> str:
    """The baseline year, where it is not the plan's."""
    return str(review.indicator.baseline) if review.indicator.baseline != review.plan_baseline else ""


def _published_position(review: IndicatorReview) -> str:
    if review.positions.empty:
        return ""
    last = review.positions.iloc[-1]
    return f"{numbers.ordinal(last['rank'])} of {int(last['of'])}, as published for {Window.ending(last['period_end'])}"


def _small(text: str) -> str:
    return f'<span class="interval">{escaped(text)}</span>' if text else ""
