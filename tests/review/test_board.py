"""What the Board and the partnerships are told, on the shipped quarter and on figures with known answers."""

import math
import re
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import false_discovery_control

import pccstats as pcc
from pccstats.presentation.pages.display import html_of
from pccstats.presentation.verbs import table_of
from pccstats.terms.plan import Board, BoardPriority, Target
from pccstats.terms.results.board import Track
from pccstats.terms.words import Signal, slug
from tests.smaller import with_priorities

QUARTER = "2015/16-Q1"
ATTACK = '<script>alert(1)</script> [x](javascript:alert(1)) ![y](http://a.example/b.png) <img src=x onerror="a">'


def outcome(board, key):
    """One outcome of the Board."""
    return next(o for o in board.outcomes if o.review.indicator.key == key)


def of_the_board(plan, *keys):
    """The same plan, its Board asking for these outcomes alone."""
    return replace(plan, board=Board("B", (BoardPriority("P", keys),)))


def test_every_outcome_has_an_answer_or_a_reason(board):
    """On track, off track, or cannot tell with a chance or a sentence."""
    assert [len(outcomes) for _, outcomes in board.sections] == [5, 3, 4, 2, 1]
    for found in board.outcomes:
        assert found.track is not Track.CANNOT_TELL or found.why or not math.isnan(found.chance)


def test_reviews_are_taken_as_they_were_kept(data, quarter):
    """Of what a pack has worked out already the Board asks nothing again."""

    def find(measure, _figures, _question):
        asked.append(measure)
        return replace(quarter.review(measure), method="kept") if measure == "12.offences" else None

    asked, kept = [], SimpleNamespace(find=find)
    told = pcc.review_board(of_the_board(data.plan, "12.offences", "13.offences"), replace(data, kept=kept), QUARTER)
    assert asked == ["12.offences", "13.offences"]
    assert [each.review.method == "kept" for each in told.outcomes] == [True, False]


def test_track_follows_the_chance(board):
    """From 80% on track, to 20% off track, between them nobody can tell."""
    for found in board.outcomes:
        if not math.isnan(found.chance):
            wanted = Track.ON_TRACK if found.chance >= 0.8 else Track.OFF_TRACK if found.chance <= 0.2 else None
            assert found.track is (wanted or Track.CANNOT_TELL)


def with_months(data, key, numerator, denominator=float("nan"), area="Leicestershire", source="Made up for a test"):
    """The same figures with months of one indicator put in, April 2011 to June 2015."""
    ends = pd.period_range("2011-04", "2015-06", freq="M")
    made = pd.DataFrame({"period_end": ends, "numerator": numerator, "denominator": denominator}).assign(
        indicator=key, area=area, months=1, status="", source=source, published_on="", note=""
    )
    return replace(data, frame=pd.concat([data.frame, made[data.frame.columns]], ignore_index=True))


def a_board_of(data, *keys):
    """The Board asked about these outcomes alone."""
    plan = of_the_board(data.plan, *keys)
    return pcc.review_board(plan, replace(data, plan=plan), QUARTER)


def test_six_months_are_told_where_months_are_held(board, data):
    """Shipped outcomes have no months to the quarter, so no trend; months bring it back; with neither it is said."""
    assert {outcome.trend for outcome in board.outcomes} == {None}
    assert "Past twelve months" not in html_of(board)
    untold = a_board_of(data, "8.satisfaction")
    assert "nothing is said of the past six months yet" in pcc.describe(untold)
    assert "Past six months" not in html_of(untold)
    level = np.r_[np.full(45, 400), 400, 430, 460, 490, 520, 560]
    found = a_board_of(with_months(data, "12.offences", level), "12.offences")
    assert str(found.outcomes[0].trend.direction) == "rising"
    assert "Past six months" in html_of(found)


def test_six_months_by_the_official_series_are_exact(board):
    """Rolling years to June 2015 less those to December 2014 (Home Office and ONS): 59,092 - 59,496, 4,010 - 4,189."""
    half_years = {o.review.indicator.key: o.half_year for o in board.outcomes if o.half_year is not None}
    changes = {key: float(found.summary()["change"].iloc[0]) for key, found in half_years.items()}
    assert changes == {"11.offences": -404, "12.offences": -179, "13.offences": -68}
    page = html_of(board)
    assert "404 fewer than in the same months a year before, by official figures" in page
    assert "Six months beside the same six a year before, by official figures:" in page


def test_trends_and_half_years_are_in_one_count(board, data):
    """Three half-years shipped, 0.15 by chance; months of one outcome put two trends in the place of its half-year."""
    assert "Half-years: 6 months beside the same 6 a year before, by official series. 3 tests at 95%" in board.method
    level = np.r_[np.full(45, 400), 400, 430, 460, 490, 520, 560]
    held = with_months(data, "12.offences", level)
    found = pcc.review_board(held.plan, held, QUARTER)
    assert "4 tests, trends and half-years together, at 95%" in found.method
    assert found.method.endswith("chance tells a direction in some 0.2 of them.")


def _districts(data):
    return data.plan.smallest_parts_of("Leicestershire")


def test_repeat_referrals_have_no_interval_they_cannot_have(board):
    """28.5% of an unknown number: the per cent stands alone, neither good nor bad."""
    repeats = outcome(board, "board.marac_repeats")
    assert repeats.review.latest == 28.5
    assert math.isnan(repeats.lower)
    assert repeats.track is Track.CANNOT_TELL


def test_a_share_has_its_interval_where_it_is_known_of_how_many(data):
    """57 of 200: Wilson's 22.7% to 35.1%."""
    rows = data.frame["indicator"] == "board.marac_repeats"
    frame = data.frame.copy()
    frame.loc[rows, ["numerator", "denominator"]] = (57.0, 200.0)
    plan = of_the_board(data.plan, "board.marac_repeats")
    (found,) = pcc.review_board(plan, replace(data, frame=frame, plan=plan), QUARTER).outcomes
    assert found.review.latest == pytest.approx(28.5)
    assert (round(found.lower, 1), round(found.upper, 1)) == (22.7, 35.1)


def test_a_target_without_a_date_is_judged_by_its_interval(board, data):
    """Per cents of unknown n decide nothing; 85.5% of 2,000 and 86% of 200 a month are clear of 75%, not 76% of 50."""
    assert outcome(board, "8.satisfaction").track is Track.CANNOT_TELL
    assert outcome(board, "10.confidence").track is Track.ON_TRACK
    known = with_months(data, "10.confidence", 172.0, 200.0)
    known = with_months(known, "8.satisfaction", 38.0, 50.0)
    found = a_board_of(known, "10.confidence", "8.satisfaction")
    assert outcome(found, "10.confidence").track is Track.ON_TRACK
    assert outcome(found, "8.satisfaction").track is Track.OFF_TRACK


@pytest.mark.slow
def test_an_open_target_is_judged_by_its_own_chance(data):
    """A target for the end of the plan takes the place of the baseline: easy is on track, hopeless is off."""
    data = with_months(data, "12.offences", np.random.RandomState(1).poisson(340, 51))
    answers = {}
    for amount in (9000.0, 500.0):
        target = Target("new", "12.offences", "hard", "level", amount, data.plan.horizon)
        plan = replace(of_the_board(data.plan, "12.offences"), targets=(target,))
        answers[amount] = pcc.review_board(plan, replace(data, plan=plan), QUARTER).outcomes[0]
    assert [found.track for found in answers.values()] == [Track.ON_TRACK, Track.OFF_TRACK]
    assert answers[500.0].aim == "at most 500 by March 2017"


@pytest.mark.slow
def test_public_board_and_partnerships_keep_what_is_restricted(data):
    """Treatment figures are embargoed for the public, and the page says by whose rule."""
    plan = of_the_board(data.plan, "3.treatment_completions")
    board = pcc.review_board(plan, data, QUARTER, audience="public")
    assert str(outcome(board, "3.treatment_completions").review.state) == "embargoed"
    plan = replace(
        of_the_board(data.plan, "12.offences", "13.offences"),
        themes=tuple(
            replace(theme, priorities=tuple(_restricted(priority) for priority in theme.priorities))
            for theme in data.plan.themes
        ),
    )
    hidden = pcc.review_partnerships(plan, replace(data, plan=plan), QUARTER, audience="public")
    assert "12.offences" not in {c.key for c in hidden.comparisons}
    assert "Domestic burglary" in hidden.reviews[0].held_back
    page = str(html_of(hidden))
    assert "Held back from this pack" in page
    assert not re.search(r'<th scope="row">Domestic burglary', page)
    on_board = pcc.review_board(plan, replace(data, plan=plan), QUARTER, audience="public")
    assert "12.offences" not in {c.key for c in on_board.districts}
    assert outcome(on_board, "12.offences").trend is None


def _restricted(priority):
    """The same priority with its burglaries held back."""
    changed = tuple(
        replace(i, release=pcc.terms.words.Audience("internal"), release_note="Until July")
        if i.key == "12.offences"
        else i
        for i in priority.indicators
    )
    return replace(priority, indicators=changed)


def test_eight_partnerships_and_nine_districts(board, partnerships):
    """Partnerships are compared with partnerships, districts with districts."""
    assert len(partnerships.reviews) == 8
    assert {len(c.points) for c in partnerships.comparisons} == {8}
    assert {len(c.points) for c in board.districts} == {9}


def test_partnerships_add_up_to_the_force_but_for_what_is_in_no_district(partnerships):
    """Of 54,455 records (README of the download, eleven months summed) 78 lie outside the districts, none is lost."""
    found = next(c for c in partnerships.comparisons if c.key == "street.all_crime")
    months = (4653, 4776, 5018, 4886, 5207, 5122, 4999, 4877, 4705, 5162, 5050)
    outside = (7, 5, 6, 9, 7, 7, 12, 3, 4, 9, 9)  # counted from the records: LSOAs of other districts
    assert found.points["latest"].sum() == sum(months) - sum(outside)
    assert "78 of 54,455 (0.1%) are in none of these areas." in found.notes
    assert "The rest of the force's records have no location, or one outside these areas." in found.notes


def test_real_districts_have_rates_and_no_change_yet(board, partnerships):
    """Eleven months of 2014: rates on mid-2014 residents, a rank, and `no figure yet` for the rest."""
    burglary = next(c for c in board.districts if c.key == "street.burglary")
    assert burglary.stands_for == ("12.offences",)
    assert str(burglary.latest_window) == "11 months to November 2014"
    charnwood = burglary.row("Charnwood")
    assert (charnwood.latest, charnwood.residents, burglary.residents_vintage) == (1322, 172_548, "mid-2014")
    assert charnwood.rate == pytest.approx(7.66, abs=0.005)  # 1,322 / 172.548
    assert {c.has_change for c in (*board.districts, *partnerships.comparisons)} == {False}
    assert "Counted: January 2014 to November 2014. December 2014 and the 6 months after it are missing." in (
        burglary.notes
    )
    assert any("which are not the force's own classes" in note for note in burglary.notes)


def test_one_measure_by_place_stands_for_both_kinds_of_vehicle_crime(board):
    """Theft of and theft from vehicles are told apart by no street record: one comparison, said to hold both."""
    (vehicles,) = [c for c in board.districts if c.key == "street.vehicle_crime"]
    assert vehicles.stands_for == ("14A.offences", "14B.offences")
    assert any("Theft from motor vehicles; Theft of motor vehicles" in note for note in vehicles.notes)


def test_a_place_that_has_no_parts_has_no_partnerships(data):
    """A plan of one area says so and does not fail."""
    plan = replace(data.plan, focus="Rutland", board=None)
    alone = pcc.review_partnerships(plan, replace(data, plan=plan), QUARTER)
    assert alone.reviews == ()
    assert "no partnerships" in pcc.all_partnerships(alone)


@pytest.mark.slow
def test_any_area_can_be_assessed(data):
    """The questions of the dashboard, asked of a district: its own figures, its own peers."""
    for at, area in enumerate(area.name for area in _districts(data)):
        data = with_months(data, "12.offences", np.random.RandomState(at).poisson(40, 51), area=area)
    asked = with_priorities(data, 12)
    charnwood = pcc.assess(asked.plan, asked, QUARTER, area="Charnwood").review("12.offences")
    assert charnwood.area == "Charnwood"
    assert charnwood.group.focus == "Charnwood"
    assert charnwood.group.members == 7  # of eight partnerships; one is two districts, whose months were not summed
    assert charnwood.positions.empty
    with pytest.raises(pcc.RequestProblem, match="no area 'Charnwod'"):
        pcc.assess(data.plan, data, QUARTER, area="Charnwod")


def test_the_page_of_the_board_shows_every_district_both_ways(board):
    """All in one table; charts of what stands out, by month and by rate, each with alt text; nothing is invented."""
    page = html_of(board)
    apart = [c for c in board.districts if any(row.against_peers != "in_line_with_peers" for row in c.areas)]
    assert 0 < len(apart) < len(board.districts)
    assert page.count("<svg") == 2 * len(apart)
    assert page.count('role="img"') == page.count("<svg")
    assert f"Nothing stands out in {len(board.districts) - len(apart)} other indicators" in page
    assert "Rate per 1,000 residents, 11 months to November 2014" in page
    assert "llustrative" not in page
    assert "No earlier year is held by district" in page
    higher = [
        row for c in board.districts for row in c.areas if row.against_peers in ("worse_than_peers", "above_peers")
    ]
    assert page.count('<span class="unseen">higher than the others') == len(higher)
    assert "Cannot tell" in page


def test_the_page_of_the_partnerships_has_a_section_each(partnerships, root):
    """Verdicts, rates, positions, words, objectives, and what was printed, for each of the eight."""
    words = pcc.read_commentary(root / "data", QUARTER)
    page = pcc.all_partnerships(partnerships, words)
    assert page.count('<section class="partnership"') == 8
    assert set(words) == {review.area.name for review in partnerships.reviews}
    assert page.count("Its own objectives") == 8
    assert "per 1,000 residents" in page
    assert "mid-2014" in page
    assert "1st highest of 8" in page  # violence and sexual offences in Leicester: neither way is better
    assert page.count("No figure yet") >= 8 * len(partnerships.comparisons)
    assert "llustrative" not in page
    assert "more than 400" in page
    assert "19.6" in page


def test_on_a_phone_every_cell_of_an_outcome_is_named(board, partnerships, root):
    """Where the screen is narrow each cell carries the name of its column, so that no answer is out of sight."""
    for page in (html_of(board), pcc.all_partnerships(partnerships, {})):
        rows = re.findall(r'<table class="figures indicators [^"]* cards">.*?</table>', page, flags=re.DOTALL)
        assert rows
        cells = [tag for table in rows for tag in re.findall(r"<td[^>]*>", table) if "colspan" not in tag]
        assert all("data-head=" in tag for tag in cells)
        heads = {head for tag in cells for head in re.findall(r'data-head="([^"]*)"', tag)}
        assert "" not in heads
    css = (root / "pccstats" / "batch" / "template" / "page.css").read_text(encoding="utf-8")
    assert "table.cards td[data-head]::before" in css


def test_districts_are_said_to_be_higher_and_never_worse(board):
    """A rate that stands apart is no grade: the table beneath a chart says so in the words of the page."""
    crime = next(c for c in board.districts if any(row.against_peers == "worse_than_peers" for row in c.areas))
    rows = table_of(crime).rows.set_index("area")
    assert rows.loc["Leicester", "peers"] == "higher than the others"
    assert "Position, lowest first" in [column.head for column in table_of(crime).columns]


def test_words_from_partners_can_do_no_harm(partnerships):
    """Markup stays text, links and pictures are left out."""
    page = pcc.all_partnerships(
        partnerships, {"Rutland": ATTACK, "Melton": "# Heading\n\n| a | b |\n|---|---|\n| 1 | 2 |"}
    )
    assert "<script>" not in page
    own_sections = {f"#{slug(review.area.name)}" for review in partnerships.reviews}
    assert set(re.findall(r'href="([^"]*)"', page)) == own_sections
    assert "<img" not in page
    assert "&lt;script&gt;" in page
    assert "<h4>Heading</h4>" in page
    assert '<th scope="col">a</th>' in page


@pytest.mark.slow
def test_london_boroughs_that_stand_out(root, shared, tmp_path):
    """Real months: whoever is outside a funnel moved against its own past or against the others; both are shown."""
    folder = tmp_path / "london"
    folder.mkdir()
    for name in ("plan.toml", "sources.toml"):
        (folder / name).write_bytes((root / "examples/london-boroughs" / name).read_bytes())
    pcc.build_data(folder, shared / "data" / "mps-boroughs")
    data = pcc.read_observations(folder)
    plan = of_the_board(data.plan, "2.burglary")
    found = pcc.review_board(plan, replace(data, plan=plan), "2019/20-Q1")
    (burglary,) = found.districts
    assert len(burglary.points) == 16
    assert burglary.peers is None
    outside = burglary.standing_out
    assert {"Bexley"} <= set(outside[outside["against_others"] == Signal.ABOVE]["area"])
    for row in burglary.areas:
        if row.against_others == Signal.ABOVE:
            assert row.own_past == "worse" or row.change_pct > burglary.overall_change_pct
    page = html_of(found)
    assert "No rates: no area has a number of residents" in page
    assert all(name in page for name in burglary.points["area"])
    assert page.count("<svg") == 2


@pytest.fixture(scope="module")
def real_districts(root, tmp_path_factory):
    """Districts with years of real months: the example of 2022, built in a folder of its own."""
    folder = tmp_path_factory.mktemp("leicestershire-2022")
    for path in (root / "examples/leicestershire-2022").iterdir():
        if path.is_file():
            (folder / path.name).write_bytes(path.read_bytes())
    pcc.build_data(folder)
    return pcc.read_observations(folder)


@pytest.fixture(scope="module")
def real_places(real_districts):
    """What is said of every district of the example."""
    return pcc.review_partnerships(real_districts.plan, real_districts, "2022/23-Q2")


@pytest.mark.slow
def test_districts_with_two_years_have_a_change_and_a_rate(real_places, root):
    """Burglary of 2022 by district: both windows are sums of the committed counts, rates are on mid-2020 residents."""
    counts = pd.read_csv(root / "examples/leicestershire-2022/street_counts.csv")
    burglary = counts[counts["indicator"] == "Burglary"].pivot(index="period_end", columns="area", values="numerator")
    compared = next(c for c in real_places.comparisons if c.key == "3.burglary")
    assert (str(compared.baseline_window), str(compared.latest_window)) == ("2021/22", "12 months to September 2022")
    for row in compared.areas:
        assert row.baseline == burglary.loc["2021-04":"2022-03", row.area].sum()
        assert row.latest == burglary.loc["2021-10":"2022-09", row.area].sum()
        assert row.rate == pytest.approx(1000 * row.latest / row.residents)
    assert compared.row("Leicester").residents == 354_036  # ONS, mid-2020
    latest = burglary.loc["2021-10":"2022-09"].sum()
    nowhere = latest["Leicestershire"] - latest.drop("Leicestershire").sum()
    assert any(note.startswith(f"{nowhere:,.0f} of {latest['Leicestershire']:,.0f} ") for note in compared.notes)
    assert "The windows share 6 months" in compared.method


@pytest.mark.slow
def test_pages_of_districts_with_two_years_show_change_and_rate(real_districts):
    """Every district has its verdicts in one table; burglary, where some stand out, has charts, robbery a table."""
    plan = replace(real_districts.plan, board=Board("B", (BoardPriority("P", ("3.burglary", "2.robbery")),)))
    page = html_of(pcc.review_board(plan, replace(real_districts, plan=plan), "2022/23-Q2"))
    assert page.count("<svg") == 3
    assert "Change from 2021/22 to the 12 months to September 2022, per cent" in page
    assert "17 comparisons at 95%, of which chance alone gives some 1" in page  # Rutland has too few robberies
    assert "Nothing stands out in 1 other indicator</h3>" in page
    assert "34 months to September 2022" in page
    assert "4 tests at 95%: where nothing moves, chance tells a direction in some 0.2 of them." in page
    assert "each less the same month a year before" in page
    assert "Past six months" in page
    shown = pcc.all_partnerships(pcc.review_partnerships(plan, replace(real_districts, plan=plan), "2022/23-Q2"))
    assert "Against the others&#39; change" in shown or "Against the others' change" in shown
    assert "No figure yet" not in shown


@pytest.mark.slow
def test_verdicts_on_places_are_read_together(real_places):
    """Of all tests of all districts those are weak whose q, as scipy has it, is 5% or more though their p is less."""
    comparisons = real_places.comparisons
    rows = [(row.strength, c.changes[row.area].p_value) for c in comparisons for row in c.areas if row.is_verdict]
    strengths, p = zip(*rows, strict=True)
    q = false_discovery_control(p)
    assert set(strengths) == {"firm", "weak"}
    assert [strength == "weak" for strength in strengths] == [bool(a < 0.05 <= b) for a, b in zip(p, q, strict=True)]
    counted = pcc.describe(real_places)
    assert f"{strengths.count('weak')} weak" in counted
    worse = [row for c in comparisons for row in c.areas if row.own_past == "worse" and row.strength == "firm"]
    assert f" {len(worse)} worse, " in counted
