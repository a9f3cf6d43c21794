"""The walks of docs/how-to are followed to the letter."""

from pathlib import Path

import pytest

from tests.followed import follow

WALKS = sorted((Path(__file__).parents[1] / "docs" / "how-to").glob("*.md"))


@pytest.mark.slow
@pytest.mark.parametrize("page", WALKS, ids=lambda page: page.stem)
def test_the_walk_ends_where_it_says(root: Path, page: Path, tmp_path: Path) -> None:
    """Each command is typed, each edit made, and each line that is shown is printed; of a pack one page is made."""
    only = {"report": ["--only", "dashboard"]}
    assert follow(page.read_text(encoding="utf-8"), tmp_path, root, only) > 2
    for dashboard in tmp_path.glob("outputs/*/dashboard.html"):  # the walk that makes a pack is that of the embargo
        said = dashboard.read_text(encoding="utf-8")
        assert "Embargoed" in said
        assert "7,730" not in said


@pytest.mark.slow
def test_a_page_that_is_not_true_is_seen(root: Path, tmp_path: Path) -> None:
    """A line that is not printed, and one that is to be changed and is not there, are faults."""
    for page in (
        "```console\n$ pccstats --version\nNo such line\n```\n",
        "```diff\nother.md\n-No such line\n+Another\n```\n",
    ):
        with pytest.raises(AssertionError):
            follow(page, tmp_path, root)
