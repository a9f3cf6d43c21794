"""The page for sceptics says what its script works out, and no number on it is typed by hand."""

import re
import runpy

import pytest


@pytest.fixture(scope="module")
def script(root):
    """Return the names of the script that writes the page's numbers."""
    return runpy.run_path(str(root / "tools" / "make_trust_page.py"))


@pytest.fixture(scope="module")
def page(root):
    """Return the page."""
    return (root / "docs" / "trust.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_page_says_what_its_script_works_out(script, page):
    """Every block is what today's code and today's tables give; otherwise run python tools/make_trust_page.py."""
    assert script["filled"](page) == page


def test_no_number_is_typed_by_hand(script, page):
    """Outside the blocks stand no figures but in the names of files."""
    for name in script["BLOCKS"]:
        assert page.count(f"<!-- {name} -->") == page.count(f"<!-- end {name} -->") == 1, name
        page = re.sub(rf"<!-- {name} -->.*<!-- end {name} -->", "", page, flags=re.DOTALL)
    assert "<!--" not in page
    words = re.sub(r"`[^`]*`|\]\([^)]*\)|SHA-256", "", page)
    assert re.findall(r"\d[\d.,]*", words) == []


def test_digits_that_agree_are_counted_right(script):
    """1.0004 beside 1.0000 agrees to three digits, equal figures to all, and what a tool leaves out is not counted."""
    apart = script["_apart"]
    assert apart([([1.0004, 0.5], [1.0, 0.5])]) == (2, pytest.approx(4e-4))
    assert apart([([1.0, 2.0, 3.0], [1.0, None, 3.0])]) == (2, 0)
    assert apart([(7.0, [14.0])]) == (1, 0.5)


def test_tables_of_the_docs_are_read_whole(script, monkeypatch, tmp_path):
    """A table between its marks is read with all its rows and no other; of "was → is" the last per cent is taken."""
    (tmp_path / "page.md").write_text(
        "| a | b |\n|---|---|\n| 9% | 9% |\n<!-- it -->\n| x | held |\n|---|---|\n| 1 | 90.5% → 95.1% |\n| All | 1% |\n"
        "<!-- /it -->\n| z | 8% |\n",
        encoding="utf-8",
    )
    monkeypatch.setitem(script["held"].__globals__, "DOCS", tmp_path)
    frame = script["held"]("page.md", "it")
    assert frame.to_dict("list") == {"x": ["1", "All"], "held": ["90.5% → 95.1%", "1%"]}
    assert script["column"]("held", part=-1, without="All")(frame).tolist() == [95.1]
