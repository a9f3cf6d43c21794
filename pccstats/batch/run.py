"""Running the jobs: several notebooks at a time, each in a kernel of its own, until all have ended somehow."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

import nbformat

from pccstats.batch.jobs import Job
from pccstats.batch.kernel import Ending, Execution, Kernel, Outcome, is_worth_another, judge
from pccstats.batch.limits import WARNED_AFTER, Machine, about, in_minutes
from pccstats.batch.parts import looked_at
from pccstats.batch.request import Request
from pccstats.batch.terminal import Progress
from pccstats.batch.warm import ForkServer, fork_server
from pccstats.sources.looks import Part
from pccstats.terms.errors import Problem, RequestProblem
from pccstats.terms.words import counted

MOST_ATTEMPTS = 2  # a notebook that ended through no fault of its own gets one more try, with a kernel begun cold
_LISTEN_SECONDS = 0.2  # how long Ctrl-C may have to wait to be heard


@dataclass(frozen=True)
class Finished:
    """A job that has ended."""

    job: Job
    outcome: Outcome
    notebook: nbformat.NotebookNode | None
    seconds: float
    attempts: int
    looks: frozenset[Part] | None = None  # what it looked at, where that was noted


def run_jobs(
    jobs: Iterable[Job],
    request: Request,
    progress: Progress,
    earlier_seconds: Mapping[str, float],
    elsewhere: Callable[[list[Job], Progress], list[Finished]] | None = None,
    on_end: Callable[[Finished], None] = lambda _: None,
) -> dict[str, Finished]:
    """Run every job and tell how each ended, by page. One that fails does not stop the others.

    Parameters
    ----------
    jobs : iterable of Job
        In any order; the longest start first.
    request : Request
        It says how many run at once, and what each may take that has no limits of its own.
    earlier_seconds : mapping
        How long each page took last time, as far as that is known.
    elsewhere : callable, optional
        What runs the jobs, in their order, where this machine does not run them itself.
    on_end : callable
        Told of each job that has ended, while others run here; of those run elsewhere once all have.

    Raises
    ------
    RequestProblem
        Where none could be started at all: pages that say so must not take the place of a good pack.
    KeyboardInterrupt
        On Ctrl-C, once every kernel has been shut down.
    """
    jobs = longest_first(jobs, earlier_seconds)
    progress.say(request.limits.in_words())
    for job in jobs:
        if job.limits != request.limits:
            progress.say(job.limits.in_words(job.page))
    if elsewhere:
        finished = elsewhere(jobs, progress)
        for one in finished:
            on_end(one)
    else:
        finished = _run_here(jobs, request.workers, progress, earlier_seconds, on_end)
    if finished and all(one.outcome.ending is Ending.NOT_STARTED for one in finished):
        step = f"{finished[0].outcome.detail} Nothing was written; the earlier pack, if there was one, is as it was."
        raise RequestProblem(Problem("No notebook could be started.", next_step=step.strip()))
    return {one.job.page: one for one in finished}


def _run_here(
    jobs: list[Job],
    workers: int,
    progress: Progress,
    earlier_seconds: Mapping[str, float],
    on_end: Callable[[Finished], None],
) -> list[Finished]:
    progress.say(Machine.here().in_words(workers))
    if jobs and all(job.page in earlier_seconds for job in jobs):
        taken = [earlier_seconds[job.page] for job in jobs]
        ahead = about(max([*taken, sum(taken) / workers]))
        progress.say(f"{counted(len(jobs), 'page')} to make: {ahead}, if they take as long as last time")
    with (
        fork_server(progress.say) as server,
        ThreadPoolExecutor(max_workers=workers, thread_name_prefix="notebook") as pool,
    ):
        crew = Crew(progress, server=server)
        futures = [pool.submit(crew.run, job) for job in jobs]
        try:
            _await(futures, on_end)
        except BaseException:
            crew.stop()
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    return [future.result() for future in futures]


def longest_first(jobs: Iterable[Job], earlier_seconds: Mapping[str, float]) -> list[Job]:
    """Jobs so ordered that the last to end ends early: by the time they took, or by size where that is unknown."""
    return sorted(jobs, key=lambda job: (-earlier_seconds.get(job.page, float("inf")), -job.cell_count, job.page))


class Crew:
    """The kernels at work, and the means to stop them all.

    Parameters
    ----------
    progress : Progress
        Told how each job begins, goes on and ends.
    place : pathlib.Path, optional
        Where they keep what they need meanwhile.
    server : ForkServer, optional
        What they are forked from; without, each begins cold.
    """

    def __init__(self, progress: Progress, place: Path | None = None, server: ForkServer | None = None) -> None:
        self._progress = progress
        self._server = server
        self._place = place
        self._at_work: set[Kernel] = set()
        self._guard = threading.Lock()
        self._is_stopping = False

    def run(self, job: Job) -> Finished:
        """Run one job to whatever end it comes to."""
        self._progress.starts(job)
        seconds, attempts = 0.0, 0
        while True:
            attempts += 1
            execution = self._attempt(job, self._server if attempts == 1 else None)
            seconds += execution.seconds
            if attempts == MOST_ATTEMPTS or self._is_stopping or not is_worth_another(execution):
                break
        outcome = judge(execution, job.limits)
        self._progress.ends(job, outcome, seconds)
        return Finished(job, outcome, execution.notebook, seconds, attempts, _without_places(execution, job))

    def stop(self) -> None:
        """End every kernel at once, and begin no more."""
        with self._guard:
            self._is_stopping = True
            kernels = list(self._at_work)
        for kernel in kernels:
            kernel.stop()
        if self._server is not None:
            self._server.close()

    def _attempt(self, job: Job, server: ForkServer | None) -> Execution:
        if server is not None:
            server.begin()  # which no page's time is spent on
        kernel = Kernel(server)
        with self._guard:
            if self._is_stopping:
                kernel.stop()
            self._at_work.add(kernel)
        warned_at = job.limits.seconds * WARNED_AFTER
        words = f"{job.page} has run for {in_minutes(warned_at)}; after {job.limits.time_in_words} it is stopped"
        warning = threading.Timer(warned_at, self._progress.say, (words,))
        warning.daemon = True
        warning.start()
        try:
            place = tempfile.TemporaryDirectory(prefix="pccstats-", dir=self._place, ignore_cleanup_errors=True)
            with place as workspace:
                return kernel.execute(job, Path(workspace), job.limits, lambda cell: self._progress.reaches(job, cell))
        finally:
            warning.cancel()
            with self._guard:
                self._at_work.discard(kernel)


def _without_places(execution: Execution, job: Job) -> frozenset[Part] | None:
    """What a run looked at, as it is called on every machine."""
    return None if execution.looks is None else frozenset(looked_at(execution.looks, Path(str(job.parameters["data"]))))


def _await(futures: list[Future[Finished]], on_end: Callable[[Finished], None]) -> None:
    waiting = set(futures)
    while waiting:
        ended, waiting = wait(waiting, timeout=_LISTEN_SECONDS)
        for future in ended:
            if future.exception() is None:
                on_end(future.result())
