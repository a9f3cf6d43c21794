"""Setting up: how far it has come is shown, what may go wrong on Windows is said, and every way leads to one script."""

import doctest
import importlib.util
import json
import re
import sys
from pathlib import Path, PureWindowsPath
from types import ModuleType

import pytest
from typer.testing import CliRunner

from pccstats.cli import app


@pytest.fixture(scope="module")
def set_up(root: Path) -> ModuleType:
    """The script, as a module."""
    spec = importlib.util.spec_from_file_location("set_up", root / "tools" / "set_up.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_its_examples_run(set_up: ModuleType) -> None:
    """What the script's own examples show is what it does."""
    done = doctest.testmod(set_up)
    assert done.attempted > 3
    assert done.failed == 0


def test_every_package_counts_once(set_up: ModuleType, root: Path) -> None:
    """Whether pip gets a package, has it or leaves it to other systems, the count comes to the packages of the lock."""
    names = re.findall(r"(?m)^([A-Za-z0-9][\w.-]*)==", (root / "requirements.lock").read_text(encoding="utf-8"))
    forms = ("Collecting {}==1 (from -r x)", "Requirement already satisfied: {}==1 in y", "Ignoring {}: markers 'z'")
    said = [forms[place % 3].format(name) for place, name in enumerate(names)]
    noise = ["  Using cached x.whl (1 kB)", "Installing collected packages: a, b", "Successfully installed a b"]
    watched = list(set_up.told([*said, *noise], len(names), is_watched=True))
    assert len(watched) == len(names) + 1
    assert watched[-2].split(":")[0].split() == [str(len(names)), "of", str(len(names)), "packages"]
    lines = list(set_up.told([*said, *noise], len(names), is_watched=False))
    assert len(lines) == len(names) // set_up.LINES_APART + 1
    assert "takes a minute or two" in lines[-1]


def test_what_pip_refuses_is_the_answer(set_up: ModuleType) -> None:
    """The exit code is that of pip."""
    assert set_up.shown([sys.executable, "-c", "import sys; print('Collecting a'); sys.exit(7)"]) == 7


def test_what_is_for_the_makers_of_packages_is_not_shown(set_up: ModuleType, capfd: pytest.CaptureFixture[str]) -> None:
    """Warnings of deprecation are not the user's; what pip says of a fault is."""
    said = "import sys, warnings; warnings.warn('legacy'); print('no such package', file=sys.stderr)"
    assert set_up.shown([sys.executable, "-c", said]) == 0
    assert capfd.readouterr().err == "no such package\n"


def test_a_python_without_venv_is_told(
    set_up: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where the system ships venv apart, a sentence says which package to ask for, and nothing is written."""
    monkeypatch.setattr(set_up, "ROOT", tmp_path)
    monkeypatch.setattr(set_up, "find_spec", lambda _: None)
    assert set_up.main() == 1
    assert "python3-venv" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


def test_windows_is_warned_of_its_own_traps(set_up: ModuleType) -> None:
    """OneDrive and a long path are named before anything is written; a short path elsewhere is not."""
    advice = [
        list(set_up.advice_on(PureWindowsPath(place), "nt"))
        for place in (
            "C:\\work\\pccstats",
            "C:\\Users\\a\\OneDrive - Office\\pccstats",
            "C:\\" + "a long name\\" * 8,
        )
    ]
    assert [len(each) for each in advice] == [0, 1, 1]
    assert "OneDrive" in advice[1][0]
    assert "260" in advice[2][0]
    assert list(set_up.advice_on(PureWindowsPath("C:\\OneDrive\\x"), "posix")) == []


def test_an_environment_that_does_not_start_is_seen(set_up: ModuleType, tmp_path: Path) -> None:
    """The Python of the tests works; one that is not there, or is no program, does not."""
    assert set_up.works(Path(sys.executable))
    (tmp_path / "python").write_text("no program")
    assert not set_up.works(tmp_path / "python")
    assert not set_up.works(tmp_path / "gone")


def test_every_way_leads_to_the_script(root: Path) -> None:
    """make, setup.ps1 and the page for installing use one script; nobody installs in another way beside it."""
    for name in ("Makefile", "setup.ps1", "docs/install.md", "CONTRIBUTING.md"):
        assert re.search(r"tools[/\\]set_up\.py", (root / name).read_text(encoding="utf-8")), name
    for name in ("Makefile", "setup.ps1"):
        assert "--requirement" not in (root / name).read_text(encoding="utf-8")


def test_what_is_typed_on_the_page_is_known(root: Path) -> None:
    """Each `pccstats` command of docs/install.md is one, with the options it names."""
    text = (root / "docs" / "install.md").read_text(encoding="utf-8")
    typed = re.findall(r"(?m)(?:^    |`)(?:\.venv[/\\]\w+[/\\])?pccstats ([a-z-]+)([^`\n]*)", text)
    assert len(typed) > 5
    for command, rest in set(typed):
        done = CliRunner().invoke(app, [command, "--help"])
        assert done.exit_code == 0, command
        for option in re.findall(r"--[a-z-]+", rest):
            assert option in done.output, (command, option)


def test_lab_opens_with_its_code_folded(root: Path) -> None:
    """The page that `make lab` opens shows what it makes, not how; its kernel is that of the environment."""
    notebook = json.loads((root / "notebooks" / "explore.ipynb").read_text(encoding="utf-8"))
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert code
    assert all(cell["metadata"]["jupyter"]["source_hidden"] for cell in code)
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"
    assert "explore.ipynb $(LAB_ARGS)" in (root / "Makefile").read_text(encoding="utf-8")
