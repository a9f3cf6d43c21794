"""Statistics for police performance: expected levels, change, peers and projections, with their working shown."""

from pccstats.methods.change.change import baseline_sensitivity, change
from pccstats.methods.change.many import false_discovery
from pccstats.methods.level.expected_level import expected_level
from pccstats.methods.level.many import expected_levels
from pccstats.methods.level.rebase import propose_rebase
from pccstats.methods.level.trend import trend
from pccstats.methods.peers.areas import compare_areas
from pccstats.methods.peers.compare_group import compare_group, group_positions
from pccstats.methods.peers.many import compare_groups
from pccstats.methods.projection.project import project
from pccstats.methods.projection.targets import progress, target_table
from pccstats.methods.projection.what_if import crime_basket, what_if_recording
from pccstats.methods.rolling_year import rolling_year
from pccstats.presentation.expected_level import draw_sparkline
from pccstats.presentation.pages.display import show_results_in_notebooks
from pccstats.presentation.pages.partnership import all_partnerships
from pccstats.presentation.pages.priority import all_priorities, lead
from pccstats.presentation.verbs import describe, draw, tabulate
from pccstats.review.assess import assess
from pccstats.review.board import review_board
from pccstats.review.data_quality import data_quality
from pccstats.review.partnerships import review_partnerships
from pccstats.review.published import compare_tally, replay
from pccstats.sources import build_data, read_commentary, read_observations, read_plan, read_replay
from pccstats.terms.errors import DataProblem, MethodProblem, PccStatsError, RequestProblem
from pccstats.terms.observations import Observations
from pccstats.terms.periods import FinancialYear, Quarter, Window
from pccstats.terms.plan import Event, Group, Plan, Target
from pccstats.terms.series import Series

__version__ = "0.1.0"

__all__ = [
    "DataProblem",
    "Event",
    "FinancialYear",
    "Group",
    "MethodProblem",
    "Observations",
    "PccStatsError",
    "Plan",
    "Quarter",
    "RequestProblem",
    "Series",
    "Target",
    "Window",
    "all_partnerships",
    "all_priorities",
    "assess",
    "baseline_sensitivity",
    "build_data",
    "change",
    "compare_areas",
    "compare_group",
    "compare_groups",
    "compare_tally",
    "crime_basket",
    "data_quality",
    "describe",
    "draw",
    "draw_sparkline",
    "expected_level",
    "expected_levels",
    "false_discovery",
    "group_positions",
    "lead",
    "progress",
    "project",
    "propose_rebase",
    "read_commentary",
    "read_observations",
    "read_plan",
    "read_replay",
    "replay",
    "review_board",
    "review_partnerships",
    "rolling_year",
    "tabulate",
    "target_table",
    "trend",
    "what_if_recording",
]

show_results_in_notebooks()
