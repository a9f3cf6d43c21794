"""Killed at any moment of a build, the processed data are whole."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that fork")
@pytest.mark.parametrize("way", ["exchange", "renames"])
def test_killed_at_any_moment(data_folder, way):
    """A build is killed at each act on a file, one after another; whoever reads next finds whole data every time."""
    folder = data_folder()
    script = Path(__file__).with_name("killed_builds.py")
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-W", "ignore", str(script), str(folder), way],
        capture_output=True,
        text=True,
        check=False,
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root)},
    )
    assert done.returncode == 0, done.stderr
    moments, *left = done.stdout.split()
    assert int(moments) >= 15
    assert set(left) == {"processed", "raw"}  # what killed builds left beside them is gone with the next
