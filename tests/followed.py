"""Pages that walk through something, followed to the letter: each command typed, each edit made, each line printed."""

import os
import re
import subprocess
import sys
from pathlib import Path

WIDE = "400"  # columns of the terminal, so that what is shown stands on one line


def follow(page: Path, folder: Path, root: Path) -> int:
    """Do in a folder what the blocks of a page say; how many there were.

    `console`: a line with `$` is typed, the lines beneath are printed among others; `console refused` ends with the
    code of a refusal. `diff`: the first line names a file; lines with `-` stand in it once and are taken out, those
    with `+` come in their place, or at its end.
    """
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"^```(console(?: refused)?|diff)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    for kind, block in blocks:
        if kind == "diff":
            _edit(folder, *block.split("\n", 1))
            continue
        for step in block.removeprefix("$ ").split("\n$ "):
            _type(folder, root, *step.strip().splitlines(), code=2 if kind.endswith("refused") else 0)
    return len(blocks)


def _edit(folder: Path, name: str, lines: str) -> None:
    path = folder / name
    held = path.read_text(encoding="utf-8") if path.exists() else ""
    old, new = ("".join(line[1:] for line in lines.splitlines(keepends=True) if line[0] == sign) for sign in "-+")
    if old:
        assert held.count(old) == 1, f"{name} has these lines {held.count(old)} times: {old}"
    path.write_text(held.replace(old, new) if old else held + new, encoding="utf-8")


def _type(folder: Path, root: Path, command: str, *shown: str, code: int) -> None:
    words = command.split()
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
    assert done.returncode == code, printed
    assert [line for line in shown if " ".join(line.split()) not in printed] == [], printed
