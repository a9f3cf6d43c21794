"""Words of a quarter: partnerships' by area, the office's by priority; refused where they are nobody's."""

import pytest

from pccstats.sources import read_commentary, read_plan
from pccstats.terms.errors import DataProblem


@pytest.fixture
def folder(root, tmp_path):
    """A data folder with the shipped plan and an empty folder for summaries."""
    (tmp_path / "plan.toml").write_bytes((root / "data/raw/plan.toml").read_bytes())
    (tmp_path / "commentary/2015-16-Q1").mkdir(parents=True)
    return tmp_path


def write(folder, name, content):
    """One file among the summaries."""
    (folder / "commentary/2015-16-Q1" / name).write_bytes(content)


def test_shipped_summaries_are_of_all_eight(root):
    """Each partnership has one, and each says where it is from."""
    words = read_commentary(root / "data", "2015/16-Q1")
    assert len(words) == 8
    assert all("Annual Report 2014/15" in text for text in words.values())


def test_a_quarter_without_summaries_has_none(root):
    """No folder, no words, no fault."""
    assert read_commentary(root / "data", "2014/15-Q1") == {}


def test_a_summary_is_found_by_the_name_of_its_area(folder):
    """Spaces and signs of the area's name are hyphens in the file's."""
    write(folder, "blaby-and-hinckley-bosworth.md", "\ufeffBoth.\r\n".encode())
    assert read_commentary(folder, "2015/16-Q1") == {"Blaby and Hinckley & Bosworth": "Both."}


def test_every_fault_is_named(folder):
    """A file of nobody, one that is not text, one that is too long."""
    write(folder, "atlantis.md", b"x")
    write(folder, "melton.md", b"\xff\xfe\x00")
    write(folder, "rutland.md", b"word " * 9_000)
    with pytest.raises(DataProblem) as refusal:
        read_commentary(folder, "2015/16-Q1")
    said = [str(problem) for problem in refusal.value.problems]
    assert [text.split(":")[0] for text in said] == [
        f"commentary/2015-16-Q1/{name}.md" for name in ("atlantis", "melton", "rutland")
    ]


def own(plan, number):
    """What the office says of a priority, by quarter."""
    return {said.quarter: said.words for said in plan.priority(number).commentary if said.is_own}


def test_the_office_speaks_of_a_priority_in_its_quarter(folder):
    """A file of a priority and quarter is in the plan under that quarter; hints to the writer are no words."""
    write(folder, "priority-3.md", b"<!-- 3. Title\nwrite below -->\n\nFewer *thefts*.\n")
    write(folder, "priority-4.md", b"<!-- nothing yet -->\n")
    (folder / "commentary/2015-16-Q2").mkdir()
    (folder / "commentary/2015-16-Q2/priority-3.md").write_text("More.", encoding="utf-8")
    plan = read_plan(folder)
    assert own(plan, 3) == {"2015/16-Q1": ("Fewer *thefts*.",), "2015/16-Q2": ("More.",)}
    assert own(plan, 4) == {}
    assert read_commentary(folder, "2015/16-Q1") == {}


def test_every_fault_in_the_offices_words_is_named(folder):
    """A folder of no quarter, a priority the plan has not, a file that is not text, one with a sign nobody can show."""
    write(folder, "priority-99.md", b"x")
    write(folder, "priority-1.md", b"\xff\xfe\x00")
    write(folder, "priority-2.md", b"one\ntwo \x07")
    (folder / "commentary/autumn").mkdir()
    with pytest.raises(DataProblem) as refusal:
        read_plan(folder)
    assert [problem.where for problem in refusal.value.problems] == [
        "commentary/2015-16-Q1/priority-1.md",
        "commentary/2015-16-Q1/priority-2.md, line 2",
        "commentary/2015-16-Q1/priority-99.md",
        "commentary/autumn",
    ]


def test_words_of_the_plan_need_a_quarter(folder):
    """Sentences under a priority without their quarter are refused with the line to write."""
    text = (folder / "plan.toml").read_text(encoding="utf-8")
    dated = 'commentary = [{ quarter = "2015/16-Q1", words = ['
    begin = text.index(dated)
    end = text.index("] }]", begin)
    undated = text[:begin] + "commentary = [" + text[begin + len(dated) : end] + "]" + text[end + 4 :]
    (folder / "plan.toml").write_text(undated, encoding="utf-8")
    with pytest.raises(DataProblem, match=r"These words are of no quarter\. Write commentary = \[\{ quarter"):
        read_plan(folder)
