"""The notebooks of a pack run by the workers of a dask cluster: the same jobs, the same code, the same bytes.

A worker needs the package and nothing else. What a notebook reads goes to the cluster as the contents of files, each
known by its digest: a worker fetches it once, however many notebooks of however many packs read it, and holds it in
memory until the run is over. Dask gives the jobs out and gives those of a worker that was lost to another.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from pccstats.batch.jobs import Job
from pccstats.batch.kernel import Ending, Outcome
from pccstats.batch.page import without_places
from pccstats.batch.provenance import digest_of_package, versions
from pccstats.batch.run import Crew, Finished, OnEnd
from pccstats.batch.shared import OneOfARun
from pccstats.batch.terminal import Progress, Quiet
from pccstats.sources.cluster import CLUSTER, connected
from pccstats.sources.folders import digest_of_bytes
from pccstats.terms.errors import DISK_IS_FULL, Problem, RequestProblem
from pccstats.terms.words import counted

if TYPE_CHECKING:
    from distributed import Client, Future, Worker

WORKERS_LIMIT_SECONDS = 30  # how long the first worker may take to join
PROBLEMS_SHOWN = 5
_BESIDE = ("*.ipynb", "*.py")  # what goes to a worker of the folder of notebooks
_LOOK_SECONDS = 0.5  # how soon a worker learns that nobody wants its notebook any more
_OURS = "pccstats"  # how the keys begin by which dask knows what is ours


def joined(progress: Progress) -> AbstractContextManager[Cluster | None]:
    """The cluster that the environment names, one for all within the outermost `with`; None where it names none.

    Raises
    ------
    RequestProblem
        Where it cannot be reached, has no worker, or one that would make other pages than this machine.
    """
    address = os.environ.get(CLUSTER, "")
    return _OF_THIS_RUN.shared(lambda: _joined(address, progress)) if address else nullcontext()


@contextmanager
def _joined(address: str, progress: Progress) -> Iterator[Cluster]:
    with connected(address) as client:
        cluster = Cluster(client, address)
        progress.say(cluster.checked())
        yield cluster


class Cluster:
    """The workers of a cluster, as seen from the run that gives them jobs."""

    def __init__(self, client: Client, address: str) -> None:
        self._client = client
        self._address = address
        self._kind = kind_of_worker()
        self._shipped: dict[str, Future[bytes]] = {}

    def checked(self) -> str:
        """How large it is, in words, once every worker is known to make what this machine would.

        Raises
        ------
        RequestProblem
            With every worker that would not, or where there is none.
        """
        try:
            self._client.wait_for_workers(1, timeout=WORKERS_LIMIT_SECONDS)
        except TimeoutError:
            rule = f"The cluster has no worker, and none joined for {WORKERS_LIMIT_SECONDS} seconds."
            raise RequestProblem(
                Problem(rule, CLUSTER, self._address, "Start workers and run the same again.")
            ) from None
        answers = self._client.run(kind_of_worker, on_error="return")
        problems = [each for name, answer in answers.items() for each in _unlike(self._kind, answer, name)]
        if problems:
            raise RequestProblem(problems[:PROBLEMS_SHOWN])
        workers = counted(len(answers), "worker")
        return f"the notebooks run on the cluster at {self._address}: {workers}, {self._at_once} at once"

    def run_all(self, jobs: list[Job], progress: Progress, on_end: OnEnd) -> list[Finished]:
        """Run every job on some worker, the first of them first, and tell how each ended: each as it ends, then all.

        Raises
        ------
        RequestProblem
            Where the way to the cluster is lost, or was lost before, or a worker is not as it should be.
        """
        try:
            return self._run_all(jobs, progress, on_end)
        except RequestProblem:
            raise
        except Exception:
            if self._client.status == "running":
                raise
            raise self._lost() from None  # dask says of it what it happened to be at

    def _run_all(self, jobs: list[Job], progress: Progress, on_end: OnEnd) -> list[Finished]:
        from distributed import as_completed  # noqa: PLC0415 an extra

        heard, waiting = _Heard(jobs, progress), list(reversed(range(len(jobs))))
        topic = f"{_OURS}-page-{uuid4().hex}"
        self._client.subscribe_topic(topic, heard)
        futures: dict[Future[Finished], int] = {}
        finished: dict[int, Finished] = {}
        alone: list[int] = []  # lost with their workers, perhaps through another's fault: tried again by themselves
        running, tried_alone = set[int](), set[int]()
        ended = as_completed(loop=self._client.loop)

        def give_out(number: int) -> None:
            running.add(number)
            future = self._submitted(jobs[number], number, topic, is_alone=number in tried_alone)
            futures[future] = number
            ended.add(future)

        def go_on() -> None:
            # No more than can run: a worker that is lost then takes no job with it that was only waiting.
            while waiting and len(running) < self._at_once:
                give_out(waiting.pop())
            if alone and not running:
                tried_alone.add(alone[-1])
                give_out(alone.pop())

        try:
            go_on()
            for future in ended:
                number = futures[future]
                running.discard(number)
                if _is_lost(future) and number not in tried_alone:
                    alone.append(number)
                else:
                    finished[number] = self._ended(future, jobs[number])
                    heard.ends(number, finished[number])
                    on_end(finished[number])
                go_on()
        finally:
            self._client.cancel(list(futures))  # whatever still runs is stopped by its worker
            self._client.unsubscribe_topic(topic)
        return [finished[number] for number in range(len(jobs))]

    @property
    def _at_once(self) -> int:
        """How many jobs the workers that there are now run at once."""
        return max(1, int(sum(self._client.nthreads().values())))

    def _submitted(self, job: Job, number: int, topic: str, *, is_alone: bool) -> Future[Finished]:
        beside = [path for pattern in _BESIDE for path in sorted(job.notebook.parent.glob(pattern))]
        data = Path(str(job.parameters["data"]))
        read = (path for path in sorted(data.rglob("*")) if path.is_file())
        return self._client.submit(
            run_there,
            _Order(job, self._kind, topic, number),
            {path.name: self._file(path) for path in beside},
            {path.relative_to(data).as_posix(): self._file(path) for path in read},
            key=f"{topic}-{number}{'-alone' if is_alone else ''}",
        )

    def _file(self, path: Path) -> Future[bytes]:
        """The contents of a file, at the cluster: given to it once, to be had by every worker."""
        content = path.read_bytes()
        digest = digest_of_bytes(content)
        if digest not in self._shipped:
            # A call, not a bare value: should the worker be lost that holds it, dask makes it again by itself.
            self._shipped[digest] = self._client.submit(bytes, content, key=f"{_OURS}-file-{digest}")
        return self._shipped[digest]

    def _ended(self, future: Future[Finished], job: Job) -> Finished:
        from distributed import KilledWorker  # noqa: PLC0415 an extra
        from distributed.client import FutureCancelledError  # noqa: PLC0415

        try:
            return replace(future.result(), job=job)
        except KilledWorker as lost:
            tries = 2 * (lost.allowed_failures + 1)  # among others, then alone
            reason = f"It was tried {tries} times, and each time its worker ended without warning."
            return Finished(job, Outcome(Ending.KERNEL_DIED, reason), None, 0.0, tries)
        except FutureCancelledError:
            raise self._lost() from None
        except OSError as error:
            if error.errno not in DISK_IS_FULL:
                raise
            step = "Make room there, or start the worker with another --local-directory."
            raise RequestProblem(Problem("A worker of the cluster has no room left.", CLUSTER, "", step)) from None

    def _lost(self) -> RequestProblem:
        rule = "The way to the cluster was lost while the notebooks ran."
        step = "Run the same again; the earlier pack, if there was one, is as it was."
        return RequestProblem(Problem(rule, CLUSTER, self._address, step))


_OF_THIS_RUN = OneOfARun[Cluster]("cluster")


def _is_lost(future: Future[Finished]) -> bool:
    """True where dask gave a job up because the workers it was on were lost."""
    from distributed import KilledWorker  # noqa: PLC0415 an extra

    return future.status == "error" and isinstance(future.exception(), KilledWorker)


def kind_of_worker() -> dict[str, str]:
    """What decides the pages a machine makes, the data apart: equal here and there means equal pages."""
    return {
        "pccstats itself": digest_of_package(),
        "the system": f"{sys.platform} {platform.machine()}",
        **versions(),
    }


def _unlike(ours: Mapping[str, str], theirs: object, worker: str) -> Iterator[Problem]:
    """What is not the same at a worker as here, in words."""
    step = "Install the same there as here, from requirements.lock."
    if not isinstance(theirs, Mapping):
        rule = "This worker has no pccstats that can be asked."
        yield Problem(rule, f"worker {worker}", f"{type(theirs).__name__}: {theirs}", step)
        return
    for name, here in ours.items():
        there = theirs.get(name, "none")
        if there != here:
            rule = f"This worker has another version of {name} than this machine, which has {here[:12]!r}."
            yield Problem(rule, f"worker {worker}", there[:12], step)


class _Heard:
    """What the workers tell while they run, passed on as the run's own progress; called from dask's thread."""

    def __init__(self, jobs: list[Job], progress: Progress) -> None:
        self._jobs = jobs
        self._progress = progress
        self._begun: set[int] = set()
        self._over: set[int] = set()
        self._guard = threading.Lock()

    def __call__(self, event: tuple[float, Mapping[str, Any]]) -> None:
        _, told = event
        job = self._jobs[told["number"]]
        with self._guard:
            if told["number"] in self._over:
                return
            if "begins" in told:
                self._begins(told["number"])
            elif "cell" in told and told["number"] in self._begun:
                self._progress.reaches(job, told["cell"])
            elif "words" in told:
                self._progress.say(told["words"])

    def ends(self, number: int, finished: Finished) -> None:
        with self._guard:
            if number not in self._begun:
                self._begins(number)
            self._over.add(number)
            self._progress.ends(self._jobs[number], finished.outcome, finished.seconds)

    def _begins(self, number: int) -> None:
        job = self._jobs[number]
        if number in self._begun:
            self._progress.say(f"{job.page} begins anew: the worker it ran on was lost")
            self._progress.reaches(job, 0)
        else:
            self._begun.add(number)
            self._progress.starts(job)


# What follows runs on a worker.


@dataclass(frozen=True)
class _Order:
    """A job for a worker, what the worker must be, and where and as which number to tell of it."""

    job: Job
    kind: Mapping[str, str]
    topic: str
    number: int


def run_there(order: _Order, notebooks: Mapping[str, bytes], data: Mapping[str, bytes]) -> Finished:
    """Run a job on this worker, from copies of its own, as it would be run at home.

    Parameters
    ----------
    notebooks, data : mapping
        The contents of the files of both folders, by their paths from there.

    Raises
    ------
    RequestProblem
        Where this worker, which may have joined late, would make other pages.
    OSError
        Where its disk is full.
    """
    from distributed import get_worker  # noqa: PLC0415 an extra

    worker = get_worker()
    if problems := list(_unlike(order.kind, kind_of_worker(), worker.address)):
        raise RequestProblem(problems)
    # In the worker's own folder: should it be killed, dask takes it away.
    with tempfile.TemporaryDirectory(dir=worker.local_directory, ignore_cleanup_errors=True) as folder:
        place = Path(folder)
        _write(notebooks, place / "notebooks")
        _write(data, place / "data")
        job = order.job
        parameters = {**job.parameters, "data": str(place / "data")}
        job = replace(job, notebook=place / "notebooks" / job.notebook.name, parameters=parameters)
        crew = Crew(_Teller(worker, order), place)
        with _stopped_when_unwanted(worker, crew):
            finished = crew.run(job)
    outcome = finished.outcome
    reason, detail = (without_places(text, parameters) for text in (outcome.reason, outcome.detail))
    return replace(finished, outcome=replace(outcome, reason=reason, detail=detail))


def _write(contents: Mapping[str, bytes], folder: Path) -> None:
    for name, content in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


class _Teller(Quiet):
    """Tells home of a job; that it has ended, home knows by itself."""

    def __init__(self, worker: Worker, order: _Order) -> None:
        self._worker = worker
        self._order = order

    def say(self, words: str) -> None:
        self._tell(words=words)

    def starts(self, job: Job) -> None:  # noqa: ARG002 home knows it by its number
        self._tell(begins=True)

    def reaches(self, job: Job, cell: int) -> None:  # noqa: ARG002
        self._tell(cell=cell)

    def _tell(self, **told: Any) -> None:
        self._worker.log_event(self._order.topic, {"number": self._order.number, **told})


@contextmanager
def _stopped_when_unwanted(worker: Worker, crew: Crew) -> Iterator[None]:
    """End the notebook once nobody waits for it: Ctrl-C at home, or home is gone. Dask by itself lets it run on."""
    key, is_over = worker.get_current_task(), threading.Event()

    def look() -> None:
        while not is_over.wait(_LOOK_SECONDS):
            task = worker.state.tasks.get(key)
            if task is None or task.state == "cancelled":
                crew.stop()
                return

    looking = threading.Thread(target=look, name="is it wanted", daemon=True)
    looking.start()
    try:
        yield
    finally:
        is_over.set()
        looking.join()
