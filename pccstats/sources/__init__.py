"""Files read and checked: the plan, the sources and the observations made of them. Imports only `pccstats.terms`."""

from pccstats.sources.build import BuildResult, build_data, example, read_observations, suggested_corrections
from pccstats.sources.commentary import read_commentary, read_printed_rates, read_replay
from pccstats.sources.plan import begin_years_of, read_plan
from pccstats.sources.readers.returns import read_return
from pccstats.sources.recognise import recognise
from pccstats.sources.released import write_released

__all__ = [
    "BuildResult",
    "begin_years_of",
    "build_data",
    "example",
    "read_commentary",
    "read_observations",
    "read_plan",
    "read_printed_rates",
    "read_replay",
    "read_return",
    "recognise",
    "suggested_corrections",
    "write_released",
]
