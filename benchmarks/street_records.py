"""A year of national street-level records to monthly counts: our reader beside bare duckdb.

Six million rows are synthesised in the form data.police.uk publishes, 43 forces and twelve months, and taken away
again. Each way of counting runs in a process of its own, so that its peak memory can be told; the time is that of
counting, once everything is imported.

    python benchmarks/street_records.py [--rows 6000000]

The bare query is the plainest there is, one GROUP BY over all files with none of our rules (repeated and blank crime
IDs, rows without a place, malformed rows named with file and line).
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import duckdb

FORCES, MONTHS, RUNS = 43, 12, 5
MOST_TIMES, MOST_MEGABYTES = 1.5, 1024

ROWS = """
copy (
    select case when random() < 0.2 then '' else md5(i::varchar || '{month}{force}') || md5('x' || i) end as "Crime ID",
        '{month}' as "Month", 'Force {force:02d} Police' as "Reported by", 'Force {force:02d} Police' as "Falls within",
        round(-3 + 4 * random(), 6) as "Longitude", round(50 + 5 * random(), 6) as "Latitude",
        'On or near ' || ['High Street', 'Park Road', 'Supermarket', 'Station Road'][1 + i % 4] as "Location",
        'E0100' || (1000 + i % 900) as "LSOA code",
        'District {force:02d}' || (i % 8) || ' ' || lpad((i % 90)::varchar, 3, '0') || 'A' as "LSOA name",
        ['Anti-social behaviour', 'Burglary', 'Drugs', 'Vehicle crime', 'Shoplifting', 'Public order', 'Robbery',
         'Violence and sexual offences', 'Other theft', 'Criminal damage and arson'][1 + (random() * 9.99)::int % 10]
            as "Crime type",
        'Investigation complete; no suspect identified' as "Last outcome category", '' as "Context"
    from range({rows}) numbers(i)
) to '{path}' (header, delimiter ',')
"""

BARE = """
import duckdb, pandas, resource, time
duckdb.sql('set enable_progress_bar = false')
started = time.perf_counter()
counts = duckdb.sql('''
    select "Month", "Falls within", left("LSOA name", greatest(length("LSOA name") - 5, 0)) as district, "Crime type",
        count(*) as crimes
    from read_csv('{folder}/*/*.csv', all_varchar = true, header = true) group by all
''').df()
print(int(counts["crimes"].sum()), time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""

OURS = """
import resource, time
from pathlib import Path
from pccstats.sources.readers.street_counts import count_records
from pccstats.sources.readers.street_counts import find_files
started = time.perf_counter()
counts, found = count_records(find_files(Path('{folder}'), 'street').months, 'street', lambda words: None)
assert not found, found
print(int(counts["row_count"].sum()), time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def synthesise(folder: Path, rows: int) -> None:
    """Write the files of twelve months and 43 forces."""
    engine = duckdb.connect()
    each = rows // (FORCES * MONTHS)
    for number in range(1, MONTHS + 1):
        month = f"2024-{number:02d}"
        (folder / month).mkdir()
        for force in range(1, FORCES + 1):
            path = folder / month / f"{month}-force-{force:02d}-street.csv"
            engine.execute(ROWS.format(month=month, force=force, rows=each, path=path))


def timed(script: str, folder: Path) -> dict[str, float]:
    """Seconds and peak megabytes of a script in a process of its own."""
    done = subprocess.run(  # noqa: S603 our own script
        [sys.executable, "-c", script.format(folder=folder)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(done.stderr)
    rows, seconds, peak = done.stdout.split()
    return {"seconds": round(float(seconds), 2), "megabytes": round(int(peak) / 1024), "rows": int(rows)}


def compared(rows: int) -> dict[str, Any]:
    """Make the records, count them both ways in turns, take the fastest of each: `times` is ours over bare."""
    with tempfile.TemporaryDirectory(prefix="pccstats-street-") as made:
        folder = Path(made)
        synthesise(folder, rows)
        size = sum(path.stat().st_size for path in folder.rglob("*.csv")) / 2**20
        print(f"{rows:,} rows, {size:,.0f} MiB", flush=True)
        pairs = [(timed(OURS, folder), timed(BARE, folder)) for _ in range(RUNS)]  # in turns: the machine is not alone
    ours, bare = zip(*pairs, strict=True)
    fastest = {name: min(runs, key=lambda run: run["seconds"]) for name, runs in (("ours", ours), ("bare", bare))}
    return {**fastest, "times": round(fastest["ours"]["seconds"] / fastest["bare"]["seconds"], 2)}


def main() -> None:
    """Compare, and fail where ours takes too much."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=6_000_000)
    fastest = compared(parser.parse_args().rows)
    print(json.dumps(fastest, indent=1))
    if fastest["times"] > MOST_TIMES or fastest["ours"]["megabytes"] > MOST_MEGABYTES:
        sys.exit(f"More than {MOST_TIMES} times bare duckdb, or more than {MOST_MEGABYTES} MiB.")


if __name__ == "__main__":
    main()
