"""No table that breaks the contract leaves the floor of the sources, whatever a reader does."""

import numpy as np
import pandas as pd
import pytest

from pccstats.sources.checks.rows import held_to_contract
from pccstats.terms.errors import DataProblem
from pccstats.terms.words import OBSERVATIONS


@pytest.fixture
def table() -> pd.DataFrame:
    """Two rows that keep the contract."""
    row = dict.fromkeys(OBSERVATIONS, "") | {"indicator": "1.offences", "area": "Ours", "months": 12}
    ends = [pd.Period("2015-03", freq="M"), pd.Period("2015-06", freq="M")]
    rows = [row | {"period_end": end, "numerator": 5.0, "denominator": np.nan} for end in ends]
    return pd.DataFrame(rows, columns=list(OBSERVATIONS))


def test_a_sound_table_is_given_back(table):
    """What keeps the contract is not changed."""
    pd.testing.assert_frame_equal(held_to_contract(table), table)


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("months", 2, "isin"),
        ("numerator", np.inf, "isfinite"),
        ("denominator", 0.0, "greater_than"),
        ("status", "lost", "isin"),
        ("indicator", "", "str_length"),
        ("period_end", pd.Period("2015-03", freq="M"), "unique"),
    ],
)
def test_what_breaks_it_is_refused(table, column, value, words):
    """The column and the rule are named, and whose fault it is."""
    table[column] = [table[column].iloc[0], value]
    with pytest.raises(DataProblem, match="fault of a reader or a check") as caught:
        held_to_contract(table)
    assert words in str(caught.value)


def test_a_column_more_or_less_is_refused(table):
    """Columns are those of the contract, in its order."""
    for changed in (table.assign(colour="blue"), table.drop(columns="note"), table[table.columns[::-1]]):
        with pytest.raises(DataProblem):
            held_to_contract(changed)
