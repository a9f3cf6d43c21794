"""What the documents print beside the indicators is in `supporting_figures.csv` as printed, and nothing else is."""

import csv

import pytest

import pccstats as pcc

# Annual Report 2014/15, priority 7: reports of hate incidents and crimes, 2013/14 and 2014/15, with the printed totals.
HATE = {
    "disability": (54, 90),
    "race": (1041, 1047),
    "faith": (122, 105),
    "orientation": (119, 123),
    "transgender": (21, 22),
    "other": (8, 21),
}
HATE_TOTAL = (1365, 1408)
# The same report, priority 3: per cent completed in the 12 months to December 2014 and to March 2015.
TREATMENT = {
    "opiates": ("7.8", "8.2"),
    "non_opiates": ("21.5", "35.6"),
    "alcohol": ("35.0", "40.8"),
    "non_opiates_and_alcohol": ("35.8", "41.4"),
}
# Police and Crime Plan 2013-17 (draft), section 4.1.1: November 2012, and printed change on three months before.
THREE_MONTHS = {
    "all_users": (84.5, -0.6),
    "burglary": (90.3, -0.7),
    "vehicle": (83.3, -0.4),
    "violent": (79.8, -0.9),
    "racist": (87.7, 1.4),
    "asb": (83.9, 0.0),
    "road_traffic": (92.2, 0.0),
}


@pytest.fixture(scope="module")
def rows(root):
    """The rows of the file by indicator and period end."""
    with (root / "data/raw/supporting_figures.csv").open(encoding="utf-8", newline="") as file:
        return {(row["indicator"], row["period_end"]): row for row in csv.DictReader(file)}


def test_hate_crime_by_strand_is_as_printed_and_adds_up(rows):
    """Six strands and the total, both years; the strands make the printed totals."""
    for strand, printed in {**HATE, "total": HATE_TOTAL}.items():
        held = tuple(int(rows[f"hate.{strand}", end]["numerator"]) for end in ("2014-03", "2015-03"))
        assert held == printed, strand
    assert tuple(map(sum, zip(*HATE.values(), strict=True))) == HATE_TOTAL


def test_treatment_is_as_printed(rows):
    """Four substances, two overlapping windows, no number of people."""
    for substance, printed in TREATMENT.items():
        held = [rows[f"treatment.{substance}", end] for end in ("2014-12", "2015-03")]
        assert tuple(row["numerator"] for row in held) == printed
        assert {row["denominator"] for row in held} == {""}


def test_the_swing_the_plan_file_speaks_of_follows(root):
    """Two windows that share nine of twelve months differ by a quarter's swing over four: 4 x 14.1 is 56 points."""
    before, after = (float(figure) for figure in TREATMENT["non_opiates"])
    swing = round(4 * (after - before))
    plan = pcc.read_plan(root / "data/raw")
    assert f"some {swing} points" in " ".join(plan.indicator("treatment.non_opiates").footnotes)


def test_single_figures_are_as_printed(rows):
    """Outcomes of hate crime, entrants in Leicester, and reports of people reported more than once."""
    assert (
        rows["hate.positive_outcomes", "2015-03"]["numerator"],
        rows["hate.positive_outcomes", "2015-03"]["denominator"],
    ) == ("399", "937")
    assert [rows["entrants.city", end]["numerator"] for end in ("2014-03", "2015-03")] == ["215", "182"]
    assert (
        rows["missing.repeat_reports", "2015-06"]["numerator"],
        rows["missing.repeat_reports", "2015-06"]["denominator"],
    ) == ("59", "72")


def test_august_2012_is_the_range_the_printed_change_leaves_open(rows):
    """Both printed figures are rounded, to 0.05 either way; the file holds the range and no figure."""
    for strand, (latest, change) in THREE_MONTHS.items():
        low = (latest - 0.05) / (1 + (change + 0.05) / 100)
        high = (latest + 0.05) / (1 + (change - 0.05) / 100)
        row = rows[f"plan_table.{strand}", "2012-08"]
        assert row["note"].startswith(f"{low:.1f} to {high:.1f}%"), strand
        assert (row["numerator"], row["status"]) == ("", "censored")
        assert f"{abs(change)}% since" in row["note"]


def test_nothing_else_is_in_the_file(rows):
    """Every row is one of those typed here, and says where it stands."""
    typed = {f"hate.{strand}" for strand in (*HATE, "total")} | {f"treatment.{name}" for name in TREATMENT}
    typed |= {f"plan_table.{strand}" for strand in THREE_MONTHS}
    typed |= {"hate.positive_outcomes", "entrants.city", "missing.repeat_reports"}
    assert {indicator for indicator, _ in rows} == typed
    assert all(row["source"] for row in rows.values())


def test_the_plan_table_prints_the_changes_that_are_ours(root):
    """Printed yearly changes are relative per cents, and ours rounded are the same."""
    printed = {
        "all_users": -1.6,
        "burglary": -1.4,
        "vehicle": -4.6,
        "violent": -2.0,
        "racist": 1.6,
        "asb": 0.8,
        "road_traffic": 2.4,
    }
    data = pcc.read_observations(root / "data")
    quarter = pcc.assess(data.plan, data, quarter="2015/16-Q1", theme=2)
    for strand, change in printed.items():
        found = quarter.review(f"plan_table.{strand}").change.change_pct
        assert found == pytest.approx(change, abs=0.05), strand
