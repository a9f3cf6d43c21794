"""What all tests share: the places they read from, a drawing backend without a screen, and how laws are tried."""

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hypothesis
import matplotlib as mpl
import pytest

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
    """Return the shipped figures, with their plan as `data.plan`."""
    return pcc.read_observations(ROOT / "data")


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


SLOW_FIXTURES = {"quarter", "board", "partnerships"}
SLOW_EXAMPLES = re.compile(r"\b(assess|review_board|review_partnerships|compare_tally|build_data|data_quality)\(")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as slow what assesses a quarter or builds the data: tests by their fixtures, examples by their calls."""
    for item in items:
        if isinstance(item, pytest.DoctestItem):
            is_slow = any(SLOW_EXAMPLES.search(example.source) for example in item.dtest.examples)
        else:
            is_slow = bool(SLOW_FIXTURES & set(getattr(item, "fixturenames", ())))
        if is_slow:
            item.add_marker(pytest.mark.slow)
