"""The pack as a whole: what is in it, that the same inputs give the same bytes, and that no half of one ever stands."""

import csv
import json
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import openpyxl
import psutil
import pytest

from pccstats.batch import provenance
from pccstats.batch.contract import page_faults
from pccstats.batch.issued import issue
from pccstats.batch.jobs import Job
from pccstats.batch.pack import PackMade, make_pack
from pccstats.batch.request import Request
from pccstats.batch.terminal import Quiet
from pccstats.terms.errors import DataProblem, RequestProblem
from pccstats.terms.results.dashboard import DASHBOARD_COLUMNS

pytestmark = pytest.mark.slow

Writer = Callable[..., Path]
Maker = Callable[..., PackMade]


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a pack but the manifest, which holds times."""
    files = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    return {name: path.read_bytes() for name, path in files.items() if name != "manifest.json"}


@pytest.mark.usefixtures("whole_pack")
def test_a_pack_holds_its_pages_and_files(make: Maker) -> None:
    """Pages, dashboard files and manifest are there, every page keeps the contract, and the front page links them."""
    made = make()
    assert made.is_complete
    assert made.folder.name == "2015-16-Q1"
    files = contents(made.folder)
    assert set(files) == {
        "index.html",
        "briefing.html",
        "glossary.html",
        "summary.txt",
        "dashboard.html",
        "theme-1-safer-streets.html",
        "dashboard.csv",
        "dashboard.xlsx",
        "observations.csv",
    }
    pages = {name: text.decode("utf-8") for name, text in files.items() if name.endswith(".html")}
    assert {name: page_faults(page) for name, page in pages.items()} == {name: [] for name in pages}
    index = pages["index.html"]
    assert "<p>One is better.</p>" in index
    assert 'href="theme-1-safer-streets.html#priority-1"' in index
    assert 'href="theme-1-safer-streets.html"' in index  # the second verdict names an anchor that is not there
    assert "Quarter 1 2015/16, April to June 2015" in index
    assert "application/vnd.pccstats" not in pages["dashboard.html"]
    assert "results" not in pages["dashboard.html"].partition("<main")[2]


@pytest.mark.usefixtures("whole_pack")
def test_the_dashboard_files_hold_text_as_text(make: Maker) -> None:
    """The agreed columns are there, and no cell of text can turn into a formula."""
    made = make()
    with (made.folder / "dashboard.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == DASHBOARD_COLUMNS
    assert rows[0]["title"] == "'=cmd()"
    assert rows[0]["change"] == "-12.5"
    assert rows[0]["note"] == "'-3 to 4"
    assert rows[0]["unit"] == "+44"  # a number, however it is signed
    book = openpyxl.load_workbook(made.folder / "dashboard.xlsx")
    assert book.sheetnames == ["Dashboard", "Notes"]
    assert all(cell.data_type != "f" for sheet in book for row in sheet for cell in row)


@pytest.mark.slow
@pytest.mark.usefixtures("whole_pack")
def test_the_same_inputs_give_the_same_bytes(make: Maker) -> None:
    """Made twice, every page and file is byte for byte the same."""
    first = contents(make().folder)
    assert contents(make(force=True).folder) == first


@pytest.mark.slow
@pytest.mark.usefixtures("whole_pack")
def test_a_pack_is_left_alone_until_something_changes(make: Maker, data: Path) -> None:
    """Nothing is run again when nothing has changed; a change of data, or a page touched by hand, is noticed."""
    assert not make().is_unchanged
    assert make().is_unchanged
    (data / "raw" / "plan.toml").write_text("changed", encoding="utf-8")
    made = make()
    assert not made.is_unchanged
    (made.folder / "dashboard.html").write_text("edited", encoding="utf-8")
    assert not make().is_unchanged


@pytest.mark.usefixtures("whole_pack")
def test_the_manifest_tells_all_but_who_and_where(make: Maker, tmp_path: Path) -> None:
    """Inputs, parameters, status and versions are there; no folder or name of this machine is."""
    made = make()
    text = (made.folder / "manifest.json").read_text("utf-8")
    manifest = json.loads(text)
    assert manifest["inputs"] == [{"name": "counts.csv", "sha256": "0123456789abcdef" * 4, "rows": 1234}]
    assert manifest["pages"][0]["parameters"] == {"quarter": "2015/16-Q1", "data": "data", "audience": "internal"}
    assert manifest["pages"][0]["attempts"] == 1
    assert manifest["started_at"] <= manifest["finished_at"]
    assert "pandas" in manifest["made_from"]
    assert str(tmp_path) not in text
    assert str(Path.home()) not in text


def test_two_runs_at_once_leave_one_whole_pack(write_notebook: Writer, make: Maker, tmp_path: Path) -> None:
    """Whichever ends last holds; neither stumbles over the other, and nothing is left beside the pack."""
    write_notebook("first", order=1)
    with ThreadPoolExecutor(2) as pool:
        both = [future.result() for future in [pool.submit(make, force=True), pool.submit(make, force=True)]]
    assert all(made.is_complete for made in both)
    assert [path.name for path in (tmp_path / "outputs").iterdir()] == ["2015-16-Q1"]
    assert make().is_unchanged


@pytest.mark.usefixtures("whole_pack")
def test_the_briefing_stands_on_the_front_page_on_a_sheet_and_in_a_mail(make: Maker) -> None:
    """What the dashboard hands over opens the front page and is a sheet of its own; the manifest holds both files."""
    made = make()
    files = {name: text.decode("utf-8") for name, text in contents(made.folder).items() if not name.endswith("xlsx")}
    for page in ("index.html", "briefing.html"):
        assert files[page].count('<div class="briefing"><h2 id="look-at">What to look at</h2></div>') == 1
    assert files["summary.txt"] == "Thefts are fewer.\n"
    assert {"briefing.html", "summary.txt"} <= set(made.manifest.files)
    assert 'href="briefing.html"' in files["index.html"]
    assert 'href="summary.txt"' in files["index.html"]


@pytest.mark.slow
@pytest.mark.usefixtures("whole_pack")
def test_the_briefing_outlives_a_page_made_anew(make: Maker) -> None:
    """Where another page alone is made again, the briefing is kept as it was."""
    before = contents(make().folder)
    after = contents(make(only="theme-1-safer-streets").folder)
    for name in ("briefing.html", "summary.txt", "index.html"):
        assert after[name] == before[name]


@pytest.mark.slow
@pytest.mark.usefixtures("whole_pack")
def test_the_pack_before_is_linked_where_it_is_there_and_for_the_same_readers(make: Maker) -> None:
    """The front page leads to the pack of the quarter before; never from a public pack to an internal one."""
    link = 'href="../2014-15-Q4/index.html"'
    assert link not in (make().folder / "index.html").read_text("utf-8")
    assert (make(quarter="2014/15-Q4").folder / "index.html").is_file()
    assert link in (make(force=True).folder / "index.html").read_text("utf-8")
    assert link not in (make(force=True, audience="public").folder / "index.html").read_text("utf-8")


@pytest.mark.slow
def test_one_page_can_be_made_anew(write_notebook: Writer, make: Maker) -> None:
    """The page is replaced, the others stay, and the front page says which were made before."""
    write_notebook("first", "print('old words')", order=1)
    write_notebook("second", order=2)
    before = contents(make().folder)
    write_notebook("first", "print('new words')", order=1)
    after = contents(make(only="first.ipynb").folder)
    assert b"new words" in after["first.html"]
    assert after["second.html"] == before["second.html"]
    assert b"made earlier, from other data" in after["index.html"]


@pytest.mark.slow
def test_pages_left_behind_by_one_made_anew_are_made_with_the_next_run(write_notebook: Writer, make: Maker) -> None:
    """Two notebooks were mended and one page made anew: the next run makes the other, and says so."""
    write_notebook("first", "print('old words')", order=1)
    write_notebook("second", "print('old words')", order=2)
    make()
    write_notebook("first", "print('new words')", order=1)
    write_notebook("second", "print('new words')", order=2)
    partly = make(only="first").folder
    assert b"old words" in contents(partly)["second.html"]
    with pytest.raises(RequestProblem, match="Made before the rest of this pack: second"):
        issue(partly)
    made = make()
    assert not made.is_unchanged
    assert b"new words" in contents(made.folder)["second.html"]
    assert b"made earlier, from other data" not in contents(made.folder)["index.html"]
    assert make().is_unchanged


@pytest.mark.slow
def test_a_page_that_looks_elsewhere_is_made_with_every_run(
    write_notebook: Writer, make: Maker, tmp_path: Path
) -> None:
    """A notebook that reads a file which no digest covers shows what is in it now, though nothing else has changed."""
    words = tmp_path / "words.txt"
    words.write_text("old words", encoding="utf-8")
    write_notebook("first", f"import pathlib; print(pathlib.Path({str(words)!r}).read_text())", order=1)
    write_notebook("second", order=2)
    make()
    words.write_text("new words", encoding="utf-8")
    made = make()
    assert b"new words" in contents(made.folder)["first.html"]
    assert {page.page: page.why.split(":")[0] for page in made.manifest.pages}["second"] == "kept"


@pytest.mark.slow
def test_a_notebook_edited_while_the_pack_is_made_is_refused(
    write_notebook: Writer, make: Maker, tmp_path: Path
) -> None:
    """Nobody can tell which of the two it was that ran, so its run is kept for neither, and the earlier pack stays."""
    first = write_notebook("first", "print('old words')", order=1)
    before = contents(make().folder)
    write_notebook("first", "print('new words')", order=1)
    new = first.read_bytes()

    class EditedMeanwhile(Quiet):
        """The analyst saves the notebook as its page begins."""

        def starts(self, job: Job) -> None:
            super().starts(job)
            first.write_bytes(new.replace(b"new words", b"half a th"))

    request = Request.read("2015/16-Q1", tmp_path / "data", tmp_path / "outputs")
    with pytest.raises(DataProblem, match=r"notebooks changed while .* being made: notebook first.ipynb changed"):
        make_pack(request, EditedMeanwhile())
    assert contents(tmp_path / "outputs" / "2015-16-Q1") == before
    first.write_bytes(new)
    assert b"new words" in contents(make().folder)["first.html"]


@pytest.mark.slow
def test_a_package_edited_while_the_pack_is_made_is_refused(
    write_notebook: Writer, make: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pages of two versions never stand in one pack, and no run is kept as that of the one it was begun with."""
    write_notebook("first", order=1)
    with monkeypatch.context() as edited:
        edited.setattr(provenance, "package_has_changed", lambda: True)
        with pytest.raises(DataProblem, match="package changed while the pack was being made: pccstats itself changed"):
            make()
    assert make().manifest.pages[0].why == "it has not been made before"


@pytest.mark.slow
def test_one_page_is_not_made_among_pages_of_other_data(write_notebook: Writer, make: Maker, data: Path) -> None:
    """What was withheld since the pack was made would stay on the other pages, so the whole is to be made (R1f)."""
    write_notebook("first", order=1)
    write_notebook("second", order=2)
    before = contents(make().folder)
    (data / "raw" / "plan.toml").write_text('title = "Another"\n', encoding="utf-8")
    with pytest.raises(RequestProblem, match=r"from other data.*plan.toml changed.*without --only"):
        make(only="first")
    assert contents(make(force=True).folder).keys() == before.keys()


@pytest.mark.slow
@pytest.mark.parametrize("spoil", ["", "7", "{"])
def test_one_page_is_not_made_where_nobody_knows_what_the_others_hold(
    write_notebook: Writer, make: Maker, spoil: str
) -> None:
    """Without its manifest a pack may be for anybody: internal pages must not stand under a public label (R1e)."""
    write_notebook("first", order=1)
    folder = make(audience="public").folder
    manifest = folder / "manifest.json"
    manifest.write_text(spoil, encoding="utf-8") if spoil else manifest.unlink()
    before = (folder / "index.html").read_bytes()
    with pytest.raises(RequestProblem, match="missing or cannot be read"):
        make(only="first", audience="public")
    assert (folder / "index.html").read_bytes() == before


@pytest.mark.slow
def test_one_page_cannot_be_for_another_audience(write_notebook: Writer, make: Maker, tmp_path: Path) -> None:
    """Packs for the public lie apart and say whom they are for; one put in the other's place is not added to (A7)."""
    write_notebook("first", order=1)
    internal = make().folder
    public = make(audience="public")
    assert (internal, public.folder) == (tmp_path / "outputs" / "2015-16-Q1", tmp_path / "outputs/public/2015-16-Q1")
    assert "For internal use" in (internal / "first.html").read_text("utf-8")
    assert "For the public" in (public.folder / "first.html").read_text("utf-8")
    assert "Public version" in (public.folder / "index.html").read_text("utf-8")
    assert public.manifest.pages[0].parameters["audience"] == "public"
    (internal / "manifest.json").replace(public.folder / "manifest.json")
    with pytest.raises(RequestProblem, match="is for the internal audience"):
        make(only="first", audience="public")


@pytest.mark.slow
def test_data_edited_while_the_pack_is_made_are_refused(write_notebook: Writer, make: Maker, data: Path) -> None:
    """Pages of two states of the data never stand in one pack: the run is refused and the earlier pack stays (R4)."""
    write_notebook("first", order=1)
    before = contents(make().folder)
    edited = data / "raw" / "plan.toml"
    write_notebook("first", f"_ = open({str(edited)!r}, 'a').write('#')", order=1)
    with pytest.raises(DataProblem, match=r"changed while the pack was being made: data file raw/plan.toml changed"):
        make(force=True)
    assert contents(data.parent / "outputs" / "2015-16-Q1") == before


@pytest.mark.slow
def test_notebooks_are_given_a_copy(write_notebook: Writer, make: Maker, data: Path) -> None:
    """Notebooks read a folder made for this pack, which is gone afterwards, and not the one an analyst edits (R4)."""
    (data / "raw" / "secret.csv").write_text("1", encoding="utf-8")
    looks = "import pathlib; print(*sorted(path.name for path in pathlib.Path(data).rglob('*')), sep=' and ')"
    write_notebook("first", looks, order=1)
    page = (make().folder / "first.html").read_text("utf-8")
    held = ("exposures.parquet", "findings.json", "manifest.json", "observations.parquet", "plan.toml")
    assert " and ".join(held) in page
    assert "secret.csv and" not in page


def test_one_page_without_the_others_is_an_unfinished_pack(write_notebook: Writer, make: Maker) -> None:
    """Where there was no pack before, the front page names the pages still to be made."""
    write_notebook("first", order=1)
    write_notebook("second", order=2)
    made = make(only="second")
    assert not made.is_complete
    assert "not made yet" in (made.folder / "index.html").read_text("utf-8")
    assert made.manifest.missing_pages == ("first",)


@pytest.mark.usefixtures("whole_pack")
def test_a_quarter_beyond_the_data_is_refused(make: Maker, tmp_path: Path) -> None:
    """The message names the latest quarter there is, and no folder appears."""
    with pytest.raises(
        RequestProblem, match=r"run from April 2012 to June 2015 .* latest that can be reported is 2015/16-Q1"
    ):
        make(quarter="2015/16-Q2")
    assert not (tmp_path / "outputs").exists()


def test_words_from_data_never_become_markup(write_notebook: Writer, make: Maker) -> None:
    """Text that looks like markup is shown as text, in plain output and in Markdown alike."""
    write_notebook(
        "first",
        "print('<script>alert(1)</script>')",
        "from IPython.display import Markdown\nMarkdown('<img src=x> **bold**')",
    )
    page = (make().folder / "first.html").read_text("utf-8")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "&lt;img src=x&gt; <strong>bold</strong>" in page
    assert page_faults(page) == []


def test_the_error_stream_is_counted_and_left_out(write_notebook: Writer, make: Maker) -> None:
    """A warning on the way is no part of the page; the manifest counts it."""
    write_notebook("first", "import warnings; warnings.warn('mind the gap')")
    made = make()
    assert made.is_complete
    assert made.manifest.pages[0].warning_count == 1
    assert "mind the gap" not in (made.folder / "first.html").read_text("utf-8")


class InterruptedAtSleep(Quiet):
    """Presses Ctrl-C once the long cell has begun."""

    def reaches(self, job: Job, cell: int) -> None:  # noqa: ARG002
        if cell == 4:
            signal.raise_signal(signal.SIGINT)


@pytest.mark.slow
def test_ctrl_c_stops_the_kernels_and_keeps_the_earlier_pack(
    write_notebook: Writer, make: Maker, data: Path, tmp_path: Path
) -> None:
    """After Ctrl-C no kernel runs on, nothing half-made lies about, and the earlier pack is as it was."""
    write_notebook("first", "print('done')")
    before = contents(make().folder)
    write_notebook("first", "import time; time.sleep(60)")
    running = {child.pid for child in psutil.Process().children(recursive=True)}
    with pytest.raises(KeyboardInterrupt):
        make_pack(Request.read("2015/16-Q1", data, tmp_path / "outputs", limit_seconds=30), InterruptedAtSleep())
    assert {child.pid for child in psutil.Process().children(recursive=True)} <= running
    assert [path.name for path in (tmp_path / "outputs").iterdir()] == ["2015-16-Q1"]
    assert contents(tmp_path / "outputs" / "2015-16-Q1") == before
