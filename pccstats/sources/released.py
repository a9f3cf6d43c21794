"""The data that the pages of one pack are made from: a copy made at its start, of what its readers may have.

A notebook is given this folder and no other, so that it can neither show what is withheld nor see an edit made while
the pack is being made.
"""

from __future__ import annotations

import csv
import re
import tomllib
from datetime import date, time
from io import StringIO
from pathlib import Path
from typing import Any

from pccstats.sources.build import write_tables
from pccstats.sources.commentary import FILE_NAME, RATES_NAME
from pccstats.sources.entries import entry_of
from pccstats.sources.folders import PLAN, DataFolder
from pccstats.sources.own_words import FOLDER, OF_A_PRIORITY
from pccstats.sources.sheets import read_delimited
from pccstats.terms.observations import Observations
from pccstats.terms.plan import OF_ITS_FOCUS, Plan
from pccstats.terms.release import WITHHELD_TEXT, Withheld
from pccstats.terms.words import Audience


def write_released(
    data: Observations, audience: Audience, source: Path, folder: Path, *, focus: str = ""
) -> Observations:
    """Write what an audience may have into a folder that is read as a data folder, and tell what that is.

    Parameters
    ----------
    data : Observations
        The figures, as built from the data folder.
    audience : Audience
        Who is to read the pages.
    source : pathlib.Path
        The data folder: its plan, published workings and commentary are written too, without what quotes a withheld
        figure.
    folder : pathlib.Path
        Where to write; it is made.
    focus : str
        The focus of the plan as its file has it, where `data` may be focused on another area: of what was published
        and said of its own nothing is written then.

    Returns
    -------
    Observations
        As `read_observations` then gives them from the folder.
    """
    withheld, released = data.withheld_from(audience), data.for_audience(audience)
    raw = DataFolder.find(source).raw
    folder.mkdir(parents=True)
    plan = (raw / PLAN).read_bytes()
    is_of_its_focus = data.plan.focus == focus or not focus
    if not (withheld.is_nothing and is_of_its_focus):
        values = withheld.left_of_file(tomllib.loads(plan.decode("utf-8-sig")))
        values = values if is_of_its_focus else _focused(values, data.plan)
        plan = "".join(f"{_in_toml(key)} = {_in_toml(value)}\n" for key, value in values.items()).encode("utf-8")
    write_tables(folder, released, plan)
    if not is_of_its_focus:
        return released
    for name in (FILE_NAME, RATES_NAME):
        if (raw / name).is_file():
            (folder / name).write_bytes(_left_of_table(raw / name, withheld))
    for path in sorted((raw / FOLDER).glob("*/*.md")):
        copy = folder / path.relative_to(raw)
        copy.parent.mkdir(parents=True, exist_ok=True)
        found = OF_A_PRIORITY.fullmatch(path.stem)
        copy.write_bytes(_left_of_words(path.read_bytes(), withheld, int(found[1]) if found else None))
    return released


def _focused(values: dict[str, Any], plan: Plan) -> dict[str, Any]:
    """What the file of a plan holds, for the area that the plan is focused on now: see `Plan.focused_on`."""
    fields = entry_of(Plan).model_fields
    gone = {fields[name].alias for name in OF_ITS_FOCUS}
    kept = {key: value for key, value in values.items() if key not in gone}
    for theme in kept.get("theme", ()):
        for priority in theme.get("priority", ()):
            priority.pop("commentary", None)
    groups = [
        entry | {"focus": group.focus, "peers": list(group.peers)}
        for entry, group in zip(values.get("group", ()), plan.groups, strict=True)
    ]
    turned = {"group": groups} if groups else {}
    return kept | turned | {"title": plan.title, "focus": plan.focus}


def _left_of_table(path: Path, withheld: Withheld) -> bytes:
    """A table of published figures, without the rows that quote or are of a withheld one."""
    sheet = read_delimited(path)
    if withheld.is_nothing or sheet.is_refused:
        return path.read_bytes()
    kept = [row for row in sheet.cells.to_dict("records") if not _is_told(row, withheld)]
    text = StringIO()
    writer = csv.DictWriter(text, [str(name) for name in sheet.cells.columns], lineterminator="\n")
    writer.writeheader()
    writer.writerows({str(name): value for name, value in row.items()} for row in kept)
    return text.getvalue().encode("utf-8")


def _is_told(row: dict[Any, Any], withheld: Withheld) -> bool:
    number = str(row.get("priority", ""))
    priority = int(number) if number.isdecimal() else None
    words = " ".join(str(value) for name, value in row.items() if name not in ("id", "priority", "period_end"))
    return row.get("measure") in withheld.closed or withheld.tells(words, priority, is_of_any=priority is None)


def _left_of_words(text: bytes, withheld: Withheld, priority: int | None) -> bytes:
    """A summary, its paragraphs that quote a withheld figure replaced by a sentence that says so."""
    if withheld.is_nothing:
        return text
    paragraphs = re.split(r"\n\s*\n", text.decode("utf-8-sig", errors="replace"))
    return "\n\n".join(WITHHELD_TEXT if withheld.tells(each, priority) else each for each in paragraphs).encode("utf-8")


def _in_toml(value: Any) -> str:
    """A value of a TOML file, written as one line of TOML."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{"".join(map(_escaped, value))}"'
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_in_toml(key)} = {_in_toml(each)}' for key, each in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_in_toml, value))}]"
    return value.isoformat() if isinstance(value, date | time) else repr(value)


def _escaped(sign: str) -> str:
    is_plain = sign.isprintable() and sign not in '"\\'
    return sign if is_plain else f"\\U{ord(sign):08x}"
