"""Whatever bytes come as a workbook or a zip, the answer is a refusal in words or whole data."""

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from pccstats.sources import build_data
from pccstats.terms.errors import DataProblem
from tests.sources.published_forms import PARTNERSHIP_PLAN, street_file, street_row, xlsx, zipped

SOURCES = """\
[[source]]
file = "{file}"
reader = "{reader}"
label = "Figures"
indicators = {{ "1.burglary" = ["Burglary"] }}
areas = {{ "Ours Police" = "Ours" }}
"""
HEAD = ["indicator", "area", "period_end", "months", "numerator"]


@pytest.fixture(scope="module")
def sound(tmp_path_factory) -> dict[str, bytes]:
    """A sound workbook and a sound zip."""
    place = tmp_path_factory.mktemp("sound")
    book = xlsx(place / "a.xlsx", {"Figures": [HEAD, ["1.burglary", "Ours", "2015-04", 1, 331]]})
    download = zipped(place / "a.zip", {"2015-06-ours-street.csv": street_file([street_row("a"), street_row("b")])})
    return {"tidy_xlsx": book.read_bytes(), "police_uk_street": download.read_bytes()}


def build(raw, reader: str, content: bytes) -> int | None:
    """How many observations a file gives; None where it is refused in words."""
    file = "figures.xlsx" if reader == "tidy_xlsx" else "figures.zip"
    raw.mkdir(exist_ok=True)
    (raw / "plan.toml").write_text(PARTNERSHIP_PLAN, encoding="utf-8")
    (raw / "sources.toml").write_text(SOURCES.format(file=file, reader=reader), encoding="utf-8")
    (raw / file).write_bytes(content)
    try:
        return build_data(raw).observation_count
    except DataProblem as refusal:
        return None if refusal.problems else -1


@pytest.mark.slow
@pytest.mark.parametrize("reader", ["tidy_xlsx", "police_uk_street"])
@settings(max_examples=30)
@given(damage=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=6), cut=st.floats(0.5, 1))
def test_bytes_changed_on_the_way(tmp_path_factory, sound, reader, damage, cut):
    """A file with some bytes changed, or its end missing, is refused or gives its one figure."""
    content = bytearray(sound[reader])
    for place, value in damage:
        content[int(place * (len(content) - 1))] = value
    raw = tmp_path_factory.getbasetemp() / f"damaged-{reader}"
    kept = int(cut * len(content)) if cut < 0.9 else len(content)
    assert build(raw, reader, bytes(content[:kept])) in (None, 1)
