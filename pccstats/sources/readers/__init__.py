"""The readers: one file each for every format, all with the same answer."""

from collections.abc import Callable, Mapping
from pathlib import Path

from pccstats.sources.readers.metropolitan_boroughs_csv import read_metropolitan_boroughs_csv
from pccstats.sources.readers.populations_csv import read_populations_csv
from pccstats.sources.readers.reading import Reading
from pccstats.sources.readers.rolling_year_csv import read_rolling_year_csv
from pccstats.sources.readers.tidy_csv import read_tidy_csv
from pccstats.sources.source_list import Source
from pccstats.terms.plan import Plan

Reader = Callable[[Path, Source, Plan], Reading]

READERS: Mapping[str, Reader] = {
    "tidy_csv": read_tidy_csv,
    "populations_csv": read_populations_csv,
    "rolling_year_csv": read_rolling_year_csv,
    "metropolitan_boroughs_csv": read_metropolitan_boroughs_csv,
}

__all__ = ["READERS", "Reader", "Reading"]
