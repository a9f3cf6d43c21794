"""What the pages say of adding to the sources is enough: they are followed to the letter, in a copy of the package."""

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pccstats.sources import build_data
from pccstats.sources.readers import READERS
from pccstats.terms.errors import DataProblem

pytestmark = pytest.mark.slow

BUILD = "import pccstats.sources as s, sys; print(s.build_data(sys.argv[1]).observation_count)"
READ = "import pccstats.sources as s, sys; print(s.read_plan(sys.argv[1]).events[0].decided_by)"
EVENT = '[[event]]\nkey = "new"\ntitle = "New rules"\nmonth = "2014-04"\nindicators = ["*"]\n'
COUNTY = "Month,Offence,Number\n" + "".join(
    f'2015-0{month},"Burglary, {what}",{month}\n' for month in (4, 5, 6) for what in ("home", "business")
)


def blocks(page: Path, title: str) -> list[str]:
    """The pieces of code under a heading of a page."""
    section = page.read_text(encoding="utf-8").partition(f"## {title}\n")[2].partition("\n## ")[0]
    return re.findall(r"```\w+\n(.*?)```", section, re.DOTALL)


@pytest.fixture
def package(root, tmp_path) -> Path:
    """A copy of the package, to be added to."""
    copy = tmp_path / "copy" / "pccstats"
    shutil.copytree(root / "pccstats", copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


def run(package: Path, code: str, data: Path) -> subprocess.CompletedProcess[str]:
    """Run a piece of Python with the copy of the package."""
    command = [sys.executable, "-c", code, str(data)]
    return subprocess.run(command, cwd=package.parent, capture_output=True, text=True, check=False)


def with_field(module: str, name: str, line: str) -> str:
    """The text of a module with a further field in one of its classes."""
    found = next(n for n in ast.parse(module).body if isinstance(n, ast.ClassDef) and n.name == name)
    last = max(n.end_lineno or 0 for n in found.body if isinstance(n, ast.AnnAssign))
    lines = module.splitlines(keepends=True)
    return "".join([*lines[:last], line, *lines[last:]])


def test_a_field_is_added_to_the_plan(root, package, data_folder, plan_text):
    """One line declares it: it is read, and an empty one is refused with its line."""
    declared, written = blocks(root / "docs" / "plan-file.md", "Add a field to the plan")
    terms = package / "terms" / "plan.py"
    terms.write_text(with_field(terms.read_text(encoding="utf-8"), "Event", declared), encoding="utf-8")
    done = run(package, READ, data_folder(plan=plan_text + EVENT + written))
    assert done.stdout.strip() == "National Crime Registrar", done.stderr
    refused = run(package, READ, data_folder(plan=f'{plan_text}{EVENT}decided_by = ""\n'))
    line = len(plan_text.splitlines()) + 6
    assert f"plan.toml, line {line}, event new, decided_by: This is empty. Fill it in." in refused.stderr


def test_a_reader_is_added(root, package, data_folder):
    """One module is written, and the list of sources may name it; its figures are checked and built like all others."""
    module, listed = blocks(root / "docs" / "sources-file.md", "Add a reader")
    (package / "sources" / "readers" / "county.py").write_text(module, encoding="utf-8")
    data = data_folder(sources=listed)
    (data / "raw" / "county.csv").write_text(COUNTY, encoding="utf-8")
    done = run(package, BUILD, data)
    assert done.stdout.strip() == "3", done.stderr


def test_every_reader_is_explained(root):
    """The page of the list of sources has every reader there is, in its table."""
    page = (root / "docs" / "sources-file.md").read_text(encoding="utf-8")
    assert {name for name in READERS if f"`{name}`" not in page} == set()


def test_an_unknown_reader_is_told_of_all(data_folder):
    """The readers there are, all of them, are in the message that refuses another."""
    data = data_folder(sources='[[source]]\nfile = "a.csv"\nreader = "lotus"\nlabel = "A"\n')
    with pytest.raises(DataProblem) as caught:
        build_data(data)
    assert "reader: This word is not one of the list. Found 'lotus'. Write '" in str(caught.value)
    assert all(repr(name) in str(caught.value) for name in READERS)
