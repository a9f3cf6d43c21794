"""The contract of the observations table, held by pandera once more before anything is written.

The rules in `observations.py` speak to whoever sent a file. This schema speaks to whoever changes a reader or a check:
whatever they do, no table leaves this floor that breaks the contract.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pccstats.terms.columns import OBSERVATIONS, SPANS
from pccstats.terms.errors import DataProblem, Problem
from pccstats.terms.words import Status


def held_to_contract(table: pd.DataFrame) -> pd.DataFrame:
    """Give the table back if it keeps the contract.

    Raises
    ------
    DataProblem
        With every column and rule that is broken.
    """
    import pandera.pandas as pa  # noqa: PLC0415 0.4 seconds that only a build need take

    text = pa.Column(object, nullable=False, coerce=True)
    figure = pa.Column(float, pa.Check(np.isfinite, element_wise=True), nullable=True)
    schema = pa.DataFrameSchema(
        {
            "indicator": pa.Column(object, pa.Check.str_length(min_value=1), coerce=True),
            "area": pa.Column(object, pa.Check.str_length(min_value=1), coerce=True),
            "period_end": pa.Column(pd.PeriodDtype("M"), nullable=False),
            "months": pa.Column("int64", pa.Check.isin(SPANS)),
            "numerator": figure,
            "denominator": pa.Column(float, pa.Check.gt(0), nullable=True),
            "status": pa.Column(object, pa.Check.isin(["", *(status.value for status in Status)]), coerce=True),
            **dict.fromkeys(("source", "published_on", "note"), text),
        },
        strict=True,
        ordered=True,
        unique=["indicator", "area", "period_end", "months", "published_on", "source"],
    )
    try:
        schema.validate(table, lazy=True)
    except pa.errors.SchemaErrors as error:
        cases = (
            error.failure_cases[["column", "check"]].astype(str).drop_duplicates().itertuples(index=False, name=None)
        )
        step = "This is a fault of a reader or a check, not of the file."
        raise DataProblem(
            Problem(f"The table breaks its contract: {check}.", f"column {column}", next_step=step)
            for column, check in cases
        ) from None
    return table[list(OBSERVATIONS)]
