"""A disk that fills up at any write of a pack: one sentence, and the earlier pack whole."""

import errno
import tempfile
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

import pytest

from pccstats.batch import pack
from pccstats.batch.manifest import read_manifest
from pccstats.batch.pack import PackMade
from pccstats.batch.run import jobs_begun
from pccstats.terms.errors import refused_by_system
from tests.faulty_disk import FullDisk

pytestmark = pytest.mark.slow

Maker = Callable[..., PackMade]


def every_file(folder: Path) -> dict[str, bytes]:
    """All that lies in a folder, hidden or not."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def refusal_of(make: Maker, disk: FullDisk, fails_at: int) -> OSError | None:
    """What a run says to a disk that is full from this act on; None where it came to its end."""
    disk.begin(fails_at)
    try:
        make(force=True)
    except OSError as error:
        return error
    finally:
        disk.begin(0)
    return None


@pytest.mark.usefixtures("whole_pack")
def test_a_full_disk_at_any_write(make: Maker, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Act after act the disk is full, the temporary one too: the earlier pack stands to the byte, nothing beside it."""
    kept = {}

    @contextmanager
    def run_once(jobs, *rest):
        if not kept:
            with jobs_begun(jobs, *rest) as ended:
                kept.update(ended())
        yield lambda: kept

    temporary, out = tmp_path / "temporary", tmp_path / "outputs"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    monkeypatch.setattr(pack, "jobs_begun", run_once)
    made = make()
    assert made.is_complete
    (made.folder / "note.txt").write_text("a colleague's", encoding="utf-8")
    before = every_file(out)
    disk, tried = FullDisk(monkeypatch, tmp_path), 0
    while (refused := refusal_of(make, disk, tried := tried + 1)) is not None:
        assert refused.errno == errno.ENOSPC, tried
        assert str(refused_by_system(refused)).startswith("There is no room left on the disk.")
        assert every_file(out) == before, tried
        assert list(temporary.iterdir()) == [], tried
    assert tried > 40
    assert read_manifest(made.folder).stands_in(made.folder)
    assert (made.folder / "note.txt").read_text("utf-8") == "a colleague's"
    assert [path.name for path in out.iterdir()] == [made.folder.name]
