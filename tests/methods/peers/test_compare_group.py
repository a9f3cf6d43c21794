"""A force among its peers at one date, and at one date after another."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from pccstats.methods.peers import windows
from pccstats.methods.peers.compare_group import compare_group, group_positions
from pccstats.presentation.verbs import describe, table_of
from pccstats.terms.errors import MethodProblem
from pccstats.terms.once import Remembered
from pccstats.terms.plan import Event, Group
from pccstats.terms.results.peers import SUMMARY_COLUMNS
from pccstats.terms.series import Series
from pccstats.terms.words import GroupStatus, Kind, PeerState
from tests.methods.peers.most_similar_forces import GROUP, official, yearly

EIGHT = dict(zip("ABCDEFGH", (52, 61, 45, 70, 58, 49, 66, 55), strict=True))
PUBLISHED = {  # what the plan's priority counts, and the official offence group of the same name
    "11": "all_crime_excluding_fraud",
    "12": "domestic_burglary",
    "13": "violence_with_injury",
}


@pytest.mark.parametrize("until", ["2014-03", "2015-03"])
@pytest.mark.parametrize("priority", PUBLISHED)
def test_published_position_comes_out(root, priority, until):
    """The six crime positions the Annual Report 2014/15 prints are what the official figures give."""
    printed = pd.read_csv(root / "data/raw/published_figures.csv", dtype=str, keep_default_na=False)
    key = f"position.{priority}.offences"
    place = printed.loc[(printed["indicator"] == key) & (printed["period_end"] == until), "numerator"].item()
    answer = compare_group(official(root, PUBLISHED[priority]), "Leicestershire", until=until, group=GROUP)
    assert answer.summary()["rank"].item() == int(place)
    assert answer.members == 8


def test_the_published_positions_are_the_ones_meant(root):
    """6th and 4th for all crime, 6th and 7th for domestic burglary, 3rd and 1st for violence with injury."""
    places = [
        int(compare_group(official(root, offence), "Leicestershire", until=until, group=GROUP).focus_row["rank"])
        for offence in PUBLISHED.values()
        for until in ("2014-03", "2015-03")
    ]
    assert places == [6, 4, 6, 7, 3, 1]


def test_three_benchmarks_are_three_numbers(root):
    """Plain mean with own force, all pooled and plain mean of the others differ, and each is named."""
    series = official(root, "all_crime_excluding_fraud")
    answers = {
        name: compare_group(series, "Leicestershire", until="2015-03", group=GROUP, benchmark=name)
        for name in ("mean_including_own", "weighted", "others_only")
    }
    rates = {area: 1000 * s.between(last="2015-03").values.iloc[-1] / s.population for area, s in series.items()}
    events = sum(s.between(last="2015-03").values.iloc[-1] for s in series.values())
    assert answers["mean_including_own"].benchmark == pytest.approx(np.mean(list(rates.values())), rel=1e-12)
    assert answers["weighted"].benchmark == pytest.approx(1000 * events / sum(s.population for s in series.values()))
    others = [rate for area, rate in rates.items() if area != "Leicestershire"]
    assert answers["others_only"].benchmark == pytest.approx(np.mean(others), rel=1e-12)
    assert len({round(answer.benchmark, 2) for answer in answers.values()}) == 3
    assert [answer.summary()["benchmark_name"].item() for answer in answers.values()] == list(answers)


def test_reference_forces_differ_by_five_per_cent_between_means(reference_case):
    """On the eight reference forces the plain mean is 4.324 per 1,000 and the pooled rate 4.565."""
    case = reference_case("funnel_05_exact_poisson_rates")["inputs"]
    series = {
        area: yearly({area: events}, population=persons)[area]
        for area, events, persons in zip(case["force"], case["numerator"], case["denominator"], strict=True)
    }
    plain, pooled = (
        compare_group(series, "Aldshire", benchmark=name).benchmark for name in ("mean_including_own", "weighted")
    )
    assert (round(plain, 3), round(pooled, 3)) == (4.324, 4.565)


def test_exact_limits_in_the_points(reference_case):
    """Without over-dispersion the limits of the points are the exact ones about the pooled rate."""
    case = reference_case("funnel_05_exact_poisson_rates")
    inputs = case["inputs"]
    series = {
        area: yearly({area: events}, population=persons)[area]
        for area, events, persons in zip(inputs["force"], inputs["numerator"], inputs["denominator"], strict=True)
    }
    answer = compare_group(series, "Aldshire", benchmark="weighted", overdispersion="none")
    points = answer.points.set_index("area").loc[inputs["force"]]
    for name, quantile in (("lower", "q_lo95"), ("upper_998", "q_hi998")):
        counts = points[name] / 1000 * points["exposure"]
        assert np.ceil(counts - 1e-9).tolist() == case["outputs"][quantile]


def test_summary_has_the_agreed_columns():
    """One row, with the columns people build on."""
    summary = compare_group(yearly(EIGHT), "A").summary()
    assert tuple(summary.columns) == SUMMARY_COLUMNS
    assert len(summary) == 1
    assert summary["rank_low"].item() <= summary["rank"].item() <= summary["rank_high"].item()


def test_months_quarters_and_published_years_agree():
    """Twelve months, four quarters and one published year of the same offences give the same rates and ranks."""

    def split(span):
        ends = pd.period_range("2014-04", "2015-03", freq="M")[span - 1 :: span]
        return {
            area: Series.from_frame(
                pd.DataFrame({"month": ends, "numerator": span * value}),
                span_months=span,
                polarity="lower_is_better",
                population=100_000.0,
            )
            for area, value in EIGHT.items()
        }

    frames = [compare_group(split(span), "A").points[["area", "value", "rank"]] for span in (1, 3)]
    frames.append(compare_group(yearly({a: 12 * v for a, v in EIGHT.items()}), "A").points[["area", "value", "rank"]])
    pd.testing.assert_frame_equal(frames[0], frames[1])
    pd.testing.assert_frame_equal(frames[0], frames[2])


def test_missing_member_is_named(root):
    """A member without figures is named with its reason, and is not counted among the ranked."""
    series = official(root, "domestic_burglary")
    del series["Kent"]
    series["Essex"] = series["Essex"].between(last="2014-12")
    answer = compare_group(series, "Leicestershire", until="2015-03", group=GROUP)
    assert answer.missing == ("Essex (no figures for the 12 months to March 2015)", "Kent (no figures held)")
    assert answer.members == 6
    assert "Missing: Essex" in answer.method
    assert "Kent" in answer.method


def test_member_without_population_is_named():
    """A force whose residents are not known has no rate: it is missing, with that reason."""
    series = yearly(EIGHT) | yearly({"H": 55.0}, population=None)
    assert compare_group(series, "A").missing == ("H (no population or households held)",)


def test_gap_in_the_months_is_not_a_year():
    """Eleven months are never passed off as twelve."""
    ends = pd.period_range("2014-04", "2015-03", freq="M")
    months = {
        area: Series.from_frame(pd.DataFrame({"month": ends, "numerator": float(value)}), population=1e5)
        for area, value in EIGHT.items()
    }
    months["B"].points.loc[4, "numerator"] = np.nan
    assert compare_group(months, "A").missing == ("B (no figures for the 12 months to March 2015)",)


def test_membership_and_its_status_are_shown(root):
    """An unconfirmed group is called so, a chosen one says who chose it, a force outside the group is left out."""
    series = official(root, "robbery") | yearly({"Elsewhere": 1.0})
    answer = compare_group(series, "Leicestershire", until="2015-03", group=GROUP)
    assert answer.group_status == "unconfirmed"
    assert "unconfirmed membership" in answer.method
    assert "Given but not in the group: Elsewhere" in answer.method
    assert "Elsewhere" not in set(answer.points["area"])
    assert compare_group(yearly(EIGHT), "A").group_status == "chosen by the analyst"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"focus": "Essex", "peers": ("Kent", "Sussex")}, "not mutual"),
        ({"valid_to": pd.Period("2013-03", "M")}, "not in force in March 2015"),
    ],
)
def test_group_of_another_force_or_time_is_refused(root, change, words):
    """A group is used for the force and the months it was drawn up for, and for no other."""
    group = dataclasses.replace(GROUP, **change)
    with pytest.raises(MethodProblem, match=words):
        compare_group(official(root, "robbery"), "Leicestershire", until="2015-03", group=group)


def test_every_wrong_choice_is_listed_at_once():
    """Five faults make one error with five reasons."""
    with pytest.raises(MethodProblem) as caught:
        compare_group(
            yearly(EIGHT), "Z", benchmark="median", overdispersion="wild", confidence=95, per=0, until="2015-03"
        )
    assert len(caught.value.problems) == 5


def test_money_is_not_compared():
    """Savings and published ranks are not rates: they are refused by name."""
    with pytest.raises(MethodProblem, match="money"):
        compare_group(yearly(EIGHT, kind=Kind.MONEY), "A")


def test_two_forces_are_not_a_group():
    """A spread cannot be taken from one other force."""
    with pytest.raises(MethodProblem, match="At least 3 forces"):
        compare_group(yearly({"A": 10.0, "B": 20.0}), "A")


def test_zeros_are_figures_like_any_other():
    """With zeros in the group, and with nothing but zeros, limits, ranks and states are all there."""
    for values in ({**EIGHT, "F": 0}, dict.fromkeys(EIGHT, 0)):
        for overdispersion in ("additive", "multiplicative", "none"):
            answer = compare_group(yearly(values), "F", overdispersion=overdispersion)
            numbers = answer.points.drop(columns=["area", "state", "previous", "change_pct", "change_rank"])
            assert np.isfinite(numbers.to_numpy(dtype=float)).all()
    nothing = compare_group(yearly(dict.fromkeys(EIGHT, 0)), "F")
    assert set(nothing.points["state"]) == {PeerState.IN_LINE_WITH_PEERS}
    assert nothing.points["is_tied"].all()
    assert (nothing.points["rank"] == 1).all()


@pytest.mark.parametrize(
    ("polarity", "state", "rank"),
    [
        ("lower_is_better", PeerState.WORSE_THAN_PEERS, 8),
        ("higher_is_better", PeerState.BETTER_THAN_PEERS, 1),
        ("neutral", PeerState.ABOVE_PEERS, 1),
    ],
)
def test_polarity_turns_a_signal_into_a_word(polarity, state, rank):
    """A force far above its peers is worse, better or simply above, and ranks last or first accordingly."""
    wild = {area: 100 * value for area, value in EIGHT.items()} | {"D": 20_000}
    answer = compare_group(yearly(wild, polarity=polarity), "D")
    assert (answer.state, int(answer.focus_row["rank"])) == (state, rank)


def test_households_in_place_of_persons():
    """Burglaries per 1,000 households use the households given, and the unit says so."""
    homes = dict.fromkeys(EIGHT, 40_000.0)
    answer = compare_group(yearly(EIGHT), "A", exposure=homes, exposure_name="households")
    assert answer.focus_row["value"] == pytest.approx(52 / 40)
    assert answer.unit == "per 1,000 households"
    assert "households given by the analyst" in answer.method


def test_survey_shares_with_respondents():
    """Shares come in per cent, higher is better where it is, and limits stay within 0 to 100."""
    surveys = {
        area: Series.from_frame(
            pd.DataFrame({"month": ["2015-03"], "yes": [value], "asked": [70]}),
            numerator="yes",
            denominator="asked",
            kind="survey",
            span_months=12,
            polarity="higher_is_better",
        )
        for area, value in EIGHT.items()
    }
    answer = compare_group(surveys, "D")
    assert answer.unit == "%"
    assert answer.focus_row["value"] == 100.0
    assert int(answer.focus_row["rank"]) == 1
    limits = answer.points[["lower", "upper", "peer_lower", "peer_upper"]].to_numpy()
    assert ((limits >= 0) & (limits <= 100)).all()


def test_survey_shares_of_unknown_respondents():
    """A published per cent alone has a rank and a state, but no rank interval and no funnel, and says why."""
    values = {area: 80.0 + value / 10 for area, value in EIGHT.items()}
    answer = compare_group(yearly(values, kind="survey", polarity="higher_is_better", population=None), "D")
    assert answer.focus_row["value"] == pytest.approx(87.0)
    assert answer.summary()[["rank_low", "rank_high"]].isna().to_numpy().all()
    assert answer.points[["lower", "upper"]].isna().to_numpy().all()
    assert len(answer.curve) == 0
    assert "number of respondents is not known" in answer.method


@pytest.mark.parametrize(("month", "is_ranked"), [("2014-08", False), ("2013-05", False), ("2012-11", True)])
def test_nobody_is_ranked_by_a_change_across_a_break(month, is_ranked):
    """Figures on two definitions have no change: neither a rank, nor a word, nor an empty column (A9)."""
    event = Event("", "Counted otherwise", pd.Period(month, "M"), (), breaks_comparability=True)
    given = {area: dataclasses.replace(series, events=(event,))
             for area, series in yearly(EIGHT, before={**EIGHT, "A": 104}).items()}  # fmt: skip
    answer = compare_group(given, "A")
    assert answer.points["change_rank"].notna().all() == is_ranked
    assert answer.points["rank"].notna().all()
    assert ("on the 12 months before" in describe(answer)) == is_ranked
    assert ("Rank of change" in [column.head for column in table_of(answer).columns]) == is_ranked


def test_change_is_ranked_too():
    """Change is 12 months on the 12 before, ranked by polarity: the largest fall is 1st where lower is better."""
    answer = compare_group(yearly(EIGHT, before={**EIGHT, "A": 104, "B": 122}), "A")
    change = answer.points.set_index("area")
    assert change.loc["A", "change_pct"] == pytest.approx(-50.0)
    assert change["change_rank"].loc[["A", "B", "C"]].tolist() == [1, 1, 3]


@pytest.mark.parametrize(
    ("spans", "words"),
    [("year", "7% a year typical"), ("two years", "from the 12 months before"), ("months", "period to period")],
)
def test_where_the_noise_of_a_year_comes_from_is_said(spans, words):
    """The method line says whether years, months or what is typical of recorded crime stand behind the interval."""
    given = yearly(EIGHT, before=EIGHT if spans == "two years" else None)
    if spans == "months":
        ends = pd.period_range("2014-04", "2015-03", freq="M")
        given = {
            area: Series.from_frame(pd.DataFrame({"month": ends, "numerator": value}), population=1e5)
            for area, value in EIGHT.items()
        }
    assert words in compare_group(given, "A").method


def test_proxy_is_kept():
    """What the figures stand in for travels with the answer."""
    assert compare_group(yearly(EIGHT), "A", proxy_for="domestic violence").proxy_for == "domestic violence"


def test_confirmed_group_in_force():
    """A confirmed group in force at the date is used and called confirmed."""
    first = pd.Period("2013-10", "M")
    group = Group("Most Similar Group", "A", tuple("BCDEFGH"), GroupStatus.CONFIRMED, valid_from=first)
    assert compare_group(yearly(EIGHT), "A", group=group).group_status == "confirmed"


def test_counts_without_populations_say_what_is_missing():
    """Counts with figures but no residents are not said to have no figures, and the next step is named."""
    bare = {area: dataclasses.replace(one, population=None) for area, one in yearly(EIGHT).items()}
    with pytest.raises(MethodProblem, match=r"a population is missing: A .*Give `exposure`"):
        compare_group(bare, "A")
    some = {**yearly(EIGHT), "A": bare["A"]}
    with pytest.raises(MethodProblem, match=r"cannot be placed.*A \(no population.*Give `exposure`"):
        compare_group(some, "A")
    persons = dict.fromkeys(bare, 100_000.0)
    assert compare_group(bare, "A", exposure=persons).members == 8
    with pytest.raises(MethodProblem, match="Their figures end with March 2015"):
        compare_group(bare, "A", until="2020-03", exposure=persons)


def test_everything_wrong_with_a_request_is_said_at_once():
    """A month, three options and a force nobody knows are one message."""
    with pytest.raises(MethodProblem) as caught:
        compare_group(yearly(EIGHT), "Z", until="June", confidence=95, benchmark="mean", per="many")
    assert "5 problems" in str(caught.value)
    assert "'June'" in str(caught.value)


def test_what_is_no_mapping_of_series_is_refused():
    """A frame, or a mapping of frames, is told what is wanted."""
    frame = pd.DataFrame({"month": ["2015-03"], "numerator": [5]})
    with pytest.raises(MethodProblem, match="mapping of forces"):
        compare_group(frame, "A")
    with pytest.raises(MethodProblem, match=r"Series\.from_frame"):
        compare_group({**yearly(EIGHT), "A": frame}, "A")


def test_the_method_ends_with_the_source(root):
    """Where the forces' figures come from is the end of the method."""
    answer = compare_group(official(root, "robbery"), "Leicestershire", until="2015-03", group=GROUP)
    assert answer.method.rpartition("Source: ")[2].startswith("Home Office / ONS police recorded crime")


# ----------------------------------------------------------------------------------------------- one date after another
@pytest.mark.parametrize("benchmark", ["mean_including_own", "others_only"])
def test_each_row_is_that_dates_comparison(root, benchmark):
    """A row of places over time is what `compare_group` says of that date, whatever a force is set beside."""
    series, asked = official(root, "domestic_burglary"), {"group": GROUP, "benchmark": benchmark}
    places = group_positions(series, "Leicestershire", since="2013-06", until="2015-03", **asked).points
    alone = [compare_group(series, "Leicestershire", until=end, **asked) for end in places["month"]]
    told = pd.concat([answer.summary() for answer in alone], ignore_index=True)
    assert len(places) == 8
    pd.testing.assert_frame_equal(places[told.columns], told)
    assert places["is_tied"].tolist() == [answer.focus_row["is_tied"] for answer in alone]


def test_membership_follows_its_dates(root):
    """Of two groups the one in force at each date is used; dates that neither covers are named, not passed over."""
    early = dataclasses.replace(
        GROUP,
        peers=("Essex", "Kent", "Sussex"),
        valid_from=pd.Period("2012-06", "M"),
        valid_to=pd.Period("2013-09", "M"),
    )
    late = dataclasses.replace(GROUP, valid_from=pd.Period("2013-10", "M"))
    places = group_positions(official(root, "robbery"), "Leicestershire", since="2012-03", group=[early, late])
    members = places.points.set_index("month")["members"]
    assert members[pd.Period("2013-09", "M")] == 4
    assert members[pd.Period("2013-12", "M")] == 8
    assert [text.partition(":")[0] for text in places.skipped] == ["March 2012"]


def test_no_date_at_all_is_refused(root):
    """Where no date can be compared the reasons are given."""
    with pytest.raises(MethodProblem):
        group_positions(official(root, "robbery"), "Leicestershire", since="2020-03", group=GROUP)


def test_dates_before_the_group_are_one_line(root):
    """Quarter ends that no membership covers are named by their span, once before and once after."""
    dated = dataclasses.replace(GROUP, valid_from=pd.Period("2012-06", "M"), valid_to=pd.Period("2013-12", "M"))
    places = group_positions(official(root, "robbery"), "Leicestershire", until="2014-03", group=dated)
    assert [text.partition(":")[0] for text in places.skipped] == [
        "March 2007 to March 2012, 21 dates",
        "March 2014",
    ]
    assert "in force" in places.skipped[0]


def test_what_one_force_found_of_all_is_what_the_next_finds(monkeypatch):
    """Forces compared one after another share the work: each answer is the one it gives when it is asked alone."""
    given = yearly(EIGHT, before={area: 40 + size for area, size in EIGHT.items()})
    turned = dict(reversed(given.items()))
    together = {area: compare_group(turned if area in "ACE" else given, area) for area in given}
    others = {area: compare_group(given, area, benchmark="others_only") for area in given}
    for area in given:
        for found, benchmark in ((together[area], "mean_including_own"), (others[area], "others_only")):
            monkeypatch.setattr(windows, "_LATELY", Remembered(most=1))
            alone = compare_group(given, area, benchmark=benchmark)
            pd.testing.assert_frame_equal(found.points, alone.points)
            pd.testing.assert_frame_equal(found.curve, alone.curve)
            assert (found.method, found.benchmark, found.about) == (alone.method, alone.benchmark, alone.about)
            assert found.points.loc[found.points["is_focus"], "area"].tolist() == [area]


def test_a_figure_corrected_in_place_is_compared_anew():
    """Whoever changes a series they hold gets the comparison of the series as it is now."""
    given = yearly(EIGHT)
    before = compare_group(given, "A")
    given["A"].points.loc[0, "numerator"] = 90.0
    after = compare_group(given, "A")
    assert (before.focus_row["numerator"], after.focus_row["numerator"]) == (52.0, 90.0)
