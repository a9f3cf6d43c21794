"""The dashboard: every indicator of a quarter with its figures and small charts, in three orders."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pccstats.presentation.markup import Markup, rendered
from pccstats.presentation.pages.indicator_row import IndicatorRow, indicator_row
from pccstats.presentation.pages.parts import Opening, Unanswered, page_name, unanswered
from pccstats.presentation.pages.priority import lead
from pccstats.presentation.states import Chip, Met, change_of, state_chips, states_met
from pccstats.presentation.verbs import describe, table_of
from pccstats.terms.plan import Theme
from pccstats.terms.results.quarter import IndicatorReview, PriorityReview, QuarterAssessment
from pccstats.terms.words import capital

HEADS = (
    ("indicator", "Indicator"),
    ("state-of", "Verdict"),
    ("number", "Baseline"),
    ("number", "Latest"),
    ("number change", "Change, 95% interval"),
    ("signal", "Signal this quarter"),
    ("spark", "Last {months} months"),
    ("positions", "Peers"),
    ("range", "Projection"),
)
ORDERS = (("priority", "by priority"), ("verdict", "by verdict"), ("change", "by size of change"))


@dataclass(frozen=True)
class Group:
    """Indicators that stand together: those with figures in a table, those without in a list."""

    title: str
    rows: tuple[IndicatorRow, ...]
    without: tuple[Unanswered, ...]


@dataclass(frozen=True)
class PriorityRow(Group):
    """One priority as a line of the dashboard that opens."""

    number: int
    name: str
    chips: tuple[Chip, ...]
    href: str


@dataclass(frozen=True)
class ThemeRows:
    """The priorities of a theme."""

    number: int
    title: str
    priorities: tuple[PriorityRow, ...]


def dashboard_page(assessment: QuarterAssessment) -> Markup:
    """The whole dashboard: what to take away, the tally, and the indicators in three orders."""
    rows = {review.indicator.key: indicator_row(review) for review in assessment.reviews if review.has_figures}
    return rendered(
        "dashboard.html.j2",
        heads=_heads(rows.values()),
        lead=lead(assessment),
        orders=ORDERS,
        memberships=_memberships(assessment.reviews),
        themes=[_theme(theme, assessment, rows) for theme in assessment.plan.themes],
        by_verdict=[_group(_group_title(met), met.reviews, rows) for met in states_met(assessment.reviews)],
        by_change=[rows[review.indicator.key] for review in _by_change(assessment.reviews)],
        by_chance=_by_chance(assessment),
    )


def _by_chance(assessment: QuarterAssessment) -> Opening:
    """How many of the verdicts may be chance; it opens to the p and q of every test."""
    return Opening(describe(assessment.discoveries), (table_of(assessment.discoveries),), "ahead")


def _heads(rows: Iterable[IndicatorRow]) -> tuple[tuple[str, str], ...]:
    """The columns of the dashboard, without those that no indicator has anything in."""
    rows = tuple(rows)
    held = {
        "signal": any(row.signal is not None for row in rows),
        "spark": any(row.sparkline for row in rows),
        "positions": any(row.position or row.peers for row in rows),
        "range": any(row.projection for row in rows),
    }
    months = max((row.months for row in rows), default=0)
    return tuple((kind, name.format(months=months)) for kind, name in HEADS if held.get(kind, True))


def _memberships(reviews: Iterable[IndicatorReview]) -> list[str]:
    """Whether the groups that the ranks are among are confirmed, said once each."""
    words = (f"Peers: membership of the group {review.group.membership}" for review in reviews if review.group)
    return list(dict.fromkeys(words))


def _group_title(met: Met) -> str:
    lacking = "" if met.strength.is_firm else f" ({met.strength}, not counted)"
    return f"{capital(met.words)}{lacking}: {len(met.reviews)}"


def _theme(theme: Theme, assessment: QuarterAssessment, rows: Mapping[str, IndicatorRow]) -> ThemeRows:
    reviews = [assessment.priority(priority.number) for priority in theme.priorities]
    return ThemeRows(theme.number, theme.title, tuple(_priority(review, theme, rows) for review in reviews))


def _priority(review: PriorityReview, theme: Theme, rows: Mapping[str, IndicatorRow]) -> PriorityRow:
    priority = review.priority
    group = _group(priority.title, review.reviews, rows)
    return PriorityRow(
        title=group.title,
        rows=group.rows,
        without=group.without,
        number=priority.number,
        name=priority.name,
        chips=tuple(state_chips(review)),
        href=f"{page_name(theme)}.html#priority-{priority.number}",
    )


def _group(title: str, reviews: Iterable[IndicatorReview], rows: Mapping[str, IndicatorRow]) -> Group:
    reviews = tuple(reviews)
    shown = tuple(rows[review.indicator.key] for review in reviews if review.has_figures)
    return Group(title, shown, tuple(unanswered(review) for review in reviews if not review.has_figures))


def _by_change(reviews: Iterable[IndicatorReview]) -> list[IndicatorReview]:
    """Those whose change is known, the largest first, in per cent of the baseline."""
    measured = [review for review in reviews if review.baseline and change_of(review) is not None]
    return sorted(measured, key=lambda review: abs((change_of(review) or 0) / (review.baseline or 1)), reverse=True)
