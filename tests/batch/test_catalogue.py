"""The notebooks of a pack as files: what is wrong with one is said with its name before anything runs."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

from pccstats.batch.jobs import OUR_KERNEL, read_catalogue, read_notebook
from pccstats.terms.errors import RequestProblem

Writer = Callable[..., Path]

NO_NOTEBOOK = {
    "a list": "[]",
    "a number": "7",
    "nothing": "null",
    "an empty file": "",
    "no JSON": '{"cells": [',
    "no text": b"\xff\xfe\x00",
    "an unknown form": '{"nbformat": 99, "nbformat_minor": 0, "metadata": {}, "cells": []}',
    "a form in words": '{"nbformat": "four", "nbformat_minor": 0, "metadata": {}, "cells": []}',
    "cells that are none": '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": null}',
    "a cell that is none": '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [7]}',
    "metadata that are none": '{"nbformat": 4, "nbformat_minor": 5, "metadata": 7, "cells": []}',
    "a thousand floors": "[" * 100_000,
    "a number of thousands of digits": '{"nbformat": ' + "9" * 6000 + "}",
}


@pytest.mark.parametrize("text", NO_NOTEBOOK.values(), ids=NO_NOTEBOOK)
def test_a_file_that_is_no_notebook_is_named(write_notebook: Writer, text: str | bytes) -> None:
    """Whatever stands in a file called .ipynb, its name and what to do are said, beside what is wrong elsewhere."""
    good = write_notebook("good")
    (good.parent / "spoilt.ipynb").write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    write_notebook("late", order="soon")
    with pytest.raises(RequestProblem) as caught:
        read_catalogue(good.parent)
    words = str(caught.value)
    assert "spoilt.ipynb: This file is not a notebook that can be read. Open it in JupyterLab" in words
    assert "late.ipynb, metadata pccstats.order: This must be a number" in words
    assert len(caught.value.problems) == 2


def test_a_folder_called_a_notebook_is_named(write_notebook: Writer) -> None:
    """A folder, and a link that leads nowhere, are no notebooks, and said to be none."""
    good = write_notebook("good")
    (good.parent / "folder.ipynb").mkdir()
    (good.parent / "link.ipynb").symlink_to("nowhere")
    with pytest.raises(RequestProblem) as caught:
        read_catalogue(good.parent)
    assert [problem.where for problem in caught.value.problems] == ["folder.ipynb", "link.ipynb"]


WRONG_SETTINGS: dict[str, tuple[dict[str, Any], str]] = {
    "no order": ({"order": None}, "order"),
    "an order in words": ({"order": "first"}, "order"),
    "an order that is none": ({"order": float("nan")}, "order"),
    "an order without end": ({"order": float("inf")}, "order"),
    "an order beyond all": ({"order": 10**400}, "order"),
    "an order that is yes": ({"order": True}, "order"),
    "no title": ({"title": " "}, "title"),
    "a title that is a number": ({"title": 7}, "title"),
    "a title without end": ({"title": "x" * 5_000_000}, "title"),
    "words that are none": ({"nav": ["x"]}, "nav"),
    "a page elsewhere": ({"page": "../../etc"}, "page"),
    "a page without end": ({"page": "x" * 5000}, "page"),
    "a page of the pack's own": ({"page": "index"}, "page"),
    "a theme in words": ({"theme": "one"}, "theme"),
    "a theme that is yes": ({"theme": True}, "theme"),
    "a plan that is none": ({"plan": {"title": "x"}}, "plan"),
}


@pytest.mark.parametrize(("settings", "key"), WRONG_SETTINGS.values(), ids=WRONG_SETTINGS)
def test_settings_that_cannot_be_are_named(write_notebook: Writer, settings: dict[str, Any], key: str) -> None:
    """A setting of the wrong kind or size is named with its file and key, in a message of a few lines."""
    path = write_notebook("odd", **settings)
    with pytest.raises(RequestProblem) as caught:
        read_catalogue(path.parent)
    words = str(caught.value)
    assert words.startswith(f"odd.ipynb, metadata pccstats.{key}: This must be ")
    assert len(words) < 700


@pytest.mark.parametrize("block", [[], 7, "dashboard", [{"page": "a"}]], ids=repr)
def test_settings_of_the_wrong_shape_are_named(write_notebook: Writer, block: Any) -> None:
    """What should be a table of settings, and is a list, a number or a word, is named with its file."""
    path = write_notebook("odd")
    whole = json.loads(path.read_text("utf-8"))
    whole["metadata"]["pccstats"] = block
    path.write_text(json.dumps(whole), encoding="utf-8")
    with pytest.raises(RequestProblem, match=r"odd\.ipynb, metadata pccstats: This must be a table"):
        read_catalogue(path.parent)


def test_a_notebook_without_parameters_is_named(write_notebook: Writer) -> None:
    """Where no cell is tagged as that of the parameters, one line says so and what belongs there."""
    path = write_notebook("odd")
    notebook = nbformat.read(path, as_version=4)
    del notebook.cells[1].metadata["tags"]
    nbformat.write(notebook, path)
    with pytest.raises(RequestProblem) as caught:
        read_catalogue(path.parent)
    assert str(caught.value) == (
        "odd.ipynb: No cell is tagged `parameters`. Give the cell that sets audience, data, quarter this tag."
    )


@pytest.mark.parametrize("kernel", [None, {"name": "ir", "display_name": "R", "language": "R"}], ids=["none", "R"])
def test_a_notebook_runs_in_our_own_python(write_notebook: Writer, kernel: dict[str, str] | None) -> None:
    """Whatever a notebook was last saved with, or nothing, it is read as one of ours and found sound."""
    path = write_notebook("odd")
    whole = json.loads(path.read_text("utf-8"))
    del whole["metadata"]["kernelspec"]
    if kernel:
        whole["metadata"]["kernelspec"] = kernel
    whole["metadata"]["papermill"] = whole["cells"][0]["metadata"]["papermill"] = 5
    path.write_text(json.dumps(whole), encoding="utf-8")
    assert [entry.page for entry in read_catalogue(path.parent)] == ["odd"]
    notebook = read_notebook(path)
    assert notebook.metadata.kernelspec == OUR_KERNEL
    assert "papermill" not in notebook.metadata | notebook.cells[0].metadata
