"""Answers put on paper: any answer as plain JSON, and read back the very same, so that it can be kept between runs.

Only what `pccstats.terms` defines, pandas frames and the plain things they are made of can be written. Reading makes
nothing else and runs nothing that was written: a page of JSON cannot name a function.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from hashlib import sha256
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

OF_OURS = "pccstats.terms."
_KIND = "is"  # the key that says what a JSON object stands for
_PLAIN = (type(None), bool, int, float, str)


def on_paper(answer: Any) -> str:
    """An answer as JSON text, the same for the same answer whatever the machine.

    Parameters
    ----------
    answer : object
        A dataclass, named tuple or word of `pccstats.terms`, a frame, series, index or array of numbers, words or
        periods, or tuples, lists, sets and mappings of these.

    Raises
    ------
    TypeError
        For anything else: an answer with a part that cannot be read back is not written.

    Examples
    --------
    >>> from pccstats.terms.periods import Quarter
    >>> from_paper(on_paper(Quarter.parse("2015/16-Q1"))) == Quarter.parse("2015/16-Q1")
    True
    >>> frame = pd.DataFrame({"month": pd.period_range("2015-04", periods=2, freq="M"), "offences": [331.0, np.nan]})
    >>> from_paper(on_paper(frame)).equals(frame)
    True
    """
    return json.dumps(_written(answer), ensure_ascii=False, separators=(",", ":"))


def from_paper(text: str) -> Any:
    """The answer that `on_paper` wrote.

    Raises
    ------
    ValueError
        For text that it did not write, or wrote of things that have changed since.
    """
    try:
        return _read(json.loads(text))
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"This is no answer put on paper: {error}") from error


def digest_of_answer(answer: Any) -> str:
    """One short word for all that something says: equal things have equal digests, others practically never.

    Examples
    --------
    >>> digest_of_answer(("Kent", 331.0)) == digest_of_answer(("Kent", 331.0))
    True
    """
    return sha256(on_paper(answer).encode("utf-8", "surrogatepass")).hexdigest()


def digest_of_frame(frame: pd.DataFrame) -> str:
    """The same of a long table, by its rows in their order, its columns and their types; its index is not looked at."""
    rows = pd.util.hash_pandas_object(frame, index=False).to_numpy()
    head = [[str(name), str(kind)] for name, kind in frame.dtypes.items()]
    return sha256(json.dumps(head).encode() + rows.tobytes()).hexdigest()


def _written(value: Any) -> Any:
    kind = type(value)
    if kind in _PLAIN:
        return value
    writer = _WRITERS.get(kind)
    if writer is not None:
        return writer(value)
    if isinstance(value, Enum):
        return {_KIND: "word", "of": _name_of(kind), "value": value.value}
    if is_dataclass(value):
        parts = {field.name: _written(getattr(value, field.name)) for field in fields(value) if field.init}
        return {_KIND: "made", "of": _name_of(kind), "parts": parts}
    if isinstance(value, tuple):  # a named one
        return {_KIND: "named", "of": _name_of(kind), "parts": [_written(part) for part in value]}
    if isinstance(value, np.generic):
        return {_KIND: "number", "type": value.dtype.str, "value": value.item()}
    if isinstance(value, pd.Index):
        return _index_written(value)
    raise TypeError(f"A {kind.__module__}.{kind.__qualname__} cannot be put on paper.")


def _name_of(kind: type) -> str:
    if not kind.__module__.startswith(OF_OURS):
        raise TypeError(f"A {kind.__module__}.{kind.__qualname__} is none of ours and cannot be put on paper.")
    return f"{kind.__module__.removeprefix(OF_OURS)}:{kind.__qualname__}"


@cache
def _named(name: str) -> Any:
    """The class of that name; only one that the module itself defines, and that is made of parts or is a word."""
    module, _, qualified = name.partition(":")
    if not all(part.isidentifier() for part in (*module.split("."), *qualified.split("."))):
        raise ValueError(f"No such thing: {name}")
    found: Any = sys.modules[OF_OURS + module]  # reading loads no code: whoever looks for an answer has its type
    for part in qualified.split("."):
        found = getattr(found, part)
    is_ours = isinstance(found, type) and found.__module__ == OF_OURS + module
    if not (is_ours and (is_dataclass(found) or issubclass(found, Enum | tuple))):
        raise ValueError(f"No such thing: {name}")
    return found


def _mapping_written(value: Mapping[Any, Any]) -> dict[str, Any]:
    return {_KIND: "mapping", "pairs": [[_written(name), _written(part)] for name, part in value.items()]}


def _set_written(value: frozenset[Any]) -> dict[str, Any]:
    return {_KIND: "set", "parts": sorted((_written(part) for part in value), key=json.dumps)}


def _period_written(value: pd.Period) -> dict[str, Any]:
    return {_KIND: "period", "freq": value.freqstr, "value": int(value.ordinal)}


def _array_written(value: np.ndarray) -> dict[str, Any]:
    if value.dtype.kind not in "biuf":
        return {_KIND: "array", "type": "object", "shape": value.shape, "values": [_written(x) for x in value.flat]}
    return {_KIND: "array", "type": value.dtype.str, "shape": value.shape, "values": value.ravel().tolist()}


def _column_written(value: pd.Series) -> Any:
    """A column by what it holds: numbers and words as they are, periods by their ordinals, other things one by one."""
    kind = value.dtype
    if isinstance(kind, pd.PeriodDtype):
        return {_KIND: "periods", "type": str(kind), "values": value.array.asi8.tolist()}
    if isinstance(kind, pd.CategoricalDtype):
        categories = _column_written(pd.Series(kind.categories))
        return {
            _KIND: "sorts",
            "sorts": categories,
            "is_ordered": bool(kind.ordered),
            "values": value.cat.codes.tolist(),
        }
    if isinstance(kind, np.dtype) and kind.kind in "biuf":
        return {_KIND: "numbers", "type": kind.str, "values": value.tolist()}
    if isinstance(kind, np.dtype) and kind.kind == "O":
        return {_KIND: "things", "values": [_written(part) for part in value]}
    return {_KIND: "cells", "type": str(kind), "values": [None if part is pd.NA else _cell(part) for part in value]}


def _cell(part: Any) -> Any:
    """A cell of one of pandas' own types; an empty word is NaN there."""
    return part.item() if isinstance(part, np.generic) else part


def _frame_written(value: pd.DataFrame) -> dict[str, Any]:
    return {
        _KIND: "frame",
        "names": _index_written(value.columns),
        "index": _index_written(value.index),
        "columns": [_column_written(column) for _, column in value.items()],
    }


def _series_written(value: pd.Series) -> dict[str, Any]:
    return {
        _KIND: "series",
        "name": _written(value.name),
        "index": _index_written(value.index),
        "column": _column_written(value),
    }


def _index_written(value: pd.Index) -> dict[str, Any]:
    if isinstance(value, pd.RangeIndex):
        return {_KIND: "range", "name": _written(value.name), "of": [value.start, value.stop, value.step]}
    if isinstance(value, pd.MultiIndex | pd.DatetimeIndex):
        raise TypeError(f"A {type(value).__name__} cannot be put on paper.")
    return {_KIND: "index", "name": _written(value.name), "column": _column_written(pd.Series(value))}


_WRITERS: dict[type, Callable[[Any], Any]] = {
    tuple: lambda value: {_KIND: "tuple", "parts": [_written(part) for part in value]},
    list: lambda value: [_written(part) for part in value],
    dict: _mapping_written,
    MappingProxyType: lambda value: {_KIND: "unchanging", "pairs": _mapping_written(value)["pairs"]},
    frozenset: _set_written,
    pd.Period: _period_written,
    type(pd.NaT): lambda _: {_KIND: "no time"},
    type(pd.NA): lambda _: {_KIND: "nothing"},
    np.ndarray: _array_written,
    pd.DataFrame: _frame_written,
    pd.Series: _series_written,
}


def _read(written: Any) -> Any:
    if isinstance(written, list):
        return [_read(part) for part in written]
    return _READERS[written[_KIND]](written) if isinstance(written, dict) else written


def _pairs_read(written: Mapping[str, Any]) -> dict[Any, Any]:
    return {_read(name): _read(part) for name, part in written["pairs"]}


def _array_read(written: Mapping[str, Any]) -> np.ndarray:
    values = [_read(part) for part in written["values"]] if written["type"] == "object" else written["values"]
    flat = np.empty(len(values), dtype=written["type"])
    flat[:] = values
    return flat.reshape(written["shape"])


def _sorts_read(written: Mapping[str, Any]) -> pd.Categorical:
    return pd.Categorical.from_codes(written["values"], _read(written["sorts"]), ordered=written["is_ordered"])


def _things_read(written: Mapping[str, Any]) -> np.ndarray:
    return _array_read({**written, "type": "object", "shape": (len(written["values"]),)})


def _index_read(written: Mapping[str, Any]) -> Any:
    return pd.Index(_read(written["column"]), name=_read(written["name"]))


def _frame_read(written: Mapping[str, Any]) -> pd.DataFrame:
    index = _read(written["index"])
    frame = pd.DataFrame(dict(enumerate(map(_read, written["columns"]))), index=index, copy=False)
    frame.columns = _read(written["names"])
    return frame


_READERS: dict[str, Callable[[Mapping[str, Any]], Any]] = {
    "tuple": lambda written: tuple(_read(part) for part in written["parts"]),
    "mapping": _pairs_read,
    "unchanging": lambda written: MappingProxyType(_pairs_read(written)),
    "set": lambda written: frozenset(_read(part) for part in written["parts"]),
    "period": lambda written: pd.Period(ordinal=written["value"], freq=written["freq"]),
    "no time": lambda _: pd.NaT,
    "nothing": lambda _: pd.NA,
    "word": lambda written: _named(written["of"])(written["value"]),
    "made": lambda written: _named(written["of"])(**{name: _read(part) for name, part in written["parts"].items()}),
    "named": lambda written: _named(written["of"])(*map(_read, written["parts"])),
    "number": lambda written: np.dtype(written["type"]).type(written["value"]),
    "array": _array_read,
    "periods": lambda written: pd.arrays.PeriodArray(np.array(written["values"], np.int64), dtype=written["type"]),
    "sorts": _sorts_read,
    "numbers": lambda written: np.array(written["values"], dtype=written["type"]),
    "things": _things_read,
    "cells": lambda written: pd.array(written["values"], dtype=written["type"]),
    "frame": _frame_read,
    "series": lambda written: pd.Series(
        _read(written["column"]), index=_read(written["index"]), name=_read(written["name"])
    ),
    "range": lambda written: pd.RangeIndex(range(*written["of"]), name=_read(written["name"])),
    "index": _index_read,
}
