"""One notebook in one kernel: start it, watch the clock, keep what it produced, leave nothing running.

papermill runs in this process; only the kernel is a process of its own. Three of its ways are worked around here. Its
`cwd` changes the folder of the whole process, so the folder goes in as a resource. It limits the time of a cell but not
of a notebook, so a clock of ours does. Its report of success cannot be trusted, so nothing is read from it: `status`
judges what is left behind.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import papermill
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import ensure_event_loop
from traitlets import default

from pccstats.batch.jobs import Job
from pccstats.batch.notebook import is_run, read_notebook

START_LIMIT_SECONDS = 60
PACKAGE_PARENT = Path(__file__).resolve().parents[2]

# What papermill would log is said by us, once, in words.
logging.getLogger("papermill").setLevel(logging.CRITICAL)


@dataclass(frozen=True)
class Execution:
    """What one attempt left behind.

    Attributes
    ----------
    notebook : nbformat.NotebookNode or None
        The notebook with its outputs as far as it came; None where it was never written.
    raised : BaseException or None
        What papermill raised.
    cells_begun, cells_done : int
        How many cells with code in them were begun, and how many came to an end, well or ill.
    is_timed_out : bool
        True where our clock stopped it.
    seconds : float
        How long it took.
    """

    notebook: nbformat.NotebookNode | None
    raised: BaseException | None
    cells_begun: int
    cells_done: int
    is_timed_out: bool
    seconds: float


class Kernel:
    """One kernel, from its start to its end, and the means to stop it from another thread."""

    def __init__(self) -> None:
        self._cells_begun = 0
        self._cells_done = 0
        self._is_timed_out = False
        self._is_stopped = False
        self._manager: AsyncKernelManager | None = None

    def execute(self, job: Job, workspace: Path, limit_seconds: float, on_cell: Callable[[int], None]) -> Execution:
        """Run a job's notebook and keep what it produced, however it ends.

        Parameters
        ----------
        job : Job
            What to run, and with which parameters.
        workspace : pathlib.Path
            An empty folder to write in.
        limit_seconds : float
            The longest the notebook may take, start included.
        on_cell : callable
            Called with the number of cells reached, as each begins.
        """
        written = workspace / "executed.ipynb"
        raised: BaseException | None = None
        clock = threading.Timer(limit_seconds, self._time_out)
        clock.daemon = True
        began = time.monotonic()
        clock.start()
        try:
            with _own_event_loop():
                papermill.execute_notebook(
                    _without_fields(job.notebook),
                    _without_fields(written),
                    parameters=dict(job.parameters),
                    kernel_name="python3",
                    progress_bar=False,
                    start_timeout=START_LIMIT_SECONDS,
                    resources={"metadata": {"path": str(job.notebook.parent)}},
                    kernel_manager_class=self._manager_class(workspace),
                    shutdown_kernel="immediate",
                    extra_arguments=["--HistoryManager.enabled=False"],
                    on_cell_start=lambda cell, cell_index: self._count_start(cell, cell_index, on_cell),
                    on_cell_executed=self._count_end,
                )
        except Exception as error:  # noqa: BLE001 whatever went wrong becomes the page's status
            raised = error
        finally:
            clock.cancel()
        seconds = time.monotonic() - began
        return Execution(_read(written), raised, self._cells_begun, self._cells_done, self._is_timed_out, seconds)

    def stop(self) -> None:
        """End the kernel at once; before it has started, see that it never does."""
        self._is_stopped = True
        provisioner: Any = self._manager.provisioner if self._manager is not None else None
        process = getattr(provisioner, "process", None)
        if process is None:
            return
        with suppress(OSError):  # it may have ended by itself meanwhile
            if hasattr(os, "killpg") and provisioner.pgid:
                os.killpg(provisioner.pgid, signal.SIGKILL)  # whatever the kernel started goes with it
            else:
                process.kill()

    def _time_out(self) -> None:
        self._is_timed_out = True
        self.stop()

    def _count_start(self, cell: nbformat.NotebookNode, cell_index: int, on_cell: Callable[[int], None]) -> None:
        self._cells_begun += is_run(cell)
        on_cell(cell_index + 1)

    def _count_end(self, **_: Any) -> None:
        self._cells_done += 1

    def _manager_class(self, workspace: Path) -> type[AsyncKernelManager]:
        kernel = self

        class PackKernelManager(AsyncKernelManager):
            """Starts a kernel with our environment, encrypted where it can be, known to `kernel` from the first."""

            @default("transport_encryption")
            def _encrypt_where_possible(self) -> str:
                return "auto"

            async def _async_pre_start_kernel(self, **options: Any) -> tuple[list[str], dict[str, Any]]:
                kernel._manager = self
                options["env"] = kernel_environment(workspace)
                return await super()._async_pre_start_kernel(**options)

            async def _async_post_start_kernel(self, **options: Any) -> None:
                await super()._async_post_start_kernel(**options)
                if kernel._is_stopped:
                    kernel.stop()

        return PackKernelManager


def kernel_environment(workspace: Path) -> dict[str, str]:
    """The environment every kernel gets: the same on every machine, whatever the analyst's own settings."""
    paths = [str(PACKAGE_PARENT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {
        **{name: value for name, value in os.environ.items() if name != "PYTHONSTARTUP"},
        "PYTHONPATH": os.pathsep.join(paths),
        "PYTHONHASHSEED": "0",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "IPYTHONDIR": str(workspace / "ipython"),  # no start-up files of the analyst's
        "TZ": "UTC",
    }


@contextmanager
def _own_event_loop() -> Iterator[None]:
    """The event loop nbclient makes for this thread, closed at the end, which nbclient leaves to others."""
    loop = ensure_event_loop()
    try:
        yield
    finally:
        loop.close()
        asyncio.set_event_loop(None)


def _without_fields(path: Path) -> str:
    """A path papermill leaves alone: it would fill in braces as fields."""
    return str(path).replace("{", "{{").replace("}", "}}")


def _read(written: Path) -> nbformat.NotebookNode | None:
    if not written.is_file():
        return None
    try:
        return read_notebook(written)
    except (OSError, ValueError):  # a kernel killed while the file was being written
        return None
