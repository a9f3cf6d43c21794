"""How the spreadsheet of a return is laid out: what its writer and its reader agree on."""

from __future__ import annotations

from pccstats.terms.plan import Indicator, Plan
from pccstats.terms.words import Kind, Status

FORM = "pccstats partnership return 1"
START, FIGURES, OBJECTIVES, SUMMARY = SHEETS = ("Start here", "Figures", "Objectives", "Summary")
ABOUT = ("Form", "Plan", "Area", "Quarter")  # the labels of column A of the first sheet, with their values in column B
FIGURE_HEADS = ("Key", "Indicator", "Month", "Figure", "Out of", "Status", "Note")
OBJECTIVE_HEADS = ("Objective", "Judgement", "In a sentence")
SUMMARY_HEADS = ("Contextual summary",)
STATUSES = (Status.NOT_COLLECTED, Status.NOT_COMPARABLE, Status.EMBARGOED, Status.PROVISIONAL)
WITHOUT_FIGURE = (Status.NOT_COLLECTED, Status.EMBARGOED)
JUDGEMENTS = ("on track", "off track", "cannot tell", "not begun")
MOST_LETTERS = 20_000
ASKED_KINDS = (Kind.COUNT, Kind.SHARE, Kind.SURVEY)


def asked_of(plan: Plan, area: str) -> list[Indicator]:
    """The indicators a partnership is asked for: those of its objectives and of the board, else every one that counts.

    Figures that follow the same people, and those that nobody collects, are not asked for by area.
    """
    named = {key for objective in plan.objectives_of(area) for key in objective.indicators}
    named |= {key for priority in (plan.board.priorities if plan.board else ()) for key in priority.indicators}
    countable = [i for i in plan.indicators if i.kind in ASKED_KINDS and i.no_figure is None and not i.is_cohort]
    return [i for i in countable if i.key in named] or [i for i in countable if i.kind is Kind.COUNT]
