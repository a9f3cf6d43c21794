"""TOML files read with the line of every key, and checked against a model."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, TypeVar, get_args

import pandas as pd
from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError

from pccstats.terms.errors import DataProblem, Problem, RequestProblem
from pccstats.terms.periods import Quarter, Window, month

KeyPath = tuple[str | int, ...]
# Words that name one entry among several, in the order they are looked for.
_NAMES = ("key", "number", "name", "indicator", "file")
_HEADER = re.compile(r"(\[\[?)\s*([^\[\]]+?)\s*\]\]?")
_KEY = re.compile(r"""((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*=(.*)""")
_KEY_PART = re.compile(r"""[A-Za-z0-9_-]+|"[^"]*"|'[^']*'""")
_TEXT_OR_COMMENT = re.compile(r""""(?:\\.|[^"\\])*"|'[^']*'|#.*""")
_LONG_TEXT = re.compile(r'"""|\'\'\'')
Model = TypeVar("Model", bound=BaseModel)
Text = Annotated[str, StringConstraints(min_length=1)]
Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)+$")]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


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


def validate(document: TomlDocument, model: type[Model]) -> tuple[Model | None, list[Problem]]:
    """Hold a file against its model: the model filled, or None with every fault."""
    try:
        return model.model_validate(document.values), []
    except ValidationError as error:
        keys = _known_keys(model)
        faults = [fault for fault in error.errors(include_url=False) if not _is_echo(fault)]
        return None, [_in_words(fault, document, keys) for fault in faults]


def _is_echo(fault: Mapping[str, Any]) -> bool:
    """True where a list is called too short only because its entries, reported by themselves, are at fault."""
    return fault["type"] == "too_short" and len(fault["input"]) > 0


def _in_words(fault: Mapping[str, Any], document: TomlDocument, known_keys: frozenset[str]) -> Problem:
    path: KeyPath = fault["loc"]
    where = document.place(path)
    value = "" if isinstance(fault["input"], Mapping | list | tuple) else str(fault["input"])
    context = fault.get("ctx", {})
    match fault["type"]:
        case "missing":
            return Problem("This key is missing.", where, next_step="Add it.")
        case "extra_forbidden":
            near = get_close_matches(str(path[-1]), known_keys, n=1)
            step = f"Did you mean {near[0]!r}?" if near else "Take it out."
            return Problem("There is no such key here.", where, next_step=step)
        case "enum" | "literal_error":
            return Problem("This word is not one of the list.", where, value, f"Write {context['expected']}.")
        case "value_error":
            return Problem(str(context["error"]), where)
        case "string_pattern_mismatch":
            step = "Use letters, digits and underscores, parts joined by a dot: 12.offences."
            if path[-1] == "slug":
                step = "Use small letters, digits and single hyphens: reducing-offending."
            return Problem("This name is not written in the agreed way.", where, value, step)
        case "string_too_short" | "too_short":
            return Problem("This is empty.", where, next_step="Fill it in.")
        case "string_type":
            return Problem("This should be text.", where, value, "Put it in double quotes.")
        case "int_type":
            return Problem("This should be a whole number.", where, value, "Write it without quotes or decimals.")
        case "float_type" | "finite_number":
            return Problem("This should be a number.", where, value, "Write it without quotes.")
        case "bool_type":
            return Problem("This should be true or false.", where, value, "Write true or false, without quotes.")
        case "tuple_type" | "dict_type" | "model_type" | "model_attributes_type":
            return Problem("This has the wrong shape.", where, value, f"{fault['msg']}.")
        case _:
            return Problem(f"{fault['msg']}.", where, value)


def _known_keys(model: type[BaseModel]) -> frozenset[str]:
    """The keys of a model and of every model within it."""
    keys = set(model.model_fields)
    for field in model.model_fields.values():
        for inner in _models_in(field.annotation):
            keys |= _known_keys(inner)
    return frozenset(keys)


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)


class Entry(BaseModel):
    """Anything in a TOML file: unknown keys are faults, surrounding blanks are not."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, arbitrary_types_allowed=True)


def _month(value: Any) -> pd.Period:
    try:
        return month(value)
    except RequestProblem as problem:
        raise ValueError(str(problem)) from None


def _window(value: Any) -> Window:
    try:
        return Window.read(value)
    except RequestProblem as problem:
        raise ValueError(str(problem)) from None


def _quarter(value: Any) -> str:
    try:
        return str(Quarter.parse(value))
    except RequestProblem as problem:
        raise ValueError(str(problem)) from None


EntryMonth = Annotated[pd.Period, BeforeValidator(_month)]


EntryWindow = Annotated[Window, BeforeValidator(_window)]


EntryQuarter = Annotated[str, BeforeValidator(_quarter)]
