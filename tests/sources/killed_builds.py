"""Build a data folder over and over, each time killed at a later moment; say which moment left it broken.

Run by `test_killed.py` in a process of its own: every build is a fork that dies by SIGKILL at its n-th act on a file,
whichever that is.
"""

import os
import signal
import sys
from pathlib import Path

import pyarrow as pa

from pccstats.sources import build_data, read_observations

ACTS = ("open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.chmod", "shutil.rmtree", "shutil.copyfile")


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


def main() -> None:
    """Kill at every moment; after each, what is held must be the old data or the new, whole."""
    folder, figures = Path(sys.argv[1]), Path(sys.argv[1]) / "raw" / "figures.csv"
    pa.set_cpu_count(1)  # forks keep no threads
    texts = [figures.read_text(), figures.read_text().replace(",331,", ",332,")]
    build_data(folder)
    moment = 0
    while True:
        moment += 1
        figures.write_text(texts[moment % 2])
        was_killed = killed_at(folder, moment)
        held = read_observations(folder / "processed").series("1.offences").values.tolist()
        wanted = 331 + moment % 2
        if held != [wanted, 340, 322]:
            sys.exit(f"killed at act {moment}: {held}")
        if not was_killed:
            break
    left = " ".join(sorted(path.name for path in folder.iterdir()))
    sys.stdout.write(f"{moment - 1} {left}\n")


if __name__ == "__main__":
    main()
