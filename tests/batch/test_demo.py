"""A first pack in a folder of one's own, and the examples that ship: nothing of anybody's is written over."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from pccstats.batch.demo import begin_demo, write_example
from pccstats.cli import app
from pccstats.sources import example, read_plan
from pccstats.sources.shipped import EXAMPLES, NOTEBOOKS
from pccstats.terms.errors import RequestProblem


def test_the_folder_holds_the_users_own_copies(root: Path, tmp_path: Path) -> None:
    """Data and notebooks are those of the repository, each file open to change, with nothing that was made."""
    demo = begin_demo(tmp_path / "first")
    written = {path.relative_to(demo.data): path for path in demo.data.rglob("*") if path.is_file()}
    ours = {path.relative_to(root / "data"): path for path in (root / "data" / "raw").rglob("*") if path.is_file()}
    assert {name for name in written if name.parts[0] == "raw"} == set(ours)
    assert [name for name in ours if written[name].read_bytes() != ours[name].read_bytes()] == []
    assert not (demo.data / "processed").exists()
    assert {path.name for path in (demo.place / "notebooks").iterdir()} >= {
        path.name for path in NOTEBOOKS.glob("*.ipynb")
    }
    assert all(path.stat().st_mode & 0o200 for path in written.values())


def test_what_was_changed_in_it_stays(tmp_path: Path) -> None:
    """A second time the folder is taken as it is, the user's changes in it included."""
    plan = begin_demo(tmp_path / "first").data / "raw" / "plan.toml"
    plan.write_text("mine", encoding="utf-8")
    begin_demo(tmp_path / "first")
    assert plan.read_text(encoding="utf-8") == "mine"


def test_somebody_elses_folder_is_left_alone(tmp_path: Path) -> None:
    """A folder that holds something else is refused, for the demo and for an example."""
    (tmp_path / "mine.txt").write_text("mine")
    for write in (begin_demo, lambda place: write_example(place, "leicestershire-2022")):
        with pytest.raises(RequestProblem, match="something here already"):
            write(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("name", [each.name for each in EXAMPLES])
def test_an_example_is_written(name: str, tmp_path: Path) -> None:
    """`new DIR --example NAME` writes a folder with a plan, and says which command makes its pack."""
    done = CliRunner().invoke(app, ["new", str(tmp_path / "ours"), "--example", name])
    assert done.exit_code == 0, done.output
    assert read_plan(tmp_path / "ours").themes
    command = done.stdout.splitlines()[-1]
    assert command.startswith("    pccstats report 20")
    assert ("--source-dir" in command) is (name in ("london-boroughs", "all-forces"))


def test_an_unknown_example_is_refused() -> None:
    """The nearest name is offered; one whose files are to be downloaded says so."""
    with pytest.raises(RequestProblem, match=r"no such example.*Did you mean leicestershire-2022"):
        example("leicestershire-2023")
    with pytest.raises(RequestProblem, match=r"to be downloaded.*new DIR --example london-boroughs"):
        example("london-boroughs")


def test_an_example_has_files_of_its_own(tmp_path: Path) -> None:
    """An example and files of one's own are not for one folder."""
    asked = ["new", str(tmp_path / "ours"), "--example", "leicestershire-2022", "--force", "Kent"]
    refused = CliRunner().invoke(app, asked)
    assert isinstance(refused.exception, RequestProblem)
    assert not (tmp_path / "ours").exists()
