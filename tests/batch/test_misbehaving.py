"""Notebooks that misbehave: each is stopped where it must be, its page says why, and the other pages are made."""

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pccstats.batch.contract import page_faults
from pccstats.batch.limits import can_limit_memory
from pccstats.batch.pack import PackMade
from pccstats.terms.errors import RequestProblem
from pccstats.terms.plan import PageLimit
from tests.batch.test_catalogue import NO_NOTEBOOK, WRONG_SETTINGS
from tests.batch.test_handed_over import AMISS, NO_MANIFEST

pytestmark = pytest.mark.slow

SECONDS = 12  # of those that never end; the others need two or three, of a busy machine more
Writer = Callable[..., Path]
Maker = Callable[..., PackMade]

HAND_OVER = (
    "from IPython.display import display\n"
    'display({{"application/vnd.pccstats+json": {}, "text/plain": "results"}}, raw=True)'
)
MISBEHAVES = {
    "raises": ("1/0", "failed", "ZeroDivisionError: division by zero"),
    "exits": ("import sys; sys.exit(0)", "stopped_early", "The notebook ended itself in step 4 of 5."),
    "leaves": ("import os; os._exit(0)", "kernel_died", "ended without warning in step 4 of 5"),
    "kills": ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "kernel_died", "ended without warning"),
    "crashes": ("import ctypes; ctypes.string_at(0)", "kernel_died", "ended without warning in step 4 of 5"),
    "loops": (
        "while True: pass",
        "timed_out",
        f"It had not finished after {SECONDS} seconds and was stopped in step 4 of 5.",
    ),
    "ignores": (
        "import signal, time\nfor s in (2, 15): signal.signal(s, signal.SIG_IGN)\nwhile True: time.sleep(1)",
        "timed_out",
        f"It had not finished after {SECONDS} seconds",
    ),
    "waits": ("input('more?')", "failed", "StdinNotImplementedError"),
    "prints": (
        "while True: print('no end of it ' * 100)",
        "too_much_output",
        "more than 5 MB and was stopped in step",
    ),
    "displays": (
        "from IPython.display import HTML, display\nwhile True: display(HTML('<p>no end of it</p>' * 100))",
        "too_much_output",
        "more than 5 MB and was stopped in step",
    ),
    "prints-at-once": ("print('x' * 50_000_000)", "too_much_output", "more than 5 MB and was stopped in step"),
    "complains": ("import sys\nwhile True: sys.stderr.write('no end ' * 100)", "too_much_output", "more than 5 MB"),
    "raises-at-length": ("raise ValueError('no end of it ' * 300_000)", "failed", "ValueError: no end of it no end"),
    "refuses-at-length": (
        "from pccstats.terms.errors import DataProblem\nraise DataProblem('no end of it ' * 100_000)",
        "failed",
        "no end of it",
    ),
    "hands-over-7": (HAND_OVER.format("7"), "failed", "cannot be used"),
    "hands-over-words": (
        HAND_OVER.format('{"name": "tally", "records": [{"state": "better", "count": "many"}]}'),
        "failed",
        "tally, records 1, count: This should be a whole number. Found &#39;many&#39;.",
    ),
    "unprintable": ("print('\\x00\\x1b[31m\\u202e\\x07')", "complete", ""),
    "moves": ("import os; os.chdir('/')", "complete", ""),
    "unsets": ("import os; os.environ.clear(); os.umask(0o777)", "complete", ""),
    "threads": (
        "import threading, time\nthreading.Thread(target=time.sleep, args=(600,)).start()",
        "complete",
        "",
    ),
    "closes": ("import os\nfor n in (0, 1, 2): os.close(n)", "complete", ""),
}
if can_limit_memory():
    MISBEHAVES["hoards"] = (
        "held = []\nwhile True: held.append(bytearray(100_000_000))",
        "failed",
        "It asked for more than the 2 GB of memory it may take and was stopped in step 4 of 5.",
    )
ENDLESS = [name for name, (_, ending, _) in MISBEHAVES.items() if ending == "timed_out"]


@pytest.mark.parametrize("limits", [tuple(PageLimit(name, minutes=SECONDS / 60) for name in ENDLESS)], ids=["all"])
@pytest.mark.usefixtures("whole_pack")
def test_every_notebook_that_misbehaves_is_told_and_the_rest_is_made(write_notebook: Writer, make: Maker) -> None:
    """Each ends as it should, in words on its page, in the index and the manifest; pages stay small and sound."""
    for order, (name, (source, _, _)) in enumerate(MISBEHAVES.items(), start=20):
        write_notebook(name, "print('shown before')", source, "print('after all')", order=order)
    made = make(limit_seconds=30, memory=2, workers=4)
    status = {page.page: page.status for page in made.manifest.pages}
    good = {"dashboard": "complete", "theme-1-safer-streets": "complete"}
    assert status == good | {name: ending for name, (_, ending, _) in MISBEHAVES.items()}
    assert not made.is_complete
    index = (made.folder / "index.html").read_text("utf-8")
    untrue = []
    for name, (_, ending, words) in MISBEHAVES.items():
        page = (made.folder / f"{name}.html").read_text("utf-8")
        runs_on = ending == "complete" or name.startswith("hands-over")
        told = {
            "the page is sound": page_faults(page) == [],
            "the page is small": len(page) < 300_000,
            "the page says whether it is complete": ("This page could not be completed." in page)
            == (ending != "complete"),
            "what came before is shown": "shown before" in page,
            "what comes after is not, where it ended": ("after all" in page) == runs_on,
            "the page says why": words in page,
            "the front page says why": words in index,
        }
        untrue += [f"{name}: {law}" for law, holds in told.items() if not holds]
    assert untrue == []
    assert page_faults(index) == []
    assert len(index) < 100_000
    assert (made.folder / "manifest.json").stat().st_size < 100_000
    assert json.loads((made.folder / "manifest.json").read_text("utf-8"))["front_page"]["tally"][0]["count"] == 1


@pytest.mark.usefixtures("whole_pack")
def test_a_kernel_of_somebody_else_is_not_used(make: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A `python3` kernel installed by others, that would fail or be another Python, changes nothing."""
    foreign = tmp_path / "jupyter" / "kernels" / "python3"
    foreign.mkdir(parents=True)
    spec = {"argv": ["/bin/false", "{connection_file}"], "display_name": "Not ours", "language": "R"}
    (foreign / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    assert make().is_complete


@pytest.mark.usefixtures("whole_pack")
def test_where_no_kernel_starts_the_earlier_pack_stays(
    make: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nothing can be started at all, that is refused in one sentence and every file is as it was."""
    made = make()
    before = {path.name: path.read_bytes() for path in made.folder.iterdir()}
    broken = tmp_path / "bin" / "python"
    broken.parent.mkdir()
    broken.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    broken.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(broken))
    with pytest.raises(RequestProblem, match=r"^No notebook could be started\. .*the earlier pack.* is as it was\.$"):
        make(force=True, is_alone=True)
    assert {path.name: path.read_bytes() for path in made.folder.iterdir()} == before
    assert [path.name for path in made.folder.parent.iterdir()] == [made.folder.name]


@pytest.mark.skipif(not can_limit_memory(), reason="one notebook fewer is tried where memory cannot be limited")
def test_the_numbers_of_the_docs_are_those_tried(root: Path) -> None:
    """What docs/reliability.md says was tried is what the lists of the tests hold."""
    section = (root / "docs" / "reliability.md").read_text("utf-8").partition("## Notebooks that misbehave")[2]
    rows = re.findall(r"^\| .* \| (\d+) \| (\d+) \| .* \|$", section, flags=re.MULTILINE)
    lists = (MISBEHAVES, AMISS, NO_MANIFEST, NO_NOTEBOOK, WRONG_SETTINGS)
    assert rows == [(str(len(tried)), str(len(tried))) for tried in lists]
