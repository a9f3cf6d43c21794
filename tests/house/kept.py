"""What git keeps: nothing of anybody's machine, no address of a package index, no notebook that has been run."""

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

HOME_FOLDERS = r"(?<![\w./-])/(?:home|root|work|Users)/\w"
REGISTRIES = r"\bpypi\.org|files\.\w+hosted|\w+://\S+/simple\b|registry\.npmjs|conda\.anaconda|--(?:extra-)?index-url"
FOREIGN = re.compile(f"{HOME_FOLDERS}|{REGISTRIES}")


def tracked_files(root: Path) -> list[Path]:
    """Every file git keeps; the test is skipped where this is no checkout."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout, so there are no tracked files to look at")
    return [path for name in listed.stdout.split("\0") if name and (path := root / name).is_file()]


def foreign_lines(text: str) -> list[str]:
    """Lines that name a folder of somebody's machine or a package index."""
    return [line.strip()[:120] for line in text.splitlines() if FOREIGN.search(line)]


def has_run(cell: Mapping[str, Any]) -> bool:
    """Whether a cell of a notebook file keeps anything of a run."""
    return bool(cell.get("outputs")) or cell.get("execution_count") is not None
