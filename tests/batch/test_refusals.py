"""Bad data stop a pack before it begins: one message with every fault, exit code 2, and nothing touched."""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pccstats import cli

pytestmark = pytest.mark.slow

Writer = Callable[..., Path]
Spoil = Callable[[Path], None]


def replaced(name: str, old: str, new: str) -> Spoil:
    """A way to spoil one file."""

    def spoil(raw: Path) -> None:
        text = (raw / name).read_text("utf-8")
        assert old in text
        (raw / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    return spoil


SPOILT = {
    "a corrupt plan": (replaced("plan.toml", "[", "[["), ["plan.toml"]),
    "a word no list has": (replaced("plan.toml", '"lower_is_better"', '"downwards"'), ["plan.toml", "downwards"]),
    "a missing column": (
        replaced("published_figures.csv", "numerator", "figure"),
        ["published_figures.csv", "numerator"],
    ),
    "a missing file": (lambda raw: (raw / "populations.csv").unlink(), ["populations.csv"]),
    "a missing list of sources": (lambda raw: (raw / "sources.toml").unlink(), ["sources.toml"]),
}


@pytest.fixture
def real(tmp_path: Path, root: Path, write_notebook: Writer, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the shipped data, one small notebook, and a pack from before."""
    shutil.copytree(root / "data" / "raw", tmp_path / "data" / "raw")
    write_notebook("first")
    old = tmp_path / "outputs" / "2015-16-Q1" / "index.html"
    old.parent.mkdir(parents=True)
    old.write_text("the earlier pack", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["pccstats", "report", "2015/16-Q1"])
    return tmp_path


def everything_but_raw(folder: Path) -> dict[str, bytes]:
    """All files that a run might have touched."""
    files = (path.relative_to(folder) for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path): (folder / path).read_bytes() for path in files if path.parts[:2] != ("data", "raw")}


@pytest.mark.parametrize(("spoil", "named"), SPOILT.values(), ids=SPOILT)
def test_bad_data_are_refused(real: Path, spoil: Spoil, named: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """The fault is named with its place, there is no traceback, and nothing is written."""
    spoil(real / "data" / "raw")
    before = everything_but_raw(real)
    with pytest.raises(SystemExit) as end:
        cli.main()
    told = capsys.readouterr().err
    assert end.value.code == 2, told
    assert [words for words in named if words not in told] == []
    assert "Traceback" not in told
    assert everything_but_raw(real) == before


def test_every_fault_is_in_one_message(real: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Text in number columns of two files is told in one go, each with its row."""
    for name in ("published_figures.csv", "police_recorded_crime.csv"):
        path = real / "data" / "raw" / name
        head, first, *rest = path.read_text("utf-8").splitlines()
        cells = first.split(",")
        cells[head.split(",").index("numerator")] = "many"
        path.write_text("\n".join([head, ",".join(cells), *rest]) + "\n", encoding="utf-8")
    with pytest.raises(SystemExit):
        cli.main()
    told = capsys.readouterr().err
    assert "published_figures.csv, row 2, column numerator" in told
    assert "police_recorded_crime.csv, row 2, column numerator" in told
    assert told.count("'many'") == 2


@pytest.mark.slow
def test_places_with_braces_and_spaces_are_fine(
    write_notebook: Writer, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A path is a path, whatever signs papermill sees in it."""
    place = tmp_path / "a {b} c"
    shutil.copytree(root / "data" / "raw", place / "data" / "raw")
    (place / "data" / "notebooks").mkdir()
    shutil.copy(
        write_notebook("first", "import os; print(os.path.isdir(data))"), place / "data" / "notebooks" / "{x}.ipynb"
    )
    monkeypatch.chdir(place)
    monkeypatch.setattr(sys, "argv", ["pccstats", "report", "2015/16-Q1", "--out", "{out}"])
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert not end.value.code
    assert "True" in (place / "{out}" / "2015-16-Q1" / "first.html").read_text("utf-8")
