"""A partnership's quarterly return, as observations."""

from __future__ import annotations

from pathlib import Path

from pccstats.sources.readers.reading import Reading
from pccstats.sources.returns import read_return
from pccstats.sources.source_list import Source
from pccstats.terms.errors import DataProblem
from pccstats.terms.findings import Finding, Severity
from pccstats.terms.plan import Plan


def read_partnership_return(path: Path, source: Source, plan: Plan) -> Reading:
    """Read the figures of a return; each of its faults is a finding."""
    try:
        found = read_return(path, plan)
    except DataProblem as error:
        findings = tuple(
            Finding(
                Severity.REFUSE,
                "return",
                f"{problem.where}: {problem.what}" if problem.where != path.name else problem.what,
                path.name,
                value=problem.value,
                next_step=problem.next_step,
            )
            for problem in error.problems
        )
        return Reading(findings=findings)
    table = found.observations.assign(file=path.name, column="Figure")
    published = table["published_on"].where(table["published_on"] != "", source.published_on)
    return Reading(observations=table.assign(published_on=published), row_count=len(table))
