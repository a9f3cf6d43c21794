"""Count street-level records of one police force by month, district and crime type, into observations.

    python tools/count_street_records.py DOWNLOAD.zip "Leicestershire Police" examples/leicestershire-2022

The download is a zip of data.police.uk as it comes. It is not kept here; what this script counts is. Rows of one month
and crime type with the same crime ID are one crime, counted where the first of its districts by name lies; rows without
an ID are counted each. The force's own figure counts every record that falls within it, those without a place and those
placed outside its districts included: how many these are, by month and type, goes to `coverage.csv`.
"""

from __future__ import annotations

import csv
import io
import re
import sys
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

DISTRICTS = (
    *("Blaby", "Charnwood", "Harborough", "Hinckley and Bosworth", "Leicester", "Melton"),
    *("North West Leicestershire", "Oadby and Wigston", "Rutland"),
)
FORCE = "Leicestershire"
NOWHERE, OUTSIDE = "without a place", "outside the force's districts"
AREA_OF_LSOA = re.compile(r"^(.*) \d{3}[A-Z]$")
INCIDENTS = "Anti-social behaviour"
ALL_CRIME = "All crime"

Place = tuple[str, str, str]  # month, crime type, area


def rows_of(download: Path, force: str) -> Iterator[dict[str, str]]:
    """Every record of the force in the zip, month after month."""
    with zipfile.ZipFile(download) as zipped:
        for name in sorted(name for name in zipped.namelist() if name.endswith("-street.csv")):
            with zipped.open(name) as file:
                yield from (
                    row
                    for row in csv.DictReader(io.TextIOWrapper(file, "utf-8-sig", newline=""))
                    if row["Falls within"] == force
                )


def district_of(row: dict[str, str]) -> str:
    """The district a record's point lies in, from the name of its small area."""
    found = AREA_OF_LSOA.match(row["LSOA name"].strip())
    if not found:
        return NOWHERE
    return found[1] if found[1] in DISTRICTS else OUTSIDE


def count(rows: Iterator[dict[str, str]]) -> Counter[Place]:
    """Records by month, crime type and district, each crime once."""
    counted: Counter[Place] = Counter()
    places: defaultdict[tuple[str, str, str], set[str]] = defaultdict(set)
    for row in rows:
        month, kind, crime = row["Month"], row["Crime type"], row["Crime ID"].strip()
        if crime:
            places[month, kind, crime].add(district_of(row))
        else:
            counted[month, kind, district_of(row)] += 1
    for (month, kind, _), districts in places.items():
        inside = sorted(districts & set(DISTRICTS))
        counted[month, kind, inside[0] if inside else min(districts)] += 1
    return counted


def with_all_crime(counted: Counter[Place]) -> Counter[Place]:
    """The counts with all crime added: every type but anti-social behaviour, which is incidents and not crimes."""
    total = Counter(counted)
    for (month, kind, place), records in counted.items():
        if kind != INCIDENTS:
            total[month, ALL_CRIME, place] += records
    return total


def write(counted: Counter[Place], folder: Path) -> None:
    """`street_counts.csv`, a row a type, area and month; `coverage.csv`, what lies in no district."""
    months = sorted({month for month, _, _ in counted})
    kinds = sorted({kind for _, kind, _ in counted})
    with (folder / "street_counts.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("indicator", "area", "period_end", "months", "numerator"))
        for kind in kinds:
            for area in (FORCE, *DISTRICTS):
                places = (*DISTRICTS, NOWHERE, OUTSIDE) if area == FORCE else (area,)
                for month in months:
                    writer.writerow((kind, area, month, 1, sum(counted[month, kind, place] for place in places)))
    with (folder / "coverage.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("indicator", "period_end", "records", "without_a_place", "outside_the_districts"))
        for kind in kinds:
            for month in months:
                everywhere = [counted[month, kind, place] for place in (*DISTRICTS, NOWHERE, OUTSIDE)]
                writer.writerow((kind, month, sum(everywhere), *everywhere[-2:]))


if __name__ == "__main__":
    source, name, folder = sys.argv[1:]
    write(with_all_crime(count(rows_of(Path(source), name))), Path(folder))
