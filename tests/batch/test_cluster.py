"""Packs whose notebooks run on the workers of a cluster: the same pages, whatever befalls a worker, nothing left."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socketserver
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pccstats.batch import cluster as ours
from pccstats.batch.cluster import joined
from pccstats.batch.kernel import Outcome
from pccstats.batch.pack import PackMade, make_pack
from pccstats.batch.request import Request
from pccstats.batch.terminal import Progress, Quiet
from pccstats.sources import cluster as way
from pccstats.sources.cluster import CLUSTER, connected
from pccstats.terms.errors import RequestProblem
from pccstats.terms.plan import PageLimit
from tests.batch.conftest import QUARTER

dask = pytest.importorskip("dask")
distributed = pytest.importorskip("distributed")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore"),  # what a scheduler in our own process says of ports and loops is not ours
]

KILLS_ITS_WORKER = """
import os, signal
from pathlib import Path

above, at_work = os.getppid(), Path("/proc/self/cmdline")
while b"spawn_main" not in Path(f"/proc/{above}/cmdline").read_bytes():
    above = int(Path(f"/proc/{above}/stat").read_text().rpartition(")")[2].split()[1])
"""
ONCE = """
if not os.path.exists(MARK):
    open(MARK, "w").close()
    os.kill(above, signal.SIGKILL)
"""
ALWAYS = """
os.kill(above, signal.SIGKILL)
"""
READS_AND_FAILS = """
from pathlib import Path
print(sorted(path.name for path in Path(data).rglob("*") if path.is_file()))
raise ValueError(f"Nothing can be made of {data}.")
"""


class Kept(Quiet):
    """Keeps what a run says of itself."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def say(self, words: str) -> None:
        self.said.append(words)

    def starts(self, job: Any) -> None:
        self.said.append(f"begins {job.page}")

    def ends(self, job: Any, outcome: Outcome, seconds: float) -> None:
        self.said.append(f"ends {job.page}: {outcome.ending.in_words} in {seconds:.0f} s")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where workers keep what they keep."""
    return tmp_path_factory.mktemp("workers")


@pytest.fixture(scope="module")
def workers(place: Path) -> Iterator[Any]:
    """A scheduler with two workers, each a process, that gives up a job once two of them died of it."""
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 1}),
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0", local_directory=str(place)
        ) as found,
    ):
        yield found


@pytest.fixture
def at_cluster(workers: Any, place: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The environment names the cluster; after the test nothing of ours is left at it."""
    monkeypatch.setenv(CLUSTER, workers.scheduler_address)
    yield workers
    left = _soon_none(lambda: [*workers.scheduler.tasks, *_files(place)])
    assert left == [], "something is left at the cluster"
    assert [name for name in workers.scheduler.clients if name.startswith("Client")] == []


def _files(place: Path) -> list[str]:
    """What was written for jobs: files that are not dask's own locks."""
    return [str(path) for path in place.rglob("*") if path.is_file() and path.suffix not in (".lock", ".dirlock")]


def _soon_none(look: Callable[[], list[str]], seconds: float = 15) -> list[str]:
    """What is found, once it is nothing or the time is up."""
    until = time.monotonic() + seconds
    while (found := look()) and time.monotonic() < until:
        time.sleep(0.1)
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="finds a worker by what Linux tells of processes")
@pytest.mark.parametrize("limits", [(PageLimit("loops", minutes=12 / 60),)], ids=["one that never ends"])
@pytest.mark.usefixtures("whole_pack")
def test_what_befalls_a_worker_changes_no_other_page(
    write_notebook: Callable[..., Path], make: Callable[..., PackMade], at_cluster: Any, tmp_path: Path
) -> None:
    """A worker killed in mid-run loses nothing, a page that kills each is given up in words, limits hold there."""
    mark = f"MARK = {str(tmp_path / 'mark')!r}\n"
    write_notebook("kills-once", mark + KILLS_ITS_WORKER + ONCE, "print('shown at last')", order=20)
    write_notebook("kills", "print('never shown')", KILLS_ITS_WORKER + ALWAYS, order=21)
    write_notebook("fails", READS_AND_FAILS, order=22)
    write_notebook("hoards", "held = []\nwhile True: held.append(bytearray(100_000_000))", order=23)
    write_notebook("loops", "while True: pass", order=24)
    made = make(limit_seconds=30, memory=2)
    pages = {page.page: page for page in made.manifest.pages}
    assert {name: page.status for name, page in pages.items()} == {
        "dashboard": "complete",
        "theme-1-safer-streets": "complete",
        "kills-once": "complete",
        "kills": "kernel_died",
        "fails": "failed",
        "hoards": "failed",
        "loops": "timed_out",
    }
    assert "shown at last" in (made.folder / "kills-once.html").read_text("utf-8")
    assert pages["kills"].reason == "It was tried 4 times, and each time its worker ended without warning."
    assert pages["hoards"].reason.startswith("It asked for more than the 2 GB of memory it may take")
    assert pages["loops"].reason.startswith("It had not finished after 12 seconds")
    lacking = _soon_none(lambda: ["a worker"] * (2 - len(at_cluster.scheduler.workers)), seconds=60)
    assert lacking == [], "a worker that was killed is not there again"


@pytest.mark.usefixtures("whole_pack")
def test_the_pages_are_those_of_home(
    write_notebook: Callable[..., Path],
    make: Callable[..., PackMade],
    at_cluster: Any,  # noqa: ARG001 the environment names it
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Every file is the same as made at home, that of a page that failed with a place in its words included."""
    write_notebook("fails", READS_AND_FAILS, order=22)
    there = make()
    files = {path.name: path.read_bytes() for path in there.folder.iterdir() if path.name != "manifest.json"}
    monkeypatch.delenv(CLUSTER)
    here = make(force=True)
    assert files == {path.name: path.read_bytes() for path in here.folder.iterdir() if path.name != "manifest.json"}
    assert b"Nothing can be made of data." in files["fails.html"]
    assert b"plan.toml" in files["fails.html"], "the data folder was not there"


@pytest.mark.usefixtures("whole_pack")
def test_progress_is_told_at_home(data: Path, tmp_path: Path, at_cluster: Any) -> None:
    """The run says which cluster it is and how large, and of each page when it begins and how it ended."""
    kept = Kept()
    make_pack(Request.read(QUARTER, data, tmp_path / "outputs"), kept)
    assert kept.said[0] == f"the notebooks run on the cluster at {at_cluster.scheduler_address}: 2 workers, 2 at once"
    for page in ("dashboard", "theme-1-safer-streets"):
        (begins,) = [at for at, words in enumerate(kept.said) if words == f"begins {page}"]
        (ends,) = [at for at, words in enumerate(kept.said) if words.startswith(f"ends {page}: complete")]
        assert begins < ends


class _Interrupts(Quiet):
    """Presses Ctrl-C as soon as the notebook has begun its work."""

    def __init__(self, mark: Path) -> None:
        self._mark = mark

    def starts(self, job: Any) -> None:  # noqa: ARG002
        threading.Thread(target=self._press, daemon=True).start()

    def _press(self) -> None:
        _soon_none(lambda: [] if self._mark.exists() else ["not yet"], 60)
        os.kill(os.getpid(), signal.SIGINT)


def test_ctrl_c_ends_what_runs(
    write_notebook: Callable[..., Path], data: Path, tmp_path: Path, at_cluster: Any
) -> None:
    """On Ctrl-C at home the notebook ends at its worker too, at once, and no pack is written."""
    mark = tmp_path / "mark"
    source = f"import os, time\nwith open({str(mark)!r}, 'w') as file: file.write(str(os.getpid()))\ntime.sleep(600)"
    write_notebook("sleeps", source)
    progress: Progress = _Interrupts(mark)
    with pytest.raises(KeyboardInterrupt):
        make_pack(Request.read(QUARTER, data, tmp_path / "outputs"), progress)
    kernel = int(mark.read_text())
    assert _soon_none(lambda: ["it runs on"] if Path(f"/proc/{kernel}").exists() else []) == []
    assert list((tmp_path / "outputs").iterdir()) == []
    assert len(at_cluster.scheduler.workers) == 2


class _Loses(Quiet):
    """Has the scheduler go away as soon as a notebook has begun."""

    def __init__(self, cluster: Any) -> None:
        self._cluster = cluster

    def starts(self, job: Any) -> None:  # noqa: ARG002
        threading.Thread(target=self._cluster.close, daemon=True).start()


def test_a_cluster_that_is_lost_is_told(
    write_notebook: Callable[..., Path], data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the scheduler goes away in mid-run, one sentence says so, and no pack is written."""
    monkeypatch.setattr(way, "WAIT_SECONDS", 2)
    write_notebook("sleeps", "import time; time.sleep(600)")
    with distributed.LocalCluster(n_workers=1, threads_per_worker=1, processes=True, dashboard_address=":0") as lost:
        monkeypatch.setenv(CLUSTER, lost.scheduler_address)
        with pytest.raises(RequestProblem, match=r"The way to the cluster was lost while the notebooks ran\."):
            make_pack(Request.read(QUARTER, data, tmp_path / "outputs"), _Loses(lost))
    assert list((tmp_path / "outputs").iterdir()) == []


def test_packs_after_a_cluster_was_lost_say_the_same(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of all areas, those whose turn comes when the cluster is gone are told of in the words of the first."""
    monkeypatch.setattr(way, "WAIT_SECONDS", 2)
    request = Request.read(QUARTER, data, tmp_path / "outputs")
    with distributed.LocalCluster(n_workers=1, threads_per_worker=1, processes=True, dashboard_address=":0") as lost:
        monkeypatch.setenv(CLUSTER, lost.scheduler_address)
        with joined(Quiet()):
            lost.close()
            for _ in range(2):
                with pytest.raises(RequestProblem, match=r"The way to the cluster was lost while the notebooks ran\."):
                    make_pack(request, Quiet())
    assert list((tmp_path / "outputs").iterdir()) == []


@pytest.mark.usefixtures("at_cluster", "whole_pack")
def test_another_version_is_refused(make: Callable[..., PackMade], tmp_path: Path, monkeypatch: Any) -> None:
    """Workers of another code or library are refused by name, with both versions, before anything is written."""
    monkeypatch.setattr(ours, "versions", lambda: {"pandas": "1.0.0"})
    monkeypatch.setattr(ours, "digest_of_package", lambda: "0123456789abcdef")
    with pytest.raises(RequestProblem) as refusal:
        make()
    words = [str(problem) for problem in refusal.value.problems]
    assert len(words) == 4, "two things of two workers"
    assert all(re.match(r"worker tcp://127.0.0.1:\d+: This worker has another version of ", said) for said in words)
    assert any("of pandas than this machine, which has '1.0.0'. Found '3." in said for said in words)
    assert any("of pccstats itself than this machine, which has '0123456789ab'" in said for said in words)
    assert not (tmp_path / "outputs").exists()


class _Greets(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        self.request.sendall(b"220 mail.example ESMTP\r\n")


@pytest.fixture
def somebody_else() -> Iterator[str]:
    """The address of a server that is no scheduler."""
    with socketserver.TCPServer(("127.0.0.1", 0), _Greets) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"tcp://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("tcp://127.0.0.1:1", "No cluster answers at this address."),
        ("somebody else", "No cluster answers at this address."),
        ("a worker", "What answers at this address is not a dask scheduler."),
        ("nonsense", "This is no address of a cluster."),
        ("http://127.0.0.1:1", "This is no address of a cluster."),
        ("tcp://127.0.0.1:many", "This is no address of a cluster."),
        ("tls://127.0.0.1:1", "An encrypted way needs certificates, and dask's configuration names none."),
    ],
)
def test_what_is_no_cluster_is_refused(
    address: str, words: str, workers: Any, somebody_else: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An address where nobody is, or somebody else, or that is none, is refused in one sentence with the way out."""
    monkeypatch.setattr(way, "WAIT_SECONDS", 1)
    places = {"somebody else": somebody_else, "a worker": next(iter(workers.scheduler.workers))}
    monkeypatch.setenv(CLUSTER, places.get(address, address))
    with pytest.raises(RequestProblem) as refusal, joined(Quiet()):
        pass
    (problem,) = refusal.value.problems
    assert problem.what == words
    assert problem.where == CLUSTER
    assert problem.next_step


def test_a_cluster_without_workers_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A scheduler alone can run nothing: that is said once it has been waited for long enough."""
    monkeypatch.setattr(ours, "WORKERS_LIMIT_SECONDS", 1)
    with distributed.LocalCluster(n_workers=0, processes=True, dashboard_address=":0") as empty:
        monkeypatch.setenv(CLUSTER, empty.scheduler_address)
        with pytest.raises(RequestProblem, match="has no worker, and none joined"), joined(Quiet()):
            pass


def test_without_dask_a_sentence_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the extra is not installed, one sentence says how to get it."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.setenv(CLUSTER, "tcp://127.0.0.1:8786")
    words = r"dask, which is not installed.*pip install pccstats\[cluster\]"
    with pytest.raises(RequestProblem, match=words), joined(Quiet()):
        pass


def test_the_way_may_be_encrypted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With certificates that dask's configuration names, tls:// is enough; without them it is refused."""
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("needs openssl, to make a certificate")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subject = ("-subj", "/CN=127.0.0.1", "-days", "2", "-keyout", key, "-out", certificate)
    subprocess.run(
        [program, "req", "-x509", "-newkey", "rsa:2048", "-nodes", *subject], check=True, capture_output=True
    )
    import dask  # noqa: PLC0415

    names = {"distributed.comm.tls.ca-file": str(certificate)}
    for part in ("client", "scheduler", "worker"):
        names |= {f"distributed.comm.tls.{part}.key": str(key), f"distributed.comm.tls.{part}.cert": str(certificate)}
    with dask.config.set(names):
        security = distributed.Security(require_encryption=True)
        with distributed.LocalCluster(
            n_workers=1,
            threads_per_worker=1,
            processes=False,
            dashboard_address=":0",
            security=security,
            protocol="tls",
        ) as encrypted:
            monkeypatch.setenv(CLUSTER, encrypted.scheduler_address)
            assert encrypted.scheduler_address.startswith("tls://")
            with connected(encrypted.scheduler_address) as client:
                assert client.submit(sum, (1, 2)).result(30) == 3
    with pytest.raises(RequestProblem, match="needs certificates"), joined(Quiet()):
        pass
