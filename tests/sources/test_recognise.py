"""What a file is, told from its content."""

import shutil

import pytest

from pccstats.sources.recognise import recognise
from pccstats.terms.errors import RequestProblem
from tests.sources.published_forms import force_sheets, ods, xlsx

pytestmark = pytest.mark.slow

DATA = {
    "rolling-year-pfa/rec-crime-pfa.csv": ("rolling_year_csv", 12, "2003-03", "2016-06", 43),
    "ons-force-tables/pfatablesdec19.xlsx": ("ons_force_tables", 12, "2011-03", "2019-12", 43),
    "ons-force-tables/csp_c2_june2025.csv": ("ons_force_tables", 12, "2025-06", "2025-06", None),
    "leicestershire-street/2014-01_to_2014-11.zip": ("police_uk_street", 1, "2014-01", "2014-11", 1),
    "police-uk-street": ("police_uk_street", 1, "2015-06", "2024-12", 3),
    "police-uk-street/2024-04-city-of-london-street.csv": ("police_uk_street", 1, "2024-04", "2024-04", 1),
    "mps-boroughs/MPS Borough Level Crime (Historical).csv": ("metropolitan_boroughs_csv", 1, "2010-04", "2023-09", 16),
}


@pytest.mark.parametrize("name", DATA)
def test_downloads_are_known(shared, name):
    """Each download is given its reader, the span of its figures, its first and last month and its areas."""
    reader, months, first, last, areas = DATA[name]
    found = recognise(shared / "data" / name)
    assert (found.reader, found.months, found.ends[0], found.ends[-1]) == (reader, months, first, last)
    assert areas is None or len(found.areas) == areas


@pytest.mark.parametrize(
    "name", ["rolling-year-pfa/rec-crime-pfa.csv", "police-uk-street/2024-04-city-of-london-street.csv"]
)
def test_the_name_says_nothing(shared, tmp_path, name):
    """Under another name the file is the same."""
    shutil.copy(shared / "data" / name, tmp_path / "download (3).csv")
    assert recognise(tmp_path / "download (3).csv").reader == recognise(shared / "data" / name).reader


def test_what_is_not_read_is_said(tmp_path):
    """A file nobody knows is refused with what it looks like and what is read; a missing one as missing."""
    (tmp_path / "staff.csv").write_text("name,rank\nA,PC\n", encoding="utf-8")
    with pytest.raises(RequestProblem, match=r"headings name, rank.*Read are: rolling-year totals"):
        recognise(tmp_path / "staff.csv")
    with pytest.raises(RequestProblem, match="no such file"):
        recognise(tmp_path / "nowhere.csv")
    (tmp_path / "empty").mkdir()
    with pytest.raises(RequestProblem, match="an empty folder"):
        recognise(tmp_path / "empty")


@pytest.mark.parametrize("write", [xlsx, ods])
def test_open_data_tables_are_known(tmp_path, write):
    """Workbooks of the Home Office in both formats, with the names of offences and the quarters they hold."""
    path = tmp_path / f"download.{write.__name__}"
    write(path, force_sheets())
    found = recognise(path)
    assert (found.reader, found.months) == ("home_office_tables", 3)
    assert "Domestic burglary" in found.names
    assert (found.ends[0], found.ends[-1]) == ("2014-06", "2015-06")
