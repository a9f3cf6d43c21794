"""How often a comparison with peers is wrong, and how long 43 forces take: tables of the page on the method.

    python benchmarks/most_similar_group.py [FIGURES POPULATIONS] [--write]

Draws groups whose truth is known, compares them, and counts. FIGURES and POPULATIONS are the official rolling-year
figures of all forces and their census residents, for the timing. `--write` puts the tables into the page.
"""

import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
from pages import give

from pccstats.methods.peers.compare_group import compare_group
from pccstats.methods.peers.funnel import stabilised, standard_error
from pccstats.methods.peers.many import compare_groups
from pccstats.terms.series import Series

PAGE = Path(__file__).parents[1] / "docs" / "methods" / "most-similar-group.md"
RESIDENTS = np.array([1599555, 615061, 1724950, 1116062, 1727665, 1017697, 691952, 1606932.0])  # 2011 Census
FORCES = [f"force {number}" for number in range(1, 9)]
GROUPS = 1500
SAME_NAMES = {
    "Avon & Somerset": "Avon and Somerset",
    "Devon & Cornwall": "Devon and Cornwall",
    "Metropolitan Police": "Metropolitan",
}
TEN = (
    "Bicycle theft", "Criminal damage and arson", "Domestic burglary", "Robbery", "Sexual offences", "Shoplifting",
    "Theft from the person", "Vehicle offences", "Violence with injury", "Violence without injury",
)  # fmt: skip
SCENARIOS = (  # words, rate per person, spread between forces, noise of a year as a multiple of chance, years held
    ("60 per 1,000, forces differ by 20%", 0.06, 0.2, 1, 2),
    ("60 per 1,000, 20%, a year 20 times as noisy as chance", 0.06, 0.2, 20, 2),
    ("5 per 1,000, 20%, 20 times", 0.005, 0.2, 20, 2),
    ("5 per 1,000, 3%, 20 times", 0.005, 0.03, 20, 2),
    ("5 per 1,000, no difference at all, 20 times", 0.005, 1e-9, 20, 2),
    ("5 per 1,000, 3%, chance alone", 0.005, 0.03, 1, 2),
    ("1 per 100,000 (zeros), 30%", 0.00001, 0.3, 1, 2),
    ("5 per 1,000, 3%, chance alone, one year held", 0.005, 0.03, 1, 1),
    ("5 per 1,000, 3%, 20 times, one year held", 0.005, 0.03, 20, 1),
    ("5 per 1,000, 20%, 20 times, one year held", 0.005, 0.2, 20, 1),
    ("60 per 1,000, 20%, 200 times, one year held", 0.06, 0.2, 200, 1),
)


def simulated(rate: float, spread: float, noise: float, years: int) -> tuple[pd.DataFrame, np.ndarray]:
    """Draw groups of eight with true rates from one gamma distribution; give the table and the true ranks."""
    random = np.random.default_rng(20150916)
    true = rate * random.gamma(1 / spread**2, spread**2, (GROUPS, 8)) if spread > 1e-6 else np.full((GROUPS, 8), rate)
    expected = true * RESIDENTS

    def year() -> np.ndarray:
        if noise == 1:
            return random.poisson(expected)
        return random.negative_binomial(expected / (noise - 1), 1 / noise)

    frame = pd.DataFrame(
        {
            "measure": np.repeat(np.arange(GROUPS), 8),
            "area": FORCES * GROUPS,
            "numerator": year().ravel(),
            "previous": year().ravel() if years > 1 else np.nan,
            "exposure": np.tile(RESIDENTS, GROUPS),
        }
    )
    # with no difference at all every order is as true as another: one is drawn
    return frame, (true + 1e-15 * random.random(true.shape)).argsort(axis=1).argsort(axis=1) + 1


def calibration() -> pd.DataFrame:
    """How often an exchangeable force is called out, and how often a rank interval holds the true rank."""
    rows = []
    for words, rate, spread, noise, years in SCENARIOS:
        frame, true = simulated(rate, spread, noise, years)
        ours = compare_groups(frame, previous="previous", simulations=1000)
        chance = compare_groups(frame, overdispersion="none", simulations=1000)
        low, high = (ours[name].to_numpy(dtype=float).reshape(-1, 8) for name in ("rank_low", "rank_high"))
        plain_low, plain_high = bootstrap(frame)
        rows.append(
            {
                "Group": words,
                "Called out": per_cent((ours["state"] != "in_line_with_peers").mean()),
                "Called out by chance limits": per_cent((chance["state"] != "in_line_with_peers").mean()),
                "True rank inside": per_cent(((low <= true) & (true <= high)).mean()),
                "Inside a plain bootstrap's": per_cent(((plain_low <= true) & (true <= plain_high)).mean()),
                "Ranks in the interval": f"{(high - low + 1).mean():.1f}",
            }
        )
    return pd.DataFrame(rows)


def bootstrap(frame: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Rank intervals as they are often made: redraw the figures about themselves, by chance alone."""
    random = np.random.default_rng(1)
    level = frame["numerator"].to_numpy(dtype=float).reshape(-1, 8) / RESIDENTS
    height = stabilised(level, share=False)[:, None, :]
    drawn = height + standard_error(RESIDENTS) * random.standard_normal((1000, 8))
    ranks = np.sort(drawn.argsort(axis=-1).argsort(axis=-1) + 1, axis=1)
    return ranks[:, 25, :], ranks[:, 974, :]


def wild_peer() -> pd.DataFrame:
    """How often one force above its seven peers is seen, by their interval and by limits it has a part in itself."""
    rows = []
    for times in (1.0, 1.5, 2.0, 3.0):
        frame, _ = simulated(0.005, 0.1, 20, 2)
        factor = np.where(frame["area"] == FORCES[5], times, 1.0)
        frame = frame.assign(numerator=frame["numerator"] * factor, previous=frame["previous"] * factor)
        ours = compare_groups(frame, previous="previous", simulations=200)
        wild = ours[ours["area"] == FORCES[5]]
        rows.append(
            {
                "Times its peers": f"{times:g}",
                "Seen by the other seven's interval": per_cent((wild["state"] != "in_line_with_peers").mean()),
                "Outside the 95% funnel": per_cent(outside(wild, "lower", "upper")),
                "Outside the 99.8% funnel": per_cent(outside(wild, "lower_998", "upper_998")),
            }
        )
    return pd.DataFrame(rows)


def outside(rows: pd.DataFrame, lower: str, upper: str) -> float:
    """Share of the figures outside a pair of limits."""
    return float(((rows["value"] < rows[lower]) | (rows["value"] > rows[upper])).mean())


def timing(figures: Path, populations: Path) -> pd.DataFrame:
    """All forces and ten offences in one call, against a loop over `compare_group`."""
    table = pd.read_csv(figures)
    table.columns = pd.Index(["end", "area", "region", "measure", "offences"])
    people = pd.read_csv(populations)
    people["area"] = people["PFA16NM"].replace(SAME_NAMES)
    table["area"] = table["area"].replace(SAME_NAMES)
    kept = table[table["measure"].isin(TEN) & table["area"].isin(people["area"])]
    wide = kept.pivot_table(index=["measure", "area"], columns="end", values="offences", aggfunc="sum").reset_index()
    frame = wide.merge(people[["area", "census2011_residents"]]).rename(
        columns={"31-03-2015": "numerator", "31-03-2014": "previous", "census2011_residents": "exposure"}
    )
    frame = frame[["measure", "area", "numerator", "previous", "exposure"]]
    forces = sorted(frame["area"].unique())
    peers = {force: [forces[(place + step) % 43] for step in range(1, 8)] for place, force in enumerate(forces)}
    series = {
        (measure, area): Series.from_frame(
            pd.DataFrame({"month": ["2014-03", "2015-03"], "offences": [previous, numerator]}),
            numerator="offences",
            span_months=12,
            population=exposure,
            polarity="lower_is_better",
        )
        for measure, area, numerator, previous, exposure in frame.itertuples(index=False, name=None)
    }
    rows = []
    for words, groups in (("each against all the others", None), ("each against seven peers of its own", peers)):
        compare_groups(frame, previous="previous", groups=groups)  # the first call also loads what it needs
        start = time.perf_counter()
        compare_groups(frame, previous="previous", groups=groups)
        one_call = time.perf_counter() - start
        start = time.perf_counter()
        for measure in TEN:
            for force in forces:
                members = forces if groups is None else [force, *groups[force]]
                compare_group({area: series[measure, area] for area in members}, force)
        loop = time.perf_counter() - start
        rows.append(
            {
                "43 forces × 10 offences": words,
                "One call": f"{one_call:.2f} s",
                "Loop over `compare_group`": f"{loop:.1f} s",
                "Share of the loop's time": per_cent(one_call / loop),
            }
        )
    return pd.DataFrame(rows)


def per_cent(share: float) -> str:
    """Write a share with one decimal."""
    return f"{100 * share:.1f}%"


def main(arguments: list[str]) -> None:
    """Make the tables, print them, and put them into the page if asked to."""
    paths = [Path(argument) for argument in arguments if argument != "--write"]
    tables = {"calibration": calibration(), "wild peer": wild_peer()}
    if paths:
        tables["timing"] = timing(*paths)
    give(PAGE, tables, write="--write" in arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
