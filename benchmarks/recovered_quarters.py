"""How far recovered quarters are from the quarters as they were, on series whose months are known.

    python benchmarks/recovered_quarters.py FOLDER

FOLDER holds the Metropolitan Police table of monthly crime by borough as it is published. Its months are added up to
rolling years, as the official statistics give them; the quarters are recovered from these with January to November 2014
as the anchor, as for the shipped plan; and then compared with the months themselves. Street records never hold quite
what the official statistics count, so the anchor is tried with a few per cent more and fewer crimes than there were.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

import pccstats as pcc
from pccstats.methods.recovered_quarters import quarters_from_rolling_years

FILE = "MPS Borough Level Crime (Historical).csv"
SIZES = (0, 30, 100, 300, 1000, np.inf)  # counts a quarter
SHARES = (0.9, 0.95, 0.98, 1.0, 1.02, 1.05)  # of the crimes, held by the anchor


def series_of(folder: Path) -> pd.DataFrame:
    """Months across, a borough and offence down; offences that are in the table throughout."""
    table = pd.read_csv(folder / FILE)
    months = [name for name in table.columns if name.isdigit()]
    names = [name for name in table.columns if name not in months]
    return table.set_index(names)[months].dropna()


def tried(counts: pd.Series, share: float) -> tuple[str, pd.DataFrame]:
    """Why nothing was recovered, or true and recovered quarters beside each other."""
    months = pd.Series(counts.to_numpy(float), index=pd.PeriodIndex(counts.index, freq="M"))
    years = months.rolling(12).sum().dropna()
    years = years[years.index.month % 3 == 0]
    frame = pd.DataFrame({"month": years.index, "n": years.to_numpy()})
    anchor = months["2014-01":"2014-11"]
    found = quarters_from_rolling_years(
        pcc.Series.from_frame(frame, numerator="n", span_months=12, title="Rolling years"),
        pcc.Series.from_frame(
            pd.DataFrame({"month": anchor.index, "n": (share * anchor).round()}), numerator="n", title="Anchor"
        ),
    )
    true = months.rolling(3).sum().reindex(found.points["quarter_end"]).to_numpy()
    return found.refusal, pd.DataFrame({"true": true, "recovered": found.points["quarter"]})


def main(folder: Path) -> None:
    """Print how many were refused, and the errors of the rest by size, for anchors that hold more or less than all."""
    table = series_of(folder)
    table = table[table.sum(axis=1) > 0]
    for share in SHARES:
        outcomes = [tried(row, share) for _, row in table.iterrows()]
        refused = np.mean([bool(refusal) for refusal, _ in outcomes])
        print(f"The anchor holds {100 * share:.0f}%: {len(outcomes)} series, {100 * refused:.1f}% refused")
        rows = pd.concat([found for refusal, found in outcomes if not refusal]).dropna()
        error = 100 * (rows["recovered"] - rows["true"]).abs() / rows["true"].where(rows["true"] > 0)
        by_size = error.groupby(pd.cut(rows["true"], SIZES, right=False), observed=True)
        print(
            by_size.quantile([0.5, 0.95])
            .unstack()
            .round(1)
            .rename(columns="{:.0%} of errors below, %".format)
            .to_string()
        )
    print(
        "Quarters less the same quarter a year before are exact throughout: the error is that of the anchor's season."
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
