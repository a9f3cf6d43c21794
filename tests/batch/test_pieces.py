"""The pieces a pack is put together from, one at a time."""

import re
from pathlib import Path

import nbformat
import pandas as pd
import pytest

from pccstats.batch.contract import read_page
from pccstats.batch.front_page import Download, PageRow, front_page
from pccstats.batch.handed_over import MIME_TYPE, Results, collect, merged
from pccstats.batch.kernel import Ending, Execution, judge
from pccstats.batch.limits import Limits
from pccstats.batch.outline import outlined
from pccstats.batch.page import Link, Pack, body_of, glossary_page, page_css
from pccstats.batch.provenance import Origin, data_folder_digests, key_of, origin_of, revision
from pccstats.batch.request import check_quarter
from pccstats.sources.folders import put_back, replaced_folder
from pccstats.terms.errors import RequestProblem, SourceFile
from pccstats.terms.periods import Quarter, Window
from pccstats.terms.plan import Plan

v4 = nbformat.v4


def notebook_of(*bundles: object) -> nbformat.NotebookNode:
    """A notebook that hands over these results."""
    outputs = [v4.new_output("display_data", {MIME_TYPE: bundle, "text/plain": "results"}) for bundle in bundles]
    return v4.new_notebook(cells=[v4.new_code_cell("x", outputs=outputs)])


def test_results_are_gathered_and_their_faults_told() -> None:
    """The later headline holds, priorities are joined by number, and what cannot be used is said."""
    results = collect(
        [
            notebook_of({"name": "headline", "text": "Old."}, {"name": "priorities", "records": [{"number": 2}]}),
            None,
            notebook_of({"name": "headline", "text": "New."}, {"name": "priorities", "records": [{"number": 1}]}),
            notebook_of(
                [{"name": "dashboard", "records": [{"indicator": "1.x", "colour": "teal"}]}, {"name": "other"}]
            ),
        ]
    )
    assert results.headline == ("New.",)
    assert [record["number"] for record in results.priorities] == [1, 2]
    assert results.dashboard_columns[-1] == "colour"
    assert "lacks the columns priority, title" in results.problems[0]
    assert "'other'" in results.problems[1]


def test_newer_results_do_not_wipe_out_earlier_ones() -> None:
    """A page made anew that hands nothing over leaves the front page's words as they were."""
    kept = merged(Results(headline=("Kept.",), tally=({"state": "better", "count": 1},)), Results())
    assert (kept.headline, len(kept.tally)) == (("Kept.",), 1)


def test_headings_are_put_in_order() -> None:
    """One first heading, no level skipped, a name on each that none other has; ids already there stay."""
    outline = outlined('<h1>A</h1><p>x</p><h1>B</h1><h4 id="own">C</h4><h2>B</h2>', "Title")
    assert outline.title == '<h1 id="a">A</h1>'
    assert outline.opening == "<p>x</p>"
    assert outline.sections == '<h2 id="b">B</h2><h3 id="own">C</h3><h2 id="b-2">B</h2>'
    assert [section.anchor for section in outline.contents] == ["b", "b-2"]


def test_sections_begin_where_the_first_one_does() -> None:
    """The contents list stands before the section, not inside it."""
    title, section = '<div class="cell prose">\n<h1>A</h1></div>\n', '<div class="cell">\n{}<h2>B</h2></div>'
    assert outlined(title + section.format("<p>x</p>"), "T").sections.startswith('<div class="cell">\n<p>x</p><h2')
    assert outlined(title + section.format('<p>x</p><section id="s">'), "T").sections.startswith('<section id="s"><h2')


def test_a_page_without_a_heading_gets_its_title() -> None:
    """The page's title, as text, heads it where the notebook has no heading, or one meant for many themes."""
    assert outlined("<p>x</p>", "R & D").title == '<h1 id="r-d">R &amp; D</h1>'
    assert (
        outlined("<h1>A theme</h1>", "Safer streets", replace_title=True).title
        == '<h1 id="safer-streets">Safer streets</h1>'
    )


def test_what_only_looks_like_a_heading_is_none() -> None:
    """Headings and names are read by a parser: those in a comment, in a value or in text are neither."""
    body = (
        '<h1>A</h1><!-- <h2 id="x">No</h2> --><p title="<h2>" data-id="y">&lt;h2&gt;</p>'
        '<h2\nclass=">">B &amp; <b>c</b></H2 >'
    )
    outline = outlined(body, "Title")
    assert [(section.anchor, section.words) for section in outline.contents] == [("b-c", "B & c")]
    assert outline.sections == '<h2\nclass=">" id="b-c">B &amp; <b>c</b></H2 >'
    assert read_page(body).names == set()


def test_a_page_knows_whether_anything_is_said() -> None:
    """A title alone, or with empty elements beneath it, says nothing; a word does."""
    assert not outlined("<h1>A</h1><p> </p>", "T").has_words
    assert outlined("<h1>A</h1><p>x</p>", "T").has_words


def test_pictures_keep_their_words() -> None:
    """The alt text of an image output is its own; one without any shows up in the check of the page."""
    svg = v4.new_output("display_data", {"image/svg+xml": "<svg/>"}, metadata={"image/svg+xml": {"alt": "Up < down"}})
    body = body_of(v4.new_notebook(cells=[v4.new_code_cell("x", outputs=[svg])]))
    assert 'alt="Up &lt; down"' in body


def execution(*cells: nbformat.NotebookNode, raised: Exception | None = None, begun: int = 1) -> Execution:
    """An attempt that left these cells behind."""
    return Execution(v4.new_notebook(cells=list(cells)), raised, begun, begun, is_timed_out=False, seconds=1.0)


def test_a_frame_shown_as_it_is_can_be_read_aloud() -> None:
    """It has a caption, its heads say of what, none is empty, and its text stays text."""
    frame = pd.DataFrame({"month": ["2015-06", "<b>2015-07</b>"], "offences": [331, 340]})
    shown = v4.new_output("execute_result", data={"text/html": frame.to_html(), "text/plain": "a frame"})
    body = body_of(v4.new_notebook(cells=[v4.new_code_cell("frame", outputs=[shown])]))
    heads = re.findall(r"<th[^>]*>([^<]*)</th>", body)
    assert "<caption>Columns: month, offences</caption>" in body
    assert heads == ["month", "offences", "0", "1"]
    assert len(re.findall(r'<th[^>]* scope="(?:col|row)"', body)) == len(heads)
    assert "&lt;b&gt;2015-07" in body


def test_a_cell_that_never_ran_is_no_success() -> None:
    """A notebook whose cells did not all run has stopped early, whatever papermill said."""
    outcome = judge(execution(v4.new_code_cell("1", execution_count=1), v4.new_code_cell("2")), Limits(60))
    assert outcome.ending is Ending.STOPPED_EARLY
    assert outcome.reason == "The notebook stopped in step 1 of 2."


def test_empty_and_skipped_cells_are_no_failure() -> None:
    """Cells with nothing to run, or tagged to be skipped, may stay without a number."""
    skipped = v4.new_code_cell("2", metadata={"tags": ["skip-execution"]})
    outcome = judge(execution(v4.new_code_cell("1", execution_count=1), v4.new_code_cell("  "), skipped), Limits(60))
    assert outcome.is_complete


def test_a_kernel_that_never_started_says_so() -> None:
    """Where no notebook was written at all, the reason is that nothing started."""
    outcome = judge(Execution(None, RuntimeError("no ports"), 0, 0, is_timed_out=False, seconds=1.0), Limits(60))
    assert (outcome.ending, outcome.detail) == (Ending.NOT_STARTED, "RuntimeError: no ports")


def fail_while_making(target: Path) -> None:
    """Begin a folder, and stumble."""
    with replaced_folder(target, bool) as making:
        (making / "a").write_text("second", encoding="utf-8")
        (making / "a").mkdir()


def test_a_folder_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    """An error on the way leaves the earlier folder as it was and nothing beside it."""
    target = tmp_path / "pack"
    with replaced_folder(target, bool) as making:
        (making / "a").write_text("first", encoding="utf-8")
    with pytest.raises(FileExistsError):
        fail_while_making(target)
    assert (target / "a").read_text("utf-8") == "first"
    assert [path.name for path in tmp_path.iterdir()] == ["pack"]


def test_a_run_cut_off_between_the_renames_is_mended(tmp_path: Path) -> None:
    """The earlier folder, left aside, is put back by the next run."""
    aside = tmp_path / ".pack.before-x"
    aside.mkdir(parents=True)
    (aside / "a").write_text("kept", encoding="utf-8")
    put_back(tmp_path / "pack")
    assert (tmp_path / "pack" / "a").read_text("utf-8") == "kept"


def test_a_quarter_within_the_data_is_served() -> None:
    """The last month of the quarter must be among the months of the data."""
    reach = Window.read(("2012-04", "2015-06"))
    check_quarter(Quarter.parse("2015/16-Q1"), reach)
    with pytest.raises(RequestProblem, match="April 2012 to June 2015"):
        check_quarter(Quarter.parse("2011/12-Q4"), reach)


def test_what_is_made_is_no_input(tmp_path: Path) -> None:
    """Only what a person put into the data folder counts as input, not what is built from it."""
    for name in ("raw/plan.toml", "processed/observations.parquet", "notebooks/a.ipynb", "raw/.hidden"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name, encoding="utf-8")
    assert list(data_folder_digests(tmp_path)) == ["raw/plan.toml"]


def test_files_behind_links_are_inputs(tmp_path: Path) -> None:
    """A folder of the shared drive that is linked into the data counts like one that lies there; a loop ends."""
    (tmp_path / "drive" / "words").mkdir(parents=True)
    (tmp_path / "drive" / "words" / "leicester.md").write_text("Words.", encoding="utf-8")
    (tmp_path / "data" / "raw").mkdir(parents=True)
    try:
        (tmp_path / "data" / "raw" / "commentary").symlink_to(tmp_path / "drive", target_is_directory=True)
        (tmp_path / "drive" / "up").symlink_to(tmp_path / "data", target_is_directory=True)
    except OSError:
        pytest.skip("this system makes no links")
    assert list(data_folder_digests(tmp_path / "data")) == ["raw/commentary/words/leicester.md"]


def test_the_key_does_not_depend_on_order() -> None:
    """The same parts give the same key, however they are listed; another part gives another."""
    assert key_of({"a": "1", "b": "2"}) == key_of({"b": "2", "a": "1"}) != key_of({"a": "1", "b": "3"})


def test_the_revision_is_this_packages_own(root: Path) -> None:
    """In a clone the commit is known; it is never that of some repository around an installed package."""
    commit, _ = revision()
    assert bool(commit) == (root / ".git").exists()


@pytest.mark.parametrize(
    ("held", "looked_at", "words"),
    [
        ("2015-06", "2015-06", "1 data file, which ends in June 2015, with"),
        ("2023-09", "2019-06", "1 data file, which ends in September 2023 (only figures to June 2019 are used), with"),
    ],
)
def test_the_foot_says_which_figures_are_used(held: str, looked_at: str, words: str) -> None:
    """Files that go on beyond the quarter are told from those that end with it; one file ends, it does not `end`."""
    file = SourceFile("data/raw/a.csv", "0" * 64, 12)
    origin = origin_of((file,), pd.Period(held, freq="M"), pd.Period(looked_at, freq="M"))
    pack = Pack("A plan", Quarter.parse("2015/16-Q1"), (Link("index", "Overview"),), origin)
    assert words in glossary_page(pack)


def front(plan: Plan, results: Results) -> str:
    """A front page with one page and one file."""
    pack = Pack(plan.title, Quarter.parse("2015/16-Q1"), (Link("index", "Overview"),), Origin(()))
    pages = (PageRow("a", "A & B", "complete"),)
    return front_page(pack, plan, results, pages, (Download("dashboard.csv", "rows", 2048),), lambda page: frozenset())  # noqa: ARG005


def test_the_front_page_folds_no_state_into_another(plan: Plan) -> None:
    """Every state is named with their numbers; those nobody is in are drawn with no width."""
    page = front(
        plan, Results(headline=("So.",), tally=({"state": "better", "count": 3}, {"state": "embargoed", "count": 1}))
    )
    for words in ("<b>3</b> better", "<b>0</b> worse", "<b>1</b> embargoed", "<b>0</b> judged in words"):
        assert words in page
    assert page.count('class="part ') == 2
    assert "A &amp; B" in page
    assert "(2 KB)" in page


def test_the_front_page_shows_several_states_of_one_priority(plan: Plan) -> None:
    """A priority whose indicators differ shows how many are in each state, with shape and word."""
    states = [{"state": "worse", "count": 2, "change": 5.0}, {"state": "not_collected", "count": 1}]
    page = front(plan, Results(headline=("So.",), priorities=({"number": 2, "states": states},)))
    assert "2 worse" in page
    assert "1 not collected" in page
    assert "▲" in page
    assert "no verdict" in page  # the other priority


def test_the_front_page_says_each_verdict_once(plan: Plan) -> None:
    """One indicator: its state alone, with no number; the words beside it are shown as they are, even a state's."""
    states = [{"state": "worse", "change": 5.0}]
    told = ({"number": 1, "states": states}, {"number": 2, "words": "Worse"})
    page = front(plan, Results(headline=("So.",), priorities=told))
    assert page.count("Worse</span>") == 2
    assert '<span class="words">Worse</span>' in page
    assert "1 worse" not in page
    assert "no verdict" not in page


def test_the_front_page_counts_firm_verdicts_and_names_the_others(plan: Plan) -> None:
    """A weak verdict has its own part of the bar and its own chip; the whole counts it once."""
    states = [
        {"state": "worse", "strength": "firm", "words": "worse", "count": 1, "change": 5.0},
        {"state": "higher_or_lower", "strength": "weak", "words": "higher", "count": 1, "change": 9.0},
    ]
    tally = ({"state": "worse", "count": 1}, {"strength": "weak", "count": 1})
    signals = [{"signal": "above", "variation": "concern", "words": "Thefts: high, 2 months"}]
    page = front(
        plan,
        Results(
            headline=("So.",),
            differing="Two sources disagree on thefts.",
            signals="Of 16 series, three show a signal.",
            tally=tally,
            priorities=({"number": 2, "states": states, "signals": signals},),
        ),
    )
    assert "2 indicators since the baseline" in page
    assert "<b>1</b> not counted (1 weak)" in page
    assert "1 higher, weak</span>" in page
    assert '<p class="differing">Two sources disagree on thefts.</p>' in page
    term = '<a class="term" href="glossary.html#signal">signal</a>'
    assert f'<p class="caveat">Of 16 series, three show a {term}.</p>' in page
    assert '<span class="shape" aria-hidden="true">◆</span> Thefts: high, 2 months</span>' in page


def test_the_style_sheet_calls_for_nothing() -> None:
    """No font, image or sheet is fetched, it stays small, and a search for invented figures finds no style."""
    css = page_css()
    assert "illustrative" not in css
    assert "url(" not in css
    assert "@import" not in css
    assert len(css) < 28_000
