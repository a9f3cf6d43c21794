"""Whatever bytes a file holds, the answer is a clear refusal or every one of its rows."""

import csv
import io
import tempfile
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from pccstats.sources import build_data
from pccstats.terms.errors import DataProblem
from tests.sources.conftest import HEADER, PLAN, ROWS, SOURCES

CELLS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["", "1.offences", "Ours", "2015-06", "1", "12", "-1", "1e309", "NaN", "=1+1", "٣", "31/12/2015"]),
    st.floats().map(str),
)


def build(content: bytes) -> int | None:
    """How many observations a file gives; None where it is refused in words."""
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder) / "raw"
        raw.mkdir()
        (raw / "plan.toml").write_text(PLAN, encoding="utf-8")
        (raw / "sources.toml").write_text(SOURCES, encoding="utf-8")
        (raw / "figures.csv").write_bytes(content)
        try:
            return build_data(raw).observation_count
        except DataProblem as refusal:
            return None if refusal.problems and str(refusal) else -1


@pytest.mark.slow
@settings(max_examples=60)
@given(st.binary(max_size=400))
def test_any_bytes(content):
    """No bytes lead to anything but a refusal in words or a table."""
    build(content)


@pytest.mark.slow
@settings(max_examples=60)
@given(st.lists(st.lists(CELLS, min_size=10, max_size=10), min_size=1, max_size=4))
def test_any_cells(rows):
    """Rows of any text are refused, or all of them are in the table."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    held = sum(any(cell.strip() for cell in row) for row in rows)
    assert build((HEADER + text.getvalue()).encode("utf-8", "replace")) in (None, held)


@pytest.mark.slow
@settings(max_examples=60)
@given(st.data())
def test_one_cell_gone_wrong(data):
    """A sound table with one cell replaced is refused, or keeps all its rows."""
    lines = [line.split(",") for line in (HEADER + ROWS).splitlines()]
    row = data.draw(st.integers(0, len(lines) - 1))
    column = data.draw(st.integers(0, 9))
    lines[row][column] = data.draw(CELLS)
    text = io.StringIO()
    csv.writer(text).writerows(lines)
    assert build(text.getvalue().encode("utf-8", "replace")) in (None, len(ROWS.splitlines()))


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\xff\xfei",
        HEADER.encode() + b'"' + b"x" * 200_000 + b'",b\n',
        HEADER.encode() + b"," * 5000 + b"\n",
        b"<html><body>Not found</body></html>",
        HEADER.encode() + b"1.offences,Ours,2015-06,1,12,,,,,\r1.offences,Ours,2015-07,1,12,,,,,\r\x00",
    ],
)
def test_oddities(content):
    """Marks alone, a huge cell, thousands of commas, a web page and zero bytes are refused in words."""
    assert build(content) is None
