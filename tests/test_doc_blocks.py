"""What the documents show as code works: Python is run, settings are read, commands are known, places are there."""

import contextlib
import doctest
import re
from itertools import pairwise
from pathlib import Path

import pytest
import typer.main
from markdown_it.token import Token

import pccstats
from pccstats.cli import app
from pccstats.sources.corrections import read_corrections
from pccstats.sources.source_list import read_source_list
from tests.doc_blocks import Block, blocks_of, commands_of, pages_of
from tests.house.kept import tracked_files
from tests.sources.conftest import PLAN

ROOT = Path(__file__).parents[1]
KINDS = ("python", "toml", "console", "diff", "text")
# Blocks that a test of their own follows to the letter: page and heading (or all of the page), and the test's file.
FOLLOWED = {
    ("docs/architecture.md", "Add a result type"): "tests/test_recipes.py",
    ("docs/pack.md", "Add a dashboard column"): "tests/test_recipes.py",
    ("docs/plan-file.md", "Add a field to the plan"): "tests/sources/test_recipes.py",
    ("docs/sources-file.md", "Add a reader"): "tests/sources/test_recipes.py",
    ("docs/methods/expected-level.md", "Add a rule"): "tests/methods/level/test_adding_a_rule.py",
    ("docs/gallery.md", ""): "tests/test_site.py",
    ("docs/next-quarter.md", ""): "tests/batch/test_next_quarter.py",
    ("docs/tutorial.md", ""): "tests/batch/test_tutorial.py",
    ("docs/leaving.md", ""): "tests/test_leaving.py",
}
BLOCKS = list(blocks_of(ROOT))


def is_followed(block: Block) -> bool:
    """Whether a test of its own follows a block."""
    return bool(FOLLOWED.keys() & {(block.page, block.heading), (block.page, "")})


def with_python() -> list[str]:
    """The pages whose Python this module runs."""
    return sorted({each.page for each in BLOCKS if each.info == "python" and not is_followed(each)})


def test_every_block_says_what_it_is() -> None:
    """A fenced block names its language, of those that are run, read, typed or followed; `text` is only shown."""
    known = [each for each in BLOCKS if each.info and not each.info.startswith("{")]  # `{…}` is the site's
    assert len(known) > 20
    assert [each.place for each in known if each.info.split()[0] not in KINDS] == []


@pytest.mark.parametrize(("place", "file"), FOLLOWED.items(), ids=lambda each: str(each[0]))
def test_what_is_followed_elsewhere_is(root: Path, place: tuple[str, str], file: str) -> None:
    """There are such blocks, and the test that is said to follow them reads that page."""
    page, heading = place
    assert [each for each in BLOCKS if each.page == page and heading in ("", each.heading) and each.info]
    text = (root / file).read_text(encoding="utf-8")
    assert re.search(rf"{re.escape(page.rpartition('/')[2].removesuffix('.md'))}\b", text)


@pytest.mark.slow
@pytest.mark.parametrize("page", with_python())
def test_python_runs(page: str) -> None:
    """The blocks of a page run one after another in the repository; what `>>>` shows is what comes."""
    names: dict[str, object] = {"pcc": pccstats}
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    with contextlib.chdir(ROOT):
        for block in (each for each in BLOCKS if each.page == page and each.info == "python"):
            if ">>>" in block.code:
                shown = doctest.DocTestParser().get_doctest(block.code, names, block.place, page, block.line)
                assert runner.run(shown, clear_globs=False).failed == 0, block.place
                names |= shown.globs
            else:
                exec(compile(block.code, block.place, "exec"), names)


SETTINGS = [each for each in BLOCKS if each.info == "toml" and not is_followed(each)]


@pytest.mark.parametrize("block", SETTINGS, ids=lambda block: block.place)
def test_settings_are_read(block: Block, tmp_path: Path) -> None:
    """A block of a plan, of a list of sources or of corrections is taken by the reader of that file."""
    is_of = re.match(r"\[\[(source|correction)\]\]", block.code)
    (tmp_path / "plan.toml").write_text(PLAN if is_of else f"{PLAN}\n{block.code}", encoding="utf-8")
    plan = pccstats.read_plan(tmp_path)
    if is_of:
        written = tmp_path / f"{is_of[1]}s.toml"
        written.write_text(block.code, encoding="utf-8")
        files = re.findall(r'(?m)^file = "(.+)"', block.code)
        read = (
            [each.file for each in read_source_list(written, plan)]
            if is_of[1] == "source"
            else read_corrections(tmp_path, files)
        )
        assert sorted(read) == sorted(set(files))


COMMANDS = list(commands_of(ROOT))


def test_commands_are_known(root: Path) -> None:
    """Each command in the documents is one that there is, and so is each of its options."""
    assert len(COMMANDS) > 60
    faults = [f"{place}: {' '.join(words)}: {fault}" for place, words in COMMANDS if (fault := fault_of(root, words))]
    assert faults == []


def fault_of(root: Path, words: list[str]) -> str:
    """What is wrong with a command, or nothing."""
    program, first, *others = words
    if program == "make":
        targets = set(re.findall(r"(?m)^([a-z-]+):", (root / "Makefile").read_text(encoding="utf-8")))
        return "" if first in targets or "=" in first else "no such target"
    if program == "python":
        if not first.endswith(".py"):
            return ""
        if not (root / first).is_file():
            return "no such script"
        text = (root / first).read_text(encoding="utf-8")
        return ", ".join(word for word in others if word.startswith("--") and f'"{word.partition("=")[0]}"' not in text)
    command = COMMAND_LINE.commands.get(first)  # type: ignore[attr-defined]
    if command is None:
        return "" if first == "--version" else "no such command"
    try:
        _, left, _ = command.make_parser(command.context_class(command, info_name=first)).parse_args(others)
    except Exception as error:  # noqa: BLE001 the parser's own kinds of refusal are not public
        return str(error)
    return f"too many words: {left}" if left else ""


COMMAND_LINE = typer.main.get_command(app)


def test_a_wrong_command_is_seen(root: Path) -> None:
    """A command, an option, a target and a script that there are not are each found, and a word too many."""
    wrong = ("pccstats mend", "pccstats report 2015/16-Q1 --quick", "make coffee", "python tools/none.py")
    wrong += ("pccstats report 2015/16-Q1 2015/16-Q2", "python tools/make_site.py --quick")
    assert [words for words in wrong if not fault_of(root, words.split())] == []
    right = ("pccstats report 2015/16-Q1 --data kent", "make report", "python tools/make_site.py --without-packs")
    assert [fault for words in right if (fault := fault_of(root, words.split()))] == []


def test_places_on_pages_are_there(root: Path) -> None:
    """Every link to a heading, of the same page or of another, finds it."""
    headings = {page: set(slugs(tokens)) for page, tokens in pages_of(root)}
    nowhere, seen = [], 0
    for path in tracked_files(root):
        if path.suffix == ".md":
            for target, place in re.findall(r"\]\(([^)#\s]*)#([^)\s]+)\)", path.read_text(encoding="utf-8")):
                page = (path.parent / target).resolve() if target else path
                name = page.relative_to(root).as_posix() if page.is_relative_to(root) else ""
                seen += 1
                if "://" not in target and place not in headings.get(name, {place}):
                    nowhere.append(f"{path.relative_to(root)}: {target}#{place}")
    assert seen > 30
    assert nowhere == []


def slugs(tokens: list[Token]) -> list[str]:
    """The places of a page: its headings in small letters, blanks as strokes, other signs left out."""
    words = [after.content for token, after in pairwise(tokens) if token.type == "heading_open"]
    return [re.sub(r"[^\w\- ]", "", each.strip().lower()).replace(" ", "-") for each in words]
