"""Notebook files: read, and copied with something left out. The types nbformat lacks are given here."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import cast

import nbformat
from nbformat import NotebookNode

SKIPPED = "skip-execution"


def read_notebook(path: Path) -> NotebookNode:
    """A notebook as nbformat 4, with the errors nbformat raises."""
    return cast("NotebookNode", nbformat.read(path, as_version=4))


def is_run(cell: NotebookNode) -> bool:
    """True for a cell that has code in it and is not tagged to be skipped."""
    return cell.cell_type == "code" and bool(cell.source.strip()) and SKIPPED not in cell.metadata.get("tags", [])


def with_cells(notebook: NotebookNode, cells: Iterable[NotebookNode]) -> NotebookNode:
    """The same notebook with other cells."""
    return _node({**notebook, "cells": list(cells)})


def with_outputs(cell: NotebookNode, outputs: Iterable[NotebookNode]) -> NotebookNode:
    """The same cell with other outputs."""
    return _node({**cell, "outputs": list(outputs)})


def _node(parts: dict[str, object]) -> NotebookNode:
    return cast("NotebookNode", nbformat.from_dict(parts))
