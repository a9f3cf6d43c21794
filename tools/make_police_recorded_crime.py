"""Lay out the official rolling-year figures as an observations table.

    python tools/make_police_recorded_crime.py FIGURES data/raw/police_recorded_crime.csv

FIGURES is a file of offences in the 12 months to each quarter end, one row for each force, offence group and
quarter end (`area,offence_group,period_end,offences_in_12_months`). No number is changed on the way.
"""

import csv
import sys
from pathlib import Path

COLUMNS = (
    "indicator", "area", "period_end", "months", "numerator", "denominator", "status", "source", "published_on", "note",
)  # fmt: skip
SOURCE = (
    "Home Office / ONS police recorded crime, offences in the 12 months to each quarter end. "
    "Contains public sector information licensed under the Open Government Licence v3.0"
)
NOTES = {
    "all_crime_excluding_fraud": "Fraud left out",
    "violence_with_injury": "Includes death or serious injury by illegal driving",
}


def observation(row: dict[str, str]) -> tuple[str, ...]:
    """Return one official figure as a row of the observations table."""
    group = row["offence_group"]
    return (
        f"official.{group}", row["area"], row["period_end"], "12", row["offences_in_12_months"], "", "", SOURCE, "",
        NOTES.get(group, ""),
    )  # fmt: skip


def main(figures: Path, target: Path) -> None:
    """Read the official figures and write them as observations, in the same order."""
    with figures.open(encoding="utf-8", newline="") as file:
        observations = [observation(row) for row in csv.DictReader(file)]
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(observations)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:3]))
