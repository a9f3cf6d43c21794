"""Whatever is given as a frame is read right or refused in words: checked against what each cell was meant to say."""

import math

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import pccstats as pcc
from pccstats.terms.words import Kind
from tests.terms.given import FIGURES, READ, REFUSED

pytestmark = pytest.mark.slow

FIRST = pd.Period("2009-04", freq="M")
LARGEST = 2**53
SETTINGS = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def of_months(**formats):
    """Ways of holding a column of months, each unmistakable."""
    return formats


IN_CLOTHES = of_months(
    text=lambda months: months.astype(str),
    periods=lambda months: months,
    first_days=lambda months: months.to_timestamp(),
    last_days=lambda months: months.to_timestamp(how="end").normalize(),
    midnights_in_utc=lambda months: months.to_timestamp().tz_localize("UTC"),
    midnights_in_london=lambda months: months.to_timestamp().tz_localize("Europe/London"),
    dates=lambda months: [month.start_time.date() for month in months],
    days=lambda months: pd.PeriodIndex([month.end_time for month in months], freq="D"),
    categories=lambda months: pd.Categorical(months.astype(str)),
    arrow_text=lambda months: pd.array(months.astype(str), dtype="string[pyarrow]"),
    arrow_days=lambda months: pd.array(months.to_timestamp().date, dtype=pd.ArrowDtype(pa.date32())),
    spoken=lambda months: months.strftime("%b %Y"),
    offices=lambda months: months.strftime("%Y %B"),
    sheets=lambda months: months.strftime("%b-%y"),
    british=lambda months: [month.end_time.strftime("%d/%m/%Y") for month in months],
)
AS_FIGURES = {
    "floats": lambda figures: np.array(figures, dtype=float),
    "objects": lambda figures: np.array([None if math.isnan(one) else one for one in figures], dtype=object),
    "nullable": lambda figures: pd.array([pd.NA if math.isnan(one) else one for one in figures], dtype="Float64"),
    "whole": lambda figures: pd.array([pd.NA if math.isnan(one) else int(one) for one in figures], dtype="Int64"),
    "text": lambda figures: ["" if math.isnan(one) else f"{one:.0f}" for one in figures],
    "arrow": lambda figures: pd.array(
        [None if math.isnan(one) else int(one) for one in figures], dtype=pd.ArrowDtype(pa.int64())
    ),
}
LIBRARIES = {
    "pandas": lambda frame: frame,
    "polars": lambda frame: pl.from_pandas(plain(frame)),
    "lazy": lambda frame: pl.from_pandas(plain(frame)).lazy(),
    "arrow": lambda frame: pa.Table.from_pandas(plain(frame), preserve_index=False),
}


def plain(frame):
    """A frame without the types that only pandas has: its periods as text."""
    return frame.assign(month=[str(one) if isinstance(one, pd.Period) else one for one in frame["month"]])


@st.composite
def truths(draw):
    """Months in a row, some without a figure and some left out, in any order of rows."""
    figures = draw(st.lists(st.one_of(st.integers(0, 10**6), st.none()), min_size=5, max_size=30))
    known = [math.nan if one is None else float(one) for one in figures]
    months = pd.period_range(FIRST, periods=len(known), freq="M")
    rows = pd.DataFrame({"month": months, "n": known})
    order = draw(st.permutations(range(len(rows))))
    return rows.iloc[list(order)].reset_index(drop=True)


def dressed(truth, clothes, figures, library):
    """The same rows as other people hold them."""
    months = pd.PeriodIndex(truth["month"])
    frame = pd.DataFrame({"month": IN_CLOTHES[clothes](months), "n": AS_FIGURES[figures](truth["n"].tolist())})
    return LIBRARIES[library](frame)


def read_back(series):
    """A series as months and figures, those without a figure left out."""
    held = series.points.dropna(subset="numerator")
    return dict(zip(held["period_end"].astype(str), held["numerator"], strict=True))


def known(truth):
    """The rows that have a figure."""
    held = truth.dropna()
    return dict(zip(held["month"].astype(str), held["n"], strict=True))


@SETTINGS
@given(
    truths(),
    st.sampled_from(sorted(IN_CLOTHES)),
    st.sampled_from(sorted(AS_FIGURES)),
    st.sampled_from(sorted(LIBRARIES)),
)
def test_months_are_read_right_in_whatever_clothes(truth, clothes, figures, library):
    """Text, dates, periods, time zones, categories, nullable and Arrow types, four sorts of frame: the same series."""
    series = pcc.Series.from_frame(dressed(truth, clothes, figures, library), numerator="n")
    assert series.span_months == 1
    assert read_back(series) == known(truth)


@SETTINGS
@given(
    st.lists(truths(), min_size=1, max_size=3), st.sampled_from(sorted(IN_CLOTHES)), st.sampled_from(sorted(LIBRARIES))
)
def test_tables_of_many_are_read_right_in_whatever_clothes(many, clothes, library):
    """Each series has its own figures, whatever the frame and however its rows are mixed."""
    rows = pd.concat([truth.assign(beat=f"beat {place}") for place, truth in enumerate(many)], ignore_index=True)
    rows = rows.sample(frac=1, random_state=len(rows)).reset_index(drop=True)
    frame = pd.DataFrame(
        {"month": IN_CLOTHES[clothes](pd.PeriodIndex(rows["month"])), "n": rows["n"], "beat": rows["beat"]}
    )
    found = pcc.expected_levels(LIBRARIES[library](frame), by="beat", numerator="n", chart="xmr")
    for place, truth in enumerate(many):
        mine = found[(found["beat"] == f"beat {place}") & found["value"].notna()]
        assert dict(zip(mine["month"].astype(str), mine["value"], strict=True)) == known(truth)


PERIODS = st.one_of(
    st.sampled_from([(value, (last, span)) for value, last, span in READ]),
    st.sampled_from([(value, None) for value, _ in REFUSED]),
    st.sampled_from([(empty, None) for empty in (None, pd.NaT, np.nan, "", [1], {}, b"2015-06")]),
)
MONTHS_OF_TEXT = st.integers(0, 60).map(lambda ahead: (str(FIRST + ahead), (str(FIRST + ahead), 1)))


@st.composite
def anything(draw):
    """Rows of periods and figures, most of them in order, and what each was meant to say."""
    periods = draw(st.lists(st.one_of(MONTHS_OF_TEXT, MONTHS_OF_TEXT, PERIODS), min_size=1, max_size=6))
    figures = draw(st.lists(st.sampled_from(FIGURES), min_size=len(periods), max_size=len(periods)))
    frame = pd.DataFrame(
        {"month": filled([value for value, _ in periods]), "n": filled([value for value, _ in figures])}
    )
    return frame, [meaning for _, meaning in periods], [number for _, number in figures]


def filled(values):
    """A column of objects, whatever they are."""
    column = np.empty(len(values), dtype=object)
    for place, value in enumerate(values):
        column[place] = value
    return column


def answer(ask):
    """What is answered, or None where it is refused in our own words; any other error is one."""
    try:
        return ask()
    except pcc.PccStatsError:
        return None


def as_meant(periods, figures):
    """Months with their figures, and months covered, by the plainest of readings; None where there are two."""
    if any(meaning is None for meaning in periods) or any(number is None for number in figures):
        return None
    months, spans = [month for month, _ in periods], {span for _, span in periods}
    if len(set(months)) < len(months) or len(spans) > 1:
        return None
    return {m: n for m, n in zip(months, figures, strict=True) if not math.isnan(n)}, spans.pop()


@SETTINGS
@given(anything())
def test_anything_is_read_right_or_refused_in_words(given_):
    """No traceback, and no answer but the one that was meant."""
    frame, periods, figures = given_
    series = answer(lambda: pcc.Series.from_frame(frame, numerator="n"))
    if series is not None:
        assert as_meant(periods, figures) == (read_back(series), series.span_months)
    levels = answer(lambda: pcc.expected_levels(frame.assign(beat="a"), by="beat", numerator="n", chart="xmr"))
    if levels is not None:
        held = levels[levels["value"].notna()]
        found = dict(zip(held["month"].astype(str), held["value"], strict=True))
        meant = as_meant(periods, figures)
        assert meant is not None
        assert meant[0] == found


COLUMNS = st.sampled_from(["month", "n", "of", "nowhere", "", None, 0, ["n"]])
WHOLE_COLUMNS = {
    "bool": [True] * 6,
    "boolean": pd.array([True, None] * 3, dtype="boolean"),
    "complex": np.arange(6) * 1j,
    "dates": pd.date_range("2015-01-31", periods=6, freq="ME"),
    "lengths": pd.to_timedelta(range(6), unit="D"),
    "periods": pd.period_range("2015-01", periods=6, freq="M"),
    "huge": np.full(6, 9_000_000_000_000_000_000),
    "floats": np.arange(6) / 2,
    "counts": np.arange(6, dtype="uint8"),
    "categories": pd.Categorical([1, 2, 3, 1, 2, 3]),
    "sparse": pd.arrays.SparseArray([0, 0, 1, 0, 2, 0]),
    "text": pd.array(list("123456"), dtype="string"),
}
WEEKLY = pd.date_range("2015-01-04", periods=6, freq="W")
STAMPS = {
    "months": pd.period_range("2015-01", periods=6, freq="M"),
    "quarters": pd.period_range("2014Q1", periods=6, freq="Q"),
    "years": pd.period_range("2010", periods=6, freq="Y-MAR"),
    "ends of quarters": pd.date_range("2014-03-31", periods=6, freq="QE"),
    "beginnings of quarters": pd.date_range("2014-01-01", periods=6, freq="QS"),
    "beginnings of years": pd.date_range("2010-04-01", periods=6, freq="YS-APR"),
    "weeks": WEEKLY,
    "weeks as periods": WEEKLY.to_period("W"),
    "28 days": pd.date_range("2015-01-04", periods=6, freq="28D"),
    "days": pd.date_range("2015-01-04", periods=6, freq="D"),
    "once a month": pd.date_range("2015-01-15", periods=6, freq="MS") + pd.Timedelta(14, "D"),
    "London in UTC": pd.date_range("2015-04-01", periods=6, freq="MS", tz="Europe/London").tz_convert("UTC"),
    "years like months": ["2006-07", "2007-08", "2008-09", "2009-10", "2010-11", "2011-12"],
    "numbers": np.arange(6),
    "year numbers": np.arange(2010, 2016),
}
# Which are read, as how many months; the others are refused.
SPANS_READ = {"months": 1, "quarters": 3, "years": 12, "once a month": 1}


@SETTINGS
@given(
    st.sampled_from(sorted(STAMPS)),
    st.sampled_from(sorted(WHOLE_COLUMNS)),
    st.dictionaries(st.sampled_from(["period", "numerator", "denominator"]), COLUMNS),
    st.sampled_from([None, None, None, 1, 3, 12, 2, "3", True, 3.0]),
    st.sampled_from([None, *Kind, "foo"]),
)
def test_no_columns_give_a_traceback(stamps, figures, named, span, kind):
    """Columns of any type under any part, spans and kinds: an answer with rows in step, or our own words."""
    columns = {"month": STAMPS[stamps], "n": WHOLE_COLUMNS[figures], "of": np.full(6, 100)}
    frame = pd.DataFrame(columns)
    asked = {"period": "month", "numerator": "n"} | named
    series = answer(lambda: pcc.Series.from_frame(frame, span_months=span, kind=kind, **asked))
    if series is None:
        return
    assert asked["period"] == "month"
    assert asked["numerator"] in ("n", "of")
    usual = SPANS_READ.get(stamps)
    assert usual is not None or span is not None or stamps == "days"
    assert span is None or float(span) == series.span_months
    assert span is not None or series.span_months == usual
    assert (
        read_back(series).keys() <= {str(pd.Period(stamp, freq="M")) for stamp in pd.Series(STAMPS[stamps])}
        or usual == 12
    )


@pytest.mark.parametrize("stamps", sorted(set(STAMPS) - set(SPANS_READ)))
def test_what_is_no_month_is_refused_unless_it_is_said(stamps):
    """Quarters by their days, weeks, 28 days, days, moments in UTC and bare years are not taken for months."""
    frame = pd.DataFrame({"month": STAMPS[stamps], "numerator": range(6)})
    with pytest.raises(pcc.DataProblem) as refused:
        pcc.Series.from_frame(frame)
    assert all(problem.next_step for problem in refused.value.problems)


@pytest.mark.parametrize(("stamps", "span"), SPANS_READ.items())
def test_what_says_how_long_it_is_is_read_so(stamps, span):
    """Quarters and years of any month, by pandas periods, become quarters and years."""
    frame = pd.DataFrame({"month": STAMPS[stamps], "numerator": range(6)})
    series = pcc.Series.from_frame(frame)
    assert (series.span_months, series.values.tolist()) == (span, list(range(6)))
