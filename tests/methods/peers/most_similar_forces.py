"""What the tests of peers share: the shipped official figures as series, and the shipped group."""

import csv
from pathlib import Path

import pandas as pd

from pccstats.terms.plan import Group
from pccstats.terms.series import Series
from pccstats.terms.words import GroupStatus

PEERS = ("Avon and Somerset", "Bedfordshire", "Essex", "Hertfordshire", "Kent", "Northamptonshire", "Sussex")
GROUP = Group("Leicestershire's Most Similar Group", "Leicestershire", PEERS, GroupStatus.UNCONFIRMED)


def official(root: Path, offence: str) -> dict[str, Series]:
    """One offence group of the official figures, a series for each force, with its census residents."""
    with (root / "data/raw/populations.csv").open(encoding="utf-8") as file:
        census = [row for row in csv.DictReader(file) if row["vintage"].startswith("2011 Census")]
    persons = {row["area"]: float(row["persons"]) for row in census}
    rows = pd.read_csv(root / "data/raw/police_recorded_crime.csv", keep_default_na=False)
    rows = rows[rows["indicator"] == f"official.{offence}"].assign(source="Home Office / ONS police recorded crime")
    return {
        str(area): Series.from_frame(
            frame,
            period="period_end",
            title=offence.replace("_", " ").capitalize(),
            polarity="lower_is_better",
            span_months=12,
            area=str(area),
            population=persons[str(area)],
            population_vintage="2011 Census",
        )
        for area, frame in rows.groupby("area")
    }


def yearly(values: dict[str, float], *, before: dict[str, float] | None = None, **about) -> dict[str, Series]:
    """One published figure a force for the 12 months to March 2015, and for the 12 before where given."""
    return {
        area: Series.from_frame(
            pd.DataFrame(
                {
                    "month": ["2014-03", "2015-03"] if before else ["2015-03"],
                    "numerator": [before[area], value] if before else [value],
                }
            ),
            span_months=12,
            area=area,
            **{"title": "Robbery", "polarity": "lower_is_better", "population": 100_000.0, **about},
        )
        for area, value in values.items()
    }
