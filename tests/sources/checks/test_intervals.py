"""Intervals that figures were published with: read, held against the figure, kept, and withheld with it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pccstats.sources import build_data, read_observations
from pccstats.sources.checks.rows import held_to_contract
from pccstats.terms.errors import DataProblem
from pccstats.terms.observations import Observations
from pccstats.terms.periods import Quarter
from pccstats.terms.words import BOUNDS, OBSERVATIONS, Audience, State
from tests.sources.conftest import PLAN

HEADER = "indicator,area,period_end,months,numerator,denominator,lower,upper,status\n"
SURE = PLAN + "interval = 0.95\n"  # of the survey, which comes last
ROWS = (
    "1.offences,Ours,2015-06,12,322,,,,\n"
    "1.satisfaction,Ours,2013-03,12,70.5,,66.3,74.7,\n"
    "1.satisfaction,Ours,2015-06,12,410,500,78.4,85.6,\n"
)


def test_intervals_are_kept_with_their_figures(data_folder: Callable[..., Path]) -> None:
    """Of a per cent as printed and of one whose numbers are known; a count beside them has none."""
    data = read_observations(data_folder(plan=SURE, figures=HEADER + ROWS))
    assert list(data.frame.columns) == [*OBSERVATIONS, *BOUNDS]
    survey = data.series("1.satisfaction")
    assert survey.points[list(BOUNDS)].to_numpy().tolist() == [[66.3, 74.7], [78.4, 85.6]]
    assert survey.interval == 0.95
    assert not data.series("1.offences").has_interval
    assert data.frame.loc[data.frame["indicator"] == "1.offences", list(BOUNDS)].isna().all(axis=None)


def test_without_intervals_the_table_is_what_it_was(data_folder: Callable[..., Path]) -> None:
    """Empty columns of ends leave no column behind."""
    rows = "1.offences,Ours,2015-06,12,322,,,,\n"
    assert list(read_observations(data_folder(figures=HEADER + rows)).frame.columns) == list(OBSERVATIONS)


def test_a_second_file_without_intervals_stands_beside(data_folder: Callable[..., Path]) -> None:
    """What one file does not have is empty, and no fault."""
    folder = data_folder(
        plan=SURE,
        sources="".join(
            f'[[source]]\nfile = "{name}.csv"\nreader = "tidy_csv"\nlabel = "{name}"\n' for name in ("figures", "more")
        ),
        figures=HEADER + ROWS,
    )
    more = "indicator,area,period_end,months,numerator\n1.offences,Theirs,2015-06,12,9\n"
    (folder / "raw" / "more.csv").write_text(more, encoding="utf-8")
    assert len(read_observations(folder).frame) == 4


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("1.satisfaction,Ours,2015-06,12,70,,66,,", "column lower: An interval has a lower and an upper end."),
        ("1.satisfaction,Ours,2015-06,12,70,,,74,", "An interval has a lower and an upper end."),
        (
            "1.satisfaction,Ours,2015-06,12,70,,71,74,",
            "within its interval, the lower end below the upper",
        ),
        ("1.satisfaction,Ours,2015-06,12,70,,74,66,", "does not lie within its interval"),
        ("1.satisfaction,Ours,2015-06,12,70,,70,70,", "does not lie within its interval"),
        ("1.satisfaction,Ours,2015-06,12,410,500,0.78,0.86,", "does not lie within its interval"),
        ("1.satisfaction,Ours,2015-06,12,,,66,74,embargoed", "There is an interval, and no figure."),
        ("1.satisfaction,Ours,2015-06,12,70,,low,74,", "column lower: This is not a number. Found 'low'."),
        ("1.offences,Ours,2015-06,12,70,,66,74,", "Counts are no estimates"),
    ],
)
def test_faults_of_intervals(data_folder: Callable[..., Path], row: str, words: str) -> None:
    """Each is named with its row, the rule and what to do."""
    with pytest.raises(DataProblem) as caught:
        build_data(data_folder(plan=SURE, figures=HEADER + row + "\n"))
    assert words in str(caught.value)
    assert "figures.csv, row 2" in str(caught.value)


def test_the_plan_says_how_sure_they_are(data_folder: Callable[..., Path]) -> None:
    """Without `interval` in the plan they cannot be read; one that is none is refused with its line."""
    with pytest.raises(DataProblem, match=r"Write interval = 0\.95 at the indicator"):
        build_data(data_folder(figures=HEADER + ROWS))
    with pytest.raises(DataProblem, match=r"plan\.toml, line \d+.*interval"):
        build_data(data_folder(plan=PLAN + "interval = 95\n", figures=HEADER + ROWS))


def withheld(data: Observations, **change: object) -> Observations:
    """The same with the survey's measure changed."""
    themes = tuple(
        replace(
            theme,
            priorities=tuple(
                replace(
                    priority,
                    indicators=tuple(
                        replace(each, **change) if each.kind.is_proportion else each for each in priority.indicators
                    ),
                )
                for priority in theme.priorities
            ),
        )
        for theme in data.plan.themes
    )
    return replace(data, plan=replace(data.plan, themes=themes))


def test_ends_are_withheld_with_their_figure(data_folder: Callable[..., Path]) -> None:
    """An end of its interval gives a figure away: an embargoed row, an embargoed or restricted measure keep none."""
    rows = ROWS.replace("85.6,\n", "85.6,embargoed\n")
    data = read_observations(data_folder(plan=SURE, figures=HEADER + rows))
    left = data.for_audience("internal").frame.set_index("period_end")
    survey = left[left["indicator"] == "1.satisfaction"]
    assert survey.loc["2015-06", ["numerator", "denominator", *BOUNDS]].isna().all()  # type: ignore[index]
    assert survey.loc["2013-03", list(BOUNDS)].tolist() == [66.3, 74.7]  # type: ignore[index]
    told = data.withheld_from(Audience.INTERNAL)
    assert told.holds("It may lie between 78.4% and 85.6%.")
    closed = withheld(data, release=Audience.INTERNAL, release_note="Not ours.").for_audience("public").frame
    assert set(closed["indicator"]) == {"1.offences"}
    embargoed = withheld(data, no_figure=State.EMBARGOED, reason="Not yet.").for_audience("internal").frame
    assert embargoed.loc[embargoed["indicator"] == "1.satisfaction", list(BOUNDS)].isna().all(axis=None)


def test_readers_take_the_ends_away_with_their_figure(data_folder: Callable[..., Path]) -> None:
    """In the unit of the figure, and none where there was none: the columns are always there."""
    quarter = Quarter.parse("2015/16-Q1")
    data = read_observations(data_folder(plan=SURE, figures=HEADER + ROWS))
    taken = data.to_take_away(quarter, Audience.PUBLIC).set_index(["indicator", "period"])[["value", *BOUNDS]]
    assert taken.loc["1.satisfaction", "2013-03"].tolist() == [70.5, 66.3, 74.7]
    assert taken.loc["1.satisfaction", "2015-06"].tolist() == [82.0, 78.4, 85.6]
    assert taken.loc[("1.offences", "2015-06"), list(BOUNDS)].isna().all()
    bare = read_observations(data_folder(figures=HEADER + "1.offences,Ours,2015-06,12,322,,,,\n"))
    assert bare.to_take_away(quarter, Audience.PUBLIC)[list(BOUNDS)].isna().all(axis=None)


@pytest.mark.parametrize("ends", [(66.0, np.nan), (74.0, 66.0), (np.inf, 74.0)])
def test_ends_that_break_the_contract_are_refused(ends: tuple[float, float]) -> None:
    """Whatever a reader lets through, no half and no turned interval leaves the floor of the sources."""
    row = dict.fromkeys(OBSERVATIONS, "") | {"indicator": "1.satisfaction", "area": "Ours", "months": 12}
    row |= {"period_end": pd.Period("2015-06", "M"), "numerator": 70.0, "denominator": np.nan}
    sound = pd.DataFrame([row | {"lower": 66.0, "upper": 74.0}], columns=[*OBSERVATIONS, *BOUNDS])
    pd.testing.assert_frame_equal(held_to_contract(sound), sound)
    with pytest.raises(DataProblem, match="fault of a reader or a check"):
        held_to_contract(sound.assign(lower=ends[0], upper=ends[1]))
    with pytest.raises(DataProblem, match="fault of a reader or a check"):
        held_to_contract(sound.drop(columns="upper"))
