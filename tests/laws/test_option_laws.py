"""Whatever is given as an option of a public method is answered, or refused in our own words."""

import inspect
from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

import pccstats as pcc

pytestmark = pytest.mark.slow

MONTHS = pd.period_range("2010-04", "2015-06", freq="M")


def series(area, level):
    """Counts that vary a little, with a population."""
    counts = [level + 7 * (place % 12) + place % 5 for place in range(len(MONTHS))]
    about = {"title": "Burglary", "area": area, "polarity": "lower_is_better", "population": 100_000}
    return pcc.Series.from_frame(pd.DataFrame({"month": MONTHS, "n": counts}), numerator="n", **about)


GIVEN = {area: series(area, level) for area, level in zip("ABCD", (60, 70, 80, 90), strict=True)}
SERIES = GIVEN["A"]
LONG = pd.concat([one.points.assign(series=area, month=one.points["period_end"]) for area, one in GIVEN.items()])
FORCES = pd.DataFrame({"measure": "robbery", "area": list("ABCD"), "numerator": [10, 20, 30, 40], "exposure": 1000})
JUNK = (
    *("x", "", "no", "2012/13", "2013-04", "2013-04-31", b"x", None, True, pd.NaT, pd.NA),
    *(5, -1, 0, 2.5, float("nan"), float("inf"), 1 + 2j, Decimal("0.5"), 10**400, 9_000_000_000_000_000_000),
    *(["2013-04"], ("2013-04",), [None], [["2013-04"]], [("a", "b", "c")], {}, {"a": 1}, {1, 2}),
    *(np.array([1, 2]), pd.Series([1]), pd.DataFrame({"a": [1]}), object(), int, len),
    *(
        date(2013, 4, 1),
        pd.Timestamp("2013-03-31 23:00", tz="UTC"),
        pd.Period("2013Q2"),
        pd.Period("2013", "Y"),
        SERIES,
    ),
)
ASKED = {
    "baseline_sensitivity": ((SERIES, ["2012/13"]), {}),
    "change": ((SERIES, "2012/13"), {}),
    "compare_areas": ((GIVEN, "2012/13"), {}),
    "compare_group": ((GIVEN, "A"), {}),
    "compare_groups": ((FORCES,), {}),
    "crime_basket": ((68_000, 54_000, 5.0), {}),
    "expected_level": ((SERIES,), {}),
    "expected_levels": ((LONG,), {}),
    "false_discovery": (([0.1, 0.2],), {}),
    "group_positions": ((GIVEN, "A"), {}),
    "project": ((SERIES, "2017-03", "2012/13"), {}),
    "propose_rebase": ((SERIES,), {}),
    "quarters_from_rolling_years": ((SERIES,), {}),
    "rolling_year": ((SERIES,), {}),
    "trend": ((SERIES,), {}),
    "what_if_recording": ((100, 122, 75.8, 84.1), {}),
    "from_frame": ((pd.DataFrame({"month": MONTHS, "numerator": 7}),), {}),
}
FIELDS_OF_A_SERIES = (
    *("key", "area", "multiplier", "population", "population_vintage", "residents", "events", "baseline", "horizon"),
    *("footnotes", "points", "place"),
)


def options_of(method):
    """What it takes, by name; of `from_frame` the fields of a series too."""
    taken = inspect.signature(method).parameters.values()
    names = [one.name for one in taken if one.kind is not one.VAR_KEYWORD]
    return [*names, *FIELDS_OF_A_SERIES] if method.__name__ == "from_frame" else names


@pytest.mark.parametrize("name", sorted(ASKED))
def test_no_option_gives_a_traceback(name):
    """Every option, each in turn of the wrong type, out of range, empty or a list where one thing is asked for."""
    method = pcc.Series.from_frame if name == "from_frame" else getattr(pcc, name)
    given, named = ASKED[name]
    refused = 0
    for place, option in enumerate(options_of(method)):
        for junk in JUNK:
            positional, by_name = list(given), dict(named)
            if place < len(given):
                positional[place] = junk
            else:
                by_name[option] = junk
            try:
                method(*positional, **by_name)
            except pcc.PccStatsError:
                refused += 1
    assert refused > len(JUNK)
