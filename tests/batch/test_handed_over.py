"""What notebooks hand over, held against its shape: what is amiss is named, and nothing else is lost."""

import base64
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import pytest

from pccstats.batch.charts import chart_files
from pccstats.batch.handed_over import MIME_TYPE, Results, collect, faults_handed_over, front_page_faults
from pccstats.batch.kernel import Ending, Execution, judge
from pccstats.batch.limits import Limits
from pccstats.batch.manifest import NAME, Manifest, PageRecord, read_manifest, write_manifest

v4 = nbformat.v4

CHART = {
    "name": "thefts",
    "headline": "Thefts",
    "svg": "<svg/>",
    "png": base64.b64encode(b"\x89PNG").decode("ascii"),
    "columns": ["month", "value"],
    "records": [{"month": "2015-04", "value": 7}],
}
SOUND = {
    "headline": {"name": "headline", "sentences": ["One is better."]},
    "briefing": {"name": "briefing", "html": "<p>So.</p>", "summary": "So.", "earlier": "2014/15-Q4"},
    "tally": {"name": "tally", "records": [{"state": "better", "count": 1}, {"strength": "weak", "count": 2}]},
    "priorities": {
        "name": "priorities",
        "records": [{"number": 1, "states": [{"state": "better", "change": -12}], "page": "a", "own": [1]}],
    },
    "dashboard": {"name": "dashboard", "columns": ["indicator", "own"], "records": [{"indicator": "x", "own": None}]},
    "charts": {"name": "charts", "records": [CHART]},
}
AMISS: dict[str, tuple[Any, str]] = {
    "a number": (7, "is a result with a name, or a list of such. Found '7'."),
    "a sentence": ("better", "Found 'better'."),
    "a list of numbers": ([7, 8], "Found '7'."),
    "nothing": (None, "is a result with a name"),
    "no name": ({"records": []}, "is a result with a name"),
    "a name that is none": ({"name": ["tally"], "records": []}, "is a result with a name"),
    "sentences that are none": ({"name": "headline", "sentences": 5}, "headline, sentences: "),
    "a sentence that is none": ({"name": "headline", "sentences": ["So.", 5]}, "headline, sentences 2: This should"),
    "a count in words": (
        {"name": "tally", "records": [{"state": "better", "count": "many"}]},
        "tally, records 1, count: This should be a whole number. Found 'many'.",
    ),
    "a count below none": ({"name": "tally", "records": [{"state": "better", "count": -1}]}, "tally, records 1, count"),
    "a count of nothing": ({"name": "tally", "records": [{"count": 1}]}, "names none, or both"),
    "a count beyond all": (
        {"name": "tally", "records": [{"state": "worse", "count": 10**5000}]},
        "thousands of digits",
    ),
    "records that are none": ({"name": "tally", "records": {"state": "better"}}, "tally, records: "),
    "an unknown state": (
        {"name": "priorities", "records": [{"number": 1, "states": [{"state": "splendid"}]}]},
        "priorities, records 1, states 1, state: This word is not one of the list. Found 'splendid'.",
    ),
    "an unknown signal": (
        {"name": "priorities", "records": [{"number": 1, "signals": [{"signal": "loud", "words": ""}]}]},
        "Found 'loud'",
    ),
    "a priority without number": ({"name": "priorities", "records": [{"page": "a"}]}, "number: This key is missing."),
    "a quarter that is none": ({"name": "briefing", "html": "", "earlier": "last spring"}, "last spring"),
    "a briefing that is no text": ({"name": "briefing", "html": 5}, "briefing, html: This should be text."),
    "two columns of a name": ({"name": "dashboard", "columns": ["Own", "own"], "records": []}, "same name"),
    "a cell with parts": ({"name": "dashboard", "records": [{"indicator": {"a": 1}}]}, "dashboard, records 1"),
    "a cell beyond all": ({"name": "dashboard", "records": [{"change": 10**400}]}, "dashboard, records 1, change"),
    "a chart that leads elsewhere": ({"name": "charts", "records": [CHART | {"name": "../../x"}]}, "name: "),
    "a chart that is no picture": ({"name": "charts", "records": [CHART | {"png": "%"}]}, "charts, records 1, png"),
    "a chart without figures": ({"name": "charts", "records": [{"name": "thefts"}]}, "headline: This key is missing."),
}


def notebook_of(bundle: object) -> nbformat.NotebookNode:
    """A notebook that ran to its end and handed this over."""
    output = v4.new_output("display_data", {MIME_TYPE: bundle, "text/plain": "results"})
    return v4.new_notebook(cells=[v4.new_code_cell("x", execution_count=1, outputs=[output])])


def ending_of(notebook: nbformat.NotebookNode) -> tuple[Ending, str]:
    """How the page of such a notebook ends, and what it says."""
    outcome = judge(Execution(notebook, None, 1, 1, is_timed_out=False, seconds=1.0), Limits(60))
    return outcome.ending, outcome.reason


@pytest.mark.parametrize("name", SOUND)
def test_what_is_sound_is_used(name: str) -> None:
    """Each kind of result, with things of the notebook's own besides, is taken as it is and its page is complete."""
    notebook = notebook_of(SOUND[name])
    assert faults_handed_over(notebook) == []
    assert ending_of(notebook) == (Ending.COMPLETE, "")
    assert collect([notebook]) != Results() or chart_files("a", notebook)[0].png == b"\x89PNG"


@pytest.mark.parametrize(("bundle", "words"), AMISS.values(), ids=AMISS)
def test_what_is_amiss_fails_its_page_alone(bundle: Any, words: str) -> None:
    """A result not of its shape is named with place and value, is used nowhere, and the others' results stand."""
    spoilt = notebook_of(bundle)
    ending, reason = ending_of(spoilt)
    assert ending is Ending.FAILED
    assert reason.startswith("What it handed over to the pack cannot be used. ")
    assert words in reason
    assert len(reason) < 400
    sound = notebook_of(SOUND["headline"])
    assert collect([sound, spoilt]) == collect([spoilt, sound]) == collect([sound])
    assert chart_files("a", spoilt) == ()


def test_one_fault_spoils_all_of_its_notebook() -> None:
    """Of a notebook with one fault nothing is used: half of what it meant might say the opposite."""
    notebook = notebook_of([SOUND["tally"], AMISS["a count in words"][0]])
    assert collect([notebook]) == Results()


RECORD = PageRecord(
    "a", "A", "a.ipynb", {"quarter": "2015/16-Q1"}, "complete", "", 1.5, 1, 0, "0123", ("charts/a.svg",)
)
KEPT = Manifest(quarter="2015/16-Q1", pages=(RECORD,), files={"a.html": "0123"}, front_page=Results().front_page())


def test_a_manifest_is_read_as_it_was_written(tmp_path: Path) -> None:
    """Every field comes back as it went, with what the front page is made of."""
    results = collect([notebook_of(list(SOUND.values()))])
    kept = replace(KEPT, front_page=results.front_page(), missing_pages=("b",), problems=("Something.",))
    write_manifest(kept, tmp_path)
    assert read_manifest(tmp_path) == kept


NO_MANIFEST = {
    "a number": "7",
    "nothing": "null",
    "no JSON": "{",
    "no text": b"\xff\xfe\x00",
    "a list": "[]",
    "files that are none": '{"files": null}',
    "pages that are none": '{"pages": 5}',
    "a page that is none": '{"pages": [null]}',
    "a page in half": '{"pages": [{"page": "a"}]}',
    "files of another": '{"files": {"../../etc/passwd": "0123"}}',
    "files at the root": '{"files": {"/etc/passwd": "0123"}}',
    "a front page that is none": '{"front_page": {"tally": 5}}',
    "a quarter that is none": '{"front_page": {"earlier": "last spring"}}',
    "a count beyond all": '{"front_page": {"tally": [{"state": "worse", "count": ' + "9" * 6000 + "}]}}",
    "a thousand floors": "[" * 100_000,
}


@pytest.mark.parametrize("text", NO_MANIFEST.values(), ids=NO_MANIFEST)
def test_a_spoilt_manifest_is_none(tmp_path: Path, text: str | bytes) -> None:
    """A manifest not of its shape counts as none, so that the pack is made anew; it is never half believed."""
    (tmp_path / NAME).write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    assert read_manifest(tmp_path) == Manifest()


def test_what_a_front_page_is_made_of_is_named_where_it_is_amiss() -> None:
    """A fault in what an earlier run kept has its place; what results give is always sound."""
    assert front_page_faults(Results().front_page()) == []
    assert str(front_page_faults({"headline": [5]})[0]).startswith("front_page, headline 1: This should be text.")
