"""How long a thousand expected levels take, beside other Python tools in the same run.

    pip install shewhart statprocon        (or the extra `benchmark`)
    python benchmarks/expected_level_speed.py [--most SERIES] [--write]

1,000 series of 60 months. The other tools take one series at a time and are called in a loop; ours gives every column
in one table from one call, once with what they do (individuals charts with rules) and once as it comes. Best of so
many runs. `--write` puts the tables into docs/methods/expected-level.md.
"""

import argparse
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
from pages import give

from pccstats.methods.level.expected_level import expected_level
from pccstats.methods.level.many import expected_levels
from pccstats.terms.series import Series

PAGE = Path(__file__).parents[1] / "docs" / "methods" / "expected-level.md"
MONTHS = pd.period_range("2010-04", periods=60, freq="M").astype(str)
SERIES = 1000
RUNS = 9
TIMES_FASTER = 10
SECONDS = 0.03  # wanted of a thousand series as they come
PLAIN = {"chart": "xmr", "seasonal": False, "companion": None}  # what the other tools do
OURS_PLAIN = "`expected_levels`, individuals charts with rules"
OURS = "`expected_levels` as it comes: probability limits, companion, season tested"


def best(work: Callable[[], object], runs: int = RUNS) -> float:
    """Seconds of the fastest run."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def long_table(counts: np.ndarray) -> pd.DataFrame:
    """Counts of many series as a tidy table."""
    rows = len(counts)
    return pd.DataFrame(
        {
            "series": np.repeat(np.arange(rows), len(MONTHS)),
            "month": np.tile(MONTHS, rows),
            "numerator": counts.ravel(),
        }
    )


def bare_numpy(counts: np.ndarray) -> list[np.ndarray]:
    """Limits and the four rules with no checking and no table: what is possible."""
    mean = counts.mean(axis=1, keepdims=True)
    sigma = np.abs(np.diff(counts, axis=1)).mean(axis=1, keepdims=True) * np.sqrt(np.pi) / 2
    z = (counts - mean) / sigma
    marks = [np.abs(z) > 3]
    for side in (z, -z):
        for flags, length, least in ((side > 0, 7, 7), (np.diff(side, axis=1) > 0, 6, 6), (side > 2, 3, 2)):
            width = flags.shape[1] - length + 1
            count = np.zeros((len(flags), width), dtype=np.int8)
            for step in range(length):
                count += flags[:, step : step + width]
            marked = np.zeros_like(flags)
            for step in range(length):
                marked[:, step : step + width] |= count >= least
            marks.append(marked)
    return marks


def shewhart_loop(counts: np.ndarray) -> None:
    """The tool shewhart, one series after another, with its Nelson rules."""
    import shewhart  # noqa: PLC0415 wanted by this comparison alone

    for figures in counts:
        shewhart.imr(figures, rules="nelson")


def statprocon_loop(counts: np.ndarray) -> None:
    """The tool statprocon, one series after another, with its three rules."""
    import statprocon  # noqa: PLC0415

    for figures in counts:
        chart = statprocon.XmR([Decimal(int(figure)) for figure in figures])
        chart.to_dict()
        chart.rule_1_x_indices_beyond_limits()
        chart.rule_2_runs_about_central_line()
        chart.rule_3_runs_near_limits()


def one_by_one(counts: np.ndarray) -> None:
    """Our own chart for one series, with method, false-alarm rate and all, in a loop."""
    for figures in counts:
        frame = pd.DataFrame({"month": MONTHS, "numerator": figures})
        expected_level(Series.from_frame(frame), chart="xmr", seasonal=False)


def tools(counts: np.ndarray) -> dict[str, Callable[[], object]]:
    """What is timed, by name."""
    table = long_table(counts)
    return {
        "bare numpy, no checks, no table": lambda: bare_numpy(counts),
        OURS_PLAIN: lambda: expected_levels(table, **PLAIN),
        OURS: lambda: expected_levels(table),
        "shewhart 0.1.1, `imr` with Nelson's rules, in a loop": lambda: shewhart_loop(counts),
        "statprocon 2.0.0, `XmR` with its three rules, in a loop": lambda: statprocon_loop(counts),
    }


def timed(counts: np.ndarray) -> tuple[pd.DataFrame, float, float]:
    """Seconds of each tool, how many times faster ours is than the fastest of the others, and seconds as it comes."""
    seconds = {name: best(work) for name, work in tools(counts).items()}
    seconds["`expected_level`, one series after another"] = 10 * best(lambda: one_by_one(counts[: SERIES // 10]), 1)
    ours = seconds[OURS_PLAIN]
    peers = [time_ for name, time_ in seconds.items() if "in a loop" in name]
    rows = [
        {"Tool": name, "Seconds for 1,000 × 60": f"{time_:.3f}", "Times ours": f"{time_ / ours:.1f}"}
        for name, time_ in seconds.items()
    ]
    return pd.DataFrame(rows), min(peers) / ours, seconds[OURS]


def growth(random: np.random.Generator, most: int) -> pd.DataFrame:
    """Seconds by how many series come at once."""
    rows = []
    for count in (size for size in (1000, 10_000, 100_000) if size <= most):
        table = long_table(random.poisson(100, (count, len(MONTHS))))
        row = {"Series": f"{count:,}"}
        for name, options in (("as it comes", {}), ("individuals charts with rules", PLAIN)):
            runs = max(2, RUNS * SERIES // count)
            seconds = best(lambda table=table, options=options: expected_levels(table, **options), runs)
            row[f"Seconds, {name}"] = f"{seconds:.2f}"
            row[f"Microseconds a series, {name}"] = f"{1e6 * seconds / count:.0f}"
        rows.append(row)
    return pd.DataFrame(rows)


def main() -> None:
    """Time, print, and put the tables into the page if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=100_000, help="most series at once")
    parser.add_argument("--write", action="store_true", help="put the tables into the page")
    chosen = parser.parse_args()
    random = np.random.default_rng(20150630)
    comparison, ratio, as_it_comes = timed(random.poisson(100, (SERIES, len(MONTHS))).astype(float))
    give(PAGE, {"speed": comparison, "growth": growth(random, chosen.most)}, write=chosen.write)
    print(f"\n{ratio:.0f} times as fast as the fastest other Python tool; wanted: {TIMES_FASTER}")
    print(f"A thousand series as they come in {as_it_comes:.3f} s; wanted: {SECONDS}")
    if ratio < TIMES_FASTER or as_it_comes > SECONDS:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
