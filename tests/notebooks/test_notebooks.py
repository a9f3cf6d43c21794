"""The notebooks as they are kept, and the shipped quarter as a reader gets it."""

import ast
import csv
import re
from dataclasses import replace

import nbformat
import pytest
from nbclient import NotebookClient

import pccstats as pcc
from pccstats import reference
from pccstats.batch.jobs import SKIPPED

FOLDER = "notebooks"
NUMBER_WORDS = (
    *("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen"),
    *("fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty", "thirty", "forty", "fifty"),
    *("sixty", "seventy", "eighty", "ninety", "hundreds?", "thousands?", "millions?", "dozens?", "twice", "half"),
)
NUMBER = re.compile(rf"\d[\d.,/]*%?|\b(?:{'|'.join(NUMBER_WORDS)})\b", re.IGNORECASE)
ARITHMETIC = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow)


def notebooks(root):
    """Every notebook of the repository."""
    return sorted((root / FOLDER).glob("*.ipynb"))


def code_of(notebook):
    """The code cells of a notebook as one text."""
    return "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")


def test_notebooks_begin_with_a_title_and_prose(root):
    """The first cell is a heading of the first level, with at least a sentence for people."""
    for path in notebooks(root):
        first = nbformat.read(path, as_version=4).cells[0]
        title, _, prose = first.source.partition("\n")
        assert first.cell_type == "markdown", path.name
        assert title.startswith("# "), path.name
        assert len(prose.split()) > 8, path.name


def test_parameters_have_help_on_every_line(root):
    """There is one parameters cell, and each of its lines says what it is."""
    for path in notebooks(root):
        cells = nbformat.read(path, as_version=4).cells
        tagged = [cell for cell in cells if "parameters" in cell.metadata.get("tags", ())]
        assert len(tagged) == 1, path.name
        for line in tagged[0].source.splitlines():
            assert re.fullmatch(r"\w+(: \w+)? = .+  # .{5,}", line), f"{path.name}: {line}"


def test_notebooks_of_the_pack_compute_nothing(root):
    """No function, loop or arithmetic: the library computes, the notebook shows."""
    forbidden = (ast.FunctionDef, ast.Lambda, ast.For, ast.While, ast.AugAssign, *ARITHMETIC)
    for path in notebooks(root):
        notebook = nbformat.read(path, as_version=4)
        if "pccstats" in notebook.metadata:
            found = [
                type(node).__name__ for node in ast.walk(ast.parse(code_of(notebook))) if isinstance(node, forbidden)
            ]
            assert found == [], path.name


def test_no_number_is_typed_into_prose(root):
    """Counts, forces, quarters and years come from results: prose that types one is wrong in another plan's pack."""
    for path in notebooks(root):
        prose = [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "markdown"]
        assert NUMBER.findall("\n".join(prose)) == [], path.name


@pytest.mark.slow
@pytest.mark.parametrize("number", ["1", "2", "3", "4", ""])
def test_a_question_asked_by_hand_is_answered(root, monkeypatch, number):
    """The cell that the pack leaves out asks one question, and answers it by chart, table and sentence."""
    (path,) = (root / FOLDER).glob(f"theme-{number}-*.ipynb" if number else "theme.ipynb")
    monkeypatch.chdir(root / FOLDER)
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    tags = [cell.metadata.get("tags", ()) for cell in cells]
    (asked,) = [cell.source for cell, tag in zip(cells, tags, strict=True) if SKIPPED in tag]
    shown = []
    names = {"display": lambda *things: shown.extend(things)}
    first = next(place for place, cell in enumerate(cells) if "pcc.assess(" in cell.source)
    *statements, sentence = asked.splitlines()
    for source in (*(cell.source for cell in cells[: first + 1]), "\n".join(statements)):
        exec(source, names)
    assert [type(thing).__name__ for thing in shown] == ["Figure", "GT"]
    assert eval(sentence, names).endswith(".")


@pytest.fixture(scope="module")
def months():
    """Return the example whose months the page about the expected level shows."""
    return pcc.example("leicestershire-2022")


@pytest.fixture
def what_the_level_page_shows(root, monkeypatch, months):
    """Run the page about the expected level as far as its first chart, on this data, and give its names."""
    cells = nbformat.read(root / FOLDER / "learn-expected-level.ipynb", as_version=4).cells
    source = next(cell.source for cell in cells if "read_observations(data)" in cell.source)

    def run(read=months):
        if read is not None:
            monkeypatch.setattr(pcc, "read_observations", lambda _: read)
        names = {"data": "no such folder", "quarter": "2022/23-Q2"}
        exec(source, names)
        return names

    return run


def test_what_is_withheld_stops_the_page_of_the_expected_level_in_words(what_the_level_page_shows, months):
    """The page is made of measures by name: where one is withheld from its readers it says so, and shows no other."""

    def closed(each):
        return replace(each, release="internal") if each.key == "3.burglary" else each

    plan = months.plan
    themes = tuple(
        replace(
            theme,
            priorities=tuple(
                replace(priority, indicators=tuple(map(closed, priority.indicators))) for priority in theme.priorities
            ),
        )
        for theme in plan.themes
    )
    public = replace(months, plan=replace(plan, themes=themes)).for_audience("public")
    with pytest.raises(pcc.RequestProblem, match=r"withheld from its readers, or not held: Burglary") as refused:
        what_the_level_page_shows(public)
    assert "Theft from the person" not in str(refused.value)


@pytest.mark.slow
def test_the_page_of_the_expected_level_needs_no_folder_of_data(what_the_level_page_shows):
    """Where there is no data folder beside it, it shows the example that comes with pccstats."""
    assert str(what_the_level_page_shows(None)["violence"].last) == "2022-09"


def test_what_the_page_of_the_expected_level_says_of_its_breaks_is_so(what_the_level_page_shows):
    """The lost month is registered and sets no limits; violence moved near a lockdown, and near no recording change."""
    names = what_the_level_page_shows()
    lost, violence = names["lost"], names["violence"]
    (event,) = [event for event in lost.events if event.sets_no_limits]
    month = lost.points.set_index("period_end")["numerator"]
    assert month[event.month] < 0.1 * min(month[event.month - 1], month[event.month + 1])
    force = violence.points.set_index("period_end")["numerator"]
    assert force[event.month] > 0.9 * force[event.month + 1]
    (proposal,) = pcc.propose_rebase(violence).points.to_dict("records")
    assert "lockdown" in proposal["nearby_event"]
    assert not any(event.breaks_comparability for event in violence.events)
    known = [
        change.key
        for change in reference.recording_changes()
        if str(violence.first) <= change.month <= str(violence.last)
        and any(change.touches(kind) for kind in ("violence_with_injury", "violence_without_injury", "sexual_offences"))
        and violence.area in (change.forces or [violence.area])
    ]
    assert known == ["first_lockdown"]
    assert "not of recording" in next(c.note for c in reference.recording_changes() if c.key == "first_lockdown")


@pytest.mark.slow
def test_explore_runs_at_once_on_the_shipped_data(root):
    """The interactive notebook works on a fresh copy, from its own folder."""
    notebook = nbformat.read(root / FOLDER / "explore.ipynb", as_version=4)
    client = NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": root / FOLDER}}
    )
    client.execute()
    kinds = {kind for cell in notebook.cells for out in cell.get("outputs", ()) for kind in out.get("data", {})}
    assert "application/vnd.jupyter.widget-view+json" in kinds


@pytest.mark.slow
def test_the_shipped_pack_is_whole(shipped_pack):
    """All agreed pages and files are there."""
    names = {path.name for path in shipped_pack.iterdir()}
    assert {"index.html", "dashboard.html", "dashboard.csv", "manifest.json"} <= names
    assert {name[:7] for name in names if name.startswith("theme-")} == {f"theme-{number}" for number in range(1, 6)}


@pytest.mark.slow
def test_the_front_page_shows_the_eighteen_priorities(shipped_pack):
    """Each priority is on the front page with a link to its section."""
    page = (shipped_pack / "index.html").read_text(encoding="utf-8")
    for number in range(1, 19):
        assert f'.html#priority-{number}"' in page


@pytest.mark.slow
def test_dashboard_csv_has_forty_rows_and_the_printed_variances(shipped_pack):
    """From the two figures of each row the seven per cents that were printed follow."""
    with (shipped_pack / "dashboard.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["indicator"]: row for row in csv.DictReader(file)}
    assert len(rows) == 40
    printed = {
        "1.first_time_entrants": -51,
        "2.offending": -67,
        "2.reoffending": -64,
        "3.drug_cohort_reoffending": -51,
        "17.missing_storm": -27,
        "17.missing_compact": -56,
        "17.nine_locations": -77,
    }
    figures = {key: (float(rows[key]["baseline"]), float(rows[key]["latest"])) for key in printed}
    assert {key: round(100 * (latest / baseline - 1)) for key, (baseline, latest) in figures.items()} == printed
