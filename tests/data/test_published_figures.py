"""Every printed figure is in `published_figures.csv` as it is printed, once, and nothing else is."""

import csv
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal

import pytest

# Typed from the documents. Cells are written as printed, thousands separators apart; None is a blank cell.

# Report to the Police and Crime Panel, 16 September 2015, Appendix A: baseline 2012/13 and latest 12 months.
DASHBOARD = {
    "1.first_time_entrants": ("667", "326"),
    "2.offending": ("407", "133"),
    "2.reoffending": ("372", "133"),
    "5.outcome": ("NA", "NA"),
    "5.satisfaction": ("NA", "86.3"),
    "5.awareness": ("NA", "NA"),
    "6.outcome": ("NA", "NA"),
    "6.satisfaction": ("NA", "*"),
    "6.awareness": ("NA", "NA"),
    "7.outcome": ("NA", "NA"),
    "7.satisfaction": ("84.2", "83.5"),
    "7.awareness": (None, "NA"),
    "8.satisfaction": ("82.9", "76.0"),
    "9.satisfaction": ("84.5", "81.5"),
    "10.confidence": ("75.3", "85.5"),
    "11.offences": ("58805", "58318"),
    "12.offences": ("3935", "4013"),
    "12.outcome": ("NA", None),
    "12.satisfaction": ("89.7", "88.6"),
    "13.offences": ("4365", "4609"),
    "13.outcome": ("NA", None),
    "13.satisfaction": ("78.1", "78.1"),
    "14A.offences": ("5236", "6092"),
    "14A.outcome": ("NA", None),
    "14A.satisfaction": ("85.9", "77.8"),
    "14B.offences": ("1051", "1376"),
    "14B.outcome": ("NA", None),
    "14B.satisfaction": ("75.5", "77.8"),
    "17.missing_storm": ("5929", "4305"),
    "17.missing_compact": ("5417", "2384"),
    "17.nine_locations": ("1162", "267"),
    "17.absent": ("no baseline", "248"),
}
# The same appendix, priority 3, printed under YTD and LYTD; the cohort's years come from the Annual Report.
PRIORITY_3 = {
    ("3.treatment_completions", "2014-06"): "NA",
    ("3.treatment_completions", "2015-06"): "NA",
    ("3.representations", "2014-06"): "NA",
    ("3.representations", "2015-06"): "NA",
    ("3.drug_cohort_reoffending", "2014-03"): "673",
    ("3.drug_cohort_reoffending", "2015-03"): "332",
    ("3.night_time_incidents", "2014-06"): "-",
    ("3.night_time_incidents", "2015-06"): "4975",
}
# The same appendix, priority 18, £m as at 31 December 2014.
PRIORITY_18 = {
    "18.savings_required": "27.8",
    "18.savings_realised": "21.7",
    "18.savings_identified": "2.1",
    "18.savings_to_find": "4.0",
    "18.savings": "21.7",
}
# Annual Report 2014/15, data appendix: baseline 2012/13, 2013/14, 2014/15.
DATA_APPENDIX = {
    "1.first_time_entrants": ("667", "481", "515"),
    "2.offending": ("407", "141", "133"),
    "2.reoffending": ("372", None, None),
    "3.drug_cohort_reoffending": (None, "673", "332"),
    "5.satisfaction": (None, "86.0", None),
    "7.satisfaction": ("84.2", "83.7", "82.8"),
    "8.satisfaction": ("82.9", "79.2", "79.1"),
    "9.satisfaction": ("84.5", "85.8", "81.8"),
    "10.confidence": ("75.3", "79.5", "84.6"),
    "11.offences": ("58805", "60834", "59220"),
    "12.offences": ("3935", "4199", "4050"),
    "12.satisfaction": ("89.7", "89.1", "88.2"),
    "13.offences": ("4365", "5052", "4884"),
    "13.satisfaction": ("78.1", "78.1", "73.3"),
    "14A.offences": ("5236", "5396", "5767"),
    "14A.satisfaction": ("85.9", "87.2", "80.1"),
    "14B.offences": ("1051", "1114", "1347"),
    "14B.satisfaction": ("75.5", "82.8", "78.2"),
    "17.missing_storm": ("5929", "3438", "4249"),
    "17.missing_compact": ("5417", "2577", "2388"),
    "17.nine_locations": ("1162", "<400", "306"),
    "17.absent": (None, "325", "405"),
    "position.7.satisfaction": ("2", "2", "3"),
    "position.9.satisfaction": ("5", "5", "7"),
    "position.10.confidence": ("3", "4", "4"),
    "position.11.offences": (None, "6", "4"),
    "position.12.offences": (None, "6", "7"),
    "position.12.satisfaction": ("5", "7", "8"),
    "position.13.offences": (None, "3", "1"),
    "position.13.satisfaction": ("5", "3", "6"),
    "position.14A.offences": (None, "7", "8"),
    "position.14A.satisfaction": ("4", "4", "6"),
    "position.14B.offences": (None, "4", "5"),
    "position.14B.satisfaction": ("4", "4", "6"),
}
# Police and Crime Plan 2013-17 (draft), section 4.1.1: November 2011, November 2012, change in the year as printed.
PLAN_TABLE = {
    "plan_table.all_users": ("85.9", "84.5", "-1.6"),
    "plan_table.burglary": ("91.6", "90.3", "-1.4"),
    "plan_table.vehicle": ("87.3", "83.3", "-4.6"),
    "plan_table.violent": ("81.4", "79.8", "-2.0"),
    "plan_table.racist": ("86.3", "87.7", "1.6"),
    "plan_table.asb": ("83.2", "83.9", "0.8"),
    "plan_table.road_traffic": ("90.0", "92.2", "2.4"),
}
NO_FIGURE = {"NA", "*", "-", "no baseline", "<400"}


def expected_cells():
    """Every typed cell as (indicator, period end, printed text); a cell printed in two documents comes once."""
    cells = {}
    for indicator, row in DASHBOARD.items():
        cells |= {(indicator, end): text for end, text in zip(("2013-03", "2015-06"), row, strict=True) if text}
    for indicator, row in DATA_APPENDIX.items():
        ends = ("2013-03", "2014-03", "2015-03")
        cells |= {(indicator, end): text for end, text in zip(ends, row, strict=True) if text}
    for indicator, (first, second, _) in PLAN_TABLE.items():
        cells |= {(indicator, "2011-11"): first, (indicator, "2012-11"): second}
    cells |= {(indicator, "2014-12"): text for indicator, text in PRIORITY_18.items()}
    return cells | PRIORITY_3


@pytest.fixture(scope="module")
def rows(root):
    """The rows of the file, text as it stands, by indicator and period end."""
    with (root / "data/raw/published_figures.csv").open(encoding="utf-8", newline="") as file:
        listed = list(csv.DictReader(file))
    keyed = {(row["indicator"], row["period_end"]): row for row in listed}
    assert len(keyed) == len(listed)
    return keyed


def half_up(value, places="1"):
    """Round half up, as the documents do."""
    return Decimal(value).quantize(Decimal(places), ROUND_HALF_UP)


def per_cent_change(before, after):
    """Relative change of two printed figures, per cent."""
    return 100 * (Decimal(after) - Decimal(before)) / Decimal(before)


def test_documents_agree_where_both_print_a_figure():
    """The baseline of the dashboard is the baseline of the data appendix, so one row serves both."""
    for indicator in DASHBOARD.keys() & DATA_APPENDIX.keys():
        printed = {DASHBOARD[indicator][0], DATA_APPENDIX[indicator][0]} - {None, "NA", "no baseline"}
        assert len(printed) <= 1, indicator


def test_every_printed_cell_is_there_and_nothing_else(rows):
    """The file holds the printed cells, all of them, with their figures as printed."""
    cells = expected_cells()
    assert rows.keys() == cells.keys()
    figures = {key: row["numerator"] for key, row in rows.items()}
    assert figures == {key: "" if text in NO_FIGURE else text for key, text in cells.items()}


def test_counts_of_cells(rows):
    """The file has 156 rows: 131 figures, 31 of them positions, and 25 cells without a figure."""
    assert len(rows) == 156
    assert sum(bool(row["numerator"]) for row in rows.values()) == 131
    assert sum(key.startswith("position.") for key, _ in rows) == 31
    assert sum(key.startswith("plan_table.") for key, _ in rows) == 14


def test_cells_without_a_figure_say_why(rows):
    """A cell without a figure has a status and a reason."""
    empty = [row for row in rows.values() if not row["numerator"]]
    assert all(row["note"] for row in empty)
    assert Counter(row["status"] for row in empty) == {"not_collected": 20, "embargoed": 4, "censored": 1}
    assert rows["17.nine_locations", "2014-03"]["note"] == "<400"


def test_redefined_figures_are_not_comparable(rows):
    """Four satisfaction figures on another definition, and an offending figure printed as re-offending, say so."""
    redefined = {key for key, row in rows.items() if row["status"] == "not_comparable"}
    on_another_survey = {(f"{p}.satisfaction", "2015-06") for p in ("5", "13", "14A", "14B")}
    assert redefined == {*on_another_survey, ("2.reoffending", "2015-06")}
    assert all("over" in rows[key]["note"] for key in on_another_survey)


def test_every_row_names_document_and_place(rows):
    """Every row has area, document and place; the date of publication is given where the document has one."""
    for (indicator, _), row in rows.items():
        assert row["area"] == "Leicestershire"
        assert "section 4.1.1" in row["source"] or "priority " + indicator.split(".")[-2] in row["source"]
        assert row["published_on"] == ("" if "Plan 2013-17" in row["source"] else row["published_on"])
        assert row["published_on"] in {"", "2015-06", "2015-09-16"}
    both = [row for row in rows.values() if "Appendix A" in row["source"] and "data appendix" in row["source"]]
    assert len(both) == 21


def test_months_and_group_sizes(rows):
    """Savings are positions at a date; all else covers 12 months; a position is out of eight forces."""
    for (indicator, _), row in rows.items():
        assert row["months"] == ("1" if indicator.startswith("18.") else "12")
        assert row["denominator"] == ("8" if indicator.startswith("position.") else "")


@pytest.mark.parametrize(
    ("case", "indicator", "before", "after", "printed"),
    [
        ("G01", "1.first_time_entrants", "2013-03", "2015-06", -51),
        ("G02", "2.offending", "2013-03", "2015-06", -67),
        ("G03", "2.reoffending", "2013-03", "2015-06", -64),
        ("G04", "3.drug_cohort_reoffending", "2014-03", "2015-03", -51),
        ("G05", "17.missing_storm", "2013-03", "2015-06", -27),
        ("G06", "17.missing_compact", "2013-03", "2015-06", -56),
        ("G07", "17.nine_locations", "2013-03", "2015-06", -77),
    ],
)
def test_printed_variances_follow_from_the_rows(rows, case, indicator, before, after, printed):
    """The dashboard's per cent variances follow from the figures beside them."""
    change = per_cent_change(rows[indicator, before]["numerator"], rows[indicator, after]["numerator"])
    assert half_up(change) == printed, case


@pytest.mark.parametrize("indicator", PLAN_TABLE)
def test_plan_changes_follow_from_the_rows(rows, indicator):
    """The Plan's yearly changes are relative per cent of the two shares, not points."""
    change = per_cent_change(rows[indicator, "2011-11"]["numerator"], rows[indicator, "2012-11"]["numerator"])
    assert half_up(change, "0.1") == Decimal(PLAN_TABLE[indicator][2])


def test_savings_add_up(rows):
    """What is realised, identified and still to be found makes what is required."""
    required, *parts = (
        Decimal(rows[f"18.savings_{part}", "2014-12"]["numerator"])
        for part in ("required", "realised", "identified", "to_find")
    )
    assert sum(parts) == required
