"""Tables as a page writes them."""

import re

import pandas as pd

from pccstats.presentation.table import Column, TableSpec


def test_on_a_phone_a_wide_table_of_words_names_its_cells():
    """Four columns or more, some of them words, and few rows: each cell has its head; a long table stays one."""
    columns = (Column("a", "Figure"), Column("b", "Working"), Column("c", "Gives", "number"), Column("d", "Why"))
    row = pd.DataFrame([["Burglary", "1 + 1", 2.0, "It adds up."]], columns=list("abcd"))
    page = TableSpec("Worked again", columns, row).to_html()
    assert 'class="figures stacks"' in page
    assert re.findall(r'data-head="([^"]*)"', page) == ["Working", "Gives", "Why"]
    for other in (TableSpec("Long", columns, pd.concat([row] * 25)), TableSpec("Narrow", columns[:3], row)):
        assert "stacks" not in other.to_html()
        assert "data-head" not in other.to_html()
