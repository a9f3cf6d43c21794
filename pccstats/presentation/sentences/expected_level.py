"""An expected level in the words the published papers use, each tied to a condition.

The words and their conditions are listed in docs/methods/expected-level.md; nothing here says more than the rules do.
"""

from __future__ import annotations

import math

import pandas as pd

from pccstats.presentation import numbers
from pccstats.presentation.describe import describe
from pccstats.terms.periods import MONTHS_IN_A_YEAR, month_in_words
from pccstats.terms.results.expected_level import ExpectedLevel
from pccstats.terms.words import Assurance, Kind, Signal

AROUND = 1.0  # sigma: nearer than this is "around" the level
WELL = 2.0  # sigma: further than this is "well" above or below, the warning limit
SMALL_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
SPREAD_RULES = ("alternating", "within_one_sigma", "beyond_one_sigma")

RULE_WORDS = {
    "outside_limits": "{side} the {limit} process limit",
    "two_of_three": "two of three months beyond the {limit} warning limit",
    "two_of_three_between": "two of three months beyond the {limit} warning limit",
    "two_of_three_any": "two of three months beyond the {limit} warning limit",
    "four_of_five": "four of five months more than one sigma {side}",
    "long_run": "a run {side} longer than chance explains",
    "few_crossings": "the centre line crossed more seldom than chance explains",
    "alternating": "months going up and down by turns",
    "within_one_sigma": "fifteen months unusually close together",
    "beyond_one_sigma": "eight months unusually far apart",
}

ASSURANCE_WORDS = {
    Assurance.CONSISTENTLY_MET: "as things are, the target of {} is met month after month",
    Assurance.CONSISTENTLY_MISSED: "as things are, the target of {} will not be met",
    Assurance.HIT_AND_MISS: "as things are, the target of {} is met in some months and missed in others",
}


@describe.register
def describe_expected_level(result: ExpectedLevel) -> str:
    """`281 offences in June 2015, at a significantly low level for the latest two months (...); ....`."""
    row = result.latest
    figure = f"{value_with_unit(result, row['value'])} in {month_in_words(row['month'])}"
    level = f"{_level_name(result)} of {written(result, row['centre_line'])}"
    phrase, limits = level_phrase(result), _limits(result, row)
    if "within its limits" in phrase:
        limits = limits.replace("(limits ", "(")
    if _level_name(result) in phrase:
        phrase = phrase.replace(_level_name(result), level, 1) + limits
    else:
        phrase = f"{phrase}, against a {level}{limits}"
    target = ASSURANCE_WORDS[result.assurance].format(written(result, result.target or 0)) if result.assurance else ""
    trend = f"the longer-term trend is {result.longer_term}" if result.longer_term else ""
    return "; ".join(filter(None, (f"{figure}, {phrase}", recent_phrase(result), trend, target))) + "."


def level_phrase(result: ExpectedLevel) -> str:
    """Where the latest month stands, and by which rule: `around the mean expected level`."""
    row = result.latest
    signal, rules = Signal(row["signal"]), fired(row)
    if signal is not Signal.NONE and any(not rule.startswith("trend") for rule in rules):
        word = "high" if signal is Signal.ABOVE else "low"
        return f"at a significantly {word} level {_lasting(result)} ({_evidence(result, rules)})"
    if signal is not Signal.NONE:
        return f"{_drift(result, signal)} and {position_phrase(result)}"
    spread = [rule for rule in rules if rule in SPREAD_RULES]
    evidence = f", with {numbers.listed([RULE_WORDS[rule] for rule in spread])}" if spread else ""
    return f"{position_phrase(result)}{evidence}"


def position_phrase(result: ExpectedLevel) -> str:
    """Where the latest month lies, whatever the rules say: around, above, well below ..."""
    row = result.latest
    if row["is_excluded"]:
        return "shown but not judged"
    if row["value"] == row["centre_line"] == row["upper_process_limit"] == row["lower_process_limit"]:
        return f"at the {_level_name(result)}, which has not varied"
    if not math.isnan(row["z"]):
        away = abs(row["z"])
        if away <= AROUND:
            return f"around the {_level_name(result)}"
        side = "above" if row["z"] > 0 else "below"
        return f"{'well ' if away > WELL else ''}{side} the {_level_name(result)} but within its limits"
    difference = row["value"] - row["centre_line"]
    side = "on" if difference == 0 else "above" if difference > 0 else "below"
    return f"{side} the {_level_name(result)}"


def recent_phrase(result: ExpectedLevel) -> str:
    """What the last twelve months hold besides: a short-term reduction or rise that the latest month no longer shows.

    Said where the latest month has no signal, the signals of the last twelve months all point one way, and the latest
    month still lies on that side of its centre line.
    """
    row = result.latest
    if row["signal"] != Signal.NONE:
        return ""
    months = result.points[result.points["value"].notna()].tail(MONTHS_IN_A_YEAR)
    months = months[months["segment"] == row["segment"]]
    signals = set(months["signal"]) - {Signal.NONE.value}
    side = Signal.ABOVE if row["value"] > row["centre_line"] else Signal.BELOW
    if signals != {side.value}:
        return ""
    count = int((months["signal"] == side.value).sum())
    word = "rise" if side is Signal.ABOVE else "reduction"
    return f"a short-term {word} is evident over the last twelve months ({_number(count)} of them with a signal)"


def fired(row: pd.Series) -> list[str]:
    """The rules that fired in a month."""
    return [name for name in str(row["rules"]).split(", ") if name]


def months_in_signal(result: ExpectedLevel) -> int:
    """How many of the latest months in a row have the latest month's signal."""
    known = result.points[result.points["value"].notna()]
    same = (known["signal"] == result.latest["signal"]).to_numpy()[::-1]
    return int(len(same) if same.all() else same.argmin())


def written(result: ExpectedLevel, value: float) -> str:
    """A value as this result writes it."""
    if result.kind.is_proportion:
        return numbers.per_cent(value)
    return numbers.plain(value, decimals_of(result))


def value_with_unit(result: ExpectedLevel, value: float) -> str:
    """A value with its unit: `322 offences`, `88.6% satisfied`."""
    unit = result.unit.removeprefix("%").strip() if result.kind.is_proportion else result.unit
    return f"{written(result, value)} {unit}".strip()


def decimals_of(result: ExpectedLevel) -> int:
    """How many decimals the figures need: counts none from 20 a month on, and never for the counts themselves."""
    largest = result.points[["value", "upper_process_limit"]].max().max()
    if result.kind is Kind.COUNT or largest >= 100:
        return 0
    return 1 if largest >= 10 else 2


def _level_name(result: ExpectedLevel) -> str:
    return "median" if result.chart == "run" else "mean expected level"


def _limits(result: ExpectedLevel, row: pd.Series) -> str:
    if math.isnan(row["upper_process_limit"]) or row["upper_process_limit"] == row["lower_process_limit"]:
        return ""
    low, high = written(result, row["lower_process_limit"]), written(result, row["upper_process_limit"])
    trial = "trial limits" if row["is_trial"] else "limits"
    return f" ({trial} {low} to {high})"


def _lasting(result: ExpectedLevel) -> str:
    count = months_in_signal(result)
    return "in the latest month" if count == 1 else f"for the latest {_number(count)} months"


def _drift(result: ExpectedLevel, signal: Signal) -> str:
    count = months_in_signal(result)
    return f"{'rising' if signal is Signal.ABOVE else 'falling'} for {_number(count)} months in a row"


def _evidence(result: ExpectedLevel, rules: list[str]) -> str:
    row = result.latest
    is_above = row["signal"] == Signal.ABOVE
    words = {"side": "above" if is_above else "below", "limit": "upper" if is_above else "lower"}
    said = []
    for rule in rules:
        if rule.startswith("shift"):
            said.append(f"{_number(_run_on_one_side(result))} months in a row {words['side']} the centre line")
        elif rule.startswith("trend"):
            said.append(f"{'rising' if is_above else 'falling'} month by month")
        else:
            said.append(RULE_WORDS[rule].format(**words))
    return numbers.listed(list(dict.fromkeys(said)))


def _run_on_one_side(result: ExpectedLevel) -> int:
    row = result.latest
    here = result.points[(result.points["segment"] == row["segment"]) & (result.points["month"] <= row["month"])]
    away = (here["value"] - here["centre_line"]).where(~here["is_excluded"])
    same = ((away > 0) if row["value"] > row["centre_line"] else (away < 0)).to_numpy()[::-1]
    return int(len(same) if same.all() else same.argmin())


def _number(count: int) -> str:
    return SMALL_NUMBERS[count] if count < len(SMALL_NUMBERS) else str(count)
