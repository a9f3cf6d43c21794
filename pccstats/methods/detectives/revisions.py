"""Figures that were published more than once: every vintage kept, and what changed."""

from __future__ import annotations

import pandas as pd

from pccstats.terms.observations import Observations

COLUMNS = (
    *("indicator", "area", "period_end", "months", "first", "first_published", "latest", "latest_published"),
    *("change", "change_pct", "vintages"),
)


def revisions(data: Observations) -> pd.DataFrame:
    """One row a figure with more than one value, from the first that was published to the latest.

    Returns
    -------
    pandas.DataFrame
        `indicator, area, period_end, months, first, first_published, latest, latest_published, change, change_pct,
        vintages`, the largest change in per cent first.
    """
    keys = ["indicator", "area", "period_end", "months"]
    held = data.frame[data.frame["numerator"].notna()].sort_values([*keys, "published_on"], kind="stable")
    grouped = held.groupby(keys, sort=True)["numerator"]
    several = held[grouped.transform("nunique") > 1]
    rows = [
        {
            **dict(zip(keys, key, strict=True)),
            "first": figures["numerator"].iloc[0],
            "first_published": figures["published_on"].iloc[0],
            "latest": figures["numerator"].iloc[-1],
            "latest_published": figures["published_on"].iloc[-1],
            "vintages": len(figures),
        }
        for key, figures in several.groupby(keys, sort=True)
    ]
    table = pd.DataFrame(rows, columns=[name for name in COLUMNS if not name.startswith("change")])
    table = table.assign(change=table["latest"] - table["first"])
    table = table.assign(change_pct=100 * table["change"] / table["first"].where(table["first"] != 0))
    return table[list(COLUMNS)].sort_values("change_pct", key=abs, ascending=False, kind="stable", ignore_index=True)
