"""How many notebooks run at once, from what the machine has."""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pccstats.batch.limits import GIGABYTES_OF_A_NOTEBOOK, MOST_WORKERS, Machine


@given(st.integers(1, 512), st.floats(0, 4096))
def test_as_many_as_cores_and_memory_hold(cores: int, gigabytes: float) -> None:
    """At least one runs; never more than there are cores, nor than memory holds, nor than any machine is given."""
    workers = Machine(cores, gigabytes).workers
    assert 1 <= workers <= min(cores, MOST_WORKERS)
    assert workers == 1 or workers * GIGABYTES_OF_A_NOTEBOOK <= gigabytes
    assert Machine(cores + 1, gigabytes).workers >= workers
    assert Machine(cores, gigabytes + 1).workers >= workers


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="only Linux binds a process to some cores")
def test_cores_bound_away_are_not_counted(tmp_path: Path) -> None:
    """A process bound to one core has one, however many the machine has."""
    before = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(before)})
        assert Machine.here(tmp_path).cores == 1
    finally:
        os.sched_setaffinity(0, before)


CONTAINERS = {
    "no bounds": ({"cpu.max": "max 100000", "memory.max": "max", "memory.current": "7"}, None, None),
    "half a core": ({"cpu.max": "50000 100000"}, 1, None),
    "1.5 GB, 1 GB taken": (
        {"memory.max": "1500000000", "memory.current": "1000000000", "memory.stat": "anon 3\ninactive_file 0\n"},
        None,
        0.5,
    ),
    "the same, 0.3 GB of it files to be read again": (
        {"memory.max": "1500000000", "memory.current": "1000000000", "memory.stat": "inactive_file 300000000\n"},
        None,
        0.8,
    ),
    "more taken than it may": ({"memory.max": "1000", "memory.current": "2000"}, None, 0.0),
}


@pytest.mark.parametrize(("files", "cores", "gigabytes"), CONTAINERS.values(), ids=CONTAINERS)
def test_a_container_has_what_it_may_have(
    files: Mapping[str, str], cores: int | None, gigabytes: float | None, tmp_path: Path
) -> None:
    """What control groups allow holds where it is less than what the machine has."""
    for name, words in files.items():
        (tmp_path / name).write_text(words, "ascii")
    found, machine = Machine.here(tmp_path), Machine.here(tmp_path / "none")
    assert found.cores == (cores or machine.cores)
    if gigabytes is None:
        assert found.gigabytes == pytest.approx(machine.gigabytes, rel=0.5)  # others take and give back meanwhile
    else:
        assert found.gigabytes == pytest.approx(gigabytes)
