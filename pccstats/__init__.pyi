from .bench.workbench import workbench
from .methods.change.change import baseline_sensitivity, change
from .methods.change.many import false_discovery
from .methods.level.expected_level import expected_level
from .methods.level.many import expected_levels
from .methods.level.pace import pace
from .methods.level.rebase import propose_rebase
from .methods.level.trend import trend
from .methods.peers.areas import compare_areas
from .methods.peers.compare_group import compare_group, group_positions
from .methods.peers.many import compare_groups
from .methods.projection.project import project
from .methods.projection.targets import progress, target_table
from .methods.projection.what_if import crime_basket, what_if_recording
from .methods.recovered_quarters import quarters_from_rolling_years
from .methods.rolling_year import rolling_year
from .presentation.pages.partnership import all_partnerships
from .presentation.pages.priority import all_priorities, lead
from .presentation.sparkline import draw_sparkline
from .presentation.verbs import describe, draw, tabulate
from .review.assess import assess
from .review.board import review_board
from .review.data_quality import data_quality
from .review.national import review_national
from .review.partnerships import review_partnerships
from .review.published import compare_tally, replay
from .review.screen import screen_series
from .review.series import review_series
from .sources import build_data, example, read_commentary, read_observations, read_plan, read_printed_rates, read_replay
from .terms.errors import DataProblem, MethodProblem, PccStatsError, RequestProblem
from .terms.observations import Observations
from .terms.periods import FinancialYear, Quarter, Window
from .terms.plan import Event, Group, Plan, Target
from .terms.series import Series

__version__: str

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
    "example",
    "expected_level",
    "expected_levels",
    "false_discovery",
    "group_positions",
    "lead",
    "pace",
    "progress",
    "project",
    "propose_rebase",
    "quarters_from_rolling_years",
    "read_commentary",
    "read_observations",
    "read_plan",
    "read_printed_rates",
    "read_replay",
    "replay",
    "review_board",
    "review_national",
    "review_partnerships",
    "review_series",
    "rolling_year",
    "screen_series",
    "tabulate",
    "target_table",
    "trend",
    "what_if_recording",
    "workbench",
]
