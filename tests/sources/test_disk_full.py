"""A disk that fills up at any write of a build: one sentence, and the earlier data whole."""

import errno
import os
import subprocess
import sys

import pytest

from pccstats.sources import build_data
from pccstats.terms.errors import refused_by_system
from tests.faulty_disk import FullDisk


def every_file(folder):
    """All that lies in a folder, hidden or not."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def refusal_of(folder, disk, fails_at):
    """What a build says to a disk that is full from this act on; None where it came to its end."""
    disk.begin(fails_at)
    try:
        build_data(folder)
    except OSError as error:
        return error
    finally:
        disk.begin(0)
    return None


@pytest.mark.slow
def test_a_full_disk_at_any_write(data_folder, rows, monkeypatch, tmp_path):
    """Act after act of a build the disk is full: every byte of the earlier data stands, and nothing beside it."""
    folder = data_folder()
    build_data(folder)
    data_folder(figures=rows.replace("331", "332"))
    before = every_file(folder)
    disk, tried = FullDisk(monkeypatch, tmp_path), 0
    while (refused := refusal_of(folder, disk, tried := tried + 1)) is not None:
        assert refused.errno == errno.ENOSPC
        assert "no room left" in str(refused_by_system(refused))
        assert every_file(folder) == before, tried
    assert every_file(folder) != before
    assert tried > 12


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="limits of a process are set otherwise elsewhere")
def test_a_disk_that_really_refuses(data_folder, rows, root):
    """The system itself stops every file at 600 bytes: the command says so in a sentence, 2, and the old data stand."""
    folder = data_folder()
    build_data(folder)
    data_folder(figures=rows.replace("331", "332"))
    before = every_file(folder)
    code = (
        "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (600, 600));"
        "from pccstats.cli import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "build", "--data", str(folder)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert every_file(folder) == before
