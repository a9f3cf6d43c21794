"""Facts about forces: whole, spelled as official files spell them, and agreeing with the files they were taken from."""

import csv
import io
import re
from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pccstats import reference
from pccstats.terms.errors import RequestProblem
from pccstats.terms.periods import month

FORCES = reference.forces()
# The list of official figures counts fatal driving as violence with injury.
_COUNTED_WITH = {"violence_with_injury": ["Death or serious injury caused by illegal driving"]}
NAMES = [force.name for force in FORCES]


def table(path):
    """The rows of a file, by the standard library alone."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_there_are_43_forces_each_with_its_own_names():
    """As many forces as the law has; no two share a name, code or address, and each lies in one of ten regions."""
    assert len(FORCES) == 43
    for field in ("name", "code", "slug", "service"):
        assert len({getattr(force, field) for force in FORCES}) == 43
    assert len(reference.regions()) == 10
    assert [force.name for force in FORCES if force.region == "Wales"] == [
        "Dyfed-Powys",
        "Gwent",
        "North Wales",
        "South Wales",
    ]


@pytest.mark.parametrize("force", FORCES, ids=lambda force: force.slug)
def test_every_spelling_leads_to_its_force(force):
    """Name, code, address, the service's own name and other spellings, also in capitals and with footnotes glued on."""
    for spelling in (force.name, force.code, force.slug, force.service, *force.also):
        assert reference.find_force(spelling) is force
        assert reference.find_force(f" {spelling.upper()} ") is force
    assert reference.find_force(f"{force.name}4,12") is force
    assert reference.find_force(f"{force.name} [note 4]") is force
    assert reference.find_force(force.name.replace(" and ", " & ")) is force


@pytest.mark.parametrize("name", [*reference.OTHER_BODIES, "ENGLAND7", "WALES", "North West", "", "Unassigned Kent"])
def test_what_is_no_force_is_none(name):
    """Bodies and totals in the column of forces are never taken for one."""
    assert reference.find_force(name) is None


def test_names_in_every_shared_file_are_known(shared):
    """Every area that the official files at hand name is a force, a region, a country or another body."""
    named = {row["PFA"] for row in table(shared / "data" / "rolling-year-pfa" / "rec-crime-pfa.csv")}
    named |= {row["PFA16NM"] for row in table(shared / "reference" / "LAD16_CSP16_PFA16_lookup.csv")}
    named |= {row["PFA16NM"] for row in table(shared / "reference" / "pfa_codes_population.csv")}
    text = (shared / "data" / "ons-force-tables" / "csp_c2_june2025.csv").read_text(encoding="utf-8-sig")
    named |= {row[1] for row in csv.reader(io.StringIO(text)) if re.match(r"[EW][0-9]{8}", row[0])}
    unknown = {name for name in named if reference.find_force(name) is None}
    assert unknown == {"British Transport Police", "Action Fraud", "CIFAS", "UK Finance"}
    assert {reference.find_force(name).name for name in named - unknown} == set(NAMES)


def test_unknown_force_is_refused_with_the_nearest():
    """A slip of the pen is answered with the force that was meant."""
    with pytest.raises(RequestProblem, match=r"no such police force.*Did you mean Leicestershire"):
        reference.force("leicestershir")


def test_populations_are_the_published_ones(shared):
    """Persons and households of 2002 to 2016 are those of the file they are from, force by force."""
    names = {force.code: force.name for force in FORCES}
    published = {
        (names[row["code"]], int(row["year"])): (int(row["persons"]), int(row["households"]))
        for row in table(shared / "reference" / "mid_year_estimates_pfa.csv")
    }
    held = {(each.force, each.year): (each.persons, each.households) for each in reference.populations()}
    assert {key: value for key, value in held.items() if key[1] <= 2016} == published
    assert {year for _, year in held} == set(range(2002, 2021))
    assert len(held) == 43 * 19


def test_populations_agree_with_those_of_the_districts(shared):
    """Where districts kept their borders they add up to their force in every year, within the rounding to hundreds."""
    force_of = {each.code: each.force for each in reference.districts(2016)}
    rows = table(shared / "reference" / "mid_year_estimates_lad.csv")
    known = {row["code"].strip() for row in rows}
    whole = {
        force
        for force in NAMES
        if all(each.code in known for each in reference.districts(2016) if each.force == force)
        and force not in ("Dorset", "Thames Valley", "Northamptonshire", "Suffolk", "Avon and Somerset")
    }
    assert len(whole) == 38
    sums = defaultdict(int)
    for row in rows:
        if force_of.get(row["code"].strip()) in whole:
            sums[force_of[row["code"].strip()], int(row["year"])] += int(row["persons"])
    held = {(each.force, each.year): each.persons for each in reference.populations() if each.force in whole}
    assert all(abs(sums[key] - persons) <= (50 if key[1] <= 2016 else 0) for key, persons in held.items())


def test_no_population_jumps():
    """From one year to the next no force grows or shrinks by more than 3%, the City of London's few residents aside."""
    by_force = defaultdict(dict)
    for each in reference.populations():
        by_force[each.force][each.year] = each.persons
    for force, years in by_force.items():
        most = 0.2 if force == "City of London" else 0.03
        assert all(abs(years[year + 1] / years[year] - 1) < most for year in range(2002, 2020)), force


def test_districts_are_those_of_the_lookup(shared):
    """In 2016 each of 348 districts lies in one partnership and force, as in the published lookup."""
    names = {force.code: force.name for force in FORCES}
    published = {
        (row["LAD16CD"], row["LAD16NM"], row["CSP16CD"], row["CSP16NM"], names[row["PFA16CD"]])
        for row in table(shared / "reference" / "LAD16_CSP16_PFA16_lookup.csv")
    }
    held = {(d.code, d.name, d.partnership_code, d.partnership, d.force) for d in reference.districts(2016)}
    assert held == published
    assert {each.force for each in reference.districts(2025)} == set(NAMES)


def test_unknown_year_of_districts_is_refused():
    """The years that are held are named."""
    with pytest.raises(RequestProblem, match="Ask for 2016 or 2025"):
        reference.districts(1974)


def test_offences_are_made_of_offences():
    """Every part is a group of its own, no group contains itself, and no two groups share a spelling."""
    keys = {each.key for each in reference.offences()}
    parts = {each.key: {one for part in each.parts for one in part} for each in reference.offences()}
    assert all(held <= keys for held in parts.values())
    for key in keys:
        below, waiting = set(), set(parts[key])
        while waiting:
            below |= waiting
            waiting = {one for each in waiting for one in parts[each]} - below
        assert key not in below
    spellings = [name.lower() for each in reference.offences() for name in each.spellings]
    assert len(spellings) == len(set(spellings))


def test_groups_of_the_rolling_year_file(shared):
    """Its names make up all crime but fraud, none twice; and every group for which it has a name or all parts."""
    rows = table(shared / "data" / "rolling-year-pfa" / "rec-crime-pfa.csv")
    held = {row["Offence"] for row in rows}
    every = reference.names_of("all_crime_excluding_fraud", held)
    assert len(every) == len(set(every))
    assert held - set(every) == {"Fraud offences", "Action Fraud", "CIFAS", "UK Finance"}
    assert reference.names_of("anti_social_behaviour", held) == ()
    own = [row for row in rows if row["PFA"] == "Leicestershire" and row["12 months ending"] == "31-03-2015"]
    for official in table(shared / "figures" / "official_rolling_year.csv"):
        if (official["area"], official["period_end"]) == ("Leicestershire", "2015-03"):
            key = official["offence_group"]
            names = {*reference.names_of(key, held), *_COUNTED_WITH.get(key, ())}
            total = sum(int(row["Rolling year total number of offences"]) for row in own if row["Offence"] in names)
            assert total == int(official["offences_in_12_months"]), key


@given(st.sets(st.sampled_from(sorted({name for each in reference.offences() for name in each.spellings}))))
def test_a_group_is_whole_or_not_there(held):
    """Whatever names a file has, a group is given by its own name, or by names for every one of its parts."""
    for each in reference.offences():
        found = reference.names_of(each.key, held)
        assert set(found) <= held
        own = [name for name in each.spellings if name in held]
        if own:
            assert len(found) == 1
        elif found:
            assert all(any(reference.names_of(one, held) for one in part) for part in each.parts)


def test_every_change_says_where_it_is_from():
    """Each has a month that is one, a source, offences that there are, and breaks only what it touches."""
    keys = {each.key for each in reference.offences()}
    changes = reference.recording_changes()
    assert len({each.key for each in changes}) == len(changes) >= 12
    assert [each.month for each in changes] == sorted(each.month for each in changes)
    for change in changes:
        assert str(month(change.month)) == change.month
        assert change.source
        assert change.note.endswith(".")
        assert set(change.offences) | set(change.breaks) <= keys | {reference.EVERY_CRIME}
        assert set(change.forces) <= set(NAMES)
        assert all(change.touches(each) for each in change.breaks if each != reference.EVERY_CRIME)


def test_a_whole_is_touched_by_what_touches_its_part():
    """Burglary of outbuildings changes residential burglary, touches burglary and theft, and leaves robbery alone."""
    change = next(each for each in reference.recording_changes() if each.key == "burglary_of_outbuildings")
    assert [change.touches(key) for key in ("burglary", "theft_offences", "robbery")] == [True, True, False]
    assert [change.is_break_for(key) for key in ("residential_burglary", "burglary")] == [True, False]


def test_incidents_are_no_crime():
    """What touches every crime does not touch anti-social behaviour unless it says so."""
    touched = {each.key for each in reference.recording_changes() if each.touches("anti_social_behaviour")}
    assert touched == {"behaviour_collected_anew", "first_lockdown"}
