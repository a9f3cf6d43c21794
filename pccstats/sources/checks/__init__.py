"""The checks: what keeps a figure out, what readers are warned of, what is on record.

`rows` checks each row and turns its text into numbers; `figures` holds figures against one another; `places` finds
months whose events have lost their place. What takes
arithmetic to suspect is found by the methods (`pccstats/methods/detectives.py`).
"""

from collections.abc import Callable, Iterable

import pandas as pd

from pccstats.sources.checks.figures import (
    agreement_findings,
    area_findings,
    denominator_findings,
    population_findings,
    span_findings,
    vintage_findings,
)
from pccstats.sources.checks.places import place_findings
from pccstats.sources.checks.rows import checked_exposures, checked_observations
from pccstats.terms.errors import Finding
from pccstats.terms.plan import Plan

# Each is given the typed table and the plan, once every row is sound; a further one is added here.
CHECKS: tuple[Callable[[pd.DataFrame, Plan], Iterable[Finding]], ...] = (
    vintage_findings,
    agreement_findings,
    span_findings,
    denominator_findings,
    area_findings,
    place_findings,
)

__all__ = ["CHECKS", "checked_exposures", "checked_observations", "population_findings"]
