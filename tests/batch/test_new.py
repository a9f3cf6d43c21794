"""A new data folder passes its own checks and makes a pack, before anybody has changed a line."""

import tomllib
from pathlib import Path

import pytest

from pccstats import cli
from pccstats.batch.new import TEMPLATE, make_data_folder
from pccstats.batch.pack import make_pack
from pccstats.batch.request import Request
from pccstats.batch.terminal import Quiet
from pccstats.sources import build_data, read_observations
from pccstats.terms.errors import RequestProblem


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A folder as `pccstats new` makes it."""
    return make_data_folder(tmp_path_factory.mktemp("new") / "our-force")


def test_it_passes_its_own_checks(folder):
    """No finding, a figure for every indicator that has one, peers, a survey and populations."""
    built = build_data(folder)
    assert built.findings == ()
    assert str(built.last_month) == "2015-06"
    data = read_observations(folder)
    assert len(data.series("1.offences", months=1)) == 63
    assert data.rows("1.satisfaction")["denominator"].min() > 30
    assert len(data.series_by_area("official.burglary", data.plan.group_at("2015-06").areas)) == 4
    assert data.population("Our force")[0] == 1_000_000


def test_every_made_up_figure_says_so(folder):
    """Nothing in it can be taken for a record."""
    frame = build_data(folder) and read_observations(folder).frame
    assert frame["source"].str.startswith("Illustrative").all()


def test_it_is_the_same_every_time(folder, tmp_path):
    """Two folders made at different times have the same bytes."""
    again = make_data_folder(tmp_path / "again")
    for path in sorted((again / "raw").iterdir()):
        assert path.read_bytes() == (folder / "raw" / path.name).read_bytes()


@pytest.mark.parametrize("name", ["plan.toml", "sources.toml"])
def test_what_is_commented_out_is_sound_too(name):
    """Lines to be taken into use by removing their # are TOML once it is removed."""
    lines = (TEMPLATE / "raw" / name).read_text(encoding="utf-8").splitlines()
    examples = [
        line.removeprefix("# ") for line in lines if line.startswith(("# [[", "# file", "# reader", "# indicators"))
    ]
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
