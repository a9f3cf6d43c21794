"""Running the jobs: several notebooks at a time, each in a kernel of its own, until all have ended somehow."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

import nbformat

from pccstats.batch.jobs import Job
from pccstats.batch.kernel import Execution, Kernel, Outcome, died_before_first_cell, judge
from pccstats.batch.request import Request
from pccstats.batch.terminal import Progress

MOST_ATTEMPTS = 2  # a kernel that died before its first cell gets one more try
_LISTEN_SECONDS = 0.2  # how long Ctrl-C may have to wait to be heard


@dataclass(frozen=True)
class Finished:
    """A job that has ended."""

    job: Job
    outcome: Outcome
    notebook: nbformat.NotebookNode | None
    seconds: float
    attempts: int


def run_jobs(
    jobs: Iterable[Job], request: Request, progress: Progress, earlier_seconds: Mapping[str, float]
) -> dict[str, Finished]:
    """Run every job and tell how each ended, by page. One that fails does not stop the others.

    Parameters
    ----------
    jobs : iterable of Job
        In any order; the longest start first.
    request : Request
        It says how many run at once, and how long each may take.
    earlier_seconds : mapping
        How long each page took last time, as far as that is known.

    Raises
    ------
    KeyboardInterrupt
        On Ctrl-C, once every kernel has been shut down.
    """
    crew = _Crew(progress, request.limit_seconds)
    with ThreadPoolExecutor(max_workers=request.workers, thread_name_prefix="notebook") as pool:
        futures = [pool.submit(crew.run, job) for job in longest_first(jobs, earlier_seconds)]
        try:
            _await(futures)
        except BaseException:
            crew.stop()
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    return {finished.job.page: finished for finished in (future.result() for future in futures)}


def longest_first(jobs: Iterable[Job], earlier_seconds: Mapping[str, float]) -> list[Job]:
    """Jobs so ordered that the last to end ends early: by the time they took, or by size where that is unknown."""
    return sorted(jobs, key=lambda job: (-earlier_seconds.get(job.page, float("inf")), -job.cell_count, job.page))


class _Crew:
    """The kernels at work, and the means to stop them all."""

    def __init__(self, progress: Progress, limit_seconds: float) -> None:
        self._progress = progress
        self._limit_seconds = limit_seconds
        self._at_work: set[Kernel] = set()
        self._guard = threading.Lock()
        self._is_stopping = False

    def run(self, job: Job) -> Finished:
        self._progress.starts(job)
        seconds, attempts = 0.0, 0
        while True:
            attempts += 1
            execution = self._attempt(job)
            seconds += execution.seconds
            if attempts == MOST_ATTEMPTS or self._is_stopping or not died_before_first_cell(execution):
                break
        outcome = judge(execution, self._limit_seconds)
        self._progress.ends(job, outcome, seconds)
        return Finished(job, outcome, execution.notebook, seconds, attempts)

    def stop(self) -> None:
        with self._guard:
            self._is_stopping = True
            kernels = list(self._at_work)
        for kernel in kernels:
            kernel.stop()

    def _attempt(self, job: Job) -> Execution:
        kernel = Kernel()
        with self._guard:
            if self._is_stopping:
                kernel.stop()
            self._at_work.add(kernel)
        try:
            with tempfile.TemporaryDirectory(prefix="pccstats-", ignore_cleanup_errors=True) as workspace:
                return kernel.execute(
                    job, Path(workspace), self._limit_seconds, lambda cell: self._progress.reaches(job, cell)
                )
        finally:
            with self._guard:
                self._at_work.discard(kernel)


def _await(futures: list[Future[Finished]]) -> None:
    waiting = set(futures)
    while waiting:
        _, waiting = wait(waiting, timeout=_LISTEN_SECONDS)
