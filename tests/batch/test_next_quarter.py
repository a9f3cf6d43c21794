"""What the next quarter waits for; and the page that walks through it is followed to the letter."""

import json
import shutil
from collections.abc import Callable
from itertools import product
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from pccstats.batch.next_quarter import Awaited, _of_one, prepare_quarter
from pccstats.cli import app
from pccstats.sources import read_plan
from pccstats.terms.periods import Quarter, month
from tests.followed import follow
from tests.sources.conftest import HEADER, PLAN, SOURCES

pytestmark = pytest.mark.slow

Q2 = Quarter.parse("2015/16-Q2")
LONG_AGO, LONG_AFTER = month("2015-07"), month("2026-01")


def months(first: str, last: str, *areas: str, out: int | None = None) -> str:
    """Rows of burglary by month, published so many months after."""
    return "".join(
        f"1.offences,{area},{each},1,300,,,Crime system,{each + out if out is not None else ''},\n"
        for area, each in product(areas or ("Ours",), pd.period_range(first, last, freq="M"))
    )


def asked(folder: Path, today: pd.Period = LONG_AGO) -> list[Awaited]:
    """What the second quarter waits for."""
    return list(prepare_quarter(Q2, folder, today=today).awaited)


@pytest.fixture
def folder(tmp_path: Path) -> Callable[[str], Path]:
    """A data folder with these rows."""

    def make(rows: str, plan: str = PLAN) -> Path:
        raw = tmp_path / "data" / "raw"
        raw.mkdir(parents=True, exist_ok=True)
        for name, text in (("plan.toml", plan), ("sources.toml", SOURCES), ("figures.csv", HEADER + rows)):
            (raw / name).write_text(text, encoding="utf-8")
        return raw.parent

    return make


def test_months_to_come_are_counted_by_area(folder: Callable[[str], Path]) -> None:
    """Of two areas with July in hand, August and September are to come: four figures, out two months after."""
    (awaited,) = asked(folder(months("2013-04", "2015-07", "Ours", "Theirs", out=2)))
    assert (awaited.files, awaited.indicators, awaited.held_to) == (("figures.csv",), ("1.offences",), "2015-07")
    assert (awaited.here, awaited.missing) == (("2015-07",), ("2015-08", "2015-09"))
    assert (awaited.series, awaited.rows_to_come, awaited.due) == (2, 4, "2015-11")


@pytest.mark.parametrize(("today", "is_late"), [("2015-10", False), ("2015-11", True)])
def test_late_is_what_should_be_out(folder: Callable[[str], Path], today: str, is_late: bool) -> None:
    """August, out two months after its end, is late from November on and not before."""
    (awaited,) = asked(folder(months("2013-04", "2015-07", out=2)), month(today))
    assert awaited.is_late is is_late


def test_without_a_date_nothing_is_late(folder: Callable[[str], Path]) -> None:
    """Where no row says when it came out, nobody is told that it is late, and the words say so."""
    (awaited,) = asked(folder(months("2013-04", "2015-07")), LONG_AFTER)
    assert (awaited.is_late, awaited.due) == (False, "")
    assert str(awaited).endswith("to come: August 2015, September 2015 (2 figures, nothing tells when they come out)")


def test_a_yearly_figure_is_not_awaited_between(folder: Callable[[str], Path]) -> None:
    """A survey of March each year brings nothing in a quarter that ends in September."""
    rows = "".join(f"1.satisfaction,Ours,{year}-03,12,410,500,,Survey,,\n" for year in (2013, 2014, 2015))
    found = prepare_quarter(Q2, folder(months("2013-04", "2015-09") + rows), today=LONG_AFTER)
    assert [each.indicators for each in found.others] == [("1.satisfaction",)]
    assert [each.indicators for each in found.awaited] == [("1.offences",)]
    assert found.can_be_reported
    assert any("pccstats report 2015/16-Q2" in line for line in found.in_words())


def test_what_stopped_coming_is_told_apart(folder: Callable[[str], Path]) -> None:
    """A series that brought nothing for quarters is behind; an indicator without any figure is named."""
    found = prepare_quarter(Q2, folder(months("2013-04", "2014-11")), today=LONG_AFTER)
    assert [each.indicators for each in found.behind] == [("1.offences",)]
    assert found.never == ("1.satisfaction",)
    assert not found.awaited
    assert not found.can_be_reported


def test_a_file_that_has_not_come_is_named(folder: Callable[[str], Path]) -> None:
    """What the list of sources names and allows to be late stands among the files that are not there."""
    place = folder(months("2013-04", "2015-07"))
    late = '[[source]]\nfile = "late.csv"\nreader = "tidy_csv"\nlabel = "Late"\nrequired = false\n'
    (place / "raw" / "sources.toml").write_text(SOURCES + late, encoding="utf-8")
    (said,) = prepare_quarter(Q2, place, today=LONG_AGO).missing_files
    assert said.startswith("late.csv: The file has not arrived")


def test_files_for_words_are_written_once(folder: Callable[[str], Path]) -> None:
    """One for each priority and each area that spoke before; none is written over, and an untouched one is no words."""
    place = folder(months("2013-04", "2015-07"))
    before = place / "raw" / "commentary" / "2015-16-Q1"
    before.mkdir(parents=True)
    (before / "theirs.md").write_text("Fewer.", encoding="utf-8")
    first = prepare_quarter(Q2, place, today=LONG_AGO)
    now = before.with_name("2015-16-Q2")
    assert {Path(name).name for name in first.written} == {"priority-1.md", "theirs.md"}
    assert "1. Reduce burglary" in (now / "priority-1.md").read_text(encoding="utf-8")
    assert read_plan(place).priority(1).commentary == ()
    (now / "priority-1.md").write_text("Ours.", encoding="utf-8")
    again = prepare_quarter(Q2, place, today=LONG_AGO)
    assert (again.written, len(again.kept)) == ((), 2)
    (said,) = read_plan(place).priority(1).commentary
    assert (said.quarter, said.words) == ("2015/16-Q2", ("Ours.",))


def test_a_title_cannot_end_the_hint(folder: Callable[..., Path]) -> None:
    """Whatever the plan calls a priority, its hint is not shown."""
    place = folder(months("2013-04", "2015-07"), PLAN.replace("Reduce burglary", "Burglary --> and <b>more</b>"))
    prepare_quarter(Q2, place, today=LONG_AGO)
    assert read_plan(place).priority(1).commentary == ()


@given(last=st.integers(0, 30), lag=st.integers(0, 6), step=st.sampled_from([1, 3, 12]))
def test_here_and_to_come_are_the_months_of_the_quarter(last: int, lag: int, step: int) -> None:
    """However often a series comes and wherever it ends, what is here and to come are ends of its own, each once."""
    ends = pd.period_range(end=month("2015-10") - last, periods=9, freq=f"{step}M").asfreq("M")
    frame = pd.DataFrame({"area": "Ours", "period_end": ends, "published_on": [str(end + lag) for end in ends]})
    one = _of_one("a", step, ("f.csv",), frame, Q2, LONG_AFTER)
    of_quarter = {str(end) for end in pd.period_range("2015-07", "2015-09", freq="M")}
    due = {str(ends[-1] + step * place) for place in range(-40, 40)} & of_quarter
    assert set(one.here).isdisjoint(one.missing)
    assert set(one.here) | set(one.missing) <= due
    if not one.is_behind:
        assert set(one.here) | set(one.missing) == due
        assert one.due == (str(month(one.missing[-1]) + lag) if one.missing else "")
    assert one.is_late == bool(one.missing)


def test_on_the_command_line(folder: Callable[[str], Path]) -> None:
    """`pccstats next` prints words, and with `--json` the same for programs."""
    place = folder(months("2013-04", "2015-07", out=2))
    words = CliRunner().invoke(app, ["next", "2015/16-Q2", "--data", str(place)])
    assert words.exit_code == 0, words.output
    assert words.stdout.startswith("2015/16-Q2: 2 figures to come.\nLate:\n  figures.csv: 1.offences, by month;")
    found = json.loads(CliRunner().invoke(app, ["next", "2015/16-Q2", "--data", str(place), "--json"]).stdout)
    assert found["awaited"][0]["missing"] == ["2015-08", "2015-09"]
    assert found["can_be_reported"] is False


def test_the_page_is_followed_to_the_letter(root: Path, made_pack: Callable[[str], Path], tmp_path: Path) -> None:
    """Each command of docs/next-quarter.md is typed, each edit made, and each line it shows is printed.

    Of the corrected pack the page with all figures is made alone.
    """
    # The first pack is one that other tests use too: `report` finds that nothing has changed since it was made.
    shutil.copytree(made_pack("leicestershire-2022"), tmp_path / "outputs" / "2022-23-Q2")
    text = (root / "docs" / "next-quarter.md").read_text(encoding="utf-8")
    before, again, after = text.partition("The corrected one goes beside it")
    assert follow(before, tmp_path, root) > 6
    assert follow(again + after, tmp_path, root, {"report": ["--only", "dashboard"]}) == 1
