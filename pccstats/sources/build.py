"""`build_data`, `read_observations` and `example`: from files as received to the checked table."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from pccstats.sources.checks import CHECKS, checked_exposures, checked_observations, population_findings
from pccstats.sources.checks.figures import with_sums
from pccstats.sources.checks.rows import as_table, held_to_contract
from pccstats.sources.corrections import CORRECTIONS, Corrections, read_corrections, suggested
from pccstats.sources.folders import (
    MANIFEST,
    PLAN,
    SOURCES,
    DataFolder,
    alone,
    digest_of,
    files_asked,
    put_back,
    replaced_folder,
)
from pccstats.sources.kept_answers import FOLDER as RESULTS
from pccstats.sources.kept_answers import KeptAnswers
from pccstats.sources.plan import read_plan
from pccstats.sources.readers import READERS, Progress, Reading, Source
from pccstats.sources.readers.reading import dated
from pccstats.sources.reference import FILE as REFERENCE_FILE
from pccstats.sources.reference import digest_now, populations_for
from pccstats.sources.shipped import Example
from pccstats.sources.source_list import read_source_list
from pccstats.terms.errors import DataProblem, Finding, Problem, RequestProblem, Severity, SourceFile
from pccstats.terms.observations import Observations
from pccstats.terms.periods import month
from pccstats.terms.plan import Plan
from pccstats.terms.words import Audience

OBSERVATIONS_FILE, EXPOSURES_FILE, FINDINGS_FILE = "observations.parquet", "exposures.parquet", "findings.json"
_MOST_SAID = 2  # of what was left out, where nothing remains
FORMAT = 4  # of the files written here: a folder written by another format is built again
_MADE = frozenset({OBSERVATIONS_FILE, EXPOSURES_FILE, FINDINGS_FILE, PLAN, MANIFEST})


@dataclass(frozen=True)
class BuildResult:
    """What a build made.

    Attributes
    ----------
    processed : Path
        The folder that was written.
    files : tuple of SourceFile
        What was read, `plan.toml` and `sources.toml` first: name, SHA-256, rows, first and last month.
    findings : tuple of Finding
        What readers are warned of and what is on record.
    observation_count : int
        Rows of the table.
    first_month, last_month : pandas.Period
        The earliest and latest month any figure ends in.
    """

    processed: Path
    files: tuple[SourceFile, ...]
    findings: tuple[Finding, ...]
    observation_count: int
    first_month: pd.Period
    last_month: pd.Period


def build_data(data: str | Path, source_dir: str | Path | None = None, progress: Progress | None = None) -> BuildResult:
    """Read every source, check every figure, and write the processed data.

    Parameters
    ----------
    data : str or Path
        The data folder: `raw/plan.toml` and `raw/sources.toml` in it, or both files directly.
    source_dir : str or Path, optional
        Where to look first for the files that `sources.toml` names.
    progress : callable, optional
        Told in words what is being read.

    Returns
    -------
    BuildResult
        The files read, and the findings that do not stop a build.

    Raises
    ------
    DataProblem
        With every fault of plan, sources and figures; the processed data are left as they were.

    Examples
    --------
    >>> built = build_data("data")
    >>> str(built.last_month), [file.name for file in built.files][:2]
    ('2015-06', ['plan.toml', 'sources.toml'])
    """
    folder = DataFolder.find(Path(data))
    say = progress or _say_nothing
    received = _held_now(folder, _names_asked(folder))
    plan, files, readings = _received(folder, source_dir, say)
    if people := populations_for(plan, readings):
        readings, files = [*readings, people[0]], (*files, people[1])
    say("checking")
    table, exposures, findings = _checked(readings, plan)
    held = [name for name in (PLAN, SOURCES, CORRECTIONS) if (folder.raw / name).is_file()]
    settings = tuple(SourceFile(name, digest_of(folder.raw / name)) for name in held)
    files = (*settings, *files)
    with alone(folder.processed), replaced_folder(folder.processed, _MADE.__contains__) as making:  # all or nothing
        built = Observations(table, plan, exposures, files, findings)
        write_tables(making, built, (folder.raw / PLAN).read_bytes(), received)
    ends = table.loc[table["numerator"].notna(), "period_end"]
    return BuildResult(folder.processed, files, findings, len(table), ends.min(), ends.max())


def read_observations(folder: str | Path) -> Observations:
    """Read the checked table of observations, building it where it is missing or older than its sources.

    Parameters
    ----------
    folder : str or Path
        The processed folder, or the data folder it belongs to.

    Returns
    -------
    Observations
        The table with its plan, populations, files and findings.

    Raises
    ------
    DataProblem
        If the data have to be built and cannot be, with every fault.

    Examples
    --------
    >>> data = read_observations("data")
    >>> float(data.series("12.offences", until="2015-06", months=12).values.iloc[-1])
    4013.0
    """
    place = Path(folder)
    if place.name != "processed" and (place / MANIFEST).is_file():  # processed data on their own
        return read_processed(place)
    data = DataFolder.find(place)
    put_back(data.processed)
    if not is_current(data):
        build_data(data.raw)
    return read_processed(data.processed)


def example(name: str) -> Observations:
    """Read a small example that comes with the package: real figures, with their plan.

    Parameters
    ----------
    name : str
        `leicestershire-2022`: 35 real months by type of crime and district; or `leicestershire-2015`: the shipped plan
        of 2013 to 2017, with official rolling years and quarters.

    Returns
    -------
    Observations
        The tidy table; the plan is its `plan`. Nothing is left on the disk: `pccstats new DIR --example NAME` writes
        the data folder itself.

    Raises
    ------
    RequestProblem
        If there is no such example, or if it reads files that are to be downloaded.

    Examples
    --------
    >>> import pccstats as pcc
    >>> data = pcc.example("leicestershire-2022")
    >>> burglary = data.series("3.burglary", area="Leicestershire", until="2022-09")
    >>> len(burglary.points), int(burglary.points["numerator"].iloc[-1])
    (34, 420)
    """
    found = Example.named(name)
    if not found.has_its_files:
        step = f"`pccstats new DIR --example {name}` writes its data folder; the README.md there says from where."
        raise RequestProblem(Problem("This example reads a file that is to be downloaded.", value=name, next_step=step))
    with tempfile.TemporaryDirectory(prefix="pccstats-", ignore_cleanup_errors=True) as place:
        folder = Path(place) / name
        found.copy_to(folder)
        build_data(folder)
        return read_observations(folder)


def suggested_corrections(data: str | Path, source_dir: str | Path | None = None) -> str:
    """What `corrections.toml` might say of the known faults of the files; nothing is built."""
    _, _, readings = _received(DataFolder.find(Path(data)), source_dir, _say_nothing)
    return suggested(finding for reading in readings for finding in reading.findings)


def _received(
    folder: DataFolder, source_dir: str | Path | None, say: Progress
) -> tuple[Plan, tuple[SourceFile, ...], list[Reading]]:
    """The plan, and every file as it is read with its corrections."""
    plan = read_plan(folder.raw)
    sources = read_source_list(folder.raw / SOURCES, plan)
    corrections = read_corrections(folder.raw, [source.file for source in sources])
    places = [Path(place) for place in (source_dir, folder.raw) if place is not None]
    files, readings = _read_all(sources, places, plan, corrections, say)
    return plan, files, readings


def _read_all(
    sources: tuple[Source, ...], places: list[Path], plan: Plan, corrections: dict[str, Corrections], say: Progress
) -> tuple[tuple[SourceFile, ...], list[Reading]]:
    files, readings = [], []
    for source in sources:
        path = next((place / source.file for place in places if _is_there(place / source.file, source)), None)
        if path is None:
            readings.append(Reading(findings=(_not_there(source, places),)))
            continue
        say(f"reading {source.file}")
        mending = corrections.get(source.file)
        corrected = source.corrected_by(mending.mended) if mending else source
        reading = dated(READERS[source.reader].read(path, corrected, plan, say), source)
        readings.append(reading)
        files.append(_file(path, source, reading))
        if source.lookup and (path.parent / source.lookup).is_file():
            files.append(SourceFile(source.lookup, digest_of(path.parent / source.lookup)))
    made = tuple(finding for each in corrections.values() for finding in each.findings())
    return tuple(files), [*readings, Reading(findings=made)]


def _is_there(path: Path, source: Source) -> bool:
    return path.is_file() or (READERS[source.reader].reads_folders and path.is_dir())


def _checked(readings: list[Reading], plan: Plan) -> tuple[pd.DataFrame, pd.DataFrame, tuple[Finding, ...]]:
    """The typed tables, if nothing found keeps them out."""
    findings = [finding for reading in readings for finding in reading.findings]
    typed, found = checked_observations(_together([reading.observations for reading in readings]), plan)
    exposures, found_in_exposures = checked_exposures(_together([reading.exposures for reading in readings]), plan)
    findings += [*found, *found_in_exposures]
    if not _refused(findings):  # figures are held against one another only once each is sound
        findings += [finding for check in CHECKS for finding in check(typed, plan)]
        findings += population_findings(exposures, typed["period_end"].max(), plan)
    if not typed["numerator"].notna().any() and not _refused(findings):
        left_out = [finding.message for finding in findings if finding.rule == "left_out"]
        step = " ".join(["Check the names in sources.toml.", *left_out[:_MOST_SAID]])
        findings.append(Finding(Severity.REFUSE, "no_figures", "The sources hold no figure at all.", next_step=step))
    if refused := _refused(findings):
        raise DataProblem(finding.problem for finding in refused)
    return held_to_contract(as_table(with_sums(typed, plan))), exposures, tuple(findings)


def _refused(findings: list[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.severity is Severity.REFUSE]


def _together(tables: list[pd.DataFrame]) -> pd.DataFrame:
    filled = [table for table in tables if len(table)]
    return pd.concat(filled, ignore_index=True) if filled else tables[0].astype(str)


def _file(path: Path, source: Source, reading: Reading) -> SourceFile:
    measured = tuple(sorted(set(reading.observations["indicator"]))) if len(reading.observations) else ()
    digest = digest_of(path)
    about = SourceFile(source.file, digest, reading.row_count, source.reader, source.label, indicators=measured)
    ends = reading.observations["period_end"]
    ends = ends[ends.str.fullmatch(r"[0-9]{4}-[0-9]{2}")] if len(ends) else ends
    if not len(ends):
        return about
    try:
        return replace(about, first_month=pd.Period(ends.min(), freq="M"), last_month=pd.Period(ends.max(), freq="M"))
    except ValueError:  # month 13: the checks will say so
        return about


def _not_there(source: Source, places: list[Path]) -> Finding:
    looked = " and ".join(str(place) for place in places)
    if source.required:
        step = f"Looked in {looked}. Put it there, give its folder with --source-dir, or mark it required = false."
        return Finding(Severity.REFUSE, "file_missing", "There is no such file.", source.file, next_step=step)
    message = "The file has not arrived; the pack is made without it."
    return Finding(Severity.FLAG, "file_late", message, source.file, next_step="Ask whoever sends it.")


def _say_nothing(words: str) -> None:
    del words


def write_tables(folder: Path, data: Observations, plan: bytes, received: Mapping[str, str] | None = None) -> None:
    """Write observations, populations, findings and what is known of the files, with the plan as its file has it.

    `received` is what lay in the raw half before it was read: see `is_current`.
    """
    flat = data.frame.assign(period_end=data.frame["period_end"].astype(str))
    flat.to_parquet(folder / OBSERVATIONS_FILE, index=False)
    data.exposures.to_parquet(folder / EXPOSURES_FILE, index=False)
    (folder / PLAN).write_bytes(plan)
    _write_json(folder / FINDINGS_FILE, [asdict(finding) for finding in data.findings])
    about: dict[str, Any] = {
        "format": FORMAT,
        "observations": len(flat),
        "files": [_file_as_text(file) for file in data.files],
    }
    if received is not None:
        about["received"] = dict(received)
    if data.released_to is not None:
        about["released_to"] = str(data.released_to)
    _write_json(folder / MANIFEST, about)


def read_processed(folder: Path) -> Observations:
    """Read what `write_tables` wrote.

    Raises
    ------
    DataProblem
        If a file is missing or cannot be read.
    """
    try:
        frame = pd.read_parquet(folder / OBSERVATIONS_FILE)
        exposures = pd.read_parquet(folder / EXPOSURES_FILE)
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        findings = json.loads((folder / FINDINGS_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        step = "Build the data again: pccstats build."
        raise DataProblem(
            Problem(f"The processed data cannot be read: {error}.", str(folder), next_step=step)
        ) from None
    return Observations(
        frame=frame.assign(period_end=_as_months(frame["period_end"])),
        plan=read_plan(folder),
        exposures=exposures,
        files=tuple(_file_from_text(entry) for entry in manifest["files"]),
        findings=tuple(Finding(**entry | {"severity": Severity(entry["severity"])}) for entry in findings),
        released_to=Audience(manifest["released_to"]) if "released_to" in manifest else None,
        kept=KeptAnswers(folder / RESULTS) if (folder / RESULTS).is_dir() else None,
    )


def _as_months(column: pd.Series) -> pd.PeriodIndex:
    """Months as written, each read once: a few hundred stand in tens of thousands of rows."""
    rows, written = pd.factorize(column)
    return pd.PeriodIndex(written, freq="M").take(rows)


def is_current(data: DataFolder) -> bool:
    """True where the processed half was made from the raw half as it is now: files that have arrived since included.

    Files that were read from elsewhere (`--source-dir`) are not in the raw half and cannot be told; those of the same
    names there are no reason to build, for they were not read.
    """
    try:
        manifest = json.loads((data.processed / MANIFEST).read_text(encoding="utf-8"))
        if manifest["format"] != FORMAT:
            return False
        held, received = {entry["name"]: entry["sha256"] for entry in manifest["files"]}, manifest["received"]
        return bool(held.get(REFERENCE_FILE, digest_now()) == digest_now() and received == _held_now(data, received))
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _names_asked(folder: DataFolder) -> list[str]:
    """Every file of the raw half that a build looks for, whether it is there or not."""
    return [PLAN, SOURCES, CORRECTIONS, *files_asked(folder.raw)]


def _held_now(folder: DataFolder, names: Iterable[str]) -> dict[str, str]:
    """The digest of each of these in the raw half; of one that is not there nothing."""
    return {name: digest_of(folder.raw / name) if (folder.raw / name).exists() else "" for name in names}


def _write_json(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")


def _file_as_text(file: SourceFile) -> dict[str, Any]:
    held = asdict(file) | {"indicators": list(file.indicators)}
    return {name: str(value) if isinstance(value, pd.Period) else value for name, value in held.items()}


def _file_from_text(entry: dict[str, Any]) -> SourceFile:
    ends = {name: month(entry[name]) for name in ("first_month", "last_month") if entry[name]}
    return SourceFile(**entry | ends | {"indicators": tuple(entry["indicators"])})
