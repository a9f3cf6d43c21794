"""The dashboard: every indicator of a quarter in one open table, with its figures and small charts, in three orders."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pccstats.presentation.assessment import ahead_in_brief, telling_position
from pccstats.presentation.group import EVERY_FORCE
from pccstats.presentation.lead import in_one_sentence
from pccstats.presentation.markup import Markup, rendered
from pccstats.presentation.pages.indicator_row import IndicatorRow, indicator_row
from pccstats.presentation.pages.parts import Opening, page_name, place_of
from pccstats.presentation.pages.priority import opening
from pccstats.presentation.states import Chip, Met, state_chips, states_met
from pccstats.presentation.verbs import describe, table_of
from pccstats.terms.plan import Plan
from pccstats.terms.results.peers import GroupComparison
from pccstats.terms.results.quarter import IndicatorReview, QuarterAssessment
from pccstats.terms.words import GroupStatus, Judgement, capital

HEADS = (
    ("at", "Priority"),
    ("indicator", "Indicator"),
    ("state-of", "Verdict"),
    ("number before", "Baseline"),
    ("number latest", "Latest"),
    ("number change", "Change, 95% interval"),
    ("signal", "Signal this quarter"),
    ("spark", "Last {months} months"),
    ("positions", "Peers"),
    ("range", "Projection and baseline"),
)


@dataclass(frozen=True)
class DashboardRow:
    """One indicator of the table: where it belongs, its figures, and what it is beside others and beside its past."""

    priority: int | None
    href: str
    row: IndicatorRow
    has_figures: bool
    peers: str
    position: str
    beside_baseline: str


@dataclass(frozen=True)
class Group:
    """Rows that stand together under a line of their own; without a title they simply follow."""

    title: str
    rows: tuple[DashboardRow, ...]
    href: str = ""
    beside: tuple[Chip, ...] = ()


@dataclass(frozen=True)
class Order:
    """The table in one order.

    Attributes
    ----------
    name, words : str
        Its short name, and what a reader chooses it by.
    caption : str
    groups : tuple of Group
    """

    name: str
    words: str
    caption: str
    groups: tuple[Group, ...]


def dashboard_page(assessment: QuarterAssessment) -> Markup:
    """The whole dashboard: what to take away, the tally, and every indicator in three orders."""
    rows = {review.indicator.key: _row(review, assessment) for review in assessment.reviews}
    return rendered(
        "dashboard.html.j2",
        heads=_heads(rows.values()),
        lead=opening(assessment, (in_one_sentence(assessment),)),
        orders=tuple(_orders(assessment, rows)),
        memberships=_memberships(assessment),
        by_chance=_by_chance(assessment),
    )


def _row(review: IndicatorReview, assessment: QuarterAssessment) -> DashboardRow:
    return DashboardRow(
        priority=review.indicator.priority,
        href=place_of(review.indicator, assessment.plan),
        row=indicator_row(review),
        has_figures=review.has_figures,
        peers=capital(review.group.state.in_words) if review.group is not None else "",
        position=telling_position(review),
        beside_baseline=ahead_in_brief(review),
    )


def _orders(assessment: QuarterAssessment, rows: dict[str, DashboardRow]) -> Iterator[Order]:
    """By verdict first: what a hurried reader must not miss stands on top."""

    def of(reviews: Iterable[IndicatorReview]) -> tuple[DashboardRow, ...]:
        return tuple(rows[review.indicator.key] for review in reviews)

    yield Order(
        "verdict",
        "by verdict",
        "Every indicator, the most pressing verdict first",
        tuple(Group(_group_title(met), of(_largest_first(met))) for met in states_met(assessment.reviews)),
    )
    yield Order(
        "priority",
        "by priority",
        "Every indicator, in the order of the plan",
        tuple(
            Group(
                priority.title,
                of(review.reviews),
                f"{page_name(theme)}.html#priority-{priority.number}",
                tuple(state_chips(review)) if len(review.reviews) > 1 else (),
            )
            for theme in assessment.plan.themes
            for priority in theme.priorities
            for review in (assessment.priority(priority.number),)
        ),
    )
    yield Order(
        "change",
        "by size of change",
        "Every indicator whose change can be judged, the largest first in per cent of the baseline",
        (Group("", of(_by_change(assessment.reviews))),),
    )


def _largest_first(met: Met) -> Iterable[IndicatorReview]:
    """Of those that moved the largest change first; what cannot be judged stands in the order of the plan."""
    return _by_size(met.reviews) if met.state.judgement is not Judgement.NONE else met.reviews


def _by_change(reviews: Iterable[IndicatorReview]) -> list[IndicatorReview]:
    """Those whose change can be judged: what cannot be compared has no size to be set in order by."""
    return _by_size(review for review in reviews if review.state.is_answer and review.difference_pct is not None)


def _by_size(reviews: Iterable[IndicatorReview]) -> list[IndicatorReview]:
    return sorted(reviews, key=lambda review: -abs(review.difference_pct or 0))


def _group_title(met: Met) -> str:
    lacking = "" if met.strength.is_firm else f" ({met.strength}, not counted)"
    return f"{capital(met.words)}{lacking}: {len(met.reviews)}"


def _heads(rows: Iterable[DashboardRow]) -> tuple[tuple[str, str], ...]:
    """The columns of the dashboard, without those that no indicator has anything in."""
    rows = tuple(rows)
    held = {
        "signal": any(each.row.signal is not None for each in rows),
        "spark": any(each.row.sparkline for each in rows),
        "positions": any(each.row.position or each.row.peers for each in rows),
        "range": any(each.row.projection for each in rows),
    }
    months = max((each.row.months for each in rows), default=0)
    return tuple((kind, name.format(months=months)) for kind, name in HEADS if held.get(kind, True))


def _memberships(assessment: QuarterAssessment) -> list[str]:
    """Whether the groups that the ranks are among are confirmed, said once each; or why the focus is in none."""
    ranked = [_membership(review.group) for review in assessment.reviews if review.group]
    return [f"Peers: {words}" for words in dict.fromkeys(ranked or _left_out(assessment.plan))]


def _left_out(plan: Plan) -> list[str]:
    """What the plan says of its groups of every force where they leave the focus out."""
    groups = (group for group in plan.groups if group.status is GroupStatus.EVERY_FORCE)
    return [group.note for group in groups if group.note and plan.focus not in group.areas]


def _membership(group: GroupComparison) -> str:
    return group.group_note or EVERY_FORCE if group.is_of_every_force else f"membership of the group {group.membership}"


def _by_chance(assessment: QuarterAssessment) -> Opening:
    """How many of the verdicts may be chance; it opens to the p and q of every test."""
    return Opening(describe(assessment.discoveries), (table_of(assessment.discoveries),), "ahead")
