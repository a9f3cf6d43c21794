"""The house keeps its rules: floors, pure methods, short files, one word per idea, nothing foreign in git."""

import json
from pathlib import Path, PurePosixPath

import pytest

from tests.house.kept import foreign_lines, has_run, tracked_files
from tests.house.rules import CHECKS, Check
from tests.house.shape import DEEPEST_CHAIN, arrows_between, deepest_chain, folder_circles
from tests.house.source import PACKAGE, Source
from tests.house.words import shortness_faults


@pytest.fixture(scope="module")
def package(root: Path) -> list[Source]:
    """Every module of the package."""
    folder = root / PACKAGE
    return [
        Source(PurePosixPath(path.relative_to(folder).as_posix()), path.read_text(encoding="utf-8"))
        for path in sorted(folder.rglob("*.py"))
    ]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_package_keeps_rule(package: list[Source], check: Check) -> None:
    """No module of the package breaks the rule."""
    faults = [fault for source in package for fault in check(source)]
    assert not faults, "\n".join(faults)


def test_no_module_is_a_shard(package: list[Source]) -> None:
    """A module is a concept told whole; one of a few lines is part of its neighbour, or says why not."""
    assert [fault for source in package for fault in shortness_faults(source)] == []


def test_no_two_folders_go_in_a_circle(package: list[Source]) -> None:
    """No two folders import each other."""
    assert list(folder_circles(package)) == []


def test_imports_are_not_deep(package: list[Source]) -> None:
    """The longest chain of imports is short enough to be followed."""
    chain = deepest_chain(arrows_between(package))
    assert len(chain) <= DEEPEST_CHAIN, " > ".join(chain)


def test_nothing_of_a_machine_is_kept(root: Path) -> None:
    """No tracked file names a home folder or a package index."""
    found = {}
    for path in tracked_files(root):
        content = path.read_bytes()
        if b"\0" not in content and (lines := foreign_lines(content.decode("utf-8"))):
            found[path.relative_to(root).as_posix()] = lines
    assert found == {}


def test_notebooks_are_kept_without_outputs(root: Path) -> None:
    """No tracked notebook holds an output or a count of its runs."""
    run = [
        path.relative_to(root).as_posix()
        for path in tracked_files(root)
        if path.suffix == ".ipynb" and any(map(has_run, json.loads(path.read_text("utf-8"))["cells"]))
    ]
    assert run == []
