"""Pages that walk through something, followed to the letter: each command typed, each edit made, each line printed."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

WIDE = "400"  # columns of the terminal, so that what is shown stands on one line


def follow(text: str, folder: Path, root: Path, more: Mapping[str, list[str]] | None = None) -> int:
    """Do in a folder what the blocks of a page say; how many there were.

    `console`: a line with `$` is typed, the lines beneath are printed among others; `console refused` ends with the
    code of a refusal. `diff`: the first line names a file; lines with `-` stand in it once and are taken out, those
    with `+` come in their place, or at its end. `more` gives words to add to a command by its name, to make less and be
    quicker: such a command may end with the code of one that made not everything.
    """
    blocks = re.findall(r"^```(console(?: refused)?|diff)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    for kind, block in blocks:
        if kind == "diff":
            _edit(folder, *block.split("\n", 1))
            continue
        for step in block.removeprefix("$ ").split("\n$ "):
            command, *shown = step.strip().splitlines()
            words = command.split()
            added = (more or {}).get(words[1], [])
            codes = (2,) if kind.endswith("refused") else (0, 1) if added else (0,)
            _type([*words, *added], folder, root, shown, codes)
    return len(blocks)


def _edit(folder: Path, name: str, lines: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    held = path.read_text(encoding="utf-8") if path.exists() else ""
    old, new = ("".join(line[1:] for line in lines.splitlines(keepends=True) if line[0] == sign) for sign in "-+")
    if old:
        assert held.count(old) == 1, f"{name} has these lines {held.count(old)} times: {old}"
    path.write_text(held.replace(old, new) if old else held + new, encoding="utf-8")


def _type(words: list[str], folder: Path, root: Path, shown: list[str], codes: tuple[int, ...]) -> None:
    assert words[0] == "pccstats"
    done = subprocess.run(
        [sys.executable, "-m", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(root), "COLUMNS": WIDE},
    )
    printed = " ".join((done.stdout + done.stderr).split())
    assert done.returncode in codes, printed
    assert [line for line in shown if " ".join(line.split()) not in printed] == [], printed
