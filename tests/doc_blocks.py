"""What the documents show as code: blocks with their kind and place, and the commands in blocks and in sentences."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.house.kept import tracked_files

HISTORY = ("CHANGELOG.md", "docs/decisions/")  # what was true when it was written
_ASSIGNED = re.compile(r"[A-Z_]+=\S+")


@dataclass(frozen=True)
class Block:
    """A block of code: the page it stands on, the heading above it, its line, the words of its fence, the code."""

    page: str
    heading: str
    line: int
    info: str
    code: str

    @property
    def place(self) -> str:
        """Where it is, for a message."""
        return f"{self.page}:{self.line} ({self.heading})"


def pages_of(root: Path) -> Iterator[tuple[str, list[Token]]]:
    """The documents that git keeps, those of history left out, as Markdown reads them."""
    reader = MarkdownIt("commonmark").enable("table")
    for path in tracked_files(root):
        name = path.relative_to(root).as_posix()
        if path.suffix == ".md" and not name.startswith((*HISTORY, "data/raw/commentary", "pccstats/batch")):
            yield name, reader.parse(path.read_text(encoding="utf-8"))


def blocks_of(root: Path) -> Iterator[Block]:
    """Every block of code, fenced or indented (which has no words)."""
    for page, tokens in pages_of(root):
        heading = ""
        for token, before in zip(tokens, [None, *tokens], strict=False):
            if before is not None and before.type == "heading_open":
                heading = token.content
            elif token.type in ("fence", "code_block"):
                yield Block(page, heading, (token.map or [0])[0] + 1, token.info.strip(), token.content)


def commands_of(root: Path) -> Iterator[tuple[str, list[str]]]:
    """Each command that a document shows, in a block or in a sentence, as words, with its place."""
    for block in blocks_of(root):
        if block.info.partition(" ")[0] in ("", "console"):
            for line in block.code.splitlines():
                if words := _as_command(line.removeprefix("$ ")):
                    yield block.place, words
    for page, tokens in pages_of(root):
        for token in tokens:
            for child in token.children or ():
                if child.type == "code_inline" and (words := _as_command(child.content)):
                    yield f"{page}:{(token.map or [0])[0] + 1}", words


def _as_command(line: str) -> list[str]:
    """The words of a line that begins with a program of ours; of any other none."""
    words = line.partition("  #")[0].replace("\\", "/").split()
    while words and _ASSIGNED.fullmatch(words[0]):
        words.pop(0)
    if not words:
        return []
    program = words[0].rpartition("/")[2]
    if program in ("python", "py") and len(words) > 2 and words[1:3] == ["-m", "pccstats"]:
        program, words = "pccstats", words[2:]
    if program not in ("pccstats", "make", "python") or len(words) < 2:
        return []
    return [program, *shlex.split(" ".join(words[1:]))]


def follow(text: str, folder: Path, root: Path, more: Mapping[str, list[str]] | None = None) -> int:
    """Type each command of a page in a folder, make each edit, and hold what is shown to what is printed.

    An edit (`diff`) names its file, the lines it takes out and those it puts in their place, or at the end of a file.
    `more` gives words to add to a command by its name, to make less and be quicker: it may then say that there is more
    to make.
    """
    blocks = re.findall(r"^```(console(?: refused)?|diff)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    for kind, block in blocks:
        if kind == "diff":
            _edit(block, folder)
            continue
        for step in block.removeprefix("$ ").split("\n$ "):
            command, *shown = step.strip().splitlines()
            words = command.split()
            assert words[0] == "pccstats"
            added = (more or {}).get(words[1], [])
            done = subprocess.run(
                [sys.executable, "-m", *words, *added],
                cwd=folder,
                capture_output=True,
                text=True,
                check=False,
                env={**os.environ, "PYTHONPATH": str(root), "COLUMNS": "200"},
            )
            printed = " ".join((done.stdout + done.stderr).split())
            fitting = (2,) if kind.endswith("refused") else (0, 1) if added else (0,)
            assert done.returncode in fitting, printed
            assert [line for line in shown if " ".join(line.split()) not in printed] == [], printed
    return len(blocks)


def _edit(block: str, folder: Path) -> None:
    name, *lines = block.splitlines()
    old, new = ("".join(f"{line[1:]}\n" for line in lines if line[:1] == sign) for sign in "-+")
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    held = path.read_text(encoding="utf-8") if path.exists() else ""
    assert not old or held.count(old) == 1
    path.write_text(held.replace(old, new) if old else held + new, encoding="utf-8")
