import numpy as np
import pandas as pd
import pytest

from pccstats.methods.peers.compare_group import compare_group
from pccstats.methods.peers.many import compare_groups
from pccstats.terms.errors import DataProblem, PccStatsError
from tests.methods.peers.most_similar_forces import PEERS, official

pytestmark = pytest.mark.slow

RESIDENTS = np.array([1017697, 1599555, 615061, 1724950, 1116062, 1727665, 691952, 1606932.0])
FORCES = sorted(("Leicestershire", *PEERS))
SAME = ["value", "rank", "rank_low", "rank_high", "z", "peer_lower", "peer_upper", "change_pct", "change_rank"]


def official_table(root, offences, until="2015-03"):
    """The official figures of some offences as one table, with the 12 months before."""
    rows = [
        (offence, area, *(float(s.between(last=end).values.iloc[-1]) for end in (until, "2014-03")), s.population)
        for offence in offences
        for area, s in official(root, offence).items()
    ]
    return pd.DataFrame(rows, columns=["measure", "area", "numerator", "previous", "exposure"])


def test_many_at_once_is_the_same_as_one_by_one(root):
    """Every force of every measure gets what `compare_group` gives it, interval of the rank included."""
    offences = ["robbery", "domestic_burglary"]
    table = compare_groups(official_table(root, offences).sample(frac=1, random_state=1), previous="previous")
    for offence in offences:
        one = compare_group(official(root, offence), "Kent", until="2015-03").points.set_index("area")
        many = table[table["measure"] == offence].set_index("area")
        pd.testing.assert_frame_equal(
            many[SAME].astype(float), one[SAME].loc[many.index].astype(float), rtol=1e-9, check_names=False
        )
        assert many["state"].tolist() == one["state"].loc[many.index].tolist()


def test_each_force_against_its_own_group(root):
    """With groups, each force is ranked among its own peers, which need not count it among theirs."""
    table = official_table(root, ["robbery"])
    groups = {"Kent": ["Essex", "Sussex", "Bedfordshire"], "Essex": ["Leicestershire", "Hertfordshire"]}
    answer = compare_groups(table, previous="previous", groups=groups).set_index("area")
    assert answer["members"].to_dict() == {"Essex": 3, "Kent": 4}
    series = official(root, "robbery")
    one = compare_group({area: series[area] for area in ["Kent", *groups["Kent"]]}, "Kent", until="2015-03")
    assert answer.loc["Kent", SAME].astype(float).tolist() == pytest.approx(one.focus_row[SAME].astype(float).tolist())


def test_missing_member_is_named():
    """A force without a figure has no row, and is named in the rows of the others."""
    frame = pd.DataFrame(
        {"measure": "robbery", "area": list("ABCDE"), "numerator": [5, 6, None, 8, 9], "exposure": 1e5}
    )
    answer = compare_groups(frame)
    assert answer["area"].tolist() == list("ABDE")
    assert set(answer["missing"]) == {"C"}
    assert set(answer["members"]) == {4}


def test_polarity_by_measure():
    """Measures of different polarity can stand in one table."""
    frame = pd.DataFrame(
        {"measure": list("xxxyyy"), "area": list("ABCABC"), "numerator": [1, 2, 3, 1, 2, 3], "exposure": 1e5}
    )
    answer = compare_groups(frame, polarity={"x": "lower_is_better", "y": "higher_is_better"})
    assert answer["rank"].tolist() == [1, 2, 3, 3, 2, 1]


def test_every_fault_is_listed_at_once():
    """A repeated row, a negative count and an exposure of zero make one error with three reasons."""
    frame = pd.DataFrame({"measure": "x", "area": list("AABC"), "numerator": [1, 2, -3, 4], "exposure": [9, 9, 9, 0]})
    with pytest.raises(DataProblem) as caught:
        compare_groups(frame)
    assert len(caught.value.problems) == 3


def test_choices_and_figures_are_refused_together():
    """A polarity and a benchmark that are none, and a group with a stranger, make one error with three reasons."""
    frame = pd.DataFrame({"measure": "x", "area": list("ABC"), "numerator": [1, 2, 3], "exposure": 9})
    with pytest.raises(PccStatsError) as caught:
        compare_groups(frame, polarity="down", benchmark="median", groups={"A": ["B", "Z"]})
    assert len(caught.value.problems) == 3


@pytest.mark.parametrize(("years", "noise"), [(2, 20), (1, 20), (2, 1)])
def test_exchangeable_forces_are_seldom_called_out(years, noise):
    """Among eight exchangeable, over-dispersed forces at most 6% are called out, and 93% of true ranks are inside."""
    random = np.random.default_rng(11)
    groups = 600
    true = 0.005 * random.gamma(100, 1 / 100, (groups, 8))
    expected = true * RESIDENTS

    def year():
        return random.poisson(expected) if noise == 1 else random.negative_binomial(expected / (noise - 1), 1 / noise)

    frame = pd.DataFrame(
        {
            "measure": np.repeat(np.arange(groups), 8),
            "area": FORCES * groups,
            "numerator": year().ravel(),
            "previous": year().ravel() if years == 2 else np.nan,
            "exposure": np.tile(RESIDENTS, groups),
        }
    )
    answer = compare_groups(frame, previous="previous", simulations=600)
    ranks = true.argsort(axis=1).argsort(axis=1) + 1
    low, high = (answer[name].to_numpy(dtype=float).reshape(-1, 8) for name in ("rank_low", "rank_high"))
    assert (answer["state"] != "in_line_with_peers").mean() <= 0.06
    assert ((low <= ranks) & (ranks <= high)).mean() >= 0.93


def test_43_forces_and_ten_offences_in_one_call(shared):
    """Every force among seven peers of its own, for every offence: one row each, a place from 1st to 8th."""
    people = pd.read_csv(shared / "reference" / "pfa_codes_population.csv")
    same = {"Avon & Somerset": "Avon and Somerset", "Devon & Cornwall": "Devon and Cornwall"}
    same["Metropolitan Police"] = "Metropolitan"
    people["area"] = people["PFA16NM"].replace(same)
    table = pd.read_csv(shared / "data" / "rolling-year-pfa" / "rec-crime-pfa.csv")
    table.columns = pd.Index(["end", "area", "region", "measure", "numerator"])
    table["area"] = table["area"].replace(same)
    kept = table[(table["end"] == "31-03-2015") & table["area"].isin(people["area"])]
    ten = sorted(kept["measure"].unique())[:10]
    frame = (
        kept[kept["measure"].isin(ten)]
        .merge(people[["area", "census2011_residents"]])
        .rename(columns={"census2011_residents": "exposure"})
    )
    forces = sorted(people["area"])
    groups = {force: [forces[(place + n) % 43] for n in range(1, 8)] for place, force in enumerate(forces)}
    answer = compare_groups(frame, groups=groups)
    assert len(answer) == 430
    assert answer["rank"].between(1, 8).all()
    assert (answer["rank_low"] <= answer["rank"]).all()
    assert (answer["rank"] <= answer["rank_high"]).all()
