"""The recipe "Add a rule" of docs/methods/expected-level.md, followed line by line."""

import importlib.util
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import pccstats as pcc
from pccstats.methods.level.rules import RULES, Rule, rules_named
from pccstats.terms.errors import MethodProblem

MONTHS = pd.period_range("2011-04", periods=51, freq="M")
A_DAY = np.array([*np.random.default_rng(3).normal(100, 4, 48), 110.0, 109.5, 110.5])  # the last three far out


@pytest.fixture(scope="module")
def page(root: Path) -> str:
    """The recipe as the page has it."""
    text = (root / "docs" / "methods" / "expected-level.md").read_text(encoding="utf-8")
    return text.split("### Add a rule\n")[1].split("\n## ")[0]


@pytest.fixture(scope="module")
def followed(page: str) -> dict[str, object]:
    """What stands after the code of the recipe has been run, with a series as it asks for."""
    frame = pd.DataFrame({"month": MONTHS, "numerator": (A_DAY * MONTHS.days_in_month).round(), "series": "Burglary"})
    series = pcc.Series.from_frame(frame, title="Burglary", unit="offences", polarity="lower_is_better")
    names: dict[str, object] = {"series": series, "frame": frame}
    for block in re.findall(r"```python\n(.*?)```", page, flags=re.DOTALL):
        exec(block, names)
    return names


def test_the_rule_finds_its_months(followed):
    """The last three months are marked in a column of the rule's own, and are a concern."""
    points = followed["level"].points
    assert points["rule_three_far_out"].to_numpy().nonzero()[0].tolist() == [48, 49, 50]
    assert points["rules"].iloc[-1] == "three_far_out"
    assert points["variation"].iloc[-1] == "concern"


def test_the_answer_is_described_drawn_and_tabulated_in_the_rules_own_words(followed):
    """No other module knows the rule, and each says what it was told."""
    level = followed["level"]
    said = "three months in a row far above the expected level"
    assert f"at a significantly high level for the latest three months ({said})" in pcc.describe(level)
    assert said in pcc.draw(level).alt_text
    assert "three far out" in pcc.tabulate(level).as_raw_html()


def test_the_method_line_is_honest_about_what_is_not_tabled(followed):
    """It says what the rule looks for, and that nobody knows how often it errs."""
    level = followed["level"]
    assert "three in a row more than one and a half sigma out on one side" in level.method
    assert "not tabled (no rate is known of the rule three_far_out)" in level.method
    assert level.false_alarm_rate is None


def test_many_series_take_the_rule_too(followed):
    """The table has the rule's column with the months of the single answer."""
    found = followed["levels"]["rule_three_far_out"].to_numpy()
    np.testing.assert_array_equal(found, followed["level"].points["rule_three_far_out"])


def test_once_declared_it_is_asked_for_by_name_and_can_be_tabled(followed, root, monkeypatch):
    """With the declaration among the others, the name is enough, and the tool works out the rates of a set."""
    monkeypatch.setitem(RULES, "three_far_out", followed["three_far_out"])
    by_name = pcc.expected_level(followed["series"], rules=("outside_limits", "three_far_out"))
    pd.testing.assert_frame_equal(by_name.points, followed["level"].points)
    place = root / "tools" / "make_false_alarm_table.py"
    spec = importlib.util.spec_from_file_location(place.stem, place)
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    sets = {"own": rules_named(("outside_limits", "three_far_out"))}
    made = tool.rates(np.random.default_rng(1), 24, 8.0, "probability", sets=sets, series=1000)
    assert all(0 < rate < 0.2 for rate in made["own", 3][1:])


def test_a_rule_must_have_a_name_of_its_own(followed):
    """A rule that calls itself as another would take the other's rate of false alarms."""
    own = followed["three_far_out"]
    false_friend = Rule(name="shift", looks_for="a month", when_found="a month {side}", find=own.find)
    with pytest.raises(MethodProblem, match="Give your own rule a name of its own"):
        pcc.expected_level(followed["series"], rules=("outside_limits", false_friend))


def test_words_that_cannot_be_filled_in_are_refused(followed):
    """A slip of the pen is told where the rule is declared, not where a page is made."""
    with pytest.raises(MethodProblem, match=r"They may hold \{side\}, \{limit\}, \{moving\} and \{run\}"):
        Rule(name="slip", looks_for="a month", when_found="a month {sied}", find=followed["three_far_out"].find)
