"""What the benchmark of packs works out of what it measured, and that what it compares with is the same work."""

import importlib
import json
import sys
from dataclasses import replace

import pytest

HOUR = 3600.0


@pytest.fixture
def benchmark(monkeypatch, root):
    """The benchmark as a module."""
    monkeypatch.syspath_prepend(root / "benchmarks")
    return importlib.import_module("pack")


@pytest.fixture
def forces(benchmark):
    """Three packs of 130 s of CPU, 43 of 530: 100 s are spent once, and 10 s for each pack, 2 of them at home."""
    few = benchmark.Cost("3 forces", 65.0, 130.0, 10**9, 30.0)
    many = benchmark.Cost("43 forces", 265.0, 530.0, 2 * 10**9, 86.0)
    return benchmark.Forces(few, many, 43, 10.0, 5_000_000, 3_000_000)


def test_what_each_pack_costs(forces):
    """The line through both measurements: what is spent once, and what each pack costs."""
    assert forces.each == pytest.approx(10.0)
    assert forces.once == pytest.approx(100.0)


def test_the_plan_is_worked_out_from_them(benchmark, forces):
    """Hours of CPU, of two cores, of ten machines and of a cluster, and the bytes, are those worked out by hand."""
    head, _, quarters, districts, *_ = [line.strip("| ").split(" | ") for line in benchmark.plan_table(forces)]
    assert "10 threads" in head[5]
    # 40 runs of 100 s and 43 packs of 10 s: 21,200 s; half of it in wall time; of 1,720 packs 2 s each stay at home
    at_home, cpu = 1720 * 2 / HOUR, 40 * (100 + 43 * 10) / HOUR
    hours = (cpu, cpu / 2, cpu / 2 / 10, at_home + (cpu - at_home) / 10)
    assert quarters == ["43 forces by 40 quarters", "1,720", *(f"{each:.1f}" for each in hours), "8.6"]
    cpu, at_home = (100 + 330 * 10) / HOUR, 330 * 2 / HOUR
    assert districts[1:4] == ["330", f"{cpu:.1f}", f"{cpu / 2:.1f}"]
    assert districts[4:] == ["as one", f"{at_home + (cpu - at_home) / 10:.1f}", "1.6"]


def test_goals_are_held_to_what_was_measured(benchmark, forces):
    """A goal is reached on its side of the bound and missed on the other."""
    ours = benchmark.Cost("ours", 20.0, 48.0, 0)
    loop = benchmark.Cost("papermill and nbconvert, one after another", 100.0, 120.0, 0)
    bare, same = benchmark.Cost("the cells bare", 38.0, 40.0, 0), benchmark.Cost("unchanged", 2.0, 1.4, 0)
    reached = list(benchmark.goals([ours, loop, bare, same], forces, {"times": 1.2}))
    assert len(reached) == 7
    assert [line for line in reached if not line.endswith("| yes |")] == []
    worse = [replace(ours, wall=20.1, cpu=48.1), loop, bare, replace(same, cpu=1.5)]
    many = replace(forces.many, wall=481.0, cpu=43 * 44.0, peak=4 * 2**30)
    missed = list(benchmark.goals(worse, replace(forces, many=many), {"times": 1.21}))
    assert [line for line in missed if not line.endswith("| no |")] == []


def test_the_loop_runs_every_page_with_its_parameters(benchmark, root, tmp_path):
    """Two commands a page, papermill's with the notebook and the parameters that the pack gives it."""
    commands = list(benchmark._loop(root / "data", tmp_path))
    runs, conversions = commands[::2], commands[1::2]
    jobs = benchmark.jobs_of(root / "data")
    assert len(runs) == len(conversions) == len(jobs) > 8
    for job, run, conversion in zip(jobs, runs, conversions, strict=True):
        words = list(map(str, run))
        assert words[:4] == [sys.executable, "-m", "papermill", str(job.notebook)]
        for name, value in job.parameters.items():
            place = words.index(name)
            assert words[place - 1 : place + 2] == ["-p", name, str(value)]
        assert run[4] == conversion[-1], "another notebook is converted than was run"


@pytest.mark.slow
def test_a_cost_counts_what_a_command_starts(benchmark, tmp_path):
    """CPU of the children of a command is counted, and so is the memory they hold at one time."""
    child = "import time; held = bytearray(b'x') * 200_000_000; x = sum(range(30_000_000)); time.sleep(1)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    cost = benchmark.cost_of("a parent", [sys.executable, "-c", parent], folder=tmp_path)
    assert cost.cpu > 0.2
    assert 200_000_000 < cost.peak < 400_000_000
    with pytest.raises(SystemExit, match="no such"):
        benchmark.cost_of("ill", [sys.executable, "-c", "raise SystemExit('no such thing')"], folder=tmp_path)


@pytest.mark.slow
def test_a_report_tells_what_it_took_itself(benchmark, tmp_path):
    """The command runs as it is, for fewer areas where that is asked, and its own CPU is told apart."""
    cost = benchmark.report("help", tmp_path, "--help", areas=3)
    assert 0 < cost.own_cpu <= cost.cpu
    assert cost.what == "help"


def test_forces_are_counted_from_what_was_made(benchmark, monkeypatch, tmp_path):
    """Each run has data and outputs of its own; pages and bytes are those of the packs that were written."""
    asked = []

    def made(what, _, *words, areas):
        out, data = words[words.index("--out") + 1], words[words.index("--data") + 1]
        assert (data / "plan.toml").is_file()
        assert not (data / "processed").exists()
        for name in [*range(areas), "national"]:
            pack = out / "areas" / "2016-17-Q1" / str(name)
            pack.mkdir(parents=True)
            pages = [] if name == "national" else [{}] * 6
            (pack / "manifest.json").write_text(f'{{"pages": {json.dumps(pages)}}}'.ljust(1000), "utf-8")
        asked.append((what, out, data))
        return benchmark.Cost(what, 1.0, 10.0 * areas, 0, 1.0)

    monkeypatch.setattr(benchmark, "report", made)
    forces = benchmark.many_packs(5, tmp_path, tmp_path)
    assert [what for what, _, _ in asked] == ["3 forces", "5 forces"]
    assert len({place for _, *places in asked for place in places}) == 4
    assert (forces.pages, forces.size, forces.each, forces.once) == (6.0, 1200, 10.0, 0.0)
