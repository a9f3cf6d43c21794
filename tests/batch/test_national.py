"""The packs of all areas of a plan: one beside the other, none in the way of another, all set side by side."""

import hashlib
import json
import re
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from pccstats.batch import ahead, national, writing
from pccstats.batch.contract import page_faults
from pccstats.batch.jobs import Job
from pccstats.batch.manifest import read_manifest
from pccstats.batch.national import PacksMade, _time_left, explain_packs, make_packs
from pccstats.batch.request import Request
from pccstats.batch.terminal import Quiet
from pccstats.sources.kept_answers import KeptAnswers
from pccstats.terms.errors import RequestProblem
from tests.batch.test_cli import Answer, answer  # noqa: F401 a fixture

pytestmark = pytest.mark.slow

QUARTER = "2014/15-Q4"
FORCES = {"Ash": (400, 410), "Beech & Birch": (300, 900), "Cedar": (500, 480)}
PLAN = """
title = "Three small forces"
focus = "Ash"
baseline = "2013/14"
horizon = "2017-03"
areas = [AREAS]

[[theme]]
number = 1
title = "Safer streets"
slug = "safer-streets"

[[theme.priority]]
number = 1
title = "Thefts"

[[theme.priority.indicator]]
key = "1.thefts"
title = "Thefts"
kind = "count"
unit = "offences"
polarity = "lower_is_better"
"""
WITHHELD = """
[[theme.priority.indicator]]
key = "2.secret"
title = "What is not for everybody"
kind = "count"
unit = "offences"
polarity = "lower_is_better"
release = "internal"
release_note = "Until July."
"""
SOURCES = """
[[source]]
file = "counts.csv"
reader = "tidy_csv"
label = "Counts of three small forces"

[[source]]
file = "people.csv"
reader = "populations_csv"
label = "People of three small forces"
"""
NOTEBOOK = """
import pccstats as pcc
focus = pcc.read_plan(data).focus
if focus == FAILING:
    raise ValueError("no pack today")
print("This is the pack of", focus)
"""


@pytest.fixture
def forces(tmp_path: Path, write_notebook: Callable[..., Path]) -> Callable[..., Request]:
    """A folder of three forces with ten years of figures and one notebook; gives the request for all of them."""

    def request(failing: str = "", areas: tuple[str, ...] = tuple(FORCES), **options: Any) -> Request:
        raw = tmp_path / "data" / "raw"
        raw.mkdir(parents=True, exist_ok=True)
        listed = ", ".join(f'{{ name = "{area}", kind = "force" }}' for area in areas)
        (raw / "plan.toml").write_text(PLAN.replace("AREAS", listed), encoding="utf-8")
        (raw / "sources.toml").write_text(SOURCES, encoding="utf-8")
        rows = ["indicator,area,period_end,months,numerator"]
        for area in areas:
            then, now = FORCES[area]
            for year in range(2006, 2016):
                wobble = (year * 7) % 11 - 5
                rows.append(f"1.thefts,{area},{year}-03,12,{now if year == 2015 else then + wobble}")
        (raw / "counts.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
        people = [f"{area},100000,{year},mid-{year}" for area in areas for year in range(2012, 2015)]
        text = "\n".join(["area,persons,year,vintage", *people]) + "\n"
        (raw / "people.csv").write_text(text, encoding="utf-8")
        write_notebook("streets", NOTEBOOK.replace("FAILING", repr(failing)), page="theme-1-safer-streets")
        return Request.read(QUARTER, tmp_path / "data", tmp_path / "outputs", **options)

    return request


def test_time_left_is_that_of_the_packs_behind() -> None:
    """The first pack is left out, for it works out what all ask: the rest go at the pace of those after it."""
    assert _time_left([0.0], 43) == _time_left([0.0, 200.0], 43) == ""
    assert _time_left([0.0, 200.0, 220.0, 240.0], 43) == ", about 14 minutes left at the pace so far"  # 40 at 20 s
    assert _time_left([0.0, 200.0, 205.0], 3) == ", about 10 seconds left at the pace so far"


@pytest.mark.usefixtures("in_one_server")
def test_every_area_has_its_pack_and_one_page_has_them_all(
    forces: Callable[..., Request], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each pack is about its own area; the page on all leads to each of them; a second run keeps what is there."""
    request, progress, said = forces(), Quiet(), list[str]()
    monkeypatch.setattr(progress, "say", said.append)
    made = make_packs(request, progress)
    assert made.is_complete
    *early, third = (words for words in said if ", pack " in words)
    assert early == ["Ash, pack 1 of 3", "Beech & Birch, pack 2 of 3"]
    assert re.fullmatch(r"Cedar, pack 3 of 3, about \d+ (seconds|minutes) left at the pace so far", third)
    folder = tmp_path / "outputs" / "areas" / "2014-15-Q4"
    assert made.folder == folder
    assert {path.name for path in folder.iterdir() if not path.name.startswith(".")} == {
        *("ash", "beech-birch", "cedar", "national"),
    }
    for area, name in (("Ash", "ash"), ("Beech &amp; Birch", "beech-birch"), ("Cedar", "cedar")):
        page = (folder / name / "theme-1-safer-streets.html").read_text(encoding="utf-8")
        assert f"This is the pack of {area}" in page
    pages = {path.name: path.read_text(encoding="utf-8") for path in (folder / "national").glob("*.html")}
    assert set(pages) == {"index.html", "measure-1-thefts.html", "glossary.html"}
    assert {name: page_faults(page) for name, page in pages.items()} == {name: [] for name in pages}
    for text in pages.values():
        for href in re.findall(r'href="([^"#]+)(?:#[^"]*)?"', text):
            assert (folder / "national" / href).resolve().is_file(), href
    assert 'href="../beech-birch/index.html"' in pages["index.html"]
    assert f"+{100 * (900 / 302 - 1):.0f} <" in pages["index.html"]  # from the 302 of 2013/14
    *packs, of_all = explain_packs(request, Quiet())
    assert packs == [f"{area}: Nothing has changed since this pack was made: no page would be made." for area in FORCES]
    assert of_all == "The pages on all of them would stay, unless a pack ends otherwise than last time."
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    again = make_packs(request, Quiet())
    assert all(pack.is_unchanged for pack in again.made.values())
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    assert again.in_words()[0] == "3 packs of 3 in place, 3 of them unchanged since an earlier run."


def test_the_next_pack_begins_where_a_worker_is_free(
    forces: Callable[..., Request], tmp_path: Path, write_notebook: Callable[..., Path]
) -> None:
    """The notebook of the first area ends only once that of the second runs, and both packs are complete."""
    waits = f"""
import pathlib, time
import pccstats as pcc
focus = pcc.read_plan(data).focus
(pathlib.Path({str(tmp_path)!r}) / focus).touch()
until = time.monotonic() + 60
while focus == "Ash" and not (pathlib.Path({str(tmp_path)!r}) / "Beech & Birch").exists():
    assert time.monotonic() < until
    time.sleep(0.05)
"""
    request = forces(workers=2)
    write_notebook("streets", waits, page="theme-1-safer-streets")
    assert make_packs(request, Quiet()).is_complete


@pytest.mark.usefixtures("in_one_server")
def test_pages_of_the_next_pack_are_kept_as_they_end(
    forces: Callable[..., Request], tmp_path: Path, write_notebook: Callable[..., Path]
) -> None:
    """A page of the second pack is kept for a later run while the first pack is still being made."""
    request = forces(workers=2)
    kept = tmp_path / "data" / ".kept" / "areas" / "2014-15-Q4" / "beech-birch" / "theme-1-safer-streets.json.gz"
    waits = f"""
import pathlib, time
import pccstats as pcc
until = time.monotonic() + 60
while pcc.read_plan(data).focus == "Ash" and not pathlib.Path({str(kept)!r}).exists():
    assert time.monotonic() < until
    time.sleep(0.05)
"""
    write_notebook("waits", waits, page="waits", order=9)
    assert make_packs(request, Quiet()).is_complete


@pytest.mark.usefixtures("in_one_server")
def test_pages_on_all_areas_find_what_was_worked_out(
    forces: Callable[..., Request], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the very first run too, the verdicts of all areas are looked up and not worked out once more."""
    monkeypatch.setattr(ahead, "WORTH_A_PROCESS", 1)
    find, found = KeptAnswers.find, []

    def noted(kept: KeptAnswers, *asked: Any) -> Any:
        kept_answer = find(kept, *asked)
        found.append(kept_answer is not None)
        return kept_answer

    monkeypatch.setattr(KeptAnswers, "find", noted)
    assert make_packs(forces(), Quiet()).is_complete
    assert found == [True] * len(FORCES)


class InterruptedAtCedar(Quiet):
    """Presses Ctrl-C once the long cell of the third pack has begun."""

    def reaches(self, job: Job, cell: int) -> None:
        if job.page.startswith("Cedar, ") and cell == 4:
            signal.raise_signal(signal.SIGINT)


def test_ctrl_c_keeps_the_packs_that_were_made(
    forces: Callable[..., Request], tmp_path: Path, write_notebook: Callable[..., Path]
) -> None:
    """The first is whole in its place, and maybe the second; of the third nothing is there, and nothing runs on."""
    request, running = forces(workers=2), {child.pid for child in psutil.Process().children(recursive=True)}
    sleeps = "import time\nimport pccstats as pcc\nif pcc.read_plan(data).focus == 'Cedar':\n    time.sleep(60)"
    write_notebook("streets", sleeps, page="theme-1-safer-streets")
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        make_packs(request, InterruptedAtCedar())
    assert time.monotonic() - began < 60
    assert {child.pid for child in psutil.Process().children(recursive=True)} <= running
    folder = tmp_path / "outputs" / "areas" / "2014-15-Q4"
    there = {path.name for path in folder.iterdir() if path.suffix != ".lock" and not path.name.startswith(".")}
    assert "ash" in there
    assert there <= {"ash", "beech-birch"}
    for name in there:
        assert json.loads((folder / name / "manifest.json").read_text(encoding="utf-8"))["pages"]


@pytest.mark.usefixtures("in_one_server")
def test_one_failing_area_does_not_stop_the_others(
    forces: Callable[..., Request],
    answer: Answer,  # noqa: F811
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Two packs are whole, the third says what failed, the summary begins with it, and the exit code is 1."""
    forces(failing="Beech & Birch")
    assert answer("report", QUARTER, "--area", "all") == 1
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith("Beech & Birch: Could not be completed: theme-1-safer-streets. ValueError: no pack today")
    assert told[-2] == "3 packs of 3 in place."
    assert told[-1].endswith("areas/2014-15-Q4/national/index.html")
    national = Path(told[-1].removeprefix("All of them: "))
    assert "not complete" in national.read_text(encoding="utf-8")
    assert json.loads((national.parent / "manifest.json").read_text())["quarter"] == QUARTER


@pytest.mark.usefixtures("in_one_server")
def test_one_that_cannot_be_written_does_not_stop_the_others(forces: Callable[..., Request], tmp_path: Path) -> None:
    """Each pack is written while the next one's notebooks run; a file in the place of one refuses that one alone."""
    in_the_way = tmp_path / "outputs" / "areas" / "2014-15-Q4" / "ash"
    in_the_way.parent.mkdir(parents=True)
    in_the_way.write_text("notes", encoding="utf-8")
    made = make_packs(forces(), Quiet())
    assert list(made.made) == ["Beech & Birch", "Cedar"]
    assert list(made.refused) == ["Ash"]
    assert in_the_way.read_text(encoding="utf-8") == "notes"
    assert not [path.name for path in in_the_way.parent.iterdir() if path.name.startswith(".ash")]


@pytest.mark.usefixtures("in_one_server")
def test_a_fault_of_the_program_in_one_pack_does_not_stop_the_others(
    forces: Callable[..., Request], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What no rule foresaw is told of the one pack, with its place in the code; the others and their pages are made."""
    front_page = writing.front_page

    def faulty(making: Any, plan: Any, *rest: Any) -> str:
        return front_page(making, plan, *rest) if plan.focus != "Ash" else str(1 // 0)

    monkeypatch.setattr(writing, "front_page", faulty)
    made = make_packs(forces(), Quiet())
    assert list(made.made) == ["Beech & Birch", "Cedar"]
    assert re.fullmatch(
        r"No pack of Ash: batch/writing\.py, line \d+: The program itself failed: ZeroDivisionError: .*\. "
        r"The data are not at fault; pass these words on to whoever looks after pccstats\.",
        made.in_words()[0],
    )
    assert made.national == ()


@pytest.mark.usefixtures("in_one_server")
def test_pages_on_all_areas_that_fail_leave_the_packs(
    forces: Callable[..., Request], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The packs are in place and told of, and so is why the pages on all of them could not be made."""
    monkeypatch.setattr(national, "glossary_page", lambda _: str(1 // 0))
    made = make_packs(forces(), Quiet())
    assert len(made.made) == len(FORCES)
    assert not made.is_complete
    assert made.in_words()[0].startswith("The pages on all of them could not be made: batch/national.py, line ")


@pytest.mark.usefixtures("in_one_server")
def test_pages_on_all_areas_name_no_digest_of_what_the_public_may_not_see(forces: Callable[..., Request]) -> None:
    """The digest of a file could tell a figure in it; those of what is released are there, and tell of a change."""
    request = forces(audience="public")
    plan = request.data / "raw" / "plan.toml"
    plan.write_text(plan.read_text("utf-8") + WITHHELD, "utf-8")
    counts = request.data / "raw" / "counts.csv"
    counts.write_text(counts.read_text("utf-8") + "2.secret,Ash,2015-03,12,77\n", "utf-8")
    made = make_packs(request, Quiet())
    manifest = read_manifest(made.folder / "national")
    assert any(name.startswith("data file") for name in manifest.made_from)
    withheld = {hashlib.sha256(path.read_bytes()).hexdigest() for path in (plan, counts)}
    assert not withheld & set(manifest.made_from.values())
    assert not [pack for pack in made.made.values() if withheld & set(pack.manifest.made_from.values())]
    counts.write_text(counts.read_text("utf-8").replace("Cedar,2015-03,12,480", "Cedar,2015-03,12,481"), "utf-8")
    why = explain_packs(request, Quiet())[-1]
    assert why == "The pages on all of them would be made: data file observations.parquet changed."


def test_under_three_areas_are_no_all(forces: Callable[..., Request]) -> None:
    """Two forces cannot be set side by side, and nothing is written."""
    request = forces(areas=("Ash", "Cedar"))
    with pytest.raises(RequestProblem, match="figures of 2 areas of the kind 'force'"):
        make_packs(request, Quiet())
    assert not request.out.exists()


def test_what_is_told_begins_with_what_failed(tmp_path: Path) -> None:
    """Packs that could not be made come first, those of one reason together; what is not there is not pointed to."""
    refused = {"Ash": "The disk is full.", "Beech": "No figures.", "Cedar": "The disk is full."}
    packs = PacksMade(tmp_path, refused=refused, national=("index.html: no caption",))
    assert packs.in_words() == [
        "No pack of Ash and Cedar: The disk is full.",
        "No pack of Beech: No figures.",
        "index.html: no caption",
        "0 packs of 3 in place.",
        f"All of them: {tmp_path}",
    ]
    assert not packs.is_complete
