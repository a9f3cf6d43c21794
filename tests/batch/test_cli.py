"""The command line: what it passes on, and the exit codes people's scripts rely on."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer

from pccstats import cli
from pccstats.batch.request import Request
from pccstats.sources.disk import STOPS
from tests.sources.conftest import HEADER, PLAN, ROWS, SOURCES

pytestmark = pytest.mark.slow

Writer = Callable[..., Path]
Answer = Callable[..., int]


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Answer:
    """Type a command in the folder that holds `data`, and give its exit code."""

    def run(*words: str) -> int:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(sys, "argv", ["pccstats", *words])
        before = {stop: signal.getsignal(stop) for stop in STOPS}
        try:
            cli.main()
        except SystemExit as end:
            return int(end.code or 0)
        finally:
            for stop, handler in before.items():
                signal.signal(stop, handler)
        return 0

    return run


@pytest.mark.usefixtures("data")
def test_a_fault_of_the_program_is_2(
    answer: Answer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What no rule foresaw ends in a sentence too, beneath the trace for whoever mends it: no pack was written."""
    monkeypatch.setattr(Request, "read", lambda *_, **__: 1 // 0)
    assert answer("report", "2015/16-Q1") == 2
    trace, said = capsys.readouterr().err.strip().rsplit("\n", 1)
    assert trace.startswith("Traceback")
    assert said.startswith("cli.py, line ")
    assert "The program itself failed: ZeroDivisionError: " in said


@pytest.mark.slow
@pytest.mark.usefixtures("data", "whole_pack")
def test_a_good_pack_is_0(answer: Answer, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """All well is 0; progress goes to the error stream, the place of the pack to the output."""
    assert answer("report", "2015/16-Q1", "--workers", "2") == 0
    heard = capsys.readouterr()
    assert heard.out == f"The pack: {tmp_path / 'outputs' / '2015-16-Q1' / 'index.html'}\n"
    assert "running dashboard" in heard.err
    assert "complete dashboard" in heard.err
    assert answer("report", "2015/16-Q1") == 0
    assert "Nothing has changed since this pack was made" in capsys.readouterr().out


@pytest.mark.usefixtures("data")
def test_a_failed_page_is_1(answer: Answer, write_notebook: Writer, capsys: pytest.CaptureFixture[str]) -> None:
    """A page that could not be completed makes 1, and is named."""
    write_notebook("first", "1/0")
    assert answer("report", "2015/16-Q1") == 1
    assert "Could not be completed: first. ZeroDivisionError: division by zero" in capsys.readouterr().out


@pytest.mark.usefixtures("data", "whole_pack")
@pytest.mark.parametrize(
    "words",
    [
        ("report", "2015-Q1"),
        ("report", "2019/20-Q1"),
        ("report", "2015/16-Q1", "--only", "nothing"),
        ("report", "2015/16-Q1", "--audience", "everybody"),
        ("report", "2015/16-Q1", "--data", "nowhere"),
        ("report", "2015/16-Q1", "--oops"),
        ("report", "2015/16-Q1", "--workers", "many"),
        ("report", "2015/16-Q1", "--limit", "inf"),
        ("report", "2015/16-Q1", "--limit", "nan"),
        ("report", "2015/16-Q1", "--out", "data/raw/plan.toml/packs"),
        ("report", "2015/16-Q1", "--out", "x" * 300),
        ("report", "2015/16-Q1", "--out", "\udcff"),
        ("report",),
        ("raport",),
        ("check", "--data", "nowhere"),
        ("build", "--source-dir", "nowhere"),
    ],
)
def test_a_wrong_request_is_2(
    answer: Answer, words: tuple[str, ...], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A wrong request is 2, said in words without a traceback, and nothing is written."""
    assert answer(*words) == 2
    heard = capsys.readouterr()
    assert heard.err
    assert "Traceback" not in heard.err
    assert not (tmp_path / "outputs").exists()


@pytest.mark.usefixtures("data")
@pytest.mark.parametrize("command", ["check", "build"])
def test_data_that_are_sound_are_0(answer: Answer, command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Checking and building tell what was read."""
    assert answer(command) == 0
    assert "files" in capsys.readouterr().out


@pytest.mark.slow
def test_help_does_not_wait_for_the_notebook_tools() -> None:
    """`pccstats --help` loads neither papermill nor nbconvert."""
    code = "import sys, pccstats.cli; print([m for m in ('papermill', 'nbconvert') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.slow
def test_slow_checkers_are_left_out_while_the_command_runs(tmp_path: Path) -> None:
    """jsonschema comes without its checkers of web addresses; once the command has ended they can be had again."""
    code = f"""
import sys
from importlib.util import find_spec
sys.argv = ["pccstats", "compare", {str(tmp_path)!r}, {str(tmp_path)!r}]
from pccstats import cli
from pccstats.batch.request import Request
before = list(map(find_spec, cli.SLOW_CHECKERS))
try:
    cli.main()
except SystemExit:
    assert "jsonschema" in sys.modules
assert not set(cli.SLOW_CHECKERS) & set(sys.modules)
assert list(map(find_spec, cli.SLOW_CHECKERS)) == before
"""
    subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)


def test_every_option_and_metadata_key_is_explained(root: Path) -> None:
    """What can be typed, and what a notebook can say of itself, stands in the document on the pack."""
    words = (root / "docs" / "pack.md").read_text("utf-8")
    commands: Any = typer.main.get_command(cli.app)
    report = commands.commands["report"]
    options = [name for option in report.params if not getattr(option, "hidden", False) for name in option.opts]
    keys = ["page", "title", "nav", "order", "theme", "plan", "per_theme"]
    assert [name for name in options if name.startswith("--") and f"`{name}`" not in words] == []
    assert [key for key in keys if f"`{key}`" not in words] == []


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals are sent otherwise on Windows")
@pytest.mark.parametrize("sent", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_being_stopped_is_130(write_notebook: Writer, tmp_path: Path, sent: str) -> None:
    """Ctrl-C, a batch system's SIGTERM or a closed terminal ends kernels and command with 130 and no traceback."""
    marker, out = tmp_path / "began", tmp_path / "outputs"
    folder = write_notebook("first", f"open({str(marker)!r}, 'w').close()\nimport time; time.sleep(900)").parent
    raw = tmp_path / "real" / "raw"
    raw.mkdir(parents=True)
    for name, text in (("plan.toml", PLAN), ("sources.toml", SOURCES), ("figures.csv", HEADER + ROWS)):
        (raw / name).write_text(text, encoding="utf-8")
    places = ["--data", raw.parent, "--notebooks", folder, "--out", out]
    # A shell that starts us in the background has Ctrl-C ignored, and nohup a closed terminal, also by what we start in
    # turn; the command is started as at a desk.
    begin = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "signal.signal(signal.SIGHUP, signal.SIG_DFL); from pccstats.cli import main; main()"
    )
    command = [sys.executable, "-c", begin, "report", "2015/16-Q1", *map(str, places)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True) as running:
        until = time.monotonic() + 600  # of a machine that has much else to do
        while not marker.exists() and running.poll() is None and time.monotonic() < until:
            time.sleep(0.1)
        running.send_signal(getattr(signal, sent))
        _, told = running.communicate(timeout=60)
    assert running.returncode == 130, told
    assert "Stopped. No pack was written" in told
    assert "Traceback" not in told
    assert list(out.iterdir()) == []


def test_check_in_brief_and_for_programs(answer: Answer, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """In brief each kind of finding has a line; as JSON all are there, and so are the problems where it is refused."""
    raw = tmp_path / "data" / "raw"
    raw.mkdir(parents=True)
    for name, text in (("plan.toml", PLAN), ("sources.toml", SOURCES), ("figures.csv", HEADER + ROWS)):
        (raw / name).write_text(text, encoding="utf-8")
    assert answer("check", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert {file["name"] for file in found["files"]} >= {"plan.toml", "sources.toml"}
    rules = {finding["rule"] for finding in found["findings"]}
    assert answer("check", "--brief") == 0
    heard = capsys.readouterr().out
    assert all(rule in heard for rule in rules)
    assert f"{len(found['findings'])} findings, none that stops a pack" in " ".join(heard.split())
    assert answer("check", "--suggest-corrections") == 0
    assert "no fault was found" in capsys.readouterr().out.lower()
    (raw / "plan.toml").write_text(PLAN + "[board]\n", encoding="utf-8")
    assert answer("check", "--json") == 2
    assert json.loads(capsys.readouterr().out)["problems"][0]["where"].startswith("plan.toml")


def test_in_brief_the_plans_own_area_comes_first(
    answer: Answer, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """What is found once here stands before what is found more often elsewhere, and each says where it is."""
    rows = [f"1.offences,{area},2015-0{month},1,340,,,S,," for area in ("Ours", "Theirs") for month in (1, 3)]
    rows += [f"1.satisfaction,Theirs,2015-0{month},1,80,100,,S,," for month in range(1, 7)]
    rows += ["1.satisfaction,Theirs,2015-07,1,8,10,,S,,", "1.satisfaction,Theirs,2015-08,1,88.6,100,,S,,"]
    raw = tmp_path / "data" / "raw"
    raw.mkdir(parents=True)
    for name, text in (("plan.toml", PLAN), ("sources.toml", SOURCES), ("figures.csv", HEADER + "\n".join(rows))):
        (raw / name).write_text(text, encoding="utf-8")
    assert answer("check", "--brief") == 0
    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    told = [line.split(": ") for line in lines[1:] if re.match(r"  \w", line)]
    assert lines[0] == "Needs an answer"
    assert told[0] == ["  gap", "1 of Ours, 1 of other areas"]
    assert lines[2].startswith("      Ours: ")
    assert {rule.strip() for rule, _ in told[1:]} >= {"sample_size", "part_of_a_person"}
    assert {where.strip() for _, where in told[1:]} == {"1 of other areas"}
    whole = (
        f"{1 + sum(where.count('of other areas') for _, where in told)} findings need an answer, 1 of them about Ours."
    )
    assert whole in " ".join(lines)
    assert answer("check") == 0
    assert "Needs an answer: " in (heard := capsys.readouterr().out)
    assert ", of them 1 about Ours" in heard


def test_forces_are_listed(answer: Answer, capsys: pytest.CaptureFixture[str]) -> None:
    """The forces come as a table for people and as JSON for programs, with populations by year."""
    assert answer("forces") == 0
    assert "Dyfed-Powys" in capsys.readouterr().out
    assert answer("forces", "--json") == 0
    listed = json.loads(capsys.readouterr().out)
    assert len(listed) == 43
    assert [each["year"] for each in listed[0]["populations"]] == list(range(2002, 2021))
