"""One notebook run in a kernel of its own, and our own verdict on how it ended."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from subprocess import DEVNULL
from typing import Any, cast

import nbformat
import papermill
from ipykernel.kernelspec import get_kernel_dict
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import ensure_event_loop
from traitlets import default

from pccstats.batch.handed_over import faults_handed_over
from pccstats.batch.jobs import OUR_KERNEL, Job, is_run, read_notebook
from pccstats.batch.limits import OUTPUT_IN_WORDS, Limits, can_limit_memory
from pccstats.batch.output import ENGINE, OutputCount, shortened
from pccstats.batch.warm import PROVISIONER, START_LIMIT_SECONDS, ForkServer, kernel_environment
from pccstats.sources.looks import Part, read_looks
from pccstats.terms import errors

AT_ONCE = "--InteractiveShellApp.extra_extensions=pccstats"  # also where a notebook never imports it
LOOKS = "--PccStats.looks_noted_in="  # has the kernel note what the notebook looks at: see `sources.looks`
OF_A_PACK = "--PccStats.is_of_a_pack=True"  # has results hand their charts over; an analyst's notebook stays small
LONGEST_LINE, LONGEST_REASON, LONGEST_DETAIL = 300, 2_000, 20_000  # characters of what is said of an error
_COLOUR_CODES = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


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
    is_too_much : bool
        True where we stopped it for all it put out.
    is_lost : bool
        True where it ended because the process it was forked from did.
    seconds : float
        How long it took.
    looks : frozenset of Part or None
        What it looked at, as `sources.looks` notes it; None where nothing was noted.
    """

    notebook: nbformat.NotebookNode | None
    raised: BaseException | None
    cells_begun: int
    cells_done: int
    is_timed_out: bool
    seconds: float
    is_too_much: bool = False
    is_lost: bool = False
    looks: frozenset[Part] | None = None


class Kernel:
    """One kernel, from its start to its end, and the means to stop it from another thread.

    Parameters
    ----------
    server : ForkServer, optional
        What to fork it from; without, it starts cold.
    """

    def __init__(self, server: ForkServer | None = None) -> None:
        self._server = server
        self._cells_begun = 0
        self._cells_done = 0
        self._is_timed_out = False
        self._is_too_much = False
        self._output = OutputCount()
        self._limits = Limits()
        self._is_stopped = False
        self._manager: AsyncKernelManager | None = None
        self._process: Any = None

    def execute(self, job: Job, workspace: Path, limits: Limits, on_cell: Callable[[int], None]) -> Execution:
        """Run a job's notebook and keep what it produced, however it ends.

        Parameters
        ----------
        job : Job
            What to run, and with which parameters.
        workspace : pathlib.Path
            An empty folder to write in.
        limits : Limits
            What the notebook may take.
        on_cell : callable
            Called with the number of cells reached, as each begins.
        """
        given, written, noted = (workspace / name for name in ("given.ipynb", "executed.ipynb", "looks.json"))
        raised: BaseException | None = None
        self._limits = limits
        clock = threading.Timer(limits.seconds, self._time_out)
        clock.daemon = True
        began = time.monotonic()
        clock.start()
        try:
            with _own_event_loop():
                nbformat.write(read_notebook(job.notebook), given)
                papermill.execute_notebook(
                    _without_fields(given),
                    _without_fields(written),
                    parameters=dict(job.parameters),
                    engine_name=ENGINE,
                    takes=self._takes,
                    written=written,
                    request_save_on_cell_execute=False,
                    kernel_name=OUR_KERNEL["name"],
                    progress_bar=False,
                    start_timeout=START_LIMIT_SECONDS,
                    resources={"metadata": {"path": str(job.notebook.parent)}},
                    kernel_manager_class=self._manager_class(workspace),
                    shutdown_kernel="immediate",
                    extra_arguments=["--HistoryManager.enabled=False", AT_ONCE, OF_A_PACK, f"{LOOKS}{noted}"],
                    on_cell_start=lambda cell, cell_index: self._count_start(cell, cell_index, on_cell),
                    on_cell_executed=self._count_end,
                )
        except Exception as error:
            if isinstance(error, OSError) and error.errno in errors.DISK_IS_FULL:
                raise  # no fault of the page, and no reason to put a failed page in the place of a good one
            raised = error  # whatever else went wrong becomes the page's status
        finally:
            clock.cancel()
        seconds = time.monotonic() - began
        notebook = _read(written)
        if notebook is not None and self._is_too_much:
            notebook = shortened(notebook)
        counts = self._cells_begun, self._cells_done
        is_lost, looks = bool(getattr(self._process, "is_lost", False)), read_looks(noted)
        return Execution(notebook, raised, *counts, self._is_timed_out, seconds, self._is_too_much, is_lost, looks)

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

    def _takes(self, kind: str, content: Mapping[str, Any]) -> bool:
        """Count an output; at the first that is too much, end the kernel and take no more."""
        if not self._is_too_much and not self._output.takes(kind, content):
            self._is_too_much = True
            self.stop()
        return not self._is_too_much or kind == "status"

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

            @property
            def kernel_spec(self) -> KernelSpec:
                """Our own Python, whatever kernel somebody has installed under the name `python3`."""
                spec = KernelSpec(**get_kernel_dict())
                if kernel._server is not None:
                    spec.metadata["kernel_provisioner"] = {"provisioner_name": PROVISIONER}
                return spec

            async def _async_pre_start_kernel(self, **options: Any) -> tuple[list[str], dict[str, Any]]:
                kernel._manager = self
                own = {"IPYTHONDIR": str(workspace / "ipython")}  # no start-up files of the analyst's
                options |= {"env": kernel_environment() | own, "stdout": DEVNULL, "stderr": DEVNULL}
                if kernel._server is not None:
                    options["server"] = kernel._server
                return await super()._async_pre_start_kernel(**options)

            async def _async_post_start_kernel(self, **options: Any) -> None:
                await super()._async_post_start_kernel(**options)
                process = kernel._process = getattr(self.provisioner, "process", None)
                if process is not None:
                    with suppress(ProcessLookupError):  # it may have ended by itself meanwhile
                        kernel._limits.hold(process.pid)
                if kernel._is_stopped:
                    kernel.stop()

        return PackKernelManager


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
    except Exception:  # noqa: BLE001 a kernel killed while the file was being written, or outputs that are none
        return None


_OUR_ERRORS = frozenset(
    name for name, thing in vars(errors).items() if isinstance(thing, type) and issubclass(thing, errors.PccStatsError)
)


class Ending(StrEnum):
    """How the run of a notebook ended."""

    COMPLETE = "complete"
    FAILED = "failed"
    TIMED_OUT = "timed_out"
    KERNEL_DIED = "kernel_died"
    STOPPED_EARLY = "stopped_early"
    NOT_STARTED = "not_started"
    TOO_MUCH_OUTPUT = "too_much_output"

    @property
    def in_words(self) -> str:
        return self.value.replace("_", " ")


@dataclass(frozen=True)
class Outcome:
    """How a notebook ended, in words for the reader and in detail for the analyst.

    Attributes
    ----------
    ending : Ending
    reason : str
        One plain sentence or two; empty where the page is complete.
    detail : str
        The traceback, without colour codes; empty where there is none.
    warning_count : int
        How many cells wrote to the error stream. The page leaves that out; the count says it was there.
    """

    ending: Ending
    reason: str = ""
    detail: str = ""
    warning_count: int = 0

    @property
    def is_complete(self) -> bool:
        return self.ending is Ending.COMPLETE


def judge(execution: Execution, limits: Limits) -> Outcome:
    """Decide how an attempt ended.

    The order matters: a stopped clock also kills the kernel, and a dead kernel also leaves cells that never ran.
    """
    notebook = execution.notebook
    if not execution.cells_begun and (execution.raised is not None or notebook is None):
        return _never_begun(execution, limits)
    if notebook is None:
        return Outcome(Ending.FAILED, "What it made could not be read.", _detail(execution))
    warnings = _warning_count(notebook)
    place = _place(execution, notebook)
    error = _first_error(notebook)
    if execution.is_too_much:
        reason = f"It put out more than {OUTPUT_IN_WORDS.removesuffix(' of output')} and was stopped {place}."
        return Outcome(Ending.TOO_MUCH_OUTPUT, reason, warning_count=warnings)
    if execution.is_timed_out:
        reason = f"It had not finished after {limits.time_in_words} and was stopped {place}."
        return Outcome(Ending.TIMED_OUT, reason, warning_count=warnings)
    if error is not None and error.ename == "SystemExit":
        return Outcome(Ending.STOPPED_EARLY, f"The notebook ended itself {place}.", warning_count=warnings)
    if error is not None and error.ename.endswith("MemoryError") and can_limit_memory():
        reason = f"It asked for more than the {limits.memory_in_words} it may take and was stopped {place}."
        return Outcome(Ending.FAILED, reason, _plain(error), warnings)
    if error is not None:
        return Outcome(Ending.FAILED, error_in_words(error.ename, error.evalue), _plain(error), warnings)
    if type(execution.raised).__name__ == "DeadKernelError":
        reason = f"Its Python process ended without warning {place}. It may have run out of memory."
        return Outcome(Ending.KERNEL_DIED, reason, warning_count=warnings)
    if execution.raised is not None:
        return Outcome(Ending.FAILED, _detail(execution), warning_count=warnings)
    if any(cell.execution_count is None for cell in _run_cells(notebook)):
        return Outcome(Ending.STOPPED_EARLY, f"The notebook stopped {place}.", warning_count=warnings)
    if faults := faults_handed_over(notebook):
        reason = f"What it handed over to the pack cannot be used. {faults[0]}"
        return Outcome(Ending.FAILED, reason, _end_of("\n".join(map(str, faults))), warnings)
    return Outcome(Ending.COMPLETE, warning_count=warnings)


def error_in_words(name: str, message: str) -> str:
    """An exception as a reader should see it: our own errors are sentences already, others keep their name.

    Examples
    --------
    >>> error_in_words("RequestProblem", "The plan has no theme 9. It has 1, 2, 3.")
    'The plan has no theme 9. It has 1, 2, 3.'
    >>> error_in_words("KeyError", "'12.offences'")
    "KeyError: '12.offences'"
    """
    message = _COLOUR_CODES.sub("", message).strip()
    if name in _OUR_ERRORS:
        return _beginning_of(message, LONGEST_REASON)
    first_line = _beginning_of(message.partition("\n")[0], LONGEST_LINE)
    return f"{name}: {first_line}" if first_line else name


def is_worth_another(execution: Execution) -> bool:
    """True where it ended through no fault of its own: a clash of ports, a slow start, or its server was lost."""
    was_stopped = execution.is_timed_out or execution.is_too_much
    never_worked = execution.cells_done == 0 or execution.is_lost
    return execution.raised is not None and never_worked and not was_stopped


def _never_begun(execution: Execution, limits: Limits) -> Outcome:
    if execution.is_timed_out:
        return Outcome(Ending.TIMED_OUT, f"It had not started after {limits.time_in_words} and was stopped.")
    return Outcome(Ending.NOT_STARTED, "Its Python process could not be started.", _detail(execution))


def _detail(execution: Execution) -> str:
    why = execution.raised
    return error_in_words(type(why).__name__, str(why)) if why is not None else ""


def _run_cells(notebook: nbformat.NotebookNode) -> Iterator[nbformat.NotebookNode]:
    return (cell for cell in notebook.cells if is_run(cell))


def _first_error(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode | None:
    for cell in _run_cells(notebook):
        for output in cell.outputs:
            if output.output_type == "error":
                return cast("nbformat.NotebookNode", output)
    return None


def _place(execution: Execution, notebook: nbformat.NotebookNode) -> str:
    """Where it stopped, counting the cells with code in them."""
    return f"in step {max(execution.cells_begun, 1)} of {len(list(_run_cells(notebook)))}"


def _warning_count(notebook: nbformat.NotebookNode) -> int:
    return sum(
        any(output.output_type == "stream" and output.name == "stderr" for output in cell.outputs)
        for cell in _run_cells(notebook)
    )


def _plain(error: nbformat.NotebookNode) -> str:
    """A traceback, each line and the whole no longer than somebody reads; its end says most."""
    text = _COLOUR_CODES.sub("", "\n".join(error.traceback))
    return _end_of("\n".join(_beginning_of(line, LONGEST_REASON) for line in text.splitlines()))


def _beginning_of(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]}…"


def _end_of(text: str) -> str:
    return text if len(text) <= LONGEST_DETAIL else f"…{text[-LONGEST_DETAIL:]}"
