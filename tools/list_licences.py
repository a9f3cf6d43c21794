"""Write the licence of every locked package into docs/licences.md, as each package says it of itself.

    python tools/list_licences.py

The licence is the one expression a package gives, else its classifiers, else the first line of its licence file. Of a
package that is locked for another system or another Python nothing is known here, and the page says so. A test holds
the page to the lock and to what is installed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
LOCK, PAGE = ROOT / "requirements.lock", ROOT / "docs" / "licences.md"
NOT_HERE = "not installed where this was written"
_PIN = re.compile(r"^([A-Za-z0-9_.-]+)==([^\s;\\]+)", re.MULTILINE)
_CLASSIFIER = "License :: OSI Approved :: "
HEAD = f"""# Licences of what is installed with pccstats

Every package that `requirements.lock` names, with the licence it gives for itself: those that pccstats needs, those of
the laboratory and those of the tests. Written by `tools/list_licences.py`; run it after `make lock`. One that is
{NOT_HERE} is for another system or another Python. pccstats itself is under the licence in `LICENSE`.

| package | version | licence |
|---|---|---|
"""


class Licensed(NamedTuple):
    """One locked package, and the licence it gives."""

    name: str
    version: str
    licence: str


def licences(lock: str) -> Iterator[Licensed]:
    """The packages of a lock with their licences, in its order."""
    for name, version in _PIN.findall(lock):
        yield Licensed(name, version, licence_of(name))


def licence_of(name: str) -> str:
    """What a package says of its licence."""
    try:
        package = distribution(name)
    except PackageNotFoundError:
        return NOT_HERE
    about = package.metadata
    if expression := about.get("License-Expression"):
        return str(expression)
    classifiers = [each for each in about.get_all("Classifier", []) if each.startswith(_CLASSIFIER)]
    if classifiers:
        return " or ".join(each.removeprefix(_CLASSIFIER) for each in classifiers)
    said = str(about.get("License") or "").strip().partition("\n")[0]
    if said and said != "UNKNOWN":
        return said
    files = [file for file in package.files or () if re.match(r"LICEN[CS]E", file.name, re.IGNORECASE)]
    return next(iter(files[0].read_text().split("\n"))).strip() if files else "says none"


def page(lock: str) -> str:
    """The whole page."""
    return HEAD + "".join(f"| {each.name} | {each.version} | {each.licence} |\n" for each in licences(lock))


if __name__ == "__main__":
    PAGE.write_text(page(LOCK.read_text("utf-8")), encoding="utf-8")
