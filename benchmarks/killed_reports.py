"""Kill real runs of `pccstats report` at random moments, and look at what is left after each.

Every run makes a small pack of its own in a folder of its own, with a notebook that has started a process. It is sent a
signal after a random part of the time that a whole run takes. Then the pack that stands must be the earlier one or the
new one, whole, with a file that a colleague laid beside its pages. After the next run nothing of the killed one may be
left: no folder, no temporary file, no process.

    python benchmarks/killed_reports.py --kills 100 --seed 1 --write

`--write` puts the table into docs/reliability.md. Linux only: elsewhere nobody tells which processes are whose.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

from pccstats.batch.manifest import read_manifest
from pccstats.batch.unchanged import KEPT

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "reliability.md"
BEGIN, END = "<!-- written by benchmarks/killed_reports.py -->\n", "<!-- end -->\n"
SIGNALS = ("SIGKILL", "SIGTERM", "SIGINT", "SIGHUP")
QUARTER, PACK = "2015/16-Q1", "2015-16-Q1"
NOTE = "what a colleague laid here"
PLAN = """\
title = "A small plan"
focus = "Ours"
baseline = "2012/13"
horizon = "2017-03"
areas = [{ name = "Ours", kind = "force" }]

[[theme]]
number = 1
title = "Safer streets"
slug = "safer-streets"

[[theme.priority]]
number = 1
title = "Reduce burglary"

[[theme.priority.indicator]]
key = "1.offences"
title = "Burglary"
kind = "count"
unit = "offences"
polarity = "lower_is_better"
"""
SOURCES = """\
[[source]]
file = "figures.csv"
reader = "tidy_csv"
label = "Figures"
"""
FIGURES = (
    "indicator,area,period_end,months,numerator,denominator,status,source\n1.offences,Ours,2015-06,12,{},,,Crimes\n"
)
PARAMETERS = 'quarter: str = ""  # the quarter\ndata: str = ""  # the data folder\naudience: str = ""  # who reads it'
WITH_A_PROCESS = """
import subprocess, sys
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
import time; time.sleep(1)
"""


@dataclass
class Tally:
    """What was tried and what came of it, by signal."""

    tried: Counter[str] = field(default_factory=Counter)
    ended_before: Counter[str] = field(default_factory=Counter)
    new_in_place: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def as_markdown(self) -> str:
        """One row a signal."""
        rows = [
            f"| {name} | {self.tried[name]} | {self.ended_before[name]} | {self.new_in_place[name]} |"
            for name in SIGNALS
            if self.tried[name]
        ]
        total = sum(self.tried.values())
        head = "| signal | runs | had ended before | new pack in place |\n|---|---|---|---|\n"
        words = f"{total} runs tried, {total - len(self.faults)} survived: a whole pack stood, nothing was left."
        return "\n".join([words, "", head + "\n".join(rows), *self.faults, ""])


class Desk:
    """A data folder, a folder for packs and a temporary folder, where runs are begun and killed."""

    def __init__(self, place: Path) -> None:
        self.place, self.out, self.temporary = place, place / "outputs", place / "tmp"
        self.pack = self.out / PACK
        raw, notebooks = place / "data" / "raw", place / "data" / "notebooks"
        for folder in (raw, notebooks, self.temporary):
            folder.mkdir(parents=True)
        (raw / "plan.toml").write_text(PLAN, encoding="utf-8")
        (raw / "sources.toml").write_text(SOURCES, encoding="utf-8")
        self.figures = raw / "figures.csv"
        for order, (name, code) in enumerate({"first": WITH_A_PROCESS, "second": "print('second')"}.items()):
            _write_notebook(notebooks / f"{name}.ipynb", name, order, code)

    def holds(self, figure: int) -> None:
        """Have a figure in the data."""
        self.figures.write_text(FIGURES.format(figure), encoding="utf-8")

    def begin(self) -> subprocess.Popen[str]:
        """Begin a run as a person at a desk would: a shell that starts us behind has Ctrl-C ignored."""
        code = (
            "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
            "from pccstats.cli import main; main()"
        )
        words = ["report", QUARTER, "--data", str(self.place / "data"), "--out", str(self.out)]
        about = os.environ | {"TMPDIR": str(self.temporary), "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-W", "ignore", "-c", code, *words]
        return subprocess.Popen(  # noqa: S603 our own command
            command, env=about, cwd=self.place, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )

    def run(self) -> float:
        """A whole run, and how long it took."""
        began = time.monotonic()
        with self.begin() as running:
            _, told = running.communicate()
        if running.returncode:
            raise SystemExit(told)
        return time.monotonic() - began

    def faults_of_pack(self) -> list[str]:
        """What is wrong with the pack that stands."""
        manifest = read_manifest(self.pack)
        is_whole = manifest.is_complete and manifest.has_its_files(self.pack)
        faults = [] if is_whole else ["no whole pack stands"]
        note = self.pack / "note.txt"
        return (
            faults if note.is_file() and note.read_text("utf-8") == NOTE else [*faults, "the colleague's file is gone"]
        )

    def left_behind(self) -> list[str]:
        """What lies beside the pack, in the temporary folder and among the processes."""
        beside = [path.name for path in (*self.out.iterdir(), *(self.place / "data").iterdir())]
        extra = [name for name in beside if name not in (PACK, "raw", "notebooks", "processed", KEPT)]
        return [*extra, *(path.name for path in self.temporary.iterdir()), *self._processes()]

    def _processes(self) -> list[str]:
        found = []
        for path in Path("/proc").glob("[0-9]*/environ"):
            try:
                if f"TMPDIR={self.temporary}".encode() in path.read_bytes():
                    found.append(f"process {path.parent.name}")
            except OSError:  # ended meanwhile, or another's
                continue
        return found


def _write_notebook(path: Path, name: str, order: int, code: str) -> None:
    notebook = nbformat.v4.new_notebook()
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook.metadata.pccstats = {"order": order, "title": name.title(), "nav": name.title(), "page": name}
    first = nbformat.v4.new_code_cell(PARAMETERS)
    first.metadata.tags = ["parameters"]
    notebook.cells = [nbformat.v4.new_markdown_cell(f"# {name.title()}"), first, nbformat.v4.new_code_cell(code)]
    nbformat.write(notebook, path)


def kill_runs(kills: int, seed: int, place: Path) -> Tally:
    """Kill this many runs, each at its own moment, and look after each."""
    chance, desk, tally = random.Random(seed), Desk(place), Tally()  # noqa: S311 no secret hangs on it
    desk.holds(100)
    seconds = desk.run()
    (desk.pack / "note.txt").write_text(NOTE, encoding="utf-8")
    for number in range(1, kills + 1):
        name, wait = SIGNALS[number % len(SIGNALS)], chance.uniform(0, 1.05 * seconds)
        earlier = read_manifest(desk.pack).made_from
        desk.holds(100 + number)
        with desk.begin() as running:
            time.sleep(wait)
            was_alive = running.poll() is None
            running.send_signal(getattr(signal, name))
            _, told = running.communicate()
        tally.tried[name] += 1
        tally.ended_before[name] += not was_alive
        faults = desk.faults_of_pack()
        is_new = read_manifest(desk.pack).made_from != earlier
        tally.new_in_place[name] += is_new
        if "Traceback" in told and running.returncode != 130 and not _was_loading(told):
            faults.append("a traceback")
        if "No pack was written" in told and is_new:
            faults.append("it said that no pack was written, and one was")
        if not is_new:
            desk.holds(99 + number)  # the data of the pack that stands
        desk.run()
        faults += [f"{what} left after the next run" for what in desk.left_behind()]
        tally.faults += [f"- {name} after {wait:.2f} s: {fault}." for fault in (*faults, *desk.faults_of_pack())]
    return tally


def _was_loading(told: str) -> bool:
    """True where Ctrl-C came while Python was still loading us: the words are its own, and nothing had been begun."""
    return told.rstrip().endswith("KeyboardInterrupt") and ", in main\n" not in told


def main() -> int:
    """Kill, tell, and write where asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true", help="put the table into docs/reliability.md")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        tally = kill_runs(asked.kills, asked.seed, Path(place))
    told = tally.as_markdown()
    print(told)
    if asked.write:
        text = PAGE.read_text("utf-8")
        before, _, rest = text.partition(BEGIN)
        PAGE.write_text(f"{before}{BEGIN}\n{told}\n{END}{rest.partition(END)[2]}", encoding="utf-8")
    return 1 if tally.faults else 0


if __name__ == "__main__":
    sys.exit(main())
