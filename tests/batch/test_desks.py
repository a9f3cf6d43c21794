"""One small pack made at four desks: every byte is the same, wherever and whenever, and no network is asked for it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pandas as pd
import pytest

from pccstats.sources.cluster import CLUSTER

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:.*:DeprecationWarning", "ignore:.*:ResourceWarning"),  # of dask, in our process
]

QUARTER, PACK = "2022/23-Q2", "2022-23-Q2"
PAGES = ("dashboard", "theme", "partnerships")
ANOTHER_DAY = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <sys/time.h>
#include <time.h>

static const long ahead = 400L * 24 * 60 * 60;

int clock_gettime(clockid_t clock, struct timespec *now) {
    static int (*asked)(clockid_t, struct timespec *);
    if (!asked) asked = dlsym(RTLD_NEXT, "clock_gettime");
    int answer = asked(clock, now);
    if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE) now->tv_sec += ahead;
    return answer;
}
time_t time(time_t *given) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (given) *given = now.tv_sec;
    return now.tv_sec;
}
int gettimeofday(struct timeval *restrict given, void *restrict zone) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    given->tv_sec = now.tv_sec;
    given->tv_usec = now.tv_nsec / 1000;
    return 0;
}
"""
NOTED = """
# Notes every address that a process asks for, in every process that has this folder in its path.
import os, sys

ASKS = {"socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname"}


def note(event, arguments):
    if event in ASKS:
        address = arguments[1] if event in ("socket.connect", "socket.bind", "socket.sendto") else arguments[0]
        with open(os.environ["NOTED_IN"], "a") as file:
            print(event, address[0] if isinstance(address, tuple) else address, sep="\\t", file=file)


sys.addaudithook(note)
"""
NEAR = re.compile(r"127\.0\.0\.1|::1|localhost|/.*|b?'.*|None|")  # this machine, by number, name or path
DESKS = {  # where, how many at once, umask, and what else is so there
    "plain": ("desk", 1, 0o022, {"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C.UTF-8"}),
    "Kathmandu": (
        "a desk’s {old} “Ὀδύσσεια” 100%",
        2,
        0o077,
        {"PYTHONHASHSEED": "2", "TZ": "Asia/Kathmandu", "LC_ALL": "C"},
    ),
    "another day": (
        "desk/of/another",
        4,
        0o027,
        {
            "PCCSTATS_KERNELS": "cold",
            "PYTHONHASHSEED": "3",
            "TZ": "America/St_Johns",
            "LC_ALL": "POSIX",
            "LANG": "tr_TR.UTF-8",
            "PYTHONUTF8": "0",
        },
    ),
    "with a cluster": ("desk of a cluster", 1, 0o022, {"PYTHONHASHSEED": "4", "LC_ALL": "C.UTF-8"}),
}


PLAN = """
title = "Two measures"
focus = "Leicestershire"
baseline = "2021/22"
horizon = "2024-03"
areas = [
  {{ name = "Leicestershire", kind = "force", code = "E23000021" }},
{districts}
]

[[theme]]
number = 1
title = "Homes and people"
slug = "homes-and-people"

[[theme.priority]]
number = 1
title = "Reduce burglary"
indicator = [
  {{ key = "1.burglary", title = "Burglary", kind = "count", unit = "crimes", polarity = "lower_is_better" }},
]

[[theme.priority]]
number = 2
title = "Reduce robbery"
indicator = [
  {{ key = "2.robbery", title = "Robbery", kind = "count", unit = "crimes", polarity = "lower_is_better" }},
]
"""
SOURCES = """
[[source]]
file = "counts.csv"
reader = "tidy_csv"
label = "Street records"
indicators = { "1.burglary" = ["Burglary"], "2.robbery" = ["Robbery"] }

[[source]]
file = "populations.csv"
reader = "populations_csv"
label = "Estimates"
"""


def small_data(root: Path, folder: Path) -> None:
    """Two measures of the records of 2022, with their districts, and three notebooks."""
    shipped, notebooks = root / "examples" / "leicestershire-2022", folder / "notebooks"
    notebooks.mkdir(parents=True)
    counts = pd.read_csv(shipped / "street_counts.csv", dtype=str)
    counts[counts["indicator"].isin(("Burglary", "Robbery"))].to_csv(folder / "counts.csv", index=False)
    shutil.copy(shipped / "populations.csv", folder)
    places = pd.read_csv(shipped / "populations.csv", dtype=str).query("area_type == 'district'")["area"].unique()
    district = '  {{ name = "{}", kind = "district", part_of = "Leicestershire" }},'
    (folder / "plan.toml").write_text(PLAN.format(districts="\n".join(map(district.format, places))), "utf-8")
    (folder / "sources.toml").write_text(SOURCES, "utf-8")
    for name in PAGES:
        shutil.copy(root / "notebooks" / f"{name}.ipynb", notebooks)


def made_at(root: Path, place: Path, desk: str) -> Path:
    """The folder of packs at a desk, with the pack made and what it asked for noted beside it."""
    where, workers, umask, settings = DESKS[desk]
    folder = place / where
    small_data(root, folder / "data")
    if desk == "another day":
        settings = settings | {"LD_PRELOAD": str(_clock_of_another_day(folder))}
    (folder / "notes").mkdir()
    (folder / "notes" / "sitecustomize.py").write_text(NOTED, "utf-8")
    about = {name: value for name, value in os.environ.items() if name not in ("LC_ALL", "LANG", "TZ", "PYTHONUTF8")}
    about |= {**settings, "PYTHONPATH": os.pathsep.join((str(folder / "notes"), str(root)))}
    about |= {"NOTED_IN": str(folder / "notes" / "asked.txt")}
    command = [sys.executable, "-m", "pccstats", "report", QUARTER, "--docx", "--workers", str(workers)]
    with _cluster(folder) if desk == "with a cluster" else nullcontext({}) as address:
        made = subprocess.run(
            command,
            cwd=folder,
            env=about | address,
            umask=umask,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
    assert made.returncode == 0, made.stdout + made.stderr
    return folder


def files_of(desk: Path) -> dict[str, bytes]:
    """Every file of a pack; of the manifest, which has times, only what it says of inputs and files."""
    pack = desk / "outputs" / PACK
    found = {path.relative_to(pack).as_posix(): path.read_bytes() for path in pack.rglob("*") if path.is_file()}
    manifest = json.loads(found.pop("manifest.json"))
    return found | {
        name: json.dumps(manifest[name]).encode() for name in ("made_from", "files", "inputs", "front_page")
    }


def began(desk: Path) -> int:
    """The year in which a pack was begun, as its manifest says."""
    return int(json.loads((desk / "outputs" / PACK / "manifest.json").read_bytes())["started_at"][:4])


@contextmanager
def _cluster(folder: Path) -> Iterator[dict[str, str]]:
    """Two workers that have the package and nothing else, and what names them to a run."""
    distributed = pytest.importorskip("distributed")
    place = str(folder / "workers")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0", local_directory=place
    ) as workers:
        yield {CLUSTER: workers.scheduler_address}


def _clock_of_another_day(folder: Path) -> Path:
    """A library that moves the clock of every process that is told to load it first."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None or sys.platform != "linux":
        pytest.skip("needs Linux and a C compiler, to move the clock")
    source, library = folder / "clock.c", folder / "clock.so"
    source.write_text(ANOTHER_DAY, "utf-8")
    subprocess.run([compiler, "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
    return library


@pytest.fixture(scope="module")
def desks(root: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The desks, each with its pack."""
    place = tmp_path_factory.mktemp("desks")
    return [made_at(root, place, desk) for desk in DESKS]


def test_the_bytes_are_the_same(desks: list[Path]) -> None:
    """Workers, a cluster, warm or cold kernels, seeds, zones, locales, umasks and days change no byte of any file."""
    assert began(desks[2]) > began(desks[0]), "the clock was not moved"
    first, *others = map(files_of, desks)
    assert len(first) > 20
    for other in others:
        assert other.keys() == first.keys()
        assert [name for name in first if first[name] != other[name]] == []


def test_no_network_is_asked(desks: list[Path]) -> None:
    """No process of `report`, its kernels included, asks for any address but those of this machine."""
    asked = [line.split("\t") for desk in desks for line in (desk / "notes" / "asked.txt").read_text().splitlines()]
    assert {event for event, _ in asked} >= {"socket.bind"}, "nothing was noted"
    assert sorted({address for _, address in asked if not NEAR.fullmatch(address)}) == []
