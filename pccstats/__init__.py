"""Statistics for police performance: expected levels, change, peers and projections, with their working shown."""

from pccstats.methods.assess import assess
from pccstats.methods.board import review_board
from pccstats.methods.change.baseline_sensitivity import baseline_sensitivity
from pccstats.methods.change.change import change
from pccstats.methods.compare_areas import compare_areas
from pccstats.methods.compare_tally import compare_tally
from pccstats.methods.data_quality import data_quality
from pccstats.methods.expected_level.expected_level import expected_level
from pccstats.methods.expected_level.expected_levels import expected_levels
from pccstats.methods.expected_level.rebase import propose_rebase
from pccstats.methods.false_discovery import false_discovery
from pccstats.methods.partnerships import review_partnerships
from pccstats.methods.peers.compare_group import compare_group
from pccstats.methods.peers.compare_groups import compare_groups
from pccstats.methods.peers.group_positions import group_positions
from pccstats.methods.projection.project import project
from pccstats.methods.replay import replay
from pccstats.methods.rolling_year import rolling_year
from pccstats.methods.targets.basket import crime_basket
from pccstats.methods.targets.progress import progress
from pccstats.methods.targets.target_table import target_table
from pccstats.methods.targets.what_if import what_if_recording
from pccstats.methods.trend import trend
from pccstats.presentation.charts.sparkline import draw_sparkline
from pccstats.presentation.describe import describe
from pccstats.presentation.display import show_results_in_notebooks
from pccstats.presentation.draw import draw
from pccstats.presentation.pages.lead import all_priorities, lead
from pccstats.presentation.pages.partnership import all_partnerships
from pccstats.presentation.tabulate import tabulate
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
