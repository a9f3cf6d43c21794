"""Lay out the official rolling-year figures of the forces of the shipped plan as observations.

    python tools/make_police_recorded_crime.py DOWNLOAD.csv data/raw/police_recorded_crime.csv

DOWNLOAD is the Home Office and ONS table of offences in the 12 months to each quarter end, by police force area, as it
is published (`12 months ending, PFA, Region, Offence, Rolling year total number of offences`). Offences are added up
into the groups of the plan; no other number is changed on the way. Before March 2007 only financial years were
published; they are left out.
"""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from pathlib import Path

FORCES = (
    *("Leicestershire", "Avon and Somerset", "Bedfordshire", "Essex", "Hertfordshire", "Kent", "Northamptonshire"),
    "Sussex",
)
NOT_POLICE_RECORDED = ("Action Fraud", "CIFAS", "UK Finance", "Fraud offences")
FIRST, LAST = "2007-03", "2015-06"
MONTHS_TO_PUBLISH = 4  # the figures to June come out in October

# The Plan's violence with injury includes death or serious injury by illegal driving.
GROUPS = {
    "domestic_burglary": ("Domestic burglary",),
    "burglary": ("Domestic burglary", "Non-domestic burglary"),
    "violence_with_injury": ("Violence with injury", "Death or serious injury caused by illegal driving"),
    "violence_without_injury": ("Violence without injury",),
    "vehicle_offences": ("Vehicle offences",),
    "robbery": ("Robbery",),
    "theft_from_the_person": ("Theft from the person",),
    "shoplifting": ("Shoplifting",),
    "criminal_damage_and_arson": ("Criminal damage and arson",),
    "sexual_offences": ("Sexual offences",),
}
ALL_CRIME = "all_crime_excluding_fraud"


def read(download: Path) -> dict[tuple[str, str], dict[str, int]]:
    """Offences by force and offence, then by quarter end."""
    years: defaultdict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    with download.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            day, month, year = row["12 months ending"].replace("/", "-").split("-")
            del day  # the last of the month
            if row["PFA"] in FORCES:
                offences = int(row["Rolling year total number of offences"].replace(",", ""))
                years[row["PFA"], row["Offence"]][f"{year}-{month}"] = offences
    return dict(years)


def grouped(years: dict[tuple[str, str], dict[str, int]], force: str, names: tuple[str, ...]) -> dict[str, int]:
    """The sum of several offences of a force, at every quarter end."""
    ends = sorted({end for name in names for end in years.get((force, name), {})})
    return {
        end: sum(years.get((force, name), {}).get(end, 0) for name in names) for end in ends if FIRST <= end <= LAST
    }


def published_on(end: str) -> str:
    """The month in which the figures to a quarter end come out."""
    year, month = map(int, end.split("-"))
    later = month + MONTHS_TO_PUBLISH - 1
    return f"{year + later // 12}-{later % 12 + 1:02}"


def main(download: Path, target: Path) -> None:
    """Read the download and write the observations, force by force and group by group."""
    years = read(download)
    every = tuple(sorted({name for _, name in years} - set(NOT_POLICE_RECORDED)))
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("indicator", "area", "period_end", "months", "numerator", "published_on"))
        for force in FORCES:
            for group, names in ((ALL_CRIME, every), *GROUPS.items()):
                for end, offences in grouped(years, force, names).items():
                    writer.writerow((f"official.{group}", force, end, 12, offences, published_on(end)))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:3]))
