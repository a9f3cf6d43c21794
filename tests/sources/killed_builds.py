"""Build a data folder over and over, each time killed at a later moment; say which moment left it broken.

Run by `test_killed.py` in a process of its own: every build is a fork that dies by SIGKILL at its n-th act on a file,
whichever that is: before and after each sync and each exchange of folders too. A pack takes the place of the earlier
one by the very same acts. Its second word may be `renames`, for a system that cannot exchange two folders in one act.
"""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa

from pccstats.sources import build_data, folders, read_observations

OUR_ACT = "pccstats.act"
ACTS = (
    OUR_ACT,
    "open",
    "os.rename",
    "os.mkdir",
    "os.remove",
    "os.rmdir",
    "os.chmod",
    "shutil.rmtree",
    "shutil.copyfile",
)


def killed_at(folder: Path, moment: int) -> bool:
    """Build in a fork that is killed at its n-th act; False where the build ended before."""
    child = os.fork()
    if child == 0:
        acts = 0

        def count(event: str, details: tuple[object, ...]) -> None:
            nonlocal acts
            if event in ACTS and (event != "open" or str(folder) in str(details[0])):
                acts += 1
                if acts == moment:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(count)
        build_data(folder)
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def counted(act: Callable[..., object]) -> Callable[..., object]:
    """An act that Python does not announce, announced before and after."""

    def announced(*details: object) -> object:
        sys.audit(OUR_ACT)
        done = act(*details)
        sys.audit(OUR_ACT)
        return done

    return announced


def main() -> None:
    """Kill at every moment; after each, what is held must be the old data or the new, whole."""
    folder, figures = Path(sys.argv[1]), Path(sys.argv[1]) / "raw" / "figures.csv"
    pa.set_cpu_count(1)  # forks keep no threads
    os.fsync = counted(os.fsync)
    folders.exchange = (lambda *_: False) if "renames" in sys.argv else counted(folders.exchange)
    texts = [figures.read_text(), figures.read_text().replace(",331,", ",332,")]
    build_data(folder)
    note = folder / "processed" / "note.txt"
    note.write_text("a colleague's")
    moment = 0
    while True:
        moment += 1
        figures.write_text(texts[moment % 2])
        was_killed = killed_at(folder, moment)
        held = read_observations(folder / "processed").series("1.offences").values.tolist()
        wanted = 331 + moment % 2
        if held != [wanted, 340, 322]:
            sys.exit(f"killed at act {moment}: {held}")
        if note.read_text() != "a colleague's":
            sys.exit(f"killed at act {moment}: a colleague's file is gone")
        if not was_killed:
            break
    left = " ".join(sorted(path.name for path in folder.iterdir()))
    sys.stdout.write(f"{moment - 1} {left}\n")


if __name__ == "__main__":
    main()
