"""Entries of a TOML file held against what is declared, every fault in words.

What `plan.toml` may hold is derived from the terms of a plan (`pccstats/terms/plan.py`); what `sources.toml` may hold
is written as an `Entry` of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from difflib import get_close_matches
from functools import cache, reduce
from operator import or_
from types import UnionType
from typing import Annotated, Any, ClassVar, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import pydantic
from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError

from pccstats.sources.toml import KeyPath, TomlDocument
from pccstats.terms.errors import Problem, RequestProblem
from pccstats.terms.in_file import ANYWHERE, AS_DECLARED, InFile, Matches, OneOf, ReadBy
from pccstats.terms.plan import KEY_PATTERN
from pccstats.terms.words import UNPRINTABLE

Model = TypeVar("Model", bound=BaseModel)
Term = TypeVar("Term")
PlanKey = Annotated[str, StringConstraints(pattern=KEY_PATTERN)]
# Numbers as they are written: no text, no true or false, nothing infinite.
_STRICT: dict[type, Any] = {
    int: pydantic.StrictInt,
    bool: pydantic.StrictBool,
    float: Annotated[float, pydantic.Field(strict=True, allow_inf_nan=False)],
}


class Entry(BaseModel):
    """Anything in a TOML file: unknown keys are faults, surrounding blanks are not."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, arbitrary_types_allowed=True)


class EntryOfTerm(Entry):
    """An entry derived from a term, with the term's own names for its fields."""

    term: ClassVar[type]


@cache
def entry_of(term: type, under: str = ANYWHERE) -> type[EntryOfTerm]:
    """What a TOML file may hold of a term: its fields, under their keys in the file, with their types and limits.

    Parameters
    ----------
    term : type
        A dataclass of `pccstats.terms.plan`.
    under : str
        The list its entries stand in, for the fields that may be written in one list only.
    """
    hints = get_type_hints(term, include_extras=True)
    declared = {field.name: (field, hints[field.name]) for field in fields(term)}
    stands = {name: _stands(hint) for name, (_, hint) in declared.items()}
    written: dict[str, Any] = {
        name: _field_in_file(field, hint, stands[name])
        for name, (field, hint) in declared.items()
        if stands[name].under in (ANYWHERE, under)
    }
    model = pydantic.create_model(f"{term.__name__}Entry", __base__=EntryOfTerm, __doc__=term.__doc__, **written)
    model.term = term
    return model


def made(entry: EntryOfTerm, term: type[Term], **instead: object) -> Term:
    """The term an entry stands for; `instead` gives what the entry leaves to those around it."""
    given = {
        name: instead[name] if name in instead else _made(getattr(entry, name)) for name in type(entry).model_fields
    }
    return term(**given | instead)


def _made(value: Any) -> Any:
    if isinstance(value, EntryOfTerm):
        return made(value, value.term)
    return tuple(_made(each) for each in value) if isinstance(value, tuple) else value


def _stands(hint: Any) -> InFile:
    marks = get_args(hint)[1:] if get_origin(hint) is Annotated else ()
    return next((mark for mark in marks if isinstance(mark, InFile)), InFile())


def _field_in_file(field: Field[Any], hint: Any, stands: InFile) -> tuple[Any, Any]:
    """The type of a field as the file is to be held against, and its key and default there."""
    key = stands.key or field.name
    checked = _checked(hint, key)
    if stands.left_out is not AS_DECLARED:
        checked = checked | None if stands.left_out is None else checked
        return checked, pydantic.Field(default=stands.left_out, alias=key)
    is_needed = stands.is_needed or field.default is MISSING
    return checked, pydantic.Field(alias=key) if is_needed else pydantic.Field(default=field.default, alias=key)


def _checked(hint: Any, key: str) -> Any:
    """A declared type as pydantic is to check it."""
    if hint in _STRICT:
        return _STRICT[hint]
    if isinstance(hint, type) and is_dataclass(hint):
        return entry_of(hint, key)
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _annotated(*inner, key=key)
    if origin is tuple:
        return tuple[tuple(_checked(each, key) for each in inner)]  # type: ignore[misc]
    if origin in (Union, UnionType):
        return reduce(or_, (_checked(each, key) for each in inner))
    return hint


def _annotated(kind: Any, *marks: Any, key: str) -> Any:
    """A type with its limits: those we have words of our own for, and those that pydantic knows."""
    limits: list[Any] = []
    checked = kind if any(isinstance(mark, ReadBy) for mark in marks) else _checked(kind, key)
    for mark in marks:
        match mark:
            case InFile():
                continue
            case OneOf(words):
                checked = Literal[words]
            case Matches(pattern):
                limits.append(StringConstraints(pattern=pattern))
            case ReadBy(read):
                limits.append(BeforeValidator(_in_pydantic(read)))
            case _:
                limits.append(mark)
    return Annotated[(checked, *limits)] if limits else checked


def _in_pydantic(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A function that refuses in our words, for pydantic to call."""

    def reads(value: Any) -> Any:
        try:
            return read(value)
        except RequestProblem as problem:
            raise ValueError(str(problem)) from None

    return reads


def validate(document: TomlDocument, model: type[Model]) -> tuple[Model | None, list[Problem]]:
    """Hold a file against its model: the model filled, or None with every fault."""
    unprintable = list(_unprintable(document))
    try:
        return model.model_validate(document.values), unprintable
    except ValidationError as error:
        keys = _known_keys(model)
        faults = [fault for fault in error.errors(include_url=False) if not _is_echo(fault)]
        return None, [*(problem_of(fault, document.place(fault["loc"]), keys) for fault in faults), *unprintable]


def _unprintable(document: TomlDocument) -> Iterator[Problem]:
    """Texts and keys with signs that no page can show."""
    waiting: list[tuple[KeyPath, Any]] = [((), document.values)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, Mapping):
            waiting += [((*path, key), inner) for key, inner in value.items()]
        elif isinstance(value, list):
            waiting += [((*path, place), inner) for place, inner in enumerate(value)]
        for text in (value, path[-1] if path else ""):
            if isinstance(text, str) and UNPRINTABLE.search(text):
                what = "This text holds a sign that cannot be shown."
                yield Problem(what, document.place(path), text, "Type it again.")


def _is_echo(fault: Mapping[str, Any]) -> bool:
    """True where a list is called too short only because its entries, reported by themselves, are at fault."""
    return fault["type"] == "too_short" and len(fault["input"]) > 0


def problem_of(fault: Mapping[str, Any], where: str, known_keys: frozenset[str] = frozenset()) -> Problem:
    """A fault that pydantic found, in words.

    Parameters
    ----------
    fault : mapping
        One of `ValidationError.errors()`.
    where : str
        The place it was found at.
    known_keys : frozenset of str
        The keys that may have been meant.
    """
    path: KeyPath = fault["loc"]
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
    keys = {field.alias or name for name, field in model.model_fields.items()}
    for field in model.model_fields.values():
        for inner in _models_in(field.annotation):
            keys |= _known_keys(inner)
    return frozenset(keys)


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)
