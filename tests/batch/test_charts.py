"""Charts to take away: their files beside the page, their links under them, none that outlives its chart."""

import csv
import io
import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from matplotlib import image

import pccstats as pcc
from pccstats.batch.charts import ChartFiles, chart_files
from pccstats.batch.contract import page_faults
from pccstats.batch.manifest import read_manifest
from pccstats.batch.pack import PackMade
from pccstats.presentation.pages.display import mimebundle

Writer = Callable[..., Path]
Maker = Callable[..., PackMade]
TWO_CHARTS = """
import pandas as pd
import pccstats as pcc
months = pd.period_range("2013-04", periods=27, freq="M")
frame = pd.DataFrame({"month": months, "n": [10 + number % 5 for number in range(27)]})
series = pcc.Series.from_frame(frame, numerator="n", title="Thefts of =garden gnomes", unit="offences")
level = pcc.expected_level(series)
level
"""


def level(title: str = "Garden gnomes") -> Any:
    """An expected level of 27 months."""
    months = pd.period_range("2013-04", periods=27, freq="M")
    frame = pd.DataFrame({"month": months, "n": [10 + number % 5 for number in range(27)]})
    return pcc.expected_level(pcc.Series.from_frame(frame, numerator="n", title=title, unit="offences"))


def notebook_of(*results: Any) -> nbformat.NotebookNode:
    """A notebook that has shown these results."""
    outputs = [nbformat.v4.new_output("display_data", json.loads(json.dumps(mimebundle(result)))) for result in results]
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("", outputs=outputs)])


@pytest.fixture(scope="module")
def files() -> ChartFiles:
    """The files of one chart."""
    (found,) = chart_files("theme-1", notebook_of(level()))
    return found


def test_the_drawing_stands_by_itself_with_its_text_as_text(files: ChartFiles) -> None:
    """The SVG is a document with the chart's words, which can be searched and changed."""
    root = ET.fromstring(files.svg)
    words = " ".join("".join(element.itertext()) for element in root.iter("{http://www.w3.org/2000/svg}text"))
    assert "Garden gnomes" in words
    assert root.find("{http://www.w3.org/2000/svg}title") is not None
    assert "var(--" not in files.svg
    assert "<dc:date>" not in files.svg


def test_the_picture_is_sharp_on_paper(files: ChartFiles) -> None:
    """The PNG is a thousand pixels across at least, on white."""
    pixels = image.imread(io.BytesIO(files.png))
    assert pixels.shape[1] >= 1000
    assert pixels[0, 0, :3].tolist() == [1, 1, 1]


def test_the_figures_behind_a_chart_are_all_there(files: ChartFiles) -> None:
    """The CSV holds every month drawn, with the value, the centre line and the limits."""
    rows = list(csv.DictReader(io.StringIO(files.csv)))
    points = level().points
    assert [row["month"] for row in rows] == [str(month) for month in points["month"]]
    for name in ("value", "centre_line", "lower_process_limit", "upper_process_limit"):
        assert [float(row[name]) for row in rows] == pytest.approx(points[name].tolist())


def test_charts_of_one_name_are_told_apart() -> None:
    """A second chart of one name is numbered; another page's has the name of its page."""
    found = chart_files("theme-1", notebook_of(level(), level(), level("Sheds")))
    assert [chart.name for chart in found] == [
        "theme-1-garden-gnomes-expected-level",
        "theme-1-garden-gnomes-expected-level-2",
        "theme-1-sheds-expected-level",
    ]


def test_a_long_title_makes_no_long_name() -> None:
    """A name is cut at a word."""
    (found,) = chart_files(
        "theme-1", notebook_of(level("People who enter the system for the very first time in a year"))
    )
    assert found.name == "theme-1-people-who-enter-the-system-for-the-very-first-expected-level"


@pytest.mark.slow
def test_files_stand_beside_the_page_and_links_under_the_chart(write_notebook: Writer, make: Maker) -> None:
    """All three are in the pack and in its manifest, the page links them, and its CSV is harmless in a spreadsheet."""
    write_notebook("first", TWO_CHARTS, order=1)
    made = make()
    names = [f"charts/first-thefts-of-garden-gnomes-expected-level.{form}" for form in ("svg", "png", "csv")]
    assert [name for name in made.manifest.files if name.startswith("charts/")] == sorted(names)
    page = (made.folder / "first.html").read_text("utf-8")
    assert page_faults(page) == []
    for name in names:
        assert (made.folder / name).is_file()
        assert f'href="{name}"' in page
    assert "hidden></p>" not in page
    assert make(force=True).manifest.files == made.manifest.files


@pytest.mark.slow
def test_a_page_made_anew_leaves_no_stale_file(write_notebook: Writer, make: Maker) -> None:
    """The files of a chart that the page no longer has go; those of the other pages stay."""
    write_notebook("first", TWO_CHARTS, order=1)
    write_notebook("second", TWO_CHARTS, order=2)
    make()
    write_notebook("first", TWO_CHARTS.replace("garden gnomes", "sheds"), order=1)
    made = make(only="first")
    held = {path.name.partition(".")[0] for path in (made.folder / "charts").iterdir()}
    assert held == {"first-thefts-of-sheds-expected-level", "second-thefts-of-garden-gnomes-expected-level"}
    assert read_manifest(made.folder).has_its_files(made.folder)
