"""Each detective on figures written here, on the shipped figures, and on sound ones that should be left alone."""

import math
import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from pccstats.methods.detectives import (
    DETECTIVES,
    event_steps,
    hidden_quarters,
    ramps,
    revisions,
    shared_figures,
    stale_figures,
    substitutions,
    suspicions,
)
from pccstats.review.data_quality import data_quality
from pccstats.sources import build_data, read_observations
from pccstats.terms.errors import RequestProblem
from pccstats.terms.observations import Observations
from pccstats.terms.periods import Window
from pccstats.terms.plan import Area, Event, Indicator, Plan, Priority, Theme
from pccstats.terms.words import Audience, Kind, Polarity

pytestmark = pytest.mark.slow

BASELINE, HORIZON = Window.read("2012/13"), pd.Period("2017-03", freq="M")
TITLES = {"1.with": "Violence with injury", "1.without": "Violence without injury", "1.share": "Satisfaction"}


def plan(events=()) -> Plan:
    """A plan of two counts alike in name and a survey."""
    indicators = tuple(
        Indicator(key, title, Kind.SURVEY if key == "1.share" else Kind.COUNT, "", Polarity.NEUTRAL, BASELINE, HORIZON)
        for key, title in TITLES.items()
    )
    themes = (Theme(1, "Theme", (Priority(1, "Priority", indicators),)),)
    return Plan("Plan", "Ours", BASELINE, HORIZON, themes, areas=(Area("Ours", "force"),), events=tuple(events))


def data(key, figures, *, events=(), months=12, published=None) -> Observations:
    """Figures of one indicator: month -> figure."""
    return together([(key, figures)], events=events, months=months, published=published)


def together(series, *, events=(), months=12, published=None) -> Observations:
    """Figures of several indicators."""
    rows = [
        {"indicator": key, "area": "Ours", "period_end": pd.Period(end, freq="M"), "months": months,
         "numerator": float(figure), "denominator": np.nan, "status": "", "source": "Paper",
         "published_on": (published or {}).get(number, ""), "note": ""}
        for key, figures in series for number, (end, figure) in enumerate(figures)
    ]  # fmt: skip
    return Observations(pd.DataFrame(rows), plan(events), pd.DataFrame(columns=["area", "persons"]))


def quarters(first, figures) -> list[tuple[str, float]]:
    """Figures at quarter ends from a month on."""
    start = pd.Period(first, freq="M")
    return [(str(start + 3 * number), figure) for number, figure in enumerate(figures)]


def test_every_detective_is_asked(monkeypatch):
    """A detective on the list is asked of every figure, and needs to be named nowhere else."""
    asked = []
    monkeypatch.setattr(
        "pccstats.methods.detectives.DETECTIVES", [*DETECTIVES, lambda held: iter([asked.append(held)])]
    )
    held = data("1.with", [("2015-03", 515), ("2015-06", 326)])
    assert [found.rule for found in suspicions(held) if found] == ["hidden_quarter"]
    assert asked == [held]


# ------------------------------------------------------------------------------------------------------ hidden quarter
@pytest.mark.parametrize(
    ("key", "earlier", "later", "expected"),
    [
        ("1.with", 515, 326, True),  # first-time entrants: 6.5 standard errors by hand
        ("1.with", 515, 450, False),
        ("1.with", 59220, 58318, False),
        ("1.share", 73.3, 78.1, True),  # violent-crime satisfaction: 19.2 points
        ("1.share", 21.5, 35.6, True),  # non-opiate completions: 56.4 points
        ("1.share", 81.8, 81.5, False),
    ],
)
def test_hidden_quarters(key, earlier, later, expected):
    """The published jumps are found and the published wobbles are not."""
    found = list(hidden_quarters(data(key, [("2015-03", earlier), ("2015-06", later)])))
    assert bool(found) is expected


def test_the_sum_is_the_one_done_by_hand():
    """189 against sqrt(2 x 4 x 105.125) = 29.0 is 6.5; 4 x 14.1 points is 56.4."""
    (count,) = hidden_quarters(data("1.with", [("2015-03", 515), ("2015-06", 326)]))
    assert "had 189 more" in count.message
    assert f"({189 / math.sqrt(2 * 4 * (515 + 326) / 8):.1f} standard errors)" in count.message
    (share,) = hidden_quarters(data("1.share", [("2014-12", 21.5), ("2015-03", 35.6)]))
    assert "by 56.4 points" in share.message
    assert "21.5% to December 2014 and 35.6% to March 2015" in share.message


def test_more_than_a_hundred_points_is_impossible():
    """From 10% to 40% in a quarter no two quarters will do."""
    (found,) = hidden_quarters(data("1.share", [("2015-03", 10), ("2015-06", 40)]))
    assert "more than 100 points" in found.message


def test_a_registered_break_makes_it_a_note():
    """What a registered break explains is on record and needs no answer."""
    event = Event("e", "Community resolutions left out", pd.Period("2015-04", freq="M"), ("1.with",), True)
    (found,) = hidden_quarters(data("1.with", [("2015-03", 515), ("2015-06", 326)], events=[event]))
    assert (str(found.severity), found.next_step) == ("note", "Registered: Community resolutions left out.")


def test_windows_that_share_nothing_give_nothing_away():
    """Two years side by side hide no quarter."""
    assert list(hidden_quarters(data("1.with", [("2014-03", 900), ("2015-03", 300)]))) == []


# --------------------------------------------------------------------------------------------------------- other traces
def test_stale_figures():
    """133 twice a quarter apart is found; 13 twice, which chance does often, is not."""
    assert [f.rule for f in stale_figures(data("1.with", [("2015-03", 133), ("2015-06", 133)]))] == ["stale"]
    assert list(stale_figures(data("1.with", [("2015-03", 13), ("2015-06", 13)]))) == []


def test_a_block_copied_from_the_year_before():
    """Six months that are those of the year before, figure for figure."""
    months = [(f"2014-{n:02d}", 100 + 7 * n % 31) for n in range(1, 13)]
    months += [(f"2015-{n:02d}", 100 + 7 * n % 31) for n in range(1, 7)]
    (found,) = stale_figures(data("1.with", months, months=1))
    assert "the 6 months to June 2015 are those of the year before" in found.message


def test_one_figure_for_two_indicators():
    """77.8 printed for both halves of vehicle crime."""
    (found,) = shared_figures(together([("1.with", [("2015-06", 778)]), ("1.without", [("2015-06", 778)])]))
    assert (found.rule, str(found.severity)) == ("shared_figure", "note")


def test_revisions_keep_every_vintage():
    """59,220 printed in June 2015 and 59,107 implied in April 2016: 113 fewer, 0.19%."""
    figures = [("2015-03", 59220), ("2015-03", 59107)]
    held = data("1.with", figures, published={0: "2015-06", 1: "2016-04"})
    (row,) = revisions(held).to_dict("records")
    assert (row["first"], row["latest"], row["change"], row["vintages"]) == (59220, 59107, -113, 2)
    assert row["change_pct"] == pytest.approx(-0.1908, abs=5e-5)
    assert held.rows("1.with")["numerator"].tolist() == [59220, 59107]


def test_a_sibling_that_rises_as_its_twin_falls():
    """Records that move from one class to the other are seen; a fall of both is not."""
    down, up = [4000, 4000, 4000, 3500, 3000, 2500, 2000, 2000], [3000, 3000, 3000, 3450, 3900, 4350, 4800, 4800]
    moved = together([("1.with", quarters("2012-03", down)), ("1.without", quarters("2012-03", up))])
    found = list(substitutions(moved))
    assert found
    assert all("rose by" in finding.message and "fell by" in finding.message for finding in found)
    both = together([("1.with", quarters("2012-03", down)), ("1.without", quarters("2012-03", down))])
    assert list(substitutions(both)) == []


def test_a_ramp_to_nothing():
    """Four equal steps to nothing are a date and no decline; a slower fall is none."""
    (found,) = ramps(data("1.with", quarters("2012-12", [800, 800, 600, 400, 200, 0, 0])))
    assert "as if no record was made after March 2013" in found.message
    (began,) = ramps(data("1.with", quarters("2012-12", [0, 0, 200, 400, 600, 800, 800])))
    assert "as if records began after March 2013" in began.message
    assert list(ramps(data("1.with", quarters("2012-12", [800, 700, 600, 500, 400, 350, 300, 250])))) == []


def test_a_step_at_a_registered_event():
    """The year before an event against the year after it; an event that breaks nothing is asked about."""
    figures = quarters("2011-03", [1000] * 13 + [1300, 1600, 1900, 2200])
    month = pd.Period("2014-04", freq="M")
    (flag,) = event_steps(data("1.with", figures, events=[Event("e", "New rules", month, ("1.*",))]))
    assert "2,200 in the 12 months to March 2015, +120% on the 1,000 to March 2014" in flag.message
    assert str(flag.severity) == "flag"
    assert flag.kind == "event_step: New rules"
    (note,) = event_steps(data("1.with", figures, events=[Event("e", "New rules", month, ("1.*",), True)]))
    assert str(note.severity) == "note"
    flat = quarters("2013-03", [1000] * 9)
    assert list(event_steps(data("1.with", flat, events=[Event("e", "New rules", month, ("1.*",))]))) == []


@pytest.mark.slow
def test_sound_figures_are_left_alone():
    """Of 150 sound series of 100 a month, five and a half years long, the detectives suspect less than one in ten."""
    random = np.random.default_rng(7)
    event = Event("e", "An event", pd.Period("2013-04", freq="M"), ("1.*",))
    suspected = 0
    for _ in range(150):
        months = random.negative_binomial(50, 1 / 3, (2, 75))
        years = [np.convolve(counts, np.ones(12), "valid")[::3] for counts in months]
        held = together(
            [("1.with", quarters("2010-03", years[0])), ("1.without", quarters("2010-03", years[1]))], events=[event]
        )
        detectives = (hidden_quarters, stale_figures, substitutions, ramps, event_steps)
        suspected += any(True for detective in detectives for _ in detective(held))
    assert suspected < 15


# ---------------------------------------------------------------------------------------------------- the real figures
@pytest.fixture(scope="module")
def shipped(root, tmp_path_factory):
    """The shipped figures, built from a copy."""
    folder = tmp_path_factory.mktemp("shipped")
    shutil.copytree(root / "data" / "raw", folder / "raw")
    return read_observations(folder)


@pytest.fixture(scope="module")
def quality(shipped):
    """What the shipped figures look like at the end of June 2015."""
    return data_quality(shipped, "2015/16-Q1")


@pytest.mark.parametrize(
    ("rule", "indicator", "end", "severity"),
    [
        ("hidden_quarter", "1.first_time_entrants", "2015-06", "note"),
        ("hidden_quarter", "13.satisfaction", "2015-06", "note"),
        ("hidden_quarter", "17.absent", "2015-06", "flag"),
        ("stale", "2.offending", "2015-06", "flag"),
        ("shared_figure", "14B.satisfaction", "2015-06", "note"),
        ("substitution", "official.violence_without_injury", "2010-09", "flag"),
        ("event_step", "17.missing_storm", "2014-03", "note"),
        ("hidden_quarter", "treatment.non_opiates", "2015-03", "flag"),
        ("official_differs", "11.offences", "2015-06", "flag"),
    ],
)
def test_what_is_found_in_the_shipped_figures(quality, rule, indicator, end, severity):
    """Each known oddity of the published papers is found, at its place and with its gravity."""
    found = quality.points[(quality.points["rule"] == rule) & (quality.points["indicator"] == indicator)]
    assert (end, severity) in set(zip(found["period_end"], found["severity"], strict=True))


def test_the_revision_that_ships(shipped):
    """59,220 of June 2015 is 59,107 by April 2016: both are on the page of a later quarter, the later is used."""
    later = data_quality(shipped, "2015/16-Q4")
    assert "revised" in set(later.points.loc[later.points["indicator"] == "11.offences", "rule"])
    row = later.revisions.set_index(["indicator", "period_end"]).loc[("11.offences", pd.Period("2015-03", freq="M"))]
    assert (row["first"], row["latest"], row["change"]) == (59220, 59107, -113)


def test_the_page_in_one_row(quality):
    """Forty indicators; crime to the end of the quarter; savings half a year behind; events in order."""
    row = quality.summary().iloc[0]
    assert row["indicators"] == 40
    assert row["up_to_date"] <= row["with_figures"] <= 40
    fresh = quality.freshness.set_index("indicator")
    assert fresh.loc["11.offences", "months_behind"] == 0
    assert fresh.loc["18.savings", "months_behind"] == 6
    assert fresh.loc["2.offending", "months_behind"] == 3, "133 to March 2015, given again to June"
    assert quality.availability.loc["11.offences", "2015/16-Q1"] == "year"
    assert quality.availability.loc["11.offences", "2014/15-Q2"] == ""
    assert quality.availability.loc["5.outcome", "2015/16-Q1"] == "not_collected"
    assert list(quality.events["month"]) == sorted(quality.events["month"])


@pytest.mark.slow
def test_the_public_sees_nothing_of_restricted_figures(shipped):
    """Figures under release restriction leave no trace on the public page but their number."""
    measures = tuple(
        replace(each, release=Audience.INTERNAL) if each.key == "street.robbery" else each
        for each in shipped.plan.supporting
    )
    told = {"message": "21.5 became 35.6.", "published_on": ""}
    found = replace(shipped.findings[0], indicator="street.robbery", **told)
    embargoed = replace(shipped.findings[0], indicator="3.treatment_completions", **told)
    plan = replace(shipped.plan, supporting=measures)
    held = replace(shipped, plan=plan, findings=(*shipped.findings, found, embargoed))
    public, internal = data_quality(held, "2015/16-Q1", audience="public"), data_quality(held, "2015/16-Q1")
    assert "street.robbery" in set(internal.points["indicator"])
    assert "street.robbery" not in set(public.points["indicator"])
    assert "3.treatment_completions" not in set(internal.points["indicator"])
    assert "Left out: 2 findings on figures that are withheld." in public.method
    assert "Left out: 1 finding on figures that are withheld." in internal.method


def test_a_quarter_that_is_none(shipped):
    """A quarter nobody has is refused in words."""
    with pytest.raises(RequestProblem):
        data_quality(shipped, "2015/16-Q5")


FRAUD = """\
[[source]]
file = "rec-crime-pfa.csv"
reader = "rolling_year_csv"
label = "Home Office and ONS"
indicators = { "1.fraud" = ["Fraud offences"] }
"""


def test_fraud_leaves_the_figures_over_four_quarters(shared, tmp_path):
    """In the national file Leicestershire's fraud ramps to nothing in 2013, and so do others at their own dates."""
    forces = ["Leicestershire", "Avon and Somerset", "Bedfordshire", "Essex", "Hertfordshire", "Kent", "Sussex"]
    areas = ", ".join(f'{{ name = "{force}", kind = "force" }}' for force in forces)
    (tmp_path / "plan.toml").write_text(
        f'title = "Fraud"\nfocus = "Leicestershire"\nbaseline = "2012/13"\nhorizon = "2017-03"\nareas = [{areas}]\n'
        '[[theme]]\nnumber = 1\ntitle = "Fraud"\nslug = "fraud"\n[[theme.priority]]\nnumber = 1\ntitle = "Fraud"\n'
        '[[theme.priority.indicator]]\nkey = "1.fraud"\ntitle = "Fraud"\nkind = "count"\nunit = "offences"\n'
        'polarity = "lower_is_better"\n'
    )
    (tmp_path / "sources.toml").write_text(FRAUD)
    build_data(tmp_path, shared / "data" / "rolling-year-pfa")
    found = {finding.area: finding for finding in ramps(read_observations(tmp_path))}
    assert found["Leicestershire"].period_end == "2013-12"
    assert "fell from 800 to 10" in found["Leicestershire"].message
    assert len(found) >= 3
