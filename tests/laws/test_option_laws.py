"""Whatever is given as an option of a public method is answered, or refused in our own words."""

import contextlib
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
    "progress": ((SERIES, pcc.Target("t", "1.a", "hard", "level", 900.0)), {}),
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


def one(numbers, months=MONTHS, **about):
    """A series of these numbers."""
    frame = pd.DataFrame({"month": months[: len(numbers)], "n": numbers, "of": about.pop("of", None)})
    denominator = "of" if frame["of"].notna().any() else None
    return pcc.Series.from_frame(frame, numerator="n", denominator=denominator, title="Odd", population=1e5, **about)


FIFTY = [50] * len(MONTHS)
ODD = {
    "of no periods": one(FIFTY).between("2030-01"),
    "without a figure": one([np.nan] * len(MONTHS)),
    "of one month": one([5]),
    "of two months": one([5, 6]),
    "of nothing": one([0] * len(MONTHS)),
    "of millions of millions": one([10**12 + 7 * place for place in range(len(MONTHS))]),
    "of every other month": one([5, np.nan] * 31),
    "of quarters": one([5] * 20, pd.period_range("2010Q1", periods=20, freq="Q")),
    "of years": one([5] * 6, pd.period_range("2010", periods=6, freq="Y-MAR")),
    "of printed per cents": one(FIFTY, kind="survey"),
    "of rates without what they are out of": one(FIFTY, kind="rate"),
    "of rates out of nothing": one(FIFTY, kind="rate", of=0),
    "of shares of nobody": one([0] * len(MONTHS), of=0),
    "of money": one(FIFTY, kind="money"),
    "of places": one([5] * len(MONTHS), kind="position"),
    "of judgements": one([5] * len(MONTHS), kind="qualitative"),
}
BESIDE = {"B": SERIES, "C": SERIES, "D": SERIES}
QUESTIONS = {
    **{
        chart: lambda odd, chart=chart: pcc.expected_level(odd, chart=chart)
        for chart in ("auto", "xmr", "g", "t", "run")
    },
    "season": lambda odd: pcc.expected_level(odd, seasonal=True),
    "baseline": lambda odd: pcc.expected_level(odd, baseline="2012/13", rebase_at=["2013-04", "1990-01"]),
    "proposals": pcc.propose_rebase,
    "change": lambda odd: pcc.change(odd, "2012/13"),
    "other baselines": lambda odd: pcc.baseline_sensitivity(odd, ["2012/13"]),
    "projection": lambda odd: pcc.project(odd, "2017-03", "2012/13"),
    "rolling year": pcc.rolling_year,
    "rate": lambda odd: pcc.rolling_year(odd, population="persons"),
    "trend": pcc.trend,
    "trend before it begins": lambda odd: pcc.trend(odd, until="2005-01"),
    "one among others": lambda odd: pcc.compare_group({"A": odd, **BESIDE}, "A"),
    "others beside it": lambda odd: pcc.compare_group({"A": odd, **BESIDE}, "B"),
    "all alike": lambda odd: pcc.compare_group({"A": odd, "B": odd, "C": odd}, "A"),
    "places over time": lambda odd: pcc.group_positions({"A": odd, "B": odd, "C": odd}, "A"),
    "areas": lambda odd: pcc.compare_areas({"A": odd, **BESIDE}, "2012/13"),
    "quarters": pcc.quarters_from_rolling_years,
    "target": lambda odd: pcc.progress(odd, pcc.Target("t", "1.a", "hard", "level", 5.0)),
}


@pytest.mark.parametrize("name", sorted(ODD))
def test_no_odd_series_gives_a_traceback(name):
    """Empty, without figures, too short, out of nothing, of every kind: each method answers or says why not."""
    answered = 0
    for ask in QUESTIONS.values():
        with contextlib.suppress(pcc.PccStatsError):
            ask(ODD[name])
            answered += 1
    assert answered < len(QUESTIONS)
