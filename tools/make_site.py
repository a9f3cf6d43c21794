"""Build the documentation as a site that opens without a network: pages, public names, gallery, packs to click.

    python tools/make_site.py [--out site] [--without-packs]

`make docs` runs this. The pages are the Markdown of the repository as it lies there; Sphinx reads docs/site/conf.py. A
warning is an error. Packs are made where they are not yet, or where their data have changed; that of London where its
file is found, and it is said where not.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LONDON_FILE = "MPS Borough Level Crime (Historical).csv"
PACKS = (("2015/16-Q1", "data"), ("2022/23-Q2", "examples/leicestershire-2022"))


def main(arguments: list[str] | None = None) -> int:
    """Make the packs, then the pages, and leave with the exit code of whatever refused."""
    asked = argparse.ArgumentParser(description="Build the documentation as a site that opens without a network.")
    asked.add_argument("--out", type=Path, default=ROOT / "site", help="the folder of the site (site)")
    asked.add_argument("--london", type=Path, default=ROOT.parent / "shared/data/mps-boroughs", help="London's file")
    asked.add_argument("--without-packs", action="store_true", help="the pages alone: under a minute")
    found = asked.parse_args(arguments)
    if not found.without_packs and (code := make_packs(found.out.resolve() / "packs", found.london)):
        return code
    if code := run("pccstats", "build") or make_pages(found.out.resolve()):
        return code
    print(f"The site: {found.out / 'index.html'}")
    return 0


def make_packs(folder: Path, london: Path) -> int:
    """The packs that readers of the site can click; one that is there and up to date is left as it is."""
    asked = [(quarter, "--data", data) for quarter, data in PACKS]
    if (london / LONDON_FILE).is_file():
        asked.append(("2019/20-Q1", "--data", "examples/london-boroughs", "--source-dir", str(london.resolve())))
    else:
        print(f"No pack of London: its file is not in {london}.")
    return next((code for words in asked if (code := run("pccstats", "report", *words, "--out", str(folder)))), 0)


def make_pages(out: Path) -> int:
    """The pages, by Sphinx; every warning is shown, and any is an error."""
    with tempfile.TemporaryDirectory() as trees:
        settings = ("-c", "docs/site", "-d", trees, "--fail-on-warning", "--keep-going", "--quiet")
        return run("sphinx", *settings, ".", str(out))


def run(module: str, *words: str) -> int:
    """Run a module with this Python from the repository's own folder."""
    backend = os.environ | {"MPLBACKEND": "agg"}
    return subprocess.run([sys.executable, "-m", module, *words], cwd=ROOT, env=backend, check=False).returncode  # noqa: S603


if __name__ == "__main__":
    sys.exit(main())
