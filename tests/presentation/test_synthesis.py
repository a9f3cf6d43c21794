"""One sentence of an indicator: its strands, where they point different ways, and what must stand beside a verdict."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pccstats as pcc
from pccstats.presentation.synthesis import standing, synthesis
from pccstats.terms.periods import Window
from pccstats.terms.words import Kind, Polarity, State, Strength
from tests.presentation.reviews import compared, reviewed

LATE = slice(-3, None)


def months(lift: float = 0.0, key: str = ""):
    """The expected level of 63 steady months to June 2015, the last three of them lifted."""
    figures = 100 + 10 * np.resize([1.0, -1.0, 0.5, -0.5], 63)
    figures[LATE] += lift
    frame = pd.DataFrame({"month": pd.period_range("2010-04", periods=63, freq="M"), "n": figures.round()})
    series = pcc.Series.from_frame(frame, numerator="n", title="Robbery", polarity=Polarity.LOWER_IS_BETTER)
    level = pcc.expected_level(series, baseline=("2010-04", "2015-03"))
    return replace(level, about=replace(level.about, key=key))


RISEN, STEADY = (400, 700), (400, 410)


@pytest.mark.parametrize(
    ("years", "lift", "words"),
    [
        (RISEN, 80, ": worse; the last three months are above their expected level too"),
        (RISEN, 0, ": worse, though the latest quarter is within the range of April 2010 to March 2015"),
        (RISEN, -80, ": worse, though the last three months are below their expected level"),
        (STEADY, 80, "; the last three months are above their expected level, but the year as a whole does not stand"),
        (STEADY, 0, "; the latest quarter is within its expected range."),
    ],
)
def test_signal_and_verdict_are_told_together(years, lift, words):
    """Where they agree, where one of them finds nothing, and where they point different ways (P4)."""
    assert words in synthesis(reviewed("Robbery", *years, level=months(lift)))


def test_a_label_beside_the_sentence_has_the_verdict():
    """The verdict is in the sentence, or in the label beside it; the figures are in both."""
    review = reviewed("Robbery", *RISEN)
    alone, beside = synthesis(review), synthesis(review, is_beside_label=True)
    assert alone == beside.removesuffix(".") + ": worse."
    assert beside.startswith(
        "700 offences in the 12 months to June 2015, 300 more than in 2012/13 (+75.0%; 95% interval"
    )


@pytest.mark.parametrize("strength", [strength for strength in Strength if not strength.is_firm])
def test_a_verdict_that_is_not_counted_says_so(strength):
    """Its strength and why stand with the verdict, or after the figures where a label has the verdict."""
    review = reviewed("Robbery", *RISEN, strength=strength)
    assert f": worse, {strength} ({strength.in_words}), so not counted." in synthesis(review)
    assert synthesis(review, is_beside_label=True).endswith(f"{strength.in_words}. Not counted.")
    assert standing(replace(review, strength=Strength.FIRM)) == ()


def test_the_official_series_is_named_before_what_it_answers():
    """A level of the official series says whose it is; one of the indicator's own figures does not."""
    own = reviewed("Robbery", *STEADY, level=months(key="1.robbery"))
    official = replace(own, level=months(key="official.robbery"))
    assert "official" not in synthesis(own)
    assert "; by the official series, the latest quarter is within its expected range." in synthesis(official)


def test_what_cannot_be_compared_names_the_break_and_no_difference():
    """Both figures stand, what happened between them, and not how far apart they are."""
    event = pcc.Event("absent", "People may be recorded as absent", pd.Period("2013-04", "M"), ("*",), True)
    frame = pd.DataFrame({"month": ["2013-03", "2015-06"], "n": [5929, 4305]})
    series = pcc.Series.from_frame(
        frame,
        numerator="n",
        span_months=12,
        title="Missing",
        unit="reports",
        polarity="lower_is_better",
        events=[event],
    )
    change = pcc.change(series, Window.read("2012/13"), "2015-06")
    review = replace(
        reviewed("Missing", 5929, 4305, state=State.NOT_COMPARABLE), change=change, reasons=(change.reason,)
    )
    assert synthesis(review) == (
        "4,305 reports in the 12 months to June 2015 cannot be compared with 5,929 in 2012/13: people may be "
        "recorded as absent (April 2013)."
    )


def test_a_share_is_told_in_points_from_its_base():
    """`Down 6.9 points from 82.9%`: no per cent of a per cent."""
    review = reviewed("Satisfaction", 82.9, 76.0, kind=Kind.SURVEY, polarity=Polarity.HIGHER_IS_BETTER)
    said = synthesis(review)
    assert said.startswith("76.0% satisfied in the 12 months to June 2015, down 6.9 points from 82.9% in 2012/13")
    assert not re.search(r"[+−]\d+\.\d%", said)


def test_two_sources_give_their_verdict_once_where_it_is_one():
    """A second series that answers alike adds its figures and no verdict; one that does not adds both."""
    alike = reviewed("Robbery", *STEADY, second_opinion=compared("Robbery", 400, 425, Polarity.LOWER_IS_BETTER))
    differs = replace(alike, second_opinion=compared("Robbery", 400, 800, Polarity.LOWER_IS_BETTER))
    assert "Two sources give one verdict on different figures. By the official series: 425" in synthesis(alike)
    assert "Two sources disagree. By the official series: 800" in synthesis(differs)
    assert synthesis(differs).endswith(": worse, assumed.")


@given(
    before=st.integers(0, 5000),
    after=st.integers(0, 5000),
    polarity=st.sampled_from(list(Polarity)),
    strength=st.sampled_from(list(Strength)),
    is_beside_label=st.booleans(),
)
def test_any_two_years_make_a_whole_sentence(before, after, polarity, strength, is_beside_label):
    """Both figures are in it, it ends with a full stop, and nothing is left unfilled."""
    review = reviewed("Robbery", before, after, polarity=polarity, strength=strength)
    said = synthesis(review, is_beside_label=is_beside_label)
    assert said.endswith(".")
    assert said.startswith(f"{after:,} offences in the 12 months to June 2015")
    assert not re.search(r"nan|None|  | \.|\.\.|\{|\}", said)
