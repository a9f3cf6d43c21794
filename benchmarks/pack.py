"""What packs cost: ours beside the command-line loop and beside the same cells run bare, and those of many forces.

Everything is measured in one run on one machine, so that the ratios mean something; nothing else should run meanwhile.

    python benchmarks/pack.py                        # all of it: some twenty minutes on two cores
    python benchmarks/pack.py --parts ours,bare      # some parts
    python benchmarks/pack.py --forces 5 --rows 600000   # fewer forces, fewer street records
    python benchmarks/pack.py --write                # and put the tables into docs/at-scale.md

CPU is that of the command and of all it started; memory is the largest sum over them at one time, pages that several
share counted once (on Linux; elsewhere as often as they are shared).
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import psutil
from street_records import compared

from pccstats import sources
from pccstats.batch.jobs import Job, plan_jobs, read_catalogue
from pccstats.batch.request import Request

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "at-scale.md"
BEGIN, END = "<!-- written by benchmarks/pack.py -->\n", "<!-- end -->\n"
QUARTER, QUARTER_OF_FORCES = "2015/16-Q1", "2016/17-Q1"
ROLLING_YEARS = ROOT.parent / "shared" / "data" / "rolling-year-pfa"  # see examples/all-forces/README.md
PARTS = ("ours", "unchanged", "changed", "loop", "bare", "forces", "street")
FEW = 3  # forces: fewer are not set side by side
LOOK_SECONDS = 0.5
MIB, GIB = 2**20, 2**30
CHANGED = ("hate.disability,Leicestershire,2014-03,12,54,", "hate.disability,Leicestershire,2014-03,12,55,")

# The command as it is, telling at its end what CPU it took itself; the first so many areas, where that is asked.
REPORT = """
import atexit, json, resource, sys
from pathlib import Path

def tell(place=Path(sys.argv.pop(1))):
    used = resource.getrusage(resource.RUSAGE_SELF)
    place.write_text(json.dumps(used.ru_utime + used.ru_stime))

atexit.register(tell)
if most := int(sys.argv.pop(1)):
    from pccstats.batch import national
    every = national.areas_to_make
    national.areas_to_make = lambda data: every(data)[:most]
from pccstats.cli import main
main()
"""


@dataclass(frozen=True)
class Cost:
    """What something took.

    Attributes
    ----------
    what : str
    wall, cpu : float
        Seconds.
    peak : int
        Bytes of memory.
    own_cpu : float
        Seconds of CPU of the command itself, without those of what it started.
    """

    what: str
    wall: float
    cpu: float
    peak: int
    own_cpu: float = 0.0


def cost_of(what: str, *commands: Sequence[str | Path], folder: Path) -> Cost:
    """Run commands one after another and measure them together; one that fails ends the benchmark."""
    before, began, peak = _cpu_of_children(), time.monotonic(), 0
    for command in commands:
        with tempfile.TemporaryFile("w+") as told:
            running = subprocess.Popen(  # noqa: S603 our own commands
                list(map(str, command)), cwd=folder, stdout=told, stderr=told, env=_environment()
            )
            while running.poll() is None:
                peak = max(peak, _memory_of(running.pid))
                time.sleep(LOOK_SECONDS)
            if running.returncode:
                told.seek(0)
                sys.exit(f"{what}: {' '.join(map(str, command))[:300]}\n{told.read()[-3000:]}")
    cost = Cost(what, time.monotonic() - began, _cpu_of_children() - before, peak)
    print(f"{what}: {cost.wall:.1f} s, {cost.cpu:.1f} s of CPU, {cost.peak / MIB:,.0f} MiB", flush=True)
    return cost


def report(what: str, folder: Path, *words: str | Path, areas: int = 0) -> Cost:
    """The cost of `pccstats report`, for the first so many areas where that is said."""
    own = folder / "own.json"
    cost = cost_of(what, [sys.executable, "-c", REPORT, own, str(areas), "report", *words], folder=folder)
    return replace(cost, own_cpu=json.loads(own.read_text()))


def _environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _memory_of(process: int) -> int:
    """The memory of a process and all below it, at this moment."""
    total = 0
    try:
        of_it = psutil.Process(process)
        family = [of_it, *of_it.children(recursive=True)]
    except psutil.Error:
        return 0
    for member in family:
        try:
            held = member.memory_full_info() if sys.platform == "linux" else member.memory_info()
        except (psutil.Error, OSError):  # ended meanwhile
            continue
        total += getattr(held, "pss", held.rss)
    return total


def one_pack(parts: set[str], place: Path) -> Iterator[Cost]:
    """The shipped pack, made in each way that is asked for."""
    data, out, built = place / "data", place / "outputs", place / "built"
    for folder in (data, built):
        shutil.copytree(ROOT / "data", folder, ignore=shutil.ignore_patterns("processed", ".kept"))
    words = (QUARTER, "--data", data, "--out", out)
    if parts & {"ours", "unchanged", "changed"}:
        yield report("ours", place, *words)
    if "unchanged" in parts:
        yield report("unchanged", place, *words)
    if "changed" in parts:
        figures = data / "raw" / "supporting_figures.csv"
        old, new = CHANGED
        text = figures.read_text("utf-8")
        if text.count(old) != 1:
            sys.exit(f"The figure to change is not in {figures}: {old}")
        figures.write_text(text.replace(old, new), "utf-8")
        yield report("one figure changed", place, *words)
        figures.write_text(text, "utf-8")
    if parts & {"loop", "bare"}:
        sources.build_data(built)  # a folder of its own: in the other, our run has left the answers it worked out
    if "loop" in parts:
        yield cost_of("papermill and nbconvert, one after another", *_loop(built, place), folder=place)
    if "bare" in parts:
        bare = [sys.executable, ROOT / "benchmarks" / "bare_cells.py", QUARTER, built]
        yield cost_of("the cells bare", bare, folder=place)


def _loop(data: Path, place: Path) -> Iterator[list[str | Path]]:
    """What an analyst would write who has papermill and nbconvert: two commands a page."""
    made = place / "loop"
    made.mkdir()
    for job in jobs_of(data):
        run = made / f"{job.page}.ipynb"
        given = [word for name, value in job.parameters.items() for word in ("-p", name, str(value))]
        where = ("--cwd", job.notebook.parent, "--no-progress-bar")
        yield [sys.executable, "-m", "papermill", job.notebook, run, *given, *where]
        yield [sys.executable, "-m", "nbconvert", "--to", "html", "--no-input", run]


def jobs_of(data: Path) -> tuple[Job, ...]:
    """The pages of the shipped pack, with what their notebooks are given."""
    request = Request.read(QUARTER, data, data.parent / "never-written")
    return plan_jobs(request, read_catalogue(request.notebooks), sources.read_plan(request.data))


@dataclass(frozen=True)
class Forces:
    """The packs of many forces: what a few and all of them cost, and what was made.

    Attributes
    ----------
    few, many : Cost
    count : int
        How many `many` are.
    pages : float
        Pages of notebooks in a pack.
    size : int
        Bytes of a pack and of its share of the pages on all of them.
    sent : int
        Bytes of the copy of the data that the notebooks of a pack read: what goes to a cluster.
    """

    few: Cost
    many: Cost
    count: int
    pages: float
    size: int
    sent: int

    @property
    def each(self) -> float:
        """Seconds of CPU that one further pack costs."""
        return (self.many.cpu - self.few.cpu) / (self.count - FEW) if self.count > FEW else self.many.cpu / self.count

    @property
    def once(self) -> float:
        """Seconds of CPU that are spent once, however many packs there are."""
        return max(0.0, self.many.cpu - self.count * self.each)


def many_packs(count: int, source: Path, place: Path) -> Forces:
    """The packs of a few forces, and of as many as asked for."""
    costs = []
    for turn, number in enumerate((FEW, count)):  # each with a folder of its own: nothing is there yet
        data, out = place / f"forces-{turn}", place / f"outputs-{turn}"
        shutil.copytree(ROOT / "examples" / "all-forces", data, ignore=shutil.ignore_patterns("processed", ".kept"))
        words = (QUARTER_OF_FORCES, "--data", data, "--source-dir", source, "--area", "all", "--out", out)
        costs.append(report(f"{number} forces", place, *words, areas=number))
    manifests = list(out.glob("areas/*/*/manifest.json"))
    pages = [len(json.loads(path.read_text("utf-8"))["pages"]) for path in manifests]
    size, sent = _size(out), _size(data)
    return Forces(*costs, count, sum(pages) / count, size // count, sent)


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def costs_table(costs: Iterable[Cost], forces: Forces | None, street: dict[str, float] | None) -> list[str]:
    """What was measured, with the ratios to ours and to the bare cells."""
    rows = list(costs)
    by_name = {cost.what: cost for cost in rows}
    ours, bare = by_name.get("ours"), by_name.get("the cells bare")
    lines = [
        "| what | wall, s | CPU, s | wall ÷ ours | CPU ÷ bare cells | most memory, MiB |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for cost in rows:
        wall = f"{cost.wall / ours.wall:.2f}" if ours else ""
        cpu = f"{cost.cpu / bare.cpu:.2f}" if bare else ""
        lines.append(f"| {cost.what} | {cost.wall:,.1f} | {cost.cpu:,.1f} | {wall} | {cpu} | {cost.peak / MIB:,.0f} |")
    if forces:
        for number, cost in ((FEW, forces.few), (forces.count, forces.many)):
            each = f"{number} forces, each"
            lines.append(f"| {cost.what} | {cost.wall:,.1f} | {cost.cpu:,.1f} | | | {cost.peak / MIB:,.0f} |")
            lines.append(f"| {each} | {cost.wall / number:,.1f} | {cost.cpu / number:,.1f} | | | |")
    if street:
        lines += ["", f"Street records counted in {street['times']:.2f} times the time of bare duckdb."]
    return lines


def goals(costs: Iterable[Cost], forces: Forces | None, street: dict[str, float] | None) -> Iterator[str]:
    """Each goal, what was measured, and whether it was reached."""
    by_name = {cost.what: cost for cost in costs}
    ours, bare = by_name.get("ours"), by_name.get("the cells bare")
    loop, unchanged = by_name.get("papermill and nbconvert, one after another"), by_name.get("unchanged")
    if ours and loop:
        times = loop.wall / ours.wall
        yield _goal("the loop takes at least 5 times as long", f"{times:.1f}", is_reached=times >= 5)
    if ours and bare:
        yield _goal("CPU at most 1.2 times bare cells", f"{ours.cpu / bare.cpu:.2f}", ours.cpu <= 1.2 * bare.cpu)
    if unchanged:
        yield _goal("unchanged, under 1.5 s of CPU", f"{unchanged.cpu:.1f} s", unchanged.cpu < 1.5)
    if forces and forces.count > FEW:
        few, many = forces.few.cpu / FEW, forces.many.cpu / forces.count
        yield _goal("CPU a pack falls as forces are more", f"{few:.1f} s, then {many:.1f} s", many < few)
        yield _goal("43 forces in 8 minutes", f"{forces.many.wall / 60:.1f} minutes", forces.many.wall <= 480)
        yield _goal("in 3 GiB", f"{forces.many.peak / GIB:.1f} GiB", forces.many.peak <= 3 * GIB)
    if street:
        yield _goal("street records at most 1.2 times bare duckdb", f"{street['times']:.2f}", street["times"] <= 1.2)


def _goal(what: str, measured: str, is_reached: bool) -> str:
    return f"| {what} | {measured} | {'yes' if is_reached else 'no'} |"


def plan_table(forces: Forces) -> list[str]:
    """What 43 forces by 40 quarters and 330 districts would take, worked out from the packs measured."""
    scale = forces.many.wall / forces.many.cpu  # of this machine: seconds it takes for one of CPU
    own = forces.many.own_cpu / forces.count
    cluster = f"one with a cluster of {forces.pages:.0f} threads, hours"
    lines = [
        f"| job | packs | CPU, hours | this machine, hours | ten such machines, hours | {cluster} | pages, GB |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for job, runs, areas in (("43 forces by 40 quarters", 40, 43), ("330 districts, one quarter", 1, 330)):
        cpu = runs * (forces.once + areas * forces.each) / 3600
        packs = runs * areas
        at_home = packs * own / 3600
        wide = at_home + (cpu - at_home) / forces.pages
        ten = cpu * scale / min(runs, 10)
        tenth = f"{ten:,.1f}" if runs > 1 else "as one"
        lines.append(
            f"| {job} | {packs:,} | {cpu:,.1f} | {cpu * scale:,.1f} | {tenth} | {wide:,.1f} | "
            f"{packs * forces.size / 1e9:,.1f} |"
        )
    of_cpu = (
        f"{forces.once:,.0f} s of CPU once a run and {forces.each:,.1f} s a pack, {own:,.1f} s of them in the command"
    )
    of_bytes = f"{forces.pages:.0f} pages of notebooks and {forces.size / 1e6:,.1f} MB a pack"
    of_data = f"{forces.sent / 1e6:,.1f} MB of data to each worker of a cluster, what all packs share once"
    return [*lines, "", f"Worked out from: {of_cpu} itself; {of_bytes}; {of_data}."]


def machine() -> str:
    """What it was measured on."""
    memory = psutil.virtual_memory().total / GIB
    return f"Measured on {psutil.cpu_count()} cores with {memory:.0f} GiB, Python {sys.version.split()[0]}."


def main() -> None:
    """Measure what was asked for, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--parts", default=",".join(PARTS), help=f"of {', '.join(PARTS)}")
    parser.add_argument("--forces", type=int, default=43)
    parser.add_argument("--rows", type=int, default=6_000_000, help="street records")
    parser.add_argument("--rolling-years", type=Path, default=ROLLING_YEARS, help="the folder of rec-crime-pfa.csv")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/at-scale.md")
    asked = parser.parse_args()
    parts = set(asked.parts.split(","))
    if unknown := parts - set(PARTS):
        parser.error(f"There is no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}.")
    if asked.forces < FEW:
        parser.error(f"--forces takes {FEW} or more.")
    with tempfile.TemporaryDirectory(prefix="pccstats-benchmark-") as made:
        place = Path(made)
        costs = list(one_pack(parts, place))
        forces = many_packs(asked.forces, asked.rolling_years.resolve(), place) if "forces" in parts else None
        street = compared(asked.rows) if "street" in parts else None
    lines = [machine(), "", *costs_table(costs, forces, street), "", "| goal | measured | reached |", "|---|---|---|"]
    lines += goals(costs, forces, street)
    if forces:
        lines += ["", *plan_table(forces)]
    text = "\n".join(lines) + "\n"
    print(f"\n{text}")
    if asked.write:
        before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
        PAGE.write_text(f"{before}{BEGIN}{text}{END}{rest.partition(END)[2]}", "utf-8")


if __name__ == "__main__":
    main()
