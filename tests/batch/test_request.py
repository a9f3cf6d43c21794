"""Requests and notebooks are checked whole: every fault in one message, before anything is done."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pccstats.batch.jobs import read_catalogue
from pccstats.batch.request import Request
from pccstats.terms.errors import RequestProblem

Writer = Callable[..., Path]


def test_every_fault_of_a_request_is_listed(tmp_path: Path) -> None:
    """Quarter, folders, audience and workers are all spoken of at once."""
    (tmp_path / "outputs").write_text("a file", encoding="utf-8")
    with pytest.raises(RequestProblem) as caught:
        Request.read(
            "2015-Q1",
            tmp_path / "nowhere",
            tmp_path / "outputs",
            source_dir=tmp_path / "neither",
            notebooks=tmp_path,
            audience="everybody",
            workers=0,
        )
    words = str(caught.value)
    assert words.startswith("7 problems:")
    for place in ("2015-Q1", "--data", "--source-dir", "--out", "--audience", "--workers", "no notebooks"):
        assert place in words


def test_a_data_folder_needs_a_plan(tmp_path: Path) -> None:
    """A folder with neither `raw` nor a plan is no data folder."""
    with pytest.raises(RequestProblem, match="this one holds neither"):
        Request.read("2015/16-Q1", tmp_path, tmp_path / "outputs")


def test_the_data_folders_own_notebooks_come_before_the_shipped_ones(data: Path, write_notebook: Writer) -> None:
    """A second force may bring its own notebooks; then only those are used."""
    own = write_notebook("dashboard").parent
    assert Request.read("2015/16-Q1", data, data.parent / "outputs").notebooks == own.resolve()


def test_notebooks_that_do_not_say_what_they_are_are_refused_together(write_notebook: Writer) -> None:
    """Every fault in the metadata is named with its notebook and key; a notebook outside the pack is let be."""
    folder = write_notebook("explore", page=None).parent
    write_notebook("one", page="Bad Name")
    write_notebook("two", order="first")
    write_notebook("three", page="index")
    write_notebook("four", page="same-page")
    write_notebook("five", page="same-page")
    (folder / "six.ipynb").write_text("not a notebook", encoding="utf-8")
    with pytest.raises(RequestProblem) as caught:
        read_catalogue(folder)
    words = str(caught.value)
    assert "one.ipynb, metadata pccstats.page" in words
    assert (
        "two.ipynb, metadata pccstats.order: This must be a number, from -1,000,000 to 1,000,000. Found 'first'."
        in words
    )
    assert "three.ipynb, metadata pccstats.page: This must be another name" in words
    assert "Two notebooks make the page same-page" in words
    assert "six.ipynb: This file is not a notebook that can be read." in words
    assert "explore" not in words


def test_a_folder_of_notebooks_none_of_which_belongs_is_refused(write_notebook: Writer) -> None:
    """A pack of no pages is a mistake, not a success."""
    folder = write_notebook("explore", page=None).parent
    with pytest.raises(RequestProblem, match="No notebook in this folder belongs to the pack"):
        read_catalogue(folder)


def test_an_areas_pack_lies_apart(data: Path, write_notebook: Writer) -> None:
    """Neither the pack of the plan's own focus nor one for the public takes the place of an area's."""
    write_notebook("dashboard")
    out = data.parent / "outputs"
    packs = [
        Request.read("2015/16-Q1", data, out, area=area, audience=audience).pack.relative_to(out).as_posix()
        for area in ("", "Hinckley & Bosworth")
        for audience in ("internal", "public")
    ]
    assert packs == [
        "2015-16-Q1",
        "public/2015-16-Q1",
        "areas/2015-16-Q1/hinckley-bosworth",
        "public/areas/2015-16-Q1/hinckley-bosworth",
    ]
