"""Answers worked out before the pages are made: once, for every page and every area that will ask for them.

A pack's pages ask much the same: the dashboard of every indicator, each theme of its own. And every force is compared
with the same others. Here processes of the package's own, which run no notebook, work all of it out beforehand and keep
it (`sources.kept_answers`); the notebooks find it and draw. Nothing rests on it: what is not found is worked out by
whoever asks.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from pccstats import sources
from pccstats.batch.request import Request
from pccstats.batch.run import as_they_end
from pccstats.batch.terminal import Progress
from pccstats.batch.warm import END_LIMIT_SECONDS, ForkedKernel, ForkServer, fork_server, kernel_environment
from pccstats.review.data_quality import SUSPICIONS
from pccstats.sources.folders import DataFolder
from pccstats.sources.kept_answers import FOLDER, KeptAnswers, digest_of_code, key_of
from pccstats.terms.observations import Observations
from pccstats.terms.release import measures_of
from pccstats.terms.words import counted, few

WORTH_A_PROCESS = 40  # answers: fewer are worked out by the pages before a process has begun
MODULE = "pccstats.batch.work_out"
Process = ForkedKernel | subprocess.Popen[bytes]
MANY_AREAS = 8  # from so many on, a process works out one measure of all of them


@dataclass
class AnswersAhead:
    """The answers for the packs of some areas, worked out when the first of them is made.

    Attributes
    ----------
    areas : tuple of str
        Each will be in focus in a pack of its own.
    """

    areas: tuple[str, ...]
    _place: str | None = field(default=None, init=False)

    def lend(self, request: Request, data: Observations, folder: Path, progress: Progress) -> None:
        """Put the answers where the notebooks of one pack read, and nobody else's beside them.

        Parameters
        ----------
        data : Observations
            Every figure, with the plan as its file has it.
        folder : pathlib.Path
            The copy of the data for that pack.

        Raises
        ------
        KeyboardInterrupt
            On Ctrl-C, once every process has ended; what was worked out by then is kept.
        """
        kept = KeptAnswers(DataFolder.find(request.data).processed / FOLDER)
        if self._place is None:
            with tempfile.TemporaryDirectory(prefix="pccstats-", ignore_cleanup_errors=True) as workspace:
                base = Path(workspace) / "data"
                released = sources.write_released(data, request.audience, request.data, base)
                self._place = _work_out(request, kept, base, released, self.areas, progress)
        kept.lend(self._place, folder / FOLDER)


def _work_out(
    request: Request, kept: KeptAnswers, base: Path, released: Observations, areas: tuple[str, ...], progress: Progress
) -> str:
    """Work out what is not kept from an earlier run, of data as readers may have them; the place it is kept in."""
    asked_of = (released.digest, released.plan_digest, str(request.quarter), str(request.audience), *areas)
    place = key_of(asked_of)[:16]
    every = [*(measure.key for measure in measures_of(released.plan)), SUSPICIONS]
    wanted = [each for each in every if not kept.has(place, each)]
    if len(wanted) * len(areas) >= WORTH_A_PROCESS:
        of_areas = f" of {len(areas)} areas" if len(areas) > 1 else ""
        progress.say(f"working out {counted(len(wanted), 'measure')}{of_areas}, once for every page")
        kept.prune(place)
        with tempfile.TemporaryDirectory(prefix="pccstats-", ignore_cleanup_errors=True) as workspace:
            orders = [
                _order(Path(workspace) / f"{number}.json", request, kept, base, place, areas, portion)
                for number, portion in enumerate(_portions(wanted, len(areas), request.workers))
            ]
            _run(orders, request, progress)
        if left := [each for each in wanted if not kept.has(place, each)]:
            progress.say(
                f"{counted(len(left), 'measure')} could not be worked out beforehand ({few(left)}): "
                "each page does it for itself, which takes longer"
            )
    return place


def _portions(measures: list[str], areas: int, workers: int) -> list[list[str]]:
    """The measures by process: one each where there are many areas, else as many heaps as keep all at work."""
    if areas >= MANY_AREAS:
        return [[measure] for measure in measures]
    heaps = min(2 * workers, len(measures))
    return [measures[first::heaps] for first in range(heaps)]


def _order(
    path: Path,
    request: Request,
    kept: KeptAnswers,
    base: Path,
    place: str,
    areas: tuple[str, ...],
    measures: list[str],
) -> Path:
    """Write down what one process is to work out."""
    settings = {
        "folder": str(base),
        "results": str(kept.folder),
        "place": place,
        "quarter": str(request.quarter),
        "audience": str(request.audience),
        "areas": areas,
        "measures": measures,
        "code": digest_of_code(),
    }
    path.write_text(json.dumps(settings), encoding="utf-8")
    return path


def _run(orders: list[Path], request: Request, progress: Progress) -> None:
    """One process an order, so many at a time; one that fails, or takes too long, leaves its measures to the pages."""
    begun: list[Process] = []
    is_over = threading.Event()

    def work(order: Path) -> None:
        process = _begin(order, server)
        begun.append(process)
        if is_over.is_set():
            process.kill()  # it began while the others were being ended
        with suppress(subprocess.TimeoutExpired):
            process.wait(request.limits.seconds)

    with fork_server(progress.say) as server:
        pool = ThreadPoolExecutor(max_workers=request.workers, thread_name_prefix="ahead")
        try:
            for done in as_they_end([pool.submit(work, order) for order in orders]):
                done.result()
        finally:
            is_over.set()
            pool.shutdown(wait=False, cancel_futures=True)
            for process in begun:
                process.kill()
            pool.shutdown(wait=True)
            for process in begun:
                process.wait(END_LIMIT_SECONDS)


def _begin(order: Path, server: ForkServer) -> Process:
    """A process for an order: a fork of the one that kernels are forked from, or one begun from nothing."""
    command, environment = [sys.executable, "-m", MODULE, str(order)], kernel_environment()
    forked = server.fork(command, str(order.parent), environment, module=MODULE)
    if forked is not None:
        return forked
    nothing = subprocess.DEVNULL
    return subprocess.Popen(command, env=environment, stdin=nothing, stdout=nothing, stderr=nothing)  # noqa: S603 ours
