"""What a plan takes from the facts that come with the package."""

import csv

import pytest

import pccstats as pcc
from pccstats import reference
from pccstats.sources import build_data, read_observations, read_plan
from pccstats.terms.errors import DataProblem
from pccstats.terms.periods import Window
from tests.sources.conftest import SOURCES

PLAN = """\
title = "A plan of one force"
baseline = "2012/13"
horizon = "2017-03"

[reference]
force = "kent"
areas = "region"

[[theme]]
number = 1
title = "Safer homes"
slug = "safer-homes"

[[theme.priority]]
number = 1
title = "Reduce burglary"

[[theme.priority.indicator]]
key = "1.homes"
title = "Residential burglary"
kind = "count"
polarity = "lower_is_better"
offences = ["residential_burglary"]

[[theme.priority.indicator]]
key = "1.burglary"
title = "Burglary"
kind = "count"
polarity = "lower_is_better"
offences = ["burglary"]
"""
ROWS = """\
indicator,area,period_end,months,numerator,denominator,status,source,published_on,note
1.burglary,Kent,2014-03,12,15000,,,Crime system,,
1.burglary,Surrey,2014-03,12,9000,,,Crime system,,
"""


def faults_of(folder) -> str:
    """What is said of a plan that is refused."""
    with pytest.raises(DataProblem) as refused:
        read_plan(folder)
    return str(refused.value)


def test_focus_and_areas_come_by_name(data_folder):
    """The force named is the focus; with it come those of its region, with their codes."""
    plan = read_plan(data_folder(plan=PLAN))
    assert plan.focus == "Kent"
    assert [area.name for area in plan.areas] == ["Kent", "Hampshire", "Surrey", "Sussex", "Thames Valley"]
    assert [plan.area("Kent").code, plan.area("Kent").kind] == ["E23000032", "force"]


@pytest.mark.parametrize(("areas", "count"), [("all", 43), ("force", 1)])
def test_as_many_areas_as_asked_for(data_folder, areas, count):
    """All forces, or the one."""
    assert len(read_plan(data_folder(plan=PLAN.replace('"region"', f'"{areas}"'))).areas) == count


def test_what_the_plan_says_comes_first(data_folder):
    """An area of its own, another focus and an event of the same key stand as written."""
    own = PLAN.replace(
        'horizon = "2017-03"', 'horizon = "2017-03"\nfocus = "Surrey"\nareas = [{name = "Kent", kind = "county"}]'
    )
    own += '[[event]]\nkey = "first_lockdown"\ntitle = "Ours"\nmonth = "2020-04"\nindicators = ["*"]\n'
    plan = read_plan(data_folder(plan=own))
    assert (plan.focus, plan.area("Kent").kind, len(plan.areas)) == ("Surrey", "county", 5)
    assert [(event.title, str(event.month)) for event in plan.events if event.key.startswith("first_lockdown")] == [
        ("Ours", "2020-04")
    ]


def test_recording_changes_come_with_offences(data_folder):
    """What breaks residential burglary is only noted of burglary as a whole; each event says where it is from."""
    plan = read_plan(data_folder(plan=PLAN))
    change = next(each for each in reference.recording_changes() if each.key == "burglary_of_outbuildings")
    found = {event.key: event for event in plan.events if event.title == change.title}
    assert found["burglary_of_outbuildings"].indicators == ("1.homes",)
    assert found["burglary_of_outbuildings"].breaks_comparability
    assert found["burglary_of_outbuildings_noted"].indicators == ("1.burglary",)
    assert not found["burglary_of_outbuildings_noted"].breaks_comparability
    assert {(str(event.month), event.source) for event in found.values()} == {("2017-04", change.source)}


def test_changes_of_other_forces_stay_away(data_folder):
    """Greater Manchester's missing months are an event of that area alone, and only where the plan has it."""
    assert "manchester_system" not in {event.key for event in read_plan(data_folder(plan=PLAN)).events}
    every = read_plan(data_folder(plan=PLAN.replace('"region"', '"all"')))
    (missing,) = [event for event in every.events if event.key == "manchester_system"]
    assert missing.areas == ("Greater Manchester",)
    assert every.events_for("1.burglary", "Kent").count(missing) == 0


def test_a_plan_without_offences_has_no_events(data_folder, plan_text):
    """Nothing is taken that was not asked for."""
    plan = read_plan(data_folder(plan=plan_text))
    assert (plan.reference, plan.events, len(plan.areas)) == (None, (), 2)


def test_every_slip_is_said_at_once(data_folder):
    """An unknown force and an unknown group of offences are named with what was meant, and nothing more."""
    wrong = PLAN.replace('"kent"', '"Kennt"').replace('["burglary"]', '["burglery"]').replace('"region"', '"country"')
    said = faults_of(data_folder(plan=wrong))
    assert "3 problems" in said
    assert "Did you mean Kent" in said
    assert "Did you mean burglary" in said
    assert "'all', 'region' or 'force'" in said


def test_populations_are_there_for_rates(data_folder, shared):
    """Persons of every force of the plan by year, as published, and among the files by name and digest."""
    built = build_data(data_folder(plan=PLAN, figures=ROWS))
    data = read_observations(built.processed)
    path = shared / "reference" / "mid_year_estimates_pfa.csv"
    with path.open(encoding="utf-8", newline="") as file:
        published = {(row["name"], row["year"]): row for row in csv.DictReader(file)}
    persons, vintage = data.population("Kent", window=Window.read("2013/14"))
    assert (persons, vintage) == (float(published["Kent", "2013"]["persons"]), "mid-2013")
    households, _ = data.population("Surrey", "households", window=Window.read("2013/14"))
    assert households == float(published["Surrey", "2013"]["households"])
    (file,) = [file for file in built.files if file.name == "reference/populations.csv"]
    assert len(file.sha256) == 64
    assert "Open Government Licence" in file.label


def test_own_populations_come_first(data_folder):
    """A force whose population a source gives keeps that one alone."""
    sources = SOURCES + '[[source]]\nfile = "people.csv"\nreader = "populations_csv"\nlabel = "Ours"\n'
    folder = data_folder(plan=PLAN, figures=ROWS, sources=sources)
    (folder / "raw" / "people.csv").write_text("area,persons,year,vintage\nKent,1,2013,ours\n", encoding="utf-8")
    data = read_observations(folder)
    assert data.population("Kent") == (1.0, "ours")
    assert data.population("Surrey")[1] == "mid-2020"


def test_another_edition_of_the_populations_is_read(data_folder, monkeypatch):
    """Data built with other populations than those of this package are built again."""
    folder = data_folder(plan=PLAN, figures=ROWS)
    before = read_observations(folder).population("Kent", window=Window.read("2013/14"))[0]
    doubled = tuple(
        reference.Population(held.force, held.year, 2 * held.persons, held.households)
        for held in reference.populations()
    )
    monkeypatch.setattr(reference, "populations", lambda: doubled)
    monkeypatch.setattr(reference, "text_of", lambda _: b"another edition")
    assert pcc.read_observations(folder).population("Kent", window=Window.read("2013/14"))[0] == 2 * before
