"""The table of observations itself, as a sheet of a workbook."""

from __future__ import annotations

from pathlib import Path

from pccstats.sources.readers.reading import Reading
from pccstats.sources.readers.tidy_csv import MUST_BE_THERE, observations_of
from pccstats.sources.source_list import Source
from pccstats.sources.workbook import read_sheet
from pccstats.terms.plan import Plan


def read_tidy_xlsx(path: Path, source: Source, plan: Plan) -> Reading:
    """Read observations from the only sheet of a workbook, or from the one that `sheet` names."""
    del plan  # unknown names are a matter for the checks
    return observations_of(read_sheet(path, MUST_BE_THERE, source.sheet), source)
