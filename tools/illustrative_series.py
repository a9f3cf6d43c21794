"""The series that are split into months, and everything that is assumed about them.

The totals themselves are not here: they are read from the files of published and official figures.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

import reported_movements as moved
from conditional_draw import Window

# Daily rate of each month, January to December, against the year's mean: assumed.
EVEN_SUMMER = (0.965, 0.975, 0.985, 1.00, 1.02, 1.03, 1.03, 1.01, 1.01, 1.02, 1.00, 0.955)
WINTER = (1.12, 1.08, 1.02, 0.95, 0.93, 0.90, 0.91, 0.93, 0.97, 1.04, 1.12, 1.05)
SUMMER = (0.94, 0.95, 0.98, 1.00, 1.04, 1.06, 1.07, 1.04, 1.00, 0.99, 0.96, 0.97)
AUTUMN = (1.00, 0.99, 0.98, 0.98, 0.98, 0.98, 0.97, 0.97, 1.01, 1.06, 1.06, 1.00)
TERM_TIME = (0.95, 0.97, 1.00, 1.02, 1.05, 1.07, 1.06, 1.00, 1.02, 1.00, 0.95, 0.91)


@dataclass(frozen=True)
class Counted:
    """A count to be split into months.

    `over_dispersion` is the noise of a month in Poisson standard deviations. `level_step` is the standard deviation of
    one month's step of the level, as a share of the level. `official` names the offence group whose 12-month totals
    bind the months; `trend_of` the one whose totals, scaled to the published 2012/13, are assumed for the years before.
    `assumed` and `printed_elsewhere` are totals that no table gives. `jumps` are months of a recording change, with the
    size of change expected as a share of the level.
    """

    indicator: str
    season: tuple[float, ...]
    over_dispersion: float
    level_step: float
    first_month: str = "2009-04"
    official: str = ""
    trend_of: str = ""
    assumed: dict[Window, int] = field(default_factory=dict)
    printed_elsewhere: dict[Window, int] = field(default_factory=dict)
    jumps: dict[str, float] = field(default_factory=dict)
    reported: Callable[..., bool] = moved.anything


@dataclass(frozen=True)
class Surveyed:
    """A survey share to be split into months.

    `respondents` is the assumed number in a year. `plan_table` names the row of the Plan's satisfaction table that is
    the same series; `august_2012` is the share three months before, worked back from the change that table prints.
    """

    indicator: str
    respondents: int
    first_month: str = "2012-04"
    last_month: str = "2015-06"
    plan_table: str = ""
    august_2012: str = ""
    reported: Callable[..., bool] = moved.anything

    def worked_back(self) -> dict[Window, Decimal]:
        """Share of August 2012, per cent, where the Plan's table lets it be worked back."""
        return {Window("2012-08"): Decimal(self.august_2012)} if self.august_2012 else {}


COUNTS = (
    Counted(
        "11.offences", EVEN_SUMMER, 2.0, 0.012,
        official="all_crime_excluding_fraud", reported=moved.all_crime,
    ),
    Counted(
        "12.offences", WINTER, 1.6, 0.02,
        official="domestic_burglary", reported=moved.domestic_burglary,
    ),
    Counted(
        "13.offences", SUMMER, 1.5, 0.02,
        official="violence_with_injury", reported=moved.violence_with_injury,
    ),
    Counted("14A.offences", AUTUMN, 1.6, 0.03, trend_of="vehicle_offences", reported=moved.vehicle_crime),
    Counted("14B.offences", AUTUMN, 1.4, 0.045, trend_of="vehicle_offences", reported=moved.vehicle_crime),
    Counted("17.missing_storm", TERM_TIME, 2.0, 0.03, first_month="2012-04", jumps={"2013-04": 0.5}),
    Counted("17.missing_compact", TERM_TIME, 1.8, 0.03, first_month="2012-04", jumps={"2013-04": 0.5}),
    Counted(
        "17.nine_locations", TERM_TIME, 1.5, 0.03, first_month="2012-04", jumps={"2013-04": 0.5},
        assumed={Window("2014-03"): 350},  # printed as under 400
        printed_elsewhere={Window("2015-06", 3): 72},  # paragraph 79 of the report to the Panel
        reported=moved.nine_locations,
    ),
)  # fmt: skip

SURVEYS = (
    Surveyed(
        "7.satisfaction", 250, "2010-12",
        plan_table="racist", august_2012="86.5", reported=moved.hate_crime,
    ),
    Surveyed(
        "8.satisfaction", 500, "2010-12",
        plan_table="asb", august_2012="83.9", reported=moved.anti_social_behaviour,
    ),
    Surveyed(
        "9.satisfaction", 1440, "2010-12",
        plan_table="all_users", august_2012="85.0", reported=moved.all_users,
    ),
    Surveyed("10.confidence", 2200, reported=moved.confidence),
    Surveyed(
        "12.satisfaction", 480, "2010-12",
        plan_table="burglary", august_2012="90.9", reported=moved.burglary_victims,
    ),
    Surveyed("13.satisfaction", 480, last_month="2015-03", reported=moved.violent_crime_victims),
    Surveyed("14A.satisfaction", 360, last_month="2015-03", reported=moved.vehicle_crime_victims),
    Surveyed("14B.satisfaction", 150, last_month="2015-03", reported=moved.vehicle_crime_victims),
)  # fmt: skip
