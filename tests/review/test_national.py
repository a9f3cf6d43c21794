"""All forces at once, held against the published file itself by sums that use nothing of ours."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import scipy.stats

import pccstats as pcc
from pccstats.presentation.pages.national import measure_page, national_page
from pccstats.presentation.pages.quarter import dashboard_page
from pccstats.presentation.verbs import describe, table_of
from pccstats.sources.build import read_processed
from pccstats.terms.errors import RequestProblem
from pccstats.terms.observations import Observations
from pccstats.terms.plan import Indicator, Plan
from pccstats.terms.results.national import NationalReview
from pccstats.terms.words import Signal, slug

pytestmark = pytest.mark.slow

QUARTER = "2016/17-Q1"
CHECKED = {"4.robbery": "Robbery", "6.homes": "Domestic burglary", "2.stalking": "Stalking and harassment"}
UNPLACED = "City of London"  # the plan's group of every force leaves it out
OTHERS = ("British Transport Police", "Action Fraud", "CIFAS", "UK Finance")


def _alone(indicator: Indicator) -> Indicator:
    return replace(indicator, part_of=None)


def only(plan: Plan, keys: set[str]) -> Plan:
    """The plan with these indicators alone."""
    themes = []
    for theme in plan.themes:
        kept = [
            replace(p, indicators=tuple(_alone(i) for i in p.indicators if i.key in keys)) for p in theme.priorities
        ]
        themes.append(replace(theme, priorities=tuple(p for p in kept if p.indicators)))
    return replace(plan, themes=tuple(theme for theme in themes if theme.priorities))


@pytest.fixture(scope="module")
def figures(root: Path, shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Observations:
    """The example of all forces, built from the published file."""
    folder = tmp_path_factory.mktemp("all-forces")
    for name in ("plan.toml", "sources.toml"):
        (folder / name).write_bytes((root / "examples" / "all-forces" / name).read_bytes())
    return read_processed(pcc.build_data(folder, shared / "data" / "rolling-year-pfa").processed)


@pytest.fixture(scope="module")
def review(figures: Observations) -> NationalReview:
    """Three measures of all forces."""
    return pcc.review_national(only(figures.plan, set(CHECKED)), figures, QUARTER)


@pytest.fixture(scope="module")
def published(shared: Path) -> pd.DataFrame:
    """The file as published, territorial forces alone, one column an end of twelve months."""
    rows = pd.read_csv(shared / "data" / "rolling-year-pfa" / "rec-crime-pfa.csv")
    rows.columns = pd.Index(["end", "area", "region", "offence", "total"])
    rows = rows[~rows["area"].isin(OTHERS)]
    return rows.pivot_table(index=["offence", "area"], columns="end", values="total")


@pytest.fixture(scope="module")
def persons(shared: Path) -> pd.Series:
    """Residents in the middle of 2015, the latest published when the pack of June 2016 is made."""
    rows = pd.read_csv(shared / "reference" / "mid_year_estimates_pfa.csv")
    return rows[rows["year"] == 2015].set_index("name")["persons"]


def test_a_force_that_the_group_leaves_out_has_no_place_in_its_own_pack_either(figures: Observations) -> None:
    """Its rates are set beside nobody's, and its dashboard says why; a force of the group has its place."""
    robbery = only(figures.plan, {"4.robbery"})
    left_out, kent = (pcc.assess(robbery.focused_on(area), figures, QUARTER) for area in (UNPLACED, "Kent"))
    assert [each.group for each in left_out.reviews] == [None]
    assert left_out.points["group_rank"].isna().all()
    assert [each.group.focus for each in kent.reviews if each.group] == ["Kent"]
    assert "Peers: City of London is left out: so few people live there" in dashboard_page(left_out)


@pytest.mark.parametrize("key", ["4.robbery", "6.homes"])
def test_counts_changes_and_rates_are_those_of_the_file(
    key: str, review: NationalReview, published: pd.DataFrame, persons: pd.Series
) -> None:
    """Every count, change, rate and rank of all 43 forces follows from the file and the residents by plain division."""
    table = published.loc[CHECKED[key]]
    points = review.comparison(key).points.set_index("area")
    assert len(points) == len(table) == 43
    then, now = table["31-03-2015"], table["30-06-2016"]
    for column, expected in {
        "baseline": then,
        "latest": now,
        "change_pct": 100 * (now / then - 1),
        "rate": (1000 * now / persons.reindex(now.index)).where(now.index != UNPLACED),
        "share_latest": 100 * now / now.sum(),
    }.items():
        np.testing.assert_allclose(points[column], expected.reindex(points.index).to_numpy(), rtol=1e-12)
    ranks = (now / persons.reindex(now.index)).drop(UNPLACED).rank(method="min")
    placed = points.drop(UNPLACED)
    assert placed["rank"].astype(float).to_dict() == ranks.to_dict()
    assert (placed["rank_low"] <= placed["rank"]).all()
    assert (placed["rank_high"] >= placed["rank"]).all()
    overall = review.comparison(key).overall_change_pct
    assert overall == pytest.approx(100 * (now.sum() / then.sum() - 1))


@pytest.mark.parametrize("key", ["4.robbery", "6.homes"])
def test_funnel_limits_of_rates_follow_the_textbook(
    key: str, review: NationalReview, published: pd.DataFrame, persons: pd.Series
) -> None:
    """Square roots, z-scores winsorised at 10%, the moment estimate of tau², normal limits (Spiegelhalter 2005)."""
    now = published.loc[CHECKED[key]]["30-06-2016"].drop(UNPLACED)
    n = persons.reindex(now.index).to_numpy(dtype=float)
    rate = now.to_numpy() / n
    target, s = rate.mean(), 1 / (2 * np.sqrt(n))
    z = (np.sqrt(rate) - np.sqrt(target)) / s
    z = np.clip(z, *np.quantile(z, [0.1, 0.9]))
    phi, w, count = np.mean(z**2), 1 / s**2, len(n)
    tau2 = max(0.0, (count * phi - (count - 1)) / (w.sum() - (w**2).sum() / w.sum()))
    peers = review.comparison(key).peers
    assert peers is not None
    points = peers.points.set_index("area").loc[now.index]
    for confidence, lower, upper in ((0.95, "lower", "upper"), (0.998, "lower_998", "upper_998")):
        reach = scipy.stats.norm.ppf((1 + confidence) / 2) * np.sqrt(s**2 + tau2)
        np.testing.assert_allclose(points[upper], 1000 * (np.sqrt(target) + reach) ** 2, rtol=1e-9)
        np.testing.assert_allclose(
            points[lower], 1000 * np.maximum(np.sqrt(target) - reach, 0) ** 2, rtol=1e-9, atol=1e-9
        )


@pytest.mark.parametrize("key", ["4.robbery", "6.homes"])
def test_who_moved_against_the_others_follows_from_the_limits(
    key: str, review: NationalReview, published: pd.DataFrame
) -> None:
    """Limits of the log ratio about that of all forces, wide by chance and by how far each force's own years move."""
    comparison = review.comparison(key)
    table = published.loc[CHECKED[key]].loc[comparison.points["area"]]
    then, now = table["31-03-2015"].to_numpy(), table["30-06-2016"].to_numpy()
    chance = 1 / then + 1 / now
    phi = np.array([comparison.changes[area].test.dispersion for area in comparison.points["area"]], dtype=float)
    tau2 = np.mean((np.maximum(phi, 1) - 1) * chance)
    z = (np.log(now / then) - np.log(now.sum() / then.sum())) / np.sqrt(chance + tau2)
    expected = np.where(z > 1.959964, "above", np.where(z < -1.959964, "below", "none"))
    assert [str(side) for side in comparison.points["against_others"]] == expected.tolist()
    far = {
        side: comparison.points.loc[(expected == side) & (np.abs(z) > 3.0902), "area"] for side in ("above", "below")
    }
    for side in (Signal.ABOVE, Signal.BELOW):
        assert set(review.moved(key, side)) == set(far[str(side)])


@pytest.mark.parametrize("area", ["Kent", "City of London", "Dyfed-Powys"])
def test_verdicts_are_those_of_the_forces_own_packs(area: str, review: NationalReview, figures: Observations) -> None:
    """State, strength and interval of a force stand in the table as its own assessment has them."""
    plan = review.plan.focused_on(area)
    own = pcc.assess(plan, figures, QUARTER, verdicts_only=True)
    for each in own.reviews:
        comparison = review.comparison(each.indicator.key)
        row = comparison.row(area)
        assert row.own_past == each.state
        if comparison.has_change:
            assert (row.strength, row.change_pct_low) == (each.strength, each.change.amount.per_cent.low)


def test_the_pages_have_every_force_also_one_that_is_not_placed(review: NationalReview) -> None:
    """All 43 forces stand in every table; City of London has no place, and is last in the order of rates."""
    packs = {area: f"../{slug(area)}/index.html" for area in review.areas}
    page = national_page(review, packs, dict.fromkeys(review.areas, "complete"))
    assert page.count('<th scope="row"><a href="../city-of-london/index.html">') == 3  # changes, rates, packs
    assert "not placed by its rate" in page
    assert "Not placed by its rates." in page
    heads = re.findall(r'<span class="interval">([^<]*)</span></span></th>', page)
    assert heads == ["Rate per 1,000 residents, 12 months to June 2016"]  # of the one measure that has no change
    for comparison in review.comparisons:
        measure = measure_page(review, comparison.key, packs)
        table = measure.partition('id="forces"')[2].partition('id="changes"')[0]
        rows = re.findall(r'<tr>\s*<th scope="row"><a href="[^"]+">([^<]+)</a>', table)
        assert len(rows) == 43
        assert rows[-1] == UNPLACED
        rates = comparison.points.set_index("area")["rate"]
        assert rows[:-1] == rates.drop(UNPLACED).sort_values(ascending=False, kind="stable").index.tolist()
    robbery = measure_page(review, "4.robbery", packs)
    assert 'href="../kent/theme-2-violence-and-weapons.html#indicator-4-robbery"' in robbery


def test_the_page_on_all_forces_promises_no_more_than_it_compared(figures: Observations) -> None:
    """How many forces are compared, who moved firmly and which way, and rates with digits that tell them apart."""
    keys = {"2.homicide", "2.without_injury", "2.stalking", "6.other"}
    review = pcc.review_national(only(figures.plan, keys), figures, QUARTER)
    rows = table_of(review).rows.set_index("measure")
    assert "Homicide (38 of 43 forces)" in rows.index
    assert rows.loc["Stalking and harassment", "moved"] == "–"  # nobody is compared: not nought
    assert rows.loc["Violence without injury", "moved"].endswith(" higher")
    points = review.points
    firm = points[points["has_change"] & (points["strength"] == "firm")]
    better = int((firm["own_past"] == "better").sum())
    neither = int((~firm["own_past"].isin(["worse", "better", "no_evidence_of_change"])).sum())
    said = f"{better} are firmly better and {neither} are firmly higher or lower"
    assert said in describe(review)
    homicide = measure_page(review, "2.homicide", {})
    assert "Homicide in the 38 areas compared, taken together: " in homicide
    assert "the mean of 38 areas is 0.012" in homicide
    assert "Hillsborough" in homicide.partition('id="funnels"')[0], "before the charts that it explains"
    page = national_page(review, {}, {})
    assert "All compared, together" in page
    assert "42 rates at 95%" in page  # not that of the force without a place


def test_a_break_is_said_once_for_all_forces(review: NationalReview) -> None:
    """Stalking and harassment crosses April 2015: nobody is compared with 2014/15, and the reason stands there once."""
    assert not review.comparison("2.stalking").has_change
    told = [gap for gap in review.gaps if gap.indicator == "2.stalking"]
    assert [gap.area for gap in told] == [""]
    assert "Malicious communications" in told[0].reason


def test_figures_that_end_early_are_named(figures: Observations) -> None:
    """A force whose latest figures are missing is named, and its older ones are compared with nobody's newer."""
    frame = figures.frame
    is_late = (frame["area"] == "Kent") & (frame["period_end"] > pd.Period("2016-03", "M"))
    late = replace(figures, frame=frame[~is_late].reset_index(drop=True))
    found = pcc.review_national(only(figures.plan, {"4.robbery"}), late, QUARTER)
    told = [(gap.area, gap.reason) for gap in found.gaps if gap.indicator]
    assert told == [("Kent", "The figures end in March 2016.")]
    assert [gap.area for gap in found.gaps if not gap.indicator] == [UNPLACED]
    assert "Kent" not in set(found.comparison("4.robbery").points["area"])


def test_an_area_alone_is_set_beside_nobody(data: Any) -> None:
    """The shipped plan holds indicators of one force only, and the refusal says what is lacking."""
    with pytest.raises(RequestProblem, match="nothing to set side by side"):
        pcc.review_national(data.plan, data, "2015/16-Q1")


@pytest.fixture(scope="module")
def boroughs(root: Path, shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Observations:
    """Real months of sixteen boroughs, each as a force of its own."""
    folder = tmp_path_factory.mktemp("boroughs")
    for name in ("plan.toml", "sources.toml"):
        (folder / name).write_bytes((root / "examples" / "london-boroughs" / name).read_bytes())
    data = read_processed(pcc.build_data(folder, shared / "data" / "mps-boroughs").processed)
    return replace(data, plan=only(data.plan, {"2.burglary", "1.all_crime"}).focused_on("Bexley"))


@pytest.mark.parametrize("months", [1, 3])
def test_signals_are_those_of_the_months_or_quarters_themselves(boroughs: Observations, months: int) -> None:
    """Where months or quarters are held a force is high where any of them lies off the three or five years before."""
    data = boroughs if months == 1 else by_quarter(boroughs)
    found = pcc.review_national(data.plan, data, "2019/20-Q1")
    points = found.points.set_index(["indicator", "area"])
    assert set(points["signal_quarter"]) == {"above", "none", "below"} if months == 1 else set(points["signal_quarter"])
    for (key, area), row in points.iterrows():
        series = data.series(key, area=area, until="2019-06", months=months)
        since = pd.Period("2019-03", "M") - (35 if months == 1 else 59)
        since = max(since, series.first - (months - 1))
        level = pcc.expected_level(series.between(since - 12), baseline=(since, "2019-03")).points.set_index("month")
        known = level.loc["2019-04":, "signal_known"]  # type: ignore[misc]
        told = [signal for signal in known if signal != "none"]
        assert row["signal_quarter"] == (told or ["none"])[-1], (key, area)
        assert row["signal_latest"] == known.iloc[-1]
    assert found.signals.series == len(points) == 32
    assert found.signals.shown == (points["signal_quarter"] != "none").sum()


def by_quarter(data: Observations) -> Observations:
    """The same figures added up by quarter."""
    frame = data.frame
    ends = frame["period_end"] + (-frame["period_end"].dt.month % 3)
    first = frame.assign(period_end=ends).groupby(["indicator", "area", "period_end"], as_index=False)
    quarters = first.agg(dict.fromkeys(frame.columns.drop(["indicator", "area", "period_end"]), "first"))
    sums = first["numerator"].sum(min_count=3)
    whole = quarters.assign(months=3, numerator=sums["numerator"]).dropna(subset="numerator")
    return replace(data, frame=whole[list(frame.columns)].reset_index(drop=True))


def test_signals_stand_on_the_pages(boroughs: Observations) -> None:
    """The opening page has a table of them with how many chance gives; the page of a measure has a column of them."""
    found = pcc.review_national(boroughs.plan, boroughs, "2019/20-Q1")
    packs = {area: f"../{slug(area)}/index.html" for area in found.areas}
    page = national_page(found, packs, dict.fromkeys(found.areas, "complete"))
    signals = page.partition('id="signals"')[2].partition("</section>")[0]
    assert f"Of 32 series held against their expected level, {found.signals.shown} show a signal" in signals
    assert "chance alone would give" in signals
    for key in ("1.all_crime", "2.burglary"):
        own = found.points[found.points["indicator"] == key]
        assert f">{(own['signal_quarter'] != 'none').sum()} of 16<" in signals
        table = measure_page(found, key, packs).partition('id="forces"')[2].partition('id="changes"')[0]
        assert "Signal this quarter" in table
        high = (own["signal_quarter"] == "above").sum()
        assert len(re.findall(r"High(?:, \d+ months?| earlier in the quarter)", table)) == high


def test_without_months_nothing_is_said_of_signals(review: NationalReview) -> None:
    """Rolling years have no expected level: no table, no column."""
    assert not review.signals.series
    assert 'id="signals"' not in national_page(review, dict.fromkeys(review.areas, ""), {})
    assert "Signal this quarter" not in measure_page(review, "4.robbery", dict.fromkeys(review.areas, ""))
