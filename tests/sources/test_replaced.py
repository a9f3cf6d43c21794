"""A folder is replaced whole: on the disk first, in one act, by one run at a time, and nobody else's file is lost."""

import errno
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from pccstats.sources import disk, folders
from pccstats.sources.disk import identity
from pccstats.sources.folders import alone, replaced_folder
from pccstats.sources.scratch import clear_dead_runs, own_temporary_folder
from pccstats.terms.errors import refused_by_system

OURS = {"page.html", "charts/one.svg"}
ODD = ("plain", "with a blank", "a [b] {c} 'd'", "Übergröße 漢字", "-n", "x" * 200)


def replace(folder, text, extra=()):
    """Replace a folder as a run does."""
    with alone(folder), replaced_folder(folder, OURS.__contains__) as making:
        (making / "charts").mkdir()
        for name in (*sorted(OURS), *extra):
            (making / name).write_text(text, encoding="utf-8")


def texts(folder):
    """Every file of a folder."""
    return {p.relative_to(folder).as_posix(): p.read_text("utf-8") for p in folder.rglob("*") if p.is_file()}


def beside(folder):
    """What lies beside a folder, hidden or not."""
    return sorted(path.name for path in folder.parent.iterdir() if path != folder)


@pytest.fixture
def folder(tmp_path):
    """A folder made once, with a file of a colleague's in it and in its charts."""
    place = tmp_path / "packs" / "pack"
    replace(place, "old")
    (place / "notes.txt").write_text("mine", encoding="utf-8")
    (place / "charts" / "mine.csv").write_text("mine", encoding="utf-8")
    return place


@pytest.fixture
def without_exchange(monkeypatch):
    """A system that cannot exchange two folders in one act, and does not dawdle."""
    monkeypatch.setattr(folders, "exchange", lambda *_: False)
    monkeypatch.setattr(folders, "_SECONDS_BETWEEN_TRIES", 0)


@pytest.mark.skipif(not hasattr(os, "O_DIRECTORY"), reason="folders cannot be synced here")
def test_everything_is_on_the_disk_before_the_swap_and_the_parent_after(folder, monkeypatch):
    """Each new file and folder is synced, then old and new change places, then the folder that holds them is synced."""
    acts = []
    sync, exchange = os.fsync, disk.exchange

    def noted(handle):
        acts.append(os.fstat(handle).st_ino)
        sync(handle)

    def swapped(one, other):
        acts.append("swap")
        return exchange(one, other)

    monkeypatch.setattr(os, "fsync", noted)
    monkeypatch.setattr(folders, "exchange", swapped)
    replace(folder, "new")
    before, after = acts[: acts.index("swap")], acts[acts.index("swap") + 1 :]
    made = {path.stat().st_ino for path in (folder, *folder.rglob("*"))}
    assert made <= set(before)
    assert after == [folder.parent.stat().st_ino]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux exchanges folders in one act")
def test_there_is_no_moment_without_a_folder(tmp_path):
    """The two folders change places at once: each name leads to the other's folder, and neither was ever gone."""
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.mkdir()
    was = identity(one), identity(other)
    assert disk.exchange(one, other)
    assert (identity(other), identity(one)) == was


@pytest.mark.parametrize("way", ["in one act", "by two renames"])
def test_what_is_not_ours_is_kept(folder, way, request):
    """A colleague's files come over with their content, ours of before that are not made anew go."""
    if way == "by two renames":
        request.getfixturevalue("without_exchange")
    (folder / "page.html").rename(folder / "renamed by a colleague.html")
    replace(folder, "new")
    assert texts(folder) == {
        **dict.fromkeys(OURS, "new"),
        **dict.fromkeys(("notes.txt", "charts/mine.csv"), "mine"),
        "renamed by a colleague.html": "old",
    }
    assert beside(folder) == []


def test_a_file_of_ours_that_is_not_made_anew_goes(folder):
    """What the earlier folder was made with and the new one is not does not linger."""
    with alone(folder), replaced_folder(folder, OURS.__contains__) as making:
        (making / "page.html").write_text("new", encoding="utf-8")
    assert texts(folder) == {"page.html": "new", "notes.txt": "mine", "charts/mine.csv": "mine"}


def test_a_file_laid_there_at_the_last_moment_is_kept(folder, monkeypatch):
    """What a colleague saves after the rest was carried over and before the swap is not lost."""
    through = folders.write_through

    def and_saves(making):
        through(making)
        (folder / "late.txt").write_text("late", encoding="utf-8")

    monkeypatch.setattr(folders, "write_through", and_saves)
    replace(folder, "new")
    assert texts(folder)["late.txt"] == "late"


@pytest.mark.parametrize("way", ["in one act", "by two renames"])
def test_ctrl_c_in_the_swap_waits_for_its_end(folder, way, monkeypatch, request):
    """The new folder is whole in its place, which its identity tells, and then we are stopped."""
    if way == "by two renames":
        request.getfixturevalue("without_exchange")
    swap = folders._swap

    def stopped(*places):
        signal.raise_signal(signal.SIGINT)
        swap(*places)

    monkeypatch.setattr(folders, "_swap", stopped)
    was, before = identity(folder), signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            replace(folder, "new")
    finally:
        signal.signal(signal.SIGINT, before)
    assert identity(folder) != was
    assert texts(folder)["page.html"] == "new"
    assert texts(folder)["notes.txt"] == "mine"
    assert beside(folder) == []


@pytest.mark.usefixtures("without_exchange")
@pytest.mark.parametrize("which", [0, 1])
def test_a_file_open_in_excel_is_told_in_words(folder, which, monkeypatch):
    """Where a rename is refused to the end, the earlier folder stands whole and alone, and words say why."""
    rename, names, was = Path.rename, [f".{folder.name}.before-", folder.name], texts(folder)

    def refused(path, target):
        if Path(target).name.startswith(names[which]) and ".before-" not in path.name:
            raise PermissionError(errno.EACCES, "Access is denied", str(path))
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", refused)
    with pytest.raises(PermissionError) as caught:
        replace(folder, "new")
    assert texts(folder) == was
    assert beside(folder) == []
    assert "Close it where it is open (Excel" in str(refused_by_system(caught.value))


@pytest.mark.skipif(os.name == "nt", reason="Windows has no umask")
@pytest.mark.parametrize("mask", [0o022, 0o077, 0o027])
def test_the_umask_is_kept(tmp_path, mask):
    """The folder is open to whom the person's own settings open folders."""
    before = os.umask(mask)
    try:
        replace(tmp_path / "pack", "new")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "pack").stat().st_mode) == 0o777 & ~mask


def test_a_link_stays_and_its_folder_is_replaced(folder, tmp_path):
    """Where the place is a link, what it leads to is replaced; the link is as it was."""
    link = tmp_path / "link"
    link.symlink_to(folder)
    replace(link, "new")
    assert link.is_symlink()
    assert texts(folder)["page.html"] == "new"


def test_a_file_in_the_place_is_refused(tmp_path):
    """A file where the folder belongs is left alone and named."""
    (tmp_path / "pack").write_text("a file", encoding="utf-8")
    with pytest.raises(NotADirectoryError) as caught:
        replace(tmp_path / "pack", "new")
    assert str(refused_by_system(caught.value)).startswith(
        f"{tmp_path / 'pack'}: A file stands where a folder belongs."
    )
    assert (tmp_path / "pack").read_text("utf-8") == "a file"


@pytest.mark.parametrize("name", ODD)
def test_odd_names_are_names(tmp_path, name):
    """Blanks, quotes, brackets, other scripts and long names: replaced, kept and cleared like any other."""
    place = tmp_path / name
    replace(place, "old")
    dead = tmp_path / f".{name}.making-0123abcd"
    dead.mkdir()
    (dead / "half").write_text("half", encoding="utf-8")
    replace(place, "new")
    assert set(texts(place).values()) == {"new"}
    assert beside(place) == []


def test_a_name_too_long_is_told_in_words(tmp_path):
    """What the system cannot write is one sentence, and nothing is left."""
    with pytest.raises(OSError) as caught:
        replace(tmp_path / ("x" * 256), "new")
    assert "too long" in str(refused_by_system(caught.value))
    assert list(tmp_path.iterdir()) == []


def test_one_run_waits_for_the_other(folder):
    """While one run is alone with a folder, another says that it waits, takes nothing away, and goes on afterwards."""
    waits, ended = threading.Event(), threading.Event()

    def second():
        with alone(folder, waits.set):
            ended.set()

    with alone(folder), replaced_folder(folder, OURS.__contains__) as making:
        other = threading.Thread(target=second)
        other.start()
        assert waits.wait(10)
        assert making.is_dir()
        assert not ended.is_set()
    other.join(10)
    assert ended.is_set()
    assert beside(folder) == []


def test_where_there_are_no_locks_only_what_is_old_is_taken(folder, monkeypatch):
    """On a drive that knows no locks a fresh folder may be another run's; one of two days ago is a dead run's."""

    def no_locks(*_, **__):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(disk.FileLock, "acquire", no_locks)
    old, young = (folder.with_name(f".pack.making-{name}") for name in ("old", "young"))
    for place in (old, young):
        place.mkdir()
    os.utime(old, (1, 1))
    replace(folder, "new")
    assert [name for name in beside(folder) if "making" in name] == [young.name]
    assert texts(folder)["page.html"] == "new"


def has_ended(process: Path) -> bool:
    """Whether nothing runs in a process any more, by its folder in /proc; nobody may have asked how it ended."""
    try:
        return any(f"\nState:\t{state}" in (process / "status").read_text("utf-8") for state in "XZ")
    except (FileNotFoundError, ProcessLookupError):
        return True


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells which processes are whose")
def test_a_dead_run_is_cleared_away_by_the_next(tmp_path, monkeypatch, root):
    """A run that was killed leaves its temporary folder and a process; the next takes both, and no live run's."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    code = (
        "import os, signal, subprocess, sys, tempfile\n"
        "from pccstats.sources.scratch import own_temporary_folder\n"
        "with own_temporary_folder():\n"
        "    tempfile.mkstemp()\n"
        "    child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'],\n"
        "        start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)\n"
        "    print(child.pid, flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    process = Path("/proc") / done.stdout.strip()
    assert len(list(tmp_path.iterdir())) == 1
    assert b"sleep(600)" in (process / "cmdline").read_bytes()
    foreign = tmp_path / "pccstats-run-notours"
    foreign.mkdir()
    with own_temporary_folder() as folder:
        assert sorted(tmp_path.iterdir()) == sorted([foreign, folder])
        monkeypatch.setattr("tempfile.tempdir", None)
        monkeypatch.setenv("TMPDIR", str(tmp_path))
        clear_dead_runs()
        assert folder.is_dir()  # a live run's
    until = time.monotonic() + 10  # what is killed ends a moment later
    while not (gone := has_ended(process)) and time.monotonic() < until:
        time.sleep(0.05)
    assert gone
    assert list(tmp_path.iterdir()) == [foreign]


@pytest.mark.parametrize(
    ("number", "folded", "said"),
    [
        (32, errno.EACCES, "Close it where it is open (Excel"),
        (206, errno.ENOENT, "longer than Windows allows"),
        (362, errno.EINVAL, "OneDrive"),
        (389, errno.EINVAL, "OneDrive"),
        (2, errno.ENOENT, "This is not there"),
    ],
)
def test_what_windows_refuses_is_said_in_words(number: int, folded: int, said: str) -> None:
    """A file open in Excel, a path too long, a file left in the cloud: each by the system's own number of the error."""
    refused = OSError(folded, "as Windows says it", "C:\\packs\\index.html")
    refused.winerror = number  # type: ignore[attr-defined]
    words = str(refused_by_system(refused))
    assert words.startswith("C:\\packs\\index.html: ")
    assert said in words
