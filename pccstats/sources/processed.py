"""The processed half of a data folder: written so that the same input gives the same bytes, and read again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd

from pccstats.sources.folder import MANIFEST, PLAN, DataFolder
from pccstats.sources.plan import read_plan
from pccstats.sources.whole_folder import replaced_folder
from pccstats.terms.errors import DataProblem, Problem
from pccstats.terms.findings import Finding, Severity, SourceFile
from pccstats.terms.observations import Observations
from pccstats.terms.periods import month

FORMAT = 1  # of the files written here: a folder written by another format is built again
OBSERVATIONS_FILE, EXPOSURES_FILE, FINDINGS_FILE = "observations.parquet", "exposures.parquet", "findings.json"
_KEEP = ("README.md",)


def digest_of(path: Path) -> str:
    """The SHA-256 of a file; of a folder, that of the names and digests of the CSVs in it."""
    if path.is_dir():
        files = sorted(file for file in path.rglob("*.csv") if file.is_file())
        listed = "".join(f"{file.relative_to(path).as_posix()} {digest_of(file)}\n" for file in files)
        return hashlib.sha256(listed.encode()).hexdigest()
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_processed(
    data: DataFolder,
    observations: pd.DataFrame,
    exposures: pd.DataFrame,
    files: Iterable[SourceFile],
    findings: Iterable[Finding],
) -> None:
    """Write everything anew, or nothing."""
    with replaced_folder(data.processed, keep=_KEEP) as folder:
        flat = observations.assign(period_end=observations["period_end"].astype(str))
        flat.to_parquet(folder / OBSERVATIONS_FILE, index=False)
        exposures.to_parquet(folder / EXPOSURES_FILE, index=False)
        (folder / PLAN).write_bytes((data.raw / PLAN).read_bytes())
        _write_json(folder / FINDINGS_FILE, [asdict(finding) for finding in findings])
        manifest = {"format": FORMAT, "observations": len(flat), "files": [_file_as_text(file) for file in files]}
        _write_json(folder / MANIFEST, manifest)


def read_processed(folder: Path) -> Observations:
    """Read what `write_processed` wrote.

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
        frame=frame.assign(period_end=pd.PeriodIndex(frame["period_end"], freq="M")),
        plan=read_plan(folder),
        exposures=exposures,
        files=tuple(_file_from_text(entry) for entry in manifest["files"]),
        findings=tuple(Finding(**entry | {"severity": Severity(entry["severity"])}) for entry in findings),
    )


def is_current(data: DataFolder) -> bool:
    """True where the processed half was made from the raw half as it is now.

    Files that were read from elsewhere (`--source-dir`) are not in the raw half and cannot be told.
    """
    try:
        manifest = json.loads((data.processed / MANIFEST).read_text(encoding="utf-8"))
        if manifest["format"] != FORMAT:
            return False
        held = {entry["name"]: entry["sha256"] for entry in manifest["files"]}
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return all(digest_of(data.raw / name) == digest for name, digest in held.items() if (data.raw / name).exists())


def _write_json(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")


def _file_as_text(file: SourceFile) -> dict[str, Any]:
    return {name: str(value) if isinstance(value, pd.Period) else value for name, value in asdict(file).items()}


def _file_from_text(entry: dict[str, Any]) -> SourceFile:
    ends = {name: month(entry[name]) for name in ("first_month", "last_month") if entry[name]}
    return SourceFile(**entry | ends)
