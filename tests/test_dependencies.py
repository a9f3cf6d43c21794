"""pyproject.toml, requirements.lock, environment.yml and the imports of the package say the same."""

import ast
import re
import sys
import tomllib
from dataclasses import dataclass
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools.list_licences import NOT_HERE, licences

LOCKED_EXTRAS = ("lab", "cluster", "dev", "docs")
UNLOCKED_EXTRAS = ("benchmark",)
SUPPORTED = ("3.11", "3.12", "3.13")
PLATFORMS = ({"sys_platform": "linux"}, {"sys_platform": "darwin"}, {"sys_platform": "win32"})


@dataclass(frozen=True)
class Pin:
    """One package of the lock: name, version, where it applies, and how many hashes it has."""

    name: str
    version: str
    marker: str
    hash_count: int


def read_pins(text: str) -> list[Pin]:
    """The packages of a lock as pip reads it."""
    pins = []
    for entry in re.sub(r"\\\n", " ", text).splitlines():
        if entry.strip() and not entry.startswith("#"):
            requirement, _, hashes = entry.partition("--hash=")
            name, _, rest = requirement.partition("==")
            version, _, marker = rest.partition(";")
            hash_count = len(re.findall(r"sha256:[0-9a-f]{64}(?=\s|$)", hashes))
            pins.append(Pin(canonicalize_name(name.strip()), version.strip(), marker.strip(), hash_count))
    return pins


def out_of_step(ranges: list[str], pins: list[Pin]) -> list[str]:
    """Ranges that no pin fills, on some supported Python and platform, with a version inside the range."""
    faults = []
    for text in ranges:
        wanted = Requirement(text)
        for python in SUPPORTED:
            for platform in PLATFORMS:
                place = {"python_version": python, "python_full_version": f"{python}.9", **platform}
                if wanted.marker and not wanted.marker.evaluate(place):
                    continue
                versions = [
                    pin.version
                    for pin in pins
                    if pin.name == canonicalize_name(wanted.name)
                    and (not pin.marker or Marker(pin.marker).evaluate(place))
                ]
                if len(versions) != 1 or not wanted.specifier.contains(versions[0]):
                    faults.append(f"{text} on Python {python}, {platform['sys_platform']}: the lock has {versions}")
    return faults


@pytest.fixture(scope="module")
def pyproject(root: Path) -> dict[str, Any]:
    """What pyproject.toml says."""
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def lock(root: Path) -> str:
    """The text of the lock."""
    return (root / "requirements.lock").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def environment(root: Path) -> dict[str, Any]:
    """What environment.yml says."""
    return yaml.safe_load((root / "environment.yml").read_text(encoding="utf-8"))


def test_lock_fills_every_range(pyproject: dict[str, Any], lock: str) -> None:
    """Whatever the package, its lab, its tests and its build ask for is in the lock, at a version they accept."""
    project = pyproject["project"]
    ranges = [
        *project["dependencies"],
        *(item for extra in LOCKED_EXTRAS for item in project["optional-dependencies"][extra]),
        *pyproject["build-system"]["requires"],
    ]
    assert out_of_step(ranges, read_pins(lock)) == [], "run 'make lock'"


def test_range_without_a_pin_is_seen() -> None:
    """A package missing from the lock, one outside its range and one missing on Windows are each found."""
    pins = [Pin("pandas", "3.1.0", "", 1), Pin("pexpect", "4.9", "sys_platform != 'win32'", 1)]
    assert out_of_step(["pandas>=3,<4"], pins) == []
    assert out_of_step(["pandas>=4"], pins)
    assert out_of_step(["numpy"], pins)
    assert [fault for fault in out_of_step(["pexpect"], pins) if "win32" not in fault] == []
    assert len(out_of_step(["pexpect"], pins)) == len(SUPPORTED)


def test_licences_are_those_of_the_lock(root: Path, lock: str) -> None:
    """The list of licences has every package of the lock at its version, with what it says of itself where it is."""
    listed = re.findall(r"(?m)^\| ([\w.-]+) \| (\S+) \| (.+) \|$", (root / "docs" / "licences.md").read_text("utf-8"))
    found = [tuple(each) for each in licences(lock)]
    assert [each[:2] for each in found] == [each[:2] for each in listed[1:]], "run tools/list_licences.py"
    known = [
        (here, there) for here, there in zip(found, listed[1:], strict=True) if NOT_HERE not in (here[2], there[2])
    ]
    assert [there for here, there in known if here != there] == [], "run tools/list_licences.py"
    assert len(known) > len(found) * 0.9
    alone = re.compile(r"(?:A|L)?GPL|GNU")
    bound = [name for name, _, licence in listed[1:] if all(alone.search(part) for part in licence.split(" or "))]
    assert bound == [], "packages whose licence would bind what is made with them"


def test_every_pin_has_hashes(lock: str) -> None:
    """Each package of the lock has at least one SHA-256, so that pip refuses any other file."""
    pins = read_pins(lock)
    assert pins
    assert [pin for pin in pins if not pin.hash_count or not pin.version] == []


def test_lock_names_no_place(lock: str) -> None:
    """The lock has pins and hashes alone: no address, no path, no option of pip."""
    lines = [line for line in lock.splitlines() if not line.startswith("#")]
    assert [line for line in lines if re.search(r"://|@|^\s*(-[a-z]|--(?!hash=))", line)] == []


def test_other_peoples_tools_are_not_locked(pyproject: dict[str, Any], lock: str) -> None:
    """What only the comparison with other tools needs is left out of the lock."""
    extras = pyproject["project"]["optional-dependencies"]
    assert set(extras) == {*LOCKED_EXTRAS, *UNLOCKED_EXTRAS}
    compared = {canonicalize_name(Requirement(item).name) for extra in UNLOCKED_EXTRAS for item in extras[extra]}
    assert compared & {pin.name for pin in read_pins(lock)} == set()


def test_conda_installs_the_same_ranges(pyproject: dict[str, Any], environment: dict[str, Any]) -> None:
    """environment.yml takes its ranges from pyproject.toml, with every extra that the lock has."""
    listed = [item for item in environment["dependencies"] if isinstance(item, str)]
    (by_pip,) = [item["pip"] for item in environment["dependencies"] if isinstance(item, dict)]
    assert sorted(listed) == ["pip", f"python{pyproject['project']['requires-python']}"]
    assert by_pip == [f"--editable .[{','.join(LOCKED_EXTRAS)}]"]


def test_every_import_is_declared(pyproject: dict[str, Any], root: Path) -> None:
    """The package imports nothing but the standard library and what it declares, extras of cluster and lab included."""
    project = pyproject["project"]
    of_extras = (project["optional-dependencies"][extra] for extra in ("cluster", "lab"))
    ranges = [*project["dependencies"], *(item for extra in of_extras for item in extra)]
    declared = {canonicalize_name(Requirement(item).name) for item in ranges}
    distributions = packages_distributions()
    undeclared = {
        name
        for path in (root / "pccstats").rglob("*.py")
        for name in third_parties(path.read_text(encoding="utf-8"))
        if not declared & {canonicalize_name(distribution) for distribution in distributions.get(name, ())}
    }
    assert undeclared == set()


def third_parties(text: str) -> set[str]:
    """First names of what a file imports, its own package and the standard library left out."""
    nodes = list(ast.walk(ast.parse(text)))
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom) and not node.level}
    return {name.partition(".")[0] for name in names} - sys.stdlib_module_names - {"pccstats"}


def test_third_party_is_seen() -> None:
    """An import from elsewhere is told from the standard library and from our own."""
    text = "import os\nimport numpy.linalg\nfrom yaml import safe_load\nfrom pccstats import terms\nfrom . import a"
    assert third_parties(text) == {"numpy", "yaml"}


def test_hooks_are_local(root: Path) -> None:
    """The hooks before a commit use what is installed and fetch nothing."""
    hooks = yaml.safe_load((root / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert {repository["repo"] for repository in hooks["repos"]} == {"local"}
    assert {hook["language"] for repository in hooks["repos"] for hook in repository["hooks"]} == {"system"}
