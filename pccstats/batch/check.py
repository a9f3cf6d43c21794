"""What `pccstats check` shows on a terminal: files, findings by gravity, what is held, and how fresh it is."""

from __future__ import annotations

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pccstats.sources import BuildResult
from pccstats.terms.findings import Finding, Severity
from pccstats.terms.results.data_quality import DataQuality

_HEADINGS = {Severity.FLAG: "Needs an answer", Severity.NOTE: "On record"}


def show_check(built: BuildResult, quality: DataQuality, console: Console) -> None:
    """Print what was read and what was found in it; text from data is printed as text, never as markup."""
    console.print(_files(built))
    for severity, heading in _HEADINGS.items():
        found = [finding for finding in quality.findings if finding.severity is severity]
        if found:
            console.print(_findings(f"{heading}: {len(found)}", found))
    console.print(_held(quality))
    count = quality.summary().iloc[0]
    console.print(
        Text(
            f"{len(built.files)} files checked, {len(quality.findings)} findings, none that stops a pack. "
            f"{count['with_figures']} of {count['indicators']} indicators have figures, {count['up_to_date']} to the "
            f"end of {count['quarter']}."
        )
    )


def _files(built: BuildResult) -> Table:
    table = _table("Files", ("File", "Reader", "Rows", "Months"))
    for file in built.files:
        months = f"{file.first_month} to {file.last_month}" if file.first_month else ""
        rows = "" if file.rows is None else f"{file.rows:,}"
        table.add_row(*map(Text, (file.name, file.reader, rows, months)))
    return table


def _findings(title: str, found: list[Finding]) -> Table:
    table = _table(title, ("Where", "What was found", "Next step"))
    for finding in found:
        about = ", ".join(part for part in (finding.area, finding.period_end) if part)
        place = finding.where if finding.row is not None or not about else ""
        where = "\n".join(part for part in (about, place) if part)
        value = f" Found {finding.value!r}." if finding.value else ""
        table.add_row(*map(Text, (where, finding.message + value, finding.next_step)))
    return table


def _held(quality: DataQuality) -> Table:
    table = _table("Indicators without a figure, or behind the quarter", ("Indicator", "Latest", "Why"))
    for row in quality.freshness.to_dict("records"):
        if row["months_behind"] <= 0:
            continue
        latest = row["latest"] if isinstance(row["latest"], str) else "none"
        table.add_row(*map(Text, (f"{row['indicator']}  {row['name']}", latest, row["reason"])))
    return table


def _table(title: str, headings: tuple[str, ...]) -> Table:
    table = Table(title=Text(title, style="bold"), title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in headings:
        table.add_column(heading, justify="right" if heading == "Rows" else "left", overflow="fold")
    return table
