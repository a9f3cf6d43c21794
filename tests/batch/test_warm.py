"""Kernels that are forks of one process: each is as one that starts cold, alone, and gone when it should be."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import pytest

from pccstats.batch import warm
from pccstats.batch.jobs import Job
from pccstats.batch.kernel import Ending, Execution, Kernel, judge
from pccstats.batch.limits import Limits
from pccstats.batch.parts import looked_at
from pccstats.batch.request import Request
from pccstats.batch.run import jobs_begun
from pccstats.batch.terminal import Quiet
from pccstats.batch.warm import ForkedKernel, ForkServer, fork_server
from pccstats.terms.errors import RequestProblem
from pccstats.terms.periods import Quarter

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux alone")]

SEEN = """
import gc, json, logging, os, random, resource, signal, sys, tempfile, threading, warnings
import matplotlib, numpy, pandas
import pccstats, pccstats.methods.intervals

def bare(thing):
    return str(thing).split(" at 0x")[0]

status = dict(line.split(":", 1) for line in open("/proc/self/status"))
kinds = sorted(os.readlink(f"/proc/self/fd/{n}").split(":[")[0] for n in os.listdir("/proc/self/fd")
               if int(n) > 2 and os.path.exists(f"/proc/self/fd/{n}"))
umask = os.umask(0)
os.umask(umask)
own = {"JPY_PARENT_PID", "IPYTHONDIR"}
state = {
    "globals": sorted(name for name in dict(globals()) if not name.startswith("_") and name != "own"),
    "folder": os.getcwd(),
    "environment": {name: value for name, value in sorted(os.environ.items()) if name not in own},
    "path": sys.path,
    "rc": {name: str(value) for name, value in matplotlib.rcParams.items()},
    "pandas": pandas.get_option("display.max_rows"),
    "filters": list(map(str, warnings.filters)),
    "signals": {signal.strsignal(n): bare(signal.getsignal(n)) for n in sorted(signal.valid_signals())},
    "mask": sorted(signal.pthread_sigmask(signal.SIG_BLOCK, [])),
    "ignored by the system": status["SigIgn"],
    "open": kinds,
    "threads": sorted(bare(thread.name).rstrip("0123456789") for thread in threading.enumerate()),
    "logging": [logging.root.level, len(logging.root.handlers), logging.raiseExceptions],
    "umask": umask,
    "limits": {n: resource.getrlimit(n) for n in range(16)},
    "is a session": os.getsid(0) == os.getpid() == os.getpgid(0),
    "parent is": os.environ["JPY_PARENT_PID"] == str(os.getppid()),
    "recursion": sys.getrecursionlimit(),
    "collects": [gc.isenabled(), gc.get_threshold()],
    "hash": hash("a word"),
    "place": tempfile.gettempdir(),
    "arguments": [os.path.basename(word) for word in sys.argv if not word.endswith(".json")],
    "patched": [pccstats.methods.intervals.__dict__.get("patched"), json.__dict__.get("patched")],
    "niceness": os.nice(0),
    "streams": [type(sys.stdout).__name__, type(sys.stderr).__name__, sys.stdin is None],
}
print(json.dumps([state, [random.random(), numpy.random.random()]]))
"""
LEAVES = """
import atexit, json, logging, matplotlib, numpy, os, pandas, pccstats, random, resource, signal, sys, threading, time
import warnings
import pccstats.methods.intervals
left_behind = 7
os.chdir("/")
os.environ["LEFT_BEHIND"] = "7"
os.environ["TZ"] = "Asia/Kathmandu"
time.tzset()
sys.path.insert(0, "/left/behind")
matplotlib.rcParams["lines.linewidth"] = 77
pandas.set_option("display.max_rows", 777)
warnings.simplefilter("error")
signal.signal(signal.SIGTERM, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
kept_open = open("/dev/zero")
threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
logging.basicConfig(level=1)
os.umask(0o777)
resource.setrlimit(resource.RLIMIT_NOFILE, (200, 200))
sys.setrecursionlimit(777)
pccstats.methods.intervals.patched = json.patched = lambda: "left behind"
random.seed(7), numpy.random.seed(7)
os.nice(3)
print("left")
"""


@pytest.fixture(scope="module")
def server() -> Iterator[ForkServer]:
    """One process to fork from, of which nothing is ever said: no kernel starts cold."""
    said: list[str] = []
    begun = ForkServer(said.append)
    yield begun
    begun.close()
    assert said == []


Run = Callable[..., Execution]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run cells in a kernel, forked from a server or begun cold."""

    def run(source: str, server: ForkServer | None, **options: Any) -> Execution:
        workspace = tmp_path / "workspace"
        workspace.mkdir(exist_ok=True)
        limits = Limits(options.get("seconds", 60.0), options.get("gigabytes", 4.0))
        return Kernel(server).execute(job_of(tmp_path, source), workspace, limits, bool)

    return run


def job_of(folder: Path, *sources: str) -> Job:
    """A notebook of some cells."""
    first = nbformat.v4.new_code_cell("quarter = ''", metadata={"tags": ["parameters"]})
    path = folder / "page.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[first, *map(nbformat.v4.new_code_cell, sources)]), path)
    return Job(path, "page", "Page", "Page", 1, 2, {"data": str(folder / "data")}, limits=Limits(60, 4))


def shown(execution: Execution) -> str:
    """What its cells printed."""
    assert execution.notebook is not None, execution.raised
    assert execution.raised is None, judge(execution, Limits())
    return "".join(output.text for cell in execution.notebook.cells for output in cell.outputs)


def seen(execution: Execution) -> tuple[dict[str, Any], list[float]]:
    """The state a notebook saw, and what its generators drew."""
    state, drawn = json.loads(shown(execution))
    return state, drawn


def test_nothing_of_one_notebook_reaches_the_next(server: ForkServer, run: Run) -> None:
    """What a notebook sees is the same before and after one that changes all it can; only chance differs."""
    before, drawn = seen(run(SEEN, server))
    assert shown(run(LEAVES, server)) == "left\n"
    after, drawn_after = seen(run(SEEN, server))
    assert after == before
    assert drawn_after[0] != drawn[0]
    assert drawn_after[1] != drawn[1]


def test_a_forked_kernel_sees_what_a_cold_one_sees(server: ForkServer, run: Run) -> None:
    """Folder, environment, path, options, signals, limits, files and threads are those of a kernel begun cold."""
    warm, _ = seen(run(SEEN, server))
    cold, _ = seen(run(SEEN, None))
    of_more_modules = set(warm.pop("filters"))  # each module may bring some; a fork has them all from its start
    assert set(cold.pop("filters")) <= of_more_modules
    assert set(warm.pop("open")) == set(cold.pop("open"))  # of events of its own, the messaging has one more or less
    assert {name: (warm[name], cold[name]) for name in cold if warm[name] != cold[name]} == {}


def test_a_kernel_notes_from_its_start_on(server: ForkServer, run: Run, tmp_path: Path) -> None:
    """Also where a notebook never imports the package: else nobody could tell that it looked at nothing."""
    (file := tmp_path / "elsewhere.txt").write_text("some words", encoding="utf-8")
    for begun in (server, None):
        noted = [run(source, begun).looks for source in ("print(1 + 1)", f"print(open({str(file)!r}).read())")]
        of_nothing, of_a_file = (looked_at(looks, tmp_path / "data") for looks in noted if looks is not None)
        assert set(of_nothing) == set()
        assert set(of_a_file) == {("outside", file.name)}


def test_what_lies_beside_a_notebook_is_used_as_ever(tmp_path: Path, run: Run) -> None:
    """Settings in the notebook's folder stand before what was imported: that kernel starts cold, and it is said."""
    (tmp_path / "matplotlibrc").write_text("lines.linewidth: 7\n", "utf-8")
    asks = "import matplotlib; print(matplotlib.rcParams['lines.linewidth'])"
    said: list[str] = []
    with fork_server(said.append) as server:
        assert shown(run(asks, server)) == "7.0\n"
    (words,) = said
    assert words.endswith("from nothing: the folder of the notebook has its own matplotlibrc.")


def is_gone(process: int, *, within: float = 5.0) -> bool:
    """Whether a process has ended, or does so soon; one that nobody has waited for counts as ended."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        try:
            state = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state == "Z":
            return True
        time.sleep(0.02)
    return False


STARTS = """
import os, pathlib, subprocess, time
child = subprocess.Popen(["sleep", "600"])
noted = pathlib.Path(NOTED)
noted.with_suffix(".part").write_text(f"{os.getppid()} {os.getpid()} {child.pid}")
noted.with_suffix(".part").rename(noted)
"""


@pytest.mark.parametrize(
    ("goes_on", "ending"), [("while True: pass", Ending.TIMED_OUT), ("os._exit(3)", Ending.KERNEL_DIED)]
)
def test_what_a_kernel_started_ends_with_it(
    goes_on: str, ending: Ending, server: ForkServer, run: Run, tmp_path: Path
) -> None:
    """A notebook takes what it started with it, stopped by the clock or ended by itself."""
    noted = tmp_path / "noted"
    server.begin()
    execution = run(STARTS.replace("NOTED", repr(str(noted))) + goes_on, server, seconds=6.0)
    assert judge(execution, Limits(6.0)).ending is ending
    _, kernel, child = map(int, noted.read_text("utf-8").split())
    assert is_gone(kernel)
    assert is_gone(child)


RUN = """
import sys
from pathlib import Path
from pccstats.batch.kernel import Kernel
from pccstats.batch.limits import Limits
from pccstats.batch.warm import fork_server
from tests.batch.test_warm import STARTS, job_of

folder = Path(sys.argv[1])
(folder / "workspace").mkdir()
job = job_of(folder, STARTS.replace("NOTED", repr(str(folder / "noted"))) + "while True: time.sleep(1)")
with fork_server(print) as server:
    Kernel(server).execute(job, folder / "workspace", Limits(60), print)
"""


def test_where_the_run_is_killed_nothing_of_it_is_left(tmp_path: Path, root: Path) -> None:
    """At kill -9 of the run, the process to fork from, the kernel and what it started end at once, by themselves."""
    noted = tmp_path / "noted"
    with subprocess.Popen([sys.executable, "-c", RUN, tmp_path], cwd=root) as running:
        until = time.monotonic() + 60
        while not noted.exists() and time.monotonic() < until:
            time.sleep(0.05)
        server, kernel, child = map(int, noted.read_text("utf-8").split())
        assert server != running.pid
        running.kill()
    assert [process for process in (server, kernel, child) if not is_gone(process, within=2.0)] == []


def request_for(folder: Path) -> Request:
    """A request of which only what a run needs is true."""
    return Request(Quarter.parse("2015/16-Q1"), folder, folder, folder, workers=1, limits=Limits(60, 4))


def test_a_notebook_whose_server_is_lost_is_run_cold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the process to fork from is killed in mid-run, the notebook is run once more, cold, and that is said."""
    noted = tmp_path / "noted"
    kills = f"""
import os, pathlib, signal, time
noted = pathlib.Path({str(noted)!r})
if not noted.exists():
    noted.write_text("once")
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(60)
print("told in the end")
"""
    progress, said = Quiet(), list[str]()
    monkeypatch.setattr(progress, "say", said.append)
    first = job_of(tmp_path, kills)
    jobs = [first, replace(first, page="second", order=2)]
    with jobs_begun(jobs, request_for(tmp_path), progress, {"page": 2.0, "second": 1.0}) as ended:
        done = ended()
    assert {page: (one.outcome.ending, one.attempts) for page, one in done.items()} == {
        "page": (Ending.COMPLETE, 2),
        "second": (Ending.COMPLETE, 1),
    }
    assert "2 pages to make: about 10 seconds, if they take as long as last time" in said
    (words,) = (words for words in said if "from nothing" in words)
    assert words.endswith("which takes longer: the process to fork it from has ended.")


def test_kernels_start_cold_where_it_is_asked_for(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the environment, and on systems where a fork does harm; why is said once, and another word is refused."""
    monkeypatch.setenv("PCCSTATS_KERNELS", "cold")
    said: list[str] = []
    parent = "import os; print(os.getppid())"
    with fork_server(said.append) as server:
        assert shown(run(parent, server)) == shown(run(parent, server)) == f"{os.getpid()}\n"
    assert [words.partition(": ")[2] for words in said] == ["PCCSTATS_KERNELS is cold."]
    monkeypatch.setenv("PCCSTATS_KERNELS", "warm")
    monkeypatch.setattr(sys, "platform", "darwin")
    with fork_server(said.append) as server:
        server.begin()
        assert said[1].endswith("only Linux can fork a Python that has much loaded without harm.")
    monkeypatch.setenv("PCCSTATS_KERNELS", "hot")
    asked = fork_server(said.append)
    with (
        pytest.raises(RequestProblem, match=r"There are no such kernels\. Found 'hot'\. Set it to warm or cold"),
        asked,
    ):
        pass


def test_one_process_serves_all_within() -> None:
    """A run within a run is served by the process of the outer one, which is begun when the first kernel is asked."""
    with fork_server(print) as outer, fork_server(print) as inner:
        assert inner is outer
    with fork_server(print) as later:
        assert later is not outer


def test_a_server_begun_beforehand_is_the_one_that_forks(run: Run) -> None:
    """Whoever prepares it does not wait, and what is run later is forked from that very process."""
    began = time.monotonic()
    with fork_server(print) as server:
        server.prepare()
        assert time.monotonic() - began < 1, "it waited for the imports"
        prepared = server._process
        assert prepared is not None
        assert shown(run("import os; print(os.getppid())", server)) == f"{prepared.pid}\n"
        server.prepare()
        assert server._process is prepared


def seconds_of_children() -> float:
    """What processes have taken that this one has waited for, and those they have waited for."""
    taken = resource.getrusage(resource.RUSAGE_CHILDREN)
    return taken.ru_utime + taken.ru_stime


def test_time_taken_by_kernels_is_known(run: Run) -> None:
    """When the process to fork from has ended, the run's own account holds what its kernels took."""
    before = seconds_of_children()
    burns = "import time\nbegan = time.process_time()\nwhile time.process_time() < began + 5: pass\nprint('burnt')"
    with fork_server(print) as server:
        assert shown(run(burns, server)) == "burnt\n"
    assert seconds_of_children() - before > 5


def test_a_server_that_begins_still_ends_at_once() -> None:
    """A run that is stopped while the process imports does not wait for that; who waits for it is let go, cold."""
    said, before = list[str](), seconds_of_children()
    server = ForkServer(said.append)
    begins = threading.Thread(target=server.begin)
    begins.start()
    time.sleep(0.2)
    server.close()
    begins.join()
    assert seconds_of_children() - before < 1, "it went on to import"
    assert server.fork([], "", {}) is None
    assert said == [], "it was stopped; nothing more begins, and nobody need be told"


def test_a_fork_that_comes_too_late_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody waits for it any more, for a kernel was begun cold in its place, it is killed, not left to run."""
    said, ended = list[str](), list[int]()
    with closing(ForkServer(said.append)) as server:
        server.begin()
        process = server._process
        assert process is not None
        monkeypatch.setattr(warm, "START_LIMIT_SECONDS", 0.5)
        monkeypatch.setattr(ForkedKernel, "ends", lambda _, code: ended.append(code))
        process.send_signal(signal.SIGSTOP)
        serves = ["-m", "http.server", "--bind", "127.0.0.1", "0"]
        assert server.fork(serves, "/", os.environ, module="http.server") is None
        (words,) = said
        assert words.endswith("the process to fork it from did not answer for 0.5 seconds.")
        process.send_signal(signal.SIGCONT)
        until = time.monotonic() + 30
        while not ended and time.monotonic() < until:
            time.sleep(0.05)
    assert ended == [-signal.SIGKILL]
