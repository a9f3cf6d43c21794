"""The dashboard: eighteen priorities at a glance, each opening to its indicators."""

from __future__ import annotations

from pccstats.presentation import numbers
from pccstats.presentation.charts.expected_level import draw_sparkline
from pccstats.presentation.charts.group_comparison import position_dots
from pccstats.presentation.charts.projection import range_mark
from pccstats.presentation.pages.figures import (
    change_in_words,
    figure_in_words,
    interval_in_words,
    position_in_words,
    projection_in_words,
)
from pccstats.presentation.pages.lead import lead
from pccstats.presentation.pages.priority import anchor
from pccstats.presentation.pages.verdict import change_of, state_chips
from pccstats.presentation.states import state_label
from pccstats.presentation.style import escaped
from pccstats.terms.plan import Theme
from pccstats.terms.results.assessment import IndicatorReview, PriorityReview, QuarterAssessment

HEADS = (
    "Indicator",
    "Verdict",
    "Baseline",
    "Latest",
    "Change, 95% interval",
    "Last 36 months",
    "Peers",
    "Projection",
)
NUMBER_HEADS = ("Baseline", "Latest", "Change, 95% interval")


def dashboard_page(assessment: QuarterAssessment) -> str:
    """The whole dashboard: what to take away, the tally, and the priorities by theme."""
    themes = "".join(_theme(theme, assessment) for theme in assessment.plan.themes)
    return f'{lead(assessment)}<div class="dashboard">{themes}</div>'


def _theme(theme: Theme, assessment: QuarterAssessment) -> str:
    reviews = [assessment.priority(priority.number) for priority in theme.priorities]
    rows = "".join(_priority(review, theme) for review in reviews)
    return f'<section class="theme"><h2 id="theme-{theme.number}">{escaped(theme.title)}</h2>{rows}</section>'


def _priority(review: PriorityReview, theme: Theme) -> str:
    priority = review.priority
    page = f"{page_name(theme)}.html#priority-{priority.number}"
    head = "".join(f'<th scope="col"{" class=number" if name in NUMBER_HEADS else ""}>{name}</th>' for name in HEADS)
    body = "".join(_indicator(item) for item in review.reviews)
    return (
        f'<details class="priority-row"><summary><span class="number">{priority.number}</span> '
        f'<span class="name">{escaped(priority.name)}</span> <span class="chips">{state_chips(review)}</span></summary>'
        f'<table class="figures"><caption>{escaped(priority.title)} '
        f'<a class="subtitle" href="{escaped(page)}">Charts and working</a></caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></details>"
    )


def page_name(theme: Theme) -> str:
    """The name of a theme's page, without its ending: `theme-1-offending`."""
    return f"theme-{theme.number}-{theme.slug}" if theme.slug else f"theme-{theme.number}"


def _indicator(review: IndicatorReview) -> str:
    indicator = review.indicator
    interval = interval_in_words(review)
    change = f'{escaped(change_in_words(review))}<span class="interval">{escaped(interval)}</span>'
    note = " ".join(review.reasons)
    spark = draw_sparkline(review.level) if review.level is not None else ""
    peers = position_dots(review.group) if review.group is not None else _published(review)
    ahead = range_mark(review.projection) if review.projection is not None else ""
    return (
        f'<tr id="{escaped(anchor(indicator))}"><th scope="row">{escaped(indicator.name)}'
        f'<span class="unit">{escaped(indicator.unit)}</span></th>'
        f"<td>{state_label(review.state, change_of(review))}</td>"
        f'<td class="number">{figure_in_words(review.baseline, indicator)}</td>'
        f'<td class="number">{figure_in_words(review.latest, indicator)}</td>'
        f'<td class="number">{change}</td>'
        f'<td class="spark">{spark}</td>'
        f'<td class="positions">{peers}<span class="interval">{escaped(position_in_words(review))}</span></td>'
        f'<td class="range">{ahead}<span class="interval">{escaped(projection_in_words(review))}</span></td></tr>'
        + (f'<tr class="note"><td colspan="{len(HEADS)}">{escaped(note)}</td></tr>' if note else "")
    )


def _published(review: IndicatorReview) -> str:
    if review.positions.empty:
        return ""
    last = review.positions.iloc[-1]
    return f'<span class="interval">{numbers.ordinal(last["rank"])} of {int(last["of"])}, as published</span>'
