"""The documents keep up with the code: public names are explained, glossary words are in use, links lead somewhere."""

import ast
import re
from pathlib import Path

import pytest

import pccstats
from tests.house.docstrings import docstring_faults
from tests.house.kept import tracked_files
from tests.house.words import WRITE_INSTEAD

PUBLIC = tuple(name for name in getattr(pccstats, "__all__", ()) if not name.startswith("_"))


@pytest.mark.parametrize("name", PUBLIC)
def test_public_name_is_explained(name: str) -> None:
    """The docstring has a sentence, what is taken and returned, an example, and for a statistic its reference."""
    assert list(docstring_faults(name, getattr(pccstats, name))) == []


@pytest.fixture(scope="module")
def glossary(root: Path) -> list[list[str]]:
    """Rows of the glossary's table: word, name in code, meaning, what not to write."""
    text = (root / "docs" / "glossary.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in re.findall(r"^\|.*\|$", text, re.MULTILINE)]
    return rows[2:]


def test_glossary_names_are_in_the_code(root: Path, glossary: list[list[str]]) -> None:
    """Every name the glossary gives stands in the package."""
    written = {
        word
        for path in (root / "pccstats").rglob("*.py")
        for word in re.findall(r"\w+", path.read_text(encoding="utf-8"))
    }
    named = {name for row in glossary for name in re.findall(r"`([^`]+)`", row[1])}
    assert named
    assert {name for name in named if not set(re.findall(r"\w+", name)) <= written} == set()


def test_glossary_and_banned_words_agree(glossary: list[list[str]]) -> None:
    """What the code is held to is what the glossary says not to write, and no row is left without a meaning."""
    refused = {word.lower() for row in glossary for word in re.findall(r"\w+", row[3])}
    assert {word for word in WRITE_INSTEAD if word not in refused} == set()
    assert [row for row in glossary if len(row) != 4 or not row[2]] == []


def test_links_lead_somewhere(root: Path) -> None:
    """Every link from one document to a file of the repository finds it."""
    links = [
        (path, link)
        for path in tracked_files(root)
        if path.suffix == ".md"
        for link in re.findall(r"\]\(([^)#\s]+)[^)]*\)", path.read_text(encoding="utf-8"))
        if "://" not in link
    ]
    assert [f"{path.relative_to(root)}: {link}" for path, link in links if not (path.parent / link).exists()] == []


def test_sentences_quoted_are_those_the_tool_says(root: Path) -> None:
    """The sentence that opens the page of a method is what the shipped rolling years of all its forces give."""
    data = pccstats.read_observations(root / "data" / "processed")
    burglary, *sisters = (
        data.series("official.domestic_burglary", area=area.name, until="2015-06", months=12)
        for area in pccstats.read_plan(root / "data" / "raw").areas
        if area.kind == "force"
    )
    projection = pccstats.project(burglary, sisters=sisters)
    answers = {"change": pccstats.change(burglary), "projection": projection}
    pages = {name: (root / "docs" / "methods" / f"{name}.md").read_text(encoding="utf-8") for name in answers}
    assert [name for name, answer in answers.items() if f"> {pccstats.describe(answer)}\n" not in pages[name]] == []


def test_decisions_have_a_number_each(root: Path) -> None:
    """No two decisions share a number, each carries its own in its title, and the list names every one."""
    pages = sorted((root / "docs" / "decisions").glob("0*.md"))
    numbers = [page.name[:4] for page in pages]
    assert [number for number in numbers if numbers.count(number) > 1] == []
    assert [page.name for page in pages if not page.read_text(encoding="utf-8").startswith(f"# {page.name[:4]} ")] == []
    listed = re.findall(
        r"- \[(\d{4}) [^]]*\]\((\d{4}[^)]*)\)", (pages[0].parent / "README.md").read_text(encoding="utf-8")
    )
    assert listed == [(page.name[:4], page.name) for page in pages]


def test_every_test_says_what_it_shows(root: Path) -> None:
    """Each test has a sentence, so that the list of tests reads as a specification."""
    silent = [
        f"{path.relative_to(root).as_posix()}: {node.name}"
        for path in sorted((root / "tests").rglob("test_*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and not ast.get_docstring(node)
    ]
    assert silent == []
