"""Home Office open-data tables, written here in the forms they are published in."""

import pytest

from pccstats.sources import build_data, read_observations
from pccstats.terms.errors import DataProblem
from tests.sources.published_forms import (
    FORCE_HEADINGS,
    PARTNERSHIP_HEADINGS,
    PARTNERSHIP_PLAN,
    force_sheets,
    ods,
    xlsx,
)

pytestmark = pytest.mark.slow

SOURCES = """\
[[source]]
file = "{file}"
reader = "home_office_tables"
label = "Home Office"
indicators = {{ "1.burglary" = ["{name}"] }}
"""


def folder_with(tmp_path, write, sheets, name="Domestic burglary", **more):
    """A data folder that reads one workbook."""
    raw = tmp_path / "raw"
    raw.mkdir()
    file = f"prc.{write.__name__}"
    (raw / "plan.toml").write_text(PARTNERSHIP_PLAN)
    (raw / "sources.toml").write_text(SOURCES.format(file=file, name=name))
    write(raw / file, sheets, **more)
    return raw


@pytest.mark.parametrize("write", [xlsx, ods])
@pytest.mark.parametrize("spelling", ["2014-15", "2014_15"])
def test_tables_by_force(tmp_path, write, spelling):
    """Quarters of the plan's forces, summed over offences, from both formats and both names of sheets."""
    raw = folder_with(tmp_path, write, force_sheets(spelling))
    built = build_data(raw)
    table = read_observations(raw)
    rows = table.rows("1.burglary", "Ours")
    assert rows["period_end"].astype(str).tolist() == ["2014-06", "2014-09", "2014-12", "2015-03", "2015-06"]
    assert rows["numerator"].tolist() == [102, 103, 104, 105, 90]
    assert set(rows["months"]) == {3}
    assert table.rows("1.burglary", "Theirs")["numerator"].tolist() == [52, 53, 54, 55]
    (file,) = [file for file in built.files if file.reader]
    assert file.rows == 4 * 4 * 3 + 2


def test_what_was_left_out_is_on_record(tmp_path):
    """Notes for figures, rows that are no force, other offences and sheets without a table are findings."""
    found = build_data(folder_with(tmp_path, xlsx, force_sheets())).findings
    rules = {finding.rule: finding for finding in found}
    assert set(rules) == {"text_for_a_figure", "left_out", "sheet_left_out"}
    texts = [finding.value for finding in found if finding.rule == "text_for_a_figure"]
    assert sorted(texts) == ["-", ".."]
    assert "Action Fraud, British Transport Police" in rules["left_out"].message


@pytest.mark.parametrize(("name", "first"), [("Theft offences", 302), ("28A", 101), ("Shoplifting", 200)])
def test_a_name_may_be_a_group_a_code_or_a_description(tmp_path, name, first):
    """An offence group, a code and a description are all found."""
    folder = folder_with(tmp_path, xlsx, force_sheets(), name=name)
    assert read_observations(folder).rows("1.burglary", "Ours")["numerator"].iloc[0] == first


def test_tables_by_partnership(tmp_path):
    """Partnerships have their own figures, and their force is their sum."""
    offence = ["Burglary in a dwelling", "Theft offences", "Domestic burglary", "28A"]
    rows = [["2014/15", quarter, "Ours", place, *offence, quarter * count]
            for quarter in (1, 2) for place, count in (("Blaby and Hinckley", 10), ("Elsewhere", 5))]  # fmt: skip
    table = read_observations(folder_with(tmp_path, ods, {"2014-15": [PARTNERSHIP_HEADINGS, *rows]}))
    assert table.rows("1.burglary", "Blaby and Hinckley")["numerator"].tolist() == [10, 20]
    assert table.rows("1.burglary", "Ours")["numerator"].tolist() == [15, 30]


def test_faults_are_refused_together(tmp_path):
    """A year, a quarter and a repeated row that cannot be are named with their rows."""
    offence = ["Burglary", "Theft", "Burglary", "28"]
    rows = [["2014/16", 1, "Ours", *offence, 3], ["2014/15", 5, "Ours", *offence, 3],
            ["2014/15", 2, "Ours", *offence, 3], ["2014/15", 2, "Ours", *offence, 4]]  # fmt: skip
    with pytest.raises(DataProblem) as caught:
        build_data(folder_with(tmp_path, xlsx, {"2014-15": [FORCE_HEADINGS, *rows]}, name="Burglary"))
    message = str(caught.value)
    assert "row 2, column year: This is not a financial year. Found '2014/16'" in message
    assert "row 3, column quarter: This is not a quarter of a financial year. Found '5'" in message
    assert "row 5" in message
    assert "there twice" in message


def test_a_group_beside_its_own_part_is_refused(tmp_path):
    """Naming a group and a subgroup of it would count offences twice."""
    raw = folder_with(tmp_path, xlsx, force_sheets(), name='Theft offences", "Shoplifting')
    with pytest.raises(DataProblem, match="counted twice"):
        build_data(raw)


@pytest.mark.parametrize(
    ("sheets", "words"),
    [
        ({"2014-15": [["Year", "Force"], ["2014/15", "Ours"]]}, "named for a year and has no table"),
        ({"Data": [["Year", "Force"], ["2014/15", "Ours"]]}, "No sheet has a table"),
        ({"Data": []}, "No sheet holds anything"),
    ],
)
def test_a_workbook_without_its_table(tmp_path, sheets, words):
    """A workbook that is something else is refused in words."""
    with pytest.raises(DataProblem, match=words):
        build_data(folder_with(tmp_path, xlsx, sheets))
