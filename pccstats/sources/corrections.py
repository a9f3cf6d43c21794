"""Corrections beside the files as received: `corrections.toml` says what a cell should hold, and the file stays.

A correction changes what is read, never the file. Each says what the cell held; where no cell does any longer, because
the publisher mended it or the rows moved, the correction is refused and nothing is built.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import Field

from pccstats.sources.entries import Entry, validate
from pccstats.sources.sheets import Records
from pccstats.sources.toml import read_toml
from pccstats.terms.errors import DataProblem, Finding, Problem, Severity, did_you_mean
from pccstats.terms.plan import Text

CORRECTIONS = "corrections.toml"
_STEP = "Take the correction out where the file has been mended, or correct it."


class Correction(Entry):
    """One `[[correction]]`.

    Attributes
    ----------
    file : str
        The file, as `sources.toml` names it.
    sheet : str
        For a workbook: the sheet.
    match : dict
        Heading -> what the cell beneath it holds, in the rows that are meant; every row where it is left out.
    column : str
        The heading of the cells to be corrected.
    was, becomes : str
        What they hold, and what is read instead.
    reason : str
        Why, and by whose word; readers are shown it.
    """

    file: Text
    sheet: str = ""
    match: dict[Text, str] = Field(default_factory=dict)
    column: Text
    was: str
    becomes: str
    reason: Text


class _CorrectionList(Entry):
    correction: tuple[Correction, ...] = ()


@dataclass
class Corrections:
    """The corrections of one file, which keep count of the cells they changed.

    `entries` are the corrections with their places in the list. `rows` has, for each that was tried, the sheets and
    rows in which it changed a cell.
    """

    entries: tuple[tuple[Correction, str], ...]
    rows: dict[int, dict[tuple[str, int], None]] = field(default_factory=dict)

    def mended(self, records: Records, sheet: str) -> Records:
        """The rows of a file or sheet as they are to be read."""
        mended = [(number, list(cells)) for number, cells in records]
        for at, (entry, _) in enumerate(self.entries):
            if entry.sheet.strip() in ("", sheet.strip()):
                changed = dict.fromkeys((sheet, number) for number in _mend(mended, entry))
                self.rows.setdefault(at, {}).update(changed)
        return mended

    def findings(self) -> Iterator[Finding]:
        """What each correction did, for readers; one that fits nothing is a refusal."""
        for at, (entry, place) in enumerate(self.entries):
            if at not in self.rows:
                message = "Nothing of this file can be corrected here: no sheet of that name, or a reader of records."
                yield Finding(Severity.REFUSE, "correction_unread", message, place, value=entry.file, next_step=_STEP)
            elif not self.rows[at]:
                message = f"No cell of {entry.column!r} in {entry.file} holds this, in the rows that are meant."
                yield Finding(Severity.REFUSE, "correction_unfit", message, place, value=entry.was, next_step=_STEP)
            else:
                rows = [number for _, number in self.rows[at]]
                cells = f"{len(rows):,} cells of {entry.column!r} hold" if len(rows) > 1 else f"{entry.column!r} holds"
                held, now = entry.was or "nothing", entry.becomes or "nothing"
                message = f"Corrected: {cells} {held!r}, read as {now!r}. {entry.reason}"
                yield Finding(Severity.FLAG, "corrected", message, entry.file, rows[0], entry.column)


def read_corrections(folder: Path, files: Iterable[str]) -> dict[str, Corrections]:
    """Read the corrections of a data folder, by file; none where it has no such list.

    Parameters
    ----------
    folder : Path
        Where `corrections.toml` would lie.
    files : iterable of str
        The files that `sources.toml` names.

    Raises
    ------
    DataProblem
        With every fault of the list, each with its line.
    """
    path = folder / CORRECTIONS
    if not path.is_file():
        return {}
    document = read_toml(path)
    entry, problems = validate(document, _CorrectionList)
    known = list(files)
    for place, correction in document.entries("correction"):
        name = correction.get("file")
        if isinstance(name, str) and name not in known:
            step = did_you_mean(name, known, otherwise="Write it as sources.toml does.")
            problems.append(Problem("sources.toml names no such file.", document.place((*place, "file")), name, step))
    if entry is None or problems:
        raise DataProblem(problems)
    found: dict[str, list[tuple[Correction, str]]] = {}
    for at, each in enumerate(entry.correction):
        found.setdefault(each.file, []).append((each, document.place(("correction", at, "was"))))
    return {name: Corrections(tuple(entries)) for name, entries in found.items()}


def suggested(findings: Iterable[Finding]) -> str:
    """Corrections that would put right what was found, as they stand in `corrections.toml`; empty where none is known.

    Examples
    --------
    >>> found = Finding(Severity.REFUSE, "not_a_month", "No.", "a.csv", 7, "Day", "30-12-2017", becomes="31-12-2017")
    >>> print(suggested([found]))
    [[correction]]
    file = "a.csv"
    column = "Day"
    was = "30-12-2017"
    becomes = "31-12-2017"
    reason = "No. Check this before you keep it."
    <BLANKLINE>
    """
    entries = []
    for each in findings:
        if each.becomes:
            pairs = {
                "file": each.file,
                "column": each.column,
                "was": each.value,
                "becomes": each.becomes,
                "reason": f"{each.message} Check this before you keep it.",
            }
            entries.append("[[correction]]\n" + "".join(f"{key} = {_quoted(value)}\n" for key, value in pairs.items()))
    return "\n".join(dict.fromkeys(entries))


def _mend(records: Records, entry: Correction) -> list[int]:
    """Change the cells that a correction means; the numbers of their rows."""
    wanted = {_plain(entry.column), *map(_plain, entry.match)}
    head = next((at for at, (_, cells) in enumerate(records) if wanted <= set(map(_plain, cells))), None)
    if head is None:
        return []
    columns = {_plain(cell): at for at, cell in reversed(list(enumerate(records[head][1])))}
    column = columns[_plain(entry.column)]
    tests = [(columns[_plain(name)], text.strip()) for name, text in entry.match.items()]
    changed = []
    for number, cells in records[head + 1 :]:
        if _cell(cells, column) == entry.was.strip() and all(_cell(cells, at) == text for at, text in tests):
            cells.extend([""] * (column + 1 - len(cells)))
            cells[column] = entry.becomes.strip()
            changed.append(number)
    return changed


def _cell(cells: list[str], at: int) -> str:
    return cells[at] if at < len(cells) else ""


def _plain(heading: str) -> str:
    return " ".join(heading.split())


def _quoted(text: str) -> str:
    shown = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{shown}"'
