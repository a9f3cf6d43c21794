"""TOML files read with the line of every key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pccstats.terms.errors import DataProblem, Problem

KeyPath = tuple[str | int, ...]
# Words that name one entry among several, in the order they are looked for.
_NAMES = ("key", "number", "name", "indicator", "file")
_HEADER = re.compile(r"(\[\[?)\s*([^\[\]]+?)\s*\]\]?")
_KEY = re.compile(r"""((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*=(.*)""")
_KEY_PART = re.compile(r"""[A-Za-z0-9_-]+|"[^"]*"|'[^']*'""")
_TEXT_OR_COMMENT = re.compile(r""""(?:\\.|[^"\\])*"|'[^']*'|#.*""")
_LONG_NUMBER = re.compile(r"[0-9_]{4000,}")
_LONG_TEXT = re.compile(r'"""|\'\'\'')


@dataclass(frozen=True)
class TomlDocument:
    """What a TOML file holds, and the line each of its keys stands on."""

    path: Path
    values: Mapping[str, Any]
    lines: Mapping[KeyPath, int]

    def place(self, keys: KeyPath = ()) -> str:
        """Say where a key stands: ``plan.toml, line 57, theme 1, priority 2, indicator 2.offending, polarity``."""
        known = next((keys[:n] for n in range(len(keys), 0, -1) if keys[:n] in self.lines), None)
        line = [f"line {self.lines[known]}"] if known else []
        return ", ".join([self.path.name, *line, *self._names(keys)])

    def entries(self, *names: str) -> Iterator[tuple[KeyPath, Mapping[str, Any]]]:
        """Every table under a path of arrays, as ``entries("theme", "priority")``, with its own path.

        What is not a table is passed over: the wrong type is somebody else's finding.
        """
        found: list[tuple[KeyPath, Any]] = [((), self.values)]
        for name in names:
            found = [
                ((*path, name, index), entry)
                for path, table in found
                for index, entry in enumerate(list_of(table.get(name)))
                if isinstance(entry, Mapping)
            ]
        yield from found

    def _names(self, keys: KeyPath) -> list[str]:
        """The path in readers' words: an entry is called by its own key, number or name where it has one."""
        words: list[str] = []
        value: Any = self.values
        for key in keys:
            value = _step(value, key)
            if isinstance(key, str):
                words.append(key)
                continue
            called = next((value[name] for name in _NAMES if isinstance(value, Mapping) and name in value), key + 1)
            words[-1] = f"{words[-1]} {called}"
        return words


def read_toml(path: Path) -> TomlDocument:
    """Read a TOML file.

    Raises
    ------
    DataProblem
        If it is missing, is not UTF-8 text, or is not TOML; with the line where the file says it.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise DataProblem(Problem("There is no such file.", str(path), next_step="Check the folder.")) from None
    except OSError as error:
        raise DataProblem(Problem(f"The file cannot be read: {error.strerror}.", str(path))) from None
    except UnicodeDecodeError:
        raise DataProblem(
            Problem("The file is not text in UTF-8.", path.name, next_step="Save it again with the encoding UTF-8.")
        ) from None
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        step = "Mend this line first; everything else is checked once the file can be read."
        raise DataProblem(Problem(f"The file is not valid TOML: {error}.", path.name, next_step=step)) from None
    except RecursionError:
        line = max(enumerate(text.splitlines(), start=1), key=lambda numbered: len(re.findall(r"[\[{]", numbered[1])))[
            0
        ]
        problem = "Lists or tables lie in one another, hundreds deep, which nothing here does."
        step = "Look for brackets that were repeated by mistake."
        raise DataProblem(Problem(problem, f"{path.name}, line {line}", next_step=step)) from None
    except ValueError:  # what Python will not take for a number
        found = _LONG_NUMBER.search(text)
        line = text.count("\n", 0, found.start()) + 1 if found else 1
        problem, step = "A number has thousands of digits.", "Correct it."
        raise DataProblem(Problem(problem, f"{path.name}, line {line}", next_step=step)) from None
    return TomlDocument(path, values, _lines_of_keys(text))


def list_of(value: Any) -> list[Any]:
    """The value where it is a list, else nothing: a wrong type is somebody else's finding."""
    return value if isinstance(value, list) else []


def _step(value: Any, key: str | int) -> Any:
    if isinstance(value, Mapping):
        return value.get(str(key))
    if isinstance(value, list) and isinstance(key, int) and key < len(value):
        return value[key]
    return None


def _lines_of_keys(text: str) -> dict[KeyPath, int]:
    """The line of every table header, key and inline table of a valid TOML text."""
    lines: dict[KeyPath, int] = {}
    counts: dict[KeyPath, int] = {}
    table: KeyPath = ()
    array: KeyPath = ()
    depth = 0  # of brackets left open by a value that spans lines
    closing = ""  # the quotes that end a text that spans lines
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        if closing:
            closing = "" if closing in line else closing
            continue
        if depth:
            if line.startswith("{"):
                counts[array] = counts.get(array, -1) + 1
                lines[*array, counts[array]] = number
            depth += _brackets_opened(line)
            continue
        if header := _HEADER.match(line):
            table = _path_of_header(header[2], counts, is_array=header[1] == "[[")
            lines[table] = number
        elif key := _KEY.match(line):
            array = (*table, *_parts(key[1]))
            lines[array] = number
            quotes = _LONG_TEXT.findall(key[2])
            closing = quotes[0] if len(quotes) == 1 else ""
            depth = 0 if quotes else _brackets_opened(key[2])
    return lines


def _path_of_header(header: str, counts: dict[KeyPath, int], *, is_array: bool) -> KeyPath:
    path: KeyPath = ()
    parts = _parts(header)
    for place, part in enumerate(parts, start=1):
        path = (*path, part)
        if is_array and place == len(parts):
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


def _parts(dotted: str) -> list[str]:
    return [part.strip("\"'") for part in _KEY_PART.findall(dotted)]


def _brackets_opened(line: str) -> int:
    bare = _TEXT_OR_COMMENT.sub("", line)
    return bare.count("[") + bare.count("{") - bare.count("]") - bare.count("}")
