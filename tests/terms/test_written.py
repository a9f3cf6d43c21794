"""Periods as they are written: what can be read in one way is read, what could be two things is told."""

import contextlib

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pccstats.terms.written import FIRST_MONTH, LAST_MONTH, Unreadable, written
from tests.terms.given import READ, REFUSED

MONTHS = st.integers(FIRST_MONTH, LAST_MONTH).map(lambda number: pd.Period(ordinal=number, freq="M"))
CLEAR = st.integers(pd.Period("1970-01").ordinal, pd.Period("2039-12").ordinal).map(
    lambda number: pd.Period(ordinal=number, freq="M")
)


@pytest.mark.parametrize(("value", "last", "span"), READ, ids=lambda value: repr(value)[:40])
def test_a_period_is_read_by_its_last_month_and_length(value, last, span):
    """However it is written, it ends with its month and covers what it says."""
    found = written(value)
    assert str(pd.Period(ordinal=found.last, freq="M")) == last
    assert (found.span_months or 1) == span


@pytest.mark.parametrize(("value", "words"), REFUSED, ids=lambda value: repr(value)[:40])
def test_what_could_be_two_things_is_told(value, words):
    """The sentence names the rule and what to write instead."""
    with pytest.raises(Unreadable) as refused:
        written(value)
    assert words in str(refused.value)
    assert refused.value.next_step.endswith(".")


@given(MONTHS)
def test_every_month_in_full_reads_as_itself(month):
    """By number, by name in either order, by its first and its last day."""
    first, last = month.start_time.date(), month.end_time.date()
    ways = (str(month), f"{first:%b %Y}", f"{first:%Y %B}", first, last, f"{first:%d %B %Y}", f"{last:%d/%m/%Y}")
    assert {written(way).last for way in ways} == {month.ordinal}


@given(CLEAR)
def test_two_digits_of_a_year_are_of_the_nearer_century(month):
    """From 1970 to 2039, and nothing outside."""
    assert written(f"{month.start_time:%b-%y}").last == month.ordinal


@given(CLEAR, st.sampled_from(["Europe/London", "Australia/Sydney", "America/New_York"]))
def test_midnight_in_utc_is_never_taken_for_the_month_before(month, zone):
    """The first day of a month by a place's clock is that month, or refused; turned into local time it is read."""
    local = pd.Timestamp(month.start_time).tz_localize(zone)
    assert written(local).last == month.ordinal
    with contextlib.suppress(Unreadable):
        assert written(local.tz_convert("UTC")).last == month.ordinal
