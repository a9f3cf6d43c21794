"""A new data folder passes its own checks and makes a pack, before anybody has changed a line."""

import re
import tomllib
from pathlib import Path

import pytest

from pccstats import cli
from pccstats.batch.new import TEMPLATE, make_data_folder
from pccstats.batch.pack import make_pack
from pccstats.batch.request import Request
from pccstats.batch.terminal import Quiet
from pccstats.review.assess import assess
from pccstats.sources import build_data, read_observations
from pccstats.terms.errors import RequestProblem
from pccstats.terms.words import Strength


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A folder as `pccstats new` makes it."""
    return make_data_folder(tmp_path_factory.mktemp("new") / "our-force")


def test_it_passes_its_own_checks(folder):
    """No finding, a figure for every indicator that is measured, peers, months and populations."""
    built = build_data(folder)
    assert built.findings == ()
    assert str(built.last_month) == "2015-06"
    data = read_observations(folder)
    assert all(data.has(indicator.key) for indicator in data.plan.indicators if indicator.no_figure is None)
    assert len(data.series_by_area("official.burglary", data.plan.group_at("2015-06").areas)) == 4
    assert len(data.series("street.burglary", months=1)) == 11
    assert data.population("Leicestershire")[0] == 1_043_400


RECORDS = {"crime": "all_crime_excluding_fraud"}  # what ships calls it, where the name is another
STREET = {"crime": "all_crime"}


def test_every_figure_is_one_that_ships_and_says_whose_licence_it_bears(folder, root):
    """Nothing in it is made up: each figure is the one of the same place and period in data/raw, under the licence."""
    held = build_data(folder) and read_observations(folder)
    assert held.real is held
    data = read_observations(root / "data")
    shipped = data.frame.drop_duplicates(["indicator", "area", "period_end", "months"], keep="last")
    known = shipped.set_index(["indicator", "area", "period_end", "months"])["numerator"]
    for row in held.frame.itertuples():
        where, name = row.indicator.split(".")
        key = f"street.{STREET.get(name, name)}" if where == "street" else f"official.{RECORDS.get(name, name)}"
        assert row.numerator == known[key, row.area, row.period_end, row.months]
    persons = data.exposures.set_index(["area", "year", "vintage"])["persons"]
    for row in held.exposures.itertuples():
        assert row.persons == persons[row.area, row.year, row.vintage]
    labels = [*held.frame["source"], *held.exposures["source"]]
    assert all("Open Government Licence" in label for label in labels)


def test_its_files_say_whose_figures_they_are():
    """Nobody takes Leicestershire's figures for their own: the plan, the sources and the page beside them name them."""
    for path in (TEMPLATE / "README.md", TEMPLATE / "raw" / "plan.toml", TEMPLATE / "raw" / "sources.toml"):
        text = path.read_text(encoding="utf-8")
        assert "Leicestershire's" in text
        assert "put yours in their place" in text or "replace one file at a time" in text


@pytest.mark.slow
def test_its_first_pack_answers(folder):
    """Every measured indicator has a verdict, a chart of its past and a projection; crime has a place among peers."""
    build_data(folder)
    data = read_observations(folder)
    quarter = assess(data.plan, data, "2015/16-Q1")
    asked = [review for review in quarter.reviews if review.indicator.no_figure is None]
    assert len(asked) == 3
    for review in asked:
        assert review.state.is_answer
        assert review.strength is Strength.FIRM
        assert review.projection is not None
        assert review.rolling is not None
    assert [review.level is not None for review in asked] == [True, True, False]
    assert [review.group is not None for review in asked] == [True, True, False]


def test_it_is_the_same_every_time(folder, tmp_path):
    """Two folders made at different times have the same bytes."""
    again = make_data_folder(tmp_path / "again")
    for path in sorted((again / "raw").iterdir()):
        assert path.read_bytes() == (folder / "raw" / path.name).read_bytes()


@pytest.mark.parametrize("name", ["plan.toml", "sources.toml"])
def test_what_is_commented_out_is_sound_too(name):
    """Lines to be taken into use by removing their # are TOML once it is removed."""
    lines = (TEMPLATE / "raw" / name).read_text(encoding="utf-8").splitlines()
    examples = [line.removeprefix("# ") for line in lines if re.match(r"# (\[\[|\w+ = )", line)]
    assert examples
    tomllib.loads("\n".join(examples))


@pytest.mark.parametrize("content", ["file", "folder"])
def test_nothing_is_overwritten(tmp_path, content):
    """A place that is in use is refused and left as it is."""
    place = tmp_path / "used"
    if content == "file":
        place.write_text("mine")
    else:
        place.mkdir()
        (place / "mine.txt").write_text("mine")
    with pytest.raises(RequestProblem, match="something here already"):
        make_data_folder(place)
    assert [path.read_text() for path in (place.iterdir() if place.is_dir() else [place])] == ["mine"]


def test_on_the_command_line(tmp_path, monkeypatch, capsys):
    """`pccstats new DIR` says what to type next."""
    monkeypatch.setattr("sys.argv", ["pccstats", "new", str(tmp_path / "ours")])
    with pytest.raises(SystemExit) as left:
        cli.main()
    assert left.value.code == 0
    assert f"pccstats check --data {tmp_path / 'ours'}" in capsys.readouterr().out


@pytest.mark.slow
def test_it_makes_a_pack_at_once(folder, tmp_path):
    """Every page is there and complete: themes, dashboard, partnerships, data quality."""
    made = make_pack(Request.read("2015/16-Q1", folder, tmp_path / "packs"), Quiet())
    assert made.is_complete
    pages = {path.name for path in (tmp_path / "packs" / "2015-16-Q1").glob("*.html")}
    themes = {"theme-1-safer-homes-and-streets.html", "theme-2-helping-people-at-risk.html"}
    assert pages >= {"index.html", "dashboard.html", "data-quality.html", *themes}
