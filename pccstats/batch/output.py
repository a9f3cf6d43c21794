"""What a notebook puts out, counted as it comes: from the first that is too much on, nothing more is taken."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import nbformat
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines
from traitlets import Callable as CallableTrait

from pccstats.batch.handed_over import MIME_TYPE
from pccstats.batch.jobs import with_cells, with_outputs
from pccstats.batch.limits import MOST_SHOWN

ENGINE = "pccstats"
MOST_HANDED_OVER = 100_000_000  # characters of its results and the files of its charts, which no page shows
LEAST_OF_AN_OUTPUT = 500  # what an output counts, however short
KEPT_OF_A_NOTEBOOK, KEPT_OF_A_TEXT = 200_000, 2_000  # characters shown of one that went on and on
KEPT_OF_AN_ERROR, PARTS_KEPT_OF_A_TRACEBACK = 10_000, 30
_OUTPUTS = frozenset({"stream", "display_data", "update_display_data", "execute_result", "error"})


class OutputCount:
    """How much one notebook has put out so far."""

    def __init__(self) -> None:
        self._shown = self._handed_over = 0

    def takes(self, kind: str, content: Mapping[str, Any]) -> bool:
        """Count one message of a kernel; False from the one on that is too much."""
        if kind not in _OUTPUTS:
            return True
        data = content.get("data")
        handed_over = data.get(MIME_TYPE) if isinstance(data, Mapping) else None
        size = _size_of(handed_over)
        self._handed_over += size
        self._shown += max(_size_of(content) - size, LEAST_OF_AN_OUTPUT)
        return self._shown <= MOST_SHOWN and self._handed_over <= MOST_HANDED_OVER


def _size_of(value: Any) -> int:
    """Characters in a piece of JSON, near enough; a loop, for it may be of many floors."""
    size, left = 0, [value]
    while left:
        part = left.pop()
        if isinstance(part, str):
            size += len(part)
        elif isinstance(part, Mapping):
            left += [*part.keys(), *part.values()]
        elif isinstance(part, list | tuple):
            left += part
        else:
            size += 1
    return size


class _CountingClient(PapermillNotebookClient):  # type: ignore[misc] # papermill has no types
    """Takes the outputs of a kernel as long as it is told that they are not too much."""

    takes = CallableTrait()

    def process_message(self, message: dict[str, Any], cell: NotebookNode, cell_index: int) -> NotebookNode | None:
        if message["msg_type"] == "error":
            message["content"] |= _error_in_short(message["content"])
        if not self.takes(message["msg_type"], message["content"]):
            return None
        return cast("NotebookNode | None", super().process_message(message, cell, cell_index))


def _error_in_short(content: Mapping[str, Any]) -> dict[str, Any]:
    """The parts of an error that may go on and on: of its message the beginning, of its traceback the end."""
    traceback = [str(part)[:KEPT_OF_AN_ERROR] for part in content["traceback"][-PARTS_KEPT_OF_A_TRACEBACK:]]
    return {"evalue": str(content["evalue"])[:KEPT_OF_AN_ERROR], "traceback": traceback}


class _Engine(NBClientEngine):  # type: ignore[misc] # papermill has no types
    """Papermill's own way to run a notebook, with outputs counted, and written at its end alone."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        kernel_name: str,
        *,
        takes: Callable[[str, Mapping[str, Any]], bool],
        written: Path,
        **options: Any,
    ) -> NotebookNode:
        known = {name: value for name, value in options.items() if name not in ("input_path", "start_timeout")}
        known |= {"startup_timeout": options["start_timeout"], "log": logging.getLogger("papermill")}
        client = _CountingClient(nb_man, kernel_name=kernel_name, takes=takes, **known)
        try:
            return cast("NotebookNode", client.execute())
        except BaseException:
            nb_man.output_path = str(written)  # else papermill writes it as it ends: once, since it is large
            raise


papermill_engines.register(ENGINE, _Engine)


def shortened(notebook: NotebookNode) -> NotebookNode:
    """The same notebook with what it put out at first; of a text that went on and on its beginning."""
    left = KEPT_OF_A_NOTEBOOK

    def kept(outputs: list[NotebookNode]) -> Iterator[NotebookNode]:
        nonlocal left
        for output in outputs:
            size = _size_of(output)
            if size <= left:
                left -= size
                yield output
            elif output.output_type == "stream":
                yield nbformat.v4.new_output("stream", name=output.name, text=f"{output.text[:KEPT_OF_A_TEXT]}…\n")

    cells = (with_outputs(cell, kept(cell.outputs)) if cell.cell_type == "code" else cell for cell in notebook.cells)
    return with_cells(notebook, cells)
