"""Districts, partnerships and forces: the lookup that says which district belongs to which."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from pccstats.sources.delimited import read_delimited
from pccstats.terms.findings import Finding, Severity

_HEADINGS = {"district": r"LAD\d\dNM", "partnership": r"CSP\d\dNM", "force": r"PFA\d\dNM"}


@dataclass(frozen=True)
class Places:
    """Each district's partnership and police force area, by name."""

    partnership: dict[str, str]
    force: dict[str, str]


def read_places(path: Path) -> tuple[Places | None, tuple[Finding, ...]]:
    """Read a lookup as the Office for National Statistics publishes it: `LAD16NM`, `CSP16NM`, `PFA16NM`, any year."""
    if not path.is_file():
        step = "Put the lookup beside sources.toml, or correct its name."
        return None, (Finding(Severity.REFUSE, "file_missing", "There is no such lookup.", path.name, next_step=step),)
    sheet = read_delimited(path)
    if sheet.is_refused:
        return None, sheet.findings
    found = {
        what: next((name for name in sheet.cells.columns if re.fullmatch(pattern, name)), None)
        for what, pattern in _HEADINGS.items()
    }
    missing = [what for what, name in found.items() if name is None]
    if missing:
        step = "The headings are such as LAD16NM, CSP16NM and PFA16NM."
        message = f"The lookup has no column of {', '.join(missing)} names."
        return None, (Finding(Severity.REFUSE, "missing_column", message, path.name, next_step=step),)
    rows = sheet.cells.drop_duplicates(found["district"])
    district, partnership, force = (rows[found[what]] for what in _HEADINGS)
    return Places(
        dict(zip(district, partnership, strict=True)), dict(zip(district, force, strict=True))
    ), sheet.findings
