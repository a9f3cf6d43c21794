"""Real reports killed at random moments leave a whole pack, and nothing else after the next run."""

import importlib
import sys

import pytest


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells which processes are whose")
def test_a_kill_by_each_signal(monkeypatch, root, tmp_path):
    """Four runs of the command, each killed by another signal at a random moment, are all survived."""
    monkeypatch.syspath_prepend(root / "benchmarks")
    tally = importlib.import_module("killed_reports").kill_runs(4, 7, tmp_path)
    assert list(tally.tried.values()) == [1, 1, 1, 1]
    assert tally.faults == []
