"""What a partnership sends in for a quarter: figures, a judgement on its objectives, a summary in its own words."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from pccstats.terms.periods import Quarter


@dataclass(frozen=True)
class PartnershipReturn:
    """One quarterly return, read and found sound.

    Attributes
    ----------
    area : str
        The area of the plan it is for.
    quarter : Quarter
    observations : pandas.DataFrame
        Its figures, one row a month, in the columns of `pccstats.terms.columns.OBSERVATIONS`, with the row of the
        spreadsheet beside them.
    judgements : pandas.DataFrame
        One row an objective: `objective`, `judgement`, `words`.
    summary : str
        The contextual summary, in Markdown; empty where none was written.
    """

    area: str
    quarter: Quarter
    observations: pd.DataFrame
    judgements: pd.DataFrame
    summary: str = ""
