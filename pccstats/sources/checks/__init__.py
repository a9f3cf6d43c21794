"""The checks: what keeps a figure out, what readers are warned of, what is on record.

`observations.py` and `exposures.py` check rows and turn text into numbers; `vintages.py`, `agreement.py`, `areas.py`,
`spans.py` and `denominators.py` hold figures against one another. What takes arithmetic to suspect is found by the
methods (`pccstats/methods/detectives`). A further check is a function of the typed table and the plan that gives
findings; it is added to `CHECKS_OF_FIGURES`.
"""

from collections.abc import Callable, Iterable

import pandas as pd

from pccstats.sources.checks.figures import (
    agreement_findings,
    area_findings,
    denominator_findings,
    population_findings,
    vintage_findings,
)
from pccstats.sources.checks.rows import checked_exposures, checked_observations, span_findings
from pccstats.terms.errors import Finding
from pccstats.terms.plan import Plan

CHECKS_OF_FIGURES: tuple[Callable[[pd.DataFrame, Plan], Iterable[Finding]], ...] = (
    vintage_findings,
    agreement_findings,
    span_findings,
    denominator_findings,
    area_findings,
)

__all__ = ["CHECKS_OF_FIGURES", "checked_exposures", "checked_observations", "population_findings"]
