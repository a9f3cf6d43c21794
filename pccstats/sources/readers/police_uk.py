"""data.police.uk records as published: one CSV a force and month, counted by force, partnership or district.

How rows are counted is said in `pccstats/sources/readers/street_counts.py`; what this reader decides beside it:

- By force, a record belongs to the force it `Falls within`, wherever its point on the map lies.
- By district or partnership it belongs to the district of its LSOA name. Records without a location cannot be placed;
  they are left out and their number is a finding. So is the number of records that lie in another force's area.
- A month in which a force published records and none of a type is a nought; a month for which its file is missing is a
  gap. A district's month is held only where the force that polices it has a file.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from pccstats.sources.readers.reading import Progress, Reading, Source, folder_reader, in_plan_words, summed
from pccstats.sources.readers.street_counts import Places, count_records, find_files, read_places
from pccstats.terms.errors import Finding, Severity
from pccstats.terms.plan import Plan

ASB = "Anti-social behaviour"
# Categories that a month may lack altogether: a name that is none of them, nor in the files, is a slip in sources.toml.
TYPES = frozenset(
    (
        *(ASB, "Bicycle theft", "Burglary", "Criminal damage and arson", "Drugs", "Other crime", "Other theft"),
        *("Possession of weapons", "Public disorder and weapons", "Public order", "Robbery", "Shoplifting"),
        *("Theft from the person", "Vehicle crime", "Violence and sexual offences", "Violent crime"),
    )
)


@folder_reader("police_uk_street")
def read_police_uk_street(path: Path, source: Source, plan: Plan, say: Progress) -> Reading:
    """Count street-level crimes by crime type."""
    return _read(path, source, plan, "street", say)


@folder_reader("police_uk_outcomes")
def read_police_uk_outcomes(path: Path, source: Source, plan: Plan, say: Progress) -> Reading:
    """Count outcomes by outcome type, in the month they were recorded in."""
    return _read(path, source, plan, "outcomes", say)


def _read(path: Path, source: Source, plan: Plan, kind: str, say: Progress) -> Reading:
    places, findings = read_places(path.parent / source.lookup) if source.lookup else (None, ())
    download = find_files(path, kind)
    findings = (*findings, *download.findings)
    if any(finding.severity is Severity.REFUSE for finding in findings):
        return Reading(findings=findings)
    counts, found = count_records(download.months, kind, say)
    findings = (*findings, *found)
    if counts.empty:
        return Reading(findings=findings)
    counts = counts.assign(force=in_plan_words(counts["force"], source.areas))
    findings = (*findings, *_said_of_rows(counts, places, source, kind, path.name))
    figures = _figures(_placed(counts, places, source), counts, source, path.name, kind)
    observations, found_in_sums = summed(figures, source.indicators, source, plan, months=1)
    return Reading(observations, row_count=int(counts["row_count"].sum()), findings=(*findings, *found_in_sums))


def _placed(counts: pd.DataFrame, places: Places | None, source: Source) -> pd.DataFrame:
    """The counts with the area they belong to; those that cannot be placed are gone."""
    if source.by == "force":
        return counts.assign(area=counts["force"])
    area = counts["district"]
    if source.by == "partnership" and places is not None:
        area = area.map(places.partnership).fillna("")
    return counts.assign(area=in_plan_words(area, source.areas))[area != ""]


def _figures(placed: pd.DataFrame, counts: pd.DataFrame, source: Source, file: str, kind: str) -> pd.DataFrame:
    """One row an area, month and type, noughts included, for the months the area's own force has a file."""
    by_force = placed.groupby(["area", "force"])["crimes"].sum().reset_index()
    own = by_force.sort_values("crimes").drop_duplicates("area", keep="last")[["area", "force"]]
    published = counts[["force", "month"]].drop_duplicates()
    names = sorted({*placed["name"], *(_asked(source) & TYPES if kind == "street" else ())})
    grid = own.merge(published, on="force").merge(pd.DataFrame({"name": names}), how="cross")
    sums = placed.groupby(["area", "month", "name"])["crimes"].sum().reset_index()
    held = grid.merge(sums, on=["area", "month", "name"], how="left").fillna({"crimes": 0})
    return pd.DataFrame(
        {
            "name": held["name"],
            "area": held["area"],
            "period_end": held["month"],
            "numerator": held["crimes"].astype("int64").astype(str),
            "file": file,
            "row": None,
            "column": "",
        }
    )


def _asked(source: Source) -> set[str]:
    return {name for names in source.indicators.values() for name in names}


def _said_of_rows(counts: pd.DataFrame, places: Places | None, source: Source, kind: str, file: str) -> list[Finding]:
    """How many rows had no crime ID, the ID of another, no location, or a point in another force's area."""
    found: list[Finding] = []

    def say(severity: Severity, rule: str, count: float, message: str, step: str = "") -> None:
        if count:
            share = f"{count:,.0f} of {counts['row_count'].sum():,.0f} rows"
            found.append(Finding(severity, rule, f"{share} {message}", file, next_step=step))

    is_asb = counts["name"] == ASB
    without_id = counts["rows_without_id"]
    if kind == "street":
        asb = without_id[is_asb].sum()
        say(Severity.NOTE, "no_crime_id", asb, "are anti-social behaviour, which has no crime ID: each is counted.")
    others = without_id[~is_asb].sum()
    say(Severity.FLAG, "no_crime_id", others, "have no crime ID: each is counted, and a repeat cannot be seen.")
    repeated = (counts["row_count"] - counts["crimes"]).sum()
    message = "have the crime ID of another row of their month, force and type: counted once."
    say(Severity.NOTE, "crime_id_repeated", repeated, message)
    nowhere = counts["rows_without_place"].sum()
    if source.by == "force":
        say(Severity.NOTE, "no_location", nowhere, "have no location: they are counted for the force.")
    else:
        message = f"have no location and are in no {source.by}'s figures."
        say(Severity.FLAG, "no_location", nowhere, message, "Add up districts with care: they miss these records.")
    if places is not None:
        lies_in = counts["district"].map(places.force)
        unknown = counts.loc[(counts["district"] != "") & lies_in.isna(), "row_count"].sum()
        say(
            Severity.FLAG,
            "unknown_district",
            unknown,
            "lie in districts the lookup does not have.",
            "Renew the lookup.",
        )
        apart = counts.loc[lies_in.notna() & (lies_in != counts["force"]), "row_count"].sum()
        where = "the force that recorded them" if source.by == "force" else f"the {source.by} they lie in"
        say(Severity.NOTE, "out_of_area", apart, f"lie in another force's area: they are counted for {where}.")
    return found
