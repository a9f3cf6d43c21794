"""Summaries of partnerships: read by area, and refused where they are nobody's."""

import pytest

from pccstats.sources import read_commentary
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
