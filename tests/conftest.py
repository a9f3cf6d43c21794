"""What all tests share: the places they read from, a drawing backend without a screen, and how laws are tried."""

import gc
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import hypothesis
import matplotlib as mpl
import pytest
from filelock import FileLock

import pccstats as pcc
from pccstats.terms.observations import Observations
from pccstats.terms.results.board import BoardReview, PartnershipsReview
from pccstats.terms.results.quarter import QuarterAssessment

ROOT = Path(__file__).parents[1]
REFERENCE_CASES = ROOT / "tests" / "reference_cases"
LEFT_OUT = re.compile(r"book_\w+(\.\w+)*")  # tables out of books and out of other packages' own tests
QUARTER = "2015/16-Q1"  # the quarter of the shipped pack

mpl.use("Agg")

# A law that fails on CI must fail again at the desk; at the desk, fresh examples find more.
hypothesis.settings.register_profile("pccstats", deadline=None, max_examples=50, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("pccstats")


@pytest.fixture(scope="session")
def root() -> Path:
    """Folder of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of downloads and other tools' answers beside the repository; without it the test is skipped."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("needs the folder 'shared' beside the repository (real downloads and reference answers)")
    return folder


@pytest.fixture(scope="session")
def reference_case() -> Callable[[str], Any]:
    """Read one of the other tools' answers by its name, as in ``reference_case("xmr_01_counts_noscreen")``.

    Those that may not be given on (see tests/reference_cases/README.md) are read from the folder beside the repository;
    without that folder the test is skipped.
    """

    def read(name: str) -> Any:
        places = [folder / f"{name}.json" for folder in (REFERENCE_CASES, ROOT.parent / "shared" / "reference_cases")]
        for place in places:
            if place.is_file():
                return json.loads(place.read_text(encoding="utf-8"))
        if not LEFT_OUT.fullmatch(name):
            pytest.fail(f"There is no reference case {name!r} in {REFERENCE_CASES}.")
        pytest.skip(f"{name} may not be given on with this repository: see tests/reference_cases/README.md")

    return read


@pytest.fixture(scope="session")
def data() -> Observations:
    """Return the shipped figures, with their plan as `data.plan`, and no answer that a pack made here has left."""
    return replace(pcc.read_observations(ROOT / "data"), kept=None)


@pytest.fixture(scope="session")
def quarter(data: Observations) -> QuarterAssessment:
    """Return the shipped quarter, assessed once for all tests: results are frozen, nobody can spoil them."""
    return pcc.assess(data.plan, data, QUARTER)


@pytest.fixture(scope="session")
def board(data: Observations) -> BoardReview:
    """Return the shipped quarter as the Board asks of it."""
    return pcc.review_board(data.plan, data, QUARTER)


@pytest.fixture(scope="session")
def partnerships(data: Observations) -> PartnershipsReview:
    """Return the shipped quarter, partnership by partnership."""
    return pcc.review_partnerships(data.plan, data, QUARTER)


def pytest_collection_finish() -> None:
    """What is there once all tests are known stays to the end: the collector need not look through it again."""
    gc.collect()
    gc.freeze()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take a pack that is there already, in place of making the shipped one: `--pack outputs/2015-16-Q1`."""
    parser.addoption("--pack", type=Path, help="a folder of pages to try in place of the shipped pack")


PACKS = {  # name -> its folder of data, the quarter, what else is said to the command
    "shipped": ("data", QUARTER, ()),
    "public": ("data", QUARTER, ("--audience", "public")),
    "london": ("examples/london-boroughs", "2019/20-Q1", ("--source-dir", "../shared/data/mps-boroughs")),
    "leicestershire-2022": ("examples/leicestershire-2022", "2022/23-Q2", ()),
}


@pytest.fixture(scope="session")
def made_pack(
    root: Path, tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config
) -> Callable[[str], Path]:
    """Make one of `PACKS` by the command, once for all workers of a run, and give the folder of its pages."""
    base = tmp_path_factory.getbasetemp()
    shared_by_workers = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def make(name: str) -> Path:
        if name == "shipped" and (given := pytestconfig.getoption("pack")):
            return Path(given).resolve()
        data, quarter, options = PACKS[name]
        if name == "london" and not (root / options[1]).is_dir():
            pytest.skip("needs London's file in the folder 'shared' beside the repository")
        folder = shared_by_workers / "packs" / name
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / "lock"):
            if not (folder / "outputs").is_dir():
                shutil.copytree(root / data, folder / "data", ignore=shutil.ignore_patterns("processed"))
                _report(root, quarter, folder, options)
        packs = folder / "outputs" / "public" if "public" in options else folder / "outputs"
        return packs / quarter.replace("/", "-")

    return make


def _report(root: Path, quarter: str, folder: Path, options: tuple[str, ...]) -> None:
    places = ("--data", str(folder / "data"), "--out", str(folder / "outputs"))
    command = [sys.executable, "-m", "pccstats", "report", quarter, *places, *options]
    made = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stdout + made.stderr


@pytest.fixture(scope="session")
def shipped_pack(made_pack: Callable[[str], Path]) -> Path:
    """Return the folder of the shipped pack, as its readers get it."""
    return made_pack("shipped")


SLOW_FIXTURES = {"quarter", "board", "partnerships", "made_pack"}
SLOW_EXAMPLES = re.compile(r"\b(assess|review_board|review_partnerships|compare_tally|build_data|data_quality)\(")


# Files of a minute and more of CPU, the longest first: the workers of a run, which take a file at a time, end together.
LONGEST_FIRST = (
    "tests/browser/test_accessibility.py",
    "tests/batch/test_canary.py",
    "tests/browser/test_layout.py",
    "tests/presentation/test_charts.py",
    "tests/test_wheel.py",
    "tests/batch/test_plans_of_any_size.py",
    "tests/batch/test_kept.py",
    "tests/batch/test_cluster.py",
    "tests/browser/test_hostile.py",
    "tests/browser/test_paper.py",
    "tests/batch/test_next_quarter.py",
    "tests/review/test_assess.py",
    "tests/presentation/pages/test_pages.py",
    "tests/review/test_board.py",
    "tests/batch/test_desks.py",
    "tests/test_site.py",
)


def pytest_configure() -> None:
    """Hear Ctrl-C, which a shell has everything ignore that it starts behind: some tests press it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first; mark as slow what assesses a quarter or builds the data.

    Tests are told by their fixtures, examples by their calls.
    """
    places = {ROOT / name: place for place, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: places.get(item.path, len(places)))
    for item in items:
        if isinstance(item, pytest.DoctestItem):
            is_slow = any(SLOW_EXAMPLES.search(example.source) for example in item.dtest.examples)
        else:
            is_slow = bool(SLOW_FIXTURES & set(getattr(item, "fixturenames", ())))
        if is_slow:
            item.add_marker(pytest.mark.slow)
