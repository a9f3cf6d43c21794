"""What differs between two packs is what was changed, all of it and nothing else."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from pccstats.batch.compare import MOST_SHOWN, compare_packs
from pccstats.cli import app
from pccstats.terms.errors import RequestProblem
from tests.batch.packs_by_hand import ANSWER, FIGURE, write_pack


def said(earlier: Path, later: Path) -> str:
    """What the command prints, as one text."""
    return "\n".join(compare_packs(earlier, later).in_words())


def test_a_pack_is_like_itself(tmp_path: Path) -> None:
    """Nothing differs, and one line says so; a copy elsewhere is the same pack."""
    one, other = write_pack(tmp_path / "one"), write_pack(tmp_path / "other")
    assert compare_packs(one, one).is_nothing
    assert said(one, other).endswith("Nothing differs: every file has the same bytes.")


def test_each_difference_is_said(tmp_path: Path) -> None:
    """A verdict, its strength, a revised figure, a new one, an answer, a page and the data: each in its line."""
    before = write_pack(tmp_path / "before", made_from={"data file raw/plan.toml": "a", "pandas": "3.0"})
    new = FIGURE | {"period": "2015-03"}
    changed = {
        "figures": (FIGURE | {"value": 1234.5}, new),
        "answers": (ANSWER | {"verdict": "worse", "strength": "weak", "latest": 31.0},),
        "page": "<h1>More thefts</h1>",
        "made_from": {"data file raw/plan.toml": "b", "pandas": "3.1"},
    }
    text = said(before, write_pack(tmp_path / "after", **changed))
    assert "Thefts (1.thefts): worse (weak), was better" in text
    assert "Thefts (1.thefts), Smalltown, 3 months to 2015-06: 1,234.5, was 7" in text
    assert "1 new, 0 gone" in text
    assert "Thefts (1.thefts), latest: 31, was 30" in text
    assert "1 page and 2 others have other bytes" in text
    assert "data file raw/plan.toml changed" in text
    assert "pandas changed" in text


def test_of_another_quarter_the_answers_are_others_by_themselves(tmp_path: Path) -> None:
    """Two quarters are compared by verdicts and by the figures both hold, not cell by cell."""
    before = write_pack(tmp_path / "before")
    later = FIGURE | {"period": "2015-09", "quarter": "2015/16-Q2"}
    answer = ANSWER | {"latest": 99.0}
    after = write_pack(tmp_path / "after", figures=(FIGURE, later), answers=(answer,), quarter="2015/16-Q2")
    found = compare_packs(before, after)
    assert (found.answers, found.figures, found.new_figures) == ((), (), 1)


def test_an_indicator_that_came_or_went_is_named(tmp_path: Path) -> None:
    """One that only one of the packs has stands among the verdicts."""
    before = write_pack(tmp_path / "before")
    after = write_pack(tmp_path / "after", answers=(ANSWER | {"indicator": "2.burglary", "title": "Burglary"},))
    text = said(before, after)
    assert "Burglary (2.burglary): better, was none" in text
    assert "Thefts (1.thefts): none, was better" in text


values = st.lists(st.integers(0, 10**6), min_size=1, max_size=30)


@given(values, st.data())
def test_every_revised_figure_is_found(numbers: list[int], drawn: st.DataObject) -> None:
    """Of figures changed, added and taken away at random, exactly those are told, in words up to a dozen."""
    rows = [FIGURE | {"period": f"{2000 + place}-03", "value": float(n)} for place, n in enumerate(numbers)]
    fates = drawn.draw(st.lists(st.sampled_from(["kept", "changed", "gone"]), min_size=len(rows), max_size=len(rows)))
    later = [
        row | {"value": row["value"] + (fate == "changed")}
        for row, fate in zip(rows, fates, strict=True)
        if fate != "gone"
    ]
    with TemporaryDirectory() as place:
        before, after = write_pack(Path(place, "a"), figures=rows), write_pack(Path(place, "b"), figures=later)
        found = compare_packs(before, after)
        back = compare_packs(after, before)
        shown = sum(" was " in line for line in found.in_words())
    assert (len(found.figures), found.gone_figures, found.new_figures) == (
        fates.count("changed"),
        fates.count("gone"),
        0,
    )
    assert back.new_figures == found.gone_figures
    assert [(each.after, each.before) for each in back.figures] == [(each.before, each.after) for each in found.figures]
    assert shown == min(fates.count("changed"), MOST_SHOWN)


def test_what_is_no_pack_is_refused(tmp_path: Path) -> None:
    """Both folders are named where neither holds a pack."""
    with pytest.raises(RequestProblem) as refused:
        compare_packs(tmp_path / "one", tmp_path / "other")
    assert len(refused.value.problems) == 2


def test_on_the_command_line(tmp_path: Path) -> None:
    """`--json` has for programs what the words say, nothing left out."""
    before = write_pack(tmp_path / "before")
    after = write_pack(tmp_path / "after", answers=(ANSWER | {"verdict": "worse"},))
    done = CliRunner().invoke(app, ["compare", str(before), str(after), "--json"])
    assert done.exit_code == 0
    found = json.loads(done.stdout)
    assert found["verdicts"] == [{"about": "Thefts (1.thefts)", "before": "better", "after": "worse"}]
    assert CliRunner().invoke(app, ["compare", str(before), str(after)]).stdout.startswith("Earlier: A small plan")
