"""What became of a notebook, judged from what it left behind.

papermill reports success for a kernel that died, a cell that ran out of time and a `sys.exit()`; so its word is not
taken. A page is complete only when nothing was raised, nothing was stopped, every cell ran, and no cell shows an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import cast

import nbformat

from pccstats.batch.kernel import Execution
from pccstats.batch.notebook import is_run
from pccstats.terms import errors

_COLOUR_CODES = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
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


def judge(execution: Execution, limit_seconds: float) -> Outcome:
    """Decide how an attempt ended.

    The order matters: a stopped clock also kills the kernel, and a dead kernel also leaves cells that never ran.
    """
    notebook = execution.notebook
    if notebook is None:
        return _never_written(execution, limit_seconds)
    warnings = _warning_count(notebook)
    place = _place(execution, notebook)
    error = _first_error(notebook)
    if execution.is_timed_out:
        reason = f"It had not finished after {_duration(limit_seconds)} and was stopped {place}."
        return Outcome(Ending.TIMED_OUT, reason, warning_count=warnings)
    if error is not None and error.ename == "SystemExit":
        return Outcome(Ending.STOPPED_EARLY, f"The notebook ended itself {place}.", warning_count=warnings)
    if error is not None:
        return Outcome(Ending.FAILED, error_in_words(error.ename, error.evalue), _plain(error), warnings)
    if type(execution.raised).__name__ == "DeadKernelError":
        reason = f"Its Python process ended without warning {place}. It may have run out of memory."
        return Outcome(Ending.KERNEL_DIED, reason, warning_count=warnings)
    if execution.raised is not None:
        reason = error_in_words(type(execution.raised).__name__, str(execution.raised))
        return Outcome(Ending.FAILED, reason, warning_count=warnings)
    if any(cell.execution_count is None for cell in _run_cells(notebook)):
        return Outcome(Ending.STOPPED_EARLY, f"The notebook stopped {place}.", warning_count=warnings)
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
        return message
    first_line = message.partition("\n")[0]
    return f"{name}: {first_line}" if first_line else name


def died_before_first_cell(execution: Execution) -> bool:
    """True where the kernel never got to work: a clash of ports or a slow start, worth one more try."""
    return execution.raised is not None and execution.cells_done == 0 and not execution.is_timed_out


def _never_written(execution: Execution, limit_seconds: float) -> Outcome:
    if execution.is_timed_out:
        return Outcome(Ending.TIMED_OUT, f"It had not started after {_duration(limit_seconds)} and was stopped.")
    why = execution.raised
    detail = error_in_words(type(why).__name__, str(why)) if why is not None else ""
    return Outcome(Ending.NOT_STARTED, "Its Python process could not be started.", detail)


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
    return _COLOUR_CODES.sub("", "\n".join(error.traceback))


def _duration(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:g} seconds"
    return f"{seconds / 60:g} minutes"
