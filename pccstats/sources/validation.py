"""A TOML file held against its model: every fault at once, in words, with its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from pccstats.sources.toml import KeyPath, TomlDocument
from pccstats.terms.errors import Problem

Model = TypeVar("Model", bound=BaseModel)


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
