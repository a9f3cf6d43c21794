"""Pages kept from an earlier run: none that a whole run would make otherwise, in whatever way the data change."""

from __future__ import annotations

import dataclasses
import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pccstats as pcc
from pccstats import sources
from pccstats.batch.jobs import Job
from pccstats.batch.kept import Keeper, is_plain
from pccstats.batch.kernel import Ending, Outcome
from pccstats.batch.national import make_packs
from pccstats.batch.pack import PackMade, explain_pack, make_pack
from pccstats.batch.parts import ALWAYS, digest_in, in_words, looked_at, parts_of
from pccstats.batch.request import Request
from pccstats.batch.run import Finished
from pccstats.batch.terminal import Quiet
from pccstats.batch.unchanged import told_of_unchanged, unchanged_in_words
from pccstats.presentation.pages.display import mimebundle
from pccstats.sources.looks import looks
from pccstats.terms.observations import Observations
from pccstats.terms.plan import Commentary, Plan
from pccstats.terms.words import Audience
from tests.batch.test_national import QUARTER, forces  # noqa: F401 a fixture
from tests.batch.test_pack import contents

PLAN = """
title = "Two themes"
focus = "Ash"
baseline = "2013/14"
horizon = "2017-03"
areas = [
  { name = "Ash", kind = "force" }, { name = "Birch", kind = "force" }, { name = "Cedar", kind = "force" },
  { name = "Dogwood", kind = "force" },
]

[[group]]
name = "Trees"
focus = "Ash"
peers = ["Birch", "Cedar", "Dogwood"]
status = "confirmed"
source = "A letter"

[[theme]]
number = 1
title = "Safer streets"
slug = "safer-streets"

[[theme.priority]]
number = 1
title = "Reduce thefts"
commentary = [{ quarter = "2015/16-Q1", words = ["Words on thefts."] }]
indicator = [
  { key = "1.thefts", title = "Thefts", kind = "count", unit = "offences", polarity = "lower_is_better" },
]

[[theme]]
number = 2
title = "Safer homes"
slug = "safer-homes"

[[theme.priority]]
number = 2
title = "Reduce burglary"
commentary = [{ quarter = "2015/16-Q1", words = ["Words on burglary."] }]
indicator = [
  { key = "2.burglary", title = "Burglary", kind = "count", unit = "offences", polarity = "lower_is_better" },
]

[[supporting]]
key = "2.sheds"
title = "Sheds"
priority = 2
kind = "count"
unit = "offences"
polarity = "lower_is_better"
"""
SOURCES = """
[[source]]
file = "counts.csv"
reader = "tidy_csv"
label = "Counts"

[[source]]
file = "people.csv"
reader = "populations_csv"
label = "People"
"""
AREAS, MEASURES = ("Ash", "Birch", "Cedar", "Dogwood"), ("1.thefts", "2.burglary", "2.sheds")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Observations:
    """Two themes in four forces, three years of months."""
    folder = tmp_path_factory.mktemp("two-themes")
    (folder / "plan.toml").write_text(PLAN, "utf-8")
    (folder / "sources.toml").write_text(SOURCES, "utf-8")
    drawn = np.random.default_rng(20150630)
    months = [str(each) for each in pd.period_range("2012-04", "2015-06", freq="M")]
    rows = [f"{key},{area},{end},1,{drawn.poisson(90)}" for key in MEASURES for area in AREAS for end in months]
    (folder / "counts.csv").write_text("\n".join(["indicator,area,period_end,months,numerator", *rows]) + "\n", "utf-8")
    people = [f"{area},100000,{year},mid-{year}" for area in AREAS for year in range(2012, 2015)]
    (folder / "people.csv").write_text("\n".join(["area,persons,year,vintage", *people]) + "\n", "utf-8")
    sources.build_data(folder)
    return pcc.read_observations(folder).for_audience(Audience.INTERNAL)


def theme(number: int) -> Callable[[Plan, Observations], object]:
    """The notebook of a theme, as a function."""

    def page(plan: Plan, data: Observations) -> object:
        assessment = pcc.assess(plan, data, "2015/16-Q1", theme=number)
        return pcc.lead(assessment), pcc.all_priorities(assessment)

    return page


PAGES: dict[str, Callable[[Plan, Observations], object]] = {
    "theme-1": theme(1),
    "theme-2": theme(2),
    "dashboard": lambda plan, data: (pcc.assess(plan, data, "2015/16-Q1", since_last=True),),
    "quality": lambda plan, data: (pcc.data_quality(data, "2015/16-Q1"),),  # noqa: ARG005
}
Outputs = dict[str, tuple[str, frozenset[tuple[str, ...]]]]


def made(data: Observations, pages: Iterable[str] = PAGES) -> Outputs:
    """What these pages put out of these data, and what they looked at."""
    found = {}
    for name in pages:
        page = PAGES[name]
        fresh = dataclasses.replace(data)  # as a kernel of its own has it: nothing is remembered
        with looks() as noted:
            shown: Any = page(fresh.plan, fresh)
            text = "".join(_as_text(part) for part in shown)
        found[name] = text, frozenset(noted)
    return found


def _as_text(shown: Any) -> str:
    """What a notebook shows of a thing, and hands over beside it."""
    return str(shown) if isinstance(shown, str) else json.dumps(mimebundle(shown, is_of_a_pack=True), default=str)


def kept_pages(before: Outputs, parts: dict[tuple[str, ...], str], now: dict[tuple[str, ...], str]) -> set[str]:
    """The pages whose looks are the same now."""

    def is_same(noted: frozenset[tuple[str, ...]]) -> bool:
        looked = (*ALWAYS, *looked_at(noted, Path("nowhere")))
        return all(digest_in(parts, part) == digest_in(now, part) is not None for part in looked)

    return {name for name, (_, noted) in before.items() if is_same(noted)}


@pytest.fixture(scope="module")
def before(small: Observations) -> Outputs:
    """Every page of the data as they are."""
    return made(small)


def changed(data: Observations, measure: str, area: str, end: str, number: float) -> Observations:
    """The data with one figure set to another."""
    frame = data.frame.copy()
    chosen = (frame["indicator"] == measure) & (frame["area"] == area) & (frame["period_end"].astype(str) == end)
    assert chosen.sum() == 1
    frame.loc[chosen, "numerator"] = number
    return dataclasses.replace(data, frame=frame)


def with_text(data: Observations, name: str, text: str) -> Observations:
    """The data with a text of the first theme, its priority or its indicator set to another."""
    first, *others = data.plan.themes
    priority, indicator = first.priorities[0], first.priorities[0].indicators[0]
    if name == "theme":
        first = dataclasses.replace(first, title=text)
    elif name == "indicator":
        indicators = (dataclasses.replace(indicator, title=text),)
        first = dataclasses.replace(first, priorities=(dataclasses.replace(priority, indicators=indicators),))
    else:
        given: dict[str, Any] = (
            {"title": text} if name == "priority" else {"commentary": (Commentary("2015/16-Q1", (text,)),)}
        )
        first = dataclasses.replace(first, priorities=(dataclasses.replace(priority, **given),))
    return dataclasses.replace(data, plan=dataclasses.replace(data.plan, themes=(first, *others)))


@pytest.mark.slow
@settings(max_examples=12)
@given(
    measure=st.sampled_from(MEASURES),
    area=st.sampled_from(("Ash", "Ash", "Cedar")),
    end=st.sampled_from(["2012-09", "2013-12", "2015-02", "2015-06"]),
    number=st.integers(0, 400),
)
def test_a_page_that_is_kept_is_the_page_that_would_be_made(
    small: Observations,
    before: Outputs,
    tmp_path_factory: pytest.TempPathFactory,
    measure: str,
    area: str,
    end: str,
    number: int,
) -> None:
    """Whatever figure changes, wherever: no page that is kept would have come out otherwise."""
    folder = tmp_path_factory.getbasetemp()
    data = changed(small, measure, area, end, number)
    kept = kept_pages(before, parts_of(small, folder / "none"), parts_of(data, folder / "none"))
    after = made(data, kept)
    assert [name for name in kept if after[name][0] != before[name][0]] == []


@pytest.mark.slow
def test_a_figure_touches_the_pages_that_look_at_it(small: Observations, before: Outputs, tmp_path: Path) -> None:
    """A peer's burglary leaves the other theme alone; one's own is in the tests read together on every page."""
    parts = parts_of(small, tmp_path)
    of_a_peer = parts_of(changed(small, "2.burglary", "Cedar", "2015-06", 300), tmp_path)
    assert kept_pages(before, parts, of_a_peer) == {"theme-1"}
    of_a_part = parts_of(changed(small, "2.sheds", "Ash", "2015-06", 300), tmp_path)
    assert kept_pages(before, parts, of_a_part) == {"theme-1"}
    of_ours = parts_of(changed(small, "2.burglary", "Ash", "2015-06", 300), tmp_path)
    assert kept_pages(before, parts, of_ours) == set()
    assert kept_pages(before, parts, parts_of(small, tmp_path)) == set(PAGES)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["commentary", "priority", "theme", "indicator"])
def test_a_text_touches_the_pages_that_show_it(small: Observations, before: Outputs, tmp_path: Path, name: str) -> None:
    """Each page that shows the text is made, and the commentary makes the page of its theme alone."""
    data = with_text(small, name, "Quite another text")
    after = made(data)
    kept = kept_pages(before, parts_of(small, tmp_path), parts_of(data, tmp_path))
    other = {page for page in PAGES if after[page][0] != before[page][0]}
    assert "theme-1" in other or name == "theme"
    assert not kept & other
    if name == "commentary":
        assert kept == {"theme-2", "dashboard", "quality"}


@pytest.mark.parametrize(
    "source",
    [
        "import os",
        "import pandas as pd",
        "from pathlib import Path",
        "from . import words",
        "open('figures.csv')",
        "%pwd",
        "!ls",
        "__import__('os')",
        "().__class__",
        "get_ipython().system('ls')",
    ],
)
def test_what_nobody_can_follow_is_never_kept(source: str) -> None:
    """A notebook that may look elsewhere is not plain, whatever else it does."""
    cells = [nbformat.v4.new_code_cell("import pccstats as pcc"), nbformat.v4.new_code_cell(source)]
    assert not is_plain(nbformat.v4.new_notebook(cells=cells))
    assert is_plain(nbformat.v4.new_notebook(cells=cells[:1]))


@pytest.fixture
def keeper(tmp_path: Path) -> Keeper:
    """A keeper of a pack of one page, over data of one file."""
    parts = {("plan",): "a plan", ("names of files",): "one", ("file", "words.md"): "some words"}
    return Keeper(tmp_path / "kept", parts)


def a_run(folder: Path, *noted: tuple[str, ...], ending: Ending = Ending.COMPLETE) -> Finished:
    """A run of a plain notebook that looked at this."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("import pccstats")])
    place = folder / "words.ipynb"
    nbformat.write(notebook, place)
    job = Job(place, "words", "Words", "Words", 1, 1)
    return Finished(job, Outcome(ending), notebook, 1.0, 1, frozenset(noted))


def asked(keeper: Keeper, run: Finished, rests_on: dict[str, str]) -> tuple[dict[str, str], list[str]]:
    """Why the page of a run must be made, and the pages that are kept."""
    to_do = keeper.to_do([run.job], lambda _: rests_on)
    return dict(to_do.anew), list(to_do.kept)


def test_a_run_is_used_while_all_it_looked_at_is_there(keeper: Keeper, tmp_path: Path) -> None:
    """It says in words what changed: a file, the code, the data at large."""
    run, rests = a_run(tmp_path, ("file", "words.md")), {"pccstats itself": "1"}
    assert asked(keeper, run, rests) == ({"words": "it has not been made before"}, [])
    keeper.keep(run, rests)
    assert asked(keeper, run, rests) == ({}, ["words"])
    assert asked(keeper, run, {"pccstats itself": "2"}) == ({"words": "pccstats itself changed"}, [])
    other = dataclasses.replace(keeper, parts=keeper.parts | {("file", "words.md"): "other words"})
    assert asked(other, run, rests) == ({"words": "the file words.md changed"}, [])
    gone = dataclasses.replace(keeper, parts={("plan",): "a plan", ("names of files",): "one"})
    assert asked(gone, run, rests) == ({"words": "the file words.md changed"}, [])
    figures = dataclasses.replace(keeper, parts=keeper.parts | {("figures", "1.thefts", "Ash"): "some"})
    assert asked(figures, run, rests) == ({}, ["words"])


def test_what_lies_beside_a_notebook_and_changes_all_is_never_kept(keeper: Keeper, tmp_path: Path) -> None:
    """Settings of the charts, or a module in the place of a library, are looked at before anything can be noted."""
    run = a_run(tmp_path)
    keeper.keep(run, {})
    (tmp_path / "matplotlibrc").write_text("lines.linewidth: 9", "utf-8")
    why = "the folder of the notebook has its own matplotlibrc, and nobody can tell what they change"
    assert asked(keeper, run, {}) == ({"words": why}, [])
    assert keeper.looks_elsewhere(run)


@pytest.mark.parametrize(
    "noted", [("outside", "socket.connect"), ("outside", "figures.csv"), ("text", "theme", "9", "title")]
)
def test_a_look_at_what_nobody_knows_is_not_kept(keeper: Keeper, tmp_path: Path, noted: tuple[str, ...]) -> None:
    """What came from elsewhere may be something else tomorrow, and no digest tells."""
    run = a_run(tmp_path, noted)
    keeper.keep(run, {})
    assert asked(keeper, run, {}) == ({"words": "it has not been made before"}, [])


def test_what_a_killed_run_left_of_a_file_goes(keeper: Keeper, tmp_path: Path) -> None:
    """The next run that keeps the same page takes it away, and no other file of the folder."""
    run = a_run(tmp_path, ("file", "words.md"))
    keeper.folder.mkdir()
    for name in (".words.json.gz.1a2b3c4d", "words.json.gz.old", ".other.json.gz.1a2b3c4d"):
        (keeper.folder / name).write_bytes(b"half")
    keeper.keep(run, {})
    held = sorted(path.name for path in keeper.folder.iterdir())
    assert held == [".other.json.gz.1a2b3c4d", "words.json.gz", "words.json.gz.old"]


def test_only_whole_runs_are_kept(keeper: Keeper, tmp_path: Path) -> None:
    """Neither a page that failed nor a file that was cut off or touched is used."""
    run = a_run(tmp_path)
    keeper.keep(dataclasses.replace(run, outcome=Outcome(Ending.FAILED, "It failed.")), {})
    assert asked(keeper, run, {})[1] == []
    keeper.keep(run, {})
    assert asked(keeper, run, {})[1] == ["words"]
    (place,) = keeper.folder.iterdir()
    whole = place.read_bytes()
    for spoilt in (b"", whole[: len(whole) // 2], whole[:40] + bytes([whole[40] ^ 1]) + whole[41:]):
        place.write_bytes(spoilt)
        assert asked(keeper, run, {})[1] == []


def test_parts_are_told_as_people_call_them(small: Observations, tmp_path: Path) -> None:
    """Every part has words of its own that name it."""
    words = [in_words(part) for part in parts_of(small, tmp_path)]
    assert len(set(words)) == len(words)
    assert {"the figures of 1.thefts", "the figures of 1.thefts in Ash", "the title of theme 1"} <= set(words)


READS = """
import pccstats as pcc
series = pcc.read_observations(data).series("1.thefts")
print(float(series.values.iloc[-1]))
"""
SAYS = """
import pccstats as pcc
print(pcc.read_plan(data).priorities[0].commentary)
"""
FAILS = """
import pccstats as pcc
pcc.read_plan(data).theme(9)
"""


@pytest.mark.slow
@pytest.mark.usefixtures("in_one_server")
def test_a_pack_partly_kept_is_the_pack_made_whole(
    forces: Callable[..., Request],  # noqa: F811
    write_notebook: Callable[..., Path],
    tmp_path: Path,
) -> None:
    """One text changed makes one page; a page that failed is tried again; every byte is that of a whole run."""
    request = forces()
    (request.data / "notebooks" / "streets.ipynb").unlink()
    write_notebook("figures", READS)
    write_notebook("words", SAYS, order=20)
    write_notebook("broken", FAILS, order=30)
    first = make_pack(request, Quiet())
    assert reasons(first) == dict.fromkeys(("figures", "words", "broken"), "it has not been made before")
    plan = request.data / "raw" / "plan.toml"
    plan.write_text(
        plan.read_text("utf-8").replace(
            'title = "Thefts"\n\n', 'title = "Thefts"\ncommentary = [{ quarter = "2014/15-Q4", words = ["New."] }]\n\n'
        ),
        "utf-8",
    )
    told = explain_pack(request, Quiet())
    assert told[1:] == [
        "words: the commentary of priority 1 changed",
        "broken: it has not been made before",
        "1 page kept: nothing they look at has changed",
        "2 pages would be made.",
    ]
    partly = make_pack(request, Quiet())
    assert reasons(partly)["figures"] == "kept: nothing it looks at has changed"
    kept_bytes = contents(partly.folder)
    assert b"New." in kept_bytes["words.html"]
    shutil.rmtree(request.data / ".kept")
    whole = make_pack(dataclasses.replace(request, out=tmp_path / "others"), Quiet())
    assert contents(whole.folder) == kept_bytes
    assert make_pack(dataclasses.replace(request, force=True), Quiet()).folder == partly.folder
    assert contents(partly.folder) == kept_bytes


@pytest.mark.slow
@pytest.mark.usefixtures("in_one_server")
def test_own_words_make_the_page_that_shows_them(
    forces: Callable[..., Request],  # noqa: F811
    write_notebook: Callable[..., Path],
) -> None:
    """The office's words on a priority lie in a file that is read with the plan; other pages do not look at them."""
    request = forces()
    own = request.data / "raw" / "commentary" / "2014-15-Q4" / "priority-1.md"
    own.parent.mkdir(parents=True)
    own.write_text("The first words.", "utf-8")
    (request.data / "notebooks" / "streets.ipynb").unlink()
    write_notebook("figures", READS)
    write_notebook("words", SAYS, order=20)
    make_pack(request, Quiet())
    own.write_text("The second words.", "utf-8")
    made = make_pack(request, Quiet())
    assert reasons(made) == {
        "figures": "kept: nothing it looks at has changed",
        "words": "the commentary of priority 1 changed",
    }
    assert b"The second words." in contents(made.folder)["words.html"]
    own.unlink()
    both = "which files there are beside the plan changed, the commentary of priority 1 changed"
    assert reasons(make_pack(request, Quiet()))["words"] == both


def reasons(made: PackMade) -> dict[str, str]:
    """Why each page was made, as the manifest keeps it."""
    return {page.page: page.why for page in made.manifest.pages}


def test_files_are_told_without_their_places(tmp_path: Path) -> None:
    """A file of the data by its name there, none read in parts or of a program, and all else as outside."""
    noted = [
        ("file", str(tmp_path / "data" / "commentary" / "words.md")),
        ("file", str(tmp_path / "data" / "plan.toml")),
        ("file", nbformat.__file__),
        ("file", str(tmp_path / "figures.csv")),
        ("figures", "1.thefts", "Ash"),
    ]
    assert set(looked_at(noted, tmp_path / "data")) == {
        ("file", "commentary/words.md"),
        ("outside", "figures.csv"),
        ("figures", "1.thefts", "Ash"),
    }


@pytest.mark.slow
@pytest.mark.usefixtures("in_one_server")
def test_an_unchanged_pack_is_told_from_digests_alone(
    forces: Callable[..., Request],  # noqa: F811
    tmp_path: Path,
) -> None:
    """Of packs of one area and of all; a figure, a notebook, a touched page, or another request is noticed at once."""
    request = forces(source_dir=tmp_path)
    assert told_of_unchanged(request) is None
    made = make_pack(request, Quiet())
    assert told_of_unchanged(request) == make_pack(request, Quiet()).in_words() == unchanged_in_words(made.folder)
    for other in (
        {"force": True},
        {"docx": True},
        {"only": "streets"},
        {"area": "Cedar"},
        {"audience": Audience.PUBLIC},
    ):
        assert told_of_unchanged(dataclasses.replace(request, **other)) is None, other
    assert told_of_unchanged(request, of_every_area=True) is None
    raw, arrived = request.data / "raw", tmp_path / "counts.csv"
    for place in (raw / "counts.csv", raw / "plan.toml", made.folder / "index.html", made.folder / "manifest.json"):
        before = place.read_bytes()
        place.write_bytes(before + b"\n")
        assert told_of_unchanged(request) is None, place
        place.write_bytes(before)
        assert told_of_unchanged(request) is not None
    arrived.write_bytes((raw / "counts.csv").read_bytes())
    assert told_of_unchanged(request) is None
    arrived.unlink()
    (request.data / "notebooks" / "streets.ipynb").touch()
    assert told_of_unchanged(request) is not None
    (made.folder / "glossary.html").unlink()
    assert told_of_unchanged(request) is None


def test_what_tells_of_an_unchanged_pack_needs_no_notebook_tools(root: Path) -> None:
    """The command may import neither papermill, nbconvert nor matplotlib before it knows that there is work."""
    code = (
        "import sys, pccstats.batch.request, pccstats.batch.unchanged, pccstats.sources.plan\n"
        "print(sorted({'papermill', 'nbconvert', 'matplotlib', 'scipy', 'openpyxl'} & set(sys.modules)))"
    )
    told = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True).stdout
    assert told.strip() == "[]"


@pytest.mark.slow
@pytest.mark.usefixtures("in_one_server")
def test_a_run_that_was_killed_is_taken_up_where_it_was(
    forces: Callable[..., Request],  # noqa: F811
    write_notebook: Callable[..., Path],
    tmp_path: Path,
    root: Path,
) -> None:
    """Killed three times at random moments, the packs of three areas end as those of a run left alone."""
    request = forces()
    write_notebook("figures", READS)
    command = [sys.executable, "-m", "pccstats", "report", QUARTER, "--area", "all", "--data", str(request.data)]
    command += ["--workers", "1"]
    env = os.environ | {"PYTHONPATH": str(root)}
    moments = random.Random(17)
    for _ in range(3):
        before = runs_in(request.data)
        run = subprocess.Popen([*command, "--out", str(request.out)], cwd=root, env=env, stderr=subprocess.DEVNULL)
        while run.poll() is None and runs_in(request.data) == before:
            time.sleep(0.05)
        time.sleep(moments.uniform(0, 3))
        run.kill()
        run.wait()
    kept = runs_in(request.data)
    made = make_packs(request, Quiet())
    assert made.is_complete
    assert kept
    told = {page.why for pack in made.made.values() for page in pack.manifest.pages}
    assert "kept: nothing it looks at has changed" in told or all(pack.is_unchanged for pack in made.made.values())
    assert sum(runs_in(request.data)[name] == when for name, when in kept.items()) == len(kept)
    whole = make_packs(dataclasses.replace(request, out=tmp_path / "others", force=True), Quiet())
    ours, theirs = (
        {n: b for n, b in contents(p.folder).items() if not n.endswith("manifest.json")} for p in (made, whole)
    )
    assert ours == theirs


def runs_in(data: Path) -> dict[str, int]:
    """The runs that are kept, and when each was written."""
    kept = data / ".kept"  # nowhere else: folders beside it come and go while a run builds the data
    return {str(path): path.stat().st_mtime_ns for path in kept.rglob("*.json.gz")} if kept.is_dir() else {}
