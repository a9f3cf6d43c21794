"""The columns of the dashboard, each declared once: `dashboard.csv`, `dashboard.xlsx`, and the summary of a review."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from pccstats.terms.words import NOT_CLEARLY, State, Worded, capital

if TYPE_CHECKING:
    from pccstats.terms.results.quarter import IndicatorReview

Form = Literal["text", "name", "prose", "whole", "figure", "difference", "per_cent", "chance"]


@dataclass(frozen=True)
class DashboardColumn:
    """A column of the dashboard: its name for programs, what it holds in words, and how a review gives it.

    Attributes
    ----------
    name : str
        In `dashboard.csv`; it does not change.
    words : str
        What it holds, in a sentence or two.
    value_of : callable
        Gives its value of an `IndicatorReview`; None or empty text where there is none.
    head : str
        Its head for readers, in `dashboard.xlsx`; its name with spaces where none is given.
    form : str
        How a workbook writes it: `text`, the longer `name` or `prose`; `whole`; a `figure` or a
        `difference` in the row's unit; a difference in `per_cent`; `chance`, from 0 to 1.
    answers : type of Worded, optional
        The closed list that its values are of: readers are shown its words.
    said : mapping
        Words of single values, where those of the list are about something else.
    is_for_readers : bool
        False for what only programs need; the workbook leaves it out.
    is_of_change : bool
        It is left out where the two figures are not comparable.
    """

    name: str
    words: str
    value_of: Callable[[IndicatorReview], object]
    head: str = ""
    form: Form = "text"
    answers: type[Worded] | None = None
    said: Mapping[str, str] = field(default_factory=dict)
    is_for_readers: bool = True
    is_of_change: bool = False

    def of(self, review: IndicatorReview) -> object:
        """Its value of an indicator; None or empty text where there is none."""
        return None if self.is_of_change and review.state is State.NOT_COMPARABLE else self.value_of(review)

    @property
    def heading(self) -> str:
        """What heads it for readers."""
        return self.head or capital(self.name.replace("_", " "))

    def shown(self, row: Mapping[str, Any]) -> object:
        """Its value in a row of `dashboard.csv` as readers see it; None where they see nothing.

        Examples
        --------
        >>> by_name = {column.name: column for column in DASHBOARD}
        >>> by_name["projection_state"].shown({"projection_state": "no_evidence_of_change"})
        'not clearly above or below the baseline'
        """
        value = row.get(self.name)
        if self.answers is None or not value:
            return value
        return self.said.get(str(value), self.answers(value).in_words)


DASHBOARD = (
    DashboardColumn(
        "indicator", "Its key in the plan file.", lambda review: review.indicator.key, is_for_readers=False
    ),
    DashboardColumn(
        "priority",
        "Number of the strategic priority.",
        lambda review: review.indicator.priority,
        head="Priority",
        form="whole",
    ),
    DashboardColumn(
        "title",
        "What is counted or asked.",
        lambda review: review.indicator.title,
        head="Indicator",
        form="name",
    ),
    DashboardColumn(
        "state",
        "Better, worse, no evidence of change (a full count moved no more than such counts usually do), or why there "
        "is no answer. Only a state whose strength is firm is counted. Of one group of people followed, better and "
        "worse are not attributable.",
        lambda review: str(review.state),
        answers=State,
        is_for_readers=False,
    ),
    DashboardColumn(
        "verdict",
        "The state in the words of the pages: higher or lower where neither way is better or the same people are "
        "followed; of no change whether a full count moved no more than it usually does.",
        lambda review: review.verdict,
        head="Verdict",
    ),
    DashboardColumn(
        "strength",
        "How much a verdict will bear: firm, or why it is not counted (weak, assumed, stale, expected).",
        lambda review: str(review.strength) if review.state.is_answer or not review.strength.is_firm else "",
        head="Strength",
    ),
    DashboardColumn(
        "unit",
        "What baseline, latest, change and projection are counted in.",
        lambda review: review.indicator.unit,
        head="Unit",
    ),
    DashboardColumn(
        "baseline",
        "The figure of the plan's baseline year.",
        lambda review: review.baseline,
        head="Baseline, in the unit",
        form="figure",
    ),
    DashboardColumn(
        "baseline_period",
        "The period of the baseline's figure.",
        lambda review: review.baseline_window,
        head="Period of the baseline",
    ),
    DashboardColumn(
        "latest",
        "The figure of the latest 12 months, or the latest published.",
        lambda review: review.latest,
        head="Latest, in the unit",
        form="figure",
    ),
    DashboardColumn(
        "latest_period",
        "The period of the latest figure.",
        lambda review: review.latest_window,
        head="Period of the latest",
    ),
    DashboardColumn(
        "n",
        "How many people or cases the latest per cent is out of; empty for counts, and where that is not published.",
        lambda review: review.out_of,
        head="Latest per cent is out of",
        form="whole",
    ),
    DashboardColumn(
        "change",
        "Latest minus baseline, in the unit; for percentages, in percentage points; empty where the two are not "
        "comparable.",
        lambda review: review.difference,
        head="Change, in the unit or in points",
        form="difference",
        is_of_change=True,
    ),
    DashboardColumn(
        "change_low",
        "Lower end of the interval of the change, in the unit of the change; empty where it was not tested.",
        lambda review: review.difference_limits.low,
        head="Change, lower end",
        form="difference",
    ),
    DashboardColumn(
        "change_high",
        "Upper end of the same.",
        lambda review: review.difference_limits.high,
        head="Change, upper end",
        form="difference",
    ),
    DashboardColumn(
        "change_pct",
        "Change as a per cent of the baseline; empty where the two are not comparable.",
        lambda review: review.difference_pct,
        head="Change, % of the baseline",
        form="per_cent",
        is_of_change=True,
    ),
    DashboardColumn(
        "change_pct_low",
        "Lower end of the interval of the change, as a per cent of the baseline.",
        lambda review: None if review.change is None else review.change.amount.per_cent.low,
        head="Change %, lower end",
        form="per_cent",
    ),
    DashboardColumn(
        "change_pct_high",
        "Upper end of the same.",
        lambda review: None if review.change is None else review.change.amount.per_cent.high,
        head="Change %, upper end",
        form="per_cent",
    ),
    DashboardColumn(
        "previous_state",
        "The state one quarter earlier, as it was known then; empty where that was not asked.",
        lambda review: "" if review.previous is None else str(review.previous.state),
        head="Verdict last quarter",
        answers=State,
    ),
    DashboardColumn(
        "since_quarter",
        "The quarter that this earlier state is of.",
        lambda review: "" if review.previous is None else str(review.previous.quarter),
        head="Last quarter",
    ),
    DashboardColumn(
        "sources_differ",
        "What the official series says of the same question, where it is another answer: its verdict and change.",
        lambda review: review.other_answer,
        head="Official series says",
    ),
    DashboardColumn(
        "signal_quarter",
        "Whether any month of the quarter is a signal against its expected level, as known by its end: above, below or "
        "none; empty where no month of it has a figure.",
        lambda review: review.signal_quarter,
        head="Signal in the quarter",
    ),
    DashboardColumn(
        "signal_latest",
        "The same of the latest month of the quarter alone.",
        lambda review: review.signal_latest,
        head="Signal in the latest month",
    ),
    DashboardColumn(
        "pace",
        "Where the quarter stands beside its own course of the three years before: above or below is news, else none.",
        lambda review: review.off_pace,
        head="Beside its own course",
    ),
    DashboardColumn(
        "group_rank",
        "Position in the Most Similar Group; 1 is best.",
        lambda review: review.group_rank,
        head="Position among similar forces",
        form="whole",
    ),
    DashboardColumn(
        "group_rank_low",
        "Best position in the Most Similar Group that chance allows.",
        lambda review: None if review.group is None else review.group.focus_row["rank_low"],
        head="Best position by chance",
        form="whole",
    ),
    DashboardColumn(
        "group_rank_high",
        "Worst position in the Most Similar Group that chance allows.",
        lambda review: None if review.group is None else review.group.focus_row["rank_high"],
        head="Worst position by chance",
        form="whole",
    ),
    DashboardColumn(
        "group_membership",
        "Whether the membership of the Most Similar Group is confirmed, and what else to know of it.",
        lambda review: "" if review.group is None else review.group.membership,
        head="Membership of the group",
        form="name",
    ),
    DashboardColumn(
        "projection_low",
        "Lower end of the projection's interval.",
        lambda review: None if review.projection is None else review.projection.lower,
        head="Projection, lower end",
        form="figure",
    ),
    DashboardColumn(
        "projection",
        "The 12 months to the end of the plan, projected.",
        lambda review: None if review.projection is None else review.projection.projected,
        head="Projection, in the unit",
        form="figure",
    ),
    DashboardColumn(
        "projection_high",
        "Upper end of the projection's interval.",
        lambda review: None if review.projection is None else review.projection.upper,
        head="Projection, upper end",
        form="figure",
    ),
    DashboardColumn(
        "projection_state",
        "The projection read against the baseline.",
        lambda review: "" if review.projection is None else str(review.projection.state or ""),
        head="Projection against the baseline",
        answers=State,
        said={State.NO_EVIDENCE_OF_CHANGE: NOT_CLEARLY},
    ),
    DashboardColumn(
        "p_value",
        "Chance of a change as large, or larger, were nothing different.",
        lambda review: None if review.change is None else review.change.p_value,
        head="Chance of such a change (p)",
        form="chance",
    ),
    DashboardColumn(
        "q_value",
        "Share of wrong answers among all that are as sure as this one, when all tests are read together.",
        lambda review: None,  # noqa: ARG005 known only once every indicator has been reviewed: `assess` fills it in
        head="Share wrong among answers as sure (q)",
        form="chance",
    ),
    DashboardColumn("area", "The area it is about.", lambda review: review.area, head="Area"),
    DashboardColumn(
        "quarter",
        "The quarter reported, whose end is the latest month looked at.",
        lambda review: str(review.quarter),
        head="Quarter reported",
    ),
    DashboardColumn(
        "method",
        "How the change was tested.",
        lambda review: review.method,
        head="How the change was tested",
        form="prose",
    ),
    DashboardColumn(
        "note",
        "What to know before quoting the figure.",
        lambda review: " ".join(review.reasons),
        head="What to know before quoting it",
        form="prose",
    ),
)
DASHBOARD_COLUMNS = tuple(column.name for column in DASHBOARD)
