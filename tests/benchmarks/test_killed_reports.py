"""Real reports killed at random moments leave a whole pack, and nothing else after the next run."""

import importlib
import sys

import pytest


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells which processes are whose")
def test_ten_random_kills(monkeypatch, root, tmp_path):
    """Ten runs of the command, killed by four signals at random moments, are all survived."""
    monkeypatch.syspath_prepend(root / "benchmarks")
    tally = importlib.import_module("killed_reports").kill_runs(10, 7, tmp_path)
    assert sum(tally.tried.values()) == 10
    assert tally.faults == []
