"""Running the jobs: several notebooks at a time, each in a kernel of its own, until all have ended somehow."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import nbformat

from pccstats.batch.jobs import Job
from pccstats.batch.kernel import Ending, Execution, Kernel, Outcome, is_worth_another, judge
from pccstats.batch.limits import WARNED_AFTER, Machine, about, in_minutes
from pccstats.batch.parts import looked_at
from pccstats.batch.request import Request
from pccstats.batch.shared import OneOfARun
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


OnEnd = Callable[[Finished], None]


@contextmanager
def jobs_begun(
    jobs: Iterable[Job],
    request: Request,
    progress: Progress,
    earlier_seconds: Mapping[str, float],
    elsewhere: Callable[[list[Job], Progress, OnEnd], list[Finished]] | None = None,
    on_end: OnEnd = lambda _: None,
) -> Iterator[Callable[[], dict[str, Finished]]]:
    """Begin every job; what this gives waits for all of them and tells how each ended, by page.

    One that fails does not stop the others. Where this is left by an error, those at work are stopped.

    Parameters
    ----------
    jobs : iterable of Job
        In any order; the longest start first, and all after those begun before in the same `workers_for`.
    request : Request
        It says how many run at once, and what each may take that has no limits of its own.
    earlier_seconds : mapping
        How long each page took last time, as far as that is known.
    elsewhere : callable, optional
        What runs the jobs, in their order, where this machine does not run them itself; then all have ended when this
        begins.
    on_end : callable
        Told of each job as soon as it has ended, while others run, from the thread that saw to it.

    Raises
    ------
    RequestProblem
        On waiting, where none could be started at all: pages that say so must not take the place of a good pack.
    CancelledError
        On waiting, where the run was stopped meanwhile.
    KeyboardInterrupt
        On Ctrl-C, once every kernel has been shut down.
    """
    jobs = longest_first(jobs, earlier_seconds)
    if elsewhere:
        progress.say(request.limits.in_words())
        yield partial(_by_page, elsewhere(jobs, progress, on_end))
        return
    with workers_for(request, progress) as workers, fork_server(progress.say) as server:
        workers.tell_once()
        for job in jobs:
            if job.limits != request.limits:
                progress.say(job.limits.in_words(job.page))
        if jobs and all(job.page in earlier_seconds for job in jobs):
            taken = [earlier_seconds[job.page] for job in jobs]
            ahead = about(max([*taken, sum(taken) / request.workers]))
            progress.say(f"{counted(len(jobs), 'page')} to make: {ahead}, if they take as long as last time")
        crew = Crew(progress, server=server, on_end=on_end)
        futures = workers.take_on(crew, jobs)
        try:
            yield partial(_ended_here, futures, workers)
        except BaseException:
            crew.stop()
            raise
        finally:
            for future in futures:
                future.cancel()  # what has not begun
            wait(futures)


def _ended_here(futures: list[Future[Finished]], workers: Workers) -> dict[str, Finished]:
    for _ in as_they_end(futures):
        pass
    if workers.are_stopped:  # what ended did so for that reason: no pack is made of it
        raise CancelledError
    return _by_page([future.result() for future in futures])


def as_they_end(futures: Iterable[Future[Any]]) -> Iterator[Future[Any]]:
    """Each as it ends; Ctrl-C is heard meanwhile, on every system."""
    waiting = set(futures)
    while waiting:
        ended, waiting = wait(waiting, timeout=_LISTEN_SECONDS, return_when=FIRST_COMPLETED)
        yield from ended


def _by_page(finished: list[Finished]) -> dict[str, Finished]:
    if finished and all(one.outcome.ending is Ending.NOT_STARTED for one in finished):
        step = f"{finished[0].outcome.detail} Nothing was written; the earlier pack, if there was one, is as it was."
        raise RequestProblem(Problem("No notebook could be started.", next_step=step.strip()))
    return {one.job.page: one for one in finished}


def workers_for(request: Request, progress: Progress) -> AbstractContextManager[Workers]:
    """So many notebooks at a time as asked for, of whichever pack: one number for all within the outermost `with`.

    Where that is left by an error, all that is at work is stopped.
    """
    return _OF_THIS_RUN.shared(lambda: _begun(request, progress))


@contextmanager
def _begun(request: Request, progress: Progress) -> Iterator[Workers]:
    workers = Workers(request, progress)
    try:
        yield workers
    except BaseException:
        workers.stop()
        raise
    finally:
        workers.end()


class Workers:
    """The threads that see to notebooks, each to one at a time; they take them in the order they were given on."""

    def __init__(self, request: Request, progress: Progress) -> None:
        self.are_stopped = False
        self._pool = ThreadPoolExecutor(max_workers=request.workers, thread_name_prefix="notebook")
        self._crews: list[Crew] = []
        self._to_tell = [request.limits.in_words(), Machine.here().in_words(request.workers)]
        self._progress = progress

    def tell_once(self) -> None:
        """Say what each may take, and how many run at once."""
        while self._to_tell:
            self._progress.say(self._to_tell.pop(0))

    def take_on(self, crew: Crew, jobs: Iterable[Job]) -> list[Future[Finished]]:
        """Have a crew run jobs, after all that was taken on before."""
        self._crews.append(crew)
        return [self._pool.submit(crew.run, job) for job in jobs]

    def stop(self) -> None:
        """End what is at work, and begin no more."""
        self.are_stopped = True
        for crew in self._crews:
            crew.stop()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def end(self) -> None:
        """Wait until nothing is at work."""
        self._pool.shutdown(wait=True)


_OF_THIS_RUN = OneOfARun[Workers]("workers")


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
    on_end : callable
        Told of each job that has ended.
    """

    def __init__(
        self,
        progress: Progress,
        place: Path | None = None,
        server: ForkServer | None = None,
        on_end: OnEnd = lambda _: None,
    ) -> None:
        self._progress = progress
        self._on_end = on_end
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
        finished = Finished(job, outcome, execution.notebook, seconds, attempts, _without_places(execution, job))
        self._on_end(finished)
        return finished

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
