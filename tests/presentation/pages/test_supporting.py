"""Measures beside the indicators, as tables of their subject."""

from pccstats.presentation.pages.priority import NUMBER_ASKED, supporting_parts, supporting_table


def table(quarter, priority, title):
    """One table of a priority: its heads, and its cells by the name of the row."""
    reviews = [review for review in quarter.priority(priority).supporting if review.indicator.table == title]
    spec = supporting_table(title, reviews)
    return [column.head for column in spec.columns], {row[0]: row for row in spec.cells()}, spec.notes


def test_hate_crime_has_each_strand_with_change_and_verdict(quarter):
    """54 and 90 are no change beyond what counts so small are assumed to vary; the label says: stale."""
    heads, rows, notes = table(quarter, 7, "Reports of hate incidents and crimes")
    assert heads == ["Measure", "2013/14", "2014/15", "Change, 95% interval", "Verdict"]
    assert len(rows) == 7
    assert rows["Disability"][1:3] == ["54", "90"]
    assert "No evidence of change, stale" in rows["Disability"][-1]
    for strand in ("Transgender", "Other", "Race"):
        assert "No evidence of change" in rows[strand][-1]
    assert any("neither good nor bad" in note for note in notes)


def test_per_cents_of_unknown_numbers_are_not_tested(quarter):
    """Points are given without a per cent of a per cent, how many would settle it, one sentence why, and no verdict."""
    heads, rows, notes = table(quarter, 3, "Drug and alcohol treatment completed")
    assert heads[-1].startswith("People asked")
    assert "+14.1 points" in rows["Non-opiates"]
    assert all("Not enough data" in row[4] for row in rows.values())
    assert notes.count(NUMBER_ASKED) == 1


def test_the_plan_table_shows_the_year_and_the_three_months(quarter):
    """Seven strands on one page, August 2012 as the range that is left open."""
    heads, rows, _ = table(quarter, 9, "Satisfaction by what happened, the Plan's table of November 2012")
    assert len(rows) == 7
    assert heads[2] == "Between"
    assert rows["Vehicle crime"][2].startswith("83.5 to 83.7%")
    assert "\N{MINUS SIGN}4.0 points" in rows["Vehicle crime"]


def test_a_single_figure_has_no_verdict(quarter):
    """One figure stands with its own interval, in a table without columns for what is not there.

    Wilson's intervals of 59 in 72 and of 399 in 937 by hand, z = 1.96.
    """
    heads, rows, _ = table(quarter, 17, "Repeat reports of missing people")
    assert len(heads) == 2
    assert rows["Reports of people reported missing more than once"][1] == "81.9% (71.5 to 89.1)"
    _, outcomes, _ = table(quarter, 7, "Outcomes of hate crime")
    assert outcomes["Hate crime investigations with a positive outcome"][1] == "42.6% (39.5 to 45.8)"


def test_long_tables_open_and_what_nobody_reports_is_listed(quarter):
    """A table of seven is closed with its count; detection rates stand with target and definition."""
    hate = "".join(part.to_html() for part in supporting_parts(quarter.priority(7).supporting))
    assert "Reports of hate incidents and crimes: 0 of 7 changed by more than chance<" in hate
    assert "Sanction detection rate: hate crime" in hate
    assert "target is 55%" in hate
    assert "out of crimes recorded in the year" in hate


def test_absent_reports_rest_on_an_assumed_variation(quarter):
    """248 absent reports after 325 are no change if they vary as a count so small is assumed to: the label says so."""
    _, rows, _ = table(quarter, 17, "")
    assert "No evidence of change, assumed" in rows["Absent reports (STORM)"][-1]
    assert "lower only if it varies less than" in " ".join(quarter.review("17.absent").reasons)


def test_official_anti_social_behaviour_is_not_plainly_better(quarter):
    """The official incidents end in March and their variation is assumed: better, and marked."""
    _, rows, _ = table(quarter, 8, "Official incidents of anti-social behaviour")
    assert "Better, stale" in rows["Incidents of anti-social behaviour, official"][-1]


def test_theft_from_the_person_is_weak_among_the_five_of_its_table(quarter):
    """p 0.036, first of five: q is 0.036 x 5 = 0.18, so it is named and not counted."""
    _, rows, _ = table(quarter, 11, "Official recorded crime")
    assert "Better, weak" in rows["Theft from the person, official"][-1]
    page = "".join(part.to_html() for part in supporting_parts(quarter.priority(11).supporting))
    assert "0 of 5 changed by more than chance; theft from the person, official better, weak" in page


def test_a_priority_without_supporting_measures_gets_nothing(quarter):
    """No heading without a table."""
    assert supporting_parts(quarter.priority(2).supporting) == ()


def test_savings_stand_with_their_share_of_what_is_required(quarter):
    """21.7, 2.1 and 4.0 of £27.8m: 78, 8 and 14 per cent."""
    heads, rows, _ = table(quarter, 18, "Savings, April 2013 to March 2017")
    assert heads == ["Measure", "December 2014", "Share of the whole"]
    shares = {name.split(",")[0]: row[-1] for name, row in rows.items()}
    assert shares["Savings realised to date"] == "78%"
    assert shares["Savings identified"] == "8%"
    assert shares["Savings still to be found by the end of 2016/17"] == "14%"
    assert shares["Savings required"] == "–"
