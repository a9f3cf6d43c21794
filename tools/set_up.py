"""Make `.venv` with everything pccstats needs, on any system, without make and without administrator's rights.

Run from the repository with Python 3.11 or newer: python tools/set_up.py
It shows how far it has come. An environment that works is kept and brought in step with requirements.lock.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import venv
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements.lock"
LEAST = (3, 11)
LONGEST_PATH = 60  # of this folder, on Windows: below it lie names of some 190 letters, and 260 are allowed
VENV_IS_APART = (
    "On Debian and Ubuntu it is a package of its own: have python3-venv installed, or use a Python from python.org, "
    "uv or conda."
)
LINES_APART = 25  # packages, where nobody watches
# What pip says of each package of the lock: that it gets it, has it already, or that it is of another system.
OF_A_PACKAGE = re.compile(r"^(?:Collecting|Requirement already satisfied:|Ignoring) ([A-Za-z0-9._-]+)")
INSTALLING = "Installing collected packages"


def main() -> int:
    """Set up, and leave with the exit code of whatever refused."""
    if sys.version_info < LEAST:
        wanted, here = (".".join(map(str, version[:2])) for version in (LEAST, sys.version_info))
        print(f"pccstats needs Python {wanted} or newer; this is {here}. Install one, and run this with it.")
        return 1
    for advice in advice_on(ROOT, os.name):
        print(advice)
    python = interpreter(ROOT / ".venv")
    if not works(python):
        if find_spec("ensurepip") is None:
            print(f"This Python ({sys.executable}) has no venv module. {VENV_IS_APART}")
            return 1
        print("Making .venv", flush=True)
        venv.create(ROOT / ".venv", clear=True, with_pip=True)
    pip = [str(python), "-m", "pip", "install", "--disable-pip-version-check"]
    if code := shown([*pip, "--progress-bar", "off", "--require-hashes", "--requirement", str(LOCK)]):
        return code
    editable = [*pip, "--quiet", "--no-deps", "--no-build-isolation", "--editable", str(ROOT)]
    if code := subprocess.run(editable, check=False).returncode:  # noqa: S603 our own command
        return code
    print("Ready.", flush=True)
    return 0


def advice_on(place: Path, system: str) -> Iterator[str]:
    """What may go wrong in a place on Windows, before anything is written there.

    Examples
    --------
    >>> list(advice_on(Path("C:/pccstats"), "nt"))
    []
    >>> [words[:26] for words in advice_on(Path("C:/OneDrive - An office/pccstats"), "nt")]
    ['This folder is in OneDrive']
    """
    if system != "nt":
        return
    if any(part.casefold().startswith("onedrive") for part in place.parts):
        yield (
            "This folder is in OneDrive, which copies every file that is made and may hold some back. "
            "Move it to a folder outside, such as C:\\work\\pccstats."
        )
    if len(str(place)) > LONGEST_PATH:
        yield (
            f"The path of this folder has {len(str(place))} letters. Windows allows 260 for a whole path, and the "
            "libraries need some 190: if a file cannot be found or made, move the folder to a shorter one."
        )


def interpreter(environment: Path) -> Path:
    """Where an environment has its Python."""
    return environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def works(python: Path) -> bool:
    """True of a Python that starts, is new enough and has pip."""
    ask = f"import sys, pip; sys.exit(sys.version_info < {LEAST})"
    try:
        return subprocess.run([python, "-c", ask], capture_output=True, check=False).returncode == 0  # noqa: S603
    except OSError:
        return False


def shown(command: list[str]) -> int:
    """Run pip and show how far it has come; what it says of a fault is shown as it is."""
    total = sum(1 for line in LOCK.read_text(encoding="utf-8").splitlines() if re.match(r"[A-Za-z0-9]", line))
    # What Python and pip warn of is for those who make the packages.
    quiet = os.environ | {"PYTHONWARNINGS": "ignore"}
    how: dict[str, Any] = {"text": True, "encoding": "utf-8", "errors": "replace", "env": quiet}
    with subprocess.Popen(command, stdout=subprocess.PIPE, **how) as running:  # noqa: S603 our own command
        for line in told(running.stdout or (), total, is_watched=sys.stdout.isatty()):
            print(line, end="", flush=True)
    return running.returncode


def told(lines: Iterable[str], total: int, *, is_watched: bool) -> Iterator[str]:
    """What to show while pip works: one line that counts on where somebody watches, a line now and then elsewhere.

    Examples
    --------
    >>> said = ["Collecting numpy==2.3", "  Using cached numpy", "Installing collected packages: numpy"]
    >>> print("".join(told(said, 2, is_watched=False)), end="")
    Installing; this takes a minute or two.
    """
    seen = 0
    for line in lines:
        if found := OF_A_PACKAGE.match(line):
            seen += 1
            if is_watched:
                yield f"\r{min(seen, total):4} of {total} packages: {found[1]:<40.40}"
            elif seen % LINES_APART == 0:
                yield f"{min(seen, total):4} of {total} packages\n"
        elif line.startswith(INSTALLING):
            yield (
                "\nInstalling; this takes a minute or two.\n"
                if is_watched
                else "Installing; this takes a minute or two.\n"
            )


if __name__ == "__main__":
    sys.exit(main())
