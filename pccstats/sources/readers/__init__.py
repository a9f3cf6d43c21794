"""The readers: one file each for every format, all with the same answer."""

from collections.abc import Callable, Mapping
from pathlib import Path

from pccstats.sources.readers.home_office import read_home_office_tables
from pccstats.sources.readers.police_uk import read_police_uk_outcomes, read_police_uk_street
from pccstats.sources.readers.reading import Reading
from pccstats.sources.readers.returns import read_partnership_return
from pccstats.sources.readers.survey import read_survey
from pccstats.sources.readers.tidy import (
    read_metropolitan_boroughs_csv,
    read_populations_csv,
    read_rolling_year_csv,
    read_tidy_csv,
    read_tidy_xlsx,
)
from pccstats.sources.source_list import Source
from pccstats.terms.plan import Plan

Reader = Callable[[Path, Source, Plan], Reading]
DownloadReader = Callable[[Path, Source, Plan, Callable[[str], None]], Reading]

READERS: Mapping[str, Reader] = {
    "tidy_csv": read_tidy_csv,
    "tidy_xlsx": read_tidy_xlsx,
    "populations_csv": read_populations_csv,
    "rolling_year_csv": read_rolling_year_csv,
    "metropolitan_boroughs_csv": read_metropolitan_boroughs_csv,
    "home_office_tables": read_home_office_tables,
    "survey": read_survey,
    "partnership_return": read_partnership_return,
}

# Readers of folders and zips, which take long enough to say how far they are.
DOWNLOAD_READERS: Mapping[str, DownloadReader] = {
    "police_uk_street": read_police_uk_street,
    "police_uk_outcomes": read_police_uk_outcomes,
}

__all__ = ["DOWNLOAD_READERS", "READERS", "DownloadReader", "Reader", "Reading"]
