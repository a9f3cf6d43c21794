"""Answers worked out before the pages are made: the pages are the same, sooner, and nobody sees another's answers."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import threading
import time
from contextvars import Context
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pccstats.batch import ahead
from pccstats.batch.pack import make_pack
from pccstats.batch.request import Request
from pccstats.batch.terminal import Quiet
from pccstats.sources.kept_answers import KeptAnswers
from pccstats.terms.observations import Ahead, Question
from pccstats.terms.periods import Quarter
from tests.batch.test_desks import PACK, QUARTER, files_of, small_data

pytestmark = pytest.mark.slow

NEVER = 10**9


class Said(Quiet):
    """Progress that remembers what was said."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def say(self, words: str) -> None:
        """Remember it."""
        self.lines.append(words)

    @property
    def worked(self) -> list[str]:
        """What was said of working out."""
        return [line for line in self.lines if line.startswith("working out")]


@pytest.fixture
def desk(root: Path, tmp_path: Path) -> Path:
    """A folder of two measures with three notebooks."""
    small_data(root, tmp_path / "data")
    return tmp_path


def made(desk: Path, server: Context, **options: object) -> Said:
    """Make the pack at a desk; what was said meanwhile."""
    said = Said()
    request = Request.read(QUARTER, desk / "data", desk / "outputs", **options)  # type: ignore[arg-type]
    server.copy().run(make_pack, request, said)
    return said


def kept_at(desk: Path) -> list[Path]:
    """The files of answers at a desk."""
    return sorted((desk / "data" / "processed" / "results").rglob("*.parquet"))


def test_pages_are_the_same_with_answers_worked_out_before(desk, with_one_server, monkeypatch):
    """Every byte of the pack is the same; the answers stay for the next run, which works out nothing."""
    monkeypatch.setattr(ahead, "WORTH_A_PROCESS", NEVER)
    assert not made(desk, with_one_server).worked
    without = files_of(desk)
    assert not kept_at(desk)
    monkeypatch.setattr(ahead, "WORTH_A_PROCESS", 1)
    assert made(desk, with_one_server, force=True).worked == ["working out 3 measures, once for every page"]
    assert files_of(desk) == without
    assert len(kept_at(desk)) == 3
    table = pd.read_parquet(kept_at(desk)[0])
    assert {"measure", "area", "quarter", "state", "answer"} <= set(table)
    asked: list[str] = []
    monkeypatch.setattr(KeptAnswers, "keep", lambda *_: asked.append("kept again"))
    assert not made(desk, with_one_server, force=True).worked
    assert not asked
    assert files_of(desk) == without


def test_a_figure_changed_is_worked_out_anew(desk, with_one_server, monkeypatch):
    """The answers to other figures lie in another place; the pack is that of a desk that never had any."""
    monkeypatch.setattr(ahead, "WORTH_A_PROCESS", 1)
    made(desk, with_one_server)
    counts = pd.read_csv(desk / "data" / "counts.csv", dtype=str)
    last = counts.index[counts["indicator"].eq("Burglary") & counts["area"].eq("Leicestershire")][-1]
    counts.loc[last, "numerator"] = str(int(float(counts.loc[last, "numerator"])) + 40)
    counts.to_csv(desk / "data" / "counts.csv", index=False)
    assert made(desk, with_one_server).worked
    assert len({path.parent for path in kept_at(desk)}) == 2
    found = files_of(desk)
    shutil.rmtree(desk / "data" / "processed")
    shutil.rmtree(desk / "data" / ".kept", ignore_errors=True)
    monkeypatch.setattr(ahead, "WORTH_A_PROCESS", NEVER)
    made(desk, with_one_server, force=True)
    assert files_of(desk) == found


def _in_two_themes(desk: Path) -> None:
    """Have the second priority of the plan in a theme of its own."""
    plan = desk / "data" / "plan.toml"
    second = '[[theme]]\nnumber = 2\ntitle = "Streets"\nslug = "streets"\n\n[[theme.priority]]\nnumber = 2'
    plan.write_text(plan.read_text("utf-8").replace("[[theme.priority]]\nnumber = 2", second), "utf-8")


def test_a_page_whose_answers_stay_the_same_is_kept(desk, with_one_server, monkeypatch):
    """A figure of one district makes the pages that show it; themes whose answers are as they were are kept."""
    monkeypatch.setattr(ahead, "WORTH_A_PROCESS", 1)
    _in_two_themes(desk)
    made(desk, with_one_server)
    counts = pd.read_csv(desk / "data" / "counts.csv", dtype=str)
    last = counts.index[counts["indicator"].eq("Burglary") & counts["area"].eq("Blaby")][-1]
    counts.loc[last, "numerator"] = str(int(float(counts.loc[last, "numerator"])) + 1)
    counts.to_csv(desk / "data" / "counts.csv", index=False)
    said = made(desk, with_one_server)
    assert said.worked
    why = dict(line.split(": ", 1) for line in said.lines if ": " in line)
    assert "the figures changed" in why["dashboard"]
    assert "the figures of 1.burglary" in why["partnerships"]
    assert not {page for page in why if page.startswith("theme-")}
    assert "2 pages kept: nothing they look at has changed" in said.lines
    found = files_of(desk)
    made(desk, with_one_server, force=True)
    assert files_of(desk) == found


def test_a_text_of_the_plan_is_no_reason_to_work_anything_out(desk, with_one_server, monkeypatch):
    """What is known of the figures stays known where a theme is called otherwise."""
    monkeypatch.setattr(ahead, "WORTH_A_PROCESS", 1)
    made(desk, with_one_server)
    plan = desk / "data" / "plan.toml"
    plan.write_text(plan.read_text("utf-8").replace("Homes and people", "People and homes"), "utf-8")
    said = made(desk, with_one_server)
    assert not said.worked
    assert any("the title of theme 1 changed" in line for line in said.lines)


def test_processes_that_fail_leave_the_work_to_the_pages(desk, with_one_server, monkeypatch):
    """Where nothing can be worked out before, forked or begun from nothing, that is said, and the pack is made."""
    monkeypatch.setattr(ahead, "WORTH_A_PROCESS", 1)
    monkeypatch.setattr(ahead, "MODULE", "pccstats.no_such_module")
    said = made(desk, with_one_server)
    (words,) = (line for line in said.lines if "could not be worked out beforehand" in line)
    assert words.endswith("): each page does it for itself, which takes longer")
    assert not kept_at(desk)
    assert (desk / "outputs" / PACK / "index.html").is_file()


def test_ctrl_c_ends_a_process_that_is_only_beginning(desk, with_one_server, monkeypatch):
    """One that began while the others were being ended is ended too: nobody waits for its work."""
    begun = []

    def begins_slowly(*_):
        threading.Timer(0.2, signal.raise_signal, (signal.SIGINT,)).start()
        time.sleep(1)
        begun.append(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]))
        return begun[0]

    monkeypatch.setattr(ahead, "WORTH_A_PROCESS", 1)
    monkeypatch.setattr(ahead, "_begin", begins_slowly)
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        made(desk, with_one_server, workers=1)
    assert begun[0].poll() is not None
    assert time.monotonic() - began < 45


def test_answers_of_code_that_was_edited_as_it_was_loaded_are_not_kept(desk, with_one_server, monkeypatch):
    """What older code works out is not found by the newer: nothing is kept, and the pages work it out themselves."""
    monkeypatch.setattr(ahead, "WORTH_A_PROCESS", 1)
    monkeypatch.setattr(ahead, "digest_of_code", lambda: "as it was when the run began")
    made(desk, with_one_server)
    assert not kept_at(desk)
    assert (desk / "outputs" / PACK / "index.html").is_file()


def test_only_the_places_in_use_are_kept(tmp_path):
    """The oldest places go; one that is used again is no longer the oldest."""
    kept = KeptAnswers(tmp_path)
    places = [f"place {number}" for number in range(9)]
    for place in places:
        kept.keep(place, "12.offences", [])
        kept.prune(place)
    left = {path.name for path in tmp_path.iterdir()}
    assert len(left) == 6
    assert "place 8" in left
    assert "place 0" not in left


def test_an_answer_that_was_spoilt_is_not_found(tmp_path):
    """One sign changed on a bad disk could be a figure: such an answer is worked out again."""
    kept = KeptAnswers(tmp_path)
    question = Question(("12.offences", "2015/16-Q1", "review"), "a plan")
    about = ("12.offences", "Leicestershire", Quarter.parse("2015/16-Q1"), "worse", "figures", question)
    kept.keep("made", "12.offences", [Ahead(*about, ("4013 offences in the 12 months",))])
    assert kept.find("12.offences", "figures", question) == ("4013 offences in the 12 months",)
    (path,) = tmp_path.rglob("*.parquet")
    held = pq.read_table(path)
    answer = held["answer"][0].as_py().replace("4013", "4813")
    place = held.schema.get_field_index("answer")
    spoilt = held.set_column(place, held.schema.field("answer"), pa.array([answer], type=pa.large_string()))
    pq.write_table(spoilt, path)
    assert KeptAnswers(tmp_path).find("12.offences", "figures", question) is None


def test_a_file_of_answers_that_cannot_be_read_is_made_anew(tmp_path):
    """One cut short would else leave the work to the pages of every run to come; one without answers is whole."""
    kept = KeptAnswers(tmp_path)
    kept.keep("made", "12.offences", [])
    assert kept.has("made", "12.offences")
    (path,) = tmp_path.rglob("*.parquet")
    path.write_bytes(path.read_bytes()[:-9])
    assert not kept.has("made", "12.offences")
    assert not kept.has("made", "11.offences")


def test_a_pack_is_lent_its_own_answers_alone(tmp_path):
    """What is kept for other readers, other figures or another quarter is not where its notebooks read."""
    kept = KeptAnswers(tmp_path / "results")
    kept.keep("internal", "12.offences", [])
    kept.keep("public", "11.offences", [])
    kept.lend("public", tmp_path / "copy")
    kept.lend("nowhere", tmp_path / "copy")
    assert {path.parent.name for path in (tmp_path / "copy").rglob("*.parquet")} == {"public"}
