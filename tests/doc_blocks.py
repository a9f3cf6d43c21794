"""What the documents show as code: blocks with their kind and place, and the commands in blocks and in sentences."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
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
