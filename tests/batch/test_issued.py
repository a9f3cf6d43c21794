"""A pack that has been issued stays as it went out, and says so."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from pccstats.batch.issued import issue
from pccstats.cli import app
from pccstats.terms.errors import RequestProblem
from tests.batch.packs_by_hand import write_pack


def test_the_digest_can_be_worked_out_by_hand(tmp_path: Path) -> None:
    """What the mark says is the SHA-256 of one line a file, as `sha256sum` prints them, in the order of names."""
    pack = write_pack(tmp_path / "2015-16-Q1")
    names = sorted(path.name for path in pack.iterdir())
    lines = "".join(f"{hashlib.sha256((pack / name).read_bytes()).hexdigest()}  {name}\n" for name in names)
    issued = issue(pack)
    assert issued.sha256 == hashlib.sha256(lines.encode()).hexdigest()
    assert issued.files == len(names)
    mark = json.loads((pack / "issued.json").read_text(encoding="utf-8"))
    assert mark == {"issued_on": str(issued.issued_on), "sha256": issued.sha256, "files": issued.files}


def test_its_files_are_read_only(tmp_path: Path) -> None:
    """No file of it can be written by anybody, the mark included; what others put beside them stays theirs."""
    pack = write_pack(tmp_path / "2015-16-Q1")
    (pack / "my notes.txt").write_text("mine")
    issue(pack)
    writable = {path.name for path in pack.iterdir() if path.stat().st_mode & 0o222}
    assert writable == {"my notes.txt"}


def test_the_same_again_checks_it(tmp_path: Path) -> None:
    """An issued pack is issued once: the same again gives the same mark, also when notes were put beside it."""
    pack = write_pack(tmp_path / "2015-16-Q1")
    first = issue(pack)
    (pack / "my notes.txt").write_text("mine")
    assert issue(pack) == first


@pytest.mark.parametrize("name", ["index.html", "dashboard.csv", "manifest.json"])
@pytest.mark.parametrize("how", ["changed", "gone"])
def test_a_change_is_seen(tmp_path: Path, name: str, how: str) -> None:
    """Whatever file was changed or taken away since, the check names it."""
    pack = write_pack(tmp_path / "2015-16-Q1")
    issue(pack)
    text = (pack / name).read_text(encoding="utf-8")
    (pack / name).unlink()
    if how == "changed":
        (pack / name).write_text(text.replace("small", "large") + "\n", encoding="utf-8")
    with pytest.raises(RequestProblem, match=name if name != "manifest.json" or how == "changed" else "no pack"):
        issue(pack)


def test_what_is_no_whole_pack_is_refused(tmp_path: Path) -> None:
    """A folder without a pack, a pack with a failed page, and one whose page was edited are not issued."""
    failed = write_pack(tmp_path / "failed", status="failed")
    edited = write_pack(tmp_path / "edited")
    (edited / "index.html").write_text("<h1>Better than it was</h1>", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    for pack, said in ((failed, "not complete"), (edited, "index.html"), (tmp_path / "empty", "no pack")):
        with pytest.raises(RequestProblem, match=said):
            issue(pack)
        assert not (pack / "issued.json").exists()


def test_a_mark_that_cannot_be_read_is_no_leave_to_make_it_over(tmp_path: Path) -> None:
    """A damaged mark is a problem to be put right, not a pack that was never issued."""
    pack = write_pack(tmp_path / "2015-16-Q1")
    (pack / "issued.json").write_text("{", encoding="utf-8")
    with pytest.raises(RequestProblem, match=r"issued\.json: This mark of an issued pack cannot be read"):
        issue(pack)


def test_on_the_command_line(tmp_path: Path) -> None:
    """`pccstats freeze PACK` says when, how many files and the digest."""
    pack = write_pack(tmp_path / "2015-16-Q1")
    done = CliRunner().invoke(app, ["freeze", str(pack)])
    assert done.exit_code == 0
    assert issue(pack).sha256 in done.stdout
    assert "4 files, read-only" in done.stdout


@pytest.mark.slow
@pytest.mark.usefixtures("whole_pack")
def test_report_makes_no_issued_pack_over(make: Callable[..., Any]) -> None:
    """What changed or is asked for, an issued pack stays byte for byte; where nothing changed that is said as ever."""
    made = make()
    issue(made.folder)
    before = {path: path.read_bytes() for path in made.folder.rglob("*") if path.is_file()}
    assert make().is_unchanged
    for options in ({"force": True}, {"only": "dashboard"}, {"docx": True}):
        with pytest.raises(RequestProblem, match=r"was issued on \d+ \w+ \d{4} and is not made over"):
            make(**options)
    assert {path: path.read_bytes() for path in made.folder.rglob("*") if path.is_file()} == before
    assert make(audience="public").is_complete
