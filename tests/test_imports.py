"""What `import pccstats` brings, and what waits until it is used."""

import subprocess
import sys
from pathlib import Path

import pytest

import pccstats as pcc

pytestmark = pytest.mark.slow

HEAVY = (
    "duckdb",
    "great_tables",
    "IPython",
    "jinja2",
    "matplotlib",
    "openpyxl.workbook",
    "pandera",
    "papermill",
    "scipy.stats",
)


def loaded_after(code: str, root: Path) -> set[str]:
    """Modules that are loaded once the code has run in a Python of its own."""
    ask = f"{code}\nimport sys\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", ask], cwd=root, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    ("code", "late"),
    [
        ("import pccstats", (*HEAVY, "pandas", "pccstats.sources", "pccstats.presentation")),
        ("import pccstats as pcc; pcc.read_plan('data')", HEAVY),
        ("import pccstats as pcc; pcc.read_plan, pcc.read_observations, pcc.build_data", HEAVY),
        ("import pccstats as pcc; pcc.expected_level, pcc.change, pcc.project, pcc.assess", HEAVY),
        (
            "import pccstats as pcc; pcc.draw, pcc.tabulate, pcc.describe",
            ("great_tables", "openpyxl.workbook", "duckdb"),
        ),
        ("import pccstats.cli", HEAVY),
        ("import pccstats.batch.pack, pccstats.batch.national", ("docx", "matplotlib", "nbconvert", "xlsxwriter")),
    ],
)
def test_nothing_comes_before_it_is_used(code: str, late: tuple[str, ...], root: Path) -> None:
    """A name brings what it needs, and no library that only its neighbours need."""
    assert loaded_after(code, root) & set(late) == set()


def test_every_public_name_is_there() -> None:
    """Each name of the stub can be used, and `dir` lists it."""
    assert {name for name in pcc.__all__ if getattr(pcc, name, None) is None} == set()
    assert set(pcc.__all__) <= set(dir(pcc))


def test_results_show_themselves_in_a_notebook(root: Path) -> None:
    """In a running IPython a result has its page, though nothing of the pages was loaded with the package."""
    code = """
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
import sys
import pccstats as pcc
assert "pccstats.presentation" not in sys.modules
import pandas as pd
months = pd.period_range("2013-04", periods=24, freq="M").astype(str)
frame = pd.DataFrame({"month": months, "offences": range(300, 324)})
series = pcc.Series.from_frame(frame, period="month", numerator="offences", title="Burglary")
shown, _ = shell.display_formatter.format(pcc.expected_level(series))
assert "<figure" in shown["text/html"], shown
assert "application/vnd.pccstats+json" not in shown  # its chart is handed over in a notebook of a pack alone
shell.config.PccStats.is_of_a_pack = True
pcc._show_results_in_notebooks()
from pccstats.presentation.pages.parts import chart_block
from pccstats.presentation.take_away import Sections
sections = Sections.of(lambda: chart_block(pcc.expected_level(series)).to_html())
shown, _ = shell.display_formatter.format(sections)
(handed_over,) = shown["application/vnd.pccstats+json"]
assert [record["name"] for record in handed_over["records"]] == ["burglary-expected-level"], handed_over
"""
    loaded_after(code, root)
