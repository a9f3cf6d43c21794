"""Answers put on paper and read back."""

import json
import math
from dataclasses import fields, is_dataclass
from types import MappingProxyType

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
from hypothesis import given

from pccstats.terms.on_paper import digest_of_answer, digest_of_frame, from_paper, on_paper
from pccstats.terms.periods import Quarter, Window, month
from pccstats.terms.words import Polarity, State

MONTHS = st.integers(min_value=0, max_value=1200).map(lambda n: pd.Period(ordinal=n, freq="M"))
PLAIN = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | MONTHS
    | st.sampled_from([*State, *Polarity, Quarter.parse("2015/16-Q1"), Window.read("2014/15"), pd.NaT])
)
ANSWERS = st.recursive(
    PLAIN,
    lambda parts: (
        st.lists(parts, max_size=4)
        | st.lists(parts, max_size=4).map(tuple)
        | st.dictionaries(st.text(max_size=5) | st.integers(), parts, max_size=4)
        | st.dictionaries(st.text(max_size=5), parts, max_size=4).map(MappingProxyType)
    ),
    max_leaves=12,
)
NUMBERS = st.sampled_from([np.float64, np.int64, np.int8, np.bool_]).flatmap(
    lambda kind: st.lists(st.integers(min_value=0, max_value=1), min_size=3, max_size=3).map(
        lambda values: np.array(values, dtype=kind)
    )
)
COLUMNS = (
    NUMBERS
    | st.lists(st.floats(), min_size=3, max_size=3)
    | st.lists(st.text(), min_size=3, max_size=3)
    | st.lists(MONTHS, min_size=3, max_size=3).map(lambda months: pd.PeriodIndex(months, freq="M"))
    | st.lists(st.integers(0, 9) | st.none(), min_size=3, max_size=3).map(lambda held: pd.array(held, dtype="Int64"))
    | st.lists(st.text() | st.none(), min_size=3, max_size=3).map(lambda held: pd.Series(held, dtype="str"))
    | st.lists(st.sampled_from("abc"), min_size=3, max_size=3).map(pd.Categorical)
    | st.lists(st.sampled_from([*State]) | st.none(), min_size=3, max_size=3).map(lambda h: pd.Series(h, dtype=object))
)


def assert_same(one, other):
    """Both are the same, to the type and the last digit, in every part."""
    assert type(one) is type(other)
    if is_dataclass(one):
        for field in fields(one):
            assert_same(getattr(one, field.name), getattr(other, field.name))
    elif isinstance(one, pd.DataFrame):
        pd.testing.assert_frame_equal(one, other, check_exact=True, check_index_type=True, check_column_type=True)
        for name in (name for name in one if one[name].dtype.kind == "O"):
            assert_same(tuple(one[name]), tuple(other[name]))
    elif isinstance(one, np.ndarray):
        assert one.dtype == other.dtype
        np.testing.assert_array_equal(one, other)
    elif isinstance(one, list | tuple):
        assert len(one) == len(other)
        for parts in zip(one, other, strict=True):
            assert_same(*parts)
    elif isinstance(one, dict | MappingProxyType):
        assert list(one) == list(other)
        for name in one:
            assert_same(one[name], other[name])
    else:
        assert one == other or one is other or (math.isnan(one) and math.isnan(other))


@given(ANSWERS)
def test_what_is_read_back_is_the_same(answer):
    """Words, numbers, periods, tuples, lists and mappings, one inside the other, come back as they were."""
    assert_same(answer, from_paper(on_paper(answer)))


@given(st.dictionaries(st.text(max_size=5), COLUMNS, max_size=4))
def test_frames_come_back_with_their_types(columns):
    """Numbers of any width, words, periods, categories, nullable numbers and our own words keep type and order."""
    frame = pd.DataFrame({name: pd.Series(column).array for name, column in columns.items()}, index=[2, 0, 1])
    assert_same(frame, from_paper(on_paper(frame)))


@pytest.mark.slow
def test_every_review_of_the_shipped_quarter_comes_back(quarter):
    """All that the shipped quarter says of 40 indicators and the measures beside them is the same from paper."""
    for review in (*quarter.reviews, *quarter.supporting):
        assert_same(review, from_paper(on_paper(review)))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        '{"is": "made"}',
        '{"is": "call", "of": "os:system"}',
        '{"is": "made", "of": "os:system", "parts": {}}',
        '{"is": "made", "of": "..sources.folders:Path", "parts": {}}',
        '{"is": "made", "of": "periods:Quarter.parse", "parts": {}}',
        '{"is": "made", "of": "plan:Any", "parts": {}}',
        '{"is": "named", "of": "series:np.array", "parts": []}',
        '{"is": "word", "of": "words:State", "value": "splendid"}',
        '{"is": "made", "of": "periods:Quarter", "parts": {"no_such_part": 1}}',
        '{"is": "array", "type": "float64", "shape": [4], "values": [1.0]}',
        "[" * 100_000,
    ],
)
def test_what_was_not_written_here_is_refused(text):
    """Paper names no function and no class but ours that hold answers; anything else is no answer."""
    with pytest.raises(ValueError, match=r"."):
        from_paper(text)


@pytest.mark.parametrize("thing", [print, object(), {1, 2}, pd.Timestamp("2015-06-30"), np.array([object()])])
def test_what_could_not_be_read_back_is_not_written(thing):
    """Functions and things of others are refused when they are written, not when they are missed."""
    with pytest.raises(TypeError):
        on_paper(thing)


@given(st.dictionaries(st.text(max_size=5), PLAIN, max_size=5))
def test_digests_tell_what_differs(answer):
    """One part more, or another kind of row, is another digest; the same said again is the same."""
    assert digest_of_answer(answer) == digest_of_answer(dict(answer))
    assert digest_of_answer(answer) != digest_of_answer({**answer, "one more": 1})
    assert digest_of_answer((1,)) != digest_of_answer([1])


def test_digests_of_tables_tell_rows_order_and_types():
    """A figure, an order, a name or a type changed is another digest; the index is none."""
    table = pd.DataFrame({"area": ["Kent", "Essex"], "month": [month("2015-05"), month("2015-06")], "n": [1.0, 2.0]})
    others = [
        table.assign(n=[1.0, 3.0]),
        table.iloc[::-1],
        table.rename(columns={"n": "m"}),
        table.astype({"n": int}),
        table.assign(area=["Kent", "Essex "]),
        table[["n", "month", "area"]],
    ]
    digests = {digest_of_frame(each) for each in (table, *others)}
    assert len(digests) == len(others) + 1
    assert digest_of_frame(table.set_axis([7, 8])) == digest_of_frame(table)


def test_a_set_is_written_in_one_order():
    """The same set has the same text, whatever order it is walked through in."""
    words = [f"word {number}" for number in range(50)]
    texts = {on_paper(frozenset(words)), on_paper(frozenset(reversed(words)))}
    assert len(texts) == 1
    assert json.loads(texts.pop())["is"] == "set"
