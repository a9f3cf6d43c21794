"""The recipes of the documents, followed to the letter in a copy of the package."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pccstats.terms.results.dashboard import DASHBOARD

pytestmark = pytest.mark.slow

ASK_WAITING = """
import pandas as pd
import pccstats as pcc
from pccstats.terms.results.waiting import Waiting

answer = Waiting(pd.DataFrame({"month": ["April", "May"], "seconds": [40.0, 31.0]}), "As logged.")
assert pcc.draw(answer).alt_text == "Bars. The longest wait was 40 seconds."
assert "As logged." in pcc.tabulate(answer).as_raw_html()
assert pcc.describe(answer) == "The longest wait was 40 seconds."
"""
ASK_COLUMN = """
import pccstats as pcc
from pccstats.batch.tables import as_csv
from pccstats.terms.results.dashboard import DASHBOARD, DASHBOARD_COLUMNS

plan, data = pcc.read_plan("data/raw"), pcc.read_observations("data/processed")
rows = pcc.assess(plan, data, "2015/16-Q1", theme=5).points
assert rows["polarity"].notna().all()
text = as_csv(rows.to_dict("records"), DASHBOARD_COLUMNS)
assert text.splitlines()[0].endswith(",polarity")
assert (DASHBOARD[-1].name, DASHBOARD[-1].words) == ("polarity", "Which way the figure should move.")
"""


@pytest.fixture
def copied(root: Path, tmp_path: Path) -> Path:
    """Return a copy of the package, with the shipped data beside it."""
    shutil.copytree(root / "pccstats", tmp_path / "pccstats", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "data").symlink_to(root / "data")
    return tmp_path


def blocks(root: Path, page: str, heading: str) -> list[tuple[str, str]]:
    """The code of a recipe: the file that is named before each block, and the block."""
    recipe = (root / "docs" / page).read_text(encoding="utf-8").split(f"# {heading}\n")[1]
    parts = re.split(r"```python\n(.*?\n)```", recipe, flags=re.DOTALL)
    found = []
    for words, code in zip(parts[::2], parts[1::2], strict=False):
        if re.search(r"^#", words, flags=re.MULTILINE):  # the next heading
            break
        found.append((re.findall(r"`(pccstats/[\w/]+\.py)`", words)[-1], code))
    return found


def follow(folder: Path, asked: str) -> None:
    """Run a few lines against the copy."""
    run = subprocess.run(
        [sys.executable, "-c", asked],
        cwd=folder,
        env={"PYTHONPATH": str(folder)},
        capture_output=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr.decode()


def test_a_result_type_is_added_as_the_page_says(root: Path, copied: Path) -> None:
    """Two files, written as they stand on the page, and all three verbs answer."""
    written = blocks(root, "architecture.md", "Add a result type")
    assert [path for path, _ in written] == ["pccstats/terms/results/waiting.py", "pccstats/presentation/waiting.py"]
    for path, code in written:
        (copied / path).write_text(code, encoding="utf-8")
    follow(copied, ASK_WAITING)


def test_a_dashboard_column_is_added_as_the_page_says(root: Path, copied: Path) -> None:
    """One declaration, and the column is in the rows, in the CSV and in the notes."""
    ((path, code),) = blocks(root, "pack.md", "Add a dashboard column")
    module = copied / path
    before, after = module.read_text(encoding="utf-8").split(")\nDASHBOARD_COLUMNS = ")
    module.write_text(f"{before}    {code.strip()},\n)\nDASHBOARD_COLUMNS = {after}", encoding="utf-8")
    follow(copied, ASK_COLUMN)


def test_the_page_explains_every_column_of_the_dashboard(root: Path) -> None:
    """The table of the page is the declarations, in their order and their words."""
    page = (root / "docs" / "pack.md").read_text(encoding="utf-8")
    table = "".join(f"| `{column.name}` | {column.words} |\n" for column in DASHBOARD)
    assert f"|---|---|\n{table}\n" in page
