"""Published figures worked out again: all 63, and the rules by which."""

from decimal import Decimal

import pandas as pd
import pytest

from pccstats.review.published import COLUMNS, replay, worked_out
from pccstats.sources.commentary import read_printed_rates, read_replay
from pccstats.terms.errors import DataProblem, MethodProblem
from pccstats.terms.results.published import ReplayVerdict

VERDICTS = {"EXACT": "reproduces", "TRUNCATED": "only_truncated", "NO": "does_not_follow"}


@pytest.fixture(scope="module")
def shipped(root):
    """The shipped table, replayed."""
    return replay(read_replay(root / "data" / "raw"))


@pytest.fixture(scope="module")
def checked(reference_case):
    """The same 63 figures as worked out independently beforehand, by id."""
    figures = reference_case("published_figures")
    return {figure["id"]: figure for figure in figures}


def test_the_verdicts_of_the_63(shipped):
    """44 reproduce, 3 only by cutting off digits, 9 do not follow from their inputs, 7 are words or information."""
    assert shipped.summary().iloc[0].tolist() == [63, 44, 3, 9, 7]


def test_which_do_not_follow(shipped):
    """The twelve that do not simply reproduce are these."""
    assert set(shipped.having("only_truncated")["id"]) == {"G27", "G35", "G50"}
    assert set(shipped.having(ReplayVerdict.DOES_NOT_FOLLOW)["id"]) == {
        *("G36", "G37", "G39", "G42", "G43", "G47", "G58", "G59", "G60")
    }


def test_every_figure_is_there_with_its_value_and_verdict(shipped, checked):
    """Every id is there once; its value and verdict are those found independently."""
    points = shipped.points.set_index("id")
    assert sorted(points.index) == sorted(checked)
    for name, figure in checked.items():
        row = points.loc[name]
        assert float(row["computed"]) == pytest.approx(figure["computed"], abs=1e-6), name
        assert float(row["published"]) == figure["published"], name
        assert row["verdict"] == VERDICTS.get(figure["verdict"].split()[0], "text"), name


def test_whatever_does_not_follow_has_its_reason(shipped):
    """A figure that does not simply reproduce has a note that says why."""
    unexplained = shipped.points[(shipped.points["verdict"] != "reproduces") & (shipped.points["note"] == "")]
    assert unexplained.empty


def test_printed_rates_come_from_the_counts_and_populations_held(root, data):
    """Divided here once more: each on its population gives what was printed, 58.1 with its digits cut off."""
    found = replay(read_replay(root / "data"), read_printed_rates(root / "data"), data).rates
    persons = {
        row["vintage"]: row["persons"]
        for _, row in data.exposures[data.exposures["area"] == "Leicestershire"].iterrows()
    }
    by_hand = {
        ("58.1", "2011 Census, 27 March 2011"): 59220,
        ("58.9", "mid-2013"): 60834,
        ("4.1", "mid-2009"): 4050,
        ("4.2", "mid-2009"): 4199,
        ("7.1", "mid-2009"): 5767 + 1347,
        ("6.5", "mid-2009"): 5396 + 1114,
    }
    known = found[found["population"] != ""]
    assert (
        dict(zip(zip(known["printed"].map(str), known["population"], strict=True), known["count"], strict=True))
        == by_hand
    )
    for (printed, population), count in by_hand.items():
        rate = 1000 * count / persons[population]
        assert f"{rate:.1f}" == printed or (printed == "58.1" and f"{rate:.2f}" == "58.19")
    counted = data.series("14A.offences", months=12).points.set_index("period_end")["numerator"]
    assert counted[pd.Period("2015-03", "M")] == 5767


def test_the_rate_that_fits_no_population_is_near_another_year(root, data):
    """39.6 with 29,144 needs 735,960 people; 39,368 incidents of 2010/11 on mid-2010's 1,008,900 are 39.0."""
    found = replay(read_replay(root / "data"), read_printed_rates(root / "data"), data).rates
    (row,) = found[found["population"] == ""].to_dict("records")
    assert (row["count"], row["official"], row["nearest_count"], row["nearest_year"]) == (
        29144,
        29289,
        39368,
        "2010/11",
    )
    assert row["nearest"] == pytest.approx(1000 * 39368 / 1_008_900)


def test_without_populations_no_rate_is_explained(root, data):
    """The table alone, or the populations alone, explain nothing."""
    rates = read_printed_rates(root / "data")
    assert replay(read_replay(root / "data"), rates).rates.empty
    assert replay(read_replay(root / "data"), rates.iloc[:0], data).rates.empty


def row(**changes):
    """One row of the table, a correct one unless changed."""
    plain = {
        "id": "a",
        "document": "Report",
        "place": "p. 1",
        "figure": "Share, per cent",
        "working": "100 * 1 / 8",
        "published": "12.5",
        "decimals": "1",
        "claim": "figure",
        "note": "",
    }
    return {**plain, **changes}


@pytest.mark.parametrize(
    ("working", "published", "decimals", "verdict"),
    [
        ("2.5", "3", "0", "reproduces"),  # half up, not half to even
        ("-2.5", "-3", "0", "reproduces"),
        ("1000 * 4050 / 1000000", "4.1", "1", "reproduces"),  # 4.05 in binary is a little less
        ("2.99", "2", "0", "only_truncated"),
        ("-2.99", "-2", "0", "only_truncated"),
        ("2.99", "4", "0", "does_not_follow"),
    ],
)
def test_rounding(working, published, decimals, verdict):
    """Rounding is half up in exact decimals, and truncation is towards nought."""
    frame = pd.DataFrame([row(working=working, published=published, decimals=decimals)])
    assert replay(frame).points["verdict"].tolist() == [verdict]


def test_every_fault_is_listed_at_once():
    """A working that is no sum, a figure that is no number and an id given twice come in one error."""
    frame = pd.DataFrame([row(working="12 apples", published="about 3"), row(claim="guess", decimals="two")])
    with pytest.raises(DataProblem) as refused:
        replay(frame)
    assert len(refused.value.problems) == 5


def test_a_missing_column_is_named():
    """A table without its workings is refused by the column's name."""
    with pytest.raises(DataProblem, match="'working'"):
        replay(pd.DataFrame([row()])[[name for name in COLUMNS if name != "working"]])


@pytest.mark.parametrize(
    "working",
    ["__import__('os')", "2 ** 9", "[1]", "a + 1", "1 / 0", "", "True", "1" * 300, "(1).real", "1 if 1 else 2"],
)
def test_only_sums_of_numbers_are_worked_out(working):
    """Text from data is never run: only numbers, + - * / and brackets are worked out."""
    with pytest.raises(MethodProblem):
        worked_out(working)


def test_sums_are_exact():
    """Decimals are taken as written."""
    assert worked_out("-(0.1 + 0.2) * 3 - 1e0") == Decimal("-1.9")
