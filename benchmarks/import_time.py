"""How long `import pccstats` takes, beside what pandas, numpy and matplotlib alone take, and what takes the time.

Run from the repository: python benchmarks/import_time.py
Each line is seconds of processor time in a Python of its own, the median of five.
"""

from __future__ import annotations

import statistics
import subprocess
import sys

RUNS = 5
FLOOR = "import pandas, numpy, matplotlib"
CASES = {
    "pandas, numpy and matplotlib": FLOOR,
    "pccstats": "import pccstats",
    "pccstats and every public name": "import pccstats; [getattr(pccstats, name) for name in pccstats.__all__]",
    "the command line, `pccstats --help`": "import pccstats.cli",
}
HEAVIEST = 12


def processor_seconds(statement: str) -> float:
    """Processor time of a statement in a Python of its own, the start of Python left out."""
    code = f"import time; began = time.process_time(); {statement}; print(time.process_time() - began)"
    done = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 our own
        for _ in range(RUNS)
    ]
    return statistics.median(float(run.stdout) for run in done)


def heaviest(statement: str) -> list[tuple[float, str]]:
    """Modules that take longest by themselves, what they import left out, in seconds."""
    command = [sys.executable, "-X", "importtime", "-c", statement]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 our own statement
    parts = [line.removeprefix("import time:").split("|") for line in done.stderr.splitlines()[1:] if "|" in line]
    return sorted(((int(own) / 1e6, name.strip()) for own, _, name in parts if own.strip().isdigit()), reverse=True)


def main() -> None:
    """Print the table, then the modules that take longest when every public name is used."""
    floor = processor_seconds(FLOOR)
    print(f"{'imported':40s} {'seconds':>8s} {'of the floor':>13s}")
    for words, statement in CASES.items():
        seconds = floor if statement == FLOOR else processor_seconds(statement)
        print(f"{words:40s} {seconds:8.2f} {seconds / floor:13.2f}")
    print("\nHeaviest by themselves, every public name in use:")
    for seconds, name in heaviest(CASES["pccstats and every public name"])[:HEAVIEST]:
        print(f"{seconds:8.3f}  {name}")


if __name__ == "__main__":
    main()
